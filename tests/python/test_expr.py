# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions: what operators and values make, as text."""

import datetime as dt
import decimal
import pickle
import uuid

import pytest
from bowstring import Expr, WindowFrame, col, column, lit, lit_with_metadata, str_lit
from bowstring import functions as f
from bowstring.expr import (
    EXPR_TYPE_ERROR,
    GroupingSet,
    Window,
    coerce_to_expr,
    coerce_to_expr_list,
    ensure_expr,
    ensure_expr_list,
)

a = col("a")


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (a + 1, "a + Int64(1)"),
        (1 + a, "a + Int64(1)"),
        (1 - a, "Int64(1) - a"),
        (10 / a, "Int64(10) / a"),
        (10 % a, "Int64(10) % a"),
        (2 * a, "a * Int64(2)"),
        (a > "x", 'a > Utf8View("x")'),
        (a == None, "a IS NULL"),  # noqa: E711
        (a != None, "a IS NOT NULL"),  # noqa: E711
        (~a, "NOT a"),
        (a & (a > 1), "a AND a > Int64(1)"),
        (True | a, "a OR Boolean(true)"),
        (a.between(1, 2), "a BETWEEN Int64(1) AND Int64(2)"),
        (a.between(1, 2, negated=True), "a NOT BETWEEN Int64(1) AND Int64(2)"),
        (a.cast(str), "CAST(a AS Utf8)"),
        (a.try_cast(int), "TRY_CAST(a AS Int64)"),
        (a.alias("q"), "a AS q"),
        (col("A"), "a"),
        (column("q.a"), "q.a"),
        (col.b, "b"),
        (f.in_list(a, [1, lit(2)]), "a IN ([Int64(1), Int64(2)])"),
        (f.when(a == 1, lit(2)).otherwise(lit(3)), "CASE WHEN a = Int64(1) THEN Int64(2) ELSE Int64(3) END"),
        (f.case(a).when(lit(1), lit(2)).end(), "CASE a WHEN Int64(1) THEN Int64(2) END"),
        (GroupingSet.rollup(a, "b"), "ROLLUP (a, b)"),
        (f.lambda_(["x"], f.lambda_var("x") > 1), "(x) -> x > Int64(1)"),
    ],
)
def test_text(expr, text):
    assert str(expr) == f"Expr({text})"
    assert expr.canonical_name() == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "Int64(5)"),
        (True, "Boolean(true)"),
        (1.5, "Float64(1.5)"),
        (None, "NULL"),
        ("x", 'Utf8View("x")'),
        (b"x", 'Binary("120")'),
        (dt.date(2020, 1, 1), 'Date32("2020-01-01")'),
        (dt.datetime(1970, 1, 1), "TimestampMicrosecond(0, None)"),
        (dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc), 'TimestampMicrosecond(0, Some("UTC"))'),
        (dt.timedelta(days=1), 'DurationMicrosecond("86400000000")'),
        (decimal.Decimal("1.23"), "Decimal128(1.23,3,2)"),
        ([1, 2], "List([1, 2])"),
        ((1, 2), "List([1, 2])"),
        ({"k": 1}, "Struct({k:1})"),
    ],
)
def test_literals(value, text):
    assert lit(value).canonical_name() == text


def test_plain_string_literal():
    assert str_lit("x").canonical_name() == 'Utf8("x")'


def test_uuid_literal():
    assert lit(uuid.UUID(int=3)).to_variant().data_type() == "FixedSizeBinary(16)"


def test_integers_beyond_64_bits():
    with pytest.raises(OverflowError):
        lit(2**70)


def test_unknown_values():
    with pytest.raises((TypeError, ValueError), match="did not recognize Python value type"):
        lit(object())
    with pytest.raises((TypeError, ValueError)):
        lit(lit(1))


@pytest.mark.parametrize("name", ["int8", "uint16", "float32", "int64", "bool", "float64"])
def test_numpy_scalars_keep_their_width(name):
    np = pytest.importorskip("numpy")
    pa = pytest.importorskip("pyarrow")
    value = lit(getattr(np, name if name != "bool" else "bool_")(1)).python_value()
    assert value.type == pa.from_numpy_dtype(name)


