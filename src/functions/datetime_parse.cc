// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>
#include <optional>

#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/cast.h"
#include "functions/families.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/strftime.h"
#include "functions/text_parse.h"
#include "functions/time_zone.h"

// Texts and numbers to dates, times and timestamps, and back.

namespace bowstring {
namespace {

using arrow::Type;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.aliases = std::move(aliases);
  spec.doc = {"datetime", std::move(description), std::move(syntax), ""};
  return spec;
}

// Text by the formats at arguments 1 ..., tried in turn, or by the usual one.
std::optional<ParsedTimestamp> ReadText(const Rows& rows, int64_t i) {
  const std::string_view text = rows.text(0, i);
  if (rows.arguments() == 1) return ParseTimestamp(text, nullptr);
  for (size_t a = 1; a < rows.arguments(); ++a) {
    if (!rows.valid(a, i)) continue;
    if (auto value = ParseWithFormat(text, rows.text(a, i))) return value;
  }
  return std::nullopt;
}

std::optional<int64_t> InUnit(const ParsedTimestamp& value, int64_t per_second) {
  const __int128 wide = static_cast<__int128>(value.seconds) * per_second + value.nanos / (kNanosPerSecond / per_second);
  if (wide > INT64_MAX || wide < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(wide);
}

// to_timestamp and its kin. Numbers count `number_unit`; the answer is in `unit`.
ScalarFunctionPtr MakeToTimestamp(std::string name, arrow::TimeUnit::type unit, arrow::TimeUnit::type number_unit) {
  FunctionSpec spec = Spec(name, "A timestamp from a text (by formats, if given), a number or a date.", name + "(expression[, ..., format_n])");
  spec.resolve = [name, unit, number_unit, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch(name, syntax, arguments);
    const TypePtr from = ValueType(TypeOfArgument(arguments, 0)), type = arrow::timestamp(unit);
    ResolvedCall call;
    call.fallible = true;
    call.result = ResultField(type);
    for (size_t i = 1; i < arguments.size(); ++i) {
      if (!IsText(*ValueType(TypeOfArgument(arguments, i)))) return NoMatch(name, syntax, arguments);
    }
    call.argument_types.assign(arguments.size(), arrow::utf8());
    const int64_t per_second = UnitsPerSecond(unit);
    if (IsText(*from) || from->id() == Type::NA) {
      call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
          auto value = ReadText(rows, i);
          auto number = value ? InUnit(*value, per_second) : std::nullopt;
          if (!number) {
            *error = rows.arguments() > 1 ? Error(ErrorKind::kExecution, "Error parsing timestamp from '", rows.text(0, i), "' using format '", rows.text(rows.arguments() - 1, i), "'") : NoTimestamp(rows.text(0, i));
            return Cell::kFail;
          }
          *out = *number;
          return Cell::kValue;
        });
      };
      return call;
    }
    if (IsTimestamp(*from) || from->id() == Type::DATE32 || from->id() == Type::DATE64) {
      const std::string zone = IsTimestamp(*from) ? static_cast<const arrow::TimestampType&>(*from).timezone() : "";
      call.argument_types[0] = arrow::timestamp(unit, zone);
      // The instant stays, the zone goes.
      call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<int64_t>(context, {values[0]}, n, type, [](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
          *out = rows.value<int64_t>(0, i);
          return Cell::kValue;
        });
      };
      return call;
    }
    if (!IsNumeric(*from)) return NoMatch(name, syntax, arguments);
    const bool whole = IsInteger(*from);
    call.argument_types[0] = whole ? arrow::int64() : arrow::float64();
    const int64_t number_per_second = UnitsPerSecond(number_unit);
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      // Formats mean nothing to numbers, even where they are NULL.
      return FixedRows<int64_t>(context, {values[0]}, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        bool bad = false;
        if (whole) {
          const int64_t value = rows.value<int64_t>(0, i);
          if (per_second >= number_per_second) bad = __builtin_mul_overflow(value, per_second / number_per_second, out);
          else *out = value / (number_per_second / per_second);
        } else {
          const double value = rows.value<double>(0, i) * (static_cast<double>(per_second) / static_cast<double>(number_per_second));
          bad = std::abs(value) >= 9.2e18;
          *out = bad || std::isnan(value) ? 0 : static_cast<int64_t>(value);
        }
        if (!bad) return Cell::kValue;
        *error = Error(ErrorKind::kExecution, "Arithmetic overflow: a number is out of the range of ", type->ToString());
        return Cell::kFail;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeToDate() {
  FunctionSpec spec = Spec("to_date", "A date from a text (by formats, if given) or a number of days.", "to_date(expression[, ..., format_n])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("to_date", syntax, arguments);
    const TypePtr from = ValueType(TypeOfArgument(arguments, 0));
    ResolvedCall call;
    call.fallible = true;
    call.result = ResultField(arrow::date32());
    call.argument_types.assign(arguments.size(), arrow::utf8());
    if (IsFloat(*from) || IsDecimal(*from)) {  // whole days of it
      call.argument_types[0] = arrow::float64();
      call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<int32_t>(context, values, n, arrow::date32(), [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
          const double days = std::trunc(rows.value<double>(0, i));
          if (!(days >= INT32_MIN && days <= INT32_MAX)) {
            *error = Error(ErrorKind::kUnknown, "Cast error: Can't cast value ", days, " to type Int32");
            return Cell::kFail;
          }
          *out = static_cast<int32_t>(days);
          return Cell::kValue;
        });
      };
      return call;
    }
    if (!IsText(*from) && from->id() != Type::NA) {
      ARROW_RETURN_NOT_OK(CheckCast(*from, *arrow::date32()));
      call.argument_types[0] = arrow::date32();
      call.kernel = [](KernelContext&, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> { return values[0]; };
      return call;
    }
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(context, values, n, arrow::date32(), [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
        auto value = ReadText(rows, i);
        const int64_t day = value ? FloorDiv(value->seconds, kSecondsPerDay) : INT64_MAX;
        if (day > INT32_MAX || day < INT32_MIN) {
          *error = rows.arguments() > 1 ? Error(ErrorKind::kExecution, "Error parsing timestamp from '", rows.text(0, i), "' using format '", rows.text(rows.arguments() - 1, i), "'") : NoTimestamp(rows.text(0, i));
          return Cell::kFail;
        }
        *out = static_cast<int32_t>(day);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeFromUnixtime() {
  FunctionSpec spec = Spec("from_unixtime", "A timestamp in seconds from a number of seconds, of a zone if given.", "from_unixtime(expression[, timezone])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 2 || !(IsNumeric(*ValueType(TypeOfArgument(arguments, 0))) || TypeOfArgument(arguments, 0)->id() == Type::NA)) return NoMatch("from_unixtime", syntax, arguments);
    std::string zone;
    if (arguments.size() == 2) {
      auto text = LiteralText(arguments, 1);
      if (!text) return Error(ErrorKind::kPlan, "from_unixtime requires its second argument to be a constant string");
      zone = *text;
    }
    ResolvedCall call;
    call.argument_types = {arrow::int64()};
    if (arguments.size() == 2) call.argument_types.push_back(arrow::utf8());
    const TypePtr type = arrow::timestamp(arrow::TimeUnit::SECOND, zone);
    call.result = ResultField(type);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) { return CastDatum(context, values[0], type); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeToUnixtime() {
  FunctionSpec spec = Spec("to_unixtime", "Seconds since 1970 of a timestamp, a date or a text.", "to_unixtime(expression[, ..., format_n])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("to_unixtime", syntax, arguments);
    const TypePtr from = ValueType(TypeOfArgument(arguments, 0));
    ResolvedCall call;
    call.fallible = true;
    call.result = ResultField(arrow::int64());
    call.argument_types.assign(arguments.size(), arrow::utf8());
    if (IsText(*from) || from->id() == Type::NA) {
      call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<int64_t>(context, values, n, arrow::int64(), [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
          auto value = ReadText(rows, i);
          if (!value) {
            *error = rows.arguments() > 1 ? Error(ErrorKind::kExecution, "Error parsing timestamp from '", rows.text(0, i), "' using format '", rows.text(rows.arguments() - 1, i), "'") : NoTimestamp(rows.text(0, i));
            return Cell::kFail;
          }
          *out = value->seconds;
          return Cell::kValue;
        });
      };
      return call;
    }
    const std::string zone = IsTimestamp(*from) ? static_cast<const arrow::TimestampType&>(*from).timezone() : "";
    const TypePtr seconds = IsNumeric(*from) ? arrow::int64() : arrow::timestamp(arrow::TimeUnit::SECOND, zone);
    ARROW_RETURN_NOT_OK(CheckCast(*from, *seconds));
    call.argument_types[0] = seconds;
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) { return CastDatum(context, values[0], arrow::int64()); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeToLocalTime() {
  FunctionSpec spec = Spec("to_local_time", "The wall clock time of a timestamp's zone, without the zone.", "to_local_time(expression)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    TypePtr from = arguments.size() == 1 ? ValueType(TypeOfArgument(arguments, 0)) : nullptr;
    if (from && from->id() == Type::NA) from = arrow::timestamp(arrow::TimeUnit::NANO);
    if (!from || !IsTimestamp(*from)) return NoMatch("to_local_time", syntax, arguments);
    const auto& timestamp = static_cast<const arrow::TimestampType&>(*from);
    std::shared_ptr<const TimeZone> zone;
    if (!timestamp.timezone().empty()) {
      ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(timestamp.timezone()));
    }
    const TypePtr type = arrow::timestamp(timestamp.unit());
    const int64_t per_second = UnitsPerSecond(timestamp.unit());
    ResolvedCall call;
    call.argument_types = {from};
    call.result = ResultField(type);
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
        const int64_t value = rows.value<int64_t>(0, i);
        *out = value + (zone ? zone->OffsetAt(FloorDiv(value, per_second)) * per_second : 0);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Durations as text: "pretty", or (any other format) as the session shows them; "iso8601".
arrow::Result<ResolvedCall> DurationText(const TypePtr& type) {
  const auto unit = static_cast<const arrow::DurationType&>(*type).unit();
  const int64_t per_second = UnitsPerSecond(unit);
  const int places = 3 * static_cast<int>(unit);
  ResolvedCall call;
  call.argument_types = {type, arrow::utf8()};
  call.result = ResultField(arrow::utf8());
  call.kernel = [per_second, places](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
    return TextRows(context, values, n, arrow::utf8(), [&](const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
      const int64_t value = rows.value<int64_t>(0, i);
      const bool iso = rows.text(1, i) == "iso8601";
      const int64_t seconds = value / per_second, rest = std::abs(value % per_second);
      std::string fraction = std::to_string(rest);
      fraction.insert(0, static_cast<size_t>(std::max<int>(0, places - static_cast<int>(fraction.size()))), '0');
      if (iso) {
        if (value == 0) return *out = "P0D", Cell::kValue;
        *out = (value < 0 ? "-PT" : "PT") + std::to_string(std::abs(seconds));
        while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
        if (rest != 0) *out += "." + fraction;
        *out += "S";
        return Cell::kValue;
      }
      const bool negative = value < 0;
      *out = std::to_string(seconds / 86400) + " days " + std::to_string(seconds / 3600 % 24) + " hours " + std::to_string(seconds / 60 % 60) + " mins " +
             (negative && seconds % 60 == 0 && rest != 0 ? "-" : "") + std::to_string(seconds % 60) + (places ? "." + fraction : "") + " secs";
      return Cell::kValue;
    });
  };
  return call;
}

ScalarFunctionPtr MakeToTime() {
  FunctionSpec spec = Spec("to_time", "A time of day from a text (by formats, if given) or a timestamp.", "to_time(expression[, ..., format_n])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("to_time", syntax, arguments);
    const TypePtr from = ValueType(TypeOfArgument(arguments, 0)), type = arrow::time64(arrow::TimeUnit::NANO);
    ResolvedCall call;
    call.fallible = true;
    call.result = ResultField(type);
    call.argument_types.assign(arguments.size(), arrow::utf8());
    if (IsTimestamp(*from)) {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(*from);
      const int64_t per_second = UnitsPerSecond(timestamp.unit());
      std::shared_ptr<const TimeZone> zone;
      if (!timestamp.timezone().empty()) {
        ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(timestamp.timezone()));
      }
      call.argument_types[0] = from;
      call.kernel = [type, per_second, zone](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
        return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
          const int64_t value = rows.value<int64_t>(0, i);
          const int64_t offset = zone ? zone->OffsetAt(FloorDiv(value, per_second)) : 0;
          *out = FloorMod(FloorMod(value, per_second * kSecondsPerDay) + offset * per_second, per_second * kSecondsPerDay) * (kNanosPerSecond / per_second);
          return Cell::kValue;
        });
      };
      return call;
    }
    if (!IsText(*from) && from->id() != Type::NA) return Error(ErrorKind::kPlan, "Unsupported data type ", from->ToString(), " for function to_time");
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, values, n, type, [&](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        const std::string_view text = rows.text(0, i);
        std::optional<ParsedTimestamp> value;
        std::string tried;
        auto attempt = [&](std::string_view format) {
          if (!value) value = ParseWithFormat(text, format, true);
          tried += (tried.empty() ? "\"" : ", \"") + std::string(format) + "\"";
        };
        for (size_t a = 1; a < rows.arguments(); ++a) attempt(rows.text(a, i));
        for (const char* format : {"%H:%M:%S%.f", "%H:%M:%S", "%H:%M"}) {
          if (rows.arguments() == 1) attempt(format);
        }
        if (!value) {
          *error = Error(ErrorKind::kExecution, "Error parsing '", text, "' as time. Tried formats: [", tried, "]");
          return Cell::kFail;
        }
        *out = FloorMod(value->seconds, kSecondsPerDay) * kNanosPerSecond + value->nanos;
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeToChar() {
  FunctionSpec spec = Spec("to_char", "A date, time or timestamp as text, by a format of strftime.", "to_char(expression, format)", {"date_format"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("to_char", syntax, arguments);
    TypePtr from = ValueType(TypeOfArgument(arguments, 0));
    if (from->id() == Type::NA) from = arrow::timestamp(arrow::TimeUnit::NANO);
    if (IsText(*from)) from = arrow::timestamp(arrow::TimeUnit::NANO, "+00:00");
    if (from->id() == Type::DURATION) return DurationText(from);
    if (!IsTemporal(*from)) return NoMatch("to_char", syntax, arguments);
    const bool time = from->id() == Type::TIME32 || from->id() == Type::TIME64;
    std::shared_ptr<const TimeZone> zone;
    if (IsTimestamp(*from) && !static_cast<const arrow::TimestampType&>(*from).timezone().empty()) {
      ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(static_cast<const arrow::TimestampType&>(*from).timezone()));
    }
    ResolvedCall call;
    call.fallible = true;
    // Nanoseconds don't reach all dates: milliseconds do, and timestamps keep their unit.
    TypePtr type = time ? arrow::time64(arrow::TimeUnit::NANO) : IsTimestamp(*from) ? from : arrow::timestamp(arrow::TimeUnit::MILLI);
    const int64_t per_second = time ? kNanosPerSecond : UnitsPerSecond(static_cast<const arrow::TimestampType&>(*type).unit());
    call.argument_types = {type, arrow::utf8()};
    call.result = ResultField(arrow::utf8());
    call.kernel = [=](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return TextRows(context, values, n, arrow::utf8(), [&](const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
        const int64_t value = rows.value<int64_t>(0, i), utc = FloorDiv(value, per_second);
        const int32_t offset = zone ? zone->OffsetAt(utc) : 0;
        const auto nanos = static_cast<int32_t>(FloorMod(value, per_second) * (kNanosPerSecond / per_second));
        if (FormatMoment(utc + offset, nanos, zone ? std::optional(offset) : std::nullopt, rows.text(1, i), out)) return Cell::kValue;
        *error = Error(ErrorKind::kExecution, "Cannot format with '", rows.text(1, i), "'");
        return Cell::kFail;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddDatetimeParseFunctions(std::vector<ScalarFunctionPtr>* out) {
  using arrow::TimeUnit;
  out->push_back(MakeToTimestamp("to_timestamp", TimeUnit::NANO, TimeUnit::SECOND));
  out->push_back(MakeToTimestamp("to_timestamp_seconds", TimeUnit::SECOND, TimeUnit::SECOND));
  out->push_back(MakeToTimestamp("to_timestamp_millis", TimeUnit::MILLI, TimeUnit::MILLI));
  out->push_back(MakeToTimestamp("to_timestamp_micros", TimeUnit::MICRO, TimeUnit::MICRO));
  out->push_back(MakeToTimestamp("to_timestamp_nanos", TimeUnit::NANO, TimeUnit::NANO));
  out->push_back(MakeToDate());
  out->push_back(MakeToTime());
  out->push_back(MakeFromUnixtime());
  out->push_back(MakeToUnixtime());
  out->push_back(MakeToLocalTime());
  out->push_back(MakeToChar());
}

}  // namespace bowstring
