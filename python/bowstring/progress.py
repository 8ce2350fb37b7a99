# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""How far a query is: a callback, or a bar on the terminal, while one of a frame's terminal calls runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Progress", "ProgressBar"]

_EVERY = 0.1  # seconds between two reports


@dataclass(frozen=True)
class Progress:
    """One report. Figures of the whole query so far."""

    rows: int
    """Rows that have left the query."""
    bytes: int
    """Their bytes."""
    rows_scanned: int
    """Rows that its tables have given out."""
    fraction: float
    """Of its tables that has been read, from 0 to 1."""
    stage: str
    """``reading`` its tables, ``writing`` its result (all tables are read), ``spilling`` (part of it is on disk), ``done``."""
    seconds: float
    """Since the query started."""


def _stage(stats: Any) -> str:
    if stats.complete:
        return "done"
    if stats.fraction < 1:
        return "spilling" if stats.spill_count else "reading"
    return "writing"


def _report(stream: Any, start: float) -> Progress:
    stats = stream.stats()
    return Progress(
        stats.rows, stats.bytes, stats.rows_scanned, stats.fraction, _stage(stats), time.monotonic() - start
    )


class ProgressBar:
    """A line on a terminal that fills up: shown once a query has run for a while, gone when it ends."""

    def __init__(self, file: Any = None, after: float = 2.0, width: int = 30) -> None:
        self._file = sys.stderr if file is None else file
        self._after = after
        self._width = width
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        if progress.stage == "done":
            if self._shown:
                self._file.write("\r\x1b[K")
                self._file.flush()
            return
        if progress.seconds < self._after:
            return
        self._shown = True
        done = int(progress.fraction * self._width)
        bar = "#" * done + "-" * (self._width - done)
        self._file.write(
            f"\r[{bar}] {progress.fraction:4.0%} {progress.stage}, {progress.rows:,} rows, {progress.seconds:.0f} s\x1b[K"
        )
        self._file.flush()


def batches(stream: Any, progress: Callable[[Progress], None] | bool | None) -> Iterator[Any]:
    """A core stream's batches, with reports while it is read: at least one at the end. What the callback raises ends the query."""
    if progress is True:
        progress = ProgressBar()
    if not progress:
        while (batch := stream.next()) is not None:
            yield batch
        return
    start = time.monotonic()
    stopped = threading.Event()
    failed: list[BaseException] = []

    def watch() -> None:
        while not stopped.wait(_EVERY):
            try:
                progress(_report(stream, start))  # type: ignore[operator]
            except BaseException as error:  # noqa: BLE001  it is raised where the stream is read
                failed.append(error)
                stream.cancel()
                return

    watcher = threading.Thread(target=watch, name="bowstring-progress", daemon=True)
    watcher.start()
    try:
        while (batch := stream.next()) is not None:
            yield batch
    except Exception:
        if failed:
            raise failed[0] from None
        raise
    finally:
        stopped.set()
        watcher.join()
    if failed:
        raise failed[0]
    progress(_report(stream, start))  # type: ignore[operator]
