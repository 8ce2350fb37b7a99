// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Any aggregate over any frames, by bulk calls of its kernel alone. Each frame that differs from the one before has a state. What goes into it are
// rows (Update) and, where frames overlap, serialized states of aligned blocks of 16, 256, ... rows (MergeSerialized), of which a state may take as
// many as it needs without using them up. Frames that all begin with their partition and only grow, as running totals' do, take the state of the frame
// before them instead, where states are plain.

#include "exec/window_aggregate.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

#include "functions/gather_rows.h"
#include "functions/value_codec.h"

namespace bowstring::exec {
namespace {

using Ranges = WindowInput::Ranges;
using ArrayDatas = std::vector<std::shared_ptr<arrow::ArrayData>>;

constexpr int64_t kFan = 16;
constexpr int64_t kBatch = 16 << 10;      // entries of one call of the kernel
constexpr int64_t kFrames = 4096;         // states at once
constexpr int64_t kFrameRows = 4 << 20;   // rows that the states of a round may stand for, where some keep them all
constexpr int64_t kShort = 48;            // frames up to so many rows are taken row by row

arrow::Result<std::unique_ptr<arrow::Buffer>> Numbers(int64_t n, arrow::MemoryPool* pool, int64_t** out) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(n * 8, pool));
  *out = reinterpret_cast<int64_t*>(buffer->mutable_data());
  return buffer;
}

/// States of some groups, in rows as kernels want them.
class States {
 public:
  States(const AggregateKernel& kernel, arrow::MemoryPool* pool) : kernel_(kernel), pool_(pool), heap_(pool) {}
  ~States() { Clear(); }

  arrow::Status Begin(int64_t n) {
    Clear();
    const int64_t size = 8 + kernel_.state_size();
    ARROW_ASSIGN_OR_RAISE(memory_, arrow::AllocateBuffer(n * size, pool_));
    ARROW_ASSIGN_OR_RAISE(pointers_, arrow::AllocateBuffer(n * 8, pool_));
    std::memset(memory_->mutable_data(), 0, static_cast<size_t>(n * size));
    for (int64_t i = 0; i < n; ++i) all()[i] = memory_->mutable_data() + i * size;
    count_ = n;
    return arrow::Status::OK();
  }
  uint8_t* row(int64_t i) const { return all()[i]; }
  GroupRows Rows(uint8_t* const* rows, int64_t n, const int32_t* positions) const {
    GroupRows groups;
    groups.rows = rows;
    groups.count = n;
    groups.positions = positions;
    groups.offset = 8;
    groups.heaps = &heap_pointer_;
    return groups;
  }
  GroupRows All() const { return Rows(all(), count_, nullptr); }

 private:
  uint8_t** all() const { return reinterpret_cast<uint8_t**>(const_cast<uint8_t*>(pointers_->data())); }
  void Clear() {
    if (count_ > 0 && kernel_.needs_destroy()) kernel_.Destroy(All());
    count_ = 0;
    heap_.Clear();
    memory_.reset();
    pointers_.reset();
  }

  const AggregateKernel& kernel_;
  arrow::MemoryPool* const pool_;
  StateHeap heap_;
  StateHeap* heap_pointer_ = &heap_;
  std::unique_ptr<arrow::Buffer> memory_, pointers_;
  int64_t count_ = 0;
};

