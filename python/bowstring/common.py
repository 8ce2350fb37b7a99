# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Names that several modules share: kinds of types, of expressions and of tables, and plain holders of catalog facts."""

from __future__ import annotations

import enum
import functools
import threading
from typing import Any

from bowstring import _arrow
from bowstring._load import _core

__all__ = [
    "Constraints",
    "DFSchema",
    "DataType",
    "DataTypeMap",
    "NullTreatment",
    "PythonType",
    "RexType",
    "SqlFunction",
    "SqlSchema",
    "SqlStatistics",
    "SqlTable",
    "SqlType",
    "SqlView",
    "TableSource",
    "TableType",
]

DataType = _core.DataType


@functools.total_ordering
class _Ordered(enum.Enum):
    """An enumeration in the order of its members."""

    def __lt__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return int(self) < int(other)

    def __int__(self) -> int:
        return list(type(self)).index(self)

    __hash__ = enum.Enum.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


class NullTreatment(enum.Enum):
    """Whether a function skips NULLs."""

    RESPECT_NULLS = "RESPECT NULLS"
    IGNORE_NULLS = "IGNORE NULLS"


class RexType(_Ordered):
    """What an expression is, roughly."""

    Alias = 0
    Literal = 1
    Call = 2
    Reference = 3
    ScalarSubquery = 4
    Other = 5


class TableType(_Ordered):
    Base = 0
    View = 1
    Temporary = 2


_enumeration: Any = _Ordered  # by names: one is None, which a class can't spell
PythonType: Any = _enumeration(
    "PythonType", ["Array", "Bool", "Bytes", "Datetime", "Float", "Int", "List", "None", "Object", "Str"]
)
SqlType: Any = _enumeration(
    "SqlType",
    "ANY ARRAY BIGINT BINARY BOOLEAN CHAR COLUMN_LIST CURSOR DATE DECIMAL DISTINCT DOUBLE DYNAMIC_STAR FLOAT GEOMETRY INTEGER INTERVAL INTERVAL_DAY "
    "INTERVAL_DAY_HOUR INTERVAL_DAY_MINUTE INTERVAL_DAY_SECOND INTERVAL_HOUR INTERVAL_HOUR_MINUTE INTERVAL_HOUR_SECOND INTERVAL_MINUTE "
    "INTERVAL_MINUTE_SECOND INTERVAL_MONTH INTERVAL_SECOND INTERVAL_YEAR INTERVAL_YEAR_MONTH MAP MULTISET NULL OTHER REAL ROW SARG SMALLINT STRUCTURED "
    "SYMBOL TIME TIME_WITH_LOCAL_TIME_ZONE TIMESTAMP TIMESTAMP_WITH_LOCAL_TIME_ZONE TINYINT UNKNOWN VARBINARY VARCHAR",
)
for _enum in (PythonType, SqlType):
    _enum.__module__ = __name__
del _enum


class DataTypeMap:
    """One type in the words of Arrow, Python and SQL."""

    # Arrow's name of the type: (the peer's name, Python's, SQL's)
    _TYPES = {
        "null": ("Null", "None", "NULL"),
        "bool": ("Boolean", "Bool", "BOOLEAN"),
        "int8": ("Int8", "Int", "TINYINT"),
        "int16": ("Int16", "Int", "SMALLINT"),
        "int32": ("Int32", "Int", "INTEGER"),
        "int64": ("Int64", "Int", "BIGINT"),
        "uint8": ("UInt8", "Int", "TINYINT"),
        "uint16": ("UInt16", "Int", "SMALLINT"),
        "uint32": ("UInt32", "Int", "INTEGER"),
        "uint64": ("UInt64", "Int", "BIGINT"),
        "halffloat": ("Float16", "Float", "FLOAT"),
        "float": ("Float32", "Float", "FLOAT"),
        "double": ("Float64", "Float", "FLOAT"),
        "string": ("Utf8", "Str", "VARCHAR"),
        "large_string": ("LargeUtf8", "Str", "VARCHAR"),
        "string_view": ("Utf8View", "Str", "VARCHAR"),
        "binary": ("Binary", "Bytes", "BINARY"),
        "large_binary": ("LargeBinary", "Bytes", "BINARY"),
        "binary_view": ("BinaryView", "Bytes", "BINARY"),
        "date32[day]": ("Date32", "Datetime", "DATE"),
        "date64[ms]": ("Date64", "Datetime", "DATE"),
        "time64[us]": ("Time64(Microsecond)", "Datetime", "TIME"),
        "time64[ns]": ("Time64(Nanosecond)", "Datetime", "TIME"),
        "month_day_nano_interval": ("Interval(MonthDayNano)", "Datetime", "INTERVAL"),
    }

    def __init__(self, arrow_type: Any, python_type: Any, sql_type: Any) -> None:
        self.arrow_type = arrow_type
        self.python_type = python_type
        self.sql_type = sql_type

    @classmethod
    def _of_core(cls, type_: Any) -> DataTypeMap:
        text = str(type_)
        known = cls._TYPES.get(text)
        if known is None:
            if text.startswith("timestamp"):
                known = ("Timestamp", "Datetime", "TIMESTAMP_WITH_LOCAL_TIME_ZONE" if "tz=" in text else "TIMESTAMP")
            elif text.startswith("duration"):
                known = ("Duration", "Datetime", "INTERVAL")
            elif text.startswith("decimal"):
                known = ("Decimal", "Float", "DECIMAL")
            elif "list" in text.split("<")[0]:
                known = ("List", "List", "ARRAY")
            elif text.startswith("struct"):
                known = ("Struct", "Object", "STRUCTURED")
            elif text.startswith("map"):
                known = ("Map", "Object", "MAP")
            else:
                known = (text, "Object", "OTHER")
        return cls(type_, PythonType[known[1]], SqlType[known[2]])

    @staticmethod
    def arrow(arrow_type: Any) -> DataTypeMap:
        return DataTypeMap._of_core(_arrow.type_in(arrow_type))

    @staticmethod
    def arrow_str(arrow_type_str: str) -> DataTypeMap:
        names = {peer.lower(): name for name, (peer, _, _) in DataTypeMap._TYPES.items()}
        name = arrow_type_str.strip().lower()
        name = names.get(name, name)
        core_names = {
            "string": "utf8",
            "large_string": "large_utf8",
            "string_view": "utf8_view",
            "float32": "float",
            "float64": "double",
        }
        return DataTypeMap._of_core(DataType(core_names.get(name, name.split("[")[0])))

    @staticmethod
    def sql(sql_type: Any) -> DataTypeMap:
        chosen = {
            "BIGINT": "int64", "INTEGER": "int32", "SMALLINT": "int16", "TINYINT": "int8", "BOOLEAN": "bool", "DOUBLE": "double", "FLOAT": "float",
            "REAL": "float", "VARCHAR": "utf8", "CHAR": "utf8", "BINARY": "binary", "VARBINARY": "binary", "DATE": "date32", "NULL": "null",
        }  # fmt: skip
        if sql_type.name == "TIMESTAMP":
            return DataTypeMap._of_core(DataType.timestamp("ns"))
        if sql_type.name == "DECIMAL":
            return DataTypeMap._of_core(DataType.decimal128(38, 10))
        if sql_type.name not in chosen:
            raise ValueError(f"no Arrow type stands for the SQL type {sql_type.name}")
        return DataTypeMap._of_core(DataType(chosen[sql_type.name]))

    @staticmethod
    def from_parquet_type_str(parquet_str_type: str) -> DataTypeMap:
        types = {
            "boolean": "bool",
            "int32": "int32",
            "int64": "int64",
            "float": "float",
            "double": "double",
            "byte_array": "utf8",
            "utf8": "utf8",
        }
        name = parquet_str_type.lower()
        if name not in types:
            raise ValueError(f"unknown Parquet type {parquet_str_type!r}")
        return DataTypeMap._of_core(DataType(types[name]))

    def friendly_arrow_type_name(self) -> str:
        known = self._TYPES.get(str(self.arrow_type))
        return known[0] if known else str(self.arrow_type)


