// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/bitmap_ops.h>

#include <bowstring/error.h>

#include "functions/families.h"
#include "functions/moment.h"

namespace bowstring {
namespace {

using arrow::Type;
using MonthDayNanos = arrow::MonthDayNanoIntervalType::MonthDayNanos;

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
  static constexpr std::tuple<std::string_view, std::string_view, int64_t> kOfMinute[] = {
      {"millisecond", "ms", 1000000}, {"microsecond", "us", 1000}, {"nanosecond", "ns", 1}};
  for (const auto& [name, brief, nanos] : kOfMinute) {
    if (part == name || part == brief || part == std::string(name) + "s") return set(v.nanoseconds % (60 * kNanosPerSecond) / nanos);
  }
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

// Parts of the days of a whole column, NULLs' too. False: there is no such loop for the part, or some day is too far from 1970.
template <typename Value, typename DayOf>
bool PartsOfDays(std::string_view part, const Value* values, int64_t n, DayOf day_of, int32_t* out) {
  const auto fill = [&](auto part_of) {
    bool far = false;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t day = day_of(values[i]);
      far |= static_cast<uint64_t>(day + kNearDays) >= uint64_t{2} * kNearDays;
      out[i] = part_of(day);
    }
    return !far;
  };
  if (part == "year") return fill([](int64_t day) { return static_cast<int32_t>(CivilFromNearDays(day).year); });
  if (part == "quarter") return fill([](int64_t day) { return (CivilFromNearDays(day).month - 1) / 3 + 1; });
  if (part == "month") return fill([](int64_t day) { return CivilFromNearDays(day).month; });
  if (part == "day") return fill([](int64_t day) { return CivilFromNearDays(day).day; });
  if (part == "dow") return fill([](int64_t day) { return IsoWeekday(day) % 7; });
  if (part == "isodow") return fill([](int64_t day) { return IsoWeekday(day); });
  return false;
}
bool PartsOfDays(std::string_view part, const MomentReader& reader, const arrow::ArrayData& data, int32_t* out) {
  constexpr int64_t kDay = kSecondsPerDay;
  if (reader.zone() != nullptr) return false;
  if (data.type->id() == Type::DATE32) return PartsOfDays(part, data.GetValues<int32_t>(1), data.length, [](int64_t day) { return day; }, out);
  if (data.type->id() != Type::DATE64 && data.type->id() != Type::TIMESTAMP) return false;
  const auto* values = data.GetValues<int64_t>(1);
  const auto by = [&](auto day_of) { return PartsOfDays(part, values, data.length, day_of, out); };
  switch (reader.per_second()) {  // divisions by constants
    case 1000000000: return by([](int64_t value) { return FloorDiv(value, kDay * 1000000000); });
    case 1000000: return by([](int64_t value) { return FloorDiv(value, kDay * 1000000); });
    case 1000: return by([](int64_t value) { return FloorDiv(value, kDay * 1000); });
    default: return by([](int64_t value) { return FloorDiv(value, kDay); });
  }
}

ScalarFunctionPtr MakeDatePart() {
  FunctionSpec spec = DatetimeSpec("date_part", "A part of a date, time or timestamp as a number.", "date_part(part, expression)", {"datepart", "extract"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("date_part", syntax, arguments);
    auto literal = LiteralText(arguments, 0);
    if (!literal) return Error(ErrorKind::kPlan, "date_part requires a non-empty constant string as its first argument");
    const std::string part = UnitWord(*literal);
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
    call.result = ResultField(epoch ? arrow::float64() : wide ? arrow::int64() : arrow::int32(), AnyNullable(arguments));
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      if (date_part != nullptr && date_part->of_day && values[1].is_array()) {
        const arrow::ArrayData& days = *values[1].array();
        arrow::MemoryPool* const pool = context.exec->memory_pool();
        ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> parts, arrow::AllocateBuffer(days.length * 4, pool));
        if (PartsOfDays(date_part->name, reader, days, reinterpret_cast<int32_t*>(parts->mutable_data()))) {
          std::shared_ptr<arrow::Buffer> valid;
          if (days.GetNullCount() > 0) {
            ARROW_ASSIGN_OR_RAISE(valid, arrow::internal::CopyBitmap(pool, days.buffers[0]->data(), days.offset, days.length));
          }
          return arrow::Datum(arrow::ArrayData::Make(arrow::int32(), days.length, {std::move(valid), std::move(parts)}, days.GetNullCount()));
        }
      }
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

}  // namespace

void AddDatePartFunctions(std::vector<ScalarFunctionPtr>* out) { out->push_back(MakeDatePart()); }

}  // namespace bowstring
