// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What the workers' tables hold, partition by partition: rows with the same key are joined in place (rows don't move), runs on disk are loaded into
// the same table, and the groups go out in batches. A partition that is too large for memory is split by the next six bits of the hash first.

#include <algorithm>
#include <utility>

#include <arrow/api.h>
#include <arrow/buffer_builder.h>

#include <bowstring/error.h>

#include "exec/aggregate_core.h"

namespace bowstring::exec {
namespace {

constexpr int64_t kBatchRows = 16 << 10;
constexpr int64_t kMergeRows = 2048;
// Partitions with fewer rows and bytes go out together.
constexpr int64_t kPartRows = 16 << 10, kPartBytes = 4 << 20;
// Groups with large states go out a few at a time: about so many bytes of states.
constexpr int64_t kBatchBytes = 2 << 20;

/// Groups whose hashes share some bits.
struct Part {
  explicit Part(const GroupPlan& plan) : plan(plan) {}
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() {
    if (phase == kDone) return;
    for (const GroupStore& store : stores) plan.Destroy(store);
    if (table) plan.Destroy(table->stores()[0]);
    if (split) {
      for (const GroupStore& store : split->stores()) plan.Destroy(store);
    }
  }

  const GroupPlan& plan;
  std::vector<GroupStore> stores;
  bool unique = true;            // no key has two rows in `stores`
  std::vector<GroupRun> runs;
  int level = 1;                 // which bits would split it
  enum Phase : uint8_t { kFresh, kSplitting, kJoining, kLoading, kEmitting, kDone } phase = kFresh;

  // While it is joined: the table (whose only store takes groups that come from disk), the rows that remain, the place reached.
  std::unique_ptr<GroupTable> table;
  std::unique_ptr<arrow::TypedBufferBuilder<uint8_t*>> groups;
  size_t store = 0, chunk = 0;
  int32_t row = 0;
  size_t run = 0;
  int64_t emitted = 0;
  // While it is split.
  std::unique_ptr<GroupTable> split;
  std::shared_ptr<SpillFile> split_file;
  std::vector<std::vector<GroupRun>> split_runs;

  int64_t rows() const {
    int64_t n = 0;
    for (const GroupStore& s : stores) n += s.rows();
    return n;
  }
  int64_t bytes() const {
    int64_t n = 0;
    for (const GroupStore& s : stores) n += s.bytes();
    return n;
  }
  int64_t run_bytes() const {
    int64_t n = 0;
    for (const GroupRun& r : runs) n += r.bytes;
    return n;
  }
};
using PartPtr = std::unique_ptr<Part>;

/// Takes a part from tables and files to batches. One step at a time.
class PartReader {
 public:
  PartReader(const GroupPlan& plan, PartPtr part) : plan_(plan) { stack_.push_back(std::move(part)); }

  const std::vector<PartPtr>& stack() const { return stack_; }
  int64_t given() const { return given_; }

  arrow::Result<Step> Next(TaskContext& context, std::shared_ptr<arrow::RecordBatch>* out) {
    while (!stack_.empty()) {
      Part& part = *stack_.back();
      switch (part.phase) {
        case Part::kFresh: ARROW_RETURN_NOT_OK(Begin(part)); break;
        case Part::kSplitting: ARROW_RETURN_NOT_OK(Split(part, context)); break;
        case Part::kJoining: ARROW_RETURN_NOT_OK(Join(part, context)); break;
        case Part::kLoading: ARROW_RETURN_NOT_OK(Load(part, context)); break;
        case Part::kEmitting: {
          ARROW_RETURN_NOT_OK(Emit(part, context, out));
          if (part.phase == Part::kDone) stack_.pop_back();
          return stack_.empty() ? Step::kFinished : Step::kHaveMore;
        }
        case Part::kDone: stack_.pop_back(); break;
      }
      if (context.Stop()) return Step::kHaveMore;
    }
    return Step::kFinished;
  }

  /// Writes out a part that nobody has begun to read. Returns bytes freed.
  arrow::Result<int64_t> Evict(const std::shared_ptr<SpillFile>& file, arrow::MemoryPool* pool) {
    if (stack_.size() != 1 || stack_[0]->phase != Part::kFresh) return 0;
    Part& part = *stack_[0];
    const int64_t before = part.bytes();
    arrow::Status status;
    for (GroupStore& store : part.stores) {
      if (status.ok()) status = SpillStore(plan_, &store, file, &part.runs, pool);
    }
    const int64_t freed = before - part.bytes();
    if (!status.ok() && freed == 0) return status;
    return freed;
  }

