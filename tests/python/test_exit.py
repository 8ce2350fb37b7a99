# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The end of the process, and forks, with queries under way."""

import pytest

LIVE = """
import bowstring
ctx = bowstring.SessionContext()
stream = ctx.range(2**40).execute_stream()
next(stream)
"""


def test_exit_with_a_live_stream(run_program):
    run_program(LIVE)


def test_exit_with_a_live_capsule(run_program):
    run_program(LIVE + "capsule = ctx.range(2**40).__arrow_c_stream__()\n")


def test_exit_with_a_live_reader_of_pyarrow(run_program):
    pytest.importorskip("pyarrow")
    run_program(
        LIVE
        + "import pyarrow as pa\nreader = pa.RecordBatchReader.from_stream(ctx.range(2**40)); reader.read_next_batch()\n"
    )


def test_exit_with_a_thread_that_waits(run_program):
    run_program(
        LIVE
        + """
import threading
never = ctx.sql("SELECT * FROM range(0, 1099511627776) WHERE value < 0")
threading.Thread(target=never.collect, daemon=True).start()
threading.Thread(target=lambda: list(never), daemon=True).start()
import time
time.sleep(0.2)
"""
    )


def test_exit_while_a_function_runs(run_program):
    pytest.importorskip("pyarrow")
    run_program(
        """
        import threading, time
        import bowstring, pyarrow as pa
        def slow(x):
            time.sleep(0.3)
            return x
        f = bowstring.udf(slow, [pa.int64()], pa.int64(), "volatile")
        frame = bowstring.SessionContext().range(10**9).select(f(bowstring.col("value")))
        threading.Thread(target=frame.collect, daemon=True).start()
        time.sleep(0.5)
        """
    )


def test_exit_while_a_python_source_is_read(run_program):
    pytest.importorskip("pyarrow")
    run_program(
        """
        import time
        import bowstring, pyarrow as pa
        def batches():
            while True:
                time.sleep(0.01)
                yield pa.record_batch({"v": range(10_000)})
        reader = pa.RecordBatchReader.from_batches(pa.schema([("v", pa.int64())]), batches())
        stream = bowstring.SessionContext().from_arrow(reader).execute_stream()
        next(stream)
        """
    )


def test_fork(run_program):
    out = run_program(
        LIVE
        + """
import os, sys
pid = os.fork()
if pid == 0:
    try:
        next(stream)
        print("no error")
    except Exception as error:
        print("fork" in str(error))
    fresh = bowstring.SessionContext()
    print(fresh.range(10).count())
    sys.stdout.flush()
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
assert next(stream).num_rows > 0
"""
    )
    assert out.split() == ["True", "10"]


def test_fork_with_ordinary_exit(run_program):
    run_program(
        LIVE
        + """
import os, sys
pid = os.fork()
if pid == 0:
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
"""
    )
