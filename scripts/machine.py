# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""What scripts/test and scripts/demo need on a fresh machine: packages, an environment, a build, data.

Only the standard library. Each function says what is missing in one sentence and stops by Missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


class Missing(Exception):
    """The machine lacks something that we can't install; the text says what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def run(command: list, log: Path | None = None, **options) -> int:
    """Runs a command; its output goes to `log` if given, whose end is printed when the command fails."""
    if log is None:
        return subprocess.run([str(c) for c in command], **options).returncode
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as out:
        out.write(("$ " + " ".join(str(c) for c in command) + "\n").encode())
        out.flush()
        code = subprocess.run([str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, **options).returncode
    if code:
        lines = log.read_text(errors="replace").splitlines()
        say(f"--- the end of {log}\n" + "\n".join(lines[-60:]) + "\n---")
    return code


def need_compiler() -> None:
    cxx = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    advice = "install GCC 11 or later, or Clang 14 or later (Debian, Ubuntu: apt-get install g++), or name one in CXX"
    if not cxx:
        need_debian({"g++": "a C++20 compiler"})
        cxx = shutil.which("c++") or shutil.which("g++")
        if not cxx:
            raise Missing(f"There is no C++ compiler: {advice}.")
    probe = subprocess.run(
        [*cxx.split(), "-std=c++20", "-x", "c++", "-fsyntax-only", "-"],
        input="#include <span>\n#include <concepts>\nint main() { return std::span<int>().size(); }\n",
        capture_output=True,
        text=True,
    )
    if probe.returncode:
        raise Missing(f"The compiler {cxx} does not know C++20: {advice}.")


def need_debian(packages: dict[str, str], optional: bool = False) -> bool:
    """Installs Debian packages ({name: what for}) when run as root; otherwise names them and stops, or, if they are
    optional, goes on without. Says whether they are there."""
    names = list(packages)
    asked = " ".join(f"{name} ({packages[name]})" for name in names)
    if shutil.which("apt-get") and os.geteuid() == 0:
        log = CACHE / "logs" / "apt.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
        for attempt in range(2):
            with open(log, "ab") as out:
                if attempt:
                    subprocess.run(["apt-get", "update", "-q"], stdout=out, stderr=out, env=environment)
                if subprocess.run(command, stdout=out, stderr=out, env=environment).returncode == 0:
                    return True
        problem = f"apt-get could not install {asked}; its output is in {log}."
    else:
        problem = f"Missing: {asked}. On Debian or Ubuntu: apt-get install {' '.join(names)}"
    if optional:
        say(f"note: {problem} (going on without)")
        return False
    raise Missing(problem)


def need_python_headers() -> None:
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        need_debian({f"python{sys.version_info[0]}.{sys.version_info[1]}-dev": "Python's headers"})


def need_ccache() -> None:
    """ccache makes a second build of the same sources (the wheel, another run) cheap; everything works without it."""
    if not shutil.which("ccache"):
        need_debian({"ccache": "faster rebuilds"}, optional=True)


def need_gtest() -> None:
    probe = subprocess.run(
        [*(os.environ.get("CXX") or "c++").split(), "-std=c++20", "-x", "c++", "-fsyntax-only", "-"],
        input="#include <gtest/gtest.h>\n",
        capture_output=True,
        text=True,
    )
    if probe.returncode:
        need_debian({"libgtest-dev": "GoogleTest"})


def environment(name: str, requirements: Path | None = None, packages: tuple[str, ...] = ()) -> Path:
    """A virtual environment under .cache with what `requirements` lists; returns its interpreter. Made anew when the
    list, the interpreter or this function's arguments change."""
    wanted = sys.version + sys.executable + str(packages)
    if requirements:
        for file in sorted(requirements.parent.glob("requirements-*.txt")):
            wanted += file.read_text()
    stamp_text = hashlib.sha256(wanted.encode()).hexdigest()
    folder = CACHE / f"venv-{name}-{sys.version_info[0]}.{sys.version_info[1]}"
    python, stamp = folder / "bin" / "python", folder / "complete"
    if stamp.exists() and stamp.read_text() == stamp_text:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    log = CACHE / "logs" / f"venv-{name}.log"
    make = [sys.executable, "-m", "venv", folder]
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as out:
        failed = subprocess.run(make, stdout=out, stderr=out).returncode
    if failed:
        need_debian({f"python{sys.version_info[0]}.{sys.version_info[1]}-venv": "Python's venv module"})
        if run(make, log):
            raise Missing(f"{sys.executable} can't make a virtual environment; see {log}.")
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    install += ["-r", requirements] if requirements else []
    install += packages
    if requirements or packages:
        if run(install, log):
            time.sleep(5)  # a registry's hiccup
            if run(install, log):
                raise Missing(f"pip could not install what the {name} environment needs; see {log}.")
    stamp.write_text(stamp_text)
    return python