 private:
  int64_t Limit() const {
    return std::max(plan_.partition_bytes, plan_.memory->available() / (2 * std::max(1, plan_.memory->workers())));
  }

  arrow::Status Begin(Part& part) {
    if (!part.runs.empty() && part.level < GroupTable::kLevels && part.bytes() + part.run_bytes() > Limit()) {
      part.split = std::make_unique<GroupTable>(&plan_.layout, part.level, plan_.memory->pool());
      part.split_runs.resize(GroupTable::kPartitions);
      part.phase = Part::kSplitting;
      return arrow::Status::OK();
    }
    part.table = std::make_unique<GroupTable>(&plan_.layout, -1, plan_.memory->pool());
    part.table->set_may_reset(false);
    part.groups = std::make_unique<arrow::TypedBufferBuilder<uint8_t*>>(plan_.memory->pool());
    part.phase = Part::kJoining;
    return arrow::Status::OK();
  }

  // The next rows of the part's stores; empty at the end.
  int64_t NextRows(const Part& part, Part* place, uint8_t** rows) const {
    int64_t n = 0;
    while (n < kMergeRows && place->store < part.stores.size()) {
      const auto& chunks = part.stores[place->store].chunks();
      if (place->chunk == chunks.size()) {
        ++place->store;
        place->chunk = 0;
        continue;
      }
      const GroupStore::Chunk& chunk = chunks[place->chunk];
      for (; n < kMergeRows && place->row < chunk.rows; ++place->row) rows[n++] = chunk.data + static_cast<int64_t>(place->row) * plan_.layout.width();
      if (place->row == chunk.rows) {
        ++place->chunk;
        place->row = 0;
      }
    }
    return n;
  }

  arrow::Status Join(Part& part, TaskContext& context) {
    uint8_t* rows[kMergeRows];
    uint8_t* into[kMergeRows];
    // A key twice, or groups from disk to come, need the slots; else the rows are the groups.
    const bool slots = !part.unique || !part.runs.empty();
    if (slots) ARROW_RETURN_NOT_OK(part.table->Presize(part.rows()));
    for (;;) {
      const size_t store = part.store, chunk = part.chunk;
      const int32_t row = part.row;
      const int64_t n = NextRows(part, &part, rows);
      if (n == 0) break;
      arrow::Status status = part.groups->Reserve(n);
      if (status.ok() && slots) status = part.table->Absorb(rows, n, into);
      if (status.ok() && slots) status = Merge(part, rows, into, n);
      if (!status.ok()) {
        part.store = store;
        part.chunk = chunk;
        part.row = row;
        return status;
      }
      for (int64_t i = 0; i < n; ++i) {
        if (!slots || rows[i] == into[i]) part.groups->UnsafeAppend(rows[i]);
      }
      if (context.Stop()) return arrow::Status::OK();
    }
    part.phase = Part::kLoading;
    return arrow::Status::OK();
  }

  arrow::Status Merge(Part& part, uint8_t* const* rows, uint8_t* const* into, int64_t n) const {
    uint8_t* from[kMergeRows];
    uint8_t* target[kMergeRows];
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (rows[i] == into[i]) continue;
      from[count] = rows[i];
      target[count++] = into[i];
    }
    if (count == 0) return arrow::Status::OK();
    GroupRows groups = plan_.Rows(*part.table, target, count);
    for (size_t k = 0; k < plan_.kernels.size(); ++k) {
      groups.offset = plan_.layout.state(k);
      ARROW_RETURN_NOT_OK(plan_.kernels[k]->ReserveMerge(groups, from));
    }
    for (size_t k = 0; k < plan_.kernels.size(); ++k) {
      groups.offset = plan_.layout.state(k);
      ARROW_RETURN_NOT_OK(plan_.kernels[k]->Merge(groups, from));
      // What was joined is empty, so that giving it up later destroys nothing twice.
      for (int64_t i = 0; i < count; ++i) std::memset(from[i] + groups.offset, 0, static_cast<size_t>(plan_.kernels[k]->state_size()));
    }
    return arrow::Status::OK();
  }

