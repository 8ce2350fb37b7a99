# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""explain(memory=True) and require_bounded: what each node takes, and that a plan which is let through runs inside its limit."""

import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext
from bowstring.errors import BudgetExceeded

MB = 1 << 20
BIG = "range(0, 2000000)"
# Each spills, streams or is bounded; far more rows than fit into the least limit.
RUNS = {
    "filter": (f"SELECT value FROM {BIG} WHERE value % 3 = 0", "FilterExec", "streaming"),
    "sort": (f"SELECT value, value * 3 AS v FROM {BIG} ORDER BY value * 7919 % 1000003, value", "SortExec", "spills"),
    "top": (f"SELECT value FROM {BIG} ORDER BY value DESC LIMIT 10", "SortExec", "bounded"),
    "aggregate": (f"SELECT value % 1000003 AS k, sum(value) AS s FROM {BIG} GROUP BY value % 1000003", "AggregateExec", "spills"),
    "one group": (f"SELECT sum(value) AS s, count(*) AS n FROM {BIG}", "AggregateExec", "bounded"),
    "count distinct": (f"SELECT count(DISTINCT value) AS n FROM {BIG}", "AggregateExec", "spills"),
    "distinct": (f"SELECT DISTINCT value % 1000003 AS k FROM {BIG}", "", "spills"),
    "join": (f"SELECT count(*) AS n FROM {BIG} a JOIN {BIG} b ON a.value = b.value", "HashJoinExec", "spills"),
    "loop join": (
        "SELECT count(*) AS n FROM range(0, 3000) a JOIN range(0, 3000) b ON a.value < b.value",
        "NestedLoopJoinExec",
        "spills",
    ),
    "union": (f"SELECT value FROM {BIG} UNION SELECT value + 1 FROM {BIG}", "", "spills"),
}


def session(megabytes: float | None = None, disk: bool = True, **options: str) -> SessionContext:
    runtime = RuntimeEnvBuilder()
    if megabytes is not None:
        runtime = runtime.with_fair_spill_pool(int(megabytes * MB))
    runtime = runtime.with_disk_manager_os() if disk else runtime.with_disk_manager_disabled()
    config = SessionConfig()
    for key, value in options.items():
        config = config.set("bowstring." + key, value)
    return SessionContext(config, runtime)


def nodes(frame) -> list[tuple]:
    return frame.df.explain_memory()[4]


@pytest.mark.parametrize("name", RUNS)
def test_kinds(name):
    sql, line, kind = RUNS[name]
    kinds = {kind for text, _, kind, _, _ in nodes(session().sql(sql)) if text.startswith(line)}
    assert kind in kinds


@pytest.mark.parametrize("name", RUNS)
def test_the_least_limit_does(name):
    sql = RUNS[name][0]
    least = session().sql(sql).df.explain_memory()[1]
    want = sum(batch.num_rows for batch in session().sql(sql))
    ctx = session()
    stream = ctx.sql(sql).execute_stream(memory_limit=least, require_bounded=True, timeout=120)
    assert sum(batch.num_rows for batch in stream) == want
    assert stream.stats.peak_bytes <= least


def test_text(capsys):
    session(64).sql(RUNS["sort"][0]).explain(memory=True)
    text = capsys.readouterr().out
    assert "SortExec" in text and "[spills, keeps " in text and "[streaming]" in text
    assert text.strip().endswith("memory limit: 64.0 MB")
    with pytest.raises(ValueError):
        session().range(3).explain(memory=True, analyze=True)


UNBOUNDED = {
    "array_agg": (f"SELECT value % 10 AS k, array_agg(value) AS a FROM {BIG} GROUP BY value % 10", "array_agg"),
    "median": (f"SELECT median(value) AS m FROM {BIG}", "median"),
}


@pytest.mark.parametrize("name", UNBOUNDED)
def test_unbounded_is_refused(name):
    sql, word = UNBOUNDED[name]
    frame = session(64).sql(sql)
    with pytest.raises(BudgetExceeded, match=word):
        frame.collect(require_bounded=True)
    with pytest.raises(BudgetExceeded, match="require_bounded"):
        next(session(64, require_bounded="true").sql(sql).execute_stream())
    assert session().sql(sql).limit(1).count() == 1  # without it, it is let run


def test_too_small_a_limit_is_refused():
    frame = session().sql(RUNS["sort"][0])
    for call in (frame.collect, frame.to_pylist, frame.execute_stream, frame.execute_stream_partitioned, frame.count):
        with pytest.raises(BudgetExceeded, match="the memory limit is 1048576"):
            call(memory_limit=MB, require_bounded=True)
    with pytest.raises(BudgetExceeded, match="memory limit"):
        session(1, require_bounded="true").sql(RUNS["sort"][0]).collect()
    # An argument goes before the session's option.
    assert session(1, require_bounded="true").range(3).sort("value").count(require_bounded=False) == 3


def test_without_a_disk_what_spills_is_unbounded():
    frame = session(64, disk=False).sql(RUNS["sort"][0])
    assert "unbounded" in {kind for _, _, kind, _, _ in nodes(frame)}
    with pytest.raises(BudgetExceeded, match="spilling is disabled"):
        frame.collect(require_bounded=True)


def test_statements_that_write(tmp_path):
    ctx = session(64, require_bounded="true")
    with pytest.raises(BudgetExceeded, match="require_bounded"):
        ctx.sql(f"COPY (SELECT median(value) AS m FROM {BIG}) TO '{tmp_path}/out.parquet' STORED AS PARQUET").collect()
    assert not list(tmp_path.iterdir())
    ctx.sql(f"COPY (SELECT value FROM {BIG} ORDER BY value DESC) TO '{tmp_path}/out.parquet' STORED AS PARQUET").collect()
    assert (tmp_path / "out.parquet").exists()
