# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Batches and the streams that they come from.

A :class:`RecordBatchStream` is lazy: work starts at the first pull, runs ahead of the reader inside the memory budget, and stops when the stream is
closed, dropped or cancelled. It is thread-safe: pulls from several threads are served one after the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from bowstring import _arrow
from bowstring._load import _core
from bowstring.errors import BowstringError, _as_frame_error

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RecordBatch", "RecordBatchStream"]


class RecordBatch:
    """Rows of a result, in Arrow's columns. Immutable, thread-safe.

    Any Arrow library reads it without a copy (``pyarrow.record_batch(batch)``, ``polars.DataFrame(batch)``).
    """

    __slots__ = ("record_batch", "__weakref__")

    def __init__(self, record_batch: Any) -> None:
        self.record_batch = (
            record_batch if isinstance(record_batch, _core.RecordBatch) else _arrow.batch_in(record_batch)
        )

    @property
    def num_rows(self) -> int:
        return self.record_batch.num_rows

    @property
    def num_columns(self) -> int:
        return self.record_batch.num_columns

    @property
    def schema(self) -> Any:
        """The schema, as pyarrow's where it is installed."""
        return _arrow.schema_out(self.record_batch.schema)

    def column(self, which: int | str) -> Any:
        """A column by position or name."""
        return _arrow.array_out(self.record_batch.column(which))

    def __getitem__(self, which: int | str) -> Any:
        return self.column(which)

    def __len__(self) -> int:
        return self.record_batch.num_rows

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecordBatch):
            return NotImplemented
        return self.record_batch.equals(other.record_batch)

    __hash__ = None  # type: ignore[assignment]

    def slice(self, offset: int = 0, length: int | None = None) -> RecordBatch:
        """Some of the rows, without a copy."""
        return RecordBatch(self.record_batch.slice(offset, length))

    def to_pyarrow(self) -> pa.RecordBatch:
        """The batch as pyarrow's, without a copy."""
        _arrow.need_pyarrow("to_pyarrow()")
        return _arrow.batch_out(self.record_batch)

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as dicts of Python values. pyarrow isn't needed."""
        return self.record_batch.to_pylist()

    def to_pydict(self) -> dict[str, list[Any]]:
        """The columns as lists of Python values. pyarrow isn't needed."""
        return self.record_batch.to_pydict()

    def __arrow_c_schema__(self) -> object:
        return self.record_batch.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Schema and array capsules; with a requested schema its columns, in its order and types."""
        return self._conformed(requested_schema).__arrow_c_array__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A stream of this one batch, for consumers that read tables."""
        return self._conformed(requested_schema).__arrow_c_stream__()

    def _conformed(self, requested_schema: object | None) -> Any:
        if requested_schema is None:
            return self.record_batch
        wanted = _core.Schema.from_arrow(requested_schema)
        if wanted == self.record_batch.schema:
            return self.record_batch
        from bowstring.context import _conformed_batch

        return _conformed_batch(self.record_batch, wanted)

    def __repr__(self) -> str:
        return f"RecordBatch({self.num_rows} rows, {self.num_columns} columns)\n{self.record_batch.schema}"


class RecordBatchStream:
    """The rows of a query, batch by batch, in the plan's order.

    Iterate over it, synchronously or with ``async for``; the batches that one kind of iteration has taken are gone for the other. Use it as a context
    manager, or call :meth:`close`, to end the query early; dropping the stream does the same.
    """

    __slots__ = ("_stream", "_notifier", "_async_lock", "_figures", "__weakref__")

    def __init__(self, record_batch_stream: Any, figures: Any = None) -> None:
        self._stream = record_batch_stream
        self._figures = figures  # a LastRun, where the figures of the operators go at the end
        if figures is not None:
            figures.begin()
        self._notifier = None
        self._async_lock = None

    @property
    def rbs(self) -> Any:
        return self._stream

    def next(self) -> RecordBatch:
        """The next batch; StopIteration at the end."""
        try:
            batch = self._stream.next()
        except BowstringError as error:
            _as_frame_error(error)
            raise
        if batch is None:
            if self._figures is not None:
                self._figures.finish(self._stream)
            raise StopIteration("stream exhausted")
        return RecordBatch(batch)

    __next__ = next

    def __iter__(self) -> Iterator[RecordBatch]:
        return self

    def __aiter__(self) -> AsyncIterator[RecordBatch]:
        return self

    async def __anext__(self) -> RecordBatch:
        from bowstring._async import next_batch

        try:
            batch = await next_batch(self)
        except BowstringError as error:
            _as_frame_error(error)
            raise
        if batch is None:
            raise StopAsyncIteration
        return RecordBatch(batch)

    @property
    def schema(self) -> Any:
        """The schema of all batches, known before the first."""
        return _arrow.schema_out(self._stream.schema())

    @property
    def stats(self) -> Any:
        """Figures of the query at this moment: rows, bytes, memory, time to the first batch."""
        return self._stream.stats()

    @property
    def complete(self) -> bool:
        """Whether the end was reached without an error."""
        return self._stream.stats().complete

    def cancel(self) -> None:
        """Ends the whole query, all its streams included. Returns at once; any thread may call it."""
        self._stream.cancel()

    def close(self) -> None:
        """Ends this stream; the query ends with the last of its streams."""
        self._stream.close()

    def __enter__(self) -> RecordBatchStream:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __arrow_c_schema__(self) -> object:
        return self._stream.schema().__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rest of this stream, for one reader. A DataFrame gives a fresh stream instead."""
        if requested_schema is not None and _core.Schema.from_arrow(requested_schema) != self._stream.schema():
            raise ValueError("a stream that is already running can't change its schema: ask the DataFrame for it")
        return self._stream.export_stream()
