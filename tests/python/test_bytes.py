# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions and plans as bytes: pickles, worker processes, functions by value."""

import datetime
import decimal
import multiprocessing
import pickle
import random

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from bowstring import Accumulator, Expr, LogicalPlan, SessionContext, col, lit, udaf, udf, udwf
from bowstring import functions as f
from bowstring.expr import GroupingSet, Window, WindowFrame
from bowstring.ipc import clear_sender_ctx, clear_worker_ctx, get_worker_ctx, set_sender_ctx, set_worker_ctx
from bowstring.user_defined import WindowEvaluator

pytest.importorskip("cloudpickle")

plus = udf(lambda x: pc.add(x, 1), [pa.int64()], pa.int64(), "immutable", "plus")


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
        return pa.scalar(self.total)


class Rows(WindowEvaluator):
    def evaluate_all(self, values, num_rows):
        return pa.array([num_rows] * num_rows)


total = udaf(Total, pa.int64(), pa.int64(), [pa.int64()], "immutable")
rows = udwf(Rows, pa.int64(), pa.int64(), "immutable")

EXPRESSIONS = [
    col("a"),
    col('t."A b"'),
    lit(1),
    lit("text"),
    lit(None),
    lit(pa.scalar(None, pa.int8())),
    lit(pa.scalar([{"x": 1}, None])),
    lit(datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)),
    lit(decimal.Decimal("-1.230")),
    lit(pa.scalar("v", pa.string_view())),
    Expr.literal_with_metadata(1, {"k": "v"}),
    (col("a") + 1) * 2 == col("b"),
    (col("a") == 1) & (col("b") == 2) & ~(col("c") == 3) | (col("d") == 4),
    col("a").alias("x", {"m": "n"}),
    col("a").is_null(),
    col("a").between(1, 2, negated=True),
    f.in_list(col("a"), [lit(1), lit(2)], negated=True),
    f.case(col("a")).when(lit(1), lit("x")).otherwise(lit("y")),
    col("a").cast(pa.decimal128(10, 2)),
    col("a").try_cast(pa.dictionary(pa.int32(), pa.string())),
    f.concat(col("a"), lit("x")),
    f.sum(col("a"), distinct=True, filter=col("b") > 1),
    f.array_agg(col("a"), order_by=[col("b").sort(ascending=False, nulls_first=True)]),
    f.lag(col("a"), 2, 0, [col("b")], [col("c")]),
    f.sum(col("a")).over(
        Window(partition_by=[col("b")], order_by=[col("c")], window_frame=WindowFrame("rows", 1, None))
    ),
    GroupingSet.grouping_sets([col("a")], [col("a"), col("b")]),
    plus(col("a")),
    total(col("a")),
    rows(col("a")),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_expressions_round_trip(expr):
    again = pickle.loads(pickle.dumps(expr))
    assert type(again) is Expr
    assert str(again) == str(expr)
    assert again.to_bytes() == expr.to_bytes() or "udf" in repr(expr.expr.facts().get("bridge"))


def test_functions_travel_by_value(ctx):
    frame = ctx.from_pydict({"a": [1, 2]}, name="t")
    bytes_ = plus(col("a")).alias("x").to_bytes()
    assert b"DFPYUDF" in bytes_
    assert frame.select(Expr.from_bytes(bytes_)).to_pydict() == {"x": [2, 3]}
    assert frame.aggregate([], [pickle.loads(pickle.dumps(total(col("a")).alias("x")))]).to_pydict() == {"x": [3]}
    assert frame.select(pickle.loads(pickle.dumps(rows(col("a")).alias("x")))).to_pydict() == {"x": [2, 2]}


def test_functions_travel_by_name(ctx):
    strict = ctx.with_python_udf_inlining(enabled=False)
    bytes_ = plus(col("a")).to_bytes(strict)
    assert b"DFPYUDF" not in bytes_
    with pytest.raises(RuntimeError, match="no scalar function named 'plus'"):
        Expr.from_bytes(bytes_, ctx)
    ctx.register_udf(plus)
    assert str(Expr.from_bytes(bytes_, ctx)) == "Expr(plus(a))"
    with pytest.raises(RuntimeError, match="inlining is disabled"):
        Expr.from_bytes(plus(col("a")).to_bytes(), strict)
    set_worker_ctx(ctx)
    set_sender_ctx(strict)
    try:
        assert get_worker_ctx() is ctx
        assert str(pickle.loads(pickle.dumps(plus(col("a"))))) == "Expr(plus(a))"
    finally:
        clear_worker_ctx()
        clear_sender_ctx()
    assert get_worker_ctx() is None


