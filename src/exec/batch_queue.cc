// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/batch_queue.h"

#include <algorithm>

#include <arrow/record_batch.h>

#include "exec/memory_use.h"
#include "expr/gather.h"

namespace bowstring::exec {

BatchQueue::BatchQueue(std::shared_ptr<arrow::Schema> schema, QueryMemory* memory, std::shared_ptr<SpillSpace> spill, std::string name)
    : schema_(std::move(schema)), memory_(memory), spill_(std::move(spill)), name_(std::move(name)) {
  if (memory_ != nullptr) memory_->Register(this);
}

BatchQueue::~BatchQueue() {
  if (memory_ != nullptr) memory_->Unregister(this);
}

void BatchQueue::Add(Seq seq, std::shared_ptr<arrow::RecordBatch> batch) {
  auto entry = std::make_shared<Entry>();
  entry->rows = batch->num_rows();
  entry->bytes = HeldBytes(*batch);
  entry->batch = std::move(batch);
  std::lock_guard lock(mutex_);
  rows_ += entry->rows;
  bytes_ += entry->bytes;
  entries_[seq].push_back(std::move(entry));
}

int64_t BatchQueue::rows() const {
  std::lock_guard lock(mutex_);
  return rows_;
}

int64_t BatchQueue::Evictable() const noexcept {
  if (!spill_) return 0;
  std::lock_guard lock(mutex_);
  return bytes_;
}

MemoryUse BatchQueue::memory_use() const { return SpillingUse(spill_.get(), RowBytes(*schema_) * 16384, "all rows"); }

SpillFigures BatchQueue::spilled() const {
  std::lock_guard lock(mutex_);
  return spilled_;
}

// The last batches go first: they are read last.
arrow::Result<int64_t> BatchQueue::Evict(TaskContext& context, int64_t want) {
  int64_t freed = 0;
  std::vector<std::shared_ptr<arrow::RecordBatch>> gone;  // destroyed after the lock
  std::lock_guard lock(mutex_);
  for (auto place = entries_.rbegin(); place != entries_.rend() && freed < want; ++place) {
    for (auto it = place->second.rbegin(); it != place->second.rend() && freed < want; ++it) {
      Entry& entry = **it;
      if (!entry.batch) continue;
      if (!file_) {
        ARROW_ASSIGN_OR_RAISE(auto file, SpillFile::Create(spill_, schema_));
        file_ = std::move(file);
      }
      const int64_t number = file_->batches();
      ARROW_RETURN_NOT_OK(file_->Append(*entry.batch, context.pool()));
      entry.spilled = number;
      gone.push_back(std::move(entry.batch));
      entry.batch = nullptr;
      bytes_ -= entry.bytes;
      freed += entry.bytes;
      spilled_.count += freed == entry.bytes ? 1 : 0;  // one each time it is asked
      spilled_.bytes += entry.bytes;
      spilled_.rows += entry.rows;
    }
  }
  return freed;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchQueue::Get(Entry& entry, arrow::MemoryPool* pool) {
  std::shared_ptr<SpillFile> file;
  {
    std::lock_guard lock(mutex_);
    if (entry.batch) return entry.batch;
    file = file_;
  }
  return file->Read(entry.spilled, pool);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchQueue::At(Seq seq, size_t index, arrow::MemoryPool* pool) {
  return Get(*entries_.at(seq)[index], pool);  // what is where doesn't change any more
}

class QueueCursor final : public Cursor {
 public:
  QueueCursor(std::shared_ptr<BatchQueue> queue, std::vector<std::shared_ptr<BatchQueue::Entry>> entries, int64_t skip, int64_t fetch)
      : queue_(std::move(queue)), entries_(std::move(entries)), skip_(skip), fetch_(fetch) {}

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    if (next_ == entries_.size()) return Step::kFinished;
    ARROW_ASSIGN_OR_RAISE(auto batch, queue_->Get(*entries_[next_], context.pool()));
    ++next_;
    const int64_t skip = std::min(skip_, batch->num_rows());
    skip_ -= skip;
    const int64_t take = std::min(fetch_, batch->num_rows() - skip);
    fetch_ -= take;
    if (take > 0) out->data = take == batch->num_rows() ? std::move(batch) : batch->Slice(skip, take);
    return next_ == entries_.size() || fetch_ == 0 ? Step::kFinished : Step::kHaveMore;
  }

 private:
  std::shared_ptr<BatchQueue> queue_;
  std::vector<std::shared_ptr<BatchQueue::Entry>> entries_;
  size_t next_ = 0;
  int64_t skip_, fetch_;
};

// A morsel is the batches of one place, as far as they are wanted.
class QueueSource final : public Source {
 public:
  QueueSource(std::shared_ptr<BatchQueue> queue, int64_t skip, int64_t fetch) : queue_(std::move(queue)) {
    int64_t left = fetch < 0 ? INT64_MAX : fetch;
    for (const auto& [seq, entries] : queue_->entries_) {
      int64_t rows = 0;
      for (const auto& entry : entries) rows += entry->rows;
      const int64_t skipped = std::min(skip, rows);
      skip -= skipped;
      const int64_t take = std::min(left, rows - skipped);
      left -= take;
      if (take > 0) parts_.push_back({entries, skipped, take});
    }
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return queue_->schema(); }

  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t i = 0; i < parts_.size(); ++i) {
      Morsel morsel;
      morsel.number = i;
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark*) override {
    const auto& part = parts_[morsel.number];
    return std::make_unique<QueueCursor>(queue_, part.entries, part.skip, part.take);
  }

 private:
  struct Part {
    std::vector<std::shared_ptr<BatchQueue::Entry>> entries;
    int64_t skip, take;
  };
  std::shared_ptr<BatchQueue> queue_;
  std::vector<Part> parts_;
};

std::shared_ptr<Source> BatchQueue::Read(int64_t skip, int64_t fetch) { return std::make_shared<QueueSource>(shared_from_this(), skip, fetch); }

}  // namespace bowstring::exec
