# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions in Python.

A scalar function is called once a batch, with one Arrow array an argument, and must answer an array of the same length and of the declared type. An aggregate
function has an :class:`Accumulator` for each group and partition; states travel between them as lists of scalars. A window function has a
:class:`WindowEvaluator` for each partition. A table function answers a table while the statement is planned.

All run on workers, one at a time while holding the GIL. Their exceptions reach the caller with type, text and traceback.
"""

from __future__ import annotations

import enum
import functools
from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, overload

from bowstring import _arrow
from bowstring._load import _core
from bowstring.errors import ExecutionError, PlanError
from bowstring.expr import Expr, _guard, coerce_to_expr

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
        return [_arrow.field_in(value, f"value_{i}") for i, value in enumerate(inputs)]
    return [_arrow.field_in(inputs, "value")]


def _default_name(function: Any) -> str:
    if hasattr(function, "__qualname__"):
        return function.__qualname__.lower()
    return type(function).__name__.lower()


class _Bridge:
    """What the engine calls for a function, and what is needed to make the function again elsewhere."""

    def __init__(self, kind: str, name: str, function: Any, *declared: Any) -> None:
        self.kind = kind
        self.name = name
        self.function = function
        self.declared = declared  # the other arguments of the function's class, after its name and the function


def _values_in(arguments: list[tuple[Any, Any]]) -> list[Any]:
    """The engine's arguments as the user's function takes them: pyarrow's arrays where there is pyarrow."""
    pa = _arrow.pyarrow()
    if pa is None:
        return [array for array, _ in arguments]
    values = []
    for array, field in arguments:
        value = _arrow.array_out(array)
        declared = _arrow.field_out(field).type
        if isinstance(declared, pa.BaseExtensionType) and value.type != declared:
            value = pa.ExtensionArray.from_storage(declared, value)
        values.append(value)
    return values


def _array_back(answer: Any, name: str, wanted: Any) -> Any:
    """A core array of what a function has answered: an array, or a column of any library that exports one as a stream.

    Such libraries have text in a layout of their own, which is changed to the declared one."""
    if isinstance(answer, _core.Array):
        return answer
    if hasattr(answer, "__arrow_c_array__"):
        return _core.Array(answer)
    if hasattr(answer, "__arrow_c_stream__"):
        return _core.Array(answer, wanted)
    raise TypeError(f"function {name} must answer a pyarrow Array, not {type(answer).__name__}: 'Array' expected")


def _scalars_back(values: list[Any], field: Any, name: str) -> Any:
    """A core array of scalars or plain values that a function has answered; an array among them is a list."""
    pa = _arrow.pyarrow()
    if pa is None:
        plain = [value.to_pylist() if isinstance(value, _core.Array) else value for value in values]
        return _core.Array(plain, field.type)
    type_ = _arrow.type_out(field.type)
    parts = []
    for value in values:
        if isinstance(value, (pa.Array, pa.ChunkedArray)):
            if isinstance(value, pa.ChunkedArray):
                value = value.combine_chunks()
            made = pa.ListArray.from_arrays(pa.array([0, len(value)], pa.int32()), value)
            parts.append(made if made.type == type_ else made.cast(type_))
            continue
        if isinstance(value, pa.Scalar):
            if value.type != type_ and not (value.type.equals(type_, check_metadata=False)):
                raise ExecutionError(_wrong_type(type_, value.type, name))
            parts.append(pa.array([value.as_py()] if isinstance(type_, pa.BaseExtensionType) else [value], type_))
            continue
        inferred = pa.scalar(value).type
        if inferred != type_ and not _fits(pa, inferred, type_):
            raise ExecutionError(_wrong_type(type_, inferred, name))
        parts.append(pa.array([value], type_))
    array = parts[0] if len(parts) == 1 else pa.concat_arrays(parts) if parts else pa.array([], type_)
    return _core.Array(array)


def _fits(pa: Any, found: Any, wanted: Any) -> bool:
    """Whether a plain Python value stands for a type that Python has no values of its own of."""
    t = pa.types
    if t.is_integer(found):
        return t.is_integer(wanted)
    if t.is_floating(found):
        return t.is_floating(wanted)
    if t.is_string(found):
        return t.is_string(wanted) or t.is_large_string(wanted) or t.is_string_view(wanted)
    if t.is_binary(found):
        return t.is_binary(wanted) or t.is_large_binary(wanted) or t.is_binary_view(wanted)
    return not t.is_null(found) and not t.is_boolean(found) and found.id == wanted.id or t.is_decimal(wanted)


