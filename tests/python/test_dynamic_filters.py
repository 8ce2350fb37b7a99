# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Scans that use a join's keys or a top-k's bound give the same rows as scans that don't, and read less."""

import numpy
import pyarrow
import pyarrow.parquet
import pytest

import bowstring

ROWS = 200_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dynamic")
    random = numpy.random.default_rng(5)
    nulls = random.random(ROWS) < 0.05
    big = pyarrow.table(
        {
            "id": numpy.arange(ROWS),
            "k": pyarrow.array(random.integers(0, 5000, ROWS), mask=nulls),
            "k2": random.integers(0, 50, ROWS).astype(numpy.int32),
            "name": [f"n{v}" for v in random.integers(0, 3000, ROWS)],
            "price": pyarrow.array(numpy.round(random.random(ROWS) * 1000, 2), mask=random.random(ROWS) < 0.02),
            "x": numpy.where(random.random(ROWS) < 0.001, numpy.nan, random.normal(size=ROWS)),
            "pad": ["some text that costs to be read " * 4] * ROWS,
        }
    )
    pyarrow.parquet.write_table(big, folder / "big.parquet", row_group_size=20_000, data_page_size=16_384)
    small = pyarrow.table(
        {
            "k": pyarrow.array(random.integers(0, 6000, 400), mask=random.random(400) < 0.1),
            "k2": random.integers(0, 60, 400).astype(numpy.int32),
            "name": [f"n{v}" for v in random.integers(0, 4000, 400)],
            "w": random.integers(0, 100, 400),
        }
    )
    pyarrow.parquet.write_table(small, folder / "small.parquet")
    return folder


def session(folder, filters, partitions=4, budget=None):
    config = bowstring.SessionConfig().with_target_partitions(partitions)
    config = config.set("datafusion.optimizer.enable_dynamic_filter_pushdown", "true" if filters else "false")
    runtime = bowstring.RuntimeEnvBuilder()
    if budget:
        runtime = runtime.with_fair_spill_pool(budget).with_disk_manager_os()
    context = bowstring.SessionContext(config, runtime)
    for table in ("big", "small"):
        context.register_parquet(table, str(folder / f"{table}.parquet"))
    return context


QUERIES = [
    "SELECT b.id, s.w FROM big b JOIN small s ON b.k = s.k WHERE s.w < 10",
    "SELECT b.id, s.w FROM big b JOIN small s ON b.k = s.k AND b.k2 = s.k2 WHERE s.w < 50",
    "SELECT b.id, s.w FROM big b JOIN small s ON b.name = s.name WHERE s.w < 10",
    "SELECT b.id, s.w FROM big b LEFT JOIN small s ON b.k = s.k AND s.w < 10",
    "SELECT b.id, s.w FROM small s LEFT JOIN big b ON b.k = s.k WHERE s.w < 10",
    "SELECT b.id, s.w FROM small s FULL JOIN big b ON b.k = s.k AND s.w < 10",
    "SELECT id FROM big WHERE k IN (SELECT k FROM small WHERE w < 10)",
    "SELECT id FROM big WHERE k NOT IN (SELECT k FROM small WHERE w < 10 AND k IS NOT NULL)",
    "SELECT id FROM big b WHERE EXISTS (SELECT 1 FROM small s WHERE s.k = b.k AND s.w < 10)",
    "SELECT s.k, t.n, t.p FROM small s JOIN (SELECT k, count(*) n, sum(price) p FROM big GROUP BY k) t ON s.k = t.k WHERE s.w < 10",
    "SELECT s.k, t.n FROM small s JOIN (SELECT DISTINCT k, k2 AS n FROM big) t ON s.k = t.k WHERE s.w < 10",
    "SELECT s.w, t.id FROM small s JOIN (SELECT id, k FROM big WHERE k2 < 5 UNION ALL SELECT -id, k + 0 FROM big WHERE k2 > 45) t ON s.k = t.k WHERE s.w < 10",
    "WITH t AS (SELECT id, k, k2 FROM big) SELECT a.id, c.id FROM t a JOIN t c ON a.id = c.id JOIN small s ON a.k = s.k WHERE s.w < 10",
    "SELECT b.id, s.w, r.w FROM big b JOIN small s ON b.k = s.k JOIN small r ON b.k2 = r.k2 WHERE s.w < 10 AND r.w < 2",
    "SELECT b.id, c.id FROM big b LEFT JOIN big c ON b.id = c.id + 1 JOIN small s ON c.k = s.k WHERE s.w < 10",
    "SELECT b.id, rn FROM (SELECT id, k, row_number() OVER (PARTITION BY k2 ORDER BY id) rn FROM big) b JOIN small s ON b.k = s.k WHERE s.w < 10",
    "SELECT b.id, s.w FROM (SELECT * FROM big ORDER BY id LIMIT 1000) b JOIN small s ON b.k = s.k WHERE s.w < 50",
    "SELECT id, price FROM big ORDER BY price DESC, id LIMIT 17",
    "SELECT id, price FROM big ORDER BY price DESC NULLS LAST, id LIMIT 17",
    "SELECT id, price FROM big ORDER BY price, id LIMIT 17",
    "SELECT id, x FROM big ORDER BY x DESC, id LIMIT 300",
    "SELECT id, x FROM big ORDER BY x, id LIMIT 17",
    "SELECT id, name FROM big WHERE k2 = 7 ORDER BY name DESC, id LIMIT 33",
    "SELECT id, k FROM big ORDER BY k NULLS FIRST, id DESC LIMIT 12000",
    "SELECT b.id, s.w FROM big b JOIN small s ON b.k = s.k ORDER BY b.id DESC, s.w LIMIT 20",
    "SELECT k, count(*) n FROM big GROUP BY k ORDER BY k DESC NULLS LAST LIMIT 10",
]


@pytest.mark.parametrize("query", QUERIES)
def test_same_rows(folder, query):
    expected = session(folder, False).sql(query).to_pylist()
    ordered = "ORDER BY" in query and query.rstrip().split()[-2] == "LIMIT"
    for partitions, budget in ((1, None), (4, None), (4, 12 << 20)):
        got = session(folder, True, partitions, budget).sql(query).to_pylist()
        if ordered:
            assert str(got) == str(expected)
        else:
            assert sorted(map(str, got)) == sorted(map(str, expected))
    assert expected


def bytes_read(frame) -> int:
    def total():
        with open("/proc/self/io") as file:
            return int(next(line for line in file if line.startswith("rchar")).split()[1])

    before = total()
    frame.collect()
    return total() - before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT b.* FROM big b JOIN (SELECT 190000 + w AS id FROM small WHERE w < 5) s ON b.id = s.id",
        "SELECT * FROM big ORDER BY id LIMIT 5",
    ],
)
def test_less_is_read(folder, query):
    with_filters, without = (bytes_read(session(folder, on).sql(query)) for on in (True, False))
    assert with_filters < without / 2
