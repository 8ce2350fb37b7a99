# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Bowstring as an engine of the side-by-side stream benchmark: `stream_peers.py --engine-module benches/stream_adapter.py`.

Run it with PYTHONPATH at the package (an installed one, or <build>/python)."""

TABLES = ("lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region")


def open_bowstring(data, limit, threads):
    import bowstring

    config = bowstring.SessionConfig().with_target_partitions(threads)
    runtime = bowstring.RuntimeEnvBuilder()
    if limit:
        runtime = runtime.with_fair_spill_pool(limit << 20).with_disk_manager_os()
    context = bowstring.SessionContext(config, runtime)
    for table in TABLES:
        context.register_parquet(table, f"{data}/{table}.parquet")
    return context.sql


ENGINES = {"bowstring": open_bowstring}
