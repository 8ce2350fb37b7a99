// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// One set of rows for all workers, in 64 parts by hash, each with a lock that is held while one batch's rows of the part are looked up (a few
// microseconds). A row that is new is marked as sent and goes out at once. A part that has been spilled can't tell new rows from old ones any more: what
// comes later is only collected, and the tail gives out those that were never sent.

#include "exec/distinct.h"

#include <array>
#include <atomic>
#include <mutex>

#include <arrow/api.h>

#include "exec/aggregate_core.h"
#include "exec/memory_use.h"
#include "functions/aggregate_loops.h"
#include "functions/gather_rows.h"

namespace bowstring::exec {
namespace {

constexpr int kParts = GroupTable::kPartitions;
constexpr const char* kName = "DistinctExec";
constexpr uint8_t kMetByte = 0;
constexpr const uint8_t* kMet = &kMetByte;  // stands in a worker's index for keys that are in the set

// The mark of a row: 1 once it has gone out.
class SentKernel final : public PlainKernel<SentKernel, uint64_t> {
 public:
  SentKernel() : PlainKernel(arrow::uint64()) {}
  void Join(uint64_t& into, const uint64_t& from) const { into |= from; }
  arrow::Status Update(const AggregateInput&, const GroupRows&) const override { return arrow::Status::OK(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return FixedArray<uint64_t>(result_type(), groups.count, pool, [&](int64_t i, uint64_t* out) {
      *out = at(groups, i);
      return true;
    });
  }
};

// The rows met so far.
class RowSet final : public Holder {
 public:
  explicit RowSet(std::shared_ptr<const GroupPlan> plan) : plan_(std::move(plan)) {
    for (auto& part : parts_) {
      part = std::make_unique<Part>(*plan_);
      part->table.set_may_reset(false);
    }
    plan_->memory->Register(this);
  }
  ~RowSet() override { Close(); }

  /// Marks, in `fresh`, those of the `n` rows `picked` that are new. Rows of a spilled part aren't, whatever they are.
  arrow::Status Add(int p, const KeyBatch& keys, const uint64_t* hashes, const int32_t* picked, int64_t n, uint8_t** rows, uint8_t* fresh) {
    Part& part = *parts_[static_cast<size_t>(p)];
    const std::lock_guard lock(part.mutex);
    const arrow::Status found = part.table.Find(keys, hashes, picked, n, rows);
    part.bytes.store(part.table.bytes(), std::memory_order_relaxed);
    ARROW_RETURN_NOT_OK(found);
    if (part.spilled) return arrow::Status::OK();
    const int32_t offset = plan_->layout.state(0);
    for (int64_t i = 0; i < n; ++i) {
      uint64_t& sent = *reinterpret_cast<uint64_t*>(rows[i] + offset);
      fresh[picked[i]] = sent == 0;
      sent = 1;
    }
    return arrow::Status::OK();
  }

  int64_t Evictable() const noexcept override {
    int64_t bytes = 0;
    for (const auto& part : parts_) bytes += part->bytes.load(std::memory_order_relaxed);
    return plan_->spill ? bytes : 0;
  }
  // Whole parts, spilled ones first: they cost nothing that isn't lost already.
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override {
    if (!plan_->spill || !evicting_.try_lock()) return 0;
    const std::lock_guard only(evicting_, std::adopt_lock);
    int64_t freed = 0;
    for (const bool again : {true, false}) {
      for (const auto& part : parts_) {
        if (freed >= want || context.cancelled()) return freed;
        const std::unique_lock lock(part->mutex, std::try_to_lock);
        if (!lock.owns_lock() || part->spilled != again || part->table.rows() == 0) continue;
        arrow::Result<int64_t> bytes = Spill(part.get(), context.pool());
        if (!bytes.ok() && freed == 0) return bytes.status();
        if (!bytes.ok()) return freed;
        freed += *bytes;
      }
    }
    return freed;
  }
  std::string holder_name() const override { return kName; }

