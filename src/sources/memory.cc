// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/memory.h"

#include <algorithm>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/byte_size.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

constexpr int64_t kMorselRows = 1 << 18;
constexpr size_t kMorselBatches = 64;
constexpr int kMorselsPerSplit = 16;

/// Part of one batch that is too large for a morsel.
struct RowRange {
  int64_t begin, end;
};

class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<const MemoryTable::Partitions> partitions, std::shared_ptr<arrow::Schema> schema,
               std::vector<int> projection, const Morsel& morsel, int64_t row, int64_t batch_rows)
      : partitions_(std::move(partitions)), schema_(std::move(schema)), projection_(std::move(projection)), morsel_(morsel),
        batch_rows_(batch_rows), index_(morsel.begin) {
    if (auto* range = static_cast<const RowRange*>(morsel.shared.get())) {
      offset_ = range->begin;
      stop_ = range->end;
    }
    // `row` counts the morsel's rows given out so far.
    given_ = row;
    while (row > 0 && index_ < morsel_.end) {
      const int64_t left = End() - offset_;
      if (row < left) {
        offset_ += row;
        break;
      }
      row -= left;
      Advance();
    }
  }

  Result<Step> Next(TaskContext&, Batch* out) override {
    if (index_ >= morsel_.end) return Step::kFinished;
    const arrow::RecordBatch& batch = *Lane()[index_];
    const int64_t rows = std::min(batch_rows_, End() - offset_);
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    columns.reserve(projection_.size());
    const bool whole = offset_ == 0 && rows == batch.num_rows();
    for (int column : projection_) {
      const auto& data = batch.column_data(column);
      columns.push_back(whole ? data : data->Slice(offset_, rows));
    }
    out->data = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
    out->rows = nullptr;
    out->seq.morsel = morsel_.number;
    out->first_row = given_;
    given_ += rows;
    offset_ += rows;
    if (offset_ >= End()) Advance();
    return index_ < morsel_.end ? Step::kHaveMore : Step::kFinished;
  }
  std::optional<Mark> Position() const override { return Mark{given_}; }

 private:
  const std::vector<std::shared_ptr<arrow::RecordBatch>>& Lane() const { return (*partitions_)[morsel_.part]; }
  int64_t End() const { return stop_ >= 0 ? stop_ : Lane()[index_]->num_rows(); }
  void Advance() {
    ++index_;
    offset_ = 0;
  }

  std::shared_ptr<const MemoryTable::Partitions> partitions_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> projection_;
  Morsel morsel_;
  int64_t batch_rows_;
  int64_t index_;       // batch
  int64_t offset_ = 0;  // row in it
  int64_t stop_ = -1;   // of a row range: its end
  int64_t given_ = 0;
};

class MemorySource final : public Source {
 public:
  MemorySource(std::shared_ptr<const MemoryTable::Partitions> partitions, std::shared_ptr<arrow::Schema> schema,
               const ScanRequest& request)
      : partitions_(std::move(partitions)), schema_(std::move(schema)), projection_(request.projection), limit_(request.limit),
        batch_rows_(std::max<int64_t>(request.batch_rows, 1)), lanes_(std::max<size_t>(partitions_->size(), 1)) {
    uint64_t number = 0;
    for (size_t i = 0; i < partitions_->size(); ++i) {
      lanes_[i].number = number;
      // Numbers must rise over lanes without walking them: room for each batch's pieces.
      number += (*partitions_)[i].size();
      for (const auto& batch : (*partitions_)[i]) number += static_cast<uint64_t>(batch->num_rows() / kMorselRows);
    }
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  int32_t lanes() const override { return static_cast<int32_t>(lanes_.size()); }

  Result<Step> Split(TaskContext&, LaneId id, std::vector<Morsel>* out) override {
    if (partitions_->empty()) return Step::kFinished;
    Lane& lane = lanes_[id];
    const auto& batches = (*partitions_)[id];
    for (int i = 0; i < kMorselsPerSplit; ++i) {
      if (lane.batch >= batches.size() || (limit_ && lane.rows >= *limit_)) return Step::kFinished;
      Morsel morsel;
      morsel.number = lane.number++;
      morsel.part = id;
      morsel.begin = static_cast<int64_t>(lane.batch);
      const int64_t first = batches[lane.batch]->num_rows();
      if (first > kMorselRows) {
        const int64_t end = std::min(first, lane.offset + kMorselRows);
        morsel.end = morsel.begin + 1;
        morsel.shared = std::make_shared<RowRange>(RowRange{lane.offset, end});
        lane.rows += end - lane.offset;
        lane.offset = end;
        if (end == first) {
          ++lane.batch;
          lane.offset = 0;
        }
      } else {
        int64_t rows = 0;
        size_t end = lane.batch;
        while (end < batches.size() && end - lane.batch < kMorselBatches && (rows == 0 || rows + batches[end]->num_rows() <= kMorselRows)) {
          rows += batches[end++]->num_rows();
        }
        morsel.end = static_cast<int64_t>(end);
        lane.rows += rows;
        lane.batch = end;
      }
      out->push_back(std::move(morsel));
    }
    return lane.batch < batches.size() ? Step::kHaveMore : Step::kFinished;
  }

  Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<MemoryCursor>(partitions_, schema_, projection_, morsel, from ? from->row : 0, batch_rows_);
  }

