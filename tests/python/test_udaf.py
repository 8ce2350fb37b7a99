# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Aggregate, window and table functions in Python."""

import gc
import weakref

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from bowstring import Accumulator, RuntimeEnvBuilder, SessionConfig, SessionContext, col, udaf, udtf, udwf
from bowstring.expr import Window, WindowFrame
from bowstring.user_defined import WindowEvaluator


class Total(Accumulator):
    def __init__(self):
        self.total = 0

    def update(self, values):
        self.total += pc.sum(values).as_py() or 0

    def merge(self, states):
        self.total += pc.sum(states[0]).as_py() or 0

    def state(self):
        return [pa.scalar(self.total)]

    def evaluate(self):
        return pa.scalar(float(self.total))


class Kept(Accumulator):
    """All values, as a list: a state that grows."""

    def __init__(self):
        self.values = []

    def update(self, values):
        self.values += values.to_pylist()

    def merge(self, states):
        for part in states[0]:
            self.values += part.as_py() or []

    def state(self):
        return [pa.array(self.values, pa.int64())]

    def evaluate(self):
        return pa.scalar(sorted(self.values), pa.list_(pa.int64()))


total = udaf(Total, pa.int64(), pa.float64(), [pa.int64()], "immutable")
kept = udaf(Kept, [pa.int64()], pa.list_(pa.int64()), [pa.list_(pa.int64())], "stable", "kept")


@pytest.fixture
def df(ctx):
    return ctx.from_pydict({"g": [1, 1, 1, 2, 2], "a": [1, 2, None, 4, 5]}, name="t")


def test_groups(df):
    out = df.aggregate([col("g")], [total(col("a")).alias("x"), kept(col("a")).filter(col("a") > 1).build().alias("y")])
    assert out.sort("g").to_pydict() == {"g": [1, 2], "x": [3.0, 9.0], "y": [[2], [4, 5]]}


def test_no_rows_give_a_fresh_one(df):
    assert df.filter(col("a") > 9).aggregate([], [total(col("a")).alias("x")]).to_pydict() == {"x": [0.0]}


def test_many_groups_under_little_memory():
    runtime = RuntimeEnvBuilder().with_fair_spill_pool(6 << 20)
    ctx = SessionContext(SessionConfig().with_target_partitions(2), runtime)
    ctx.register_udaf(total)
    # Values of their own in each group, so that the groups' table outgrows the pool.
    n = 60000
    frame = ctx.sql(f"select value % {n} as k, total(value) as s from range({2 * n}) group by value % {n}")
    out = frame.to_pydict()
    assert len(out["k"]) == n
    assert all(s == 2.0 * k + n for k, s in zip(out["k"], out["s"], strict=True))


def test_over_windows(df):
    whole = total(col("a")).over(Window(partition_by=[col("g")])).alias("x")
    running = kept(col("a")).over(Window(order_by=[col("a")], window_frame=WindowFrame("rows", 1, 0))).alias("y")
    out = df.filter(col("a").is_not_null()).select(col("a"), whole, running).sort("a").to_pydict()
    assert out == {"a": [1, 2, 4, 5], "x": [3.0, 3.0, 9.0, 9.0], "y": [[1], [1, 2], [2, 4], [4, 5]]}


def test_long_frames_share_states(ctx):
    frame = ctx.range(2000).select(
        col("value"),
        total(col("value")).over(Window(order_by=[col("value")], window_frame=WindowFrame("rows", 200, 0))).alias("s"),
    )
    out = frame.sort("value").to_pydict()["s"]
    assert out == [float(sum(range(max(0, i - 200), i + 1))) for i in range(2000)]


def test_sql_names_keep_case(ctx, df):
    ctx.register_udaf(udaf(Total, pa.int64(), pa.float64(), [pa.int64()], "immutable", "MyTotal"))
    assert ctx.sql('select "MyTotal"(a) as s from t').to_pydict() == {"s": [12.0]}
    with pytest.raises(ValueError, match="Invalid function"):
        ctx.sql("select MyTotal(a) from t")
    assert "MyTotal" in ctx.udafs()
    ctx.deregister_udaf("MyTotal")
    assert "MyTotal" not in ctx.udafs()


@pytest.mark.parametrize("answer", [None, 1, "x", pa.scalar(1), pa.scalar(None)])
def test_answer_of_another_type(df, answer):
    class Wrong(Total):
        def evaluate(self):
            return answer

    wrong = udaf(Wrong, pa.int64(), pa.float64(), [pa.int64()], "immutable")
    with pytest.raises(Exception, match="column types must match schema types"):
        df.aggregate([], [wrong(col("a"))]).collect()


def test_exception_keeps_type_and_text(df):
    class Failing(Total):
        def update(self, values):
            raise LookupError("a word of its own")

    failing = udaf(Failing, pa.int64(), pa.float64(), [pa.int64()], "immutable")
    with pytest.raises(LookupError, match="a word of its own"):
        df.aggregate([], [failing(col("a"))]).collect()


