# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""A failure at batch k of any operator, source or sink reaches the consumer as an error, through every door: never fewer rows.

The failure is injected where a task hands a batch on, so that no operator can be missed; a test looks that all have been met.
A sample of k plainly; every k with BOWSTRING_FULL=1."""

import ctypes
import os
import re
from pathlib import Path

import bowstring
import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext

FULL = os.environ.get("BOWSTRING_FULL") == "1"
ROWS = 60000

QUERIES = {
    "filter": f"SELECT value, value * 2 AS w FROM range(0, {ROWS}) WHERE value % 3 = 1",
    "aggregate": f"SELECT value % 9001 AS k, sum(value) AS s, count(*) AS n FROM range(0, {ROWS}) GROUP BY value % 9001",
    "count distinct": f"SELECT count(DISTINCT value % 977) AS n FROM range(0, {ROWS})",
    "shared part": f"WITH q AS (SELECT value % 9001 AS k, sum(value) AS s FROM range(0, {ROWS}) GROUP BY value % 9001) "
    "SELECT a.k, b.s FROM q a JOIN q b ON a.k = b.k + 1",
    "distinct": f"SELECT DISTINCT value % 9001 AS v FROM range(0, {ROWS})",
    "sort": f"SELECT value FROM range(0, {ROWS}) ORDER BY value * 7919 % 10007, value",
    "top": f"SELECT value FROM range(0, {ROWS}) ORDER BY value % 97 DESC, value LIMIT 20000",
    "few": f"SELECT value FROM range(0, {ROWS}) ORDER BY value % 97 DESC, value LIMIT 10",
    "join": f"SELECT a.value, b.value AS w FROM range(0, {ROWS}) a JOIN range(0, 20000) b ON a.value = b.value * 2",
    "full join": "SELECT a.value, b.value AS w FROM range(0, 30000) a FULL JOIN range(10000, 50000) b ON a.value = b.value",
    "loop join": "SELECT a.value, b.value AS w FROM range(0, 300) a JOIN range(0, 300) b ON a.value < b.value",
    "cross join": "SELECT a.value, b.value AS w FROM range(0, 300) a, range(0, 300) b",
    "window top": f"SELECT value FROM range(0, {ROWS}) QUALIFY row_number() OVER (PARTITION BY value % 10 ORDER BY value DESC) <= 3",
    "window": f"SELECT value, row_number() OVER (PARTITION BY value % 10 ORDER BY value DESC) AS r FROM range(0, {ROWS})",
    "union all": f"SELECT value FROM range(0, {ROWS}) UNION ALL SELECT value FROM range(0, {ROWS})",
    "except": f"SELECT value FROM range(0, {ROWS}) EXCEPT SELECT value * 2 FROM range(0, {ROWS})",
    "limit inside": f"SELECT count(*) AS n FROM (SELECT value FROM range(0, {ROWS}) LIMIT 30000 OFFSET 10000) t",
    "unnest": "SELECT unnest([value, value + 1, value + 2]) AS u FROM range(0, 20000)",
    "scalar": f"SELECT (SELECT max(value) FROM range(0, 1000)) AS m, value FROM range(0, {ROWS})",
    "recursive": "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 30) SELECT n FROM t",
}


class Faults:
    """The fault point of the engine's tasks."""

    def __init__(self):
        library = ctypes.CDLL(self.library())
        self.set = library.bowstring_test_set_fault
        self.set.argtypes = [ctypes.c_char_p, ctypes.c_int64]
        self.clear = library.bowstring_test_clear_fault
        self.batches = library.bowstring_test_fault_batches
        self.batches.restype = ctypes.c_int64
        self.fired = library.bowstring_test_fault_fired
        self.names = library.bowstring_test_fault_names
        self.names.restype = ctypes.c_char_p

    @staticmethod
    def library() -> str:
        with open("/proc/self/maps") as maps:
            paths = {line.split(maxsplit=5)[5].strip() for line in maps if "bowstring" in line and ".so" in line}
        for path in sorted(paths):
            try:
                ctypes.CDLL(path).bowstring_test_set_fault  # noqa: B018
            except AttributeError:
                continue
            return path
        raise RuntimeError("no library of ours has the fault point")


