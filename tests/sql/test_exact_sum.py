# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Sums and averages of integers and decimals at the ends of their types: one group, few groups and many, with and without NULLs and filters."""

import decimal
import random
from fractions import Fraction

import pyarrow as pa
import pytest
from peers import session, settings

ROWS = 20_000
WIDTHS = {
    "int8": pa.int8(),
    "uint8": pa.uint8(),
    "int16": pa.int16(),
    "uint16": pa.uint16(),
    "int32": pa.int32(),
    "uint32": pa.uint32(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
}


def values_of(name, pick, nulls):
    if name == "decimal":
        values = [decimal.Decimal(pick.randrange(-(10**17), 10**17)) / 100 for _ in range(ROWS)]
    else:
        bits = int(name.lstrip("uint"))
        low, high = (0, 2**bits - 1) if name.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        edges = [low, high, 0, 1, low + 1, high - 1]
        values = [pick.choice([*edges, pick.randint(low, high)]) for _ in range(ROWS)]
        if name == "uint64":
            values = [v // ROWS for v in values]
        elif low < 0:  # two and two take each other back, so that totals fit
            values[1::2] = [-1 - v for v in values[::2]]
    if not nulls:
        return values
    return [None if i // 2 % 5 == 0 else v for i, v in enumerate(values)]


def close(got, mean):
    return abs(Fraction(got) - mean) <= abs(mean) * Fraction(1, 10**12) + Fraction(1, 10**5)


@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize("name", [*WIDTHS, "decimal"])
def test_sum_and_average(name, nulls):
    pick = random.Random(f"{name}{nulls}")
    values = values_of(name, pick, nulls)
    few = [f for f in (pick.randrange(3) for _ in range(ROWS // 2)) for _ in range(2)]
    many = [i // 2 % 2500 for i in range(ROWS)]
    column = pa.array(values, WIDTHS.get(name, pa.decimal128(18, 2)))
    table = pa.table({"v": column, "f": few, "m": many})
    for group, keys in ((None, [0] * ROWS), ("f", few), ("m", many)):
        whole, filtered = {}, {}
        for key, value, f in zip(keys, values, few):
            whole.setdefault(key, [])
            if value is not None:
                whole[key].append(value)
                if f > 0:
                    filtered.setdefault(key, []).append(value)
        by = f"{group} as k" if group else "0 as k"
        sql = f"select {by}, sum(v) as s, avg(v) as a, sum(v) filter (where f > 0) as w from t" + (f" group by {group}" if group else "")
        for setting in settings():
            if setting["batch_size"] == 1:
                continue
            rows = session({"t": table}, **setting).sql(sql).to_arrow_table().to_pylist()
            assert len(rows) == len(whole)
            for row in rows:
                part = whole[row["k"]]
                assert row["s"] == (sum(part) if part else None)
                assert row["w"] == (sum(filtered[row["k"]]) if row["k"] in filtered else None)
                assert row["a"] is None if not part else close(row["a"], Fraction(sum(map(Fraction, part))) / len(part))
