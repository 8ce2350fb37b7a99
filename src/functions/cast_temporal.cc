// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <limits>

#include "functions/calendar.h"
#include "functions/cast_internal.h"
#include "functions/time_zone.h"

namespace bowstring::cast {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

bool IsDate(Type::type id) { return id == Type::DATE32 || id == Type::DATE64; }
bool IsTime(Type::type id) { return id == Type::TIME32 || id == Type::TIME64; }
bool IsSpan(Type::type id) {
  return id == Type::DURATION || id == Type::INTERVAL_MONTH_DAY_NANO || id == Type::INTERVAL_MONTHS || id == Type::INTERVAL_DAY_TIME;
}
bool Clocked(Type::type id) { return IsDate(id) || IsTime(id) || id == Type::TIMESTAMP || id == Type::DURATION; }

// Units per second of what a type counts in; a day's is negative: seconds per unit.
int64_t PerSecond(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::DATE32: return -kSecondsPerDay;
    case Type::DATE64: return 1000;
    case Type::TIME32: return UnitsPerSecond(static_cast<const arrow::Time32Type&>(type).unit());
    case Type::TIME64: return UnitsPerSecond(static_cast<const arrow::Time64Type&>(type).unit());
    case Type::DURATION: return UnitsPerSecond(static_cast<const arrow::DurationType&>(type).unit());
    default: return UnitsPerSecond(static_cast<const arrow::TimestampType&>(type).unit());
  }
}

std::string Zone(const arrow::DataType& type) { return type.id() == Type::TIMESTAMP ? static_cast<const arrow::TimestampType&>(type).timezone() : ""; }

// In whole units of `to`; parts are cut off towards zero (`floor`: down), as the peer does.
bool ChangeUnit(int64_t value, int64_t from, int64_t to, bool floor, int64_t* out) {
  __int128 wide = value;
  if (from < 0 && to < 0) {
    *out = value;
    return true;
  }
  if (from < 0) {
    wide = wide * -from * to;
  } else if (to < 0) {
    *out = FloorDiv(value, from * -to);
    return true;
  } else if (to >= from) {
    wide = wide * (to / from);
  } else {
    const int64_t factor = from / to;
    *out = floor ? FloorDiv(value, factor) : value / factor;
    return true;
  }
  if (wide > INT64_MAX || wide < INT64_MIN) return false;
  *out = static_cast<int64_t>(wide);
  return true;
}

arrow::Status CannotFit(const Job& job, int64_t i) {
  return Error(ErrorKind::kUnknown, "Cast error: Can't cast value ", TextAt(job, i), " to type ", TypeName(*job.to));
}

template <typename Load>
DataResult Store(const Job& job, Load load) {
  auto fail = [&](int64_t i) { return CannotFit(job, i); };
  if (job.to->byte_width() == 4) {
    return ConvertRows<int32_t>(
        job,
        [&](int64_t i, int32_t* out) {
          int64_t value;
          if (!load(i, &value) || value > INT32_MAX || value < INT32_MIN) return false;
          *out = static_cast<int32_t>(value);
          return true;
        },
        fail);
  }
  return ConvertRows<int64_t>(job, load, fail);
}

int64_t LoadInt(const arrow::ArrayData& data, int64_t i) {
  return data.type->byte_width() == 4 ? data.GetValues<int32_t>(1)[i] : data.GetValues<int64_t>(1)[i];
}

DataResult Clocks(const Job& job) {
  const arrow::ArrayData& in = *job.in;
  const Type::type from_id = in.type->id(), to_id = job.to->id();
  const int64_t from = PerSecond(*in.type), to = PerSecond(*job.to);
  const std::string from_zone = Zone(*in.type), to_zone = Zone(*job.to);
  std::shared_ptr<const TimeZone> zone;
  // Wall clock times become instants where only the target has a zone; days and times of an instant are those of its zone.
  const bool to_instant = from_zone.empty() && !to_zone.empty() && (from_id == Type::TIMESTAMP || IsDate(from_id));
  const bool to_wall = !from_zone.empty() && (to_id == Type::DATE32 || IsTime(to_id));  // milliseconds since 1970 have no zone
  if (to_instant) {
    ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(to_zone));
  }
  if (to_wall) {
    ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(from_zone));
  }
  return Store(job, [&, from, to](int64_t i, int64_t* out) {
    int64_t value = LoadInt(in, i);
    if (to_wall) value += static_cast<int64_t>(zone->OffsetAt(FloorDiv(value, from))) * from;
    if (from_id == Type::TIMESTAMP && IsTime(to_id)) value = FloorMod(value, from * kSecondsPerDay);
    if (to_id == Type::DATE64) {
      if (!ChangeUnit(value, from, -kSecondsPerDay, true, &value)) return false;
      return ChangeUnit(value, -kSecondsPerDay, 1000, true, out);
    }
    if (!ChangeUnit(value, from, to, false, out)) return false;
    if (to_instant) {
      const int64_t seconds = FloorDiv(*out, to), rest = FloorMod(*out, to);
      auto utc = zone->ToUtc(seconds);
      if (!utc) return false;
      *out = *utc * to + rest;
    }
    return true;
  });
}

