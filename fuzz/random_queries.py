# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Random queries (seeded) on Bowstring and duckdb; rows must be equal, and in order where ORDER BY fixes it.

Small tables with NULLs, duplicates and extremes; joins, aggregates, grouping sets, windows, subqueries, set operations, CTEs,
lists. With --matrix each query also runs with 1, 2 and 8 workers, batches of 1, 7 and 8192 rows and a tiny budget: equal answers.

Known kinds of differences are in tests/issues/*.sql: a line `-- why: ...`, and `-- pattern: regex` over the verdict, the query and
the error. Prints how many queries return rows, fail in either engine, or differ, and how often each feature was met; exits with 1
when a difference is of no known kind, rows come back from fewer than 60 % or errors from more than 10 %.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import oracle_answers  # noqa: E402
from oracle_answers import Statement  # noqa: E402
from run_oracle import Engine  # noqa: E402

TYPES = {
    "i": "int",
    "b": "bigint",
    "f": "double",
    "n": "decimal(9,2)",
    "s": "varchar",
    "p": "boolean",
    "d": "date",
    "m": "timestamp",
}
NUMBERS = "ibfn"
WORDS = [
    "a",
    "b",
    "ab",
    "abc",
    "B",
    "",
    "zebra",
    "Ärger",
    "a%b",
    "x_y",
    "long text beyond twelve bytes",
    "long text beyond twelve bytez",
]
INTS = [0, 1, -1, 2, 3, 5, 7, 10, 100, -100]
EXTREMES = {
    "i": [2147483647, -2147483648],
    "b": [2**53, -(2**53)],
    "f": [1e300, -1e300, 0.0, -0.0],
    "n": [9999999.99, -9999999.99],
}


class Tables:
    """Tables t0, t1, ...: a unique id, keys k and j, and a column of each type."""

    def __init__(self, seed: int, rows: int):
        self.random = random.Random(seed)
        self.keys = max(6, rows // 3)
        self.columns = {}
        self.statements = []
        for index in range(4):
            count = [rows, self.random.randint(1, rows), self.random.randint(1, rows), 0][index]
            names = ["id", "k", "j", *TYPES]
            types = ["b", "i", "b", *TYPES]
            self.columns[f"t{index}"] = [(n if n in ("id", "k", "j") else f"c{n}", t) for n, t in zip(names, types)]
            lines = [
                ", ".join([str(i + 1)] + [self.value(n, t) for n, t in zip(names[1:], types[1:])])
                for i in range(max(count, 1))
            ]
            select = ", ".join(f"cast({n} as {TYPES[t]}) as {n}" for n, t in self.columns[f"t{index}"])
            named = ", ".join(n for n, _ in self.columns[f"t{index}"])
            where = " where id < 0" if count == 0 else ""
            body = ", ".join(f"({line})" for line in lines)
            self.statements.append(
                f"create table t{index} as select {select} from (values {body}) as v({named}){where}"
            )

    def value(self, name: str, kind: str) -> str:
        r = self.random
        if r.random() < 0.12:
            return "null"
        if name in ("k", "j"):
            return str(r.randrange(self.keys))
        if kind in EXTREMES and r.random() < 0.06:
            return str(r.choice(EXTREMES[kind]))
        return literal(r, kind).removeprefix("date ").removeprefix("timestamp ")


def literal(r: random.Random, kind: str) -> str:
    if kind in "ib":
        return str(r.choice(INTS))
    if kind == "f":
        return str(r.randint(-40, 40) / 4)
    if kind == "n":
        return f"{r.randint(-500, 500) / 4:.2f}"
    if kind == "s":
        return "'" + r.choice(WORDS) + "'"
    if kind == "p":
        return r.choice(["true", "false"])
    if kind == "d":
        return f"date '20{r.randint(10, 24)}-{r.randint(1, 12):02}-{r.choice([1, 15, 28]):02}'"
    return f"timestamp '20{r.randint(10, 24)}-{r.randint(1, 12):02}-{r.choice([1, 28]):02} {r.choice([0, 12, 23]):02}:{r.choice([0, 59]):02}:00'"


class Column:
    def __init__(self, text: str, kind: str):
        self.text, self.kind = text, kind


class Query:
    """One random query; .sql, .features, .ordered."""

    def __init__(self, seed: int, tables: Tables):
        self.r = random.Random(seed)
        self.tables = tables
        self.features: set[str] = set()
        self.names = 0
        text, kinds = self.query(depth=2, top=True)
        self.sql, self.kinds = text, kinds
        self.ordered = "top order" in self.features

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def note(self, *features: str) -> None:
        self.features.update(features)

    # --- expressions

    def of_kind(self, columns: list[Column], kinds: str) -> list[Column]:
        return [c for c in columns if c.kind in kinds]

    def column(self, columns: list[Column], kinds: str) -> str | None:
        fit = self.of_kind(columns, kinds)
        return self.r.choice(fit).text if fit else None

    def value(self, columns: list[Column], kind: str, depth: int = 2) -> str:
        r = self.r
        plain = self.column(columns, kind)
        if plain is None or self.chance(0.15):
            plain = literal(r, kind) if kind not in "dm" or plain is None else plain
        if depth <= 0 or self.chance(0.5):
            return plain
        deeper = lambda k: self.value(columns, k, depth - 1)  # noqa: E731
        choice = r.randrange(9)
        if choice == 0:
            self.note("case")
            return f"case when {self.predicate(columns, depth - 1)} then {deeper(kind)} else {deeper(kind)} end"
        if choice == 1:
            self.note("coalesce")
            return f"coalesce({deeper(kind)}, {deeper(kind)})"
        if choice == 2:
            return f"nullif({deeper(kind)}, {literal(r, kind)})"
        if choice == 3 and kind not in "p":
            return f"{r.choice(['greatest', 'least'])}({plain}, {literal(r, kind)})"
        if kind == "i":
            small = f"({plain} % 1000)"
            return r.choice(
                [f"{small} + {literal(r, 'i')}", f"{small} * 3", f"-{small}", f"abs({small})", f"({small} - 7)"]
            )
        if kind == "b":
            return r.choice(
                [f"({plain} + 1)", f"({plain} - {deeper('i')} % 1000)", f"({plain} % 7)", f"length({deeper('s')})"]
            )
        if kind == "f":
            return r.choice([f"({plain} + 0.5)", f"({plain} * 2)", f"-({plain})", f"floor({plain})", f"abs({plain})"])
        if kind == "n":
            return r.choice([f"({plain} + {literal(r, 'n')})", f"-({plain})", f"abs({plain})", f"({plain} * 2)"])
        if kind == "s":
            other = deeper("s")
            return r.choice(
                [f"upper({plain})", f"lower({plain})", f"{plain} || {other}", f"concat({plain}, '-', {other})", f"substr({plain}, 2, 2)",
                 f"replace({plain}, 'a', 'o')", f"trim({plain})", f"left({plain}, 3)", f"reverse({plain})", f"cast({self.value(columns, 'b', 0)} as varchar)"]
            )  # fmt: skip
        if kind == "p":
            return f"({self.predicate(columns, depth - 1)})"
        if kind == "d":
            return r.choice([f"({plain} + {r.randint(-40, 40)})", f"cast({self.value(columns, 'm', 0)} as date)"])
        return r.choice(
            [
                f"({plain} + interval '{r.randint(1, 40)} days')",
                f"date_trunc('{r.choice(['month', 'day', 'year'])}', {plain})",
            ]
        )

    def predicate(self, columns: list[Column], depth: int = 2, subqueries: bool = False) -> str:
        r = self.r
        if depth > 0 and self.chance(0.35):
            parts = [self.predicate(columns, depth - 1, subqueries) for _ in range(2)]
            return r.choice(
                [
                    f"({parts[0]} and {parts[1]})",
                    f"({parts[0]} or {parts[1]})",
                    f"({parts[0]} or {parts[1]})",
                    f"not ({parts[0]})",
                ]
            )
        if subqueries and self.chance(0.4):
            return self.subquery_predicate(columns)
        kind = r.choice([c.kind for c in columns]) if columns else "i"
        kind = kind if kind in TYPES else "i"
        left = self.value(columns, kind, min(depth, 1))
        choice = r.randrange(10)
        if choice < 4:
            return f"{left} {r.choice(['=', '<>', '<>', '<', '<=', '>', '>='])} {self.value(columns, kind, 0)}"
        if choice == 4:
            self.note("in list")
            items = ", ".join(literal(r, kind) for _ in range(r.randint(1, 4)))
            return f"{left} {r.choice(['in', 'not in', 'not in'])} ({items})"
        if choice == 5:
            return f"{left} {r.choice(['between', 'not between', 'not between'])} {literal(r, kind)} and {literal(r, kind)}"
        if choice == 6:
            return f"{left} is {r.choice(['null', 'not null', 'not null', 'not null'])}"
        if choice == 7:
            self.note("distinct from")
            return f"{left} is {r.choice(['', 'not '])}distinct from {self.value(columns, kind, 0)}"
        if choice == 8 and (text := self.column(columns, "s")):
            self.note("like")
            return f"{text} {r.choice(['like', 'not like', 'ilike'])} '{r.choice(['a%', '%b%', '_b%', '%', '', 'long%bytes', '%r'])}'"
        if flag := self.column(columns, "p"):
            return f"{flag} is {r.choice(['true', 'false', 'not true', 'not false'])}"
        return f"{left} = {self.value(columns, kind, 0)}"

    # --- subqueries

    def small_relation(self) -> tuple[str, list[Column]]:
        table = self.r.choice(list(self.tables.columns))
        alias = self.name("s")
        return f"{table} as {alias}", [Column(f"{alias}.{n}", t) for n, t in self.tables.columns[table]]

    def correlation(self, inner: list[Column], outer: list[Column]) -> str:
        kind = self.r.choice("iibs")
        a, b = self.column(inner, kind), self.column(outer, kind)
        if a is None or b is None:
            a, b = self.column(inner, "ib"), self.column(outer, "ib")
        if a is None or b is None:
            return "true"
        self.note("correlated subquery")
        return f"{a} {self.r.choice(['=', '=', '=', '<', '<>'])} {b}"

    def subquery_predicate(self, columns: list[Column]) -> str:
        r = self.r
        relation, inner = self.small_relation()
        where = self.predicate(inner, 1)
        if self.chance(0.5):
            where = f"{self.correlation(inner, columns)} and {where}"
        choice = r.randrange(4)
        if choice == 0:
            self.note("exists")
            return f"{r.choice(['', 'not '])}exists (select 1 from {relation} where {where})"
        if choice == 1:
            kind = r.choice("ibs")
            self.note("in subquery")
            left, item = self.value(columns, kind, 1), self.column(inner, kind)
            return f"{left} {r.choice(['in', 'in', 'not in'])} (select {item} from {relation} where {where})"
        if choice == 2:
            kind = r.choice("ib")
            self.note("any or all")
            left, item = self.value(columns, kind, 1), self.column(inner, kind)
            return f"{left} {r.choice(['=', '<', '>', '<>'])} {r.choice(['any', 'all'])} (select {item} from {relation} where {where})"
        return f"{self.value(columns, 'b', 1)} {r.choice(['<', '>', '='])} {self.scalar_subquery(columns)}"

    def scalar_subquery(self, columns: list[Column]) -> str:
        relation, inner = self.small_relation()
        self.note("scalar subquery")
        where = self.predicate(inner, 1)
        if self.chance(0.5):
            where = f"{self.correlation(inner, columns)} and {where}"
        item = self.column(inner, "ib")
        function = self.r.choice(
            [f"max({item})", f"min({item})", "count(*)", f"sum({item} % 1000)", f"count(distinct {item})"]
        )
        return f"(select {function} from {relation} where {where})"

    # --- relations

    def relation(self, depth: int) -> tuple[str, list[Column], list[str]]:
        """FROM text, its columns, and columns that are unique together (none: unknown)."""
        r = self.r
        text, columns, unique = self.factor(depth)
        for _ in range(r.choice([0, 0, 1, 1, 1, 2, 2, 3])):
            other, more, key = self.factor(depth - 1)
            join, keep = self.join(text, columns, other, more)
            text = join
            columns, unique = (columns + more, unique + key if unique and key else []) if keep else (columns, unique)
        return text, columns, unique

    def factor(self, depth: int) -> tuple[str, list[Column], list[str]]:
        r = self.r
        if depth > 0 and self.chance(0.2):
            self.note("derived table")
            alias = self.name("q")
            text, kinds = self.query(depth - 1)
            names = [f"x{i}" for i in range(len(kinds))]
            return (
                f"({text}) as {alias}({', '.join(names)})",
                [Column(f"{alias}.{n}", k) for n, k in zip(names, kinds)],
                [],
            )
        if self.chance(0.05):
            self.note("values")
            alias = self.name("v")
            kinds = [r.choice("ibs") for _ in range(2)]
            rows = ", ".join(
                "(" + ", ".join(f"cast({literal(r, k)} as {TYPES[k]})" for k in kinds) + ")"
                for _ in range(r.randint(1, 5))
            )
            return f"(values {rows}) as {alias}(x, y)", [Column(f"{alias}.{n}", k) for n, k in zip("xy", kinds)], []
        table = r.choice(["t0", "t0", "t1", "t1", "t2", "t2", "t3"] if self.chance(0.15) else ["t0", "t1", "t2"])
        alias = self.name("a")
        return (
            f"{table} as {alias}",
            [Column(f"{alias}.{n}", t) for n, t in self.tables.columns[table]],
            [f"{alias}.id"],
        )

    def join(self, left: str, columns: list[Column], right: str, more: list[Column]) -> tuple[str, bool]:
        r = self.r
        kind = r.choice(
            ["join", "join", "left join", "left join", "right join", "full join", "semi join", "semi join", "anti join"]
        )
        keys = [k for k in "ib" if self.of_kind(columns, k) and self.of_kind(more, k)]
        pick = lambda cs, k: (
            r.choice([c for c in cs if c.kind == k and c.text.endswith((".k", ".j"))] or self.of_kind(cs, k)).text
        )  # noqa: E731
        if not keys:
            kind = "join"
        if not keys or self.chance(0.03):
            self.note("cross join")
            return f"{left} cross join {right}", True
        k = r.choice(keys)
        condition = f"{pick(columns, k)} = {pick(more, k)}"
        if self.chance(0.08):
            condition = f"{pick(columns, k)} is not distinct from {pick(more, k)}"
        if self.chance(0.2):
            self.note("join filter")
            both = columns + more
            condition += f" and {self.predicate(both, 1)}"
        elif self.chance(0.08) and kind in ("join", "left join", "right join", "full join"):
            self.note("non-equi join")
            kind = r.choice(["join", "left join"]) if kind == "full join" else kind
            condition = (
                f"{pick(columns, k)} < {pick(more, k)} and {pick(columns, k)} > {r.randint(0, self.tables.keys)}"
            )
        self.note(kind)
        if kind.endswith(("semi join", "anti join")):
            return f"{left} {kind} {right} on {condition}", False
        return f"{left} {kind} {right} on {condition}", True

    # --- selects

    def aggregate(self, columns: list[Column]) -> tuple[str, str]:
        r = self.r
        function = r.choice(
            [
                "count(*)",
                "count",
                "sum",
                "min",
                "max",
                "avg",
                "count distinct",
                "bool",
                "stddev",
                "median",
                "string_agg",
                "array_agg",
                "sum distinct",
            ]
        )
        self.note("aggregate")
        if function == "count(*)":
            text, kind = "count(*)", "b"
        elif function == "count":
            text, kind = f"count({self.value(columns, r.choice('ibsd'), 1)})", "b"
        elif function == "count distinct":
            self.note("distinct aggregate")
            text, kind = f"count(distinct {self.value(columns, r.choice('ibs'), 1)})", "b"
        elif function == "sum":
            argument = r.choice("ifn")
            wide = self.value(columns, argument, 1)
            text, kind = (
                (f"sum({wide} % 1000)", "b")
                if argument == "i"
                else (f"sum(case when abs({wide}) < 1e6 then {wide} end)", argument + "*")
            )
        elif function == "sum distinct":
            self.note("distinct aggregate")
            text, kind = f"sum(distinct {self.value(columns, 'i', 0)} % 1000)", "b"
        elif function in ("min", "max"):
            kind = r.choice("ibfnsdm")
            text = f"{function}({self.value(columns, kind, 1)})"
        elif function == "avg":
            text, kind = f"avg({self.value(columns, 'i', 0)} % 100)", "f"
        elif function == "bool":
            text, kind = f"{r.choice(['bool_and', 'bool_or'])}({self.predicate(columns, 0)})", "p"
        elif function == "stddev":
            text, kind = (
                f"round({r.choice(['stddev', 'var_pop', 'stddev_pop', 'var_samp'])}({self.value(columns, 'i', 0)} % 100), 6)",
                "f",
            )
        elif function == "median":
            text, kind = f"median({self.value(columns, 'i', 0)} % 100)", "f"
        elif function == "string_agg":
            self.note("ordered aggregate")
            item = self.column(columns, "s") or "upper('a')"
            text, kind = f"string_agg({item}, '|' order by {item})", "s"
        else:
            self.note("ordered aggregate")
            item = self.column(columns, "ib") or "abs(1)"
            text, kind = f"array_agg({item} order by {item} nulls last)", "l"
        if self.chance(0.15):
            self.note("filter clause")
            text = f"{text} filter (where {self.predicate(columns, 1)})" if not text.startswith("round") else text
        return text, kind

    def window(self, columns: list[Column], unique: list[str]) -> tuple[str, str]:
        r = self.r
        self.note("window")
        partition = f"partition by {self.value(columns, r.choice('ibsp'), 0)} " if self.chance(0.6) else ""
        key = self.column(columns, r.choice("ibd")) or self.column(columns, "".join(TYPES)) or unique[0]
        total = ", ".join(unique)
        order = f"order by {key} {r.choice(['asc', 'desc'])} nulls {r.choice(['first', 'last'])}, {total}"
        argument = self.column(columns, "ib") or unique[0]
        choice = r.randrange(6)
        if choice == 0:
            function = r.choice(["row_number()", "rank()", "dense_rank()", "ntile(3)"])
            if function.startswith(("rank", "dense")):
                order = f"order by {key} {r.choice(['asc', 'desc'])} nulls {r.choice(['first', 'last'])}"
            return f"{function} over ({partition}{order})", "b"
        if choice == 1:
            function = r.choice(["percent_rank()", "cume_dist()"])
            return f"{function} over ({partition}order by {key} nulls last)", "f"
        if choice == 2:
            function = r.choice(
                [
                    f"lag({argument})",
                    f"lead({argument})",
                    f"lag({argument}, 2, 0)",
                    f"lead({argument}, 3)",
                    f"first_value({argument})",
                    f"nth_value({argument}, 2)",
                ]
            )
            return f"{function} over ({partition}{order})", "b"
        if choice == 3:
            self.note("window frame")
            low = r.choice(["unbounded preceding", "2 preceding", "current row", "1 preceding"])
            high = r.choice(["unbounded following", "2 following", "current row", "1 following"])
            function = r.choice(
                [
                    f"sum({argument} % 1000)",
                    f"count({argument})",
                    f"min({argument})",
                    f"max({argument})",
                    f"last_value({argument})",
                    f"avg({argument} % 100)",
                ]
            )
            return f"{function} over ({partition}{order} rows between {low} and {high})", "f" if function.startswith(
                "avg"
            ) else "b"
        if choice == 4:
            self.note("range frame")
            low, high = r.choice(
                [
                    ("5 preceding", "5 following"),
                    ("unbounded preceding", "3 following"),
                    ("2 preceding", "current row"),
                    ("current row", "unbounded following"),
                ]
            )
            number = self.column(columns, "ib") or unique[0]
            return (
                f"{r.choice(['count(*)', f'sum({argument} % 1000)', f'max({argument})'])} over ({partition}order by {number} % 1000 nulls last range between {low} and {high})",
                "b",
            )
        function = r.choice([f"sum({argument} % 1000)", "count(*)", f"max({argument})", f"min({argument})"])
        return f"{function} over ({partition.strip()})", "b"

    def select(self, depth: int) -> tuple[str, list[str]]:
        r = self.r
        source, columns, unique = self.relation(depth)
        where = f" where {self.predicate(columns, 2, subqueries=depth > 0)}" if self.chance(0.45) else ""
        items: list[tuple[str, str]] = []
        tail = ""
        if self.chance(0.4):
            self.note("group by")
            groups = [self.value(columns, r.choice("ibspd"), 1) for _ in range(r.choice([0, 1, 1, 2, 2, 3]))]
            groups = [g for g in dict.fromkeys(groups) if any(c.text in g for c in columns)]
            form = r.random()
            plain = [c for c in groups if re.fullmatch(r"\w+\.\w+", c)]
            kinds = {c.text: c.kind for c in columns}
            if form < 0.25 and plain:
                word = r.choice(["rollup", "cube", "grouping sets"])
                self.note(word)
                inner = ", ".join(plain)
                sets = (
                    f"grouping sets (({inner}), ({plain[0]}), ())" if word == "grouping sets" else f"{word} ({inner})"
                )
                tail = f" group by {sets}"
                items += [(g, kinds[g]) for g in plain]
                if self.chance(0.3):
                    items.append((f"grouping({plain[0]})", "b"))
            elif groups:
                numbers = self.chance(0.15) and len(plain) == len(groups)
                if numbers and plain:
                    self.note("group by all")
                    tail = " group by all"
                    items += [(g, kinds[g]) for g in plain]
                else:
                    tail = f" group by {', '.join(groups)}"
                    items += [(g, kinds.get(g, "?")) for g in plain]
            items += [self.aggregate(columns) for _ in range(r.randint(1, 3))]
            if self.chance(0.2):
                self.note("having")
                tail += f" having count(*) {r.choice(['>', '>=', '<'])} {r.randint(0, 3)}"
        else:
            kinds = [r.choice("ibfnspdm") for _ in range(r.randint(1, 4))]
            items = [(self.value(columns, k, 2), k) for k in kinds]
            if unique and self.chance(0.3):
                items += [self.window(columns, unique) for _ in range(r.randint(1, 2))]
                if self.chance(0.15):
                    self.note("qualify")
                    tail = f" qualify row_number() over (order by {', '.join(unique)}) <= {r.randint(1, 20)}"
            if depth > 0 and self.chance(0.12):
                items.append((self.scalar_subquery(columns), "b"))
        distinct = ""
        if self.chance(0.15) and not tail:
            self.note("distinct")
            distinct = "distinct "
        text = ", ".join(f"{item} as o{i}" for i, (item, _) in enumerate(items))
        return f"select {distinct}{text} from {source}{where}{tail}", [k.rstrip("*") for _, k in items]

    def set_operation(self, depth: int) -> tuple[str, list[str]]:
        r = self.r
        kinds = [r.choice("ibspd") for _ in range(r.randint(1, 3))]
        parts = []
        for _ in range(r.choice([2, 2, 3])):
            source, columns, _ = self.relation(0)
            where = f" where {self.predicate(columns, 1)}" if self.chance(0.4) else ""
            items = ", ".join(f"{self.column(columns, k) or literal(r, k)} as o{i}" for i, k in enumerate(kinds))
            parts.append(f"select {items} from {source}{where}")
        text = parts[0]
        for part in parts[1:]:
            word = r.choice(["union all", "union all", "union", "union", "intersect", "except", "except"])
            self.note(word)
            text = f"({text}) {word} ({part})"
        return text, kinds

    def query(self, depth: int, top: bool = False) -> tuple[str, list[str]]:
        r = self.r
        if self.chance(0.05) and top:
            return self.recursive()
        if self.chance(0.05) and top:
            return self.lists()
        with_clause = ""
        if top and self.chance(0.12):
            self.note("cte")
            name = self.name("w")
            text, kinds = self.select(1)
            names = [f"y{i}" for i in range(len(kinds))]
            with_clause = f"with {name}({', '.join(names)}) as ({text}) "
            alias = self.name("a")
            columns = [Column(f"{alias}.{n}", k) for n, k in zip(names, kinds)]
            usable = [c for c in columns if c.kind in TYPES]
            where = f" where {self.predicate(usable, 1)}" if usable and self.chance(0.5) else ""
            text = (
                f"select {', '.join(f'{c.text} as o{i}' for i, c in enumerate(columns))} from {name} as {alias}{where}"
            )
        elif self.chance(0.2):
            text, kinds = self.set_operation(depth)
        else:
            text, kinds = self.select(depth)
        if not top:
            return text, kinds
        order = ", ".join(
            f"{i + 1} {r.choice(['asc', 'desc'])} nulls {r.choice(['first', 'last'])}" for i in range(len(kinds))
        )
        if self.chance(0.5):
            self.note("top order")
            text += f" order by {order}"
            if self.chance(0.5):
                self.note("limit")
                text += f" limit {r.choice([0, 1, 3, 5, 10, 10, 100, 100, 1000])}"
                if self.chance(0.4):
                    text += f" offset {r.choice([0, 0, 1, 5])}"
        return with_clause + text, kinds

    def recursive(self) -> tuple[str, list[str]]:
        r = self.r
        self.note("recursive cte", "top order")
        table, bound = r.choice(["t0", "t1", "t2"]), r.randint(1, 15)
        if self.chance(0.5):
            body = f"select 1 as n, cast(0 as bigint) as s union all select n + 1, s + n from r where n < {bound}"
            return f"with recursive r as ({body}) select n, s from r order by 1, 2", ["b", "b"]
        body = f"select id, k, 0 as depth from {table} where id <= 2 union all select t.id, t.k, r.depth + 1 from {table} t join r on t.id = r.id + {r.randint(1, 3)} where r.depth < {bound}"
        return f"with recursive r as ({body}) select depth, count(*), sum(k) from r group by depth order by 1", [
            "b",
            "b",
            "b",
        ]

    def lists(self) -> tuple[str, list[str]]:
        r = self.r
        self.note("unnest", "top order")
        table = r.choice(["t0", "t1", "t2"])
        if self.chance(0.5):
            return (
                f"select k, u from (select k, unnest(array_agg(id order by id)) as u from {table} group by k) order by 1 nulls last, 2",
                ["b", "b"],
            )
        return f"select id, unnest([k, j, {r.randint(0, 9)}]) as u from {table} order by 1, 2 nulls first", ["b", "b"]


# --- known kinds


class Kind:
    def __init__(self, path: Path):
        self.name = path.stem
        text = path.read_text()
        self.why = re.search(r"^-- why: (.*)$", text, re.MULTILINE).group(1)
        pattern = re.search(r"^-- pattern: (.*)$", text, re.MULTILINE)
        self.pattern = re.compile(pattern.group(1), re.DOTALL | re.IGNORECASE) if pattern else None


def known_kinds() -> list[Kind]:
    return [kind for path in sorted((ROOT / "tests" / "issues").glob("*.sql")) if (kind := Kind(path)).pattern]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first query: a run that goes on where one ended")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=40, help="of the largest table")
    parser.add_argument("--tables", type=int, default=200, help="queries before new tables are made")
    parser.add_argument("--matrix", type=int, default=0, help="run each N-th query with all settings too")
    parser.add_argument("--build", help="build folder of Bowstring; without it the package of this Python")
    parser.add_argument("--show", type=int, default=20, help="differences to print")
    parser.add_argument("--only", type=int, help="print and run one query by its number")
    parser.add_argument(
        "--sample", action="store_true", help="fail for differences only, not for shares of rows and errors"
    )
    parser.add_argument("--log", type=Path, help="write the counts there as JSON")
    options = parser.parse_args()
    environment = dict(os.environ, TZ="UTC")
    if options.build:
        environment["PYTHONPATH"] = str(Path(options.build).resolve() / "python")
    kinds = known_kinds()
    counts, features, met = Counter(), Counter(), Counter()
    engines: dict[str, Engine] = {}
    shown, start = 0, time.monotonic()
    numbers = range(options.first, options.first + options.count) if options.only is None else [options.only]
    loaded = None

    def report(number: int, verdict: str, query: Query, ours: dict, theirs: dict) -> None:
        nonlocal shown
        text = f"{verdict}\n{query.sql}\n{ours.get('error', '')}\n{theirs.get('error', '')}"
        for kind in kinds:
            if kind.pattern.search(text):
                met[kind.name] += 1
                return
        counts["differ"] += 1
        if shown < options.show:
            shown += 1
            print(f"--- query {number}: {verdict}\n{query.sql}")
            for name, answer in (("ours", ours), ("theirs", theirs)):
                rows = answer.get("error") or f"{len(answer['rows'])} rows: {json.dumps(answer['rows'])[:400]}"
                print(f"  {name}: {rows[:500]}", flush=True)

    for number in numbers:
        if loaded != number // options.tables:
            loaded = number // options.tables
            tables = Tables(options.seed * 1_000_003 + loaded, options.rows)
            for engine in engines.values():
                engine.stop()
            names = ["bowstring", "duckdb"] + (["bowstring-matrix"] if options.matrix else [])
            engines = {n: Engine(n, Path(sys.executable), environment, 60) for n in names}
            for engine in engines.values():
                for sql in tables.statements:
                    reply = engine.run(Statement(sql))
                    if "error" in reply:
                        print(f"{engine.name} can't make the tables: {reply['error']}")
                        return 2
        query = Query(options.seed * 7_000_003 + number, tables)
        if options.only is not None:
            print(query.sql)
        statement = Statement(query.sql)
        ours, theirs = engines["bowstring"].run(statement), engines["duckdb"].run(statement)
        counts["queries"] += 1
        features.update(query.features)
        counts["errors ours"] += "error" in ours
        counts["errors theirs"] += "error" in theirs
        counts["with rows"] += bool(theirs.get("rows"))
        if ours.get("error") == theirs.get("error") == "no answer in time":
            counts["too slow for both"] += 1
        elif ours.get("class") == "Crash":
            report(number, ours["error"], query, ours, theirs)
        elif verdict := oracle_answers.difference(ours, theirs, query.ordered, loose=True):
            report(number, verdict, query, ours, theirs)
        elif options.matrix and number % options.matrix == 0 and "error" not in ours:
            counts["with all settings"] += 1
            found = engines["bowstring-matrix"].run(Statement(query.sql, {} if query.ordered else {"rowsort": ""}))
            if "error" in found or found["rows"]:
                report(number, "settings: " + (found.get("error") or str(found["rows"])[:1000]), query, ours, ours)
    for engine in engines.values():
        engine.stop()
    total = counts["queries"]
    print(f"{total} queries in {time.monotonic() - start:.0f} s, seed {options.seed}: {counts['with rows'] * 100 // total} % with rows, "
          f"{counts['errors ours']} errors in ours, {counts['errors theirs']} in duckdb, {counts['differ']} differ, "
          f"{counts['with all settings']} ran with all settings")  # fmt: skip
    print("features: " + ", ".join(f"{n} {c}" for n, c in sorted(features.items(), key=lambda item: -item[1])))
    for kind in kinds:
        if met[kind.name]:
            print(f"known: {kind.name} {met[kind.name]} ({kind.why})")
    if options.log:
        options.log.write_text(json.dumps({"counts": counts, "features": features, "known": met}, indent=1))
    bad = counts["differ"] > 0
    if not options.sample:
        bad = bad or counts["with rows"] < 0.6 * total
        bad = bad or max(counts["errors ours"], counts["errors theirs"]) > 0.1 * total
    return 1 if bad and options.only is None else 0


if __name__ == "__main__":
    sys.exit(main())
