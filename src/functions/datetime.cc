// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/families.h"
#include "functions/moment.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

// A unit that wall clock moments are cut down to: so many nanoseconds, or the first day of something.
struct TruncUnit {
  std::string_view name;
  int64_t nanos;                       // 0: days
  int64_t (*first_day)(int64_t day);
  void Cut(Moment* m) const {
    if (nanos > 0) {
      m->nanos -= m->nanos % nanos;
    } else {
      m->day = first_day(m->day);
      m->nanos = 0;
    }
  }
};
constexpr TruncUnit kTruncUnits[] = {
    {"nanosecond", 1, nullptr},
    {"microsecond", 1000, nullptr},
    {"millisecond", 1000000, nullptr},
    {"second", kNanosPerSecond, nullptr},
    {"minute", 60 * kNanosPerSecond, nullptr},
    {"hour", 3600 * kNanosPerSecond, nullptr},
    {"day", 0, [](int64_t day) { return day; }},
    {"week", 0, [](int64_t day) { return day - IsoWeekday(day) + 1; }},
    {"month", 0, [](int64_t day) { return day - CivilFromDays(day).day + 1; }},
    {"quarter", 0, [](int64_t day) {
       const CivilDate date = CivilFromDays(day);
       return DaysFromCivil(date.year, (date.month - 1) / 3 * 3 + 1, 1);
     }},
    {"year", 0, [](int64_t day) { return DaysFromCivil(CivilFromDays(day).year, 1, 1); }},
};

// Null where there is no such unit.
const TruncUnit* FindTruncUnit(std::string_view name) {
  for (const TruncUnit& unit : kTruncUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// Values of a time's own width through a function of int64.
template <typename Compute>
arrow::Result<arrow::Datum> TimeRows(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n, const TypePtr& type, Compute compute) {
  if (type->id() == Type::TIME32) {
    return FixedRows<int32_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
      int64_t value = 0;
      const Cell cell = compute(rows, i, static_cast<int64_t>(rows.value<int32_t>(1, i)), &value, error);
      *out = static_cast<int32_t>(value);
      return cell;
    });
  }
  return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
    return compute(rows, i, rows.value<int64_t>(1, i), out, error);
  });
}

int64_t TimeUnits(const arrow::DataType& type) {
  return UnitsPerSecond(type.id() == Type::TIME32 ? static_cast<const arrow::Time32Type&>(type).unit() : static_cast<const arrow::Time64Type&>(type).unit());
}

arrow::Result<ResolvedCall> TruncateTime(const TruncUnit& unit, const std::string& given, const Arguments& arguments) {
  const TypePtr type = ValueType(TypeOfArgument(arguments, 1));
  if (unit.nanos == 0) {
    return Error(ErrorKind::kExecution, "date_trunc does not support '", given, "' granularity for Time types. Valid values are: hour, minute, second, millisecond, microsecond");
  }
  const int64_t width = std::max<int64_t>(1, unit.nanos / (kNanosPerSecond / TimeUnits(*type)));
  ResolvedCall call;
  call.argument_types = {TypeOfArgument(arguments, 0), type};
  call.result = ResultField(type);
  call.kernel = [type, width](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return TimeRows(context, values, n, type, [width](const Rows&, int64_t, int64_t value, int64_t* out, arrow::Status*) {
      *out = value - value % width;
      return Cell::kValue;
    });
  };
  return call;
}

// Of dates, as timestamps: the day is there, and needn't be found again in nanoseconds.
ResolvedCall TruncateDate(const TruncUnit& unit, const Arguments& arguments) {
  constexpr int64_t kFarthest = std::numeric_limits<int64_t>::max() / kNanosPerDay;
  const TypePtr type = arrow::timestamp(arrow::TimeUnit::NANO);
  ResolvedCall call;
  call.argument_types = {TypeOfArgument(arguments, 0), arrow::date32()};
  call.result = ResultField(type, AnyNullable(arguments));
  call.kernel = [&unit, type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return FixedRows<int64_t>(context, values, n, type, [&unit, &type](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
      const int64_t day = rows.value<int32_t>(1, i);
      const int64_t first = unit.nanos > 0 ? day : unit.first_day(day);
      if (std::max(std::abs(day), std::abs(first)) > kFarthest) {
        const CivilDate date = CivilFromDays(day);
        char text[40];
        std::snprintf(text, sizeof(text), "%04lld-%02d-%02d", static_cast<long long>(date.year), date.month, date.day);
        *error = Error(ErrorKind::kUnknown, "Cast error: Can't cast value ", text, " to type ", TypeName(*type));
        return Cell::kFail;
      }
      *out = first * kNanosPerDay;
      return Cell::kValue;
    });
  };
  return call;
}

