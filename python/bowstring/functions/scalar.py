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


def _constant(value: Any) -> Expr:
    """A constant, whose texts are plain strings."""
    return text(value) if isinstance(value, str) else coerce_to_expr(value)


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
    for key, value in (metadata or {}).items():
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
    """Absolute value; the type stays.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.abs(lit(-2)).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("abs", _column(arg))


def acos(arg: Expr) -> Expr:
    """Inverse cosine; NaN outside of -1 to 1.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.acos(lit(0.0)).alias("r")).to_pydict()["r"]
    [1.5707963267948966]
    """
    return call("acos", _column(arg))


def acosh(arg: Expr) -> Expr:
    """Inverse hyperbolic cosine.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.acosh(lit(1.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("acosh", _column(arg))


def arrow_field(expr: Expr) -> Expr:
    """The field of an expression: name, type, nullability, metadata."""
    return call("arrow_field", _column(expr))


def arrow_typeof(arg: Expr) -> Expr:
    """The name of the type of an expression.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.arrow_typeof(lit(1)).alias("r")).to_pydict()["r"]
    ['Int64']
    """
    return call("arrow_typeof", _column(arg))


def ascii(arg: Expr) -> Expr:
    """Code point of the first character.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ascii(lit("A")).alias("r")).to_pydict()["r"]
    [65]
    """
    return call("ascii", _column(arg))


def asin(arg: Expr) -> Expr:
    """Inverse sine; NaN outside of -1 to 1.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.asin(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("asin", _column(arg))


def asinh(arg: Expr) -> Expr:
    """Inverse hyperbolic sine.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.asinh(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("asinh", _column(arg))


def atan(arg: Expr) -> Expr:
    """Inverse tangent.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.atan(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("atan", _column(arg))


def atan2(y: Any, x: Any) -> Expr:
    """Inverse tangent of y / x.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.atan2(lit(0.0), lit(1.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("atan2", coerce_to_expr(y), coerce_to_expr(x))


def atanh(arg: Expr) -> Expr:
    """Inverse hyperbolic tangent.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.atanh(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("atanh", _column(arg))


def bit_length(arg: Expr) -> Expr:
    """Number of bits.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.bit_length(lit("ab")).alias("r")).to_pydict()["r"]
    [16]
    """
    return call("bit_length", _column(arg))


def btrim(arg: Expr, characters: Any = None) -> Expr:
    """Characters of a set (blanks) taken from both ends.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.btrim(lit("  a ")).alias("r")).to_pydict()["r"]
    ['a']
    """
    return call("btrim", _column(arg), *_optional(characters))


def cast_to_type(value: Expr, type_ref: Any) -> Expr:
    """A value in the type of another expression.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cast_to_type(lit("5"), lit(0)).alias("r")).to_pydict()["r"]
    [5]
    """
    return call("cast_to_type", _column(value), coerce_to_expr(type_ref))


def cbrt(arg: Expr) -> Expr:
    """Cube root.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cbrt(lit(27.0)).alias("r")).to_pydict()["r"]
    [3.0]
    """
    return call("cbrt", _column(arg))


def ceil(arg: Expr) -> Expr:
    """Nearest whole number that is not less.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ceil(lit(1.2)).alias("r")).to_pydict()["r"]
    [2.0]
    """
    return call("ceil", _column(arg))


def char_length(string: Expr) -> Expr:
    """Number of characters.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.char_length(lit("abc")).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("character_length", _column(string))


def character_length(arg: Expr) -> Expr:
    """Number of characters.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.character_length(lit("abc")).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("character_length", _column(arg))


def chr(arg: Expr) -> Expr:
    """The character of a code point.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.chr(lit(65)).alias("r")).to_pydict()["r"]
    ['A']
    """
    return call("chr", _column(arg))


def coalesce(*args: Any) -> Expr:
    """The first argument that is not NULL; later ones are not evaluated where it is known.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.coalesce(lit(None), lit(2)).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("coalesce", *coerce_to_expr_list(args))


