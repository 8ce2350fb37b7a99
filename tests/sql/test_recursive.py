# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""WITH RECURSIVE beside datafusion and duckdb: rounds, joins inside, budget, cancel."""

import random
import threading
import time

import pyarrow as pa
import pytest
from peers import check, rows_of, session, settings


def edges(count, nodes, seed=1):
    pick = random.Random(seed)
    return pa.table(
        {
            "s": pa.array([pick.randrange(nodes) for _ in range(count)], pa.int64()),
            "d": pa.array([pick.randrange(nodes) for _ in range(count)], pa.int64()),
        }
    )


TABLES = {"e": edges(300, 120), "big": edges(20000, 9000, seed=3), "none": edges(0, 1)}

STATEMENTS = [
    "with recursive t as (select 1 a union all select a + 1 from t where a < 50) select * from t",
    "with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select n from t",
    "with recursive t as (select 1 a union select (a + 1) % 7 from t) select * from t",
    "with recursive r as (select s, d from e union select r.s, e.d from r join e on r.d = e.s) select s, count(*), sum(d) from r group by s",
    "with recursive r as (select s, d, 1 n from e where s = 3 union all select r.s, e.d, n + 1 from r join e on r.d = e.s where n < 4) "
    "select n, count(*), sum(d) from r group by n",
    "with recursive t(a, p) as (select 1, 'x' union all select a + 1, p || 'y' from t where a < 9) select * from t",
    "with recursive t as (select 1 a union all select max(a) + 1 from t having max(a) < 30) select sum(a) from t",
    "with recursive t as (select 1 a union all select a + 1 from (select * from t) where a < 3) select sum(a) from t",
    "with recursive t as (select 1 a union all (select a + 1 from t where a < 5 order by a limit 1)) select * from t",
    "with recursive t as (select 1 a union all select a + 1 from t where a < 3), "
    "u as (select 10 b union all select b + a from u, t where b < 14) select * from u",
    "with recursive t as (select s a from none union all select a + 1 from t) select * from t",
    "with recursive t as (select 1 a) select * from t",
    "with recursive t as (select 1 a union all select t.a + 1 from t left join e on t.a = e.s where t.a < 6) select a, count(*) from t group by a",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_like_the_peer(sql):
    check(sql, TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        # Several references to the working table: the peer has none.
        "with recursive t as (select 1 a union all select x.a + 1 from t x join t y on x.a = y.a where x.a < 20) select * from t",
        "with recursive t as (select 1 a union all select a + 1 from t where a < 3 and a in (select a from t)) select sum(a) from t",
        "with recursive t as (select 1 a union all select a + (select max(a) from t) from t where a < 100) select * from t",
    ],
)
def test_more_than_the_peer(sql):
    check(sql, TABLES, peer="duckdb")


def test_rows_come_round_by_round():
    check(
        "with recursive t as (select 1 a union all select a + 1 from t where a < 2000) select a from t",
        TABLES,
        ordered=True,
    )
    for setting in settings():
        endless = session({}, **setting).sql(
            "with recursive t as (select 1 a union all select a + 1 from t) select a from t limit 3"
        )
        assert rows_of(endless.to_arrow_table()) == [(1,), (2,), (3,)]
        stream = (
            session({}, **setting)
            .sql("with recursive t as (select 1 a union all select a + 1 from t) select a from t")
            .execute_stream()
        )
        first = next(iter(stream)).to_pyarrow().column(0).to_pylist()
        assert first == list(range(1, len(first) + 1))


def test_little_memory():
    check(
        "with recursive r as (select s, d, 1 n from big union all select r.s, e.d, n + 1 from r join big e on r.d = e.s where n < 4) "
        "select n, count(*), sum(d), min(s) from r group by n",
        TABLES,
        peer="duckdb",
        budgets=(None, 24 << 20),
    )


def test_cancel():
    stream = (
        session({})
        .sql("with recursive t as (select 1 a union all select a + 1 from t) select sum(a) from t")
        .execute_stream()
    )
    failure = []

    def read():
        try:
            next(iter(stream))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.3)
    begin = time.monotonic()
    stream.cancel()
    thread.join(5)
    assert not thread.is_alive() and time.monotonic() - begin < 1
    assert failure


def test_refusals():
    context = session(TABLES)
    for sql, text in [
        (
            "with recursive t(n) as (select 1 union all select n + 1, 2 from t) select n from t",
            "same number of columns \\(1 != 2\\)",
        ),
        ("with recursive t as (select a from t) select * from t", "table 'datafusion.public.t' not found"),
        (
            "with recursive t as (select null a union all select 1 from t) select * from t",
            "Cannot automatically convert Int64 to Null",
        ),
    ]:
        with pytest.raises(Exception, match=text):
            context.sql(sql).collect()
