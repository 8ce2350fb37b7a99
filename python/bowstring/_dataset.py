# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Tables whose rows come from Python: pyarrow datasets, and objects with a ``scan`` method. Projection and filters go down to them."""

from __future__ import annotations

from typing import Any

from bowstring import _arrow
from bowstring._load import _core
from bowstring.expr import Expr

_COMPARISONS = {"=": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


class _Unknown(Exception):
    """An expression that pyarrow can't say."""


def _pyarrow_expression(expr: Expr, names: set[str]) -> Any:
    """A filter as pyarrow's expression; _Unknown where it has none that means the same."""
    import pyarrow.dataset as ds

    kind = expr.variant_name()
    if kind == "Column":
        name = expr.expr.facts()["name"]
        if name not in names:
            raise _Unknown(name)
        return ds.field(name)
    if kind == "Literal":
        value = expr.python_value()
        if not value.is_valid:
            raise _Unknown("NULL")
        return ds.scalar(_plain(value))
    operands = [Expr(child) for child in expr.expr.children()]
    if kind == "BinaryExpr":
        op = expr.expr.facts()["op"].upper()
        left = _pyarrow_expression(operands[0], names)
        right = _pyarrow_expression(operands[1], names)
        if op == "AND":
            return left & right
        if op == "OR":
            return left | right
        if op in _COMPARISONS:
            return getattr(left, _COMPARISONS[op])(right)
        raise _Unknown(op)
    if kind == "Not":
        return ~_pyarrow_expression(operands[0], names)
    if kind == "IsNull":
        return _column(operands[0], names).is_null()
    if kind == "IsNotNull":
        return _column(operands[0], names).is_valid()
    if kind == "Between":
        value, low, high = (_pyarrow_expression(one, names) for one in operands[:3])
        out = (value >= low) & (value <= high)
        return ~out if expr.expr.facts().get("negated") else out
    if kind == "InList":
        if any(one.variant_name() != "Literal" for one in operands[1:]):
            raise _Unknown("a list of expressions")
        values = [one.python_value() for one in operands[1:]]
        if not all(value.is_valid for value in values) or expr.expr.facts().get("negated"):
            raise _Unknown("NOT IN, or NULL in a list")
        return _column(operands[0], names).isin([value.as_py() for value in values])
    raise _Unknown(kind)


def _column(expr: Expr, names: set[str]) -> Any:
    if expr.variant_name() != "Column":
        raise _Unknown("a test of an expression")
    return _pyarrow_expression(expr, names)


def _plain(value: Any) -> Any:
    # pyarrow compares text with text of the same kind only.
    import pyarrow as pa

    if pa.types.is_string_view(value.type) or pa.types.is_large_string(value.type):
        return value.cast(pa.string())
    return value


class _DatasetSource:
    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self._names = set(dataset.schema.names)

    def can_filter(self, expr: Any) -> bool:
        try:
            expression = _pyarrow_expression(Expr(expr), self._names)
            # pyarrow says what it can't compare when it binds: on no rows here.
            self._dataset.schema.empty_table().filter(expression)
        except Exception:
            return False
        return True

    def _filter(self, filters: list[Any]) -> Any:
        out = None
        for expr in filters:
            one = _pyarrow_expression(Expr(expr), self._names)
            out = one if out is None else out & one
        return out

    def describe(self, filters: list[Any]) -> str:
        expression = self._filter(filters)
        return "" if expression is None else f"filter_expr={expression}"

    def scan(self, columns: list[str], filters: list[Any], limit: int | None) -> Any:
        return self._dataset.scanner(
            columns=columns, filter=self._filter(filters), use_threads=False, batch_readahead=2, fragment_readahead=1
        ).to_reader()


class _ProvidedSource:
    """An object with ``schema`` and ``scan(columns, filters, limit)``; with ``can_filter(expr)`` filters are handed down too."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def can_filter(self, expr: Any) -> bool:
        ask = getattr(self._table, "can_filter", None)
        return ask is not None and bool(ask(Expr(expr)))

    def describe(self, filters: list[Any]) -> str:
        return type(self._table).__name__

    def scan(self, columns: list[str], filters: list[Any], limit: int | None) -> Any:
        return self._table.scan(columns, [Expr(expr) for expr in filters], limit)


def dataset_table(dataset: Any) -> Any:
    """A core table over a pyarrow dataset."""
    return _core.SessionContext.python_table(_DatasetSource(dataset), _arrow.schema_in(dataset.schema), "dataset")


def provided_table(table: Any) -> Any:
    """A core table over an object of the user's class."""
    schema = table.schema() if callable(table.schema) else table.schema
    return _core.SessionContext.python_table(_ProvidedSource(table), _arrow.schema_in(schema), "python")