def test_numpy_times():
    np = pytest.importorskip("numpy")
    assert lit(np.datetime64("2020-01-02")).canonical_name() == 'Date32("2020-01-02")'
    assert lit(np.datetime64("2020-01-02T00:00:00", "ms")).to_variant().data_type().lower().startswith("timestamp")


def test_pyarrow_scalars_keep_their_type():
    pa = pytest.importorskip("pyarrow")
    for scalar in [
        pa.scalar(1, pa.int8()),
        pa.scalar(1.5, pa.float16()),
        pa.scalar("x", pa.large_string()),
        pa.scalar(decimal.Decimal("1.5"), pa.decimal256(50, 3)),
        pa.scalar(dt.datetime(2020, 1, 1), pa.timestamp("s", "Europe/Berlin")),
        pa.scalar([1, None], pa.list_(pa.int16())),
        pa.scalar({"x": [1]}, pa.struct([("x", pa.list_(pa.int8()))])),
        pa.scalar(None, pa.date64()),
        pa.scalar(5, pa.time32("s")),
        pa.scalar((1, 2, 3), pa.month_day_nano_interval()),
    ]:
        value = lit(scalar).python_value()
        assert value.type == scalar.type
        assert value == scalar or (not value.is_valid and not scalar.is_valid)


def test_arrow_array_literals():
    pa = pytest.importorskip("pyarrow")
    assert lit(pa.array([1, 2])).canonical_name() == "List([1, 2])"


def test_metadata():
    expr = lit_with_metadata(1, {"k": "v"})
    assert expr.rex_type().name == "Literal"


def test_columns_need_names():
    with pytest.raises(TypeError):
        col(1)


def test_casts_need_types():
    with pytest.raises(TypeError, match="Expected instance of pyarrow.DataType"):
        a.cast("x")


def test_unhashable_and_not_iterable():
    with pytest.raises(TypeError):
        hash(a)
    with pytest.raises(TypeError):
        list(a)


def test_case_branches_of_one_type():
    builder = f.when(a == 1, lit(2))
    with pytest.raises(Exception, match="multiple data types"):
        builder.otherwise(lit("x"))
    assert builder.otherwise(lit(3)).variant_name() == "Case"
    other = builder.when(a == 2, lit(4))
    assert "Int64(4)" not in str(builder.end())
    assert "Int64(4)" in str(other.end())


def test_ensure_and_coerce():
    assert ensure_expr(a) is a.expr
    assert len(ensure_expr_list([a, [a, (a,)]])) == 3
    for wrong in (1, "a"):
        with pytest.raises(TypeError, match=EXPR_TYPE_ERROR.replace("(", r"\(").replace(")", r"\)")):
            ensure_expr(wrong)
    for wrong in ("a", b"a", [1]):
        with pytest.raises(TypeError):
            ensure_expr_list(wrong)
    assert coerce_to_expr(1).canonical_name() == "Int64(1)"
    assert [e.canonical_name() for e in coerce_to_expr_list(x for x in (1, a))] == ["Int64(1)", "a"]


def test_variants():
    assert a.to_variant().name() == "a"
    assert col("q.a").to_variant().qualified_name() == "q.a"
    assert lit(1).to_variant().value_i64() == 1
    with pytest.raises(Exception, match="Unexpected value"):
        lit("x").to_variant().value_string()
    assert str_lit("x").to_variant().value_string() == "x"
    assert (a + 1).to_variant().op() == "+"
    assert (a + 1).to_variant().right().canonical_name() == "Int64(1)"
    assert a.alias("q").to_variant().alias() == "q"
    assert a.between(1, 2).to_variant().high().canonical_name() == "Int64(2)"
    assert [e.canonical_name() for e in f.in_list(a, [1]).to_variant().list()] == ["Int64(1)"]
    case = f.case(a).when(lit(1), lit(2)).end().to_variant()
    assert case.else_expr() is None
    assert len(case.when_then_expr()) == 1
    with pytest.raises(ValueError, match="not implemented"):
        f.upper(a).to_variant()


