# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Tests of the built wheel (BOWSTRING_WHEEL, set by scripts/test) in environments of its own."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel() -> Path:
    path = os.environ.get("BOWSTRING_WHEEL")
    if not path:
        pytest.skip("BOWSTRING_WHEEL names no wheel: run `scripts/test install`")
    return Path(path)


@pytest.fixture(scope="session")
def grafted(wheel) -> bool:
    """Whether it is a release wheel, whose Arrow has a name of its own."""
    with zipfile.ZipFile(wheel) as archive:
        return any(n.startswith("bowstring.libs/") for n in archive.namelist())


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory, wheel):
    """make_environment(*packages) -> interpreter of a fresh environment with the wheel and these packages."""

    def make(*packages: str) -> Path:
        folder = tmp_path_factory.mktemp("environment")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = folder / "bin" / "python"
        install = [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            wheel,
            *packages,
        ]
        done = subprocess.run(install, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return python

    return make


@pytest.fixture(scope="session")
def bare(make_environment) -> Path:
    """An interpreter whose environment has the wheel and nothing else."""
    return make_environment()


@pytest.fixture
def run_code(tmp_path):
    """run_code(python, code, **environment) -> what it printed; fails with its error output."""

    def run(python: Path, code: str, **variables: str) -> str:
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "LD_LIBRARY_PATH", "LD_PRELOAD")}
        environment.update(variables)
        done = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120
        )
        assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run