def concat(*args: Any) -> Expr:
    """All texts one after the other; NULLs are skipped.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.concat(lit("a"), lit("b")).alias("r")).to_pydict()["r"]
    ['ab']
    """
    return call("concat", *coerce_to_expr_list(args))


def contains(string: Expr, search_str: Any) -> Expr:
    """Whether a text is in another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.contains(lit("bowstring"), "string").alias("r")).to_pydict()["r"]
    [True]
    """
    return call("contains", _column(string), coerce_to_expr(search_str))


def cos(arg: Expr) -> Expr:
    """Cosine of an angle in radians.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cos(lit(0.0)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("cos", _column(arg))


def cosh(arg: Expr) -> Expr:
    """Hyperbolic cosine.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cosh(lit(0.0)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("cosh", _column(arg))


def cot(arg: Expr) -> Expr:
    """Cotangent of an angle in radians.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.cot(lit(1.0)).alias("r")).to_pydict()["r"]
    [0.6420926159343306]
    """
    return call("cot", _column(arg))


def current_date() -> Expr:
    """The date (UTC) at which the query began."""
    return call("current_date")


def current_time() -> Expr:
    """The time of day (UTC) at which the query began."""
    return call("current_time")


def current_timestamp() -> Expr:
    """The time at which the query began."""
    return call("now")


def date_bin(stride: Any, source: Any, origin: Any) -> Expr:
    """The beginning of the interval that a timestamp is in, counted from an origin."""
    return call("date_bin", _constant(stride), _constant(source), _constant(origin))


def date_format(arg: Expr, formatter: Any) -> Expr:
    """A date, time or timestamp as text, by a format of strftime.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.date_format(f.make_date(2020, 2, 29), "%d.%m.%Y").alias("r")).to_pydict()["r"]
    ['29.02.2020']
    """
    return call("to_char", _column(arg), coerce_to_expr(formatter))


def degrees(arg: Expr) -> Expr:
    """Radians to degrees.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.degrees(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("degrees", _column(arg))


def ends_with(arg: Expr, suffix: Any) -> Expr:
    """Whether a text ends with another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ends_with(lit("bowstring"), "string").alias("r")).to_pydict()["r"]
    [True]
    """
    return call("ends_with", _column(arg), coerce_to_expr(suffix))


def exp(arg: Expr) -> Expr:
    """e raised to a power.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.exp(lit(0.0)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("exp", _column(arg))


def factorial(arg: Expr) -> Expr:
    """1 * 2 * ... * n; n is at most 20.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.factorial(lit(5)).alias("r")).to_pydict()["r"]
    [120]
    """
    return call("factorial", _column(arg))


def file_row_index() -> Expr:
    """A row's number in its file. No scan of this engine gives it: see docs/compat.md."""
    return call("file_row_index")


def find_in_set(string: Expr, string_list: Any) -> Expr:
    """Position of a text in a comma-separated list, from 1; 0 where it isn't there.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.find_in_set(lit("b"), "a,b,c").alias("r")).to_pydict()["r"]
    [2]
    """
    return call("find_in_set", _column(string), coerce_to_expr(string_list))


def floor(arg: Expr) -> Expr:
    """Nearest whole number that is not greater.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.floor(lit(1.8)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("floor", _column(arg))


def from_unixtime(arg: Expr) -> Expr:
    """A timestamp in seconds from a number of seconds, of a zone if given.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.from_unixtime(lit(0)).alias("r")).to_pydict()["r"]
    [datetime.datetime(1970, 1, 1, 0, 0)]
    """
    return call("from_unixtime", _column(arg))


def gcd(x: Any, y: Any) -> Expr:
    """Greatest common divisor.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.gcd(lit(12), lit(8)).alias("r")).to_pydict()["r"]
    [4]
    """
    return call("gcd", coerce_to_expr(x), coerce_to_expr(y))


def greatest(*args: Any) -> Expr:
    """The greatest of the arguments; NULLs don't count.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.greatest(lit(1), lit(3), lit(2)).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("greatest", *coerce_to_expr_list(args))


