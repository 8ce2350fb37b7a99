// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_frame.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"

namespace bowstring::exec {
namespace {

using Int128 = __int128;
using Kind = FrameBound::Kind;
constexpr int64_t kDayNs = 86'400'000'000'000;

bool HasOffset(const BoundFrame::Bound& bound) { return bound.kind == FrameBound::kPreceding || bound.kind == FrameBound::kFollowing; }

bool Temporal(const arrow::DataType& type) { return arrow::is_temporal(type.id()) && !arrow::is_interval(type.id()); }
bool Calendar(const arrow::DataType& type) { return arrow::is_date(type.id()) || type.id() == arrow::Type::TIMESTAMP; }

int64_t UnitNs(const arrow::DataType& type) {
  const auto of = [](arrow::TimeUnit::type unit) -> int64_t {
    switch (unit) {
      case arrow::TimeUnit::SECOND: return 1'000'000'000;
      case arrow::TimeUnit::MILLI: return 1'000'000;
      case arrow::TimeUnit::MICRO: return 1'000;
      default: return 1;
    }
  };
  switch (type.id()) {
    case arrow::Type::DATE32: return kDayNs;
    case arrow::Type::DATE64: return 1'000'000;
    case arrow::Type::TIMESTAMP: return of(static_cast<const arrow::TimestampType&>(type).unit());
    case arrow::Type::DURATION: return of(static_cast<const arrow::DurationType&>(type).unit());
    default: return of(static_cast<const arrow::TimeType&>(type).unit());
  }
}

Int128 Saturate(Int128 a, Int128 b, bool minus) {
  constexpr Int128 kMax = static_cast<Int128>((static_cast<unsigned __int128>(1) << 127) - 1);
  Int128 out;
  const bool over = minus ? __builtin_sub_overflow(a, b, &out) : __builtin_add_overflow(a, b, &out);
  if (!over) return out;
  return (b < 0) == minus ? kMax : -kMax;
}

/// A key's value as a whole number, or a floating one.
struct KeyReader {
  const arrow::ArrayData& key;
  int64_t unit = 1;  // temporal: ns

  bool floating() const { return key.type->id() == arrow::Type::DOUBLE; }
  double Double(int64_t i) const { return key.GetValues<double>(1)[i]; }
  Int128 Whole(int64_t i) const {
    switch (key.type->id()) {
      case arrow::Type::INT8: return key.GetValues<int8_t>(1)[i];
      case arrow::Type::INT16: return key.GetValues<int16_t>(1)[i];
      case arrow::Type::UINT8: return key.GetValues<uint8_t>(1)[i];
      case arrow::Type::UINT16: return key.GetValues<uint16_t>(1)[i];
      case arrow::Type::UINT32: return key.GetValues<uint32_t>(1)[i];
      case arrow::Type::UINT64: return key.GetValues<uint64_t>(1)[i];
      case arrow::Type::DECIMAL128: {
        Int128 value;
        std::memcpy(&value, key.GetValues<uint8_t>(1, 0) + (key.offset + i) * 16, 16);
        return value;
      }
      default: break;
    }
    const int width = key.type->byte_width();
    const int64_t value = width == 4 ? key.GetValues<int32_t>(1)[i] : key.GetValues<int64_t>(1)[i];
    return Int128{value} * unit;
  }
};

/// What is added to or taken from a key.
struct Offset {
  double floating = 0;
  Int128 whole = 0;
  int32_t months = 0;

