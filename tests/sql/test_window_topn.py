# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Filters on row_number() and rank(): rows that can't be among the first of their partition don't reach the sort."""

import random

import pyarrow as pa
import pytest
from peers import check, session

_pick = random.Random(11)
ROWS = 3000
TABLES = {
    "t": pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "g": pa.array([_pick.choice([None, *range(40)]) for _ in range(ROWS)], pa.int32()),
            "s": pa.array([_pick.choice([None, "a", "b", "a longer text than twelve"]) for _ in range(ROWS)]),
            "f": pa.array([_pick.choice([None, float("inf"), 0.0, *(x / 4 for x in range(60))]) for _ in range(ROWS)]),
            "d": pa.array([_pick.choice([None, *range(100)]) for _ in range(ROWS)], pa.date32()),
            "w": pa.array([_pick.choice(["x", "yy", "longer than eight 1", "longer than eight 2"]) for _ in range(ROWS)]),
        }
    ),
    "none": pa.table({"id": pa.array([], pa.int64()), "g": pa.array([], pa.int32()), "f": pa.array([], pa.float64())}),
}
LIMITED = [
    "select * from (select id, g, row_number() over (partition by g order by f desc, id) as n from t) as x where n <= 2",
    "select * from (select id, g, row_number() over (partition by g order by f, id) as n from t) as x where 3 > n and g is not null",
    "select * from (select id, s, rank() over (partition by s order by d nulls first) as n from t) as x where n = 1",
    "select id, g, s from t qualify rank() over (partition by g, s order by d desc nulls last) between 1 and 3",
    "select id from t qualify row_number() over (partition by g % 7 order by w desc, id desc) < 4",
    "select * from (select id, row_number() over w as n, rank() over w as r, dense_rank() over w as e, sum(id) over w as total,"
    " min(f) over (partition by g order by d, id rows between 2 preceding and current row) as least from t"
    " window w as (partition by g order by d, id)) as x where n <= 5 and r < 4",
    "select * from (select id, f, row_number() over (partition by g order by f, id) as n from none) as x where n <= 1",
    "select count(*) from (select row_number() over (partition by id order by f) as n from t) as x where n <= 1",
]
WHOLE = [
    "select * from (select id, row_number() over (partition by g order by f, id) as n from t) as x where n >= 2",
    "select * from (select id, row_number() over (partition by g order by f, id) as n from t) as x where n <= 2 or id < 9",
    "select * from (select id, dense_rank() over (partition by g order by d) as n from t) as x where n <= 2",
    "select * from (select id, row_number() over (partition by g order by f, id) as n,"
    " lead(id) over (partition by g order by f, id) as l from t) as x where n <= 2",
    "select * from (select id, row_number() over (partition by g order by f, id) as n,"
    " count(*) over (partition by g order by f, id rows between current row and unbounded following) as l from t) as x where n <= 2",
    "select * from (select id, row_number() over (partition by g order by f, id) as n from t) as x where n <= 200",
    "select * from (select id, row_number() over (partition by g order by f, id) as n from t) as x where n not between 1 and 2",
    "select * from (select id, rank() over (order by s) as n from t) as x where n <= 2",
]
TOP = [
    "select * from (select id, f, row_number() over (order by f desc nulls last, id) as n from t) as x where n <= 10",
    "select * from (select id, row_number() over (order by w, id) as n from t) as x where n between 3 and 5",
]


def text(sql):
    return session(TABLES).sql(sql).execution_plan().display_indent()


@pytest.mark.parametrize("sql", LIMITED)
def test_first_of_each(sql):
    assert "PartitionedTopKExec" in text(sql)
    check(sql, TABLES)


@pytest.mark.parametrize("sql", TOP)
def test_first_of_all(sql):
    assert "TopK(fetch=" in text(sql)
    check(sql, TABLES)


@pytest.mark.parametrize("sql", WHOLE)
def test_all_rows_are_asked_for(sql):
    assert "PartitionedTopKExec" not in text(sql)
    check(sql, TABLES)


def test_shared_with_one_that_reads_all():
    check(
        "with r as (select id, g, row_number() over (partition by g order by f, id) as n from t)"
        " select a.id, b.total from r as a join (select g, count(n) as total from r group by g) as b on a.g = b.g where a.n <= 1",
        TABLES,
    )


def test_switched_off():
    ctx = session(TABLES)
    ctx.sql("set bowstring.optimizer.disabled_rules = 'window_topn'").collect()
    assert "PartitionedTopKExec" not in ctx.sql(LIMITED[0]).execution_plan().display_indent()
