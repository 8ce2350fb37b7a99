# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Damaged files: every byte changed, every length. Rows or an error, never a crash, a hang or an internal error."""

from __future__ import annotations

import gzip
import lzma

import bowstring
import pytest
from avro_writer import container

pa = pytest.importorskip("pyarrow")

CSV = b'a,b,c,d\n1,2.5,"x ""y""",2020-01-01\n-2,1e3,"p\nq",1999-12-31\n3,,,\n'
JSON = b'{"a":1,"b":[1.5,null],"c":{"d":"x\\u00e9"}}\n{"a":-2,"b":[],"c":{"d":null}}\n{"a":3}\n'
AVRO = container(
    [
        ("a", "long"),
        ("b", ["null", "string"]),
        ("c", {"type": "array", "items": "int"}),
        ("d", {"type": "map", "values": "double"}),
        ("e", {"type": "enum", "name": "e", "symbols": ["X", "Y"]}),
    ],
    [{"a": i, "b": "text" if i % 2 else None, "c": [i, i], "d": {"k": 1.5}, "e": "XY"[i % 2]} for i in range(6)],
    block_rows=3,
)

FILES = {
    "csv": ("csv", CSV, {}),
    "csv.gz": ("csv", gzip.compress(CSV), {"file_compression_type": "gzip"}),
    "csv.xz": ("csv", lzma.compress(CSV), {"file_compression_type": "xz"}),
    "csv.zst": ("csv", pa.compress(CSV, "zstd", asbytes=True), {"file_compression_type": "zstd"}),
    "csv with schema": (
        "csv",
        CSV,
        {"schema": pa.schema([("a", pa.int8()), ("b", pa.decimal128(8, 2)), ("c", pa.string_view()), ("d", pa.timestamp("us"))])},
    ),
    "json": ("json", JSON, {}),
    "json with schema": (
        "json",
        JSON,
        {"schema": pa.schema([("c", pa.map_(pa.string(), pa.string())), ("b", pa.list_(pa.float32())), ("a", pa.uint8())])},
    ),
    "avro": ("avro", AVRO, {}),
    "avro deflate": ("avro", container([("a", "long")], [{"a": i} for i in range(20)], "deflate"), {}),
    "avro snappy": ("avro", container([("a", "long")], [{"a": i} for i in range(20)], "snappy"), {}),
}


def _variants(data: bytes):
    for i in range(len(data)):
        yield data[:i]
        for change in (0x01, 0x80, 0xFF):
            yield data[:i] + bytes([data[i] ^ change]) + data[i + 1 :]


@pytest.mark.parametrize("name", FILES)
def test_damage(tmp_path, name):
    kind, data, arguments = FILES[name]
    path = tmp_path / "x"
    ctx = bowstring.SessionContext()
    read = getattr(ctx, f"read_{kind}")
    outcomes = {"rows": 0, "errors": 0}
    for variant in _variants(data):
        path.write_bytes(variant)
        try:
            frame = read(path, file_extension="", **arguments)
            batches = frame.collect()
            for batch in batches:
                batch.validate(full=True)
            outcomes["rows"] += 1
        except (bowstring.errors.InternalError, pa.ArrowInvalid):
            raise
        except Exception:
            outcomes["errors"] += 1
    assert min(outcomes.values()) > 0, outcomes


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_names_that_are_no_text(tmp_path, kind):
    """A column's name that isn't UTF-8 is an error that names the file, not one of Python's."""
    table = pa.table({"plain": [1], "colname": [2]})
    path = tmp_path / f"x.{kind}"
    if kind == "parquet":
        pytest.importorskip("pyarrow.parquet").write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    path.write_bytes(path.read_bytes().replace(b"colname", b"col\xffame"))
    ctx = bowstring.SessionContext()
    with pytest.raises(bowstring.errors.BowstringError, match=f"x.{kind}.*not UTF-8"):
        getattr(ctx, f"read_{kind}")(str(path)).collect()
