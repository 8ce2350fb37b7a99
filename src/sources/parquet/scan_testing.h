// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <arrow/compute/exec.h>
#include <arrow/memory_pool.h>
#include <arrow/result.h>
#include <arrow/table.h>
#include <parquet/properties.h>

#include <bowstring/table_source.h>

#include "sources/parquet/parquet.h"

namespace bowstring::pq {

/// A pool that refuses some allocations, by a seed; as a query's, none of the smallest.
class RefusingPool final : public arrow::MemoryPool {
 public:
  RefusingPool(uint32_t seed, double share) : random_(seed), share_(share) {}
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override { arrow::default_memory_pool()->Free(buffer, size, alignment); }
  int64_t bytes_allocated() const override { return 0; }
  int64_t total_bytes_allocated() const override { return 0; }
  int64_t num_allocations() const override { return 0; }
  std::string backend_name() const override { return "refusing"; }
  int64_t largest() const { return largest_; }

 private:
  std::mt19937 random_;
  double share_;
  int64_t largest_ = 0;
};

/// A worker's context without a scheduler. Stop() is true at random, so that cursors are left at all sorts of places.
class TestContext final : public TaskContext {
 public:
  explicit TestContext(uint32_t seed = 0, arrow::MemoryPool* pool = nullptr, int stop_percent = 30);
  arrow::MemoryPool* pool() const override { return pool_; }
  arrow::compute::ExecContext* exec() const override { return const_cast<arrow::compute::ExecContext*>(&exec_); }
  bool Stop() const noexcept override;
  bool cancelled() const noexcept override { return false; }
  Waker Park(ParkReason why) override;
  int worker() const noexcept override { return 0; }
  void EnterBlocking() override { ++blocking_; }
  void LeaveBlocking() override { --blocking_; }
  /// After kParked: waits for the waker.
  void WaitForWake();

 private:
  arrow::MemoryPool* pool_;
  arrow::compute::ExecContext exec_;
  mutable std::mt19937 random_;
  int stop_percent_;
  int blocking_ = 0;
  std::shared_ptr<std::atomic<bool>> woken_;
};

/// How ReadAll walks a scan.
struct Walk {
  uint32_t seed = 0;
  bool reopen = false;        ///< leave cursors at random and go on from their mark
  bool cut = false;           ///< cut morsels at random rows
  double refuse = 0;          ///< share of allocations that fail
  int stop_percent = 30;
};

/// Reads a scan to its end, lane by lane, and checks what a source promises of its batches.
arrow::Result<std::shared_ptr<arrow::Table>> ReadAll(const TableSource& table, const ScanRequest& request, const Walk& walk);

/// All columns, no filter.
ScanRequest RequestAll(const TableSource& table, int32_t target_partitions = 1);

/// The file's rows by Arrow's reader, as types of `schema`.
arrow::Result<std::shared_ptr<arrow::Table>> ReadByArrow(const std::string& path, const std::shared_ptr<arrow::Schema>& schema);

/// A folder for one test's files, removed with it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

arrow::Status WriteFile(const std::string& path, const arrow::Table& table, const std::shared_ptr<::parquet::WriterProperties>& properties,
                        int64_t row_group_rows, const std::shared_ptr<::parquet::ArrowWriterProperties>& arrow_properties = nullptr);
std::string ReadBytes(const std::string& path);
void WriteBytes(const std::string& path, const std::string& bytes);

/// A random array: lengths, special values and repetition vary with the seed.
std::shared_ptr<arrow::Array> RandomArray(const std::shared_ptr<arrow::DataType>& type, int64_t rows, double nulls, int64_t distinct, std::mt19937* random);

/// BOWSTRING_FULL=1.
bool FullRun();

}  // namespace bowstring::pq