 private:
  struct Lane {
    uint64_t number = 0;  // of the next morsel
    size_t batch = 0;
    int64_t offset = 0;  // in a batch larger than a morsel
    int64_t rows = 0;    // given out
  };

  std::shared_ptr<const MemoryTable::Partitions> partitions_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> projection_;
  std::optional<int64_t> limit_;
  int64_t batch_rows_;
  std::vector<Lane> lanes_;
};

}  // namespace

Result<std::shared_ptr<MemoryTable>> MemoryTable::Make(std::shared_ptr<arrow::Schema> schema, Partitions partitions) {
  std::shared_ptr<MemoryTable> table(new MemoryTable(std::move(schema)));
  ARROW_RETURN_NOT_OK(table->Replace(std::move(partitions)));
  return table;
}

Result<std::shared_ptr<MemoryTable>> MemoryTable::Make(Partitions partitions) {
  for (const auto& partition : partitions) {
    if (!partition.empty()) {
      std::shared_ptr<arrow::Schema> schema = partition.front()->schema();
      return Make(std::move(schema), std::move(partitions));
    }
  }
  return Error(ErrorKind::kPlan, "no record batches and no schema given");
}

Status MemoryTable::Check(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) const {
  for (const auto& batch : batches) {
    const arrow::Schema& other = *batch->schema();
    bool same = other.num_fields() == schema_->num_fields();
    for (int i = 0; same && i < other.num_fields(); ++i) {
      same = other.field(i)->name() == schema_->field(i)->name() && other.field(i)->type()->Equals(*schema_->field(i)->type());
      if (same && !schema_->field(i)->nullable() && batch->column_data(i)->GetNullCount() > 0) {
        return Error(ErrorKind::kPlan, "Mismatch between schema and batches: column '", other.field(i)->name(),
                     "' is declared not null but has nulls");
      }
    }
    if (!same) return Error(ErrorKind::kPlan, "Mismatch between schema and batches");
  }
  return Status::OK();
}

Status MemoryTable::Append(std::vector<std::shared_ptr<arrow::RecordBatch>> batches) {
  ARROW_RETURN_NOT_OK(Check(batches));
  std::lock_guard<std::mutex> lock(mutex_);
  auto next = std::make_shared<Partitions>(*partitions_);
  if (next->empty()) next->emplace_back();
  for (auto& batch : batches) next->back().push_back(std::move(batch));
  partitions_ = std::move(next);
  return Status::OK();
}

Status MemoryTable::Replace(Partitions partitions) {
  for (const auto& batches : partitions) ARROW_RETURN_NOT_OK(Check(batches));
  auto next = std::make_shared<const Partitions>(std::move(partitions));
  std::lock_guard<std::mutex> lock(mutex_);
  partitions_.swap(next);
  return Status::OK();
}

MemoryTable::Partitions MemoryTable::partitions() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return *partitions_;
}

TableStatistics MemoryTable::statistics() const {
  std::shared_ptr<const Partitions> partitions;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    partitions = partitions_;
  }
  TableStatistics statistics;
  int64_t rows = 0, bytes = 0;
  for (const auto& batches : *partitions) {
    for (const auto& batch : batches) {
      rows += batch->num_rows();
      bytes += arrow::util::TotalBufferSize(*batch);
    }
  }
  statistics.rows = rows;
  statistics.rows_exact = true;
  statistics.bytes = bytes;
  return statistics;
}

Result<std::shared_ptr<Source>> MemoryTable::Scan(const ScanRequest& request) const {
  arrow::FieldVector fields;
  for (int column : request.projection) fields.push_back(schema_->field(column));
  std::shared_ptr<const Partitions> partitions;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    partitions = partitions_;
  }
  return std::make_shared<MemorySource>(std::move(partitions), arrow::schema(std::move(fields), schema_->metadata()), request);
}

std::string MemoryTable::Describe() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::string text = "partitions=" + std::to_string(partitions_->size()) + ", partition_sizes=[";
  for (size_t i = 0; i < partitions_->size(); ++i) text += (i ? ", " : "") + std::to_string((*partitions_)[i].size());
  return text + "]";
}

}  // namespace bowstring
