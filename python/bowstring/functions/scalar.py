# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Scalar functions over numbers, texts, times and other single values."""

from __future__ import annotations

from typing import Any

from bowstring import _arrow
from bowstring._load import _core
from bowstring.expr import CaseBuilder, Expr, SortExpr, coerce_to_expr, coerce_to_expr_list, ensure_expr
from bowstring.functions._call import call, text, word
from bowstring.functions._call import column as _column
from bowstring.functions._call import optional as _optional


def col(name: str) -> Expr:
    """A column by its name as in SQL."""
    return Expr.column(name)


def alias(expr: Expr, name: str, metadata: dict[str, str] | None = None) -> Expr:
    """The same value under another name."""
    return _column(expr).alias(name, metadata)


def order_by(expr: Expr, ascending: bool = True, nulls_first: bool = False) -> SortExpr:
    """The expression as a key to order by."""
    return SortExpr(expr, ascending=ascending, nulls_first=nulls_first)


def case(expr: Expr) -> CaseBuilder:
    """CASE over a value: ``case(x).when(v, r).otherwise(e)``."""
    return CaseBuilder(ensure_expr(expr))


def when(when: Expr, then: Expr) -> CaseBuilder:
    """CASE over conditions: ``when(cond, r).otherwise(e)``."""
    return CaseBuilder(None).when(when, then)


def in_list(arg: Expr, values: list[Any], negated: bool = False) -> Expr:
    """Whether the value is one of a list."""
    return Expr(_core.Expr.in_list(_column(arg).expr, [coerce_to_expr(value).expr for value in values], negated))


def nullif(expr1: Expr, expr2: Any) -> Expr:
    """NULL where both are equal, else the first."""
    return call("nullif", _column(expr1), coerce_to_expr(expr2))


def round(value: Expr, decimal_places: Any = None) -> Expr:
    """Half away from zero, to a number of decimal places."""
    return call("round", _column(value), coerce_to_expr(0 if decimal_places is None else decimal_places))


def lpad(string: Expr, count: Any, characters: Any = None) -> Expr:
    """The text filled from the left to a length, or cut to it."""
    return call(
        "lpad", _column(string), coerce_to_expr(count), coerce_to_expr(" " if characters is None else characters)
    )


def rpad(string: Expr, count: Any, characters: Any = None) -> Expr:
    """The text filled from the right to a length, or cut to it."""
    return call(
        "rpad", _column(string), coerce_to_expr(count), coerce_to_expr(" " if characters is None else characters)
    )


def substring(string: Expr, position: Any, length: Any) -> Expr:
    """A part of a text, counted from 1."""
    return call("substr", _column(string), coerce_to_expr(position), coerce_to_expr(length))


def concat_ws(separator: str, *args: Any) -> Expr:
    """The texts with a separator between them; NULLs are left out."""
    return call("concat_ws", text(separator), *coerce_to_expr_list(args))


def regexp_instr(
    values: Expr, regex: Any, start: Any = None, n: Any = None, flags: Any = None, sub_expr: Any = None
) -> Expr:
    """Where the n-th match of a pattern, or of one of its groups, begins."""
    def number(value: Any, default: int) -> Expr:
        return Expr(_core.Expr.literal(default, _core.DataType("int32"), None)) if value is None else coerce_to_expr(value)

    return call(
        "regexp_instr",
        _column(values),
        coerce_to_expr(regex),
        number(start, 1),
        number(n, 1),
        Expr.string_literal("") if flags is None else coerce_to_expr(flags),
        number(sub_expr, 0),
    )


def date_part(part: Any, date: Expr) -> Expr:
    """A part of a date or time: year, month, hour, epoch, ..."""
    return call("date_part", word(part, "date_part", "part"), _column(date))


def datepart(part: Any, date: Expr) -> Expr:
    """As :func:`date_part`."""
    return call("date_part", word(part, "datepart", "part"), _column(date))


def extract(part: Any, date: Expr) -> Expr:
    """As :func:`date_part`."""
    return call("date_part", word(part, "extract", "part"), _column(date))


