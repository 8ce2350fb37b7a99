// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/topk.h"

#include <algorithm>
#include <mutex>

#include <arrow/array/util.h>
#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

#include "exec/memory_use.h"
#include "exec/sort_rows.h"

namespace bowstring::exec {
namespace {

// A worker keeps up to this many rows more than wanted before it throws away the rest.
constexpr int64_t kSlack = 4096;

// The rank of a value: a bit for NULL, then 63 bits of the value, turned round for descending keys.
uint64_t RankOf(const SortKeyField& key, uint64_t word) {
  const uint64_t value = (key.ascending ? word : ~word) >> 1;
  return key.nulls_first ? value | uint64_t{1} << 63 : value;
}
uint64_t RankOfNull(const SortKeyField& key) { return key.nulls_first ? 0 : uint64_t{1} << 63; }

// 64 bits that keep the order of a value of more than 64: the value where it fits, else the nearest that does.
uint64_t Saturate(__int128 value) {
  const __int128 low = INT64_MIN, high = INT64_MAX;
  return static_cast<uint64_t>(static_cast<int64_t>(std::clamp(value, low, high))) ^ uint64_t{1} << 63;
}
uint64_t FirstBytes(std::string_view text) {
  uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min<size_t>(text.size(), 8));
  return __builtin_bswap64(word);
}

// A word in the order of the value at `at`, as it lies in rows and arrays; not for text and others.
uint64_t WordOf(KeyNorm norm, const uint8_t* at, int32_t width) {
  switch (norm) {
    case KeyNorm::kInt128: {
      __int128 value;
      std::memcpy(&value, at, 16);
      return Saturate(value);
    }
    case KeyNorm::kInt256: {
      int64_t top;
      std::memcpy(&top, at + 24, 8);
      return static_cast<uint64_t>(top) ^ uint64_t{1} << 63;
    }
    case KeyNorm::kMonthDayNano: {
      uint32_t parts[2];
      std::memcpy(parts, at, 8);
      return uint64_t{parts[0] ^ 0x80000000u} << 32 | (parts[1] ^ 0x80000000u);
    }
    case KeyNorm::kBytes: return FirstBytes({reinterpret_cast<const char*>(at), static_cast<size_t>(width)});
    default: return 0;
  }
}

bool SixtyFour(KeyNorm norm) { return norm >= KeyNorm::kBool && norm <= KeyNorm::kDayTime; }

arrow::Status Ranks(const SortKeyField& key, const RowColumn& column, int64_t n, uint64_t* out) {
  const arrow::ArrayData& array = *column.array;
  auto row_of = [&](int64_t i) { return column.rows ? int64_t{column.rows[i]} : i; };
  if (array.type->id() == arrow::Type::NA) {
    std::fill(out, out + n, RankOfNull(key));
    return arrow::Status::OK();
  }
  if (SixtyFour(key.norm)) {
    NormalWords(key.norm, column, n, out);
  } else if (key.norm == KeyNorm::kText) {
    const auto text = arrow::MakeArray(column.array);
    auto each = [&](const auto& typed) {
      for (int64_t i = 0; i < n; ++i) out[i] = typed.IsNull(row_of(i)) ? 0 : FirstBytes(typed.GetView(row_of(i)));
    };
    const arrow::Array* storage = text.get();
    while (storage->type_id() == arrow::Type::EXTENSION) storage = static_cast<const arrow::ExtensionArray*>(storage)->storage().get();
    switch (storage->type_id()) {
      case arrow::Type::STRING_VIEW:
      case arrow::Type::BINARY_VIEW: each(static_cast<const arrow::BinaryViewArray&>(*storage)); break;
      case arrow::Type::LARGE_STRING:
      case arrow::Type::LARGE_BINARY: each(static_cast<const arrow::LargeBinaryArray&>(*storage)); break;
      default: each(static_cast<const arrow::BinaryArray&>(*storage));
    }
  } else if (key.norm == KeyNorm::kOther) {
    std::fill(out, out + n, 0);
  } else {
    const arrow::DataType* type = array.type.get();
    while (type->id() == arrow::Type::EXTENSION) type = static_cast<const arrow::ExtensionType*>(type)->storage_type().get();
    const int32_t width = static_cast<const arrow::FixedWidthType&>(*type).bit_width() / 8;
    const uint8_t* values = array.buffers[1]->data() + array.offset * width;
    for (int64_t i = 0; i < n; ++i) out[i] = WordOf(key.norm, values + row_of(i) * width, width);
  }
  for (int64_t i = 0; i < n; ++i) out[i] = RankOf(key, out[i]);
  if (key.norm == KeyNorm::kOther) {  // no value is known: all rank alike
    const uint64_t rank = key.nulls_first ? uint64_t{1} << 63 : 0;
    std::fill(out, out + n, rank);
  }
  if (array.GetNullCount() > 0) {
    for (int64_t i = 0; i < n; ++i) {
      if (!arrow::bit_util::GetBit(array.buffers[0]->data(), array.offset + row_of(i))) out[i] = RankOfNull(key);
    }
  }
  return arrow::Status::OK();
}

uint64_t RankOfRow(const SortKeyField& key, const uint8_t* row) {
  if (key.field.IsNull(row) || key.norm == KeyNorm::kNothing) return RankOfNull(key);
  if (key.norm == KeyNorm::kOther) return key.nulls_first ? uint64_t{1} << 63 : 0;
  uint64_t word = 0;
  if (key.norm == KeyNorm::kText) {
    const auto ref = key.field.Get<uint64_t>(row);
    word = FirstBytes(TextOf(ref));
  } else if (SixtyFour(key.norm)) {
    word = NormalWord(key.norm, row + key.field.offset);
  } else {
    word = WordOf(key.norm, row + key.field.offset, key.field.width);
  }
  return RankOf(key, word);
}

std::shared_ptr<arrow::ArrayData> Words(std::shared_ptr<arrow::Buffer> values, int64_t n) {
  return arrow::ArrayData::Make(arrow::uint64(), n, {nullptr, std::move(values)}, 0);
}

// Rows that may be among the first, of one worker.
struct Candidates {
  Candidates(const SortPlan& plan, arrow::MemoryPool* pool) : store(&plan.memory().layout, pool) {}
  RowStore store;
  std::vector<const uint8_t*> rows;
  std::vector<uint64_t> best;     // ranks of the best `fetch` rows ever seen, as a heap with the worst first
  const uint8_t* last = nullptr;  // the worst of the best `fetch` when they were last chosen: what comes behind it is out
};

struct TopKState final : SinkState {
  std::shared_ptr<Candidates> candidates;
};

class TopKSource final : public Source {
 public:
  TopKSource(std::shared_ptr<const SortPlan> plan, std::vector<std::shared_ptr<Candidates>> parts, std::vector<const uint8_t*> rows)
      : plan_(std::move(plan)), parts_(std::move(parts)), rows_(std::move(rows)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->output_schema(); }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    Morsel morsel;
    morsel.end = static_cast<int64_t>(rows_.size());
    out->push_back(std::move(morsel));
    return Step::kFinished;
  }
  // The cursor keeps the source, and with it the rows.
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel&, const Mark* from) override {
    class Rows final : public Cursor {
     public:
      Rows(const TopKSource* source, int64_t at) : source_(source), at_(at) {}
      arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
        const SortPlan& plan = *source_->plan_;
        const auto rows = static_cast<int64_t>(source_->rows_.size());
        const int64_t n = std::min(plan.spec().batch_rows, rows - at_);
        if (n <= 0) return Step::kFinished;
        ARROW_ASSIGN_OR_RAISE(out->data, RowsToBatch(plan.memory().layout, plan.output_fields(), plan.output_schema(),
                                                     source_->rows_.data() + at_, n, context.pool()));
        out->first_row = at_;
        at_ += n;
        return at_ < rows ? Step::kHaveMore : Step::kFinished;
      }
      std::optional<Mark> Position() const override { return Mark{at_}; }

     private:
      const TopKSource* source_;
      int64_t at_;
    };
    return std::make_unique<Rows>(this, from ? from->row : 0);
  }

 private:
  const std::shared_ptr<const SortPlan> plan_;
  const std::vector<std::shared_ptr<Candidates>> parts_;
  const std::vector<const uint8_t*> rows_;
};

