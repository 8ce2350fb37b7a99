# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""TPC-DS: the 99 queries on Bowstring and on duckdb, over the same Parquet files; rows must be equal.

    python tests/oracle/tpcds.py --generate FOLDER [--scale 0.1]   # needs duckdb 1.5.5 and the package duckdb-extension-tpcds beside it
    python tests/oracle/tpcds.py FOLDER [QUERY...]                 # 1 .. 99; all where none is named

The folder gets a file a table and queries.json with the texts. Rows are compared as far as ORDER BY fixes their order: as sorted lists.
"""

import argparse
import decimal
import json
import math
import signal
import sys
import time
from pathlib import Path


def generate(folder: Path, scale: float) -> None:
    import duckdb
    import duckdb_extension_tpcds

    module = next(Path(duckdb_extension_tpcds.__file__).parent.rglob("tpcds.duckdb_extension"))
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"load '{module}'")
    connection.execute(f"call dsdgen(sf={scale})")
    folder.mkdir(parents=True, exist_ok=True)
    tables = connection.execute("select table_name from information_schema.tables where table_schema = 'main'").fetchall()
    for (table,) in tables:
        connection.execute(f"copy {table} to '{folder / table}.parquet' (format parquet)")
    queries = connection.execute("select query from tpcds_queries() order by query_nr").fetchall()
    (folder / "queries.json").write_text(json.dumps([text for (text,) in queries]))


def plain(value):
    """A value that compares and sorts across engines: numbers as float, texts without the blanks that fixed-width types add."""
    if isinstance(value, (decimal.Decimal, int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return value.rstrip()
    return None if value is None else str(value)


def near(a, b) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-6, abs_tol=1.1e-6)  # decimals divide to six digits here
    return a == b


def ordered(rows):
    # Numbers are rounded for the order alone: two that are nearly equal must not change places.
    def key(row):
        return [(v is None, 0 if not isinstance(v, float) else 1, "" if v is None else f"{v:.4e}" if isinstance(v, float) else v) for v in row]

    return sorted(rows, key=key)


def rows_of(table):
    return [tuple(map(plain, row)) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def difference(ours, peers):
    if len(ours) != len(peers):
        return f"{len(ours)} rows, duckdb has {len(peers)}"
    for a, b in zip(ordered(ours), ordered(peers), strict=True):
        if len(a) != len(b) or not all(map(near, a, b)):
            return f"{a} where duckdb has {b}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=int, nargs="*")
    parser.add_argument("--generate", action="store_true")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--timeout", type=int, default=60, help="seconds a query may take")
    options = parser.parse_args()
    if options.generate:
        generate(options.folder, options.scale)
        return 0
    import bowstring
    import duckdb

    texts = json.loads((options.folder / "queries.json").read_text())
    context = bowstring.SessionContext()
    connection = duckdb.connect()
    for path in sorted(options.folder.glob("*.parquet")):
        context.sql(f"create external table {path.stem} stored as parquet location '{path}'")
        connection.execute(f"create view {path.stem} as select * from '{path}'")
    failed, empty = [], 0
    for number in options.queries or range(1, len(texts) + 1):
        text = texts[number - 1].rstrip().rstrip(";")
        start = time.monotonic()
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.alarm(options.timeout)
        try:
            ours = rows_of(context.sql(text).to_arrow_table())
        except KeyboardInterrupt:
            failed.append(number)
            print(f"q{number}: more than {options.timeout} s")
            continue
        except Exception as error:
            failed.append(number)
            print(f"q{number}: {str(error)[:300]}")
            continue
        finally:
            signal.alarm(0)
        middle = time.monotonic()
        peers = rows_of(connection.sql(text).to_arrow_table())
        end = time.monotonic()
        empty += not peers
        found = difference(ours, peers)
        if found:
            failed.append(number)
        print(f"q{number}: {len(ours)} rows, {middle - start:.2f} s, duckdb {end - middle:.2f} s{': ' + found if found else ''}", flush=True)
    print(f"{len(failed)} differ or fail: {failed}; {empty} without rows")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
