# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Text tests of SQL, in the form of sqllogictest.

A file is a list of records, blank lines between them, `#` before remarks:

    statement ok
    create table t(a int) as values (1)

    query rowsort
    select a from t
    ----
    a:int32
    1

    query error Divide by zero
    select 1 / 0

The first line of an answer has the columns' names and types, then comes a line a row, values between blanks; rows are sorted (`rowsort`) unless the
record says `query` alone. What is expected is written by `python tests/sql/slt.py --complete FILE...`, which asks datafusion 55; it never comes from Bowstring.
What datafusion can't run is asked of duckdb: `# duckdb` stands before such a record, and only the rows are compared. `# duckdb: why` is written by
hand, where datafusion's answer is wrong. Records under `# ours:` and a
reason keep what stands there: answers that differ on purpose.
"""

import decimal
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Record:
    """One statement or query, with the lines before it."""

    head: list[str]
    kind: str  # "statement ok", "statement error ...", "query", "query rowsort", "query error ..."
    text: str
    line: int
    expected: list[str] = field(default_factory=list)

    @property
    def rows_only(self) -> bool:
        return any(line.startswith("# duckdb") for line in self.head)

    @property
    def is_ours(self) -> bool:
        return any(line.startswith("# ours:") for line in self.head)


def parse(path: Path) -> list[Record]:
    records, head, lines, at = [], [], path.read_text().splitlines(), 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or line.startswith("#"):
            head.append(line)
            at += 1
            continue
        if not line.startswith(("statement", "query")):
            raise ValueError(f"{path}:{at + 1}: neither a statement nor a query: {line}")
        record = Record(head, line.strip(), "", at + 1)
        head, text, at = [], [], at + 1
        while at < len(lines) and lines[at].strip() and lines[at] != "----":
            text.append(lines[at])
            at += 1
        record.text = "\n".join(text)
        if at < len(lines) and lines[at] == "----":
            at += 1
            while at < len(lines) and lines[at].strip():
                record.expected.append(lines[at])
                at += 1
        records.append(record)
    return records


def show(value) -> str:
    """A value as text, the same for both engines."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        return repr(float(f"{value:.12g}"))
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return "x" + value.hex()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show(v) for v in value) + "]"
    text = str(value)
    if text == "":
        return "(empty)"
    return text.replace("\n", "\\n").replace(" ", "\u00a0") if isinstance(value, str) else text.replace(" ", "T", 1)


def answer(context, record: Record) -> list[str]:
    """The lines that a query answers."""
    if type(context).__module__.startswith(("duckdb", "_duckdb")):
        table = context.sql(record.text).to_arrow_table()
        rows = [" ".join(map(show, row)) for row in zip(*(c.to_pylist() for c in table.columns), strict=True)]
        return sorted(rows) if "rowsort" in record.kind else rows
    frame = context.sql(record.text)
    batches = frame.collect()
    schema = batches[0].schema if batches else frame.schema()
    names = " ".join(f"{f.name}:{f.type}".replace(" ", "\u00a0") for f in schema)
    rows = [" ".join(show(row[i]) for i in range(len(schema))) for b in batches for row in zip(*(c.to_pylist() for c in b.columns), strict=True)]
    header = [] if record.rows_only else [names]
    return header + (sorted(rows) if "rowsort" in record.kind else rows)


def complete(path: Path) -> None:
    """Writes the answers of datafusion into a file."""
    import datafusion
    import duckdb

    other = duckdb.connect()
    context = datafusion.SessionContext(datafusion.SessionConfig().with_information_schema(True).with_target_partitions(2))
    out = []
    for record in parse(path):
        kind, expected = record.kind, record.expected
        if "# duckdb" in record.head:
            record.head.remove("# duckdb")
        if record.kind == "statement ok":
            try:
                other.sql(record.text)
            except duckdb.Error:
                pass
        try:
            if record.rows_only:
                raise ValueError("not for datafusion")
            if record.kind.startswith("query"):
                lines = answer(context, record)
                if not record.is_ours:
                    kind, expected = ("query" if "rowsort" not in record.kind else "query rowsort"), lines
            else:
                context.sql(record.text).collect()
                kind = kind if record.is_ours else "statement ok"
        except Exception as error:
            first = str(error).removeprefix("DataFusion error: ").splitlines()[0].strip()
            if not record.is_ours and record.kind in ("query", "query rowsort"):
                try:
                    expected = answer(other, record)
                    if not record.rows_only:
                        record.head.append("# duckdb")
                except duckdb.Error:
                    kind, expected = "query error " + first, []
            elif not record.is_ours:
                kind, expected = record.kind.split()[0] + " error " + first, []
        out += [*record.head, kind, record.text] + (["----", *expected] if expected else [])
    path.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] != ["--complete"]:
        sys.exit(__doc__)
    for name in sys.argv[2:]:
        complete(Path(name))
