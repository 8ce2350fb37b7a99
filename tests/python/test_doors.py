# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""All doors give the same rows in the same order, lazily, again and again."""

import time

import pytest
from bowstring import SessionConfig, SessionContext, col, lit
from bowstring import functions as f
from bowstring.errors import Cancelled, StreamError

pa = pytest.importorskip("pyarrow")

ROWS = 5_000


@pytest.fixture(params=[1, 2, 8])
def frame(request):
    ctx = SessionContext(SessionConfig().with_batch_size(100).with_target_partitions(request.param))
    table = pa.table({"a": range(ROWS), "b": [str(i) for i in range(ROWS)]})
    return ctx.create_dataframe([table.slice(i * 1000, 1000).to_batches() for i in range(5)]).filter(
        col("a") % lit(3) != lit(0)
    )


EXPECTED = [i for i in range(ROWS) if i % 3]


def values(batches):
    return [value for batch in batches for value in pa.record_batch(batch)["a"].to_pylist()]


def test_order_through_every_door(frame):
    assert values(frame) == EXPECTED
    assert values(frame.execute_stream()) == EXPECTED
    assert [v for stream in frame.execute_stream_partitioned() for v in values(stream)] == EXPECTED
    assert values(frame.collect()) == EXPECTED
    assert [v for part in frame.collect_partitioned() for v in values(part)] == EXPECTED
    assert pa.table(frame)["a"].to_pylist() == EXPECTED
    assert pa.RecordBatchReader.from_stream(frame).read_all()["a"].to_pylist() == EXPECTED
    assert frame.to_arrow_table()["a"].to_pylist() == EXPECTED
    assert frame.to_pydict()["a"] == EXPECTED
    assert [row["a"] for row in frame.to_pylist()] == EXPECTED
    assert frame.collect_column("a").to_pylist() == EXPECTED
    assert frame.count() == len(EXPECTED)


def test_limit_takes_the_first_rows(frame):
    assert values(frame.limit(7, offset=11)) == EXPECTED[11:18]
    assert values(frame.head(3)) == EXPECTED[:3]
    assert values(frame.tail(3)) == EXPECTED[-3:]
    assert frame.limit(5, offset=ROWS).count() == 0


@pytest.mark.parametrize("order", ["forward", "backward", "random", "one abandoned"])
def test_partitions_in_any_order(frame, order, rng):
    streams = frame.execute_stream_partitioned()
    found = [None] * len(streams)
    indices = list(range(len(streams)))
    if order == "backward":
        indices.reverse()
    if order == "random":
        rng.shuffle(indices)
    if order == "one abandoned":
        indices = indices[1:]
        found[0] = []
    for i in indices:
        found[i] = values(streams[i])
    whole = [v for part in frame.collect_partitioned() for v in values(part)]
    got = [v for part in found for v in part]
    assert got == (whole if order != "one abandoned" else whole[len(whole) - len(got) :])


def test_partitions_interleaved(frame):
    streams = [iter(stream) for stream in frame.execute_stream_partitioned()]
    found = [[] for _ in streams]
    live = set(range(len(streams)))
    while live:
        for i in sorted(live):
            batch = next(streams[i], None)
            if batch is None:
                live.remove(i)
            else:
                found[i] += values([batch])
    assert [v for part in found for v in part] == EXPECTED


def test_every_iteration_runs_anew(frame):
    first, second = iter(frame), iter(frame)
    assert values(first) == values(second) == EXPECTED
    assert [next(first, None), next(first, None)] == [None, None]


def test_batches_are_cut_exactly(ctx):
    assert [batch.num_rows for batch in SessionContext(SessionConfig().with_batch_size(3)).range(7)] == [3, 3, 1]


@pytest.mark.parametrize("text", ["repeat('x', 1000)", "arrow_cast(repeat('x', 1000), 'LargeUtf8')", "[repeat('x', 1000)]"])
def test_no_more_waits_than_the_look_ahead(resident, text):
    """Rows that wait for a slow consumer count with all their text: 8 MB a batch here, 2 GB in all."""
    stream = SessionContext().sql(f"SELECT {text} AS s FROM range(0, 2000000)").execute_stream()
    next(stream)
    before = resident()
    time.sleep(0.5)
    assert resident() - before < 64


def test_a_huge_query_starts_at_once(ctx, resident):
    before = resident()
    reader = pa.RecordBatchReader.from_stream(ctx.sql("SELECT * FROM range(0, 1099511627776)"))
    assert [reader.read_next_batch().num_rows for _ in range(5)] == [100] * 5
    assert resident() - before < 20
    del reader
    with ctx.range(2**40).execute_stream() as stream:
        assert next(stream).num_rows == 100
    for _ in ctx.range(2**40):
        break


def test_dropped_streams_end_their_queries(ctx, resident):
    before = resident()
    for _ in range(50):
        stream = ctx.range(2**40).execute_stream()
        next(stream)
        del stream
        capsule = ctx.range(2**40).__arrow_c_stream__()
        del capsule
    assert resident() - before < 20


def test_no_rows(ctx):
    frame = ctx.range(10).filter(col("value") < lit(0))
    assert frame.collect() == []
    assert frame.count() == 0
    assert frame.to_pylist() == []
    assert frame.to_pydict() == {"value": []}
    assert frame.to_arrow_table().schema == frame.schema()
    assert pa.table(frame).num_rows == 0
    assert len(frame.collect_column("value")) == 0
    assert list(frame) == []


def test_no_columns(ctx):
    assert ctx.range(10).select().count() == 10


# ---- requested schemas


def requested(frame, *fields):
    return pa.RecordBatchReader.from_stream(frame, schema=pa.schema(list(fields)))


