// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_spill.h"

#include <algorithm>

#include <arrow/util/bit_util.h>

#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kPieceBytes = 512 << 10, kPieceRows = 8192;

arrow::Result<std::shared_ptr<arrow::ArrayData>> WordArray(int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(n * sizeof(uint64_t), pool));
  return arrow::ArrayData::Make(arrow::uint64(), n, {nullptr, std::move(values)}, 0);
}
uint64_t* MutableWords(const std::shared_ptr<arrow::ArrayData>& array) { return reinterpret_cast<uint64_t*>(array->buffers[1]->mutable_data()); }

}  // namespace

JoinSpill::JoinSpill(std::shared_ptr<const JoinPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> space)
    : plan_(std::move(plan)), memory_(memory), space_(std::move(space)) {
  // Build: stored columns, words of the row's head, whether a key is NULL, and the first place of the segment the row was in (segments of
  // different workers don't overlap, and inside one rows keep their order).
  arrow::FieldVector build = plan_->stored_schema()->fields();
  for (int w = 0; w < plan_->keys().words(); ++w) {
    if (plan_->header_word(w)) build.push_back(arrow::field("word", arrow::uint64(), false));
  }
  for (const char* name : {"null", "morsel", "row"}) build.push_back(arrow::field(name, arrow::uint64(), false));
  build_schema_ = arrow::schema(std::move(build));
  arrow::FieldVector probe = plan_->shape().probe_schema->fields();
  for (const char* name : {"morsel", "row"}) probe.push_back(arrow::field(name, arrow::uint64()));
  probe_schema_ = arrow::schema(std::move(probe));
}

arrow::Status JoinSpill::AddBuild(TaskContext& context, const JoinPart& part) {
  if (part.segments.empty()) return arrow::Status::OK();
  arrow::MemoryPool* pool = memory_->pool();
  const JoinPlan& plan = *plan_;
  const int32_t width = plan.layout().width();
  std::vector<JoinSegment> segments = part.segments;
  std::sort(segments.begin(), segments.end(), [](const JoinSegment& a, const JoinSegment& b) { return a.first < b.first; });
  struct Ref {
    const uint8_t* row;
    uint32_t segment;
  };
  std::array<std::vector<Ref>, kPartitions> rows;
  for (size_t s = 0; s < segments.size(); ++s) {
    for (int64_t i = 0; i < segments[s].rows; ++i) {
      const uint8_t* row = segments[s].begin + i * width;
      rows[PartitionOf(plan.HashRow(row))].push_back({row, static_cast<uint32_t>(s)});
    }
  }
  std::vector<int> fields;
  for (int f = 0; f < plan.layout().num_fields(); ++f) fields.push_back(f);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<SpillFile> file, SpillFile::Create(space_, build_schema_));
  std::array<std::vector<Piece>, kPartitions> pieces;
  std::vector<const uint8_t*> pointers;
  for (int p = 0; p < kPartitions; ++p) {
    const auto n = static_cast<int64_t>(rows[p].size());
    for (int64_t done = 0, here = 0; done < n; done += here) {
      if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
      here = std::min(kPieceRows, n - done);
      pointers.clear();
      for (int64_t i = 0; i < here; ++i) pointers.push_back(rows[p][done + i].row);
      here = RowsWithin(plan.layout(), pointers.data(), here, kPieceBytes);
      ARROW_ASSIGN_OR_RAISE(auto columns, DecodeRows(plan.layout(), fields, pointers.data(), here, pool));
      for (int w = 0; w < plan.keys().words(); ++w) {
        if (!plan.header_word(w)) continue;
        ARROW_ASSIGN_OR_RAISE(auto words, WordArray(here, pool));
        for (int64_t i = 0; i < here; ++i) std::memcpy(MutableWords(words) + i, pointers[i] + plan.word_offset(w), 8);
        columns.push_back(std::move(words));
      }
      for (int extra = 0; extra < 3; ++extra) {
        ARROW_ASSIGN_OR_RAISE(auto words, WordArray(here, pool));
        for (int64_t i = 0; i < here; ++i) {
          const SortPlace& first = segments[rows[p][done + i].segment].first;
          MutableWords(words)[i] = extra == 0 ? NextOf(pointers[i]) == kNullKey : extra == 1 ? first.morsel : first.row;
        }
        columns.push_back(std::move(words));
      }
      const int64_t number = file->batches();
      ARROW_RETURN_NOT_OK(file->Append(*arrow::RecordBatch::Make(build_schema_, here, std::move(columns)), pool));
      pieces[p].push_back({file, number});
    }
  }
  const std::lock_guard lock(mutex_);
  for (int p = 0; p < kPartitions; ++p) build_[p].insert(build_[p].end(), pieces[p].begin(), pieces[p].end());
  return arrow::Status::OK();
}

bool JoinSpill::Matters(int partition) const {
  switch (plan_->shape().kind) {
    case JoinKind::kInner:
    case JoinKind::kLeftSemi:
    case JoinKind::kRightSemi: return !build_[partition].empty() && !probe_[partition].empty();
    case JoinKind::kRight:
    case JoinKind::kRightAnti: return !build_[partition].empty();
    case JoinKind::kFull: return !build_[partition].empty() || !probe_[partition].empty();
    default: return !probe_[partition].empty();
  }
}

