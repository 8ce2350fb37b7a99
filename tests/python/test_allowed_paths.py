# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Sessions that read and write only where they may, and whose settings stay as they are."""

import os

import pytest
from bowstring import RuntimeEnvBuilder, SessionConfig, SessionContext

REFUSED = "outside of what this session may"


@pytest.fixture
def places(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        free = SessionContext()
        for name in ("t.parquet", "t.csv", "t.json", "t.arrow"):
            free.sql(f"copy (select 1 as a) to '{folder / name}'").collect()
    return inside, outside


def guarded(*paths, runtime=None):
    config = SessionConfig().with_allowed_paths(paths)
    return SessionContext(config, runtime) if runtime else SessionContext(config)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.json", "t.arrow"])
def test_reading(places, name):
    inside, outside = places
    context = guarded(inside)
    kind = name.rpartition(".")[2]
    context.sql(f"create external table t stored as {kind} location '{inside / name}'")
    assert context.sql("select count(*) as n from t").to_pydict() == {"n": [1]}
    with pytest.raises(Exception, match=REFUSED):
        context.sql(f"create external table u stored as {kind} location '{outside / name}'")
    with pytest.raises(Exception, match=REFUSED):
        context.sql(f"create external table u stored as {kind} location '{inside}/../out/{name}'")


def test_links_are_followed(places):
    inside, outside = places
    os.symlink(outside / "t.csv", inside / "link.csv")
    os.symlink(outside, inside / "folder")
    context = guarded(inside)
    for path in (inside / "link.csv", inside / "folder" / "t.csv", inside):
        with pytest.raises(Exception, match=REFUSED):
            context.read_csv(str(path))
    os.symlink(inside / "t.json", outside / "way_in.json")
    assert context.read_json(str(outside / "way_in.json")).count() == 1


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.json", "t.arrow"])
def test_links_that_come_later(places, name):
    inside, outside = places
    (inside / "folder").mkdir()
    os.rename(inside / name, inside / "folder" / name)
    context = guarded(inside)
    kind = name.rpartition(".")[2]
    context.sql(f"create external table t stored as {kind} location '{inside / 'folder' / name}'")
    times = os.stat(inside / "folder" / name)
    os.rename(inside / "folder", inside / "was")
    os.symlink(outside, inside / "folder")
    os.utime(outside / name, ns=(times.st_atime_ns, times.st_mtime_ns))  # so that it seems to be the same file
    with pytest.raises(Exception, match=REFUSED):
        context.sql("select a from t").collect()


def test_globs_and_url_tables(places):
    inside, outside = places
    context = guarded(inside).enable_url_table()
    assert context.sql(f"select * from '{inside / 't.csv'}'").count() == 1
    with pytest.raises(Exception, match="not found|outside"):
        context.sql(f"select * from '{outside / 't.csv'}'")
    with pytest.raises(Exception, match=REFUSED):
        context.read_csv(str(outside / "*.csv"))


def test_writing(places):
    inside, outside = places
    context = guarded(inside)
    assert context.sql(f"copy (select 2) to '{inside / 'new.csv'}'").collect()
    os.symlink(outside, inside / "folder")
    os.symlink(outside / "made.csv", inside / "dangling.csv")
    for path in (outside / "new.csv", inside / "folder" / "new.csv", inside / "dangling.csv", f"{inside}/../new.csv"):
        with pytest.raises(Exception, match=REFUSED):
            context.sql(f"copy (select 2) to '{path}'").collect()
    with pytest.raises(Exception, match=REFUSED):
        context.sql("select 2 as a").write_parquet(str(outside / "new.parquet"))
    assert sorted(os.listdir(outside)) == ["t.arrow", "t.csv", "t.json", "t.parquet"]


def test_temporary_folders(places):
    inside, outside = places
    context = guarded(inside)
    with pytest.raises(Exception, match=REFUSED):
        context.sql(f"set datafusion.runtime.temp_directory = '{outside}'")
    runtime = RuntimeEnvBuilder().with_fair_spill_pool(12 << 20).with_disk_manager_specified(str(outside))
    spilling = guarded(inside, runtime=runtime)
    assert spilling.sql("select value as v from range(2000000) order by value % 1000, value").count() == 2000000
    assert sorted(os.listdir(outside)) == ["t.arrow", "t.csv", "t.json", "t.parquet"]


def test_it_stays(places):
    inside, outside = places
    context = guarded(inside)
    for sql in (f"set bowstring.allowed_paths = '{outside}'", "reset bowstring.allowed_paths", "set bowstring.locked_config = true"):
        with pytest.raises(ValueError, match="session begins with"):
            context.sql(sql)
    with pytest.raises(Exception, match=REFUSED):
        context.read_csv(str(outside / "t.csv"))


def test_nothing_allowed(places):
    with pytest.raises(Exception, match=REFUSED):
        guarded().read_csv(str(places[0] / "t.csv"))


def test_locked_config():
    context = SessionContext(SessionConfig().with_locked_config())
    for sql in ("set datafusion.execution.batch_size = 10", "reset datafusion.execution.batch_size", "set time zone = 'UTC'"):
        with pytest.raises(ValueError, match="locked|session begins with"):
            context.sql(sql)
    assert context.sql("select 1 as a").to_pydict() == {"a": [1]}
