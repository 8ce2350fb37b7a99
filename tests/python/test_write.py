# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""write_csv, write_json, write_parquet, write_table: texts, layouts, options, beside datafusion's where it is installed."""

import datetime as dt
import decimal
import json
import pathlib
import re

import pytest
from bowstring import DataFrameWriteOptions, InsertOp, SessionConfig, SessionContext, col

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

COLUMNS = {
    "i": pa.array([1, None, -3], pa.int32()),
    "u": pa.array([1, 2, 2**64 - 1], pa.uint64()),
    "f": pa.array([1.0, 1e20, float("nan")]),
    "f2": pa.array([float("inf"), -0.0, 1.5e-7]),
    "f32": pa.array([0.1, 1e10, None], pa.float32()),
    "b": pa.array([True, False, None]),
    "s": pa.array(["a", 'with,comma "q"', None]),
    "e": pa.array(["", "x\ny", " sp "]),
    "d": pa.array([dt.date(2020, 1, 2), None, dt.date(1, 1, 1)]),
    "ts": pa.array([dt.datetime(2020, 1, 2, 3, 4, 5, 123456), dt.datetime(2020, 1, 2), None], pa.timestamp("us")),
    "tsn": pa.array([1, 1000000000, None], pa.timestamp("ns")),
    "tz": pa.array([dt.datetime(2020, 1, 2, 3, 4, 5), None, None], pa.timestamp("ms", "Europe/Berlin")),
    "t32": pa.array([1, 2, None], pa.time32("s")),
    "t64": pa.array([1, 2000000, None], pa.time64("us")),
    "dec": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-0.05")], pa.decimal128(10, 2)),
    "big": pa.array([decimal.Decimal("12345678901234567890123.45"), None, decimal.Decimal("0.00")], pa.decimal128(30, 2)),
    "bin": pa.array([b"ab", None, b"\xff"], pa.binary()),
    "dur": pa.array([1, 2, None], pa.duration("s")),
    "iv": pa.array([(1, 2, 3000000000), None, (0, 0, 0)], pa.month_day_nano_interval()),
    "dict": pa.array(["q", "r", None]).dictionary_encode(),
    "sv": pa.array(["v", None, "a string that is longer than twelve bytes"], pa.string_view()),
    "n": pa.nulls(3),
    "fsb": pa.array([b"ab", None, b"cd"], pa.binary(2)),
}
NESTED = {
    "l": pa.array([[1, None], None, []]),
    "st": pa.array([{"x": 1, "y": None}, None, {"x": None, "y": "z"}]),
    "m": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "ls": pa.array([['a"\\'], [None], None]),
    "lst": pa.array([[{"x": 1}], None, [{"x": None}]]),
    "fsl": pa.array([[1, 2], None, [None, 3]], pa.list_(pa.int64(), 2)),
}
ALL = pa.table({**COLUMNS, **NESTED})


def peer():
    return pytest.importorskip("datafusion").SessionContext()


def files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_texts_are_the_peers(name, ctx, tmp_path):
    table = ALL.select([name])
    ctx.from_arrow(table).write_csv(tmp_path / "ours.csv")
    peer().from_arrow(table).write_csv(str(tmp_path / "peers.csv"))
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "peers.csv").read_bytes()


# The peer can't write lists of fixed size: test_json_of_a_fixed_size_list has its own texts.
@pytest.mark.parametrize("name", [name for name in [*COLUMNS, *NESTED] if name != "fsl"])
def test_json_texts_are_the_peers(name, ctx, tmp_path):
    table = ALL.select([name])
    ctx.from_arrow(table).write_json(tmp_path / "ours.json")
    peer().from_arrow(table).write_json(str(tmp_path / "peers.json"))
    ours, peers = ((tmp_path / f"{who}.json").read_text().splitlines() for who in ("ours", "peers"))
    assert [json.loads(line, parse_float=decimal.Decimal) for line in ours] == [
        json.loads(line, parse_float=decimal.Decimal) for line in peers
    ]
    if "f" not in name:  # exponents are spelled in more ways than one
        assert ours == peers


def test_many_columns_together(ctx, tmp_path):
    table = ALL.select([*COLUMNS])
    ctx.from_arrow(table).write_csv(tmp_path / "ours.csv", with_header=True)
    peer().from_arrow(table).write_csv(str(tmp_path / "peers.csv"), with_header=True)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "peers.csv").read_bytes()


@pytest.mark.parametrize("name", NESTED)
def test_csv_has_no_nested_types(name, ctx, tmp_path):
    with pytest.raises(Exception, match="Nested type .* is not supported"):
        ctx.from_arrow(ALL.select([name])).write_csv(tmp_path / "x.csv")
    assert files(tmp_path) == []


