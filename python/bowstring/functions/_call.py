# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Calls of the engine's functions by name."""

from __future__ import annotations

import functools
import warnings
from typing import Any

from bowstring._load import _core
from bowstring.common import NullTreatment
from bowstring.errors import BowstringError, _as_frame_error
from bowstring.expr import (
    EXPR_TYPE_ERROR,
    Expr,
    ExprTypeError,
    _null_treatment,
    coerce_to_expr,
    expr_list_to_raw_expr_list,
    sort_list_to_raw_sort_list,
)


@functools.cache
def registry() -> Any:
    """The built-in functions: those of a session of our own, which nobody changes."""
    return _core.SessionContext()


def _call(name: str, arguments: list[Any], kind: str) -> Any:
    try:
        return registry().call(name, arguments, kind)
    except BowstringError as error:
        _as_frame_error(error)
        raise


def call(name: str, *arguments: Expr) -> Expr:
    """A call of a scalar function."""
    return Expr(_call(name, [argument.expr for argument in arguments], "scalar"))


def aggregate(
    name: str,
    *arguments: Expr,
    distinct: bool | None = False,
    filter: Expr | None = None,
    order_by: Any = None,
    null_treatment: NullTreatment | None = None,
) -> Expr:
    """A call of an aggregate function."""
    if distinct is not None and not isinstance(distinct, bool):
        raise TypeError(f"'{type(distinct).__name__}' object is not an instance of 'bool'")
    expr = _call(name, [argument.expr for argument in arguments], "aggregate")
    options: dict[str, Any] = {}
    if distinct:
        options["distinct"] = True
    if filter is not None:
        options["filter"] = column(filter).expr
    if order_by is not None:
        options["order_by"] = sort_list_to_raw_sort_list(order_by)
    if null_treatment is not None:
        options["nulls"] = _null_treatment(null_treatment)
    return Expr(expr.with_options(**options) if options else expr)


def window(
    name: str,
    *arguments: Expr,
    partition_by: Any = None,
    order_by: Any = None,
    null_treatment: NullTreatment | None = None,
) -> Expr:
    """A call of a window function."""
    expr = _call(name, [argument.expr for argument in arguments], "window")
    options: dict[str, Any] = {}
    if partition_by is not None:
        options["partition_by"] = expr_list_to_raw_expr_list(partition_by)
    if order_by is not None:
        options["order_by"] = sort_list_to_raw_sort_list(order_by)
        if options["order_by"]:
            options["frame"] = _core.WindowFrame(0, 0, None, 2, None)
    if null_treatment is not None:
        options["nulls"] = _null_treatment(null_treatment)
    return Expr(expr.with_options(**options) if options else expr)


def check_distinct(function: str, distinct: Any, others: str) -> None:
    """TypeError where an option that used to come earlier stands in the place of `distinct`."""
    if distinct is None or isinstance(distinct, Expr):
        raise TypeError(f"{function}() distinct must be a bool, got {type(distinct).__name__}; pass {others} by keyword")


def column(value: Any) -> Expr:
    """The Expr itself: where data is wanted, a plain value is more likely a mistake."""
    if not isinstance(value, Expr):
        raise ExprTypeError(f"'{type(value).__name__}' object has no attribute 'expr'. {EXPR_TYPE_ERROR}")
    return value


def optional(*values: Any) -> list[Expr]:
    """The arguments up to the last that was given; those left out before it are NULL."""
    given = len(values)
    while given and values[given - 1] is None:
        given -= 1
    return [coerce_to_expr(value) for value in values[:given]]


def text(value: Any, function: str | None = None, argument: str = "") -> Expr:
    """A text constant of the plain string type. With `function`: an Expr in its place is accepted with a warning."""
    if isinstance(value, Expr):
        if function is not None:
            warnings.warn(
                f"Passing Expr for {function}() argument '{argument}' is deprecated; pass a Python literal instead.",
                DeprecationWarning,
                stacklevel=3,
            )
        return value
    return Expr.string_literal(value)


def word(value: Any, function: str, argument: str) -> Expr:
    """A text constant that should be a plain str: an Expr in its place is accepted with a warning."""
    if isinstance(value, Expr):
        warnings.warn(
            f"Passing Expr for {function}() argument '{argument}' is deprecated; pass a Python literal instead.",
            DeprecationWarning,
            stacklevel=3,
        )
        return value
    return coerce_to_expr(value)
