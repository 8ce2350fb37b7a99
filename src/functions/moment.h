// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cctype>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>

#include "functions/calendar.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/time_zone.h"
#include "functions/type_names.h"

namespace bowstring {

inline FunctionSpec DatetimeSpec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.aliases = std::move(aliases);
  spec.doc = {"datetime", std::move(description), std::move(syntax), ""};
  return spec;
}

/// The name of a unit or part of time as functions know it: in lower case, without quotes.
inline std::string UnitWord(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.size() > 1 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  return text;
}

/// A point in time split into its day and the nanoseconds since midnight, in the wall clock of its zone.
struct Moment {
  int64_t day = 0, nanos = 0;
  int64_t value = 0, per_second = 1;  // as it was given, in UTC
};

/// Values of a date, time or timestamp column as moments.
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
    } else if (type->id() == arrow::Type::TIME32) {
      out.per_second_ = UnitsPerSecond(static_cast<const arrow::Time32Type&>(*type).unit());
    } else if (type->id() == arrow::Type::TIME64) {
      out.per_second_ = UnitsPerSecond(static_cast<const arrow::Time64Type&>(*type).unit());
    } else if (type->id() == arrow::Type::DATE64) {
      out.per_second_ = 1000;
    }
    return out;
  }
  Moment Read(const Rows& rows, size_t a, int64_t i) const {
    const int64_t value = type_->byte_width() == 4 ? rows.value<int32_t>(a, i) : rows.value<int64_t>(a, i);
    Moment out;
    if (type_->id() == arrow::Type::DATE32) {
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

}  // namespace bowstring