/// Pairs (state, what goes into it), given to the kernel some thousands at a time.
class Feed {
 public:
  Feed(const AggregateKernel& kernel, const States& states, const ArrayDatas& columns, bool serialized, arrow::MemoryPool* pool)
      : kernel_(kernel), states_(states), columns_(columns), serialized_(serialized), pool_(pool) {}
  arrow::Status Make() {
    ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateBuffer(kBatch * 12, pool_));
    rows_ = reinterpret_cast<uint8_t**>(buffer_->mutable_data());
    positions_ = reinterpret_cast<int32_t*>(rows_ + kBatch);
    return arrow::Status::OK();
  }
  arrow::Status Add(uint8_t* state, int64_t position) {
    rows_[count_] = state;
    positions_[count_++] = static_cast<int32_t>(position);
    return count_ == kBatch ? Flush() : arrow::Status::OK();
  }
  arrow::Status Flush() {
    if (count_ == 0) return arrow::Status::OK();
    const GroupRows groups = states_.Rows(rows_, count_, positions_);
    count_ = 0;
    if (serialized_) {
      ARROW_RETURN_NOT_OK(kernel_.ReserveSerialized(columns_, groups));
      return kernel_.MergeSerialized(columns_, groups);
    }
    AggregateInput input;
    input.columns = columns_;
    input.pool = pool_;
    ARROW_RETURN_NOT_OK(kernel_.Reserve(input, groups));
    return kernel_.Update(input, groups);
  }

 private:
  const AggregateKernel& kernel_;
  const States& states_;
  const ArrayDatas& columns_;
  const bool serialized_;
  arrow::MemoryPool* const pool_;
  std::unique_ptr<arrow::Buffer> buffer_;
  uint8_t** rows_ = nullptr;
  int32_t* positions_ = nullptr;
  int64_t count_ = 0;
};

bool Passes(const arrow::ArrayData* filter, int64_t row) {
  return !filter || (filter->IsValid(row) && arrow::bit_util::GetBit(filter->GetValues<uint8_t>(1, 0), filter->offset + row));
}

/// For each row the last one before it in its partition that counts and has the same arguments, or -1.
arrow::Status PreviousEqual(const WindowInput& input, const arrow::ArrayData* filter, int64_t* previous) {
  ArrayDatas encoded;
  for (const auto& column : input.arguments) {
    ARROW_ASSIGN_OR_RAISE(auto bytes, EncodeValues(*column, input.rows, /*canonical=*/true, input.pool));
    encoded.push_back(std::move(bytes));
  }
  const arrow::LargeBinaryArray first(encoded[0]);
  std::unordered_map<std::string, int64_t> many;
  std::unordered_map<std::string_view, int64_t> one;
  for (size_t p = 0; p + 1 < input.partitions.size(); ++p) {
    if (input.cancelled && input.cancelled()) return arrow::Status::Cancelled("cancelled");
    many.clear();
    one.clear();
    for (int64_t i = input.partitions[p]; i < input.partitions[p + 1]; ++i) {
      previous[i] = -1;
      if (!Passes(filter, i)) continue;
      int64_t* slot = nullptr;
      if (encoded.size() == 1) {
        slot = &one.try_emplace(first.GetView(i), -1).first->second;
      } else {
        std::string key;
        for (const auto& column : encoded) {
          const arrow::LargeBinaryArray array(column);
          const auto view = array.GetView(i);
          key += std::to_string(view.size()) + ":";
          key.append(view);
        }
        slot = &many.try_emplace(std::move(key), -1).first->second;
      }
      previous[i] = *slot;
      *slot = i;
    }
  }
  return arrow::Status::OK();
}

