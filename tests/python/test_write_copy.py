# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""COPY and INSERT: each statement on this package and on datafusion, beside each other; and what they promise by themselves."""

import lzma
import pathlib
import re

import bowstring
import pytest
from bowstring import SessionContext

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

DATA = {"a": [1, 2, 3], "b": ["x", "y", None], "g": [1, 2, 1]}

COPIES = [
    "copy t to '{o}/x.csv'", "copy t to '{o}/x.json'", "copy t to '{o}/x.parquet'", "copy t to '{o}/x.arrow'", "copy t to '{o}/x.CSV'",
    "COPY (SELECT * FROM t) TO '{o}/x.csv'", "copy t to 'file://{o}/x.csv'",
    "copy t to '{o}/x'", "copy t to '{o}/x.foo'", "copy t to '{o}/x.ndjson'", "copy t to '{o}/x.csv.gz'",
    "copy t to '{o}/x' stored as csv", "copy t to '{o}/x/' stored as csv", "copy t to '{o}/x.foo' stored as csv", "copy t to '{o}/x.csv' stored as json",
    "copy t to '{o}/x.csv' stored as avro", "copy t to '{o}/x.csv.gz' stored as csv", "copy t to '{o}/x' stored as PARQUET",
    "copy (select a from t where a > 1) to '{o}/x.csv'", "copy (select a, count(*) as n from t group by a order by a) to '{o}/x.csv'",
    "copy (select 1 where false) to '{o}/x.csv'", "copy (select 1 where false) to '{o}/x' stored as csv", "copy (select 1 as q where false) to '{o}/x.json'",
    "copy (values (1, 'q'), (2, null)) to '{o}/x.csv'", "copy (select a from t order by a desc limit 2) to '{o}/x.json'",
    "copy t to '{o}/x.csv' options ('format.has_header' false)", "copy t to '{o}/x.csv' options (format.has_header 'false', format.delimiter ';')",
    "copy t to '{o}/x.csv' options (has_header false)", "copy t to '{o}/x.csv' options (has_header true)", "copy t to '{o}/x.csv' options (header true)",
    "copy t to '{o}/x.csv' options (delimiter '|')", "copy t to '{o}/x.csv' options (format.null_value 'NA')", "copy t to '{o}/x.csv' options (null_value 'a,b')",
    "copy (select 'it''s' as a, 'q' as b) to '{o}/x.csv' options (format.quote '''')", "copy t to '{o}/x.csv' options (format.bogus 'NA')",
    "copy t to '{o}/x.csv' options (format.delimiter 'ab')", "copy t to '{o}/x.csv' options (format.has_header maybe)",
    "copy t to '{o}/x.csv' options (format.quote_style 'always')", "copy t to '{o}/x.csv' options (format.quote_style 'never')",
    "copy (select 'a\"b' as a, 1 as b, null as c) to '{o}/x.csv' options (format.quote_style 'nonnumeric')",
    "copy (select 'a\"b,c' as a) to '{o}/x.csv' options (format.double_quote false, format.escape '\\')",
    "copy (select date '2020-01-02' as d) to '{o}/x.csv' options (format.date_format '%d/%m/%Y')",
    "copy (select timestamp '2020-01-02T03:04:05' as d) to '{o}/x.csv' options (format.timestamp_format '%Y%m%d %H:%M')",
    "copy t to '{o}/x.csv' options (compression 'gzip')", "copy t to '{o}/x' stored as csv options (format.compression 'gzip')",
    "copy t to '{o}/x' stored as json options (format.compression 'zstd')", "copy t to '{o}/x' stored as csv options (compression 'bz2')",
    "copy t to '{o}/x' stored as csv options (format.compression 'xz')", "copy t to '{o}/x.json' options (compression 'xz', compression_level 9)",
    "copy t to '{o}/x.csv' options (compression 'foo')",
    "copy t to '{o}/x' stored as csv partitioned by (g)", "copy t to '{o}/x' stored as parquet partitioned by (g)",
    "copy t to '{o}/x' stored as json partitioned by (g, a)", "copy t to '{o}/x' stored as csv partitioned by (zz)",
    "copy t to '{o}/x' stored as csv partitioned by (a, b, g)", "copy t to '{o}/x.parquet' partitioned by (g)",
    "copy t to '{o}/x' stored as csv partitioned by (g) options (execution.keep_partition_by_columns 'true')",
    "copy t to '{o}/x.csv' options (execution.keep_partition_by_columns true)",
    "copy t to '{o}/x.parquet' options (compression 'snappy')", "copy t to '{o}/x.parquet' options ('compression::a' 'snappy', format.max_row_group_size 2)",
    "copy t to '{o}/x.parquet' options (compression 'foo')", "copy t to '{o}/x.parquet' options (compression 'zstd')",
    "copy t to '{o}/x.parquet' options ('format.metadata::k' 'v', 'metadata::q' 'z')", "copy t to '{o}/x.parquet' options (single_file_output false)",
    "copy t to '{o}/not/there/x.parquet'", "copy zz to '{o}/x.csv'", "copy t to '{o}/x.csv' stored as csv stored as json", "copy t '{o}/x.csv'",
    "copy (select 1/0 from t) to '{o}/x.csv'", "copy (select cast(b as int) from t) to '{o}/x.parquet'", "copy (select [1, 2] as l) to '{o}/x.csv'",
    "copy (select [1, 2] as l, {{'k': 1}} as s) to '{o}/x.json'", "copy (select interval '1 month' as i) to '{o}/x.parquet'",
]  # fmt: skip

