# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Plans, to look at."""

from __future__ import annotations

import datetime
import re
import warnings
from typing import Any

__all__ = ["ExecutionPlan", "LogicalPlan", "Metric", "MetricsSet", "PhysicalPartitioning"]


class LogicalPlan:
    """What a frame will do, before it is decided how. Immutable."""

    def __init__(self, plan: Any) -> None:
        self._raw_plan = plan

    def display(self) -> str:
        """The outermost node in one line."""
        return self._raw_plan.display()

    def display_indent(self) -> str:
        """The plan as a tree, an input two blanks further in."""
        return self._raw_plan.display_indent()

    def display_indent_schema(self) -> str:
        """The tree, with each node's columns and types."""
        return self._raw_plan.display_indent_schema()

    def display_graphviz(self) -> str:
        """The plan in Graphviz' language."""
        return self._raw_plan.display_graphviz()

    def inputs(self) -> list[LogicalPlan]:
        return [LogicalPlan(plan) for plan in self._raw_plan.inputs()]

    def to_variant(self) -> Any:
        """The outermost node as an object of its class."""
        from bowstring.plan_nodes import variant_of

        return variant_of(self._raw_plan)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LogicalPlan):
            return False
        return self._raw_plan.equals(other._raw_plan)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return self.display_indent()

    def to_bytes(self, ctx: Any = None) -> bytes:
        """The plan as bytes, which another process can read. Its tables must be files."""
        from bowstring.expr_bytes import dump_plan

        return dump_plan(self._raw_plan, ctx)

    @staticmethod
    def from_bytes(ctx: Any, data: bytes) -> LogicalPlan:
        """The plan again, its files opened by a session; RuntimeError where the bytes are no plan."""
        from bowstring.expr_bytes import load_plan

        return LogicalPlan(load_plan(data, ctx))

    def to_proto(self) -> bytes:
        warnings.warn("LogicalPlan.to_proto is deprecated; use to_bytes instead", DeprecationWarning, stacklevel=2)
        return self.to_bytes()

    @staticmethod
    def from_proto(ctx: Any, data: bytes) -> LogicalPlan:
        warnings.warn("LogicalPlan.from_proto is deprecated; use from_bytes instead", DeprecationWarning, stacklevel=2)
        return LogicalPlan.from_bytes(ctx, data)


