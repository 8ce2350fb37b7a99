# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Functions beside datafusion 55: same types, same values, an error where it has one.

tests/oracle/functions/*.txt has one expression (or SELECT) a line. `!REASON` before a line: known to differ, and why; a line that no longer
differs fails, so that the list stays true.
"""

import math
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import function_table

pytest.importorskip("pyarrow")
peer = pytest.importorskip("datafusion")
import pyarrow as pa  # noqa: E402

import bowstring  # noqa: E402

FILES = sorted((pathlib.Path(__file__).parent.parent / "oracle" / "functions").glob("*.txt"))


def statements(path):
    reason = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(("# ", "%", "&")):
            continue
        if line.startswith("!"):
            reason = line[1:]
            continue
        yield line, reason
        reason = None


def sql_of(line):
    if line.startswith(("SELECT ", "WITH ", "VALUES ")):
        return line
    return f"SELECT {line} AS r FROM t"


def answer(context, sql):
    """(schema types, rows) or the error's text."""
    try:
        frame = context.sql(sql)
        batches = frame.collect()
        table = pa.Table.from_batches(batches, batches[0].schema) if batches else None
        if table is None:
            return [], []
        rows = list(zip(*[_values(column) for column in table.columns], strict=True))
        return [str(f.type) for f in table.schema], rows
    except BaseException as error:  # noqa: BLE001 - the peer panics with BaseException
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"


def _values(column):
    try:
        return column.to_pylist()
    except Exception:  # noqa: BLE001 - values that Python's types can't hold
        return [str(value) for value in column]


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


def difference(mine, theirs):
    """A text where the answers differ; none where they don't."""
    if isinstance(mine, str) or isinstance(theirs, str):
        if isinstance(mine, str) and isinstance(theirs, str):
            return None
        return f"ours {mine}\n    peer {theirs}"
    if mine[0] != theirs[0]:
        return f"types: ours {mine[0]}, peer {theirs[0]}\n      ours {mine[1]}\n      peer {theirs[1]}"
    if len(mine[1]) != len(theirs[1]) or not same(mine[1], theirs[1]):
        return f"values: ours {mine[1]}\n            peer {theirs[1]}"
    return None


def contexts(path):
    """A session of ours and one of the peer, with the table. `%STATEMENT` lines are the peer's preparation, `&METHOD` both's."""
    table = function_table.table()
    out = []
    for module in (bowstring, peer):
        context = module.SessionContext()
        context.from_arrow(table, name="t")
        out.append(context)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("%"):
            out[1].sql(line[1:]).collect()
        if line.startswith("&"):
            for context in out:
                getattr(context, line[1:])()
    return out


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_as_the_peer(path):
    ours, theirs = contexts(path)
    found = []
    for line, reason in statements(path):
        sql = sql_of(line)
        text = difference(answer(ours, sql), answer(theirs, sql))
        if text is not None and reason is None:
            found.append(f"{line}\n    {text}")
        if text is None and reason is not None:
            found.append(f"{line}\n    no longer differs ({reason})")
    assert not found, f"{len(found)} differ:\n" + "\n".join(found)


if __name__ == "__main__":
    texts = "-t" in sys.argv
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    for file in FILES:
        if names and file.stem not in names:
            continue
        mine_context, peer_context = contexts(file)
        total = bad = 0
        for line, reason in statements(file):
            total += 1
            sql = sql_of(line)
            one, two = answer(mine_context, sql), answer(peer_context, sql)
            text = difference(one, two)
            if text and not reason:
                bad += 1
                print(f"{line}\n    {text[:700]}")
            elif texts and isinstance(one, str):
                print(f"{line}\n  E {one[:300]}\n  E {two[:300]}")
        print(f"== {file.stem}: {bad} of {total} differ")