INSERTS = [
    "insert into m values (1, 'c')", "insert into m values (1)", "insert into m(b) values ('q')", "insert into m(b, a) values ('q', 4)",
    "insert into m(zz) values (1)", "insert into nono values (1)", "insert into m select a + 1, b from m", "insert into m values ('x', 'y')",
    "insert into m values ('7', 'y')", "insert into m values (1, 2), (3, 4)", "insert into m select a, b from t where a > 5",
    "insert into m select a, b from t order by a desc", "insert into v values (1, 'c')", "insert into m (select a, b from t limit 1)",
    "insert into m select 1/0, 'x'", "insert into m select a, b, g from t",
]  # fmt: skip


def run(package, statement: str, folder: pathlib.Path, inserting: bool):
    """What a statement does: (class of outcome, count, files with their texts or tables)."""
    folder.mkdir()
    ctx = package.SessionContext()
    ctx.from_pydict(DATA, name="t")
    if inserting:
        ctx.from_pydict({"a": [1], "b": ["x"]}, name="m")
        ctx.sql("create view v as select a, b from t")
    try:
        frame = ctx.sql(statement.format(o=folder))
        assert not any(path.is_file() for path in folder.rglob("*")), "it ran before it was collected"
        batches = frame.collect()
    except Exception as error:
        left = [path for path in folder.rglob("*") if path.is_file()]
        return "error", str(error), left, ctx.table("m").to_pydict() if inserting else None
    (batch,) = batches
    assert str(batch.schema) == "count: uint64 not null"
    if inserting:
        return "rows", batch.to_pydict()["count"], [], ctx.table("m").to_pydict()
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = re.sub(r"\b\w{16}(?=[._])", "*", str(path.relative_to(folder)))
            found.setdefault(name, []).append(content(path))
    return "rows", batch.to_pydict()["count"], found, None


def content(path: pathlib.Path):
    if ".parquet" in path.suffix:
        table = pq.read_table(path, partitioning=None)
        metadata = pq.ParquetFile(path).metadata
        chunk = metadata.row_group(0).column(0).compression if table.num_rows else None
        pairs = {key: value for key, value in (metadata.metadata or {}).items() if key != b"ARROW:schema"}
        return table.schema.remove_metadata(), table.to_pydict(), chunk, pairs
    if path.suffix == ".arrow":
        table = pa.ipc.open_file(path).read_all()
        return table.schema, table.to_pydict()
    codec = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}.get(path.suffix)
    data = path.read_bytes()
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.decompress(data)
    if data[:2] == b"\x1f\x8b":
        codec = "gzip"
    elif codec == "gzip":
        codec = None  # named so, but not compressed
    return pa.CompressedInputStream(pa.BufferReader(data), codec).read() if codec else data




