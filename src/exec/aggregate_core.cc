// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/aggregate_core.h"

#include <algorithm>

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

namespace bowstring::exec {

arrow::Result<std::shared_ptr<GroupPlan>> GroupPlan::Make(const std::vector<std::shared_ptr<arrow::Field>>& keys,
                                                          std::vector<std::shared_ptr<const AggregateKernel>> kernels,
                                                          const std::vector<std::shared_ptr<arrow::Field>>& results,
                                                          std::shared_ptr<SpillSpace> spill, QueryMemory* memory, int64_t partition_bytes,
                                                          std::string name) {
  auto plan = std::make_shared<GroupPlan>();
  std::vector<int32_t> sizes;
  for (const auto& kernel : kernels) sizes.push_back(kernel->state_size());
  ARROW_ASSIGN_OR_RAISE(plan->layout, GroupLayout::Make(keys, sizes));
  arrow::FieldVector serialized;
  for (const KeyField& key : plan->layout.keys()) serialized.push_back(arrow::field("k", key.type));
  for (const auto& kernel : kernels) {
    plan->first_state_column.push_back(static_cast<int>(serialized.size()));
    for (const auto& type : kernel->serialized_types()) serialized.push_back(arrow::field("s", type));
  }
  arrow::FieldVector output = keys;
  output.insert(output.end(), results.begin(), results.end());
  plan->output = arrow::schema(std::move(output));
  plan->serialized = arrow::schema(std::move(serialized));
  plan->kernels = std::move(kernels);
  plan->spill = std::move(spill);
  plan->memory = memory;
  plan->partition_bytes = partition_bytes;
  plan->name = std::move(name);
  return plan;
}

GroupRows GroupPlan::Rows(const GroupTable& table, uint8_t* const* rows, int64_t n) const {
  GroupRows groups;
  groups.rows = rows;
  groups.count = n;
  groups.heaps = table.heaps();
  groups.partition_shift = table.partition_shift();
  groups.partition_mask = table.partition_mask();
  return groups;
}

void GroupPlan::Destroy(const GroupStore& store) const {
  for (size_t k = 0; k < kernels.size(); ++k) {
    if (!kernels[k]->needs_destroy()) continue;
    (void)store.ForBlocks(1024, [&](uint8_t* const* rows, int64_t n) {
      GroupRows groups;
      groups.rows = rows;
      groups.count = n;
      groups.offset = layout.state(k);
      kernels[k]->Destroy(groups);
      return arrow::Status::OK();
    });
  }
}

arrow::Status SpillStore(const GroupPlan& plan, GroupStore* store, const std::shared_ptr<SpillFile>& file, std::vector<GroupRun>* runs,
                         arrow::MemoryPool* pool) {
  if (store->rows() == 0) {
    store->Clear();
    return arrow::Status::OK();
  }
  const int64_t row_bytes = std::max<int64_t>(1, store->bytes() / store->rows());
  const int64_t block = std::clamp<int64_t>((256 << 10) / row_bytes, 1, 4096);
  std::vector<GroupRun> made;
  ARROW_RETURN_NOT_OK(store->ForBlocks(block, [&](uint8_t* const* rows, int64_t n) -> arrow::Status {
    arrow::ArrayVector columns;
    for (size_t k = 0; k < plan.layout.keys().size(); ++k) {
      ARROW_ASSIGN_OR_RAISE(auto key, ReadKey(plan.layout, k, rows, n, /*outward=*/false, pool));
      columns.push_back(std::move(key));
    }
    GroupRows groups;
    groups.rows = rows;
    groups.count = n;
    for (size_t k = 0; k < plan.kernels.size(); ++k) {
      groups.offset = plan.layout.state(k);
      ARROW_ASSIGN_OR_RAISE(auto states, plan.kernels[k]->Serialize(groups, pool));
      columns.insert(columns.end(), states.begin(), states.end());
    }
    const int64_t batch = file->batches();
    ARROW_RETURN_NOT_OK(file->Append(*arrow::RecordBatch::Make(plan.serialized, n, std::move(columns)), pool));
    made.push_back({file, batch, row_bytes * n});
    return arrow::Status::OK();
  }));
  runs->insert(runs->end(), made.begin(), made.end());
  plan.Destroy(*store);
  store->Clear();
  return arrow::Status::OK();
}

arrow::Status LoadRun(const GroupPlan& plan, const GroupRun& run, GroupTable* table, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto batch, run.file->Read(run.batch, pool));
  const int64_t n = batch->num_rows();
  const std::vector<std::shared_ptr<arrow::ArrayData>>& columns = batch->column_data();
  ARROW_ASSIGN_OR_RAISE(KeyBatch keys, PrepareKeys(plan.layout, columns, n, nullptr, pool));
  ARROW_ASSIGN_OR_RAISE(auto scratch, arrow::AllocateBuffer(n * 16, pool));
  uint64_t* hashes = reinterpret_cast<uint64_t*>(scratch->mutable_data());
  uint8_t** rows = reinterpret_cast<uint8_t**>(hashes + n);
  HashKeys(plan.layout, keys, n, hashes);
  ARROW_RETURN_NOT_OK(table->Find(keys, hashes, n, rows));
  GroupRows groups = plan.Rows(*table, rows, n);
  const auto states = [&](size_t k) {
    return AggregateKernel::Serialized(columns.data() + plan.first_state_column[k], plan.kernels[k]->serialized_types().size());
  };
  for (size_t k = 0; k < plan.kernels.size(); ++k) {
    groups.offset = plan.layout.state(k);
    ARROW_RETURN_NOT_OK(plan.kernels[k]->ReserveSerialized(states(k), groups));
  }
  for (size_t k = 0; k < plan.kernels.size(); ++k) {
    groups.offset = plan.layout.state(k);
    ARROW_RETURN_NOT_OK(plan.kernels[k]->MergeSerialized(states(k), groups));
  }
  return arrow::Status::OK();
}

