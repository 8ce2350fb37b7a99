# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What several expressions have in common is computed once, but not what only some rows may be asked for, nor what is volatile."""

import pyarrow as pa
import pytest
from peers import assert_rows, check, rows_of, session

import bowstring

TABLES = {
    "t": pa.table(
        {
            "a": pa.array([None if i % 11 == 0 else i % 7 for i in range(3000)], pa.int64()),
            "b": pa.array([i % 13 for i in range(3000)], pa.int32()),
            "f": pa.array([i / 8 for i in range(3000)], pa.float64()),
            "s": pa.array([None if i % 17 == 0 else f"text {i % 19}" for i in range(3000)]),
        }
    )
}

COMMON = [
    "select upper(s), upper(s) || 'a', length(upper(s)) from t",
    "select sum(f * (1 - b)), avg(f * (1 - b)), sum(f * (1 - b) * (1 + a)) from t",
    "select a + b, sum(a + b), max((a + b) * 2) filter (where a + b > 3) from t group by a + b",
    "select x + x, x * 2, y from (select a * 3 + b x, (a * 3 + b) % 5 y from t)",
    "select case when a * b > 3 then a * b when a * b > 1 then -(a * b) end, a * b from t",
    "select a * b, coalesce(a * b, f) from t where a * b is null or a * b > 4",
    "select replace(s, 'text', 'x') r, count(*), min(replace(s, 'text', 'x') || 'z') from t group by r",
]
APART = [
    "select random() + 1 > 0, random() + 1 < 0 from t",
    "select case when b = 0 then 0 else 10 / b end, case when b > 0 then 10 / b else 1 end from t",
    "select coalesce(b, 10 / b), coalesce(b + 1, 10 / b) from t",
    "select a, b, upper(s) from t",
]

# The guard is common, what it guards isn't.
GUARDED = [
    "select b <> 0 and 10 / b > 2, b <> 0 and 10 / b < 2 from t",
    "select case when b > 0 then 10 / b end, case when b > 0 then 10 / b end + 1 from t",
]


def logical(sql):
    return session(TABLES).sql(sql).optimized_logical_plan().display_indent()


def switched_off():
    config = bowstring.SessionConfig().set("bowstring.optimizer.disabled_rules", "common_sub_expression_eliminate")
    context = bowstring.SessionContext(config)
    context.from_arrow(TABLES["t"], name="t")
    return context


def same_without(sql):
    ours, without = session(TABLES).sql(sql), switched_off().sql(sql)
    assert "__common_expr_" not in without.optimized_logical_plan().display_indent()
    assert ours.schema().equals(without.schema())
    assert_rows(rows_of(ours.to_arrow_table()), rows_of(without.to_arrow_table()), ordered=False)


@pytest.mark.parametrize("sql", COMMON)
def test_computed_once(sql):
    assert "__common_expr_" in logical(sql)
    check(sql, TABLES, peer="duckdb" if "%" not in sql else "datafusion")
    same_without(sql)


@pytest.mark.parametrize("sql", APART)
def test_left_where_it_is(sql):
    assert "__common_expr_" not in logical(sql)
    assert session(TABLES).sql(sql).count() > 0


@pytest.mark.parametrize("sql", GUARDED)
def test_guards_stay_before_what_they_guard(sql):
    assert "t.b AS __common_expr_" not in logical(sql).replace("END AS", "") and "__common_expr_1" in logical(sql)
    same_without(sql)


def test_a_function_in_python_is_called_once():
    calls = []

    def twice(values):
        calls.append(len(values))
        return pa.array([None if v is None else 2 * v for v in values.to_pylist()], pa.int64())

    context = session(TABLES)
    context.register_udf(bowstring.udf(twice, [pa.int64()], pa.int64(), "immutable", "twice"))
    rows = context.sql("select twice(a) + 1 x, twice(a) + 2 y from t").to_pydict()
    assert sum(calls) == 3000
    assert all(x is None or x + 1 == y for x, y in zip(rows["x"], rows["y"]))
    context.register_udf(bowstring.udf(twice, [pa.int64()], pa.int64(), "volatile", "twice_again"))
    calls.clear()
    context.sql("select twice_again(a) + 1 x, twice_again(a) + 2 y from t").collect()
    assert sum(calls) == 6000
