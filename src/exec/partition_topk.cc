// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// One set of partitions for all workers, in 64 parts by hash, as DISTINCT has it.

#include "exec/partition_topk.h"

#include <array>
#include <atomic>
#include <mutex>

#include <arrow/api.h>

#include "exec/group_table.h"
#include "exec/topk.h"

namespace bowstring::exec {
namespace {

constexpr int kParts = GroupTable::kPartitions;
constexpr const char* kName = "PartitionedTopKExec";

// It goes on while it has left out this share of the rows: little is asked at first, when most rows are the first of their partitions.
constexpr int64_t kTrialRows = 256 << 10, kTrialShare = 32;
constexpr int64_t kLongRows = 2 << 20, kLongShare = 4;

// The best ranks of each partition.
class PartitionBounds final : public Holder {
 public:
  PartitionBounds(GroupLayout layout, int64_t fetch, QueryMemory* memory) : layout_(std::move(layout)), fetch_(fetch), memory_(memory) {
    for (auto& part : parts_) {
      part = std::make_unique<Part>(layout_, memory->pool());
      part->table.set_may_reset(false);
    }
    memory_->Register(this);
  }
  ~PartitionBounds() override { memory_->Unregister(this); }

  const GroupLayout& layout() const { return layout_; }
  bool off() const { return off_.load(); }

  /// Clears `kept` of those of the `n` rows `picked`, all of part p, that are behind the first of their partitions. Never fails: without memory
  /// all rows are kept. `rows`: scratch.
  void Judge(int p, const KeyBatch& keys, const uint64_t* hashes, const int32_t* picked, int64_t n, const uint64_t* ranks, uint8_t** rows,
             uint8_t* kept) {
    Part& part = *parts_[static_cast<size_t>(p)];
    bool full = false;
    if (const std::lock_guard lock(part.mutex); !off()) {
      const arrow::Status found = part.table.Find(keys, hashes, picked, n, rows);
      part.bytes.store(part.table.bytes(), std::memory_order_relaxed);
      const int32_t offset = layout_.state(0);
      for (int64_t i = 0; i < n && found.ok(); ++i) {
        // Turned round, so that a new row's zeroes are behind all ranks; the best first.
        const uint64_t rank = ~ranks[picked[i]];
        uint64_t* best = reinterpret_cast<uint64_t*>(rows[i] + offset);
        int64_t at = fetch_ - 1;
        if (rank <= best[at]) {
          kept[picked[i]] = rank == best[at];
          continue;
        }
        for (; at > 0 && best[at - 1] < rank; --at) best[at] = best[at - 1];
        best[at] = rank;
      }
      full = !found.ok();
    }
    if (full || off()) TurnOff();  // who turned it off before may have found this part locked
  }

  /// Whether it pays is seen by how many rows of a batch were left out.
  void Note(int64_t rows, int64_t left_out) {
    const int64_t seen = seen_.fetch_add(rows, std::memory_order_relaxed) + rows;
    const int64_t out = left_out_.fetch_add(left_out, std::memory_order_relaxed) + left_out;
    if ((seen >= kTrialRows && out < seen / kTrialShare) || (seen >= kLongRows && out < seen / kLongShare)) TurnOff();
  }

  int64_t Evictable() const noexcept override {
    int64_t bytes = 0;
    for (const auto& part : parts_) bytes += part->bytes.load(std::memory_order_relaxed);
    return bytes;
  }
  arrow::Result<int64_t> Evict(TaskContext&, int64_t) override { return TurnOff(); }
  std::string holder_name() const override { return kName; }

 private:
  struct Part {
    Part(const GroupLayout& layout, arrow::MemoryPool* pool) : table(&layout, -1, pool) {}
    std::mutex mutex;
    GroupTable table;
    std::atomic<int64_t> bytes{0};
  };

  int64_t TurnOff() {
    off_.store(true);
    int64_t freed = 0;
    for (const auto& part : parts_) {
      const std::unique_lock lock(part->mutex, std::try_to_lock);  // taken: whoever has it will free it
      if (!lock.owns_lock()) continue;
      freed += part->table.bytes();
      part->table.FreeSlots();
      part->table.stores()[0].Clear();
      part->bytes.store(0, std::memory_order_relaxed);
    }
    return freed;
  }