def date_trunc(part: Any, date: Expr) -> Expr:
    """The beginning of the year, month, hour, ... that a time is in."""
    return call("date_trunc", word(part, "date_trunc", "part"), _column(date))


def datetrunc(part: Any, date: Expr) -> Expr:
    """As :func:`date_trunc`."""
    return call("date_trunc", word(part, "datetrunc", "part"), _column(date))


def encode(expr: Expr, encoding: Any) -> Expr:
    """Bytes as text: hex, base64, base64pad."""
    return call("encode", _column(expr), word(encoding, "encode", "encoding"))


def decode(expr: Expr, encoding: Any) -> Expr:
    """Text as bytes: hex, base64, base64pad."""
    return call("decode", _column(expr), word(encoding, "decode", "encoding"))


def digest(value: Expr, method: Any) -> Expr:
    """A hash of a text or bytes: md5, sha256, blake3, ..."""
    return call("digest", _column(value), word(method, "digest", "method"))


def arrow_cast(expr: Expr, data_type: Any) -> Expr:
    """The value in an Arrow type, given as pyarrow's or by name ("Int8", "Timestamp(Second, None)")."""
    if not isinstance(data_type, (str, Expr)):
        return Expr(_core.Expr.cast_to(_column(expr).expr, _arrow.type_in(data_type), False))
    return call("arrow_cast", _column(expr), text(data_type, "arrow_cast", "data_type"))


def arrow_try_cast(expr: Expr, data_type: Any) -> Expr:
    """As :func:`arrow_cast`; what does not fit is NULL."""
    if not isinstance(data_type, (str, Expr)):
        return Expr(_core.Expr.cast_to(_column(expr).expr, _arrow.type_in(data_type), True))
    return call("arrow_try_cast", _column(expr), text(data_type, "arrow_try_cast", "data_type"))


def arrow_metadata(expr: Expr, key: Any = None) -> Expr:
    """The metadata of a column's field as a map, or the text of one key."""
    return call("arrow_metadata", _column(expr), *([] if key is None else [text(key, "arrow_metadata", "key")]))


def with_metadata(expr: Expr, metadata: dict[str, str]) -> Expr:
    """The value with metadata on its field."""
    items: list[Expr] = []
    for key, value in metadata.items():
        if not key:
            raise ValueError("with_metadata keys must be non-empty strings")
        items += [Expr.string_literal(key), Expr.string_literal(value)]
    if not items:
        return _column(expr)
    return call("with_metadata", _column(expr), *items)


def union_extract(union_expr: Expr, field_name: Any) -> Expr:
    """The value of a union where it is of one field, else NULL."""
    return call("union_extract", _column(union_expr), text(field_name))


def get_field(expr: Expr, *names: Any) -> Expr:
    """A field of a struct, or one further down, name by name."""
    if not names:
        raise ValueError("get_field requires at least one field name")
    return call("get_field", _column(expr), *[text(name) for name in names])


def named_struct(name_pairs: list[tuple[str, Expr]]) -> Expr:
    """A struct of named values."""
    arguments: list[Expr] = []
    for name, value in name_pairs:
        arguments += [Expr.string_literal(name), coerce_to_expr(value)]
    return call("named_struct", *arguments)


def abs(arg: Expr) -> Expr:
    return call("abs", _column(arg))


def acos(arg: Expr) -> Expr:
    return call("acos", _column(arg))


def acosh(arg: Expr) -> Expr:
    return call("acosh", _column(arg))


def arrow_field(expr: Expr) -> Expr:
    return call("arrow_field", _column(expr))


def arrow_typeof(arg: Expr) -> Expr:
    return call("arrow_typeof", _column(arg))


def ascii(arg: Expr) -> Expr:
    return call("ascii", _column(arg))


def asin(arg: Expr) -> Expr:
    return call("asin", _column(arg))


def asinh(arg: Expr) -> Expr:
    return call("asinh", _column(arg))


def atan(arg: Expr) -> Expr:
    return call("atan", _column(arg))


def atan2(y: Any, x: Any) -> Expr:
    return call("atan2", coerce_to_expr(y), coerce_to_expr(x))


