# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Plans as SQL text again."""

from __future__ import annotations

from typing import Any

from bowstring.expr import Expr, _guard
from bowstring.plan import LogicalPlan

__all__ = ["Dialect", "Unparser"]

_DIALECTS = {"default": 0, "postgres": 1, "mysql": 2, "sqlite": 3, "duckdb": 4}


class Dialect:
    """Whose SQL is written."""

    def __init__(self, dialect: Any) -> None:
        self.dialect = dialect

    @staticmethod
    def default() -> Dialect:
        return Dialect("default")

    @staticmethod
    def mysql() -> Dialect:
        return Dialect("mysql")

    @staticmethod
    def postgres() -> Dialect:
        return Dialect("postgres")

    @staticmethod
    def sqlite() -> Dialect:
        return Dialect("sqlite")

    @staticmethod
    def duckdb() -> Dialect:
        return Dialect("duckdb")


class Unparser:
    """Writes plans as SQL."""

    def __init__(self, dialect: Dialect) -> None:
        if not hasattr(dialect, "dialect"):
            raise AttributeError(f"'{type(dialect).__name__}' object has no attribute 'dialect'")
        self._dialect = dialect
        self._pretty = False

    def with_pretty(self, pretty: bool) -> Unparser:
        """Whether parentheses that precedence makes needless are left out."""
        if not isinstance(pretty, bool):
            raise TypeError(f"'{type(pretty).__name__}' object is not an instance of 'bool'")
        self._pretty = pretty
        return self

    def plan_to_sql(self, plan: LogicalPlan) -> str:
        """A query that means the same as the plan."""
        return _guard(plan._raw_plan.to_sql, _DIALECTS[self._dialect.dialect], self._pretty)

    def expr_to_sql(self, expr: Expr) -> str:
        """An expression as SQL."""
        return _guard(expr.expr.to_sql, _DIALECTS[self._dialect.dialect], self._pretty)
