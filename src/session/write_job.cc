// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// A statement that writes runs a query of its own and reads it as any consumer does, in order and as far ahead as memory allows, on a thread that
// may wait for storage. Text (CSV, JSON) is made by the query's last operator, on the workers; Parquet's columns are encoded by the writer.

#include "session/write_job.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "exec/scheduler.h"
#include "session/write_text.h"
#include "sinks/file_layout.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr int64_t kBatchRows = 16384;

std::mutex g_jobs_mutex;
std::vector<std::weak_ptr<WriteJob>>& Jobs() {
  static auto* jobs = new std::vector<std::weak_ptr<WriteJob>>();
  return *jobs;
}

Status Cancelled() { return Error(ErrorKind::kCancelled, "the query was cancelled"); }

// The session's defaults for what the statement doesn't say.
FormatOptions WithDefaults(const SessionConfig& config, const logical::CopyTarget& target, FileTarget* where) {
  FormatOptions options;
  where->keep_partition_columns = config.GetBool("datafusion.execution.keep_partition_by_columns");
  for (const auto& [key, value] : target.options) {
    if (key == "execution.keep_partition_by_columns") {
      where->keep_partition_columns = value == "true";
    } else if (key == "file_extension") {
      where->extension = value;
    } else {
      options[key] = value;
    }
  }
  if (target.format == "csv" && config.Get("datafusion.catalog.has_header") == "false") options.try_emplace("has_header", "false");
  if (target.format == "parquet") {
    for (const char* key : {"compression", "max_row_group_size", "data_pagesize_limit", "data_page_row_count_limit", "write_batch_size",
                            "dictionary_page_size_limit", "dictionary_enabled", "statistics_enabled", "writer_version", "skip_arrow_metadata",
                            "encoding", "bloom_filter_on_write", "bloom_filter_fpp", "bloom_filter_ndv"}) {
      const auto value = config.Get(std::string("datafusion.execution.parquet.") + key);
      if (value && !value->empty() && *value != "NULL") options.try_emplace(key, *value);
    }
  }
  return options;
}

// The count of a finished job as a stream of one batch.
class CountReader final : public arrow::RecordBatchReader {
 public:
  CountReader(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<WriteJob> job) : schema_(std::move(schema)), job_(std::move(job)) {}
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Status ReadNext(std::shared_ptr<arrow::RecordBatch>* out) override {
    out->reset();
    if (job_ == nullptr) return Status::OK();
    auto rows = std::exchange(job_, nullptr)->Run();
    if (!rows.ok()) {
      // OutOfMemory is what steps answer to be run again; this is the end.
      const Status& status = rows.status();
      if (!status.IsOutOfMemory()) return status;
      return Status(arrow::StatusCode::ExecutionError, status.message(), std::make_shared<ErrorDetail>(ErrorKind::kBudgetExceeded));
    }
    auto count = std::make_shared<arrow::UInt64Array>(1, arrow::Buffer::FromVector(std::vector<uint64_t>{*rows}));
    *out = arrow::RecordBatch::Make(schema_, 1, {std::move(count)});
    return Status::OK();
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<WriteJob> job_;
};

}  // namespace

std::shared_ptr<arrow::RecordBatchReader> MakeCountReader(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<WriteJob> job) {
  return std::make_shared<CountReader>(std::move(schema), std::move(job));
}

WriteJob::WriteJob(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings)
    : session_(std::move(session)), plan_(std::move(dml)), settings_(std::move(settings)) {
  settings_.schema = this->dml().rows;
  settings_.timeout_ns = -1;  // the outer query has it
  settings_.batch_size = kBatchRows;
  if (settings_.budget == nullptr) settings_.budget = Budget::Process();
  if (settings_.memory_limit >= 0) {  // shared by the query and the writers
    settings_.budget = std::make_shared<Budget>("query", settings_.memory_limit, settings_.budget);
    settings_.memory_limit = -1;
  }
}

std::shared_ptr<WriteJob> WriteJob::Make(std::shared_ptr<SessionState> session, PlanPtr dml, session::ExecuteSettings settings) {
  std::shared_ptr<WriteJob> job(new WriteJob(std::move(session), std::move(dml), std::move(settings)));
  std::lock_guard<std::mutex> lock(g_jobs_mutex);
  auto& jobs = Jobs();
  std::erase_if(jobs, [](const auto& other) { return other.expired(); });
  jobs.push_back(job);
  return job;
}

void WriteJob::CancelAll() noexcept {
  std::vector<std::weak_ptr<WriteJob>> jobs;
  {
    std::lock_guard<std::mutex> lock(g_jobs_mutex);
    jobs = Jobs();
  }
  for (const auto& weak : jobs) {
    if (const auto job = weak.lock()) job->Cancel();
  }
}

