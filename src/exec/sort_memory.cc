// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort_memory.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <shared_mutex>

#include <bowstring/error.h>

#include "exec/sort_entries.h"
#include "exec/sort_runs.h"

namespace bowstring::exec {
namespace {

// Rows of a block, the unit of packing and splitting; and of a share, which is sorted while it lies in the L2 cache.
constexpr int64_t kBlockRows = 64 << 10, kShareRows = 48 << 10;
constexpr int64_t kSamplesPerShare = 48;
// Rows of so few bytes are copied side by side when their share is sorted: blocks keep two bytes for each until then, no keys.
constexpr int32_t kNarrowRow = 64;
constexpr int64_t kRoom = 4 << 20;
static_assert(kBlockRows <= 1 << 16);
constexpr int kTopBits = 12;
constexpr int64_t kBatchBytes = 4 << 20;

template <int kWords>
class Shares final : public MemorySort, public Holder, public std::enable_shared_from_this<Shares<kWords>> {
 public:
  using Entry = SortEntry<kWords>;

  Shares(std::shared_ptr<const SortPlan> plan, std::vector<std::shared_ptr<SortRows>> parts, KeyPacking packing, QueryMemory* memory,
         std::shared_ptr<SpillSpace> spill)
      : plan_(std::move(plan)), parts_(std::move(parts)), packing_(std::move(packing)), memory_(memory), pool_(memory->pool()),
        spill_(std::move(spill)), fence_rows_(&plan_->fence().layout, pool_, true) {
    for (const auto& part : parts_) segments_.insert(segments_.end(), part->segments.begin(), part->segments.end());
    std::sort(segments_.begin(), segments_.end(), [](const SortSegment& a, const SortSegment& b) { return a.first < b.first; });
    for (const SortSegment& segment : segments_) rows_ += segment.rows;
    // Small inputs are one share, so that the first batch waits for one sort only.
    const int64_t shares = std::clamp<int64_t>((rows_ + kShareRows - 1) / kShareRows, 1, 4096);
    MakeBlocks();
    if (shares > 1) Sample(shares);
    shares_ = static_cast<int64_t>(splitters_.size()) + 1;
    // Entries of wide rows are room enough for the runs' own when rows have to leave; narrow rows keep some.
    narrow_ = shares_ > 1 && plan_->memory().layout.width() <= kNarrowRow;
    for (const auto& part : parts_) bytes_ += part->store.bytes();
    if (narrow_) room_ = arrow::AllocateBuffer(std::min(kRoom, rows_ * 4), pool_).ValueOr(nullptr);
    memory_->Register(this);
  }
  ~Shares() override { memory_->Unregister(this); }

  int64_t Evictable() const noexcept override { return bytes_.load(std::memory_order_relaxed); }
  // Steps hold the gate shared: while one is inside, nothing is given up. The next allocation that fails asks again.
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t) override {
    const std::unique_lock lock(gate_, std::try_to_lock);
    if (!lock || runs_) return 0;
    if (splitters_.size() > fences_.size()) ARROW_RETURN_NOT_OK(MakeFences());
    // Entries make room for the runs' own. There is no way back then: steps fail for memory until an eviction has gone through.
    for (Block& block : blocks_) block.entries.reset();
    room_.reset();
    leaving_ = true;
    auto runs = std::make_shared<SortRuns>(plan_, memory_, spill_);
    for (const auto& part : parts_) ARROW_RETURN_NOT_OK(runs->Add(context, *part));
    runs_ = std::move(runs);
    parts_.clear();
    segments_.clear();
    return bytes_.exchange(0);
  }
  std::string holder_name() const override { return "SortExec"; }

  std::vector<std::unique_ptr<Job>> Jobs() override {
    std::vector<std::unique_ptr<Job>> jobs;
    for (size_t b = 0; b < blocks_.size(); ++b) jobs.push_back(std::make_unique<SplitJob>(this->shared_from_this(), b));
    return jobs;
  }
  std::shared_ptr<Source> Output() override;

