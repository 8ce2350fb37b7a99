#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the same Python calls on bowstring and on datafusion 55, and compares values, types, names and the kinds of errors.

    scripts/oracle_api.py                   all calls of scripts/oracle_calls/
    scripts/oracle_api.py expr dataframe    some files
    scripts/oracle_api.py --show            prints both answers of each difference
    scripts/oracle_api.py --texts           errors whose words differ, too
    scripts/oracle_api.py --grep TEXT       calls that contain the text

A file holds one call a line: Python statements separated by `;`, of which the last is an expression, its value is compared. `@ names` begins a part for those
classes or functions, `#` a comment, a line that ends in a backslash goes on. What a line finds: `d` (the package), `ctx`, `df` (table t), `du` (table u), `dn` (nulls and floats), `dl` (lists, structs, maps),
`dt` (dates and times), `f`, `sp` (functions.spark), `col`, `lit`, `column`, `pa`, `pc`, `dsx` (pyarrow.dataset), `tmp` (an empty folder), `data` (a folder with files), and every public class.
Rows are compared without their order where the call doesn't end in `!ordered`. Differences that docs/compat.md lists, in its lines that begin with "- `", are known and count as equal only with --known.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import decimal
import enum
import importlib
import math
import os
import pathlib
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CALLS = ROOT / "scripts" / "oracle_calls"
MODULES = "catalog common context dataframe dataframe_formatter expr functions io ipc object_store options plan record_batch substrait unparser user_defined"

SCRATCH = re.compile(
    r"\bc[0-9a-f]{32}\b|view_[0-9a-f]{8}_[0-9a-f_]{27}|/tmp/oracle-\w+|bowstring\.|datafusion\._internal\.|datafusion\.(?=[a-z_]+\.[A-Z])"
)  # what differs from run to run

SHOWN = {
    "Expr",
    "Table",
    "Catalog",
    "Schema",
    "ScalarUDF",
    "AggregateUDF",
    "WindowUDF",
    "TableFunction",
    "RexType",
    "PythonType",
    "SqlType",
    "TableType",
    "JoinType",
}
# Of the other classes the peer's repr is Rust's view of its innards: only the class is compared, what repr() itself gives where a call asks for it.


# ---- the calls


def read_calls(names: list[str]) -> list[tuple[str, str, str]]:
    """(file, part, call)"""
    out = []
    for path in sorted(CALLS.glob("*.txt")):
        if names and path.stem not in names:
            continue
        part, held = "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("\\"):
                held += line[:-1] + "\n"
                continue
            line, held = held + line, ""
            if line.startswith("@ "):
                part = line[2:]
            elif line.strip() and not line.startswith("#"):
                out.append((path.stem, part, line.strip()))
    return out


# ---- one package, in a process of its own


