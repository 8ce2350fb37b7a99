# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Values at the border to Arrow that Python alone knows: time zones, Decimals, numpy's and Arrow's scalars."""

import datetime
import decimal
import sys
from typing import Any

from bowstring._load import _core

DataType = _core.DataType


def zone(name: str) -> datetime.tzinfo:
    """The time zone of an Arrow timestamp: a name of the tz database, or an offset."""
    if name in ("UTC", "Z", "+00:00", "-00:00", "utc"):
        return datetime.timezone.utc
    if name[:1] in "+-":
        hours, _, minutes = name[1:].partition(":")
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes or 0))
        return datetime.timezone(offset if name[0] == "+" else -offset)
    import zoneinfo

    return zoneinfo.ZoneInfo(name)


def zone_name(moment: datetime.datetime) -> str:
    """Arrow's name of an aware datetime's zone."""
    zone = moment.tzinfo
    key = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if key:
        return key
    offset = moment.utcoffset() or datetime.timedelta(0)
    if not offset:
        return "UTC"
    minutes = offset // datetime.timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def decimal_text(value: Any) -> str | None:
    """Digits without an exponent, for Arrow's reader; None where the value is no number."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f") if value.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


_NUMPY = {
    "bool": "bool",
    "int8": "int8",
    "int16": "int16",
    "int32": "int32",
    "int64": "int64",
    "uint8": "uint8",
    "uint16": "uint16",
    "uint32": "uint32",
    "uint64": "uint64",
    "float16": "halffloat",
    "float32": "float",
    "float64": "double",
}


def plain(value: Any) -> tuple[Any, Any] | None:
    """(DataType or None, plain value) of a value that is not Python's own; None where it is unknown."""
    if isinstance(value, decimal.Decimal):
        return None
    kind = type(value)
    module = kind.__module__ or ""
    if module == "numpy" or hasattr(value, "dtype"):
        dtype = getattr(value, "dtype", None)
        name = getattr(dtype, "name", "")
        if getattr(value, "ndim", 1) == 0 and hasattr(value, "item"):
            if name in _NUMPY:
                return DataType(_NUMPY[name]), value.item()
            if name.startswith("datetime64") or name.startswith("timedelta64"):
                return _numpy_time(value, name)
            return None, value.item()
        if hasattr(value, "tolist"):
            return None, value.tolist()
    if module == "uuid" and kind.__name__ == "UUID":
        return DataType.fixed_size_binary(16), value.bytes
    if module.startswith("pyarrow") and hasattr(value, "as_py") and hasattr(value, "type"):
        return DataType(value.type), value.as_py()
    if hasattr(value, "__arrow_c_array__"):
        return None, _core.Array(value).to_pylist()
    if hasattr(value, "__fspath__"):
        return None, value.__fspath__()
    return None


def _numpy_time(value: Any, name: str) -> tuple[Any, Any]:
    unit = name[name.index("[") + 1 : -1] if "[" in name else "us"
    if unit == "ns":  # numpy answers an integer for these: Python has no nanoseconds
        value = value.astype(name.replace("[ns]", "[us]"))
    plain_value = value.item()
    if isinstance(plain_value, datetime.date) and not isinstance(plain_value, datetime.datetime):
        return DataType("date32"), plain_value
    unit = unit if unit in ("s", "ms", "us", "ns") else "us"
    maker = DataType.timestamp if name.startswith("datetime64") else DataType.duration
    return maker(unit), plain_value


def is_module_loaded(name: str) -> bool:
    """Whether somebody else has imported a package: then its objects may come along."""
    return name in sys.modules