  const uint8_t* RowOf(uint64_t ref) const {
    return segments_[ref >> 32].begin + static_cast<int64_t>(ref & UINT32_MAX) * plan_->memory().layout.width();
  }
  // A total order on rows of equal packed keys.
  bool TieLess(uint64_t a, uint64_t b) const {
    if (!packing_.exact()) {
      const int order = CompareKeys(plan_->memory().keys, packing_.tie_from(), RowOf(a), RowOf(b));
      if (order != 0) return order < 0;
    }
    return a < b;
  }

 private:
  struct Block {
    size_t segment = 0;      // where it begins
    int64_t offset = 0;      // in that segment
    int64_t rows = 0;
    std::shared_ptr<arrow::Buffer> entries;  // by share; of narrow rows: their numbers in the block, 16 bits each
    std::vector<uint32_t> begin;  // of each share, and the end
  };

  class SplitJob final : public Job {
   public:
    SplitJob(std::shared_ptr<Shares> owner, size_t block) : owner_(std::move(owner)), block_(block) {}
    arrow::Result<Step> Run(TaskContext&) override {
      const std::shared_lock lock(owner_->gate_);
      if (owner_->leaving_) return Step::kFinished;
      ARROW_RETURN_NOT_OK(owner_->Split(&owner_->blocks_[block_]));
      return Step::kFinished;
    }

   private:
    std::shared_ptr<Shares> owner_;
    size_t block_;
  };
  class ShareSource;
  class ShareCursor;

  void MakeBlocks() {
    Block block;
    for (size_t s = 0; s < segments_.size(); ++s) {
      for (int64_t at = 0; at < segments_[s].rows;) {
        if (block.rows == 0) {
          block.segment = s;
          block.offset = at;
        }
        const int64_t here = std::min(segments_[s].rows - at, kBlockRows - block.rows);
        block.rows += here;
        at += here;
        if (block.rows == kBlockRows) {
          blocks_.push_back(std::move(block));
          block = Block{};
        }
      }
    }
    if (block.rows > 0) blocks_.push_back(std::move(block));
  }

  Entry EntryOf(size_t segment, int64_t row) const {
    Entry entry;
    packing_.Encode(segments_[segment].begin + row * plan_->memory().layout.width(), plan_->memory().layout.width(), 1, &entry);
    entry.ref = uint64_t{segment} << 32 | static_cast<uint64_t>(row);
    return entry;
  }
  bool Less(const Entry& a, const Entry& b) const { return KeyLess(a, b) || (KeyEqual(a, b) && TieLess(a.ref, b.ref)); }
  // Whether the entry belongs before splitter s: by the keys that morsels don't cut, where it is a morsel's edge (it has only their bits then).
  bool Before(Entry entry, size_t s) const {
    if (plan_->memory().whole.empty() || inner_[s]) return Less(entry, splitters_[s]);
    Mask(&entry);
    return CompareWhole(entry, splitters_[s]) < 0;
  }
  // Of masked entries.
  int CompareWhole(const Entry& a, const Entry& b) const {
    if (!KeyEqual(a, b)) return KeyLess(a, b) ? -1 : 1;
    const auto& whole = plan_->memory().whole;
    const int tie = packing_.tie_from();
    return tie >= 0 && tie < static_cast<int>(whole.size()) ? CompareKeys(whole, tie, RowOf(a.ref), RowOf(b.ref)) : 0;
  }
  void Mask(Entry* entry) const {
    int bits = packing_.bits(plan_->spec().whole_keys);
    for (int w = 0; w < kWords; ++w, bits -= 64) entry->key[w] &= bits >= 64 ? ~uint64_t{0} : bits <= 0 ? 0 : ~(~uint64_t{0} >> bits);
  }

