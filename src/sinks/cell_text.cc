// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/cell_text.h"

#include <charconv>

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/decimal.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Type;

template <typename T>
void AppendInt(T value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

// The digits of a decimal of 64 bits with a point `scale` from the right.
void AppendShortDecimal(int64_t value, int32_t scale, std::string* out) {
  if (scale <= 0) {
    AppendInt(value, out);
    if (value != 0) out->append(static_cast<size_t>(-scale), '0');
    return;
  }
  char text[64];
  char* const end = text + sizeof text;
  char* at = end;
  uint64_t rest = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  int32_t digits = 0;
  while (rest != 0 || digits <= scale) {
    if (digits == scale) *--at = '.';
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
    ++digits;
  }
  if (value < 0) *--at = '-';
  out->append(at, static_cast<size_t>(end - at));
}

void AppendShortDate(int32_t days, std::string* out) {
  // Days to a civil date, for years 0 to 9999; March begins the year inside.
  if (days < -719468 + 366 || days > 2932896) {
    AppendDate(days, out);
    return;
  }
  const uint32_t z = static_cast<uint32_t>(days + 719468);
  const uint32_t era = z / 146097, doe = z - era * 146097;
  const uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const uint32_t d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9, y = yoe + era * 400 + (m <= 2);
  const char text[10] = {static_cast<char>('0' + y / 1000), static_cast<char>('0' + y / 100 % 10), static_cast<char>('0' + y / 10 % 10),
                         static_cast<char>('0' + y % 10), '-', static_cast<char>('0' + m / 10), static_cast<char>('0' + m % 10), '-',
                         static_cast<char>('0' + d / 10), static_cast<char>('0' + d % 10)};
  out->append(text, sizeof text);
}

int64_t PerSecond(arrow::TimeUnit::type unit) {
  constexpr int64_t kUnits[] = {1, 1000, 1000000, 1000000000};
  return kUnits[static_cast<int>(unit)];
}

void AppendIsoDuration(int64_t value, arrow::TimeUnit::type unit, std::string* out) {
  const int64_t per_second = PerSecond(unit);
  if (value == 0) {
    *out += "P0D";
    return;
  }
  const bool negative = value < 0;
  const uint64_t size = negative ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  *out += negative ? "-PT" : "PT";
  AppendInt(size / static_cast<uint64_t>(per_second), out);
  if (uint64_t rest = size % static_cast<uint64_t>(per_second); rest != 0) {
    std::string digits = std::to_string(rest + static_cast<uint64_t>(per_second)).substr(1);
    while (digits.back() == '0') digits.pop_back();
    *out += '.' + digits;
  }
  *out += 'S';
}

template <typename T>
ValueWriter IntWriter(const std::shared_ptr<arrow::ArrayData>& array) {
  return [array, values = array->GetValues<T>(1)](int64_t i, std::string* out) { AppendInt(values[i], out); };
}

template <typename ArrayType>
ValueWriter TextWriter(const std::shared_ptr<arrow::ArrayData>& array) {
  return [typed = std::make_shared<ArrayType>(array)](int64_t i, std::string* out) { *out += typed->GetView(i); };
}

// A moment as its format says; `read` gives units since 1970 (or midnight).
template <typename T>
ValueWriter Formatted(const std::shared_ptr<arrow::ArrayData>& array, int64_t per_second, int64_t seconds_per_value,
                      std::shared_ptr<const TimeZone> zone, const std::string& format) {
  return [=, values = array->GetValues<T>(1), keep = array](int64_t i, std::string* out) {
    const int64_t value = values[i];
    int64_t seconds = value / per_second, rest = value % per_second;
    if (rest < 0) {
      rest += per_second;
      --seconds;
    }
    seconds *= seconds_per_value;
    std::optional<int32_t> offset;
    if (zone != nullptr) {
      offset = zone->OffsetAt(seconds);
      seconds += *offset;
    }
    FormatMoment(seconds, static_cast<int32_t>(rest * (1000000000 / per_second)), offset, format, out);
  };
}

}  // namespace

