# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions: what to compute from columns. They are values, immutable and thread-safe; nothing is computed before a frame that uses them is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from bowstring import _arrow
from bowstring._load import _core
from bowstring.common import DataTypeMap, NullTreatment, PythonType, RexType, SqlType
from bowstring.errors import BowstringError, PlanError, _as_frame_error
from bowstring.ipc import get_sender_ctx
from bowstring.plan_nodes import *  # noqa: F403
from bowstring.plan_nodes import __all__ as _plan_nodes

EXPR_TYPE_ERROR = "Use col()/column() or lit()/literal() to construct expressions"
_NAME_TYPE_ERROR = "Expected Expr or column name, found: {}. " + EXPR_TYPE_ERROR + "."

__all__ = [
    *_plan_nodes,
    "EXPR_TYPE_ERROR",
    "CaseBuilder",
    "Expr",
    "ExprFuncBuilder",
    "GroupingSet",
    "SortExpr",
    "SortKey",
    "Window",
    "WindowFrame",
    "WindowFrameBound",
    "coerce_to_expr",
    "coerce_to_expr_list",
    "coerce_to_expr_or_none",
    "ensure_expr",
    "ensure_expr_list",
    "expr_list_to_raw_expr_list",
    "sort_list_to_raw_sort_list",
    "sort_or_default",
]


def _plan_error(text: str) -> PlanError:
    return PlanError("DataFusion error: Error during planning: " + text)


def _literal(value: Any, metadata: dict[str, str] | None = None) -> Any:
    """A core literal of any Python or Arrow value."""
    if isinstance(value, Expr):
        pa = _arrow.pyarrow()
        text = f"Could not convert {value!r} with type Expr: it can be used as it is, without lit(): did not recognize Python value type"
        raise (pa.ArrowInvalid if pa else TypeError)(text)
    type_ = getattr(value, "type", None)
    if (
        type_ is not None and hasattr(value, "as_py") and hasattr(type_, "__arrow_c_schema__")
    ):  # a pyarrow scalar keeps its exact type
        value = _arrow.need_pyarrow("a pyarrow scalar").repeat(value, 1)
    elif type_ is not None and hasattr(value, "to_pylist"):  # a pyarrow array is one list
        value = _arrow.list_of(value)
    for text in (*(metadata or {}), *(metadata or {}).values()):
        if not isinstance(text, str):
            raise TypeError(f"'{type(text).__name__}' object is not an instance of 'str'")
    try:
        return _core.Expr.literal(value, None, metadata)
    except TypeError:
        pa = _arrow.pyarrow()
        if pa is None:
            raise
        text = f"Could not convert {value!r} with type {type(value).__name__}: did not recognize Python value type when inferring an Arrow data type"
        raise pa.ArrowInvalid(text) from None


class ExprTypeError(TypeError, AttributeError):
    """Something else where an expression is needed."""


def ensure_expr(value: Any) -> Any:
    """The inner object of an Expr; TypeError for everything else."""
    if not isinstance(value, Expr):
        raise ExprTypeError(EXPR_TYPE_ERROR)
    return value.expr


def ensure_expr_list(exprs: Iterable[Any]) -> list[Any]:
    """The inner objects of Exprs in lists of any depth; TypeError for anything else in them."""
    out: list[Any] = []
    stack = [iter(_no_text(exprs))]
    while stack:
        for item in stack[-1]:
            if isinstance(item, Expr):
                out.append(item.expr)
            else:
                if len(stack) > 64:
                    raise ValueError("the lists are nested too deeply")
                stack.append(iter(_no_text(item)))
                break
        else:
            stack.pop()
    return out


def _no_text(value: Any) -> Iterable[Any]:
    if isinstance(value, Expr):
        return [value]
    if isinstance(value, (str, bytes, bytearray)) or not isinstance(value, Iterable):
        raise ExprTypeError(EXPR_TYPE_ERROR)
    return value


def coerce_to_expr(value: Any) -> Expr:
    """An Expr as it is, any other value as a literal."""
    return value if isinstance(value, Expr) else Expr.literal(value)


def coerce_to_expr_or_none(value: Any) -> Expr | None:
    return None if value is None else coerce_to_expr(value)


