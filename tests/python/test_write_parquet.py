# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Parquet files: what is written comes back as it was, and every option shows in the file."""

import datetime as dt
import decimal
from random import Random

import pytest
from bowstring import ParquetColumnOptions, ParquetWriterOptions, RuntimeEnvBuilder, SessionConfig, SessionContext, col, lit
from bowstring import functions as f
from bowstring.dataframe import Compression

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

TABLE = pa.table(
    {
        "a": pa.array(range(3000), pa.int64()),
        "s": pa.array([f"text {i % 7}" for i in range(3000)], pa.string_view()),
        "f": pa.array([i / 3 for i in range(3000)]),
    },
    schema=pa.schema([pa.field("a", pa.int64(), False), pa.field("s", pa.string_view()), pa.field("f", pa.float64())]),
)


@pytest.fixture
def frame():
    return SessionContext().from_arrow(TABLE)


def column(path, i=0, group=0):
    return pq.ParquetFile(path).metadata.row_group(group).column(i)


def test_defaults(frame, tmp_path):
    frame.write_parquet(tmp_path / "x.parquet")
    file = pq.ParquetFile(tmp_path / "x.parquet")
    assert file.metadata.format_version == "1.0"
    assert file.metadata.created_by.startswith("bowstring version ")
    chunk = column(tmp_path / "x.parquet")
    assert (chunk.compression, chunk.has_column_index, chunk.has_offset_index, chunk.is_stats_set) == ("ZSTD", True, True, True)
    assert "RLE_DICTIONARY" in chunk.encodings
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.equals(TABLE)
    assert table.schema.field("s").type == pa.string_view()
    assert not table.schema.field("a").nullable


TYPES = {
    "bool": pa.array([True, None, False]),
    "int8": pa.array([1, None, -128], pa.int8()),
    "uint32": pa.array([1, None, 2**32 - 1], pa.uint32()),
    "uint64": pa.array([1, None, 2**64 - 1], pa.uint64()),
    "half": pa.array([1.5, None, 2], pa.float16()),
    "float": pa.array([0.1, None, float("nan")], pa.float32()),
    "dec": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-0.05")], pa.decimal128(10, 2)),
    "dec38": pa.array([decimal.Decimal(10) ** 35, None, decimal.Decimal("-1")], pa.decimal128(38, 2)),
    "dec256": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-0.05")], pa.decimal256(50, 2)),
    "date": pa.array([dt.date(2020, 1, 2), None, dt.date(1, 1, 1)]),
    "ts_ns": pa.array([1, None, 2**62], pa.timestamp("ns")),
    "ts_us_tz": pa.array([1, None, 2], pa.timestamp("us", "Europe/Berlin")),
    "ts_ms": pa.array([1, None, 2], pa.timestamp("ms")),
    "time32": pa.array([1, None, 2], pa.time32("ms")),
    "time64": pa.array([1, None, 2], pa.time64("ns")),
    "dur": pa.array([1, None, 2], pa.duration("ns")),
    "bin": pa.array([b"ab", None, b""], pa.binary()),
    "bin_view": pa.array([b"ab", None, b"x" * 20], pa.binary_view()),
    "fsb": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "large": pa.array(["a", None, ""], pa.large_string()),
    "dict": pa.array(["q", None, "r"]).dictionary_encode(),
    "list": pa.array([[1, None], None, []]),
    "list_view": pa.array([["x", "a long string over twelve bytes"], None, []], pa.list_(pa.string_view())),
    "struct": pa.array([{"x": 1, "y": None}, None, {"x": None, "y": "z"}]),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "null": pa.nulls(3),
}


@pytest.mark.parametrize("name", TYPES)
def test_types_survive(name, ctx, tmp_path):
    table = pa.table({"x": TYPES[name]})
    ctx.from_arrow(table).write_parquet(tmp_path / "x.parquet")
    back = pq.read_table(tmp_path / "x.parquet")
    assert back["x"].to_pylist() == table["x"].to_pylist() or name == "float"
    if name not in ("map", "list", "list_view"):
        assert back.schema.field("x").type == table.schema.field("x").type
    ours = ctx.read_parquet(tmp_path / "x.parquet")
    assert ours.count() == 3


