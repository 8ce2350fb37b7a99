// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/families.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/time_zone.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.aliases = std::move(aliases);
  spec.doc = {"datetime", std::move(description), std::move(syntax), ""};
  return spec;
}

std::string LowerWord(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.size() > 1 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  return text;
}

// A point in time split into its day and the nanoseconds since midnight, in the wall clock of its zone.
struct Moment {
  int64_t day = 0, nanos = 0;
  int64_t value = 0, per_second = 1;  // as it was given, in UTC
};

class MomentReader {
 public:
  static arrow::Result<MomentReader> Make(const TypePtr& type) {
    MomentReader out;
    out.type_ = type;
    if (IsTimestamp(*type)) {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(*type);
      out.per_second_ = UnitsPerSecond(timestamp.unit());
      if (!timestamp.timezone().empty()) {
        ARROW_ASSIGN_OR_RAISE(out.zone_, TimeZone::Find(timestamp.timezone()));
      }
    } else if (type->id() == Type::TIME32) {
      out.per_second_ = UnitsPerSecond(static_cast<const arrow::Time32Type&>(*type).unit());
    } else if (type->id() == Type::TIME64) {
      out.per_second_ = UnitsPerSecond(static_cast<const arrow::Time64Type&>(*type).unit());
    } else if (type->id() == Type::DATE64) {
      out.per_second_ = 1000;
    }
    return out;
  }
  Moment Read(const Rows& rows, size_t a, int64_t i) const {
    const int64_t value = type_->byte_width() == 4 ? rows.value<int32_t>(a, i) : rows.value<int64_t>(a, i);
    Moment out;
    if (type_->id() == Type::DATE32) {
      out.day = value;
      out.value = value * kSecondsPerDay;
      return out;
    }
    int64_t seconds, rest;
    switch (per_second_) {  // divisions by constants
      case 1000000000: seconds = FloorDiv(value, 1000000000), rest = value - seconds * 1000000000; break;
      case 1000000: seconds = FloorDiv(value, 1000000), rest = (value - seconds * 1000000) * 1000; break;
      case 1000: seconds = FloorDiv(value, 1000), rest = (value - seconds * 1000) * 1000000; break;
      default: seconds = value, rest = 0;
    }
    out.value = value;
    out.per_second = per_second_;
    if (zone_) seconds += zone_->OffsetAt(seconds);
    out.day = FloorDiv(seconds, kSecondsPerDay);
    out.nanos = (seconds - out.day * kSecondsPerDay) * kNanosPerSecond + rest;
    return out;
  }
  const TimeZone* zone() const { return zone_.get(); }
  int64_t per_second() const { return per_second_; }

 private:
  TypePtr type_;
  int64_t per_second_ = 1;
  std::shared_ptr<const TimeZone> zone_;
};

int64_t IsoYear(int64_t day) { return CivilFromDays(day + 4 - IsoWeekday(day)).year; }
int64_t IsoWeek(int64_t day) {
  const int64_t thursday = day + 4 - IsoWeekday(day);
  return (thursday - DaysFromCivil(CivilFromDays(thursday).year, 1, 1)) / 7 + 1;
}

struct DatePart {
  std::string_view name;
  bool of_day;  // the same for all moments of a day
  double (*value)(const Moment& m);
};
constexpr DatePart kDateParts[] = {
    {"hour", false, [](const Moment& m) -> double { return m.nanos / (3600 * kNanosPerSecond); }},
    {"minute", false, [](const Moment& m) -> double { return m.nanos / (60 * kNanosPerSecond) % 60; }},
    {"second", false, [](const Moment& m) -> double { return m.nanos / kNanosPerSecond % 60; }},
    {"millisecond", false, [](const Moment& m) -> double { return m.nanos % (60 * kNanosPerSecond) / 1000000; }},
    {"microsecond", false, [](const Moment& m) -> double { return m.nanos % (60 * kNanosPerSecond) / 1000; }},
    {"nanosecond", false, [](const Moment& m) -> double { return m.nanos % (60 * kNanosPerSecond); }},
    {"epoch", false, [](const Moment& m) { return static_cast<double>(m.value) / static_cast<double>(m.per_second); }},
    {"year", true, [](const Moment& m) -> double { return CivilFromDays(m.day).year; }},
    {"isoyear", true, [](const Moment& m) -> double { return IsoYear(m.day); }},
    {"quarter", true, [](const Moment& m) -> double { return (CivilFromDays(m.day).month - 1) / 3 + 1; }},
    {"month", true, [](const Moment& m) -> double { return CivilFromDays(m.day).month; }},
    {"week", true, [](const Moment& m) -> double { return IsoWeek(m.day); }},
    {"day", true, [](const Moment& m) -> double { return CivilFromDays(m.day).day; }},
    {"doy", true, [](const Moment& m) -> double { return m.day - DaysFromCivil(CivilFromDays(m.day).year, 1, 1) + 1; }},
    {"dow", true, [](const Moment& m) -> double { return IsoWeekday(m.day) % 7; }},
    {"isodow", true, [](const Moment& m) -> double { return IsoWeekday(m.day); }},
};

