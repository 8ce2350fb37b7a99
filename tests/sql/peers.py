# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The same statement in Bowstring, with several workers, batch sizes and budgets, and in a peer; rows must be equal."""

import math

import datafusion
import duckdb
import pyarrow as pa

import bowstring

WORKERS = (1, 2, 8)
BATCH_SIZES = (1, 7, 8192)


def session(tables, workers=2, batch_size=8192, budget=None):
    config = bowstring.SessionConfig().with_target_partitions(workers).with_batch_size(batch_size)
    runtime = bowstring.RuntimeEnvBuilder()
    if budget is not None:
        runtime = runtime.with_fair_spill_pool(budget).with_disk_manager_os()
    context = bowstring.SessionContext(config, runtime)
    for name, table in tables.items():
        context.from_arrow(table, name=name)
    return context


def settings(budgets=(None,)):
    """Workers and batch sizes, not each with each other; each budget at least twice."""
    for budget in budgets:
        for workers, batch_size in ((1, 8192), (2, 7), (8, 8192), (2, 1)) if budget is None else ((2, 8192), (8, 8192)):
            yield {"workers": workers, "batch_size": batch_size, "budget": budget}


def peer_rows(sql, tables, peer="datafusion"):
    if peer == "duckdb":
        connection = duckdb.connect()
        for name, table in tables.items():
            connection.register(name, table)
        table = connection.sql(sql).to_arrow_table()
    else:
        context = datafusion.SessionContext()
        for name, table in tables.items():
            context.register_record_batches(
                name, [table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]]
            )
        table = context.sql(sql).to_arrow_table()
    return rows_of(table)


def rows_of(table):
    columns = [table.column(i).to_pylist() for i in range(table.num_columns)]
    return list(zip(*columns)) if columns else [()] * table.num_rows


def _same(a, b):
    if isinstance(a, float) and isinstance(b, (float, int)) or isinstance(b, float) and isinstance(a, int):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return a == b


def _key(row):
    return tuple(
        "~"
        if v is None
        else f"{v:.6g}"
        if isinstance(v, float)
        else f"{float(v):.6g}"
        if isinstance(v, int)
        else str(v)
        for v in row
    )


def assert_rows(got, expected, ordered, what=""):
    assert len(got) == len(expected), (
        f"{what}: {len(got)} rows instead of {len(expected)}: {got[:5]} ... {expected[:5]}"
    )
    if not ordered:
        got, expected = sorted(got, key=_key), sorted(expected, key=_key)
    for at, (a, b) in enumerate(zip(got, expected)):
        assert _same(a, b), f"{what}: row {at} is {a} instead of {b}"


def check(sql, tables, peer="datafusion", ordered=False, budgets=(None,), peer_sql=None, expected=None):
    """Runs the statement everywhere; `expected` in place of a peer's rows where given."""
    if expected is None:
        expected = peer_rows(peer_sql or sql, tables, peer)
    for setting in settings(budgets):
        got = rows_of(session(tables, **setting).sql(sql).to_arrow_table())
        assert_rows(got, expected, ordered, f"{sql} {setting}")
    return expected