def atanh(arg: Expr) -> Expr:
    return call("atanh", _column(arg))


def bit_length(arg: Expr) -> Expr:
    return call("bit_length", _column(arg))


def btrim(arg: Expr, characters: Any = None) -> Expr:
    return call("btrim", _column(arg), *_optional(characters))


def cast_to_type(value: Expr, type_ref: Any) -> Expr:
    return call("cast_to_type", _column(value), coerce_to_expr(type_ref))


def cbrt(arg: Expr) -> Expr:
    return call("cbrt", _column(arg))


def ceil(arg: Expr) -> Expr:
    return call("ceil", _column(arg))


def char_length(string: Expr) -> Expr:
    return call("character_length", _column(string))


def character_length(arg: Expr) -> Expr:
    return call("character_length", _column(arg))


def chr(arg: Expr) -> Expr:
    return call("chr", _column(arg))


def coalesce(*args: Any) -> Expr:
    return call("coalesce", *coerce_to_expr_list(args))


def concat(*args: Any) -> Expr:
    return call("concat", *coerce_to_expr_list(args))


def contains(string: Expr, search_str: Any) -> Expr:
    return call("contains", _column(string), coerce_to_expr(search_str))


def cos(arg: Expr) -> Expr:
    return call("cos", _column(arg))


def cosh(arg: Expr) -> Expr:
    return call("cosh", _column(arg))


def cot(arg: Expr) -> Expr:
    return call("cot", _column(arg))


def current_date() -> Expr:
    return call("current_date")


def current_time() -> Expr:
    return call("current_time")


def current_timestamp() -> Expr:
    return call("now")


def date_bin(stride: Any, source: Any, origin: Any) -> Expr:
    return call("date_bin", coerce_to_expr(stride), coerce_to_expr(source), coerce_to_expr(origin))


def date_format(arg: Expr, formatter: Any) -> Expr:
    return call("to_char", _column(arg), coerce_to_expr(formatter))


def degrees(arg: Expr) -> Expr:
    return call("degrees", _column(arg))


def ends_with(arg: Expr, suffix: Any) -> Expr:
    return call("ends_with", _column(arg), coerce_to_expr(suffix))


def exp(arg: Expr) -> Expr:
    return call("exp", _column(arg))


def factorial(arg: Expr) -> Expr:
    return call("factorial", _column(arg))


def file_row_index() -> Expr:
    return call("file_row_index")


def find_in_set(string: Expr, string_list: Any) -> Expr:
    return call("find_in_set", _column(string), coerce_to_expr(string_list))


def floor(arg: Expr) -> Expr:
    return call("floor", _column(arg))


def from_unixtime(arg: Expr) -> Expr:
    return call("from_unixtime", _column(arg))


def gcd(x: Any, y: Any) -> Expr:
    return call("gcd", coerce_to_expr(x), coerce_to_expr(y))


def greatest(*args: Any) -> Expr:
    return call("greatest", *coerce_to_expr_list(args))


def ifnull(x: Expr, y: Any) -> Expr:
    return call("nvl", _column(x), coerce_to_expr(y))


def initcap(string: Expr) -> Expr:
    return call("initcap", _column(string))


def input_file_name() -> Expr:
    return call("input_file_name")


def instr(string: Expr, substring: Any) -> Expr:
    return call("strpos", _column(string), coerce_to_expr(substring))


def is_nan(expr: Expr) -> Expr:
    return call("isnan", _column(expr))


def isnan(expr: Expr) -> Expr:
    return call("isnan", _column(expr))


def iszero(arg: Expr) -> Expr:
    return call("iszero", _column(arg))


def lcm(x: Any, y: Any) -> Expr:
    return call("lcm", coerce_to_expr(x), coerce_to_expr(y))


def least(*args: Any) -> Expr:
    return call("least", *coerce_to_expr_list(args))


def left(string: Expr, n: Any) -> Expr:
    return call("left", _column(string), coerce_to_expr(n))


def length(string: Expr) -> Expr:
    return call("character_length", _column(string))


