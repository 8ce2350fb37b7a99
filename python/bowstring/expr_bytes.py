# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Expressions and plans as bytes.

The engine writes them. Functions of the engine travel by name, and whoever reads the bytes looks them up in a session; functions in Python travel by value,
pickled (by cloudpickle where it is installed), unless the session says otherwise. Reading such bytes runs what is in them: read none from strangers, or with a
session whose inlining is off, which refuses them.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any

from bowstring._load import _core
from bowstring.errors import BowstringError

_MARKER = b"DFPYUDF"
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
    head = _MARKER + bytes((_FORMAT, sys.version_info[0], sys.version_info[1]))
    return head + pickler.dumps((bridge.kind, bridge.name, bridge.function, bridge.declared))


def _decoder(ctx: Any) -> Any:
    def decode(kind: str, payload: bytes) -> Any:
        from bowstring.user_defined import AggregateUDF, ScalarUDF, WindowUDF

        if payload[: len(_MARKER)] != _MARKER or len(payload) < len(_MARKER) + 3:
            raise RuntimeError("these bytes are no function")
        if not _inlining(ctx):
            raise RuntimeError(
                f"Refusing to deserialize an inline Python {kind} function: Python UDF inlining is disabled on this session"
            )
        form, *version = payload[len(_MARKER) : len(_MARKER) + 3]
        if form != _FORMAT:
            raise RuntimeError(f"a function in format {form}; this version reads format {_FORMAT}")
        if tuple(version) != sys.version_info[:2]:
            raise RuntimeError(
                f"a function of Python {version[0]}.{version[1]}, read by Python {sys.version_info[0]}.{sys.version_info[1]}: "
                "inline Python functions are not portable across Python minor versions"
            )
        found, name, function, declared = pickle.loads(payload[len(_MARKER) + 3 :])
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
    try:
        return call(bytes(buf), *arguments)
    except RuntimeError:
        raise
    except (BowstringError, TypeError, ValueError) as error:
        raise RuntimeError(f"Unable to decode {what}: {error}") from error


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