def coerce_to_expr_list(values: Iterable[Any]) -> list[Expr]:
    return [coerce_to_expr(value) for value in values]


def _name_or_expr(value: Any) -> Any:
    """The inner object of an Expr, or of the column of that name."""
    if isinstance(value, Expr):
        return value.expr
    if isinstance(value, str):
        return _core.Expr.col(value)
    raise ExprTypeError(_NAME_TYPE_ERROR.format(type(value).__name__))


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, bytes, Expr, SortExpr)) or not isinstance(value, Iterable):
        return [value]
    return list(value)


def expr_list_to_raw_expr_list(expr_list: Any) -> list[Any] | None:
    """Names and Exprs, one or many, as inner objects; None stays."""
    if expr_list is None:
        return None
    return [_name_or_expr(item) for item in _as_list(expr_list)]


def sort_or_default(e: Any) -> Any:
    """The inner sort key of a name, Expr (ascending, nulls last) or SortExpr."""
    if isinstance(e, SortExpr):
        return e.raw_sort
    return _core.SortExpr(_name_or_expr(e), True, False)


def sort_list_to_raw_sort_list(sort_list: Any) -> list[Any] | None:
    """Names, Exprs and SortExprs, one or many, as inner sort keys; None stays."""
    if sort_list is None:
        return None
    return [sort_or_default(item) for item in _as_list(sort_list)]


def _operator(method: str, op: str, reflected: bool = False) -> Callable[[Expr, Any], Expr]:
    # Reflected ones but - / % are written as datafusion does, so that columns get the same names: the sides may change places.
    if reflected and op in ("-", "/", "%"):

        def apply(self: Expr, rhs: Any) -> Expr:
            return Expr(_core.Expr.binary(op, coerce_to_expr(rhs).expr, self.expr))

    else:

        def apply(self: Expr, rhs: Any) -> Expr:
            return Expr(_core.Expr.binary(op, self.expr, coerce_to_expr(rhs).expr))

    apply.__name__ = method
    apply.__qualname__ = f"Expr.{method}"
    return apply


def _function_method(name: str) -> Callable[[Expr], Expr]:
    def apply(self: Expr) -> Expr:
        from bowstring import functions as f

        return getattr(f, name)(self)

    apply.__name__ = name
    apply.__qualname__ = f"Expr.{name}"
    apply.__doc__ = f"As :func:`bowstring.functions.{name}` of this expression."
    return apply


