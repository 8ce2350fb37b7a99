// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_spill.h"

#include <algorithm>

#include <arrow/util/bit_util.h>

#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kPieceBytes = 512 << 10, kPieceRows = 8192, kFewestPieceRows = 64;
constexpr int64_t kWindowRows = 32 << 10, kSmallWindowRows = 4 << 10;

arrow::Result<std::shared_ptr<arrow::ArrayData>> WordArray(int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(n * sizeof(uint64_t), pool));
  return arrow::ArrayData::Make(arrow::uint64(), n, {nullptr, std::move(values)}, 0);
}
uint64_t* MutableWords(const std::shared_ptr<arrow::ArrayData>& array) { return reinterpret_cast<uint64_t*>(array->buffers[1]->mutable_data()); }

}  // namespace

JoinSpill::JoinSpill(std::shared_ptr<const JoinPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> space, int level)
    : plan_(std::move(plan)), memory_(memory), space_(std::move(space)), level_(level), shift_(24 + 4 * level) {
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

arrow::Status JoinPartWriter::NextWindow() {
  const JoinPlan& plan = *spill_->plan_;
  arrow::MemoryPool* pool = spill_->memory_->pool();
  const int32_t width = plan.layout().width();
  // A window stays while its pieces are written, which need memory as well: where that is short, the reserve must do for both.
  constexpr auto kRefBytes = static_cast<int64_t>(sizeof(Ref));
  const bool is_short = spill_->memory_->available() < 4 * kWindowRows * kRefBytes;
  const int64_t rows = std::min(part_->store.rows() - taken_, is_short ? kSmallWindowRows : kWindowRows);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> sorted, arrow::AllocateBuffer(rows * kRefBytes, pool));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Buffer> partitions, arrow::AllocateBuffer(rows, pool));
  uint8_t* partition = partitions->mutable_data();
  std::array<int64_t, JoinSpill::kPartitions + 1> begin{};
  auto visit = [&](auto&& row_at) {
    size_t segment = segment_;
    int64_t offset = offset_;
    for (int64_t i = 0; i < rows; ++i) {
      while (offset == part_->segments[segment].rows) {
        ++segment;
        offset = 0;
      }
      row_at(i, part_->segments[segment].begin + offset * width, segment);
      ++offset;
    }
    return std::pair(segment, offset);
  };
  visit([&](int64_t i, const uint8_t* row, size_t) {
    const int p = spill_->PartitionOf(plan.HashRow(row));
    partition[i] = static_cast<uint8_t>(p);
    ++begin[p + 1];
  });
  for (int p = 0; p < JoinSpill::kPartitions; ++p) begin[p + 1] += begin[p];
  auto next = begin;
  auto* refs = reinterpret_cast<Ref*>(sorted->mutable_data());
  const auto [segment, offset] =
      visit([&](int64_t i, const uint8_t* row, size_t s) { refs[next[partition[i]]++] = {row, static_cast<int64_t>(s)}; });
  segment_ = segment;
  offset_ = offset;
  taken_ += rows;
  window_ = std::move(sorted);
  begin_ = begin;
  partition_ = 0;
  done_ = 0;
  return arrow::Status::OK();
}

