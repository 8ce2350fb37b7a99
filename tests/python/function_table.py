# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The table that function tests call functions over: a column of every type, with NULLs, empties and extremes."""

import datetime
import decimal

import pyarrow as pa

D = decimal.Decimal


def _times(values, kind):
    return pa.array(values, pa.int64()).cast(kind)


def table():
    date = datetime.date
    stamp = datetime.datetime
    stamps = [
        stamp(1970, 1, 1),
        stamp(2020, 2, 29, 12, 34, 56, 789012),
        stamp(1969, 12, 31, 23, 59, 59, 999999),
        None,
        stamp(2001, 1, 1),
        stamp(2024, 3, 31, 2, 30),
    ]
    lists = [[1, 2, 3], [], None, [None], [5, None, 5], [2, 1]]
    columns = {
        "i8": pa.array([1, -128, 127, None, 0, 5], pa.int8()),
        "i16": pa.array([1, -3, 100, None, 0, 7], pa.int16()),
        "i32": pa.array([1, -2, 40000, None, 0, 9], pa.int32()),
        "i64": pa.array([1, -7, 3000000, None, 0, 3], pa.int64()),
        "u8": pa.array([1, 2, 255, None, 0, 6], pa.uint8()),
        "u16": pa.array([1, 2, 65535, None, 0, 6], pa.uint16()),
        "u32": pa.array([1, 4000000000, 3, None, 0, 2], pa.uint32()),
        "u64": pa.array([1, 10000000000, 9, None, 0, 4], pa.uint64()),
        "f16": pa.array([1.5, -2.5, 0, None, 100, 3], pa.float32()).cast(pa.float16()),
        "f32": pa.array([1.5, -2.25, 0.1, None, 0, float("nan")], pa.float32()),
        "f64": pa.array([1.55, -2.5, 1e9, None, -0.0, float("nan")], pa.float64()),
        "d": pa.array([D("1.25"), D("-99.99"), D("999.99"), None, D("0.00"), D("0.01")], pa.decimal128(5, 2)),
        "w": pa.array([D(3), D("12345678901234567890.1234567891"), D(-1), None, D(0), D("0.5")], pa.decimal128(38, 10)),
        "d256": pa.array([D(3), D("12345678901234567890.12"), D(-1), None, D(0), D("0.5")], pa.decimal256(40, 2)),
        "b": pa.array([True, False, True, None, False, True]),
        "s": pa.array(["abc", "", "a long text that is not inline", None, "Äöü%_x", "5"], pa.string()),
        "v": pa.array(["abc", "abd", "a long text that is not inline", None, "", "12"], pa.string_view()),
        "ls": pa.array(["abc", " x ", "b", None, "", "aßb"], pa.large_string()),
        "ds": pa.array(["abc", "x", "abc", None, "", " b "], pa.string()).dictionary_encode(),
        "bin": pa.array([b"abc", b"", b"\x00\xff", None, b"a", b"12"], pa.binary()),
        "bv": pa.array([b"abc", b"", b"\x00\xff a long value, not inline", None, b"a", b"12"], pa.binary_view()),
        "da": pa.array([date(1970, 1, 1), date(2020, 2, 29), date(1999, 12, 31), None, date(1900, 3, 1), date(2024, 3, 31)]),
        "da64": pa.array([date(1970, 1, 1), date(2020, 2, 29), None, None, date(1900, 3, 1), date(2024, 3, 31)], pa.date64()),
        "ts": pa.array(stamps, pa.timestamp("us")),
        "tsn": pa.array(stamps, pa.timestamp("ns")),
        "tss": pa.array([s and s.replace(microsecond=0) for s in stamps], pa.timestamp("s")),
        "tz": _times([0, 1582979696789, 1711846799000, None, 993945600000, 1729990800000], pa.timestamp("ms", "Europe/Berlin")),
        "t64": _times([0, 45296789012, 86399999999, None, 3600000000, 1], pa.time64("us")),
        "t32": pa.array([0, 45296, 86399, None, 3600, 1], pa.int32()).cast(pa.time32("s")),
        "iv": pa.array([(0, 0, 0), (14, 3, 3600 * 10**9), (-1, 0, 0), None, (0, 1, 1), (1, -1, -1)], pa.month_day_nano_interval()),
        "du": _times([0, 1500, -90061001, None, 3600000, 1], pa.duration("ms")),
        "l": pa.array(lists, pa.list_(pa.int64())),
        "lf": pa.array([[1.5, 2.0], [], None, [None], [0.0, float("nan")], [3.0, 4.0]], pa.list_(pa.float64())),
        "ll": pa.array(lists, pa.large_list(pa.int64())),
        "fl": pa.array([[1, 2, 3], [4, 5, 6], None, [None, 1, 1], [7, 7, 7], [3, 2, 1]], pa.list_(pa.int64(), 3)),
        "lv": pa.array(lists, pa.list_view(pa.int64())),
        "lst": pa.array([["a", "b"], [], None, [None, "a"], ["a", "a"], ["c"]], pa.list_(pa.string())),
        "nl": pa.array([[[1, 2], [3]], [], None, [None, []], [[1, 2], [1, 2]], [[None]]], pa.list_(pa.list_(pa.int64()))),
        "st": pa.array(
            [{"x": 1, "y": "a"}, {"x": None, "y": "b"}, None, {"x": 3, "y": None}, {"x": 1, "y": "a"}, {"x": 0, "y": ""}],
            pa.struct([("x", pa.int64()), ("y", pa.string())]),
        ),
        "m": pa.array(
            [[("a", 1), ("b", 2)], [], None, [("abc", None)], [("b", 7)], [("5", 5), ("a", 0)]], pa.map_(pa.string(), pa.int64())
        ),
        "n": pa.nulls(6),
        "md": pa.array([1, 2, 3, None, 5, 6], pa.int32()),
        "g": pa.array([1, 1, 2, 2, 1, None], pa.int64()),
    }
    fields = [pa.field(name, column.type) for name, column in columns.items()]
    fields = [f.with_metadata({"k": "v", "k2": "w"}) if f.name == "md" else f for f in fields]
    return pa.table(list(columns.values()), schema=pa.schema(fields))
