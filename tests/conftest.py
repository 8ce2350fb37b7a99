# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What all Python tests share. scripts/test sets the environment: BOWSTRING_TPCH (folder of the TPC-H tables at scale
0.1 as Parquet), BOWSTRING_TPCH_SF1 (scale 1, full runs only), BOWSTRING_SEED, BOWSTRING_FULL, BOWSTRING_BUILD."""

import os
import random
import zlib
from pathlib import Path

import pytest


def _cached_tpch(scale: str) -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "bowstring", "tpch", f"sf{scale}")


def _tpch_folder(variable: str, scale: str) -> Path:
    folder = Path(os.environ.get(variable) or _cached_tpch(scale))
    if not (folder / "lineitem.parquet").exists():
        if variable in os.environ:
            raise FileNotFoundError(f"{variable} is {folder}, which has no lineitem.parquet")
        pytest.skip(f"no TPC-H tables: run scripts/test, or name their folder in {variable}")
    return folder


@pytest.fixture(scope="session")
def tpch() -> Path:
    """Folder of lineitem.parquet, orders.parquet ... at scale factor 0.1."""
    return _tpch_folder("BOWSTRING_TPCH", "0.1")


@pytest.fixture(scope="session")
def tpch_sf1() -> Path:
    """The same at scale factor 1."""
    return _tpch_folder("BOWSTRING_TPCH_SF1", "1")


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether long tests run whole; otherwise they run a sample drawn with `rng`."""
    return bool(os.environ.get("BOWSTRING_FULL"))


@pytest.fixture
def rng(request) -> random.Random:
    """Random numbers that depend on the run's seed and the test's name only."""
    seed = int(os.environ.get("BOWSTRING_SEED", "1"))
    return random.Random(seed * 1_000_003 + zlib.crc32(request.node.nodeid.encode()))


def pytest_report_header(config):
    return f"seed {os.environ.get('BOWSTRING_SEED', '1')}" + (", full" if os.environ.get("BOWSTRING_FULL") else "")


def pytest_collection_modifyitems(config, items):
    if not os.environ.get("BOWSTRING_FULL"):
        skip = pytest.mark.skip(reason="runs with scripts/test --full")
        for item in items:
            if "full" in item.keywords:
                item.add_marker(skip)