  void Sample(int64_t shares) {
    const int64_t step = std::max<int64_t>(rows_ / (shares * kSamplesPerShare), 1);
    std::vector<Entry> samples;
    // A fixed sequence of odd steps: samples must not fall into step with a pattern of the data.
    uint64_t state = 0x9e3779b97f4a7c15u;
    int64_t at = 0, before = 0;
    size_t segment = 0;
    while (at < rows_) {
      while (at - before >= segments_[segment].rows) before += segments_[segment++].rows;
      samples.push_back(EntryOf(segment, at - before));
      state = state * 6364136223846793005u + 1442695040888963407u;
      at += step / 2 + 1 + static_cast<int64_t>((state >> 33) % static_cast<uint64_t>(step));
    }
    std::sort(samples.begin(), samples.end(), [this](const Entry& a, const Entry& b) { return Less(a, b); });
    for (int64_t s = 1; s < shares; ++s) splitters_.push_back(samples[s * static_cast<int64_t>(samples.size()) / shares]);
    inner_.assign(splitters_.size(), false);
    if (plan_->spec().whole_keys > 0) {
      Entry before;
      for (size_t s = 0; s < splitters_.size(); ++s) {
        Entry masked = splitters_[s];
        Mask(&masked);
        inner_[s] = s > 0 && CompareWhole(masked, before) == 0;
        if (!inner_[s]) splitters_[s] = masked;
        before = masked;
      }
    }
    size_t next = 0;
    for (uint64_t top = 0; top <= uint64_t{1} << kTopBits; ++top) {
      while (next < splitters_.size() && splitters_[next].key[0] >> (64 - kTopBits) < top) ++next;
      first_of_top_.push_back(static_cast<uint32_t>(next));
    }
  }

