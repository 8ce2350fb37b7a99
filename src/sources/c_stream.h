// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>

#include <arrow/c/abi.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "base/spill.h"

namespace bowstring {

struct StreamTableOptions {
  bool once = false;                  ///< a one-shot stream is not kept: a second read is an error that says so
  bool trust = true;                  ///< false: every value is checked (UTF-8, offsets), not the structure alone
  std::shared_ptr<SpillSpace> spill;  ///< where kept batches go beyond 256 MiB; null: all stay in memory
};

/// A table over an Arrow stream that can be read once: moved from `stream`. It is read as far as queries need it, and kept, so that every
/// query sees all rows from the first. get_schema is called now; get_next only on a thread of the table's own.
arrow::Result<std::shared_ptr<TableSource>> MakeStreamTable(struct ArrowArrayStream* stream, StreamTableOptions options);

/// Fills in a fresh stream. Called on a thread of the table's own; must catch what it throws.
using StreamProducer = std::function<arrow::Status(struct ArrowArrayStream*)>;

/// A table whose producer gives each query a stream of its own, of this schema; asked when the query first needs it.
arrow::Result<std::shared_ptr<TableSource>> MakeStreamTable(std::shared_ptr<arrow::Schema> schema, StreamProducer producer,
                                                            StreamTableOptions options);

}  // namespace bowstring
