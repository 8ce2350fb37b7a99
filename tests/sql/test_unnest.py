# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""unnest of lists, maps and structs, beside datafusion."""

import random

import datafusion
import numpy as np
import pyarrow as pa
import pytest
from peers import assert_rows, check, rows_of, session, settings

import bowstring


def lists(count, seed=1, longest=5):
    pick = random.Random(seed)

    def one(make, chance=0.15):
        if pick.random() < chance:
            return None
        return [None if pick.random() < 0.2 else make() for _ in range(pick.randrange(longest))]

    rows = [
        {
            "id": i,
            "a": one(lambda: pick.randrange(100)),
            "b": one(lambda: pick.choice("xyz") * pick.randrange(20)),
            "n": one(lambda: one(lambda: pick.randrange(9))),
            "s": {"p": pick.choice([None, 1, 2, 3]), "q": one(lambda: pick.randrange(3))},
            "l": "long " * pick.randrange(30),
        }
        for i in range(count)
    ]
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("a", pa.list_(pa.int64())),
            ("b", pa.list_(pa.string())),
            ("n", pa.list_(pa.list_(pa.int64()))),
            ("s", pa.struct([("p", pa.int64()), ("q", pa.list_(pa.int64()))])),
            ("l", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


TABLES = {"t": lists(1000), "e": lists(0), "o": lists(1, seed=5)}

STATEMENTS = [
    "select id, unnest(a) from t",
    "select id, unnest(a) x, unnest(b) y, l from t",
    "select unnest(a) + 1 x, id from t where id % 3 = 0",
    "select id, unnest(unnest(n)) x from t",
    "select id, unnest(n) x, unnest(a) y from t",
    "select id, unnest(unnest(n)) x, unnest(n) y, unnest(b) z, a from t",
    "select id, unnest(s) from t",
    "select id, s, unnest(s), unnest(a) x from t",
    "select x, count(*) from (select unnest(a) x from t) group by x",
    "select unnest(b) x, count(*), min(id) from t group by x",
    "select id, unnest(a) x from t order by x desc, id limit 17",
    "select id, unnest(a) x from e",
    "select id, unnest(a) x, unnest(b) from o",
    "select unnest(array_agg(id)) x from t",
    "select * from unnest([1, 2, null], ['a', 'b'])",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_like_the_peer(sql):
    check(sql, TABLES, ordered="group by" not in sql)


@pytest.mark.parametrize("preserve_nulls", [True, False])
@pytest.mark.parametrize("columns", [("a",), ("a", "b"), ("s",), ("n", "a")])
def test_frames(columns, preserve_nulls):
    peer = datafusion.SessionContext()
    peer.register_record_batches("t", [TABLES["t"].to_batches()])
    expected = rows_of(peer.table("t").unnest_columns(*columns, preserve_nulls=preserve_nulls).to_arrow_table())
    for setting in settings():
        frame = session(TABLES, **setting).table("t").unnest_columns(*columns, preserve_nulls=preserve_nulls)
        assert_rows(rows_of(frame.to_arrow_table()), expected, True, f"{columns} {setting}")


def test_recursions():
    peer = datafusion.SessionContext()
    peer.register_record_batches("t", [TABLES["t"].to_batches()])
    depths = [("n", "n1", 1), ("n", "n2", 2)]
    expected = peer.table("t").unnest_columns("n", recursions=depths).to_arrow_table()
    for setting in settings():
        got = session(TABLES, **setting).table("t").unnest_columns("n", recursions=depths).to_arrow_table()
        assert got.schema.names == expected.schema.names
        assert_rows(rows_of(got), rows_of(expected), True, str(setting))


def test_all_kinds_of_lists():
    values = [[1, 2], None, [], [None, 5], [6]] * 50
    plain = pa.array(values, pa.list_(pa.int64()))
    kinds = {
        "large": pa.array(values, pa.large_list(pa.int64())),
        "fixed": pa.array([[i, None] if i % 3 else None for i in range(len(values))], pa.list_(pa.int64(), 2)),
        "view": pa.array(values, pa.list_view(pa.int64())),
        "large_view": pa.array(values, pa.large_list_view(pa.int64())),
        "sliced": pa.array([[9]] + values, pa.list_(pa.int64())).slice(1),
        "map": pa.array([[("k", 1), ("l", None)], None, []] * 83 + [None], pa.map_(pa.string(), pa.int64())),
    }
    for name, array in kinds.items():
        expected = []
        for row, value in enumerate(array.to_pylist()):
            for item in value or []:
                expected.append((row, {"key": item[0], "value": item[1]} if name == "map" else item))
        table = pa.table({"id": range(len(array)), "v": array})
        check("select id, unnest(v) x from t", {"t": table}, ordered=True, expected=expected)
        together = (
            session({"t": pa.table({"p": plain, "v": array})}).sql("select unnest(p) p, unnest(v) v from t").to_pylist()
        )
        assert sum(row["p"] is not None for row in together) == sum(i is not None for v in values for i in v or [])


def test_fields_of_a_missing_struct_are_missing():  # the peer shows what lies under it
    table = pa.table({"s": pa.array([{"p": 1}, None, {"p": None}], pa.struct([("p", pa.int64())]))})
    check("select unnest(s) from t", {"t": table}, ordered=True, expected=[(1,), (None,), (None,)])


def test_a_long_list_goes_out_in_steps_within_the_budget():
    size = 20_000_000
    values = pa.LargeListArray.from_arrays(pa.array([0, size], pa.int64()), pa.array(np.arange(size, dtype=np.int32)))
    table = pa.table({"id": [7], "text": ["x" * 200], "v": values})
    context = session({"t": table}, budget=32 << 20)
    rows = total = 0
    for batch in context.sql("select id, length(text) n, unnest(v) x, text from t").execute_stream():
        batch = batch.to_pyarrow()
        if rows == 0:
            assert batch.num_rows <= 8192
        rows += batch.num_rows
        total += batch.column(2).to_numpy().sum(dtype=np.int64)
        if rows > 100_000:
            break
    seen = context.sql("select count(*) n, sum(x) s from (select unnest(v) x from t)").to_pylist()
    assert seen == [{"n": size, "s": size * (size - 1) // 2}]


def test_refusals():
    context = bowstring.SessionContext()
    for sql, text in [
        ("select unnest(1)", "unnest\\(\\) can only be applied to array, struct and null"),
        ("select unnest(null)", "unnest\\(\\) does not support null yet"),
        ("select unnest(unnest({'a': 1}))", "root level"),
        ("select unnest(unnest([{'a': 1}])) + 1", "invalid data type|root level"),
    ]:
        with pytest.raises(Exception, match=text):
            context.sql(sql).collect()


def test_elements_that_are_structs():
    frame = bowstring.SessionContext().sql("select 7 as n, unnest(unnest([{'a': 1, 'b': 'x'}, {'a': 2, 'b': null}]))")
    name = 'UNNEST(make_array(named_struct(Utf8("a"),Int64(1),Utf8("b"),Utf8("x")),named_struct(Utf8("a"),Int64(2),Utf8("b"),NULL)))'
    assert frame.to_pydict() == {"n": [7, 7], f"{name}.a": [1, 2], f"{name}.b": ["x", None]}
