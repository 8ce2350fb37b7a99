# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The way to pyarrow, which is imported on first need only, and without which everything works with our own classes."""

from typing import Any

from bowstring._load import _core

_UNKNOWN = object()
_module: Any = _UNKNOWN


def pyarrow() -> Any:
    """The pyarrow module, or None where it isn't installed."""
    global _module
    if _module is _UNKNOWN:
        try:
            import pyarrow

            _module = pyarrow
        except ImportError:
            _module = None
    return _module


def need_pyarrow(what: str) -> Any:
    module = pyarrow()
    if module is None:
        raise ImportError(f"{what} needs the package pyarrow, which is not installed")
    return module


def batch_out(batch: Any) -> Any:
    """A core batch as pyarrow's, or as ours where there is no pyarrow."""
    pa = pyarrow()
    if pa is None:
        from bowstring.record_batch import RecordBatch

        return RecordBatch(batch)
    return pa.RecordBatch._import_from_c_capsule(*batch.__arrow_c_array__())


def schema_out(schema: Any) -> Any:
    pa = pyarrow()
    return schema if pa is None else pa.Schema._import_from_c_capsule(schema.__arrow_c_schema__())


def field_out(field: Any) -> Any:
    pa = pyarrow()
    return field if pa is None else pa.Field._import_from_c_capsule(field.__arrow_c_schema__())


def type_out(type_: Any) -> Any:
    pa = pyarrow()
    return type_ if pa is None else pa.DataType._import_from_c_capsule(type_.__arrow_c_schema__())


def array_out(array: Any) -> Any:
    pa = pyarrow()
    return array if pa is None else pa.Array._import_from_c_capsule(*array.__arrow_c_array__())


def scalar_out(array: Any) -> Any:
    """The only value of a core array, as pyarrow's scalar or as Python's value."""
    return array_out(array)[0]


def list_of(values: Any) -> Any:
    """A pyarrow array, or a chunked one, as the only list of a list array; its elements are not null where none is."""
    pa = need_pyarrow("a pyarrow array")
    if hasattr(values, "chunks"):
        values = values.combine_chunks()
    item = pa.field("item", values.type, nullable=values.null_count > 0)
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values, type=pa.list_(item))


def schema_in(schema: Any) -> Any:
    """Any Arrow schema as a core schema; None stays."""
    if schema is None or isinstance(schema, _core.Schema):
        return schema
    if hasattr(schema, "__arrow_c_schema__"):
        return _core.Schema.from_arrow(schema)
    raise TypeError(f"expected a schema (an object with __arrow_c_schema__), found {type(schema).__name__}")


_PYTHON_TYPES = {int: "int64", float: "double", bool: "bool", str: "utf8", bytes: "binary"}


def type_in(type_: Any, what: str = "pyarrow.DataType") -> Any:
    """Any Arrow type, or one of Python's types, as a core type."""
    if isinstance(type_, _core.DataType):
        return type_
    if isinstance(type_, type) and type_ in _PYTHON_TYPES:
        return _core.DataType(_PYTHON_TYPES[type_])
    if hasattr(type_, "__arrow_c_schema__"):
        return _core.DataType(type_)
    raise TypeError(f"Expected instance of {what} or builtins.type, found {type_!r}")


def field_in(field: Any, name: str = "") -> Any:
    """A field, or a type, as a core field."""
    if isinstance(field, _core.Field):
        return field
    if isinstance(field, str):  # pyarrow's short names of types
        pa = pyarrow()
        return _core.Field(name, _core.DataType(field if pa is None else pa.type_for_alias(field)))
    if isinstance(field, _core.DataType) or (isinstance(field, type) and field in _PYTHON_TYPES):
        return _core.Field(name, type_in(field))
    if hasattr(field, "nullable") and hasattr(field, "__arrow_c_schema__"):
        return _core.Field.from_arrow(field)
    return _core.Field(name, type_in(field))


def batch_in(batch: Any) -> Any:
    """Any Arrow batch as a core batch."""
    inner = getattr(batch, "record_batch", batch)
    if isinstance(inner, _core.RecordBatch):
        return inner
    if hasattr(batch, "__arrow_c_array__"):
        return _core.RecordBatch.from_arrow(batch)
    raise TypeError(f"expected a record batch (an object with __arrow_c_array__), found {type(batch).__name__}")
