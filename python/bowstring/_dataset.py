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


def _pyarrow_expression(expr: Expr, schema: Any, beside: Any = None) -> Any:
    """A filter as pyarrow's expression; _Unknown where it has none that means the same. `beside`: the type of the column that it is compared with."""
    import pyarrow.dataset as ds

    kind = expr.variant_name()
    if kind == "Column":
        name = expr.expr.facts()["name"]
        if name not in schema.names:
            raise _Unknown(name)
        return ds.field(name)
    if kind == "Literal":
        return ds.scalar(_plain(expr.python_value(), beside))
    operands = [Expr(child) for child in expr.expr.children()]
    if kind == "BinaryExpr":
        op = expr.expr.facts()["op"].upper()
        left = _pyarrow_expression(operands[0], schema, _type_of(operands[1], schema))
        right = _pyarrow_expression(operands[1], schema, _type_of(operands[0], schema))
        if op == "AND":
            return left & right
        if op == "OR":
            return left | right
        if op in _COMPARISONS:
            return getattr(left, _COMPARISONS[op])(right)
        raise _Unknown(op)
    if kind == "Not":
        return ~_pyarrow_expression(operands[0], schema)
    if kind == "IsNull":
        return _column(operands[0], schema).is_null()
    if kind == "IsNotNull":
        return _column(operands[0], schema).is_valid()
    if kind == "Between":
        beside = _type_of(operands[0], schema)
        value, low, high = (_pyarrow_expression(one, schema, beside) for one in operands[:3])
        out = (value >= low) & (value <= high)
        return ~out if expr.expr.facts().get("negated") else out
    if kind == "InList":
        if any(one.variant_name() != "Literal" for one in operands[1:]):
            raise _Unknown("a list of expressions")
        if expr.expr.facts().get("negated"):
            raise _Unknown("NOT IN")
        beside = _type_of(operands[0], schema)
        return _column(operands[0], schema).isin([_plain(one.python_value(), beside).as_py() for one in operands[1:]])
    raise _Unknown(kind)


def _column(expr: Expr, schema: Any) -> Any:
    if expr.variant_name() != "Column":
        raise _Unknown("a test of an expression")
    return _pyarrow_expression(expr, schema)


def _type_of(expr: Expr, schema: Any) -> Any:
    """A column's type; None for any other expression."""
    if expr.variant_name() != "Column" or expr.expr.facts()["name"] not in schema.names:
        return None
    return schema.field(expr.expr.facts()["name"]).type


def _plain(value: Any, beside: Any) -> Any:
    """A constant as pyarrow compares it with a column of the type `beside`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not value.is_valid:
        raise _Unknown("NULL")
    if pa.types.is_string_view(value.type) or pa.types.is_large_string(value.type):
        value = value.cast(pa.string())  # text is compared with text of the same kind only
    if beside is None or not pa.types.is_temporal(beside) or not pa.types.is_string(value.type):
        return value
    # SQL reads such a text as the column's type; where pyarrow can't, the engine compares.
    zone = getattr(beside, "tz", None)
    try:
        return value.cast(beside)
    except pa.ArrowInvalid:
        if zone is None:
            raise
        return pc.assume_timezone(value.cast(pa.timestamp(beside.unit)), zone)


class _DatasetSource:
    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def can_filter(self, expr: Any) -> bool:
        try:
            expression = _pyarrow_expression(Expr(expr), self._dataset.schema)
            # pyarrow says what it can't compare when it binds: on no rows here.
            self._dataset.schema.empty_table().filter(expression)
        except Exception:
            return False
        return True

    def _filter(self, filters: list[Any]) -> Any:
        out = None
        for expr in filters:
            one = _pyarrow_expression(Expr(expr), self._dataset.schema)
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