def test_accumulators_are_given_up(df):
    alive = weakref.WeakSet()

    class Watched(Total):
        def __init__(self):
            super().__init__()
            alive.add(self)

    watched = udaf(Watched, pa.int64(), pa.float64(), [pa.int64()], "immutable")
    df.aggregate([col("g")], [watched(col("a"))]).collect()
    stream = iter(df.aggregate([col("g")], [watched(col("a"))]))
    next(stream)
    del stream
    gc.collect()
    assert not alive


def test_decorator_and_checks():
    @udaf([pa.int64()], pa.float64(), [pa.int64()], "stable", "decorated")
    def make():
        return Total()

    assert str(make(col("a"))) == "Expr(decorated(a))"
    with pytest.raises(TypeError, match="Accumulator must implement the abstract base class"):
        udaf(int, pa.int64(), pa.float64(), [pa.int64()], "stable")
    with pytest.raises(ValueError, match="Unsupported volatility type"):
        udaf(Total, pa.int64(), pa.float64(), [pa.int64()], "sometimes")


class Whole(WindowEvaluator):
    def evaluate_all(self, values, num_rows):
        return pa.array([float(num_rows)] * num_rows)


class Before(WindowEvaluator):
    def supports_bounded_execution(self):
        return True

    def get_range(self, idx, num_rows):
        return max(0, idx - 1), idx + 1

    def evaluate(self, values, eval_range):
        begin, end = eval_range
        return float(sum(values[0].slice(begin, end - begin).to_pylist()))


class Framed(WindowEvaluator):
    def uses_window_frame(self):
        return True

    def evaluate(self, values, eval_range):
        return float(eval_range[1] - eval_range[0])


class Ranked(WindowEvaluator):
    def include_rank(self):
        return True

    def evaluate_all_with_rank(self, num_rows, ranks_in_partition):
        return pa.array([float(begin) for begin, end in ranks_in_partition for _ in range(begin, end)])


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (Whole, [3.0, 3.0, 3.0, 2.0, 2.0]),
        (Before, [1.0, 3.0, 4.0, 3.0, 7.0]),
        (Framed, [2.0, 3.0, 2.0, 2.0, 2.0]),
        (Ranked, [0.0, 1.0, 1.0, 0.0, 1.0]),
    ],
)
def test_window_evaluators(ctx, kind, wanted):
    frame = ctx.from_pydict({"g": [1, 1, 1, 2, 2], "a": [1, 2, 2, 3, 4]}, name="w")
    function = udwf(kind, pa.int64(), pa.float64(), "immutable")
    window = Window(partition_by=[col("g")], order_by=[col("a")], window_frame=WindowFrame("rows", 1, 1))
    assert frame.select(function(col("a")).over(window).alias("x")).to_pydict()["x"] == wanted
    ctx.register_udwf(function)
    text = f"select {kind.__name__.lower()}(a) over (partition by g order by a rows between 1 preceding and 1 following) x from w"
    assert ctx.sql(text).to_pydict()["x"] == wanted


def test_table_functions(ctx):
    @udtf("upto")
    def upto(n):
        return ctx.from_pydict({"v": list(range(n.to_variant().value_i64()))})

    ctx.register_udtf(upto)
    assert ctx.sql("select sum(u.v) as s from upto(1 + 3) as u").to_pydict() == {"s": [6]}

    @udtf("again", with_session=True)
    def again(name, session=None):
        return session.table(name.python_value().as_py())

    ctx.register_udtf(again)
    ctx.from_pydict({"q": [7]}, name="x1")
    assert ctx.sql("select * from again('x1')").to_pydict() == {"q": [7]}
    ctx.deregister_udtf("again")
    with pytest.raises(ValueError, match="table function 'again' not found"):
        ctx.sql("select * from again('x1')")

    @udtf("broken")
    def broken():
        raise RuntimeError("in the function")

    ctx.register_udtf(broken)
    with pytest.raises(ValueError, match=r"(?s)RuntimeError.*in the function"):
        ctx.sql("select * from broken()")
    with pytest.raises(TypeError, match="FFI-exported table functions"):

        class Foreign:
            def __datafusion_table_function__(self):
                return None

        udtf(Foreign(), "foreign", with_session=True)


def test_functions_run_queries_of_their_own(ctx):
    """An accumulator that asks the engine something doesn't wait for the worker that it runs on."""
    inner = SessionContext()

    class Asking(Total):
        def update(self, values):
            self.total += sum(inner.from_pydict({"v": values.to_pylist()}).to_pydict()["v"])

    asking = udaf(Asking, pa.int64(), pa.float64(), [pa.int64()], "volatile")
    frame = ctx.range(5000).aggregate([(col("value") % 7).alias("k")], [asking(col("value")).alias("s")])
    assert sum(frame.to_pydict()["s"]) == sum(range(5000))
