# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The options of writers as the texts that the engine takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bowstring.errors import ConfigError
from bowstring.expr import _guard
from bowstring.options import checked_count

if TYPE_CHECKING:
    from bowstring.dataframe import DataFrameWriteOptions, ParquetWriterOptions

# Attributes of ParquetWriterOptions and ParquetColumnOptions that are options of files under the same name.
_FILE = (
    "data_pagesize_limit",
    "write_batch_size",
    "writer_version",
    "skip_arrow_metadata",
    "dictionary_enabled",
    "dictionary_page_size_limit",
    "statistics_enabled",
    "statistics_truncate_length",
    "max_row_group_size",
    "created_by",
    "data_page_row_count_limit",
    "encoding",
    "bloom_filter_on_write",
    "bloom_filter_fpp",
    "bloom_filter_ndv",
)
_COUNTS = (
    "data_pagesize_limit",
    "write_batch_size",
    "dictionary_page_size_limit",
    "max_row_group_size",
    "statistics_truncate_length",
    "data_page_row_count_limit",
    "bloom_filter_ndv",
)
_COLUMN = (
    "compression",
    "encoding",
    "dictionary_enabled",
    "statistics_enabled",
    "bloom_filter_enabled",
    "bloom_filter_fpp",
    "bloom_filter_ndv",
)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def parquet_texts(options: ParquetWriterOptions) -> dict[str, str]:
    """All options, those of columns as ``name::column``."""
    if options.writer_version not in ("1.0", "2.0"):
        raise WriterVersionError(f"Invalid parquet writer version: {options.writer_version}. Expected one of: 1.0, 2.0")
    for name in _COUNTS:
        if getattr(options, name) is not None:
            checked_count(getattr(options, name))
    texts = {name: _text(value) for name in _FILE if (value := getattr(options, name)) is not None}
    texts["compression"] = "uncompressed" if options.compression is None else options.compression
    for column, own in (options.column_specific_options or {}).items():
        for name in _COLUMN:
            value = getattr(own, name)
            if value is not None:
                texts[f"{name}::{column}"] = _text(value)
    return texts


class WriterVersionError(ConfigError, RuntimeError):
    """A version of Parquet that nobody writes."""


def write(
    frame: Any, path: Any, format_: str, texts: dict[str, str], write_options: DataFrameWriteOptions | None
) -> None:
    """Writes an inner frame; no options of the layout: by the path."""
    path = os.fspath(path)
    if not isinstance(path, str):
        raise TypeError(f"a path must be a str or a path-like object, not {type(path).__name__}")
    if write_options is None:
        _guard(frame.write, path, format_, texts, None, [], [], "append")
        return
    operation = write_options.insert_operation
    _guard(
        frame.write,
        path,
        format_,
        texts,
        write_options.single_file_output,
        list(write_options.partition_by or []),
        list(write_options.sort_by or []),
        "append" if operation is None else operation.value,
    )
