# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Types that Parquet has no words for: what is restored from the schema that Arrow stores in a file, and what is read without it."""

import datetime
import decimal

import bowstring
import pytest
from bowstring import col
from bowstring import functions as f

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

TIMES = [datetime.datetime(2020, 1, 2, 3, 4, 5), None, datetime.datetime(1969, 12, 31, 23, 59, 59)]
DAYS = [datetime.date(2020, 1, 2), None, datetime.date(1960, 1, 1)]
CLOCK = [datetime.time(1, 2, 3), None, datetime.time(23, 59, 59)]
DECIMALS = [decimal.Decimal("1.25"), None, decimal.Decimal("-3.50")]
LISTS = [[1, 2], None, [3, None]]
TEXTS = ["a", None, "a longer text of more bytes"]

# values, the type written, the type read with the stored schema (None: the one written), and without it
CASES = [
    (TIMES, pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("ms")),
    (TIMES, pa.timestamp("ms"), None, pa.timestamp("ms")),
    (TIMES, pa.timestamp("ns"), None, pa.timestamp("ns")),
    (TIMES, pa.timestamp("us", "Europe/Berlin"), None, pa.timestamp("us", "UTC")),
    (TIMES, pa.timestamp("s", "Europe/Berlin"), pa.timestamp("ms", "UTC"), pa.timestamp("ms", "UTC")),
    (TIMES, pa.timestamp("us", "+02:00"), None, pa.timestamp("us", "UTC")),
    (CLOCK, pa.time32("s"), pa.time32("ms"), pa.time32("ms")),
    (CLOCK, pa.time64("ns"), None, pa.time64("ns")),
    (DAYS, pa.date64(), None, pa.date32()),
    ([1, None, -5], pa.duration("ms"), None, pa.int64()),
    (DECIMALS, pa.decimal32(7, 2), None, pa.decimal128(7, 2)),
    (DECIMALS, pa.decimal64(15, 2), None, pa.decimal128(15, 2)),
    (DECIMALS, pa.decimal256(60, 2), None, pa.decimal256(60, 2)),
    (TEXTS, pa.large_string(), pa.string_view(), pa.string_view()),
    (TEXTS, pa.dictionary(pa.int8(), pa.string()), None, pa.string_view()),
    (TEXTS, pa.dictionary(pa.uint16(), pa.large_string()), None, pa.string_view()),
    ([1, None, 2], pa.dictionary(pa.int32(), pa.int64()), None, pa.int64()),
    ([1.5, None, 2.0], pa.dictionary(pa.int64(), pa.float64()), None, pa.float64()),
    (DAYS, pa.dictionary(pa.int32(), pa.date32()), None, pa.date32()),
    (TIMES, pa.dictionary(pa.int32(), pa.timestamp("us")), None, pa.timestamp("us")),
    (TIMES, pa.dictionary(pa.int32(), pa.timestamp("s")), pa.timestamp("ms"), pa.timestamp("ms")),
    (LISTS, pa.large_list(pa.int64()), pa.large_list(pa.field("element", pa.int64())), pa.list_(pa.field("element", pa.int64()))),
    (LISTS, pa.list_(pa.int64(), 2), pa.list_(pa.field("element", pa.int64()), 2), pa.list_(pa.field("element", pa.int64()))),
    ([DAYS, None, []], pa.list_(pa.date64()), pa.list_(pa.field("element", pa.date64())), pa.list_(pa.field("element", pa.date32()))),
    (
        [{"a": DAYS[0], "b": DECIMALS[0]}, None, {"a": None, "b": None}],
        pa.struct([("a", pa.date64()), ("b", pa.decimal64(10, 2))]),
        None,
        pa.struct([("a", pa.date32()), ("b", pa.decimal128(10, 2))]),
    ),
]


def array(values, kind):
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    return pa.array(values, kind)


