# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The classes that ``Expr.to_variant()`` answers: the outermost node of an expression, with what it is made of."""

from __future__ import annotations

from typing import Any

from bowstring.expr import Expr

__all__ = [
    "AggregateFunction",
    "Alias",
    "Between",
    "BinaryExpr",
    "Case",
    "Cast",
    "Column",
    "Exists",
    "HigherOrderFunction",
    "ILike",
    "InList",
    "InSubquery",
    "IsFalse",
    "IsNotFalse",
    "IsNotNull",
    "IsNotTrue",
    "IsNotUnknown",
    "IsNull",
    "IsTrue",
    "IsUnknown",
    "Lambda",
    "LambdaVariable",
    "Like",
    "Literal",
    "Negative",
    "Not",
    "Placeholder",
    "ScalarSubquery",
    "ScalarVariable",
    "SimilarTo",
    "TryCast",
    "UnnestExpr",
    "WindowExpr",
]


class _Node:
    def __init__(self, node: Expr) -> None:
        self._node = node
        self._facts = node.expr.facts()
        self._children = [Expr(child) for child in node.expr.children()]

    def __repr__(self) -> str:
        return self._node.canonical_name()


class _Unary(_Node):
    def expr(self) -> Expr:
        return self._children[0]


class Column(_Node):
    def name(self) -> str:
        return self._facts["name"]

    def relation(self) -> str | None:
        return self._facts["relation"]

    def qualified_name(self) -> str:
        relation = self.relation()
        return f"{relation}.{self.name()}" if relation else self.name()


