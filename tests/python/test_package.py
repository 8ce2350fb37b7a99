# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The package itself: what it says of itself, and how it is loaded."""

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bowstring
from bowstring import _load


def test_version_is_semantic():
    assert re.fullmatch(r"\d+\.\d+\.\d+", bowstring.__version__)


def test_version_is_the_headers():
    header = Path(__file__).parents[2] / "include" / "bowstring" / "version.h"
    assert f'define BOWSTRING_VERSION "{bowstring.__version__}"' in header.read_text()


def test_build_info_is_one_line_that_starts_with_the_version():
    text = bowstring.build_info()
    assert text.startswith(f"bowstring {bowstring.__version__}, commit ")
    assert "\n" not in text and "Arrow 26." in text


def test_type_information_lies_beside_the_module():
    folder = Path(bowstring._core.__file__).parent
    assert (folder / "py.typed").exists()
    assert "def build_info() -> str" in (folder / "_core.pyi").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="flags of Linux's loader")
def test_open_flags_are_local_and_deepbind_only_beside_a_global_arrow():
    class WithArrow:
        _ZN5arrow12GetBuildInfoEv = None

    plain, beside = _load._open_flags(object()), _load._open_flags(WithArrow())
    assert plain == os.RTLD_NOW | os.RTLD_LOCAL
    assert beside == os.RTLD_NOW | os.RTLD_LOCAL | os.RTLD_DEEPBIND


@pytest.mark.skipif(sys.platform != "linux", reason="flags of Linux's loader")
def test_import_leaves_the_programs_flags_and_no_global_symbols():
    code = (
        "import ctypes, os, sys; sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL); import bowstring;"
        "assert sys.getdlopenflags() == os.RTLD_NOW | os.RTLD_GLOBAL;"
        "assert not hasattr(ctypes.CDLL(None), 'bowstring_version');"
        f"assert not hasattr(ctypes.CDLL(None), '{_load._ARROW_SYMBOL}')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_import_brings_no_other_package():
    code = (
        "import sys; import bowstring; "
        "print([m for m in ('pyarrow', 'numpy', 'pandas', 'polars', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("cpuinfo", "missing"),
    [
        ("flags\t\t: fpu cx16 sse4_1 sse4_2 ssse3 popcnt lahf_lm pni\n", []),
        ("flags\t\t: fpu cx16 sse4_1 ssse3 popcnt lahf_lm pni\n", ["sse4_2"]),
        ("flags\t\t: fpu\n", ["cx16", "lahf_lm", "pni", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
        ("no such line", []),  # unknown: let the library's own check decide
    ],
)
def test_cpu_features(cpuinfo, missing):
    assert _load._missing_features(cpuinfo) == missing


def test_library_shows_only_its_own_names():
    library = _loaded_library()
    done = subprocess.run(["nm", "-D", "--defined-only", "-C", library], check=True, capture_output=True, text=True)
    names = [line.split(maxsplit=2)[2] for line in done.stdout.splitlines()]
    assert "bowstring_version" in names
    ours = re.compile(r"((vtable|typeinfo|typeinfo name|VTT|guard variable) for )?bowstring(_|::)")
    assert [n for n in names if not ours.match(n)] == []


def test_library_has_a_soname():
    done = subprocess.run(["readelf", "-d", _loaded_library()], check=True, capture_output=True, text=True)
    assert re.search(r"SONAME.*\[libbowstring\.so[.\d]*\]", done.stdout)


def test_c_interface_gives_the_version():
    library = ctypes.CDLL(_loaded_library())
    library.bowstring_version.restype = ctypes.c_char_p
    assert library.bowstring_version().decode() == bowstring.__version__


def _loaded_library() -> str:
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[-1]
        if "libbowstring" in path:
            return path
    raise AssertionError("libbowstring is not loaded")


def test_alias_under_another_name():
    code = """
import sys
import bowstring, bowstring.datafusion
sys.modules["datafusion"] = bowstring.datafusion
import datafusion.functions as f
import datafusion.functions.spark
import datafusion.input.base
import datafusion.col
from datafusion.common import NullTreatment
from datafusion.user_defined import Accumulator
from datafusion._internal import SessionConfig
assert f is bowstring.functions
assert NullTreatment is bowstring.common.NullTreatment and Accumulator is bowstring.Accumulator
assert SessionConfig is bowstring.SessionConfig
assert datafusion.input.base is sys.modules["bowstring.input.base"]
assert datafusion.functions.spark is bowstring.functions.spark
assert datafusion.col("a").schema_name() == "a", datafusion.col
assert bowstring.functions.__spec__.name == "bowstring.functions"
try:
    import datafusion.nothing
except ModuleNotFoundError as error:
    assert error.name == "datafusion.nothing"
else:
    raise AssertionError("there is no such module")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