@pytest.fixture(scope="module")
def faults():
    made = Faults()
    yield made
    made.clear()


@pytest.fixture(scope="module")
def session():
    return SessionContext(SessionConfig().with_batch_size(8192), RuntimeEnvBuilder())


def by_duckdb(frame):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        return sum(len(row) > 0 for row in connection.execute("SELECT * FROM frame").fetchall())


def by_duckdb_stream(frame):
    duckdb = pytest.importorskip("duckdb")
    stream = frame.execute_stream()  # noqa: F841
    with duckdb.connect() as connection:
        return connection.execute("SELECT count(*) FROM stream").fetchone()[0]


def by_pyarrow_batches(frame):
    pa = pytest.importorskip("pyarrow")
    return sum(batch.num_rows for batch in pa.RecordBatchReader.from_stream(frame))


def by_pandas(frame):
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    return len(pa.RecordBatchReader.from_stream(frame).read_pandas())


def by_nanoarrow(frame):
    return len(pytest.importorskip("nanoarrow").ArrayStream(frame).read_all())


def by_partitions(frame):
    return sum(batch.num_rows for stream in frame.execute_stream_partitioned() for batch in stream)


def by_sink(frame):
    rows = []
    total = frame.sink(lambda batch: rows.append(batch.num_rows))
    assert sum(rows) == total
    return total


def by_async(frame):
    import asyncio

    async def read():
        return sum([batch.num_rows async for batch in frame])

    return asyncio.run(read())


CONSUMERS = {
    "for": lambda frame: sum(batch.num_rows for batch in frame),
    "async for": by_async,
    "partitions": by_partitions,
    "collect": lambda frame: sum(batch.num_rows for batch in frame.collect()),
    "count": lambda frame: frame.count(),
    "sink": by_sink,
    "to_pydict": lambda frame: len(next(iter(frame.to_pydict().values()))),
    "pyarrow.table": lambda frame: pytest.importorskip("pyarrow").table(frame).num_rows,
    "pyarrow batches": by_pyarrow_batches,
    "polars": lambda frame: pytest.importorskip("polars").DataFrame(frame).height,
    "to_polars": lambda frame: frame.to_polars().height,
    "duckdb": by_duckdb,
    "duckdb on a stream": by_duckdb_stream,
    "pandas": by_pandas,
    "to_pandas": lambda frame: len(frame.to_pandas()),
    "nanoarrow": by_nanoarrow,
    "parquet": None,
}


def rows_of_parquet(path):
    rows = pytest.importorskip("pyarrow.parquet").read_metadata(path).num_rows
    path.unlink()
    return rows


def by_parquet(frame, folder):
    frame.write_parquet(str(folder / "out.parquet"))
    return rows_of_parquet(folder / "out.parquet")


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_no_door_loses_rows(consumer, faults, session, tmp_path):
    read = CONSUMERS[consumer] or (lambda frame: by_parquet(frame, tmp_path))
    tried = failed = 0
    for name, sql in QUERIES.items():
        if consumer in ("duckdb", "to_pydict") and not FULL and name not in ("filter", "sort", "join", "window"):
            continue
        frame = session.sql(sql)
        faults.clear()
        want = read(frame)
        faults.set(b"", 1 << 60)
        assert read(frame) == want
        batches, k = faults.batches(), 0
        while k < batches:
            faults.set(b"", k)
            try:
                rows = read(frame)
            except Exception as error:
                assert "injected failure" in str(error), (name, k, repr(error))
                failed += 1
                # The row with the count comes behind the rename: what fails there leaves the file, and leaves it whole.
                if "DataSinkExec" not in str(error):
                    assert not (tmp_path / "out.parquet").exists()
                elif (tmp_path / "out.parquet").exists():
                    assert rows_of_parquet(tmp_path / "out.parquet") == want
            else:
                # Work that nobody needed any more (look-ahead behind a limit, a column that count() doesn't read).
                assert rows == want, (name, k, rows, want)
                assert not faults.fired() or "LIMIT" in sql or consumer == "count", (name, k)
            tried += 1
            k += 1 if FULL else 1 + k
        faults.clear()
        assert read(frame) == want, name
    assert failed > len(QUERIES) // 4 and tried >= failed