class Literal(_Node):
    def _value(self, *types: str) -> Any:
        array = self._facts["value"]
        if str(array.type).split("[")[0].split("(")[0] not in types:
            raise TypeError(f"getValue<T>() - Unexpected value: {self!r}")
        return array[0]

    def _number(self, type_: str) -> int | None:
        """A date or time as Arrow's number of its unit."""
        if str(self._facts["value"].type).split("[")[0] != type_:
            raise TypeError(f"getValue<T>() - Unexpected value: {self!r}")
        return self._facts["number"]

    def __repr__(self) -> str:
        value, type_ = self._facts["value"], str(self._facts["value"].type)
        if self._facts["text"] == "NULL" and "string" not in type_:
            return "NULL"
        if "binary" in type_.split("<")[0]:
            return value[0][:10].hex().upper() + ("..." if len(value[0]) > 10 else "")
        if type_.startswith(("timestamp", "time32", "time64")):
            return str(self._facts["number"])
        if type_.startswith(
            ("list", "large_list", "fixed_size_list", "struct", "map", "float", "double", "halffloat", "month")
        ):
            text = self._node.canonical_name()
            return text[text.index("(") + 1 : -1].replace('"', "")
        return str(value[0]) if type_.startswith("dictionary") else self._facts["text"]

    def data_type(self) -> str:
        return self._facts["value"].type.plan_name

    def into_type(self) -> Any:
        """The literal itself."""
        return self

    def value_bool(self) -> bool | None:
        return self._value("bool")

    def value_i8(self) -> int | None:
        return self._value("int8")

    def value_i16(self) -> int | None:
        return self._value("int16")

    def value_i32(self) -> int | None:
        return self._value("int32")

    def value_i64(self) -> int | None:
        return self._value("int64")

    def value_u8(self) -> int | None:
        return self._value("uint8")

    def value_u16(self) -> int | None:
        return self._value("uint16")

    def value_u32(self) -> int | None:
        return self._value("uint32")

    def value_u64(self) -> int | None:
        return self._value("uint64")

    def value_f32(self) -> float | None:
        return self._value("float")

    def value_f64(self) -> float | None:
        return self._value("double")

    def value_string(self) -> str | None:
        return self._value("string")

    def value_decimal128(self) -> tuple[int | None, int, int]:
        value = self._value("decimal128")
        type_ = str(self._facts["value"].type)
        precision, scale = (int(part) for part in type_[type_.index("(") + 1 : -1].split(","))
        return (None if value is None else int(value.scaleb(scale)), precision, scale)

    def value_date32(self) -> int | None:
        return self._number("date32")

    def value_date64(self) -> int | None:
        return self._number("date64")

    def value_time64(self) -> int | None:
        return self._number("time64")

    def value_timestamp(self) -> tuple[int | None, str | None]:
        number = self._number("timestamp")
        type_ = str(self._facts["value"].type)
        return number, type_[type_.index("[") + 1 : -1].partition(", tz=")[2] or None

    def value_interval_day_time(self) -> tuple[int, int] | None:
        value = self._value("day_time_interval")
        return None if value is None else (value[1], value[2] // 1000000)


class Alias(_Unary):
    def alias(self) -> str:
        return self._facts["name"]


class BinaryExpr(_Node):
    def left(self) -> Expr:
        return self._children[0]

    def right(self) -> Expr:
        """The other side; of a chain of ANDs or ORs what follows the first term."""
        if len(self._children) == 2:
            return self._children[1]
        from bowstring._load import _core

        rest = self._children[1].expr
        for child in self._children[2:]:
            rest = _core.Expr.binary(self.op(), rest, child.expr)
        return Expr(rest)

    def op(self) -> str:
        return self._facts["op"]


class Not(_Unary): ...


class Negative(_Unary): ...


class IsNull(_Unary): ...


class IsNotNull(_Unary): ...


class IsTrue(_Unary): ...


class IsNotTrue(_Unary): ...


class IsFalse(_Unary): ...


class IsNotFalse(_Unary): ...


class IsUnknown(_Unary): ...


class IsNotUnknown(_Unary): ...


class UnnestExpr(_Unary): ...


class _Negated(_Unary):
    def negated(self) -> bool:
        return self._facts["negated"]


class Between(_Negated):
    def low(self) -> Expr:
        return self._children[1]

    def high(self) -> Expr:
        return self._children[2]


class InList(_Negated):
    def list(self) -> list[Expr]:
        return self._children[1:]


class _OverPlan(_Node):
    def subquery(self) -> Any:
        from bowstring.plan_nodes import Subquery

        return Subquery(self._facts["plan"])


class InSubquery(_OverPlan):
    def expr(self) -> Expr:
        return self._children[0]

    def negated(self) -> bool:
        return self._facts["negated"]


class Exists(_OverPlan):
    def negated(self) -> bool:
        return self._facts["negated"]


class ScalarSubquery(_OverPlan): ...


class Like(_Negated):
    def pattern(self) -> Expr:
        return self._children[1]

    def escape_char(self) -> str | None:
        return self._facts["escape"]


class ILike(Like): ...


class SimilarTo(Like): ...


class Case(_Node):
    def expr(self) -> Expr | None:
        return self._children[0] if self._facts["has_operand"] else None

    def when_then_expr(self) -> list[tuple[Expr, Expr]]:
        begin = 1 if self._facts["has_operand"] else 0
        end = len(self._children) - (1 if self._facts["has_else"] else 0)
        branches = self._children[begin:end]
        return list(zip(branches[::2], branches[1::2], strict=True))

    def else_expr(self) -> Expr | None:
        return self._children[-1] if self._facts["has_else"] else None


class Cast(_Unary):
    def data_type(self) -> Any:
        return self._facts["type"]


class TryCast(Cast): ...


class AggregateFunction(_Node):
    def aggregate_type(self) -> str:
        return self._facts["name"]

    def is_distinct(self) -> bool:
        return self._facts["distinct"]

    def args(self) -> list[Expr]:
        return self._children


class HigherOrderFunction(_Node):
    def name(self) -> str:
        return self._facts["name"]

    def args(self) -> list[Expr]:
        return self._children


class Lambda(_Node):
    def params(self) -> list[str]:
        return self._facts["parameters"]

    def body(self) -> Expr:
        return self._children[0]


class LambdaVariable(_Node):
    def name(self) -> str:
        return self._facts["name"]


class Placeholder(_Node):
    def id(self) -> str:
        return self._facts["id"]

    def data_type(self) -> Any:
        return None

    def field(self) -> Any:
        return None


class ScalarVariable(_Node):
    def data_type(self) -> Any:
        return None

    def variables(self) -> list[str]:
        return []


class WindowExpr:
    """The window functions of a plan's node."""

    def __init__(self, plan: Any) -> None:
        self._plan = plan

    def schema(self) -> Any:
        from bowstring.plan_nodes import _schema_of

        return _schema_of(self._plan)

    def get_window_expr(self) -> list[Expr]:
        return [Expr(expr) for expr in self._plan.expressions()]

    @staticmethod
    def _facts_of(expr: Expr) -> dict[str, Any]:
        inner = expr.expr
        while inner.variant_name() == "Alias":
            inner = inner.children()[0]
        if inner.variant_name() != "WindowFunction":
            raise TypeError(f"not a window function: {expr.canonical_name()}")
        return {**inner.facts(), "args": inner.children()}

    def get_sort_exprs(self, expr: Expr) -> list[Any]:
        from bowstring.expr import SortExpr

        return [SortExpr._of_core(key) for key in self._facts_of(expr)["order_by"]]

    def get_partition_exprs(self, expr: Expr) -> list[Expr]:
        return [Expr(e) for e in self._facts_of(expr)["partition_by"]]

    def get_args(self, expr: Expr) -> list[Expr]:
        return [Expr(e) for e in self._facts_of(expr)["args"]]

    def window_func_name(self, expr: Expr) -> str:
        return self._facts_of(expr)["name"]

    def get_frame(self, expr: Expr) -> Any:
        from bowstring.expr import WindowFrame

        frame = WindowFrame("rows", None, None)
        frame.window_frame = self._facts_of(expr)["frame"]
        return frame


_CLASSES: dict[str, type[_Node]] = {
    name: value for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, _Node)
}
_CLASSES["Unnest"] = UnnestExpr
_CLASSES["RLike"] = SimilarTo
for _class in [*_CLASSES.values(), WindowExpr]:
    if not _class.__name__.startswith("_"):
        _class.__module__ = "bowstring.expr"
del _class


def variant_of(expr: Expr) -> Any:
    kind = expr.variant_name()
    if kind == "ScalarFunction":
        if any(child.variant_name() == "Lambda" for child in expr.expr.children()):
            return HigherOrderFunction(expr)
        raise ValueError(f"Converting Expr::{kind} to a Python object is not implemented: {expr.canonical_name()}")
    if kind == "GroupingSet":
        from bowstring.expr import GroupingSet

        return GroupingSet()
    if kind not in _CLASSES:
        raise ValueError(f"Converting Expr::{kind} to a Python object is not implemented: {expr.canonical_name()}")
    return _CLASSES[kind](expr)