class Expr:
    """An expression over the columns of a frame. Immutable, thread-safe.

    Operators make new expressions; plain Python values beside them become literals. ``==`` and ``!=`` with None mean IS NULL and IS NOT NULL.
    """

    __slots__ = ("expr", "__weakref__")

    def __init__(self, expr: Any) -> None:
        self.expr = expr.expr if isinstance(expr, Expr) else expr

    # ---- construction

    @staticmethod
    def column(value: str) -> Expr:
        """A column, by its name as in SQL: ``A`` is a, ``"A"`` is A, ``q.a`` is column a of q."""
        if not isinstance(value, str):
            raise TypeError(f"'{type(value).__name__}' object is not an instance of 'str'")
        return Expr(_core.Expr.col(value))

    @staticmethod
    def literal(value: Any) -> Expr:
        """A constant of any Python, numpy or Arrow value."""
        return Expr(_literal(value))

    @staticmethod
    def literal_with_metadata(value: Any, metadata: dict[str, str]) -> Expr:
        """A constant whose field carries metadata."""
        return Expr(_literal(value, dict(metadata)))

    @staticmethod
    def string_literal(value: str) -> Expr:
        """A text constant of the plain string type."""
        return Expr(_core.Expr.literal(value, _core.DataType("utf8"), None))

    # ---- text and structure

    def canonical_name(self) -> str:
        """The expression as text."""
        return str(self.expr)

    def schema_name(self) -> str:
        """The name of the column that the expression makes."""
        return self.expr.name()

    def variant_name(self) -> str:
        """The kind of the outermost node: Column, Literal, BinaryExpr, ..."""
        return self.expr.variant_name()

    def to_variant(self) -> Any:
        """The outermost node as an object of its class."""
        from bowstring.expr_nodes import variant_of

        return variant_of(self)

    def column_name(self, plan: Any) -> str:
        plan._raw_plan  # noqa: B018  the peer wants a plan
        return self.expr.facts()["name"] if self.expr.variant_name() == "Column" else self.expr.name()

    def rex_type(self) -> RexType:
        """Reference, Literal, Call, Alias, ..."""
        kind = self.expr.variant_name()
        return {
            "Column": RexType.Reference,
            "Literal": RexType.Literal,
            "Alias": RexType.Alias,
            "ScalarSubquery": RexType.ScalarSubquery,
            "Placeholder": RexType.Other,
            "Wildcard": RexType.Other,
        }.get(kind, RexType.Call)

    def rex_call_operands(self) -> list[Expr]:
        """The arguments of the outermost call; a column or literal is its own."""
        children = [Expr(child) for child in self.expr.children()]
        if self.expr.variant_name() == "Case" and self.expr.facts()["has_operand"]:
            operand, *rest = children
            whens = len(rest) // 2 * 2
            return [operand == e if i < whens and i % 2 == 0 else e for i, e in enumerate(rest)]
        if children or self.expr.variant_name() in ("ScalarFunction", "AggregateFunction", "WindowFunction"):
            return children
        return [self]

    def rex_call_operator(self) -> str:
        """The operator or function of the outermost call; TypeError where there is none."""
        kind = self.expr.variant_name()
        facts = self.expr.facts()
        if kind == "BinaryExpr":
            return facts["op"]
        if kind == "ScalarFunction":
            return facts["name"]
        names = {
            "Cast": "cast",
            "TryCast": "cast",
            "Between": "between",
            "Case": "case",
            "IsNull": "is null",
            "IsNotNull": "is not null",
            "IsTrue": "is true",
            "IsFalse": "is false",
            "IsUnknown": "is unknown",
            "IsNotTrue": "is not true",
            "IsNotFalse": "is not false",
            "IsNotUnknown": "is not unknown",
            "InList": "in list",
            "Negative": "negative",
            "Not": "not",
        }
        if "operator" in facts:
            return "not " + facts["operator"] if facts.get("negated") else facts["operator"]
        if kind not in names:
            raise TypeError(f"Catch all triggered in get_operator_name: {self.canonical_name()} ({kind})")
        return names[kind]

    def types(self) -> DataTypeMap:
        """The types of a literal, a cast or an operator's result in Arrow, Python and SQL."""
        kind = self.expr.variant_name()
        if kind == "Cast":
            return DataTypeMap._of_core(self.expr.facts()["type"])
        if kind == "BinaryExpr":
            operator = self.expr.facts()["op"]
            known = {"+": "int64", "-": "int64", "*": "int64", "%": "int64", "/": "double", "||": "utf8"}
            bits = operator in ("&", "|", "BIT_XOR", "<<", ">>")
            return DataTypeMap._of_core(_core.DataType("binary" if bits else known.get(operator, "bool")))
        out = DataTypeMap._of_core(self._value("types").type)
        text = str(out.arrow_type)
        if text.startswith(("timestamp", "time")):
            return DataTypeMap(out.arrow_type, PythonType.Datetime, SqlType.DATE)
        if text.startswith("month_day"):
            return DataTypeMap(out.arrow_type, PythonType.Datetime, SqlType.INTERVAL_MONTH)
        return out

    def python_value(self) -> Any:
        """The value of a literal, as a pyarrow scalar where pyarrow is installed."""
        return _arrow.scalar_out(self._value("python_value"))

    def _value(self, method: str) -> Any:
        if self.expr.variant_name() != "Literal":
            raise TypeError(f"Non Expr::Literal encountered in types: {self.canonical_name()}")
        return self.expr.facts()["value"]

    def __repr__(self) -> str:
        return f"Expr({self.expr})"

    # ---- operators

    def __eq__(self, rhs: object) -> Expr:  # type: ignore[override]
        if rhs is None:
            return Expr(_core.Expr.unary("IsNull", self.expr))
        return Expr(_core.Expr.binary("=", self.expr, coerce_to_expr(rhs).expr))

    def __ne__(self, rhs: object) -> Expr:  # type: ignore[override]
        if rhs is None:
            return Expr(_core.Expr.unary("IsNotNull", self.expr))
        return Expr(_core.Expr.binary("!=", self.expr, coerce_to_expr(rhs).expr))

    __hash__ = None  # type: ignore[assignment]
    __iter__ = None  # or iteration would ask for element 0, 1, ... without end

    def __invert__(self) -> Expr:
        return Expr(_core.Expr.unary("Not", self.expr))

    def __neg__(self) -> Expr:
        return Expr(_core.Expr.unary("Negative", self.expr))

    def __getitem__(self, key: Any) -> Expr:
        """A field of a struct by name; an element of a list by number, from 0; a slice of a list, its end excluded."""
        from bowstring import functions as f

        if isinstance(key, slice):
            return self._slice(key)
        if isinstance(key, bool):
            raise TypeError("a list's element is asked for by an int, a struct's field by a str")
        if isinstance(key, int):
            # Lists count from 1; from the end they count -1, -2, ... as Python does.
            return f.array_element(self, Expr.literal(key + 1 if key >= 0 else key))
        if isinstance(key, str):
            return f.get_field(self, key)
        if isinstance(key, Expr) and key.expr.variant_name() == "Literal":
            return self[key.expr.facts()["value"][0]]
        raise TypeError(
            f"a list's element is asked for by an int, a struct's field by a str, not by {type(key).__name__}"
        )

    def _slice(self, key: slice) -> Expr:
        from bowstring import functions as f

        start = 0 if key.start is None else key.start
        begin = start + 1 if isinstance(start, Expr) or start >= 0 else start
        stop = key.stop
        if stop is None:
            end: Any = f.array_length(self).cast(int)
        elif isinstance(stop, int) and stop < 0:
            end = stop - 1
        else:
            end = stop
        return f.array_slice(self, begin, end, key.step)

    # ---- what may be chained

    def alias(self, name: str, metadata: dict[str, str] | None = None) -> Expr:
        """The same value under another name."""
        return Expr(self.expr.alias(name, metadata))

    def sort(self, ascending: bool = True, nulls_first: bool = False) -> SortExpr:
        """The expression as a key to order by."""
        return SortExpr(self, ascending=ascending, nulls_first=nulls_first)

    def is_null(self) -> Expr:
        return Expr(_core.Expr.unary("IsNull", self.expr))

    def is_not_null(self) -> Expr:
        return Expr(_core.Expr.unary("IsNotNull", self.expr))

    def fill_null(self, value: Any = None) -> Expr:
        """The value, where this is NULL."""
        from bowstring import functions as f

        return f.nvl(self, coerce_to_expr(value))

    def fill_nan(self, value: Any = None) -> Expr:
        """The value, where this is not a number."""
        from bowstring import functions as f

        return f.nanvl(self, coerce_to_expr(value))

    def cast(self, to: Any) -> Expr:
        """The value in another type: a pyarrow type or int, float, bool, str. What does not fit is an error."""
        return Expr(_core.Expr.cast_to(self.expr, _arrow.type_in(to), False))

    def try_cast(self, to: Any) -> Expr:
        """As cast; what does not fit is NULL."""
        return Expr(_core.Expr.cast_to(self.expr, _arrow.type_in(to), True))

    def between(self, low: Any, high: Any, negated: bool = False) -> Expr:
        return Expr(_core.Expr.between(self.expr, coerce_to_expr(low).expr, coerce_to_expr(high).expr, negated))

    # ---- aggregates and windows

    def filter(self, filter: Expr) -> ExprFuncBuilder:
        """The aggregate over rows that pass only."""
        return ExprFuncBuilder(self).filter(filter)

    def order_by(self, *exprs: Any) -> ExprFuncBuilder:
        return ExprFuncBuilder(self).order_by(*exprs)

    def distinct(self) -> ExprFuncBuilder:
        return ExprFuncBuilder(self).distinct()

    def null_treatment(self, null_treatment: NullTreatment) -> ExprFuncBuilder:
        return ExprFuncBuilder(self).null_treatment(null_treatment)

    def partition_by(self, *partition_by: Any) -> ExprFuncBuilder:
        return ExprFuncBuilder(self).partition_by(*partition_by)

    def window_frame(self, window_frame: WindowFrame) -> ExprFuncBuilder:
        return ExprFuncBuilder(self).window_frame(window_frame)

    def over(self, window: Window) -> Expr:
        """The aggregate or window function over a window."""
        if self.expr.variant_name() not in ("AggregateFunction", "WindowFunction"):
            raise _plan_error(
                f"Using {self.variant_name()} with `over` is not allowed. Must use an aggregate or window function."
            )
        _refuse_second_window(self.expr)
        return Expr(
            _windowed(self.expr, window._partition_by, window._order_by, window._window_frame, window._null_treatment),
        )

    # ---- pickling

    def to_bytes(self, ctx: Any = None) -> bytes:
        from bowstring.expr_bytes import dumps

        return dumps(self, ctx)

    @classmethod
    def from_bytes(cls, buf: bytes, ctx: Any = None) -> Expr:
        from bowstring.expr_bytes import loads

        return loads(buf, ctx)

    def __reduce__(self) -> tuple[Any, ...]:
        return Expr._reconstruct, (self.to_bytes(get_sender_ctx()),)

    @classmethod
    def _reconstruct(cls, buf: bytes) -> Expr:
        return cls.from_bytes(buf)

    # Written out one by one, so that type checkers know them.
    __add__ = _operator("__add__", "+")
    __sub__ = _operator("__sub__", "-")
    __mul__ = _operator("__mul__", "*")
    __truediv__ = _operator("__truediv__", "/")
    __mod__ = _operator("__mod__", "%")
    __and__ = _operator("__and__", "AND")
    __or__ = _operator("__or__", "OR")
    __lt__ = _operator("__lt__", "<")
    __le__ = _operator("__le__", "<=")
    __gt__ = _operator("__gt__", ">")
    __ge__ = _operator("__ge__", ">=")
    __radd__ = _operator("__radd__", "+", reflected=True)
    __rsub__ = _operator("__rsub__", "-", reflected=True)
    __rmul__ = _operator("__rmul__", "*", reflected=True)
    __rtruediv__ = _operator("__rtruediv__", "/", reflected=True)
    __rmod__ = _operator("__rmod__", "%", reflected=True)
    __rand__ = _operator("__rand__", "AND", reflected=True)
    __ror__ = _operator("__ror__", "OR", reflected=True)

    abs = _function_method("abs")
    acos = _function_method("acos")
    acosh = _function_method("acosh")
    array_dims = _function_method("array_dims")
    array_distinct = _function_method("array_distinct")
    array_empty = _function_method("array_empty")
    array_length = _function_method("array_length")
    array_ndims = _function_method("array_ndims")
    array_pop_back = _function_method("array_pop_back")
    array_pop_front = _function_method("array_pop_front")
    arrow_typeof = _function_method("arrow_typeof")
    ascii = _function_method("ascii")
    asin = _function_method("asin")
    asinh = _function_method("asinh")
    atan = _function_method("atan")
    atanh = _function_method("atanh")
    bit_length = _function_method("bit_length")
    btrim = _function_method("btrim")
    cardinality = _function_method("cardinality")
    cbrt = _function_method("cbrt")
    ceil = _function_method("ceil")
    char_length = _function_method("char_length")
    character_length = _function_method("character_length")
    chr = _function_method("chr")
    cos = _function_method("cos")
    cosh = _function_method("cosh")
    cot = _function_method("cot")
    degrees = _function_method("degrees")
    empty = _function_method("empty")
    exp = _function_method("exp")
    factorial = _function_method("factorial")
    flatten = _function_method("flatten")
    floor = _function_method("floor")
    from_unixtime = _function_method("from_unixtime")
    initcap = _function_method("initcap")
    is_nan = _function_method("is_nan")
    isnan = _function_method("isnan")
    iszero = _function_method("iszero")
    length = _function_method("length")
    list_dims = _function_method("list_dims")
    list_distinct = _function_method("list_distinct")
    list_length = _function_method("list_length")
    list_ndims = _function_method("list_ndims")
    ln = _function_method("ln")
    log10 = _function_method("log10")
    log2 = _function_method("log2")
    lower = _function_method("lower")
    ltrim = _function_method("ltrim")
    md5 = _function_method("md5")
    octet_length = _function_method("octet_length")
    radians = _function_method("radians")
    reverse = _function_method("reverse")
    rtrim = _function_method("rtrim")
    sha224 = _function_method("sha224")
    sha256 = _function_method("sha256")
    sha384 = _function_method("sha384")
    sha512 = _function_method("sha512")
    signum = _function_method("signum")
    sin = _function_method("sin")
    sinh = _function_method("sinh")
    sqrt = _function_method("sqrt")
    tan = _function_method("tan")
    tanh = _function_method("tanh")
    to_hex = _function_method("to_hex")
    trim = _function_method("trim")
    upper = _function_method("upper")