def levenshtein(string1: Expr, string2: Any) -> Expr:
    return call("levenshtein", _column(string1), coerce_to_expr(string2))


def ln(arg: Expr) -> Expr:
    return call("ln", _column(arg))


def log(base: Any, num: Any) -> Expr:
    return call("log", coerce_to_expr(base), coerce_to_expr(num))


def log10(arg: Expr) -> Expr:
    return call("log10", _column(arg))


def log2(arg: Expr) -> Expr:
    return call("log2", _column(arg))


def lower(arg: Expr) -> Expr:
    return call("lower", _column(arg))


def ltrim(arg: Expr, characters: Any = None) -> Expr:
    return call("ltrim", _column(arg), *_optional(characters))


def make_date(year: Any, month: Any, day: Any) -> Expr:
    return call("make_date", coerce_to_expr(year), coerce_to_expr(month), coerce_to_expr(day))


def make_time(hour: Any, minute: Any, second: Any) -> Expr:
    return call("make_time", coerce_to_expr(hour), coerce_to_expr(minute), coerce_to_expr(second))


def md5(arg: Expr) -> Expr:
    return call("md5", _column(arg))


def nanvl(x: Expr, y: Any) -> Expr:
    return call("nanvl", _column(x), coerce_to_expr(y))


def now() -> Expr:
    return call("now")


def nvl(x: Expr, y: Any) -> Expr:
    return call("nvl", _column(x), coerce_to_expr(y))


def nvl2(x: Expr, y: Any, z: Any) -> Expr:
    return call("nvl2", _column(x), coerce_to_expr(y), coerce_to_expr(z))


def octet_length(arg: Expr) -> Expr:
    return call("octet_length", _column(arg))


def overlay(string: Expr, substring: Any, start: Any, length: Any = None) -> Expr:
    return call("overlay", _column(string), coerce_to_expr(substring), coerce_to_expr(start), *_optional(length))


def pi() -> Expr:
    return call("pi")


def position(string: Expr, substring: Any) -> Expr:
    return call("strpos", _column(string), coerce_to_expr(substring))


def pow(base: Any, exponent: Any) -> Expr:
    return call("power", coerce_to_expr(base), coerce_to_expr(exponent))


def power(base: Any, exponent: Any) -> Expr:
    return call("power", coerce_to_expr(base), coerce_to_expr(exponent))


def radians(arg: Expr) -> Expr:
    return call("radians", _column(arg))


def rand() -> Expr:
    return call("random")


def random() -> Expr:
    return call("random")


def regexp_count(string: Expr, pattern: Any, start: Any = None, flags: Any = None) -> Expr:
    return call("regexp_count", _column(string), coerce_to_expr(pattern), *_optional(start, flags))


def regexp_like(string: Expr, regex: Any, flags: Any = None) -> Expr:
    return call("regexp_like", _column(string), coerce_to_expr(regex), *_optional(flags))


def regexp_match(string: Expr, regex: Any, flags: Any = None) -> Expr:
    return call("regexp_match", _column(string), coerce_to_expr(regex), *_optional(flags))


def regexp_replace(string: Expr, pattern: Any, replacement: Any, flags: Any = None) -> Expr:
    return call(
        "regexp_replace", _column(string), coerce_to_expr(pattern), coerce_to_expr(replacement), *_optional(flags)
    )


def repeat(string: Expr, n: Any) -> Expr:
    return call("repeat", _column(string), coerce_to_expr(n))


def replace(string: Expr, from_val: Any, to_val: Any) -> Expr:
    return call("replace", _column(string), coerce_to_expr(from_val), coerce_to_expr(to_val))


def reverse(arg: Expr) -> Expr:
    return call("reverse", _column(arg))


def right(string: Expr, n: Any) -> Expr:
    return call("right", _column(string), coerce_to_expr(n))


def row(*args: Any) -> Expr:
    return call("struct", *coerce_to_expr_list(args))


def rtrim(arg: Expr, characters: Any = None) -> Expr:
    return call("rtrim", _column(arg), *_optional(characters))