def test_rex():
    assert a.rex_type().name == "Reference"
    assert [e.canonical_name() for e in (a + 1).rex_call_operands()] == ["a", "Int64(1)"]
    assert (a + 1).rex_call_operator() == "+"
    assert a.is_null().rex_call_operator() == "is null"
    with pytest.raises(TypeError):
        a.rex_call_operator()
    with pytest.raises(TypeError, match="Non Expr::Literal encountered in types"):
        a.types()
    assert lit(1).types().sql_type.name == "BIGINT"


def test_windows_and_frames():
    assert repr(WindowFrame("rows", 1, 2)) == "OVER (ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING)"
    frame = WindowFrame("RANGE", None, 0)
    assert frame.get_frame_units() == "RANGE"
    assert frame.get_lower_bound().is_unbounded()
    assert frame.get_lower_bound().get_offset() is None
    assert frame.get_upper_bound().is_following()
    with pytest.raises(NotImplementedError, match="foo"):
        WindowFrame("foo", None, None)
    with pytest.raises(ValueError):
        WindowFrame("rows", -1, 0)
    assert str(f.sum(a).over(Window(partition_by=["g"], order_by="b"))) == (
        "Expr(sum(a) PARTITION BY [g] ORDER BY [b ASC NULLS LAST] ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    with pytest.raises(Exception, match="Must use an aggregate or window function"):
        a.over(Window())


def test_function_builders():
    assert str(f.sum(a).filter(a > 1).distinct().build()) == "Expr(sum(DISTINCT a) FILTER (WHERE a > Int64(1)))"
    with pytest.raises(Exception, match="over()"):
        f.sum(a).partition_by(a).build()
    with pytest.raises(Exception, match="ExprFunctionExt can only be used with"):
        a.filter(a > 1).build()


def test_pickling():
    for expr in [
        a + 1,
        (a + 1) * 2 > lit(dt.date(2020, 1, 1)),
        a.cast(str),
        f.in_list(a, [1]),
        f.when(a == 1, lit("x")).end(),
        f.upper(a),
    ]:
        assert pickle.loads(pickle.dumps(expr)).canonical_name() == expr.canonical_name()
    for junk in (b"", b"nothing"):
        with pytest.raises(RuntimeError):
            Expr.from_bytes(junk)
    with pytest.raises(TypeError):
        pickle.dumps(a.sort())


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (b"ab", "Binary", "6162"),
        (dt.datetime(2020, 1, 2, 3, 4, 5, 6), "Timestamp(µs)", "1577934245000006"),
        (dt.time(1, 2, 3, 4), "Time64(µs)", "3723000004"),
        (decimal.Decimal("12.340"), "Decimal128(5, 3)", "12.340"),
        ([1, 2], "List(Int64)", "[1, 2]"),
        ({"k": 1}, 'Struct("k": Int64)', "{k:1}"),
        (float("nan"), "Float64", "NaN"),
        (None, "Null", "NULL"),
        (uuid.UUID(int=5), "FixedSizeBinary(16)", "00000000000000000000..."),
    ],
)
def test_literals_say_what_they_are(value, type_, text):
    variant = lit(value).to_variant()
    assert (variant.data_type(), repr(variant)) == (type_, text)


def test_an_array_is_one_list():
    pa = pytest.importorskip("pyarrow")
    assert str(lit(pa.array([1]))) == "Expr(List([1]))"
    assert lit(pa.array([1])).python_value().type == pa.list_(pa.field("item", pa.int64(), nullable=False))
    assert lit(pa.array([1, None])).python_value().as_py() == [1, None]


def test_types_of_operators_and_casts():
    names = [str((a > 1).types().sql_type), str((a / 2).types().sql_type), str(a.cast(int).types().sql_type)]
    assert names == ["SqlType.BOOLEAN", "SqlType.FLOAT", "SqlType.BIGINT"]
    with pytest.raises(TypeError, match="Non Expr::Literal"):
        a.is_null().types()


def test_a_simple_case_compares():
    case = f.case(a).when(lit(1), lit("x")).otherwise(lit("y"))
    assert [str(e) for e in case.rex_call_operands()] == [
        "Expr(a = Int64(1))",
        'Expr(Utf8View("x"))',
        'Expr(Utf8View("y"))',
    ]
