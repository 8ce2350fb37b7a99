# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Spill files: private, without a name, gone after SIGKILL; a full disk, I/O errors, damage and a lack of descriptors are errors by name,
after which nothing is held, other queries have gone on and the next one is right."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext

# What a program begins with: a session of few megabytes that spills into the folder that its first argument names, and queries that spill.
PRELUDE = """
import os, sys, threading, time
import bowstring
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext
from bowstring.errors import *

folder = sys.argv[1]
def session(megabytes=8):
    return SessionContext(SessionConfig(), RuntimeEnvBuilder().with_fair_spill_pool(megabytes << 20).with_disk_manager_specified(folder))
ROWS = 1000000
QUERIES = {
    "sort": f"SELECT value, value * 3 AS v FROM range(0, {ROWS}) ORDER BY value * 7919 % 1000003, value",
    "aggregate": f"SELECT value % 900001 AS k, sum(value) AS s FROM range(0, {ROWS}) GROUP BY value % 900001",
    "join": f"SELECT a.value, b.value AS w FROM range(0, {ROWS}) a JOIN range(0, {ROWS}) b ON a.value = b.value",
    "distinct": f"SELECT DISTINCT value % 900001 AS k FROM range(0, {ROWS})",
    "union": f"SELECT value FROM range(0, {ROWS}) UNION SELECT value + 1 FROM range(0, {ROWS})",
}
def rows(ctx, sql):
    return sum(batch.num_rows for batch in ctx.sql(sql).execute_stream(timeout=120))
def check(ctx):
    assert ctx.sql("SELECT sum(value) AS s FROM range(0, 1000)").to_pylist() == [{"s": 499500}]
def open_files():
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            path, about = os.readlink("/proc/self/fd/" + fd), os.stat("/proc/self/fd/" + fd)
        except OSError:  # closed meanwhile
            continue
        if path.startswith(folder):
            found.append((path, about))
    return found
def nothing_is_held():
    for _ in range(100):
        if not open_files():
            return
        time.sleep(0.02)
    raise AssertionError(open_files())
"""


@pytest.fixture
def program(tmp_path):
    """Runs text after PRELUDE in a process of its own; answers what it printed."""

    def run(text: str, folder: Path | None = None, *, status: int = 0, env: dict | None = None, before=None) -> str:
        done = subprocess.run(
            [sys.executable, "-c", PRELUDE + text, str(folder or tmp_path / "spill")],
            capture_output=True,
            text=True,
            timeout=180,
            env={**os.environ, **(env or {})},
            preexec_fn=before,
        )
        assert done.returncode == status, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def test_files_are_private_and_have_no_name(program):
    program(
        """
os.umask(0)
ctx = session()
stream = ctx.sql(QUERIES["sort"]).execute_stream()
next(stream)
files = open_files()
assert files, "nothing was spilled"
assert os.stat(folder).st_mode & 0o777 == 0o700
assert os.listdir(folder) == []
for path, about in files:
    assert about.st_nlink == 0 and about.st_mode & 0o777 == 0o600, (path, about)
del stream
nothing_is_held()
check(ctx)
"""
    )


def test_nothing_is_left_after_sigkill(tmp_path):
    folder = tmp_path / "spill"
    text = PRELUDE + 'stream = session().sql(QUERIES["sort"]).execute_stream()\nnext(stream)\nprint(len(open_files()), flush=True)\ntime.sleep(60)\n'
    child = subprocess.Popen([sys.executable, "-c", text, str(folder)], stdout=subprocess.PIPE, text=True)
    assert int(child.stdout.readline()) > 0
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert os.listdir(folder) == []


