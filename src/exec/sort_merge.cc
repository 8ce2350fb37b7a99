// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort_merge.h"

#include <algorithm>

#include "exec/sort_entries.h"

namespace bowstring::exec {
namespace {

// Works in rounds: every run with rows left has a block in memory; all rows up to the least of the blocks' last rows are in order once they are
// sorted among each other, for whatever is still on disk comes behind them.
template <int kWords>
class Merge final : public SortMerge {
 public:
  using Entry = SortEntry<kWords>;

  Merge(const SortPlan& plan, KeyPacking packing, KeyPacking fence_packing, std::vector<std::shared_ptr<SortRun>> runs, const uint8_t* low,
        const uint8_t* high, arrow::MemoryPool* pool)
      : plan_(plan), packing_(std::move(packing)), pool_(pool), low_(low), high_(high) {
    const int32_t width = plan.fence().layout.width();
    if (low_) fence_packing.Encode(low_, width, 1, &low_entry_);
    if (high_) fence_packing.Encode(high_, width, 1, &high_entry_);
    auto less = [&plan](const uint8_t* a, const uint8_t* b) { return FenceLess(plan, a, b); };
    for (auto& run : runs) {
      Reader reader;
      const auto& fences = run->fences;
      if (low_) {
        // The block before the first one above the fence; where keys are kept whole, rows like the fence may begin in an earlier one.
        const auto above = plan.fence().whole.empty() ? std::upper_bound(fences.begin(), fences.end(), low_, less)
                                                      : std::lower_bound(fences.begin(), fences.end(), low_, less);
        reader.next = std::max<int64_t>(above - fences.begin() - 1, 0);
      }
      reader.end = high_ ? std::lower_bound(fences.begin(), fences.end(), high_, less) - fences.begin()
                         : static_cast<int64_t>(fences.size());
      reader.run = std::move(run);
      if (reader.next < reader.end) readers_.push_back(std::move(reader));
    }
  }

  bool done() const override { return done_; }
  void Unread(int64_t n) override { given_ -= n; }

  arrow::Result<int64_t> Next(TaskContext& context, int64_t most, const uint8_t** rows) override {
    if (given_ == taken_rows_) {
      ARROW_ASSIGN_OR_RAISE(const bool ready, Round(context));
      if (!ready) return 0;
    }
    const int64_t n = std::min(most, taken_rows_ - given_);
    const auto* entries = reinterpret_cast<const Entry*>(taken_->data()) + given_;
    for (int64_t i = 0; i < n; ++i) rows[i] = RowOf(entries[i].ref);
    given_ += n;
    return n;
  }

 private:
  struct Reader {
    std::shared_ptr<SortRun> run;
    int64_t next = 0, end = 0;  // blocks to be read
    std::unique_ptr<RowStore> store;
    std::vector<const uint8_t*> rows;
    std::shared_ptr<arrow::Buffer> entries;
    int64_t at = 0, size = 0;
    const Entry* data() const { return reinterpret_cast<const Entry*>(entries->data()); }
  };

  const uint8_t* RowOf(uint64_t ref) const { return readers_[ref >> 32].rows[ref & UINT32_MAX]; }
  bool TieLess(uint64_t a, uint64_t b) const {
    const uint8_t* x = RowOf(a);
    const uint8_t* y = RowOf(b);
    if (!packing_.exact()) {
      const int order = CompareKeys(plan_.run().keys, packing_.tie_from(), x, y);
      if (order != 0) return order < 0;
    }
    return PlaceIn(plan_.run(), x) < PlaceIn(plan_.run(), y);
  }
  bool Less(const Entry& a, const Entry& b) const { return KeyLess(a, b) || (KeyEqual(a, b) && TieLess(a.ref, b.ref)); }
  bool BelowFence(const Entry& a, const Entry& fence, const uint8_t* fence_row) const {
    if (!plan_.run().whole.empty()) return CompareKeys(plan_.run().whole, plan_.fence().whole, 0, RowOf(a.ref), fence_row) < 0;
    if (!KeyEqual(a, fence)) return KeyLess(a, fence);
    const uint8_t* row = RowOf(a.ref);
    if (!packing_.exact()) {
      const int order = CompareKeys(plan_.run().keys, plan_.fence().keys, packing_.tie_from(), row, fence_row);
      if (order != 0) return order < 0;
    }
    return PlaceIn(plan_.run(), row) < PlaceIn(plan_.fence(), fence_row);
  }

