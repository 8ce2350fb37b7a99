// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Functions whose answer is the value of another row: they choose row numbers, and all values are gathered at once.

#include <algorithm>
#include <optional>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/gather_rows.h"
#include "functions/window_functions.h"

namespace bowstring {
namespace {

using Column = std::shared_ptr<arrow::ArrayData>;

/// The rows that count: all, or those that aren't NULL, found by their number among these.
class CountedRows {
 public:
  static arrow::Result<CountedRows> Make(const arrow::ArrayData& values, bool ignore_nulls, arrow::MemoryPool* pool) {
    CountedRows counted;
    const auto array = arrow::MakeArray(values.Copy());
    if (!ignore_nulls || array->null_count() == 0) return counted;
    const int64_t n = values.length;
    ARROW_ASSIGN_OR_RAISE(counted.buffer_, arrow::AllocateBuffer((2 * n + 1) * 8, pool));
    counted.before_ = reinterpret_cast<int64_t*>(counted.buffer_->mutable_data());
    counted.place_ = counted.before_ + n + 1;
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      counted.before_[i] = count;
      if (!array->IsNull(i)) counted.place_[count++] = i;
    }
    counted.before_[n] = count;
    return counted;
  }
  int64_t Before(int64_t row) const { return before_ ? before_[row] : row; }
  int64_t Place(int64_t number) const { return before_ ? place_[number] : number; }

 private:
  std::shared_ptr<arrow::Buffer> buffer_;
  int64_t* before_ = nullptr;
  int64_t* place_ = nullptr;
};

class ShiftKernel final : public WindowKernel {
 public:
  /// `by`: the offset, where it is the same for all rows.
  ShiftKernel(bool lead, size_t arguments, std::optional<int64_t> by) : lead_(lead), arguments_(arguments), by_(by) {}
  WindowNeed need() const override {
    if (!by_) return {};
    const int64_t behind = lead_ ? *by_ : -*by_;
    return {WindowNeed::kNeighbours, std::max<int64_t>(-behind, 0), std::max<int64_t>(behind, 0)};
  }

  arrow::Result<Column> Evaluate(const WindowInput& input) const override {
    Column values = input.arguments[0];
    ARROW_ASSIGN_OR_RAISE(auto counted, CountedRows::Make(*values, input.ignore_nulls, input.pool));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(input.rows * 8, input.pool));
    auto* rows = reinterpret_cast<int64_t*>(buffer->mutable_data());
    // Defaults stand behind the values, so that one gather takes both.
    bool defaults = arguments_ > 2;
    if (defaults) {
      const auto array = arrow::MakeArray(input.arguments[2]);
      defaults = array->null_count() < array->length();
      if (defaults) {
        ARROW_ASSIGN_OR_RAISE(auto both, arrow::Concatenate({arrow::MakeArray(values), array}, input.pool));
        values = both->data();
      }
    }
    for (size_t p = 0; p + 1 < input.partitions.size(); ++p) {
      const int64_t begin = input.partitions[p], end = input.partitions[p + 1];
      if (input.cancelled && input.cancelled()) return arrow::Status::Cancelled("cancelled");
      const int64_t first = counted.Before(begin), last = counted.Before(end);
      for (int64_t i = begin; i < end; ++i) {
        int64_t by = 1;
        if (arguments_ > 1) {
          const arrow::ArrayData& offsets = *input.arguments[1];
          by = offsets.IsValid(i) ? offsets.GetValues<int64_t>(1)[i] : 0;  // as the peer: NULL is 0
        }
        by = std::clamp<int64_t>(lead_ ? by : -by, -(int64_t{1} << 40), int64_t{1} << 40);
        int64_t at = -1;
        if (by == 0) {
          at = i;
        } else {
          const int64_t number = by > 0 ? counted.Before(i + 1) + by - 1 : counted.Before(i) + by;
          if (number >= first && number < last) at = counted.Place(number);
        }
        rows[i] = at >= 0 ? at : defaults ? input.rows + i : -1;
      }
    }
    return Gather(*values, rows, input.rows, input.pool);
  }

 private:
  const bool lead_;
  const size_t arguments_;
  const std::optional<int64_t> by_;
};

std::optional<int64_t> ConstantOffset(const std::vector<ArgumentInfo>& arguments) {
  if (arguments.size() < 2) return 1;
  const auto& literal = arguments[1].literal;
  if (literal == nullptr) return std::nullopt;
  if (!literal->is_valid) return 0;
  const auto number = literal->CastTo(arrow::int64());
  if (!number.ok()) return std::nullopt;
  return std::clamp<int64_t>(static_cast<const arrow::Int64Scalar&>(**number).value, -(int64_t{1} << 40), int64_t{1} << 40);
}

enum class Nth : uint8_t { kFirst, kLast, kNth };

class NthKernel final : public WindowKernel {
 public:
  /// `number`: which row, where it is the same for all rows.
  NthKernel(Nth nth, std::optional<int64_t> number) : nth_(nth), number_(number) {}
  bool uses_frame() const override { return true; }
  WindowNeed need() const override {
    if (!number_) return {WindowNeed::kFrame};
    return {WindowNeed::kFrame, std::max<int64_t>(*number_, 0), std::max<int64_t>(-*number_, *number_ == 0 ? 1 : 0)};
  }