FAILS = """
import re
ctx = session()
other = session(64)
beside = other.range(1 << 40).execute_stream()  # another session's query, open all the while
next(beside)
for name, sql in QUERIES.items():
    want = {"sort": ROWS, "aggregate": 900001, "join": ROWS, "distinct": 900001, "union": ROWS + 1}[name]
    own = ctx.range(1 << 40).execute_stream()   # and one of the same session
    next(own)
    try:
        got = rows(ctx, sql)
        raise SystemExit(f"{name} gave {got} rows of {want} and no error")
    except BowstringError as error:
        text = str(error)
        assert isinstance(error, EXPECTED) and re.search(PATTERN, text), (name, repr(error))
        assert folder in text, text
    assert next(own).num_rows > 0 and next(beside).num_rows > 0
    del own
    nothing_is_held()
    check(ctx)
RECOVER
nothing_is_held()
for name, sql in QUERIES.items():
    assert rows(ctx, sql) == {"sort": ROWS, "aggregate": 900001, "join": ROWS, "distinct": 900001, "union": ROWS + 1}[name], name
nothing_is_held()
"""


def fails(pattern: str, recover: str = "", expected: str = "IoError") -> str:
    return FAILS.replace("EXPECTED", expected).replace("PATTERN", repr(pattern)).replace("RECOVER", recover)


def test_full_disk(program, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("no right to mount")
    try:
        recover = f'import subprocess; subprocess.run(["mount", "-o", "remount,size=200m", {str(folder)!r}], check=True)'
        program(fails(r"No space left on device.*bytes needed.*spill limit of", recover), folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_batch_beyond_the_budget_is_taken_in_parts():
    """What one batch adds to the groups is more than 1 MB: its halves are taken, and written out, one after the other."""
    session = SessionContext(SessionConfig().with_target_partitions(2), RuntimeEnvBuilder().with_fair_spill_pool(1 << 20))
    rows = session.sql(
        "SELECT value % 300 AS k, string_agg(concat('text number ', value), '|' ORDER BY value DESC) AS s, "
        "count(DISTINCT value % 7) AS n FROM range(0, 30000) GROUP BY value % 300 ORDER BY k"
    ).to_pylist(timeout=60)
    for k in (0, 299):
        texts = [f"text number {value}" for value in range(30000 - 300 + k, -1, -300)]
        assert rows[k] == {"k": k, "s": "|".join(texts), "n": 7}
    assert len(rows) == 300


def test_spill_limit(program):
    program(
        fails(r"bytes needed.*spill limit of 100000 bytes", "ctx.sql(\"SET bowstring.spill_limit = '10G'\").collect()").replace(
            "ctx = session()\n", "ctx = session()\nctx.sql(\"SET bowstring.spill_limit = '100000'\").collect()\n", 1
        )
    )


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    """The library that makes spill files fail."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    out = tmp_path_factory.mktemp("shim") / "spill_faults.so"
    source = Path(__file__).with_name("spill_faults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(out), str(source), "-ldl"], check=True)
    return out


@pytest.mark.parametrize("after", [0, 7])
@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("write", r"Cannot write a spill file in '.*': Input/output error \(\d+ bytes needed"),
        ("read", r"Cannot read a spill file in '.*': Input/output error \(\d+ bytes needed"),
        ("flip", r"is damaged: block \d+ .*fails its checksum"),
    ],
)
def test_io_errors(program, shim, tmp_path, fault, pattern, after):
    switch = tmp_path / "on"
    switch.touch()
    env = {"LD_PRELOAD": str(shim), "SPILL_FAULT": f"{fault}:{after}", "SPILL_FAULT_SWITCH": str(switch)}
    program(fails(pattern, f"os.unlink({str(switch)!r})"), env=env)


def test_few_descriptors(program):
    """64 descriptors: runs share files."""
    import resource

    program(
        """
ctx = session(8)
for name, sql in QUERIES.items():
    rows(ctx, sql)
big = "SELECT value, value * 3 AS v FROM range(0, 4000000) ORDER BY value * 7919 % 1000003, value"
assert rows(ctx, big) == 4000000
nothing_is_held()
check(ctx)
""",
        before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )


def test_no_descriptors_at_all(program):
    program(
        """
ctx = session(8)
ctx.range(10).collect()
check(ctx)
import resource
taken = []
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
frame = ctx.sql(QUERIES["sort"])
while True:
    try:
        taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        break
try:
    rows(ctx, QUERIES["sort"])
    raise SystemExit("no error")
except IoError as error:
    assert "Too many open files" in str(error) and folder in str(error), error
for fd in taken:
    os.close(fd)
nothing_is_held()
assert rows(ctx, QUERIES["sort"]) == ROWS
"""
    )