DataResult Spans(const Job& job) {
  const arrow::ArrayData& in = *job.in;
  const Type::type from = in.type->id(), to = job.to->id();
  auto load = [&](int64_t i) -> MonthDayNanos {
    switch (from) {
      case Type::INTERVAL_MONTHS: return {in.GetValues<int32_t>(1)[i], 0, 0};
      case Type::INTERVAL_DAY_TIME: {
        const auto value = in.GetValues<arrow::DayTimeIntervalType::DayMilliseconds>(1)[i];
        return {0, value.days, int64_t{value.milliseconds} * 1000000};
      }
      case Type::INTERVAL_MONTH_DAY_NANO: return in.GetValues<MonthDayNanos>(1)[i];
      default: return {};
    }
  };
  auto fail = [&](int64_t i) { return CannotFit(job, i); };
  auto nanos = [&](int64_t i, int64_t* out) {
    if (from == Type::DURATION || IsTime(from)) return ChangeUnit(LoadInt(in, i), PerSecond(*in.type), kNanosPerSecond, false, out);
    const MonthDayNanos value = load(i);
    const __int128 wide = static_cast<__int128>(value.days) * kNanosPerDay + value.nanoseconds;
    if (value.months != 0 || wide > INT64_MAX || wide < INT64_MIN) return false;
    *out = static_cast<int64_t>(wide);
    return true;
  };
  if (to == Type::DURATION) {
    const int64_t per_second = PerSecond(*job.to);
    return ConvertRows<int64_t>(
        job, [&](int64_t i, int64_t* out) { return nanos(i, out) && ChangeUnit(*out, kNanosPerSecond, per_second, false, out); }, fail);
  }
  if (to == Type::INTERVAL_MONTH_DAY_NANO) {
    return ConvertRows<MonthDayNanos>(
        job,
        [&](int64_t i, MonthDayNanos* out) {
          if (from != Type::DURATION && !IsTime(from)) {
            *out = load(i);
            return true;
          }
          return nanos(i, &out->nanoseconds);
        },
        fail);
  }
  return Error(ErrorKind::kNotImplemented, "Unsupported CAST from ", TypeName(*in.type), " to ", TypeName(*job.to));
}

}  // namespace

// Numbers that count the units of a clock, through integers.
static bool Counts(const arrow::DataType& number, const arrow::DataType& clock) {
  if (IsInteger(number)) return Clocked(clock.id());
  return (IsFloat(number) || IsDecimal(number)) && (clock.id() == Type::TIMESTAMP || clock.id() == Type::DURATION);
}

bool IsTemporalCast(const arrow::DataType& from, const arrow::DataType& to) {
  const Type::type f = from.id(), t = to.id();
  if ((IsSpan(f) || IsTime(f)) && (t == Type::INTERVAL_MONTH_DAY_NANO || (IsSpan(f) && t == Type::DURATION))) return true;
  if (Counts(from, to) || Counts(to, from)) return true;
  if (IsDate(f)) return IsDate(t) || t == Type::TIMESTAMP;
  if (IsTime(f)) return IsTime(t);
  if (f == Type::TIMESTAMP) return t == Type::TIMESTAMP || IsDate(t) || IsTime(t);
  return false;
}

DataResult Temporals(const Job& job) {
  const Type::type from = job.in->type->id(), to = job.to->id();
  const bool to_number = Counts(*job.to, *job.in->type);
  if (to_number || Counts(*job.in->type, *job.to)) {
    // The number of units, whatever they are. 32-bit clocks count as int32.
    const arrow::DataType& clock = to_number ? *job.in->type : *job.to;
    const TypePtr bare = clock.byte_width() == 4 ? arrow::int32() : arrow::int64();
    if (to_number) {
      auto number = job.in->Copy();
      number->type = bare;
      return CastArray(job.context, number, job.to, job.mode);
    }
    ARROW_ASSIGN_OR_RAISE(auto number, CastArray(job.context, job.in, bare, job.mode));
    if (number == job.in) number = number->Copy();
    number->type = job.to;
    return number;
  }
  if ((IsSpan(from) || IsTime(from)) && IsSpan(to)) return Spans(job);
  return Clocks(job);
}

}  // namespace bowstring::cast
