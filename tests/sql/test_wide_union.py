# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""UNIONs of very many SELECTs, as programs write them: what they cost grows with their number, not faster."""

import time

import pytest
from bowstring import SessionContext

BRANCHES = 12_000


@pytest.fixture(scope="module")
def ctx():
    ctx = SessionContext()
    ctx.sql("CREATE TABLE t AS SELECT value AS v FROM range(0, 10)").collect()
    return ctx


@pytest.mark.parametrize(
    ("branch", "between", "around", "answer"),
    [
        ("SELECT {i} AS a", " UNION ALL ", "SELECT count(a), sum(a) FROM ({})", (BRANCHES, BRANCHES * (BRANCHES - 1) // 2)),
        ("SELECT v + {i} AS a FROM t", " UNION ALL ", "SELECT count(a), max(a) FROM ({})", (10 * BRANCHES, BRANCHES + 8)),
        ("SELECT v + {i} AS a FROM t", " UNION ", "SELECT count(a), max(a) FROM ({})", (BRANCHES + 9, BRANCHES + 8)),
    ],
)
def test_many_branches(ctx, branch, between, around, answer):
    frame = ctx.sql(around.format(between.join(branch.format(i=i) for i in range(BRANCHES))))
    assert tuple(frame.to_pylist()[0].values()) == answer


def test_each_branch_a_partition_in_order(ctx):
    """The batches come in the order of the branches, and many partitions cost no more each than few."""
    begin = time.monotonic()
    frame = ctx.sql(" UNION ALL ".join(f"SELECT v + {i} AS a FROM t" for i in range(BRANCHES)))
    seen = [batch.to_pyarrow()["a"][0].as_py() for batch in frame]
    assert seen == list(range(BRANCHES))
    assert time.monotonic() - begin < 30  # 1.5 s alone on a machine; it was minutes


def test_one_distinct_for_a_chain(ctx):
    plan = ctx.sql("EXPLAIN SELECT v FROM t UNION (SELECT 1 UNION SELECT 2) UNION SELECT 3").to_pylist()[0]["plan"]
    assert plan.count("Aggregate") == 1
    assert plan.count("Union") == 1
    rows = ctx.sql("SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 2").to_pylist()
    assert sorted(row["a"] for row in rows) == [1, 1, 2]