  // The number of splitters that are not above the entry.
  uint32_t ShareOf(const Entry& entry) const {
    const uint64_t top = entry.key[0] >> (64 - kTopBits);
    uint32_t low = first_of_top_[top], high = first_of_top_[top + 1];
    while (low < high) {
      const uint32_t middle = (low + high) / 2;
      if (Before(entry, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  int64_t RowsOf(int64_t share) const {
    int64_t rows = 0;
    for (const Block& block : blocks_) rows += block.begin[share + 1] - block.begin[share];
    return rows;
  }
  // Behind the last share of the morsel that begins with this one.
  int64_t MorselEnd(int64_t share) const {
    while (share < shares_ - 1 && inner_[share]) ++share;
    return share + 1;
  }

  // The splitters' keys and places, as rows of their own.
  arrow::Status MakeFences() {
    const auto n = static_cast<int64_t>(splitters_.size());
    std::vector<const uint8_t*> rows;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> morsels, arrow::AllocateBuffer(n * sizeof(uint64_t), pool_));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> numbers, arrow::AllocateBuffer(n * sizeof(uint64_t), pool_));
    for (int64_t i = 0; i < n; ++i) {
      const uint64_t ref = splitters_[i].ref;
      rows.push_back(RowOf(ref));
      reinterpret_cast<uint64_t*>(morsels->mutable_data())[i] = segments_[ref >> 32].first.morsel;
      reinterpret_cast<uint64_t*>(numbers->mutable_data())[i] = segments_[ref >> 32].first.row + (ref & UINT32_MAX);
    }
    std::vector<int> keys;
    for (size_t k = 0; k < plan_->memory().keys.size(); ++k) keys.push_back(plan_->key_field(k));
    ARROW_ASSIGN_OR_RAISE(auto columns, DecodeRows(plan_->memory().layout, keys, rows.data(), n, pool_));
    columns.push_back(arrow::ArrayData::Make(arrow::uint64(), n, {nullptr, std::move(morsels)}, 0));
    columns.push_back(arrow::ArrayData::Make(arrow::uint64(), n, {nullptr, std::move(numbers)}, 0));
    std::vector<RowColumn> stored;
    for (auto& column : columns) stored.push_back({std::move(column), nullptr});
    std::vector<RowSpan> spans;
    ARROW_RETURN_NOT_OK(fence_rows_.Append(stored, n, &spans));
    for (const RowSpan& span : spans) {
      for (int64_t i = 0; i < span.rows; ++i) fences_.push_back(span.begin + i * plan_->fence().layout.width());
    }
    return arrow::Status::OK();
  }

  arrow::Status Split(Block* block) {
    const auto size = static_cast<int64_t>(narrow_ ? sizeof(uint16_t) : sizeof(Entry));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(block->rows * size, pool_));
    auto* entries = reinterpret_cast<Entry*>(out->mutable_data());
    std::shared_ptr<arrow::Buffer> packed;
    Entry* from = entries;
    if (shares_ > 1) {
      ARROW_ASSIGN_OR_RAISE(packed, arrow::AllocateBuffer(block->rows * (sizeof(Entry) + sizeof(uint16_t)), pool_));
      from = reinterpret_cast<Entry*>(packed->mutable_data());
    }
    const int32_t width = plan_->memory().layout.width();
    size_t segment = block->segment;
    int64_t offset = block->offset;
    for (int64_t at = 0; at < block->rows;) {
      const int64_t here = std::min(segments_[segment].rows - offset, block->rows - at);
      packing_.Encode(segments_[segment].begin + offset * width, width, here, from + at);
      for (int64_t i = 0; i < here; ++i) from[at + i].ref = uint64_t{segment} << 32 | static_cast<uint64_t>(offset + i);
      at += here;
      offset = 0;
      ++segment;
    }
    block->begin.assign(shares_ + 1, 0);
    if (shares_ > 1) {
      auto* share_of = reinterpret_cast<uint16_t*>(from + block->rows);
      std::vector<uint32_t> next(shares_ + 1, 0);
      for (int64_t i = 0; i < block->rows; ++i) {
        const uint32_t share = ShareOf(from[i]);
        share_of[i] = static_cast<uint16_t>(share);
        ++next[share + 1];
      }
      for (int64_t s = 0; s < shares_; ++s) next[s + 1] += next[s];
      std::copy(next.begin(), next.end(), block->begin.begin());
      if (narrow_) {
        auto* numbers = reinterpret_cast<uint16_t*>(out->mutable_data());
        for (int64_t i = 0; i < block->rows; ++i) numbers[next[share_of[i]]++] = static_cast<uint16_t>(i);
      } else {
        for (int64_t i = 0; i < block->rows; ++i) entries[next[share_of[i]]++] = from[i];
      }
    } else {
      block->begin[1] = static_cast<uint32_t>(block->rows);
    }
    block->entries = std::move(out);
    return arrow::Status::OK();
  }

  std::shared_ptr<const SortPlan> plan_;
  std::vector<std::shared_ptr<SortRows>> parts_;
  const KeyPacking packing_;
  QueryMemory* const memory_;
  arrow::MemoryPool* const pool_;
  const std::shared_ptr<SpillSpace> spill_;
  std::shared_mutex gate_;
  std::shared_ptr<SortRuns> runs_;  // once evicted; then parts, segments and entries are gone
  bool leaving_ = false;
  RowStore fence_rows_;
  std::vector<const uint8_t*> fences_;  // of the splitters
  std::atomic<int64_t> bytes_{0};
  std::vector<SortSegment> segments_;  // by place: numbers of rows are in the order of places
  int64_t rows_ = 0, shares_ = 1;
  bool narrow_ = false;
  std::unique_ptr<arrow::Buffer> room_;
  std::vector<Block> blocks_;
  std::vector<Entry> splitters_;
  std::vector<bool> inner_;  // of each splitter: the shares on both sides of it belong to one morsel
  std::vector<uint32_t> first_of_top_;  // by the top bits of a key: first splitter that may be above
};

template <int kWords>
class Shares<kWords>::ShareCursor final : public Cursor {
 public:
  ShareCursor(std::shared_ptr<Shares> owner, int64_t first, int64_t shares, int64_t rows, int64_t skip)
      : owner_(std::move(owner)), first_(first), end_(first + shares), rows_(rows), at_(skip), share_(first - 1) {}

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    const std::shared_lock lock(owner_->gate_);
    if (owner_->runs_) return NextFromRuns(context, out);
    if (owner_->leaving_) return arrow::Status::OutOfMemory("a sort's rows are on their way to disk");
    if (at_ >= rows_) return Step::kFinished;
    for (; share_ < first_ || at_ >= begin_ + share_rows_; ++share_) {
      begin_ += share_rows_;
      share_rows_ = owner_->RowsOf(share_ + 1);
    }
    if (!entries_) {
      ARROW_RETURN_NOT_OK(Sort(context.pool()));
      if (context.Stop()) return Step::kHaveMore;
    }
    const SortPlan& plan = *owner_->plan_;
    int64_t n = std::min({plan.spec().batch_rows, rows_ - at_, begin_ + share_rows_ - at_});
    const Entry* entries = reinterpret_cast<const Entry*>(entries_->data()) + (at_ - begin_);
    std::vector<const uint8_t*> rows(n);
    for (int64_t i = 0; i < n; ++i) rows[i] = RowOf(entries[i].ref);
    n = RowsWithin(plan.memory().layout, rows.data(), n, kBatchBytes);
    ARROW_ASSIGN_OR_RAISE(out->data, RowsToBatch(plan.memory().layout, plan.output_fields(), plan.output_schema(), rows.data(), n, context.pool()));
    out->first_row = at_;
    at_ += n;
    if (at_ < begin_ + share_rows_ && at_ < rows_) return Step::kHaveMore;
    entries_.reset();
    copied_.reset();
    return at_ < rows_ ? Step::kHaveMore : Step::kFinished;
  }
  std::optional<Mark> Position() const override { return rest_ ? rest_->Position() : Mark{at_}; }

