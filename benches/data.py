# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the tables that the benchmarks read, as Parquet: data.py KIND FOLDER [SOURCE].

h2o      x (1e7 rows, 100 groups a small key), small, medium, big, after db-benchmark's generators
wide     hits, 2e6 rows of 60 columns with skewed keys and texts
second   SOURCE's TPC-H tables once more, in other shapes: plain (no dictionaries), zstd, one_group (one row group a table), files (lineitem as
         10,000 small files), nulls (one value in ten NULL, text keys), shuffled
All from fixed seeds."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute  # noqa: F401
import pyarrow.parquet as pq


def write(folder: Path, name: str, table: pa.Table, **options) -> None:
    pq.write_table(table, folder / f"{name}.parquet", row_group_size=options.pop("row_group_size", 1 << 20), **options)


def h2o(folder: Path, rows: int = 10_000_000) -> None:
    random = np.random.default_rng(108)
    few, many = 100, rows // 100

    def text(prefix: str, values, digits: int) -> pa.Array:
        used, positions = np.unique(values, return_inverse=True)
        names = pa.array([f"{prefix}{v:0{digits}d}" for v in used])
        return pa.DictionaryArray.from_arrays(pa.array(positions.astype(np.int32)), names).cast(pa.string())

    ids = {n: random.integers(1, top + 1, rows) for n, top in (("id1", few), ("id2", few), ("id3", many))}
    columns = {n: text("id", v, 10 if n == "id3" else 3) for n, v in ids.items()}
    columns |= {n: random.integers(1, top + 1, rows) for n, top in (("id4", few), ("id5", few), ("id6", many))}
    columns |= {"v1": random.integers(1, 6, rows), "v2": random.integers(1, 16, rows)}
    columns["v3"] = np.round(random.uniform(0, 100, rows), 6)
    write(folder, "x", pa.table(columns))
    write(folder, "small", pa.table({"id4": np.arange(1, few + 1), "v2": random.uniform(0, 100, few)}))
    keys = np.arange(1, few + 1)
    write(folder, "medium", pa.table({"id2": text("id", keys, 3), "id5": keys, "v2": random.uniform(0, 100, few)}))
    write(
        folder, "big", pa.table({"id6": random.permutation(np.arange(1, many + 1)), "v2": random.uniform(0, 100, many)})
    )


def wide(folder: Path, rows: int = 2_000_000) -> None:
    random = np.random.default_rng(7)
    skewed = lambda top: np.minimum(random.zipf(1.3, rows), top)  # noqa: E731
    hosts = np.array(["google.com", "example.org", "news.example", "shop.example", "maps.google.net", "mail.example"])
    words = np.array(
        ["weather", "train times", "cheap flights", "", "recipes", "used cars", "tickets", "map", "phones", "jobs"]
    )
    urls = pa.array(
        [
            f"http://{h}/{p}/{q}"
            for h, p, q in zip(
                random.choice(hosts, rows, p=[0.02, 0.5, 0.2, 0.2, 0.01, 0.07]), skewed(5000), skewed(200)
            )
        ]
    )
    phrases = [
        w if not w or n > 400 else f"{w} {n}"
        for w, n in zip(
            random.choice(words, rows, p=[0.04, 0.03, 0.02, 0.8, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01]), skewed(5000)
        )
    ]
    seconds = np.sort(random.integers(0, 30 * 86400, rows)) + 1372636800
    columns = {
        "watch_id": random.integers(0, 2**62, rows),
        "user_id": random.integers(0, 2**62, 200_000)[np.minimum(skewed(200_000), 199_999)],
        "counter_id": skewed(5000),
        "event_time": pa.array(seconds * 1_000_000, pa.timestamp("us")),
        "event_date": pa.array((seconds // 86400).astype(np.int32), pa.date32()),
        "region": skewed(3000).astype(np.int32),
        "adv_engine": np.where(random.random(rows) < 0.97, 0, random.integers(1, 60, rows)).astype(np.int16),
        "width": random.choice([1024, 1280, 1366, 1440, 1920, 0], rows).astype(np.int16),
        "is_refresh": (random.random(rows) < 0.1).astype(np.int16),
        "url": urls,
        "phrase": pa.array(phrases),
    }
    for i in range(60 - len(columns)):
        columns[f"c{i}"] = skewed(2 ** (4 + i % 12)).astype((np.int16, np.int32, np.int64)[i % 3])
    write(folder, "hits", pa.table(columns))


def plain_texts(table: pa.Table) -> pa.Table:
    """pyarrow's kernels know few views."""
    fields = [f.with_type(pa.string()) if f.type == pa.string_view() else f for f in table.schema]
    return table.cast(pa.schema(fields))


def second(folder: Path, source: Path) -> None:
    tables = {file.stem: plain_texts(pq.read_table(file)) for file in sorted(source.glob("*.parquet"))}
    for name in ("plain", "zstd", "one_group", "nulls", "shuffled", "files"):
        (folder / name).mkdir()
    for name, table in tables.items():
        write(folder / "plain", name, table, use_dictionary=False)
        write(folder / "zstd", name, table, compression="zstd")
        write(folder / "one_group", name, table, row_group_size=1 << 30)
        random = np.random.default_rng(3)
        write(folder / "shuffled", name, table.take(pa.array(random.permutation(table.num_rows))))
        columns = []
        for field, column in zip(table.schema, table.columns):
            if not field.name.endswith("key") and table.num_rows > 100:
                column = pa.chunked_array(
                    [pa.compute.if_else(pa.array(random.random(table.num_rows) >= 0.1), column.combine_chunks(), None)]
                )
            elif field.name in ("l_suppkey", "s_suppkey", "ps_suppkey"):
                column = pa.compute.binary_join_element_wise("supplier ", column.cast(pa.string()), "")
            columns.append(column)
        write(folder / "nulls", name, pa.table(columns, names=table.column_names))
        if name != "lineitem":
            write(folder / "files", name, table)
    (folder / "files" / "lineitem").mkdir()
    line = tables["lineitem"]
    each = -(-line.num_rows // 10_000)
    for i in range(0, line.num_rows, each):
        pq.write_table(line.slice(i, each), folder / "files" / "lineitem" / f"{i // each:05d}.parquet")


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    if kind == "h2o":
        h2o(partial)
    elif kind == "wide":
        wide(partial)
    else:
        second(partial, Path(sys.argv[3]))
    partial.rename(folder)


if __name__ == "__main__":
    main()
