# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Which session pickled expressions are written and read with, thread by thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bowstring.context import SessionContext

__all__ = [
    "clear_sender_ctx",
    "clear_worker_ctx",
    "get_sender_ctx",
    "get_worker_ctx",
    "set_sender_ctx",
    "set_worker_ctx",
]

_contexts = threading.local()


def set_worker_ctx(ctx: SessionContext) -> None:
    """The session whose functions this thread's unpickled expressions use."""
    _contexts.worker = ctx


def clear_worker_ctx() -> None:
    _contexts.worker = None


def get_worker_ctx() -> SessionContext | None:
    return getattr(_contexts, "worker", None)


def set_sender_ctx(ctx: SessionContext) -> None:
    """The session whose settings this thread's pickling follows."""
    _contexts.sender = ctx


def clear_sender_ctx() -> None:
    _contexts.sender = None


def get_sender_ctx() -> SessionContext | None:
    return getattr(_contexts, "sender", None)


def _resolve_ctx(explicit_ctx: SessionContext | None = None) -> SessionContext:
    """The session that bytes are read with: the one given, else this thread's, else the global one."""
    from bowstring.context import SessionContext

    return explicit_ctx or get_worker_ctx() or SessionContext.global_ctx()