  /// What was never sent, as a source; null where nothing was spilled.
  arrow::Result<std::shared_ptr<Source>> Rest() {
    Close();
    std::vector<GroupPart> rest;
    for (const auto& part : parts_) {
      if (part->spilled) {
        GroupPart made;
        made.runs = std::move(part->runs);
        if (part->table.rows() > 0) made.stores.push_back(std::move(part->table.stores()[0]));
        rest.push_back(std::move(made));
      }
      part->table.FreeSlots();
      part->table.stores()[0].Clear();
    }
    if (rest.empty()) return nullptr;
    return MakeGroupOutput(plan_, std::move(rest));
  }

 private:
  struct Part {
    explicit Part(const GroupPlan& plan) : table(&plan.layout, -1, plan.memory->pool()) {}
    std::mutex mutex;
    GroupTable table;
    bool spilled = false;
    std::vector<GroupRun> runs;
    std::atomic<int64_t> bytes{0};
  };

  arrow::Result<int64_t> Spill(Part* part, arrow::MemoryPool* pool) {
    if (!file_) {
      ARROW_ASSIGN_OR_RAISE(file_, SpillFile::Create(plan_->spill, plan_->serialized));
    }
    const int64_t before = part->table.bytes();
    ARROW_RETURN_NOT_OK(SpillStore(*plan_, &part->table.stores()[0], file_, &part->runs, pool));
    part->table.FreeSlots();
    part->spilled = true;
    part->bytes.store(0, std::memory_order_relaxed);
    return before;
  }
  void Close() {
    if (registered_) plan_->memory->Unregister(this);
    registered_ = false;
  }

  const std::shared_ptr<const GroupPlan> plan_;
  std::array<std::unique_ptr<Part>, kParts> parts_;
  std::mutex evicting_;
  std::shared_ptr<SpillFile> file_;
  bool registered_ = true;
};

class DistinctOperator final : public Operator {
 public:
  DistinctOperator(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<const GroupPlan> plan)
      : schema_(std::move(schema)), plan_(std::move(plan)), set_(plan_) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  std::string name() const override { return kName; }

  // How many parts of the present batch are done: where memory ended in the middle, what was found so far goes out first.
  struct State final : OpState {
    int done = 0, first = 0;
  };
  std::unique_ptr<OpState> Open() const override { return std::make_unique<State>(); }