class TopKSink final : public Sink {
 public:
  TopKSink(std::shared_ptr<const SortPlan> plan, std::shared_ptr<TopKBound> bound, QueryMemory* memory)
      : plan_(std::move(plan)), bound_(std::move(bound)), memory_(memory), fetch_(plan_->spec().fetch) {}

  std::unique_ptr<SinkState> Open(int) override {
    auto state = std::make_unique<TopKState>();
    state->candidates = std::make_shared<Candidates>(*plan_, memory_->pool());
    const std::lock_guard lock(mutex_);
    parts_.push_back(state->candidates);
    return state;
  }

  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    if (fetch_ == 0) return Step::kFinished;
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    Candidates& own = *static_cast<TopKState*>(state)->candidates;
    arrow::MemoryPool* pool = context.pool();
    const int64_t n = in->num_rows();
    ARROW_ASSIGN_OR_RAISE(const SortPlace first, PlaceOf(in->seq, in->first_row));
    ARROW_ASSIGN_OR_RAISE(auto columns, plan_->Columns(context, *in));
    const SortKeyField& key = plan_->memory().keys[0];

    ARROW_ASSIGN_OR_RAISE(const auto rank_buffer, arrow::AllocateBuffer(n * sizeof(uint64_t), pool));
    auto* ranks = reinterpret_cast<uint64_t*>(rank_buffer->mutable_data());
    ARROW_RETURN_NOT_OK(Ranks(key, columns[plan_->key_field(0)], n, ranks));
    uint64_t limit = bound_->rank(), lower = limit;
    ARROW_ASSIGN_OR_RAISE(const auto kept_buffer, arrow::AllocateBuffer(n * sizeof(int32_t), pool));
    auto* kept = reinterpret_cast<int32_t*>(kept_buffer->mutable_data());
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      kept[count] = static_cast<int32_t>(i);
      count += ranks[i] <= limit;
    }
    if (count == 0) return Step::kNeedInput;
    if (count > fetch_) {  // of this batch alone no more than the first `fetch` and what ties with the last of them
      std::vector<uint64_t> sorted(count);
      for (int64_t i = 0; i < count; ++i) sorted[i] = ranks[kept[i]];
      std::nth_element(sorted.begin(), sorted.begin() + fetch_ - 1, sorted.end());
      limit = lower = std::min(limit, sorted[fetch_ - 1]);
      int64_t fewer = 0;
      for (int64_t i = 0; i < count; ++i) {
        kept[fewer] = kept[i];
        fewer += ranks[kept[i]] <= limit;
      }
      count = fewer;
    }

    // Rows that remain, of the selection.
    ARROW_ASSIGN_OR_RAISE(const auto row_buffer, arrow::AllocateBuffer(n * sizeof(int32_t), pool));
    auto* rows = reinterpret_cast<int32_t*>(row_buffer->mutable_data());
    if (own.last) ARROW_RETURN_NOT_OK(DropBehindLast(own, columns, first, ranks, kept, &count, rows, pool));
    if (count == 0) return Step::kNeedInput;
    ARROW_ASSIGN_OR_RAISE(auto stored, At(columns, first, kept, count, rows, pool));
    std::vector<RowSpan> spans;
    ARROW_RETURN_NOT_OK(own.store.Append(stored, count, &spans));
    for (const RowSpan& span : spans) {
      for (int64_t i = 0; i < span.rows; ++i) own.rows.push_back(span.begin + i * plan_->memory().layout.width());
    }
    for (int64_t i = 0; i < count; ++i) Note(&own, ranks[kept[i]]);
    if (static_cast<int64_t>(own.best.size()) == fetch_) lower = std::min(lower, own.best.front());
    bound_->Lower(lower);
    // The batch is in. Room that can't be had now is made at a later batch.
    if (static_cast<int64_t>(own.rows.size()) >= fetch_ + std::max(fetch_, kSlack)) {
      const arrow::Status pruned = Prune(&own);
      if (!pruned.ok() && !pruned.IsOutOfMemory()) return pruned;
    }
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override { return std::vector<std::unique_ptr<Job>>{}; }

  arrow::Result<std::shared_ptr<Source>> Output() override {
    std::vector<const uint8_t*> rows;
    for (const auto& part : parts_) rows.insert(rows.end(), part->rows.begin(), part->rows.end());
    const auto middle = rows.begin() + std::min<int64_t>(fetch_, static_cast<int64_t>(rows.size()));
    std::partial_sort(rows.begin(), middle, rows.end(), [this](const uint8_t* a, const uint8_t* b) { return Less(a, b); });
    rows.erase(middle, rows.end());
    return std::make_shared<TopKSource>(plan_, std::move(parts_), std::move(rows));
  }
  std::string name() const override { return "SortExec: TopK"; }
  MemoryUse memory_use() const override {
    const int64_t rows = fetch_ + std::max(fetch_, kSlack) + plan_->spec().batch_rows;
    return {MemoryUse::Kind::kBounded, memory_->workers() * rows * (RowBytes(*plan_->spec().schema) + 48), ""};
  }

 private:
  bool Less(const uint8_t* a, const uint8_t* b) const {
    const int order = CompareKeys(plan_->memory().keys, 0, a, b);
    return order != 0 ? order < 0 : PlaceIn(plan_->memory(), a) < PlaceIn(plan_->memory(), b);
  }

  // The stored columns and the place at positions `kept` of the batch's rows. `rows`: scratch that must live as long as the columns.
  arrow::Result<std::vector<RowColumn>> At(const std::vector<RowColumn>& columns, SortPlace first, const int32_t* kept, int64_t count,
                                           int32_t* rows, arrow::MemoryPool* pool) const {
    const int32_t* selected = nullptr;
    for (const RowColumn& column : columns) {
      if (column.rows) selected = column.rows;
    }
    if (selected) {
      for (int64_t i = 0; i < count; ++i) rows[i] = selected[kept[i]];
    }
    std::vector<RowColumn> out;
    for (const RowColumn& column : columns) out.push_back({column.array, column.rows ? rows : kept});
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> morsels, arrow::AllocateBuffer(count * sizeof(uint64_t), pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> numbers, arrow::AllocateBuffer(count * sizeof(uint64_t), pool));
    for (int64_t i = 0; i < count; ++i) {
      reinterpret_cast<uint64_t*>(morsels->mutable_data())[i] = first.morsel;
      reinterpret_cast<uint64_t*>(numbers->mutable_data())[i] = first.row + static_cast<uint64_t>(kept[i]);
    }
    out.push_back({Words(std::move(morsels), count), nullptr});
    out.push_back({Words(std::move(numbers), count), nullptr});
    return out;
  }

  // Rows whose first key ties with the last row's are compared whole, by their keys alone, before any payload is read.
  arrow::Status DropBehindLast(const Candidates& own, const std::vector<RowColumn>& columns, SortPlace first, const uint64_t* ranks,
                               int32_t* kept, int64_t* count, int32_t* rows, arrow::MemoryPool* pool) const {
    const uint64_t rank = RankOfRow(plan_->memory().keys[0], own.last);
    std::vector<int32_t> ties, better;
    for (int64_t i = 0; i < *count; ++i) {
      if (ranks[kept[i]] < rank) better.push_back(kept[i]);
      if (ranks[kept[i]] == rank) ties.push_back(kept[i]);
    }
    if (!ties.empty()) {
      ARROW_ASSIGN_OR_RAISE(const auto all, At(columns, first, ties.data(), static_cast<int64_t>(ties.size()), rows, pool));
      std::vector<RowColumn> keys;
      for (int field : plan_->fence_fields()) keys.push_back(all[field]);
      RowStore store(&plan_->fence().layout, pool);
      std::vector<RowSpan> spans;
      ARROW_RETURN_NOT_OK(store.Append(keys, static_cast<int64_t>(ties.size()), &spans));
      size_t tie = 0;
      for (const RowSpan& span : spans) {
        for (int64_t i = 0; i < span.rows; ++i, ++tie) {
          const uint8_t* row = span.begin + i * plan_->fence().layout.width();
          const int order = CompareKeys(plan_->fence().keys, plan_->memory().keys, 0, row, own.last);
          if (order < 0 || (order == 0 && PlaceIn(plan_->fence(), row) < PlaceIn(plan_->memory(), own.last))) better.push_back(ties[tie]);
        }
      }
      std::sort(better.begin(), better.end());
    }
    std::copy(better.begin(), better.end(), kept);
    *count = static_cast<int64_t>(better.size());
    return arrow::Status::OK();
  }

  // The bound falls with every batch, so that a scan that uses it soon leaves nearly all out.
  void Note(Candidates* own, uint64_t rank) const {
    auto& best = own->best;
    if (static_cast<int64_t>(best.size()) == fetch_) {
      if (rank >= best.front()) return;
      std::pop_heap(best.begin(), best.end());
      best.back() = rank;
    } else {
      best.push_back(rank);
    }
    std::push_heap(best.begin(), best.end());
  }

  // Keeps the best `fetch` rows, and lowers the bound to the last of them.
  arrow::Status Prune(Candidates* own) {
    std::vector<const uint8_t*> rows = own->rows;
    std::nth_element(rows.begin(), rows.begin() + fetch_ - 1, rows.end(), [this](const uint8_t* a, const uint8_t* b) { return Less(a, b); });
    rows.resize(fetch_);
    RowStore store(&plan_->memory().layout, memory_->pool());
    std::vector<RowSpan> spans;
    ARROW_RETURN_NOT_OK(store.AppendRows(own->store, rows.data(), fetch_, &spans));
    own->rows.clear();
    for (const RowSpan& span : spans) {
      for (int64_t i = 0; i < span.rows; ++i) own->rows.push_back(span.begin + i * plan_->memory().layout.width());
    }
    own->store = std::move(store);
    own->last = own->rows[fetch_ - 1];
    bound_->Lower(RankOfRow(plan_->memory().keys[0], own->last));
    return arrow::Status::OK();
  }

  const std::shared_ptr<const SortPlan> plan_;
  const std::shared_ptr<TopKBound> bound_;
  QueryMemory* const memory_;
  const int64_t fetch_;
  std::mutex mutex_;  // guards parts_ while states are opened
  std::vector<std::shared_ptr<Candidates>> parts_;
};

}  // namespace

