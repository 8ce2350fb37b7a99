# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The engine's functions, as makers of expressions.

Arguments that are data are expressions; those that are usually constants (positions, patterns, formats) may be plain values.
"""

from typing import TYPE_CHECKING, Any

from bowstring.common import NullTreatment
from bowstring.expr import (
    CaseBuilder,
    Expr,
    SortExpr,
    SortKey,
    coerce_to_expr,
    coerce_to_expr_list,
    coerce_to_expr_or_none,
    expr_list_to_raw_expr_list,
    sort_list_to_raw_sort_list,
    sort_or_default,
)
from bowstring.functions import aggregates, arrays, scalar, windows

_names = []
for _module in (scalar, arrays, aggregates, windows):
    for _name, _value in list(vars(_module).items()):
        if callable(_value) and not _name.startswith("_") and getattr(_value, "__module__", "") == _module.__name__:
            globals()[_name] = _value
            _names.append(_name)
for _name in _names:
    globals()[_name].__module__ = __name__

__all__ = sorted({*_names, "spark"})  # noqa: PLE0605
del _module, _name, _value, _names


if TYPE_CHECKING:  # what the loop above does, for those who don't run it
    from bowstring.functions import spark
    from bowstring.functions.aggregates import *  # noqa: F403
    from bowstring.functions.arrays import *  # noqa: F403
    from bowstring.functions.scalar import *  # noqa: F403
    from bowstring.functions.windows import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        if name == "spark":
            import importlib

            return importlib.import_module("bowstring.functions.spark")
        raise AttributeError(f"module 'bowstring.functions' has no attribute {name!r}")
