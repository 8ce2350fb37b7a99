// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/spill.h"
#include "exec/pipeline.h"

namespace bowstring::exec {

/// Batches kept by their place, then read in order, any number of times. Thread-safe. What it keeps can be spilled at any moment.
class BatchQueue final : public Holder, public std::enable_shared_from_this<BatchQueue> {
 public:
  BatchQueue(std::shared_ptr<arrow::Schema> schema, QueryMemory* memory, std::shared_ptr<SpillSpace> spill, std::string name);
  ~BatchQueue() override;

  /// Batches of one place keep the order in which they were added.
  void Add(Seq seq, std::shared_ptr<arrow::RecordBatch> batch);
  int64_t rows() const;
  /// The place's batch of this number, from disk where it was spilled. After the last Add.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> At(Seq seq, size_t index, arrow::MemoryPool* pool);
  /// Rows [skip, skip + fetch) of the order, as a one-lane source (fetch < 0: all). After the last Add.
  std::shared_ptr<Source> Read(int64_t skip, int64_t fetch);

  int64_t Evictable() const noexcept override;
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override;
  std::string holder_name() const override { return name_; }

  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  SpillFigures spilled() const;
  MemoryUse memory_use() const;

 private:
  friend class QueueSource;
  friend class QueueCursor;
  struct Entry {
    std::shared_ptr<arrow::RecordBatch> batch;  // or on disk:
    int64_t spilled = -1;
    int64_t rows = 0, bytes = 0;
  };
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Get(Entry& entry, arrow::MemoryPool* pool);

  const std::shared_ptr<arrow::Schema> schema_;
  QueryMemory* const memory_;
  const std::shared_ptr<SpillSpace> spill_;
  const std::string name_;
  mutable std::mutex mutex_;
  std::map<Seq, std::vector<std::shared_ptr<Entry>>> entries_;
  std::shared_ptr<SpillFile> file_;
  int64_t rows_ = 0, bytes_ = 0;
  SpillFigures spilled_;
};

}  // namespace bowstring::exec
