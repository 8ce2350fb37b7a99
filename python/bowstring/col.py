# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Columns by name: ``col("a")``, ``col.a``."""

from __future__ import annotations

from bowstring.expr import Expr

__all__ = ["col", "column"]


class Col:
    """Makes column expressions: call it with a name, or ask for an attribute."""

    @staticmethod
    def __call__(value: str) -> Expr:
        return Expr.column(value)

    def __getattr__(self, value: str) -> Expr:
        if value.startswith("__") and value.endswith("__"):  # asked by copy, pickle, inspect and the like
            raise AttributeError(value)
        return Expr.column(value)


col: Col = Col()
column: Col = Col()