_PRECEDING, _CURRENT, _FOLLOWING = (0, 1), 2, (4, 3)  # (unbounded, with an offset)


_USUAL_FRAMES = (
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
    "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
)


def _refuse_second_window(expr: Any) -> None:
    """A window function's rows are described once: a second description would silently drop parts of the first."""
    if expr.variant_name() != "WindowFunction":
        return
    facts = expr.facts()
    given = [option for option in ("partition_by", "order_by") if facts[option]]
    if str(facts["frame"]) not in _USUAL_FRAMES[: 3 if facts["order_by"] else 1]:
        given.append("window_frame")
    if given:
        raise _plan_error(
            f"{facts['name']} already has window options ({', '.join(given)}); set partition_by, order_by, and window_frame in one "
            "place: the function's keyword arguments, a single over(Window(...)), or one builder chain"
        )


def _refuse_own_order(expr: Any) -> None:
    """An aggregate's own order has no meaning in a window; that of a percentile from the smallest value up is what it does anyway."""
    if expr.variant_name() != "AggregateFunction":
        return
    facts = expr.facts()
    percentile = facts["name"] in ("percentile_cont", "approx_percentile_cont", "approx_percentile_cont_with_weight")
    keys = [key for key in facts["order_by"] if not (percentile and key.ascending())]
    if keys:
        raise _plan_error(f"Aggregate order_by is not supported when {facts['name']} is used as a window function")