 private:
  arrow::Result<Step> NextFromRuns(TaskContext& context, Batch* out) {
    entries_.reset();
    copied_.reset();
    if (!rest_) {
      const auto& fences = owner_->fences_;
      ARROW_ASSIGN_OR_RAISE(rest_, SortRangeCursor(owner_->runs_, first_ == 0 ? nullptr : fences[first_ - 1],
                                                   end_ == owner_->shares_ ? nullptr : fences[end_ - 1], at_, rows_));
    }
    return rest_->Next(context, out);
  }

  arrow::Status Sort(arrow::MemoryPool* pool) {
    const int64_t n = share_rows_;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(n * sizeof(Entry), pool));
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Buffer> scratch, arrow::AllocateBuffer(n * sizeof(Entry), pool));
    auto* entries = reinterpret_cast<Entry*>(buffer->mutable_data());
    int64_t at = 0;
    if (owner_->narrow_) {
      const int32_t width = owner_->plan_->memory().layout.width();
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> rows, arrow::AllocateBuffer(n * width, pool));
      uint8_t* to = rows->mutable_data();
      for (const Block& block : owner_->blocks_) to = Copy(block, to);
      owner_->packing_.Encode(rows->data(), width, n, entries);
      for (int64_t i = 0; i < n; ++i) entries[i].ref = static_cast<uint64_t>(i);
      copied_ = std::move(rows);
      // In the order of places, as below.
      SortEntries(entries, n, reinterpret_cast<Entry*>(scratch->mutable_data()), owner_->packing_.exact(), [this](uint64_t a, uint64_t b) {
        const int tie = owner_->packing_.tie_from();
        const int order = tie < 0 ? 0 : CompareKeys(owner_->plan_->memory().keys, tie, RowOf(a), RowOf(b));
        return order != 0 ? order < 0 : a < b;
      });
      entries_ = std::move(buffer);
      return arrow::Status::OK();
    }
    for (const Block& block : owner_->blocks_) {
      const auto* from = reinterpret_cast<const Entry*>(block.entries->data());
      const int64_t here = block.begin[share_ + 1] - block.begin[share_];
      std::copy(from + block.begin[share_], from + block.begin[share_ + 1], entries + at);
      at += here;
    }
    // Blocks follow each other by place, so a stable sort keeps ties in place.
    SortEntries(entries, n, reinterpret_cast<Entry*>(scratch->mutable_data()), owner_->packing_.exact(),
                [this](uint64_t a, uint64_t b) { return owner_->TieLess(a, b); });
    entries_ = std::move(buffer);
    return arrow::Status::OK();
  }

  const uint8_t* RowOf(uint64_t ref) const {
    return copied_ ? copied_->data() + static_cast<int64_t>(ref) * owner_->plan_->memory().layout.width() : owner_->RowOf(ref);
  }

  // The share's rows of a block, side by side; returns the end.
  uint8_t* Copy(const Block& block, uint8_t* to) const {
    const auto* numbers = reinterpret_cast<const uint16_t*>(block.entries->data());
    const int32_t width = owner_->plan_->memory().layout.width();
    size_t segment = block.segment;
    int64_t end = owner_->segments_[segment].rows - block.offset;                    // of the block's rows, in this segment
    const uint8_t* zero = owner_->segments_[segment].begin + block.offset * width;  // where the block's row 0 would lie, seen from this segment
    constexpr uint32_t kAhead = 16;
    const uint32_t limit = block.begin[share_ + 1];
    for (uint32_t i = block.begin[share_]; i < limit; ++i) {
      const int64_t number = numbers[i];
      while (number >= end) {
        const SortSegment& next = owner_->segments_[++segment];
        zero = next.begin - end * width;
        end += next.rows;
      }
      if (i + kAhead < limit && numbers[i + kAhead] < end) {  // each lies in lines of its own
        const uint8_t* ahead = zero + numbers[i + kAhead] * int64_t{width};
        __builtin_prefetch(ahead);
        __builtin_prefetch(ahead + width - 1);
      }
      std::memcpy(to, zero + number * width, static_cast<size_t>(width));
      to += width;
    }
    return to;
  }

  std::shared_ptr<Shares> owner_;
  std::shared_ptr<arrow::Buffer> copied_;  // narrow rows: the share's
  const int64_t first_, end_, rows_;  // the morsel's shares; rows_: to be given out, which `fetch` may have cut
  std::unique_ptr<Cursor> rest_;      // once the rows are in runs
  int64_t at_;
  int64_t share_, begin_ = 0, share_rows_ = 0;  // the share that is given out, its first row in the morsel and its rows
  std::shared_ptr<arrow::Buffer> entries_;
};