def ifnull(x: Expr, y: Any) -> Expr:
    """The first argument, or the second where the first is NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ifnull(lit(None), lit(1)).alias("r")).to_pydict()["r"]
    [1]
    """
    return call("nvl", _column(x), coerce_to_expr(y))


def initcap(string: Expr) -> Expr:
    """Each word's first letter in upper case, all others in lower case.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.initcap(lit("bow string")).alias("r")).to_pydict()["r"]
    ['Bow String']
    """
    return call("initcap", _column(string))


def input_file_name() -> Expr:
    """The file that a row is from. No scan of this engine gives it: see docs/compat.md."""
    return call("input_file_name")


def instr(string: Expr, substring: Any) -> Expr:
    """Position of a text in another, from 1; 0 where it isn't there.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.instr(lit("abc"), "c").alias("r")).to_pydict()["r"]
    [3]
    """
    return call("strpos", _column(string), coerce_to_expr(substring))


def is_nan(expr: Expr) -> Expr:
    """Whether a number is NaN.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.is_nan(lit(float("nan"))).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("isnan", _column(expr))


def isnan(expr: Expr) -> Expr:
    """Whether a number is NaN.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.isnan(lit(float("nan"))).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("isnan", _column(expr))


def iszero(arg: Expr) -> Expr:
    """Whether a number is 0.0 or -0.0.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.iszero(lit(0.0)).alias("r")).to_pydict()["r"]
    [True]
    """
    return call("iszero", _column(arg))


def lcm(x: Any, y: Any) -> Expr:
    """Least common multiple.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.lcm(lit(4), lit(6)).alias("r")).to_pydict()["r"]
    [12]
    """
    return call("lcm", coerce_to_expr(x), coerce_to_expr(y))


def least(*args: Any) -> Expr:
    """The least of the arguments; NULLs don't count.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.least(lit(1), lit(3), lit(2)).alias("r")).to_pydict()["r"]
    [1]
    """
    return call("least", *coerce_to_expr_list(args))


def left(string: Expr, n: Any) -> Expr:
    """The first n characters; all but the last n where n is negative.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.left(lit("abc"), 2).alias("r")).to_pydict()["r"]
    ['ab']
    """
    return call("left", _column(string), coerce_to_expr(n))


def length(string: Expr) -> Expr:
    """Number of characters.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.length(lit("abc")).alias("r")).to_pydict()["r"]
    [3]
    """
    return call("character_length", _column(string))


def levenshtein(string1: Expr, string2: Any) -> Expr:
    """Changes of a character that make one text of the other.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.levenshtein(lit("kitten"), "sitting").alias("r")).to_pydict()["r"]
    [3]
    """
    return call("levenshtein", _column(string1), coerce_to_expr(string2))


