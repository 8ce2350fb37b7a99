# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Answers of SQL engines as JSON, and how two of them compare; how a file of statements is read.

A value: null, true/false, an int, a float (1.0, NaN, Infinity), a text, a list, or an object with one member:
d (decimal), t (date, time or timestamp), u (duration in ns), i (interval: months, days, ns), x (bytes), s (struct: names
and values), m (map: keys and values).
"""

import datetime
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

# --- statements


@dataclass
class Statement:
    sql: str
    directives: dict[str, str] = field(default_factory=dict)
    setup: bool = False

    @property
    def ordered(self) -> bool:
        return "rowsort" not in self.directives and ordered_at_top(self.sql)

    @property
    def changes(self) -> bool:
        """Whether it may change what later statements see."""
        return not re.match(r"\s*(select|with|values|explain|describe|show|from|\()", bare(self.sql), re.IGNORECASE)


DIRECTIVES = ("rowsort", "error", "differs", "duckdb", "setup", "statements")
TOKEN = re.compile(
    r"--[^\n]*|[eE]'(?:[^'\\]|''|\\.)*'|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|;|[^-/'\"$;eE]+|.",
    re.DOTALL,
)


def read_statements(text: str) -> list[Statement]:
    """Statements end with `;`. A comment line `-- word` or `-- word: text` with a word of DIRECTIVES is about the next one;
    `-- setup` and `-- statements` say what follows."""
    found, sql, directives, setup = [], [], {}, False
    for token in TOKEN.findall(text):
        if token.startswith("--"):
            word, _, rest = token[2:].strip().partition(":")
            if word in ("setup", "statements"):
                setup = word == "setup"
            elif word in DIRECTIVES:
                directives[word] = rest.strip()
            elif "".join(sql).strip():
                sql.append(token)
        elif token == ";":
            if "".join(sql).strip():
                found.append(Statement("".join(sql).strip(), directives, setup))
            sql, directives = [], {}
        else:
            sql.append(token)
    if "".join(sql).strip():
        found.append(Statement("".join(sql).strip(), directives, setup))
    return found


def bare(sql: str) -> str:
    """The statement without comments, and with its texts and quoted names emptied."""
    out = []
    for token in TOKEN.findall(sql):
        if token.startswith(("--", "/*")):
            out.append(" ")
        elif len(token) > 1 and token[-1] in "'\"$":
            out.append(token[-1] * 2)
        else:
            out.append(token)
    return "".join(out)


def ordered_at_top(sql: str) -> bool:
    depth, top = 0, []
    for char in bare(sql):
        depth += char in "([{"
        if depth == 0:
            top.append(char)
        depth -= char in ")]}"
    return bool(re.search(r"\border\s+by\b", "".join(top), re.IGNORECASE))


# --- values


def values(array) -> list:
    """The values of a pyarrow array."""
    import pyarrow as pa

    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        return [v for chunk in array.chunks for v in values(chunk)]
    if isinstance(kind, pa.BaseExtensionType):
        return values(array.storage)
    if pa.types.is_dictionary(kind):
        entries, keys = values(array.dictionary), array.indices.to_pylist()
        return [None if k is None else entries[k] for k in keys]
    if pa.types.is_run_end_encoded(kind):
        return [array[i].as_py() for i in range(len(array))]
    if pa.types.is_decimal(kind):
        return [None if v is None else {"d": f"{v:f}"} for v in array.to_pylist()]
    if pa.types.is_date32(kind):
        return [None if v is None else {"t": date_text(v)} for v in array.cast(pa.int32()).to_pylist()]
    if pa.types.is_date64(kind):
        return [None if v is None else {"t": date_text(v // 86400000)} for v in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_time(kind) or pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        ns = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}[kind.unit]
        width = pa.int32() if kind.bit_width == 32 else pa.int64()
        numbers = [None if v is None else v * ns for v in array.cast(width).to_pylist()]
        if pa.types.is_duration(kind):
            return [None if v is None else {"u": v} for v in numbers]
        if pa.types.is_time(kind):
            return [None if v is None else {"t": time_text(v)} for v in numbers]
        return [None if v is None else {"t": f"{date_text(v // DAY)}T{time_text(v % DAY)}"} for v in numbers]
    if pa.types.is_interval(kind):
        return [None if v is None else {"i": [v[0], v[1], v[2]]} for v in array.to_pylist()]
    if pa.types.is_struct(kind):
        names = [kind.field(i).name for i in range(kind.num_fields)]
        columns = [values(column) for column in array.flatten()]
        valid = array.is_valid().to_pylist()
        return [{"s": [[n, c[i]] for n, c in zip(names, columns)]} if ok else None for i, ok in enumerate(valid)]
    if pa.types.is_map(kind):
        keys, items, bounds = values(array.keys), values(array.items), array.offsets.to_pylist()
        valid = array.is_valid().to_pylist()
        base = bounds[0] if bounds else 0
        return [
            {"m": [[keys[j - base], items[j - base]] for j in range(bounds[i], bounds[i + 1])]} if ok else None
            for i, ok in enumerate(valid)
        ]
    if (
        pa.types.is_fixed_size_list(kind)
        or pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or "list_view" in str(kind)
    ):
        return [values(array[i].values) if array[i].is_valid else None for i in range(len(array))]
    if pa.types.is_union(kind):
        return (
            [values(array.field(array.type_codes[i].as_py()))[i] for i in range(len(array))]
            if kind.mode == "sparse"
            else [plain(array[i].as_py()) for i in range(len(array))]
        )
    if "binary" in str(kind):
        return [None if v is None else {"x": v.hex()} for v in array.to_pylist()]
    return [plain(v) for v in array.to_pylist()]


DAY = 86400 * 10**9


def date_text(day: int) -> str:
    try:
        return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()
    except OverflowError:
        return f"day {day}"


def time_text(ns: int) -> str:
    text = f"{ns // (3600 * 10**9):02}:{ns // (60 * 10**9) % 60:02}:{ns // 10**9 % 60:02}"
    return text + (f".{ns % 10**9:09}" if ns % 10**9 else "")


def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return {"x": value.hex()}
    if isinstance(value, Decimal):
        return {"d": f"{value:f}"}
    return {"t": str(value)}


def answer(batches: list, schema) -> dict:
    """The answer made of pyarrow batches."""
    rows = []
    for batch in batches:
        columns = [values(column) for column in batch.columns]
        rows += [list(row) for row in zip(*columns)] if columns else [[] for _ in range(batch.num_rows)]
    return {
        "names": list(schema.names),
        "types": [str(f.type) for f in schema],
        "nullable": [f.nullable for f in schema],
        "rows": rows,
    }


# --- comparing


def same(a, b, loose: bool = False) -> bool:
    """Equal; floats to 1e-9 relative. Loose: numbers of any types by value, structs without their names."""
    if a is None or b is None:
        return a is b
    if loose:
        a, b = loosen(a), loosen(b)
    if isinstance(a, float) or isinstance(b, float):
        if isinstance(a, (str, bool, list, dict)) or isinstance(b, (str, bool, list, dict)):
            return False
        if not loose and type(a) is not type(b):
            return False
        a, b = float(a), float(b)
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, loose) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return False
        kind = next(iter(a))
        if kind == "s":
            if len(a["s"]) != len(b["s"]) or not loose and [n for n, _ in a["s"]] != [n for n, _ in b["s"]]:
                return False
            return all(same(x[1], y[1], loose) for x, y in zip(a["s"], b["s"]))
        return same(a[kind], b[kind], loose)
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    return a == b


def loosen(value):
    if isinstance(value, dict):
        if "d" in value:
            number = Decimal(value["d"])
            return int(number) if number == number.to_integral_value() else float(number)
        if "t" in value:
            return {"t": value["t"].removesuffix("T00:00:00")}
    return value


def sort_key(row: list):
    """An order in which rows that are the same stand at the same place, but for floats that differ a little. Whole numbers that are the
    same to seven digits are told apart last."""
    exact = []

    def key(value):
        value = loosen(value) if isinstance(value, dict) else value
        if value is None:
            return (0,)
        if isinstance(value, bool):
            return (1, value)
        if isinstance(value, (int, float)):
            number = float(value)
            exact.append(int(value) if math.isfinite(number) and number == int(number) else 0)
            return (2, math.isnan(number), 0.0 if math.isnan(number) else float(f"{number:.7g}"))
        if isinstance(value, str):
            return (3, value)
        if isinstance(value, list):
            return (4, [key(v) for v in value])
        kind, content = next(iter(value.items()))
        if kind == "s":
            content = [v for _, v in content]
        return (5, kind, key(content))

    keys = [key(v) for v in row]
    return [*keys, (6, exact)]


def difference(ours: dict, theirs: dict, ordered: bool, loose: bool = False) -> str | None:
    """What differs between two answers (None: nothing). Loose: another dialect's, so only rows count."""
    if "error" in ours and "error" in theirs:
        return None
    if "error" in ours:
        return "error in ours"
    if "error" in theirs:
        return "error in theirs"
    if not loose and len(ours["types"]) != len(theirs["types"]) or len(ours["names"]) != len(theirs["names"]):
        return "columns"
    a, b = ours["rows"], theirs["rows"]
    if len(a) != len(b):
        return "number of rows"
    if not ordered:
        a, b = sorted(a, key=sort_key), sorted(b, key=sort_key)
    if not all(same(x, y, loose) for x, y in zip(a, b)):
        if not loose and ours["types"] != theirs["types"]:
            return "rows and types"
        if ordered and difference(ours, theirs, False, loose) is None:
            return "order"
        return "rows"
    if not loose and ours["types"] != theirs["types"]:
        return "types"
    if not loose and ours["names"] != theirs["names"]:
        return "names"
    return None
