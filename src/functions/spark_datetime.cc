// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/spark.h"
#include "functions/time_zone.h"

namespace bowstring {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Numbers by date and whole number, either may be missing: compute(day, number, out) -> Cell.
using DateCell = std::function<Cell(int64_t, int64_t, int64_t*)>;
ScalarFunctionPtr MakeDate(std::string name, std::string description, bool with_number, TypePtr result, DateCell compute) {
  FunctionSpec spec = SparkSpec(name, std::move(description));
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != (with_number ? 2u : 1u)) return NoMatch(name, syntax, arguments);
    if (with_number && !IsInteger(*ValueType(TypeOfArgument(arguments, 1))) && TypeOfArgument(arguments, 1)->id() != Type::NA) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types = {arrow::date32()};
    if (with_number) call.argument_types.push_back(arrow::int64());
    call.result = ResultField(result);
    call.fallible = true;
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, result, [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
        int64_t value = 0;
        const Cell cell = compute(rows.value<int32_t>(0, i), with_number ? rows.value<int64_t>(1, i) : 0, &value);
        if (value > INT32_MAX || value < INT32_MIN) return Fail(error, "Arithmetic overflow: " + name + " is out of the range of dates");
        *out = static_cast<int32_t>(value);
        return cell;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A built-in of a part's name and a time, the name translated first.
ScalarFunctionPtr MakeNamedPart(std::string name, std::string builtin, std::string description, std::string (*translate)(std::string)) {
  FunctionSpec spec = SparkSpec(name, std::move(description));
  if (name == "date_part") spec.aliases = {"spark_datepart"};
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    const auto part = LiteralText(arguments, 0);
    if (!part) return Error(ErrorKind::kPlan, name, " requires its first argument to be a constant string");
    Arguments given = arguments;
    given[0].literal = std::make_shared<arrow::StringScalar>(translate(Lower(*part)));
    ARROW_ASSIGN_OR_RAISE(auto call, FindBuiltinScalar(builtin)->Resolve(given));
    // Days of the week count from 1, Sunday.
    if (name == "date_part" && static_cast<const arrow::StringScalar&>(*given[0].literal).view() == "dow") {
      call.kernel = [inner = call.kernel](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
        ARROW_ASSIGN_OR_RAISE(auto days, inner(context, values, n));
        return FixedRows<int32_t>(context, {days}, n, arrow::int32(), [](const Rows& rows, int64_t i, int32_t* out, arrow::Status*) {
          *out = rows.value<int32_t>(0, i) + 1;
          return Cell::kValue;
        });
      };
    }
    return call;
  };
  return MakeFunction(std::move(spec));
}

std::string PartName(std::string part) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"y", "year"}, {"yr", "year"}, {"yrs", "year"}, {"years", "year"}, {"yearofweek", "isoyear"}, {"qtr", "quarter"}, {"mon", "month"}, {"mons", "month"}, {"months", "month"},
      {"w", "week"}, {"weeks", "week"}, {"d", "day"}, {"days", "day"}, {"dayofweek", "dow"}, {"dayofweek_iso", "isodow"}, {"dow_iso", "isodow"}, {"h", "hour"}, {"hours", "hour"},
      {"hr", "hour"}, {"hrs", "hour"}, {"m", "minute"}, {"min", "minute"}, {"mins", "minute"}, {"minutes", "minute"}, {"s", "second"}, {"sec", "second"}, {"secs", "second"},
      {"seconds", "second"}};
  for (const auto& [from, to] : kNames) {
    if (part == from) return std::string(to);
  }
  return part;
}

std::string UnitName(std::string unit) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {{"yyyy", "year"}, {"yy", "year"}, {"mon", "month"}, {"mm", "month"}, {"dd", "day"}};
  for (const auto& [from, to] : kNames) {
    if (unit == from) return std::string(to);
  }
  return unit;
}

std::string Same(std::string unit) { return unit; }