def _windowed(expr: Any, partition_by: Any, order_by: Any, frame: Any, nulls: Any) -> Any:
    _refuse_own_order(expr)
    window = expr.over()
    options: dict[str, Any] = {"order_by": order_by or []}
    if partition_by:
        options["partition_by"] = partition_by
    if frame is None:
        frame = _core.WindowFrame(0, 0, None, 2 if order_by else 4, None)
    options["frame"] = frame
    if nulls is not None:
        options["nulls"] = nulls
    return window.with_options(**options)


def _null_treatment(value: NullTreatment | None) -> int | None:
    if value is None:
        return None
    return 2 if value == NullTreatment.IGNORE_NULLS else 1


class ExprFuncBuilder:
    """Options of an aggregate or window function, one after the other; ``build()`` ends it."""

    def __init__(self, builder: Any) -> None:
        self._expr: Expr = builder._expr if isinstance(builder, ExprFuncBuilder) else builder
        self._options: dict[str, Any] = dict(builder._options) if isinstance(builder, ExprFuncBuilder) else {}

    def _with(self, **options: Any) -> ExprFuncBuilder:
        if not self._options:
            _refuse_second_window(self._expr.expr)
        self._check(next(iter(options)))
        out = ExprFuncBuilder(self)
        out._options.update(options)
        return out

    def _check(self, option: str) -> None:
        """An option of the other kind of function is refused where it is given."""
        expr = self._expr.expr
        variant = expr.variant_name()
        if variant == "AggregateFunction" and option in ("partition_by", "frame"):
            method = "window_frame" if option == "frame" else option
            raise _plan_error(
                f"{method}() applies only to window functions; {expr.facts()['name']} is an aggregate function, "
                "use over() to run it as a window function"
            )
        if variant == "WindowFunction" and option in ("filter", "distinct") and expr.facts()["kind"] == "window":
            raise _plan_error(
                f"{option}() applies only to aggregate functions, including one used as a window function; "
                f"{expr.facts()['name']} is a window function"
            )

    def filter(self, filter: Expr) -> ExprFuncBuilder:
        return self._with(filter=ensure_expr(filter))

    def order_by(self, *exprs: Any) -> ExprFuncBuilder:
        return self._with(order_by=[sort_or_default(item) for item in exprs])

    def distinct(self) -> ExprFuncBuilder:
        return self._with(distinct=True)

    def null_treatment(self, null_treatment: NullTreatment) -> ExprFuncBuilder:
        if not isinstance(null_treatment, NullTreatment):
            raise AttributeError(f"'{type(null_treatment).__name__}' object has no attribute 'value'")
        return self._with(nulls=_null_treatment(null_treatment))

    def partition_by(self, *partition_by: Any) -> ExprFuncBuilder:
        return self._with(partition_by=[_name_or_expr(item) for item in partition_by])

    def window_frame(self, window_frame: WindowFrame) -> ExprFuncBuilder:
        frame = window_frame.window_frame
        if not isinstance(frame, _core.WindowFrame):
            raise TypeError(f"'{type(frame).__name__}' object is not an instance of 'WindowFrame'")
        return self._with(frame=frame)

    def build(self) -> Expr:
        expr = self._expr.expr
        kind = expr.variant_name()
        if kind not in ("AggregateFunction", "WindowFunction"):
            raise _plan_error("ExprFunctionExt can only be used with Expr::AggregateFunction or Expr::WindowFunction")
        options = dict(self._options)
        if kind == "WindowFunction" and options.get("order_by") and "frame" not in options:
            options["frame"] = _core.WindowFrame(0, 0, None, 2, None)
        return Expr(expr.with_options(**options))


