# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions in Python.

A scalar function is called once a batch, with one Arrow array an argument. It runs on a worker while holding the GIL, and must answer an array of the same
length and of the declared type. Its exceptions reach the caller with type, text and traceback.
"""

from __future__ import annotations

import enum
import functools
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from bowstring import _arrow
from bowstring._load import _core
from bowstring.errors import PlanError, UnsupportedError
from bowstring.expr import Expr, _guard, coerce_to_expr, ensure_expr

__all__ = [
    "Accumulator",
    "AggregateUDF",
    "ScalarUDF",
    "TableFunction",
    "Volatility",
    "WindowEvaluator",
    "WindowUDF",
    "udaf",
    "udf",
    "udtf",
    "udwf",
]


class ScalarUDFExportable(Protocol):
    def __datafusion_scalar_udf__(self) -> object: ...


class AggregateUDFExportable(Protocol):
    def __datafusion_aggregate_udf__(self) -> object: ...


class WindowUDFExportable(Protocol):
    def __datafusion_window_udf__(self) -> object: ...


class LogicalExtensionCodecExportable(Protocol):
    def __datafusion_logical_extension_codec__(self) -> object: ...


class PhysicalExtensionCodecExportable(Protocol):
    def __datafusion_physical_extension_codec__(self) -> object: ...


class Volatility(enum.Enum):
    """How far a function's result follows from its arguments: always; within one query; not at all."""

    Immutable = 1
    Stable = 2
    Volatile = 3

    def __str__(self) -> str:
        return self.name.lower()


def _volatility(value: Volatility | str | None) -> Volatility:
    if isinstance(value, Volatility):
        return value
    for member in Volatility:
        if isinstance(value, str) and value.lower() == member.name.lower():
            return member
    raise ValueError(f"Unsupported volatility type: `{value}`, supported values are: immutable, stable and volatile.")


def data_type_or_field_to_field(value: Any, name: str) -> Any:
    """A field as it is; a type as a nullable field of that name."""
    return _arrow.field_out(_arrow.field_in(value, name))


def data_types_or_fields_to_field_list(inputs: Any) -> list[Any]:
    """Fields of one or several types or fields."""
    return [_arrow.field_out(field) for field in _input_fields(inputs)]


def _input_fields(inputs: Any) -> list[Any]:
    if isinstance(inputs, (list, tuple)):
        return [_arrow.field_in(value, f"arg_{i}") for i, value in enumerate(inputs)]
    return [_arrow.field_in(inputs, "value")]


def _default_name(function: Any) -> str:
    if hasattr(function, "__qualname__"):
        return function.__qualname__
    if isinstance(function, functools.partial):
        return _default_name(function.func)
    return type(function).__name__.lower()


def _caller(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """What the engine calls: core arrays in, a core array out."""

    def call(arguments: list[tuple[Any, Any]], rows: int, result: Any) -> Any:
        pa = _arrow.pyarrow()
        values = []
        for array, field in arguments:
            if pa is None:
                values.append(array)
                continue
            value = _arrow.array_out(array)
            declared = _arrow.field_out(field).type
            if isinstance(declared, pa.BaseExtensionType) and value.type != declared:
                value = pa.ExtensionArray.from_storage(declared, value)
            values.append(value)
        answer = function(*values)
        if isinstance(answer, _core.Array):
            return answer
        if not hasattr(answer, "__arrow_c_array__"):
            raise TypeError(
                f"function {name} must answer a pyarrow Array, not {type(answer).__name__}: 'Array' expected"
            )
        return _core.Array(answer)

    return call


class ScalarUDF:
    """A scalar function. Call it with expressions, or register it for SQL."""

    def __init__(
        self,
        name: str,
        func: Any,
        input_fields: Any = None,
        return_field: Any = None,
        volatility: Volatility | str | None = None,
    ) -> None:
        if hasattr(func, "__datafusion_scalar_udf__"):
            raise NotImplementedError("functions of other engines need an engine in Rust")
        self._name = name
        self._func = func
        self._inputs = _input_fields(input_fields)
        self._return = _arrow.field_in(return_field, "value")
        self._volatility = _volatility(volatility)
        self._call: Any = None
        self._udf = _core.ScalarUdf(name, _caller(func, name), self._inputs, self._return, self._volatility.value - 1)

    @classmethod
    def _of_session(cls, name: str, ctx: Any, kind: str) -> ScalarUDF:
        out = cls.__new__(cls)
        out._name, out._func, out._udf = name, None, None
        out._call = functools.partial(_session_call, ctx, name, kind)
        return out

    @property
    def name(self) -> str:
        return self._name

    def __call__(self, *args: Any) -> Expr:
        arguments = [coerce_to_expr(arg).expr for arg in args]
        if self._call is not None:
            return self._call(arguments)
        return Expr(self._udf(arguments))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name})"

    @staticmethod
    def from_pycapsule(func: Any) -> ScalarUDF:
        raise NotImplementedError("functions of other engines need an engine in Rust")

    @staticmethod
    def udf(*args: Any, **kwargs: Any) -> Any:
        """``udf(func, inputs, result, volatility, name=None)``, or as a decorator without the function."""
        if args and hasattr(args[0], "__datafusion_scalar_udf__"):
            return ScalarUDF.from_pycapsule(args[0])
        if (args and callable(args[0]) and not isinstance(args[0], type)) or "func" in kwargs:
            return ScalarUDF._function(*args, **kwargs)

        def decorate(func: Callable[..., Any]) -> Callable[..., Expr]:
            made = ScalarUDF._function(func, *args, **kwargs)

            @functools.wraps(func)
            def wrapper(*values: Any) -> Expr:
                return made(*values)

            wrapper.udf = made  # type: ignore[attr-defined]
            return wrapper

        return decorate

    @staticmethod
    def _function(
        func: Any, input_fields: Any, return_field: Any, volatility: Volatility | str, name: str | None = None
    ) -> ScalarUDF:
        if not callable(func):
            raise TypeError("`func` argument must be callable")
        return ScalarUDF(name or _default_name(func), func, input_fields, return_field, volatility)