void WriteJob::Cancel() noexcept {
  cancelled_.store(true, std::memory_order_release);
  std::vector<std::shared_ptr<BatchStream>> streams;
  std::shared_ptr<FileSet> files;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    streams = streams_;
    files = files_;
  }
  for (const auto& stream : streams) stream->Cancel();
  if (files != nullptr) files->Abort();
}

Result<std::vector<std::shared_ptr<BatchStream>>> WriteJob::Open(const PlanPtr& plan, const session::ExecuteSettings& settings, bool partitioned) {
  ARROW_ASSIGN_OR_RAISE(auto streams, session::ExecuteStreams(plan, settings, partitioned));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    streams_.insert(streams_.end(), streams.begin(), streams.end());
  }
  if (cancelled()) return Cancelled();
  return streams;
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> WriteJob::Collect() {
  session::ExecuteSettings settings = settings_;
  settings.batch_size = session_->config().batch_size();
  ARROW_ASSIGN_OR_RAISE(const auto streams, Open(plan_->input(), settings, /*partitioned=*/false));
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, streams[0]->Next());
    if (batch == nullptr) return batches;
    batches.push_back(std::move(batch));
  }
}

Result<uint64_t> WriteJob::Run() {
  Result<uint64_t> rows = dml().op == logical::Dml::kCopy ? WriteFiles(dml().target, dml().rows) : InsertIntoTable();
  if (!rows.ok()) {
    std::shared_ptr<FileSet> files;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      files = files_;
    }
    if (files != nullptr) files->Abort();
  }
  std::vector<std::shared_ptr<BatchStream>> streams;  // ended outside of the lock
  std::lock_guard<std::mutex> lock(mutex_);
  streams.swap(streams_);
  return rows;
}

Result<uint64_t> WriteJob::WriteFiles(const logical::CopyTarget& target, const std::shared_ptr<arrow::Schema>& schema) {
  FileTarget where;
  where.path = target.path;
  where.single_file = target.single_file;
  where.partition_by = target.partition_by;
  const FormatOptions options = WithDefaults(session_->config(), target, &where);
  ARROW_ASSIGN_OR_RAISE(const auto format, MakeFileFormat(target.format, options));
  auto files = std::make_shared<FileSet>(session_->allowed());
  {
    std::lock_guard<std::mutex> lock(mutex_);
    files_ = files;
  }
  WriterContext context;
  context.pool = std::make_shared<WriterPool>(settings_.budget);
  context.threads = settings_.target_partitions > 0 ? std::min(settings_.target_partitions, exec::Scheduler::Global().workers())
                                                    : exec::Scheduler::Global().workers();
  context.cancelled = [weak = weak_from_this()] {
    const auto job = weak.lock();
    return job == nullptr || job->cancelled();
  };
  context.pool->Keep(format->least_memory(*schema));
  ARROW_ASSIGN_OR_RAISE(auto layout, MakeFileLayout(where, schema, format, files, context));

  session::ExecuteSettings settings = settings_;
  settings.schema = schema;
  const auto text_schema = TextBatchSchema();
  if (layout->takes_text() && format->is_text()) {
    settings.last = [format, schema](const std::shared_ptr<arrow::Schema>&) { return MakeTextOperator(format, schema); };
  }
  ARROW_ASSIGN_OR_RAISE(const auto streams, Open(plan_->input(), settings, /*partitioned=*/!layout->one_file() && where.partition_by.empty()));
  uint64_t rows = 0;
  for (int partition = 0; partition < static_cast<int>(streams.size()); ++partition) {
    BatchStream& stream = *streams[partition];
    const bool is_text = stream.schema()->Equals(*text_schema) && settings.last != nullptr;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const auto batch, stream.Next());
      if (batch == nullptr) break;
      if (cancelled()) return Cancelled();
      if (!is_text) {
        rows += static_cast<uint64_t>(batch->num_rows());
        ARROW_RETURN_NOT_OK(layout->Write(partition, batch));
        continue;
      }
      for (int64_t piece = 0; piece < batch->num_rows(); ++piece) {
        int64_t lines = 0;
        ARROW_RETURN_NOT_OK(layout->WriteText(partition, TextOf(*batch, piece, &lines)));
        rows += static_cast<uint64_t>(lines);
      }
    }
    ARROW_RETURN_NOT_OK(layout->EndPartition(partition));
  }
  if (cancelled()) return Cancelled();
  ARROW_RETURN_NOT_OK(layout->Finish());
  ARROW_RETURN_NOT_OK(files->Commit());
  return rows;
}

}  // namespace bowstring
