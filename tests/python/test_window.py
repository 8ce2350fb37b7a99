# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Window functions beside a plain reference in Python."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

import bowstring
from bowstring import col, lit
from bowstring import functions as f
from bowstring.expr import Window, WindowFrame


def rows_of(count: int, seed: int = 3) -> list[dict]:
    pick = random.Random(seed)
    return [
        {
            "id": i,
            "g": pick.choice([None, 1, 2, 3]),
            "k": pick.choice([None, *range(12)]),
            "v": pick.choice([None, *range(-9, 9)]),
        }
        for i in range(count)
    ]


SCHEMA = pa.schema([("id", pa.int64()), ("g", pa.int64()), ("k", pa.int64()), ("v", pa.int64())])


def context(rows: list[dict]) -> bowstring.SessionContext:
    ctx = bowstring.SessionContext()
    ctx.from_arrow(pa.Table.from_pylist(rows, schema=SCHEMA), name="t")
    return ctx


def column(ctx: bowstring.SessionContext, sql: str, name: str = "w") -> list:
    return ctx.sql(sql).to_pydict()[name]


def partitions(rows: list[dict], key):
    """Each partition's rows, in order; rows with equal keys stay as they are."""
    groups: dict = {}
    for row in rows:
        groups.setdefault(row["g"], []).append(row)
    return [sorted(group, key=key) for group in groups.values()]


def by_k(row: dict):
    return (row["k"] is None, row["k"] or 0)


def total(values: list) -> int | None:
    kept = [value for value in values if value is not None]
    return sum(kept) if kept else None


def expected(rows: list[dict], compute, key=by_k) -> list:
    out = {}
    for group in partitions(rows, key):
        for place, row in enumerate(group):
            out[row["id"]] = compute(group, place)
    return [out[i] for i in range(len(rows))]


def peers(group: list[dict], place: int) -> tuple[int, int]:
    keys = [by_k(row) for row in group]
    return keys.index(keys[place]), len(keys) - keys[::-1].index(keys[place])


ROWS = [0, 1, 2, 40, 700]


@pytest.mark.parametrize("count", ROWS)
def test_ranks(count):
    rows = rows_of(count)
    ctx = context(rows)
    over = "over (partition by g order by k)"

    def dense(group, place):
        return len({by_k(row) for row in group[: place + 1]})

    cases = {
        "row_number()": lambda group, place: place + 1,
        "rank()": lambda group, place: peers(group, place)[0] + 1,
        "dense_rank()": dense,
        "percent_rank()": lambda group, place: peers(group, place)[0] / (len(group) - 1) if len(group) > 1 else 0.0,
        "cume_dist()": lambda group, place: peers(group, place)[1] / len(group),
    }
    for call, compute in cases.items():
        assert column(ctx, f"select id, {call} {over} as w from t order by id") == pytest.approx(expected(rows, compute)), call


def test_ntile():
    ctx = bowstring.SessionContext()
    sql = "select ntile(3) over (order by column1) as w from (values (1), (2), (3), (4), (5), (6), (7)) order by 1"
    assert column(ctx, sql) == [1, 1, 1, 2, 2, 3, 3]
    with pytest.raises(Exception, match="NTILE requires a positive integer"):
        ctx.sql("select ntile(0) over (order by column1) from (values (1))").collect()


@pytest.mark.parametrize("count", ROWS)
@pytest.mark.parametrize(("back", "forth"), [(0, 0), (2, 1), (100, 30), (None, 0), (None, None), (3, -2)])
def test_rows_frames(count, back, forth):
    rows = rows_of(count)
    ctx = context(rows)
    start = "unbounded preceding" if back is None else f"{back} preceding"
    end = "unbounded following" if forth is None else f"{-forth} preceding" if forth < 0 else f"{forth} following"
    over = f"over (partition by g order by id rows between {start} and {end})"

    def frame(group, place):
        begin = 0 if back is None else max(0, place - back)
        stop = len(group) if forth is None else max(begin, place + forth + 1)
        return [row["v"] for row in group[begin:stop]]

    cases = {
        "sum(v)": total,
        "count(v)": lambda values: sum(value is not None for value in values),
        "min(v)": lambda values: min((value for value in values if value is not None), default=None),
        "count(*) filter (where v > 0)": lambda values: sum(value is not None and value > 0 for value in values),
        "count(distinct v)": lambda values: len({value for value in values if value is not None}),
        "first_value(v)": lambda values: values[0] if values else None,
        "last_value(v) ignore nulls": lambda values: next((value for value in values[::-1] if value is not None), None),
        "nth_value(v, 2)": lambda values: values[1] if len(values) > 1 else None,
    }
    for call, compute in cases.items():
        want = expected(rows, lambda group, place, compute=compute: compute(frame(group, place)), key=lambda row: row["id"])
        assert column(ctx, f"select id, {call} {over} as w from t order by id") == want, call