arrow::Result<ValueWriter> MakeCellWriter(const std::shared_ptr<arrow::ArrayData>& array, const TimeFormats& formats) {
  const arrow::DataType& type = *array->type;
  switch (type.id()) {
    case Type::EXTENSION: {
      auto storage = array->Copy();
      storage->type = static_cast<const arrow::ExtensionType&>(type).storage_type();
      return MakeCellWriter(storage, formats);
    }
    case Type::INT8: return IntWriter<int8_t>(array);
    case Type::INT16: return IntWriter<int16_t>(array);
    case Type::INT32: return IntWriter<int32_t>(array);
    case Type::INT64: return IntWriter<int64_t>(array);
    case Type::UINT8: return IntWriter<uint8_t>(array);
    case Type::UINT16: return IntWriter<uint16_t>(array);
    case Type::UINT32: return IntWriter<uint32_t>(array);
    case Type::UINT64: return IntWriter<uint64_t>(array);
    case Type::STRING: return TextWriter<arrow::StringArray>(array);
    case Type::LARGE_STRING: return TextWriter<arrow::LargeStringArray>(array);
    case Type::STRING_VIEW: return TextWriter<arrow::StringViewArray>(array);
    case Type::DECIMAL64: {
      const int32_t scale = static_cast<const arrow::DecimalType&>(type).scale();
      return ValueWriter([array, scale, values = array->GetValues<int64_t>(1)](int64_t i, std::string* out) {
        AppendShortDecimal(values[i], scale, out);
      });
    }
    case Type::DECIMAL128: {
      const int32_t scale = static_cast<const arrow::DecimalType&>(type).scale();
      if (scale > 38 || scale < -20) break;
      return ValueWriter([array, scale](int64_t i, std::string* out) {
        const arrow::Decimal128 value(array->buffers[1]->data() + (array->offset + i) * 16);
        const auto low = static_cast<int64_t>(value.low_bits());
        if (value.high_bits() == (low < 0 ? -1 : 0)) {
          AppendShortDecimal(low, scale, out);
        } else {
          AppendDecimal(value.ToIntegerString(), scale, out);
        }
      });
    }
    case Type::DATE32:
      if (!formats.date.empty()) return Formatted<int32_t>(array, 1, 86400, nullptr, formats.date);
      return ValueWriter([array, values = array->GetValues<int32_t>(1)](int64_t i, std::string* out) { AppendShortDate(values[i], out); });
    case Type::DATE64:
      if (!formats.datetime.empty()) return Formatted<int64_t>(array, 1000, 1, nullptr, formats.datetime);
      break;
    case Type::TIME32:
      if (!formats.time.empty()) return Formatted<int32_t>(array, PerSecond(static_cast<const arrow::TimeType&>(type).unit()), 1, nullptr, formats.time);
      break;
    case Type::TIME64:
      if (!formats.time.empty()) return Formatted<int64_t>(array, PerSecond(static_cast<const arrow::TimeType&>(type).unit()), 1, nullptr, formats.time);
      break;
    case Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      const std::string& format = timestamp.timezone().empty() ? formats.timestamp : formats.timestamp_tz;
      if (format.empty()) break;
      std::shared_ptr<const TimeZone> zone;
      if (!timestamp.timezone().empty()) {
        ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(timestamp.timezone()));
      }
      return Formatted<int64_t>(array, PerSecond(timestamp.unit()), 1, std::move(zone), format);
    }
    case Type::DURATION: {
      const auto unit = static_cast<const arrow::DurationType&>(type).unit();
      return ValueWriter([array, unit, values = array->GetValues<int64_t>(1)](int64_t i, std::string* out) {
        AppendIsoDuration(values[i], unit, out);
      });
    }
    case Type::DICTIONARY: {
      ARROW_ASSIGN_OR_RAISE(auto value, MakeCellWriter(array->dictionary, formats));
      return ValueWriter([typed = std::make_shared<arrow::DictionaryArray>(array), value](int64_t i, std::string* out) {
        value(typed->GetValueIndex(i), out);
      });
    }
    default: break;
  }
  return MakeValueWriter(array);
}

std::function<bool(int64_t)> MakeNullTest(const std::shared_ptr<arrow::ArrayData>& array) {
  if (array->type->id() == Type::NA) return [](int64_t) { return true; };
  if (array->type->id() == Type::DICTIONARY && array->dictionary->GetNullCount() > 0) {
    return [typed = std::make_shared<arrow::DictionaryArray>(array)](int64_t i) {
      return typed->IsNull(i) || typed->dictionary()->IsNull(typed->GetValueIndex(i));
    };
  }
  if (array->buffers[0] == nullptr) return [](int64_t) { return false; };
  return [array, bits = array->buffers[0]->data(), offset = array->offset](int64_t i) { return !arrow::bit_util::GetBit(bits, offset + i); };
}

bool IsFreeText(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW: return true;
    case Type::DICTIONARY: return IsFreeText(*static_cast<const arrow::DictionaryType&>(type).value_type());
    default: return type.num_fields() > 0;
  }
}

}  // namespace bowstring