def ln(arg: Expr) -> Expr:
    """Natural logarithm.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ln(lit(1.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("ln", _column(arg))


def log(base: Any, num: Any) -> Expr:
    """Logarithm of a number to a base.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.log(lit(2.0), lit(8.0)).alias("r")).to_pydict()["r"]
    [3.0]
    """
    return call("log", coerce_to_expr(base), coerce_to_expr(num))


def log10(arg: Expr) -> Expr:
    """Logarithm to base 10.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.log10(lit(100.0)).alias("r")).to_pydict()["r"]
    [2.0]
    """
    return call("log10", _column(arg))


def log2(arg: Expr) -> Expr:
    """Logarithm to base 2.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.log2(lit(8.0)).alias("r")).to_pydict()["r"]
    [3.0]
    """
    return call("log2", _column(arg))


def lower(arg: Expr) -> Expr:
    """The text in lower case.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.lower(lit("ABC")).alias("r")).to_pydict()["r"]
    ['abc']
    """
    return call("lower", _column(arg))


def ltrim(arg: Expr, characters: Any = None) -> Expr:
    """Characters of a set (blanks) taken from the beginning.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.ltrim(lit("  a")).alias("r")).to_pydict()["r"]
    ['a']
    """
    return call("ltrim", _column(arg), *_optional(characters))


def make_date(year: Any, month: Any, day: Any) -> Expr:
    """A date from year, month and day.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.make_date(2020, 2, 29).alias("r")).to_pydict()["r"]
    [datetime.date(2020, 2, 29)]
    """
    return call("make_date", coerce_to_expr(year), coerce_to_expr(month), coerce_to_expr(day))


def make_time(hour: Any, minute: Any, second: Any) -> Expr:
    """A time of day from hour, minute and second.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.make_time(12, 30, 0).alias("r")).to_pydict()["r"]
    [datetime.time(12, 30)]
    """
    return call("make_time", coerce_to_expr(hour), coerce_to_expr(minute), coerce_to_expr(second))


def md5(arg: Expr) -> Expr:
    """The MD5 digest as hexadecimal text.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.md5(lit("a")).alias("r")).to_pydict()["r"]
    ['0cc175b9c0f1b6a831c399e269772661']
    """
    return call("md5", _column(arg))


def nanvl(x: Expr, y: Any) -> Expr:
    """The first argument, or the second where the first is NaN.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.nanvl(lit(float("nan")), lit(1.0)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("nanvl", _column(x), coerce_to_expr(y))


def now() -> Expr:
    """The time at which the query began."""
    return call("now")


def nvl(x: Expr, y: Any) -> Expr:
    """The first argument, or the second where the first is NULL.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.nvl(lit(None), lit(1)).alias("r")).to_pydict()["r"]
    [1]
    """
    return call("nvl", _column(x), coerce_to_expr(y))


def nvl2(x: Expr, y: Any, z: Any) -> Expr:
    """The second argument where the first is not NULL, else the third.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.nvl2(lit(None), lit(1), lit(2)).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("nvl2", _column(x), coerce_to_expr(y), coerce_to_expr(z))


def octet_length(arg: Expr) -> Expr:
    """Number of bytes.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.octet_length(lit("ä")).alias("r")).to_pydict()["r"]
    [2]
    """
    return call("octet_length", _column(arg))


def overlay(string: Expr, substring: Any, start: Any, length: Any = None) -> Expr:
    """The text with a part replaced, from a position and of a length.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.overlay(lit("abcd"), "XX", 2).alias("r")).to_pydict()["r"]
    ['aXXd']
    """
    return call("overlay", _column(string), coerce_to_expr(substring), coerce_to_expr(start), *_optional(length))


def pi() -> Expr:
    """The number pi.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.pi().alias("r")).to_pydict()["r"]
    [3.141592653589793]
    """
    return call("pi")


def position(string: Expr, substring: Any) -> Expr:
    """Position of a text in another, from 1; 0 where it isn't there.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.position(lit("abc"), "c").alias("r")).to_pydict()["r"]
    [3]
    """
    return call("strpos", _column(string), coerce_to_expr(substring))


def pow(base: Any, exponent: Any) -> Expr:
    """A base raised to an exponent.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.pow(lit(2.0), lit(3.0)).alias("r")).to_pydict()["r"]
    [8.0]
    """
    return call("power", coerce_to_expr(base), coerce_to_expr(exponent))


def power(base: Any, exponent: Any) -> Expr:
    """A base raised to an exponent.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.power(lit(2.0), lit(3.0)).alias("r")).to_pydict()["r"]
    [8.0]
    """
    return call("power", coerce_to_expr(base), coerce_to_expr(exponent))


def radians(arg: Expr) -> Expr:
    """Degrees to radians.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.radians(lit(180.0)).alias("r")).to_pydict()["r"]
    [3.141592653589793]
    """
    return call("radians", _column(arg))


def rand() -> Expr:
    """A random number in [0, 1), another for each row."""
    return call("random")


def random() -> Expr:
    """A random number in [0, 1), another for each row."""
    return call("random")


def regexp_count(string: Expr, pattern: Any, start: Any = None, flags: Any = None) -> Expr:
    """How many times a regular expression matches in a text.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.regexp_count(lit("abab"), "ab").alias("r")).to_pydict()["r"]
    [2]
    """
    return call("regexp_count", _column(string), coerce_to_expr(pattern), *_optional(start, flags))


def regexp_like(string: Expr, regex: Any, flags: Any = None) -> Expr:
    """Whether a regular expression matches somewhere in a text.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.regexp_like(lit("abc"), "b.").alias("r")).to_pydict()["r"]
    [True]
    """
    return call("regexp_like", _column(string), coerce_to_expr(regex), *_optional(flags))


def regexp_match(string: Expr, regex: Any, flags: Any = None) -> Expr:
    """The groups of the first match, or all of it where there are none; NULL without a match.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.regexp_match(lit("abc"), "b(.)").alias("r")).to_pydict()["r"]
    [['c']]
    """
    return call("regexp_match", _column(string), coerce_to_expr(regex), *_optional(flags))


def regexp_replace(string: Expr, pattern: Any, replacement: Any, flags: Any = None) -> Expr:
    """The first match replaced, or all with the flag g.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.regexp_replace(lit("aaa"), "a", "b", "g").alias("r")).to_pydict()["r"]
    ['bbb']
    """
    return call(
        "regexp_replace", _column(string), coerce_to_expr(pattern), coerce_to_expr(replacement), *_optional(flags)
    )


def repeat(string: Expr, n: Any) -> Expr:
    """The text n times.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.repeat(lit("ab"), 2).alias("r")).to_pydict()["r"]
    ['abab']
    """
    return call("repeat", _column(string), coerce_to_expr(n))


def replace(string: Expr, from_val: Any, to_val: Any) -> Expr:
    """All places of a text replaced by another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.replace(lit("abab"), "a", "x").alias("r")).to_pydict()["r"]
    ['xbxb']
    """
    return call("replace", _column(string), coerce_to_expr(from_val), coerce_to_expr(to_val))


def reverse(arg: Expr) -> Expr:
    """The characters in reverse.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.reverse(lit("abc")).alias("r")).to_pydict()["r"]
    ['cba']
    """
    return call("reverse", _column(arg))


def right(string: Expr, n: Any) -> Expr:
    """The last n characters; all but the first n where n is negative.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.right(lit("abc"), 2).alias("r")).to_pydict()["r"]
    ['bc']
    """
    return call("right", _column(string), coerce_to_expr(n))


def row(*args: Any) -> Expr:
    """A struct of the arguments, its fields called c0, c1, .

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.row(lit(1), lit("a")).alias("r")).to_pydict()["r"]
    [{'c0': 1, 'c1': 'a'}]
    """
    return call("struct", *coerce_to_expr_list(args))


def rtrim(arg: Expr, characters: Any = None) -> Expr:
    """Characters of a set (blanks) taken from the end.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.rtrim(lit("a  ")).alias("r")).to_pydict()["r"]
    ['a']
    """
    return call("rtrim", _column(arg), *_optional(characters))


def sha224(arg: Expr) -> Expr:
    """The SHA-2 digest of 224 bits."""
    return call("sha224", _column(arg))


def sha256(arg: Expr) -> Expr:
    """The SHA-2 digest of 256 bits."""
    return call("sha256", _column(arg))


def sha384(arg: Expr) -> Expr:
    """The SHA-2 digest of 384 bits."""
    return call("sha384", _column(arg))


def sha512(arg: Expr) -> Expr:
    """The SHA-2 digest of 512 bits."""
    return call("sha512", _column(arg))


def signum(arg: Expr) -> Expr:
    """-1, 0 or 1 by the sign.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.signum(lit(-2.5)).alias("r")).to_pydict()["r"]
    [-1.0]
    """
    return call("signum", _column(arg))


def sin(arg: Expr) -> Expr:
    """Sine of an angle in radians.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.sin(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("sin", _column(arg))


def sinh(arg: Expr) -> Expr:
    """Hyperbolic sine.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.sinh(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("sinh", _column(arg))


def split_part(string: Expr, delimiter: Any, index: Any) -> Expr:
    """The n-th part between delimiters; negative n counts from the end.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.split_part(lit("a-b"), "-", 2).alias("r")).to_pydict()["r"]
    ['b']
    """
    return call("split_part", _column(string), coerce_to_expr(delimiter), coerce_to_expr(index))


def sqrt(arg: Expr) -> Expr:
    """Square root.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.sqrt(lit(9.0)).alias("r")).to_pydict()["r"]
    [3.0]
    """
    return call("sqrt", _column(arg))


def starts_with(string: Expr, prefix: Any) -> Expr:
    """Whether a text begins with another.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.starts_with(lit("bowstring"), "bow").alias("r")).to_pydict()["r"]
    [True]
    """
    return call("starts_with", _column(string), coerce_to_expr(prefix))


def strpos(string: Expr, substring: Any) -> Expr:
    """Position of a text in another, from 1; 0 where it isn't there.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.strpos(lit("abc"), "c").alias("r")).to_pydict()["r"]
    [3]
    """
    return call("strpos", _column(string), coerce_to_expr(substring))


def struct(*args: Any) -> Expr:
    """A struct of the arguments, its fields called c0, c1, .

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.struct(lit(1), lit("a")).alias("r")).to_pydict()["r"]
    [{'c0': 1, 'c1': 'a'}]
    """
    return call("struct", *coerce_to_expr_list(args))


def substr(string: Expr, position: Any, length: Any = None) -> Expr:
    """The part of a text from a position, of at most a length.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.substr(lit("abcdef"), 3).alias("r")).to_pydict()["r"]
    ['cdef']
    """
    return call("substr", _column(string), coerce_to_expr(position), *_optional(length))


def substr_index(string: Expr, delimiter: Any, count: Any) -> Expr:
    """What comes before the n-th delimiter, after it from the end where n is negative.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.substr_index(lit("a.b.c"), ".", 2).alias("r")).to_pydict()["r"]
    ['a.b']
    """
    return call("substr_index", _column(string), coerce_to_expr(delimiter), coerce_to_expr(count))


def substring_index(string: Expr, delimiter: Any, count: Any) -> Expr:
    """What comes before the n-th delimiter, after it from the end where n is negative.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.substring_index(lit("a.b.c"), ".", 2).alias("r")).to_pydict()["r"]
    ['a.b']
    """
    return call("substr_index", _column(string), coerce_to_expr(delimiter), coerce_to_expr(count))


def tan(arg: Expr) -> Expr:
    """Tangent of an angle in radians.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.tan(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("tan", _column(arg))


def tanh(arg: Expr) -> Expr:
    """Hyperbolic tangent.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.tanh(lit(0.0)).alias("r")).to_pydict()["r"]
    [0.0]
    """
    return call("tanh", _column(arg))


def to_char(arg: Expr, formatter: Any) -> Expr:
    """A date, time or timestamp as text, by a format of strftime.

    >>> from bowstring import SessionContext
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_char(f.make_date(2020, 2, 29), "%d.%m.%Y").alias("r")).to_pydict()["r"]
    ['29.02.2020']
    """
    return call("to_char", _column(arg), coerce_to_expr(formatter))


def to_date(arg: Expr, *formatters: Any) -> Expr:
    """A date from a text (by formats, if given) or a number of days.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_date(lit("2020-02-29")).alias("r")).to_pydict()["r"]
    [datetime.date(2020, 2, 29)]
    """
    return call("to_date", _column(arg), *coerce_to_expr_list(formatters))


def to_hex(arg: Expr) -> Expr:
    """An integer in hexadecimal digits.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_hex(lit(255)).alias("r")).to_pydict()["r"]
    ['ff']
    """
    return call("to_hex", _column(arg))


def to_local_time(*args: Any) -> Expr:
    """The wall clock time of a timestamp's zone, without the zone.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_local_time(f.to_timestamp_seconds(lit(0))).alias("r")).to_pydict()["r"]
    [datetime.datetime(1970, 1, 1, 0, 0)]
    """
    return call("to_local_time", *coerce_to_expr_list(args))


def to_time(arg: Expr, *formatters: Any) -> Expr:
    """A time of day from a text (by formats, if given) or a timestamp.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_time(lit("12:30:00")).alias("r")).to_pydict()["r"]
    [datetime.time(12, 30)]
    """
    return call("to_time", _column(arg), *coerce_to_expr_list(formatters))


def to_timestamp(arg: Any, *formatters: Any) -> Expr:
    """A timestamp from a text (by formats, if given), a number or a date."""
    return call("to_timestamp", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_micros(arg: Any, *formatters: Any) -> Expr:
    """A timestamp from a text (by formats, if given), a number or a date.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_timestamp_micros(lit("2020-01-01T10:30:00")).alias("r")).to_pydict()["r"]
    [datetime.datetime(2020, 1, 1, 10, 30)]
    """
    return call("to_timestamp_micros", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_millis(arg: Any, *formatters: Any) -> Expr:
    """A timestamp from a text (by formats, if given), a number or a date.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_timestamp_millis(lit("2020-01-01T10:30:00")).alias("r")).to_pydict()["r"]
    [datetime.datetime(2020, 1, 1, 10, 30)]
    """
    return call("to_timestamp_millis", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_nanos(arg: Any, *formatters: Any) -> Expr:
    """A timestamp from a text (by formats, if given), a number or a date."""
    return call("to_timestamp_nanos", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_timestamp_seconds(arg: Any, *formatters: Any) -> Expr:
    """A timestamp from a text (by formats, if given), a number or a date.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_timestamp_seconds(lit("2020-01-01T10:30:00")).alias("r")).to_pydict()["r"]
    [datetime.datetime(2020, 1, 1, 10, 30)]
    """
    return call("to_timestamp_seconds", coerce_to_expr(arg), *coerce_to_expr_list(formatters))


def to_unixtime(string: Expr, *format_arguments: Any) -> Expr:
    """Seconds since 1970 of a timestamp, a date or a text.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.to_unixtime(lit("1970-01-02T00:00:00")).alias("r")).to_pydict()["r"]
    [86400]
    """
    return call("to_unixtime", _column(string), *coerce_to_expr_list(format_arguments))


def today() -> Expr:
    """The date (UTC) at which the query began."""
    return call("current_date")


def translate(string: Expr, from_val: Any, to_val: Any) -> Expr:
    """Characters replaced one by one.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.translate(lit("abc"), "ac", "xy").alias("r")).to_pydict()["r"]
    ['xby']
    """
    return call("translate", _column(string), coerce_to_expr(from_val), coerce_to_expr(to_val))


def trim(arg: Expr, characters: Any = None) -> Expr:
    """Characters of a set (blanks) taken from both ends.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.trim(lit("  a ")).alias("r")).to_pydict()["r"]
    ['a']
    """
    return call("btrim", _column(arg), *_optional(characters))


def trunc(num: Expr, precision: Any = None) -> Expr:
    """Cut off after a number of places.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.trunc(lit(1.8)).alias("r")).to_pydict()["r"]
    [1.0]
    """
    return call("trunc", _column(num), *_optional(precision))


def try_cast_to_type(value: Expr, type_ref: Any) -> Expr:
    """A value in the type of another expression, NULL where it doesn't fit.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.try_cast_to_type(lit("x"), lit(0)).alias("r")).to_pydict()["r"]
    [None]
    """
    return call("try_cast_to_type", _column(value), coerce_to_expr(type_ref))


def union_tag(union_expr: Expr) -> Expr:
    """The name of the field that is set in a union."""
    return call("union_tag", _column(union_expr))


def upper(arg: Expr) -> Expr:
    """The text in upper case.

    >>> from bowstring import SessionContext, lit
    >>> from bowstring import functions as f
    >>> SessionContext().read_empty().select(f.upper(lit("abc")).alias("r")).to_pydict()["r"]
    ['ABC']
    """
    return call("upper", _column(arg))


def uuid() -> Expr:
    """A random UUID (version 4), another for each row."""
    return call("uuid")


def version() -> Expr:
    """The version of the engine."""
    return call("version")
