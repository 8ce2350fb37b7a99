# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Arrow IPC files: both formats, types, folders, schemas, compression, damage."""

import datetime
import decimal
import random

import pytest

import bowstring as bs
from bowstring import col

pa = pytest.importorskip("pyarrow")

TABLE = pa.table(
    {
        "i": pa.array([1, None, 3, 4, 5], pa.int64()),
        "s": pa.array(["x", "", None, "longer than twelve bytes", "ü"]),
        "f": pa.array([1.5, float("nan"), None, -0.0, 2.0]),
        "b": pa.array([True, None, False, True, False]),
        "d": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50"), None, None], pa.decimal128(10, 2)),
        "t": pa.array([datetime.datetime(2020, 1, 2, 3), None, None, None, None], pa.timestamp("us", "UTC")),
        "l": pa.array([[1, 2], [], None, [None], [3]], pa.list_(pa.int32())),
        "n": pa.array([{"k": 1, "v": "a"}, None, {"k": None, "v": "b"}, {"k": 2, "v": None}, {"k": 3, "v": "c"}]),
        "y": pa.array(["p", "q", None, "p", "q"]).dictionary_encode(),
        "w": pa.array(["view", None, "a view that is long enough", "", "z"], pa.string_view()),
        "g": pa.array(["large", None, "", "x", "y"], pa.large_string()),
    }
)


def save(path, table=TABLE, kind="file", rows=2, **options):
    make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, make(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as out:
        out.write_table(table, max_chunksize=rows)
    return path


def same(ours, table=TABLE):
    ours = ours.to_arrow_table()
    assert ours.schema.names == table.schema.names
    assert [str(t) for t in ours.schema.types] == [str(t) for t in table.schema.types]
    assert repr(ours.to_pylist()) == repr(table.to_pylist())  # NaN is equal to itself as text


@pytest.fixture
def ctx():
    return bs.SessionContext()


@pytest.mark.parametrize("kind", ["file", "stream"])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_rows_and_types(ctx, tmp_path, kind, compression):
    same(ctx.read_arrow(save(tmp_path / "a.arrow", kind=kind, compression=compression)))


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_projection_and_filter(ctx, tmp_path, kind):
    frame = ctx.read_arrow(save(tmp_path / "a.arrow", kind=kind))
    assert frame.filter(col("i") > 3).select("s", "i").to_pydict() == {"s": ["longer than twelve bytes", "ü"], "i": [4, 5]}
    assert frame.count() == 5
    assert frame.select().count() == 5


def test_register_and_sql(ctx, tmp_path):
    path = save(tmp_path / "a.arrow")
    ctx.register_arrow("a", path)
    assert ctx.sql("select sum(i) as n from a").to_pydict() == {"n": [13]}
    ctx.sql(f"create external table e stored as arrow location '{path}'")
    same(ctx.table("e"))
    assert ctx.enable_url_table().sql(f"select count(*) as n from '{path}'").to_pydict() == {"n": [5]}


def test_folder_and_glob(ctx, tmp_path):
    save(tmp_path / "0.arrow", TABLE.slice(0, 3))
    save(tmp_path / "1.arrow", TABLE.slice(3), kind="stream")  # the format is found by content
    (tmp_path / "notes.txt").write_text("not a table")
    same(ctx.read_arrow(tmp_path))
    assert ctx.read_arrow(str(tmp_path / "[01].arrow")).count() == 5


def test_partition_columns(ctx, tmp_path):
    for g in ("p", "q"):
        (tmp_path / f"g={g}").mkdir()
        save(tmp_path / f"g={g}" / "0.arrow", TABLE.select(["i"]))
    frame = ctx.read_arrow(tmp_path, file_partition_cols=[("g", pa.string())])
    assert frame.aggregate(["g"], [bs.functions.count(col("i")).alias("n")]).sort("g").to_pydict() == {
        "g": ["p", "q"],
        "n": [4, 4],
    }
    assert frame.filter(col("g") == "q").count() == 5


def test_a_schema_by_name(ctx, tmp_path):
    path = save(tmp_path / "a.arrow")
    frame = ctx.read_arrow(path, schema=pa.schema([("s", pa.string()), ("i", pa.int64())]))
    assert frame.to_pydict() == {"s": TABLE["s"].to_pylist(), "i": TABLE["i"].to_pylist()}


def test_empty_tables(ctx, tmp_path):
    for kind in ("file", "stream"):
        path = save(tmp_path / f"{kind}.arrow", TABLE.slice(0, 0), kind=kind)
        frame = ctx.read_arrow(path)
        assert frame.count() == 0
        assert frame.schema().names == TABLE.schema.names


def test_what_is_no_such_file(ctx, tmp_path):
    with pytest.raises(Exception, match="No files found"):
        ctx.read_arrow(tmp_path / "nope.arrow")
    path = save(tmp_path / "a.feather")
    with pytest.raises(Exception, match="does not match the expected extension '.arrow'"):
        ctx.read_arrow(path)
    assert ctx.read_arrow(path, file_extension=".feather").count() == 5
    (tmp_path / "x.arrow").write_bytes(b"no such thing at all")
    with pytest.raises(bs.errors.BowstringError):
        ctx.read_arrow(tmp_path / "x.arrow").collect()


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_damage_is_an_error_or_other_rows_never_a_crash(ctx, tmp_path, kind):
    whole = save(tmp_path / "a.arrow", kind=kind, compression=None).read_bytes()
    rng = random.Random(7)
    path = tmp_path / "x.arrow"
    failed = 0
    for _ in range(300):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        try:
            ctx.read_arrow(path).collect()
        except Exception as error:
            assert isinstance(error, bs.errors.BowstringError), error
            failed += 1
    assert failed > 20
    for size in rng.sample(range(len(whole)), 60):
        path.write_bytes(whole[:size])
        try:
            ctx.read_arrow(path).collect()
        except bs.errors.BowstringError:
            failed += 1
    assert failed > 50
