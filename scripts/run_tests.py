# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs Bowstring's tests; called by scripts/test. The last line is `N passed, M failed`; exit 0 only when M is 0 and N is not.

Without options: rooms, lint, cpp, python, oracle, tpch, install and docs, with a seeded sample of the long tests. --full adds fuzz.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

import build_release
import machine
from machine import CACHE, ROOT, Missing, say

PLAIN = ("rooms", "lint", "cpp", "python", "oracle", "tpch", "install", "docs")
EXTRA = ("sanitize", "fuzz")
REPORTS = ROOT / "build" / "reports"


@dataclass
class Result:
    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def fail(self, name: str, text: str = "") -> None:
        self.failed += 1
        self.failures.append(name)
        say(f"FAILED {name}" + (f"\n{text.strip()}" if text.strip() else ""))


class Tests:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.results: list[Result] = []
        self.python = machine.environment("test", ROOT / "scripts" / "requirements-test.txt")
        self.folder = ROOT / "build" / "test"
        self.configured = False
        self.built: bool | None = None  # None: not tried
        self.wheel: Path | None = None
        self.test_environment = machine.build_environment(self.python)
        self.test_environment["BOWSTRING_SEED"] = str(options.seed)
        if options.full:
            self.test_environment["BOWSTRING_FULL"] = "1"

    # --- building

    def configure(self) -> None:
        if not self.configured:
            machine.configure(self.python, self.folder, "-DBOWSTRING_PYTHON=ON", "-DBOWSTRING_TESTS=ON")
            self.configured = True

    def build_all(self, result: Result) -> bool:
        self.configure()
        if self.built is None:
            start = time.monotonic()
            self.built = machine.build(self.python, self.folder)
            say(f"built in {time.monotonic() - start:.0f} s")
        if not self.built:
            result.fail(f"{result.part}: the build failed")
        return self.built

    def build_wheel(self, result: Result) -> bool:
        if self.wheel is None:
            out = ROOT / "build" / "wheel"
            shutil.rmtree(out, ignore_errors=True)
            command = [self.python, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-build-isolation"]
            command += ["--no-deps", "-w", out, "-C", f"cmake.define.BOWSTRING_COMMIT={machine.commit()}", ROOT]
            if machine.run(command, CACHE / "logs" / "wheel.log", env=self.test_environment):
                result.fail("wheel")
                return False
            self.wheel = next(out.glob("bowstring-*.whl"))
        return True

    # --- running

    def gtest(self, result: Result, executable: Path, environment: dict[str, str], label: str) -> None:
        report = REPORTS / f"{label}.json"
        report.unlink(missing_ok=True)
        log = REPORTS / f"{label}.log"
        try:
            with open(log, "wb") as out:
                command = [executable, f"--gtest_output=json:{report}", "--gtest_brief=1"]
                timeout = 3600 if self.options.full else 900
                code = subprocess.run(
                    command, stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=ROOT, timeout=timeout
                ).returncode
        except subprocess.TimeoutExpired:
            code = "a timeout"
        text = "\n".join(log.read_text(errors="replace").splitlines()[-60:])
        if not report.exists():  # died before its report
            result.fail(label, f"{text}\nended by {code}")
            return
        data = json.loads(report.read_text())
        failed_before = result.failed
        for suite in data.get("testsuites", []):
            for case in suite.get("testsuite", []):
                name = f"{label}: {suite['name']}.{case['name']}"
                if case.get("failures"):
                    result.fail(name, "\n".join(f["failure"] for f in case["failures"])[:4000])
                elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                    result.skipped += 1
                else:
                    result.passed += 1
        if code and result.failed == failed_before:  # a leak report, a crash at exit
            result.fail(f"{label}: exit status", f"{text}\nended by {code}")

    def pytest(self, result: Result, label: str, arguments: list, environment: dict[str, str]) -> None:
        report = REPORTS / f"{label}.xml"
        report.unlink(missing_ok=True)
        log = REPORTS / f"{label}.log"
        command = [self.python, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "--timeout=600"]
        command += [f"--junitxml={report}", "-o", "junit_family=xunit2", *arguments]
        with open(log, "wb") as out:
            code = subprocess.run(
                [str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=ROOT
            ).returncode
        text = "\n".join(log.read_text(errors="replace").splitlines()[-60:])
        if not report.exists():
            result.fail(label, f"{text}\npytest ended by {code}")
            return
        failed_before = result.failed
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            problems = case.findall("failure") + case.findall("error")
            if problems:
                result.fail(name, (problems[0].text or "")[-4000:])
            elif case.find("skipped") is not None:
                result.skipped += 1
            else:
                result.passed += 1
        if code not in (0, 5) and result.failed == failed_before:
            result.fail(f"{label}: exit status", f"{text}\npytest ended by {code}")

    def package_environment(self) -> dict[str, str]:
        environment = dict(self.test_environment)
        environment["PYTHONPATH"] = str(self.folder / "python")
        environment["BOWSTRING_TPCH"] = str(machine.tpch(self.python, "0.1"))
        environment["BOWSTRING_BUILD"] = str(self.folder)
        if self.options.full:
            environment["BOWSTRING_TPCH_SF1"] = str(machine.tpch(self.python, "1"))
        return environment

    # --- the parts

    def rooms(self, result: Result) -> None:
        for arguments in ([], ["--self-test"]):
            done = subprocess.run(
                [sys.executable, ROOT / "scripts" / "check_rooms", *arguments], capture_output=True, text=True
            )
            if done.returncode:
                result.fail(" ".join(["check_rooms", *arguments]), done.stdout + done.stderr)
            else:
                result.passed += 1

    def lint(self, result: Result) -> None:
        folders = [f for f in ("python", "scripts", "tests", "benches", "examples") if (ROOT / f).is_dir()]
        done = subprocess.run(
            [self.python, "-m", "ruff", "check", "-q", "--no-cache", *folders], capture_output=True, text=True, cwd=ROOT
        )
        if done.returncode:
            result.fail("ruff check", done.stdout + done.stderr)
        else:
            result.passed += 1

    def cpp(self, result: Result) -> None:
        self.build_all(result)  # what was built is run all the same
        environment = dict(self.test_environment)
        environment["BOWSTRING_TPCH"] = str(machine.tpch(self.python, "0.1"))
        tests = sorted((self.folder / "tests").glob("*_test"))
        if not tests:
            result.fail("no unit test was built")
        for test in tests:
            self.gtest(result, test, environment, test.name)

    def python_tests(self, result: Result) -> None:
        if not self.build_all(result):
            return
        environment = self.package_environment()
        folders = sorted({p.parent for p in (ROOT / "tests").rglob("test_*.py")})
        tops = sorted({ROOT / "tests" / f.relative_to(ROOT / "tests").parts[0] for f in folders if f != ROOT / "tests"})
        for top in tops:  # a process a folder, so that a crash loses no more than its own
            if top.name not in ("tpch", "install", "docs"):
                self.pytest(result, f"tests-{top.name}", [top], environment)

    def oracle(self, result: Result) -> None:
        """The statements of tests/oracle against the stored answers of other engines."""
        if not self.build_all(result):
            return
        report, log = REPORTS / "oracle.json", REPORTS / "oracle.log"
        report.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        command = [self.python, ROOT / "scripts" / "run_oracle.py", "--build", self.folder, "--json", report]
        machine.run(command, log, env=self.test_environment)
        if not report.exists():
            result.fail("oracle", f"see {log}")
            return
        for statement in json.loads(report.read_text()):
            if statement["equal"]:
                result.passed += 1
            elif statement["listed"]:
                result.skipped += 1
            else:
                result.fail(f"oracle {statement['name'][:300]}: {statement['verdict']}")
        log = REPORTS / "random_queries.log"
        log.unlink(missing_ok=True)
        command = [
            self.python,
            ROOT / "fuzz" / "random_queries.py",
            "--build",
            self.folder,
            "--seed",
            self.options.seed,
        ]
        command += ["--log", REPORTS / "random_queries.json"]
        command += ["--count", "20000", "--matrix", "20"] if self.options.full else ["--count", "600", "--sample"]
        if machine.run(command, log, env=self.test_environment):
            result.fail("random queries", f"see {log}")
        else:
            result.passed += 1

    def tpch(self, result: Result) -> None:
        if not self.build_all(result):
            return
        environment = self.package_environment()
        environment["BOWSTRING_TPCH_ANSWERS"] = str(
            machine.tpch_answers("0.1", "1") if self.options.full else machine.tpch_answers("0.1")
        )
        self.pytest(result, "tests-tpch", [ROOT / "tests" / "tpch"], environment)

    def install(self, result: Result) -> None:
        if not self.build_all(result) or not self.build_wheel(result):
            return
        environment = self.package_environment()
        environment.pop("PYTHONPATH")
        environment["BOWSTRING_WHEEL"] = str(self.wheel)
        self.pytest(result, "tests-install", [ROOT / "tests" / "install"], environment)
        if self.options.full:
            environment["BOWSTRING_WHEEL"] = str(build_release.build(self.python, ROOT / "build" / "release-wheel"))
            self.pytest(result, "tests-install-release", [ROOT / "tests" / "install"], environment)

    def docs(self, result: Result) -> None:
        if not self.build_all(result):
            return
        self.pytest(result, "tests-docs", [ROOT / "tests" / "docs"], self.package_environment())

    def sanitize(self, result: Result) -> None:
        for kind in ("address", "thread"):
            folder = ROOT / "build" / f"test-{kind}"
            machine.configure(
                self.python, folder, f"-DBOWSTRING_SANITIZE={kind}", "-DBOWSTRING_PYTHON=ON", "-DBOWSTRING_TESTS=ON"
            )
            if not machine.build(self.python, folder):
                result.fail(f"build with the {kind} sanitizer")
                continue
            environment = dict(self.test_environment, BOWSTRING_TPCH=str(machine.tpch(self.python, "0.1")))
            # libarrow is not instrumented: without this its own threads give false reports.
            environment["TSAN_OPTIONS"] = "ignore_noninstrumented_modules=1:halt_on_error=0:exitcode=66"
            environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
            for test in sorted((folder / "tests").glob("*_test")):
                self.gtest(result, test, environment, f"{kind}-{test.name}")
            if kind == "address":
                self.python_under_asan(result, folder)

    def python_under_asan(self, result: Result, folder: Path) -> None:
        environment = self.package_environment()
        environment["PYTHONPATH"] = str(folder / "python")
        cxx = os.environ.get("CXX", "c++")
        runtimes = [
            subprocess.run([cxx, f"-print-file-name={name}"], capture_output=True, text=True).stdout.strip()
            for name in ("libasan.so", "libstdc++.so")
        ]
        # libstdc++ too, else ASan does not find __cxa_throw; leaks of the interpreter are not ours to report.
        environment["LD_PRELOAD"] = " ".join(runtimes)
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
        environment["PYTHONMALLOC"] = "malloc"
        for name in ("stream", "python"):
            if list((ROOT / "tests" / name).glob("test_*.py")):
                self.pytest(
                    result, f"address-tests-{name}", [ROOT / "tests" / name, "-m", "not slow_sanitized"], environment
                )

    def fuzz(self, result: Result) -> None:
        """Each fuzz target for a while, from its corpus in tests/fuzz if it has one."""
        if not shutil.which("clang++"):
            machine.need_debian({"clang": "fuzz targets"})
        folder = ROOT / "build" / "test-fuzz"
        definitions = [
            "-DBOWSTRING_FUZZ=ON",
            "-DBOWSTRING_SANITIZE=address",
            "-DBOWSTRING_PYTHON=OFF",
            "-DBOWSTRING_TESTS=OFF",
        ]
        machine.configure(self.python, folder, "-DCMAKE_CXX_COMPILER=clang++", *definitions)
        if not machine.build(self.python, folder, "fuzzers"):
            result.fail("build of the fuzz targets")
        environment = dict(self.test_environment, UBSAN_OPTIONS="print_stacktrace=1")
        seconds = 300 if self.options.full else 20
        for fuzzer in sorted((folder / "fuzz").glob("*_fuzzer")):
            corpus = folder / "corpus" / fuzzer.name
            corpus.mkdir(parents=True, exist_ok=True)
            seeds = ROOT / "tests" / "fuzz" / fuzzer.name
            command = [
                fuzzer,
                f"-max_total_time={seconds}",
                f"-seed={self.options.seed}",
                "-timeout=10",
                "-max_len=4096",
            ]
            command += [f"-artifact_prefix={REPORTS}/{fuzzer.name}-", corpus, *([seeds] if seeds.is_dir() else [])]
            log = REPORTS / f"{fuzzer.name}.log"
            log.unlink(missing_ok=True)
            if machine.run(command, log, env=environment, cwd=ROOT):
                result.fail(fuzzer.name, f"see {log}")
            else:
                result.passed += 1

    # --- all

    def part(self, name: str) -> None:
        result = Result(name)
        start = time.monotonic()
        say(f"== {name}")
        try:
            (self.python_tests if name == "python" else getattr(self, name))(result)
        except Missing as problem:
            result.fail(f"{name}: {problem}")
        result.seconds = time.monotonic() - start
        if not result.passed and not result.failed:
            result.fail(f"{name}: ran no test")
        say(f"   {result.passed} passed, {result.failed} failed, {result.skipped} skipped, {result.seconds:.0f} s")
        self.results.append(result)


def record(tests: Tests, seconds: float) -> None:
    lines = [
        "# The last full run",
        "",
        "Written by `scripts/test --full --record`.",
        "",
        f"- commit {machine.commit()}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, seed {tests.options.seed}",
        f"- {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}",
        f"- {sum(r.passed for r in tests.results)} passed, {sum(r.failed for r in tests.results)} failed in {seconds:.0f} s",
        "",
        "| part | passed | failed | skipped | seconds |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {r.part} | {r.passed} | {r.failed} | {r.skipped} | {r.seconds:.0f} |" for r in tests.results]
    failures = [f for r in tests.results for f in r.failures]
    if failures:
        lines += ["", "Failed:", "", *(f"- `{f}`" for f in failures)]
    (ROOT / "docs" / "tested.md").write_text("\n".join(lines) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/test", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these parts: {' '.join(PLAIN + EXTRA)}")
    parser.add_argument("--full", action="store_true", help="run the long tests whole, beside every pyarrow")
    parser.add_argument(
        "--sanitize", action="store_true", help="also under AddressSanitizer, UBSan and ThreadSanitizer"
    )
    parser.add_argument("--docs", action="store_true", help="only the examples of README.md and docs/")
    parser.add_argument(
        "--seed", type=int, default=int(os.environ.get("BOWSTRING_SEED", "1")), help="of the samples (1)"
    )
    parser.add_argument("--record", action="store_true", help="write docs/tested.md")
    options = parser.parse_args()
    for name in options.parts:
        if name not in PLAIN + EXTRA:
            parser.error(f"there is no part {name}")

    start = time.monotonic()
    say(f"commit {machine.commit()}, seed {options.seed}")
    try:
        machine.need_compiler()
        machine.need_python_headers()
        machine.need_gtest()
        machine.need_ccache()
        if options.full and not shutil.which("qemu-x86_64"):
            machine.need_debian({"qemu-user": "an old CPU to run on"}, optional=True)
        tests = Tests(options)
    except Missing as problem:
        say(f"{problem}\n0 passed, 1 failed")
        return 1
    say(f"set up in {time.monotonic() - start:.0f} s")
    REPORTS.mkdir(parents=True, exist_ok=True)

    parts = list(options.parts) or (["docs"] if options.docs else list(PLAIN))
    if options.sanitize and "sanitize" not in parts:
        parts.append("sanitize")
    if options.full and not options.parts and list((ROOT / "fuzz").glob("*_fuzzer.cc")):
        parts.append("fuzz")
    for name in parts:
        tests.part(name)

    seconds = time.monotonic() - start
    say(f"\n{'part':<10} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for r in tests.results:
        say(f"{r.part:<10} {r.passed:>7} {r.failed:>7} {r.skipped:>8} {r.seconds:>8.0f}")
    for r in tests.results:
        for name in r.failures:
            say(f"FAILED {name}")
    if options.record:
        record(tests, seconds)
    passed, failed = sum(r.passed for r in tests.results), sum(r.failed for r in tests.results)
    say(f"{seconds:.0f} s in all")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
