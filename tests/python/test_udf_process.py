# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions in worker processes."""

import gc
import os
import pickle
import subprocess
import sys
import time

import pytest

import bowstring as bs
from bowstring import col, udf
from bowstring.errors import ExecutionError

pa = pytest.importorskip("pyarrow")
pytest.importorskip("cloudpickle")
pc = pytest.importorskip("pyarrow.compute")


@pytest.fixture
def frame():
    ctx = bs.SessionContext()
    return ctx.from_pydict({"a": [1, 2, None, 4], "s": ["x", "y", None, "z"]}, name="t")


def test_runs_elsewhere(frame):
    where = udf(lambda a: pa.array([os.getpid()] * len(a)), [pa.int64()], pa.int64(), "volatile", isolation="process")
    pids = set(frame.select(where(col("a")).alias("p")).to_pydict()["p"])
    assert len(pids) == 1 and os.getpid() not in pids


def test_rows_in_order():
    double = udf(lambda a: pc.multiply(a, 2), [pa.int64()], pa.int64(), "immutable", "double", isolation="process")
    ctx = bs.SessionContext(bs.SessionConfig().with_batch_size(1000))
    ctx.register_udf(double)
    rows = ctx.sql("select value as v, double(value) as d from range(20000)").to_pydict()
    assert rows["d"] == [2 * v for v in rows["v"]]
    assert rows["v"] == list(range(20000))


def test_types_and_nulls(frame):
    both = udf(
        lambda a, s: pa.array([None if x is None else f"{x}{y}" for x, y in zip(a.to_pylist(), s.to_pylist())]),
        [pa.int64(), pa.string()],
        pa.string(),
        "immutable",
        isolation="process",
    )
    assert frame.select(both(col("a"), col("s")).alias("r")).to_pydict() == {"r": ["1x", "2y", None, "4z"]}


def test_exceptions_keep_type_and_place(frame):
    def sour(a):
        raise KeyError("lemon")

    bad = udf(sour, [pa.int64()], pa.int64(), "immutable", isolation="process")
    with pytest.raises(KeyError, match="lemon") as caught:
        frame.select(bad(col("a"))).collect()
    assert "in sour" in str(caught.value)
    # The worker goes on after an exception.
    assert frame.count() == 4


def test_a_worker_that_dies(frame):
    gone = udf(lambda a: os._exit(7), [pa.int64()], pa.int64(), "immutable", "gone", isolation="process")
    with pytest.raises(ExecutionError, match="process of function gone ended with code 7"):
        frame.select(gone(col("a"))).collect()
    with pytest.raises(ExecutionError, match="code 7"):  # a fresh worker, the same end
        frame.select(gone(col("a"))).collect()


def test_wrong_answers(frame):
    short = udf(lambda a: a.slice(1), [pa.int64()], pa.int64(), "immutable", isolation="process")
    with pytest.raises(Exception, match="different number of rows"):
        frame.select(short(col("a"))).collect()
    plain = udf(lambda a: 5, [pa.int64()], pa.int64(), "immutable", isolation="process")
    with pytest.raises(TypeError, match="Array"):
        frame.select(plain(col("a"))).collect()


def test_decorator_and_bytes(frame):
    @udf([pa.int64()], pa.int64(), "immutable", "more", isolation="process")
    def more(a):
        return pc.add(a, os.getpid() * 0 + 1)

    again = pickle.loads(pickle.dumps(more(col("a"))))
    assert frame.select(again.alias("r")).to_pydict() == {"r": [2, 3, None, 5]}


def test_unknown_isolation():
    with pytest.raises(ValueError, match="isolation must be"):
        udf(lambda a: a, [pa.int64()], pa.int64(), "immutable", isolation="cloud")


def test_workers_end_with_the_function(frame):
    where = udf(lambda a: pa.array([os.getpid()] * len(a)), [pa.int64()], pa.int64(), "volatile", isolation="process")
    pid = frame.select(where(col("a")).alias("p")).to_pydict()["p"][0]
    assert os.path.exists(f"/proc/{pid}")
    del where
    gc.collect()
    for _ in range(50):
        if not os.path.exists(f"/proc/{pid}"):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives its function")


def test_workers_end_with_the_program():
    code = (
        "import os, pyarrow as pa, bowstring as bs\n"
        "where = bs.udf(lambda a: pa.array([os.getpid()] * len(a)), [pa.int64()], pa.int64(), 'volatile', isolation='process')\n"
        "frame = bs.SessionContext().from_pydict({'a': [1]})\n"
        "print(frame.select(where(bs.col('a')).alias('p')).to_pydict()['p'][0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not os.path.exists(f"/proc/{done.stdout.strip()}")
    assert done.stderr == ""
