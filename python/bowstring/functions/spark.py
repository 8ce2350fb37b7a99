# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Spark's functions, with its semantics where they differ from SQL's.

A str where data is wanted is a column's name; counts, scales, parts and formats may be plain values.
"""

from __future__ import annotations

from typing import Any

from bowstring._load import _core
from bowstring.expr import Expr, _name_or_expr, coerce_to_expr, sort_list_to_raw_sort_list  # noqa: F401
from bowstring.functions._call import aggregate, call

__all__ = [
    "abs",
    "add_months",
    "array",
    "array_contains",
    "array_repeat",
    "ascii",
    "atan2",
    "avg",
    "base64",
    "bin",
    "bit_count",
    "bit_get",
    "bitmap_bit_position",
    "bitmap_bucket_number",
    "bitmap_count",
    "bitwise_not",
    "ceil",
    "ceiling",
    "char",
    "char_length",
    "character_length",
    "collect_list",
    "collect_set",
    "concat",
    "concat_ws",
    "crc32",
    "csc",
    "date_add",
    "date_diff",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datepart",
    "elt",
    "expm1",
    "factorial",
    "floor",
    "format_string",
    "from_utc_timestamp",
    "getbit",
    "hex",
    "hour",
    "hypot",
    "if_",
    "ilike",
    "is_valid_utf8",
    "json_tuple",
    "last_day",
    "length",
    "like",
    "luhn_check",
    "make_dt_interval",
    "make_interval",
    "make_valid_utf8",
    "map_from_arrays",
    "map_from_entries",
    "minute",
    "modulus",
    "monthname",
    "negative",
    "next_day",
    "parse_url",
    "pmod",
    "pow",
    "power",
    "printf",
    "quote",
    "rint",
    "round",
    "sec",
    "second",
    "sha",
    "sha1",
    "sha2",
    "shiftleft",
    "shiftright",
    "shiftrightunsigned",
    "shuffle",
    "size",
    "slice",
    "soundex",
    "space",
    "spark_cast",
    "str_to_map",
    "substr",
    "substring",
    "time_trunc",
    "to_utc_timestamp",
    "trunc",
    "try_parse_url",
    "try_sum",
    "try_url_decode",
    "unbase64",
    "unhex",
    "unix_date",
    "unix_micros",
    "unix_millis",
    "unix_seconds",
    "url_decode",
    "url_encode",
    "weekday",
    "width_bucket",
    "xxhash64",
]


def _data(value: Any) -> Expr:
    """An expression, or the column of that name."""
    return Expr(_name_or_expr(value))


def _narrow(value: Any) -> Expr:
    """A count, in the 32 bits that the function takes."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool):
        raise TypeError("Expected integer, got bool")
    if isinstance(value, float):
        value = int(value)
    return Expr(_core.Expr.literal(value, _core.DataType("int32"), None))


def _parts(*values: Any) -> list[Expr]:
    """Parts of an interval; those left out are 0. All but the last, the seconds, have 32 bits."""
    *whole, seconds = values
    return [_narrow(0 if value is None else value) for value in whole] + [coerce_to_expr(0.0 if seconds is None else seconds)]


def _optional(*values: Any) -> list[Expr]:
    given = len(values)
    while given and values[given - 1] is None:
        given -= 1
    return [coerce_to_expr(value) for value in values[:given]]


def abs(col: Any) -> Expr:
    return call("spark_abs", _data(col))


def add_months(start: Any, months: Any) -> Expr:
    return call("spark_add_months", _data(start), _narrow(months))


def array(*cols: Any) -> Expr:
    return call("spark_array", *[_data(item) for item in cols])


def array_contains(col: Any, value: Any) -> Expr:
    return call("spark_array_contains", _data(col), coerce_to_expr(value))


def array_repeat(col: Any, count: Any) -> Expr:
    return call("spark_array_repeat", _data(col), coerce_to_expr(count))


def ascii(col: Any) -> Expr:
    return call("spark_ascii", _data(col))


def atan2(col1: Any, col2: Any) -> Expr:
    return call("spark_atan2", coerce_to_expr(col1), coerce_to_expr(col2))


def avg(
    col: Any, distinct: bool | None = None, filter: Expr | None = None, order_by: Any = None, null_treatment: Any = None
) -> Expr:
    return aggregate(
        "spark_avg",
        _data(col),
        distinct=distinct,
        filter=filter,
        order_by=order_by,
        null_treatment=null_treatment,
    )