class Window:
    """Which rows a window function sees: those of the same partition, in an order, inside a frame."""

    def __init__(
        self,
        partition_by: Any = None,
        window_frame: WindowFrame | None = None,
        order_by: Any = None,
        null_treatment: NullTreatment | None = None,
    ) -> None:
        self._partition_by = expr_list_to_raw_expr_list(partition_by)
        self._window_frame = None if window_frame is None else window_frame.window_frame
        self._order_by = sort_list_to_raw_sort_list(order_by)
        self._null_treatment = _null_treatment(null_treatment)


class WindowFrame:
    """The rows around the current one: ``WindowFrame("rows", 2, 0)`` is the two before it and itself; None is no bound."""

    _UNITS: ClassVar[dict[str, int]] = {"rows": 0, "range": 1, "groups": 2}

    def __init__(self, units: str, start_bound: Any, end_bound: Any) -> None:
        kind = self._UNITS.get(units.lower())
        if kind is None:
            raise NotImplementedError(repr(units))
        if kind == 2 and (start_bound is None or end_bound is None):
            raise NotImplementedError("Groups")
        start, end = self._offset(start_bound), self._offset(end_bound)
        self.window_frame = _core.WindowFrame(kind, 0 if start is None else 1, start, 4 if end is None else 3, end)

    @staticmethod
    def _offset(value: Any) -> int | None:
        if hasattr(value, "as_py"):
            value = value.as_py()
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            pa = _arrow.pyarrow()
            if isinstance(value, int) and not isinstance(value, bool):
                text = f"Integer value {value} not in range: 0 to 9223372036854775807"
            else:
                text = f"Failed to parse {type(value).__name__}: {value!r} as a scalar of type uint64"
            raise (pa.ArrowInvalid if pa else ValueError)(text)
        return value

    def get_frame_units(self) -> str:
        return ("ROWS", "RANGE", "GROUPS")[self.window_frame.units]

    def get_lower_bound(self) -> WindowFrameBound:
        return WindowFrameBound(self.window_frame.bound(False))

    def get_upper_bound(self) -> WindowFrameBound:
        return WindowFrameBound(self.window_frame.bound(True))

    def __repr__(self) -> str:
        return f"OVER ({self.window_frame})"


