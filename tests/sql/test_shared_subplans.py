# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in a plan several times is computed once where that pays, and its rows are those of the plan that computes each."""

import random

import pyarrow as pa
import pytest
from peers import assert_rows, check, rows_of, session, settings

import bowstring


def table(count, seed=1):
    pick = random.Random(seed)
    return pa.table(
        {
            "k": pa.array(range(count), pa.int64()),
            "g": pa.array([pick.choice([None, *range(500)]) for _ in range(count)], pa.int64()),
            "v": pa.array([pick.choice([None, *range(100)]) for _ in range(count)], pa.int64()),
            "s": pa.array([pick.choice([None, "a", "bb", "a text that is longer than twelve"]) for _ in range(count)]),
        }
    )


TABLES = {"t": table(20000), "u": table(50, seed=2)}
X = "with x as (select g, sum(v) sv, count(*) n, min(s) s from t group by g) "

SHARED = [
    X + "select a.g, a.sv, b.n, b.s from x a join x b on a.g = b.n",
    X + "select a.g, b.g h from x a join x b on a.g = b.g + 1 and a.sv < b.sv where a.n = b.n or a.s > b.s",
    X + "select g, sv from x where sv = (select max(sv) from x)",
    X + "select g, sv, n from x union all select n, sv, g from x",
    X + "select g from x where n > (select avg(n) from x) and sv < (select avg(sv) from x)",
    X + "select count(*) from x a, x b where a.sv > b.sv and a.g < 20",
    X + "select a.g, b.sv from x a left join x b on a.n = b.g",
    X + "select a.g, b.sv from x a full join x b on a.n = b.g",
    X + "select g from x where g not in (select n from x where n is not null)",
    X + "select g from (select g from x order by sv, g limit 5) union all select n from x",
    X + ", y as (select a.s, sum(b.sv) z from x a join x b on a.g = b.g group by a.s)"
    " select p.s, p.z, q.z from y p join y q on p.z <= q.z join x on x.g = p.z % 500",
    "with j as (select t.g, t.v from t join u on t.v = u.v and t.k % 50 = u.k)"
    " select g, count(*) from j group by g having count(*) > (select avg(n) from (select count(*) n from j group by g))",
    "with w as (select k, g, row_number() over (partition by g order by k) r from t where v < 10)"
    " select a.k, b.k l from w a join w b on a.g = b.g and a.r = b.r + 1",
]


@pytest.mark.parametrize("sql", SHARED)
def test_like_the_peer(sql):
    check(sql, TABLES, peer="duckdb")


def plan_of(context, sql):
    return context.sql(sql).execution_plan().display_indent()


def test_it_is_computed_once():
    for sql in (*SHARED[:4], SHARED[6], SHARED[7]):  # also where each reader uses other columns
        assert plan_of(session(TABLES), sql).count("SharedResultExec: id=1, readers=2") == 2, sql
        assert plan_of(session(TABLES), sql).count("DataSourceExec") == 1, sql


    assert plan_of(session(TABLES), SHARED[4]).count("SharedResultExec: id=1, readers=3") == 3
    commons = (
        "with x as (select g, sum(v * (1 - k)) a, sum(v * (1 - k) * 2) b from t group by g) "
        "select p.g, p.a, q.b from x p join x q on p.g = q.g + 1 and p.a > q.a and p.b > q.b order by p.g"
    )
    assert plan_of(session(TABLES), commons).count("DataSourceExec") == 1
    check(commons, TABLES, peer="duckdb", ordered=True)


def test_switched_off():
    config = bowstring.SessionConfig().set("bowstring.optimizer.share_subplans", "false")
    context = bowstring.SessionContext(config)
    for name, rows in TABLES.items():
        context.from_arrow(rows, name=name)
    for sql in SHARED:
        assert "SharedResultExec" not in plan_of(context, sql)
        assert_rows(rows_of(session(TABLES).sql(sql).to_arrow_table()), rows_of(context.sql(sql).to_arrow_table()), ordered=False)


def test_what_is_not_shared():
    for sql in (
        "with x as (select g, sum(v + random()) r from t group by g) select * from x a join x b on a.g = b.g",
        "with x as (select * from t where v > 3) select * from x a join x b on a.k = b.k",
        "with x as (select t.k from t join u on t.v = u.v) select k from x union all select k from x",
        "with x as (select g, sum(v) sv from t group by g)"
        " select * from x a join x b on a.sv = b.sv where a.g = 3 and b.g = 4",
    ):
        assert "SharedResultExec" not in plan_of(session(TABLES), sql), sql


def test_narrowed_down_by_all_readers():
    # Each reader needs a few groups only, which the scans learn from the joins: both together read less than one of all rows.
    narrow = "select u.k, sv from u join (select g, sum(v) sv from t group by g) x on u.k = x.g where u.v < 2"
    sql = f"{narrow} union all {narrow.replace('u.v < 2', 'u.v > 97')}"
    assert "SharedResultExec" not in plan_of(session(TABLES), sql)
    check(sql, TABLES, peer="duckdb")


def test_limits_above():
    context = session(TABLES)
    for sql in (X + "select a.g from x a, x b limit 10", X + "select g from x union all select g from x limit 501"):
        assert len(context.sql(sql).collect()[0]) > 0
        assert context.sql(sql).count() in (10, 501)


def test_left_early():
    context = session(TABLES)
    stream = context.sql(X + "select a.g, b.g h, c.k from x a, x b, t c").execute_stream()
    assert next(iter(stream)).to_pyarrow().num_rows > 0
    del stream
    assert context.sql("select count(*) from t").to_pydict() == {"count(*)": [20000]}


def test_small_memory():
    wide = pa.table({"k": pa.array(i // 6 for i in range(600000)), "v": pa.array(range(600000), pa.int64())})
    sql = "with x as (select k, sum(v) v, max(v) m from t group by k) select a.k, b.v, a.m from x a join x b on a.k = b.k + 1 and a.v > b.m"
    expected = rows_of(session({"t": wide}).sql(sql).to_arrow_table())
    assert len(expected) == 99999
    for setting in settings(budgets=(12 << 20,)):
        context = session({"t": wide}, **setting)
        assert "SharedResultExec" in plan_of(context, sql)
        assert_rows(rows_of(context.sql(sql).to_arrow_table()), expected, ordered=False)
