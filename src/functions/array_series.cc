// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/buffer_builder.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/families.h"
#include "functions/lists.h"
#include "functions/time_zone.h"

// range and generate_series: lists of numbers, dates and timestamps.

namespace bowstring {
namespace {

using arrow::Status;
using arrow::Type;
using Elements = arrow::TypedBufferBuilder<int64_t>;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

constexpr int64_t kMostElements = INT32_MAX;

Status TooMany(const std::string& name) { return Error(ErrorKind::kExecution, name, ": lists of more than 2^31 elements in one batch"); }

Status Integers(const std::string& name, bool inclusive, int64_t start, int64_t stop, int64_t step, const Rows& rows, Elements* out) {
  if (step == 0) return Error(ErrorKind::kExecution, "step can't be 0 for function ", name, "(start [, stop, step])");
  const __int128 span = step > 0 ? static_cast<__int128>(stop) - start : static_cast<__int128>(start) - stop;
  const __int128 stride = step > 0 ? step : -static_cast<__int128>(step);
  const __int128 elements = span < 0 ? 0 : inclusive ? span / stride + 1 : (span + stride - 1) / stride;
  if (elements > kMostElements) {
    return Error(ErrorKind::kExecution, "Range too large to materialize: failed to allocate ", static_cast<uint64_t>(elements), " elements");
  }
  if (out->length() + elements > kMostElements) return TooMany(name);
  const auto n = static_cast<int64_t>(elements);
  ARROW_RETURN_NOT_OK(out->Reserve(n));
  constexpr int64_t kPiece = 1 << 16;
  auto value = static_cast<uint64_t>(start);  // past the last element it may wrap
  for (int64_t from = 0; from < n; from += kPiece) {
    ARROW_RETURN_NOT_OK(rows.Going());
    for (int64_t k = from; k < std::min(n, from + kPiece); ++k, value += static_cast<uint64_t>(step)) out->UnsafeAppend(static_cast<int64_t>(value));
  }
  return Status::OK();
}

// Timestamps count nanoseconds, dates milliseconds.
struct Clock {
  int64_t per_second = kNanosPerSecond;
  const TimeZone* zone = nullptr;
};

// A time plus an interval, by the wall clock of its zone.
Status AddInterval(int64_t value, const MonthDayNanos& step, const Clock& clock, int64_t* out) {
  const TimeZone* zone = clock.zone;
  int64_t seconds = FloorDiv(value, clock.per_second);
  const int64_t rest = FloorMod(value, clock.per_second);
  if (step.months != 0 || step.days != 0) {
    if (zone) seconds += zone->OffsetAt(seconds);
    int64_t day = FloorDiv(seconds, kSecondsPerDay);
    const int64_t time = FloorMod(seconds, kSecondsPerDay);
    if (step.months != 0) day = AddMonths(day, step.months);
    seconds = (day + step.days) * kSecondsPerDay + time;
    if (zone) {
      auto utc = zone->ToUtc(seconds);
      if (!utc) return Error(ErrorKind::kExecution, "a local time that the time zone skips");
      seconds = *utc;
    }
  }
  int64_t sum;
  if (__builtin_mul_overflow(seconds, clock.per_second, &sum) || __builtin_add_overflow(sum, rest, &sum) ||
      __builtin_add_overflow(sum, FloorDiv(step.nanoseconds, kNanosPerSecond / clock.per_second), &sum)) {
    return Error(ErrorKind::kExecution, "Arithmetic overflow: a timestamp is out of range");
  }
  *out = sum;
  return Status::OK();
}

Status Times(const std::string& name, bool inclusive, int64_t start, int64_t stop, const MonthDayNanos& step, const Clock& clock, const Rows& rows, Elements* out) {
  if (step.months == 0 && step.days == 0 && step.nanoseconds == 0) return Error(ErrorKind::kExecution, "Interval argument to ", name, " must not be 0");
  int64_t next;
  ARROW_RETURN_NOT_OK(AddInterval(start, step, clock, &next));
  const bool up = next > start;
  if (!inclusive && clock.per_second != kNanosPerSecond) {
    // As the peer has it for dates: up to one step before the end, that included.
    ARROW_RETURN_NOT_OK(AddInterval(stop, {-step.months, -step.days, -step.nanoseconds}, clock, &stop));
    inclusive = true;
  }
  for (int64_t value = start;;) {
    if (up ? (inclusive ? value > stop : value >= stop) : (inclusive ? value < stop : value <= stop)) return Status::OK();
    if (out->length() >= kMostElements) return TooMany(name);
    ARROW_RETURN_NOT_OK(out->Append(value));
    if ((out->length() & 0xffff) == 0) ARROW_RETURN_NOT_OK(rows.Going());
    ARROW_RETURN_NOT_OK(AddInterval(value, step, clock, &next));
    if (up ? next <= value : next >= value) return Error(ErrorKind::kExecution, "the interval of ", name, " goes both ways");
    value = next;
  }
}

ScalarFunctionPtr MakeSeries(std::string name, bool inclusive) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = {"array", inclusive ? "The list of numbers or times from a start to an end, both included." : "The list of numbers or times from a start to an end, the end excluded.",
              name + "(stop) or " + name + "(start, stop[, step])", inclusive ? "generate_series(1, 3) = [1, 2, 3]" : "range(1, 3) = [1, 2]"};
  spec.resolve = [name, inclusive, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 3) return NoMatch(name, syntax, arguments);
    TypePtr kind;
    for (size_t a = 0; a < std::min<size_t>(2, arguments.size()); ++a) {
      const TypePtr type = TypeOfArgument(arguments, a);
      const TypePtr own = type->id() == Type::DATE32 || type->id() == Type::DATE64 ? arrow::date32()
                          : IsTimestamp(*type) ? arrow::timestamp(arrow::TimeUnit::NANO, static_cast<const arrow::TimestampType&>(*type).timezone())
                          : IsInteger(*type)   ? arrow::int64()
                                               : nullptr;
      if (type->id() == Type::NA) continue;
      if (!own || (kind && kind->id() != own->id())) return NoMatch(name, syntax, arguments);
      if (!kind) kind = own;
    }
    if (!kind) kind = arguments.size() == 3 && arrow::is_interval(TypeOfArgument(arguments, 2)->id()) ? arrow::timestamp(arrow::TimeUnit::NANO) : arrow::int64();
    const bool times = kind->id() != Type::INT64;
    if (times && arguments.size() != 3) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types.assign(arguments.size(), kind);
    if (arguments.size() == 3) {
      const TypePtr step = TypeOfArgument(arguments, 2);
      const bool fits = step->id() == Type::NA || (times ? arrow::is_interval(step->id()) || IsText(*step) || step->id() == Type::DURATION : IsInteger(*step));
      if (!fits) return NoMatch(name, syntax, arguments);
      if (times) call.argument_types[2] = arrow::month_day_nano_interval();
    }
    std::shared_ptr<const TimeZone> zone;
    if (IsTimestamp(*kind) && !static_cast<const arrow::TimestampType&>(*kind).timezone().empty()) {
      ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(static_cast<const arrow::TimestampType&>(*kind).timezone()));
    }
    const TypePtr type = ListOf(kind, false);
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [name, inclusive, kind, type, times, zone](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      Elements elements(rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      const bool dates = kind->id() == Type::DATE32;
      const Clock clock{dates ? 1000 : kNanosPerSecond, zone.get()};
      auto time = [&](size_t a, int64_t i) { return dates ? rows.value<int32_t>(a, i) * kSecondsPerDay * 1000 : rows.value<int64_t>(a, i); };
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(rows.all_valid(i));
        if (valid.back() && times) {
          const auto step = rows.value<MonthDayNanos>(2, i);
          if (dates && step.nanoseconds != 0 && std::abs(step.nanoseconds) < kNanosPerDay && step.days == 0 && step.months == 0) {
            return Error(ErrorKind::kExecution, "Cannot generate date range less than 1 day.");
          }
          ARROW_RETURN_NOT_OK(Times(name, inclusive, time(0, i), time(1, i), step, clock, rows, &elements));
        } else if (valid.back()) {
          const bool from_zero = rows.arguments() == 1;
          ARROW_RETURN_NOT_OK(Integers(name, inclusive, from_zero ? 0 : rows.value<int64_t>(0, i), rows.value<int64_t>(from_zero ? 0 : 1, i),
                                       rows.arguments() > 2 ? rows.value<int64_t>(2, i) : 1, rows, &elements));
        }
        offsets.push_back(elements.length());
      }
      const int64_t n = elements.length();
      std::shared_ptr<arrow::Buffer> buffer;
      if (dates) {
        const int64_t* from = elements.data();
        ARROW_ASSIGN_OR_RAISE(buffer, arrow::AllocateBuffer(n * 4, rows.pool()));
        auto* days = reinterpret_cast<int32_t*>(buffer->mutable_data());
        for (int64_t k = 0; k < n; ++k) days[k] = static_cast<int32_t>(FloorDiv(from[k], kSecondsPerDay * 1000));
      } else {
        ARROW_ASSIGN_OR_RAISE(buffer, elements.Finish());
      }
      auto child = std::make_shared<arrow::ArrayData>(kind, n, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr, std::move(buffer)}, 0, 0);
      ARROW_ASSIGN_OR_RAISE(auto lists, WrapLists(type, offsets, valid, std::move(child), rows.pool()));
      return rows.Finish(std::move(lists));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddArraySeriesFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeSeries("range", false));
  out->push_back(MakeSeries("generate_series", true));
}

}  // namespace bowstring