class LastRun(list):
    """(line, depth, figures) of each operator in a frame's last run. A run that another reader drives is asked for them when they are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._stream: Any = None
        self.began: datetime.datetime | None = None
        self.ended: datetime.datetime | None = None

    def begin(self) -> None:
        """A run begins now."""
        self.began, self.ended = datetime.datetime.now(datetime.timezone.utc), None

    def watch(self, stream: Any) -> None:
        """The figures of a core stream that somebody else reads."""
        self.begin()
        self._stream = stream

    def finish(self, stream: Any) -> None:
        """The figures of a core stream that was read."""
        self._stream = None
        self.ended = datetime.datetime.now(datetime.timezone.utc)
        self[:] = stream.operators()

    def rows(self) -> list[Any]:
        if self._stream is not None:
            self[:] = self._stream.operators()
        return self


class ExecutionPlan:
    """How a frame will be run: the operators, as EXPLAIN prints them."""

    def __init__(self, plan: Any, frame: Any = None, figures: LastRun | None = None) -> None:
        self._text = plan
        self._frame = frame
        self._figures = LastRun() if figures is None else figures

    @property
    def _lines(self) -> list[str]:
        return [line for line in self._text.splitlines() if line.strip()]

    def display(self) -> str:
        return self._lines[0].strip() + "\n"

    def display_indent(self) -> str:
        return "\n".join(self._lines) + "\n"

    def children(self) -> list[ExecutionPlan]:
        out: list[list[str]] = []
        for line in self._lines[1:]:
            depth = (len(line) - len(line.lstrip())) // 2
            if depth == 1:
                out.append([])
            out[-1].append(line[2:])
        return [ExecutionPlan("\n".join(lines)) for lines in out]

    def _hashed(self) -> tuple[int, list[str]] | None:
        """By what, and into how many partitions, the groups that come out are spread: the plan's own words, the keys as they are named above."""
        for line in map(str.strip, self._lines):
            if line.startswith(("ProjectionExec:", "FilterExec:", "AggregateExec: mode=FinalPartitioned")):
                continue
            found = re.match(r"RepartitionExec: partitioning=Hash\(\[(.*)\], (\d+)\)", line)
            if found is None or self._frame is None:
                return None
            return int(found[2]), self._names_above(found[1].split(", "))
        return None

    def _names_above(self, keys: list[str]) -> list[str]:
        projection = LogicalPlan(self._frame.optimized_logical_plan()).to_variant()
        if type(projection).__name__ != "Projection":
            return keys
        names = self._frame.schema().names
        out = []
        for key in keys:
            name = key.rpartition("@")[0]
            for i, expr in enumerate(projection.projections()):
                inner = expr.to_variant().expr() if expr.variant_name() == "Alias" else expr
                if inner.schema_name() == name or inner.schema_name().endswith("." + name):
                    key = f"{names[i]}@{i}"
                    break
            out.append(key)
        return out

    @property
    def partition_count(self) -> int:
        """Into how many partitions the rows are spread. The groups of an aggregate are all in the first of them."""
        if self._frame is None:
            return 1
        hashed = self._hashed()
        if hashed is not None:
            return hashed[0]
        streams = self._frame.execute_partitioned()
        for stream in streams:
            stream.close()
        return len(streams)

    @property
    def output_partitioning(self) -> PhysicalPartitioning:
        hashed = self._hashed()
        if hashed is not None:
            return PhysicalPartitioning(("Hash", *hashed))
        return PhysicalPartitioning(("UnknownPartitioning", self.partition_count, None))

    def metrics(self) -> MetricsSet | None:
        """Figures of the outermost operator in the last run; none before."""
        return self.collect_metrics()[0][1]

    def collect_metrics(self) -> list[tuple[str, MetricsSet]]:
        """Each operator's line with its figures in the frame's last run, from the root down; without figures where it hasn't run."""
        rows = self._figures.rows()
        if rows:
            partition = 0 if self.partition_count == 1 else None
            return [(line + "\n", MetricsSet(self._metrics_of(line, figures, partition))) for line, _, figures in rows]
        return [(line.strip() + "\n", MetricsSet([])) for line in self._lines]

    def _metrics_of(self, line: str, figures: dict[str, int], partition: int | None) -> list[dict[str, Any]]:
        """An operator's figures; those of spilling where it always counts them, or has spilled."""
        spills = line.lstrip().startswith(("SortExec", "AggregateExec", "RepartitionExec")) or figures.get("spill_count")
        values: dict[str, Any] = {"start_timestamp": self._figures.began, "end_timestamp": self._figures.ended}
        values.update((name, value) for name, value in figures.items() if spills or not name.startswith("spill"))
        return [
            {"name": name, "value": value, "partition": partition} for name, value in values.items() if value is not None
        ]

    def to_bytes(self, ctx: Any = None) -> bytes:
        """The plan as bytes. How it is run is decided anew, by the rules of the session that reads it."""
        from bowstring.expr_bytes import dump_plan

        return dump_plan(self._frame.optimized_logical_plan(), ctx)

    @staticmethod
    def from_bytes(ctx: Any, data: bytes) -> ExecutionPlan:
        """The plan again, its files opened by a session; RuntimeError where the bytes are no plan."""
        from bowstring.expr_bytes import load_plan

        return ctx.create_dataframe_from_logical_plan(LogicalPlan(load_plan(data, ctx))).execution_plan()

    def to_proto(self) -> bytes:
        warnings.warn("ExecutionPlan.to_proto is deprecated; use to_bytes instead", DeprecationWarning, stacklevel=2)
        return self.to_bytes()

    @staticmethod
    def from_proto(ctx: Any, data: bytes) -> ExecutionPlan:
        warnings.warn("ExecutionPlan.from_proto is deprecated; use from_bytes instead", DeprecationWarning, stacklevel=2)
        return ExecutionPlan.from_bytes(ctx, data)

    def __repr__(self) -> str:
        return self.display_indent()


class PhysicalPartitioning:
    """How the rows of a plan are spread over its partitions."""

    def __init__(self, partitioning: tuple[str, int, Any]) -> None:
        self._scheme, self._count, self._hash = partitioning

    @property
    def scheme(self) -> str:
        return self._scheme

    @property
    def partition_count(self) -> int:
        return self._count

    @property
    def hash_expressions(self) -> Any:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhysicalPartitioning) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self._scheme, self._count))

    def __repr__(self) -> str:
        keys = "" if self._hash is None else f"[{', '.join(self._hash)}], "
        return f"{self._scheme}({keys}{self._count})"


class Metric:
    """One figure of one operator."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw

    @property
    def name(self) -> str:
        return self._raw["name"]

    @property
    def value(self) -> int | datetime.datetime | None:
        return self._raw.get("value")

    @property
    def value_as_datetime(self) -> datetime.datetime | None:
        value = self.value
        return value if isinstance(value, datetime.datetime) else None

    @property
    def partition(self) -> int | None:
        return self._raw.get("partition")

    def labels(self) -> dict[str, str]:
        return dict(self._raw.get("labels", {}))

    def __repr__(self) -> str:
        return f"{self.name}={self.value}"


class MetricsSet:
    """The figures of one operator."""

    def __init__(self, raw: Any) -> None:
        self._metrics = [Metric(metric) for metric in raw]

    def metrics(self) -> list[Metric]:
        return list(self._metrics)

    def sum_by_name(self, name: str) -> int | None:
        values = [metric.value for metric in self._metrics if metric.name == name and isinstance(metric.value, int)]
        return sum(values) if values else None

    @property
    def output_rows(self) -> int | None:
        return self.sum_by_name("output_rows")

    @property
    def elapsed_compute(self) -> int | None:
        return self.sum_by_name("elapsed_compute")

    @property
    def spill_count(self) -> int | None:
        return self.sum_by_name("spill_count")

    @property
    def spilled_bytes(self) -> int | None:
        return self.sum_by_name("spilled_bytes")

    @property
    def spilled_rows(self) -> int | None:
        return self.sum_by_name("spilled_rows")

    def __repr__(self) -> str:
        return ", ".join(map(repr, self._metrics))