class DFSchema:
    """The columns of a plan, with the tables they come from."""

    def __init__(self, columns: Any = (), schema: Any = None) -> None:
        self._columns = list(columns)
        self._schema = schema

    @staticmethod
    def empty() -> DFSchema:
        return DFSchema()

    def field_names(self) -> list[str]:
        """Qualified names, in order."""
        return [str(column) for column in self._columns]

    def __repr__(self) -> str:
        return f"DFSchema({self.field_names()})"


class SqlFunction:
    """A function that a schema offers."""

    def __init__(self, name: str = "") -> None:
        self.name = name


class Constraints:
    """Keys of a table. None are enforced."""


class _Guarded:
    """A plain holder: its attributes may be read and set by any thread; methods that change one attribute after reading it take its lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()


class SqlStatistics(_Guarded):
    """What is known of a table's size."""

    def __init__(self, row_count: float = 0.0) -> None:
        super().__init__()
        self._row_count = row_count

    def getRowCount(self) -> float:  # noqa: N802  the peer's name
        return self._row_count


class SqlTable(_Guarded):
    """A table as a SQL front end describes it."""

    def __init__(
        self,
        table_name: str,
        columns: list[Any] | None = None,
        row_count: float = 0.0,
        filepaths: list[str] | None = None,
    ) -> None:
        super().__init__()
        self.name = table_name
        self.columns = list(columns or [])
        self.primary_key: Any = None
        self.foreign_keys: list[Any] = []
        self.indexes: list[Any] = []
        self.constraints: list[Any] = []
        self.statistics = SqlStatistics(row_count)
        self.filepaths = filepaths


class SqlView(_Guarded):
    """A view as a SQL front end describes it."""

    def __init__(self, name: str = "", definition: str = "") -> None:
        super().__init__()
        self.name = name
        self.definition = definition


class SqlSchema(_Guarded):
    """Tables, views and functions under one name."""

    name: str = ""
    tables: list[SqlTable] = []
    views: list[SqlView] = []
    functions: list[SqlFunction] = []

    def __init__(self, schema_name: str) -> None:
        super().__init__()
        self.name = schema_name
        self.tables = []
        self.views = []
        self.functions = []

    def table_by_name(self, table_name: str) -> SqlTable | None:
        with self._lock:
            return next((table for table in self.tables if table.name == table_name), None)

    def add_table(self, table: SqlTable) -> None:
        with self._lock:
            self.tables = [*self.tables, table]

    def drop_table(self, table_name: str) -> None:
        with self._lock:
            self.tables = [table for table in self.tables if table.name != table_name]


class TableSource:
    """A table as the planner sees it."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def schema(self) -> Any:
        return _arrow.schema_out(self._table.schema)

    def constraints(self) -> Constraints | None:
        return None

    def table_type(self) -> TableType:
        return {"view": TableType.View, "temporary": TableType.Temporary}.get(self._table.kind, TableType.Base)

    def get_logical_plan(self) -> Any:
        return None