  Int128 From(Int128 value, bool minus) const {
    if (months == 0) return Saturate(value, whole, minus);
    // Months first, on the calendar; the day of the month no later than the month's last.
    Int128 days = value / kDayNs;
    Int128 rest = value % kDayNs;
    if (rest < 0) rest += kDayNs, --days;
    using namespace std::chrono;
    constexpr Int128 kFar = 11'000'000;  // days: within what a year of std::chrono can be
    if (days > kFar || days < -kFar) return Saturate(value, Int128{months} * 30 * kDayNs + whole, minus);
    const year_month_day date{sys_days{std::chrono::days{static_cast<int>(days)}}};
    year_month_day moved = date + std::chrono::months{std::clamp<int64_t>(minus ? -int64_t{months} : months, -12 * 30'000, 12 * 30'000)};
    if (!moved.ok()) moved = moved.year() / moved.month() / last;
    return Saturate(Int128{sys_days{moved}.time_since_epoch().count()} * kDayNs + rest, whole, minus);
  }
};

arrow::Result<Offset> ReadOffset(const std::shared_ptr<arrow::Scalar>& scalar, const arrow::DataType& key) {
  Offset offset;
  if (!scalar) return offset;
  switch (scalar->type->id()) {
    case arrow::Type::DOUBLE: offset.floating = static_cast<const arrow::DoubleScalar&>(*scalar).value; break;
    case arrow::Type::INT64: offset.whole = static_cast<const arrow::Int64Scalar&>(*scalar).value; break;
    case arrow::Type::DECIMAL128: {
      const auto& value = static_cast<const arrow::Decimal128Scalar&>(*scalar).value;
      std::memcpy(&offset.whole, value.native_endian_bytes(), 16);
      break;
    }
    case arrow::Type::DURATION: offset.whole = Int128{static_cast<const arrow::DurationScalar&>(*scalar).value} * UnitNs(*scalar->type); break;
    case arrow::Type::INTERVAL_MONTH_DAY_NANO: {
      const auto& value = static_cast<const arrow::MonthDayNanoIntervalScalar&>(*scalar).value;
      offset.months = value.months;
      offset.whole = Int128{value.days} * kDayNs + value.nanoseconds;
      break;
    }
    default: return Error(ErrorKind::kInternal, "an offset of ", scalar->type->ToString(), " for ", key.ToString());
  }
  return offset;
}

bool NanLess(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; }

/// The RANGE bounds with offsets, one group of peers after the other: those of one partition that aren't NULL lie between [from, to).
template <typename Value, typename Read, typename Target, typename Less>
void RangeBound(const BoundFrame& frame, const BoundFrame::Bound& bound, bool is_end, const WindowInput& input, const arrow::ArrayData& key,
                Read read, Target target, Less less, int64_t* out) {
  const bool minus = (bound.kind == FrameBound::kPreceding) != frame.descending;
  size_t group = 0;
  for (size_t p = 0; p + 1 < input.partitions.size(); ++p) {
    int64_t from = input.partitions[p], to = input.partitions[p + 1];
    const int64_t partition_end = to;
    while (from < to && key.IsNull(from)) ++from;
    while (from < to && key.IsNull(to - 1)) --to;
    int64_t at = from;  // bounds rise with the rows
    for (; input.peers[group] < partition_end; ++group) {
      const int64_t begin = input.peers[group], end = input.peers[group + 1];
      if (key.IsNull(begin)) {
        std::fill(out + begin, out + end, is_end ? end : begin);
        continue;
      }
      const Value limit = target(read(begin), minus);
      // The first row at or behind the limit; for an end, behind it.
      const auto before = [&](int64_t row) {
        const Value value = read(row);
        if (is_end) return frame.descending ? !less(value, limit) : !less(limit, value);
        return frame.descending ? less(limit, value) : less(value, limit);
      };
      while (at < to && before(at)) ++at;
      std::fill(out + begin, out + end, at);
    }
  }
}

arrow::Status RangeOffsets(const BoundFrame& frame, const BoundFrame::Bound& bound, bool is_end, const WindowInput& input,
                           const arrow::ArrayData& key, int64_t* out) {
  KeyReader reader{key, Temporal(*key.type) ? UnitNs(*key.type) : 1};
  ARROW_ASSIGN_OR_RAISE(const Offset offset, ReadOffset(bound.offset, *key.type));
  if (reader.floating()) {
    RangeBound<double>(
        frame, bound, is_end, input, key, [&](int64_t i) { return reader.Double(i); },
        [&](double value, bool minus) { return minus ? value - offset.floating : value + offset.floating; }, NanLess, out);
  } else {
    RangeBound<Int128>(
        frame, bound, is_end, input, key, [&](int64_t i) { return reader.Whole(i); },
        [&](Int128 value, bool minus) { return offset.From(value, minus); }, [](Int128 a, Int128 b) { return a < b; }, out);
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Scalar>> CastOffset(const std::shared_ptr<arrow::Scalar>& offset, std::shared_ptr<arrow::DataType> type) {
  if (offset->type->Equals(*type)) return offset;
  ARROW_ASSIGN_OR_RAISE(const Expr folded, FoldConstants(Cast(Literal(offset), type), Scope()));
  if (folded.kind() != ExprKind::kLiteral) {
    return Error(ErrorKind::kPlan, "Invalid window frame: the offset ", offset->ToString(), " is not a value of ", type->ToString());
  }
  return folded->as<LiteralValue>().value;
}

arrow::Status NegativeOffset() { return Error(ErrorKind::kPlan, "Invalid window frame: frame offsets must be non negative integers"); }

arrow::Result<int64_t> CountOf(const std::shared_ptr<arrow::Scalar>& offset) {
  if (!arrow::is_integer(offset->type->id()) && !arrow::is_string(offset->type->id()) && offset->type->id() != arrow::Type::STRING_VIEW) {
    return NegativeOffset();
  }
  if (offset->type->id() == arrow::Type::UINT64) {
    return static_cast<int64_t>(std::min<uint64_t>(static_cast<const arrow::UInt64Scalar&>(*offset).value, INT64_MAX));
  }
  ARROW_ASSIGN_OR_RAISE(const auto count, CastOffset(offset, arrow::int64()));
  if (!count->is_valid || static_cast<const arrow::Int64Scalar&>(*count).value < 0) return NegativeOffset();
  return static_cast<const arrow::Int64Scalar&>(*count).value;
}

arrow::Result<std::shared_ptr<arrow::Scalar>> RangeOffset(const std::shared_ptr<arrow::Scalar>& offset, const arrow::DataType& key) {
  std::shared_ptr<arrow::DataType> type;
  if (arrow::is_integer(key.id())) {
    type = arrow::int64();
  } else if (key.id() == arrow::Type::DOUBLE) {
    type = arrow::float64();
  } else if (key.id() == arrow::Type::DECIMAL128 || key.id() == arrow::Type::DECIMAL64 || key.id() == arrow::Type::DECIMAL32) {
    type = arrow::decimal128(38, static_cast<const arrow::DecimalType&>(key).scale());
  } else if (Calendar(key) || arrow::is_time(key.id()) || key.id() == arrow::Type::DURATION) {
    if (offset->type->id() == arrow::Type::DURATION) return offset;
    type = arrow::month_day_nano_interval();
    if (key.id() == arrow::Type::DATE32 && arrow::is_integer(offset->type->id())) {
      ARROW_ASSIGN_OR_RAISE(const int64_t days, CountOf(offset));
      return std::make_shared<arrow::MonthDayNanoIntervalScalar>(
          arrow::MonthDayNanoIntervalType::MonthDayNanos{0, static_cast<int32_t>(std::min<int64_t>(days, INT32_MAX)), 0}, type);
    }
  } else {
    return Error(ErrorKind::kNotImplemented, "RANGE with an offset over an ORDER BY key of ", key.ToString());
  }
  ARROW_ASSIGN_OR_RAISE(auto cast, CastOffset(offset, type));
  if (!cast->is_valid) return NegativeOffset();
  ARROW_ASSIGN_OR_RAISE(const Offset read, ReadOffset(cast, key));
  if (read.floating < 0 || read.whole < 0 || read.months < 0) return NegativeOffset();
  return cast;
}

}  // namespace

bool BoundFrame::needs_key() const { return units == FrameUnits::kRange && (HasOffset(start) || HasOffset(end)); }

bool operator==(const BoundFrame& a, const BoundFrame& b) {
  const auto same = [](const BoundFrame::Bound& x, const BoundFrame::Bound& y) {
    if (x.kind != y.kind || x.count != y.count || !x.offset != !y.offset) return false;
    return !x.offset || x.offset->Equals(*y.offset);
  };
  return a.units == b.units && same(a.start, b.start) && same(a.end, b.end) && a.descending == b.descending;
}

arrow::Result<BoundFrame> BindFrame(const WindowFrame& frame, size_t order_keys, const std::shared_ptr<arrow::DataType>& key, bool ascending) {
  BoundFrame bound;
  bound.units = frame.units;
  bound.exclude = frame.exclude;
  bound.descending = !ascending;
  if (frame.units == FrameUnits::kGroups && order_keys == 0) {
    return Error(ErrorKind::kPlan, "GROUPS mode requires an ORDER BY clause");
  }
  const auto bind = [&](const FrameBound& from, BoundFrame::Bound* to) -> arrow::Status {
    to->kind = from.kind;
    if (from.kind != FrameBound::kPreceding && from.kind != FrameBound::kFollowing) return arrow::Status::OK();
    if (!from.offset) return NegativeOffset();
    if (frame.units != FrameUnits::kRange) return CountOf(from.offset).Value(&to->count);
    if (order_keys != 1) {
      return Error(ErrorKind::kPlan, "With window frame of type RANGE, the ORDER BY expression must be of length 1, got ", order_keys);
    }
    return RangeOffset(from.offset, *key).Value(&to->offset);
  };
  ARROW_RETURN_NOT_OK(bind(frame.start, &bound.start));
  ARROW_RETURN_NOT_OK(bind(frame.end, &bound.end));
  return bound;
}

arrow::Status ComputeFrames(const BoundFrame& frame, const WindowInput& input, const arrow::ArrayData* key, int64_t* begin, int64_t* end) {
  size_t group = 0;
  for (size_t p = 0; p + 1 < input.partitions.size(); ++p) {
    const int64_t from = input.partitions[p], to = input.partitions[p + 1];
    if (input.cancelled && input.cancelled()) return arrow::Status::Cancelled("cancelled");
    const size_t first = group;
    size_t last = group;
    while (input.peers[last] < to) ++last;
    for (; group < last; ++group) {
      const int64_t peers_begin = input.peers[group], peers_end = input.peers[group + 1];
      // Without offsets of RANGE, which come after.
      const auto rows = [&](const BoundFrame::Bound& bound, bool is_end, int64_t* out) {
        const int64_t back = std::min(bound.count, input.rows), forth = back;
        switch (bound.kind) {
          case FrameBound::kUnboundedPreceding: std::fill(out + peers_begin, out + peers_end, from); return;
          case FrameBound::kUnboundedFollowing: std::fill(out + peers_begin, out + peers_end, to); return;
          default: break;
        }
        if (frame.units != FrameUnits::kRows) {
          int64_t g = static_cast<int64_t>(group) + (is_end ? 1 : 0);
          if (frame.units == FrameUnits::kGroups && bound.kind == FrameBound::kPreceding) g -= back;
          if (frame.units == FrameUnits::kGroups && bound.kind == FrameBound::kFollowing) g += forth;
          g = std::clamp(g, static_cast<int64_t>(first), static_cast<int64_t>(last));
          std::fill(out + peers_begin, out + peers_end, g == static_cast<int64_t>(last) ? to : input.peers[static_cast<size_t>(g)]);
          return;
        }
        for (int64_t i = peers_begin; i < peers_end; ++i) {
          int64_t row = i + (is_end ? 1 : 0);
          if (bound.kind == FrameBound::kPreceding) row -= back;
          if (bound.kind == FrameBound::kFollowing) row += forth;
          out[i] = std::clamp(row, from, to);
        }
      };
      rows(frame.start, false, begin);
      rows(frame.end, true, end);
    }
  }
  if (frame.needs_key()) {
    if (HasOffset(frame.start)) ARROW_RETURN_NOT_OK(RangeOffsets(frame, frame.start, false, input, *key, begin));
    if (HasOffset(frame.end)) ARROW_RETURN_NOT_OK(RangeOffsets(frame, frame.end, true, input, *key, end));
  }
  for (int64_t i = 0; i < input.rows; ++i) end[i] = std::max(begin[i], end[i]);
  return arrow::Status::OK();
}

}  // namespace bowstring::exec
