# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Frames as text and as HTML."""

import datetime as dt
import decimal

import pytest
from bowstring import SessionContext, configure_formatter, lit
from bowstring.dataframe_formatter import DataFrameHtmlFormatter, get_formatter, reset_formatter, set_formatter

pa = pytest.importorskip("pyarrow")


@pytest.fixture(autouse=True)
def default_formatter():
    reset_formatter()
    yield
    reset_formatter()


def shown(frame, capsys):
    capsys.readouterr()
    frame.show()
    return capsys.readouterr().out


def test_show(ctx, capsys):
    frame = ctx.from_pydict({"a": [1, None], "s": ["x", "long"]})
    assert (
        shown(frame, capsys)
        == "DataFrame()\n+---+------+\n| a | s    |\n+---+------+\n| 1 | x    |\n|   | long |\n+---+------+\n"
    )
    assert shown(frame.filter(lit(False)), capsys) == "DataFrame has no rows\n"


def test_an_empty_batch_shows_its_header(ctx, capsys):
    empty = pa.record_batch([pa.array([], pa.int32())], names=["a"])
    frame = ctx.create_dataframe([[empty]])
    assert shown(frame, capsys) == "DataFrame()\n+---+\n| a |\n+---+\n+---+\n"
    assert frame.collect() == [empty]
    assert [batch.num_rows for batch in frame] == [0]
    assert frame.collect_partitioned() == [[empty]]
    assert repr(frame) == frame._repr_html_() == "No data to display"
    assert frame.filter("a > 1").collect() == []
    assert ctx.create_dataframe([[empty, pa.record_batch({"a": pa.array([1], pa.int32())})]]).to_pydict() == {"a": [1]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1e20, "1e20"),
        (float("nan"), "NaN"),
        (True, "true"),
        (b"\x01\xff", "01ff"),
        (dt.date(2020, 1, 1), "2020-01-01"),
        (dt.datetime(2020, 1, 1, 1, 2, 3), "2020-01-01T01:02:03"),
        (dt.datetime(2020, 1, 1, 1, 2, 3, 4000), "2020-01-01T01:02:03.004"),
        (dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc), "2020-01-01T00:00:00Z"),
        (dt.timedelta(days=1, seconds=5), "PT86405S"),
        (decimal.Decimal("1.50"), "1.50"),
        ([1, None], "[1, ]"),
        ({"k": 1, "z": "q"}, "{k: 1, z: q}"),
    ],
)
def test_values(ctx, capsys, value, text):
    assert f"| {text} " in shown(ctx.from_pydict({"x": [value]}), capsys)


def test_repr_is_cut(ctx):
    text = repr(ctx.range(1000))
    assert text.startswith("DataFrame()\n+-------+")
    assert text.endswith("Data truncated.")
    assert text.count("\n") == 15
    assert not repr(ctx.range(10)).endswith("Data truncated.")
    assert repr(ctx.range(0)) == "No data to display"


def test_repr_of_an_endless_frame_returns(ctx):
    assert "Data truncated" in repr(ctx.range(2**40))


def test_html(ctx):
    frame = ctx.from_pydict({"a": ["<b>bold</b>", "x" * 100]})
    page = frame._repr_html_()
    assert "df-styles" in page and "<style" not in page
    assert "&lt;b&gt;bold" in page and "<b>bold" not in page
    assert "expandable-container" in page
    assert "max-width: 1000px" in page and "max-height: 300px" in page
    assert page.count("<table") == 1
    configure_formatter(enable_cell_expansion=False, max_width=77)
    page = frame._repr_html_()
    assert "expandable-container" not in page.split("<table")[1] and "x" * 100 in page and "max-width: 77px" in page
    assert ctx.range(0)._repr_html_() == "No data to display"
    assert "Data truncated due to size." in ctx.range(1000)._repr_html_()
    configure_formatter(show_truncation_message=False)
    assert "Data truncated" not in ctx.range(1000)._repr_html_()


def test_own_cells(ctx):
    frame = ctx.from_pydict({"a": [1]})
    get_formatter().register_formatter(int, lambda value: f"<i>{value}</i>")
    assert "<i>1</i>" in frame._repr_html_()
    get_formatter().set_custom_cell_builder(lambda value, row, column, table: f"<td>cell {value} {row} {column}</td>")
    get_formatter().set_custom_header_builder(lambda field: f"<th>head {field.name}</th>")
    page = frame._repr_html_()
    assert "<td>cell 1 1 0</td>" in page and "<th>head a</th>" in page


