# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Engines side by side: each is a function (tables {name: file or folder}, limit in MB or 0, threads) -> (sql -> iterator of batches)."""

import importlib
import os

import pyarrow


def arrow_stream(result):
    return iter(pyarrow.RecordBatchReader.from_stream(result))


def datafusion_like(package):
    def open_session(tables, limit, threads):
        engine = importlib.import_module(package)
        runtime = engine.RuntimeEnvBuilder()
        if limit:
            runtime = runtime.with_fair_spill_pool(limit << 20).with_disk_manager_os()
        context = engine.SessionContext(engine.SessionConfig().with_target_partitions(threads), runtime)
        for name, path in tables.items():
            context.register_parquet(name, path)
        return lambda sql: arrow_stream(context.sql(sql))

    return open_session


def duckdb(tables, limit, threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads={threads}")
    if limit:
        connection.execute(f"SET memory_limit='{limit}MB'; SET preserve_insertion_order=true")
    for name, path in tables.items():
        pattern = f"{path}/*.parquet" if os.path.isdir(path) else path
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{pattern}')")
    return lambda sql: arrow_stream(connection.sql(sql))


def polars(tables, limit, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    context = polars.SQLContext(
        {n: polars.scan_parquet(f"{p}/*.parquet" if os.path.isdir(p) else p) for n, p in tables.items()}
    )

    def batches(sql):
        for frame in context.execute(sql).collect_batches(maintain_order=True):
            yield from frame.to_arrow(compat_level=None).to_batches()

    return batches


def chdb(tables, limit, threads):
    from chdb import session

    connection = session.Session()
    connection.query(f"SET max_threads={threads}")
    if limit:
        connection.query(
            f"SET max_memory_usage={limit << 20}, max_bytes_before_external_sort={limit << 19}, max_bytes_before_external_group_by={limit << 19}"
        )
    for name, path in tables.items():
        pattern = f"{path}/*.parquet" if os.path.isdir(path) else path
        connection.query(f"CREATE VIEW IF NOT EXISTS default.{name} AS SELECT * FROM file('{pattern}', Parquet)")
    connection.query("USE default")
    return lambda sql: connection.send_query(sql, "Arrow").record_batch(rows_per_batch=65536)


ENGINES = {
    "bowstring": datafusion_like("bowstring"),
    "datafusion": datafusion_like("datafusion"),
    "duckdb": duckdb,
    "polars": polars,
    "chdb": chdb,
}
