// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/function.h>
#include <bowstring/table_function.h>

namespace bowstring::python {

// Functions of the user's as Python objects. Immutable, thread-safe.

struct PyScalarUdf {
  std::shared_ptr<const ScalarFunction> function;
};
struct PyAggregateUdf {
  std::shared_ptr<const AggregateFunction> function;
};
struct PyWindowUdf {
  std::shared_ptr<const WindowFunction> function;
};
struct PyTableUdf {
  std::shared_ptr<const TableFunction> function;
};

}  // namespace bowstring::python
