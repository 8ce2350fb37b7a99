# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the statements of tests/oracle/*.sql on Bowstring and compares with the answers of datafusion 55 and duckdb.

Against datafusion: rows (in order if there is an ORDER BY at the top, else as a multiset; floats to 1e-9 relative), types and
names of the columns; that both refuse, and with the directive `-- error: words` that both say these words. Against duckdb: rows.
The peers' answers are in tests/oracle/expected; --update asks the peers again. They never come from Bowstring.

A statement that differs on purpose says why: `-- differs: reason`. One where duckdb's answer is the right one (datafusion lacks
the feature) says `-- duckdb: reason`. Differences still to be mended are in tests/oracle/open.txt, written by --accept; any other
difference makes the run fail.
"""

import argparse
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import machine
import oracle_answers
from machine import CACHE, ROOT, Missing, say
from oracle_answers import Statement

FOLDER = ROOT / "tests" / "oracle"
OPEN = FOLDER / "open.txt"
PEERS = ("datafusion", "duckdb")


class Engine:
    """An engine in a process of its own, so that a crash or a hang costs one statement."""

    def __init__(self, name: str, python: Path, environment: dict[str, str], timeout: float):
        self.name, self.python, self.environment, self.timeout = name, python, environment, timeout
        self.process: subprocess.Popen | None = None
        self.folder = tempfile.TemporaryDirectory()
        self.changes: list[str] = []  # to be repeated after a crash

    def start(self) -> None:
        command = [str(self.python), str(ROOT / "scripts" / "oracle_engine.py"), self.name, self.folder.name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment
        )
        for sql in self.changes:
            self.ask(sql)

    def ask(self, sql: str, ordered: bool = False) -> dict:
        self.process.stdin.write(json.dumps({"sql": sql, "ordered": ordered}).encode() + b"\n")
        self.process.stdin.flush()
        line, deadline = b"", time.monotonic() + self.timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                part = os.read(self.process.stdout.fileno(), 1 << 20)
                if not part:
                    raise EOFError
                line += part
        return json.loads(line)

    def run(self, statement: Statement) -> dict:
        try:
            if self.process is None:
                self.start()
            reply = self.ask(statement.sql, statement.ordered)
        except (TimeoutError, EOFError, BrokenPipeError) as problem:
            reply = {
                "error": "no answer in time" if isinstance(problem, TimeoutError) else "the process died",
                "class": "Crash",
            }
            self.stop()
            return reply
        if statement.changes and "error" not in reply:
            self.changes.append(statement.sql)
        return reply

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


@dataclass
class Outcome:
    statement: Statement
    ours: dict
    expected: dict[str, dict]
    verdict: str = ""  # equal, or what differs
    against_duckdb: str | None = None
    text: str = ""


@dataclass
class Family:
    name: str
    statements: list[Statement]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def cache(self) -> Path:
        return FOLDER / "expected" / f"{self.name}.json"


def judge(outcome: Outcome) -> None:
    statement, ours = outcome.statement, outcome.ours
    peer = outcome.expected["datafusion"]
    outcome.against_duckdb = oracle_answers.difference(ours, outcome.expected["duckdb"], statement.ordered, loose=True)
    if "duckdb" in statement.directives:
        outcome.verdict = outcome.against_duckdb or "equal"
        return
    if ours.get("class") == "Crash":
        outcome.verdict = ours["error"]
        return
    outcome.verdict = oracle_answers.difference(ours, peer, statement.ordered) or "equal"
    words = statement.directives.get("error")
    if words and outcome.verdict == "equal" and "error" in ours:
        if words.lower() not in ours["error"].lower():
            outcome.verdict = "words of the error"


def shown(answer: dict, limit: int = 8) -> str:
    if "error" in answer:
        return "   error: " + answer["error"].strip().replace("\n", " | ")[:400]
    head = ", ".join(f"{n}: {t}" for n, t in zip(answer["names"], answer["types"]))
    rows = [json.dumps(row)[:240] for row in answer["rows"][:limit]]
    if len(answer["rows"]) > limit:
        rows.append(f"... {len(answer['rows'])} rows")
    return "\n".join(f"   {line}" for line in [head[:600], *rows])


def key(family: str, statement: Statement) -> str:
    return f"{family}: {' '.join(statement.sql.split())}"


class Oracle:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        if options.build:
            self.python, folder = Path(sys.executable), Path(options.build).resolve()
        else:
            self.python, folder = (
                machine.environment("test", ROOT / "scripts" / "requirements-test.txt"),
                ROOT / "build" / "test",
            )
            machine.configure(self.python, folder, "-DBOWSTRING_PYTHON=ON", "-DBOWSTRING_TESTS=ON")
            if not machine.build(self.python, folder, "_core", "python_package"):
                raise Missing("Bowstring could not be built.")
        self.environment = dict(os.environ, PYTHONPATH=str(folder / "python"), TZ="UTC")
        self.accepted = set(OPEN.read_text().splitlines()) if OPEN.exists() else set()

    def engine(self, name: str) -> Engine:
        return Engine(name, self.python, self.environment, self.options.timeout)

    def expected(self, family: Family) -> list[dict]:
        """What the peers answer, from the file beside the statements, or from the peers."""
        stored = json.loads(family.cache.read_text()) if family.cache.exists() else []
        wanted = [" ".join(s.sql.split()) for s in family.statements]
        if not self.options.update:
            if [entry["sql"] for entry in stored] != wanted:
                raise Missing(
                    f"The answers of {family.name} are of other statements: scripts/oracle --update {family.name}"
                )
            return stored
        peers = [self.engine(name) for name in PEERS]
        answers = []
        for sql, statement in zip(wanted, family.statements):
            answers.append({"sql": sql, **{peer.name: peer.run(statement) for peer in peers}})
        for peer in peers:
            peer.stop()
        family.cache.parent.mkdir(exist_ok=True)
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in answers)
        family.cache.write_text(f"[\n{lines}\n]\n")
        return answers

    def run(self, family: Family) -> None:
        expected = self.expected(family)
        engine = self.engine("bowstring")
        for statement, peers in zip(family.statements, expected):
            outcome = Outcome(statement, engine.run(statement), peers)
            judge(outcome)
            family.outcomes.append(outcome)
        engine.stop()

    def report(self, family: Family) -> int:
        """Prints what differs; returns how many differences are new."""
        fresh = 0
        for outcome in family.outcomes:
            name = key(family.name, outcome.statement)
            if outcome.verdict == "equal":
                if "error" in outcome.ours and "error" not in outcome.statement.directives and self.options.verbose:
                    say(f"note: both refuse: {name[:200]}\n   {outcome.ours['error'][:150]}")
                    say(f"   {outcome.expected['datafusion'].get('error', '')[:150]}")
                if name in self.accepted:
                    say(f"note: equal now, --accept takes it off the list: {name[:150]}")
                if "differs" in outcome.statement.directives:
                    say(f"note: does not differ: {name[:150]}")
                continue
            on_purpose = "differs" in outcome.statement.directives
            listed = on_purpose or name in self.accepted
            fresh += not listed
            if (not listed or self.options.verbose) and not (on_purpose and self.options.verbose < 2):
                which = "duckdb" if "duckdb" in outcome.statement.directives else "datafusion"
                say(f"--- {family.name}: {outcome.verdict}\n{outcome.statement.sql}")
                say(f" ours\n{shown(outcome.ours)}\n {which}\n{shown(outcome.expected[which])}")
        return fresh


def table(families: list[Family], accepted: set[str]) -> str:
    head = (
        "family",
        "statements",
        "with rows",
        "equal",
        "on purpose",
        "open",
        "errors ours",
        "errors peer",
        "both",
        "nullable",
        "= duckdb",
    )
    lines = []
    for family in families:
        c = Counter()
        for o in family.outcomes:
            peer = o.expected["duckdb" if "duckdb" in o.statement.directives else "datafusion"]
            c["statements"] += 1
            c["with rows"] += bool(peer.get("rows"))
            c["equal"] += o.verdict == "equal"
            c["on purpose"] += o.verdict != "equal" and "differs" in o.statement.directives
            c["open"] += o.verdict != "equal" and "differs" not in o.statement.directives
            c["errors ours"] += "error" in o.ours and "error" not in peer
            c["errors peer"] += "error" in peer and "error" not in o.ours
            c["both"] += "error" in peer and "error" in o.ours
            c["nullable"] += o.verdict == "equal" and o.ours.get("nullable") != peer.get("nullable")
            c["= duckdb"] += o.against_duckdb is None and "error" not in o.ours
        lines.append([family.name, *(c[h] for h in head[1:])])
    lines.append(["all", *(sum(line[i] for line in lines) for i in range(1, len(head)))])
    widths = [max(len(str(line[i])) for line in [head, *lines]) for i in range(len(head))]
    return "\n".join(
        "  ".join(str(v).ljust(w) if i == 0 else str(v).rjust(w) for i, (v, w) in enumerate(zip(line, widths)))
        for line in [head, *lines]
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/oracle", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("families", nargs="*", help="only these (names of files without .sql)")
    parser.add_argument("--update", action="store_true", help="ask the peers anew and store their answers")
    parser.add_argument(
        "--accept", action="store_true", help="write the open differences of these families to open.txt"
    )
    parser.add_argument(
        "-v", "--verbose", action="count", default=0, help="show listed differences too (-vv: on purpose too)"
    )
    parser.add_argument("--timeout", type=float, default=30, help="seconds a statement may take")
    parser.add_argument(
        "--build", help="a build folder to test with this Python, instead of an own environment and build"
    )
    parser.add_argument("--json", type=Path, help="write the counts there")
    options = parser.parse_args()
    try:
        oracle = Oracle(options)
        names = options.families or sorted(p.stem for p in FOLDER.glob("*.sql"))
        families = [Family(n, oracle_answers.read_statements((FOLDER / f"{n}.sql").read_text())) for n in names]
        fresh = 0
        for family in families:
            oracle.run(family)
            fresh += oracle.report(family)
    except Missing as problem:
        say(str(problem))
        return 2
    say(table(families, oracle.accepted))
    if options.accept:
        kept = {line for line in oracle.accepted if line.partition(":")[0] not in names}
        for family in families:
            for outcome in family.outcomes:
                if outcome.verdict != "equal" and "differs" not in outcome.statement.directives:
                    kept.add(key(family.name, outcome.statement))
        OPEN.write_text("".join(f"{line}\n" for line in sorted(kept)))
        fresh = 0
    if options.json:
        options.json.write_text(
            json.dumps(
                [
                    {
                        "name": key(f.name, o.statement),
                        "equal": o.verdict == "equal",
                        "verdict": o.verdict,
                        "listed": "differs" in o.statement.directives or key(f.name, o.statement) in oracle.accepted,
                    }
                    for f in families
                    for o in f.outcomes
                ]
            )
        )
    CACHE.mkdir(exist_ok=True)
    say(f"{fresh} new differences")
    return 1 if fresh else 0


if __name__ == "__main__":
    sys.exit(main())
