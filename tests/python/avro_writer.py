# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Avro object container files, written for tests."""

import json
import struct
import zlib


def _number(value):
    value = (value << 1) ^ (value >> 63)
    out = b""
    while True:
        byte = value & 0x7F
        value >>= 7
        if not value:
            return out + bytes([byte])
        out += bytes([byte | 0x80])


def _sized(value):
    data = value.encode() if isinstance(value, str) else value
    return _number(len(data)) + data


_PRIMITIVES = {
    "null": lambda value: b"",
    "boolean": lambda value: bytes([value]),
    "int": _number,
    "long": _number,
    "float": lambda value: struct.pack("<f", value),
    "double": lambda value: struct.pack("<d", value),
    "bytes": _sized,
    "string": _sized,
}


def _encode(type_, value):
    if isinstance(type_, list):
        branch = next(i for i, one in enumerate(type_) if (value is None) == (one == "null"))
        return _number(branch) + _encode(type_[branch], value)
    if isinstance(type_, str):
        return _PRIMITIVES[type_](value)
    kind = type_["type"]
    if kind == "record":
        return b"".join(_encode(field["type"], value[field["name"]]) for field in type_["fields"])
    if kind == "enum":
        return _number(type_["symbols"].index(value))
    if kind == "array":
        return (_number(len(value)) + b"".join(_encode(type_["items"], one) for one in value) if value else b"") + b"\0"
    if kind == "map":
        items = b"".join(_sized(key) + _encode(type_["values"], one) for key, one in value.items())
        return (_number(len(value)) + items if value else b"") + b"\0"
    return value if kind == "fixed" else _PRIMITIVES[kind](value)


def container(fields, rows, codec="null", block_rows=1000):
    """A file of records: fields are (name, type)."""
    schema = {"type": "record", "name": "row", "fields": [{"name": name, "type": type_} for name, type_ in fields]}
    mark = b"0123456789abcdef"
    out = b"Obj\x01" + _number(2) + _sized("avro.schema") + _sized(json.dumps(schema)) + _sized("avro.codec")
    out += _sized(codec) + b"\0" + mark
    for i in range(0, len(rows), block_rows):
        part = rows[i : i + block_rows]
        data = b"".join(_encode(schema, row) for row in part)
        if codec == "deflate":
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            data = packer.compress(data) + packer.flush()
        elif codec == "snappy":
            import pyarrow as pa

            data = pa.compress(data, "snappy", asbytes=True) + struct.pack(">I", zlib.crc32(data))
        elif codec == "zstandard":
            import pyarrow as pa

            data = pa.compress(data, "zstd", asbytes=True)
        elif codec == "bzip2":
            import bz2

            data = bz2.compress(data)
        out += _number(len(part)) + _sized(data) + mark
    return out
