# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Plans as SQL: the text, and that it means the same."""

import pytest
from bowstring import SessionContext, col, lit
from bowstring.unparser import Dialect, Unparser


@pytest.fixture
def tables(ctx):
    ctx.from_pydict({"a": [1, 2, 3, 3], "b": [10, 20, 30, 40], "s": ["x", "yy", "Zz", None]}, name="t")
    ctx.from_pydict({"a": [2, 3, 5], "c": ["two", "three", "five"]}, name="u")
    return ctx


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect.default(), "SELECT t.a FROM t WHERE (t.a > 1)"),
        (Dialect.postgres(), 'SELECT "t"."a" FROM "t" WHERE ("t"."a" > 1)'),
        (Dialect.duckdb(), 'SELECT "t"."a" FROM "t" WHERE ("t"."a" > 1)'),
        (Dialect.mysql(), "SELECT `t`.`a` FROM `t` WHERE (`t`.`a` > 1)"),
        (Dialect.sqlite(), "SELECT `t`.`a` FROM `t` WHERE (`t`.`a` > 1)"),
    ],
)
def test_dialects(tables, dialect, text):
    assert Unparser(dialect).plan_to_sql(tables.sql("select a from t where a > 1").logical_plan()) == text


def test_pretty(tables):
    plan = tables.sql("select a from t where a > 1 and (b + 1) * 2 > 3").logical_plan()
    assert (
        Unparser(Dialect.default()).with_pretty(True).plan_to_sql(plan)
        == "SELECT t.a FROM t WHERE t.a > 1 AND (t.b + 1) * 2 > 3"
    )


QUERIES = [
    "select * from t",
    "select a + 1 as x, upper(s) as y from t where s is not null and a between 1 and 3",
    "select a, sum(b) as n, count(*) as m, count(distinct s) as k from t group by a having sum(b) > 10",
    "select sum(b) + count(*) as z from t",
    "select b from t order by a desc nulls last, b limit 2 offset 1",
    "select distinct a from t",
    "select t.a, u.c from t join u on t.a = u.a",
    "select t.a, u.c from t left join u on t.a = u.a and u.c <> 'three'",
    "select t.b, u.c from t full join u on t.a = u.a",
    "select x.a from (select a from t where b > 10) as x",
    "select a from t union all select a from u",
    "select case when a > 1 then 'big' else 'small' end as z, cast(a as double) as w from t",
    "select case a when 1 then 'one' end as z from t",
    "select a in (1, 2) as x, s like 'x%' as y, not (a > 1) as n, -a as m from t",
    "select a, row_number() over (partition by a order by b) as n from t",
    "select a from t where a in (select a from u)",
    "select a from t where exists (select 1 from u where u.a = t.a)",
    "select (select max(a) from u) as m",
    "select 1 as x, 'it''s' as y, null as z, true as w, 1.5 as v",
    "select date '2020-01-02' as d, timestamp '2020-01-02 03:04:05' as ts",
    "select a from t where a > 1 or b < 20 and s = 'x'",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("pretty", [False, True])
def test_round_trip(tables, query, pretty):
    frame = tables.sql(query)
    text = Unparser(Dialect.default()).with_pretty(pretty).plan_to_sql(frame.logical_plan())
    again = tables.sql(text)
    assert sorted(map(repr, again.to_pylist())) == sorted(map(repr, frame.to_pylist())), text


def test_expressions():
    unparser = Unparser(Dialect.default())
    assert unparser.expr_to_sql((col("a") + 1) * lit("x")) == "((a + 1) * 'x')"
    assert unparser.expr_to_sql(col('"A b"').is_null()) == '"A b" IS NULL'


def test_what_has_no_sql(tables):
    with pytest.raises(Exception, match="as SQL"):
        Unparser(Dialect.default()).plan_to_sql(tables.sql("explain select 1").logical_plan())


@pytest.mark.parametrize(
    ("expression", "default", "other"),
    [
        ("interval '1 day'", "INTERVAL '1 DAYS'", {"mysql": "INTERVAL 1 DAY"}),
        ("interval '3 hours'", "INTERVAL '3 HOURS'", {"mysql": "INTERVAL 3 HOUR"}),
        ("interval '-1.5 seconds'", "INTERVAL '-1.500000000 SECS'", {"mysql": "INTERVAL -1500000 MICROSECOND"}),
        ("interval '1 year 2 days 4 minutes'", "INTERVAL '12 MONS 2 DAYS 4 MINS'", {}),
        ("interval '0 days'", "INTERVAL '0 SECS'", {"mysql": "INTERVAL 0 DAY"}),
        ("1e10", "10000000000.0", {}),
        ("1e-7", "0.0000001", {}),
        ("x'0aff'", "X'0aff'", {}),
        ("[1, 2]", "[1, 2]", {"postgres": "ARRAY[1, 2]"}),
        ("named_struct('a', 1, 'B c', s)", "{a: 1, \"B c\": v.s}", {"duckdb": '{"a": 1, "B c": "v"."s"}'}),
        ("cast(1 as float)", "CAST(1 AS FLOAT)", {}),
        (
            "date_part('year', d)",
            "date_part('year', v.d)",
            {"mysql": "EXTRACT(YEAR FROM `v`.`d`)", "sqlite": "strftime('%Y', `v`.`d`)"},
        ),
        ("character_length(s)", "character_length(v.s)", {"duckdb": 'length("v"."s")', "sqlite": "length(`v`.`s`)"}),
        ("round(f, 1)", "round(v.f, 1)", {"postgres": 'round(CAST("v"."f" AS NUMERIC), 1)'}),
        ("s is distinct from 'x'", "(v.s IS DISTINCT FROM 'x')", {"mysql": "(NOT (`v`.`s` <=> 'x'))"}),
    ],
)
def test_words_of_dialects(expression, default, other):
    ctx = SessionContext()
    ctx.sql("create table v as select date '2020-01-02' as d, 'x' as s, 1.25 as f")
    frame = ctx.sql(f"select {expression} from v")
    text = Unparser(Dialect.default()).plan_to_sql(frame.logical_plan())
    assert text == f"SELECT {default} FROM v"
    assert [list(row.values()) for row in ctx.sql(text).to_pylist()] == [
        list(row.values()) for row in frame.to_pylist()
    ]
    for dialect, expected in other.items():
        assert f"SELECT {expected} FROM" in Unparser(getattr(Dialect, dialect)()).plan_to_sql(frame.logical_plan())


def test_mysql_has_no_mixed_intervals(tables):
    with pytest.raises(Exception, match="MySQL"):
        Unparser(Dialect.mysql()).plan_to_sql(tables.sql("select interval '1 month 2 days'").logical_plan())
