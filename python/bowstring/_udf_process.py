# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Scalar functions in worker processes, for code that holds the GIL.

A worker is a fresh interpreter. Batches go over and back through shared memory (a file without a name), messages through a pipe that both ends close with
their process, so that nothing is left behind whoever ends first. As many workers are started as calls wait at once, at most one a CPU.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
import weakref
from multiprocessing.connection import Connection, Pipe
from typing import Any

from bowstring import _arrow
from bowstring.errors import ExecutionError


class RemoteTraceback(Exception):
    """Where in the worker an exception came from."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return "\n" + self.text


class _Memory:
    """Memory that two processes share: a file without a name."""

    def __init__(self, fd: int | None = None) -> None:
        self._file: Any = None
        if fd is None:
            if hasattr(os, "memfd_create"):
                fd = os.memfd_create("bowstring-udf")
            else:
                self._file = tempfile.TemporaryFile()
                fd = self._file.fileno()
        self.fd = fd

    def write(self, batch: Any) -> int:
        """Puts a batch in; answers its bytes."""
        pa = _arrow.need_pyarrow("a function in processes")
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        data = memoryview(sink.getvalue())
        done = 0
        while done < len(data):
            done += os.pwrite(self.fd, data[done:], done)
        return len(data)

    def read(self, size: int) -> Any:
        """The batch, as a copy: the other side writes over it."""
        pa = _arrow.need_pyarrow("a function in processes")
        data = bytearray(size)
        view, done = memoryview(data), 0
        while done < size:
            read = os.preadv(self.fd, [view[done:]], done)
            if read == 0:
                raise EOFError("the shared memory is shorter than its message")
            done += read
        return pa.ipc.open_stream(pa.py_buffer(data)).read_next_batch()

    def close(self) -> None:
        if self._file is None:
            os.close(self.fd)
        else:
            self._file.close()


class _Worker:
    """One process with the function in it. Used by one thread at a time."""

    def __init__(self, name: str, function: bytes) -> None:
        self._name = name
        self._to, self._from = _Memory(), _Memory()
        self._pipe, other = Pipe()
        code = "import sys; from bowstring._udf_process import serve; serve(*map(int, sys.argv[1:]))"
        fds = (other.fileno(), self._to.fd, self._from.fd)
        paths = [path for path in sys.path if path]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, fds)], pass_fds=fds, env=environment, stdin=subprocess.DEVNULL
        )
        other.close()
        self._pipe.send_bytes(function)

    def __call__(self, values: list[Any]) -> Any:
        pa = _arrow.need_pyarrow("a function in processes")
        batch = pa.RecordBatch.from_arrays(values, names=[str(i) for i in range(len(values))])
        try:
            self._pipe.send(self._to.write(batch))
            kind, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            code = self._process.wait()
            raise ExecutionError(f"the process of function {self._name} ended with code {code}") from error
        if kind == "array":
            return self._from.read(answer).column(0)
        if kind == "column":  # as the function gave it: of another library, in its layout
            return pa.chunked_array([self._from.read(answer).column(0)])
        exception, text = answer
        try:
            error = pickle.loads(exception)
        except Exception:
            error = ExecutionError(f"function {self._name} failed in its process")
        raise error from RemoteTraceback(text)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()


_pools: weakref.WeakSet[ProcessFunction] = weakref.WeakSet()


class ProcessFunction:
    """A function whose calls run in worker processes. Thread-safe; waiting callers don't hold the GIL."""

    def __init__(self, name: str, function: Any) -> None:
        self._name = name
        self._function = function
        self._start()
        _pools.add(self)

    def _start(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._workers: list[_Worker] = []

    def _take(self) -> _Worker:
        if self._owner != os.getpid():  # after a fork the workers are the parent's
            self._start()
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if len(self._workers) < _cpus():
                worker = _Worker(self._name, _pickled(self._function, self._name))
                self._workers.append(worker)
                return worker
        return self._idle.get()

    def __call__(self, *values: Any) -> Any:
        worker = self._take()
        try:
            return worker(list(values))
        finally:
            if worker.alive:
                self._idle.put(worker)
            else:
                with self._lock:
                    self._workers.remove(worker)
                worker.end()

    def end(self) -> None:
        if self._owner == os.getpid():
            with self._lock:
                for worker in self._workers:
                    worker.end()
                self._workers.clear()

    def __del__(self) -> None:
        try:
            self.end()
        except Exception:  # the interpreter may be going down
            pass


@atexit.register
def _end_all() -> None:
    for pool in list(_pools):
        pool.end()


def _cpus() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return os.cpu_count() or 1


def _pickled(function: Any, name: str) -> bytes:
    try:
        import cloudpickle as pickler
    except ImportError:
        pickler = pickle
    try:
        return pickler.dumps(function)
    except Exception as error:
        raise ExecutionError(
            f"function {name} can't travel to another process: {error} (functions outside of modules need the package cloudpickle)"
        ) from error


def serve(pipe_fd: int, to_fd: int, from_fd: int) -> None:
    """A worker's life: the function, then a batch and an answer in turn, until the other end of the pipe closes."""
    import signal

    import pyarrow as pa

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    pipe = Connection(pipe_fd)
    incoming, outgoing = _Memory(to_fd), _Memory(from_fd)
    function: Any = None
    failure: Any = None
    try:
        function = pickle.loads(pipe.recv_bytes())
    except EOFError:
        return
    except BaseException as error:
        failure = error
    while True:
        try:
            size = pipe.recv()
        except EOFError:
            return
        try:
            if failure is not None:
                raise failure
            answer = function(*incoming.read(size).columns)
            kind = "array"
            if not isinstance(answer, pa.Array):
                if hasattr(answer, "__arrow_c_array__"):
                    answer = pa.array(answer)
                elif hasattr(answer, "__arrow_c_stream__"):
                    kind, answer = "column", pa.chunked_array(answer).combine_chunks()
                else:
                    raise TypeError(f"a function must answer a pyarrow Array, not {type(answer).__name__}: 'Array' expected")
            pipe.send((kind, outgoing.write(pa.RecordBatch.from_arrays([answer], names=["answer"]))))
        except BaseException as error:
            text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
            try:
                exception = pickle.dumps(error)
            except Exception:
                exception = b""
            pipe.send(("error", (exception, text)))