// Null where there is no such part.
const DatePart* FindDatePart(std::string_view name) {
  if (name == "ms") name = "millisecond";
  if (name == "us") name = "microsecond";
  if (name == "ns") name = "nanosecond";
  if (name == "qtr") name = "quarter";
  for (const DatePart& part : kDateParts) {
    const bool plural = part.name != "epoch" && part.name != "quarter" && !part.name.starts_with("iso") && !part.name.starts_with("do");
    if (name == part.name || (plural && name.ends_with('s') && name.substr(0, name.size() - 1) == part.name)) return &part;
  }
  return nullptr;
}

// Parts of intervals and durations.
bool PartOfInterval(const std::string& part, const MonthDayNanos& v, double* out) {
  const int64_t seconds = v.nanoseconds / kNanosPerSecond;
  auto set = [out](auto value) {
    *out = static_cast<double>(value);
    return true;
  };
  if (part == "year") return set(v.months / 12);
  if (part == "month") return set(v.months % 12);
  if (part == "week") return set(v.days / 7);
  if (part == "day") return set(v.days);
  if (part == "hour") return set(seconds / 3600);
  if (part == "minute") return set(seconds / 60 % 60);
  if (part == "second") return set(seconds % 60);
  if (part == "epoch") return set(v.months * 2592000.0 + v.days * 86400.0 + static_cast<double>(v.nanoseconds) / 1e9);
  return false;
}

// Durations count whole units.
bool PartOfDuration(const std::string& part, const MonthDayNanos& v, double* out) {
  static constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {"week", 7 * kNanosPerDay}, {"day", kNanosPerDay}, {"hour", 3600 * kNanosPerSecond}, {"minute", 60 * kNanosPerSecond},
      {"second", kNanosPerSecond}, {"millisecond", 1000000}, {"microsecond", 1000}, {"nanosecond", 1}};
  if (part == "epoch") {
    *out = static_cast<double>(v.nanoseconds) / 1e9;
    return true;
  }
  for (const auto& [name, nanos] : kUnits) {
    if (part != name && part != std::string(name) + "s") continue;
    *out = static_cast<double>(v.nanoseconds / nanos);
    return true;
  }
  return false;
}

