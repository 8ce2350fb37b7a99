# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The page of all SQL functions, from the engine's registry as information_schema shows it."""

from __future__ import annotations

from pathlib import Path

_HEAD = """# SQL functions

Written from the engine's registry (`information_schema.routines`). Makers of the same names are in `bowstring.functions`, where they aren't words of Python's.
"""
_KINDS = (("SCALAR", "Scalar functions"), ("AGGREGATE", "Aggregate functions"), ("WINDOW", "Window functions"))
_QUERY = """
select distinct function_type, routine_name, coalesce(syntax_example, '') as syntax, coalesce(description, '') as description
from information_schema.routines where routine_type = 'FUNCTION' order by routine_name
"""


def text() -> str:
    from bowstring import SessionContext

    rows = SessionContext().sql(_QUERY).to_pylist()
    parts = [_HEAD]
    for kind, title in _KINDS:
        parts.append(f"\n## {title}\n\n| function | call | what it gives |\n| --- | --- | --- |\n")
        for row in rows:
            if row["function_type"] == kind:
                cells = (
                    f"`{row['routine_name']}`",
                    f"`{_cell(row['syntax'] or row['routine_name'] + '()')}`",
                    _cell(row["description"]),
                )
                parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ").replace("*", "\\*").replace("<", "&lt;")


def write(path: Path) -> None:
    new = text()
    if not path.exists() or path.read_text(encoding="utf-8") != new:
        path.write_text(new, encoding="utf-8")