def tpch(python: Path, scale: str) -> Path:
    """The TPC-H tables as Parquet, one file a table, in a cache folder that outlives the clone."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "bowstring" / "tpch" / f"sf{scale}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.parent / f"{folder.name}.{os.getpid()}"
    made = python.parent / "tpchgen-cli"
    if run([made, "parquet", "-s", scale, "--output-dir", partial], CACHE / "logs" / "tpchgen.log"):
        shutil.rmtree(partial, ignore_errors=True)
        raise Missing("tpchgen-cli could not make the TPC-H tables.")
    try:
        partial.rename(folder)
    except OSError:  # another run was faster
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def tpch_answers(*scales: str) -> Path:
    """TPC-H's texts and published answers, with the tables they were made from (tests/tpch/tpch_data.py), in the cache folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "bowstring" / "tpch-answers"
    if not (folder / "tpch.json").exists() or not all((folder / f"sf{scale}").is_dir() for scale in scales):
        folder.mkdir(parents=True, exist_ok=True)
        python = environment("tpch", packages=("duckdb==1.5.5", "duckdb-extension-tpch==1.5.5"))
        if run([python, ROOT / "tests" / "tpch" / "tpch_data.py", folder, *scales], CACHE / "logs" / "tpch-answers.log"):
            raise Missing(f"TPC-H's answers could not be made; see {CACHE / 'logs' / 'tpch-answers.log'}.")
    return folder


def commit() -> str:
    """The commit of the tree, `-dirty` when files differ from it."""
    asked = ["git", "-C", ROOT, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip() or "unknown"
    except OSError:
        return "unknown"


def build_environment(python: Path) -> dict[str, str]:
    """The environment in which CMake and Ninja of a virtual environment are found first, and all builds use one compiler
    under one name, so that ccache serves one build what another has compiled."""
    changed = dict(os.environ)
    changed.setdefault("CXX", shutil.which("c++") or shutil.which("g++") or shutil.which("clang++") or "c++")
    changed["PATH"] = f"{python.parent}{os.pathsep}{changed.get('PATH', '')}"
    changed.pop("PYTHONPATH", None)
    return changed


def configure(python: Path, folder: Path, *definitions: str, tree: Path = ROOT) -> None:
    log = CACHE / "logs" / f"{folder.name}-cmake.log"
    owner = folder / "interpreter"  # CMake's cache can't change its Python
    if folder.exists() and (not owner.exists() or owner.read_text() != str(python)):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    owner.write_text(str(python))
    command = ["cmake", "-S", tree, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo"]
    command += [f"-DPython_EXECUTABLE={python}", "-DBOWSTRING_ARROW_FROM_PYARROW=ON", *definitions]
    if run(command, log, env=build_environment(python)):
        raise Missing(f"CMake could not configure the build; see {log}.")


def build(python: Path, folder: Path, *targets: str) -> bool:
    command = ["ninja", "-k", "0", "-C", folder, *targets]
    if "BOWSTRING_JOBS" in os.environ:
        command.insert(1, f"-j{os.environ['BOWSTRING_JOBS']}")
    return run(command, CACHE / "logs" / f"{folder.name}-ninja.log", env=build_environment(python)) == 0