arrow::Result<int64_t> JoinPartWriter::WritePiece(const Ref* rows, int64_t n) {
  const JoinPlan& plan = *spill_->plan_;
  arrow::MemoryPool* pool = spill_->memory_->pool();
  std::vector<const uint8_t*> pointers(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) pointers[i] = rows[i].row;
  n = RowsWithin(plan.layout(), pointers.data(), n, kPieceBytes);
  std::vector<int> fields;
  for (int f = 0; f < plan.layout().num_fields(); ++f) fields.push_back(f);
  ARROW_ASSIGN_OR_RAISE(auto columns, DecodeRows(plan.layout(), fields, pointers.data(), n, pool));
  for (int w = 0; w < plan.keys().words(); ++w) {
    if (!plan.header_word(w)) continue;
    ARROW_ASSIGN_OR_RAISE(auto words, WordArray(n, pool));
    for (int64_t i = 0; i < n; ++i) std::memcpy(MutableWords(words) + i, pointers[i] + plan.word_offset(w), 8);
    columns.push_back(std::move(words));
  }
  for (int extra = 0; extra < 3; ++extra) {
    ARROW_ASSIGN_OR_RAISE(auto words, WordArray(n, pool));
    for (int64_t i = 0; i < n; ++i) {
      const SortPlace& first = part_->segments[static_cast<size_t>(rows[i].segment)].first;
      MutableWords(words)[i] = extra == 0 ? NextOf(pointers[i]) == kNullKey : extra == 1 ? first.morsel : first.row;
    }
    columns.push_back(std::move(words));
  }
  if (!*file_) {
    ARROW_ASSIGN_OR_RAISE(*file_, SpillFile::Create(spill_->space_, spill_->build_schema_));
  }
  const int64_t number = (*file_)->batches();
  ARROW_RETURN_NOT_OK((*file_)->Append(*arrow::RecordBatch::Make(spill_->build_schema_, n, std::move(columns)), pool));
  const int64_t bytes = part_->store.bytes() * n / std::max<int64_t>(part_->store.rows(), 1);
  pieces_[partition_].Add({*file_, number, n}, bytes);
  return n;
}

arrow::Result<bool> JoinPartWriter::Run(TaskContext& context, bool whole) {
  while (true) {
    if (!window_) {
      if (taken_ == part_->store.rows()) break;
      ARROW_RETURN_NOT_OK(NextWindow());
    }
    const auto* refs = reinterpret_cast<const Ref*>(window_->data());
    while (partition_ < JoinSpill::kPartitions) {
      if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
      const int64_t n = begin_[partition_ + 1] - begin_[partition_];
      if (done_ == n) {
        ++partition_;
        done_ = 0;
        continue;
      }
      int64_t rows = std::min(kPieceRows, n - done_);
      auto wrote = WritePiece(refs + begin_[partition_] + done_, rows);
      while (wrote.status().IsOutOfMemory() && rows > kFewestPieceRows) {
        rows = std::max(rows / 4, kFewestPieceRows);
        wrote = WritePiece(refs + begin_[partition_] + done_, rows);
      }
      ARROW_RETURN_NOT_OK(wrote.status());
      done_ += *wrote;
      if (!whole && context.Stop()) return false;
    }
    window_.reset();
  }
  {
    const std::lock_guard lock(spill_->mutex_);
    for (int p = 0; p < JoinSpill::kPartitions; ++p) {
      JoinSpill::Share& share = spill_->build_[p];
      share.rows += pieces_[p].rows;
      share.bytes += pieces_[p].bytes;
      share.pieces.insert(share.pieces.end(), pieces_[p].pieces.begin(), pieces_[p].pieces.end());
    }
  }
  part_.reset();
  return true;
}

bool JoinSpill::Matters(int partition) const {
  switch (plan_->shape().kind) {
    case JoinKind::kInner:
    case JoinKind::kLeftSemi:
    case JoinKind::kRightSemi: return !build_[partition].pieces.empty() && !probe_[partition].pieces.empty();
    case JoinKind::kRight:
    case JoinKind::kRightAnti: return !build_[partition].pieces.empty();
    case JoinKind::kFull: return !build_[partition].pieces.empty() || !probe_[partition].pieces.empty();
    default: return !probe_[partition].pieces.empty();
  }
}

