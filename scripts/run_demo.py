# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Builds Bowstring, makes TPC-H at scale factor 1 as Parquet and streams a scan, a filter, a join and a top-k out of it;
called by scripts/demo. Prints for each query when the first batch came, the speed, and the memory beside the result's size."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import machine
from machine import ROOT, Missing, say

QUERIES = {
    "scan": "SELECT * FROM lineitem",
    "filter": "SELECT l_orderkey, l_extendedprice * (1 - l_discount) AS revenue, l_shipmode FROM lineitem "
    "WHERE l_shipdate >= DATE '1995-01-01' AND l_quantity < 24",
    "join": "SELECT l_orderkey, l_extendedprice, o_orderdate, o_orderpriority "
    "FROM lineitem JOIN orders ON l_orderkey = o_orderkey",
    "top-k": "SELECT * FROM lineitem ORDER BY l_extendedprice DESC, l_orderkey LIMIT 100",
}
TABLES = ("lineitem", "orders")


def resident_mb(key: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    raise KeyError(key)


def measure(folder: str, name: str) -> dict:
    """Runs in a process of its own: one query, read batch by batch through the Arrow C stream, nothing kept."""
    import pyarrow

    import bowstring

    context = bowstring.SessionContext()
    for table in TABLES:
        context.register_parquet(table, os.path.join(folder, f"{table}.parquet"))
    before = resident_mb("VmRSS:")
    rows = size = batches = 0
    first = None
    start = time.perf_counter()
    for batch in pyarrow.RecordBatchReader.from_stream(context.sql(QUERIES[name])):
        if first is None:
            first = time.perf_counter() - start
        rows += batch.num_rows
        size += batch.nbytes
        batches += 1
    seconds = time.perf_counter() - start
    return {
        "first_ms": first * 1e3,
        "seconds": seconds,
        "rows": rows,
        "batches": batches,
        "mb": size / 2**20,
        "peak_mb": resident_mb("VmHWM:") - before,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--scale", default="1", help="TPC-H scale factor (1)")
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "QUERY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return 0
    try:
        machine.need_compiler()
        machine.need_python_headers()
        say("Making an environment ...")
        python = machine.environment("demo", ROOT / "scripts" / "requirements-build.txt")
        say("Building (some minutes the first time) ...")
        start = time.monotonic()
        folder = ROOT / "build" / "demo"
        machine.configure(python, folder, "-DBOWSTRING_TESTS=OFF")
        if not machine.build(python, folder):
            raise Missing("The build failed; its end is above.")
        say(f"  done in {time.monotonic() - start:.0f} s")
        say(f"Making TPC-H tables at scale factor {options.scale} (once; kept in the cache folder) ...")
        data = machine.tpch(python, options.scale)
    except Missing as problem:
        say(str(problem))
        return 1

    say(f"\n{data}/{{{','.join(TABLES)}}}.parquet\n")
    say(
        f"{'query':<8} {'first batch':>12} {'total':>9} {'rows':>11} {'rows/s':>12} {'MB/s':>7} {'result':>9} {'peak memory':>12}"
    )
    environment = dict(machine.build_environment(python), PYTHONPATH=str(folder / "python"))
    for name in QUERIES:
        command = [python, __file__, "--measure", data, name]
        done = subprocess.run([str(c) for c in command], env=environment, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            say(f"The query `{name}` failed: {QUERIES[name]}")
            return 1
        r = json.loads(done.stdout)
        say(
            f"{name:<8} {r['first_ms']:>9.1f} ms {r['seconds'] * 1e3:>6.0f} ms {r['rows']:>11,} "
            f"{r['rows'] / r['seconds']:>12,.0f} {r['mb'] / r['seconds']:>7,.0f} {r['mb']:>6,.0f} MB {r['peak_mb']:>9,.0f} MB"
        )
    say("\nThe result was read batch by batch; peak memory is what the process held above its size before the query.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