def test_every_operator_was_met(faults, session):
    """Operators and sinks by the names in the source: a new one must get a query above."""
    source = Path(__file__).resolve().parents[2] / "src" / "exec"
    if not source.is_dir():
        pytest.skip("without the source")
    declared = set()
    for file in source.glob("*.cc"):
        if file.name.endswith("_test.cc"):
            continue
        text = file.read_text()
        constants = dict(re.findall(r'constexpr const char\* (k\w+) = "([^"]+)";', text))
        for found in re.findall(r"std::string name\(\) const override \{ return ([^;]+); \}", text):
            declared.update(re.findall(r'"([^"]+)"', found) or [constants[found]])
    faults.set(b"", 1 << 60)
    for sql in QUERIES.values():
        session.sql(sql).collect()
    faults.clear()
    met = set(faults.names().decode().splitlines())
    assert len(declared) > 12
    assert declared - met == set()


@pytest.mark.parametrize("door", ["for", "c stream", "polars", "duckdb", "one of many"])
def test_stats_are_what_the_consumer_counted(door, session):
    frame = session.sql(f"SELECT value, value * 2 AS w FROM range(0, {ROWS}) WHERE value % 3 = 1")
    streams = frame.execute_stream_partitioned() if door == "one of many" else [frame.execute_stream()]
    total = 0
    for stream in streams:
        assert not stream.complete and stream.stats.rows == 0
        rows = batches = None
        if door in ("for", "one of many"):
            sizes = [batch.num_rows for batch in stream]
            rows, batches = sum(sizes), len(sizes)
        elif door == "c stream":
            pa = pytest.importorskip("pyarrow")
            sizes = [batch.num_rows for batch in pa.RecordBatchReader.from_stream(stream)]
            rows, batches = sum(sizes), len(sizes)
        elif door == "polars":
            rows = pytest.importorskip("polars").DataFrame(stream).height
        else:
            rows = pytest.importorskip("duckdb").sql("SELECT count(*) FROM stream").fetchall()[0][0]
        stats = stream.stats
        assert stream.complete and stats.complete
        assert stats.rows == rows
        assert batches is None or stats.batches == batches
        assert abs(stats.bytes - rows * 16) <= stats.batches * 4096
        assert rows == 0 or stats.first_batch_ns > 0
        total += rows
    assert total == ROWS // 3


def test_a_stream_that_ended_early_is_not_complete(session):
    pa = pytest.importorskip("pyarrow")
    stream = session.range(1 << 40).execute_stream()
    reader = pa.RecordBatchReader.from_stream(stream)
    first = reader.read_next_batch().num_rows
    assert not stream.complete and stream.stats.rows == first
    stream.cancel()
    with pytest.raises(Exception, match="cancel"):
        while True:
            reader.read_next_batch()
    assert not stream.complete
    with pytest.raises(Exception, match="cancel"):  # it stays so
        reader.read_next_batch()
    assert not stream.complete


def test_spilling_is_counted():
    ctx = SessionContext(SessionConfig(), RuntimeEnvBuilder().with_fair_spill_pool(16 << 20).with_disk_manager_os())
    stream = ctx.sql(
        "SELECT value, value * 3 AS v FROM range(0, 2000000) ORDER BY value * 7919 % 1000003, value"
    ).execute_stream()
    assert sum(batch.num_rows for batch in stream) == 2000000
    stats = stream.stats
    assert stats.spill_count > 0 and stats.spilled_bytes > 1 << 20
    assert 1 << 20 < stats.peak_bytes <= 16 << 20
    assert bowstring.SessionContext().range(10).execute_stream().stats.spill_count == 0