// One part of a time as int32.
ScalarFunctionPtr MakeClock(std::string part) {
  FunctionSpec spec = SparkSpec(part, "The " + part + " of a time.");
  spec.resolve = [part, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch(part, syntax, arguments);
    const Arguments named{ArgumentInfo{arrow::field("", arrow::utf8(), false), std::make_shared<arrow::StringScalar>(part)}, arguments[0]};
    ARROW_ASSIGN_OR_RAISE(auto call, FindBuiltinScalar("date_part")->Resolve(named));
    call.argument_types.erase(call.argument_types.begin());
    call.kernel = [inner = call.kernel, literal = named[0].literal](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return inner(context, {arrow::Datum(literal), values[0]}, n);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// trunc: dates; none where the unit is unknown.
bool TruncateDay(const std::string& unit, int64_t* day) {
  const CivilDate date = CivilFromDays(*day);
  if (unit == "year") *day = DaysFromCivil(date.year, 1, 1);
  else if (unit == "quarter") *day = DaysFromCivil(date.year, (date.month - 1) / 3 * 3 + 1, 1);
  else if (unit == "month") *day = DaysFromCivil(date.year, date.month, 1);
  else if (unit == "week") *day -= IsoWeekday(*day) - 1;
  else return false;
  return true;
}

ScalarFunctionPtr MakeTrunc() {
  FunctionSpec spec = SparkSpec("trunc", "A date cut down to the year, quarter, month or week.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("trunc", syntax, arguments);
    int64_t probe = 0;
    if (const auto unit = LiteralText(arguments, 1); unit && !TruncateDay(UnitName(Lower(*unit)), &probe)) {
      return Error(ErrorKind::kPlan, "The format argument of `TRUNC` must be one of: year, yy, yyyy, month, mm, mon, week, quarter.");
    }
    ResolvedCall call;
    call.argument_types = {arrow::date32(), arrow::utf8()};
    call.result = ResultField(arrow::date32());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::date32(), [](const Rows& rows, int64_t i, int32_t* out, arrow::Status*) {
        int64_t day = rows.value<int32_t>(0, i);
        if (!TruncateDay(UnitName(Lower(rows.text(1, i))), &day)) return Cell::kNull;
        *out = static_cast<int32_t>(day);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeNextDay() {
  FunctionSpec spec = SparkSpec("next_day", "The first date after one that is a day of the week.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("next_day", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {arrow::date32(), arrow::utf8()};
    call.result = ResultField(arrow::date32());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::date32(), [](const Rows& rows, int64_t i, int32_t* out, arrow::Status*) {
        static constexpr std::string_view kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
        const std::string name = Lower(rows.text(1, i));
        int32_t wanted = 0;
        for (int32_t k = 0; k < 7; ++k) {
          if (name == kDays[k] || name == kDays[k].substr(0, 3) || name == kDays[k].substr(0, 2)) wanted = k + 1;
        }
        if (wanted == 0) return Cell::kNull;
        const int64_t day = rows.value<int32_t>(0, i);
        *out = static_cast<int32_t>(day + (wanted - IsoWeekday(day) + 6) % 7 + 1);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Seconds, milliseconds or microseconds since 1970 of a timestamp.
ScalarFunctionPtr MakeUnix(std::string name, int64_t per_second) {
  FunctionSpec spec = SparkSpec(name, "A timestamp as a number since 1970.");
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch(name, syntax, arguments);
    const TypePtr given = ValueType(TypeOfArgument(arguments, 0));
    const std::string zone = IsTimestamp(*given) ? static_cast<const arrow::TimestampType&>(*given).timezone() : "";
    ResolvedCall call;
    call.argument_types = {arrow::timestamp(arrow::TimeUnit::MICRO, zone)};
    call.result = ResultField(arrow::int64());
    call.kernel = [per_second](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
        *out = rows.value<int64_t>(0, i) / (1000000 / per_second);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A wall clock's time moved from UTC to a zone, or back.
ScalarFunctionPtr MakeShift(std::string name, bool from_utc) {
  FunctionSpec spec = SparkSpec(name, from_utc ? "A time of UTC as the wall clock of a zone shows it." : "The wall clock's time of a zone as time of UTC.");
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    TypePtr type = ValueType(TypeOfArgument(arguments, 0));
    if (!IsTimestamp(*type)) type = arrow::timestamp(arrow::TimeUnit::MICRO);
    ResolvedCall call;
    call.argument_types = {type, arrow::utf8()};
    call.result = ResultField(type);
    call.fallible = true;
    const int64_t per_second = UnitsPerSecond(static_cast<const arrow::TimestampType&>(*type).unit());
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      std::string known;
      std::shared_ptr<const TimeZone> zone;
      return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        if (!zone || known != rows.text(1, i)) {
          known = rows.text(1, i);
          auto found = TimeZone::Find(known);
          if (!found.ok()) {
            *error = found.status();
            return Cell::kFail;
          }
          zone = *found;
        }
        const int64_t value = rows.value<int64_t>(0, i), seconds = FloorDiv(value, per_second);
        const int64_t moved = from_utc ? seconds + zone->OffsetAt(seconds) : zone->ToUtc(seconds).value_or(seconds - zone->OffsetAt(seconds));
        *out = value + (moved - seconds) * per_second;
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Intervals of parts; those left out are 0.
template <typename T, typename Make>
ScalarFunctionPtr MakeInterval(std::string name, size_t most, TypePtr type, Make make) {
  FunctionSpec spec = SparkSpec(name, "An interval of its parts; those left out are 0.");
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() > most) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    for (size_t a = 0; a < arguments.size(); ++a) call.argument_types.push_back(a + 1 == most ? arrow::float64() : arrow::int64());
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<T>(context, values, n, type, [&](const Rows& rows, int64_t i, T* out, arrow::Status* error) {
        std::vector<__int128> parts(most - 1, 0);
        for (size_t a = 0; a + 1 < most && a < rows.arguments(); ++a) parts[a] = rows.value<int64_t>(a, i);
        const double seconds = rows.arguments() == most ? rows.value<double>(most - 1, i) : 0;
        if (!std::isfinite(seconds) || std::abs(seconds) > 9e9) return Fail(error, name + ": the seconds are out of range");
        if (!make(parts, seconds, out)) return Fail(error, "Arithmetic overflow: " + name + " is out of range");
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddSparkDatetimeFunctions(std::vector<ScalarFunctionPtr>* out) {
  const TypePtr date = arrow::date32(), number = arrow::int32();
  out->push_back(MakeDate("add_months", "A date some months later; the day is cut to the month's last.", true, date, [](int64_t day, int64_t n, int64_t* o) {
    if (std::abs(n) > 100000000) return *o = INT64_MAX, Cell::kValue;
    return *o = AddMonths(day, n), Cell::kValue;
  }));
  for (const char* name : {"date_add", "dateadd"}) {
    out->push_back(MakeDate(name, "A date some days later.", true, date, [](int64_t day, int64_t n, int64_t* o) { return *o = day + std::clamp<int64_t>(n, INT32_MIN * 4LL, INT32_MAX * 4LL), Cell::kValue; }));
  }
  out->push_back(MakeDate("date_sub", "A date some days earlier.", true, date, [](int64_t day, int64_t n, int64_t* o) { return *o = day - std::clamp<int64_t>(n, INT32_MIN * 4LL, INT32_MAX * 4LL), Cell::kValue; }));
  out->push_back(MakeDate("last_day", "The last day of a date's month.", false, date, [](int64_t day, int64_t, int64_t* o) {
    const CivilDate d = CivilFromDays(day);
    return *o = DaysFromCivil(d.year, d.month, DaysInMonth(d.year, d.month)), Cell::kValue;
  }));
  out->push_back(MakeDate("unix_date", "Days since 1970 of a date.", false, number, [](int64_t day, int64_t, int64_t* o) { return *o = day, Cell::kValue; }));
  out->push_back(MakeDate("weekday", "The day of the week, 0 Monday.", false, number, [](int64_t day, int64_t, int64_t* o) { return *o = IsoWeekday(day) - 1, Cell::kValue; }));
  FunctionSpec diff = SparkSpec("date_diff", "The days from a date to another.");
  diff.aliases = {"spark_datediff"};
  diff.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("date_diff", "date_diff(end, start)", arguments);
    ResolvedCall call;
    call.argument_types = {arrow::date32(), arrow::date32()};
    call.result = ResultField(arrow::int32());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::int32(), [](const Rows& rows, int64_t i, int32_t* o, arrow::Status*) {
        *o = static_cast<int32_t>(static_cast<int64_t>(rows.value<int32_t>(0, i)) - rows.value<int32_t>(1, i));
        return Cell::kValue;
      });
    };
    return call;
  };
  out->push_back(MakeFunction(std::move(diff)));
  out->push_back(MakeNamedPart("date_part", "date_part", "A part of a date or time.", PartName));
  out->push_back(MakeNamedPart("date_trunc", "date_trunc", "A timestamp cut down to a unit.", UnitName));
  out->push_back(MakeNamedPart("time_trunc", "date_trunc", "A time of day cut down to a unit.", Same));
  for (const char* part : {"hour", "minute", "second"}) out->push_back(MakeClock(part));
  out->push_back(MakeTrunc());
  out->push_back(MakeNextDay());
  FunctionSpec name = SparkSpec("monthname", "The first three letters of a date's month.");
  name.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch("monthname", "monthname(date)", arguments);
    ResolvedCall call;
    call.argument_types = {arrow::date32()};
    call.result = ResultField(arrow::utf8());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return TextRows(context, values, n, arrow::utf8(), [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
        static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        *o = kMonths[CivilFromDays(rows.value<int32_t>(0, i)).month - 1];
        return Cell::kValue;
      });
    };
    return call;
  };
  out->push_back(MakeFunction(std::move(name)));
  out->push_back(MakeUnix("unix_seconds", 1));
  out->push_back(MakeUnix("unix_millis", 1000));
  out->push_back(MakeUnix("unix_micros", 1000000));
  out->push_back(MakeShift("from_utc_timestamp", true));
  out->push_back(MakeShift("to_utc_timestamp", false));
  out->push_back(MakeInterval<int64_t>("make_dt_interval", 4, arrow::duration(arrow::TimeUnit::MICRO), [](const std::vector<__int128>& p, double seconds, int64_t* o) {
    const __int128 micros = (p[0] * 86400 + p[1] * 3600 + p[2] * 60) * 1000000 + static_cast<int64_t>(std::llround(seconds * 1e6));
    *o = static_cast<int64_t>(micros);
    return micros <= INT64_MAX && micros >= INT64_MIN;
  }));
  out->push_back(MakeInterval<MonthDayNanos>("make_interval", 7, arrow::month_day_nano_interval(), [](const std::vector<__int128>& p, double seconds, MonthDayNanos* o) {
    const __int128 months = p[0] * 12 + p[1], days = p[2] * 7 + p[3];
    const __int128 nanos = (p[4] * 3600 + p[5] * 60) * kNanosPerSecond + static_cast<__int128>(std::llround(seconds * 1e9));
    *o = {static_cast<int32_t>(months), static_cast<int32_t>(days), static_cast<int64_t>(nanos)};
    return months == o->months && days == o->days && nanos == o->nanoseconds;
  }));
}

}  // namespace bowstring
