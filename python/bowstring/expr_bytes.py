# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions and plans as bytes.

The engine writes them. Functions of the engine travel by name, and whoever reads the bytes looks them up in a session; functions in Python travel by value,
pickled (by cloudpickle where it is installed), unless the session says otherwise. Reading such bytes runs what is in them: read none from strangers, or with a
session whose inlining is off, which refuses them.
"""

from __future__ import annotations

import pickle
import re
import sys
from typing import Any

from bowstring._load import _core
from bowstring.errors import BowstringError

_MARKERS = {"scalar": b"DFPYUDF", "aggregate": b"DFPYUDA", "window": b"DFPYUDW"}
_FORMAT = 1


def _inlining(ctx: Any) -> bool:
    return ctx is None or ctx._inlining


def _encoder(ctx: Any) -> Any:
    """What turns a Python function into bytes, or None where functions travel by name."""
    return _function_to_bytes if _inlining(ctx) else None


def _function_to_bytes(bridge: Any) -> bytes:
    try:
        import cloudpickle as pickler
    except ImportError:
        pickler = pickle  # functions of importable modules only
    head = _MARKERS[bridge.kind] + bytes((_FORMAT, sys.version_info[0], sys.version_info[1]))
    name = bridge.name.encode()  # readable without unpickling, for who refuses that
    return (
        head + len(name).to_bytes(4, "little") + name + pickler.dumps((bridge.kind, bridge.function, bridge.declared))
    )


def _decoder(ctx: Any) -> Any:
    def decode(kind: str, payload: bytes) -> Any:
        from bowstring.user_defined import AggregateUDF, ScalarUDF, WindowUDF

        marker = _MARKERS[kind]
        start = len(marker) + 3 + 4
        if payload[: len(marker)] != marker or len(payload) < start:
            raise RuntimeError(f"Unable to decode expr: these bytes are no {kind} function")
        form, *version = payload[len(marker) : len(marker) + 3]
        what = f"Unable to decode expr: Inline Python {kind} UDF payload"
        if form != _FORMAT:
            raise RuntimeError(
                f"{what} wire-format version v{form}; this build supports v{_FORMAT}..=v{_FORMAT}. "
                "Align bowstring versions on sender and receiver."
            )
        end = start + int.from_bytes(payload[start - 4 : start], "little")
        name = payload[start:end].decode(errors="replace")
        if not _inlining(ctx):
            raise RuntimeError(
                f"Unable to decode expr: Refusing to deserialize inline Python {kind} UDF '{name}': Python UDF inlining is disabled on this "
                f"session. Two remediations: (1) ask the sender to re-encode with inlining disabled so '{name}' travels by name, and "
                f"register '{name}' on this receiver; or (2) enable inlining on this receiver, which runs what is in the bytes."
            )
        if tuple(version) != sys.version_info[:2]:
            here = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise RuntimeError(
                f"{what} was serialized on Python {version[0]}.{version[1]} but this process is running Python {here}. "
                "cloudpickle payloads are not portable across Python minor versions. Align Python versions on sender and receiver."
            )
        found, function, declared = pickle.loads(payload[end:])
        if found != kind:
            raise RuntimeError(f"a {found} function where a {kind} function is called")
        return {"scalar": ScalarUDF, "aggregate": AggregateUDF, "window": WindowUDF}[kind](
            name, function, *declared
        )._udf

    return decode


def _reading_session(ctx: Any) -> Any:
    from bowstring.context import SessionContext
    from bowstring.ipc import get_worker_ctx

    return ctx or get_worker_ctx() or SessionContext.global_ctx()


def _read(what: str, call: Any, buf: Any, *arguments: Any) -> Any:
    if not isinstance(buf, (bytes, bytearray, memoryview)):
        raise TypeError(f"'{type(buf).__name__}' object is not an instance of 'bytes'")
    try:
        return call(bytes(buf), *arguments)
    except RuntimeError:
        raise
    except (BowstringError, TypeError, ValueError) as error:
        text = str(error)
        if not buf and what == "expr":
            text = "Unable to decode expr: Missing required field expr_type"
        elif "not the bytes of" in text:
            whole = "expression" if what == "expr" else "logical node"
            text = f"Unable to decode {whole} from serialized bytes: {text}"
        else:
            unknown = re.search("no (scalar|aggregate|window) function named '(.*)' in the sessions", text)
            missing = "LogicalExtensionCodec is not provided for {} function {}: "
            text = f"Unable to decode {what}: {missing.format(*unknown.groups()) if unknown else ''}{text}"
        raise RuntimeError(text) from error


def _sessions(session: Any) -> list[Any]:
    from bowstring.functions._call import registry

    return [session.ctx, registry()]


def dumps(expr: Any, ctx: Any = None) -> bytes:
    """An Expr as bytes."""
    return _core.encode_expr(expr.expr, _encoder(ctx))


def loads(buf: bytes, ctx: Any = None) -> Any:
    """An Expr from bytes; RuntimeError where they are none."""
    from bowstring.expr import Expr

    session = _reading_session(ctx)
    return Expr(_read("expr", _core.decode_expr, buf, _sessions(session), _decoder(session)))


def dump_plan(plan: Any, ctx: Any = None) -> bytes:
    """A core plan as bytes. Tables must be files."""
    return _core.encode_plan(plan, _encoder(ctx))


def load_plan(buf: bytes, ctx: Any) -> Any:
    """A core plan from bytes, its files opened by the session; RuntimeError where they are none."""
    session = _reading_session(ctx)
    return _read("plan", _core.decode_plan, buf, session.ctx, _sessions(session), _decoder(session))
