# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Sessions: where tables, functions, settings and memory hang together. Thread-safe: many queries of one session may run at once."""

from __future__ import annotations

import functools
import operator
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bowstring import _arrow
from bowstring._load import _core
from bowstring.catalog import (
    Catalog,
    CatalogList,
    CatalogProviderExportable,
    CatalogProviderList,
    CatalogProviderListExportable,
    Table,
    TableProviderFactory,
    TableProviderFactoryExportable,
)
from bowstring.dataframe import DataFrame
from bowstring.errors import BowstringError, ExecutionError, PlanError
from bowstring.expr import Expr, _guard, coerce_to_expr, sort_list_to_raw_sort_list
from bowstring.object_store import _Registry
from bowstring.options import DEFAULT_MAX_INFER_SCHEMA, CsvReadOptions, checked_bool, checked_count, compression_name
from bowstring.record_batch import RecordBatchStream

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = [
    "ArrowArrayExportable",
    "ArrowStreamExportable",
    "Catalog",
    "CatalogList",
    "CatalogProviderExportable",
    "CatalogProviderList",
    "CatalogProviderListExportable",
    "CsvReadOptions",
    "DEFAULT_MAX_INFER_SCHEMA",
    "DataFrame",
    "RecordBatchStream",
    "RuntimeEnvBuilder",
    "SQLOptions",
    "SessionConfig",
    "SessionContext",
    "TableProviderExportable",
    "TableProviderFactory",
    "TableProviderFactoryExportable",
    "sort_list_to_raw_sort_list",
]


class ArrowStreamExportable(Protocol):
    """What gives an Arrow C stream: pyarrow, polars and nanoarrow tables, readers, frames of this package."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class ArrowArrayExportable(Protocol):
    """What gives an Arrow C array: record batches."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


class TableProviderExportable(Protocol):
    """What gives a table of another engine, through a capsule."""

    def __datafusion_table_provider__(self, session: Any) -> object: ...