arrow::Status RankFirstKey(const arrow::ArrayData& values, const BoundSortKey& key, uint64_t* ranks) {
  RowColumn column{std::make_shared<arrow::ArrayData>(values), nullptr};
  ARROW_ASSIGN_OR_RAISE(column, DecodeDictionary(column, values.length, arrow::default_memory_pool()));
  SortKeyField field;
  ARROW_ASSIGN_OR_RAISE(field.norm, KeyNormOf(*column.array->type));
  field.ascending = key.ascending;
  field.nulls_first = key.nulls_first;
  return Ranks(field, column, values.length, ranks);
}

namespace {

class TopKFilter final : public DynamicFilter {
 public:
  TopKFilter(std::shared_ptr<const TopKBound> bound, BoundSortKey key) : bound_(std::move(bound)), key_(std::move(key)) {}
  bool ready() const noexcept override { return bound_->rank() != UINT64_MAX; }

  // The best of the values ranks first; where it isn't known, any may.
  bool MayPassBetween(int, const arrow::Scalar* min, const arrow::Scalar* max, bool nulls) const override {
    if (nulls && key_.nulls_first) return true;
    const arrow::Scalar* best = key_.ascending ? min : max;
    if (best == nullptr || !best->type->Equals(*key_.expr->physical_type())) return true;
    uint64_t rank = 0;
    auto array = arrow::MakeArrayFromScalar(*best, 1);
    if (!array.ok() || !RankFirstKey(*(*array)->data(), key_, &rank).ok()) return true;
    return rank <= bound_->rank();
  }

