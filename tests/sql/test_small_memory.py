# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Joins, groups, sorts, windows and DISTINCT in much less memory than their data takes: the same rows as with plenty, in the same order where one
is promised, and as duckdb has them."""

import os

import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext

pa = pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")
np = pytest.importorskip("numpy")

SEED = int(os.environ.get("BOWSTRING_SEED", "20261122"))
LIMIT = 32 << 20

# Text, and whether the order of its rows is promised.
QUERIES = {
    "inner": ("SELECT l.v, l.s, r.w, r.t FROM l JOIN r ON l.k = r.k", True),
    "left": ("SELECT l.v, l.s, r.w, r.t FROM l LEFT JOIN r ON l.k = r.k", True),
    "left, condition": ("SELECT l.v, l.s, r.w FROM l LEFT JOIN r ON l.k = r.k AND l.v < r.w", True),
    "right": ("SELECT l.v, l.s, r.w, r.t FROM l RIGHT JOIN r ON l.k = r.k", False),
    "full": ("SELECT l.v, l.s, r.w, r.t FROM l FULL JOIN r ON l.k = r.k", False),
    "semi": ("SELECT l.v, l.s FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.k = l.k)", True),
    "anti": ("SELECT l.v, l.s FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k)", True),
    "not in": ("SELECT l.v FROM l WHERE l.k NOT IN (SELECT k FROM r WHERE k IS NOT NULL)", True),
    "one giant key": ("SELECT l.v, g.w, g.t FROM (SELECT * FROM l WHERE v < 60) l JOIN (SELECT 1 AS one, w, t FROM r) g ON l.v % 20 = g.one", True),
    "under an aggregate": ("SELECT count(*), sum(l.v), sum(r.w), min(r.t), max(l.s) FROM l LEFT JOIN r ON l.k = r.k", True),
    "three tables": ("SELECT count(*), sum(a.v + b.w + c.w) FROM l a JOIN r b ON a.k = b.k JOIN r c ON b.w = c.w", True),
    "group": ("SELECT k, count(*), sum(v), max(s) FROM l GROUP BY k", False),
    "distinct": ("SELECT DISTINCT k, s FROM l", False),
    "count distinct": ("SELECT count(DISTINCT s), count(DISTINCT k) FROM l", True),
    "sort": ("SELECT k, v, s FROM l ORDER BY s, v", True),
    "window": ("SELECT v, row_number() OVER (PARTITION BY k ORDER BY v) AS rn FROM l", False),
    # Partitions larger than a segment, between small ones: computed part by part, with what the whole partition amounts to.
    "window over all": ("SELECT v, s, sum(v) OVER () AS a, count(k) OVER () AS n, max(s) FILTER (WHERE v > 9) OVER () AS m FROM l", True),
    "window, shares": (
        "SELECT v, ntile(7) OVER w AS t, percent_rank() OVER w AS p, cume_dist() OVER w AS c, sum(v) OVER (PARTITION BY least(k, 3)) AS a, "
        "sum(v) OVER (PARTITION BY least(k, 3) ORDER BY v ROWS 3 PRECEDING) AS b FROM l WINDOW w AS (PARTITION BY least(k, 3) ORDER BY v)",
        False,
    ),
    "window to the end": (
        "SELECT v, sum(k) OVER (ORDER BY v ROWS BETWEEN 2 FOLLOWING AND UNBOUNDED FOLLOWING) AS a, min(s) OVER (ORDER BY v ROWS BETWEEN CURRENT ROW AND "
        "UNBOUNDED FOLLOWING) AS b, sum(v) OVER (ORDER BY v ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS c FROM l",
        True,
    ),
    "window, values": (
        "SELECT v, first_value(s) OVER w AS a, last_value(s) OVER w AS b, nth_value(k, 7) OVER w AS c, last_value(CASE WHEN k % 999 = 0 THEN s END IGNORE "
        "NULLS) OVER (ORDER BY v) AS d, lead(CASE WHEN k % 999 = 0 THEN k END, 2 IGNORE NULLS) OVER (ORDER BY v) AS e FROM l "
        "WINDOW w AS (ORDER BY v ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
        True,
    ),
    "window, ranges": (
        "SELECT v, sum(v) OVER (ORDER BY v - v % 3 RANGE BETWEEN 100 PRECEDING AND 7 FOLLOWING) AS a, max(s) OVER (ORDER BY v - v % 3 GROUPS BETWEEN 5 PRECEDING AND "
        "CURRENT ROW EXCLUDE TIES) AS b, count(k) OVER (ORDER BY v - v % 3 RANGE BETWEEN 9 FOLLOWING AND UNBOUNDED FOLLOWING) AS c FROM l",
        False,
    ),
    "window, large groups of peers": (
        "SELECT v, sum(k) OVER w AS a, dense_rank() OVER w AS b, percent_rank() OVER w AS c, cume_dist() OVER w AS d, max(s) OVER (ORDER BY v >= 1000, v > "
        "290000 RANGE BETWEEN CURRENT ROW AND CURRENT ROW) AS e, row_number() OVER (ORDER BY v >= 1000, v > 290000, v) AS f FROM l "
        "WINDOW w AS (ORDER BY v >= 1000, v > 290000)",
        False,
    ),
    "window, distinct": (
        "SELECT v, count(DISTINCT s) OVER () AS a, sum(DISTINCT k % 1000) FILTER (WHERE v % 2 = 0) OVER (PARTITION BY v < 40000) AS b FROM l",
        False,
    ),
    "window, far neighbours": ("SELECT v, lag(s, 30000) OVER (ORDER BY v) AS a, lead(k, 40000, -1) OVER (ORDER BY v) AS b FROM l", True),
}


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(SEED)
    n, m = 300_000, 250_000
    key = rng.integers(0, 150_000, n)
    other = rng.integers(0, 150_000, m)
    other[rng.random(m) < 0.02] = 3  # many rows of one key
    text = np.array([f"text {i:06d} {'x' * (i % 23)}" for i in range(5000)])
    left = pa.table(
        {
            "k": pa.array(key, mask=rng.random(n) < 0.05),
            "v": pa.array(np.arange(n)),
            "s": pa.array(text[rng.integers(0, 5000, n)]),
        }
    )
    right = pa.table(
        {
            "k": pa.array(other, mask=rng.random(m) < 0.05),
            "w": pa.array(np.arange(m)),
            "t": pa.array(text[rng.integers(0, 5000, m)]),
        }
    )
    return {"l": left, "r": right}


def session(tables, limit: int | None) -> SessionContext:
    runtime = RuntimeEnvBuilder()
    if limit:
        runtime = runtime.with_fair_spill_pool(limit).with_disk_manager_os()
    ctx = SessionContext(SessionConfig().with_target_partitions(2), runtime)
    for name, table in tables.items():
        ctx.register_record_batches(name, [table.to_batches(max_chunksize=20_000)])
    return ctx


def rows(reader) -> list:
    """Batch by batch: what a consumer holds counts."""
    out = []
    for batch in reader:
        out.extend(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        del batch
    return out


@pytest.mark.parametrize("name", QUERIES)
def test_small_memory(tables, name):
    sql, ordered = QUERIES[name]
    stream = session(tables, LIMIT).sql(sql).execute_stream()
    small = rows(pa.RecordBatchReader.from_stream(stream))
    plenty = rows(pa.RecordBatchReader.from_stream(session(tables, None).sql(sql)))
    if not ordered:
        small.sort(key=repr)
        plenty.sort(key=repr)
    assert small == plenty
    with duckdb.connect() as peer:
        for table_name, table in tables.items():
            peer.register(table_name, table)
        theirs = rows(peer.sql(sql).arrow())
    assert sorted(plenty, key=repr) == sorted(theirs, key=repr)


@pytest.mark.parametrize(
    "value",
    ["length(repeat('abc', 30000000))", "length(lpad('', 90000000, 'xy'))", "array_length(range(0, 20000000))", "array_length(array_repeat(1, 20000000))"],
)
def test_a_constant_is_computed_in_the_query_s_memory(value):
    """What one constant needs isn't spent while planning, where no budget holds; the plan alone costs nothing."""
    small = SessionContext(SessionConfig(), RuntimeEnvBuilder().with_fair_spill_pool(LIMIT))
    frame = small.sql(f"SELECT {value} AS n")
    with pytest.raises(MemoryError, match="budget"):
        frame.collect()
    assert small.sql("SELECT 1 AS n").to_pylist() == [{"n": 1}]
    assert frame.schema() == SessionContext().sql(f"SELECT {value} AS n").schema()