def make_files(folder: pathlib.Path) -> None:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.json
    import pyarrow.parquet as pq

    table = pa.table({"a": pa.array([1, 2, 3, 4], pa.int64()), "s": ["x", "y", None, "z"], "f": [1.5, None, 2.5, -1.0]})
    pq.write_table(table, folder / "one.parquet")
    (folder / "many").mkdir()
    pq.write_table(table.slice(0, 2), folder / "many" / "0.parquet")
    pq.write_table(table.slice(2), folder / "many" / "1.parquet")
    for g in ("p", "q"):
        (folder / "hive" / f"g={g}").mkdir(parents=True)
        pq.write_table(table, folder / "hive" / f"g={g}" / "0.parquet")
    pyarrow.csv.write_csv(table, folder / "one.csv")
    (folder / "semi.csv").write_text("a;b\n1;x\n2;\n")
    (folder / "bare.csv").write_text("1,x\n2,y\n")
    (folder / "one.json").write_text('{"a": 1, "s": "x"}\n{"a": 2, "s": null}\n{"a": 3}\n')
    with pa.OSFile(str(folder / "one.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def namespace(package: str, data: pathlib.Path, tmp: pathlib.Path) -> dict:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as dsx

    d = importlib.import_module(package)
    names: dict = {}
    for module in MODULES.split():
        loaded = importlib.import_module(f"{package}.{module}")
        names[module] = loaded
        if module in ("functions",):
            continue
        for name in dir(loaded):
            value = getattr(loaded, name)
            if isinstance(value, type) and not name.startswith("_"):
                names.setdefault(name, value)
    for name in d.__all__:
        names[name] = getattr(d, name)
    import pyarrow.parquet  # noqa: F401

    names.update(d=d, pa=pa, pc=pc, dsx=dsx, f=d.functions, sp=d.functions.spark, data=str(data), tmp=str(tmp), os=os)
    names.update(datetime=datetime, Decimal=decimal.Decimal, pathlib=pathlib, math=math, ds=d)
    return names


def session(names: dict) -> None:
    import pyarrow as pa

    names["dataframe_formatter"].reset_formatter()
    ctx = names["ctx"] = names["d"].SessionContext(
        names["d"].SessionConfig().with_target_partitions(2).with_information_schema()
    )
    names["df"] = ctx.from_pydict(
        {"a": [1, 2, 3, 3], "b": [10, 20, 30, 40], "s": ["x", "yy", "Zz", "x"], "f": [1.5, -2.5, 0.0, 4.25]}, name="t"
    )
    names["du"] = ctx.from_pydict({"a": [2, 3, 5], "c": ["two", "three", "five"]}, name="u")
    table = pa.table(
        {
            "i": pa.array([1, None, 3], pa.int64()),
            "x": pa.array([1.0, float("nan"), None], pa.float64()),
            "s": pa.array(["p", None, ""], pa.string()),
            "b": pa.array([True, False, None], pa.bool_()),
            "d": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50")], pa.decimal128(10, 2)),
        }
    )
    names["dn"] = ctx.from_arrow(table, name="n")
    table = pa.table(
        {
            "l": pa.array([[1, 2, 3], [], None], pa.list_(pa.int64())),
            "m": pa.array([[3, 1, 3], [7], [None]], pa.list_(pa.int64())),
            "st": pa.array([{"k": 1, "v": "a"}, {"k": 2, "v": None}, {"k": 3, "v": "c"}]),
            "w": pa.array([["x", "y"], ["z"], []], pa.list_(pa.string())),
        }
    )
    names["dl"] = ctx.from_arrow(table, name="l")
    table = pa.table(
        {
            "d": pa.array([datetime.date(2020, 2, 29), None, datetime.date(1999, 12, 31)]),
            "ts": pa.array(
                [datetime.datetime(2020, 2, 29, 12, 34, 56, 789000), None, datetime.datetime(1999, 12, 31, 23, 59, 59)],
                pa.timestamp("us"),
            ),
            "t": pa.array([datetime.time(1, 2, 3), datetime.time(23, 59, 59), None], pa.time64("us")),
        }
    )
    names["dt"] = ctx.from_arrow(table, name="d")


def plain(value, ordered: bool, package: str, depth: int = 0):
    """A value of either package as something that can be pickled and compared."""
    import pyarrow as pa

    if depth > 8:
        return "..."
    kind = type(value)
    name, module = kind.__name__.removeprefix("Raw"), kind.__module__.split(".")[0]
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.10g}")
    if kind is str:
        return SCRATCH.sub("NAME", value)
    if value is None or kind in (bool, int, bytes):
        return value
    if isinstance(value, enum.Enum):
        return (name, f"{name}.{value.name}")
    if module == package and name == "DataFrame":
        return ("frame", plain(value.to_arrow_table(), ordered, package, depth + 1))
    if module == package and name == "RecordBatch":
        value = value.to_pyarrow()
    if isinstance(value, (pa.Table, pa.RecordBatch)):
        rows = [[plain(v.as_py(), True, package, depth + 1) for v in column] for column in value.columns]
        rows = list(map(list, zip(*rows, strict=True))) if rows else [[]] * value.num_rows
        if not ordered:
            rows.sort(key=repr)
        return (
            "rows",
            [(SCRATCH.sub("NAME", n), str(t)) for n, t in zip(value.schema.names, value.schema.types, strict=True)],
            rows,
        )
    if isinstance(value, (pa.Array, pa.ChunkedArray)):
        return ("array", str(value.type), [plain(v.as_py(), True, package, depth + 1) for v in value])
    if isinstance(value, pa.Scalar):
        return ("scalar", str(value.type), plain(value.as_py(), True, package, depth + 1))
    if isinstance(value, pa.Schema):
        return ("schema", [(field.name, str(field.type), field.nullable) for field in value])
    if isinstance(value, pa.Field):
        return ("field", value.name, str(value.type), value.nullable)
    if isinstance(value, pa.DataType):
        return ("type", str(value))
    if isinstance(value, dict):
        return {k: plain(v, ordered, package, depth + 1) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return ("set", sorted(map(repr, value)))
    if isinstance(value, (list, tuple)):
        items = [plain(v, ordered, package, depth + 1) for v in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal)) or module in (
        "numpy",
        "uuid",
        "pandas",
    ):
        return (name, str(value))
    if module == "polars":
        return ("polars", repr(value))
    if module in ("datafusion", "bowstring", "builtins") and kind.__module__ != "builtins":
        text = SCRATCH.sub("NAME", repr(value)) if name in SHOWN else ""
        return (name, "" if " object at 0x" in text or text.startswith("<") else text)
    if isinstance(value, type):
        return ("class", value.__name__)
    if callable(value):
        return ("callable",)
    return (name, repr(value))


def run(package: str, calls: list, out: pathlib.Path, data: pathlib.Path) -> None:
    import warnings

    results = []
    for _, _, call in calls:
        tmp = pathlib.Path(tempfile.mkdtemp(prefix="oracle-"))
        names = namespace(package, data, tmp)
        ordered = call.endswith("!ordered")
        text = call.removesuffix("!ordered").strip()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                session(names)
                *statements, last = split(text)
                for statement in statements:
                    exec(statement, names)
                answer = ("value", plain(eval(last, names), ordered, package))
            except BaseException as error:
                if isinstance(error, (KeyboardInterrupt, SystemExit)):
                    raise
                answer = ("error", [c.__name__ for c in type(error).__mro__], str(error)[:600])
        deprecated = any(issubclass(w.category, DeprecationWarning) and "test" not in str(w.message) for w in caught)
        results.append((answer, deprecated))
        shutil.rmtree(tmp, ignore_errors=True)
        with open(out, "wb") as file:  # after each call: whoever crashes has left what was before
            pickle.dump(results, file)


def split(text: str) -> list[str]:
    """Statements at top-level semicolons or line ends."""
    import ast

    tree = ast.parse(text)
    lines = [ast.get_source_segment(text, node) for node in tree.body]
    for i, node in enumerate(tree.body):  # a decorator is no part of a segment
        decorators = getattr(node, "decorator_list", [])
        if decorators:
            lines[i] = "\n".join(["@" + ast.get_source_segment(text, item) for item in decorators] + [lines[i]])
    return lines


# ---- both, and what differs


def answers(package: str, python: str, calls: list, data: pathlib.Path) -> list:
    """One answer a call; a crash or a hang is an answer too."""
    done: list = []
    while len(done) < len(calls):
        out = pathlib.Path(tempfile.mkstemp()[1])
        out.unlink()
        todo = calls[len(done) :]
        given = pathlib.Path(tempfile.mkstemp()[1])
        given.write_bytes(pickle.dumps(todo))
        process = subprocess.Popen(
            [python, __file__, "--run", package, str(given), str(out), str(data)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        progress, since = 0, time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            size = out.stat().st_mtime_ns if out.exists() else 0
            if size != progress:
                progress, since = size, time.monotonic()
            if time.monotonic() - since > 60:
                process.kill()
        errors = process.stderr.read()
        part = []
        if out.exists():
            try:
                part = pickle.loads(out.read_bytes())
            except EOFError:
                pass
        done += part
        if len(part) < len(todo):
            done.append((("error", ["Crash" if process.returncode != -9 else "Hang"], errors[-300:]), False))
    return done


def same(ours, theirs) -> bool:
    (kind, *a), deprecated = ours
    (peer_kind, *b), peer_deprecated = theirs
    if deprecated != peer_deprecated and peer_deprecated:
        return False
    if kind != peer_kind:
        return False
    if kind == "value":
        return a == b or close(a, b)
    if b[0][0] in ("PanicException", "BaseException"):
        return True
    return b[0][0] in a[0]  # our class is the peer's or derives from it


def words(text: str) -> str:
    """An error's text without what nobody's test looks at."""
    return SCRATCH.sub("NAME", text).removeprefix("DataFusion error: ").split("\n")[0].strip()


def close(a, b) -> bool:
    if isinstance(a, float) and isinstance(b, (float, int)) or isinstance(b, float) and isinstance(a, (float, int)):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    return a == b


def known() -> set[str]:
    path = ROOT / "docs" / "compat.md"
    if not path.exists():
        return set()
    return {m.group(1).strip() for m in re.finditer(r"^- `(.+?)`(?::|$)", path.read_text(encoding="utf-8"), re.M)}


def one_line(call: str) -> str:
    return call.replace("\n", " / ")


def main() -> int:
    if len(sys.argv) > 1 and sys.argv[1] == "--run":
        _, _, package, given, out, data = sys.argv
        run(package, pickle.loads(pathlib.Path(given).read_bytes()), pathlib.Path(out), pathlib.Path(data))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--grep")
    parser.add_argument("--texts", action="store_true", help="errors of one class with different words, too (they don't count)")
    parser.add_argument("--width", type=int, default=400)
    parser.add_argument("--fresh", action="store_true", help="ask the peer again, too")
    options = parser.parse_args()
    calls = [call for call in read_calls(options.files) if not options.grep or options.grep in call[2]]
    data = pathlib.Path("/tmp/bowstring-oracle-data") if os.name == "posix" else pathlib.Path(tempfile.mkdtemp())
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    make_files(data)
    ours = answers("bowstring", sys.executable, calls, data)
    theirs = peer_answers(calls, data, options.fresh)
    listed = known()
    parts: dict = collections.defaultdict(lambda: [0, 0])
    different = []
    for call, a, b in zip(calls, ours, theirs, strict=True):
        equal = same(a, b)
        parts[call[0]][0 if equal else 1] += 1
        if not equal:
            different.append((call, a, b))
    for (file, part, call), a, b in different:
        call = one_line(call)
        mark = "known " if call in listed else ""
        print(f"{mark}{file}/{part}: {call}")
        if options.show:
            print(f"    ours: {str(a)[: options.width]}\n    peer: {str(b)[: options.width]}")
    for (file, part, call), a, b in zip(calls, ours, theirs, strict=True) if options.texts else ():
        if a[0][0] == b[0][0] == "error" and same(a, b) and words(a[0][2]) != words(b[0][2]):
            print(f"text {file}/{part}: {call}\n    ours: {a[0][2][: options.width]}\n    peer: {b[0][2][: options.width]}")
    for name, (equal, other) in sorted(parts.items()):
        print(f"{name}: {equal} of {equal + other}")
    total, right = len(calls), len(calls) - len(different)
    unlisted = sum(one_line(call[2]) not in listed for call, _, _ in different)
    print(
        f"{right} of {total} calls equal ({100 * right / max(1, total):.1f} %), {len(different)} different, of these {unlisted} not in docs/compat.md"
    )
    return 0 if right >= 0.97 * total and not unlisted else 1


def peer_answers(calls: list, data: pathlib.Path, fresh: bool) -> list:
    """The peer's, kept between runs: they don't change."""
    path = pathlib.Path(tempfile.gettempdir()) / "bowstring-oracle-peer.pickle"
    kept = {}
    if path.exists() and not fresh:
        kept = pickle.loads(path.read_bytes())
    missing = [call for call in calls if call[2] not in kept]
    for call, answer in zip(missing, answers("datafusion", sys.executable, missing, data), strict=True):
        kept[call[2]] = answer
    path.write_bytes(pickle.dumps(kept))
    return [kept[call[2]] for call in calls]


if __name__ == "__main__":
    sys.exit(main())
