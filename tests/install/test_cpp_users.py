# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""find_package(Bowstring) from an installed prefix and from the wheel, with the projects under examples/."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, **options) -> str:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory) -> Path:
    build = os.environ.get("BOWSTRING_BUILD")
    if not build:
        pytest.skip("BOWSTRING_BUILD names no build folder: run `scripts/test install`")
    folder = tmp_path_factory.mktemp("prefix")
    run("cmake", "--install", build, "--prefix", folder)
    return folder


def build_example(tmp_path: Path, name: str, config: Path) -> Path:
    out = tmp_path / "build"
    run(
        "cmake", "-S", ROOT / "examples" / name, "-B", out, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
        f"-DBowstring_DIR={config}", f"-DPython_EXECUTABLE={sys.executable}",
    )  # fmt: skip
    run("ninja", "-C", out)
    return out / "example"


def wheel_config(bare: Path, run_code) -> Path:
    return Path(run_code(bare, "import bowstring; print(bowstring.get_cmake_dir())").strip())


def check_c(executable: Path) -> None:
    header = (ROOT / "include" / "bowstring" / "version.h").read_text()
    version = re.search(r'BOWSTRING_VERSION "(.*)"', header)[1]
    lines = run(executable).splitlines()
    assert lines[0] == f"Bowstring {version}"
    assert lines[1].startswith(f"bowstring {version}, commit ")


def test_c_example_against_an_installed_prefix(prefix, tmp_path):
    check_c(build_example(tmp_path, "c", next(prefix.rglob("BowstringConfig.cmake")).parent))


def test_c_example_against_the_wheel_without_any_arrow(bare, run_code, tmp_path):
    check_c(build_example(tmp_path, "c", wheel_config(bare, run_code)))


def test_prefix_library_has_version_links(prefix):
    library = next(prefix.rglob("libbowstring.so"))
    assert library.is_symlink() and library.resolve().name.count(".") == 4


def test_another_minor_version_is_refused(prefix, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES CXX)\nfind_package(Bowstring 0.0 CONFIG REQUIRED)\n"
    )
    config = next(prefix.rglob("BowstringConfig.cmake")).parent
    done = subprocess.run(
        ["cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DBowstring_DIR={config}"], capture_output=True, text=True
    )
    assert done.returncode != 0 and "not" in done.stderr and "0.0" in done.stderr


def check_native(executable: Path, tpch: Path) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = tpch / "lineitem.parquet"
    quantity = pq.read_table(file, columns=["l_quantity"])["l_quantity"]
    expected = pc.sum(pc.less(pc.cast(quantity, "float64"), 24.0)).as_py()
    assert run(executable, file) == f"{expected} rows\n"
    done = subprocess.run([executable, "no such file"], capture_output=True, text=True)
    assert done.returncode == 1 and "no such file" in done.stderr


def test_cpp_example_against_an_installed_prefix(prefix, tmp_path, tpch):
    check_native(build_example(tmp_path, "cpp", next(prefix.rglob("BowstringConfig.cmake")).parent), tpch)


def test_cpp_example_against_the_wheel_and_pyarrow_26(bare, run_code, tmp_path, tpch, grafted):
    config = wheel_config(bare, run_code)
    if grafted:  # C++ code can't share its Arrow: refused in one sentence
        command = ["cmake", "-S", ROOT / "examples" / "cpp", "-B", tmp_path / "build", f"-DBowstring_DIR={config}"]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        assert done.returncode != 0 and "release wheel" in done.stderr
    else:
        check_native(build_example(tmp_path, "cpp", config), tpch)
