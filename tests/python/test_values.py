# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Python values to Arrow and back, by our own code: it serves those who have no pyarrow."""

import datetime as dt
import decimal
import zoneinfo

import pytest
from bowstring import Array, DataType, Field, Schema
from bowstring._load import _core


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([1, None, 3], "int64"),
        ([1, 2.5, None], "double"),
        ([True, None], "bool"),
        (["x", None], "string"),
        ([b"x", None], "binary"),
        ([dt.date(2020, 2, 29), None], "date32[day]"),
        ([dt.datetime(2020, 1, 1, 2, 3, 4, 5), None], "timestamp[us]"),
        ([dt.datetime(1950, 1, 1, 0, 0, 0, 1)], "timestamp[us]"),
        ([dt.datetime(2020, 7, 1, 12, tzinfo=dt.timezone.utc)], "timestamp[us, tz=UTC]"),
        ([dt.datetime(2020, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))], "timestamp[us, tz=Europe/Berlin]"),
        ([dt.time(1, 2, 3, 4)], "time64[us]"),
        ([dt.timedelta(days=-1, microseconds=5)], "duration[us]"),
        ([decimal.Decimal("1.5"), decimal.Decimal("10")], "decimal128(3, 1)"),
        ([decimal.Decimal("-0.001")], "decimal128(3, 3)"),
        ([[1], None, []], "list<item: int64>"),
        ([{"a": 1, "b": "x"}, None], "struct<a: int64, b: string>"),
        ([[{"a": [1.5]}]], "list<item: struct<a: list<item: double>>>"),
        ([None, None], "null"),
        ([], "null"),
    ],
)
def test_round_trip(values, type_):
    array = Array(values)
    assert str(array.type) == type_
    back = array.to_pylist()
    assert back == [float(v) if type_ == "double" and v is not None else v for v in values]
    assert [type(v) for v in back] == [type(v) if type_ != "double" or v is None else float for v in values]


@pytest.mark.parametrize("values", [[1, "x"], [[1], 2], [{"a": 1}, 3], [dt.date(2020, 1, 1), "x"]])
def test_mixed_values(values):
    with pytest.raises(TypeError, match="no type holds both"):
        Array(values)


@pytest.mark.parametrize(
    ("value", "type_"), [(300, "int8"), (-1, "uint8"), (2**63, "int64"), (2**64, "uint64"), (-1, "uint64")]
)
def test_integers_out_of_range(value, type_):
    with pytest.raises(OverflowError):
        Array([value], DataType(type_))


def test_values_of_another_kind():
    with pytest.raises(TypeError):
        Array(["x"], DataType("int64"))
    with pytest.raises(TypeError):
        Array([1], DataType("utf8"))


def test_rows_of_dicts():
    batch = _core.RecordBatch.from_pylist([{"a": 1, "b": "x"}, {"a": 2}])
    assert batch.to_pydict() == {"a": [1, 2], "b": ["x", None]}
    assert batch.to_pylist() == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_too_deep_values():
    value = 1
    for _ in range(200):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        Array([value])


def test_schema_classes():
    schema = Schema(
        [
            Field("a", DataType("int64"), nullable=False, metadata={"k": "v"}),
            Field("b", DataType.timestamp("ms", "UTC")),
        ]
    )
    assert schema.names == ["a", "b"]
    assert not schema.field("a").nullable
    assert schema.field(0).metadata == {b"k": b"v"}
    assert str(schema.field(-1).type) == "timestamp[ms, tz=UTC]"
    assert schema == Schema.from_arrow(schema)
    with pytest.raises(KeyError):
        schema.field("c")
    with pytest.raises(ValueError):
        DataType("integer")
    names = {"float64": "double", "float32": "float", "float16": "halffloat", "string": "utf8", "large_string": "large_utf8", "date32[day]": "date32"}
    assert all(DataType(name) == DataType(own) for name, own in names.items())


def test_arrow_types_to_python():
    pa = pytest.importorskip("pyarrow")
    for array in [
        pa.array(["a", "b", "a"]).dictionary_encode(),
        pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        pa.array([1.5, None], pa.float16()),
        pa.array([b"x", None], pa.binary_view()),
        pa.array(["long enough to be kept outside", None], pa.string_view()),
        pa.array([1, -1], pa.timestamp("us")),
        pa.array([[1, 2], None], pa.list_(pa.int32(), 2)),
        pa.array([[1, 2], None], pa.large_list(pa.int32())),
        pa.array([decimal.Decimal("1.50"), None], pa.decimal256(60, 2)),
        pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    ]:
        expected = [tuple(v) if v is not None and pa.types.is_interval(array.type) else v for v in array.to_pylist()]
        assert Array(array).to_pylist() == expected
