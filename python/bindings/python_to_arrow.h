// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <nanobind/nanobind.h>

#include <arrow/type_fwd.h>

namespace bowstring::python {

namespace nb = nanobind;

/// The type that holds all values of a sequence: None, bool, int, float, str, bytes, date, datetime, time, timedelta,
/// Decimal, UUID, lists, tuples, dicts (structs), numpy's scalars and objects with __arrow_c_array__ of one element.
/// TypeError for values that no type holds together.
std::shared_ptr<arrow::DataType> InferType(nb::handle sequence);
/// An array of a sequence's values. OverflowError for integers beyond the type, TypeError for values of another kind.
std::shared_ptr<arrow::Array> ToArrowArray(nb::handle sequence, const std::shared_ptr<arrow::DataType>& type);
/// One value as a scalar; no type: inferred.
std::shared_ptr<arrow::Scalar> ToScalar(nb::handle value, std::shared_ptr<arrow::DataType> type = nullptr);

}  // namespace bowstring::python
