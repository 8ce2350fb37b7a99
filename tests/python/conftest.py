# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share."""

import signal
import subprocess
import sys
import textwrap

import pytest
from bowstring import SessionConfig, SessionContext

# A shell that starts this in the background leaves SIGINT ignored, and Python takes that over: tests would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def ctx() -> SessionContext:
    return SessionContext(SessionConfig().with_batch_size(100).with_information_schema())


@pytest.fixture
def run_program():
    """Runs Python text in a process of its own; answers what it printed. A crash, or another exit status than expected, fails the test."""

    def run(
        text: str, *, status: int = 0, timeout: float = 60, arguments: tuple[str, ...] = (), env: dict | None = None
    ) -> str:
        done = subprocess.run(
            [sys.executable, *arguments, "-c", textwrap.dedent(text)],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=env,
        )
        assert done.returncode == status, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def resident_mb() -> float:
    """Memory of this process that is resident, in MB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


@pytest.fixture
def resident():
    return resident_mb
