# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Streams that nobody reads at the moment give their memory up to those that are read, and go on where they were."""

import random

import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext

STREAMS, ROWS, BUDGET = 40, 300_000, 32 << 20


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Rows of many texts and numbers: some 6 MB of pages and dictionaries are in use at any place of the scan."""
    path = str(tmp_path_factory.mktemp("idle") / "t.parquet")
    columns = ", ".join(
        f"value * {i + 7} % 65537 AS n{i}, 'text ' || (value * {i + 3} % 9973) AS t{i}" for i in range(4)
    )
    SessionContext().sql(f"COPY (SELECT value AS id, {columns} FROM range(0, {ROWS})) TO '{path}'").collect()
    return path


@pytest.mark.parametrize("pool", ["with_greedy_memory_pool", "with_fair_spill_pool"])
def test_many_streams_in_turn(path, pool):
    runtime = getattr(RuntimeEnvBuilder(), pool)(BUDGET).with_disk_manager_os()
    ctx = SessionContext(SessionConfig().with_target_partitions(2), runtime)
    ctx.register_parquet("t", path)
    streams = [ctx.sql("SELECT * FROM t").execute_stream() for _ in range(STREAMS)]
    at = [0] * STREAMS
    pick = random.Random(1)
    for turn in range(6 * STREAMS):
        i = turn % STREAMS if turn < 4 * STREAMS else pick.randrange(STREAMS)
        ids = next(streams[i]).to_pydict()["id"]
        assert ids == list(range(at[i], at[i] + len(ids)))
        at[i] += len(ids)
    for i in pick.sample(range(STREAMS), 3):  # to the end
        for batch in streams[i]:
            ids = batch.to_pydict()["id"]
            assert ids == list(range(at[i], at[i] + len(ids)))
            at[i] += len(ids)
        assert at[i] == ROWS
        assert streams[i].stats.complete


def test_an_idle_stream_never_fails_for_want_of_memory(path):
    """What it would compute ahead waits; the error, if any, is that of who asks."""
    ctx = SessionContext(
        SessionConfig().with_target_partitions(2),
        RuntimeEnvBuilder().with_fair_spill_pool(BUDGET).with_disk_manager_os(),
    )
    ctx.register_parquet("t", path)
    idle = [ctx.sql("SELECT * FROM t").execute_stream() for _ in range(10)]
    for stream in idle:
        next(stream)
    rows = sum(batch.num_rows for batch in ctx.sql("SELECT * FROM t ORDER BY n0, t1, id").execute_stream())
    assert rows == ROWS
    for stream in idle:
        assert next(stream).num_rows > 0
