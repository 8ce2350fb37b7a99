# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Scalar functions in Python."""

import pytest
from bowstring import ScalarUDF, col, lit, udf
from bowstring.user_defined import Volatility

pa = pytest.importorskip("pyarrow")
pc = pytest.importorskip("pyarrow.compute")

INT = pa.int64()


@pytest.fixture
def frame(ctx):
    return ctx.from_pydict({"a": [1, 2, None], "s": ["x", "y", None]}, name="t")


def values(frame):
    return frame.to_arrow_table().column(0).to_pylist()


def test_function_and_decorator(frame):
    plus = udf(lambda x: pc.add(x, 1), [INT], INT, "immutable", name="plus")
    assert isinstance(plus, ScalarUDF) and plus.name == "plus"
    assert values(frame.select(plus(col("a")))) == [2, 3, None]

    @udf([INT, INT], INT, "stable")
    def times(x, y):
        return pc.multiply(x, y)

    assert values(frame.select(times(col("a"), lit(10)))) == [10, 20, None]

    class Negate:
        def __call__(self, x):
            return pc.negate(x)

    assert udf(Negate(), INT, INT, Volatility.Volatile).name == "negate"


def test_literals_come_as_whole_arrays(frame):
    lengths = []

    def see(x, y):
        lengths.append((len(x), len(y)))
        return x

    frame.select(udf(see, [INT, INT], INT, "volatile")(col("a"), lit(5))).collect()
    assert lengths == [(3, 3)]


def test_in_sql(ctx, frame):
    ctx.register_udf(udf(lambda x: pc.add(x, 100), [INT], INT, "immutable", name="hundred"))
    assert ctx.sql("SELECT hundred(a) AS h FROM t").to_pydict() == {"h": [101, 102, None]}
    assert "hundred" in ctx.udfs() and "abs" in ctx.udfs()
    ctx.register_udf(udf(lambda x: pc.add(x, 200), [INT], INT, "immutable", name="hundred"))
    assert ctx.sql("SELECT hundred(a) AS h FROM t").to_pydict() == {"h": [201, 202, None]}


def test_answers_are_checked(frame):
    def run(function, result=INT):
        return frame.select(udf(function, [INT], result, "volatile")(col("a"))).collect()

    with pytest.raises(Exception, match="returned a different number of rows"):
        run(lambda x: x[:1])
    with pytest.raises(Exception, match="column types must match schema types, expected Int64 but found Utf8"):
        run(lambda x: x.cast(pa.string()))
    with pytest.raises(Exception, match="Array"):
        run(lambda x: 3)
    with pytest.raises(Exception, match="Invalid argument error"):
        run(lambda x: x, pa.field("r", INT, nullable=False))


@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_columns_of_other_libraries_are_answers(ctx, isolation):
    pl = pytest.importorskip("polars")
    frame = ctx.from_pydict({"a": [1, None], "s": ["x", "long enough to be no inline view"]})
    for type_ in (pa.string(), pa.large_string(), pa.string_view()):
        upper = udf(lambda s: pl.Series(s).str.to_uppercase(), [pa.string()], type_, "immutable", isolation=isolation)
        assert frame.select(upper(col("s")).alias("r")).to_pydict() == {"r": ["X", "LONG ENOUGH TO BE NO INLINE VIEW"]}
    more = udf(lambda a: pa.chunked_array([a.slice(0, 1), a.slice(1)]), [INT], INT, "immutable", isolation=isolation)
    assert frame.select(more(col("a")).alias("r")).to_pydict() == {"r": [1, None]}
    with pytest.raises(Exception, match="expected Int64 but found"):
        frame.select(udf(lambda s: pl.Series(s), [pa.string()], INT, "immutable", isolation=isolation)(col("s"))).collect()


def test_arguments_are_coerced_where_nothing_is_lost(frame):
    double = udf(lambda x: x, [pa.float64()], pa.float64(), "immutable")
    assert values(frame.select(double(col("a")))) == [1.0, 2.0, None]
    with pytest.raises(Exception, match="Failed to coerce arguments"):
        frame.select(double(col("s"))).collect()


def test_wrong_definitions():
    with pytest.raises(Exception, match="Unsupported volatility type"):
        udf(lambda x: x, [INT], INT, "sometimes")
    with pytest.raises(ValueError, match="No type alias for int"):
        udf(lambda x: x, ["int"], INT, "immutable")
    with pytest.raises(TypeError):
        udf(lambda x: x, [3], INT, "immutable")


def test_types_by_pyarrows_short_names(ctx):
    plus = udf(lambda x: pc.add(x, 1), ["int64"], "int64", "immutable")
    assert values(ctx.range(3).select(plus(col("value")))) == [1, 2, 3]


def test_functions_run_at_once_with_readers(ctx):
    from concurrent.futures import ThreadPoolExecutor

    slowly = udf(lambda x: pc.add(x, 1), [INT], INT, "volatile")
    frame = ctx.range(20_000).select(slowly(col("value")).alias("v"))
    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda _: sum(sum(b.to_pydict()["v"]) for b in frame), range(8)))
    assert sums == [sum(range(1, 20_001))] * 8


def test_a_function_that_queries(ctx):
    def count(x):
        return pa.array([ctx.range(5).count()] * len(x), INT)

    assert values(ctx.range(3).select(udf(count, [INT], INT, "volatile")(col("value")))) == [5, 5, 5]