// ---- GroupWorker

GroupWorker::GroupWorker(std::shared_ptr<const GroupPlan> plan)
    : plan_(std::move(plan)), table_(&plan_->layout, 0, plan_->memory->pool()) {
  plan_->memory->Register(this);
}

GroupWorker::~GroupWorker() {
  Close();
  for (const GroupStore& store : table_.stores()) plan_->Destroy(store);
}

void GroupWorker::Close() {
  if (registered_) plan_->memory->Unregister(this);
  registered_ = false;
  direct_.clear();
}

arrow::Result<Step> GroupWorker::Consume(TaskContext& context, const GroupInput& input, const std::vector<int>& keys,
                                         const std::vector<GroupSet>& sets, const std::vector<GroupCall>& calls) {
  if (!gate_.EnterOrPark(context)) return Step::kParked;
  GateGuard guard(gate_);
  const arrow::Status status = Update(context, input, keys, sets, calls);
  bytes_.store(table_.bytes(), std::memory_order_relaxed);
  // Somebody wanted memory while this was inside.
  if (wish_.load(std::memory_order_relaxed) > 0 && wish_.exchange(0) > 0 && plan_->spill) {
    // Only a wish: what fails here will fail by name where the memory is needed.
    (void)Spill(context);
  }
  ARROW_RETURN_NOT_OK(status);
  return Step::kNeedInput;
}

namespace {

arrow::Result<std::shared_ptr<arrow::ArrayData>> SetNumber(uint32_t id, int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(n * 4, pool));
  std::fill_n(reinterpret_cast<uint32_t*>(values->mutable_data()), n, id);
  return arrow::ArrayData::Make(arrow::uint32(), n, {nullptr, std::move(values)}, 0);
}

}  // namespace

namespace {

// Rows of very few groups, group by group, so that a group's state stays in registers while its rows are added.
class FewGroups {
 public:
  // Worth it for so many calls on so many rows.
  static bool Pays(size_t calls, int64_t n) { return calls >= 3 && n >= 1024; }

