// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "expr/table_keys.h"

namespace bowstring {

/// Record batches held in memory. Partitions are lanes, batches keep their order; nothing is copied: batches go out as they are,
/// those above the wanted batch size as slices. Thread-safe: a scan sees the batches that were there when it was made.
class MemoryTable final : public TableSource, public KeyedTable {
 public:
  using Partitions = std::vector<std::vector<std::shared_ptr<arrow::RecordBatch>>>;

  /// Fails with kPlan, "Mismatch between schema and batches", where a batch has other types or names.
  static arrow::Result<std::shared_ptr<MemoryTable>> Make(std::shared_ptr<arrow::Schema> schema, Partitions partitions);
  /// With the first batch's schema; "no record batches" where there is none.
  static arrow::Result<std::shared_ptr<MemoryTable>> Make(Partitions partitions);

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  TableStatistics statistics() const override;
  arrow::Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override;
  std::string kind() const override { return "memory"; }
  std::string Describe() const override;
  const std::vector<TableKey>& keys() const override { return keys_; }
  /// Before anybody else sees the table.
  void SetKeys(std::vector<TableKey> keys) { keys_ = std::move(keys); }

  /// Adds batches after those of the last partition.
  arrow::Status Append(std::vector<std::shared_ptr<arrow::RecordBatch>> batches);
  /// Puts these in place of all.
  arrow::Status Replace(Partitions partitions);
  Partitions partitions() const;

 private:
  explicit MemoryTable(std::shared_ptr<arrow::Schema> schema) : schema_(std::move(schema)) {}
  arrow::Status Check(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) const;

  const std::shared_ptr<arrow::Schema> schema_;
  std::vector<TableKey> keys_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Partitions> partitions_;  // replaced whole, never changed
};

}  // namespace bowstring
