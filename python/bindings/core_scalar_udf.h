// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/function.h>

namespace bowstring::python {

struct PyScalarUdf {
  std::shared_ptr<const ScalarFunction> function;
};

}  // namespace bowstring::python