def test_parameters_are_checked():
    for name in ("max_cell_length", "max_width", "max_height", "max_memory_bytes", "min_rows", "max_rows"):
        with pytest.raises(ValueError, match=f"{name} must be a positive integer"):
            DataFrameHtmlFormatter(**{name: 0})
    with pytest.raises(ValueError, match="min_rows must be less than or equal to max_rows"):
        DataFrameHtmlFormatter(min_rows=5, max_rows=4)
    with pytest.raises(ValueError, match="Invalid formatter parameters"):
        configure_formatter(colour="red")
    for wrong in ({"enable_cell_expansion": 1}, {"custom_css": 3}, {"style_provider": object()}):
        with pytest.raises(TypeError):
            DataFrameHtmlFormatter(**wrong)
    with pytest.warns(DeprecationWarning, match="repr_rows parameter is deprecated"):
        formatter = DataFrameHtmlFormatter(repr_rows=20)
    with pytest.warns(DeprecationWarning, match="repr_rows is deprecated"):
        formatter.repr_rows = 21
    assert formatter.repr_rows == formatter.max_rows == 21
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError, match="Cannot specify both"):
        DataFrameHtmlFormatter(repr_rows=20, max_rows=20)
    with pytest.raises(TypeError, match="Schema must be provided"):
        DataFrameHtmlFormatter().format_html([], None)


def test_set_formatter(ctx):
    mine = DataFrameHtmlFormatter(min_rows=2, max_rows=2)
    set_formatter(mine)
    assert get_formatter() is mine
    assert repr(ctx.range(1000)).count("\n") == 7


def test_plans_of_statements_about_plans(ctx):
    ctx.sql("CREATE TABLE t AS VALUES (1)")
    for sql, name in (("EXPLAIN SELECT 1", "ExplainExec"), ("EXPLAIN ANALYZE SELECT 1", "AnalyzeExec"), ("DESCRIBE t", "DataSourceExec")):
        plan = ctx.sql(sql).execution_plan()
        assert plan.display().startswith(name)
        assert sum(batch.num_rows for batch in ctx.execute(plan, 0)) > 0
    with pytest.raises(Exception, match="Nested EXPLAINs are not supported"):
        ctx.sql("EXPLAIN SELECT 1").explain()
    with pytest.raises(ValueError, match="one of indent, tree, pgjson, graphviz"):
        ctx.table("t").explain(format="nope")


def test_explain(ctx, capsys):
    ctx.range(10).explain()
    text = capsys.readouterr().out
    assert "logical_plan" in text and "physical_plan" in text
    with pytest.raises(ValueError):
        ctx.range(10).explain(analyze=True, show_statistics=True)


def test_cells_are_written_as_python_writes_them():
    page = SessionContext().from_pydict({"b": [True, None], "s": [{"k": 1}, None]})._repr_html_()
    assert [page.count(f">{text}</td>") for text in ("True", "None", "{'k': 1}")] == [1, 2, 1]


def test_parts_of_a_page_may_be_overridden(ctx):
    class Own(DataFrameHtmlFormatter):
        def _build_table_header(self, schema):
            return [f"<thead><tr><th>{'|'.join(field.name for field in schema)}</th></tr></thead>"]

        def _format_cell_value(self, value):
            return f"<b>{value}</b>"

        def _build_expandable_cell(self, formatted_value, row_count, col_idx, table_uuid):
            return f"<td class='long'>{row_count},{col_idx},{table_uuid}:{formatted_value}</td>"

    df = ctx.from_pydict({"a": ["x", "y" * 40], "b": [1, 2]})
    page = Own().format_html(df.collect(), df.schema(), table_uuid="id")
    assert "<th>a|b</th>" in page
    assert "<b>x</b></td>" in page
    assert f"<td class='long'>2,0,id:<b>{'y' * 40}</b></td>" in page
    assert "'><b>2</b></td>" in page


def test_a_cut_text_stays_escaped(ctx):
    df = ctx.from_pydict({"a": ["<" * 30]})
    page = df._repr_html_()
    assert f">{'&lt;' * 25}</span>" in page
    assert f">{'&lt;' * 30}</span>" in page