def test_json_of_a_fixed_size_list(ctx, tmp_path):
    ctx.from_arrow(ALL.select(["fsl"])).write_json(tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text() == '{"fsl":[1,2]}\n{}\n{"fsl":[null,3]}\n'


def test_json_escapes(ctx, tmp_path):
    texts = ['"', "\\", "\n\r\t\b\f\0\x1f", "ü€😀", "/"]
    ctx.from_pydict({"k\"ey": texts}).write_json(tmp_path / "x.json")
    assert [json.loads(line)['k"ey'] for line in (tmp_path / "x.json").read_text().splitlines()] == texts


def two_partitions(ctx):
    return ctx.create_dataframe(
        [[pa.record_batch({"a": [1, 2], "g": [1, None]})], [pa.record_batch({"a": [3], "g": [1]})]]
    )


LAYOUTS = [
    ("x.csv", None, ["x.csv"]),
    ("x", None, ["x/*_0.csv", "x/*_1.csv"]),
    ("x/", None, ["x/*_0.csv", "x/*_1.csv"]),
    ("x.csv", DataFrameWriteOptions(), ["x.csv/*_0.csv", "x.csv/*_1.csv"]),
    ("x", DataFrameWriteOptions(single_file_output=True), ["x"]),
    ("new/folders/x.csv", None, ["new/folders/x.csv"]),
    ("x", DataFrameWriteOptions(partition_by="g"), ["x/g=1/*.csv", "x/g=__HIVE_DEFAULT_PARTITION__/*.csv"]),
]


@pytest.mark.parametrize(("path", "options", "expected"), LAYOUTS)
def test_layouts(path, options, expected, ctx, tmp_path):
    assert two_partitions(ctx).write_csv(f"{tmp_path}/{path}", write_options=options) is None
    names = [re.sub(r"/[A-Za-z0-9]{16}(?=[._])", "/*", str(name.relative_to(tmp_path))) for name in files(tmp_path)]
    assert names == expected
    rows = "".join(name.read_text() for name in files(tmp_path)).split()
    assert sorted(row.split(",")[0] for row in rows) == ["1", "2", "3"]


def test_a_folder_is_added_to(ctx, tmp_path):
    for _ in range(2):
        two_partitions(ctx).write_parquet(tmp_path / "x")
    assert len(files(tmp_path)) == 4
    assert ctx.read_parquet(tmp_path / "x").count() == 6


def test_partitions_keep_their_order(tmp_path):
    ctx = SessionContext(SessionConfig().with_target_partitions(4))
    partitions = [[pa.record_batch({"a": list(range(p * 1000, p * 1000 + 1000))})] for p in range(7)]
    frame = ctx.create_dataframe(partitions)
    frame.write_csv(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().split() == [str(i) for i in range(7000)]
    frame.write_json(tmp_path / "d")
    texts = [path.read_text() for path in sorted(files(tmp_path / "d"), key=lambda path: int(path.stem.split("_")[1]))]
    assert [json.loads(line)["a"] for text in texts for line in text.splitlines()] == list(range(7000))


def test_limits_and_sorts_are_kept(ctx, tmp_path):
    frame = ctx.range(100000)
    frame.limit(5, offset=7).write_csv(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().split() == ["7", "8", "9", "10", "11"]
    frame.limit(5, offset=7).write_csv(tmp_path / "d")
    assert files(tmp_path / "d")[0].read_text().split() == ["7", "8", "9", "10", "11"]
    frame.limit(10).write_csv(
        tmp_path / "s.csv",
        write_options=DataFrameWriteOptions(single_file_output=True, sort_by=col("value").sort(ascending=False)),
    )
    assert (tmp_path / "s.csv").read_text().split() == [str(i) for i in reversed(range(10))]
    frame.limit(10).sort(col("value").sort(ascending=False)).write_parquet(tmp_path / "s.parquet")
    assert pq.read_table(tmp_path / "s.parquet")["value"].to_pylist() == list(reversed(range(10)))


def test_empty_results(ctx, tmp_path):
    empty = ctx.sql("SELECT 1 AS a, 'x' AS b WHERE false")
    empty.write_csv(tmp_path / "h.csv", with_header=True)
    empty.write_csv(tmp_path / "n.csv")
    empty.write_json(tmp_path / "x.json")
    empty.write_parquet(tmp_path / "x.parquet")
    empty.write_parquet(tmp_path / "d")
    assert (tmp_path / "h.csv").read_text() == "a,b\n"
    assert (tmp_path / "n.csv").read_bytes() == (tmp_path / "x.json").read_bytes() == b""
    table = pq.read_table(tmp_path / "x.parquet")
    assert (table.num_rows, table.column_names) == (0, ["a", "b"])
    assert files(tmp_path / "d") == []


def test_partitioning_by_values(ctx, tmp_path):
    table = pa.table(
        {
            "k": ["a/b", "100%", "", None, "ü x", "a=b", "a/b"],
            "n": pa.array([1, 2, 3, 4, None, 6, 7], pa.int16()),
            "d": [dt.date(2020, 1, 1)] * 7,
            "v": range(7),
        }
    )
    ctx.from_arrow(table).write_parquet(tmp_path / "x", write_options=DataFrameWriteOptions(partition_by=["k", "n", "d"]))
    assert len(files(tmp_path)) == 7
    assert all(pq.read_schema(path).names == ["v"] for path in files(tmp_path))
    dataset = pytest.importorskip("pyarrow.dataset")
    partitioning = dataset.partitioning(
        pa.schema([("k", pa.string()), ("n", pa.int16()), ("d", pa.date32())]), flavor="hive"
    )
    back = dataset.dataset(tmp_path / "x", partitioning=partitioning).to_table().select(["k", "n", "d", "v"])
    assert back.sort_by("v").to_pylist() == table.to_pylist()


def test_many_folders(ctx, tmp_path):
    frame = ctx.sql("SELECT value % 300 AS g, value AS v FROM range(0, 60000)")
    frame.write_csv(tmp_path / "x", write_options=DataFrameWriteOptions(partition_by="g"))
    folders = {path.parent.name for path in files(tmp_path)}
    assert folders == {f"g={i}" for i in range(300)}
    rows = [int(row) for path in files(tmp_path) for row in path.read_text().split()]
    assert sorted(rows) == list(range(60000))


@pytest.mark.parametrize("operation", [InsertOp.OVERWRITE, InsertOp.REPLACE])
@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_files_are_only_added(operation, kind, ctx, tmp_path):
    with pytest.raises(Exception, match="not implemented"):
        getattr(ctx.range(3), f"write_{kind}")(
            tmp_path / "x", write_options=DataFrameWriteOptions(insert_operation=operation)
        )
    assert files(tmp_path) == []


def test_paths(ctx, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "plain").write_text("x")
    ctx.range(3).write_csv(f"file://{tmp_path}/with%20blank.csv")
    assert (tmp_path / "with blank.csv").read_text() == "0\n1\n2\n"
    ctx.range(3).write_csv(tmp_path / "folder.csv")
    assert len(files(tmp_path / "folder.csv")) == 1
    with pytest.raises(Exception, match="local files only"):
        ctx.range(3).write_csv("s3://bucket/x.csv")
    with pytest.raises(OSError, match="plain"):
        ctx.range(3).write_csv(tmp_path / "plain" / "x.csv")
    with pytest.raises(OSError, match="folder.csv.*[Dd]irectory"):
        ctx.range(3).write_csv(tmp_path / "folder.csv", write_options=DataFrameWriteOptions(single_file_output=True))
    with pytest.raises(TypeError):
        ctx.range(3).write_csv(5)
    with pytest.raises(Exception, match="empty"):
        ctx.range(3).write_csv("")


def test_links_and_modes_stay(ctx, tmp_path):
    target = tmp_path / "target.csv"
    target.write_text("old")
    target.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(target)
    ctx.range(2).write_csv(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert target.read_text() == "0\n1\n"
    assert target.stat().st_mode & 0o777 == 0o640
    ctx.range(2).write_csv("/dev/null")
    assert pathlib.Path("/dev/null").is_char_device()


def test_duplicate_names(ctx, tmp_path):
    frame = ctx.from_pydict({"a": [1, 2]}, name="t1")
    both = frame.join(ctx.from_pydict({"a": [1, 2]}, name="t2"), on="a", coalesce_duplicate_keys=False)
    both.write_csv(tmp_path / "x.csv", with_header=True)
    assert (tmp_path / "x.csv").read_text().split()[0] == "a,a"


# ---- write_table


def test_write_table(ctx):
    ctx.from_pydict({"a": [1], "b": ["x"]}, name="m")
    ctx.sql("SELECT 5 AS q, 'z' AS w").write_table("m")
    ctx.sql("SELECT '6' AS q, 7 AS w").write_table("M")
    assert ctx.table("m").to_pydict() == {"a": [1, 5, 6], "b": ["x", "z", "7"]}
    with pytest.raises(Exception, match="same schema length"):
        ctx.sql("SELECT 5 AS q").write_table("m")
    with pytest.raises(Exception, match="No table named 'nono'"):
        ctx.sql("SELECT 5 AS q").write_table("nono")
    ctx.sql("SELECT 9, 'o'").write_table("m", DataFrameWriteOptions(insert_operation=InsertOp.OVERWRITE))
    assert ctx.table("m").to_pydict() == {"a": [9], "b": ["o"]}
    with pytest.raises(Exception, match="not implemented"):
        ctx.sql("SELECT 9, 'o'").write_table("m", DataFrameWriteOptions(insert_operation=InsertOp.REPLACE))
    ctx.table("m").write_table("m")
    assert ctx.table("m").count() == 2


def test_failed_casts_insert_nothing(ctx):
    ctx.from_pydict({"a": [1]}, name="m")
    with pytest.raises(Exception, match="Cannot cast string 'x'"):
        ctx.from_pydict({"q": ["1", "x"]}).write_table("m")
    assert ctx.table("m").to_pydict() == {"a": [1]}