arrow::Status JoinSpill::AddProbe(TaskContext& context, const Batch& batch, bool placed, uint32_t resident, JoinProbeSplit* split) {
  arrow::MemoryPool* pool = context.pool();
  if (!split->ready) {
    split->Clear();
    const JoinKind kind = plan_->shape().kind;
    const bool all = kind == JoinKind::kLeft || kind == JoinKind::kFull || kind == JoinKind::kLeftAnti || kind == JoinKind::kLeftMark;
    const int64_t n = batch.num_rows();
    ARROW_ASSIGN_OR_RAISE(const auto keys, plan_->keys().Columns(context, plan_->shape().kernel, plan_->spec().probe_keys, batch, false));
    JoinKeyBlock block(plan_->keys());
    for (int64_t begin = 0; begin < n; begin += JoinKeyBlock::kRows) {
      const int64_t here = std::min(JoinKeyBlock::kRows, n - begin);
      block.Fill(plan_->keys(), keys, false, begin, here);
      for (int64_t i = 0; i < here; ++i) {
        const int p = PartitionOf(block.hash[i]);
        if (resident >> p & 1) {
          split->resident.push_back(static_cast<int32_t>(begin + i));
        } else if (all || (!block.null[i] && !build_[p].pieces.empty())) {
          split->rows[p].push_back(static_cast<int32_t>(begin + i));
        }
      }
    }
    split->ready = true;
  }
  SortPlace first;
  if (!placed) {
    ARROW_ASSIGN_OR_RAISE(first, PlaceOf(batch.seq, batch.first_row));
  }
  std::shared_ptr<SpillFile>& file = worker_files_[context.worker()];
  std::vector<int32_t> selected;
  for (; split->next < kPartitions; ++split->next) {
    const int p = split->next;
    const auto here = static_cast<int64_t>(split->rows[p].size());
    if (here == 0) continue;
    selected = split->rows[p];
    if (batch.rows) {
      for (int32_t& row : selected) row = batch.rows->data()[row];
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (int c = 0; c < plan_->shape().probe_schema->num_fields() + (placed ? 2 : 0); ++c) {
      ARROW_ASSIGN_OR_RAISE(auto column, Gather(*batch.data->column_data(c), selected.data(), here, pool));
      columns.push_back(std::move(column));
    }
    for (int word = 0; word < (placed ? 0 : 2); ++word) {
      ARROW_ASSIGN_OR_RAISE(auto words, WordArray(here, pool));
      for (int64_t i = 0; i < here; ++i) MutableWords(words)[i] = word == 0 ? first.morsel : first.row + static_cast<uint64_t>(split->rows[p][i]);
      columns.push_back(std::move(words));
    }
    if (!file) {
      ARROW_ASSIGN_OR_RAISE(file, SpillFile::Create(space_, probe_schema_));
    }
    const int64_t number = file->batches();
    ARROW_RETURN_NOT_OK(file->Append(*arrow::RecordBatch::Make(probe_schema_, here, std::move(columns)), pool));
    const std::lock_guard lock(mutex_);
    probe_[p].Add({file, number, here}, 0);
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> JoinSpill::ReadBuild(int partition, int64_t piece, arrow::MemoryPool* pool) const {
  const Piece& from = build_[partition].pieces[piece];
  return from.file->Read(from.batch, pool);
}

arrow::Status JoinSpill::LoadBuild(int partition, int64_t piece, JoinPart* part, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(const auto batch, ReadBuild(partition, piece, pool));
  return StoreBuild(*batch, part);
}

arrow::Status JoinSpill::StoreBuild(const arrow::RecordBatch& batch, JoinPart* part) const {
  const JoinPlan& plan = *plan_;
  std::vector<RowColumn> columns;
  const int stored = plan.layout().num_fields();
  for (int f = 0; f < stored; ++f) columns.push_back({batch.column_data(f), nullptr});
  std::vector<RowSpan> spans;
  ARROW_RETURN_NOT_OK(part->store.Append(columns, batch.num_rows(), &spans));
  const int extra = batch.num_columns() - 3;
  auto words = [&](int column) { return batch.column_data(column)->GetValues<uint64_t>(1); };
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
  const Piece& from = probe_[partition].pieces[piece];
  return from.file->Read(from.batch, pool);
}

}  // namespace bowstring::exec
