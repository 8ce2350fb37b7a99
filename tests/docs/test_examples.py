# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Each ```python block of README.md, CONTRIBUTING.md and docs/ is run as a program of its own.

A block runs in a folder that has the TPC-H tables (scale 0.1) as lineitem.parquet, orders.parquet ... A block that is
no program is marked ```python no-run.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python[ \t]*(?P<mark>[^\n]*)\n(?P<code>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def blocks():
    for file in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = file.read_text() if file.exists() else ""
        for match in BLOCK.finditer(text):
            if "no-run" not in match["mark"]:
                line = text[: match.start()].count("\n") + 1
                yield pytest.param(match["code"], id=f"{file.relative_to(ROOT)}:{line}")


@pytest.mark.parametrize("code", list(blocks()))
def test_example(code, tpch, tmp_path):
    for table in tpch.glob("*.parquet"):
        os.symlink(table, tmp_path / table.name)
    script = tmp_path / "example.py"
    script.write_text(code)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_cpp_example_of_the_readme_is_the_one_that_is_built():
    shown = re.search(r"^```cpp\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert shown, "README.md shows no C++ example"
    source = (ROOT / "examples" / "cpp" / "main.cc").read_text()
    assert shown[1].strip() in source


def test_pages_are_built_without_warnings(tmp_path):
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_parser")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "-q",
            "-b",
            "html",
            "-d",
            tmp_path / "trees",
            ROOT / "docs",
            tmp_path / "html",
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "html" / "functions.html").read_text()
    assert "regexp_replace" in page and "array_agg" in page and "row_number" in page