@pytest.mark.parametrize("count", ROWS)
def test_range_and_groups_frames(count):
    rows = rows_of(count)
    ctx = context(rows)

    def in_range(group, place):
        mine = group[place]["k"]
        if mine is None:
            return total([row["v"] for row in group if row["k"] is None])
        return total([row["v"] for row in group if row["k"] is not None and mine - 2 <= row["k"] <= mine + 1])

    def in_groups(group, place):
        keys = sorted({by_k(row) for row in group})
        at = keys.index(by_k(group[place]))
        return total([row["v"] for row in group if abs(keys.index(by_k(row)) - at) <= 1])

    def without_ties(group, place):
        begin, end = peers(group, place)
        return total([row["v"] for i, row in enumerate(group) if i == place or not begin <= i < end])

    over = "over (partition by g order by k"
    cases = {
        f"{over})": lambda group, place: total([row["v"] for row in group[: peers(group, place)[1]]]),
        f"{over} range between 2 preceding and 1 following)": in_range,
        f"{over} groups between 1 preceding and 1 following)": in_groups,
        f"{over} rows between unbounded preceding and unbounded following exclude ties)": without_ties,
    }
    for window, compute in cases.items():
        assert column(ctx, f"select id, sum(v) {window} as w from t order by id") == expected(rows, compute), window


def test_lag_and_lead():
    rows = rows_of(300)
    ctx = context(rows)

    def shifted(by, default=None):
        def compute(group, place):
            return group[place + by]["v"] if 0 <= place + by < len(group) else default

        return expected(rows, compute, key=lambda row: row["id"])

    over = "over (partition by g order by id)"
    assert column(ctx, f"select id, lag(v) {over} as w from t order by id") == shifted(-1)
    assert column(ctx, f"select id, lead(v, 3, 77) {over} as w from t order by id") == shifted(3, 77)

    def last_known(group, place):
        return next((row["v"] for row in reversed(group[:place]) if row["v"] is not None), None)

    want = expected(rows, last_known, key=lambda row: row["id"])
    assert column(ctx, f"select id, lag(v) ignore nulls {over} as w from t order by id") == want


def test_types_and_names():
    ctx = context(rows_of(5))
    table = ctx.sql("select row_number() over (order by v), cume_dist() over (order by v), sum(v) over () from t").to_arrow_table()
    assert table.schema.types == [pa.uint64(), pa.float64(), pa.int64()]
    running = "ORDER BY [t.v ASC NULLS LAST] RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    assert table.schema.names == [
        f"row_number() {running}",
        f"cume_dist() {running}",
        "sum(t.v) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    ]
    assert not table.schema.field(0).nullable


def test_qualify_and_named_windows():
    rows = rows_of(100)
    ctx = context(rows)
    got = ctx.sql("select id from t qualify row_number() over (partition by g order by id) = 1").to_pydict()["id"]
    assert sorted(got) == sorted(group[0]["id"] for group in partitions(rows, lambda row: row["id"]))
    sql = "select sum(v) over w as a, count(*) over (w rows 1 preceding) as b from t window w as (partition by g order by id)"
    table = ctx.sql(sql).to_pydict()
    assert sorted(table["b"]) == [1] * 4 + [2] * 96


def test_dataframe():
    rows = rows_of(60)
    df = context(rows).table("t")
    window = Window(partition_by=[col("g")], order_by=[col("id")], window_frame=WindowFrame("rows", 1, 0))
    got = df.select(col("id"), f.sum(col("v")).over(window).alias("w"), f.row_number(partition_by=[col("g")], order_by=[col("id")]).alias("n"))
    got = got.sort(col("id")).to_pydict()
    assert got["w"] == expected(rows, lambda group, place: total([row["v"] for row in group[max(0, place - 1) : place + 1]]), key=lambda row: row["id"])
    assert got["n"] == expected(rows, lambda group, place: place + 1, key=lambda row: row["id"])
    wide = df.window(f.lag(col("v"), 1, 0, order_by=[col("id")]).alias("before"))
    assert wide.schema().names == ["id", "g", "k", "v", "before"]
    assert wide.filter(col("id") == lit(0)).to_pydict()["before"] == [0]


def test_filtered_first_and_last_values_keep_the_order(ctx):
    n = 3000
    kept = [i * 7919 % 10 < 4 for i in range(n)]
    frame = ctx.from_pydict({"a": list(range(n)), "k": kept}, name="filtered")
    window = Window(order_by="a", window_frame=WindowFrame("rows", 20, 5))
    first, last = (function(col("a"), filter=col("k")).over(window) for function in (f.first_value, f.last_value))
    found = frame.select("a", first.alias("first"), last.alias("last")).sort("a").to_pydict()
    for i in range(0, n, 13):
        inside = [j for j in range(max(0, i - 20), min(n, i + 6)) if kept[j]]
        assert (found["first"][i], found["last"][i]) == ((inside[0], inside[-1]) if inside else (None, None))


def test_a_window_is_described_once(ctx):
    with pytest.raises(Exception, match=r"row_number already has window options \(order_by\)"):
        f.row_number(order_by="a").over(Window(partition_by=["s"]))
    with pytest.raises(Exception, match=r"sum already has window options \(partition_by, window_frame\)"):
        f.sum(col("a")).over(Window(partition_by=["s"], window_frame=WindowFrame("rows", 1, 0))).filter(col("a") > 1)
    with pytest.raises(Exception, match="Aggregate order_by is not supported when array_agg is used as a window function"):
        f.array_agg(col("a"), order_by="a").over(Window())
    assert f.percentile_cont(col("a"), 0.5).over(Window()).schema_name().startswith("percentile_cont(a, Float64(0.5)) ROWS")
