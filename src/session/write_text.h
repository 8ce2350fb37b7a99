// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string_view>

#include <arrow/type_fwd.h>

#include "exec/pipeline.h"
#include "sinks/file_writer.h"

namespace bowstring {

class WriteJob;

/// Batches of text: columns `text` (large_binary), whole lines, and `rows` (int64), how many rows they are.
std::shared_ptr<arrow::Schema> TextBatchSchema();
/// Turns rows into the format's text, about a MiB a batch. Columns are called as in `rows`; NULLs where it allows none are an error
/// (kExecution).
std::shared_ptr<exec::Operator> MakeTextOperator(std::shared_ptr<const FileFormat> format, std::shared_ptr<arrow::Schema> rows);
/// Row `piece` of a batch of text; valid as long as the batch.
std::string_view TextOf(const arrow::RecordBatch& batch, int64_t piece, int64_t* rows);

/// Runs the job at its first ReadNext and gives the one row.
std::shared_ptr<arrow::RecordBatchReader> MakeCountReader(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<WriteJob> job);

}  // namespace bowstring
