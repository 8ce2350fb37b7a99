# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""ASOF joins beside duckdb."""

import random

import pyarrow as pa
import pytest
from peers import check, session


def table(count, name, seed, unique=False):
    pick = random.Random(seed)
    # Equal keys and times on the right side would make the answer a matter of choice.
    times = pick.sample(range(count * 3), count) if unique else [pick.randrange(count * 3) for _ in range(count)]
    return pa.table(
        {
            "k": pa.array([pick.choice([None, 1, 2, 3, 4]) for _ in range(count)], pa.int64()),
            "t": pa.array([None if pick.random() < 0.1 else t for t in times], pa.int64()),
            name: pa.array([pick.choice([None, "a", "b", "c"]) for _ in range(count)], pa.string()),
        }
    )


TABLES = {"l": table(500, "x", 1), "r": table(150, "y", 2, unique=True), "none": table(0, "y", 3)}


@pytest.mark.parametrize("kind", ["", "left"])
@pytest.mark.parametrize("op", [">=", ">", "<=", "<"])
def test_like_duckdb(kind, op):
    check(f"select l.*, r.* from l asof {kind} join r on l.k = r.k and l.t {op} r.t", TABLES, peer="duckdb")
    check(f"select l.x, r.y from l asof {kind} join r on l.t {op} r.t where l.k = 2", TABLES, peer="duckdb")


def test_using_and_expressions():
    check("select k, t, x, y from l asof join r using (k, t)", TABLES, peer="duckdb")
    check("select l.x, r.y from l asof left join r on r.t <= l.t + 1 and l.k + 1 = r.k", TABLES, peer="duckdb")
    check("select l.x, r.y from l asof left join none r on l.t >= r.t and l.k = r.k", TABLES, peer="duckdb")
    check("select count(*), count(r.y) from l asof left join r on l.k = r.k and l.t >= r.t", TABLES, peer="duckdb")


def test_little_memory():
    tables = {"l": table(100000, "x", 4), "r": table(50000, "y", 5, unique=True)}
    check(
        "select l.k, count(*), count(r.y), sum(r.t) from l asof left join r on l.k = r.k and l.t >= r.t group by l.k",
        tables,
        peer="duckdb",
        budgets=(None, 24 << 20),
    )


def test_refusals():
    for sql, text in [
        ("select 1 from l asof join r on l.k = r.k", "needs an inequality"),
        ("select 1 from l asof join r on l.t >= r.t and l.k > r.k", "one inequality only"),
    ]:
        with pytest.raises(Exception, match=text):
            session(TABLES).sql(sql).collect()
