# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Sums of one expression with different constants added are computed of one sum and one count."""

import random

import pyarrow as pa
import pytest
from peers import check, session

_pick = random.Random(5)
TABLES = {
    "t": pa.table(
        {
            "g": pa.array([_pick.choice([None, 1, 2, 3]) for _ in range(500)], pa.int32()),
            "a": pa.array([_pick.choice([None, *range(-50, 50)]) for _ in range(500)], pa.int16()),
            "b": pa.array([_pick.randrange(-(2**40), 2**40) for _ in range(500)], pa.int64()),
            "z": pa.nulls(500, pa.int64()),
            "u": pa.array(range(500), pa.uint32()),
            "f": pa.array([i / 7 for i in range(500)], pa.float64()),
        }
    ),
    "none": pa.table({"g": pa.array([], pa.int32()), "a": pa.array([], pa.int64())}),
}
SPLIT = [
    "select sum(a), sum(a + 1), sum(a + 2), sum(a - 3) from t",
    "select g, sum(a + 1), min(a), sum(2 + a) as x, sum(a + 5) from t group by g",
    "select g, sum(b + 1), sum(b - 7), sum(b + 9), sum(a + 1), sum(a + 2) from t group by g order by g",
    "select sum(z + 1), sum(z + 2), sum(z + 3), count(*) from t",
    "select sum(a + 1), sum(a + 2), sum(a + 3) from none",
    "select g, sum(a + 1), sum(a + 2), sum(a + 3) from none group by g",
    "select g, u % 2 as e, sum(a + 1), sum(a + 2), sum(a + 3), grouping(g) from t group by rollup(g, e)",
    "select sum(a + 1), g, sum(a + 2), sum(a + 3) from t group by cube(g, u % 2)",
    "select sum(a + b + 1), sum(a + b + 2), sum(a + b + 3), sum(a + b + 4) from t having sum(a + b + 2) <> 0",
]
WHOLE = [
    "select sum(a + 1), sum(a + 2) from t",
    "select sum(a + 1), sum(a + 2), sum(a + 3) filter (where g = 1), sum(distinct a + 4) from t",
    "select sum(f + 1), sum(f + 2), sum(f + 3) from t",
    "select sum(u + 1), sum(a * 2), sum(a * 3), sum(a * 4) from t",
    "select sum(1 - a), sum(2 - a), sum(3 - a) from t",
    "select sum(b + 10000000000), sum(b + 20000000000), sum(b + 30000000000) from t",
]


@pytest.mark.parametrize("sql", SPLIT)
def test_one_sum(sql):
    assert "__sum_" in session(TABLES).sql(sql).optimized_logical_plan().display_indent()
    check(sql, TABLES)


@pytest.mark.parametrize("sql", WHOLE)
def test_left_as_it_is(sql):
    assert "__sum_" not in session(TABLES).sql(sql).optimized_logical_plan().display_indent()
    check(sql, TABLES)
