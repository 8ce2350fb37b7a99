# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of a plan's operators, after the doors of its frame."""

import pytest
from bowstring import col
from bowstring import functions as f


@pytest.mark.parametrize("door", ["collect", "execute_stream"])
def test_figures_of_the_last_run(ctx, door):
    frame = (
        ctx.from_pydict({"a": [1, 2, 3, 4]}, name="t").filter(col("a") > 1).aggregate([], [f.sum(col("a")).alias("s")])
    )
    before = frame.execution_plan().collect_metrics()
    assert before and all(figures.output_rows is None for _, figures in before)
    list(getattr(frame, door)())
    after = frame.execution_plan().collect_metrics()
    assert [line for line, _ in after] == [line for line, _ in before]
    rows = {line.split(":")[0].strip(): figures.output_rows for line, figures in after}
    assert rows["FilterExec"] == 3 and rows["AggregateExec"] == 1
    for _, figures in after:
        assert isinstance(figures.elapsed_compute, int)
        assert {"output_rows", "elapsed_compute"} <= {metric.name for metric in figures.metrics()}
        assert all(isinstance(metric.labels(), dict) for metric in figures.metrics())
    assert frame.execution_plan().metrics().output_rows == 1


def test_phases_of_a_grouped_aggregate(ctx):
    frame = ctx.from_pydict({"a": [1, 2, 2], "b": [1, 2, 3]}, name="t").aggregate(["a"], [f.sum(col("b"))])
    plan = frame.execution_plan().display_indent().splitlines()
    assert frame.execution_plan().display() == "AggregateExec: mode=FinalPartitioned, gby=[a@0 as a], aggr=[sum(t.b)]\n"
    assert plan[1].startswith("  RepartitionExec: partitioning=Hash([a@0], ")
    assert plan[2] == "    AggregateExec: mode=Partial, gby=[t.a], aggr=[sum(t.b)]"
    frame.collect()
    figures = frame.execution_plan().collect_metrics()
    assert [line for line, _ in figures][0].startswith("AggregateExec: mode=FinalPartitioned")
    assert figures[0][1].output_rows == 2
