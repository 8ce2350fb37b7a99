# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for a batch in an event loop: no thread waits, the engine makes a file descriptor readable."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Callable
from typing import Any

from bowstring._load import _core


async def next_batch(stream: Any) -> Any:
    """The next core batch of a RecordBatchStream; None at the end."""
    if stream._async_lock is None or stream._async_lock[0] is not asyncio.get_running_loop():
        stream._async_lock = (asyncio.get_running_loop(), asyncio.Lock())
    async with stream._async_lock[1]:  # several tasks on one stream are served one after the other
        if stream._notifier is None:
            stream._notifier = _core.Notifier()
        notifier = stream._notifier
        ready, batch = stream._stream.try_next(notifier)
        if ready:
            await asyncio.sleep(0)  # a stream that is always ahead must not keep the others from running
            return batch
        loop = asyncio.get_running_loop()
        while not ready:
            await _readable(loop, notifier.fileno())
            notifier.drain()
            ready, batch = stream._stream.try_next(notifier)
        return batch


async def _readable(loop: asyncio.AbstractEventLoop, fd: int) -> None:
    future = loop.create_future()

    def wake() -> None:
        if not future.done():
            future.set_result(None)

    try:
        loop.add_reader(fd, wake)
    except NotImplementedError:  # a loop that watches no descriptors
        _Watcher.shared().watch(fd, lambda: loop.call_soon_threadsafe(wake))
        await future
        return
    try:
        await future
    finally:
        loop.remove_reader(fd)


class _Watcher:
    """One thread that watches the descriptors of all loops that can't do it themselves."""

    _lock = threading.Lock()
    _shared: _Watcher | None = None

    @classmethod
    def shared(cls) -> _Watcher:
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
            return cls._shared

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._pending: list[tuple[int, Callable[[], object]]] = []
        self._mutex = threading.Lock()
        self._wake = _SelfPipe()
        self._selector.register(self._wake.fileno(), selectors.EVENT_READ, None)
        threading.Thread(target=self._run, name="bowstring-notifier", daemon=True).start()

    def watch(self, fd: int, call: Callable[[], object]) -> None:
        with self._mutex:
            self._pending.append((fd, call))
        self._wake.notify()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._wake.drain()
                else:
                    self._selector.unregister(key.fd)
                    key.data()
            with self._mutex:
                pending, self._pending = self._pending, []
            for fd, call in pending:
                self._selector.register(fd, selectors.EVENT_READ, call)


class _SelfPipe:
    def __init__(self) -> None:
        import os

        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._os = os

    def fileno(self) -> int:
        return self._read

    def notify(self) -> None:
        try:
            self._os.write(self._write, b"\1")
        except BlockingIOError:
            pass

    def drain(self) -> None:
        try:
            while self._os.read(self._read, 64):
                pass
        except BlockingIOError:
            pass
