# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""input_file_name() and file_row_index(): of the rows where they are read, whatever is left of them above."""

from __future__ import annotations

import pytest
from bowstring import SessionContext, col
from bowstring import functions as f

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def folder(tmp_path):
    pq.write_table(pa.table({"a": list(range(5000))}), tmp_path / "x.parquet", row_group_size=700)
    pq.write_table(pa.table({"a": list(range(3000))}), tmp_path / "y.parquet", row_group_size=1000)
    return tmp_path


@pytest.fixture
def ctx(folder):
    ctx = SessionContext()
    ctx.register_parquet("p", str(folder))
    return ctx


def test_every_row(ctx):
    both = ctx.sql("select count(*) as n, sum(case when file_row_index() = a then 1 else 0 end) as same from p")
    assert both.to_pylist() == [{"n": 8000, "same": 8000}]


def test_filtered_and_grouped(ctx, folder):
    of_each = ctx.sql(
        "select input_file_name() as name, count(*) as n, max(file_row_index()) as m from p"
        " where a % 7 = 3 and file_row_index() % 2 = 0 group by 1 order by 1"
    )
    names = [str(folder / name).lstrip("/") for name in ("x.parquet", "y.parquet")]
    expected = [[a for a in range(n) if a % 7 == 3 and a % 2 == 0] for n in (5000, 3000)]
    assert of_each.to_pylist() == [
        {"name": name, "n": len(rows), "m": rows[-1]} for name, rows in zip(names, expected, strict=True)
    ]


def test_above_other_nodes(ctx):
    last = ctx.table("p").sort(col("a").sort(ascending=False)).limit(1)
    assert last.select("a", f.file_row_index().alias("i")).to_pylist() == [{"a": 4999, "i": 4999}]
    some = ctx.table("p").filter(f.file_row_index() == 4000)
    assert some.schema().names == ["a"]
    assert some.to_pylist() == [{"a": 4000}]
    assert ctx.sql("select i from (select a, file_row_index() as i from p) where a > 4997 order by i").to_pydict() == {
        "i": [4998, 4999]
    }


def test_other_formats(tmp_path):
    ctx = SessionContext()
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "t.json").write_text('{"a": 1}\n')
    with pa.ipc.new_file(tmp_path / "t.arrow", pa.schema([("a", pa.int64())])) as writer:
        writer.write_table(pa.table({"a": [1]}))
    for frame, name in (
        (ctx.read_csv(str(tmp_path / "t.csv")), "t.csv"),
        (ctx.read_json(str(tmp_path / "t.json")), "t.json"),
        (ctx.read_arrow(str(tmp_path / "t.arrow")), "t.arrow"),
    ):
        assert frame.select("a", f.input_file_name().alias("n")).to_pylist() == [
            {"a": 1, "n": str(tmp_path / name).lstrip("/")}
        ]
        with pytest.raises(Exception, match=r"file_row_index\(\) is source dependent and cannot be evaluated directly"):
            frame.select(f.file_row_index()).collect()


def test_no_file(ctx):
    for frame in (ctx.from_pydict({"a": [1]}), ctx.sql("select p.a from p join p q on p.a = q.a")):
        with pytest.raises(Exception, match=r"input_file_name\(\) is source dependent"):
            frame.select(f.input_file_name()).collect()