def answer(frame):
    """Batches as one table; Python's own values where a type has them."""
    table = pa.Table.from_batches(frame.collect())
    table.validate(full=True)
    return table


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "bare"])
@pytest.mark.parametrize("case", CASES, ids=[str(c[1]).replace(" ", "") for c in CASES])
def test_types_of_a_file(tmp_path, case, stored):
    values, written, restored, bare = case
    wanted = (restored or written) if stored else bare
    pq.write_table(pa.table({"v": array(values, written)}), tmp_path / "f.parquet", store_schema=stored)
    ctx = bowstring.SessionContext()
    frame = ctx.read_parquet(tmp_path / "f.parquet")
    assert pa.schema(frame.schema()).field("v").type == wanted
    table = answer(frame)
    assert table.schema.field("v").type == wanted
    expected = array(values, written).to_pylist()
    if pa.types.is_duration(written) and not stored:
        expected = [1, None, -5]
    if pa.types.is_timestamp(written) and written.tz is not None:  # the same instants, whatever the zone
        got = [t and t.timestamp() for t in table["v"].to_pylist()]
        assert got == [t and t.timestamp() for t in expected]
    else:
        assert table["v"].to_pylist() == expected


@pytest.mark.parametrize("kind", [pa.date64(), pa.decimal32(7, 2), pa.dictionary(pa.int32(), pa.int64()), pa.timestamp("ns", "Europe/Berlin")], ids=str)
def test_filters_groups_and_orders_of_restored_types(tmp_path, kind):
    """Row groups that can't match are left out by the same bounds, and no row is lost by it."""
    count = 1000
    if pa.types.is_date64(kind):
        values = [datetime.date(2000, 1, 1) + datetime.timedelta(days=i) for i in range(count)]
        literal, kept = "date '2001-01-01'", [v for v in values if v >= datetime.date(2001, 1, 1)]
    elif pa.types.is_decimal(kind):
        values = [decimal.Decimal(i) / 4 for i in range(count)]
        literal, kept = "200.5", [v for v in values if v >= decimal.Decimal("200.5")]
    elif pa.types.is_dictionary(kind):
        values = list(range(count))
        literal, kept = "900", [v for v in values if v >= 900]
    else:
        values = [datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(hours=i) for i in range(count)]
        literal, kept = "'2000-02-01T00:00:00Z'", [v for v in values if v >= datetime.datetime(2000, 2, 1, tzinfo=datetime.timezone.utc)]
    pq.write_table(pa.table({"v": array(values, kind)}), tmp_path / "f.parquet", row_group_size=100)
    ctx = bowstring.SessionContext()
    ctx.register_parquet("t", tmp_path / "f.parquet")
    got = answer(ctx.sql(f"select v from t where v >= {literal} order by v desc"))["v"].to_pylist()
    assert got == kept[::-1]
    assert ctx.sql(f"select v from t where v < {literal}").count() == count - len(kept)
    assert ctx.sql("select v, count(*) from t group by v").count() == count
    low, high = (column[0].as_py() for column in answer(ctx.sql("select min(v), max(v) from t")).itercolumns())
    assert (low, high) == (values[0], values[-1])


def test_extension_types_are_their_storage(tmp_path):
    storage = [b"0123456789abcdef", None]
    values = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(storage, pa.binary(16)))
    pq.write_table(pa.table({"v": values}), tmp_path / "f.parquet")
    ctx = bowstring.SessionContext()
    table = answer(ctx.read_parquet(tmp_path / "f.parquet"))
    assert table.schema.field("v").type == pa.binary(16)
    assert table["v"].to_pylist() == storage
    kept = answer(ctx.read_parquet(tmp_path / "f.parquet", skip_metadata=False))
    assert kept.schema.field("v").type == pa.uuid()


def test_int96_takes_the_stored_zone(tmp_path):
    values = pa.array(TIMES, pa.timestamp("ns", "Europe/Berlin"))
    pq.write_table(pa.table({"v": values}), tmp_path / "f.parquet", use_deprecated_int96_timestamps=True)
    table = answer(bowstring.SessionContext().read_parquet(tmp_path / "f.parquet"))
    assert table.schema.field("v").type == values.type
    assert table["v"].combine_chunks().equals(values)


def test_bounds_of_bytes_are_no_text(ctx, tmp_path):
    ctx.from_arrow(pa.table({"b": [b"\xff\x00", b"a"]})).write_parquet(tmp_path / "b.parquet")
    frame = ctx.read_parquet(tmp_path / "b.parquet").aggregate([], [f.max(col("b")).alias("hi")])
    assert frame.to_pydict() == {"hi": [b"\xff\x00"]}
    assert "expr=[FF00 as hi]" in frame.execution_plan().display_indent()