def test_requested_schema_selects_reorders_and_casts(frame):
    table = requested(frame, ("b", pa.large_string()), ("a", pa.int32())).read_all()
    assert table.schema.names == ["b", "a"]
    assert table.schema.types == [pa.large_string(), pa.int32()]
    assert table["a"].to_pylist() == EXPECTED
    assert requested(frame, ("b", pa.string_view())).read_all()["b"].to_pylist() == [str(v) for v in EXPECTED]


def test_requested_schema_is_refused_where_it_does_not_fit(frame):
    with pytest.raises(Exception, match="'zz'"):
        requested(frame, ("zz", pa.int64()))
    with pytest.raises(Exception, match="Fail to merge schema"):
        requested(frame, ("a", pa.string()))


def test_requested_schema_of_a_batch(frame):
    batch = next(iter(frame))
    assert pa.record_batch(batch).schema == frame.schema()
    assert pa.record_batch(batch, schema=pa.schema([("a", pa.int32())])).schema.types == [pa.int32()]
    with pytest.raises(Exception, match="Fail to merge schema"):
        pa.record_batch(batch, schema=pa.schema([("a", pa.string())]))


def test_requested_schema_that_would_lose_data(ctx):
    with pytest.raises(Exception):  # noqa: B017
        requested(ctx.range(2**40, 2**40 + 1), ("value", pa.int8())).read_all()


# ---- errors and ends


def test_errors_are_sticky(ctx):
    frame = ctx.sql("SELECT 1 / (value - 250) AS x FROM range(0, 1000)")
    stream = frame.execute_stream()
    with pytest.raises(Exception, match="Divide by zero") as first:
        list(stream)
    with pytest.raises(Exception, match="Divide by zero") as second:
        next(stream)
    assert str(first.value) == str(second.value)
    assert not stream.complete
    for door in (frame.collect, frame.to_pylist, lambda: pa.table(frame), lambda: list(frame)):
        with pytest.raises(Exception, match="Divide by zero"):
            door()


def test_error_classes(ctx):
    from bowstring.errors import PlanError, SchemaError, SqlError

    with pytest.raises(ValueError, match="SQL error: ParserError") as sql:
        ctx.sql("SELEC 1")
    assert isinstance(sql.value, SqlError)
    assert "Line: 1" in str(sql.value)
    with pytest.raises(ValueError, match=r"^Error during planning: table 'datafusion.public.x' not found") as plan:
        ctx.sql("SELECT * FROM x")
    assert isinstance(plan.value, PlanError)
    frame = ctx.from_pydict({"a": [1]}, name="t")
    with pytest.raises(Exception, match=r"^DataFusion error: Schema error: No field named zz") as schema:
        frame.select("zz")
    assert isinstance(schema.value, SchemaError)
    assert "t.a" in str(schema.value)
    with pytest.raises(KeyError, match="No table named"):
        ctx.table("nothing")
    with pytest.raises(KeyError):
        ctx.catalog("nothing")
    with pytest.raises(KeyError):
        ctx.udf("no_such_function")
    with pytest.raises(Exception, match="already exists"):
        ctx.from_pydict({"a": [1]}, name="t")


def test_cancel_and_close(ctx):
    stream = ctx.range(2**40).execute_stream()
    next(stream)
    stream.cancel()
    with pytest.raises(Cancelled):
        for _ in stream:
            pass
    stream = ctx.range(2**40).execute_stream()
    next(stream)
    stream.close()
    with pytest.raises(StreamError):
        next(stream)


def test_timeout(ctx):
    from bowstring.errors import QueryTimeout

    with pytest.raises(QueryTimeout):
        list(ctx.sql("SELECT * FROM range(0, 1099511627776) WHERE value < 0").execute_stream(timeout=0.1))


def test_stats(ctx):
    stream = ctx.range(1000).execute_stream()
    assert stream.stats.rows == 0
    assert not stream.complete
    assert sum(batch.num_rows for batch in stream) == 1000
    assert stream.stats.rows == 1000
    assert stream.stats.batches == 10
    assert stream.complete


def test_a_stream_can_go_on_as_a_c_stream(ctx):
    stream = ctx.range(1000).execute_stream()
    first = next(stream).num_rows
    assert pa.table(stream).num_rows == 1000 - first
    assert list(stream) == []


def test_threads_share_a_frame_and_a_stream(ctx):
    from concurrent.futures import ThreadPoolExecutor

    frame = ctx.range(20_000).filter(col("value") % lit(2) == lit(0))
    with ThreadPoolExecutor(16) as pool:
        counts = list(pool.map(lambda _: sum(batch.num_rows for batch in frame), range(16)))
        assert counts == [10_000] * 16
        stream = frame.execute_stream()
        parts = list(pool.map(lambda _: [v for b in stream for v in b.to_pydict()["value"]], range(8)))
    assert sorted(v for part in parts for v in part) == list(range(0, 20_000, 2))


def test_close_while_another_thread_waits(ctx):
    import threading

    stream = ctx.sql("SELECT * FROM range(0, 1099511627776) WHERE value < 0").execute_stream()
    errors = []

    def read():
        try:
            next(stream)
        except Exception as error:
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(0.2)
    assert reader.is_alive()
    stream.cancel()
    reader.join(2)
    assert not reader.is_alive()
    assert len(errors) == 1


def test_aggregates_and_sort(ctx):
    frame = ctx.range(1000).select((col("value") % lit(7)).alias("g"), "value")
    rows = frame.aggregate("g", [f.sum(col("value")).alias("s"), f.count_star().alias("n")]).sort("g").to_pylist()
    assert rows == [{"g": g, "s": sum(range(g, 1000, 7)), "n": len(range(g, 1000, 7))} for g in range(7)]
    assert frame.sort(col("value").sort(ascending=False)).head(1).to_pylist()[0]["value"] == 999