class WindowFrameBound:
    """One end of a frame."""

    def __init__(self, frame_bound: tuple[int, Any]) -> None:
        self.frame_bound = frame_bound

    def get_offset(self) -> int | None:
        return self.frame_bound[1]

    def is_current_row(self) -> bool:
        return self.frame_bound[0] == 2

    def is_following(self) -> bool:
        return self.frame_bound[0] in (3, 4)

    def is_preceding(self) -> bool:
        return self.frame_bound[0] in (0, 1)

    def is_unbounded(self) -> bool:
        return self.frame_bound[0] in (0, 4)


class CaseBuilder:
    """CASE, branch by branch. Each ``when`` answers a new builder; ``otherwise`` or ``end`` makes the expression."""

    def __init__(self, case_builder: Any = None, branches: Sequence[Any] = ()) -> None:
        self._operand = case_builder
        self._branches = list(branches)

    def when(self, when_expr: Expr, then_expr: Expr) -> CaseBuilder:
        return CaseBuilder(self._operand, [*self._branches, ensure_expr(when_expr), ensure_expr(then_expr)])

    def otherwise(self, else_expr: Expr) -> Expr:
        return self._build(ensure_expr(else_expr))

    def end(self) -> Expr:
        return self._build(None)

    def _build(self, otherwise: Any) -> Expr:
        results = [*self._branches[1::2], *([] if otherwise is None else [otherwise])]
        if not results:
            raise _plan_error("CASE expression 'then' values had no data types")
        from bowstring.expr_nodes import Literal

        types = []
        for result in results:
            if result.variant_name() == "Literal":
                type_ = Literal(Expr(result)).data_type()
                if type_ != "Null" and type_ not in types:
                    types.append(type_)
        if len(types) > 1:
            raise _plan_error(f"CASE expression 'then' values had multiple data types: {', '.join(types)}")
        return Expr(_core.Expr.case(self._operand, self._branches, otherwise))


