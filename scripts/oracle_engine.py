# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""One SQL engine in a process of its own: reads a JSON line {"sql": text} a statement, writes a JSON line with its answer.

Called as oracle_engine.py NAME FOLDER with NAME bowstring, datafusion, duckdb or bowstring-matrix (each statement with many
settings: the answer's rows name those whose answers differ from the first's); FOLDER is its working directory, where
statements may leave files.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import oracle_answers  # noqa: E402


def datafusion_like(module):
    """A function from SQL to (batches, schema) for Bowstring or datafusion."""
    import pyarrow as pa

    config = module.SessionConfig().with_information_schema(True)
    context = module.SessionContext(config.with_target_partitions(4))

    def run(sql: str):
        frame = context.sql(sql)
        batches = [b if isinstance(b, pa.RecordBatch) else pa.record_batch(b) for b in frame.collect()]
        schema = batches[0].schema if batches else frame.schema()
        return batches, schema

    return run


def duckdb_like():
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})

    def run(sql: str):
        made = connection.sql(sql)
        if made is None:
            return [], pa.schema([])
        table = made.to_arrow_table()
        return table.to_batches(), table.schema

    return run


SETTINGS = [(w, b, m) for m in (None, 1 << 20) for w in (1, 2, 8) for b in (8192, 7, 1)]  # workers, batch size, budget


def matrix(module):
    """A function from a request to the settings whose answers differ from the first setting's."""
    import pyarrow as pa

    contexts = []
    for workers, batch_size, budget in SETTINGS:
        runtime = module.RuntimeEnvBuilder()
        if budget:
            runtime = runtime.with_fair_spill_pool(budget).with_disk_manager_os()
        config = module.SessionConfig().with_target_partitions(workers).with_batch_size(batch_size)
        contexts.append(module.SessionContext(config, runtime))

    def run(request: dict) -> dict:
        first, odd = None, []
        for context, setting in zip(contexts, SETTINGS):
            try:
                frame = context.sql(request["sql"])
                batches = [b if isinstance(b, pa.RecordBatch) else pa.record_batch(b) for b in frame.collect()]
                got = oracle_answers.answer(batches, batches[0].schema if batches else frame.schema())
            except Exception as error:
                got = {"error": str(error)[:300]}
                if setting[2] and "Resources exhausted" in got["error"]:
                    continue
            first = first or got
            different = oracle_answers.difference(got, first, request.get("ordered", False), loose=True)
            if different:
                odd.append([str(setting), different, got.get("error") or json.dumps(got["rows"])[:200]])
        return {"names": [], "types": [], "nullable": [], "rows": odd}

    return run


def main() -> None:
    name, folder = sys.argv[1:3]
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an engine prints is no answer
    os.chdir(folder)
    if name == "bowstring-matrix":
        import bowstring

        run = matrix(bowstring)
    else:
        engine = duckdb_like() if name == "duckdb" else datafusion_like(__import__(name))
        run = lambda request: oracle_answers.answer(*engine(request["sql"]))  # noqa: E731
    for line in sys.stdin:
        try:
            reply = run(json.loads(line))
        except BaseException as error:  # datafusion panics at times
            if isinstance(error, KeyboardInterrupt):
                raise
            reply = {"error": str(error)[:2000], "class": type(error).__name__}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
