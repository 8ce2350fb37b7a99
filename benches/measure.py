# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""One engine, measured in this process: reads a request as JSON from standard input, prints a line of JSON a case.

Request: engine, tables {name: path}, cases {name: sql}, threads, limit (MB), repeats. A case's line: name, and either error, or
first (ms to 1,024 rows or the end), total (ms; the best of `repeats`), peak (MB of resident memory above the start of the case, of the
process's high mark so far: only meaningful with one case a process), rows, open (ms for session and tables)."""

import json
import os
import sys
import time
from pathlib import Path

from engines import ENGINES


def resident_mb(key: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) / 1024


def run(query, sql: str) -> dict:
    base = resident_mb("VmRSS:")
    rows, first, start = 0, None, time.perf_counter()
    for batch in query(sql):
        rows += batch.num_rows
        if first is None and rows >= 1024:
            first = time.perf_counter() - start
        del batch
    total = time.perf_counter() - start
    return {
        "first": (total if first is None else first) * 1e3,
        "total": total * 1e3,
        "peak": resident_mb("VmHWM:") - base,
        "rows": rows,
    }


def main() -> None:
    request = json.load(sys.stdin)
    start = time.perf_counter()
    query = ENGINES[request["engine"]](request["tables"], request["limit"], request["threads"])
    opened = (time.perf_counter() - start) * 1e3
    for name, sql in request["cases"].items():
        try:
            runs = [run(query, sql) for _ in range(request["repeats"])]
            answer = min(runs, key=lambda r: r["total"]) | {"name": name, "open": opened}
        except Exception as problem:  # an engine's own refusal is a result
            answer = {"name": name, "error": f"{type(problem).__name__}: {problem}".splitlines()[0][:200]}
        print(json.dumps(answer), flush=True)
    os._exit(0)  # an engine that hangs at exit spoils nothing


if __name__ == "__main__":
    main()
