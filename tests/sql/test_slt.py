# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""The text tests of this folder: slt.py says what they look like."""

import sys
from pathlib import Path

import bowstring
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import slt

FILES = sorted(Path(__file__).parent.glob("*.slt"))

# Rules that can be switched off, and what the answers must not depend on.
RULES = [
    "optimize_unions",
    "simplify_expressions",
    "push_down_semi_join",
    "extract_equijoin_predicate",
    "eliminate_filter",
    "extract_disjunctions",
    "eliminate_cross_join",
    "eliminate_limit",
    "propagate_empty_relation",
    "eliminate_outer_join",
    "push_down_limit",
    "push_down_filter",
    "reorder_joins",
    "optimize_projections",
    "split_grouping_sets",
    "window_topn",
]


def check(path: Path, config, plans: bool = True) -> None:
    context = bowstring.SessionContext(config.with_information_schema(True).with_target_partitions(2))
    for record in slt.parse(path):
        where = f"{path.name}:{record.line}: {record.text}"
        kind, _, rest = record.kind.partition(" ")
        if not plans and record.text.lower().startswith("explain"):
            continue
        wanted = rest.removeprefix("error ") if rest.startswith("error") else None
        try:
            lines = slt.answer(context, record) if kind == "query" else context.sql(record.text).collect()
        except Exception as error:
            assert wanted is not None, f"{where}\n{error}"
            text = str(error).removeprefix("DataFusion error: ")
            assert wanted in text, f"{where}\n{text}"
            continue
        assert wanted is None, f"{where}\nno error, but expected: {wanted}"
        if kind == "query":
            assert lines == record.expected, where


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_answers(path):
    check(path, bowstring.SessionConfig())


@pytest.mark.parametrize("rule", RULES)
def test_answers_without_a_rule(rule):
    for path in FILES:
        check(path, bowstring.SessionConfig().set("bowstring.optimizer.disabled_rules", rule), plans=False)