class FrameAggregation {
 public:
  FrameAggregation(const AggregateKernel& kernel, const WindowInput& input, const arrow::ArrayData* filter, bool distinct, WindowStates* carried)
      : kernel_(kernel), input_(input), filter_(filter), distinct_(distinct), carried_(carried), states_(kernel, input.pool) {}

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Run() {
    if (filter_ && filter_->type->id() != arrow::Type::BOOL) return Error(ErrorKind::kInternal, "a filter of ", filter_->type->ToString());
    ARROW_RETURN_NOT_OK(FindFrames());
    if (distinct_) {
      if (input_.exclude != FrameExclude::kNoOthers) return Error(ErrorKind::kNotImplemented, "a DISTINCT aggregate over a frame with EXCLUDE");
      ARROW_ASSIGN_OR_RAISE(previous_buffer_, Numbers(input_.rows, input_.pool, &previous_));
      ARROW_RETURN_NOT_OK(PreviousEqual(input_, filter_, previous_));
    }
    // Where a row counts may depend on where the frame begins; then blocks can't be shared.
    running_ = running_ && kernel_.plain() && input_.exclude == FrameExclude::kNoOthers;
    blocks_ = !running_ && overlap_ && longest_ > kShort && (!distinct_ || from_partition_);
    if (blocks_) ARROW_RETURN_NOT_OK(BuildBlocks());
    arrow::ArrayVector parts;
    const int64_t most = kernel_.needs_destroy() ? kFrameRows : INT64_MAX;
    for (int64_t frame = 0; frame < frames_;) {
      if (input_.cancelled && input_.cancelled()) return arrow::Status::Cancelled("cancelled");
      int64_t end = frame;
      for (int64_t rows = 0; end < frames_ && end - frame < kFrames && (end == frame || rows < most); ++end) {
        const int64_t row = row_of_frame_[end];
        rows += input_.frame_end[row] - input_.frame_begin[row];
      }
      ARROW_ASSIGN_OR_RAISE(auto part, Round(frame, end));
      parts.push_back(std::move(part));
      frame = end;
    }
    if (carried_ && carried_->to >= 0) ARROW_RETURN_NOT_OK(HandOn());
    if (parts.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto empty, arrow::MakeEmptyArray(kernel_.result_type(), input_.pool));
      return empty->data();
    }
    std::shared_ptr<arrow::Array> values = parts[0];
    if (parts.size() > 1) {
      ARROW_ASSIGN_OR_RAISE(values, arrow::Concatenate(parts, input_.pool));
    }
    if (frames_ == input_.rows) return values->data();
    return Gather(*values->data(), frame_of_row_, input_.rows, input_.pool);
  }

 private:
  // Rows with the frame of the row before share its state.
  arrow::Status FindFrames() {
    ARROW_ASSIGN_OR_RAISE(numbers_, Numbers(2 * input_.rows, input_.pool, &frame_of_row_));
    row_of_frame_ = frame_of_row_ + input_.rows;
    const bool plain = input_.exclude == FrameExclude::kNoOthers;
    int64_t covered = 0, last = 0;
    size_t partition = 0;
    for (int64_t i = 0; i < input_.rows; ++i) {
      while (input_.partitions[partition + 1] <= i) ++partition;
      const int64_t b = input_.frame_begin[i], e = input_.frame_end[i];
      const bool same = plain && i > 0 && i > input_.partitions[partition] && b == input_.frame_begin[i - 1] && e == input_.frame_end[i - 1];
      if (!same) {
        row_of_frame_[frames_++] = i;
        overlap_ |= b < e && b < covered;
        covered = std::max(covered, e);
        longest_ = std::max(longest_, e - b);
        from_partition_ &= b == input_.partitions[partition] || b == e;
        const bool first = i == input_.partitions[partition];
        running_ &= b == input_.partitions[partition] && (first || e >= last);
        last = e;
      }
      frame_of_row_[i] = frames_ - 1;
    }
    return arrow::Status::OK();
  }

  bool Counts(int64_t row) const { return Passes(filter_, row); }
  // Whether the row counts in blocks: as Counts, and the first of its partition with its arguments.
  bool CountsFirst(int64_t row) const { return Counts(row) && (!distinct_ || previous_[row] < 0); }

  arrow::Result<ArrayDatas> SerializeStates() const {
    ARROW_ASSIGN_OR_RAISE(auto arrays, kernel_.Serialize(states_.All(), input_.pool));
    ArrayDatas out;
    for (const auto& array : arrays) out.push_back(array->data());
    return out;
  }

  /// One level of blocks, some thousands at a time: block k is made of `below`'s items [k * 16, k * 16 + 16).
  template <typename Fill>
  arrow::Result<ArrayDatas> BuildLevel(int64_t items, Fill fill) {
    std::vector<arrow::ArrayVector> parts;
    const int64_t blocks = (items + kFan - 1) / kFan;
    for (int64_t from = 0; from < blocks; from += kFrames) {
      if (input_.cancelled && input_.cancelled()) return arrow::Status::Cancelled("cancelled");
      const int64_t n = std::min(kFrames, blocks - from);
      ARROW_RETURN_NOT_OK(states_.Begin(n));
      ARROW_RETURN_NOT_OK(fill(from, n));
      ARROW_ASSIGN_OR_RAISE(auto columns, SerializeStates());
      parts.resize(columns.size());
      for (size_t c = 0; c < columns.size(); ++c) parts[c].push_back(arrow::MakeArray(columns[c]));
    }
    ArrayDatas out;
    for (auto& part : parts) {
      ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(part, input_.pool));
      out.push_back(whole->data());
    }
    return out;
  }

  arrow::Status BuildBlocks() {
    int64_t items = input_.rows;
    while (items > kFan && (levels_.empty() || items * kFan < longest_ * kFan * kFan)) {
      const bool rows = levels_.empty();
      const ArrayDatas below = rows ? input_.arguments : levels_.back();
      ARROW_ASSIGN_OR_RAISE(auto level, BuildLevel(items, [&](int64_t from, int64_t n) -> arrow::Status {
                              Feed feed(kernel_, states_, below, !rows, input_.pool);
                              ARROW_RETURN_NOT_OK(feed.Make());
                              for (int64_t i = from * kFan; i < std::min((from + n) * kFan, items); ++i) {
                                if (!rows || CountsFirst(i)) ARROW_RETURN_NOT_OK(feed.Add(states_.row(i / kFan - from), i));
                              }
                              return feed.Flush();
                            }));
      levels_.push_back(std::move(level));
      items = (items + kFan - 1) / kFan;
    }
    return arrow::Status::OK();
  }

  bool Carries(int64_t row) const { return carried_ && !carried_->before.empty() && row < input_.partitions[1]; }

  arrow::Status HandOn() {
    ARROW_RETURN_NOT_OK(states_.Begin(1));
    if (carried_->from == 0 && !carried_->before.empty()) {
      Feed before(kernel_, states_, carried_->before, true, input_.pool);
      ARROW_RETURN_NOT_OK(before.Make());
      ARROW_RETURN_NOT_OK(before.Add(states_.row(0), 0));
      ARROW_RETURN_NOT_OK(before.Flush());
    }
    Feed rows(kernel_, states_, input_.arguments, false, input_.pool);
    ARROW_RETURN_NOT_OK(rows.Make());
    for (int64_t i = carried_->from; i < carried_->to; ++i) {
      if (Counts(i)) ARROW_RETURN_NOT_OK(rows.Add(states_.row(0), i));
    }
    ARROW_RETURN_NOT_OK(rows.Flush());
    return SerializeStates().Value(&carried_->after);
  }

  // Each state takes the rows that its frame has more than the one before, then all of that one.
  arrow::Status RunOn(int64_t from, int64_t to) {
    Feed feed(kernel_, states_, input_.arguments, false, input_.pool);
    ARROW_RETURN_NOT_OK(feed.Make());
    std::vector<uint8_t*> into, before;
    for (int64_t frame = from; frame < to; ++frame) {
      uint8_t* const state = states_.row(frame - from);
      const int64_t row = row_of_frame_[frame], end = input_.frame_end[row];
      int64_t begin = input_.frame_begin[row];
      if (frame > 0 && begin == input_.frame_begin[row_of_frame_[frame - 1]]) {  // of the same partition
        begin = input_.frame_end[row_of_frame_[frame - 1]];
        into.push_back(state);
        before.push_back(frame > from ? states_.row(frame - from - 1) : last_state_.data());
      }
      for (int64_t i = begin; i < end; ++i) {
        if (CountsFirst(i)) ARROW_RETURN_NOT_OK(feed.Add(state, i));
      }
    }
    ARROW_RETURN_NOT_OK(feed.Flush());
    ARROW_RETURN_NOT_OK(kernel_.Merge(states_.Rows(into.data(), static_cast<int64_t>(into.size()), nullptr), before.data()));
    const uint8_t* last = states_.row(to - from - 1);
    last_state_.assign(last, last + 8 + kernel_.state_size());
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Round(int64_t from, int64_t to) {
    ARROW_RETURN_NOT_OK(states_.Begin(to - from));
    if (Carries(row_of_frame_[from])) {
      Feed before(kernel_, states_, carried_->before, true, input_.pool);
      ARROW_RETURN_NOT_OK(before.Make());
      for (int64_t frame = from; frame < to && Carries(row_of_frame_[frame]); ++frame) {
        if (!running_ || frame == 0) ARROW_RETURN_NOT_OK(before.Add(states_.row(frame - from), 0));
      }
      ARROW_RETURN_NOT_OK(before.Flush());
    }
    if (running_) {
      ARROW_RETURN_NOT_OK(RunOn(from, to));
    } else {
      ARROW_RETURN_NOT_OK(AddFrames(from, to));
    }
    if (carried_ && !carried_->behind.empty()) {
      Feed behind(kernel_, states_, carried_->behind, true, input_.pool);
      ARROW_RETURN_NOT_OK(behind.Make());
      for (int64_t frame = from; frame < to; ++frame) ARROW_RETURN_NOT_OK(behind.Add(states_.row(frame - from), 0));
      ARROW_RETURN_NOT_OK(behind.Flush());
    }
    return kernel_.Finalize(states_.All(), input_.pool);
  }

  // Each state takes all rows of its frame, most of them as blocks.
  arrow::Status AddFrames(int64_t from, int64_t to) {
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(std::make_unique<Feed>(kernel_, states_, input_.arguments, false, input_.pool));
    for (const ArrayDatas& level : levels_) feeds.push_back(std::make_unique<Feed>(kernel_, states_, level, true, input_.pool));
    for (const auto& feed : feeds) ARROW_RETURN_NOT_OK(feed->Make());
    size_t group = 0;
    if (input_.exclude != FrameExclude::kNoOthers) {
      group = static_cast<size_t>(std::upper_bound(input_.peers.begin(), input_.peers.end(), row_of_frame_[from]) - input_.peers.begin()) - 1;
    }
    int64_t asked = 0;
    for (int64_t frame = from; frame < to; ++frame) {
      const int64_t row = row_of_frame_[frame];
      if (input_.exclude != FrameExclude::kNoOthers) {
        while (input_.peers[group + 1] <= row) ++group;
      }
      uint8_t* const state = states_.row(frame - from);
      for (const auto& [begin, end] : input_.FrameRanges(row, input_.peers[group], input_.peers[group + 1])) {
        if ((asked += end - begin) > (1 << 20)) {
          asked = 0;
          if (input_.cancelled && input_.cancelled()) return arrow::Status::Cancelled("cancelled");
        }
        ARROW_RETURN_NOT_OK(AddRange(feeds, state, begin, end));
      }
    }
    for (const auto& feed : feeds) ARROW_RETURN_NOT_OK(feed->Flush());
    return arrow::Status::OK();
  }

  arrow::Status AddRange(const std::vector<std::unique_ptr<Feed>>& feeds, uint8_t* state, int64_t begin, int64_t end) const {
    const int64_t frame_begin = begin;
    for (size_t level = 0; begin < end; ++level) {
      const auto add = [&](int64_t from, int64_t to) -> arrow::Status {
        for (int64_t i = from; i < to; ++i) {
          if (level == 0) {
            const bool counts = distinct_ && !blocks_ ? Counts(i) && previous_[i] < frame_begin : CountsFirst(i);
            if (!counts) continue;
          }
          ARROW_RETURN_NOT_OK(feeds[level]->Add(state, i));
        }
        return arrow::Status::OK();
      };
      if (level + 1 >= feeds.size()) return add(begin, end);
      const int64_t inner_begin = std::min(end, (begin + kFan - 1) / kFan * kFan);
      const int64_t inner_end = std::max(inner_begin, end / kFan * kFan);
      ARROW_RETURN_NOT_OK(add(begin, inner_begin));
      ARROW_RETURN_NOT_OK(add(inner_end, end));
      begin = inner_begin / kFan;
      end = inner_end / kFan;
    }
    return arrow::Status::OK();
  }

  const AggregateKernel& kernel_;
  const WindowInput& input_;
  const arrow::ArrayData* const filter_;
  const bool distinct_;
  WindowStates* const carried_;
  States states_;
  std::unique_ptr<arrow::Buffer> numbers_, previous_buffer_;
  int64_t* frame_of_row_ = nullptr;
  int64_t* row_of_frame_ = nullptr;
  int64_t* previous_ = nullptr;
  int64_t frames_ = 0, longest_ = 0;
  bool overlap_ = false, from_partition_ = true, running_ = true, blocks_ = false;
  std::vector<uint8_t> last_state_;  // running: of the round before
  std::vector<ArrayDatas> levels_;  // blocks of 16, 256, ... rows
};

}  // namespace

