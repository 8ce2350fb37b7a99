# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are declared to be sorted: no sort where the order will do, the same rows everywhere."""

import pytest
from bowstring import CsvReadOptions, SessionConfig, SessionContext, col

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
csv = pytest.importorskip("pyarrow.csv")

ROWS = 120_000


def rows(begin=0, end=ROWS):
    return pa.table({"a": [i // 3 for i in range(begin, end)], "b": [i % 3 for i in range(begin, end)], "c": [(i * 7919) % 1009 for i in range(begin, end)]})


def context():
    return SessionContext(SessionConfig().with_target_partitions(3))


def physical(ctx, query):
    plans = ctx.sql("explain " + query).to_pydict()
    return plans["plan"][plans["plan_type"].index("physical_plan")]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    root = tmp_path_factory.mktemp("sorted")
    pq.write_table(rows(), root / "one.parquet", row_group_size=7_000)
    (root / "many").mkdir()
    for number, begin in enumerate(range(ROWS - 30_000, -1, -30_000)):  # by name they come from the last to the first
        pq.write_table(rows(begin, begin + 30_000), root / "many" / f"{number}.parquet", row_group_size=9_000)
    pq.write_table(rows(0, 1).slice(0, 0), root / "many" / "00.parquet")
    csv.write_csv(rows(), root / "one.csv")
    return root


def registered(files, name, orders):
    ctx = context()
    if name.endswith(".csv"):
        ctx.register_csv("t", files / name, options=CsvReadOptions(file_sort_order=orders))
    else:
        ctx.register_parquet("t", files / name, file_sort_order=orders)
    return ctx


AB = [[col("a").sort(nulls_first=False), col("b").sort(nulls_first=False)]]
SATISFIED = [
    "select * from t order by a",
    "select * from t order by a, b",
    "select c, a from t where c < 100 order by a",
    "select x from (select a as x, c from t) order by x limit 10",
    "select a, b from t order by a limit 5 offset 1000",
    "select a, b, row_number() over (order by a, b) r from t",
    "select a, b, sum(c) over (partition by a order by b) s from t",
    "select a, b, count(*) over (partition by b, a) s from t",
    "select a, b, lag(c) over (order by a, b) l, max(c) over (order by a, b rows between 5 preceding and current row) m from t",
]


@pytest.mark.parametrize("name", ["one.parquet", "many", "one.csv"])
@pytest.mark.parametrize("query", SATISFIED)
def test_no_sort_where_the_order_will_do(files, name, query):
    declared, plain = registered(files, name, AB), registered(files, name, None)
    plan = physical(declared, query)
    assert "SortExec" not in plan and "JoinExec" not in plan and "output_ordering=[a ASC NULLS LAST" in plan, plan
    assert "SortExec" in physical(plain, query) or " over (partition by b, a)" in query  # that is a join without an order
    wanted = pa.Table.from_batches(plain.sql(query).collect()).to_pydict()
    got = pa.Table.from_batches(declared.sql(query).collect()).to_pydict()
    if " over (" in query:
        assert sorted(zip(*got.values(), strict=True)) == sorted(zip(*wanted.values(), strict=True))
    else:
        assert got == wanted


@pytest.mark.parametrize(
    "query",
    ["select * from t order by b", "select * from t order by a desc", "select * from t order by a nulls first", "select a + 1 x from t order by x",
     "select a from t order by a, c", "select row_number() over (order by b) from t", "select sum(c) over (partition by b order by a) from t",
     "select * from (select * from t union all select * from t) order by a"],
)
def test_another_order_is_sorted(files, query):
    assert "SortExec" in physical(registered(files, "one.parquet", AB), query)


def test_ordered_rows_come_at_once(files):
    """A sort would have to read all rows before the first."""
    ctx = registered(files, "one.parquet", AB)
    stream = ctx.sql("select a, b from t order by a, b").execute_stream()
    first = next(iter(stream)).to_pyarrow()
    assert first["a"][0].as_py() == 0 and first.num_rows < ROWS


def test_files_that_overlap_are_sorted(tmp_path):
    for number in range(2):
        pq.write_table(pa.table({"a": list(range(number * 50, number * 50 + 60))}), tmp_path / f"{number}.parquet")
    ctx = context()
    ctx.register_parquet("t", tmp_path, file_sort_order=[["a"]])
    assert "SortExec" in physical(ctx, "select a from t order by a")
    got = pa.Table.from_batches(ctx.sql("select a from t order by a").collect())["a"].to_pylist()
    assert got == sorted([*range(60), *range(50, 110)])


def test_a_value_in_two_files_breaks_the_second_key_only(tmp_path):
    pq.write_table(pa.table({"a": [1, 2], "b": [1, 5]}), tmp_path / "0.parquet")
    pq.write_table(pa.table({"a": [2, 3], "b": [1, 2]}), tmp_path / "1.parquet")
    for orders, sorts in (([["a", "b"]], True), ([["a"]], False)):
        ctx = context()
        ctx.register_parquet("t", tmp_path, file_sort_order=orders)
        assert ("SortExec" in physical(ctx, "select a from t order by a")) == sorts
        assert [b for x in ctx.sql("select a from t order by a").collect() for b in x.to_pydict()["a"]] == [1, 2, 2, 3]


@pytest.mark.parametrize("order", ["(a)", "(a asc, b)", "(a asc nulls last) with order (c)"])
def test_with_order(files, order):
    ctx = context()
    ctx.sql(f"create external table t (a bigint, b bigint, c bigint) stored as parquet with order {order} location '{files}/one.parquet'")
    assert "SortExec" not in physical(ctx, "select a from t order by a")


def test_with_order_of_unknown_columns():
    with pytest.raises(Exception, match="Column zz is not in schema"):
        context().sql("create external table t (a bigint) stored as csv with order (zz) location '/nowhere/'")


@pytest.mark.parametrize("orders", [[["zz"]], [[col("a") + 1]], [[]], [["b"], ["c"]], [["c", "a"]]])
def test_wrong_declarations_break_orders_only(files, orders):
    ctx, plain = registered(files, "one.parquet", orders), registered(files, "one.parquet", None)
    for query in ("select a, b, c from t order by b", "select a, b, c from t order by c limit 10", "select c, b, a from t order by c, a"):
        assert ctx.sql(query).count() == plain.sql(query).count()
    for query in ("select b, sum(a) over (partition by b order by a) s from t", "select c, rank() over (partition by c, a order by b) from t"):
        assert ctx.sql(query).count() == ROWS
    assert ctx.sql("select b, count(*) from t group by b").count() == 3
