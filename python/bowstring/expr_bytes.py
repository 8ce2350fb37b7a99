# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions as bytes: a tree of plain values, with literals as Arrow arrays of one value. Calls travel by name; the reader looks them up."""

from __future__ import annotations

import pickle
from typing import Any

from bowstring._load import _core
from bowstring.expr import Expr

_MAGIC = b"BOWEXPR1"
_UNARY = {
    "Not",
    "Negative",
    "IsNull",
    "IsNotNull",
    "IsTrue",
    "IsNotTrue",
    "IsFalse",
    "IsNotFalse",
    "IsUnknown",
    "IsNotUnknown",
    "Unnest",
}


def dumps(expr: Expr, ctx: Any = None) -> bytes:
    return _MAGIC + pickle.dumps(_encode(expr.expr, 0))


def loads(buf: bytes, ctx: Any = None) -> Expr:
    if not isinstance(buf, (bytes, bytearray, memoryview)) or bytes(buf[: len(_MAGIC)]) != _MAGIC:
        raise RuntimeError("these bytes are no expression")
    try:
        tree = _Values(bytes(buf[len(_MAGIC) :])).load()
        return Expr(_decode(tree, _sessions(ctx)))
    except (pickle.UnpicklingError, EOFError, KeyError, IndexError, TypeError) as error:
        raise RuntimeError(f"these bytes are no expression: {error}") from error


class _Values(pickle.Unpickler):
    """Reads plain values only: bytes from elsewhere must not run code."""

    _ALLOWED = {
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
    }

    def __init__(self, data: bytes) -> None:
        import io

        super().__init__(io.BytesIO(data))

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in an expression")
        return super().find_class(module, name)


def _sessions(ctx: Any) -> list[Any]:
    from bowstring.functions._call import registry
    from bowstring.ipc import get_worker_ctx

    return [session.ctx for session in (ctx, get_worker_ctx()) if session is not None] + [registry()]


def _type(type_: Any) -> Any:
    text = str(type_)
    if "[" in text and text.startswith(("timestamp", "duration", "time32", "time64")):
        kind, _, rest = text.partition("[")
        unit, _, zone = rest[:-1].partition(", tz=")
        return (kind, unit, zone)
    if text.startswith("decimal128("):
        return ("decimal128", *(int(part) for part in text[11:-1].split(",")))
    if text.startswith("fixed_size_binary["):
        return ("fixed_size_binary", int(text[18:-1]))
    if text.startswith("list<"):
        return ("list", _type(type_.field(0).type))
    if text.startswith("struct<"):
        fields = [type_.field(i) for i in range(type_.num_fields)]
        return ("struct", [(field.name, _type(field.type), field.nullable) for field in fields])
    names = {
        "string": "utf8",
        "large_string": "large_utf8",
        "string_view": "utf8_view",
        "date32[day]": "date32",
        "date64[ms]": "date64",
    }
    name = names.get(text, text)
    _core.DataType(name)  # fails for a type that has no name
    return (name,)


def _type_of(code: Any) -> Any:
    kind, *rest = code
    if kind == "timestamp":
        return _core.DataType.timestamp(*rest)
    if kind in ("duration", "time32", "time64"):
        return getattr(_core.DataType, kind)(rest[0])
    if kind in ("decimal128", "fixed_size_binary"):
        return getattr(_core.DataType, kind)(*rest)
    if kind == "list":
        return _core.DataType.list(_type_of(rest[0]))
    if kind == "struct":
        return _core.DataType.struct(
            [_core.Field(name, _type_of(type_), nullable) for name, type_, nullable in rest[0]]
        )
    return _core.DataType(kind)


def _keys(keys: list[Any], depth: int) -> list[Any]:
    return [(_encode(key.expr(), depth), key.ascending(), key.nulls_first()) for key in keys]


def _encode(expr: Any, depth: int) -> Any:
    if depth > 400:
        raise ValueError("the expression is nested too deeply")
    kind, facts = expr.variant_name(), expr.facts()
    children = [_encode(child, depth + 1) for child in expr.children()]
    if kind == "Literal":
        array = facts["value"]
        return (kind, _type(array.type), array[0])
    if kind == "Column":
        return (kind, facts["relation"], facts["name"])
    if kind in (
        "Alias",
        "BinaryExpr",
        "Between",
        "InList",
        "Like",
        "ILike",
        "SimilarTo",
        "Case",
        "ScalarFunction",
        "LambdaVariable",
        "Placeholder",
    ):
        return (kind, dict(facts), children)
    if kind == "Lambda":
        return (kind, {"parameters": list(facts["parameters"])}, children)
    if kind in ("Cast", "TryCast"):
        return (kind, _type(facts["type"]), children)
    if kind in _UNARY:
        return (kind, None, children)
    raise TypeError(f"an expression with {kind} can't be turned into bytes by this version")


def _decode(tree: Any, sessions: list[Any]) -> Any:
    kind, facts = tree[0], tree[1]
    make = _core.Expr
    if kind == "Literal":
        return make.literal(tree[2], _type_of(facts), None)
    if kind == "Column":
        return make.qualified_column(facts, tree[2]) if facts else make.column(tree[2])
    children = [_decode(child, sessions) for child in tree[2]]
    if kind == "Alias":
        return children[0].alias(facts["name"], None)
    if kind == "BinaryExpr":
        out = children[0]
        for child in children[1:]:
            out = make.binary(facts["op"], out, child)
        return out
    if kind == "Between":
        return make.between(*children, facts["negated"])
    if kind == "InList":
        return make.in_list(children[0], children[1:], facts["negated"])
    if kind in ("Like", "ILike", "SimilarTo"):
        return make.like(*children, facts["negated"], kind == "ILike", kind == "SimilarTo")
    if kind == "Case":
        operand = children.pop(0) if facts["has_operand"] else None
        otherwise = children.pop() if facts["has_else"] else None
        return make.case(operand, children, otherwise)
    if kind in ("Cast", "TryCast"):
        return make.cast_to(children[0], _type_of(facts), kind == "TryCast")
    if kind == "Lambda":
        return make.lambda_(facts["parameters"], children[0])
    if kind == "LambdaVariable":
        return make.lambda_variable(facts["name"])
    if kind == "Placeholder":
        return make.placeholder(facts["id"])
    if kind == "ScalarFunction":
        for session in sessions:
            if session.has_function(facts["name"], "scalar"):
                return session.call(facts["name"], children, "scalar")
        raise RuntimeError(f"no function named {facts['name']!r} in the sessions of this thread")
    return make.unary(kind, children[0])