def test_another_python_version():
    bytes_ = bytearray(plus(col("a")).to_bytes())
    at = bytes_.index(b"DFPYUDF") + len(b"DFPYUDF")
    bytes_[at + 2] = 3
    with pytest.raises(RuntimeError, match="not portable across Python minor versions"):
        Expr.from_bytes(bytes(bytes_))
    bytes_[at] = 77
    with pytest.raises(RuntimeError, match="wire-format version v77"):
        Expr.from_bytes(bytes(bytes_))


@pytest.mark.parametrize(
    "bytes_", [b"", b"x", b"BOWEXPR\x01abc", b"BOWEXPR\x02", col("a").to_bytes()[:-1], col("a").to_bytes() + b"\0"]
)
def test_garbage(bytes_):
    with pytest.raises(RuntimeError):
        Expr.from_bytes(bytes_)


def test_damaged_bytes_never_crash():
    random.seed(7)
    for expr in EXPRESSIONS[:-3]:
        whole = expr.to_bytes()
        for _ in range(200):
            damaged = bytearray(whole)
            for _ in range(random.randint(1, 4)):
                damaged[random.randrange(8, len(damaged))] = random.randrange(256)
            try:
                str(Expr.from_bytes(bytes(damaged)))
            except RuntimeError:
                pass


def test_what_does_not_pickle(ctx):
    for thing in (ctx, ctx.from_pydict({"a": [1]}), col("a").sort()):
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def _run(expr):
    frame = SessionContext().from_pydict({"a": [1, 2, 3]})
    return frame.select(expr.alias("x")).to_pydict()["x"]


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_worker_processes(method):
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.map(_run, [col("a") + 1, plus(col("a")) * 2]) == [[2, 3, 4], [4, 6, 8]]


def test_plans(ctx, tmp_path):
    pq.write_table(pa.table({"a": [1, 2, 3, 3], "s": ["x", "y", None, "z"]}), tmp_path / "t.parquet")
    ctx.register_parquet("t", tmp_path / "t.parquet")
    for text in (
        "select * from t",
        "select a + 1 as b from t where s is not null order by a desc limit 2",
        "select s, sum(a) as n, row_number() over (order by sum(a)) as r from t group by s having sum(a) > 1",
        "select x.a, y.s from t as x left join t as y on x.a = y.a and x.s <> y.s",
        "select a from t union all values (7)",
        "select distinct a from t where a in (select a from t where s = 'x')",
        "select a from t where not exists (select 1 from t as u where u.a = t.a + 1)",
        "select (select max(a) from t) as m",
    ):
        frame = ctx.sql(text)
        for plan in (frame.logical_plan(), frame.optimized_logical_plan()):
            other = SessionContext()
            again = LogicalPlan.from_bytes(other, plan.to_bytes())
            assert again.display_indent() == plan.display_indent()
            rows = other.create_dataframe_from_logical_plan(again).to_pylist()
            assert sorted(map(repr, rows)) == sorted(map(repr, frame.to_pylist())), text
    frame = ctx.sql("select max(a) as m from t")
    from bowstring import ExecutionPlan

    plan = ExecutionPlan.from_bytes(SessionContext(), frame.execution_plan().to_bytes())
    assert str(plan) == str(frame.execution_plan())
    assert [b.to_pyarrow().to_pydict() for b in ctx.execute(plan, 0)] == [{"m": [3]}]


def test_tables_in_memory_stay(ctx):
    with pytest.raises(Exception, match="only tables over files can travel"):
        ctx.from_pydict({"a": [1]}, name="memory_table").logical_plan().to_bytes()
    with pytest.raises(RuntimeError):
        LogicalPlan.from_bytes(ctx, b"garbage")