  const GroupLayout layout_;
  const int64_t fetch_;
  QueryMemory* const memory_;
  std::array<std::unique_ptr<Part>, kParts> parts_;
  std::atomic<bool> off_{false};  // for good
  std::atomic<int64_t> seen_{0}, left_out_{0};
};

class PartitionTopK final : public Operator {
 public:
  PartitionTopK(PartitionTopKSpec spec, GroupLayout layout, QueryMemory* memory)
      : spec_(std::move(spec)), bounds_(std::make_unique<PartitionBounds>(std::move(layout), spec_.fetch, memory)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return spec_.schema; }
  std::string name() const override { return kName; }

  arrow::Result<Step> Process(TaskContext& context, OpState*, const Batch* in, Batch* out) const override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    if (bounds_->off()) {
      *out = *in;
      return Step::kNeedInput;
    }
    KernelContext kernel = spec_.kernel;
    kernel.task = &context;
    kernel.exec = context.exec();
    arrow::MemoryPool* pool = context.pool();
    const int64_t n = in->num_rows();
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (const auto& expr : spec_.partition_by) {
      ARROW_ASSIGN_OR_RAISE(const auto column, expr->EvaluateArray(kernel, *in));
      columns.push_back(column->data());
    }
    ARROW_ASSIGN_OR_RAISE(const KeyBatch keys, PrepareKeys(bounds_->layout(), columns, n, nullptr, pool));
    ARROW_ASSIGN_OR_RAISE(const auto values, spec_.key.expr->EvaluateArray(kernel, *in));
    ARROW_ASSIGN_OR_RAISE(const auto scratch, arrow::AllocateBuffer(n * (8 + 8 + 8 + 4 + 1), pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> indices, arrow::AllocateBuffer(n * 4, pool));
    auto selection = std::make_shared<Selection>();
    auto* hashes = reinterpret_cast<uint64_t*>(scratch->mutable_data());
    auto* ranks = hashes + n;
    auto* rows = reinterpret_cast<uint8_t**>(ranks + n);
    auto* picked = reinterpret_cast<int32_t*>(rows + n);
    auto* kept = reinterpret_cast<uint8_t*>(picked + n);
    ARROW_RETURN_NOT_OK(RankFirstKey(*values->data(), spec_.key, ranks));
    HashKeys(bounds_->layout(), keys, n, hashes);
    std::memset(kept, 1, static_cast<size_t>(n));

    // Nothing below fails: a batch that came again would be counted twice.
    int32_t begin[kParts + 1];
    SplitByPartition(hashes, nullptr, n, begin, picked);
    const int first = context.worker() * 23 % kParts;  // workers begin at different parts, so that they seldom meet
    for (int i = 0; i < kParts; ++i) {
      const int p = (first + i) % kParts;
      const int64_t size = begin[p + 1] - begin[p];
      if (size > 0) bounds_->Judge(p, keys, hashes, picked + begin[p], size, ranks, rows + begin[p], kept);
    }
    auto* chosen = reinterpret_cast<int32_t*>(indices->mutable_data());
    const int32_t* outer = in->rows ? in->rows->data() : nullptr;
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      chosen[count] = outer ? outer[i] : static_cast<int32_t>(i);
      count += kept[i];
    }
    bounds_->Note(n, n - count);
    if (count == 0) return Step::kNeedInput;
    *out = *in;
    if (count < n) {
      selection->indices = std::move(indices);
      selection->length = count;
      out->rows = std::move(selection);
    }
    return Step::kNeedInput;
  }

 private:
  const PartitionTopKSpec spec_;
  const std::unique_ptr<PartitionBounds> bounds_;
};

}  // namespace

arrow::Result<std::shared_ptr<Operator>> MakePartitionTopK(PartitionTopKSpec spec, QueryMemory* memory) {
  std::vector<std::shared_ptr<arrow::Field>> keys;
  for (const auto& expr : spec.partition_by) keys.push_back(arrow::field("", expr->physical_type()));
  ARROW_ASSIGN_OR_RAISE(auto layout, GroupLayout::Make(keys, {static_cast<int32_t>(spec.fetch * 8)}));
  return std::make_shared<PartitionTopK>(std::move(spec), std::move(layout), memory);
}

}  // namespace bowstring::exec