def base64(col: Any) -> Expr:
    return call("spark_base64", _data(col))


def bin(col: Any) -> Expr:
    return call("spark_bin", _data(col))


def bit_count(col: Any) -> Expr:
    return call("spark_bit_count", _data(col))


def bit_get(col: Any, pos: Any) -> Expr:
    return call("spark_bit_get", _data(col), _data(pos))


def bitmap_bit_position(col: Any) -> Expr:
    return call("spark_bitmap_bit_position", _data(col))


def bitmap_bucket_number(col: Any) -> Expr:
    return call("spark_bitmap_bucket_number", _data(col))


def bitmap_count(col: Any) -> Expr:
    return call("spark_bitmap_count", _data(col))


def bitwise_not(col: Any) -> Expr:
    return call("spark_bitwise_not", _data(col))


def ceil(col: Any) -> Expr:
    return call("spark_ceil", _data(col))


def ceiling(col: Any) -> Expr:
    return call("spark_ceil", _data(col))


def char(col: Any) -> Expr:
    return call("spark_char", _data(col))


def char_length(col: Any) -> Expr:
    return call("spark_length", _data(col))


def character_length(col: Any) -> Expr:
    return call("spark_length", _data(col))


def collect_list(
    col: Any, distinct: bool | None = None, filter: Expr | None = None, order_by: Any = None, null_treatment: Any = None
) -> Expr:
    return aggregate(
        "spark_collect_list",
        _data(col),
        distinct=distinct,
        filter=filter,
        order_by=order_by,
        null_treatment=null_treatment,
    )


def collect_set(
    col: Any, distinct: bool | None = None, filter: Expr | None = None, order_by: Any = None, null_treatment: Any = None
) -> Expr:
    return aggregate(
        "spark_collect_set",
        _data(col),
        distinct=True,
        filter=filter,
        order_by=order_by,
        null_treatment=null_treatment,
    )


def concat(*cols: Any) -> Expr:
    return call("spark_concat", *[_data(item) for item in cols])


def concat_ws(sep: Any, *cols: Any) -> Expr:
    return call("spark_concat_ws", coerce_to_expr(sep), *[_data(item) for item in cols])


def crc32(col: Any) -> Expr:
    return call("spark_crc32", _data(col))


def csc(col: Any) -> Expr:
    return call("spark_csc", _data(col))


def date_add(start: Any, days: Any) -> Expr:
    return call("spark_date_add", _data(start), _narrow(days))


def date_diff(end: Any, start: Any) -> Expr:
    return call("spark_date_diff", _data(end), _data(start))


def date_part(field: Any, source: Any) -> Expr:
    return call("spark_date_part", coerce_to_expr(field), _data(source))


def date_sub(start: Any, days: Any) -> Expr:
    return call("spark_date_sub", _data(start), _narrow(days))


def date_trunc(format: Any, timestamp: Any) -> Expr:
    return call("spark_date_trunc", coerce_to_expr(format), _data(timestamp))


def dateadd(start: Any, days: Any) -> Expr:
    return call("spark_date_add", _data(start), _narrow(days))


def datediff(end: Any, start: Any) -> Expr:
    return call("spark_date_diff", _data(end), _data(start))


def datepart(field: Any, source: Any) -> Expr:
    return call("spark_date_part", coerce_to_expr(field), _data(source))


def elt(*inputs: Any) -> Expr:
    return call("spark_elt", *[_data(item) for item in inputs])


def expm1(col: Any) -> Expr:
    return call("spark_expm1", _data(col))


def factorial(col: Any) -> Expr:
    return call("spark_factorial", _data(col))


def floor(col: Any) -> Expr:
    return call("spark_floor", _data(col))


def format_string(format: Any, *cols: Any) -> Expr:
    return call("spark_format_string", coerce_to_expr(format), *[_data(item) for item in cols])


def from_utc_timestamp(timestamp: Any, tz: Any) -> Expr:
    return call("spark_from_utc_timestamp", _data(timestamp), coerce_to_expr(tz))


def getbit(col: Any, pos: Any) -> Expr:
    return call("spark_bit_get", _data(col), _data(pos))


def hex(col: Any) -> Expr:
    return call("spark_hex", _data(col))


