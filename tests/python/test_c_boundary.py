# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The Arrow C stream as a hostile or careless consumer meets it, and what comes in from forged C data. BOWSTRING_FULL=1: whole counts."""

import ctypes
import gc
import os
import random
import threading

import pytest
from bowstring import SessionConfig, SessionContext

FULL = os.environ.get("BOWSTRING_FULL") == "1"
SEED = int(os.environ.get("BOWSTRING_SEED", "20261122"))


class ArrowSchema(ctypes.Structure):
    pass


class ArrowArray(ctypes.Structure):
    pass


class ArrowArrayStream(ctypes.Structure):
    pass


ArrowSchema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowSchema))),
    ("dictionary", ctypes.POINTER(ArrowSchema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowSchema))),
    ("private_data", ctypes.c_void_p),
]
ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowArray))),
    ("dictionary", ctypes.POINTER(ArrowArray)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArray))),
    ("private_data", ctypes.c_void_p),
]
ArrowArrayStream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ArrowArrayStream), ctypes.POINTER(ArrowSchema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ArrowArrayStream), ctypes.POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(ArrowArrayStream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArrayStream))),
    ("private_data", ctypes.c_void_p),
]

api = ctypes.pythonapi
api.PyCapsule_GetPointer.restype = ctypes.c_void_p
api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
api.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
api.PyCapsule_New.restype = ctypes.py_object
api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]

STREAM = b"arrow_array_stream"


def stream_of(capsule) -> ArrowArrayStream:
    return ArrowArrayStream.from_address(api.PyCapsule_GetPointer(capsule, STREAM))


def read_all(stream: ArrowArrayStream) -> int:
    """Rows of all batches, each released at once."""
    rows = 0
    while True:
        array = ArrowArray()
        code = stream.get_next(ctypes.byref(stream), ctypes.byref(array))
        assert code == 0, stream.get_last_error(ctypes.byref(stream))
        if not array.release:
            return rows
        rows += array.length
        array.release(ctypes.byref(array))
        assert not array.release


def test_read_by_hand(ctx):
    capsule = ctx.range(100_000).__arrow_c_stream__()
    stream = stream_of(capsule)
    schema = ArrowSchema()
    assert stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)) == 0
    assert schema.format == b"+s"
    schema.release(ctypes.byref(schema))
    assert read_all(stream) == 100_000
    assert read_all(stream) == 0  # the end stays the end
    stream.release(ctypes.byref(stream))
    assert not stream.release


def test_released_before_the_capsule(ctx):
    capsule = ctx.range(1 << 40).__arrow_c_stream__()
    stream = stream_of(capsule)
    array = ArrowArray()
    assert stream.get_next(ctypes.byref(stream), ctypes.byref(array)) == 0
    stream.release(ctypes.byref(stream))
    del capsule  # its destructor must not release again
    gc.collect()
    assert array.length > 0
    array.release(ctypes.byref(array))


def test_release_called_twice(ctx):
    capsule = ctx.range(10).__arrow_c_stream__()
    stream = stream_of(capsule)
    release = ctypes.cast(stream.release, ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArrayStream)))
    release(ctypes.byref(stream))
    release(ctypes.byref(stream))


def test_moved_stream(ctx):
    capsule = ctx.range(1000).__arrow_c_stream__()
    stream = stream_of(capsule)
    moved = ArrowArrayStream()
    ctypes.memmove(ctypes.byref(moved), ctypes.byref(stream), ctypes.sizeof(moved))
    ctypes.memset(ctypes.byref(stream), 0, ctypes.sizeof(stream))
    del capsule
    gc.collect()
    assert read_all(moved) == 1000
    moved.release(ctypes.byref(moved))


def test_renamed_capsule(ctx):
    capsule = ctx.range(1000).__arrow_c_stream__()
    stream = stream_of(capsule)
    api.PyCapsule_SetName(capsule, b"used_arrow_array_stream")  # as nanobind and others do after a move
    stream.release(ctypes.byref(stream))
    del capsule
    gc.collect()


