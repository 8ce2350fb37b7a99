// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <arrow/result.h>

#include "sources/parquet/row_group.h"

namespace bowstring::pq {

/// How far a piece of work came.
enum class Progress : uint8_t {
  kDone,
  kPending,  ///< bytes aren't in the page cache; an I/O thread fetches them
  kBusy,     ///< another cursor is making what is needed
};

/// What a cursor reads pages with, for the length of one step.
struct ReadContext {
  const RowGroup* group = nullptr;
  arrow::MemoryPool* pool = nullptr;
  Scratch* scratch = nullptr;
  PendingReads* reads = nullptr;
  std::function<std::vector<PendingReads::Range>()> ahead;  ///< what will be needed next, asked when bytes are not cached
};

/// Reads and decompresses the data page at `entry`.
arrow::Result<Progress> ReadDataPage(ReadContext& context, const ColumnChunk& chunk, const PageEntry& entry, std::shared_ptr<const DataPage>* out);

/// The chunk's dictionary, made by whoever needs it first. kBusy: ask chunk.dictionary to notify.
arrow::Result<Progress> ReadDictionary(ReadContext& context, ColumnChunk& chunk, std::shared_ptr<const Dictionary>* out);

}  // namespace bowstring::pq
