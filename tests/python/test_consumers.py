# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Other Arrow libraries read frames and batches, as often as they like."""

import pytest
from bowstring import col, lit


@pytest.fixture
def frame(ctx):
    return ctx.range(1000).select("value", (col("value") * lit(2)).alias("twice"))


def test_pyarrow(frame):
    pa = pytest.importorskip("pyarrow")
    for _ in range(2):
        assert pa.table(frame)["twice"].to_pylist() == list(range(0, 2000, 2))
    batch = next(iter(frame))
    assert batch.to_pyarrow() == pa.record_batch(batch)
    assert pa.schema(frame) == frame.schema()


def test_polars(frame):
    pl = pytest.importorskip("polars")
    assert pl.DataFrame(frame)["twice"].sum() == 999_000
    assert frame.to_polars().shape == (1000, 2)
    assert pl.DataFrame(next(iter(frame))).shape == (100, 2)


def test_duckdb_reads_in_two_phases(frame):
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    for _ in range(2):
        assert connection.execute("SELECT sum(twice), count(*) FROM frame").fetchall() == [(999_000, 1000)]
        assert connection.from_arrow(frame).filter("value < 3").fetchall() == [(0, 0), (1, 2), (2, 4)]


def test_nanoarrow(frame):
    na = pytest.importorskip("nanoarrow")
    assert len(na.ArrayStream(frame).read_all()) == 1000
    assert na.Array(next(iter(frame))).schema.n_fields == 2


def test_arro3(frame):
    core = pytest.importorskip("arro3.core")
    assert core.Table.from_arrow(frame).num_rows == 1000
    assert core.RecordBatch.from_arrow(next(iter(frame))).num_rows == 100


def test_pandas(frame):
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert frame.to_pandas()["twice"].sum() == 999_000


def test_capsules(frame):
    import ctypes

    name = ctypes.pythonapi.PyCapsule_GetName
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    assert name(frame.__arrow_c_stream__()) == b"arrow_array_stream"
    assert name(frame.__arrow_c_schema__()) == b"arrow_schema"
    assert [name(capsule) for capsule in next(iter(frame)).__arrow_c_array__()] == [b"arrow_schema", b"arrow_array"]


def test_batches_outlive_everything(ctx):
    pa = pytest.importorskip("pyarrow")
    batch = pa.record_batch(next(iter(ctx.range(1000))))
    del ctx
    assert batch["value"].to_pylist() == list(range(100))


def test_batches_are_read_as_tables_too(ctx):
    pa = pytest.importorskip("pyarrow")
    frame = ctx.sql("SELECT column1 AS n, repeat('a long text ', 20) AS s FROM (VALUES (1), (NULL))")
    batch = next(iter(frame))
    table = pa.table(batch)
    assert table.to_pylist() == frame.to_pylist() and table.schema == frame.schema()
    assert pa.table(batch, schema=pa.schema([("s", pa.string())])).num_columns == 1
    for again in (ctx.from_arrow(batch), ctx.create_dataframe(batch)):
        assert again.to_pylist() == again.to_pylist() == frame.to_pylist()


def test_nanoarrow_reads_batches_of_text_views(ctx):
    # by way of the stream: this library's own copy of an array of views ends the process
    na = pytest.importorskip("nanoarrow")
    frame = ctx.sql("SELECT arrow_cast(repeat('a long text ', 20), 'Utf8View') AS s FROM range(100)")
    assert sum(len(na.Array(batch)) for batch in frame) == 100