def _session_call(ctx: Any, name: str, kind: str, arguments: list[Any]) -> Expr:
    return Expr(_guard(ctx.call, name, arguments, kind))


class Accumulator(metaclass=ABCMeta):
    """One group's state of an aggregate function."""

    @abstractmethod
    def state(self) -> list[Any]:
        """What must be kept of the state, a scalar a field."""

    @abstractmethod
    def update(self, *values: Any) -> None:
        """Takes rows of the group in."""

    @abstractmethod
    def merge(self, states: list[Any]) -> None:
        """Takes other states in."""

    @abstractmethod
    def evaluate(self) -> Any:
        """The result."""


def _later(what: str) -> UnsupportedError:
    return UnsupportedError(f"This feature is not implemented: {what} in Python")


class AggregateUDF:
    """An aggregate function."""

    def __init__(
        self,
        name: str,
        accumulator: Any,
        input_types: Any = None,
        return_type: Any = None,
        state_type: Any = None,
        volatility: Volatility | str | None = None,
    ) -> None:
        if hasattr(accumulator, "__datafusion_aggregate_udf__"):
            raise NotImplementedError("functions of other engines need an engine in Rust")
        _volatility(volatility)
        raise _later("aggregate functions")

    @classmethod
    def _of_session(cls, name: str, ctx: Any, kind: str) -> AggregateUDF:
        out = cls.__new__(cls)
        out._name = name
        out._call = functools.partial(_session_call, ctx, name, kind)
        return out

    @property
    def name(self) -> str:
        return self._name

    def __call__(self, *args: Any) -> Expr:
        return self._call([ensure_expr(arg) for arg in args])

    def __repr__(self) -> str:
        return f"AggregateUDF({self._name})"

    @staticmethod
    def from_pycapsule(func: Any) -> AggregateUDF:
        raise NotImplementedError("functions of other engines need an engine in Rust")

    @staticmethod
    def udaf(*args: Any, **kwargs: Any) -> Any:
        def make(
            accum: Any, inputs: Any, result: Any, state: Any, volatility: Any, name: str | None = None
        ) -> AggregateUDF:
            if not callable(accum):
                raise TypeError("`accum` must be callable.")
            if not isinstance(accum(), Accumulator):
                raise TypeError("Accumulator must implement the abstract base class Accumulator")
            return AggregateUDF(name or accum.__qualname__.lower(), accum, inputs, result, state, volatility)

        if (args and callable(args[0]) and not _is_type(args[0])) or "accum" in kwargs:
            return make(*args, **kwargs)
        return lambda accum: make(accum, *args, **kwargs)


def _is_type(value: Any) -> bool:
    return hasattr(value, "__arrow_c_schema__") or value in (int, float, str, bool, bytes)


