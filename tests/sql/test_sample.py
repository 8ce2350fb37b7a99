# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""TABLESAMPLE: shares and numbers of rows, the same ones with REPEATABLE whatever the workers and the batches."""

import pytest
from bowstring import SessionConfig, SessionContext

ROWS = "generate_series(1, 20000)"


def values(sql, workers=2, batch_size=8192):
    context = SessionContext(SessionConfig().with_target_partitions(workers).with_batch_size(batch_size))
    return context.sql(sql).to_pydict()["value"]


@pytest.mark.parametrize("how", ["bernoulli (10)", "system (10 percent)", "(10)", "10 percent"])
def test_share(how):
    found = values(f"select value from {ROWS} tablesample {how}")
    assert 1600 < len(found) < 2400  # ten standard deviations
    assert found == sorted(set(found))


def test_all_and_none():
    assert len(values(f"select value from {ROWS} tablesample bernoulli (100)")) == 20000
    assert values(f"select value from {ROWS} tablesample bernoulli (0)") == []
    assert values(f"select value from {ROWS} tablesample (0 rows)") == []


@pytest.mark.parametrize("how", ["reservoir (50)", "(50 rows)", "reservoir (50 rows)"])
def test_rows(how):
    found = values(f"select value from {ROWS} tablesample {how}")
    assert len(found) == len(set(found)) == 50
    assert len(values(f"select value from generate_series(1, 7) tablesample {how}")) == 7


@pytest.mark.parametrize("how", ["bernoulli (5)", "(30 rows)"])
def test_repeatable(how):
    sql = f"select value from {ROWS} tablesample {how} repeatable (7)"
    first = values(sql)
    assert first
    for workers in (1, 2, 8):
        for batch_size in (7, 8192):
            assert values(sql, workers, batch_size) == first
    assert values(sql.replace("(7)", "(8)")) != first


def test_beside_others():
    context = SessionContext()
    context.sql("create table t (k int, v varchar) as values (1, 'a'), (2, 'b'), (3, 'c')")
    # Filters above stay above, the alias names the sample, other tables are read whole.
    frame = context.sql("select count(*) as n from t as s tablesample (100) join t on s.k = t.k where t.v > 'a'")
    assert frame.to_pydict() == {"n": [2]}
    inside = context.sql("select count(*) as n from (select * from t where k > 1) x tablesample (1 rows)")
    assert inside.to_pydict() == {"n": [1]}
    assert context.sql("select * from t tablesample (50) repeatable (1)").schema().names == ["k", "v"]


@pytest.mark.parametrize(
    "how, text",
    [
        ("bernoulli (101)", "isn't between 0 and 100 percent"),
        ("(-1)", "isn't between 0 and 100 percent"),
        ("(1.5 rows)", "is no number of rows"),
        ("(null)", "needs a constant number"),
        ("(random())", "needs a constant number"),
        ("block (10)", "TABLESAMPLE block"),
    ],
)
def test_refusals(how, text):
    with pytest.raises(Exception, match=text):
        values(f"select value from {ROWS} tablesample {how}")
