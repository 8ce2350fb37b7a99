# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Timeouts, memory limits, progress and sinks of a frame's terminal calls."""

import io
import time

import pytest
from bowstring.errors import QueryTimeout
from bowstring.progress import Progress, ProgressBar


def test_timeouts(ctx):
    endless = ctx.sql("select value + 1 as x from range(100000000000)")
    for call in (endless.collect, endless.count, endless.to_pylist, endless.to_pydict):
        start = time.monotonic()
        with pytest.raises(QueryTimeout):
            call(timeout=0.2)
        assert time.monotonic() - start < 2  # of a query that has hours to go
    with pytest.raises(QueryTimeout):
        endless.sink(lambda batch: None, timeout=0.2)
    assert ctx.range(10).count(timeout=60) == 10


def test_timeout_of_a_session():
    from bowstring import SessionConfig, SessionContext

    ctx = SessionContext(SessionConfig().set("bowstring.timeout_ms", "200"))
    with pytest.raises(QueryTimeout):
        ctx.sql("select value + 1 as x from range(100000000000)").collect()


def test_progress(ctx):
    reports = []
    rows = ctx.range(200_000).collect(progress=reports.append)
    assert sum(batch.num_rows for batch in rows) == 200_000
    assert all(isinstance(report, Progress) for report in reports)
    last = reports[-1]
    assert (last.rows, last.stage) == (200_000, "done")
    assert [r.rows for r in reports] == sorted(r.rows for r in reports)


def test_progress_that_fails_ends_the_query(ctx):
    def fail(report):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        ctx.sql("select value + 1 as x from range(100000000000)").sink(lambda batch: None, progress=fail)


def test_bar():
    out = io.StringIO()
    bar = ProgressBar(out, after=1, width=10)
    bar(Progress(0, 0, 0, 0.0, "reading", 0.5))
    assert out.getvalue() == ""
    bar(Progress(1234, 0, 0, 0.5, "reading", 2.0))
    assert "[#####-----]" in out.getvalue() and "1,234 rows" in out.getvalue()
    bar(Progress(1234, 0, 0, 1.0, "done", 3.0))
    assert out.getvalue().endswith("\r\x1b[K")


def test_sink(ctx):
    seen = []
    assert ctx.range(1000).sink(lambda batch: seen.append(batch.num_rows)) == 1000
    assert sum(seen) == 1000

    def fail(batch):
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        ctx.range(1000).sink(fail)
    assert ctx.range(5).count() == 5
