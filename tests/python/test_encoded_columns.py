# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Columns whose values are written short: run-end encoded ones and dictionaries of numbers, with a slice and over several batches."""

import bowstring
import pyarrow as pa
import pyarrow.compute as pc
import pytest


@pytest.fixture
def ctx():
    ctx = bowstring.SessionContext(bowstring.SessionConfig().with_target_partitions(2))
    numbers = pc.run_end_encode(pa.array([9, 5, 5, None, 7, None], pa.int64())).slice(1)
    texts = pc.run_end_encode(pa.array(["z", "a", "a", None, "c", None])).slice(1)
    codes = pa.array([9, 5, 5, None, 7, None], pa.int64()).dictionary_encode().slice(1)
    batch = pa.record_batch({"id": list(range(5)), "n": numbers, "s": texts, "d": codes})
    ctx.from_arrow(pa.Table.from_batches([batch, batch]), name="t")
    return ctx


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select n, count(*) from t group by n order by n", [(5, 4), (7, 2), (None, 4)]),
        ("select s, sum(n) from t group by s order by s desc", [(None, None), ("c", 14), ("a", 20)]),
        ("select distinct n, s from t order by n", [(5, "a"), (7, "c"), (None, None)]),
        ("select count(n), count(s), count(distinct n), count(*) from t", [(6, 6, 2, 10)]),
        ("select n + id, s || 'x' from t where n = 7 and s like 'c' limit 1", [(10, "cx")]),
        ("select count(*) from t a join t b on a.n = b.n", [(20,)]),
        ("select min(n), max(n), avg(n), median(n) from t", [(5, 7, 17 / 3, 5.0)]),
        ("select n from t order by n desc nulls last, id limit 3", [(7,), (7,), (5,)]),
        ("select n from (select n from t union select n from t) order by n", [(5,), (7,), (None,)]),
        ("select length(d), reverse(d), upper(s) from t where id = 0 limit 1", [(1, "5", "A")]),
        (
            "select round(d, 0), nvl(d, 1) from t where id in (0, 2) order by id limit 4",
            [(5, 5), (5, 5), (None, 1), (None, 1)],
        ),
    ],
)
def test_values_that_are_written_short(ctx, sql, rows):
    table = pa.Table.from_batches(ctx.sql(sql).collect())
    columns = [column.to_pylist() for column in table.columns]
    got = list(zip(*columns, strict=True))
    assert [tuple(pytest.approx(v) if isinstance(v, float) else v for v in row) for row in rows] == got


def test_answers_keep_their_encoding(ctx):
    for sql in ("select n from t order by id", "select n from t group by n", "select n from t where id > 1"):
        batch = ctx.sql(sql).collect()[0]
        batch.validate(full=True)
        assert pa.types.is_run_end_encoded(batch.schema.field(0).type)
