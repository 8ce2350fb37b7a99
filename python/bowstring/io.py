# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Files as frames of the process's shared session."""

from __future__ import annotations

import os
from typing import Any

from bowstring.context import SessionContext
from bowstring.dataframe import DataFrame
from bowstring.options import DEFAULT_MAX_INFER_SCHEMA, CsvReadOptions


def read_parquet(
    path: str | os.PathLike[str],
    table_partition_cols: list[tuple[str, Any]] | None = None,
    parquet_pruning: bool = True,
    file_extension: str = ".parquet",
    skip_metadata: bool = True,
    schema: Any = None,
    file_sort_order: Any = None,
) -> DataFrame:
    """A frame over a Parquet file, a folder of them, or a glob."""
    return SessionContext.global_ctx().read_parquet(
        path, table_partition_cols, parquet_pruning, file_extension, skip_metadata, schema, file_sort_order
    )


def read_json(
    path: Any,
    schema: Any = None,
    schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
    file_extension: str = ".json",
    table_partition_cols: list[tuple[str, Any]] | None = None,
    file_compression_type: str | None = None,
) -> DataFrame:
    """A frame over a file of JSON objects, one a line."""
    return SessionContext.global_ctx().read_json(
        path, schema, schema_infer_max_records, file_extension, table_partition_cols, file_compression_type
    )


def read_csv(
    path: Any,
    schema: Any = None,
    has_header: bool = True,
    delimiter: str = ",",
    schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
    file_extension: str = ".csv",
    table_partition_cols: list[tuple[str, Any]] | None = None,
    file_compression_type: str | None = None,
    options: CsvReadOptions | None = None,
) -> DataFrame:
    """A frame over a CSV file, a folder of them, or a list."""
    return SessionContext.global_ctx().read_csv(
        path,
        schema,
        has_header,
        delimiter,
        schema_infer_max_records,
        file_extension,
        table_partition_cols,
        file_compression_type,
        options,
    )


def read_avro(
    path: Any, schema: Any = None, file_partition_cols: Any = None, file_extension: str = ".avro"
) -> DataFrame:
    """A frame over an Avro file."""
    return SessionContext.global_ctx().read_avro(path, schema, file_partition_cols, file_extension)
