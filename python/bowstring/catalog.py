# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Catalogs, schemas and tables, and the base classes of those that users write in Python.

Providers are asked while statements are planned, from any thread; their exceptions pass through unchanged.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import Any, Protocol

from bowstring import _arrow
from bowstring._load import _core
from bowstring.errors import ExecutionError, PlanError
from bowstring.expr import _guard

__all__ = [
    "Catalog",
    "CatalogList",
    "CatalogProvider",
    "CatalogProviderList",
    "Schema",
    "SchemaProvider",
    "Table",
    "TableProviderFactory",
]


class CatalogProviderExportable(Protocol):
    def __datafusion_catalog_provider__(self, session: Any) -> object: ...


class CatalogProviderListExportable(Protocol):
    def __datafusion_catalog_provider_list__(self, session: Any) -> object: ...


class SchemaProviderExportable(Protocol):
    def __datafusion_schema_provider__(self, session: Any) -> object: ...


class TableProviderFactoryExportable(Protocol):
    def __datafusion_table_provider_factory__(self, session: Any) -> object: ...


class Table:
    """What a schema holds under a name: data, or the plan of a view."""

    def __init__(self, table: Any, ctx: Any = None) -> None:
        self.table = _core_table(table, ctx)

    @staticmethod
    def from_dataset(dataset: Any) -> Table:
        """A table over a pyarrow dataset. Deprecated: ``Table(dataset)`` is the same."""
        warnings.warn("Use Table() constructor instead.", DeprecationWarning, stacklevel=2)
        return Table(dataset)

    @property
    def schema(self) -> Any:
        return _arrow.schema_out(self.table.schema)

    @property
    def kind(self) -> str:
        """physical, view or temporary."""
        return self.table.kind

    def __repr__(self) -> str:
        return f"Table(kind={self.kind})"


def _core_table(table: Any, ctx: Any = None) -> Any:
    from bowstring.dataframe import DataFrame

    if isinstance(table, _core.Table):
        return table
    if isinstance(table, Table):
        return table.table
    if isinstance(table, DataFrame):
        table = table.df
    if isinstance(table, _core.DataFrame):
        return table.into_view(False)
    if hasattr(table, "__datafusion_table_provider__"):
        raise NotImplementedError("table providers of other engines need an engine in Rust")
    module = (type(table).__module__ or "").split(".")[0]
    if module == "pyarrow" and hasattr(table, "scanner"):
        from bowstring._dataset import dataset_table

        return dataset_table(table)
    if callable(getattr(table, "scan", None)) and hasattr(table, "schema"):
        from bowstring._dataset import provided_table

        return provided_table(table)
    if hasattr(table, "__arrow_c_stream__"):
        from bowstring.context import SessionContext, _kind_of, _stream_source

        session = ctx.ctx if isinstance(ctx, SessionContext) else _core.SessionContext()
        kind = _kind_of(table)
        return _stream_source(session, table, "fresh" if kind == "memory" else kind, False, True)
    raise ValueError(
        f"dataset argument must be a pyarrow.dataset.Dataset object, a DataFrame, a Table or an Arrow producer, not {type(table).__name__}"
    )


class CatalogError(ExecutionError, RuntimeError):
    """A change that a catalog or schema refuses."""


def _changed(call: Any, *args: Any) -> Any:
    try:
        return _guard(call, *args)
    except ExecutionError as error:
        if type(error) is not ExecutionError:  # a provider's own exception, or what a subclass of ours says already
            raise
        raise CatalogError(*error.args) from None


class Schema:
    """Tables by name."""

    def __init__(self, schema: Any) -> None:
        self._raw_schema = schema

    @staticmethod
    def memory_schema(ctx: Any = None) -> Schema:
        """An empty one, held in memory."""
        return Schema(_core.SchemaProvider.memory())

    def names(self) -> set[str]:
        return self.table_names()

    def table_names(self) -> set[str]:
        return set(_guard(self._raw_schema.table_names))

    def table(self, name: str) -> Table:
        found = _guard(self._raw_schema.table, name)
        if found is None:
            raise PlanError(f"Table not found: {name}")
        return Table(found)

    def table_exist(self, name: str) -> bool:
        return _guard(self._raw_schema.table_exist, name)

    def register_table(self, name: str, table: Any) -> None:
        _changed(self._raw_schema.register_table, name, _core_table(table))

    def deregister_table(self, name: str) -> None:
        _changed(self._raw_schema.deregister_table, name)

    def __repr__(self) -> str:
        return f"Schema(table_names=[{';'.join(sorted(self.table_names()))}])"


class Catalog:
    """Schemas by name."""

    def __init__(self, catalog: Any) -> None:
        self.catalog = catalog

    @staticmethod
    def memory_catalog(ctx: Any = None) -> Catalog:
        """An empty one, held in memory."""
        return Catalog(_core.CatalogProvider.memory())

    def names(self) -> set[str]:
        return self.schema_names()

    def schema_names(self) -> set[str]:
        return set(_guard(self.catalog.schema_names))

    def schema(self, name: str = "public") -> Any:
        """A schema; the very object that was registered, where that was written in Python."""
        found = _guard(self.catalog.schema, name)
        if found is None and self.catalog.provider() is not None:
            return None  # what a catalog written in Python says itself
        if found is None:
            raise KeyError(f"Schema with name {name} doesn't exist.")
        provider = found.provider()
        return Schema(found) if provider is None else provider

    def register_schema(self, name: str, schema: Any) -> None:
        """Puts a schema under a name; one of that name is replaced."""
        _guard(self.catalog.register_schema, name, _core_schema(schema))

    def deregister_schema(self, name: str, cascade: bool = True) -> None:
        _changed(self.catalog.deregister_schema, name, cascade)

    def __repr__(self) -> str:
        return f"Catalog(schema_names=[{';'.join(sorted(self.schema_names()))}])"