def hour(col: Any) -> Expr:
    return call("spark_hour", _data(col))


def hypot(col1: Any, col2: Any) -> Expr:
    return call("spark_hypot", coerce_to_expr(col1), coerce_to_expr(col2))


def if_(condition: Any, if_true: Any, if_false: Any) -> Expr:
    return call("spark_if", _data(condition), coerce_to_expr(if_true), coerce_to_expr(if_false))


def ilike(str: Any, pattern: Any, escapeChar: Any = None) -> Expr:
    if escapeChar is not None:
        raise NotImplementedError("ilike(escapeChar=...) is not yet supported by the Spark UDF binding")
    return call("spark_ilike", _data(str), _data(pattern))


def is_valid_utf8(str: Any) -> Expr:
    return call("spark_is_valid_utf8", _data(str))


def json_tuple(col: Any, *fields: Any) -> Expr:
    return call("spark_json_tuple", _data(col), *[coerce_to_expr(item) for item in fields])


def last_day(date: Any) -> Expr:
    return call("spark_last_day", _data(date))


def length(col: Any) -> Expr:
    return call("spark_length", _data(col))


def like(str: Any, pattern: Any, escapeChar: Any = None) -> Expr:
    if escapeChar is not None:
        raise NotImplementedError("like(escapeChar=...) is not yet supported by the Spark UDF binding")
    return call("spark_like", _data(str), _data(pattern))


def luhn_check(col: Any) -> Expr:
    return call("spark_luhn_check", _data(col))


def make_dt_interval(days: Any = None, hours: Any = None, mins: Any = None, secs: Any = None) -> Expr:
    return call("spark_make_dt_interval", *_parts(days, hours, mins, secs))


def make_interval(
    years: Any = None,
    months: Any = None,
    weeks: Any = None,
    days: Any = None,
    hours: Any = None,
    mins: Any = None,
    secs: Any = None,
) -> Expr:
    return call("spark_make_interval", *_parts(years, months, weeks, days, hours, mins, secs))


def make_valid_utf8(str: Any) -> Expr:
    return call("spark_make_valid_utf8", _data(str))


def map_from_arrays(col1: Any, col2: Any) -> Expr:
    return call("spark_map_from_arrays", _data(col1), _data(col2))


def map_from_entries(col: Any) -> Expr:
    return call("spark_map_from_entries", _data(col))


def minute(col: Any) -> Expr:
    return call("spark_minute", _data(col))


def modulus(dividend: Any, divisor: Any) -> Expr:
    return call("spark_modulus", coerce_to_expr(dividend), coerce_to_expr(divisor))


def monthname(col: Any) -> Expr:
    return call("spark_monthname", _data(col))


def negative(col: Any) -> Expr:
    return call("spark_negative", _data(col))


def next_day(date: Any, dayOfWeek: Any) -> Expr:
    return call("spark_next_day", _data(date), coerce_to_expr(dayOfWeek))


def parse_url(url: Any, partToExtract: Any, key: Any = None) -> Expr:
    return call("spark_parse_url", _data(url), _data(partToExtract), *([] if key is None else [_data(key)]))


def pmod(dividend: Any, divisor: Any) -> Expr:
    return call("spark_pmod", coerce_to_expr(dividend), coerce_to_expr(divisor))


def pow(col1: Any, col2: Any) -> Expr:
    return call("spark_pow", coerce_to_expr(col1), coerce_to_expr(col2))


def power(col1: Any, col2: Any) -> Expr:
    return call("spark_pow", coerce_to_expr(col1), coerce_to_expr(col2))


def printf(format: Any, *cols: Any) -> Expr:
    return call("spark_format_string", _data(format), *[_data(item) for item in cols])


def quote(col: Any) -> Expr:
    return call("spark_quote", _data(col))


def rint(col: Any) -> Expr:
    return call("spark_rint", _data(col))


def round(col: Any, scale: Any = None) -> Expr:
    return call("spark_round", _data(col), _narrow(0) if scale is None else coerce_to_expr(scale))


def sec(col: Any) -> Expr:
    return call("spark_sec", _data(col))


def second(col: Any) -> Expr:
    return call("spark_second", _data(col))


def sha(col: Any) -> Expr:
    return call("spark_sha1", _data(col))


def sha1(col: Any) -> Expr:
    return call("spark_sha1", _data(col))


