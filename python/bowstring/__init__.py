# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Bowstring: SQL and lazy DataFrames whose results stream as Arrow."""

from typing import TYPE_CHECKING, Any

from bowstring import _exit as _exit
from bowstring import functions, unparser
from bowstring._devel import get_cmake_dir, get_include, get_library_dirs
from bowstring._load import _core
from bowstring.catalog import Catalog, Table, TableProviderFactory, TableProviderFactoryExportable
from bowstring.col import col, column
from bowstring.common import DFSchema
from bowstring.context import RuntimeEnvBuilder, SessionConfig, SessionContext, SQLOptions
from bowstring.dataframe import (
    DataFrame,
    DataFrameWriteOptions,
    ExplainFormat,
    InsertOp,
    ParquetColumnOptions,
    ParquetWriterOptions,
)
from bowstring.dataframe_formatter import configure_formatter
from bowstring.expr import Expr, WindowFrame
from bowstring.io import read_avro, read_csv, read_json, read_parquet
from bowstring.options import CsvReadOptions
from bowstring.plan import ExecutionPlan, LogicalPlan, Metric, MetricsSet, PhysicalPartitioning
from bowstring.record_batch import RecordBatch, RecordBatchStream
from bowstring.user_defined import Accumulator, AggregateUDF, ScalarUDF, TableFunction, WindowUDF, udaf, udf, udtf, udwf

__version__ = _core.__version__
build_info = _core.build_info
Array = _core.Array
DataType = _core.DataType
Field = _core.Field
Schema = _core.Schema

__all__ = [
    "Accumulator",
    "AggregateUDF",
    "Array",
    "Catalog",
    "CsvReadOptions",
    "DFSchema",
    "DataFrame",
    "DataFrameWriteOptions",
    "DataType",
    "ExecutionPlan",
    "ExplainFormat",
    "Expr",
    "Field",
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
    "Schema",
    "SessionConfig",
    "SessionContext",
    "SessionExtensionComponents",
    "Table",
    "TableFunction",
    "TableProviderFactory",
    "TableProviderFactoryExportable",
    "WindowFrame",
    "WindowUDF",
    "catalog",
    "col",
    "column",
    "common",
    "configure_formatter",
    "expr",
    "extensions",
    "functions",
    "ipc",
    "lit",
    "lit_with_metadata",
    "literal",
    "literal_with_metadata",
    "object_store",
    "options",
    "plan",
    "read_avro",
    "read_csv",
    "read_json",
    "read_parquet",
    "str_lit",
    "string_literal",
    "substrait",
    "udaf",
    "udf",
    "udtf",
    "udwf",
    "unparser",
]


def literal(value: Any) -> Expr:
    """A constant of any Python, numpy or Arrow value."""
    return Expr.literal(value)


def lit(value: Any) -> Expr:
    """A constant of any Python, numpy or Arrow value."""
    return Expr.literal(value)


def string_literal(value: str) -> Expr:
    """A text constant of the plain string type."""
    return Expr.string_literal(value)


def str_lit(value: str) -> Expr:
    """A text constant of the plain string type."""
    return Expr.string_literal(value)


def literal_with_metadata(value: Any, metadata: dict[str, str]) -> Expr:
    """A constant whose field carries metadata."""
    return Expr.literal_with_metadata(value, metadata)


def lit_with_metadata(value: Any, metadata: dict[str, str]) -> Expr:
    """A constant whose field carries metadata."""
    return Expr.literal_with_metadata(value, metadata)


from bowstring import catalog, common, expr, ipc, options, plan  # noqa: E402


if TYPE_CHECKING:
    from bowstring import _internal, extensions, input, object_store, substrait
    from bowstring.extensions import SessionExtensionComponents
else:

    def __getattr__(name: str) -> Any:
        # What few programs use and takes long to import.
        import importlib

        if name in ("_internal", "extensions", "input", "object_store", "substrait"):
            return importlib.import_module("bowstring." + name)
        if name == "SessionExtensionComponents":
            return importlib.import_module("bowstring.extensions").SessionExtensionComponents
        raise AttributeError(f"module 'bowstring' has no attribute '{name}'")