ScalarFunctionPtr MakeDatePart() {
  FunctionSpec spec = Spec("date_part", "A part of a date, time or timestamp as a number.", "date_part(part, expression)", {"datepart", "extract"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("date_part", syntax, arguments);
    auto literal = LiteralText(arguments, 0);
    if (!literal) return Error(ErrorKind::kPlan, "date_part requires a non-empty constant string as its first argument");
    const std::string part = LowerWord(*literal);
    TypePtr type = ValueType(TypeOfArgument(arguments, 1));
    if (IsText(*type) || type->id() == Type::NA) type = arrow::timestamp(arrow::TimeUnit::NANO);
    const bool duration = type->id() == Type::DURATION, span = duration || arrow::is_interval(type->id());
    const auto part_of = duration ? PartOfDuration : PartOfInterval;
    if (span) type = arrow::month_day_nano_interval();
    if (!span && !IsTemporal(*type)) return NoMatch("date_part", syntax, arguments);
    const bool has_day = type->id() != Type::TIME32 && type->id() != Type::TIME64;
    const DatePart* const date_part = FindDatePart(part);
    double ignored;
    if (span ? !part_of(part, {}, &ignored) : date_part == nullptr || (date_part->of_day && !has_day)) {
      return Error(ErrorKind::kExecution, "Date part '", *literal, "' not supported");
    }
    const bool epoch = part == "epoch", wide = part == "nanosecond" || part == "nanoseconds" || part == "ns";
    ARROW_ASSIGN_OR_RAISE(const MomentReader reader, MomentReader::Make(span ? arrow::date32() : type));
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0), type};
    call.result = ResultField(epoch ? arrow::float64() : wide ? arrow::int64() : arrow::int32());
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      int64_t last_day = 0;
      double of_last_day = span ? 0 : date_part->value(Moment{});
      auto compute = [&](const Rows& rows, int64_t i, double* out) {
        if (span) {
          part_of(part, rows.value<MonthDayNanos>(1, i), out);
          return;
        }
        const Moment m = reader.Read(rows, 1, i);
        if (!date_part->of_day) {
          *out = date_part->value(m);
          return;
        }
        if (m.day != last_day) {  // neighbours are often of one day
          last_day = m.day;
          of_last_day = date_part->value(m);
        }
        *out = of_last_day;
      };
      if (epoch) {
        return FixedRows<double>(context, values, n, arrow::float64(), [&](const Rows& rows, int64_t i, double* out, arrow::Status*) {
          compute(rows, i, out);
          return Cell::kValue;
        });
      }
      if (wide) {
        return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
          double value = 0;  // below 60 * 10^9: exact
          compute(rows, i, &value);
          *out = static_cast<int64_t>(value);
          return Cell::kValue;
        });
      }
      return FixedRows<int32_t>(context, values, n, arrow::int32(), [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status*) {
        double value = 0;
        compute(rows, i, &value);
        *out = static_cast<int32_t>(value);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

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

ScalarFunctionPtr MakeDateTrunc() {
  FunctionSpec spec = Spec("date_trunc", "A timestamp cut down to a unit.", "date_trunc(precision, expression)", {"datetrunc"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("date_trunc", syntax, arguments);
    auto literal = LiteralText(arguments, 0);
    if (!literal) return Error(ErrorKind::kPlan, "Granularity of `date_trunc` must be non-null scalar Utf8");
    const TruncUnit* const unit = FindTruncUnit(LowerWord(*literal));
    if (unit == nullptr) return Error(ErrorKind::kExecution, "Unsupported date_trunc granularity: '", *literal,
                             "'. Supported values are: microsecond, millisecond, second, minute, hour, day, week, month, quarter, year");
    TypePtr type = ValueType(TypeOfArgument(arguments, 1));
    if (type->id() == Type::TIME32 || type->id() == Type::TIME64) return TruncateTime(*unit, *literal, arguments);
    if (!IsTimestamp(*type)) {
      if (!IsText(*type) && type->id() != Type::NA && type->id() != Type::DATE32 && type->id() != Type::DATE64) return NoMatch("date_trunc", syntax, arguments);
      type = arrow::timestamp(arrow::TimeUnit::NANO);
    }
    ARROW_ASSIGN_OR_RAISE(const MomentReader reader, MomentReader::Make(type));
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0), type};
    call.result = ResultField(type);
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
  FunctionSpec spec = Spec("date_bin", "The beginning of the interval that a timestamp is in, counted from an origin.", "date_bin(interval, expression[, origin])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() < 2 || arguments.size() > 3) return NoMatch("date_bin", syntax, arguments);
    TypePtr type = ValueType(TypeOfArgument(arguments, 1));
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
  FunctionSpec spec = Spec(name, std::move(description), name + "()", std::move(aliases));
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
  FunctionSpec spec = Spec("make_date", "A date from year, month and day.", "make_date(year, month, day)");
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
  FunctionSpec spec = Spec("make_time", "A time of day from hour, minute and second.", "make_time(hour, minute, second)");
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
  out->push_back(MakeDatePart());
  out->push_back(MakeDateTrunc());
  out->push_back(MakeDateBin());
  out->push_back(MakeDate());
  out->push_back(MakeTime());
  out->push_back(MakeNow("now", {"current_timestamp"}, "The time at which the query began.", arrow::timestamp(arrow::TimeUnit::NANO), [](int64_t ns) { return ns; }));
  out->push_back(MakeNow("current_date", {"today"}, "The date (UTC) at which the query began.", arrow::date32(), [](int64_t ns) { return static_cast<int32_t>(FloorDiv(ns, kNanosPerDay)); }));
  out->push_back(MakeNow("current_time", {}, "The time of day (UTC) at which the query began.", arrow::time64(arrow::TimeUnit::NANO), [](int64_t ns) { return FloorMod(ns, kNanosPerDay); }));
}

}  // namespace bowstring