def test_types_that_parquet_lacks(ctx, tmp_path):
    table = pa.table({"x": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})
    with pytest.raises(Exception, match="month_day_nano_interval"):
        ctx.from_arrow(table).write_parquet(tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


CODECS = [
    ("zstd", None, "ZSTD"), ("ZSTD", 3, "ZSTD"), (Compression.GZIP, None, "GZIP"), ("gzip", 9, "GZIP"), ("brotli", None, "BROTLI"),
    ("snappy", None, "SNAPPY"), ("lz4", None, "LZ4"), ("lz4_raw", None, "LZ4"), ("uncompressed", None, "UNCOMPRESSED"),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "level", "shown"), CODECS)
def test_codecs(codec, level, shown, frame, tmp_path):
    frame.write_parquet(tmp_path / "x.parquet", codec, level)
    assert column(tmp_path / "x.parquet").compression == shown
    assert pq.read_table(tmp_path / "x.parquet").equals(TABLE)


@pytest.mark.parametrize(
    ("codec", "level", "text"),
    [
        ("foo", None, "not a valid Compression"), ("lzo", None, "not a valid Compression"), ("zstd(3)", None, "not a valid Compression"),
        ("zstd", 23, "valid compression range 1..=22 exceeded"), ("zstd", 0, "valid compression range"), ("gzip", 10, "valid compression range"),
        ("brotli", 12, "valid compression range"), ("snappy", 3, "does not support specifying a level"), ("lz4", 1, "does not support"),
    ],
)  # fmt: skip
def test_codecs_that_are_none(codec, level, text, frame, tmp_path):
    with pytest.raises(ValueError, match=text):
        frame.write_parquet(tmp_path / "x.parquet", codec, level)
    assert list(tmp_path.iterdir()) == []


def write(frame, path, **options):
    frame.write_parquet_with_options(path, ParquetWriterOptions(**options))
    return pq.ParquetFile(path)


def test_options_show(frame, tmp_path):
    path = tmp_path / "x.parquet"
    assert write(frame, path).metadata.created_by == "datafusion-python"
    assert write(frame, path, created_by="me").metadata.created_by == "me"
    assert write(frame, path, writer_version="2.0").metadata.format_version == "2.6"
    assert b"ARROW:schema" in write(frame, path).metadata.metadata
    assert write(frame, path, skip_arrow_metadata=True).metadata.metadata is None
    for options, shown in [
        ({"compression": "gzip", "compression_level": 5}, "GZIP"), ({"compression": "gzip(6)"}, "GZIP"), ({"compression": None}, "UNCOMPRESSED"),
        ({"compression": "snappy"}, "SNAPPY"),
    ]:  # fmt: skip
        write(frame, path, **options)
        assert column(path).compression == shown
    write(frame, path, dictionary_enabled=False)
    assert "RLE_DICTIONARY" not in column(path).encodings
    write(frame, path, statistics_enabled="none")
    assert not column(path).is_stats_set
    assert not column(path).has_column_index
    write(frame, path, statistics_enabled="chunk")
    assert column(path).is_stats_set
    assert not column(path).has_column_index