class WindowEvaluator:
    """One partition of a window function."""

    def memoize(self) -> None:
        """Called between rows, to forget what isn't needed any more."""

    def get_range(self, idx: int, num_rows: int) -> tuple[int, int]:
        """The rows that `evaluate` needs for one row."""
        return idx, idx + 1

    def is_causal(self) -> bool:
        return False

    def evaluate_all(self, values: list[Any], num_rows: int) -> Any:
        """All results of a partition."""
        raise PlanError("evaluate_all() is not defined by this window function")

    def evaluate(self, values: list[Any], eval_range: tuple[int, int]) -> Any:
        """The result of one row."""
        raise PlanError("evaluate() is not defined by this window function")

    def evaluate_all_with_rank(self, num_rows: int, ranks_in_partition: list[tuple[int, int]]) -> Any:
        """All results of a partition, from its groups of equal rows."""
        raise PlanError("evaluate_all_with_rank() is not defined by this window function")

    def supports_bounded_execution(self) -> bool:
        return False

    def uses_window_frame(self) -> bool:
        return False

    def include_rank(self) -> bool:
        return False


class WindowUDF:
    """A window function."""

    def __init__(
        self,
        name: str,
        func: Any,
        input_types: Any = None,
        return_type: Any = None,
        volatility: Volatility | str | None = None,
    ) -> None:
        if hasattr(func, "__datafusion_window_udf__"):
            raise NotImplementedError("functions of other engines need an engine in Rust")
        _volatility(volatility)
        raise _later("window functions")

    @classmethod
    def _of_session(cls, name: str, ctx: Any, kind: str) -> WindowUDF:
        out = cls.__new__(cls)
        out._name = name
        out._call = functools.partial(_session_call, ctx, name, kind)
        return out

    @property
    def name(self) -> str:
        return self._name

    def __call__(self, *args: Any) -> Expr:
        return self._call([ensure_expr(arg) for arg in args])

    def __repr__(self) -> str:
        return f"WindowUDF({self._name})"

    @staticmethod
    def from_pycapsule(func: Any) -> WindowUDF:
        raise NotImplementedError("functions of other engines need an engine in Rust")

    @staticmethod
    def udwf(*args: Any, **kwargs: Any) -> Any:
        def make(func: Any, inputs: Any, result: Any, volatility: Any, name: str | None = None) -> WindowUDF:
            if not callable(func):
                raise TypeError("`func` must be callable.")
            if not isinstance(func(), WindowEvaluator):
                raise TypeError("`func` must implement the abstract base class WindowEvaluator")
            return WindowUDF(name or func.__qualname__.lower(), func, inputs, result, volatility)

        if (args and callable(args[0]) and not _is_type(args[0])) or "func" in kwargs:
            return make(*args, **kwargs)
        return lambda func: make(func, *args, **kwargs)


class TableFunction:
    """A function that answers a table."""

    def __init__(self, name: str, func: Callable[..., Any], ctx: Any = None, *, with_session: bool = False) -> None:
        if hasattr(func, "__datafusion_table_function__"):
            if with_session:
                raise TypeError("with_session is not for FFI-exported table functions")
            raise NotImplementedError("functions of other engines need an engine in Rust")
        self._name = name
        self._func = func
        self._ctx = ctx
        self._with_session = with_session

    @property
    def name(self) -> str:
        return self._name

    def __call__(self, *args: Any) -> Any:
        from bowstring.catalog import Table

        arguments: Sequence[Any] = [coerce_to_expr(arg) for arg in args]
        extra = {}
        if self._with_session:
            from bowstring.context import SessionContext

            extra["session"] = self._ctx or SessionContext.global_ctx()
        return Table(self._func(*arguments, **extra))

    def __repr__(self) -> str:
        return f"User Defined Table Function: {self._name}"

    @staticmethod
    def udtf(*args: Any, with_session: bool = False, **kwargs: Any) -> Any:
        if args and callable(args[0]):
            return TableFunction(args[1] if len(args) > 1 else kwargs["name"], args[0], with_session=with_session)
        name = args[0] if args else kwargs["name"]
        return lambda func: TableFunction(name, func, with_session=with_session)


udf = ScalarUDF.udf
udaf = AggregateUDF.udaf
udwf = WindowUDF.udwf
udtf = TableFunction.udtf


def __getattr__(name: str) -> Any:
    if name == "SessionContext":  # not at the head: context imports this package's classes
        from bowstring.context import SessionContext

        return SessionContext
    raise AttributeError(f"module 'bowstring.user_defined' has no attribute {name!r}")