  // False: there are more groups. `places` and `sorted`: room for n; the groups refer to them.
  bool Split(uint8_t* const* rows, int64_t n, uint8_t* codes, int32_t* places, uint8_t** sorted, const GroupRows& all) {
    int groups = 0;
    uint8_t* known[kMost];
    uint8_t* slots[kSlots] = {};
    uint8_t code_of[kSlots] = {};
    const auto code = [&](uint8_t* row) -> int {
      size_t at = (reinterpret_cast<uint64_t>(row) * 0x9E3779B97F4A7C15u) >> 59;
      while (slots[at] != row) {
        if (slots[at] == nullptr) {
          if (groups == kMost) return -1;
          known[groups] = slots[at] = row;
          code_of[at] = static_cast<uint8_t>(groups++);
          break;
        }
        at = (at + 1) % kSlots;
      }
      return code_of[at];
    };
    // Some stretches at once: the counters of one would wait for each other.
    int64_t next[kStretches][kMost] = {};
    const int64_t size = n / kStretches;
    for (int64_t i = 0; i < size; ++i) {
      for (int s = 0; s < kStretches; ++s) {
        const int c = code(rows[s * size + i]);
        if (c < 0) return false;
        codes[s * size + i] = static_cast<uint8_t>(c);
        ++next[s][c];
      }
    }
    for (int64_t i = kStretches * size; i < n; ++i) {
      const int c = code(rows[i]);
      if (c < 0) return false;
      codes[i] = static_cast<uint8_t>(c);
      ++next[kStretches - 1][c];
    }
    int64_t begin[kMost + 1] = {}, at = 0;
    for (int g = 0; g < groups; ++g) {
      for (int s = 0; s < kStretches; ++s) {
        const int64_t here = next[s][g];
        next[s][g] = at;
        at += here;
      }
      begin[g + 1] = at;
    }
    for (int64_t i = 0; i < size; ++i) {
      for (int s = 0; s < kStretches; ++s) places[next[s][codes[s * size + i]]++] = static_cast<int32_t>(s * size + i);
    }
    for (int64_t i = kStretches * size; i < n; ++i) places[next[kStretches - 1][codes[i]]++] = static_cast<int32_t>(i);
    for (int g = 0; g < groups; ++g) {
      std::fill(sorted + begin[g], sorted + begin[g + 1], known[g]);
      GroupRows part = all;
      part.rows = sorted + begin[g];
      part.positions = places + begin[g];
      part.count = begin[g + 1] - begin[g];
      part.one_group = true;
      parts_.push_back(part);
    }
    return true;
  }
  const std::vector<GroupRows>& parts() const { return parts_; }

 private:
  static constexpr int kMost = 8, kStretches = 4;
  static constexpr size_t kSlots = 32;
  std::vector<GroupRows> parts_;
};

}  // namespace

// `hashes` has room for n numbers; the direct index' codes lie there, too.
arrow::Status GroupWorker::FindRows(const std::vector<std::shared_ptr<arrow::ArrayData>>& columns, int64_t n, const std::vector<bool>* present,
                                    DirectIndex* index, uint8_t** rows, uint64_t* hashes, arrow::MemoryPool* pool) {
  const bool direct = index->on();
  ARROW_ASSIGN_OR_RAISE(KeyBatch keys, PrepareKeys(plan_->layout, columns, n, present, pool, /*as_views=*/direct));
  uint32_t* codes = reinterpret_cast<uint32_t*>(hashes);
  const bool coded = direct && index->Codes(keys, n, codes);
  uint8_t** known = index->rows();
  if (coded) {
    bool missing = false;
    for (int64_t i = 0; i < n; ++i) {
      rows[i] = known[codes[i]];
      missing |= rows[i] == nullptr;
    }
    if (!missing) return arrow::Status::OK();
  }
  if (keys.as_views) {
    ARROW_ASSIGN_OR_RAISE(keys, PrepareKeys(plan_->layout, columns, n, present, pool));
  }
  if (!coded) {
    HashKeys(plan_->layout, keys, n, hashes);
    return table_.Find(keys, hashes, n, rows);
  }
  ARROW_ASSIGN_OR_RAISE(auto scratch, arrow::AllocateBuffer(n * 8, pool));
  uint64_t* all = reinterpret_cast<uint64_t*>(scratch->mutable_data());
  HashKeys(plan_->layout, keys, n, all);
  for (int64_t i = 0; i < n; ++i) {
    if (rows[i]) continue;
    if (known[codes[i]] == nullptr) {
      const int32_t picked = static_cast<int32_t>(i);
      ARROW_RETURN_NOT_OK(table_.Find(keys, all, &picked, 1, &known[codes[i]]));
    }
    rows[i] = known[codes[i]];
  }
  return arrow::Status::OK();
}

