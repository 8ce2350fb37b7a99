# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Scalar subqueries that read nothing around them are computed once, before those who use the value start."""

import random

import pyarrow as pa
import pytest
from peers import check, session, settings


def table(count, seed=1):
    pick = random.Random(seed)
    return pa.table(
        {
            "k": pa.array(range(count), pa.int64()),
            "v": pa.array([pick.choice([None, *range(100)]) for _ in range(count)], pa.int64()),
            "s": pa.array([pick.choice([None, "a", "bb"]) for _ in range(count)], pa.string()),
        }
    )


TABLES = {"t": table(5000), "u": table(50, seed=2), "e": table(0)}
ONE = "(select v from u where k = 7)"

STATEMENTS = [
    f"select k, v + {ONE} from t",
    f"select k from t where v > {ONE} and k % 2 = 0",
    "select k, (select v from u where k = 700) x from t",
    "select k, (select v from e) x from t where (select v from e) is null or k > 5",
    f"select count(*), sum(v) filter (where v > {ONE}) from t",
    f"select v > {ONE} g, count(*) from t group by 1",
    f"select t.k, u.k from t left join u on t.k = u.k and t.v > {ONE}",
    f"select k, row_number() over (order by v + {ONE}, k) from t",
    f"select k from t where v = (select max(v) from u where v < {ONE})",
    "select k from t where k < (select k from u order by v desc nulls last, k limit 1)",
    "select k, (select cast(v as decimal(9, 2)) from u where k = 7) d, (select s from u where k = 8) x from t",
    f"select * from (select k, v from t where v > {ONE} union all select k, v from u where v < {ONE})",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_like_the_peer(sql):
    check(sql, TABLES, peer="duckdb")


def test_keys_of_the_order():
    check(f"select k from t order by v > {ONE} nulls last, k desc limit 20", TABLES, peer="duckdb", ordered=True)


def test_exists_in_a_select_list():
    check("select k, case when exists (select 1 from u where v > 50) then 1 else 0 end c from t", TABLES, peer="duckdb")
    check(
        "select k, not exists (select 1 from e) c from t where not exists (select 1 from u where v > 1000)",
        TABLES,
        peer="duckdb",
    )


def test_a_second_row_is_an_error():
    for setting in settings():
        with pytest.raises(Exception, match="Scalar subquery returned more than one row"):
            session(TABLES, **setting).sql("select k + (select v from u) from t").collect()