@pytest.mark.parametrize(
    ("encoding", "name", "i"),
    [
        ("plain", "PLAIN", 0), ("delta_binary_packed", "DELTA_BINARY_PACKED", 0), ("byte_stream_split", "BYTE_STREAM_SPLIT", 2),
        ("delta_length_byte_array", "DELTA_LENGTH_BYTE_ARRAY", 1), ("delta_byte_array", "DELTA_BYTE_ARRAY", 1),
    ],
)  # fmt: skip
def test_encodings(encoding, name, i, tmp_path):
    one = TABLE.select([i])
    write(SessionContext().from_arrow(one), tmp_path / "x.parquet", encoding=encoding, dictionary_enabled=False)
    assert name in column(tmp_path / "x.parquet").encodings
    assert pq.read_table(tmp_path / "x.parquet").equals(one)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"writer_version": "3.0"}, "Invalid parquet writer version"), ({"compression": "foo"}, "Unknown or unsupported parquet compression"),
        ({"compression": "zstd(99)"}, "valid compression range"), ({"compression": "zstd"}, "requires specifying a level"),
        ({"compression": "snappy(3)"}, "does not support specifying a level"), ({"encoding": "foo"}, "Unknown or unsupported parquet encoding"),
        ({"encoding": "bit_packed"}, "Encoding BIT_PACKED is not supported"), ({"encoding": "rle_dictionary"}, "can not be used as fallback"),
        ({"encoding": "plain_dictionary"}, "Dictionary encoding can not be used as fallback encoding"),
        ({"max_row_group_size": 0}, "Cannot have a 0 max row group"), ({"statistics_enabled": "foo"}, "valid options are"),
        ({"encoding": "delta_length_byte_array"}, "column a of type INT64 can't have the encoding"),
        ({"bloom_filter_on_write": True, "bloom_filter_fpp": 2.0}, "bloom_filter_fpp"),
    ],
)  # fmt: skip
def test_options_that_are_none(options, text, frame, tmp_path):
    with pytest.raises(Exception, match=text):
        write(frame, tmp_path / "x.parquet", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", [1, 7, 1000, 2999, 3000, 4000])
def test_row_groups(rows, tmp_path):
    frame = SessionContext().from_arrow(pa.table({"a": range(3000)}))
    file = write(frame, tmp_path / "x.parquet", max_row_group_size=rows)
    groups = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert groups == [rows] * (3000 // rows) + ([3000 % rows] if 3000 % rows else [])
    assert file.read()["a"].to_pylist() == list(range(3000))


def test_pages(frame, tmp_path):
    small = write(frame, tmp_path / "s.parquet", data_page_row_count_limit=100, dictionary_enabled=False, write_batch_size=10)
    large = write(frame, tmp_path / "l.parquet", dictionary_enabled=False)
    assert small.metadata.serialized_size > 0
    assert (tmp_path / "s.parquet").stat().st_size > (tmp_path / "l.parquet").stat().st_size
    assert small.read().equals(large.read())


def test_bloom_filters(frame, tmp_path):
    path = tmp_path / "x.parquet"
    write(frame, path)
    without = path.stat().st_size
    write(frame, path, bloom_filter_on_write=True, bloom_filter_ndv=3000, bloom_filter_fpp=0.01)
    assert path.stat().st_size > without + 3000
    ctx = SessionContext()
    assert ctx.read_parquet(path).filter("s = 'text 3'").count() == sum(1 for i in range(3000) if i % 7 == 3)
    assert ctx.read_parquet(path).filter("s = 'text 30'").count() == 0


def test_columns_of_their_own(frame, tmp_path):
    path = tmp_path / "x.parquet"
    own = ParquetColumnOptions(
        compression="snappy", dictionary_enabled=False, encoding="delta_binary_packed", statistics_enabled="none", bloom_filter_enabled=True,
        bloom_filter_fpp=0.1, bloom_filter_ndv=10,
    )  # fmt: skip
    write(frame, path, column_specific_options={"a": own, "s": ParquetColumnOptions(compression="gzip(2)"), "nothing": own})
    a, s, f = (column(path, i) for i in range(3))
    assert (a.compression, s.compression, f.compression) == ("SNAPPY", "GZIP", "ZSTD")
    assert "DELTA_BINARY_PACKED" in a.encodings
    assert (a.is_stats_set, s.is_stats_set) == (False, True)
    assert pq.read_table(path).equals(TABLE)


def test_options_in_the_second_place(frame, tmp_path):
    frame.write_parquet(tmp_path / "x.parquet", ParquetWriterOptions(compression="snappy"))
    assert column(tmp_path / "x.parquet").compression == "SNAPPY"
    with pytest.raises(ValueError, match="compression_level should be None"):
        frame.write_parquet(tmp_path / "x.parquet", ParquetWriterOptions(), 3)


def test_session_defaults(tmp_path):
    from bowstring import SessionConfig

    config = SessionConfig().set("datafusion.execution.parquet.compression", "snappy")
    ctx = SessionContext(config.set("datafusion.execution.parquet.max_row_group_size", "100"))
    ctx.sql("SELECT value FROM range(0, 250)").collect()
    ctx.sql(f"COPY (SELECT value FROM range(0, 250)) TO '{tmp_path}/x.parquet'").collect()
    assert column(tmp_path / "x.parquet").compression == "SNAPPY"
    assert pq.ParquetFile(tmp_path / "x.parquet").num_row_groups == 3


def test_others_read_it(frame, tmp_path):
    frame.write_parquet(tmp_path / "x.parquet")
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    assert polars.read_parquet(tmp_path / "x.parquet")["a"].to_list() == list(range(3000))
    assert duckdb.sql(f"SELECT sum(a), count(s) FROM '{tmp_path}/x.parquet'").fetchall() == [(sum(range(3000)), 3000)]
    datafusion = pytest.importorskip("datafusion")
    assert datafusion.SessionContext().read_parquet(str(tmp_path / "x.parquet")).schema() == TABLE.schema


def test_row_groups_end_early_where_memory_is_short(tmp_path):
    """A writer takes its share of the budget, no more: the query goes on, and row groups stay worth reading."""
    count = 400_000
    source = tmp_path / "in.parquet"
    columns = {f"c{i}": [f"{i}-{(k * 7919) % 100003}" for k in range(0, count)] for i in range(2)}
    columns["n"] = list(range(count))
    pq.write_table(pa.table(columns), source, row_group_size=50_000)
    runtime = RuntimeEnvBuilder().with_greedy_memory_pool(12 << 20)
    ctx = SessionContext(SessionConfig(), runtime)
    ctx.register_parquet("t", source)
    ctx.sql(f"copy t to '{tmp_path}/out.parquet'").collect()
    written = pq.ParquetFile(tmp_path / "out.parquet")
    sizes = [written.metadata.row_group(i).num_rows for i in range(written.metadata.num_row_groups)]
    assert len(sizes) > 1 and sum(sizes) == count
    assert min(sizes[:-1]) >= 8192
    assert written.read()["n"].to_pylist() == columns["n"]


@pytest.mark.parametrize("length", [1, 3, 5, 64])
def test_statistics_are_cut(ctx, tmp_path, length):
    random = Random(length)
    letters = "a~\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffffz"
    texts = ["".join(random.choices(letters, k=random.randrange(12))) for _ in range(3000)]
    texts[:3] = ["x" * 90, "\U0010ffff" * 40, ""]
    table = pa.table(
        {
            "n": range(3000),
            "s": texts,
            "b": [bytes(random.choices([0, 1, 127, 128, 255], k=random.randrange(12))) for _ in texts],
            "l": [[text, None] for text in texts],
            "o": pa.array([None if random.random() < 0.9 else text for text in texts], pa.large_string()),
        }
    )
    path = tmp_path / "cut.parquet"
    write(ctx.from_arrow(table), path, statistics_truncate_length=length, max_row_group_size=500)
    file = pq.ParquetFile(path)
    assert file.read().to_pydict() == table.to_pydict()
    assert file.metadata.num_row_groups == 6
    shorter = 0
    for group in range(6):
        rows = file.read_row_group(group)
        for i in range(file.metadata.num_columns):
            column = file.metadata.row_group(group).column(i)
            if column.path_in_schema not in ("s", "b", "o"):
                continue
            values = [value for value in rows[column.path_in_schema].to_pylist() if value is not None]
            values = [value.encode() if isinstance(value, str) else value for value in values]
            least, most = (value.encode() if isinstance(value, str) else value for value in (column.statistics.min, column.statistics.max))
            assert least <= min(values) and max(values) <= most
            assert min(values).startswith(least)
            assert len(least) <= max(length, 4)  # a character isn't cut
            shorter += len(least) < len(min(values)) or most != max(values)
    assert shorter or length in (1, 64)
    again = SessionContext().read_parquet(path)
    for text in random.choices(texts, k=20):
        assert again.filter(col("s") == lit(text)).count() == texts.count(text)
        assert again.filter(col("s") > lit(text)).count() == sum(other > text for other in texts)
    assert again.aggregate([], [f.min(col("s")).alias("lo"), f.max(col("b")).alias("hi")]).to_pydict() == {"lo": [""], "hi": [max(table["b"].to_pylist())]}
