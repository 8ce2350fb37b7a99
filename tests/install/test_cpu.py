# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""A CPU below x86-64-v2 gets one sentence. Needs qemu-x86_64 (Debian: qemu-user), which a full run installs."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QEMU = shutil.which("qemu-x86_64")
pytestmark = [
    pytest.mark.skipif(platform.machine() != "x86_64", reason="a check for x86-64"),
    pytest.mark.skipif(not QEMU, reason="no qemu-x86_64"),
]


@pytest.fixture(scope="module")
def program(bare, tmp_path_factory) -> Path:
    code = "import bowstring as b; print(b.get_include(), b.get_library_dirs()[0])"
    include, library = subprocess.run([bare, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    out = tmp_path_factory.mktemp("cpu") / "example"
    source = ROOT / "examples" / "c" / "main.c"
    flags = [f"-I{include}", f"-L{library}", "-lbowstring", f"-Wl,-rpath,{library}"]
    subprocess.run(["cc", source, "-o", out, *flags], check=True)
    return out


def test_old_cpu_gets_one_sentence(program):
    done = subprocess.run([QEMU, "-cpu", "core2duo", program], capture_output=True, text=True)
    assert done.returncode == 78
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and "x86-64-v2" in done.stderr


def test_oldest_cpu_of_the_level_passes(program):
    done = subprocess.run([QEMU, "-cpu", "Nehalem", program], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("Bowstring ")


def test_import_on_an_old_cpu_ends_in_one_sentence(bare):
    # /proc/cpuinfo is the host's under this emulator, so the library's own check speaks here: still one sentence.
    done = subprocess.run([QEMU, "-cpu", "core2duo", bare, "-c", "import bowstring"], capture_output=True, text=True)
    assert done.returncode != 0
    assert "x86-64-v2" in done.stderr.splitlines()[-1]
