# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks of benches/ beside other engines; called by scripts/bench.

suites:
  stream   eight workloads on TPC-H tables, a fresh process a run: open, first batch, total, peak memory
  tpch     the 22 queries, one warm process an engine and round, best of three
  h2o      db-benchmark's group-bys and joins on 1e7 rows
  wide     ClickBench-like questions on a generated table of 60 columns
  second   the stream workloads on other shapes of the same data (no dictionaries, zstd, one row group, 10,000 files, NULLs and text keys, shuffled)
  scaling  the stream workloads with one thread and with two (ours alone)
  micro    benches/*.cc (Google Benchmark)

Rounds are interleaved (every engine once, then again), so that noise falls on all alike. Medians; only ratios within one run mean anything.
--write keeps the tables and a plot in docs/. --compare REV builds that revision and runs it beside this tree's."""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import machine
from machine import CACHE, ROOT, Missing, say

TPCH_TABLES = ("lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region")
SUITES = ("stream", "tpch", "h2o", "wide", "second", "scaling", "micro")
SECOND = ("plain", "zstd", "one_group", "files", "nulls", "shuffled")


def cases_of(file: str) -> dict[str, str]:
    cases, name = {}, None
    for line in (ROOT / "benches" / "cases" / file).read_text().splitlines():
        if line.startswith("-- case: "):
            name = line.removeprefix("-- case: ")
            cases[name] = ""
        elif name and not line.startswith("--"):
            cases[name] += line + "\n"
    return {name: sql.strip().rstrip(";") for name, sql in cases.items()}


def tables_of(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    return {n: str(folder / n if (folder / n).is_dir() else folder / f"{n}.parquet") for n in names}


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.python = machine.environment("bench", ROOT / "scripts" / "requirements-bench.txt")
        self.packages: dict[str, str] = {}  # engine -> PYTHONPATH
        self.tables: list[str] = []  # Markdown
        self.plots: dict[str, dict[str, dict[str, float]]] = {}  # suite -> case -> engine -> ms

    def build(self, label: str, tree: Path) -> None:
        folder = ROOT / "build" / f"bench-{label}"
        micro = "ON" if "micro" in self.options.suites else "OFF"
        machine.configure(self.python, folder, "-DBOWSTRING_TESTS=OFF", f"-DBOWSTRING_BENCHMARKS={micro}", tree=tree)
        if not machine.build(self.python, folder):
            raise Missing(f"The build of {label} failed.")
        self.packages[label] = str(folder / "python")

    def data(self, kind: str) -> Path:
        if kind == "tpch":
            return machine.tpch(self.python, self.options.scale)
        folder = (
            machine.tpch(self.python, self.options.scale).parent.parent
            / "bench"
            / (kind if kind != "second" else f"second-sf{self.options.scale}")
        )
        if not folder.is_dir():
            say(f"Making the data of `{kind}` (once) ...")
            arguments = [self.python, ROOT / "benches" / "data.py", kind, folder]
            if machine.run([*arguments, self.data("tpch")], CACHE / "logs" / "bench-data.log"):
                raise Missing(f"The data of {kind} could not be made; see {CACHE / 'logs' / 'bench-data.log'}.")
        return folder

    def measure(self, engine: str, tables: dict, cases: dict, repeats: int, threads: int) -> dict[str, dict]:
        request = {
            "engine": engine.split("@")[0],
            "tables": tables,
            "cases": cases,
            "threads": threads,
            "limit": self.options.memory_limit,
            "repeats": repeats,
        }
        environment = dict(os.environ, PYTHONPATH=self.packages.get(engine, ""))
        command = [str(self.python), str(ROOT / "benches" / "measure.py")]
        answers, error = {}, "no answer"
        try:
            done = subprocess.run(
                command,
                input=json.dumps(request),
                capture_output=True,
                text=True,
                env=environment,
                timeout=self.options.timeout * len(cases),
            )
            text, error = done.stdout, (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1][:200]
        except subprocess.TimeoutExpired as late:
            text, error = (late.stdout or b"").decode(), "no end in time"
        for line in text.splitlines():
            answer = json.loads(line)
            answers[answer.pop("name")] = answer
        return {name: answers.get(name, {"error": error}) for name in cases}

    def compare(self, suite: str, tables: dict, cases: dict, fresh: bool, engines: list[str] | None = None) -> dict:
        """{case: {engine: {metric: median}}}; a fresh process a case, or one for all of an engine's."""
        engines = engines or self.options.engines
        runs: dict = {case: {engine: [] for engine in engines} for case in cases}
        for _ in range(self.options.rounds):
            for batch in [{case: sql} for case, sql in cases.items()] if fresh else [cases]:
                for engine in engines:
                    known = {c: s for c, s in batch.items() if not any("error" in r for r in runs[c][engine])}
                    if known:
                        for case, answer in self.measure(
                            engine, tables, known, 1 if fresh else 3, self.options.threads
                        ).items():
                            runs[case][engine].append(answer)
        medians: dict = {}
        for case, by_engine in runs.items():
            medians[case] = {}
            for engine, answers in by_engine.items():
                failed = [a["error"] for a in answers if "error" in a]
                medians[case][engine] = (
                    {"error": failed[0]}
                    if failed
                    else {k: statistics.median(a[k] for a in answers) for k in answers[0]}
                )
            rows = {m["rows"] for m in medians[case].values() if "rows" in m}
            if len(rows) > 1:
                say(
                    f"{suite} {case}: ENGINES DIFFER IN ROWS: "
                    + ", ".join(f"{e} {m['rows']:.0f}" for e, m in medians[case].items() if "rows" in m)
                )
        self.report(suite, medians, engines, fresh)
        return medians

    def report(self, suite: str, medians: dict, engines: list[str], fresh: bool) -> None:
        head = ["case", *engines, "ours / best"]
        lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        ours, peers = engines[0], engines[1:]
        ratios, sums = [], {"ours": 0.0, "best": 0.0}
        for case, by_engine in medians.items():
            cells = []
            for engine in engines:
                m = by_engine[engine]
                cells.append(
                    "-"
                    if "error" in m
                    else f"{m['first']:.0f} / {m['total']:.0f} / {m['peak']:.0f}"
                    if fresh
                    else f"{m['total']:.0f}"
                )
            best = min((by_engine[p]["total"] for p in peers if "error" not in by_engine[p]), default=None)
            ratio = by_engine[ours]["total"] / best if best and "error" not in by_engine[ours] else None
            if ratio:
                ratios.append(ratio)
                sums["ours"] += by_engine[ours]["total"]
                sums["best"] += best
            lines.append(f"| {case} | " + " | ".join(cells) + f" | {f'{ratio:.2f}' if ratio else '-'} |")
            for engine in engines:
                if "error" in by_engine[engine]:
                    say(f"{suite} {case}: {engine} failed: {by_engine[engine]['error']}")
        text = "\n".join(lines)
        if ratios:
            mean = math.exp(statistics.fmean(math.log(r) for r in ratios))
            text += f"\n\nGeometric mean of the ratios {mean:.2f}; sum {sums['ours']:.0f} ms, best peers' sum {sums['best']:.0f} ms ({sums['ours'] / sums['best']:.2f})."
        unit = "first batch ms / total ms / peak MB" if fresh else "ms, best of three in a warm process"
        self.tables.append(
            f"## {suite}\n\n{unit}; medians of {self.options.rounds} rounds, {self.options.threads} threads.\n\n{text}\n"
        )
        self.plots[suite] = {
            case: {e: m["total"] for e, m in by.items() if "error" not in m} for case, by in medians.items()
        }
        say(self.tables[-1])

    # --- the suites

    def stream(self) -> None:
        self.compare("stream", tables_of(self.data("tpch"), TPCH_TABLES), cases_of("stream.sql"), fresh=True)

    def tpch(self) -> None:
        texts = json.loads((machine.tpch_answers("0.1") / "tpch.json").read_text())["queries"]
        cases = {f"q{number}": texts[number].strip().rstrip(";") for number in sorted(texts, key=int)}
        self.compare("tpch", tables_of(self.data("tpch"), TPCH_TABLES), cases, fresh=False)

    def h2o(self) -> None:
        self.compare(
            "h2o", tables_of(self.data("h2o"), ("x", "small", "medium", "big")), cases_of("h2o.sql"), fresh=False
        )

    def wide(self) -> None:
        self.compare("wide", tables_of(self.data("wide"), ("hits",)), cases_of("wide.sql"), fresh=False)

    def second(self) -> None:
        for shape in SECOND:
            self.compare(
                f"second: {shape}",
                tables_of(self.data("second") / shape, TPCH_TABLES),
                cases_of("stream.sql"),
                fresh=True,
            )

    def scaling(self) -> None:
        tables, cases, lines = tables_of(self.data("tpch"), TPCH_TABLES), cases_of("stream.sql"), []
        for case, sql in cases.items():
            totals: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(self.options.rounds):
                for threads in totals:
                    totals[threads].append(self.measure("bowstring", tables, {case: sql}, 1, threads)[case]["total"])
            one, two = (statistics.median(totals[n]) for n in (1, 2))
            lines.append(f"| {case} | {one:.0f} | {two:.0f} | {one / two:.2f} |")
        self.tables.append(
            "## scaling\n\n| case | 1 thread, ms | 2 threads, ms | speed-up |\n| --- | --- | --- | --- |\n"
            + "\n".join(lines)
            + "\n"
        )
        say(self.tables[-1])

    def micro(self) -> None:
        lines = []
        for program in sorted((Path(self.packages["bowstring"]).parent / "benches").glob("bench_*")):
            done = subprocess.run(
                [program, "--benchmark_format=json"],
                capture_output=True,
                text=True,
                env=dict(os.environ, BOWSTRING_TPCH=str(self.data("tpch"))),
            )
            if done.returncode:
                say(f"{program.name} failed: {done.stderr[-500:]}")
                continue
            for run in json.loads(done.stdout)["benchmarks"]:
                lines.append(
                    f"| {program.name.removeprefix('bench_')} | {run['name']} | {run['real_time']:.3g} {run['time_unit']} |"
                )
        self.tables.append("## micro\n\n| bench | case | time |\n| --- | --- | --- |\n" + "\n".join(lines) + "\n")
        say(self.tables[-1])

    def write(self) -> None:
        cpu = next(
            (
                line.split(":")[1].strip()
                for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")
            ),
            "?",
        )
        versions = subprocess.run(
            [
                self.python,
                "-c",
                "import datafusion,duckdb,polars,chdb;print(f'datafusion {datafusion.__version__}, duckdb {duckdb.__version__}, polars {polars.__version__}, chdb {chdb.__version__}')",
            ],
            capture_output=True,
            text=True,
        )
        head = f"# Benchmarks\n\nWritten by `scripts/bench --write` on {time.strftime('%Y-%m-%d', time.gmtime())}, commit {machine.commit()}; {os.cpu_count()} CPUs ({cpu}); {versions.stdout.strip()}.\n"
        (ROOT / "docs" / "benchmarks.md").write_text(
            head + "\n![totals beside other engines](benchmarks.svg)\n\n" + "\n".join(self.tables)
        )
        plot = [self.python, ROOT / "benches" / "plot.py", ROOT / "docs" / "benchmarks.svg"]
        subprocess.run([str(c) for c in plot], input=json.dumps(self.plots), text=True, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{' '.join(SUITES)}; without: stream tpch")
    parser.add_argument("--engines", default="bowstring,datafusion,duckdb,polars,chdb", help="the first is ours")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--scale", default="1", help="TPC-H's scale factor (1)")
    parser.add_argument("--memory-limit", type=int, default=0, metavar="MB")
    parser.add_argument("--timeout", type=int, default=120, help="seconds a case and engine (120)")
    parser.add_argument(
        "--package", metavar="DIR", help="measure the package in this folder instead of building this tree"
    )
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/benchmarks.svg")
    parser.add_argument("--compare", metavar="REV", help="this tree beside another revision of it, no peers")
    options = parser.parse_args()
    options.suites = options.suites or ["stream", "tpch"]
    options.engines = options.engines.split(",")
    for suite in options.suites:
        if suite not in SUITES:
            parser.error(f"there is no suite {suite}")
    try:
        machine.need_compiler()
        machine.need_python_headers()
        if "micro" in options.suites:
            machine.need_debian({"libbenchmark-dev": "Google Benchmark"})
        bench = Bench(options)
        if options.package:
            bench.packages["bowstring"] = str(Path(options.package).resolve())
        else:
            bench.build("bowstring", ROOT)
        if options.compare:
            tree = CACHE / "compare"
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", tree], capture_output=True)
            shutil.rmtree(tree, ignore_errors=True)
            subprocess.run(["git", "-C", ROOT, "worktree", "add", "-q", "--detach", tree, options.compare], check=True)
            options.engines = ["bowstring", f"bowstring@{options.compare}"]
            bench.build(f"bowstring@{options.compare}", tree)
        for suite in options.suites:
            getattr(bench, suite)()
        if options.write:
            bench.write()
    except Missing as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