struct RowsState::Impl {
  Impl(const AggregateKernel& k, arrow::MemoryPool* p) : kernel(k), pool(p), states(k, p) {}
  const AggregateKernel& kernel;
  arrow::MemoryPool* const pool;
  States states;
  bool begun = false;
};

RowsState::RowsState(const AggregateKernel& kernel, arrow::MemoryPool* pool) : impl_(std::make_unique<Impl>(kernel, pool)) {}
RowsState::~RowsState() = default;

arrow::Status RowsState::Add(const ArrayDatas& arguments, const arrow::ArrayData* filter, int64_t from, int64_t to) {
  if (!impl_->begun) ARROW_RETURN_NOT_OK(impl_->states.Begin(1));
  impl_->begun = true;
  Feed feed(impl_->kernel, impl_->states, arguments, false, impl_->pool);
  ARROW_RETURN_NOT_OK(feed.Make());
  for (int64_t i = from; i < to; ++i) {
    if (Passes(filter, i)) ARROW_RETURN_NOT_OK(feed.Add(impl_->states.row(0), i));
  }
  return feed.Flush();
}

arrow::Status RowsState::Merge(const ArrayDatas& serialized) {
  if (!impl_->begun) ARROW_RETURN_NOT_OK(impl_->states.Begin(1));
  impl_->begun = true;
  Feed feed(impl_->kernel, impl_->states, serialized, true, impl_->pool);
  ARROW_RETURN_NOT_OK(feed.Make());
  ARROW_RETURN_NOT_OK(feed.Add(impl_->states.row(0), 0));
  return feed.Flush();
}

