# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""All 22 TPC-H queries equal the published answers: texts, dates, counts and decimals exactly, averages to 1e-6, in the order
that is asked for; in one partition and several, and in a budget that makes operators spill."""

import csv
import datetime
import decimal
import io
import json
import math
import os
from pathlib import Path

import pytest

import bowstring

TABLES = ("lineitem", "orders", "customer", "part", "partsupp", "supplier", "nation", "region")
FOLDER = Path(os.environ["BOWSTRING_TPCH_ANSWERS"])  # what tpch_data.py wrote
TEXTS = json.loads((FOLDER / "tpch.json").read_text())
SCALES = ("0.1", "1") if "BOWSTRING_FULL" in os.environ else ("0.1",)
NUMBERS = sorted(map(int, TEXTS["queries"]))


def session(scale: str, partitions: int, budget_mb: int | None):
    config = bowstring.SessionConfig().with_target_partitions(partitions)
    runtime = bowstring.RuntimeEnvBuilder()
    if budget_mb:
        runtime = runtime.with_fair_spill_pool(budget_mb << 20).with_disk_manager_os()
    context = bowstring.SessionContext(config, runtime)
    for table in TABLES:
        context.register_parquet(table, f"{FOLDER}/sf{scale}/{table}.parquet")
    return context


def difference(value, text: str) -> bool:
    if value is None:
        return text != ""
    if isinstance(value, float):
        return not math.isclose(value, float(text), rel_tol=1e-6)
    if isinstance(value, decimal.Decimal):
        # A sum is exact; an average or quotient has the four digits that its type adds, so its last ones may be off.
        expected, digits = decimal.Decimal(text), -value.as_tuple().exponent
        return value != expected and not (digits >= 6 and abs(value - expected) <= decimal.Decimal("1e-6"))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ") not in (text, f"{text} 00:00:00")
    if isinstance(value, datetime.date):
        return value.isoformat() != text
    return str(value) != text


PLENTY = [(1, None), (2, None), (8, None)]  # partitions, budget in MB
SETTINGS = {"0.1": [*PLENTY, (2, 48), (2, 16)], "1": [*PLENTY, (2, 256), (2, 128), (2, 64)]}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "scale, partitions, budget_mb", [(scale, *setting) for scale in SCALES for setting in SETTINGS[scale]]
)
def test_answers(scale, number, partitions, budget_mb):
    rows = session(scale, partitions, budget_mb).sql(TEXTS["queries"][str(number)].strip().rstrip(";")).to_pylist()
    expected = list(
        csv.reader(io.StringIO(TEXTS["answers"][scale][str(number)]), delimiter="|", quoting=csv.QUOTE_NONE)
    )
    header, expected = expected[0], expected[1:]
    assert len(rows) == len(expected)
    for at, (row, texts) in enumerate(zip(rows, expected)):
        assert len(row) == len(header) == len(texts)
        for name, value, text in zip(header, row.values(), texts):
            assert not difference(value, text), f"row {at}, {name}: {value!r} instead of {text}"
