// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include <nanobind/nanobind.h>

#include <arrow/type_fwd.h>

namespace bowstring::python {

namespace nb = nanobind;

/// Arrow values as Python's own: None, bool, int, float, str, bytes, date, datetime, time, timedelta, Decimal, list,
/// dict; a map is a list of pairs, a month-day-nano interval a triple. Nanoseconds that a datetime can't hold come as
/// pandas.Timestamp where pandas is there, else raise ValueError.
nb::object ValueAt(const arrow::Array& array, int64_t i);
nb::list ToList(const arrow::Array& array);

}  // namespace bowstring::python