def _wrong_type(wanted: Any, found: Any, name: str) -> str:
    from bowstring.common import DataTypeMap

    wanted, found = (DataTypeMap._of_core(_core.DataType(type_)).friendly_arrow_type_name() for type_ in (wanted, found))
    return f"Invalid argument error: column types must match schema types, expected {wanted} but found {found} in the answer of function {name}"


class _ScalarBridge(_Bridge):
    def __init__(self, name: str, function: Any, inputs: Any, result: Any, volatility: Any, isolation: str) -> None:
        super().__init__("scalar", name, function, inputs, result, volatility, isolation)
        self._run = function
        if isolation == "process":
            from bowstring._udf_process import ProcessFunction

            self._run = ProcessFunction(name, function)

    def __call__(self, arguments: list[tuple[Any, Any]], rows: int, result: Any) -> Any:
        array = _array_back(self._run(*_values_in(arguments)), self.name, result)
        if array.type != result:
            raise ExecutionError(_wrong_type(result, array.type, self.name))
        return array


class _AggregateBridge(_Bridge):
    """Many accumulators at once; None among them is one that isn't made yet."""

    def __init__(self, name: str, factory: Any, inputs: Any, result: Any, states: Any, volatility: Any) -> None:
        super().__init__("aggregate", name, factory, inputs, result, states, volatility)
        self.states, self.result = states, result

    def _each(self, accumulators: list[Any], arguments: Any, bounds: list[int]) -> Any:
        values = _values_in(arguments)
        for i, accumulator in enumerate(accumulators):
            if accumulator is None:
                accumulator = accumulators[i] = self.function()
            begin, end = bounds[i], bounds[i + 1]
            yield accumulator, [array.slice(begin, end - begin) for array in values]

    def update(self, accumulators: list[Any], arguments: Any, bounds: list[int]) -> None:
        for accumulator, values in self._each(accumulators, arguments, bounds):
            accumulator.update(*values)

    def merge(self, accumulators: list[Any], arguments: Any, bounds: list[int]) -> None:
        for accumulator, values in self._each(accumulators, arguments, bounds):
            accumulator.merge(values)

    def merge_accumulators(self, into: list[Any], others: list[Any]) -> None:
        taken: dict[int, tuple[Any, list[Any]]] = {}
        for accumulator, other in zip(into, others, strict=True):
            taken.setdefault(id(accumulator), (accumulator, []))[1].append(other)
        for accumulator, sources in taken.values():
            accumulator.merge(
                _values_in([(a, f) for a, f in zip(self.state(sources), self.states, strict=True)]),
            )

    def state(self, accumulators: list[Any]) -> list[Any]:
        rows = [list((self.function() if a is None else a).state()) for a in accumulators]
        for row in rows:
            if len(row) != len(self.states):
                raise ExecutionError(
                    f"state() of function {self.name} must answer {len(self.states)} values, not {len(row)}"
                )
        return [_scalars_back([row[i] for row in rows], field, self.name) for i, field in enumerate(self.states)]

    def evaluate(self, accumulators: list[Any]) -> Any:
        answers = [(self.function() if a is None else a).evaluate() for a in accumulators]
        return _scalars_back(answers, self.result, self.name)


class _WindowBridge(_Bridge):
    """A new evaluator for each partition, asked in the way that it says it wants."""

    def __init__(self, name: str, factory: Any, inputs: Any, result: Any, volatility: Any) -> None:
        super().__init__("window", name, factory, inputs, result, volatility)
        self.result = result

    def __call__(self, arguments: Any, partitions: list[int], peers: list[int], frames: Any) -> Any:
        values = _values_in(arguments)
        parts = []
        group = 0
        for begin, end in zip(partitions, partitions[1:]):
            groups = []
            while peers[group] < end:
                groups.append((peers[group] - begin, peers[group + 1] - begin))
                group += 1
            own = [array.slice(begin, end - begin) for array in values]
            bounds = None
            if frames is not None:
                bounds = [(frames[0][i] - begin, frames[1][i] - begin) for i in range(begin, end)]
            parts.append(self._partition(own, end - begin, groups, bounds))
        return _core.Array.concat(parts, self.result.type)

    def _partition(self, values: list[Any], rows: int, groups: list[tuple[int, int]], bounds: Any) -> Any:
        evaluator = self.function()
        wanted = (
            "evaluate"
            if evaluator.uses_window_frame()
            else "evaluate_all_with_rank"
            if evaluator.include_rank()
            else "evaluate"
            if evaluator.supports_bounded_execution()
            else "evaluate_all"
        )
        if getattr(type(evaluator), wanted) is getattr(WindowEvaluator, wanted):
            raise PlanError(f"{wanted}() is not defined by this window function")
        if evaluator.uses_window_frame():
            return self._scalars([evaluator.evaluate(values, frame) for frame in bounds])
        if evaluator.include_rank():
            answer = evaluator.evaluate_all_with_rank(rows, groups)
        elif evaluator.supports_bounded_execution():
            return self._scalars([evaluator.evaluate(values, evaluator.get_range(i, rows)) for i in range(rows)])
        else:
            answer = evaluator.evaluate_all(values, rows)
        array = _array_back(answer, self.name, self.result.type)
        if len(array) != rows:
            raise ExecutionError(
                f"window function {self.name} returned a different number of rows than expected. Expected: {rows}, Got: {len(array)}"
            )
        return array

    def _scalars(self, answers: list[Any]) -> Any:
        return _scalars_back(answers, self.result, self.name)