@pytest.mark.parametrize("statement", COPIES)
def test_copy_as_the_peer(statement, tmp_path):
    peer = pytest.importorskip("datafusion")
    ours = run(bowstring, statement, tmp_path / "ours", False)
    peers = run(peer, statement, tmp_path / "peers", False)
    if ours[0] == "error":
        assert ours[2] == [], "files of a statement that failed"
        ours, peers = ours[:1], peers[:1]
    assert ours == peers


@pytest.mark.parametrize("statement", INSERTS)
def test_insert_as_the_peer(statement, tmp_path):
    peer = pytest.importorskip("datafusion")
    ours = run(bowstring, statement, tmp_path / "ours", True)
    peers = run(peer, statement, tmp_path / "peers", True)
    assert (ours[0], ours[3]) == (peers[0], peers[3])
    if ours[0] == "rows":
        assert ours[1] == peers[1]


def test_each_collect_runs_it(ctx, tmp_path):
    ctx.from_pydict(DATA, name="t")
    frame = ctx.sql(f"copy t to '{tmp_path}/x/' stored as csv")
    insert = ctx.sql("insert into t select * from t limit 1")
    assert list(tmp_path.iterdir()) == []
    assert ctx.table("t").count() == 3
    for times in (1, 2, 3):
        assert frame.to_pydict() == {"count": [2 + times]}
        assert len(list((tmp_path / "x").iterdir())) == times
        assert insert.to_pydict() == {"count": [1]}
        assert ctx.table("t").count() == 3 + times


def test_every_door_runs_it(ctx, tmp_path):
    def copy(name):
        return ctx.sql(f"copy (select value from range(0, 1000)) to '{tmp_path}/{name}.csv'")

    assert [batch.to_pyarrow().to_pydict() for batch in copy("for")] == [{"count": [1000]}]
    assert pa.table(copy("c stream")).to_pydict() == {"count": [1000]}
    assert copy("count").count() == 1
    assert "1000" in repr(copy("repr"))
    stream = copy("stream").execute_stream()
    assert not (tmp_path / "stream.csv").exists()
    next(stream)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in ("for", "c stream", "count", "repr", "stream")}
    assert copy("more").with_column("twice", bowstring.col("count") * bowstring.lit(2)).to_pydict() == {"count": [1000], "twice": [2000]}


def test_explain(ctx, tmp_path):
    ctx.from_pydict(DATA, name="t")
    rows = ctx.sql(f"explain copy t to '{tmp_path}/x.csv' options (has_header false)").to_pydict()
    assert rows["plan"][0].startswith(f"CopyTo: format=csv output_url={tmp_path}/x.csv options: (has_header false)\n  TableScan: t")
    assert rows["plan"][1].startswith("DataSinkExec: sink=CsvSink(file_groups=[])\n  DataSourceExec: ")
    rows = ctx.sql("explain insert into t values (1, 'q', 2)").to_pydict()
    assert rows["plan"][0].startswith("Dml: op=[Insert Into] table=[t]\n  Projection: ")
    assert rows["plan"][1].startswith("DataSinkExec: ")
    assert list(tmp_path.iterdir()) == []
    assert ctx.table("t").count() == 3


def test_copy_may_be_forbidden(ctx, tmp_path):
    options = bowstring.SQLOptions().with_allow_dml(False)
    with pytest.raises(Exception, match="DML not supported"):
        ctx.sql_with_options(f"copy (select 1) to '{tmp_path}/x.csv'", options)


def test_a_table_can_be_copied_into_its_own_folder(ctx, tmp_path):
    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "1.parquet")
    ctx.register_parquet("t", tmp_path)
    ctx.sql(f"copy t to '{tmp_path}/1.parquet'").collect()
    assert pq.read_table(tmp_path / "1.parquet").to_pydict() == {"a": [1, 2]}


def test_copies_run_at_once(tmp_path):
    import threading

    ctx = SessionContext()
    errors = []

    def copy(i):
        try:
            ctx.sql(f"copy (select value, value % 7 as g from range(0, 50000)) to '{tmp_path}/{i}.parquet'").collect()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=copy, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert [pq.read_metadata(tmp_path / f"{i}.parquet").num_rows for i in range(20)] == [50000] * 20
