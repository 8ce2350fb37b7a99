# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Streams in event loops: nothing waits but the loop itself."""

import asyncio
import time

import pytest
from bowstring import SessionConfig, SessionContext, col, lit

SLOW = "SELECT * FROM range(0, 1099511627776) WHERE value < 0"


@pytest.fixture
def frame():
    ctx = SessionContext(SessionConfig().with_batch_size(100).with_target_partitions(4))
    batches = [list(ctx.range(i * 1000, (i + 1) * 1000)) for i in range(4)]
    return ctx.create_dataframe(batches).filter(col("value") % lit(2) == lit(0))


def test_async_for(frame):
    async def read():
        return [v async for batch in frame for v in batch.to_pydict()["value"]]

    assert asyncio.run(read()) == list(range(0, 4000, 2))


def test_partitions_at_once(frame):
    async def read(stream):
        return [v async for batch in stream for v in batch.to_pydict()["value"]]

    async def main():
        return await asyncio.gather(*map(read, frame.execute_stream_partitioned()))

    parts = asyncio.run(main())
    assert [v for part in parts for v in part] == list(range(0, 4000, 2))


def test_end_is_the_end(frame):
    async def main():
        stream = frame.execute_stream()
        async for _ in stream:
            pass
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()
        return list(stream)

    assert asyncio.run(main()) == []


def test_sync_and_async_share_one_stream(frame):
    async def main():
        stream = frame.execute_stream()
        first = next(stream).num_rows
        return first + sum([batch.num_rows async for batch in stream])

    assert asyncio.run(main()) == 2000


def test_the_loop_runs_on_while_a_query_works():
    ctx = SessionContext()

    async def main():
        stream = ctx.sql(SLOW).execute_stream()
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticker = asyncio.create_task(tick())
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(stream.__anext__(), 0.5)
        ticker.cancel()
        stream.close()
        return ticks

    assert asyncio.run(main()) > 10


def test_cancel_wakes_the_reader():
    ctx = SessionContext()

    async def main():
        stream = ctx.sql(SLOW).execute_stream()
        asyncio.get_running_loop().call_later(0.1, stream.cancel)
        begin = time.monotonic()
        with pytest.raises(Exception, match="cancelled"):
            await stream.__anext__()
        return time.monotonic() - begin

    assert asyncio.run(main()) < 2


def test_errors(frame):
    ctx = SessionContext()

    async def main():
        async for _ in ctx.sql("SELECT 1 / (value - 5) AS x FROM range(0, 10)"):
            pass

    with pytest.raises(Exception, match="Divide by zero"):
        asyncio.run(main())


def test_a_loop_that_watches_no_descriptors(frame):
    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, fd, callback, *args):
            if fd in self._own:
                return super().add_reader(fd, callback, *args)
            raise NotImplementedError

        _own = frozenset()

    loop = Loop()

    async def read():
        return sum([batch.num_rows async for batch in frame])

    try:
        assert loop.run_until_complete(read()) == 2000
    finally:
        loop.close()