arrow::Status GroupWorker::Update(TaskContext& context, const GroupInput& input, const std::vector<int>& key_columns,
                                  const std::vector<GroupSet>& sets, const std::vector<GroupCall>& calls) {
  if (input.rows == 0) return arrow::Status::OK();
  arrow::MemoryPool* pool = context.pool();
  // With several sets each row is there several times, one set after the other.
  const int64_t copies = std::max<int64_t>(1, static_cast<int64_t>(sets.size()));
  const int64_t n = input.rows * copies;
  ARROW_ASSIGN_OR_RAISE(auto scratch, arrow::AllocateBuffer(n * 20, pool));
  uint8_t** rows = reinterpret_cast<uint8_t**>(scratch->mutable_data());
  uint64_t* hashes = reinterpret_cast<uint64_t*>(rows + n);
  int32_t* positions = reinterpret_cast<int32_t*>(hashes + n);
  const bool one_group = key_columns.empty() && sets.empty();
  const bool filtered = std::any_of(calls.begin(), calls.end(), [](const GroupCall& call) { return call.filter >= 0; });
  for (int64_t copy = 0; copy < copies; ++copy) {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (int column : key_columns) columns.push_back(input.columns[static_cast<size_t>(column)]);
    const GroupSet* set = sets.empty() ? nullptr : &sets[static_cast<size_t>(copy)];
    if (set) {
      ARROW_ASSIGN_OR_RAISE(auto number, SetNumber(set->id, input.rows, pool));
      columns.push_back(std::move(number));
    }
    uint8_t** begin = rows + copy * input.rows;
    while (direct_.size() <= static_cast<size_t>(copy)) direct_.emplace_back(&plan_->layout, plan_->memory->pool());
    DirectIndex* const index = &direct_[static_cast<size_t>(copy)];
    ARROW_RETURN_NOT_OK(FindRows(columns, one_group ? 1 : input.rows, set ? &set->present : nullptr, index, begin, hashes, pool));
    if (one_group) std::fill(begin + 1, begin + input.rows, begin[0]);
    if (!filtered && copies == 1) continue;
    for (int64_t i = 0; i < input.rows; ++i) positions[copy * input.rows + i] = static_cast<int32_t>(i);
  }

  // Rows that pass a call's filter; calls with the same filter share them.
  struct Passed {
    int filter;
    std::unique_ptr<arrow::Buffer> buffer;
    GroupRows groups;
  };
  std::vector<Passed> passed;
  std::vector<const GroupRows*> of_call(calls.size());
  passed.reserve(calls.size() + 1);
  for (size_t c = 0; c < calls.size(); ++c) {
    const auto known = std::find_if(passed.begin(), passed.end(), [&](const Passed& p) { return p.filter == calls[c].filter; });
    if (known != passed.end()) {
      of_call[c] = &known->groups;
      continue;
    }
    Passed made{calls[c].filter, nullptr, plan_->Rows(table_, rows, n)};
    if (copies > 1) made.groups.positions = positions;
    if (calls[c].filter >= 0) {
      const arrow::ArrayData& filter = *input.columns[static_cast<size_t>(calls[c].filter)];
      ARROW_ASSIGN_OR_RAISE(made.buffer, arrow::AllocateBuffer(n * 12, pool));
      uint8_t** chosen = reinterpret_cast<uint8_t**>(made.buffer->mutable_data());
      int32_t* places = reinterpret_cast<int32_t*>(chosen + n);
      int64_t count = 0;
      const bool any_null = filter.MayHaveNulls() && filter.buffers[0];
      for (int64_t i = 0; i < n; ++i) {
        if (any_null && !arrow::bit_util::GetBit(filter.buffers[0]->data(), filter.offset + positions[i])) continue;
        if (!arrow::bit_util::GetBit(filter.buffers[1]->data(), filter.offset + positions[i])) continue;
        chosen[count] = rows[i];
        places[count++] = positions[i];
      }
      made.groups.rows = chosen;
      made.groups.positions = places;
      made.groups.count = count;
    }
    made.groups.one_group = one_group;
    passed.push_back(std::move(made));
    of_call[c] = &passed.back().groups;
  }

  FewGroups few;
  std::unique_ptr<arrow::Buffer> split;
  if (!one_group && !filtered && copies == 1 && FewGroups::Pays(calls.size(), n)) {
    ARROW_ASSIGN_OR_RAISE(split, arrow::AllocateBuffer(n * 13, pool));
    auto** sorted = reinterpret_cast<uint8_t**>(split->mutable_data());
    auto* places = reinterpret_cast<int32_t*>(sorted + n);
    few.Split(rows, n, reinterpret_cast<uint8_t*>(places + n), places, sorted, plan_->Rows(table_, rows, n));
  }

  for (const bool reserve : {true, false}) {
    std::vector<std::shared_ptr<arrow::ArrayData>> arguments;
    for (size_t c = 0; c < calls.size(); ++c) {
      arguments.clear();
      for (int column : calls[c].columns) arguments.push_back(input.columns[static_cast<size_t>(column)]);
      AggregateInput in;
      in.columns = arguments;
      in.seq = input.seq;
      in.first_row = input.first_row;
      in.row_numbers = input.row_numbers;
      in.pool = pool;
      GroupRows groups = *of_call[c];
      groups.offset = plan_->layout.state(static_cast<size_t>(calls[c].kernel));
      const AggregateKernel& kernel = *plan_->kernels[static_cast<size_t>(calls[c].kernel)];
      if (reserve) {
        ARROW_RETURN_NOT_OK(kernel.Reserve(in, groups));
      } else if (few.parts().empty()) {
        ARROW_RETURN_NOT_OK(kernel.Update(in, groups));
      } else {
        for (GroupRows part : few.parts()) {
          part.offset = groups.offset;
          ARROW_RETURN_NOT_OK(kernel.Update(in, part));
        }
      }
    }
  }
  return arrow::Status::OK();
}

