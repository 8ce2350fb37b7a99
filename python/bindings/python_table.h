// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <nanobind/nanobind.h>

#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

namespace bowstring::python {

namespace nb = nanobind;

/// A table whose data a Python object gives. Its methods, called on any thread: `can_filter(expr)` says whether scan() carries a
/// filter out, in full; `describe(filters)` is what plans print; `scan(columns, filters, limit)` gives an object with
/// `__arrow_c_stream__` of these columns.
std::shared_ptr<TableSource> MakePythonTable(nb::object object, std::shared_ptr<arrow::Schema> schema, std::string kind);

}  // namespace bowstring::python