  arrow::Status Load(Part& part, TaskContext& context) {
    while (part.run < part.runs.size()) {
      ARROW_RETURN_NOT_OK(LoadRun(plan_, part.runs[part.run], part.table.get(), context.pool()));
      part.runs[part.run].file.reset();
      ++part.run;
      if (context.Stop()) return arrow::Status::OK();
    }
    GroupStore& loaded = part.table->stores()[0];
    ARROW_RETURN_NOT_OK(part.groups->Reserve(loaded.rows()));
    for (const GroupStore::Chunk& chunk : loaded.chunks()) {
      for (int32_t i = 0; i < chunk.rows; ++i) part.groups->UnsafeAppend(chunk.data + static_cast<int64_t>(i) * plan_.layout.width());
    }
    part.table->FreeSlots();
    if (plan_.skip_marked) {
      uint8_t** begin = part.groups->mutable_data();
      uint8_t** end = std::remove_if(begin, begin + part.groups->length(), [&](const uint8_t* row) {
        return *reinterpret_cast<const uint64_t*>(row + plan_.layout.state(0)) != 0;
      });
      part.groups->bytes_builder()->Rewind((end - begin) * static_cast<int64_t>(sizeof(uint8_t*)));
    }
    part.phase = Part::kEmitting;
    return arrow::Status::OK();
  }

  arrow::Status Emit(Part& part, TaskContext& context, std::shared_ptr<arrow::RecordBatch>* out) {
    const int64_t left = part.groups->length() - part.emitted;
    const int64_t state_bytes = (part.bytes() + part.table->stores()[0].bytes()) / std::max<int64_t>(1, part.groups->length());
    const int64_t n = std::min({left, BatchRows(), std::max<int64_t>(1, kBatchBytes / std::max<int64_t>(1, state_bytes))});
    if (n > 0) {
      uint8_t* const* rows = reinterpret_cast<uint8_t* const*>(part.groups->data()) + part.emitted;
      arrow::ArrayVector columns;
      for (size_t k = 0; k < plan_.layout.keys().size(); ++k) {
        ARROW_ASSIGN_OR_RAISE(auto key, ReadKey(plan_.layout, k, rows, n, /*outward=*/true, context.pool()));
        columns.push_back(std::move(key));
      }
      GroupRows groups = plan_.Rows(*part.table, rows, n);
      for (size_t k = 0; k < plan_.kernels.size() && !plan_.skip_marked; ++k) {
        groups.offset = plan_.layout.state(k);
        ARROW_ASSIGN_OR_RAISE(auto column, plan_.kernels[k]->Finalize(groups, context.pool()));
        columns.push_back(std::move(column));
      }
      if (!plan_.order.empty()) {
        arrow::ArrayVector ordered;
        for (int column : plan_.order) ordered.push_back(columns[static_cast<size_t>(column)]);
        columns = std::move(ordered);
      }
      *out = arrow::RecordBatch::Make(plan_.output, n, std::move(columns));
      part.emitted += n;
      given_ += n;
    }
    if (part.emitted == part.groups->length()) {
      for (const GroupStore& store : part.stores) plan_.Destroy(store);
      plan_.Destroy(part.table->stores()[0]);
      part.phase = Part::kDone;
      part.stores.clear();
      part.table.reset();
      part.groups.reset();
    }
    return arrow::Status::OK();
  }

  // A dictionary with narrow codes can't name more values than they count.
  int64_t BatchRows() const {
    int64_t rows = kBatchRows;
    for (const KeyField& key : plan_.layout.keys()) {
      if (key.outward->id() != arrow::Type::DICTIONARY) continue;
      const int bits = static_cast<const arrow::DictionaryType&>(*key.outward).index_type()->bit_width();
      if (bits <= 8) rows = std::min<int64_t>(rows, 127);
    }
    return rows;
  }

  arrow::Status SpillSplit(Part& part, arrow::MemoryPool* pool) const {
    if (!part.split_file) {
      ARROW_ASSIGN_OR_RAISE(part.split_file, SpillFile::Create(plan_.spill, plan_.serialized));
    }
    part.split->FreeSlots();
    for (size_t p = 0; p < part.split->stores().size(); ++p) {
      ARROW_RETURN_NOT_OK(SpillStore(plan_, &part.split->stores()[p], part.split_file, &part.split_runs[p], pool));
    }
    return arrow::Status::OK();
  }