class SessionConfig:
    """A session's settings, by key: the peer's ``datafusion.*`` keys and ``bowstring.*`` keys. Methods change the object and answer it."""

    def __init__(self, config_options: dict[str, str] | None = None) -> None:
        self.config_internal = _core.SessionConfig()
        if config_options is not None and not isinstance(config_options, Mapping):
            raise TypeError(f"'{type(config_options).__name__}' object is not an instance of 'dict'")
        for key, value in (config_options or {}).items():
            self.set(key, value)

    def set(self, key: str, value: str) -> SessionConfig:
        """Sets a key; ValueError where there is no such key or the value does not fit it."""
        if not isinstance(key, str) or not isinstance(value, str):
            wrong = key if not isinstance(key, str) else value
            raise TypeError(f"'{type(wrong).__name__}' object is not an instance of 'str'")
        self.config_internal.set(key, value)
        return self

    def _flag(self, key: str, enabled: bool) -> SessionConfig:
        if not isinstance(enabled, bool):
            raise TypeError(f"'{type(enabled).__name__}' object is not an instance of 'bool'")
        return self.set(key, "true" if enabled else "false")

    def with_create_default_catalog_and_schema(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.catalog.create_default_catalog_and_schema", enabled)

    def with_default_catalog_and_schema(self, catalog: str, schema: str) -> SessionConfig:
        return self.set("datafusion.catalog.default_catalog", catalog).set("datafusion.catalog.default_schema", schema)

    def with_information_schema(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.catalog.information_schema", enabled)

    def with_batch_size(self, batch_size: int) -> SessionConfig:
        """Rows of every batch but a partition's last."""
        return self.set("datafusion.execution.batch_size", str(checked_count(operator.index(batch_size))))

    def with_target_partitions(self, target_partitions: int) -> SessionConfig:
        """Partitions of a plan, where its tables leave the choice. 0: the number of CPUs."""
        return self.set("datafusion.execution.target_partitions", str(checked_count(operator.index(target_partitions))))

    def with_repartition_aggregations(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.optimizer.repartition_aggregations", enabled)

    def with_repartition_joins(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.optimizer.repartition_joins", enabled)

    def with_repartition_windows(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.optimizer.repartition_windows", enabled)

    def with_repartition_sorts(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.optimizer.repartition_sorts", enabled)

    def with_repartition_file_scans(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.optimizer.repartition_file_scans", enabled)

    def with_repartition_file_min_size(self, size: int) -> SessionConfig:
        return self.set("datafusion.optimizer.repartition_file_min_size", str(checked_count(operator.index(size))))

    def with_parquet_pruning(self, enabled: bool = True) -> SessionConfig:
        return self._flag("datafusion.execution.parquet.pruning", enabled)

    def with_allowed_paths(self, paths: Iterable[str | os.PathLike[str]]) -> SessionConfig:
        """The session reads and writes files only there and below: tables, COPY, temporary files. Links are followed before they are
        looked at. Not to be changed later, from SQL neither. Files that Python code opens itself are its own affair."""
        if isinstance(paths, (str, bytes, os.PathLike)):
            raise TypeError("allowed paths are a list of paths")
        texts = [os.fspath(path) for path in paths]
        if any("\n" in text for text in texts):
            raise ValueError("an allowed path can't hold a line break")
        return self.set("bowstring.allowed_paths", "\n".join(texts))

    def with_locked_config(self, locked: bool = True) -> SessionConfig:
        """SET and RESET are refused in the session."""
        return self._flag("bowstring.locked_config", locked)

    def with_extension(self, extension: Any) -> SessionConfig:
        if not hasattr(extension, "__datafusion_extension_options__"):
            raise AttributeError("Expected extension object to define __datafusion_extension_options__()")
        raise _needs_rust("extensions of the settings by foreign objects")


class RuntimeEnvBuilder:
    """What a session's queries may use of memory and disk. Methods change the object and answer it."""

    def __init__(self) -> None:
        self.config_internal = _core.RuntimeEnvBuilder()

    def with_unbounded_memory_pool(self) -> RuntimeEnvBuilder:
        """No limit. The default is 75 % of what the process may use."""
        self.config_internal.with_unbounded_memory_pool()
        return self

    def with_fair_spill_pool(self, size: int) -> RuntimeEnvBuilder:
        """So many bytes, shared evenly by queries that ask for much."""
        self.config_internal.with_fair_spill_pool(checked_count(operator.index(size)))
        return self

    def with_greedy_memory_pool(self, size: int) -> RuntimeEnvBuilder:
        """So many bytes, first come, first served."""
        self.config_internal.with_greedy_memory_pool(checked_count(operator.index(size)))
        return self

    def with_disk_manager_disabled(self) -> RuntimeEnvBuilder:
        """Nothing is spilled."""
        self.config_internal.with_disk_manager_disabled()
        return self

    def with_disk_manager_os(self) -> RuntimeEnvBuilder:
        """Spill files lie in the system's folder for temporary files."""
        self.config_internal.with_disk_manager_os()
        return self

    def with_disk_manager_specified(self, *paths: str | os.PathLike[str]) -> RuntimeEnvBuilder:
        """Spill files lie in these folders."""
        self.config_internal.with_disk_manager_specified([os.fspath(path) for path in paths])
        return self

    def with_temp_file_path(self, path: str | os.PathLike[str]) -> RuntimeEnvBuilder:
        """Spill files lie in this folder."""
        self.config_internal.with_temp_file_path(os.fspath(path))
        return self


class SQLOptions:
    """What SQL text may do, besides queries."""

    def __init__(self) -> None:
        self.options_internal = _core.SQLOptions()

    def with_allow_ddl(self, allow: bool = True) -> SQLOptions:
        self.options_internal.allow_ddl = allow
        return self

    def with_allow_dml(self, allow: bool = True) -> SQLOptions:
        self.options_internal.allow_dml = allow
        return self

    def with_allow_statements(self, allow: bool = True) -> SQLOptions:
        self.options_internal.allow_statements = allow
        return self


_TWO_KINDS_OF_OPTIONS = (
    "Combining CsvReadOptions parameter with additional options is not supported. Use CsvReadOptions to set parameters."
)
_global_stores = _Registry()


@functools.cache
def _global_core() -> Any:
    config = _core.SessionConfig()
    config.set("datafusion.catalog.information_schema", "true")
    return _core.SessionContext(config, _core.RuntimeEnvBuilder())


def _conformed_batch(batch: Any, schema: Any) -> Any:
    """A core batch with a schema's columns, in its order and types."""
    config = _core.SessionConfig()
    config.set("datafusion.execution.batch_size", str(max(1, batch.num_rows)))
    config.set("datafusion.execution.target_partitions", "1")
    frame = _core.SessionContext(config, _core.RuntimeEnvBuilder()).read_batches([batch])
    batches = _guard(frame.collect, schema)
    if len(batches) == 1:
        return batches[0]
    columns = [
        _core.Array.concat([part.column(i) for part in batches], schema.field(i).type) for i in range(len(schema))
    ]
    return _core.RecordBatch.from_columns(columns, schema)


def _paths(path: Any) -> list[str]:
    if isinstance(path, (str, os.PathLike)):
        return [os.fspath(path)]
    if not isinstance(path, Iterable):
        raise TypeError(f"expected str, bytes or os.PathLike object, not {type(path).__name__}")
    return [os.fspath(one) for one in path]


def _value_error(call: Any, *args: Any) -> Any:
    """A core call whose every failure is a ValueError."""
    try:
        return call(*args)
    except BowstringError as error:
        if isinstance(error, (ValueError, MemoryError)):
            raise
        raise PlanError(str(error)) from error


_IN_MEMORY = {
    ("bowstring", "RecordBatch"),
    ("pyarrow", "Table"),
    ("pyarrow", "RecordBatch"),
    ("pyarrow", "ChunkedArray"),
    ("polars", "DataFrame"),
    ("polars", "Series"),
    ("pandas", "DataFrame"),
    ("arro3", "Table"),
    ("arro3", "RecordBatch"),
    ("nanoarrow", "Array"),
}
_FRESH = {
    ("bowstring", "DataFrame"),
    ("datafusion", "DataFrame"),
    ("duckdb", "DuckDBPyRelation"),
    ("_duckdb", "DuckDBPyRelation"),
    ("polars", "LazyFrame"),
}


def _kind_of(data: Any) -> str:
    """How often an Arrow producer can be asked: "memory", "fresh" a query, or "once"."""
    for class_ in type(data).__mro__:  # known classes alone: an unknown producer's rows are kept, and never read a second time
        key = (class_.__module__.split(".")[0], class_.__name__)
        if key in _IN_MEMORY:
            return "memory"
        if key in _FRESH:
            return "fresh"
    return "once"


class SessionContext:
    """A session. Thread-safe; see the module's head."""

    def __init__(self, config: SessionConfig | None = None, runtime: RuntimeEnvBuilder | None = None) -> None:
        if config is None:
            settings = _core.SessionConfig()
            settings.set("datafusion.catalog.information_schema", "true")
        else:
            settings = config.config_internal
        self.ctx = _core.SessionContext(
            settings, _core.RuntimeEnvBuilder() if runtime is None else runtime.config_internal
        )
        self._inlining = True
        self._stores = _Registry()

    @classmethod
    def _of_core(cls, ctx: Any, stores: _Registry | None = None) -> SessionContext:
        out = cls.__new__(cls)
        out.ctx = ctx
        out._inlining = True
        out._stores = _Registry() if stores is None else stores
        return out

    @classmethod
    def global_ctx(cls) -> SessionContext:
        """A handle on the one session that the whole process shares."""
        return cls._of_core(_global_core(), _global_stores)

    # ---- the session itself

    def session_id(self) -> str:
        return self.ctx.session_id()

    def session_start_time(self) -> str:
        return self.ctx.session_start_time()

    def copied_config(self) -> SessionConfig:
        """The settings, as a copy of their own."""
        out = SessionConfig()
        out.config_internal = self.ctx.config()
        return out

    def enable_ident_normalization(self) -> bool:
        """Whether unquoted identifiers are folded to lower case."""
        return self.ctx.config().get("datafusion.sql_parser.enable_ident_normalization") == "true"

    def enable_url_table(self) -> SessionContext:
        """The same session, where a quoted path in FROM is a file."""
        return type(self)._of_core(self.ctx.enable_url_table(), self._stores)

    def enable_spark_functions(self) -> None:
        """Puts Spark's functions over SQL's names, in this session."""
        self.ctx.enable_spark_functions()

    @staticmethod
    def parse_capacity_limit(config_name: str, limit: str) -> int:
        return _guard(_core.parse_capacity, config_name, limit)

    def remove_optimizer_rule(self, name: str) -> bool:
        """Switches an optimizer rule off; whether there was one."""
        return self.ctx.remove_optimizer_rule(name)

    def refresh_catalogs(self) -> None:
        """Catalogs are asked anew for each statement: there is nothing to refresh."""

    def with_python_udf_inlining(self, *, enabled: bool) -> SessionContext:
        """The same session; whether Python functions travel by value when expressions are pickled."""
        if not isinstance(enabled, bool):
            raise TypeError(f"'{type(enabled).__name__}' object is not an instance of 'bool'")
        out = type(self)._of_core(self.ctx, self._stores)
        out._inlining = enabled
        return out

    def add_physical_optimizer_rule(self, rule: Any) -> None:
        _foreign(rule, "__datafusion_physical_optimizer_rule__")
        raise _needs_rust("physical optimizer rules of other engines")

    def set_query_planner(self, planner: Any) -> None:
        _foreign(planner, "__datafusion_query_planner__")
        raise _needs_rust("query planners of other engines")

    def with_logical_extension_codec(self, codec: Any, codec_id: str | None = None) -> SessionContext:
        _foreign(codec, "__datafusion_logical_extension_codec__")
        raise _needs_rust("extension codecs")

    def with_physical_extension_codec(self, codec: Any, codec_id: str | None = None) -> SessionContext:
        _foreign(codec, "__datafusion_physical_extension_codec__")
        raise _needs_rust("extension codecs")

    def with_extensions(self, *extensions: Any) -> SessionContext:
        if not extensions:
            return type(self)._of_core(self.ctx, self._stores)
        from bowstring.extensions import SessionComponentsExportable, SessionPlannerExportable

        for extension in extensions:
            if not isinstance(extension, (SessionComponentsExportable, SessionPlannerExportable)):
                raise TypeError(
                    "Extension implements neither __datafusion_session_components__ nor __datafusion_session_planner__: "
                    f"{extension!r}"
                )
        raise _needs_rust("session extensions of other engines")

    def logical_extension_codec_ids(self) -> list[str]:
        return []

    def physical_extension_codec_ids(self) -> list[str]:
        return []

    def __repr__(self) -> str:
        entries = ",\n".join(f"\t{key} = {value or ''}" for key, value in self.ctx.config().entries())
        return f"SessionContext: id={self.session_id()}; configs=[\n{entries}]"

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle 'SessionContext' object")

    # ---- SQL

    def sql(
        self,
        query: str,
        options: SQLOptions | None = None,
        param_values: dict[str, Any] | None = None,
        **named_params: Any,
    ) -> DataFrame:
        """Plans one statement. Queries are lazy; CREATE, DROP and SET act now.

        ``$name`` in the text is a value of `param_values`, or the text of a keyword argument; a DataFrame among these becomes a view.
        """
        for name, value in named_params.items():
            query = self._substitute(query, name, value)
        values = [
            # A text is SQL's text here, not the view that lit() makes of it.
            (name, (Expr.string_literal(value) if isinstance(value, str) else coerce_to_expr(value)).expr)
            for name, value in (param_values or {}).items()
        ]
        inner = _core.SQLOptions() if options is None else options.options_internal
        return DataFrame(_value_error(self.ctx.sql, query, inner, values))

    def sql_with_options(
        self, query: str, options: SQLOptions, param_values: dict[str, Any] | None = None, **named_params: Any
    ) -> DataFrame:
        """As :meth:`sql`, with limits on what the text may do."""
        return self.sql(query, options=options, param_values=param_values, **named_params)

    def _substitute(self, query: str, name: str, value: Any) -> str:
        if isinstance(value, DataFrame):
            import uuid

            view = "view_" + str(uuid.uuid4()).replace("-", "_")
            self.register_table(view, value.into_view(temporary=True))
            text = view
        else:
            text = str(value)
        return _replace_token(query, name, text)

    def parse_sql_expr(self, sql: str, schema: Any) -> Expr:
        """An SQL expression over a schema's columns."""
        columns = getattr(schema, "_schema", schema)
        relations = {column.facts()["relation"] for column in getattr(schema, "_columns", ())}
        if (
            len(relations) == 1 and columns is not None and None not in relations
        ):  # so that names are resolved to the table's
            frame = self.ctx.read_batches([], _arrow.schema_in(columns)).alias(relations.pop())
            return Expr(_guard(frame.parse_sql_expr, sql))
        return Expr(
            _guard(self.ctx.parse_sql_expr, sql, _arrow.schema_in(columns) if columns is not None else _core.Schema([]))
        )

    # ---- tables

    def table(self, name: str) -> DataFrame:
        """A registered table as a frame; KeyError where there is none."""
        try:
            return DataFrame(self.ctx.table(name))
        except PlanError as error:
            text = str(error)
            if "No table named" in text:
                raise KeyError(text[text.index("No table named") :]) from None
            raise KeyError(f"No table named '{name}'") from error

    def table_exist(self, name: str) -> bool:
        return _guard(self.ctx.table_exists, name)

    def table_provider(self, name: str) -> Table:
        """A registered table; KeyError where there is none."""
        try:
            table = self.ctx.find_table(name)
        except PlanError as error:
            raise KeyError(str(error)) from None
        if table is None:
            raise KeyError(f"Error during planning: No table named '{name}'")
        return Table(table)

    def register_table(self, name: str, table: Any) -> None:
        """Registers a frame, a Table, a pyarrow dataset or any Arrow producer under a name."""
        _guard(self.ctx.register_table, name, Table(table, self).table)

    def register_table_provider(self, name: str, provider: Any) -> None:
        warnings.warn("Use register_table() instead.", DeprecationWarning, stacklevel=2)
        self.register_table(name, provider)

    def register_view(self, name: str, df: DataFrame) -> None:
        """Registers a frame's plan under a name."""
        if not isinstance(df, DataFrame):
            # As the peer's, which asks the object for its plan.
            raise AttributeError(f"a view is registered of a DataFrame, not of {type(df).__name__}; SQL has CREATE VIEW")
        _guard(self.ctx.register_view, name, df.df)

    def deregister_table(self, name: str) -> None:
        """Forgets a table; silent where there is none."""
        _guard(self.ctx.deregister_table, name)

    def register_record_batches(self, name: str, partitions: list[list[Any]]) -> None:
        """Registers partitions of batches under a name."""
        inner, schema = _partitions(partitions, None)
        _guard(self.ctx.register_record_batches, name, inner, schema)

    def register_batch(self, name: str, batch: Any) -> None:
        _guard(self.ctx.register_record_batches, name, [[_arrow.batch_in(batch)]], None)

    def register_dataset(self, name: str, dataset: Any) -> None:
        self.register_table(name, Table(dataset))

    def create_dataframe(self, partitions: list[list[Any]], name: str | None = None, schema: Any = None) -> DataFrame:
        """A frame over partitions of batches, which are registered under a name."""
        inner, core_schema = _partitions(partitions, schema)
        return DataFrame(_guard(self.ctx.create_dataframe, inner, name or "", core_schema))

    def create_dataframe_from_logical_plan(self, plan: Any) -> DataFrame:
        return DataFrame(_guard(self.ctx.from_plan, plan._raw_plan))

    def from_arrow(self, data: Any, name: str | None = None, *, once: bool = False, trust: bool = True) -> DataFrame:
        """A frame over any Arrow data.

        What is in memory is taken as it is, without a copy. A lazy frame is asked for a fresh stream by each query. A reader is read lazily, and its rows
        are kept for later queries; with ``once=True`` they aren't, and a second query is an error. ``trust=False`` checks foreign data in full.
        """
        if hasattr(data, "__arrow_c_stream__"):
            kind = "once" if once else _kind_of(data)
            if kind == "memory":
                schema, batches = _guard(_core.SessionContext.read_stream, data)
                return DataFrame(_guard(self.ctx.create_dataframe, [batches], name or "", schema))
            return self._stream_table(data, name, kind, once, trust)
        if hasattr(data, "__arrow_c_array__"):
            try:
                batch = _core.RecordBatch.from_arrow(data)
            except (BowstringError, ValueError, TypeError) as error:
                raise ExecutionError(
                    f"Expected either a Arrow Array or Arrow Stream in from_arrow(). {error}"
                ) from error
            return DataFrame(_guard(self.ctx.create_dataframe, [[batch]], name or "", None))
        raise ExecutionError("Expected either a Arrow Array or Arrow Stream in from_arrow().")

    def _stream_table(self, data: Any, name: str | None, kind: str, once: bool, trust: bool) -> DataFrame:
        import uuid

        table = _stream_source(self.ctx, data, kind, once, trust)
        name = name or "c" + uuid.uuid4().hex
        _guard(self.ctx.register_table, name, table)
        return DataFrame(_guard(self.ctx.table, name))

    def from_pydict(self, data: dict[str, list[Any]], name: str | None = None) -> DataFrame:
        """A frame over columns of Python values, whose types are inferred."""
        if not isinstance(data, Mapping):
            raise TypeError(f"'{type(data).__name__}' object is not an instance of 'dict'")
        pa = _arrow.pyarrow()
        if pa is not None:
            return self.from_arrow(pa.Table.from_pydict(data), name)
        columns = [_column_of(values) for values in data.values()]
        schema = _core.Schema([_core.Field(key, column.type) for key, column in zip(data, columns, strict=True)])
        return self._from_core(_core.RecordBatch.from_columns(columns, schema), name)

    def from_pylist(self, data: list[dict[str, Any]], name: str | None = None) -> DataFrame:
        """A frame over rows of Python values, whose types are inferred."""
        if not isinstance(data, list):
            raise TypeError(f"'{type(data).__name__}' object is not an instance of 'list'")
        pa = _arrow.pyarrow()
        if pa is not None:
            return self.from_arrow(pa.Table.from_pylist(data), name)
        return self._from_core(_core.RecordBatch.from_pylist(data), name)

    def from_pandas(self, data: pd.DataFrame, name: str | None = None) -> DataFrame:
        pa = _arrow.need_pyarrow("from_pandas()")
        return self.from_arrow(pa.Table.from_pandas(data), name)

    def from_polars(self, data: pl.DataFrame, name: str | None = None) -> DataFrame:
        if hasattr(data, "collect"):  # a LazyFrame
            data = data.collect()
        pa = _arrow.pyarrow()
        return self.from_arrow(data if pa is None else data.to_arrow(), name)

    def from_numpy(self, data: Any, name: str | None = None) -> DataFrame:
        """A frame over numpy arrays by name, or over a structured array."""
        if not isinstance(data, dict):
            data = {field: data[field] for field in data.dtype.names}
        return self.from_pydict(data, name)

    def _from_core(self, batch: Any, name: str | None) -> DataFrame:
        return DataFrame(_guard(self.ctx.create_dataframe, [[batch]], name or "", batch.schema))

    def read_table(self, table: Any) -> DataFrame:
        """A frame over a table that isn't registered."""
        return DataFrame(_guard(self.ctx.read_table, Table(table, self).table))

    def read_batch(self, batch: Any) -> DataFrame:
        return self.read_batches([batch])

    def read_batches(self, batches: Iterable[Any]) -> DataFrame:
        """A frame over batches that aren't registered."""
        inner = [_arrow.batch_in(batch) for batch in batches]
        return DataFrame(_guard(self.ctx.read_batches, inner, None if inner else _core.Schema([])))

    def read_empty(self) -> DataFrame:
        """One row without columns."""
        return DataFrame(self.ctx.read_empty())

    empty_table = read_empty

    def range(self, start: int, end: int | None = None, step: int = 1) -> DataFrame:
        """Column ``value``: numbers from a start to an end, the end excluded."""
        if end is None:
            start, end = 0, start
        return DataFrame(_guard(self.ctx.range, start, end, step))

    # ---- files

    def read_parquet(
        self,
        path: str | os.PathLike[str],
        table_partition_cols: list[tuple[str, Any]] | None = None,
        parquet_pruning: bool = True,
        file_extension: str = ".parquet",
        skip_metadata: bool = True,
        schema: Any = None,
        file_sort_order: Sequence[Any] | None = None,
        object_store: Any = None,
    ) -> DataFrame:
        """A frame over a Parquet file, a folder of them, or a glob."""
        self._stores.add_for(path, object_store)
        options = _parquet_options(path, parquet_pruning, skip_metadata)
        orders = _sort_orders(file_sort_order)
        return self._read(self._open("parquet", path, file_extension, schema, table_partition_cols, options, orders))

    def register_parquet(
        self,
        name: str,
        path: str | os.PathLike[str],
        table_partition_cols: list[tuple[str, Any]] | None = None,
        parquet_pruning: bool = True,
        file_extension: str = ".parquet",
        skip_metadata: bool = True,
        schema: Any = None,
        file_sort_order: Sequence[Any] | None = None,
        object_store: Any = None,
    ) -> None:
        """Registers a Parquet file, a folder of them, or a glob under a name."""
        self._stores.add_for(path, object_store)
        options = _parquet_options(path, parquet_pruning, skip_metadata)
        orders = _sort_orders(file_sort_order)
        self._register(name, self._open("parquet", path, file_extension, schema, table_partition_cols, options, orders))

    def register_listing_table(
        self,
        name: str,
        path: str | os.PathLike[str],
        table_partition_cols: list[tuple[str, Any]] | None = None,
        file_extension: str = ".parquet",
        schema: Any = None,
        file_sort_order: Sequence[Any] | None = None,
    ) -> None:
        """Registers a folder of Parquet files under a name."""
        self.register_parquet(name, path, table_partition_cols, True, file_extension, True, schema, file_sort_order)

    def read_csv(
        self,
        path: Any,
        schema: Any = None,
        has_header: bool = True,
        delimiter: str = ",",
        schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
        file_extension: str = ".csv",
        table_partition_cols: list[tuple[str, Any]] | None = None,
        file_compression_type: str | None = None,
        options: CsvReadOptions | None = None,
        object_store: Any = None,
    ) -> DataFrame:
        """A frame over CSV files: one, a list, a folder, a glob. With `options` the other arguments about the format mean nothing."""
        self._stores.add_for(path, object_store)
        loose = (schema, has_header, delimiter, schema_infer_max_records, file_extension, file_compression_type)
        return self._read(self._open_csv(path, _csv_options(options, *loose, table_partition_cols)))

    def register_csv(
        self,
        name: str,
        path: Any,
        schema: Any = None,
        has_header: bool = True,
        delimiter: str = ",",
        schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
        file_extension: str = ".csv",
        file_compression_type: str | None = None,
        options: CsvReadOptions | None = None,
        object_store: Any = None,
    ) -> None:
        """Registers CSV files under a name; see :meth:`read_csv`."""
        self._stores.add_for(path, object_store)
        loose = (schema, has_header, delimiter, schema_infer_max_records, file_extension, file_compression_type)
        self._register(name, self._open_csv(path, _csv_options(options, *loose)))

    def read_json(
        self,
        path: Any,
        schema: Any = None,
        schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
        file_extension: str = ".json",
        table_partition_cols: list[tuple[str, Any]] | None = None,
        file_compression_type: str | None = None,
        object_store: Any = None,
    ) -> DataFrame:
        """A frame over files of JSON objects, one a line."""
        self._stores.add_for(path, object_store)
        options = _text_options(schema_infer_max_records, file_compression_type)
        return self._read(self._open("json", path, file_extension, schema, table_partition_cols, options))

    def register_json(
        self,
        name: str,
        path: Any,
        schema: Any = None,
        schema_infer_max_records: int = DEFAULT_MAX_INFER_SCHEMA,
        file_extension: str = ".json",
        table_partition_cols: list[tuple[str, Any]] | None = None,
        file_compression_type: str | None = None,
        object_store: Any = None,
    ) -> None:
        """Registers files of JSON objects, one a line, under a name."""
        self._stores.add_for(path, object_store)
        options = _text_options(schema_infer_max_records, file_compression_type)
        self._register(name, self._open("json", path, file_extension, schema, table_partition_cols, options))

    def read_avro(
        self,
        path: Any,
        schema: Any = None,
        file_partition_cols: Any = None,
        file_extension: str = ".avro",
        object_store: Any = None,
    ) -> DataFrame:
        """A frame over Avro files."""
        self._stores.add_for(path, object_store)
        return self._read(self._open("avro", path, file_extension, schema, file_partition_cols, {}))

    def register_avro(
        self,
        name: str,
        path: Any,
        schema: Any = None,
        file_extension: str = ".avro",
        table_partition_cols: Any = None,
        object_store: Any = None,
    ) -> None:
        """Registers Avro files under a name."""
        self._stores.add_for(path, object_store)
        self._register(name, self._open("avro", path, file_extension, schema, table_partition_cols, {}))

    def read_arrow(
        self,
        path: Any,
        schema: Any = None,
        file_extension: str = ".arrow",
        file_partition_cols: Any = None,
        object_store: Any = None,
    ) -> DataFrame:
        """A frame over Arrow IPC files, of the file or the stream format."""
        self._stores.add_for(path, object_store)
        return self._read(self._open("arrow", path, file_extension, schema, file_partition_cols, {}))

    def register_arrow(
        self,
        name: str,
        path: Any,
        schema: Any = None,
        file_extension: str = ".arrow",
        table_partition_cols: Any = None,
        object_store: Any = None,
    ) -> None:
        """Registers Arrow IPC files under a name."""
        self._stores.add_for(path, object_store)
        self._register(name, self._open("arrow", path, file_extension, schema, table_partition_cols, {}))

    def _read(self, table: Any) -> DataFrame:
        return DataFrame(_guard(self.ctx.read_table, table))

    def _register(self, name: str, table: Any) -> None:
        _guard(self.ctx.register_table, name, table)

    def _open(
        self,
        kind: str,
        path: Any,
        extension: str,
        schema: Any,
        partition_cols: Any,
        options: dict[str, Any],
        sort_orders: Sequence[Any] = (),
    ) -> Any:
        """A core table over files. `options`: as in OPTIONS of CREATE EXTERNAL TABLE; None is left out."""
        texts = [
            (key, str(value).lower() if isinstance(value, bool) else str(value))
            for key, value in options.items()
            if value is not None
        ]
        return _guard(
            self.ctx.open_files,
            kind,
            [self._stores.local(one) for one in _paths(path)],
            extension,
            _arrow.schema_in(schema),
            _partition_cols(partition_cols),
            texts,
            sort_orders,
        )

    def _open_csv(self, path: Any, options: CsvReadOptions) -> Any:
        values = options.to_inner()
        names = (
            "has_header",
            "delimiter",
            "quote",
            "escape",
            "terminator",
            "comment",
            "newlines_in_values",
            "null_regex",
            "truncated_rows",
        )
        texts = {name: values[name] for name in names}
        texts["compression"] = values["file_compression_type"]
        texts["schema_infer_max_rec"] = values["schema_infer_max_records"]
        return self._open(
            "csv",
            path,
            options.file_extension,
            options.schema,
            options.table_partition_cols,
            texts,
            values["file_sort_order"],
        )

    def register_object_store(self, schema: str, store: Any, host: str | None = None) -> None:
        """Files of this scheme (``s3://``, ``file://local``) and host lie in this place (:mod:`bowstring.object_store`)."""
        self._stores.add(schema, store, host)

    def deregister_object_store(self, schema: str, host: str | None = None) -> None:
        """Forgets a place."""
        self._stores.remove(schema, host)

    # ---- catalogs

    def catalog(self, name: str = "datafusion") -> Catalog:
        """A catalog; KeyError where there is none."""
        found = _guard(self.ctx.catalogs().catalog, name)
        if found is None:
            raise KeyError(f"Catalog with name {name} doesn't exist.")
        return Catalog(found)

    def catalog_names(self) -> set[str]:
        return set(_guard(self.ctx.catalogs().catalog_names))

    def register_catalog_provider(self, name: str, provider: Any) -> None:
        """Puts a catalog under a name; one of that name is replaced."""
        from bowstring.catalog import _core_catalog

        _guard(self.ctx.catalogs().register_catalog, name, _core_catalog(provider))

    def register_catalog_provider_list(self, provider: Any) -> None:
        """Replaces all catalogs."""
        from bowstring.catalog import _core_catalog_list

        _guard(self.ctx.register_catalog_list, _core_catalog_list(provider))

    def register_table_factory(self, format: str, factory: TableProviderFactory) -> None:
        """``CREATE EXTERNAL TABLE ... STORED AS format`` asks this factory for the table."""
        from bowstring.plan_nodes import CreateExternalTable

        def create(facts: dict[str, Any]) -> Any:
            facts["schema"] = _arrow.schema_out(facts["schema"])
            return Table(factory.create(CreateExternalTable(**facts)), self).table

        _guard(self.ctx.register_table_factory, format, create)

    # ---- functions

    def register_udf(self, udf: Any) -> None:
        """Registers a scalar function, in the place of one of that name."""
        self._register_function(self.ctx.register_scalar_udf, udf)

    def register_udaf(self, udaf: Any) -> None:
        """Registers an aggregate function, in the place of one of that name."""
        self._register_function(self.ctx.register_aggregate_udf, udaf)

    def register_udwf(self, udwf: Any) -> None:
        """Registers a window function, in the place of one of that name."""
        self._register_function(self.ctx.register_window_udf, udwf)

    def register_udtf(self, func: Any) -> None:
        """Registers a table function, in the place of one of that name."""
        _guard(self.ctx.register_table_udf, func._core())

    @staticmethod
    def _register_function(call: Any, function: Any) -> None:
        inner = (function if hasattr(function, "_udf") else function.udf)._udf  # a decorated function carries its own
        if inner is None:
            raise ValueError(f"{function!r} is a function of a session already")
        _guard(call, inner)

    def load_plugin(self, path: str | os.PathLike[str]) -> list[str]:
        """Registers the functions of a plug-in, a shared library built with ``bowstring/plugin.h``; answers their names. It runs inside of this process."""
        return _guard(self.ctx.load_plugin, os.fspath(path))

    def deregister_udf(self, name: str) -> None:
        """Forgets a scalar function; silent where there is none."""
        self.ctx.deregister_function(name, "scalar")

    def deregister_udaf(self, name: str) -> None:
        """Forgets an aggregate function; silent where there is none."""
        self.ctx.deregister_function(name, "aggregate")

    def deregister_udwf(self, name: str) -> None:
        """Forgets a window function; silent where there is none."""
        self.ctx.deregister_function(name, "window")

    def deregister_udtf(self, name: str) -> None:
        """Forgets a table function; silent where there is none."""
        self.ctx.deregister_function(name, "table")

    def udf(self, name: str) -> Any:
        """A scalar function by name; KeyError where there is none."""
        return self._function(name, "scalar", "UDF")

    def udaf(self, name: str) -> Any:
        """An aggregate function by name; KeyError where there is none."""
        return self._function(name, "aggregate", "UDAF")

    def udwf(self, name: str) -> Any:
        """A window function by name; KeyError where there is none."""
        return self._function(name, "window", "UDWF")

    def _function(self, name: str, kind: str, word: str) -> Any:
        from bowstring.user_defined import AggregateUDF, ScalarUDF, WindowUDF

        if not self.ctx.has_function(name, kind):
            raise KeyError(f"no {word} named '{name}'")
        return {"scalar": ScalarUDF, "aggregate": AggregateUDF, "window": WindowUDF}[kind]._of_session(name, self.ctx)

    def udfs(self) -> list[str]:
        """Names of the scalar functions."""
        return self.ctx.function_names("scalar")

    def udafs(self) -> list[str]:
        """Names of the aggregate functions."""
        return self.ctx.function_names("aggregate")

    def udwfs(self) -> list[str]:
        """Names of the window functions."""
        return self.ctx.function_names("window")

    # ---- plans

    def execute(self, plan: Any, partition: int) -> RecordBatchStream:
        """One partition of a physical plan."""
        streams = _guard(plan._frame.execute_partitioned)
        hashed = plan._hashed()
        count = len(streams) if hashed is None else max(hashed[0], len(streams))
        if not 0 <= partition < count:
            raise ValueError(f"Partition index {partition} is out of range for a plan with {count} partition(s)")
        if partition >= len(streams):
            return RecordBatchStream(_guard(plan._frame.limit(0, 0).execute, None, None, None))
        for i, stream in enumerate(streams):
            if i != partition:
                stream.close()
        return RecordBatchStream(streams[partition])

    def execute_logical_plan(self, plan: Any) -> DataFrame:
        return self.create_dataframe_from_logical_plan(plan)


def _foreign(value: Any, method: str) -> None:
    """TypeError for what isn't even an object of another engine."""
    if not hasattr(value, method) and type(value).__name__ != "PyCapsule":
        raise TypeError(f"'{type(value).__name__}' object is not an instance of 'PyCapsule'")


def _needs_rust(what: str) -> NotImplementedError:
    return NotImplementedError(f"{what} need an engine in Rust")


def _stream_source(ctx: Any, data: Any, kind: str, once: bool, trust: bool) -> Any:
    if kind == "fresh":
        schema = _core.Schema.from_arrow(data) if hasattr(data, "__arrow_c_schema__") else None
        return _guard(ctx.stream_fresh, data, schema, trust)
    return _guard(ctx.stream_once, data, once, trust)


def _column_of(values: Any) -> Any:
    if hasattr(values, "__arrow_c_array__"):
        return _core.Array(values)
    kind = getattr(getattr(values, "dtype", None), "name", None)
    if kind is not None and hasattr(values, "tolist"):
        from bowstring._values import _NUMPY

        if kind in _NUMPY:
            return _core.Array(values.tolist(), _core.DataType(_NUMPY[kind]))
        return _core.Array(list(values))
    return _core.Array(list(values))


def _partitions(partitions: Any, schema: Any) -> tuple[list[list[Any]], Any]:
    if hasattr(partitions, "__arrow_c_array__") or hasattr(partitions, "__arrow_c_stream__"):
        partitions = [[partitions]]
    inner = [[_arrow.batch_in(batch) for batch in partition] for partition in partitions]
    if schema is None and not any(inner):
        raise PlanError(
            "Cannot register record batches without a schema: the provided partitions contain no record batches."
        )
    return inner, _arrow.schema_in(schema)


def _partition_cols(columns: list[tuple[str, Any]] | None) -> list[tuple[str, Any]]:
    out = []
    for name, type_ in columns or []:
        if isinstance(type_, str):
            warnings.warn(
                "using literals for table_partition_cols data types is deprecated,use pyarrow types instead",
                DeprecationWarning,
                stacklevel=4,
            )
            known = {"string": "utf8", "int": "int32"}
            if type_ not in known:
                raise ValueError(
                    f"Unsupported literal data type '{type_}' for partition column. Supported types are 'string' and 'int'"
                )
            type_ = _core.DataType(known[type_])
        out.append((name, _arrow.type_in(type_)))
    return out


def _csv_options(
    options: CsvReadOptions | None,
    schema: Any,
    has_header: bool,
    delimiter: str,
    schema_infer_max_records: int,
    file_extension: str,
    file_compression_type: str | None,
    table_partition_cols: list[tuple[str, Any]] | None = None,
) -> CsvReadOptions:
    """`options`, or those that a call's other arguments say; a warning where it has both."""
    if options is None:
        return CsvReadOptions(
            schema=schema,
            has_header=has_header,
            delimiter=delimiter,
            schema_infer_max_records=schema_infer_max_records,
            file_extension=file_extension,
            table_partition_cols=table_partition_cols,
            file_compression_type=file_compression_type or "",
        )
    if (
        schema is not None
        or not has_header
        or delimiter != ","
        or schema_infer_max_records != DEFAULT_MAX_INFER_SCHEMA
        or file_extension != ".csv"
        or file_compression_type is not None
    ):
        warnings.warn(_TWO_KINDS_OF_OPTIONS, UserWarning, stacklevel=3)
    return options


def _sort_orders(orders: Any) -> list[Any]:
    """Promises about the rows' order: names, Exprs and SortExprs as core sort keys."""
    return [sort_list_to_raw_sort_list(keys) for keys in orders or ()]


def _parquet_options(path: Any, pruning: bool, skip_metadata: bool) -> dict[str, Any]:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"expected str, bytes or os.PathLike object, not {type(path).__name__}")
    return {"pruning": checked_bool(pruning), "skip_metadata": checked_bool(skip_metadata)}


def _text_options(max_records: int, compression: str | None) -> dict[str, Any]:
    return {"schema_infer_max_rec": checked_count(max_records), "compression": compression_name(compression or "")}


def _replace_token(query: str, name: str, text: str) -> str:
    """`$name` outside of quotes, as a whole word, replaced by a text."""
    token = "$" + name
    out: list[str] = []
    i = 0
    while i < len(query):
        c = query[i]
        if c in "'\"":
            end = query.find(c, i + 1)
            end = len(query) if end < 0 else end + 1
            out.append(query[i:end])
            i = end
        elif query.startswith(token, i) and not (
            query[i + len(token) : i + len(token) + 1].isalnum() or query[i + len(token) : i + len(token) + 1] == "_"
        ):
            out.append(text)
            i += len(token)
        else:
            out.append(c)
            i += 1
    return "".join(out)