def _needs_rust() -> NotImplementedError:
    return NotImplementedError("functions of other engines need an engine in Rust")


class _UserFunction:
    """What the functions of all kinds share. Thread-safe."""

    _kind: ClassVar[str]
    _foreign: ClassVar[str]

    def __init__(self, name: str, function: Any, inner: Any, declared: tuple[Any, ...] = ()) -> None:
        self._name = name
        self._func = function
        self._udf = inner  # None: a function of a session, looked up there
        self._declared = declared
        self._session: Any = None

    @classmethod
    def _of_session(cls, name: str, ctx: Any) -> Any:
        out = cls.__new__(cls)
        _UserFunction.__init__(out, name, None, None)
        out._session = ctx
        return out

    @property
    def name(self) -> str:
        """The function's name, as SQL calls it once it is registered."""
        return self._name

    def __call__(self, *args: Any) -> Expr:
        """A call of the function; plain values become literals."""
        arguments = [coerce_to_expr(arg).expr for arg in args]
        if self._session is not None:
            return Expr(_guard(self._session.call, self._name, arguments, self._kind))
        return Expr(self._udf(arguments))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name})"

    def __reduce__(self) -> Any:
        if self._session is not None:
            return _of_worker, (type(self), self._name)
        return type(self), (self._name, self._func, *self._declared)

    @classmethod
    def _check_foreign(cls, function: Any) -> None:
        if hasattr(function, cls._foreign):
            raise _needs_rust()

    @staticmethod
    def from_pycapsule(func: Any) -> Any:
        """Functions of other engines can't be called by this one."""
        if type(func).__name__ != "PyCapsule" and not any(hasattr(func, kind._foreign) for kind in _UserFunction.__subclasses__()):
            raise TypeError("a capsule, or an object that has one, is needed: `func` is a function of another engine here")
        raise _needs_rust()

    @classmethod
    def _make(cls, keyword: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The function itself where one is given, else a decorator for one."""
        if args and hasattr(args[0], cls._foreign):
            return cls.from_pycapsule(args[0])
        if keyword in kwargs or (args and callable(args[0]) and not _is_type(args[0])):
            return cls._function(*args, **kwargs)

        def decorate(function: Callable[..., Any]) -> Callable[..., Expr]:
            made = cls._function(function, *args, **kwargs)

            @functools.wraps(function, updated=())
            def wrapper(*values: Any) -> Expr:
                return made(*values)

            wrapper.udf = made  # type: ignore[attr-defined]
            return wrapper

        return decorate

    @classmethod
    def _function(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


def _of_worker(kind: Any, name: str) -> Any:
    """A session's function in another process: one of the worker's session."""
    from bowstring.expr_bytes import _reading_session

    return kind._of_session(name, _reading_session(None).ctx)


def _is_type(value: Any) -> bool:
    return hasattr(value, "__arrow_c_schema__")


class ScalarUDF(_UserFunction):
    """A scalar function. Call it with expressions, or register it for SQL."""

    _kind = "scalar"
    _foreign = "__datafusion_scalar_udf__"

    def __init__(
        self,
        name: str,
        func: Any,
        input_fields: Any = None,
        return_field: Any = None,
        volatility: Volatility | str | None = None,
        isolation: str = "thread",
    ) -> None:
        self._check_foreign(func)
        if isolation not in ("thread", "process"):
            raise ValueError(f"isolation must be 'thread' or 'process', not {isolation!r}")
        inputs, result = _input_fields(input_fields), _arrow.field_in(return_field, "value")
        kind = _volatility(volatility)
        bridge = _ScalarBridge(name, func, inputs, result, kind, isolation)
        super().__init__(name, func, _core.ScalarUdf(name, bridge, inputs, result, kind.value - 1), bridge.declared)

    @overload
    @staticmethod
    def udf(func: ScalarUDFExportable) -> ScalarUDF: ...

    @overload
    @staticmethod
    def udf(
        func: Callable[..., Any], input_fields: Any, return_field: Any, volatility: Volatility | str, name: str | None = None, *, isolation: str = "thread"
    ) -> ScalarUDF: ...

    @overload
    @staticmethod
    def udf(
        input_fields: Any, return_field: Any, volatility: Volatility | str, name: str | None = None, *, isolation: str = "thread"
    ) -> Callable[[Callable[..., Any]], Callable[..., Expr]]: ...

    @staticmethod
    def udf(*args: Any, **kwargs: Any) -> Any:
        """``udf(func, inputs, result, volatility, name=None)``, or as a decorator without the function.

        ``isolation="process"`` runs the calls in worker processes, several at once: for functions of plain Python code, which hold the GIL. The function
        and its arrays travel there (pyarrow is needed, and cloudpickle for functions that aren't a module's); what it changes outside of itself stays there.
        """
        return ScalarUDF._make("func", args, kwargs)

    @classmethod
    def _function(
        cls,
        func: Any,
        input_fields: Any,
        return_field: Any,
        volatility: Volatility | str,
        name: str | None = None,
        *,
        isolation: str = "thread",
    ) -> ScalarUDF:
        if not callable(func):
            raise TypeError("`func` argument must be callable")
        return cls(name or _default_name(func), func, input_fields, return_field, volatility, isolation)


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


class AggregateUDF(_UserFunction):
    """An aggregate function. Call it with expressions, or register it for SQL; it works over windows too."""

    _kind = "aggregate"
    _foreign = "__datafusion_aggregate_udf__"

    def __init__(
        self,
        name: str,
        accumulator: Any,
        input_types: Any = None,
        return_type: Any = None,
        state_type: Any = None,
        volatility: Volatility | str | None = None,
    ) -> None:
        self._check_foreign(accumulator)
        inputs, result = _input_fields(input_types), _arrow.field_in(return_type, "value")
        states = [_arrow.field_in(value, f"state_{i}") for i, value in enumerate(_as_sequence(state_type))]
        kind = _volatility(volatility)
        bridge = _AggregateBridge(name, accumulator, inputs, result, states, kind)
        super().__init__(
            name, accumulator, _core.AggregateUdf(name, bridge, inputs, states, result, kind.value - 1), bridge.declared
        )

    @overload
    @staticmethod
    def udaf(accum: AggregateUDFExportable) -> AggregateUDF: ...

    @overload
    @staticmethod
    def udaf(
        accum: Callable[..., Any], input_types: Any, return_type: Any, state_type: Any, volatility: Volatility | str, name: str | None = None
    ) -> AggregateUDF: ...

    @overload
    @staticmethod
    def udaf(
        input_types: Any, return_type: Any, state_type: Any, volatility: Volatility | str, name: str | None = None
    ) -> Callable[[Callable[[], Accumulator]], Callable[..., Expr]]: ...

    @staticmethod
    def udaf(*args: Any, **kwargs: Any) -> Any:
        """``udaf(accum, inputs, result, states, volatility, name=None)``, or as a decorator without the accumulator's class.

        `accum` is a class or function without arguments that answers an :class:`Accumulator`.
        """
        return AggregateUDF._make("accum", args, kwargs)

    @classmethod
    def _function(
        cls,
        accum: Any,
        input_types: Any,
        return_type: Any,
        state_type: Any,
        volatility: Volatility | str,
        name: str | None = None,
    ) -> AggregateUDF:
        if not callable(accum):
            raise TypeError("`func` must be callable.")
        first = accum()
        if not isinstance(first, Accumulator):
            raise TypeError("Accumulator must implement the abstract base class Accumulator")
        return cls(name or type(first).__qualname__.lower(), accum, input_types, return_type, state_type, volatility)


def _as_sequence(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


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
        return None

    def evaluate(self, values: list[Any], eval_range: tuple[int, int]) -> Any:
        """The result of one row."""
        return None

    def evaluate_all_with_rank(self, num_rows: int, ranks_in_partition: list[tuple[int, int]]) -> Any:
        """All results of a partition, from its groups of equal rows."""
        return None

    def supports_bounded_execution(self) -> bool:
        return False

    def uses_window_frame(self) -> bool:
        return False

    def include_rank(self) -> bool:
        return False


class WindowUDF(_UserFunction):
    """A window function. Call it with expressions and say over which window, or register it for SQL."""

    _kind = "window"
    _foreign = "__datafusion_window_udf__"

    def __init__(
        self,
        name: str,
        func: Any,
        input_types: Any = None,
        return_type: Any = None,
        volatility: Volatility | str | None = None,
    ) -> None:
        self._check_foreign(func)
        inputs, result = _input_fields(input_types), _arrow.field_in(return_type, "value")
        bridge = _WindowBridge(name, func, inputs, result, _volatility(volatility))
        inner = _core.WindowUdf(name, bridge, inputs, result, bool(func().uses_window_frame()))
        super().__init__(name, func, inner, bridge.declared)

    @overload
    @staticmethod
    def udwf(func: WindowUDFExportable) -> WindowUDF: ...

    @overload
    @staticmethod
    def udwf(
        func: Callable[..., Any], input_types: Any, return_type: Any, volatility: Volatility | str, name: str | None = None
    ) -> WindowUDF: ...

    @overload
    @staticmethod
    def udwf(
        input_types: Any, return_type: Any, volatility: Volatility | str, name: str | None = None
    ) -> Callable[[Callable[[], WindowEvaluator]], Callable[..., Expr]]: ...

    @staticmethod
    def udwf(*args: Any, **kwargs: Any) -> Any:
        """``udwf(func, inputs, result, volatility, name=None)``, or as a decorator without the evaluator's class.

        `func` is a class or function without arguments that answers a :class:`WindowEvaluator`.
        """
        return WindowUDF._make("func", args, kwargs)

    @classmethod
    def _function(
        cls, func: Any, input_types: Any, return_type: Any, volatility: Volatility | str, name: str | None = None
    ) -> WindowUDF:
        if not callable(func):
            raise TypeError("`func` must be callable.")
        first = func()
        if not isinstance(first, WindowEvaluator):
            raise TypeError("`func` must implement the abstract base class WindowEvaluator")
        return cls(name or _default_name(func), func, input_types, return_type, volatility)


class TableFunction:
    """A function that answers a table: a :class:`Table`, a frame, a pyarrow dataset or any Arrow producer. Its arguments are expressions."""

    def __init__(self, name: str, func: Callable[..., Any], ctx: Any = None, *, with_session: bool = False) -> None:
        if hasattr(func, "__datafusion_table_function__"):
            if with_session:
                raise TypeError("with_session=True is not supported for FFI-exported table functions")
            raise _needs_rust()
        if not callable(func):
            raise TypeError("a table function must be callable")
        self._name = name
        self._func = func
        self._ctx = ctx
        self._with_session = with_session

    @property
    def name(self) -> str:
        return self._name

    def __call__(self, *args: Any) -> Any:
        """The table, for these arguments."""
        from bowstring.context import SessionContext

        return self._table([coerce_to_expr(arg) for arg in args], self._ctx or SessionContext.global_ctx())

    def _table(self, arguments: list[Expr], session: Any) -> Any:
        from bowstring.catalog import Table

        extra = {"session": session} if self._with_session else {}
        return Table(self._func(*arguments, **extra), session)

    def _core(self) -> Any:
        """The function as a session calls it."""
        from bowstring.context import SessionContext

        def call(arguments: list[Any], session: Any) -> Any:
            return self._table([Expr(argument) for argument in arguments], SessionContext._of_core(session)).table

        return _core.TableUdf(self._name, call)

    def __repr__(self) -> str:
        return f"TableUDF({self._name})"

    @overload
    @staticmethod
    def udtf(func: Callable[..., Any], name: str, *, with_session: bool = False) -> TableFunction: ...

    @overload
    @staticmethod
    def udtf(name: str, *, with_session: bool = False) -> Callable[[Callable[..., Any]], TableFunction]: ...

    @staticmethod
    def udtf(*args: Any, with_session: bool = False, **kwargs: Any) -> Any:
        """``udtf(func, name)``, or as a decorator with the name alone. `with_session`: the function also gets ``session=``."""
        if args and (callable(args[0]) or hasattr(args[0], "__datafusion_table_function__")):
            return TableFunction._function(*args, **kwargs, with_session=with_session)
        if "func" in kwargs:
            return TableFunction._function(**kwargs, with_session=with_session)
        return TableFunction._decorator(*args, **kwargs, with_session=with_session)

    @staticmethod
    def _function(func: Any, name: str, *, with_session: bool) -> TableFunction:
        return TableFunction(name, func, with_session=with_session)

    @staticmethod
    def _decorator(name: str, *, with_session: bool) -> Any:
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