  arrow::Status Split(Part& part, TaskContext& context) {
    arrow::MemoryPool* pool = context.pool();
    for (; part.store < part.stores.size(); ++part.store) {
      if (!part.split_file) {
        ARROW_ASSIGN_OR_RAISE(part.split_file, SpillFile::Create(plan_.spill, plan_.serialized));
      }
      ARROW_RETURN_NOT_OK(SpillStore(plan_, &part.stores[part.store], part.split_file, &part.runs, pool));
    }
    while (part.run < part.runs.size()) {
      arrow::Status loaded = LoadRun(plan_, part.runs[part.run], part.split.get(), pool);
      if (loaded.IsOutOfMemory() && part.split->rows() > 0) {
        ARROW_RETURN_NOT_OK(SpillSplit(part, pool));
        loaded = LoadRun(plan_, part.runs[part.run], part.split.get(), pool);
      }
      ARROW_RETURN_NOT_OK(loaded);
      part.runs[part.run].file.reset();
      ++part.run;
      if (part.split->bytes() > Limit() / 2) ARROW_RETURN_NOT_OK(SpillSplit(part, pool));
      if (context.Stop()) return arrow::Status::OK();
    }
    // Where one child has nearly all, there is nothing more to split.
    int64_t total = part.split->bytes(), largest = 0;
    std::vector<PartPtr> children;
    part.split->FreeSlots();
    for (size_t p = 0; p < part.split->stores().size(); ++p) {
      auto child = std::make_unique<Part>(plan_);
      child->level = part.level + 1;
      if (part.split->stores()[p].rows() > 0) child->stores.push_back(std::move(part.split->stores()[p]));
      child->unique = child->stores.empty();  // the split's slots may have been reset
      child->runs = std::move(part.split_runs[p]);
      if (child->stores.empty() && child->runs.empty()) continue;
      const int64_t size = child->bytes() + child->run_bytes();
      total += child->run_bytes();
      largest = std::max(largest, size);
      children.push_back(std::move(child));
    }
    for (PartPtr& child : children) {
      if (children.size() == 1 || (largest * 10 > total * 9 && child->bytes() + child->run_bytes() == largest)) child->level = GroupTable::kLevels;
    }
    part.phase = Part::kDone;
    stack_.pop_back();
    for (PartPtr& child : children) stack_.push_back(std::move(child));
    return arrow::Status::OK();
  }

  const GroupPlan& plan_;
  std::vector<PartPtr> stack_;
  int64_t given_ = 0;
};

class GroupOutput final : public Source, public Holder, public std::enable_shared_from_this<GroupOutput> {
 public:
  struct Slot {
    Gate gate;
    std::unique_ptr<PartReader> reader;
    std::atomic<int64_t> bytes{0};  // of an unread part
    int64_t given = 0;
  };

  GroupOutput(std::shared_ptr<const GroupPlan> plan, std::vector<PartPtr> parts) : plan_(std::move(plan)) {
    for (PartPtr& part : parts) {
      auto slot = std::make_unique<Slot>();
      slot->bytes = part->bytes();
      slot->reader = std::make_unique<PartReader>(*plan_, std::move(part));
      slots_.push_back(std::move(slot));
    }
    plan_->memory->Register(this);
  }
  ~GroupOutput() override { plan_->memory->Unregister(this); }

  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->output; }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t i = 0; i < slots_.size(); ++i) {
      Morsel morsel;
      morsel.number = i;
      morsel.part = static_cast<int32_t>(i);
      morsel.need = slots_[i]->bytes.load() / 2;
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override;

  int64_t Evictable() const noexcept override {
    int64_t bytes = 0;
    if (plan_->spill) {
      for (const auto& slot : slots_) bytes += slot->bytes.load(std::memory_order_relaxed);
    }
    return bytes;
  }
  // The parts that will be read last go first.
  arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) override {
    if (!plan_->spill || !evicting_.TryEnter()) return 0;
    GateGuard only(evicting_);
    int64_t freed = 0;
    for (size_t i = slots_.size(); i-- > 0 && freed < want;) {
      Slot& slot = *slots_[i];
      if (slot.bytes.load(std::memory_order_relaxed) == 0 || !slot.gate.TryEnter()) continue;
      GateGuard guard(slot.gate);
      if (!slot.reader) continue;
      if (!file_) {
        ARROW_ASSIGN_OR_RAISE(file_, SpillFile::Create(plan_->spill, plan_->serialized));
      }
      arrow::Result<int64_t> bytes = slot.reader->Evict(file_, context.pool());
      if (!bytes.ok() && freed == 0) return bytes.status();
      if (!bytes.ok()) break;
      freed += *bytes;
      slot.bytes.store(slot.reader->stack()[0]->bytes(), std::memory_order_relaxed);
    }
    return freed;
  }
  std::string holder_name() const override { return plan_->name + " output"; }

  Slot& slot(int32_t i) { return *slots_[static_cast<size_t>(i)]; }

 private:
  const std::shared_ptr<const GroupPlan> plan_;
  std::vector<std::unique_ptr<Slot>> slots_;
  Gate evicting_;
  std::shared_ptr<SpillFile> file_;
};

