// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/batch_stream.h>

#include "logical/dml.h"
#include "session/execute.h"
#include "session/state.h"
#include "sinks/output_file.h"

namespace bowstring {

/// One run of a statement that writes. Run is called once, on a thread that may wait; Cancel from any.
///
/// States: Made -Run-> Running -> Ended; Cancel in any of them: the query below stops, files that have no name yet are removed at once, Run
/// ends with kCancelled as soon as the piece of work that it is at ends.
class WriteJob : public std::enable_shared_from_this<WriteJob> {
 public:
  /// `dml` is optimized. `settings`: of the query that gives the rows.
  static std::shared_ptr<WriteJob> Make(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings);

  /// Rows written.
  arrow::Result<uint64_t> Run();
  void Cancel() noexcept;
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  /// At the process's end.
  static void CancelAll() noexcept;

  const std::shared_ptr<SessionState>& session() const { return session_; }
  const logical::Dml& dml() const { return plan_->As<logical::Dml>(); }

  /// Streams of a plan, which Cancel stops.
  arrow::Result<std::vector<std::shared_ptr<BatchStream>>> Open(const PlanPtr& plan, const session::ExecuteSettings& settings, bool partitioned);
  /// All batches of the statement's input, in order, in the schema that it was planned with.
  arrow::Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> Collect();

 private:
  WriteJob(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings);
  /// Writes the input's rows as files.
  arrow::Result<uint64_t> WriteFiles(const logical::CopyTarget& target, const std::shared_ptr<arrow::Schema>& schema);
  arrow::Result<uint64_t> InsertIntoTable();

  const std::shared_ptr<SessionState> session_;
  const PlanPtr plan_;
  session::ExecuteSettings settings_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;  // guards what follows
  std::vector<std::shared_ptr<BatchStream>> streams_;
  std::shared_ptr<FileSet> files_;
};

/// A source that runs a new WriteJob when it is read, on a thread of its own, and gives one row: `count`. Dropping its cursor cancels.
std::shared_ptr<Source> MakeWriteSource(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings);

/// INSERT, UPDATE, DELETE on a memory table: the number of rows. (session/dml.cc)
arrow::Result<uint64_t> RunTableDml(const std::shared_ptr<SessionState>& session, const logical::Dml& dml, WriteJob& job);

}  // namespace bowstring