  arrow::Result<Step> Process(TaskContext& context, OpState* op_state, const Batch* in, Batch* out) const override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    State& state = static_cast<State&>(*op_state);
    arrow::MemoryPool* pool = context.pool();
    const int64_t n = in->num_rows();
    std::vector<std::shared_ptr<arrow::ArrayData>> columns = in->data->column_data();
    if (in->rows) {
      for (auto& column : columns) {
        ARROW_ASSIGN_OR_RAISE(column, Gather(*column, in->rows->data(), n, pool));
      }
    }
    DirectIndex* const known = Known(context.worker());
    ARROW_ASSIGN_OR_RAISE(KeyBatch keys, PrepareKeys(plan_->layout, columns, n, nullptr, pool, /*as_views=*/known && known->on()));
    ARROW_ASSIGN_OR_RAISE(auto scratch, arrow::AllocateBuffer(n * 29, pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> indices, arrow::AllocateBuffer(n * 4, pool));
    auto selection = std::make_shared<Selection>();
    uint64_t* hashes = reinterpret_cast<uint64_t*>(scratch->mutable_data());
    uint8_t** rows = reinterpret_cast<uint8_t**>(hashes + n);
    int32_t* picked = reinterpret_cast<int32_t*>(rows + n);
    uint32_t* codes = reinterpret_cast<uint32_t*>(picked + n);
    int32_t* fresh_codes = reinterpret_cast<int32_t*>(codes + n);
    uint8_t* fresh = reinterpret_cast<uint8_t*>(fresh_codes + n);

    // Where keys have few values, those that this worker has met are out; of the others one row each is looked up.
    const bool coded = known && known->Codes(keys, n, codes);
    const int32_t* candidates = nullptr;
    int64_t num_candidates = n;
    if (coded) {
      candidates = fresh_codes;
      num_candidates = 0;
      for (int64_t i = 0; i < n; ++i) {
        uint8_t*& met = known->rows()[codes[i]];
        fresh_codes[num_candidates] = static_cast<int32_t>(i);
        num_candidates += met == nullptr;
        met = const_cast<uint8_t*>(kMet);
      }
      if (num_candidates == 0) {
        state.done = 0;
        return Step::kNeedInput;
      }
    }
    const auto forget = [&] {
      for (int64_t i = 0; coded && i < num_candidates; ++i) known->rows()[codes[candidates[i]]] = nullptr;
    };
    if (keys.as_views) {
      auto whole = PrepareKeys(plan_->layout, columns, n, nullptr, pool);
      if (!whole.ok()) {
        forget();
        return whole.status();
      }
      keys = *std::move(whole);
    }
    std::memset(fresh, 0, static_cast<size_t>(n));
    HashKeys(plan_->layout, keys, n, hashes);
    int32_t begin[kParts + 1];
    SplitByPartition(hashes, candidates, num_candidates, begin, picked);

    // Workers begin at different parts, so that they seldom meet.
    if (state.done == 0) state.first = context.worker() * 23 % kParts;
    arrow::Status status;
    const int before = state.done;
    while (state.done < kParts) {
      const int p = (state.first + state.done) % kParts;
      const int64_t size = begin[p + 1] - begin[p];
      if (size > 0) status = set_.Add(p, keys, hashes, picked + begin[p], size, rows + begin[p], fresh);
      if (!status.ok()) break;
      ++state.done;
    }
    if (!status.ok()) forget();
    int32_t* chosen = reinterpret_cast<int32_t*>(indices->mutable_data());
    const int32_t* outer = in->rows ? in->rows->data() : nullptr;
    int64_t count = 0;
    for (int64_t i = 0; i < num_candidates; ++i) {
      const int32_t row = candidates ? candidates[i] : static_cast<int32_t>(i);
      chosen[count] = outer ? outer[row] : row;
      count += fresh[row];
    }
    if (!status.ok() && state.done == before) return status;
    if (count > 0) {
      out->data = in->data;
      if (count == n) {
        out->rows = in->rows;
      } else {
        selection->indices = std::move(indices);
        selection->length = count;
        out->rows = std::move(selection);
      }
      out->first_row = in->first_row;
    }
    if (!status.ok()) return Step::kHaveMore;
    state.done = 0;
    return Step::kNeedInput;
  }

  arrow::Result<std::shared_ptr<Source>> Tail() override { return set_.Rest(); }
  bool has_tail() const override { return plan_->spill != nullptr; }
  MemoryUse memory_use() const override {
    return SpillingUse(plan_->spill.get(), (RowBytes(*schema_) + 32) * 16384 * 2 + (int64_t{6} << 20), "all distinct rows");
  }

 private:
  // Keys that a worker has met; null where it has none.
  DirectIndex* Known(int worker) const {
    if (worker < 0 || worker >= static_cast<int>(known_.size())) return nullptr;
    std::unique_ptr<DirectIndex>& known = known_[static_cast<size_t>(worker)];
    if (!known) known = std::make_unique<DirectIndex>(&plan_->layout, plan_->memory->pool());
    return known.get();
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<const GroupPlan> plan_;
  mutable RowSet set_;
  mutable std::array<std::unique_ptr<DirectIndex>, 512> known_;  // a worker touches its own only
};

}  // namespace

arrow::Result<std::shared_ptr<Operator>> MakeDistinct(std::shared_ptr<arrow::Schema> input, std::shared_ptr<SpillSpace> spill, QueryMemory* memory) {
  ARROW_ASSIGN_OR_RAISE(auto plan, GroupPlan::Make(input->fields(), {std::make_shared<SentKernel>()}, {}, std::move(spill), memory, 8 << 20, kName));
  plan->skip_marked = true;
  plan->output = input;
  return std::make_shared<DistinctOperator>(std::move(input), std::move(plan));
}

}  // namespace bowstring::exec