class CatalogList:
    """Catalogs by name."""

    def __init__(self, catalog_list: Any) -> None:
        self.catalog_list = catalog_list

    @staticmethod
    def memory_catalog(ctx: Any = None) -> CatalogList:
        """An empty one, held in memory."""
        return CatalogList(_core.CatalogProviderList.memory())

    def names(self) -> set[str]:
        return self.catalog_names()

    def catalog_names(self) -> set[str]:
        return set(_guard(self.catalog_list.catalog_names))

    def catalog(self, name: str = "datafusion") -> Any:
        found = _guard(self.catalog_list.catalog, name)
        if found is None:
            raise KeyError(f"Catalog with name {name} doesn't exist.")
        provider = found.provider()
        return Catalog(found) if provider is None else provider

    def register_catalog(self, name: str, catalog: Any) -> None:
        _guard(self.catalog_list.register_catalog, name, _core_catalog(catalog))

    def __repr__(self) -> str:
        return f"CatalogList(catalog_names=[{';'.join(sorted(self.catalog_names()))}])"


class SchemaProvider(ABC):
    """A schema written in Python."""

    def owner_name(self) -> str | None:
        return None

    @abstractmethod
    def table_names(self) -> set[str]: ...

    @abstractmethod
    def table(self, name: str) -> Any:
        """A Table, a DataFrame or a pyarrow dataset; None where there is no such table."""

    @abstractmethod
    def table_exist(self, name: str) -> bool: ...

    def register_table(self, name: str, table: Any) -> None:  # noqa: B027
        """Takes a table. Does nothing where a schema doesn't say how."""

    def deregister_table(self, name: str, cascade: bool) -> None:  # noqa: B027
        """Gives a table up. Does nothing where a schema doesn't say how."""


class CatalogProvider(ABC):
    """A catalog written in Python."""

    @abstractmethod
    def schema_names(self) -> set[str]: ...

    @abstractmethod
    def schema(self, name: str) -> Any:
        """A Schema or SchemaProvider; None where there is no such schema."""

    def register_schema(self, name: str, schema: Any) -> None:  # noqa: B027
        """Takes a schema. Does nothing where a catalog doesn't say how."""

    def deregister_schema(self, name: str, cascade: bool) -> None:  # noqa: B027
        """Gives a schema up. Does nothing where a catalog doesn't say how."""


class CatalogProviderList(ABC):
    """Catalogs written in Python."""

    @abstractmethod
    def catalog_names(self) -> set[str]: ...

    @abstractmethod
    def catalog(self, name: str) -> Any:
        """A Catalog or CatalogProvider; None where there is no such catalog."""

    def register_catalog(self, name: str, catalog: Any) -> None:  # noqa: B027
        """Takes a catalog. Does nothing where a list doesn't say how."""


class TableProviderFactory(ABC):
    """What makes tables for ``CREATE EXTERNAL TABLE ... STORED AS <format>``."""

    @abstractmethod
    def create(self, cmd: Any) -> Any:
        """A Table for the facts of the statement."""


# What the engine's side of providers calls, and what turns objects into its handles.


def _core_schema(schema: Any) -> Any:
    if isinstance(schema, _core.SchemaProvider):
        return schema
    if isinstance(schema, Schema):
        return schema._raw_schema
    return _core.SchemaProvider.of(schema)


def _core_catalog(catalog: Any) -> Any:
    if isinstance(catalog, _core.CatalogProvider):
        return catalog
    if isinstance(catalog, Catalog):
        return catalog.catalog
    return _core.CatalogProvider.of(catalog)


def _core_catalog_list(catalogs: Any) -> Any:
    if isinstance(catalogs, _core.CatalogProviderList):
        return catalogs
    if isinstance(catalogs, CatalogList):
        return catalogs.catalog_list
    return _core.CatalogProviderList.of(catalogs)


def _provided_table(provider: Any, name: str) -> Any:
    table = provider.table(name)
    return None if table is None else _core_table(table)


def _register_provided(provider: Any, name: str, table: Any) -> None:
    provider.register_table(name, Table(table))


def _deregister_provided(provider: Any, name: str) -> None:
    try:
        provider.deregister_table(name, False)
    except TypeError:
        provider.deregister_table(name)


def _provided_schema(provider: Any, name: str) -> Any:
    schema = provider.schema(name)
    return None if schema is None else _core_schema(schema)


def _register_provided_schema(provider: Any, name: str, schema: Any) -> None:
    inner = schema.provider()
    provider.register_schema(name, Schema(schema) if inner is None else inner)


def _provided_catalog(provider: Any, name: str) -> Any:
    catalog = provider.catalog(name)
    return None if catalog is None else _core_catalog(catalog)


def _register_provided_catalog(provider: Any, name: str, catalog: Any) -> None:
    inner = catalog.provider()
    provider.register_catalog(name, Catalog(catalog) if inner is None else inner)
