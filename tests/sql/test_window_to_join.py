# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Aggregates over whole partitions are joined to the rows, where these can be read twice; nothing is held but the groups."""

import decimal
import random

import duckdb
import pyarrow as pa
import pytest
from peers import assert_rows, rows_of, session

import bowstring

ROWS = 110_000
_pick = random.Random(5)
TABLES = {
    "t": pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "k": pa.array([_pick.choice([None, *range(300)]) for _ in range(ROWS)], pa.int32()),
            "s": pa.array([_pick.choice([None, "", "a", "a longer text than fits"]) for _ in range(ROWS)]),
            "v": pa.array([_pick.choice([None, *range(-50, 50)]) for _ in range(ROWS)], pa.int64()),
            "f": pa.array([i % 97 / 8 for i in range(ROWS)], pa.float64()),
            "c": pa.array([decimal.Decimal(i % 1000) / 100 for i in range(ROWS)], pa.decimal128(15, 2)),
        }
    )
}
DONE = [
    "select id, sum(v) over (partition by k) a from t",
    "select id, count(*) over () a, sum(c) over () b, min(s) over (partition by k) d from t",
    "select id, avg(v) over (partition by k) a, count(v) over (partition by k) b, max(f) over (partition by k % 7) d from t where id >= 0",
    "select * from (select id, v, avg(v) over (partition by k) a from t) where v > a and id % 3 = 0",
    "select id, sum(v) filter (where f > 3) over (partition by k % 10) a from t",
    "select id, row_number() over (partition by s order by id) r, sum(v) over (partition by k) a from t",
    "select id, sum(v) over (partition by k rows between unbounded preceding and unbounded following) a, sum(v) over (partition by s order by id) b from t",
    "select g, count(*), sum(a) from (select k % 7 g, count(*) over (partition by k) a from t) group by g",
    "select id, sum(v) over (partition by k) a from t where f is not null",
]
NOT_DONE = [
    "select id, sum(v) over (partition by k order by id) a from t",
    "select id, sum(v) over (partition by f) a from t",
    "select id, count(distinct v) over (partition by k) a from t",
    "select id, first_value(v) over (partition by k) a from t",
    "select id, sum(v) over (partition by id) a from t",
    "select id, sum(v) over (partition by k rows between 1 preceding and unbounded following) a from t",
    "select id, sum(v) over (partition by k) a, rank() over (partition by k order by id) r from t",
    "select a.id, sum(a.v) over (partition by a.k) s from t a join t b on a.id = b.id",
    "select id, sum(v) over (partition by k) a from (select id, v, cast(random() * 9 as int) k from t)",
]
OFF = {"bowstring.optimizer.disabled_rules": "window_to_join"}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """In a file, whose statistics say how many keys there can be."""
    import pyarrow.parquet as parquet

    path = tmp_path_factory.mktemp("totals") / "t.parquet"
    parquet.write_table(TABLES["t"], path)
    return str(path)


def of_file(path, settings=None, workers=2, batch_size=8192, budget=None):
    config = bowstring.SessionConfig(settings or {}).with_target_partitions(workers).with_batch_size(batch_size)
    runtime = bowstring.RuntimeEnvBuilder()
    if budget is not None:
        runtime = runtime.with_fair_spill_pool(budget).with_disk_manager_os()
    context = bowstring.SessionContext(config, runtime)
    context.register_parquet("t", path)
    return context


@pytest.mark.parametrize("sql", DONE)
def test_joined(path, sql):
    frame = of_file(path).sql(sql)
    assert "__total_" in frame.optimized_logical_plan().display_indent()
    without = of_file(path, OFF).sql(sql)
    assert "__total_" not in without.optimized_logical_plan().display_indent()
    assert frame.schema().equals(without.schema())
    got = frame.to_arrow_table()
    assert got.schema.equals(without.to_arrow_table().schema)
    expected = rows_of(duckdb.sql(sql.replace(" from t", f" from '{path}' t", 1)).to_arrow_table())
    assert_rows(rows_of(got), expected, ordered=False, what=sql)
    for setting in ({"workers": 1, "batch_size": 7}, {"workers": 8, "budget": 16 << 20}):
        assert_rows(rows_of(of_file(path, **setting).sql(sql).to_arrow_table()), expected, ordered=False, what=sql)


@pytest.mark.parametrize("sql", NOT_DONE)
def test_left_as_it_is(path, sql):
    assert "__total_" not in of_file(path).sql(sql).optimized_logical_plan().display_indent()


def test_small_tables_stay():
    few = {"t": TABLES["t"].slice(0, 300)}
    assert "__total_" not in session(few).sql(DONE[0]).optimized_logical_plan().display_indent()


def test_rows_keep_their_order(path):
    for workers in (1, 2, 8):
        rows = rows_of(of_file(path, workers=workers).sql(DONE[0]).to_arrow_table())
        assert [row[0] for row in rows] == list(range(ROWS))


def test_streams_with_little_memory():
    """Fifty million rows don't fit 32 MB; their partitions' sums do."""
    context = session({}, budget=32 << 20)
    frame = context.sql("select value, sum(value) over (partition by value % 1000) s from range(0, 50000000)")
    stream = frame.execute_stream()
    assert next(stream).num_rows == 8192
    assert stream.stats.spilled_bytes == 0
    stream.close()
