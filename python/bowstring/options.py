# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Options of file formats."""

from __future__ import annotations

import operator
from typing import Any

from bowstring.expr import sort_list_to_raw_sort_list

__all__ = ["CsvReadOptions"]

DEFAULT_MAX_INFER_SCHEMA = 1000
_COMPRESSIONS = {"": "", "gzip": "gzip", "gz": "gzip", "bz2": "bz2", "xz": "xz", "zstd": "zstd", "zst": "zstd"}


def validate_single_character(name: str, value: str | None) -> None:
    """ValueError for anything but one character, or none."""
    if value is not None and (len(value) != 1 or len(value.encode()) != 1):
        raise ValueError(f"{name} must be a single character")


def checked_bool(value: Any) -> bool:
    """A bool, Python's or numpy's; TypeError for all else."""
    if type(value).__name__ not in ("bool", "bool_"):
        name = "None" if value is None else type(value).__name__
        raise TypeError(f"'{name}' object is not an instance of 'bool'")
    return bool(value)


def checked_count(value: Any) -> int:
    """An integer that isn't negative; TypeError or OverflowError for all else."""
    number = operator.index(value)
    if number < 0:
        raise OverflowError("can't convert negative int to unsigned")
    return number


def compression_name(name: str) -> str:
    """The one word for a compression; ValueError where there is no such."""
    if not isinstance(name, str):
        raise TypeError(f"'{type(name).__name__}' object is not an instance of 'str'")
    if name.lower() not in _COMPRESSIONS:
        raise ValueError("file_compression_type must be one of: gzip, bz2, xz, zstd")
    return _COMPRESSIONS[name.lower()]


class CsvReadOptions:
    """How CSV files are read. Attributes may be set; ``with_*`` methods change the object and answer it."""

    def __init__(
        self,
        *,
        has_header: bool = True,
        delimiter: str = ",",
        quote: str = '"',
        terminator: str | None = None,
        escape: str | None = None,
        comment: str | None = None,
        newlines_in_values: bool = False,
        schema: Any = None,
        schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
        file_extension: str = ".csv",
        table_partition_cols: list[tuple[str, Any]] | None = None,
        file_compression_type: str = "",
        file_sort_order: list[list[Any]] | None = None,
        null_regex: str | None = None,
        truncated_rows: bool = False,
    ) -> None:
        self.has_header = has_header
        for name, value in (("delimiter", delimiter), ("quote", quote)):
            validate_single_character(name, value)
        self.delimiter = delimiter
        self.quote = quote
        self.terminator = terminator
        self.escape = escape
        self.comment = comment
        self.newlines_in_values = newlines_in_values
        self.schema = schema
        self.schema_infer_max_records = schema_infer_max_records
        self.file_extension = file_extension
        self.table_partition_cols = table_partition_cols or []
        self.file_compression_type = file_compression_type
        self.file_sort_order = file_sort_order or []
        self.null_regex = null_regex
        self.truncated_rows = truncated_rows

    def _with(self, **values: Any) -> CsvReadOptions:
        for name, value in values.items():
            setattr(self, name, value)
        return self

    def with_has_header(self, has_header: bool) -> CsvReadOptions:
        return self._with(has_header=has_header)

    def with_delimiter(self, delimiter: str) -> CsvReadOptions:
        return self._with(delimiter=delimiter)

    def with_quote(self, quote: str) -> CsvReadOptions:
        return self._with(quote=quote)

    def with_terminator(self, terminator: str | None) -> CsvReadOptions:
        return self._with(terminator=terminator)

    def with_escape(self, escape: str | None) -> CsvReadOptions:
        return self._with(escape=escape)

    def with_comment(self, comment: str | None) -> CsvReadOptions:
        return self._with(comment=comment)

    def with_newlines_in_values(self, newlines_in_values: bool) -> CsvReadOptions:
        return self._with(newlines_in_values=newlines_in_values)

    def with_schema(self, schema: Any) -> CsvReadOptions:
        return self._with(schema=schema)

    def with_schema_infer_max_records(self, schema_infer_max_records: int) -> CsvReadOptions:
        return self._with(schema_infer_max_records=schema_infer_max_records)

    def with_file_extension(self, file_extension: str) -> CsvReadOptions:
        return self._with(file_extension=file_extension)

    def with_table_partition_cols(self, table_partition_cols: list[tuple[str, Any]]) -> CsvReadOptions:
        return self._with(table_partition_cols=table_partition_cols)

    def with_file_compression_type(self, file_compression_type: str) -> CsvReadOptions:
        return self._with(file_compression_type=file_compression_type)

    def with_file_sort_order(self, file_sort_order: list[list[Any]]) -> CsvReadOptions:
        return self._with(file_sort_order=file_sort_order)

    def with_null_regex(self, null_regex: str | None) -> CsvReadOptions:
        return self._with(null_regex=null_regex)

    def with_truncated_rows(self, truncated_rows: bool) -> CsvReadOptions:
        return self._with(truncated_rows=truncated_rows)

    def to_inner(self) -> dict[str, Any]:
        """The checked options."""
        for name in ("delimiter", "quote", "terminator", "escape", "comment"):
            validate_single_character(name, getattr(self, name))
        out = dict(vars(self))
        for name in ("has_header", "newlines_in_values", "truncated_rows"):
            out[name] = checked_bool(out[name])
        out["schema_infer_max_records"] = checked_count(self.schema_infer_max_records)
        if self.schema is not None and not hasattr(self.schema, "__arrow_c_schema__"):
            raise TypeError(f"Expected instance of pyarrow.lib.Schema, got {type(self.schema).__name__}")
        out["file_compression_type"] = compression_name(self.file_compression_type or "")
        out["file_sort_order"] = [sort_list_to_raw_sort_list(keys) for keys in self.file_sort_order]
        return out
