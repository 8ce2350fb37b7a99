# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Columns of the type Null and of extension types, where only their storage counts."""

import pytest
from bowstring import col, lit
from bowstring import functions as f


def test_extension_types_are_compared_and_grouped_by_what_they_store(ctx):
    pa = pytest.importorskip("pyarrow")
    if not hasattr(pa, "uuid"):
        pytest.skip("this pyarrow has no uuid")
    values = pa.array([bytes([i] * 16) for i in (1, 2, 1)], pa.uuid())
    frame = ctx.from_arrow(pa.table({"u": values, "k": [1, 2, 3]}), name="ids")
    one = pa.scalar(bytes([1] * 16), pa.uuid())
    assert frame.filter(col("u") == one).count() == 2
    assert frame.filter(col("u") == col("u")).count() == 3
    assert frame.filter(f.in_list(col("u"), [lit(one)])).count() == 2
    counts = frame.aggregate([col("u")], [f.count_star().alias("n")]).sort("n").to_arrow_table()
    assert counts.schema.field("u").type == pa.uuid()
    assert counts["n"].to_pylist() == [1, 2]
    assert frame.select("u").distinct().count() == 2


def test_filters_of_aggregates_may_be_null_alone(ctx):
    frame = ctx.from_pydict({"i": [1, 2], "n": [None, None]}, name="nothing")
    found = frame.aggregate([], [f.count_star(filter=lit(None)).alias("c"), f.sum(col("i"), filter=col("n")).alias("s")])
    assert found.to_pylist() == [{"c": 0, "s": None}]
    assert ctx.sql("select n = n as e, n and true as a, n or n as o from nothing").to_pylist() == [{"e": None, "a": None, "o": None}] * 2
