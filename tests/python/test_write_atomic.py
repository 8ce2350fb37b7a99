# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""A file is there whole, or as it was before: whatever ends the write, and however little memory or disk there is."""

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import bowstring
import pytest
from bowstring import SessionContext

pytest.importorskip("pyarrow")
FORMATS = ["parquet", "csv", "json", "arrow"]
ENDLESS = "SELECT value, value % 1000 AS g FROM range(0, 1099511627776)"


def left(folder: pathlib.Path, seconds: float = 2.0) -> list[str]:
    """Names in a folder, once those of temporary files are gone."""
    end = time.monotonic() + seconds
    while True:
        names = sorted(path.name for path in folder.iterdir())
        if not any(name.endswith(".tmp") for name in names) or time.monotonic() > end:
            return names
        time.sleep(0.01)


@pytest.fixture
def old(tmp_path):
    for kind in FORMATS:
        (tmp_path / f"x.{kind}").write_text("old")
    return tmp_path


def unchanged(folder):
    assert left(folder) == sorted(f"x.{kind}" for kind in FORMATS)
    assert all((folder / f"x.{kind}").read_text() == "old" for kind in FORMATS)


@pytest.mark.parametrize("kind", FORMATS)
def test_errors_leave_the_old_file(kind, ctx, old):
    with pytest.raises(Exception, match="[Dd]ivide by zero"):
        ctx.sql(f"copy (select 10 / (90000 - value) as q from range(0, 100000)) to '{old}/x.{kind}'").collect()
    unchanged(old)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_timeout_leaves_the_old_file(kind, ctx, old):
    with pytest.raises(TimeoutError):
        list(ctx.sql(f"copy ({ENDLESS}) to '{old}/x.{kind}'").execute_stream(timeout=0.3))
    unchanged(old)


@pytest.mark.parametrize("kind", FORMATS)
def test_ctrl_c(kind, ctx, old):
    timer = threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        ctx.sql(f"copy ({ENDLESS}) to '{old}/x.{kind}'").collect()
    assert time.perf_counter() - begin < 0.4 + 0.5
    timer.join()
    unchanged(old)
    if kind != "arrow":
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            getattr(ctx.sql(ENDLESS), f"write_{kind}")(old / "folder")
        timer.join()
        time.sleep(0.2)
        unchanged(old)
    assert ctx.sql("select 1 as a").to_pydict() == {"a": [1]}


KILLED = """
import bowstring, sys
frame = bowstring.SessionContext().sql("{query}")
print("begin", flush=True)
frame.write_{kind}("{path}")
"""


@pytest.mark.parametrize("kind", ["parquet", "csv", "json"])
def test_kill_9(kind, old):
    path = old / f"x.{kind}"
    program = KILLED.format(query=ENDLESS, kind=kind, path=path)
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"begin\n"
    time.sleep(0.7)
    child.kill()
    child.wait()
    assert path.read_text() == "old"
    hidden = [name for name in left(old, 0) if not name.startswith("x.")]
    assert all(name.startswith(".x.") and name.endswith(".tmp") for name in hidden)
    assert len(hidden) <= 1


def test_a_program_that_ends(old, run_program):
    run_program(
        f"""
        import bowstring, threading, time
        frame = bowstring.SessionContext().sql("{ENDLESS}")
        threading.Thread(target=frame.write_parquet, args=("{old}/x.parquet",), daemon=True).start()
        time.sleep(0.5)
        """
    )
    unchanged(old)


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root for a file system of 1 MB")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk(kind, ctx, small_disk):
    path = small_disk / f"x.{kind}"
    path.write_text("old")
    with pytest.raises(OSError, match=f"writing '{path}' failed: No space left on device"):
        ctx.sql(f"copy (select random() as r from range(0, 1000000)) to '{path}'").collect()
    assert path.read_text() == "old"
    assert left(small_disk) == [path.name]
    with pytest.raises(bowstring.errors.IoError, match="No space left on device"):
        ctx.sql(f"copy (select random() as r from range(0, 1000000)) to '{small_disk}/d/' stored as {kind}").collect()
    assert left(small_disk) == [path.name]


def test_folders_that_cannot_be_made(ctx, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        ctx.range(3).write_parquet(tmp_path / "file" / "deeper" / "x.parquet")
    assert (tmp_path / "file").read_text() == "x"


MEMORY = """
import bowstring, sys, threading, time
sys.path.insert(0, {tests!r})
from conftest import resident_mb
ctx = bowstring.SessionContext()
ctx.register_parquet("lineitem", {path!r})
ctx.sql("select count(*) from lineitem where l_comment like '%x%'").collect()
before = resident_mb()
most = [before]
done = threading.Event()
def watch():
    while not done.wait(0.005):
        most[0] = max(most[0], resident_mb())
thread = threading.Thread(target=watch)
thread.start()
ctx.sql("copy lineitem to {out}").collect()
done.set()
thread.join()
print(most[0] - before)
"""


@pytest.mark.parametrize("kind", FORMATS)
def test_memory(kind, run_program, tmp_path):
    data = pathlib.Path(os.environ.get("BOWSTRING_TPCH", "")) / "lineitem.parquet"
    if not data.is_file():
        pytest.skip("needs BOWSTRING_TPCH")
    tests = str(pathlib.Path(__file__).parent)
    program = MEMORY.format(tests=tests, path=str(data), out=repr(str(tmp_path / f"x.{kind}")))
    # Parquet holds an encoded row group, and dictionaries with hash tables of up to 12 MB a column; the others hold a few batches.
    grown = float(run_program(program, timeout=300))
    assert grown < (192 if kind == "parquet" else 80), f"{grown} MB"


def test_little_memory(tmp_path):
    import pyarrow.parquet as pq

    runtime = bowstring.RuntimeEnvBuilder().with_fair_spill_pool(24 << 20)
    ctx = SessionContext(bowstring.SessionConfig(), runtime)
    query = "select value, value * 7919 % 1000003 as h, cast(value * 31 as varchar) as s from range(0, 2000000)"
    ctx.sql(f"copy ({query}) to '{tmp_path}/x.parquet' options ('compression' 'uncompressed', dictionary_enabled false)").collect()
    metadata = pq.read_metadata(tmp_path / "x.parquet")
    assert metadata.num_rows == 2000000
    assert metadata.num_row_groups > 2  # cut where memory ended
    assert pq.read_table(tmp_path / "x.parquet", columns=["value"])["value"].to_pylist() == list(range(2000000))
