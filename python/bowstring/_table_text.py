# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Rows as a table of characters, in the form that readers of the peer know."""

from __future__ import annotations

import datetime
import math
from typing import Any

from bowstring._load import _core


def cells(batch: Any) -> list[list[str]]:
    """The texts of a core batch's columns."""
    out = []
    for i in range(batch.num_columns):
        array = batch.column(i)
        kind = str(array.type)
        if kind == "time64[ns]":  # Python's times end at microseconds
            array = _engine_texts(array)
        out.append([_text(value, kind) for value in array.to_pylist()])
    return out


def _engine_texts(array: Any) -> Any:
    from bowstring.functions._call import registry

    batch = _core.RecordBatch.from_columns([array], _core.Schema([_core.Field("c", array.type)]))
    frame = registry().read_batches([batch], batch.schema)
    texts = _core.Expr.cast_to(_core.Expr.col("c"), _core.DataType("utf8"), False)
    stream = frame.select([texts]).execute(None, None, None)
    batches = list(iter(stream.next, None))
    return _core.Array.concat([part.column(0) for part in batches], _core.DataType("utf8"))


def _text(value: Any, kind: str) -> str:
    """A value as the peer's tables show it; NULL is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value).removesuffix(".0") if kind == "halffloat" else _float(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if isinstance(value, datetime.date) and kind.startswith("date64"):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, datetime.time):
        return value.isoformat(_fraction(value.microsecond))
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, tuple) and len(value) == 3 and "interval" in kind:
        return _interval(*value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(item, kind)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        if kind.startswith("map"):
            return "{" + ", ".join(f"{_text(key, kind)}: {_text(item, kind)}" for key, item in value) + "}"
        return "[" + ", ".join(_text(item, kind) for item in value) + "]"
    return str(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e16:
        return f"{value:.1f}"
    text = repr(value)
    return text.replace("e+", "e").replace("e-0", "e-") if "e" in text else text


def _fraction(micros: int) -> str:
    """As many digits of a second as are needed, in threes."""
    return "seconds" if micros == 0 else "milliseconds" if micros % 1000 == 0 else "microseconds"


def _moment(value: datetime.datetime) -> str:
    # pandas' moments have nanoseconds
    fraction = "nanoseconds" if getattr(value, "nanosecond", 0) else _fraction(value.microsecond)
    text = value.isoformat(timespec=fraction)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def _duration(value: datetime.timedelta) -> str:
    sign = "-" if value < datetime.timedelta(0) else ""
    value = abs(value)
    seconds = value.days * 86400 + value.seconds
    nanos = value.microseconds * 1000 + getattr(value, "nanoseconds", 0)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    if not seconds and not nanos:
        return "P0D"
    return f"{sign}PT{seconds}{fraction}S"


def _interval(months: int, days: int, nanos: int) -> str:
    parts = []
    if months:
        parts.append(f"{months} mons")
    if days:
        parts.append(f"{days} days")
    if nanos or not parts:
        sign = "-" if nanos < 0 else ""
        seconds, fraction = divmod(abs(nanos), 1_000_000_000)
        hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
        if hours:
            parts.append(f"{sign}{hours} hours")
        if minutes:
            parts.append(f"{sign}{minutes} mins")
        if seconds or fraction or not (hours or minutes):
            parts.append(f"{sign}{seconds}.{fraction:09d} secs")
    return " ".join(parts)


def table_text(batches: list[Any], schema: Any) -> str:
    """A table of core batches, numbers and texts left aligned."""
    names = [field.name for field in schema]
    columns: list[list[str]] = [[] for _ in names]
    for batch in batches:
        for i, texts in enumerate(cells(batch)):
            columns[i] += texts
    lines = [[line for line in text.split("\n")] for text in names]
    widths = [
        max([*(len(line) for line in head), *(len(line) for text in column for line in text.split("\n"))], default=0)
        for head, column in zip(lines, columns, strict=True)
    ]
    border = "+" + "".join("-" * (width + 2) + "+" for width in widths)
    if not names:
        border = "++"
    out = [border, *_row(names, widths), border]
    for r in range(sum(batch.num_rows for batch in batches)):
        out += _row([column[r] for column in columns], widths)
    return "\n".join([*out, border])


def _row(texts: list[str], widths: list[int]) -> list[str]:
    if not texts:
        return ["||"]
    parts = [text.split("\n") for text in texts]
    height = max(len(part) for part in parts)
    return [
        "|"
        + "".join(
            f" {(part[i] if i < len(part) else ''):<{width}} |" for part, width in zip(parts, widths, strict=True)
        )
        for i in range(height)
    ]


def frame_text(batches: list[Any], has_more: bool) -> str:
    """What ``repr`` of a frame says."""
    if not batches:
        return "No data to display"
    text = "DataFrame()\n" + table_text(batches, batches[0].schema)
    return text + "\nData truncated." if has_more else text
