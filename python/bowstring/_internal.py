# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The peer's inner module, for code that looks there for classes: they are the public ones.

>>> from bowstring import SessionContext, _internal
>>> _internal.SessionContext is SessionContext
True
"""

import sys

from bowstring import (
    AggregateUDF,
    DataFrame,
    DataFrameWriteOptions,
    ExecutionPlan,
    InsertOp,
    LogicalPlan,
    Metric,
    MetricsSet,
    ParquetColumnOptions,
    ParquetWriterOptions,
    PhysicalPartitioning,
    RecordBatch,
    RecordBatchStream,
    RuntimeEnvBuilder,
    ScalarUDF,
    SessionConfig,
    SessionContext,
    SQLOptions,
    TableFunction,
    WindowUDF,
    catalog,
    common,
    expr,
    functions,
    object_store,
    options,
    substrait,
    unparser,
)

__all__ = [
    "AggregateUDF",
    "DataFrame",
    "DataFrameWriteOptions",
    "ExecutionPlan",
    "InsertOp",
    "LogicalPlan",
    "Metric",
    "MetricsSet",
    "ParquetColumnOptions",
    "ParquetWriterOptions",
    "PhysicalPartitioning",
    "RecordBatch",
    "RecordBatchStream",
    "RuntimeEnvBuilder",
    "SQLOptions",
    "ScalarUDF",
    "SessionConfig",
    "SessionContext",
    "TableFunction",
    "WindowUDF",
    "catalog",
    "common",
    "expr",
    "functions",
    "object_store",
    "options",
    "substrait",
    "unparser",
]

for _name in __all__:
    if _name.islower():  # the modules in it, for `from bowstring._internal.expr import ...`
        sys.modules[f"{__name__}.{_name}"] = globals()[_name]
del _name