def sha224(arg: Expr) -> Expr:
    return call("sha224", _column(arg))


def sha256(arg: Expr) -> Expr:
    return call("sha256", _column(arg))


def sha384(arg: Expr) -> Expr:
    return call("sha384", _column(arg))


def sha512(arg: Expr) -> Expr:
    return call("sha512", _column(arg))


def signum(arg: Expr) -> Expr:
    return call("signum", _column(arg))


def sin(arg: Expr) -> Expr:
    return call("sin", _column(arg))


def sinh(arg: Expr) -> Expr:
    return call("sinh", _column(arg))


def split_part(string: Expr, delimiter: Any, index: Any) -> Expr:
    return call("split_part", _column(string), coerce_to_expr(delimiter), coerce_to_expr(index))


def sqrt(arg: Expr) -> Expr:
    return call("sqrt", _column(arg))


def starts_with(string: Expr, prefix: Any) -> Expr:
    return call("starts_with", _column(string), coerce_to_expr(prefix))


def strpos(string: Expr, substring: Any) -> Expr:
    return call("strpos", _column(string), coerce_to_expr(substring))


def struct(*args: Any) -> Expr:
    return call("struct", *coerce_to_expr_list(args))


def substr(string: Expr, position: Any, length: Any = None) -> Expr:
    return call("substr", _column(string), coerce_to_expr(position), *_optional(length))


def substr_index(string: Expr, delimiter: Any, count: Any) -> Expr:
    return call("substr_index", _column(string), coerce_to_expr(delimiter), coerce_to_expr(count))


def substring_index(string: Expr, delimiter: Any, count: Any) -> Expr:
    return call("substr_index", _column(string), coerce_to_expr(delimiter), coerce_to_expr(count))


def tan(arg: Expr) -> Expr:
    return call("tan", _column(arg))


def tanh(arg: Expr) -> Expr:
    return call("tanh", _column(arg))


def to_char(arg: Expr, formatter: Any) -> Expr:
    return call("to_char", _column(arg), coerce_to_expr(formatter))


def to_date(arg: Expr, *formatters: Any) -> Expr:
    return call("to_date", _column(arg), *coerce_to_expr_list(formatters))


def to_hex(arg: Expr) -> Expr:
    return call("to_hex", _column(arg))


def to_local_time(*args: Any) -> Expr:
    return call("to_local_time", *coerce_to_expr_list(args))


def to_time(arg: Expr, *formatters: Any) -> Expr:
    return call("to_time", _column(arg), *coerce_to_expr_list(formatters))


def to_timestamp(arg: Any, *formatters: Any) -> Expr:
    return call("to_timestamp", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_micros(arg: Any, *formatters: Any) -> Expr:
    return call("to_timestamp_micros", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_millis(arg: Any, *formatters: Any) -> Expr:
    return call("to_timestamp_millis", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_nanos(arg: Any, *formatters: Any) -> Expr:
    return call("to_timestamp_nanos", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_seconds(arg: Any, *formatters: Any) -> Expr:
    return call("to_timestamp_seconds", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_unixtime(string: Expr, *format_arguments: Any) -> Expr:
    return call("to_unixtime", _column(string), *coerce_to_expr_list(format_arguments))


def today() -> Expr:
    return call("current_date")


def translate(string: Expr, from_val: Any, to_val: Any) -> Expr:
    return call("translate", _column(string), coerce_to_expr(from_val), coerce_to_expr(to_val))


def trim(arg: Expr, characters: Any = None) -> Expr:
    return call("btrim", _column(arg), *_optional(characters))


def trunc(num: Expr, precision: Any = None) -> Expr:
    return call("trunc", _column(num), *_optional(precision))


def try_cast_to_type(value: Expr, type_ref: Any) -> Expr:
    return call("try_cast_to_type", _column(value), coerce_to_expr(type_ref))


def union_tag(union_expr: Expr) -> Expr:
    return call("union_tag", _column(union_expr))


def upper(arg: Expr) -> Expr:
    return call("upper", _column(arg))


def uuid() -> Expr:
    return call("uuid")


def version() -> Expr:
    return call("version")
