# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""One SQL engine in a process of its own: reads a JSON line {"sql": text} a statement, writes a JSON line with its answer.

Called as oracle_engine.py NAME FOLDER with NAME bowstring, datafusion or duckdb; FOLDER is its working directory, where
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


def main() -> None:
    name, folder = sys.argv[1:3]
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an engine prints is no answer
    os.chdir(folder)
    run = duckdb_like() if name == "duckdb" else datafusion_like(__import__(name))
    for line in sys.stdin:
        try:
            reply = oracle_answers.answer(*run(json.loads(line)["sql"]))
        except BaseException as error:  # datafusion panics at times
            if isinstance(error, KeyboardInterrupt):
                raise
            reply = {"error": str(error)[:2000], "class": type(error).__name__}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