arrow::Status GroupWorker::AddEmptyGroup(const GroupSet* set, arrow::MemoryPool* pool) {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns(plan_->layout.keys().size());
  std::vector<bool> present(columns.size(), false);
  if (set) {
    ARROW_ASSIGN_OR_RAISE(columns.back(), SetNumber(set->id, 1, pool));
    present.back() = true;
  }
  ARROW_ASSIGN_OR_RAISE(KeyBatch keys, PrepareKeys(plan_->layout, columns, 1, &present, pool));
  uint64_t hash = 0;
  uint8_t* row = nullptr;
  HashKeys(plan_->layout, keys, 1, &hash);
  return table_.Find(keys, &hash, 1, &row);
}

int64_t GroupWorker::Evictable() const noexcept { return plan_->spill ? bytes_.load(std::memory_order_relaxed) : 0; }

arrow::Result<int64_t> GroupWorker::Evict(TaskContext& context, int64_t want) {
  if (!plan_->spill || bytes_.load(std::memory_order_relaxed) == 0) return 0;
  if (!gate_.TryEnter()) {
    wish_.store(want);
    return 0;
  }
  GateGuard guard(gate_);
  return Spill(context);
}

// Everything goes: slots name rows of all partitions, and what is left would be little.
arrow::Result<int64_t> GroupWorker::Spill(TaskContext& context) {
  const int64_t before = table_.bytes();
  table_.FreeSlots();
  for (DirectIndex& index : direct_) index.Clear();
  const int64_t held = table_.bytes();
  arrow::Status status;
  if (table_.rows() > 0) {
    if (!file_) {
      ARROW_ASSIGN_OR_RAISE(file_, SpillFile::Create(plan_->spill, plan_->serialized));
    }
    for (int p = 0; p < GroupTable::kPartitions && status.ok() && !context.cancelled(); ++p) {
      status = SpillStore(*plan_, &table_.stores()[static_cast<size_t>(p)], file_, &runs_[static_cast<size_t>(p)], context.pool());
    }
  }
  const int64_t after = table_.bytes();
  bytes_.store(after, std::memory_order_relaxed);
  // Part of it is better than nothing; slots alone are made again by the next row.
  if (!status.ok() && after >= held) return status;
  return before - after;
}

}  // namespace bowstring::exec