def sha2(col: Any, numBits: Any) -> Expr:
    return call("spark_sha2", _data(col), coerce_to_expr(numBits))


def shiftleft(col: Any, numBits: Any) -> Expr:
    return call("spark_shiftleft", _data(col), coerce_to_expr(numBits))


def shiftright(col: Any, numBits: Any) -> Expr:
    return call("spark_shiftright", _data(col), coerce_to_expr(numBits))


def shiftrightunsigned(col: Any, numBits: Any) -> Expr:
    return call("spark_shiftrightunsigned", _data(col), coerce_to_expr(numBits))


def shuffle(col: Any, seed: Any = None) -> Expr:
    if seed is not None:
        raise NotImplementedError("shuffle(seed=...) is not yet supported by the Spark UDF binding")
    return call("spark_shuffle", _data(col))


def size(col: Any) -> Expr:
    return call("spark_size", _data(col))


def slice(x: Any, start: Any, length: Any) -> Expr:
    return call("spark_slice", _data(x), coerce_to_expr(start), coerce_to_expr(length))


def soundex(col: Any) -> Expr:
    return call("spark_soundex", _data(col))


def space(col: Any) -> Expr:
    return call("spark_space", _narrow(col))


def spark_cast(arg: Any, type_str: Any) -> Expr:
    return call("spark_spark_cast", _data(arg), coerce_to_expr(type_str))


def str_to_map(text: Any, pairDelim: Any = None, keyValueDelim: Any = None) -> Expr:
    return call(
        "spark_str_to_map",
        _data(text),
        coerce_to_expr(",") if pairDelim is None else _data(pairDelim),
        coerce_to_expr(":") if keyValueDelim is None else _data(keyValueDelim),
    )


def substr(str: Any, pos: Any, len: Any = None) -> Expr:
    return call("spark_substring", _data(str), coerce_to_expr(pos), *_optional(len))


def substring(str: Any, pos: Any, len: Any) -> Expr:
    return call("spark_substring", _data(str), coerce_to_expr(pos), coerce_to_expr(len))


def time_trunc(unit: Any, time: Any) -> Expr:
    return call("spark_time_trunc", _data(unit), _data(time))


def to_utc_timestamp(timestamp: Any, tz: Any) -> Expr:
    return call("spark_to_utc_timestamp", _data(timestamp), coerce_to_expr(tz))


def trunc(date: Any, format: Any) -> Expr:
    return call("spark_trunc", _data(date), coerce_to_expr(format))


def try_parse_url(url: Any, partToExtract: Any, key: Any = None) -> Expr:
    return call("spark_try_parse_url", _data(url), _data(partToExtract), *([] if key is None else [_data(key)]))


def try_sum(
    col: Any, distinct: bool | None = None, filter: Expr | None = None, order_by: Any = None, null_treatment: Any = None
) -> Expr:
    return aggregate(
        "spark_try_sum",
        _data(col),
        distinct=distinct,
        filter=filter,
        order_by=order_by,
        null_treatment=null_treatment,
    )


def try_url_decode(str: Any) -> Expr:
    return call("spark_try_url_decode", _data(str))


def unbase64(col: Any) -> Expr:
    return call("spark_unbase64", _data(col))


def unhex(col: Any) -> Expr:
    return call("spark_unhex", _data(col))


def unix_date(col: Any) -> Expr:
    return call("spark_unix_date", _data(col))


def unix_micros(col: Any) -> Expr:
    return call("spark_unix_micros", _data(col))


def unix_millis(col: Any) -> Expr:
    return call("spark_unix_millis", _data(col))


def unix_seconds(col: Any) -> Expr:
    return call("spark_unix_seconds", _data(col))


def url_decode(str: Any) -> Expr:
    return call("spark_url_decode", _data(str))


def url_encode(str: Any) -> Expr:
    return call("spark_url_encode", _data(str))


def weekday(col: Any) -> Expr:
    return call("spark_weekday", _data(col))


def width_bucket(v: Any, min: Any, max: Any, numBucket: Any) -> Expr:
    return call("spark_width_bucket", _data(v), coerce_to_expr(min), coerce_to_expr(max), coerce_to_expr(numBucket))


def xxhash64(*cols: Any) -> Expr:
    return call("spark_xxhash64", *[_data(item) for item in cols])
