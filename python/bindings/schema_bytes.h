// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <nanobind/nanobind.h>

#include <arrow/type.h>

namespace bowstring::python {

namespace nb = nanobind;

// Schemas, fields and types as pickle keeps them: Arrow's schema message.
nb::bytes SchemaToBytes(const arrow::Schema& schema);
std::shared_ptr<arrow::Schema> SchemaFromBytes(nb::bytes bytes);
std::shared_ptr<arrow::Field> FieldFromBytes(nb::bytes bytes);

}  // namespace bowstring::python