arrow::Result<ArrayDatas> RowsState::Serialize() {
  if (!impl_->begun) ARROW_RETURN_NOT_OK(impl_->states.Begin(1));
  impl_->begun = true;
  ARROW_ASSIGN_OR_RAISE(auto arrays, impl_->kernel.Serialize(impl_->states.All(), impl_->pool));
  ArrayDatas out;
  for (const auto& array : arrays) out.push_back(array->data());
  impl_->begun = false;
  return out;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> RowsState::Value() {
  RowsState copy(impl_->kernel, impl_->pool);
  if (impl_->begun) {
    ARROW_ASSIGN_OR_RAISE(const auto arrays, impl_->kernel.Serialize(impl_->states.All(), impl_->pool));
    ArrayDatas serialized;
    for (const auto& array : arrays) serialized.push_back(array->data());
    ARROW_RETURN_NOT_OK(copy.Merge(serialized));
  }
  return copy.Finish();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> RowsState::Finish() {
  if (!impl_->begun) ARROW_RETURN_NOT_OK(impl_->states.Begin(1));
  impl_->begun = true;
  ARROW_ASSIGN_OR_RAISE(const auto value, impl_->kernel.Finalize(impl_->states.All(), impl_->pool));
  return value->data();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> AggregateFrames(const AggregateKernel& kernel, const WindowInput& input,
                                                                 const arrow::ArrayData* filter, bool distinct, WindowStates* states) {
  return FrameAggregation(kernel, input, filter, distinct && !input.arguments.empty(), states).Run();
}

}  // namespace bowstring::exec