  arrow::Result<Column> Evaluate(const WindowInput& input) const override {
    ARROW_ASSIGN_OR_RAISE(auto counted, CountedRows::Make(*input.arguments[0], input.ignore_nulls, input.pool));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(input.rows * 8, input.pool));
    auto* rows = reinterpret_cast<int64_t*>(buffer->mutable_data());
    for (size_t g = 0; g + 1 < input.peers.size(); ++g) {
      if ((g & 0xfff) == 0 && input.cancelled && input.cancelled()) return arrow::Status::Cancelled("cancelled");
      for (int64_t i = input.peers[g]; i < input.peers[g + 1]; ++i) {
        int64_t number = nth_ == Nth::kLast ? -1 : 1;
        if (nth_ == Nth::kNth) {
          const arrow::ArrayData& numbers = *input.arguments[1];
          number = numbers.IsValid(i) ? numbers.GetValues<int64_t>(1)[i] : 0;
        }
        rows[i] = Find(counted, input.FrameRanges(i, input.peers[g], input.peers[g + 1]), number);
      }
    }
    return Gather(*input.arguments[0], rows, input.rows, input.pool);
  }

 private:
  // From the front for numbers from 1 on, from the back for those below 0; -1 where there is none.
  static int64_t Find(const CountedRows& counted, const WindowInput::Ranges& ranges, int64_t number) {
    if (number == 0) return -1;
    const bool back = number < 0;
    uint64_t left = back ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    for (size_t r = 0; r < ranges.size(); ++r) {
      const auto& [from, to] = ranges[back ? ranges.size() - 1 - r : r];
      const int64_t first = counted.Before(from), last = counted.Before(to);
      if (left <= static_cast<uint64_t>(last - first)) {
        return counted.Place(back ? last - static_cast<int64_t>(left) : first + static_cast<int64_t>(left) - 1);
      }
      left -= static_cast<uint64_t>(last - first);
    }
    return -1;
  }

  const Nth nth_;
  const std::optional<int64_t> number_;
};

bool IntegerOrNull(const ArgumentInfo& info) {
  return arrow::is_integer(info.field->type()->id()) || info.field->type()->id() == arrow::Type::NA;
}

void AddShift(WindowList* list, const char* name, bool lead, const char* description) {
  const std::string syntax = std::string(name) + "(expression[, offset[, default]])";
  list->push_back(std::make_shared<BuiltinWindow>(
      name, std::vector<std::string>{}, FunctionDoc{"window", description, syntax, ""},
      [=, name = std::string(name)](const std::vector<ArgumentInfo>& arguments) -> arrow::Result<ResolvedWindow> {
        if (arguments.empty() || arguments.size() > 3) return NoWindowSignature(name, arguments, syntax);
        if (arguments.size() > 1 && !IntegerOrNull(arguments[1])) return NoWindowSignature(name, arguments, name + "(any, Integer, any)");
        ResolvedWindow resolved;
        auto type = arguments[0].field->type();
        if (type->id() == arrow::Type::NA && arguments.size() > 2) type = arguments[2].field->type();
        resolved.argument_types = {type, arrow::int64(), type};
        resolved.argument_types.resize(arguments.size());
        resolved.result = arrow::field(name, type);
        resolved.kernel = std::make_shared<ShiftKernel>(lead, arguments.size(), ConstantOffset(arguments));
        return resolved;
      }));
}

void AddNth(WindowList* list, const char* name, std::vector<std::string> aliases, Nth nth, const char* description) {
  const std::string syntax = std::string(name) + (nth == Nth::kNth ? "(expression, n)" : "(expression)");
  list->push_back(std::make_shared<BuiltinWindow>(
      name, std::move(aliases), FunctionDoc{"window", description, syntax, ""},
      [=, name = std::string(name)](const std::vector<ArgumentInfo>& arguments) -> arrow::Result<ResolvedWindow> {
        if (arguments.size() != (nth == Nth::kNth ? 2u : 1u)) return NoWindowSignature(name, arguments, syntax);
        if (nth == Nth::kNth && !IntegerOrNull(arguments[1])) return NoWindowSignature(name, arguments, name + "(any, Integer)");
        ResolvedWindow resolved;
        const auto& type = arguments[0].field->type();
        resolved.argument_types = {type, arrow::int64()};
        resolved.argument_types.resize(arguments.size());
        resolved.result = arrow::field(name, type);
        std::optional<int64_t> number = nth == Nth::kFirst ? 1 : -1;
        if (nth == Nth::kNth) number = ConstantOffset(arguments);
        resolved.kernel = std::make_shared<NthKernel>(nth, number);
        return resolved;
      }));
}

}  // namespace

void AddWindowValues(WindowList* list) {
  AddShift(list, "lag", false, "The value so many rows before; the default where there is no such row.");
  AddShift(list, "lead", true, "The value so many rows after; the default where there is no such row.");
  AddNth(list, "first_value", {"first"}, Nth::kFirst, "The value of the frame's first row.");
  AddNth(list, "last_value", {"last"}, Nth::kLast, "The value of the frame's last row.");
  AddNth(list, "nth_value", {}, Nth::kNth, "The value of the frame's n-th row; below 0 counted from its end.");
}

}  // namespace bowstring