  arrow::Status Load(size_t number) {
    Reader& reader = readers_[number];
    reader.store.reset();
    reader.entries.reset();
    reader.at = reader.size = 0;
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader.run->file->Read(reader.next, pool_));
    const int64_t n = batch->num_rows();
    std::vector<RowColumn> columns;
    for (int c = 0; c < batch->num_columns(); ++c) columns.push_back({batch->column_data(c), nullptr});
    auto store = std::make_unique<RowStore>(&plan_.run().layout, pool_);
    std::vector<RowSpan> spans;
    ARROW_RETURN_NOT_OK(store->Append(columns, n, &spans));
    ARROW_ASSIGN_OR_RAISE(reader.entries, arrow::AllocateBuffer(n * sizeof(Entry), pool_));
    reader.store = std::move(store);
    auto* entries = reinterpret_cast<Entry*>(reader.entries->mutable_data());
    const int32_t width = plan_.run().layout.width();
    reader.rows.clear();
    for (const RowSpan& span : spans) {
      packing_.Encode(span.begin, width, span.rows, entries + reader.rows.size());
      for (int64_t i = 0; i < span.rows; ++i) {
        entries[reader.rows.size()].ref = uint64_t{number} << 32 | reader.rows.size();
        reader.rows.push_back(span.begin + i * width);
      }
    }
    reader.size = n;
    if (low_) {
      reader.at = std::partition_point(entries, entries + n, [this](const Entry& e) { return BelowFence(e, low_entry_, low_); }) - entries;
    }
    if (high_) {
      reader.size = std::partition_point(entries, entries + n, [this](const Entry& e) { return BelowFence(e, high_entry_, high_); }) - entries;
      reader.at = std::min(reader.at, reader.size);
    }
    ++reader.next;
    return arrow::Status::OK();
  }

  // False: time is up, or all is done.
  arrow::Result<bool> Round(TaskContext& context) {
    for (size_t r = 0; r < readers_.size(); ++r) {
      while (readers_[r].at == readers_[r].size && readers_[r].next < readers_[r].end) {
        if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
        if (loaded_ && context.Stop()) {
          loaded_ = false;
          return false;
        }
        ARROW_RETURN_NOT_OK(Load(r));
        loaded_ = true;
      }
    }
    const Entry* bound = nullptr;
    int64_t most = 0;
    for (const Reader& reader : readers_) {
      most += reader.size - reader.at;
      if (reader.next >= reader.end || reader.at == reader.size) continue;
      const Entry* last = reader.data() + reader.size - 1;
      if (!bound || Less(*last, *bound)) bound = last;
    }
    if (most == 0) {
      done_ = true;
      readers_.clear();
      return false;
    }
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> taken, arrow::AllocateBuffer(2 * most * sizeof(Entry), pool_));
    auto* entries = reinterpret_cast<Entry*>(taken->mutable_data());
    int64_t n = 0;
    for (Reader& reader : readers_) {
      const Entry* begin = reader.data() + reader.at;
      const Entry* end = reader.data() + reader.size;
      if (reader.at == reader.size) continue;
      if (bound) end = std::partition_point(begin, end, [&](const Entry& e) { return !Less(*bound, e); });
      std::copy(begin, end, entries + n);
      n += end - begin;
      reader.at += end - begin;
    }
    SortEntries(entries, n, entries + most, false, [this](uint64_t a, uint64_t b) { return TieLess(a, b); });
    taken_ = std::move(taken);
    taken_rows_ = n;
    given_ = 0;
    loaded_ = false;
    return true;
  }

  const SortPlan& plan_;
  const KeyPacking packing_;
  arrow::MemoryPool* const pool_;
  const uint8_t* const low_;
  const uint8_t* const high_;
  Entry low_entry_{}, high_entry_{};
  std::vector<Reader> readers_;
  std::shared_ptr<arrow::Buffer> taken_;
  int64_t taken_rows_ = 0, given_ = 0;
  bool loaded_ = false, done_ = false;
};

}  // namespace

bool FenceLess(const SortPlan& plan, const uint8_t* a, const uint8_t* b) {
  if (!plan.fence().whole.empty()) return CompareKeys(plan.fence().whole, 0, a, b) < 0;
  const int order = CompareKeys(plan.fence().keys, 0, a, b);
  return order != 0 ? order < 0 : PlaceIn(plan.fence(), a) < PlaceIn(plan.fence(), b);
}

std::unique_ptr<SortMerge> MakeSortMerge(const SortPlan& plan, const std::vector<KeyStats>& stats, std::vector<std::shared_ptr<SortRun>> runs,
                                         const uint8_t* low, const uint8_t* high, arrow::MemoryPool* pool) {
  KeyPacking packing(plan.run().keys, stats), fences(plan.fence().keys, stats);
  switch (packing.words()) {
    case 1: return std::make_unique<Merge<1>>(plan, std::move(packing), std::move(fences), std::move(runs), low, high, pool);
    case 2: return std::make_unique<Merge<2>>(plan, std::move(packing), std::move(fences), std::move(runs), low, high, pool);
    default: return std::make_unique<Merge<4>>(plan, std::move(packing), std::move(fences), std::move(runs), low, high, pool);
  }
}

}  // namespace bowstring::exec
