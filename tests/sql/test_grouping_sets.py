# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""GROUPING SETS, ROLLUP, CUBE and grouping(), beside datafusion or duckdb."""

import random

import datafusion
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from peers import assert_rows, check, rows_of, session, settings

from bowstring import col
from bowstring import functions as f
from bowstring.expr import GroupingSet


def table(count, distinct, seed=1):
    pick = random.Random(seed)
    return pa.table(
        {
            "a": pa.array([pick.choice([None, *range(distinct)]) for _ in range(count)], pa.int64()),
            "b": pa.array([pick.choice([None, "x", "y", "zz" * 10]) for _ in range(count)], pa.string()),
            "c": pa.array([pick.choice([None, 1.5, -0.5, 7.0]) for _ in range(count)], pa.float64()),
            "v": pa.array([pick.choice([None, *range(-50, 50)]) for _ in range(count)], pa.int64()),
        }
    )


TABLES = {"t": table(3000, 5), "e": table(0, 5), "o": table(1, 5), "wide": table(20000, 4000)}

STATEMENTS = [
    "select a, b, count(*), sum(v), avg(v), min(b) from t group by rollup(a, b)",
    "select a, b, c, count(*), grouping(a), grouping(c, a), grouping(a, b, c) from t group by cube(a, b, c)",
    "select a, b, count(distinct v), sum(distinct v) filter (where v > 0), grouping(b) g from t group by grouping sets ((a, b), (b), ())",
    "select a, b, count(*) n from t group by cube(a, b) having grouping(a) = 1 or count(*) > 100",
    "select a, b, c, sum(v) from t group by a, rollup(b, c)",
    "select a, b, sum(v) from t group by rollup(a), rollup(b)",
    "select a, count(*) from t group by grouping sets ((a), (a), (a), ())",
    "select a + 1 x, sum(v) from t group by rollup(a + 1)",
    "select a, b, sum(v) from e group by rollup(a, b)",
    "select a, b, sum(v) from e group by grouping sets ((a), (b))",
    "select a, b, sum(v), count(*) from o group by cube(a, b)",
    "select sum(v) from t group by cube(a, b)",
    "select grouping(a), a from t group by a",
    "select a, sum(s) from (select a, b, sum(v) s from t group by rollup(a, b)) group by a",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_like_the_peer(sql):
    check(sql, TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        "select a, b, sum(v) s from t group by cube(a, b) order by grouping(a), grouping(b), a nulls last, b nulls last",
        "select a, b, sum(v) s from t group by rollup(a, b) order by s desc nulls last, a nulls last, b nulls last, grouping(b) limit 7",
    ],
)
def test_in_order(sql):
    check(sql, TABLES, ordered=True)


@pytest.mark.parametrize(
    "sql",
    [
        "select a, b, c, count(*) from t group by grouping sets ((a, b), rollup(b, c), cube(a))",
        "select a, b, c, count(*) from t group by rollup((a, b), c)",
    ],
)
def test_more_than_the_peer(sql):
    check(sql, TABLES, peer="duckdb")


def test_little_memory():
    check("select a, b, v, count(*), sum(v) from wide group by cube(a, b, v)", TABLES, budgets=(12 << 20,))


@pytest.mark.parametrize("kind", ["rollup", "cube"])
def test_frames(kind):
    peer = datafusion.SessionContext()
    peer.register_record_batches("t", [TABLES["t"].to_batches()])
    from datafusion.expr import GroupingSet as PeerSet

    keys = [datafusion.col("a"), datafusion.col("b")]
    functions = datafusion.functions
    expected = peer.table("t").aggregate(
        [getattr(PeerSet, kind)(*keys)], [functions.sum(datafusion.col("v")), functions.grouping(keys[0])]
    )
    for setting in settings():
        frame = session(TABLES, **setting).table("t")
        got = frame.aggregate(
            [getattr(GroupingSet, kind)("a", "b")], [f.sum(col("v")), f.grouping(col("a"))]
        ).to_arrow_table()
        assert got.schema.names == expected.to_arrow_table().schema.names
        assert_rows(rows_of(got), rows_of(expected.to_arrow_table()), False, str(setting))


def test_refusals():
    context = session(TABLES)
    with pytest.raises(Exception, match="Argument t.b to grouping function is not in grouping columns t.a"):
        context.sql("select grouping(b) from t group by a")
    with pytest.raises(Exception, match="65535"):
        columns = ", ".join(f"v + {i}" for i in range(17))
        context.sql(f"select count(*) from t group by cube({columns})").collect()


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """A file of many rows whose keys have few values, which its footer tells."""
    rows = table(150000, 50)
    rows = rows.append_column("w", pa.array([i % 7 for i in range(len(rows))], pa.int32()))
    path = str(tmp_path_factory.mktemp("big") / "big.parquet")
    pq.write_table(rows, path)
    return path


def both(path, sql, split):
    peer = datafusion.SessionContext()
    peer.register_parquet("big", path)
    wanted = rows_of(peer.sql(sql).to_arrow_table())
    for setting in settings((None, 64 << 20)):
        ours = session({}, **setting)
        ours.register_parquet("big", path)
        assert ("__partial_" in ours.sql(sql).optimized_logical_plan().display_indent()) == split
        assert_rows(rows_of(ours.sql(sql).to_arrow_table()), wanted, False, f"{sql} {setting}")


@pytest.mark.parametrize(
    "sql",
    [
        "select a, w, sum(v), count(*), count(v), min(b), max(c) from big group by rollup(a, w)",
        "select a, w, sum(v) filter (where v > 0), count(*) filter (where v > 60), grouping(a, w) from big group by cube(a, w)",
        "select w + 1, a, sum(a + v) s from big group by grouping sets ((w + 1, a), (a), (), ()) having sum(a + v) > 5",
        "select w, a, count(*) from big where v > 1000 group by rollup(w, a)",
    ],
)
def test_of_the_groups_of_all_keys(big, sql):
    """Many rows are grouped once by all keys, and the sets are computed of these groups."""
    both(big, sql, "v > 1000" not in sql)


@pytest.mark.parametrize("call", ["avg(v)", "sum(c)", "count(distinct v)", "array_agg(v order by v)"])
def test_of_the_rows(big, call):
    both(big, f"select a, w, {call} from big group by rollup(a, w)", False)
