# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Everything but the doors into pyarrow and pandas works where neither is installed."""

import os
import site
import sysconfig
from pathlib import Path

import bowstring
import pytest

LEFT_OUT = ("pyarrow", "pandas", "datafusion", "__pycache__")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment with this package and nanoarrow, but without pyarrow."""
    folder = tmp_path_factory.mktemp("bare")
    packages = [sysconfig.get_paths()["purelib"], *site.getsitepackages()]
    for place in packages:
        for entry in Path(place).iterdir():
            if entry.name.startswith(("nanoarrow",)) and not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(bowstring.__file__).parents[1]), str(folder)])}


def test_without_pyarrow(run_program, bare):
    run_program(
        """
        import datetime, decimal, sys
        import bowstring
        from bowstring import col, lit
        assert "pyarrow" not in sys.modules
        ctx = bowstring.SessionContext()
        data = {"a": [1, 2, None], "s": ["x", None, "z"], "d": [datetime.date(2020, 1, 1)] * 3, "m": [decimal.Decimal("1.50")] * 3, "l": [[1], None, []]}
        frame = ctx.from_pydict(data)
        assert frame.to_pydict() == data
        assert frame.to_pylist()[1] == {name: values[1] for name, values in data.items()}
        assert frame.count() == 3
        assert isinstance(frame.schema(), bowstring.Schema)
        assert frame.schema().names == list(data)
        batches = frame.collect()
        assert isinstance(batches[0], bowstring.RecordBatch) and isinstance(frame.collect_partitioned()[0][0], bowstring.RecordBatch)
        assert batches[0].column("a").to_pylist() == data["a"]
        assert [b.num_rows for b in frame] == [3]
        frame.show()
        assert "| a " in repr(frame)
        assert frame.collect_column("s").to_pylist() == data["s"]
        assert frame.filter(col("a") > lit(1)).select((col("a") * 1.5).alias("x")).to_pylist() == [{"x": 3.0}]
        assert str(frame.select(col("a").cast(bowstring.DataType("float")).alias("f")).schema().field(0).type) == "float"
        assert ctx.from_pylist([{"a": 1}, {"a": 2.5, "b": "q"}]).to_pylist() == [{"a": 1.0, "b": None}, {"a": 2.5, "b": "q"}]
        assert ctx.sql("SELECT $v AS v", param_values={"v": 3}).to_pylist() == [{"v": 3}]
        assert lit(3).python_value() == 3
        plus = bowstring.udf(lambda x: bowstring.Array([v and v + 1 for v in x]), [int], int, "immutable", "plus")
        assert frame.select(plus(col("a")).alias("p")).to_pydict() == {"p": [2, 3, None]}
        import nanoarrow
        assert len(nanoarrow.ArrayStream(frame).read_all()) == 3
        assert ctx.from_arrow(nanoarrow.ArrayStream(frame)).count() == 3
        for call in (frame.to_arrow_table, frame.to_pandas, lambda: ctx.from_pandas(None), batches[0].to_pyarrow):
            try:
                call()
                raise SystemExit("no ImportError")
            except ImportError as error:
                assert "pyarrow" in str(error)
        assert "pyarrow" not in sys.modules
        """,
        arguments=("-S",),
        env=bare,
    )


def test_pyarrow_is_imported_on_first_need_only(run_program):
    run_program(
        """
        import sys
        import bowstring
        ctx = bowstring.SessionContext()
        stream = ctx.range(10).execute_stream()
        assert [row["value"] for batch in stream for row in batch.to_pylist()] == list(range(10))
        assert ctx.range(10).count() == 10
        ctx.range(3).show()
        assert not {"pyarrow", "pandas", "asyncio", "numpy"} & set(sys.modules)
        """
    )
