# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The summary of a frame's columns: one aggregate over all rows, laid out as one row a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bowstring._load import _core
from bowstring._table_text import _text
from bowstring.expr import Expr, _guard

if TYPE_CHECKING:
    from bowstring.dataframe import DataFrame

_FIGURES = ("count", "null_count", "mean", "std", "min", "max", "median")
_NUMERIC = ("int", "uint", "float", "double", "halffloat", "decimal")


def _numeric(kind: str) -> bool:
    return kind.startswith(_NUMERIC) and "interval" not in kind


def _aggregates(column: Expr, kind: str, i: int) -> list[Expr]:
    from bowstring import functions as f

    out = [f.count(column).alias(f"{i}_count"), f.count_star().alias(f"{i}_rows")]
    if _numeric(kind):
        wide = column.cast(float)
        out += [f.avg(wide).alias(f"{i}_mean"), f.stddev(wide).alias(f"{i}_std"), f.median(wide).alias(f"{i}_median")]
    if not kind.startswith(("bool", "binary", "list", "struct", "map", "large_list", "null")):
        out += [f.min(column).alias(f"{i}_min"), f.max(column).alias(f"{i}_max")]
    return out


def describe(frame: DataFrame) -> DataFrame:
    from bowstring.dataframe import DataFrame

    fields = list(frame.df.schema())
    aggregates: list[Any] = []
    for i, field in enumerate(fields):
        aggregates += [expr.expr for expr in _aggregates(frame.column(field.name), str(field.type), i)]
    batches = _guard(lambda: frame.df.aggregate([], aggregates).collect())
    values = batches[0].to_pylist()[0]
    columns = [_core.Array(list(_FIGURES), _core.DataType("utf8"))]
    out_fields = [_core.Field("describe", _core.DataType("utf8"), True)]
    for i, field in enumerate(fields):
        kind = str(field.type)
        figures = {name: values.get(f"{i}_{name}") for name in _FIGURES}
        figures["null_count"] = values[f"{i}_rows"] - values[f"{i}_count"]
        if _numeric(kind):
            type_ = _core.DataType("double")
            column = [None if figures[name] is None else float(figures[name]) for name in _FIGURES]
        else:
            type_ = _core.DataType("utf8")
            column = ["null" if figures[name] is None else _text(figures[name], kind) for name in _FIGURES]
        columns.append(_core.Array(column, type_))
        out_fields.append(_core.Field(field.name, type_, True))
    batch = _core.RecordBatch.from_columns(columns, _core.Schema(out_fields))
    return DataFrame(_guard(frame.df.session().read_batches, [batch]))
