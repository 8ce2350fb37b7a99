# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""EXPLAIN's logical plan reads as the peer's: casts and literals in the types that are compared, DISTINCT as an aggregate."""

import datafusion
import pyarrow as pa
import pytest

import bowstring

TABLES = {
    "t": pa.table({"a": pa.array([1, 2, 3], pa.int32()), "b": pa.array([1, 2, 3], pa.int64()), "s": ["x", "y", "z"], "f": [1.5, 2.5, 3.5]}),
    "u": pa.table({"a": pa.array([1, 2, 3], pa.int32()), "c": pa.array([1, 2, 3], pa.int64()), "d": ["x", "y", "z"]}),
}

SAME = [
    "select a, b from t where a > 1",
    "select a + 1, b from t where s = 'x' and b between 1 and 2",
    "select a from t where b not between 1 and 2",
    "select a, sum(b) from t group by a having sum(b) > 1",
    "select distinct a from t",
    "select * from t join u using (a)",
    "select * from t natural join u",
    "select t.a, u.c from t left join u on t.a = u.a where u.c > 1",
    "select a from t where b > (select avg(c) from u)",
    "select a from t union select a from u",
    "select a from t intersect select a from u",
    "select a from t except select a from u",
    "select case when a > 1 then 'x' else 'y' end from t",
    "select sum(b * (1 - f)), sum(b * (1 - f) * (1 + f)) from t",
    "select a from t where a in (1, 2, 3)",
    "select a from t where a in (1, 2, 3, 4, 5)",
    "select a from t where a not in (1, 2)",
    "select a from t where a = 1 or a = 2",
    "select cast(a as bigint) from t where cast(a as bigint) > 2",
    "select a from t where f > 1",
    "select sum(a), avg(b), min(s) from t",
    "select t.a from t full join u on t.a = u.a where t.a > 1",
    "select a % 2, count(*) from t group by a % 2 order by 2",
    "select a from t where not (a > 1 or b < 2)",
    "select a from t where a + 1 > 3",
    "select max(b) filter (where a > 1) from t",
    "select substr(s, 1, 2) x, count(*) from t group by x having count(*) > 1",
]


def text(module, sql):
    config = module.SessionConfig().set("datafusion.explain.logical_plan_only", "true")
    context = module.SessionContext(config.set("datafusion.execution.target_partitions", "4"))
    for name, table in TABLES.items():
        context.register_record_batches(name, [table.to_batches()])
    return context.sql("EXPLAIN " + sql).to_pydict()["plan"][0]


@pytest.mark.parametrize("sql", SAME)
def test_as_the_peer_writes_it(sql):
    assert text(bowstring, sql) == text(datafusion, sql)