template <int kWords>
class Shares<kWords>::ShareSource final : public Source {
 public:
  explicit ShareSource(std::shared_ptr<Shares> owner) : owner_(std::move(owner)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return owner_->plan_->output_schema(); }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    const std::shared_lock lock(owner_->gate_);
    const int64_t fetch = owner_->plan_->spec().fetch;
    const bool counted = !owner_->leaving_;  // else evicted so early that the shares' sizes aren't known: a limit is counted by one cursor
    int64_t given = 0;
    for (int64_t s = 0, end = 0; s < owner_->shares_; s = end) {
      end = !counted && fetch >= 0 ? owner_->shares_ : owner_->MorselEnd(s);
      int64_t rows = 0, most = 0;
      for (int64_t share = s; counted && share < end; ++share) {
        const int64_t here = owner_->RowsOf(share);
        rows += here;
        most = std::max(most, here);
      }
      if (fetch >= 0) rows = counted ? std::min(rows, fetch - given) : fetch;
      if (counted && rows == 0) continue;
      given += rows;
      Morsel morsel;
      morsel.number = static_cast<uint64_t>(s);
      morsel.part = static_cast<int32_t>(end - s);
      morsel.need = most * (static_cast<int64_t>(2 * sizeof(Entry)) + (owner_->narrow_ ? kNarrowRow : 0)) + owner_->plan_->spec().batch_rows * owner_->plan_->memory().layout.width();
      morsel.end = counted || fetch >= 0 ? rows : -1;
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<ShareCursor>(owner_, static_cast<int64_t>(morsel.number), morsel.part, morsel.end, from ? from->row : 0);
  }

 private:
  std::shared_ptr<Shares> owner_;
};

template <int kWords>
std::shared_ptr<Source> Shares<kWords>::Output() {
  return std::make_shared<ShareSource>(this->shared_from_this());
}

}  // namespace

arrow::Result<std::shared_ptr<MemorySort>> MakeMemorySort(std::shared_ptr<const SortPlan> plan,
                                                          std::vector<std::shared_ptr<SortRows>> parts, QueryMemory* memory,
                                                          std::shared_ptr<SpillSpace> spill) {
  std::vector<KeyStats> stats(plan->memory().keys.size());
  for (const auto& part : parts) {
    for (size_t k = 0; k < stats.size(); ++k) stats[k].Add(part->stats[k]);
  }
  KeyPacking packing(plan->memory().keys, stats);
  switch (packing.words()) {
    case 1: return std::make_shared<Shares<1>>(std::move(plan), std::move(parts), std::move(packing), memory, std::move(spill));
    case 2: return std::make_shared<Shares<2>>(std::move(plan), std::move(parts), std::move(packing), memory, std::move(spill));
    default: return std::make_shared<Shares<4>>(std::move(plan), std::move(parts), std::move(packing), memory, std::move(spill));
  }
}

}  // namespace bowstring::exec
