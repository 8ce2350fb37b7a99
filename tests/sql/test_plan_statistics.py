# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""count, min and max of whole tables are taken from what files say of themselves, and are what reading gives."""

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from peers import session

ROWS = 5000


def table(first):
    span = range(first, first + ROWS)
    return pa.table(
        {
            "id": pa.array(span, pa.int64()),
            "i8": pa.array([None if i % 7 == 0 else i % 100 - 50 for i in span], pa.int8()),
            "u64": pa.array([(1 << 63) + i for i in span], pa.uint64()),
            "f": pa.array([float("nan") if i == 3 else i / 8 for i in span], pa.float64()),
            "d": pa.array([datetime.date(1970, 1, 1) + datetime.timedelta(days=i * 3 - 7000) for i in span]),
            "ts": pa.array([i * 1000003 - 10**12 for i in span], pa.timestamp("us", "UTC")),
            "m": pa.array([decimal.Decimal(i * 37 % 1009) / 100 for i in span], pa.decimal128(12, 2)),
            "s": pa.array([None if i % 11 == 0 else f"text {i * 31 % 997}" for i in span]),
            "long": pa.array(["x" * 200 + str(i * 31 % 997) for i in span]),
            "b": pa.array([i % 3 == 0 for i in span]),
            "none": pa.nulls(ROWS, pa.int32()),
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("files")
    for part, first in enumerate((0, -3000, 20000)):
        pq.write_table(table(first), path / f"{part}.parquet", row_group_size=1500)
    return path


def both(path, calls):
    ctx = session({})
    ctx.register_parquet("t", str(path))
    told = ctx.sql(f"select {calls} from t")
    read = ctx.sql(f"select {calls} from t where id is not null")
    assert "PlaceholderRowExec" not in read.execution_plan().display_indent()
    assert str(told.to_pylist()) == str(read.to_pylist())  # NaN too
    assert told.schema() == read.schema()
    return "PlaceholderRowExec" in told.execution_plan().display_indent()


@pytest.mark.parametrize(
    "calls",
    [
        "count(*) as n",
        "count(i8) as a, count(s) as b, count(none) as c, count(1) as d",
        "min(id) as a, max(id) as b, min(i8) as c, max(i8) as d, min(u64) as e, max(u64) as f",
        "min(d) as a, max(d) as b, min(ts) as c, max(ts) as d, min(m) as e, max(m) as f",
        "min(s) as a, max(s) as b",
    ],
)
def test_told(folder, calls):
    assert both(folder, calls)


@pytest.mark.parametrize(
    "calls",
    [
        "min(f) as a, max(f) as b",
        "min(none) as a, max(none) as b",
        "min(id + 1) as a",
        "count(distinct id) as a",
        "count(*) filter (where id > 5) as a",
        "sum(id) as a, count(*) as b",
        "min(id) as a, avg(id) as b",
    ],
)
def test_read(folder, calls):
    assert not both(folder, calls)


def test_without_statistics(folder, tmp_path):
    pq.write_table(table(0), tmp_path / "bare.parquet", write_statistics=False)
    assert not both(tmp_path, "min(id) as a, max(s) as b")
    assert both(tmp_path, "count(*) as a")


def test_limits_and_filters_read(folder):
    ctx = session({})
    ctx.register_parquet("t", str(folder))
    assert ctx.sql("select count(*) as n from (select * from t limit 7)").to_pylist() == [{"n": 7}]
    assert ctx.sql("select max(id) as n from t where id < 100").to_pylist() == [{"n": 99}]
    assert ctx.sql("select max(id) as n from (select id from t union all select 99999)").to_pylist() == [{"n": 99999}]


def test_an_empty_file(tmp_path):
    pq.write_table(table(0).slice(0, 0), tmp_path / "empty.parquet")
    both(tmp_path, "count(*) as n, count(s) as c")
    both(tmp_path, "min(id) as a, max(s) as b")


def test_a_table_in_memory_that_changes():
    ctx = session({"t": table(0)})
    ctx.sql("create table m as select id from t").collect()
    assert ctx.sql("select count(*) as n from m").to_pylist() == [{"n": ROWS}]
    ctx.sql("delete from m where id < 10").collect()
    ctx.sql("insert into m values (1), (2)").collect()
    assert ctx.sql("select count(*) as n from m").to_pylist() == [{"n": ROWS - 8}]