class SortExpr:
    """A key to order by."""

    def __init__(self, expr: Expr, ascending: bool, nulls_first: bool) -> None:
        self.raw_sort = _core.SortExpr(ensure_expr(expr), ascending, nulls_first)

    @staticmethod
    def _of_core(raw: Any) -> SortExpr:
        return SortExpr(Expr(raw.expr()), raw.ascending(), raw.nulls_first())

    def expr(self) -> Expr:
        return Expr(self.raw_sort.expr())

    def ascending(self) -> bool:
        return self.raw_sort.ascending()

    def nulls_first(self) -> bool:
        return self.raw_sort.nulls_first()

    def __repr__(self) -> str:
        return f"Sort(Expr: {self.raw_sort.expr()}, Asc: {self.ascending()}, NullsFirst: {self.nulls_first()})"

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle 'SortExpr' object")


SortKey = Expr | SortExpr | str
"""What may stand where an order is given: a column's name, an Expr or a SortExpr."""


class GroupingSet:
    """GROUP BY over several sets of keys at once; the missing keys are NULL."""

    @staticmethod
    def rollup(*exprs: Any) -> Expr:
        return Expr(_core.Expr.grouping_set(0, [[_name_or_expr(e)] for e in exprs]))

    @staticmethod
    def cube(*exprs: Any) -> Expr:
        return Expr(_core.Expr.grouping_set(1, [[_name_or_expr(e)] for e in exprs]))

    @staticmethod
    def grouping_sets(*expr_lists: Any) -> Expr:
        return Expr(_core.Expr.grouping_set(2, [[_name_or_expr(e) for e in exprs] for exprs in expr_lists]))


def _guard(call: Any, *args: Any) -> Any:
    """What a core call answers, its errors worded as a frame's."""
    try:
        return call(*args)
    except BowstringError as error:
        _as_frame_error(error)
        raise
    except TypeError as error:
        found = _misfit(str(error))
        if found is None:
            raise
        raise TypeError(found) from None


def _misfit(text: str) -> str | None:
    """What the core says of a call whose arguments don't fit, in few words: the first of them, where it is plain."""
    signature = re.search(r"\n    1\. \w*\((.*)\) -> .*\n\nInvoked with types: (.*)$", text)
    if signature is None or "\n    2. " in text:
        return None
    wanted = [part.partition(":")[2].partition("=")[0].strip() for part in _split(signature[1])]
    for want, got in zip(wanted, _split(signature[2]), strict=False):
        if want == "int" and got != "int":
            return f"'{got}' object cannot be interpreted as an integer"
        if want in ("str", "bool") and got != want:
            return f"'{got}' object is not an instance of '{want}'"
    return None


def _split(text: str) -> list[str]:
    """The parts between the commas that stand in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


from bowstring.expr_nodes import *  # noqa: E402, F403
from bowstring.expr_nodes import __all__ as _expr_nodes  # noqa: E402

__all__ += _expr_nodes
