// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/arithmetic.h"
#include "expr/operand.h"
#include "functions/calendar.h"
#include "functions/time_zone.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

bool IsDate(const arrow::DataType& type) { return type.id() == Type::DATE32 || type.id() == Type::DATE64; }

arrow::Status Overflow(const BoundNode& left, BinaryOp op, const BoundNode& right) {
  return Error(ErrorKind::kUnknown, "Arithmetic overflow: ", TypeName(*left.type), " ", ToString(op), " ", TypeName(*right.type), " is out of range");
}

// A value by index from an array or a constant.
template <typename T>
struct Side {
  const T* values;
  int64_t step;
  T operator[](int64_t i) const { return values[i * step]; }
};

class TemporalNode : public BoundNode {
 public:
  TemporalNode(BinaryOp op, NodePtr left, NodePtr right, TypePtr result) : op_(op), left_(std::move(left)), right_(std::move(right)) {
    type = physical = std::move(result);
    nullable = left_->nullable || right_->nullable;
    fallible = true;
    constant = left_->constant && right_->constant;
    stable = left_->stable && right_->stable;
  }
  arrow::Status Init() {
    const arrow::DataType& t = *type;
    if (t.id() == Type::TIMESTAMP && !static_cast<const arrow::TimestampType&>(t).timezone().empty()) {
      ARROW_ASSIGN_OR_RAISE(zone_, TimeZone::Find(static_cast<const arrow::TimestampType&>(t).timezone()));
    }
    return arrow::Status::OK();
  }
  std::vector<const BoundNode*> children() const override { return {left_.get(), right_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto left, left_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto right, right_->Evaluate(frame));
    const bool scalars = left.is_scalar() && right.is_scalar();
    if (IsNullScalar(left) || IsNullScalar(right)) {
      if (scalars) return arrow::Datum(arrow::MakeNullScalar(physical));
      return AllNull(physical, frame.num_rows(), frame.pool());
    }
    const int64_t n = scalars ? 1 : frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto a, ToArray(left, left.is_scalar() ? 1 : n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto b, ToArray(right, right.is_scalar() ? 1 : n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({ArrayOf(left), ArrayOf(right)}, n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * physical->byte_width(), frame.pool()));
    ARROW_RETURN_NOT_OK(Compute(*a, left.is_scalar() ? 0 : 1, *b, right.is_scalar() ? 0 : 1, validity.get(), values->mutable_data(), n));
    auto out = std::make_shared<ArrayData>(physical, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                           validity ? arrow::kUnknownNullCount : 0, 0);
    if (!scalars) return arrow::Datum(std::move(out));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(out)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 private:
  template <typename Out, typename Do>
  arrow::Status Rows(const arrow::Buffer* validity, uint8_t* bytes, int64_t n, Do compute) const {
    Out* out = reinterpret_cast<Out*>(bytes);
    for (int64_t i = 0; i < n; ++i) {
      out[i] = Out{};
      if (validity && !arrow::bit_util::GetBit(validity->data(), i)) continue;
      if (!compute(i, &out[i])) return Overflow(*left_, op_, *right_);
    }
    return arrow::Status::OK();
  }

  static int64_t Load(const ArrayData& data, int64_t i) {
    return data.type->byte_width() == 4 ? data.GetValues<int32_t>(1)[i] : data.GetValues<int64_t>(1)[i];
  }

  // x plus or minus an interval: months by the calendar, then days, then time.
  bool AddInterval(int64_t value, const MonthDayNanos& interval, int sign, int64_t* out) const {
    const arrow::DataType& t = *type;
    const int64_t months = sign * static_cast<int64_t>(interval.months), days = sign * static_cast<int64_t>(interval.days);
    if (t.id() == Type::DATE32 || t.id() == Type::DATE64) {
      // Whole days; what is left of the time is dropped.
      const int64_t per_day = t.id() == Type::DATE32 ? 1 : kSecondsPerDay * 1000;
      int64_t day = FloorDiv(value, per_day);
      if (months != 0) day = AddMonths(day, months);
      day += days;
      if (t.id() == Type::DATE32) day += interval.nanoseconds / kNanosPerDay * sign;
      return !__builtin_mul_overflow(day, per_day, out);
    }
    int64_t per_second = 0;
    if (t.id() == Type::TIMESTAMP) per_second = UnitsPerSecond(static_cast<const arrow::TimestampType&>(t).unit());
    else if (t.id() == Type::TIME32) per_second = UnitsPerSecond(static_cast<const arrow::Time32Type&>(t).unit());
    else per_second = UnitsPerSecond(static_cast<const arrow::Time64Type&>(t).unit());
    const int64_t nanos = interval.nanoseconds / (kNanosPerSecond / per_second);
    int64_t change;
    if (__builtin_mul_overflow(nanos, static_cast<int64_t>(sign), &change)) return false;
    if (t.id() != Type::TIMESTAMP) {
      // Around the clock.
      *out = FloorMod(value + change % (per_second * kSecondsPerDay), per_second * kSecondsPerDay);
      return true;
    }
    if (months != 0 || days != 0) {
      // In wall clock time where there is a zone.
      int64_t seconds = FloorDiv(value, per_second);
      const int64_t rest = FloorMod(value, per_second);
      if (zone_) seconds += zone_->OffsetAt(seconds);
      int64_t day = FloorDiv(seconds, kSecondsPerDay);
      const int64_t clock = FloorMod(seconds, kSecondsPerDay);
      if (months != 0) day = AddMonths(day, months);
      day += days;
      if (day > INT64_MAX / kSecondsPerDay - 1 || day < INT64_MIN / kSecondsPerDay + 1) return false;
      seconds = day * kSecondsPerDay + clock;
      if (zone_) seconds = zone_->ToUtc(seconds).value_or(seconds - zone_->OffsetAt(seconds));
      if (__builtin_mul_overflow(seconds, per_second, &value) || __builtin_add_overflow(value, rest, &value)) return false;
    }
    return !__builtin_add_overflow(value, change, out);
  }

  arrow::Status Compute(const ArrayData& a, int64_t step_a, const ArrayData& b, int64_t step_b, const arrow::Buffer* validity, uint8_t* out, int64_t n) const {
    const bool minus = op_ == BinaryOp::kMinus;
    const Type::type ta = a.type->id(), tb = b.type->id();
    auto at = [](const ArrayData& data, int64_t step) { return [&data, step](int64_t i) { return Load(data, i * step); }; };
    auto x = at(a, step_a), y = at(b, step_b);
    const bool interval_b = tb == Type::INTERVAL_MONTH_DAY_NANO, interval_a = ta == Type::INTERVAL_MONTH_DAY_NANO;
    if (interval_a && interval_b) {
      const Side<MonthDayNanos> l{a.GetValues<MonthDayNanos>(1), step_a}, r{b.GetValues<MonthDayNanos>(1), step_b};
      return Rows<MonthDayNanos>(validity, out, n, [&](int64_t i, MonthDayNanos* o) {
        const int sign = minus ? -1 : 1;
        return !__builtin_add_overflow(l[i].months, sign * r[i].months, &o->months) && !__builtin_add_overflow(l[i].days, sign * r[i].days, &o->days) &&
               !__builtin_add_overflow(l[i].nanoseconds, sign * r[i].nanoseconds, &o->nanoseconds);
      });
    }
    if (interval_a || interval_b) {
      const Side<MonthDayNanos> interval{(interval_b ? b : a).GetValues<MonthDayNanos>(1), interval_b ? step_b : step_a};
      auto compute = [&](int64_t i, int64_t* o) { return AddInterval(interval_b ? x(i) : y(i), interval[i], minus ? -1 : 1, o); };
      if (physical->byte_width() == 8) return Rows<int64_t>(validity, out, n, compute);
      return Rows<int32_t>(validity, out, n, [&](int64_t i, int32_t* o) {
        int64_t value;
        if (!compute(i, &value) || value > INT32_MAX || value < INT32_MIN) return false;
        *o = static_cast<int32_t>(value);
        return true;
      });
    }
    // Dates and integers count days, dates among each other give days; the rest is plain 64-bit arithmetic in one unit.
    const int64_t per_day = (ta == Type::DATE64 || tb == Type::DATE64) ? kSecondsPerDay * 1000 : 1;
    const bool dates = IsDate(*a.type) && IsDate(*b.type);
    const int64_t scale_a = IsInteger(*a.type) ? per_day : 1, scale_b = IsInteger(*b.type) ? per_day : 1;
    auto compute = [&](int64_t i, int64_t* o) {
      int64_t l, r;
      if (__builtin_mul_overflow(x(i), scale_a, &l) || __builtin_mul_overflow(y(i), scale_b, &r)) return false;
      if (minus ? __builtin_sub_overflow(l, r, o) : __builtin_add_overflow(l, r, o)) return false;
      if (dates) *o /= per_day;
      return true;
    };
    if (physical->byte_width() == 8) return Rows<int64_t>(validity, out, n, compute);
    return Rows<int32_t>(validity, out, n, [&](int64_t i, int32_t* o) {
      int64_t value;
      if (!compute(i, &value) || value > INT32_MAX || value < INT32_MIN) return false;
      *o = static_cast<int32_t>(value);
      return true;
    });
  }

  BinaryOp op_;
  NodePtr left_, right_;
  std::shared_ptr<const TimeZone> zone_;
};

}  // namespace

arrow::Result<NodePtr> MakeTemporalNode(BinaryOp op, NodePtr left, NodePtr right, const TypePtr& result) {
  auto node = std::make_unique<TemporalNode>(op, std::move(left), std::move(right), result);
  ARROW_RETURN_NOT_OK(node->Init());
  return node;
}

}  // namespace bowstring
