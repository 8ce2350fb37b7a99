// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string_view>

#include <arrow/api.h>

#include "exec/row_store.h"

namespace bowstring::exec {

/// A value of a text or binary array; `id` is its storage type's.
std::string_view TextValue(const arrow::ArrayData& array, arrow::Type::type id, int64_t i);

/// Values of any type that has an order as binary values that are equal exactly where the values are (-0.0 is 0.0, NaNs are one, NULL items
/// equal each other). NULL stays NULL.
arrow::Result<std::shared_ptr<arrow::ArrayData>> SerializeRows(const RowColumn& column, int64_t n, arrow::MemoryPool* pool);

}  // namespace bowstring::exec