def test_another_thread_after_the_session_is_gone():
    ctx = SessionContext()
    capsule = ctx.range(300_000).__arrow_c_stream__()
    del ctx
    gc.collect()
    rows = []

    def read():
        stream = stream_of(capsule)
        rows.append(read_all(stream))
        stream.release(ctypes.byref(stream))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert rows == [300_000]


def test_children_moved_out_of_an_array(ctx):
    capsule = ctx.sql("SELECT value, CAST(value AS VARCHAR) AS s FROM range(0, 1000)").__arrow_c_stream__()
    stream = stream_of(capsule)
    array = ArrowArray()
    assert stream.get_next(ctypes.byref(stream), ctypes.byref(array)) == 0
    child = ArrowArray()
    ctypes.memmove(ctypes.byref(child), array.children[1], ctypes.sizeof(child))
    array.children[1].contents.release = type(child.release)(0)
    array.release(ctypes.byref(array))
    stream.release(ctypes.byref(stream))
    assert child.length == array.length or child.length == 100
    child.release(ctypes.byref(child))


def test_eight_threads_on_one_stream(ctx):
    capsule = ctx.range(400_000).__arrow_c_stream__()
    stream = stream_of(capsule)
    rows = []
    threads = [threading.Thread(target=lambda: rows.append(read_all(stream))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(rows) == 400_000
    stream.release(ctypes.byref(stream))


def test_never_consumed(ctx, resident):
    before = resident()
    for _ in range(2000 if FULL else 200):
        ctx.range(1 << 40).__arrow_c_stream__()
    gc.collect()
    assert resident() - before < 64


def test_tiny_batches(resident):
    """A batch leaves nothing behind."""
    count = 1_000_000 if FULL else 50_000
    ctx = SessionContext(SessionConfig().with_batch_size(1))
    capsule = ctx.range(count).__arrow_c_stream__()
    stream = stream_of(capsule)
    array = ArrowArray()
    for _ in range(5000):
        assert stream.get_next(ctypes.byref(stream), ctypes.byref(array)) == 0
        array.release(ctypes.byref(array))
    before = resident()
    assert read_all(stream) == count - 5000
    assert resident() - before < 8
    stream.release(ctypes.byref(stream))


def test_holding_three_batches(resident):
    ctx = SessionContext()
    capsule = ctx.sql("SELECT value, value * 2 AS v FROM range(0, 20000000)").__arrow_c_stream__()
    stream = stream_of(capsule)
    held, seen, before = [], 0, None
    while True:
        array = ArrowArray()
        assert stream.get_next(ctypes.byref(stream), ctypes.byref(array)) == 0
        if not array.release:
            break
        held.append(array)
        if len(held) > 3:
            old = held.pop(0)
            old.release(ctypes.byref(old))
        seen += 1
        if seen == 50:
            before = resident()
    assert resident() - before < 16
    for array in held:
        array.release(ctypes.byref(array))
    stream.release(ctypes.byref(stream))


def test_consumer_raises_midway(ctx):
    pa = pytest.importorskip("pyarrow")

    class Enough(Exception):
        pass

    with pytest.raises(Enough):
        for i, _ in enumerate(pa.RecordBatchReader.from_stream(ctx.range(1 << 40))):
            if i == 3:
                raise Enough
    assert ctx.range(10).count() == 10


def test_a_stream_that_reads_itself():
    """Its producer runs a query over the very table: a named error, no hang."""
    ctx = SessionContext()
    schema = ctx.range(1).select("value").schema()

    class Snake:
        def __arrow_c_schema__(self):
            return schema.__arrow_c_schema__()

        def __arrow_c_stream__(self, requested_schema=None):
            return ctx.sql("SELECT value FROM snake").__arrow_c_stream__(requested_schema)

    pa = pytest.importorskip("pyarrow")

    def batches():
        yield pa.record_batch({"value": pa.array([1], pa.int64())})
        yield from pa.RecordBatchReader.from_stream(ctx.sql("SELECT value FROM snake"))

    reader = pa.RecordBatchReader.from_batches(pa.schema([("value", pa.int64())]), batches())
    ctx.register_table("snake", ctx.from_arrow(reader))
    with pytest.raises(Exception, match="reads itself"):
        ctx.sql("SELECT value FROM snake").collect()
    assert ctx.range(10).count() == 10


FORGERIES = 200 if FULL else 60


class Forged:
    """An array of two columns whose C structure is spoilt in one place."""

    def __init__(self, pa, rng):
        n = rng.choice([0, 1, 7, 100])
        batch = pa.record_batch(
            {
                "a": pa.array([i if i % 3 else None for i in range(n)], pa.int64()),
                "s": pa.array([("x" * (i % 20)) if i % 4 else None for i in range(n)], pa.string()),
            }
        )
        self.schema_capsule, self.array_capsule = batch.__arrow_c_array__()
        array = ArrowArray.from_address(api.PyCapsule_GetPointer(self.array_capsule, b"arrow_array"))
        column = rng.choice([array, array.children[0].contents, array.children[1].contents])
        self.array, self.column = array, column
        self.before = bytes(column)
        what = rng.choice(
            ["length", "huge length", "offset", "huge offset", "null_count", "n_buffers", "n_children", "buffers"]
        )
        self.what = what
        if what == "length":
            column.length = -rng.randrange(1, 1 << 40)
        elif what == "huge length":
            column.length = 1 << 62
        elif what == "offset":
            column.offset = -rng.randrange(1, 1000)
        elif what == "huge offset":
            column.offset = (1 << 63) - 1
        elif what == "null_count":
            column.null_count = rng.choice([-2, 1 << 40])
        elif what == "n_buffers":
            column.n_buffers = rng.choice([-1, 0, 17])
        elif what == "n_children":
            column.n_children = rng.choice([-1, 1 if column is not array else 0])
        else:
            column.buffers = ctypes.POINTER(ctypes.c_void_p)()

    def __arrow_c_array__(self, requested_schema=None):
        return self.schema_capsule, self.array_capsule

    def mend(self):
        """What was refused is its producer's again, whose release callback trusts its own fields."""
        if self.array.release:
            ctypes.memmove(ctypes.byref(self.column), self.before, len(self.before))


def test_forged_arrays(run_program):
    """In a process of its own: a crash is a failure here, not the end of the test run."""
    pytest.importorskip("pyarrow")
    run_program(
        f"""
        import random, sys
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        import pyarrow as pa
        import test_c_boundary as t
        from bowstring import SessionContext
        rng = random.Random({SEED})
        ctx = SessionContext()
        for i in range({FORGERIES}):
            forged = t.Forged(pa, rng)
            try:
                rows = ctx.from_arrow(forged).to_pylist()
                assert len(rows) <= 200, (i, forged.what)
            except Exception as error:
                assert str(error), (i, forged.what)
            forged.mend()
        assert ctx.range(10).count() == 10
        print("ok")
        sys.stdout.flush()
        import os
        os._exit(0)
        """,
        timeout=120,
    )


@pytest.mark.skipif(not FULL, reason="a loop of processes")
def test_exits_with_live_streams(run_program):
    rng = random.Random(SEED)
    for _ in range(200):
        ending = rng.choice(["sys.exit(3)", "raise RuntimeError('x')", "atexit.register(lambda: None)", "os._exit(3)"])
        status = {"sys": 3, "rai": 1, "ate": 0, "os.": 3}[ending[:3]]
        text = f"""
import atexit, os, sys
import bowstring
ctx = bowstring.SessionContext()
streams = [ctx.sql("SELECT value % 7 AS k FROM range(0, 1099511627776)").execute_stream() for _ in range({rng.randrange(1, 4)})]
for s in streams[:{rng.randrange(0, 4)}]:
    next(iter(s))
kept = ctx.range(1 << 40).__arrow_c_stream__()
{ending}
"""
        run_program(text, status=status, timeout=20)
