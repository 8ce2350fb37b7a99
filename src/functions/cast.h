// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/datum.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "functions/common_type.h"

namespace bowstring {

enum class CastMode : uint8_t {
  kChecked,  ///< a value that doesn't fit is an error
  kTry,      ///< a value that doesn't fit is NULL
};

/// Whether there is a cast at all.
bool CanCast(const arrow::DataType& from, const arrow::DataType& to);
/// Whether a cast may fail on values.
bool CastIsFallible(const arrow::DataType& from, const arrow::DataType& to);
/// kNotImplemented "Unsupported CAST from Int64 to List(Int64)".
arrow::Status CheckCast(const arrow::DataType& from, const arrow::DataType& to);

/// Casts by the rules of the peer (BEHAVIOUR.md 1.2): floats to integers truncate, numbers to decimals round half away from zero, text
/// is trimmed for numbers. Errors (kExecution): "Can't cast value 300 to type Int8", "Cannot cast string 'x' to value of Int32 type".
arrow::Result<arrow::Datum> CastDatum(KernelContext& context, const arrow::Datum& value, const TypePtr& to, CastMode mode = CastMode::kChecked);
arrow::Result<std::shared_ptr<arrow::ArrayData>> CastArray(KernelContext& context, const std::shared_ptr<arrow::ArrayData>& array, const TypePtr& to,
                                                           CastMode mode = CastMode::kChecked);
arrow::Result<std::shared_ptr<arrow::Scalar>> CastScalar(KernelContext& context, const arrow::Scalar& value, const TypePtr& to,
                                                         CastMode mode = CastMode::kChecked);

}  // namespace bowstring
