# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""tpch_data.py FOLDER SCALE...: writes FOLDER/tpch.json ({"queries": {nr: text}, "answers": {scale: {nr: text}}}) and for each scale
the tables that the answers were made from, as FOLDER/sf<scale>/<table>.parquet.

Runs in an environment that has duckdb-extension-tpch and the duckdb that it is made for: both come from there, and nothing of ours
is asked. (tpchgen-cli's tables have other addresses and comments, so that they don't give these answers.)"""

import json
import os
import pathlib
import sys

import duckdb
import duckdb_extension_tpch

folder = pathlib.Path(sys.argv[1])
extension = next(pathlib.Path(duckdb_extension_tpch.__file__).parent.glob("extensions/*/tpch.duckdb_extension"))


def connect():
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{extension}'")
    return connection


for scale in sys.argv[2:]:
    if (folder / f"sf{scale}").is_dir():
        continue
    partial = folder / f"sf{scale}.{os.getpid()}"
    partial.mkdir(parents=True)
    connection = connect()
    connection.execute(f"CALL dbgen(sf = {scale})")
    for (table,) in connection.execute("SHOW TABLES").fetchall():
        connection.execute(f"COPY {table} TO '{partial}/{table}.parquet' (FORMAT parquet)")
    partial.rename(folder / f"sf{scale}")

connection = connect()
queries = dict(connection.execute("SELECT query_nr, query FROM tpch_queries()").fetchall())
answers: dict[str, dict[int, str]] = {}
for number, scale, answer in connection.execute("SELECT query_nr, scale_factor, answer FROM tpch_answers()").fetchall():
    answers.setdefault(f"{scale:g}", {})[number] = answer
(folder / "tpch.json").write_text(json.dumps({"queries": queries, "answers": answers}))
