# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Lazy tables.

A :class:`DataFrame` is a plan: nothing runs before one of its doors is opened, and each time the query runs anew. All doors give the same rows in the same
order. Frames are immutable and thread-safe: sixteen threads may read one at once.
"""

from __future__ import annotations

import enum
import operator
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from bowstring import _arrow
from bowstring._load import _core
from bowstring._write import parquet_texts, write
from bowstring.errors import PlanError
from bowstring.expr import (
    EXPR_TYPE_ERROR,
    Expr,
    SortExpr,
    SortKey,
    _guard,
    _name_or_expr,
    coerce_to_expr,
    ensure_expr,
    ensure_expr_list,
    expr_list_to_raw_expr_list,
    sort_list_to_raw_sort_list,
)
from bowstring.options import checked_bool, checked_count
from bowstring.plan import ExecutionPlan, LastRun, LogicalPlan
from bowstring.record_batch import RecordBatch, RecordBatchStream

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from bowstring.catalog import Table

JoinHow = Literal["inner", "left", "right", "full", "semi", "anti"]

__all__ = [
    "Compression",
    "DataFrame",
    "DataFrameWriteOptions",
    "ExplainAnalyzeLevel",
    "ExplainFormat",
    "ExplainMetricCategory",
    "InsertOp",
    "ParquetColumnOptions",
    "ParquetWriterOptions",
]


class ExplainFormat(enum.Enum):
    """How EXPLAIN shows a plan."""

    INDENT = "indent"
    TREE = "tree"
    PGJSON = "pgjson"
    GRAPHVIZ = "graphviz"


# What statements about other plans are run as; EXPLAIN has no words for them.
_STATEMENTS = {
    "Explain": "ExplainExec\n",
    "Analyze": "AnalyzeExec verbose=false\n",
    "DescribeTable": "DataSourceExec: partitions=1, partition_sizes=[1]\n",
}


class ExplainAnalyzeLevel(enum.Enum):
    SUMMARY = "summary"
    DEV = "dev"


class ExplainMetricCategory(enum.Enum):
    ROWS = "rows"
    BYTES = "bytes"
    TIMING = "timing"
    UNCATEGORIZED = "uncategorized"


class InsertOp(enum.Enum):
    """What happens to the rows that are there."""

    APPEND = "append"
    REPLACE = "replace"
    OVERWRITE = "overwrite"


class Compression(enum.Enum):
    """Codecs of Parquet files."""

    UNCOMPRESSED = "uncompressed"
    SNAPPY = "snappy"
    GZIP = "gzip"
    BROTLI = "brotli"
    LZ4 = "lz4"
    ZSTD = "zstd"
    LZ4_RAW = "lz4_raw"

    @classmethod
    def from_str(cls, value: str) -> Compression:
        try:
            return cls(value.lower())
        except ValueError:
            valid = [member.value for member in cls]
            raise ValueError(f"{value} is not a valid Compression.\nValid values are: {valid}") from None

    def get_default_level(self) -> int | None:
        return {"gzip": 6, "brotli": 1, "zstd": 4}.get(self.value)


class DataFrameWriteOptions:
    """How files are laid out."""

    def __init__(
        self,
        insert_operation: InsertOp | None = None,
        single_file_output: bool = False,
        partition_by: str | Sequence[str] | None = None,
        sort_by: Any = None,
    ) -> None:
        if insert_operation is not None and not isinstance(insert_operation, InsertOp):
            raise AttributeError(
                f"'{type(insert_operation).__name__}' object has no attribute 'value': an InsertOp is needed"
            )
        self.insert_operation = insert_operation
        self.single_file_output = single_file_output
        if partition_by is not None and not isinstance(partition_by, Sequence):
            raise TypeError(f"'{type(partition_by).__name__}' object is not an instance of 'Sequence'")
        self.partition_by = [partition_by] if isinstance(partition_by, str) else partition_by
        self.sort_by = sort_list_to_raw_sort_list(sort_by)


class ParquetColumnOptions:
    """What is different for one column of a Parquet file."""

    def __init__(
        self,
        encoding: str | None = None,
        dictionary_enabled: bool | None = None,
        compression: str | None = None,
        statistics_enabled: str | None = None,
        bloom_filter_enabled: bool | None = None,
        bloom_filter_fpp: float | None = None,
        bloom_filter_ndv: int | None = None,
    ) -> None:
        self.encoding = encoding
        self.dictionary_enabled = dictionary_enabled
        self.compression = compression
        self.statistics_enabled = statistics_enabled
        self.bloom_filter_enabled = bloom_filter_enabled
        self.bloom_filter_fpp = bloom_filter_fpp
        self.bloom_filter_ndv = bloom_filter_ndv


class ParquetWriterOptions:
    """How Parquet files are written."""

    data_pagesize_limit: int
    write_batch_size: int
    writer_version: str
    skip_arrow_metadata: bool
    compression: str | None
    dictionary_enabled: bool | None
    dictionary_page_size_limit: int
    statistics_enabled: str | None
    max_row_group_size: int
    created_by: str
    column_index_truncate_length: int | None
    statistics_truncate_length: int | None
    data_page_row_count_limit: int
    encoding: str | None
    bloom_filter_on_write: bool
    bloom_filter_fpp: float | None
    bloom_filter_ndv: int | None
    allow_single_file_parallelism: bool
    maximum_parallel_row_group_writers: int
    maximum_buffered_record_batches_per_stream: int
    column_specific_options: dict[str, ParquetColumnOptions] | None

    def __init__(
        self,
        data_pagesize_limit: int = 1024 * 1024,
        write_batch_size: int = 1024,
        writer_version: str = "1.0",
        skip_arrow_metadata: bool = False,
        compression: str | None = "zstd(3)",
        compression_level: int | None = None,
        dictionary_enabled: bool | None = True,
        dictionary_page_size_limit: int = 1024 * 1024,
        statistics_enabled: str | None = "page",
        max_row_group_size: int = 1024 * 1024,
        created_by: str = "datafusion-python",
        column_index_truncate_length: int | None = 64,
        statistics_truncate_length: int | None = None,
        data_page_row_count_limit: int = 20_000,
        encoding: str | None = None,
        bloom_filter_on_write: bool = False,
        bloom_filter_fpp: float | None = None,
        bloom_filter_ndv: int | None = None,
        allow_single_file_parallelism: bool = True,
        maximum_parallel_row_group_writers: int = 1,
        maximum_buffered_record_batches_per_stream: int = 2,
        column_specific_options: dict[str, ParquetColumnOptions] | None = None,
    ) -> None:
        for name, value in list(locals().items()):
            if name not in ("self", "compression_level"):
                setattr(self, name, value)
        if compression is not None and compression_level is not None:
            self.compression = f"{compression}({compression_level})"


def _predicate(frame: DataFrame, predicate: Any) -> Any:
    if isinstance(predicate, str):
        return frame.parse_sql_expr(predicate).expr
    return ensure_expr(predicate)


class DataFrame:
    """A lazy table. Immutable, thread-safe; methods answer new frames."""

    def __init__(self, df: Any) -> None:
        self.df = df
        self._figures = LastRun()

    def _new(self, method: str, *args: Any) -> DataFrame:
        return DataFrame(_guard(getattr(self.df, method), *args))

    # ---- what it is

    def schema(self) -> pa.Schema:
        """Names and types of the columns, as pyarrow's where it is installed."""
        return _arrow.schema_out(self.df.schema())

    def column(self, name: str) -> Expr:
        """A column of this frame with its table's name, by exact name."""
        return Expr(_guard(self.df.column, name))

    def col(self, name: str) -> Expr:
        """As :meth:`column`."""
        return self.column(name)

    def find_qualified_columns(self, *names: str) -> list[Expr]:
        """Columns with their tables' names, by exact name."""
        return [Expr(expr) for expr in _guard(self.df.find_qualified_columns, list(names))]

    def parse_sql_expr(self, expr: str) -> Expr:
        """An SQL expression over the columns of this frame."""
        return Expr(_guard(self.df.parse_sql_expr, expr))

    def logical_plan(self) -> LogicalPlan:
        return LogicalPlan(self.df.logical_plan())

    def optimized_logical_plan(self) -> LogicalPlan:
        return LogicalPlan(_guard(self.df.optimized_logical_plan))

    def execution_plan(self) -> ExecutionPlan:
        if (text := _STATEMENTS.get(self.df.logical_plan().display())) is not None:
            return ExecutionPlan(text, self.df, self._figures)
        rows = [
            row
            for batch in _guard(lambda: self.df.explain(False, False, "indent").collect())
            for row in batch.to_pylist()
        ]
        text = next(row["plan"] for row in rows if row["plan_type"] == "physical_plan")
        return ExecutionPlan(text, self.df, self._figures)

    def into_view(self, temporary: bool = False) -> Table:
        """The plan as a table, to be registered under a name."""
        from bowstring.catalog import Table

        return Table(self.df.into_view(temporary))

    # ---- columns

    def select(self, *exprs: Expr | str) -> DataFrame:
        """These columns or expressions."""
        return self._new("select", [_name_or_expr(expr) for expr in exprs])

    def select_exprs(self, *args: str) -> DataFrame:
        """SQL expressions, with or without AS."""
        return self._new("select_exprs", list(args))

    def __getitem__(self, key: Any) -> DataFrame:
        if isinstance(key, str):
            return self.select(key)
        if isinstance(key, (tuple, list)) and all(isinstance(name, str) for name in key):
            return self.select(*key)
        raise Exception("DataFrame can only be indexed by string index or indices")

    def with_column(self, name: str, expr: Expr | str) -> DataFrame:
        """One more column, or another in the place of one."""
        return self._new("with_column", name, _predicate(self, expr))

    def with_columns(self, *exprs: Any, **named_exprs: Any) -> DataFrame:
        """More columns, named by the expressions themselves or by keyword."""
        out: list[Any] = []

        def add(items: Iterable[Any], depth: int) -> None:
            for item in items:
                if isinstance(item, (str, Expr)):
                    out.append(_predicate(self, item))
                elif isinstance(item, Iterable) and not isinstance(item, (bytes, bytearray)) and depth < 64:
                    add(item, depth + 1)
                else:
                    raise TypeError(EXPR_TYPE_ERROR)

        add(exprs, 0)
        out += [_predicate(self, expr).alias(name, None) for name, expr in named_exprs.items()]
        return self._new("with_columns", out)

    def with_column_renamed(self, old_name: str, new_name: str) -> DataFrame:
        return self._new("with_column_renamed", old_name, new_name)

    def drop(self, *columns: str) -> DataFrame:
        """All columns but these; unknown names count for nothing."""
        for column in columns:
            if not isinstance(column, str):
                raise TypeError(f"'{type(column).__name__}' object is not an instance of 'str'")
        return self._new("drop", list(columns))

    def cast(self, mapping: dict[str, Any]) -> DataFrame:
        """Columns in other types, in their places."""
        return self._new("cast", [(name, _arrow.type_in(type_)) for name, type_ in mapping.items()])

    def fill_null(self, value: Any, subset: list[str] | None = None) -> DataFrame:
        """The value in place of NULL, cast to each column's type; columns where that can't be stay."""
        if isinstance(subset, str):
            raise TypeError("Can't extract `str` to `Vec`: the columns are a list of names")
        if subset is not None and not subset:
            return self
        return self._new("fill_null", coerce_to_expr(value).expr, list(subset or []))

    def fill_nan(self, value: float | int, subset: list[str] | None = None) -> DataFrame:
        """The value in place of NaN, in columns of floats."""
        if isinstance(subset, str):
            raise TypeError("Can't extract `str` to `Vec`: the columns are a list of names")
        if subset is not None and not subset:
            return self
        return self._new("fill_nan", coerce_to_expr(value).expr, list(subset or []))

    def unnest_columns(
        self,
        *columns: str,
        preserve_nulls: bool = True,
        recursions: Sequence[tuple[str, str, int]] | None = None,
    ) -> DataFrame:
        """Lists as rows, structs as columns; `recursions` (column, new name, depth) in place of a column's one level."""
        deeper = list(recursions or ())
        specs: list[Any] = []
        if not columns and not deeper:
            raise PlanError("DataFusion error: Error during planning: unnest plan requires at least 1 column to unnest")
        for name in columns or dict.fromkeys(name for name, _, _ in deeper):
            own = [(column, new_name, depth) for column, new_name, depth in deeper if column == name]
            specs += own or [(name, "", 1)]
        return self._new("unnest_columns", specs, preserve_nulls)

    # ---- rows

    def filter(self, *predicates: Expr | str) -> DataFrame:
        """Rows for which all predicates (Exprs or SQL texts) are true."""
        if not predicates:
            return DataFrame(self.df)
        return self._new("filter", [_predicate(self, predicate) for predicate in predicates])

    def sort(self, *exprs: SortKey) -> DataFrame:
        """Rows in order: by names, Exprs (ascending, nulls last) or SortExprs."""
        return self._new("sort", sort_list_to_raw_sort_list(list(exprs)))

    def sort_by(self, *exprs: Expr | str) -> DataFrame:
        """Rows in ascending order, nulls last."""
        return self._new("sort", [_core.SortExpr(_name_or_expr(expr), True, False) for expr in exprs])

    def limit(self, count: int, offset: int = 0) -> DataFrame:
        """The first rows in the plan's order, after an offset."""
        return self._new("limit", checked_count(count), checked_count(offset))

    def head(self, n: int = 5) -> DataFrame:
        return self.limit(n)

    def tail(self, n: int = 5) -> DataFrame:
        """The last rows. Counts the rows first."""
        return self._new("tail", checked_count(n))

    def distinct(self) -> DataFrame:
        """Rows without their equals."""
        return self._new("distinct")

    def distinct_on(
        self, on_expr: list[Expr], select_expr: list[Expr], sort_expr: list[SortExpr] | None = None
    ) -> DataFrame:
        """The first row of each key."""
        return self._new(
            "distinct_on",
            expr_list_to_raw_expr_list(on_expr),
            expr_list_to_raw_expr_list(select_expr),
            sort_list_to_raw_sort_list(sort_expr) or [],
        )

    def repartition(self, num: int) -> DataFrame:
        return self._new("repartition", checked_count(num))

    def repartition_by_hash(self, *exprs: Expr | str, num: int) -> DataFrame:
        return self._new("repartition_by_hash", [_name_or_expr(expr) for expr in exprs], num)

    # ---- groups and windows

    def aggregate(
        self, group_by: Expr | str | Iterable[Expr | str] | None, aggs: Expr | Iterable[Expr] | None
    ) -> DataFrame:
        """One row a group; groups come first in the result."""
        groups = expr_list_to_raw_expr_list(group_by) or []
        aggs_list = [aggs] if isinstance(aggs, Expr) else aggs
        exprs = ensure_expr_list(aggs_list)
        if not groups and not exprs:
            raise PlanError(
                "DataFusion error: Error during planning: Aggregate requires at least one grouping or aggregate expression"
            )
        return self._new("aggregate", groups, exprs)

    def window(self, *exprs: Expr) -> DataFrame:
        """All columns and these window functions."""
        return self._new("window", [_name_or_expr(expr) for expr in exprs])

    def describe(self) -> DataFrame:
        """Count, mean, deviation, smallest, largest and median of each column. Runs the query."""
        return self._new("describe")

    # ---- two frames

    def union(self, other: DataFrame, distinct: bool = False) -> DataFrame:
        """The rows of both, by position."""
        return self._new("union", other.df, distinct)

    def union_distinct(self, other: DataFrame) -> DataFrame:
        warnings.warn(
            "union_distinct() is deprecated. Use union(other, distinct=True) instead.", DeprecationWarning, stacklevel=2
        )
        return self.union(other, distinct=True)

    def union_by_name(self, other: DataFrame, distinct: bool = False) -> DataFrame:
        """The rows of both, by name; a column that one side lacks is NULL there."""
        return self._new("union_by_name", other.df, distinct)

    def intersect(self, other: DataFrame, distinct: bool = False) -> DataFrame:
        """Rows that the other frame has too."""
        return self._new("intersect", other.df, distinct)

    def except_all(self, other: DataFrame, distinct: bool = False) -> DataFrame:
        """Rows that the other frame has not."""
        return self._new("except_all", other.df, distinct)

    def join(
        self,
        right: DataFrame,
        on: str | Sequence[str] | None = None,
        how: JoinHow = "inner",
        *,
        left_on: str | Sequence[str] | None = None,
        right_on: str | Sequence[str] | None = None,
        join_keys: Any = None,
        coalesce_duplicate_keys: bool = True,
    ) -> DataFrame:
        """Rows of both frames that have equal keys."""
        if join_keys is not None:
            warnings.warn(
                "`join_keys` is deprecated, use `on` or `left_on` with `right_on`", DeprecationWarning, stacklevel=2
            )
            on = join_keys
        if on is not None:
            if left_on is not None or right_on is not None:
                raise ValueError("`left_on` or `right_on` should not provided with `on`")
            if isinstance(on, tuple) and len(on) == 2 and all(isinstance(side, (list, tuple)) for side in on):
                left_on, right_on = on
            else:
                left_on = right_on = on
        elif left_on is not None or right_on is not None:
            if left_on is None or right_on is None:
                raise ValueError("`left_on` and `right_on` should both be provided.")
        else:
            raise ValueError("either `on` or `left_on` and `right_on` should be provided.")
        _check_join_type(how)
        left, right_names = _names(left_on), _names(right_on)
        return self._new("join", right.df, left, right_names, how, coalesce_duplicate_keys)

    def join_on(self, right: DataFrame, *on_exprs: Expr, how: JoinHow = "inner") -> DataFrame:
        """Rows of both frames for which all conditions are true."""
        _check_join_type(how)
        return self._new("join_on", right.df, [ensure_expr(expr) for expr in on_exprs], how)

    def alias(self, alias: str) -> DataFrame:
        """The frame under another table name, as a join with itself needs it."""
        return self._new("alias", _folded(alias))

    def transform(self, func: Callable[..., Any], *args: Any) -> Any:
        """What a function makes of this frame."""
        return func(self, *args)

    def cache(self) -> DataFrame:
        """Runs the query now and keeps its rows in memory."""
        return self._new("cache")

    # ---- doors: lazy

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A fresh lazy stream a call. A requested schema's columns alone are read, in its order and types; what doesn't fit is an error."""
        stream = _guard(self.df.execute, requested_schema, None, None)
        self._figures.watch(stream)
        return stream.export_stream()

    def __arrow_c_schema__(self) -> object:
        return self.df.schema().__arrow_c_schema__()

    def execute_stream(
        self,
        *,
        timeout: float | None = None,
        memory_limit: int | None = None,
        require_bounded: bool | None = None,
        requested_schema: Any = None,
    ) -> RecordBatchStream:
        """One stream over all partitions, in order.

        `timeout` in seconds from the first pull; `memory_limit` in bytes, inside of the session's; with `require_bounded` a
        plan that isn't sure to run inside the limit is refused (see :meth:`explain` with `memory`).
        """
        stream = _guard(self.df.execute, requested_schema, timeout, memory_limit, require_bounded)
        return RecordBatchStream(stream, self._figures)

    def execute_stream_partitioned(
        self, *, timeout: float | None = None, memory_limit: int | None = None, require_bounded: bool | None = None
    ) -> list[RecordBatchStream]:
        """One stream a partition; they may be read in any order, at once, or not at all."""
        streams = _guard(self.df.execute_partitioned, None, timeout, memory_limit, require_bounded)
        return [RecordBatchStream(stream, self._figures) for stream in streams]

    def __iter__(self) -> Iterator[RecordBatch]:
        return self.execute_stream()

    def __aiter__(self) -> AsyncIterator[RecordBatch]:
        return self.execute_stream()

    # ---- doors: all rows

    def _batches(
        self,
        timeout: float | None = None,
        memory_limit: int | None = None,
        progress: Any = None,
        require_bounded: bool | None = None,
    ) -> list[Any]:
        """All rows as core batches."""
        from bowstring.progress import batches

        self._figures.begin()
        stream = _guard(self.df.execute, None, timeout, memory_limit, require_bounded)
        try:
            return _guard(lambda: list(batches(stream, progress)))
        finally:
            self._figures.finish(stream)

    def collect(
        self,
        *,
        timeout: float | None = None,
        memory_limit: int | None = None,
        require_bounded: bool | None = None,
        progress: Callable[[Any], None] | bool | None = None,
    ) -> list[pa.RecordBatch]:
        """All rows as batches (pyarrow's where it is installed).

        `timeout` in seconds; `memory_limit` in bytes, inside of the session's; with `require_bounded` a plan that isn't sure
        to run inside the limit is refused; `progress` a function that gets a :class:`~bowstring.progress.Progress` ten times
        a second, or True for a bar. All calls that run the query take these.
        """
        return [_arrow.batch_out(batch) for batch in self._batches(timeout, memory_limit, progress, require_bounded)]

    def sink(
        self,
        callback: Callable[[RecordBatch], Any],
        *,
        timeout: float | None = None,
        memory_limit: int | None = None,
        require_bounded: bool | None = None,
        progress: Callable[[Any], None] | bool | None = None,
    ) -> int:
        """Gives each batch to a function, in order, as it comes; answers the number of rows. What the function raises ends the query."""
        from bowstring.progress import batches

        stream = _guard(self.df.execute, None, timeout, memory_limit, require_bounded)
        rows = 0
        reader = batches(stream, progress)
        try:
            while (batch := _guard(next, reader, None)) is not None:
                callback(RecordBatch(batch))
                rows += batch.num_rows
        finally:
            reader.close()
            stream.close()
        return rows

    def collect_partitioned(self) -> list[list[pa.RecordBatch]]:
        """All rows as batches, partition by partition."""
        self._figures.begin()
        streams = _guard(self.df.execute_partitioned, None, None, None)
        try:
            return [[_arrow.batch_out(batch) for batch in _guard(list, iter(stream.next, None))] for stream in streams]
        finally:
            self._figures.finish(streams[0])

    def collect_column(self, column_name: str) -> pa.Array:
        """All values of one column."""
        if not isinstance(column_name, str):
            raise TypeError(f"'{type(column_name).__name__}' object is not an instance of 'str'")
        frame = self.select('"' + column_name.replace('"', '""') + '"').df
        field = self.df.schema().field(column_name)
        batches = _guard(frame.collect)
        return _arrow.array_out(_core.Array.concat([batch.column(0) for batch in batches], field.type))

    def count(
        self, *, timeout: float | None = None, memory_limit: int | None = None, require_bounded: bool | None = None
    ) -> int:
        """The number of rows. Runs the query."""
        return _guard(self.df.count, timeout, memory_limit, require_bounded)

    def to_arrow_table(self, **run: Any) -> pa.Table:
        """All rows as a pyarrow table. Keywords as :meth:`collect`."""
        pa = _arrow.need_pyarrow("to_arrow_table()")
        batches = self.collect(**run)
        schema = batches[0].schema if batches else self.schema()
        return pa.Table.from_batches(batches, schema=schema)

    def to_pandas(self, **run: Any) -> pd.DataFrame:
        """All rows as a pandas frame. Keywords as :meth:`collect`."""
        _arrow.need_pyarrow("to_pandas()")
        return self.to_arrow_table(**run).to_pandas()

    def to_polars(self, **run: Any) -> pl.DataFrame:
        """All rows as a polars frame. Keywords as :meth:`execute_stream`."""
        try:
            import polars
        except ImportError:
            raise ImportError("to_polars() needs the package polars, which is not installed") from None
        return polars.DataFrame(self.execute_stream(**run) if run else self)

    def to_pydict(self, **run: Any) -> dict[str, list[Any]]:
        """The columns as lists of Python values. Keywords as :meth:`collect`."""
        if _arrow.pyarrow() is not None:
            return self.to_arrow_table(**run).to_pydict()
        out: dict[str, list[Any]] = {name: [] for name in self.df.schema().names}
        for batch in self._batches(**run):
            for name, values in batch.to_pydict().items():
                out[name] += values
        return out

    def to_pylist(self, **run: Any) -> list[dict[str, Any]]:
        """The rows as dicts of Python values. Keywords as :meth:`collect`."""
        if _arrow.pyarrow() is not None:
            return self.to_arrow_table(**run).to_pylist()
        return [row for batch in self._batches(**run) for row in batch.to_pylist()]

    # ---- display

    def show(self, num: int = 20) -> None:
        """Prints the first rows."""
        from bowstring._table_text import table_text

        batches = _guard(self.limit(num).df.collect)
        if not batches:
            print("DataFrame has no rows")
            return
        print("DataFrame()\n" + table_text(batches, self.df.schema()))

    def explain(
        self,
        verbose: bool = False,
        analyze: bool = False,
        format: ExplainFormat | str | None = None,
        show_statistics: bool | None = None,
        analyze_level: ExplainAnalyzeLevel | None = None,
        analyze_categories: Any = None,
        memory: bool = False,
    ) -> None:
        """Prints how the query will be run, or with `analyze` how it was.

        With `memory`: for each node whether it streams, keeps a bounded number of bytes, or spills, and the least memory
        limit that does for the whole.
        """
        if memory:
            if verbose or analyze or format is not None:
                raise ValueError("memory can't be used with verbose, analyze or format")
            print(_guard(self.df.explain_memory)[0])
            return
        if show_statistics is not None and analyze:
            raise ValueError("show_statistics cannot be combined with analyze")
        if not analyze and analyze_level is not None:
            raise ValueError("analyze_level requires analyze")
        if not analyze and analyze_categories is not None:
            raise ValueError("analyze_categories requires analyze")
        if isinstance(format, str):
            known = {one.value: one for one in ExplainFormat}
            if format.lower() not in known:
                raise ValueError(f"unknown format of EXPLAIN '{format}': one of {', '.join(known)} is needed")
            format = known[format.lower()]
        if self.df.logical_plan().display() in ("Explain", "Analyze"):
            raise PlanError("DataFusion error: Error during planning: Nested EXPLAINs are not supported")
        if format is ExplainFormat.TREE and not analyze:
            verbose = False  # the tree has no rows for single rules
        DataFrame(_guard(self.df.explain, verbose, analyze, "" if format is None else format.value)).show()

    def __repr__(self) -> str:
        from bowstring.dataframe_formatter import get_formatter

        batches, has_more = self._first_rows()
        return get_formatter().format_str(batches, self.schema(), has_more)

    def _repr_html_(self) -> str:
        from bowstring.dataframe_formatter import get_formatter

        batches, has_more = self._first_rows()
        return get_formatter().format_html(batches, self.schema(), has_more)

    @staticmethod
    def default_str_repr(batches: Any, schema: Any, has_more: bool, table_uuid: str | None = None) -> str:
        """The text form of some batches."""
        from bowstring._table_text import frame_text

        return frame_text([_arrow.batch_in(batch) for batch in batches], has_more)

    def _first_rows(self) -> tuple[list[Any], bool]:
        """As many rows as are shown, read from a stream that is then dropped."""
        from bowstring.dataframe_formatter import get_formatter

        formatter = get_formatter()
        batches: list[Any] = []
        rows = memory = counted = 0
        names = self.df.schema().names
        has_more = False
        with self.execute_stream() as stream:
            for batch in stream:
                size = stream.stats.bytes - counted + 96 * len(names)  # with what each array needs beside its values
                counted = stream.stats.bytes
                keep = batch.num_rows
                if memory + size > formatter.max_memory_bytes and batch.num_rows:
                    share = formatter.max_memory_bytes / (memory + size)
                    keep = max(formatter.min_rows, round((rows + batch.num_rows) * share)) - rows
                keep = min(keep, formatter.max_rows - rows) if rows + keep > formatter.max_rows else keep
                keep = max(0, min(keep, batch.num_rows))
                batches.append(
                    _arrow.batch_out(batch.slice(0, keep).record_batch)
                    if keep < batch.num_rows
                    else _arrow.batch_out(batch.record_batch)
                )
                has_more = keep < batch.num_rows
                rows += keep
                memory += size
                if has_more or (
                    rows >= formatter.max_rows or (memory >= formatter.max_memory_bytes and rows >= formatter.min_rows)
                ):
                    if not has_more:
                        has_more = next(iter(stream), None) is not None
                    break
        return batches if rows else [], has_more

    # ---- files

    def write_csv(
        self, path: Any, with_header: bool = False, write_options: DataFrameWriteOptions | None = None
    ) -> None:
        """Writes the rows as CSV, now. A path with an extension is one file, another a folder that gets a file for each partition."""
        write(self.df, path, "csv", {"has_header": "true" if checked_bool(with_header) else "false"}, write_options)

    def write_json(self, path: Any, write_options: DataFrameWriteOptions | None = None) -> None:
        """Writes the rows as JSON, an object a line, now; members that are NULL are left out."""
        write(self.df, path, "json", {}, write_options)

    def write_parquet(
        self,
        path: Any,
        compression: Compression | str | ParquetWriterOptions = Compression.ZSTD,
        compression_level: int | None = None,
        write_options: DataFrameWriteOptions | None = None,
    ) -> None:
        """Writes the rows as Parquet, now."""
        if isinstance(compression, ParquetWriterOptions):
            if compression_level is not None:
                raise ValueError("compression_level should be None when using ParquetWriterOptions")
            self.write_parquet_with_options(path, compression, write_options)
            return
        codec = Compression.from_str(compression) if isinstance(compression, str) else compression
        if compression_level is not None and operator.index(compression_level) < 0:
            raise OverflowError("out of range integral type conversion attempted")
        if compression_level is None:
            compression_level = codec.get_default_level()
        text = codec.value if compression_level is None else f"{codec.value}({compression_level})"
        write(self.df, path, "parquet", {"compression": text}, write_options)

    def write_parquet_with_options(
        self, path: Any, options: ParquetWriterOptions, write_options: DataFrameWriteOptions | None = None
    ) -> None:
        """Writes the rows as Parquet with every option of the format, now."""
        write(self.df, path, "parquet", parquet_texts(options), write_options)

    def write_table(self, table_name: str, write_options: DataFrameWriteOptions | None = None) -> None:
        """Adds the rows to a registered table, now: columns by place, cast to the table's types."""
        operation = None if write_options is None else write_options.insert_operation
        frame = self.df
        if write_options is not None and write_options.sort_by:
            frame = _guard(frame.sort, list(write_options.sort_by))
        _guard(frame.write_table, table_name, "append" if operation is None else operation.value)


def _folded(name: Any) -> Any:
    """A table's name as SQL reads it: in lower case unless it is quoted."""
    if not isinstance(name, str):
        return name
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name.lower()


def _check_join_type(how: str) -> None:
    if not isinstance(how, str):
        raise TypeError(f"'{type(how).__name__}' object is not an instance of 'str'")
    if how not in ("inner", "left", "right", "full", "semi", "anti"):
        raise PlanError(f"The join type {how} does not exist or is not implemented")


def _names(keys: Any) -> list[str]:
    names = [keys] if isinstance(keys, (str, Expr)) else list(keys)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(
                f"'{type(name).__name__}' object is not an instance of 'str': keys are names, join_on() takes Exprs"
            )
    return names