arrow::Status JoinSpill::AddProbe(TaskContext& context, const Batch& batch) {
  arrow::MemoryPool* pool = context.pool();
  const JoinKind kind = plan_->shape().kind;
  const bool all = kind == JoinKind::kLeft || kind == JoinKind::kFull || kind == JoinKind::kLeftAnti || kind == JoinKind::kLeftMark;
  const int64_t n = batch.num_rows();
  ARROW_ASSIGN_OR_RAISE(const SortPlace first, PlaceOf(batch.seq, batch.first_row));
  ARROW_ASSIGN_OR_RAISE(const auto keys, plan_->keys().Columns(context, plan_->shape().kernel, plan_->spec().probe_keys, batch, false));
  std::array<std::vector<int32_t>, kPartitions> rows;
  JoinKeyBlock block(plan_->keys());
  for (int64_t begin = 0; begin < n; begin += JoinKeyBlock::kRows) {
    const int64_t here = std::min(JoinKeyBlock::kRows, n - begin);
    block.Fill(plan_->keys(), keys, false, begin, here);
    for (int64_t i = 0; i < here; ++i) {
      const int p = PartitionOf(block.hash[i]);
      if (all || (!block.null[i] && !build_[p].empty())) rows[p].push_back(static_cast<int32_t>(begin + i));
    }
  }
  std::shared_ptr<SpillFile>& file = worker_files_[context.worker()];
  if (!file) {
    ARROW_ASSIGN_OR_RAISE(file, SpillFile::Create(space_, probe_schema_));
  }
  std::array<Piece, kPartitions> pieces;
  std::vector<int32_t> selected;
  for (int p = 0; p < kPartitions; ++p) {
    const auto here = static_cast<int64_t>(rows[p].size());
    if (here == 0) continue;
    selected = rows[p];
    if (batch.rows) {
      for (int32_t& row : selected) row = batch.rows->data()[row];
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (int c = 0; c < plan_->shape().probe_schema->num_fields(); ++c) {
      ARROW_ASSIGN_OR_RAISE(auto column, Gather(*batch.data->column_data(c), selected.data(), here, pool));
      columns.push_back(std::move(column));
    }
    for (int word = 0; word < 2; ++word) {
      ARROW_ASSIGN_OR_RAISE(auto words, WordArray(here, pool));
      for (int64_t i = 0; i < here; ++i) MutableWords(words)[i] = word == 0 ? first.morsel : first.row + static_cast<uint64_t>(rows[p][i]);
      columns.push_back(std::move(words));
    }
    const int64_t number = file->batches();
    ARROW_RETURN_NOT_OK(file->Append(*arrow::RecordBatch::Make(probe_schema_, here, std::move(columns)), pool));
    pieces[p] = {file, number};
  }
  const std::lock_guard lock(mutex_);
  for (int p = 0; p < kPartitions; ++p) {
    if (pieces[p].file) probe_[p].push_back(pieces[p]);
  }
  return arrow::Status::OK();
}

arrow::Status JoinSpill::LoadBuild(int partition, int64_t piece, JoinPart* part, arrow::MemoryPool* pool) const {
  const JoinPlan& plan = *plan_;
  const Piece& from = build_[partition][piece];
  ARROW_ASSIGN_OR_RAISE(const auto batch, from.file->Read(from.batch, pool));
  std::vector<RowColumn> columns;
  const int stored = plan.layout().num_fields();
  for (int f = 0; f < stored; ++f) columns.push_back({batch->column_data(f), nullptr});
  std::vector<RowSpan> spans;
  ARROW_RETURN_NOT_OK(part->store.Append(columns, batch->num_rows(), &spans));
  const int extra = batch->num_columns() - 3;
  auto words = [&](int column) { return batch->column_data(column)->GetValues<uint64_t>(1); };
  const uint64_t* null = words(extra);
  const uint64_t* morsel = words(extra + 1);
  const uint64_t* first = words(extra + 2);
  const int32_t width = plan.layout().width();
  int64_t at = 0;
  for (const RowSpan& span : spans) {
    for (int64_t i = 0; i < span.rows; ++i, ++at) {
      uint8_t* row = span.begin + i * width;
      SetNext(row, null[at] ? kNullKey : nullptr);
      int column = stored;
      for (int w = 0; w < plan.keys().words(); ++w) {
        if (plan.header_word(w)) std::memcpy(row + plan.word_offset(w), words(column++) + at, 8);
      }
      const SortPlace place{morsel[at], first[at]};
      if (i == 0 || part->segments.back().first != place) part->segments.push_back({row, 0, place});
      ++part->segments.back().rows;
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> JoinSpill::LoadProbe(int partition, int64_t piece, arrow::MemoryPool* pool) const {
  const Piece& from = probe_[partition][piece];
  return from.file->Read(from.batch, pool);
}

}  // namespace bowstring::exec
