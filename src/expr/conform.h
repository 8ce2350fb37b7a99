// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

namespace bowstring {

/// Whether a column of one type may go out as another of its kind: equal types; string, large string, string view (binary likewise);
/// dictionary and its values; integers among each other (values are checked); float widths from narrow to wide and back; decimals of
/// any width, where the digits fit; timestamp, time and duration units of one zone-ness; lists, structs and maps of such. kPlan
/// "Fail to merge schema field '...' because the from data_type = ... does not equal ..." otherwise.
arrow::Status CheckConform(const arrow::Field& from, const arrow::Field& to);

/// The array as type `to`, which CheckConform allows. Values that don't fit, and NULLs for a field that isn't nullable, are errors
/// (kExecution). Nothing is copied where the types are equal.
arrow::Result<std::shared_ptr<arrow::ArrayData>> ConformArray(KernelContext& context, const std::shared_ptr<arrow::ArrayData>& array,
                                                              const std::shared_ptr<arrow::DataType>& to);

/// The batch with the fields of `to`, by position: as many as the batch has.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> ConformBatch(KernelContext& context, const arrow::RecordBatch& batch,
                                                                const std::shared_ptr<arrow::Schema>& to);

}  // namespace bowstring
