# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions in C++ as a plug-in, built here with the system's compiler."""

import shutil
import subprocess
from pathlib import Path

import pytest

import bowstring as bs
from bowstring import col, lit
from bowstring.errors import ExecutionError, IoError, PlanError

INCLUDE = Path(__file__).resolve().parents[2] / "include"
COMPILER = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")

CODE = """
#include <bowstring/plugin.h>
#include <cmath>

double Hypotenuse(double a, double b) { return std::sqrt(a * a + b * b); }
std::optional<int64_t> Positive(int64_t x) { return x > 0 ? std::optional(x) : std::nullopt; }
std::string Twice(std::string_view s) { return std::string(s) + std::string(s); }
bool Even(int32_t x) { return x % 2 == 0; }
int64_t Negated(bool x) { return x ? 0 : 1; }
int64_t Sour(int64_t x) {
  if (x == 3) throw std::runtime_error("three is sour");
  return x;
}

using bowstring::plugin::Scalar;
BOWSTRING_PLUGIN(Scalar<Hypotenuse>("hypotenuse", "The long side."), Scalar<Positive>("positive"), Scalar<Twice>("twice"), Scalar<Even>("even"),
                 Scalar<Negated>("negated"), Scalar<Sour>("sour"))
"""

pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C++ compiler here")


def build(folder, code):
    source, library = folder / "p.cc", folder / "p.so"
    source.write_text(code)
    command = [COMPILER, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", f"-I{INCLUDE}", str(source), "-o", str(library)]
    subprocess.run(command, check=True, capture_output=True)
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return build(tmp_path_factory.mktemp("plugin"), CODE)


@pytest.fixture
def ctx(library):
    ctx = bs.SessionContext()
    assert ctx.load_plugin(library) == ["hypotenuse", "positive", "twice", "even", "negated", "sour"]
    ctx.from_pydict({"a": [3, -8, None, 4], "b": [4, 6, 1, None], "s": ["x", "", None, "ü"]}, name="t")
    return ctx


def test_numbers_texts_bools_and_nulls(ctx):
    rows = ctx.sql("select hypotenuse(a, b) h, positive(a) p, twice(s) t, even(arrow_cast(a, 'Int32')) e, negated(a > 0) n from t").to_pydict()
    assert rows == {
        "h": [5.0, 10.0, None, None],
        "p": [3, None, None, 4],
        "t": ["xx", "", None, "üü"],
        "e": [False, True, None, True],
        "n": [0, 1, None, 0],
    }


def test_constants(ctx):
    assert ctx.sql("select hypotenuse(3, 4) h, twice('ab') t, positive(-1) p").to_pydict() == {"h": [5.0], "t": ["abab"], "p": [None]}


def test_slices_and_many_rows(ctx):
    rows = ctx.sql("select value v, positive(value - 50000) p from range(100000) where value % 7 = 0").to_pydict()
    assert rows["p"] == [v - 50000 if v > 50000 else None for v in rows["v"]]


def test_as_an_expression(ctx):
    assert ctx.table("t").select(ctx.udf("twice")(col("s")).alias("r")).to_pydict()["r"] == ["xx", "", None, "üü"]
    assert ctx.table("t").filter(ctx.udf("hypotenuse")(col("a"), lit(4)) > 5).count() == 2


def test_exceptions(ctx):
    with pytest.raises(ExecutionError, match="function sour of a plug-in failed: three is sour"):
        ctx.sql("select sour(a) from t").collect()
    assert ctx.sql("select sour(a) r from t where a > 3").to_pydict() == {"r": [4]}


def test_wrong_arguments(ctx):
    with pytest.raises(PlanError, match="Failed to coerce arguments"):
        ctx.sql("select hypotenuse(a) from t").collect()
    with pytest.raises(PlanError, match="Failed to coerce arguments"):
        ctx.sql("select positive(s) from t").collect()
    with pytest.raises(PlanError, match="Failed to coerce arguments"):
        ctx.sql("select positive(1.5)").collect()


def test_what_is_no_plugin(tmp_path):
    ctx = bs.SessionContext()
    with pytest.raises(IoError, match="can't be loaded"):
        ctx.load_plugin(tmp_path / "nope.so")
    plain = build(tmp_path, 'extern "C" int nothing() { return 0; }')
    with pytest.raises(PlanError, match="is no plug-in"):
        ctx.load_plugin(plain)


def test_another_version(tmp_path):
    old = build(
        tmp_path,
        "#include <bowstring/plugin_abi.h>\n"
        'extern "C" const BowstringPlugin* bowstring_plugin() { static const BowstringPlugin plugin = {77, 0, nullptr}; return &plugin; }',
    )
    with pytest.raises(PlanError, match="version 77"):
        bs.SessionContext().load_plugin(old)


def test_a_broken_answer_is_an_error(tmp_path):
    short = build(
        tmp_path,
        """
#include <bowstring/plugin_abi.h>
static int64_t values[1] = {7};
static const void* buffers[2] = {nullptr, values};
static const char* arguments[] = {"l"};
static int32_t Call(const ArrowArray*, int64_t, ArrowArray* out, char*, size_t) {
  *out = ArrowArray{1, 0, 0, 2, 0, buffers, nullptr, nullptr, [](ArrowArray* a) { a->release = nullptr; }, nullptr};
  return 0;
}
static const BowstringFunction functions[] = {{"short", "", 1, arguments, "l", 2, Call}};
extern "C" const BowstringPlugin* bowstring_plugin() { static const BowstringPlugin plugin = {BOWSTRING_PLUGIN_ABI, 1, functions}; return &plugin; }
""",
    )
    ctx = bs.SessionContext()
    ctx.load_plugin(short)
    with pytest.raises(ExecutionError, match="different number of rows"):
        ctx.sql("select short(value) from range(5)").collect()
