# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions that only make sense over a window. Aggregates run over windows too, by ``.over()``."""

from __future__ import annotations

import operator
from typing import Any

from bowstring.common import NullTreatment
from bowstring.expr import Expr, coerce_to_expr
from bowstring.functions._call import column as _column
from bowstring.functions._call import window


def row_number(partition_by: Any = None, order_by: Any = None) -> Expr:
    """1, 2, 3, ... in each partition."""
    return window("row_number", partition_by=partition_by, order_by=order_by)


def rank(partition_by: Any = None, order_by: Any = None) -> Expr:
    """The place in the order; equal rows share one, and the next ones are skipped."""
    return window("rank", partition_by=partition_by, order_by=order_by)


def dense_rank(partition_by: Any = None, order_by: Any = None) -> Expr:
    """As :func:`rank`, with no place skipped."""
    return window("dense_rank", partition_by=partition_by, order_by=order_by)


def percent_rank(partition_by: Any = None, order_by: Any = None) -> Expr:
    """The rank as a share, from 0 to 1."""
    return window("percent_rank", partition_by=partition_by, order_by=order_by)


def cume_dist(partition_by: Any = None, order_by: Any = None) -> Expr:
    """The share of rows up to this one and its equals."""
    return window("cume_dist", partition_by=partition_by, order_by=order_by)


def ntile(groups: int, partition_by: Any = None, order_by: Any = None) -> Expr:
    """The number of one of so many groups of equal size."""
    return window("ntile", coerce_to_expr(groups), partition_by=partition_by, order_by=order_by)


def lag(
    arg: Expr,
    shift_offset: int = 1,
    default_value: Any = None,
    partition_by: Any = None,
    order_by: Any = None,
    null_treatment: NullTreatment | None = None,
) -> Expr:
    """The value so many rows before; the default where there is no such row."""
    return _shifted("lag", arg, shift_offset, default_value, partition_by, order_by, null_treatment)


def lead(
    arg: Expr,
    shift_offset: int = 1,
    default_value: Any = None,
    partition_by: Any = None,
    order_by: Any = None,
    null_treatment: NullTreatment | None = None,
) -> Expr:
    """The value so many rows after; the default where there is no such row."""
    return _shifted("lead", arg, shift_offset, default_value, partition_by, order_by, null_treatment)


def _shifted(
    name: str, arg: Expr, offset: int, default: Any, partition_by: Any, order_by: Any, nulls: NullTreatment | None
) -> Expr:
    return window(
        name,
        _column(arg),
        Expr.literal(operator.index(offset) + 0),
        Expr.string_literal(default) if isinstance(default, str) else coerce_to_expr(default),
        partition_by=partition_by,
        order_by=order_by,
        null_treatment=nulls,
    )
