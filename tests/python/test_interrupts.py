# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C: control comes back within a moment, whatever our threads are doing, and the session works on."""

import ctypes
import statistics
import threading
import time

import pytest
from bowstring import SessionContext, udf

NEVER = "SELECT * FROM range(0, 1099511627776) WHERE value < 0"

# What a program does that gets a real SIGINT at a random moment; it prints how long it took to get control back.
PROGRAM = """
import importlib, os, random, signal, threading, time
import bowstring
for package in {packages}:
    importlib.import_module(package)
ctx = bowstring.SessionContext()
ctx.range(10).collect()
sent = [0.0]
def send():
    sent[0] = time.perf_counter()
    os.kill(os.getpid(), signal.SIGINT)
for moment in {moments}:
    timer = threading.Timer(moment, send)
    try:
        timer.start()  # on a busy machine it may ring before it has said that it runs
        {action}
        raise SystemExit("no interrupt")
    except BaseException as error:
        took = time.perf_counter() - sent[0]
        assert {check}, repr(error)
    timer.join()
    print(took)
assert ctx.range(10).count() == 10
"""
OURS = "isinstance(error, KeyboardInterrupt)"
FOREIGN = "'KeyboardInterrupt' in repr(error) + str(error)"

ACTIONS = {
    "collect": ("ctx.sql(NEVER).collect()", OURS),
    "count": ("ctx.sql(NEVER).count()", OURS),
    "for": ("[b for b in ctx.sql(NEVER)]", OURS),
    "for over an endless series": ("[None for b in ctx.range(2**40)]", OURS),
    "aggregate": ("ctx.sql('SELECT sum(value % 7) FROM range(0, 1099511627776)').collect()", OURS),
    "to_pylist": ("ctx.sql(NEVER).to_pylist()", OURS),
    "pyarrow": ("__import__('pyarrow').table(ctx.sql(NEVER))", FOREIGN),
    "polars": ("__import__('polars').DataFrame(ctx.sql(NEVER))", FOREIGN),
    "nanoarrow": ("__import__('nanoarrow').ArrayStream(ctx.sql(NEVER)).read_all()", FOREIGN),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_sigint(action, run_program, rng):
    code, check = ACTIONS[action]
    packages = [package for package in ("pyarrow", "polars", "nanoarrow") if package in code]
    for package in packages:
        pytest.importorskip(package)
    moments = [round(rng.uniform(0.0, 0.3), 3) for _ in range(5)]
    program = PROGRAM.format(packages=packages, moments=moments, action=code.replace("NEVER", repr(NEVER)), check=check)
    took = [float(line) for line in run_program(program).split()]
    assert len(took) == 5
    assert statistics.median(took) < 0.5
    assert max(took) < 2


@pytest.mark.parametrize("rows", ["value >= 0", "value < 0"])
def test_sigint_inside_duckdb(rows, run_program, rng):
    """duckdb pulls on its main thread and on threads that Python doesn't know, and waits for them when it has seen the signal itself."""
    pytest.importorskip("duckdb")
    moments = [round(rng.uniform(0.1, 0.4), 3) for _ in range(5)]
    took = run_program(
        f"""
        import os, signal, threading, time
        import bowstring, duckdb
        ctx = bowstring.SessionContext()
        frame = ctx.sql("SELECT * FROM range(0, 1099511627776) WHERE {rows}")
        con = duckdb.connect()
        sent = 0.0
        def send():
            global sent
            sent = time.perf_counter()
            os.kill(os.getpid(), signal.SIGINT)
        for moment in {moments}:
            timer = threading.Timer(moment, send)
            try:
                try:
                    timer.start()
                    con.execute("SELECT count(*), min(value) FROM frame").fetchall()
                    raise SystemExit("no interrupt")
                except (KeyboardInterrupt, RuntimeError, duckdb.Error) as error:
                    print(time.perf_counter() - sent)
                    assert "nterrupt" in repr(error), repr(error)
                    time.sleep(0.05)
            except KeyboardInterrupt:  # the stream's error may come before Python's own exception
                print(time.perf_counter() - sent)
            timer.join()
        assert con.execute("SELECT 1").fetchall() == [(1,)]
        assert ctx.range(10).count() == 10
        """
    )
    took = [float(line) for line in took.split()]
    assert len(took) >= 5
    assert statistics.median(took) < 0.5
    assert max(took) < 2


def test_a_programs_own_handler_is_left_alone(run_program):
    run_program(
        """
        import os, signal, bowstring
        calls = []
        own = lambda *args: calls.append(args)
        signal.signal(signal.SIGINT, own)
        capsule = bowstring.SessionContext().range(10).__arrow_c_stream__()
        os.kill(os.getpid(), signal.SIGINT)
        assert len(calls) == 1 and signal.getsignal(signal.SIGINT) is own
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for _ in range(2):
            capsule = bowstring.SessionContext().range(10).__arrow_c_stream__()
            try:
                os.kill(os.getpid(), signal.SIGINT)
                raise SystemExit("no interrupt")
            except KeyboardInterrupt:
                pass
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, own)
        os.kill(os.getpid(), signal.SIGINT)
        assert len(calls) == 2
        """
    )


def send_async(thread_id: int, delay: float) -> None:
    send = ctypes.pythonapi.PyThreadState_SetAsyncExc
    threading.Timer(delay, lambda: send(ctypes.c_ulong(thread_id), ctypes.py_object(KeyboardInterrupt))).start()


@pytest.mark.parametrize("door", ["collect", "to_pylist", "count"])
def test_exception_sent_to_the_reading_thread(door):
    ctx = SessionContext()
    send_async(threading.get_ident(), 0.2)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        getattr(ctx.sql(NEVER), door)()
    assert time.monotonic() - begin < 3
    assert ctx.range(10).count() == 10


def test_exception_sent_to_another_thread():
    ctx = SessionContext()
    caught = []

    def read():
        try:
            for _ in ctx.sql(NEVER):
                pass
        except KeyboardInterrupt as error:
            caught.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    send_async(reader.ident, 0.2)
    reader.join(5)
    assert not reader.is_alive()
    assert len(caught) == 1


def test_a_slow_python_function(run_program):
    pytest.importorskip("pyarrow")
    run_program(
        """
        import os, signal, threading, time
        import bowstring, pyarrow as pa
        ctx = bowstring.SessionContext()
        def slow(x):
            for _ in range(200):
                time.sleep(0.05)
            return x
        f = bowstring.udf(slow, [pa.int64()], pa.int64(), "volatile")
        frame = ctx.range(1000).select(f(bowstring.col("value")))
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        begin = time.monotonic()
        try:
            frame.collect()
            raise SystemExit("no interrupt")
        except KeyboardInterrupt:
            pass
        assert time.monotonic() - begin < 3
        assert ctx.range(10).count() == 10
        """
    )


def test_other_exceptions_of_signal_handlers(run_program):
    run_program(
        """
        import bowstring, signal
        class Enough(Exception): pass
        def handler(*args): raise Enough("alarm")
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            bowstring.SessionContext().sql("SELECT * FROM range(0, 1099511627776) WHERE value < 0").collect()
            raise SystemExit("no exception")
        except Enough as error:
            assert str(error) == "alarm"
        """
    )


def test_functions_keep_their_exception(ctx):
    pa = pytest.importorskip("pyarrow")

    class Special(Exception):
        pass

    def broken(x):
        raise Special("in the function")

    frame = ctx.range(10).select(udf(broken, [pa.int64()], pa.int64(), "volatile")(ctx.range(1).col("value")))
    with pytest.raises(Special, match="in the function") as caught:
        frame.collect()
    assert "Special" in str(caught.value)
    assert "broken" in str(caught.value)
    assert isinstance(caught.value.__cause__, Special)
