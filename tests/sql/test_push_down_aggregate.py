# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of one side of a join are grouped before they meet the other, where an aggregate reads that side alone."""

import decimal
import random

import pyarrow as pa
import pytest
from peers import assert_rows, check, rows_of, session

import bowstring

ROWS = 120_000
_pick = random.Random(3)
TABLES = {
    "fact": pa.table(
        {
            "d": pa.array([_pick.choice([None, *range(300)]) for _ in range(ROWS)], pa.int32()),
            "e": pa.array([_pick.randrange(3) for _ in range(ROWS)], pa.int32()),
            "v": pa.array([_pick.choice([None, *range(-50, 50)]) for _ in range(ROWS)], pa.int64()),
            "f": pa.array([i % 97 / 8 for i in range(ROWS)], pa.float64()),
            "c": pa.array([decimal.Decimal(i % 1000) / 100 for i in range(ROWS)], pa.decimal128(15, 2)),
        }
    ),
    # Some keys twice, some without a fact, some NULL.
    "dim": pa.table(
        {
            "d": pa.array([None, *range(20, 340), *range(40, 60)], pa.int32()),
            "name": pa.array([f"n{i % 7}" for i in range(341)]),
            "x": pa.array([i % 5 for i in range(341)], pa.int64()),
        }
    ),
}
# Table statistics that say how many keys there are come from files.
DONE = [
    "select name, sum(v), count(*), count(v), min(v), max(f), sum(c) from fact join dim on fact.d = dim.d group by name",
    "select dim.d, name, count(v), sum(v), min(c) from dim left join fact on fact.d = dim.d group by dim.d, name",
    "select dim.d, name, count(v), sum(v) from fact right join dim on fact.d = dim.d group by dim.d, name",
    "select name, count(*), count(v), sum(f * 2 - f) from fact left join dim on fact.d = dim.d group by name",
    "select name, e, sum(v), sum(v) + 1 from fact join dim on fact.d = dim.d group by name, e",
    "select sum(v), count(*), max(c * c) from fact join dim on fact.d = dim.d",
    "select sum(v), count(*), count(v) from fact join dim on fact.d = dim.d where x + 1 > 10",
    "select x, sum(s) from (select name, x, sum(v) s from fact join dim on fact.d = dim.d group by name, x) group by x",
]
NOT_DONE = [
    "select name, sum(v + x) from fact join dim on fact.d = dim.d group by name",
    "select name, count(distinct v) from fact join dim on fact.d = dim.d group by name",
    "select dim.d, count(*) from dim left join fact on fact.d = dim.d group by dim.d",
    "select name, sum(10 / (v + 51)) from fact join dim on fact.d = dim.d group by name",
    "select name, sum(v) from fact join dim on fact.d = dim.d and fact.v > dim.x group by name",
    "select name, sum(v) filter (where v > 3) from fact join dim on fact.d = dim.d group by name",
    "select name, avg(v) from fact join dim on fact.d = dim.d group by name",
    "select name, sum(x) from fact join dim on fact.d = dim.d group by name",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import pyarrow.parquet as parquet

    path = tmp_path_factory.mktemp("eager")
    for name, table in TABLES.items():
        parquet.write_table(table, path / f"{name}.parquet")
    return path


def of_files(folder, **settings):
    context = bowstring.SessionContext(bowstring.SessionConfig(settings))
    for name in TABLES:
        context.register_parquet(name, str(folder / f"{name}.parquet"))
    return context


OFF = {"bowstring.optimizer.disabled_rules": "push_down_aggregate"}


@pytest.mark.parametrize("sql", DONE)
def test_before_the_join(folder, sql):
    frame = of_files(folder).sql(sql)
    assert "__partial_" in frame.optimized_logical_plan().display_indent()
    without = of_files(folder, **OFF).sql(sql)
    assert "__partial_" not in without.optimized_logical_plan().display_indent()
    assert frame.schema().equals(without.schema())
    got = frame.to_arrow_table()
    assert got.schema.equals(without.to_arrow_table().schema)
    assert_rows(rows_of(got), rows_of(without.to_arrow_table()), ordered=False, what=sql)
    check(sql, TABLES, peer="duckdb")


@pytest.mark.parametrize("sql", NOT_DONE)
def test_left_above(folder, sql):
    assert "__partial_" not in of_files(folder).sql(sql).optimized_logical_plan().display_indent()


def test_where_the_join_drops_most_rows(folder):
    sql = "select name, sum(v) from fact join dim on fact.d = dim.d where dim.d = 77 group by name"
    assert "__partial_" not in of_files(folder).sql(sql).optimized_logical_plan().display_indent()


def test_small_tables_stay():
    few = {name: table.slice(0, 300) for name, table in TABLES.items()}
    assert "__partial_" not in session(few).sql(DONE[0]).optimized_logical_plan().display_indent()