ScalarFunctionPtr MakeDateTrunc() {
  FunctionSpec spec = DatetimeSpec("date_trunc", "A timestamp cut down to a unit.", "date_trunc(precision, expression)", {"datetrunc"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("date_trunc", syntax, arguments);
    auto literal = LiteralText(arguments, 0);
    if (!literal) return Error(ErrorKind::kPlan, "Granularity of `date_trunc` must be non-null scalar Utf8");
    const TruncUnit* const unit = FindTruncUnit(UnitWord(*literal));
    if (unit == nullptr) return Error(ErrorKind::kExecution, "Unsupported date_trunc granularity: '", *literal,
                             "'. Supported values are: microsecond, millisecond, second, minute, hour, day, week, month, quarter, year");
    TypePtr type = ValueType(TypeOfArgument(arguments, 1));
    if (type->id() == Type::TIME32 || type->id() == Type::TIME64) return TruncateTime(*unit, *literal, arguments);
    if (type->id() == Type::DATE32) return TruncateDate(*unit, arguments);
    if (!IsTimestamp(*type)) {
      if (!IsText(*type) && type->id() != Type::NA && type->id() != Type::DATE64) return NoMatch("date_trunc", syntax, arguments);
      type = arrow::timestamp(arrow::TimeUnit::NANO);
    }
    ARROW_ASSIGN_OR_RAISE(const MomentReader reader, MomentReader::Make(type));
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0), type};
    call.result = ResultField(type, AnyNullable(arguments));
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
        Moment m = reader.Read(rows, 1, i);
        const Moment whole = m;
        unit->Cut(&m);
        if (unit->nanos > 0) {
          // Below a day the offset stays what it is: an hour that comes twice keeps its place.
          *out = rows.value<int64_t>(1, i) - (whole.nanos - m.nanos) / (kNanosPerSecond / reader.per_second());
          return Cell::kValue;
        }
        int64_t seconds = m.day * kSecondsPerDay + m.nanos / kNanosPerSecond;
        if (reader.zone()) seconds = reader.zone()->ToUtc(seconds).value_or(seconds - reader.zone()->OffsetAt(seconds));
        *out = seconds * reader.per_second() + m.nanos % kNanosPerSecond / (kNanosPerSecond / reader.per_second());
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

arrow::Result<ResolvedCall> BinTime(const TypePtr& type, bool with_origin) {
  ResolvedCall call;
  call.argument_types = {arrow::month_day_nano_interval(), type};
  if (with_origin) call.argument_types.push_back(type);
  call.result = ResultField(type);
  call.fallible = true;
  call.kernel = [type, with_origin](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    const int64_t nanos = kNanosPerSecond / TimeUnits(*type);
    return TimeRows(context, values, n, type, [nanos, with_origin, small = type->id() == Type::TIME32](const Rows& rows, int64_t i, int64_t value, int64_t* out, arrow::Status* error) {
      const auto stride = rows.value<MonthDayNanos>(0, i);
      const int64_t width = std::abs((stride.days * kNanosPerDay + stride.nanoseconds) / nanos);
      if (stride.months != 0 || width == 0) {
        *error = Error(ErrorKind::kExecution, stride.months != 0 ? "DATE_BIN stride for TIME input must be less than 1 day" : "DATE_BIN stride must be non-zero and positive");
        return Cell::kFail;
      }
      const int64_t origin = !with_origin ? 0 : small ? rows.value<int32_t>(2, i) : rows.value<int64_t>(2, i);
      *out = origin + FloorDiv(value - origin, width) * width;
      return Cell::kValue;
    });
  };
  return call;
}

ScalarFunctionPtr MakeDateBin() {
  FunctionSpec spec = DatetimeSpec("date_bin", "The beginning of the interval that a timestamp is in, counted from an origin.", "date_bin(interval, expression[, origin])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() < 2 || arguments.size() > 3) return NoMatch("date_bin", syntax, arguments);
    TypePtr type = ValueType(TypeOfArgument(arguments, 1));
    if (IsFloat(*type) || IsDecimal(*type)) return NoMatch("date_bin", syntax, arguments);
    if (type->id() == Type::TIME32 || type->id() == Type::TIME64) return BinTime(type, arguments.size() == 3);
    if (!IsTimestamp(*type)) type = arrow::timestamp(arrow::TimeUnit::NANO);
    // In a zone it is nanoseconds, and where another argument is a text that must be read.
    const bool texts = IsText(*TypeOfArgument(arguments, 0)) || (arguments.size() == 3 && IsText(*TypeOfArgument(arguments, 2)));
    const auto& zone = static_cast<const arrow::TimestampType&>(*type).timezone();
    if (texts || !zone.empty()) type = arrow::timestamp(arrow::TimeUnit::NANO, zone);
    ResolvedCall call;
    call.argument_types = {arrow::month_day_nano_interval(), type};
    if (arguments.size() == 3) call.argument_types.push_back(type);
    call.result = ResultField(type);
    call.fallible = true;
    const int64_t per_second = UnitsPerSecond(static_cast<const arrow::TimestampType&>(*type).unit());
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        const auto stride = rows.value<MonthDayNanos>(0, i);
        const int64_t value = rows.value<int64_t>(1, i), origin = rows.arguments() > 2 ? rows.value<int64_t>(2, i) : 0;
        if (stride.months != 0) {
          if (stride.days != 0 || stride.nanoseconds != 0) {
            *error = Error(ErrorKind::kNotImplemented, "DATE_BIN stride does not support combination of month, day and nanosecond intervals");
            return Cell::kFail;
          }
          const int64_t per_day = per_second * kSecondsPerDay;
          const int64_t origin_day = FloorDiv(origin, per_day);
          const CivilDate a = CivilFromDays(FloorDiv(value, per_day)), b = CivilFromDays(origin_day);
          const int64_t apart = (a.year - b.year) * 12 + a.month - b.month;
          int64_t months = FloorDiv(apart, stride.months) * stride.months;
          auto at = [&](int64_t count) { return AddMonths(origin_day, count) * per_day + FloorMod(origin, per_day); };
          if (at(months) > value) months -= stride.months;
          *out = at(months);
          return Cell::kValue;
        }
        __int128 nanos = static_cast<__int128>(stride.days) * kNanosPerDay + stride.nanoseconds;
        if (nanos < 0) nanos = -nanos;  // bins have no direction
        const __int128 width = nanos / (kNanosPerSecond / per_second);
        if (width <= 0 || width > INT64_MAX) {
          *error = Error(ErrorKind::kExecution, "DATE_BIN stride must be non-zero and positive");
          return Cell::kFail;
        }
        *out = origin + FloorDiv(value - origin, static_cast<int64_t>(width)) * static_cast<int64_t>(width);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// now() and its kin: one value a query.
template <typename Make>
ScalarFunctionPtr MakeNow(std::string name, std::vector<std::string> aliases, std::string description, TypePtr type, Make make) {
  FunctionSpec spec = DatetimeSpec(name, std::move(description), name + "()", std::move(aliases));
  spec.volatility = Volatility::kStable;
  spec.resolve = [name, syntax = spec.doc.syntax, type, make](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(type, false);
    call.kernel = [type, make](KernelContext& context, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeScalar(type, make(context.query_start_ns)));
      return arrow::Datum(std::move(scalar));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeDate() {
  FunctionSpec spec = DatetimeSpec("make_date", "A date from year, month and day.", "make_date(year, month, day)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 3) return NoMatch("make_date", syntax, arguments);
    for (const auto& argument : arguments) {
      const TypePtr type = ValueType(argument.field->type());
      if (!IsInteger(*type) && !IsText(*type) && type->id() != Type::NA) return NoMatch("make_date", syntax, arguments);
    }
    ResolvedCall call;
    call.argument_types.assign(3, arrow::int32());
    call.result = ResultField(arrow::date32());
    call.fallible = true;
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::date32(), [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
        const int32_t year = rows.value<int32_t>(0, i), month = rows.value<int32_t>(1, i), day = rows.value<int32_t>(2, i);
        if (month < 1 || month > 12) {
          *error = Error(ErrorKind::kExecution, "Month value '", month, "' is out of range");
          return Cell::kFail;
        }
        if (day < 1 || day > DaysInMonth(year, month)) {
          *error = Error(ErrorKind::kExecution, "Day value '", day, "' is out of range");
          return Cell::kFail;
        }
        *out = static_cast<int32_t>(DaysFromCivil(year, month, day));
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeTime() {
  FunctionSpec spec = DatetimeSpec("make_time", "A time of day from hour, minute and second.", "make_time(hour, minute, second)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 3) return NoMatch("make_time", syntax, arguments);
    for (const auto& argument : arguments) {
      const auto& type = *argument.field->type();
      if (!IsInteger(type) && !IsText(type) && type.id() != Type::NA) return NoMatch("make_time", syntax, arguments);
    }
    ResolvedCall call;
    call.argument_types.assign(3, arrow::int32());
    call.result = ResultField(arrow::time32(arrow::TimeUnit::SECOND));
    call.fallible = true;
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::time32(arrow::TimeUnit::SECOND), [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
        static constexpr std::pair<const char*, int32_t> kParts[] = {{"Hour", 24}, {"Minute", 60}, {"Second", 60}};
        for (size_t a = 0; a < 3; ++a) {
          const int32_t value = rows.value<int32_t>(a, i);
          if (value < 0 || value >= kParts[a].second) {
            *error = Error(ErrorKind::kExecution, kParts[a].first, " value '", value, "' is out of range");
            return Cell::kFail;
          }
          *out = *out * 60 + value;
        }
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddDatetimeFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeDateTrunc());
  out->push_back(MakeDateBin());
  out->push_back(MakeDate());
  out->push_back(MakeTime());
  out->push_back(MakeNow("now", {"current_timestamp"}, "The time at which the query began.", arrow::timestamp(arrow::TimeUnit::NANO), [](int64_t ns) { return ns; }));
  out->push_back(MakeNow("current_date", {"today"}, "The date (UTC) at which the query began.", arrow::date32(), [](int64_t ns) { return static_cast<int32_t>(FloorDiv(ns, kNanosPerDay)); }));
  out->push_back(MakeNow("current_time", {}, "The time of day (UTC) at which the query began.", arrow::time64(arrow::TimeUnit::NANO), [](int64_t ns) { return FloorMod(ns, kNanosPerDay); }));
}

}  // namespace bowstring