// What a part has given out is gone from memory, so a cursor only goes on where the last one stopped.
class GroupCursor final : public Cursor {
 public:
  GroupCursor(std::shared_ptr<GroupOutput> output, int32_t part) : output_(std::move(output)), slot_(output_->slot(part)) {}
  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    if (!slot_.gate.EnterOrPark(context)) return Step::kParked;
    GateGuard guard(slot_.gate);
    if (!slot_.reader) return Step::kFinished;
    slot_.bytes.store(0, std::memory_order_relaxed);
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_ASSIGN_OR_RAISE(const Step step, slot_.reader->Next(context, &batch));
    slot_.given = slot_.reader->given();
    if (batch) out->data = std::move(batch);
    if (step == Step::kFinished) slot_.reader.reset();
    return step;
  }
  std::optional<Mark> Position() const override { return Mark{slot_.given}; }

 private:
  const std::shared_ptr<GroupOutput> output_;
  GroupOutput::Slot& slot_;
};

arrow::Result<std::unique_ptr<Cursor>> GroupOutput::Open(const Morsel& morsel, const Mark* from) {
  const int64_t row = from ? from->row : 0;
  if (row != slot(morsel.part).given) return Error(ErrorKind::kInternal, "groups were given out and cannot be read again");
  return std::make_unique<GroupCursor>(shared_from_this(), morsel.part);
}

}  // namespace

arrow::Result<std::shared_ptr<Source>> MakeGroupOutput(std::shared_ptr<const GroupPlan> plan, std::vector<GroupPart> given) {
  std::vector<PartPtr> parts;
  PartPtr open;
  for (GroupPart& from : given) {
    if (from.stores.empty() && from.runs.empty()) continue;
    auto part = std::make_unique<Part>(*plan);
    part->stores = std::move(from.stores);
    part->unique = from.unique;
    part->runs = std::move(from.runs);
    // Few rows: together with the partition before.
    if (open && part->runs.empty() && open->rows() + part->rows() <= kPartRows && open->bytes() + part->bytes() <= kPartBytes) {
      open->unique = open->unique && part->unique;
      for (GroupStore& store : part->stores) open->stores.push_back(std::move(store));
      part->stores.clear();
      continue;
    }
    if (open) parts.push_back(std::move(open));
    if (part->runs.empty()) {
      open = std::move(part);
    } else {
      parts.push_back(std::move(part));
    }
  }
  if (open) parts.push_back(std::move(open));
  return std::make_shared<GroupOutput>(std::move(plan), std::move(parts));
}

arrow::Result<std::shared_ptr<Source>> MakeGroupOutput(std::shared_ptr<const GroupPlan> plan, const std::vector<std::shared_ptr<GroupWorker>>& workers) {
  std::vector<GroupPart> parts(GroupTable::kPartitions);
  for (int p = 0; p < GroupTable::kPartitions; ++p) {
    GroupPart& part = parts[static_cast<size_t>(p)];
    for (const auto& worker : workers) {
      GroupStore& store = worker->table().stores()[static_cast<size_t>(p)];
      if (store.rows() > 0) {
        part.unique = part.stores.empty() && worker->table().unique();
        part.stores.push_back(std::move(store));
      }
      auto& runs = worker->runs(p);
      part.runs.insert(part.runs.end(), runs.begin(), runs.end());
      runs.clear();
    }
  }
  for (const auto& worker : workers) worker->table().FreeSlots();
  return MakeGroupOutput(std::move(plan), std::move(parts));
}

}  // namespace bowstring::exec
