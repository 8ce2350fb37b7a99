// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "logical/dml.h"
#include "sources/memory.h"

namespace bowstring {

/// Carries out UPDATE or DELETE: `batches` are all rows as they are to be, their last column tells which are meant
/// (statement_update.cc). Scans under way keep the rows that they began with. Answers how many rows were meant.
arrow::Result<uint64_t> ApplyChange(MemoryTable* table, logical::Dml::Op op, const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                                    arrow::MemoryPool* pool);

}  // namespace bowstring