  arrow::Result<int64_t> MayPass(const std::vector<std::shared_ptr<arrow::Array>>& columns, int64_t n, arrow::MemoryPool* pool,
                                 int32_t* rows) const override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(n * 8, pool));
    auto* ranks = reinterpret_cast<uint64_t*>(buffer->mutable_data());
    ARROW_RETURN_NOT_OK(RankFirstKey(*columns[0]->data()->Slice(0, n), key_, ranks));
    const uint64_t bound = bound_->rank();
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      rows[count] = static_cast<int32_t>(i);
      count += ranks[i] <= bound;
    }
    return count;
  }

 private:
  const std::shared_ptr<const TopKBound> bound_;
  const BoundSortKey key_;
};

}  // namespace

std::shared_ptr<const DynamicFilter> MakeTopKFilter(std::shared_ptr<const TopKBound> bound, BoundSortKey key) {
  return std::make_shared<TopKFilter>(std::move(bound), std::move(key));
}

arrow::Result<std::shared_ptr<Sink>> MakeTopK(TopKSpec spec, QueryMemory* memory) {
  if (spec.sort.fetch < 0 || spec.sort.keys.empty()) return Error(ErrorKind::kInternal, "top-k without a limit or without keys");
  auto bound = spec.bound ? std::move(spec.bound) : std::make_shared<TopKBound>();
  ARROW_ASSIGN_OR_RAISE(auto plan, SortPlan::Make(std::move(spec.sort), true));
  return std::make_shared<TopKSink>(std::move(plan), std::move(bound), memory);
}

}  // namespace bowstring::exec
