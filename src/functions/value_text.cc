// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/value_text.h"

#include <charconv>
#include <cmath>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "functions/extension.h"
#include "functions/calendar.h"
#include "functions/time_zone.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;

constexpr int kMaxDepth = 64;

void AppendPadded(int64_t value, int width, std::string* out) {
  std::string digits = std::to_string(value);
  if (static_cast<int>(digits.size()) < width) out->append(width - digits.size(), '0');
  *out += digits;
}

// The form of Rust's ryu: digits with a point for small exponents, else d.ddde7.
template <typename T>
void AppendFloating(T value, int low, int high, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "-inf" : "inf";
    return;
  }
  if (value == 0) {
    *out += std::signbit(value) ? "-0.0" : "0.0";
    return;
  }
  char buffer[64];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, end - buffer);
  if (text[0] == '-') {
    *out += '-';
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  const int n = static_cast<int>(digits.size()), point = exponent + 1;
  if (n <= point && point <= high) {
    out->append(digits).append(point - n, '0').append(".0");
  } else if (0 < point && point <= high) {
    out->append(digits, 0, point).append(1, '.').append(digits, point);
  } else if (low < point && point <= 0) {
    out->append("0.").append(-point, '0').append(digits);
  } else {
    out->append(1, digits[0]);
    if (n > 1) out->append(1, '.').append(digits, 1);
    out->append("e").append(std::to_string(point - 1));
  }
}

void AppendFraction(int64_t nanos, std::string* out) {
  if (nanos == 0) return;
  *out += '.';
  if (nanos % 1000000 == 0) {
    AppendPadded(nanos / 1000000, 3, out);
  } else if (nanos % 1000 == 0) {
    AppendPadded(nanos / 1000, 6, out);
  } else {
    AppendPadded(nanos, 9, out);
  }
}

void AppendDuration(int64_t value, arrow::TimeUnit::type unit, std::string* out) {
  const int64_t per_second = UnitsPerSecond(unit);
  const int64_t seconds = value / per_second, rest = value % per_second;
  *out += std::to_string(seconds / 86400) + " days " + std::to_string(seconds / 3600 % 24) + " hours " +
          std::to_string(seconds / 60 % 60) + " mins ";
  if (per_second == 1) {
    *out += std::to_string(seconds % 60);
  } else {
    if (value < 0 && (seconds % 60 != 0 || rest != 0)) *out += '-';
    *out += std::to_string(std::abs(seconds % 60)) + ".";
    AppendPadded(std::abs(rest), 3 * static_cast<int>(unit), out);
  }
  *out += " secs";
}

template <typename Read>
ValueWriter Writer(std::shared_ptr<arrow::ArrayData> array, Read read) {
  return [array = std::move(array), read](int64_t i, std::string* out) { read(*array, i, out); };
}

template <typename T>
ValueWriter IntWriter(std::shared_ptr<arrow::ArrayData> array) {
  return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
    *out += std::to_string(data.GetValues<T>(1)[i]);
  });
}

template <typename T>
ValueWriter DecimalWriter(std::shared_ptr<arrow::ArrayData> array) {
  const int32_t scale = static_cast<const arrow::DecimalType&>(*array->type).scale();
  return Writer(std::move(array), [scale](const arrow::ArrayData& data, int64_t i, std::string* out) {
    const uint8_t* bytes = data.buffers[1]->data() + (data.offset + i) * static_cast<int64_t>(sizeof(T));
    T value(bytes);
    AppendDecimal(value.ToIntegerString(), scale, out);
  });
}

// Lists print their elements' texts, NULLs as nothing.
template <typename Bounds>
ValueWriter ListWriter(std::shared_ptr<arrow::ArrayData> array, ValueWriter element, Bounds bounds) {
  return [array, element = std::move(element), bounds](int64_t i, std::string* out) {
    auto [begin, end] = bounds(*array, i);
    const arrow::ArrayData& values = *array->child_data[0];
    *out += '[';
    for (int64_t k = begin; k < end; ++k) {
      if (k > begin) *out += ", ";
      if (values.IsValid(k)) element(k, out);
    }
    *out += ']';
  };
}

arrow::Result<ValueWriter> Make(std::shared_ptr<arrow::ArrayData> array, int depth);

template <typename Offset>
arrow::Result<ValueWriter> MakeList(std::shared_ptr<arrow::ArrayData> array, int depth) {
  ARROW_ASSIGN_OR_RAISE(auto element, Make(array->child_data[0], depth));
  return ListWriter(array, std::move(element), [](const arrow::ArrayData& data, int64_t i) {
    const Offset* offsets = data.GetValues<Offset>(1);
    return std::pair<int64_t, int64_t>(offsets[i], offsets[i + 1]);
  });
}

template <typename Offset>
arrow::Result<ValueWriter> MakeListView(std::shared_ptr<arrow::ArrayData> array, int depth) {
  ARROW_ASSIGN_OR_RAISE(auto element, Make(array->child_data[0], depth));
  return ListWriter(array, std::move(element), [](const arrow::ArrayData& data, int64_t i) {
    const Offset begin = data.GetValues<Offset>(1)[i];
    return std::pair<int64_t, int64_t>(begin, begin + data.GetValues<Offset>(2)[i]);
  });
}

arrow::Result<ValueWriter> MakeStruct(std::shared_ptr<arrow::ArrayData> array, int depth) {
  std::vector<ValueWriter> fields;
  for (const auto& child : array->child_data) {
    ARROW_ASSIGN_OR_RAISE(auto writer, Make(child, depth));
    fields.push_back(std::move(writer));
  }
  return ValueWriter([array, fields](int64_t i, std::string* out) {
    *out += '{';
    for (size_t f = 0; f < fields.size(); ++f) {
      if (f > 0) *out += ", ";
      *out += array->type->field(static_cast<int>(f))->name() + ": ";
      if (array->child_data[f]->IsValid(array->offset + i)) fields[f](array->offset + i, out);
    }
    *out += '}';
  });
}

arrow::Result<ValueWriter> MakeMap(std::shared_ptr<arrow::ArrayData> array, int depth) {
  auto entries = array->child_data[0];
  ARROW_ASSIGN_OR_RAISE(auto key, Make(entries->child_data[0], depth));
  ARROW_ASSIGN_OR_RAISE(auto value, Make(entries->child_data[1], depth));
  return ValueWriter([array, entries, key, value](int64_t i, std::string* out) {
    const int32_t* offsets = array->GetValues<int32_t>(1);
    *out += '{';
    for (int64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
      if (k > offsets[i]) *out += ", ";
      const int64_t at = entries->offset + k;
      if (entries->child_data[0]->IsValid(at)) key(at, out);
      *out += ": ";
      if (entries->child_data[1]->IsValid(at)) value(at, out);
    }
    *out += '}';
  });
}

template <typename ArrayType>
ValueWriter TextWriter(const std::shared_ptr<arrow::ArrayData>& array) {
  return [typed = std::make_shared<ArrayType>(array)](int64_t i, std::string* out) { *out += typed->GetView(i); };
}

template <typename ArrayType>
ValueWriter HexWriter(const std::shared_ptr<arrow::ArrayData>& array) {
  return [typed = std::make_shared<ArrayType>(array)](int64_t i, std::string* out) {
    constexpr char kHex[] = "0123456789abcdef";
    for (unsigned char c : std::string_view(typed->GetView(i))) {
      *out += kHex[c >> 4];
      *out += kHex[c & 15];
    }
  };
}

arrow::Result<ValueWriter> MakeTimestamp(std::shared_ptr<arrow::ArrayData> array) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array->type);
  const auto unit = type.unit();
  if (type.timezone().empty()) {
    return Writer(std::move(array), [unit](const arrow::ArrayData& data, int64_t i, std::string* out) {
      AppendTimestamp(data.GetValues<int64_t>(1)[i], unit, out);
    });
  }
  ARROW_ASSIGN_OR_RAISE(auto zone, TimeZone::Find(type.timezone()));
  return Writer(std::move(array), [unit, zone](const arrow::ArrayData& data, int64_t i, std::string* out) {
    const int64_t value = data.GetValues<int64_t>(1)[i], per_second = UnitsPerSecond(unit);
    const int32_t offset = zone->OffsetAt(FloorDiv(value, per_second));
    AppendTimestamp(value + offset * per_second, unit, out);
    AppendOffset(offset, zone->is_utc(), out);
  });
}

arrow::Result<ValueWriter> Make(std::shared_ptr<arrow::ArrayData> array, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "text of a type nested deeper than ", kMaxDepth);
  ++depth;
  switch (array->type->id()) {
    case Type::NA: return ValueWriter([](int64_t, std::string*) {});
    case Type::BOOL:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        *out += arrow::bit_util::GetBit(data.buffers[1]->data(), data.offset + i) ? "true" : "false";
      });
    case Type::INT8: return IntWriter<int8_t>(std::move(array));
    case Type::INT16: return IntWriter<int16_t>(std::move(array));
    case Type::INT32: return IntWriter<int32_t>(std::move(array));
    case Type::INT64: return IntWriter<int64_t>(std::move(array));
    case Type::UINT8: return IntWriter<uint8_t>(std::move(array));
    case Type::UINT16: return IntWriter<uint16_t>(std::move(array));
    case Type::UINT32: return IntWriter<uint32_t>(std::move(array));
    case Type::UINT64: return IntWriter<uint64_t>(std::move(array));
    case Type::HALF_FLOAT:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        const float value = arrow::util::Float16::FromBits(data.GetValues<uint16_t>(1)[i]).ToFloat();
        std::string text;
        AppendFloat(value, &text);
        if (text.ends_with(".0")) text.resize(text.size() - 2);
        *out += text;
      });
    case Type::FLOAT:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendFloat(data.GetValues<float>(1)[i], out);
      });
    case Type::DOUBLE:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendDouble(data.GetValues<double>(1)[i], out);
      });
    case Type::DECIMAL32: return DecimalWriter<arrow::Decimal32>(std::move(array));
    case Type::DECIMAL64: return DecimalWriter<arrow::Decimal64>(std::move(array));
    case Type::DECIMAL128: return DecimalWriter<arrow::Decimal128>(std::move(array));
    case Type::DECIMAL256: return DecimalWriter<arrow::Decimal256>(std::move(array));
    case Type::STRING: return TextWriter<arrow::StringArray>(array);
    case Type::LARGE_STRING: return TextWriter<arrow::LargeStringArray>(array);
    case Type::STRING_VIEW: return TextWriter<arrow::StringViewArray>(array);
    case Type::BINARY: return HexWriter<arrow::BinaryArray>(array);
    case Type::LARGE_BINARY: return HexWriter<arrow::LargeBinaryArray>(array);
    case Type::BINARY_VIEW: return HexWriter<arrow::BinaryViewArray>(array);
    case Type::FIXED_SIZE_BINARY: return HexWriter<arrow::FixedSizeBinaryArray>(array);
    case Type::DATE32:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendDate(data.GetValues<int32_t>(1)[i], out);
      });
    case Type::DATE64:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendTimestamp(data.GetValues<int64_t>(1)[i], arrow::TimeUnit::MILLI, out);
      });
    case Type::TIMESTAMP: return MakeTimestamp(std::move(array));
    case Type::TIME32: {
      const auto unit = static_cast<const arrow::Time32Type&>(*array->type).unit();
      return Writer(std::move(array), [unit](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendTime(data.GetValues<int32_t>(1)[i], unit, out);
      });
    }
    case Type::TIME64: {
      const auto unit = static_cast<const arrow::Time64Type&>(*array->type).unit();
      return Writer(std::move(array), [unit](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendTime(data.GetValues<int64_t>(1)[i], unit, out);
      });
    }
    case Type::DURATION: {
      const auto unit = static_cast<const arrow::DurationType&>(*array->type).unit();
      return Writer(std::move(array), [unit](const arrow::ArrayData& data, int64_t i, std::string* out) {
        AppendDuration(data.GetValues<int64_t>(1)[i], unit, out);
      });
    }
    case Type::INTERVAL_MONTHS:  // years and months, both said
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        const int32_t months = data.GetValues<int32_t>(1)[i];
        *out += std::to_string(FloorDiv(months, 12)) + " years " + std::to_string(FloorMod(months, 12)) + " mons";
      });
    case Type::INTERVAL_MONTH_DAY_NANO:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        const auto& value = data.GetValues<arrow::MonthDayNanoIntervalType::MonthDayNanos>(1)[i];
        AppendInterval(value.months, value.days, value.nanoseconds, out);
      });
    case Type::INTERVAL_DAY_TIME:
      return Writer(std::move(array), [](const arrow::ArrayData& data, int64_t i, std::string* out) {
        const auto& value = data.GetValues<arrow::DayTimeIntervalType::DayMilliseconds>(1)[i];
        AppendInterval(0, value.days, int64_t{value.milliseconds} * 1000000, out);
      });
    case Type::LIST: return MakeList<int32_t>(std::move(array), depth);
    case Type::LARGE_LIST: return MakeList<int64_t>(std::move(array), depth);
    case Type::LIST_VIEW: return MakeListView<int32_t>(std::move(array), depth);
    case Type::LARGE_LIST_VIEW: return MakeListView<int64_t>(std::move(array), depth);
    case Type::FIXED_SIZE_LIST: {
      ARROW_ASSIGN_OR_RAISE(auto element, Make(array->child_data[0], depth));
      const int64_t size = static_cast<const arrow::FixedSizeListType&>(*array->type).list_size();
      return ListWriter(array, std::move(element), [size](const arrow::ArrayData& data, int64_t i) {
        return std::pair<int64_t, int64_t>((data.offset + i) * size, (data.offset + i + 1) * size);
      });
    }
    case Type::STRUCT: return MakeStruct(std::move(array), depth);
    case Type::MAP: return MakeMap(std::move(array), depth);
    case Type::DICTIONARY: {
      auto typed = std::make_shared<arrow::DictionaryArray>(array);
      ARROW_ASSIGN_OR_RAISE(auto value, Make(array->dictionary, depth));
      return ValueWriter([typed, value](int64_t i, std::string* out) {
        const int64_t k = typed->GetValueIndex(i);
        if (typed->dictionary()->IsValid(k)) value(k, out);
      });
    }
    case Type::EXTENSION: return Make(StorageOf(*array), depth);
    default: return Error(ErrorKind::kNotImplemented, "text of values of type ", TypeName(*array->type));
  }
}

}  // namespace

arrow::Result<ValueWriter> MakeValueWriter(std::shared_ptr<arrow::ArrayData> array) { return Make(std::move(array), 0); }

arrow::Result<std::string> ScalarText(const arrow::Scalar& scalar) {
  std::string out;
  if (!scalar.is_valid) return out;
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(scalar, 1));
  ARROW_ASSIGN_OR_RAISE(auto writer, MakeValueWriter(array->data()));
  writer(0, &out);
  return out;
}

void AppendDouble(double value, std::string* out) { AppendFloating(value, -5, 16, out); }
void AppendFloat(float value, std::string* out) { AppendFloating(value, -6, 13, out); }

void AppendDate(int64_t days, std::string* out) {
  const CivilDate date = CivilFromDays(days);
  if (date.year > 9999) *out += '+';
  if (date.year < 0) *out += '-';
  AppendPadded(std::abs(date.year), 4, out);
  *out += '-';
  AppendPadded(date.month, 2, out);
  *out += '-';
  AppendPadded(date.day, 2, out);
}

void AppendTime(int64_t value, arrow::TimeUnit::type unit, std::string* out) {
  const int64_t per_second = UnitsPerSecond(unit);
  const int64_t seconds = FloorDiv(value, per_second);
  AppendPadded(seconds / 3600, 2, out);
  *out += ':';
  AppendPadded(seconds / 60 % 60, 2, out);
  *out += ':';
  AppendPadded(seconds % 60, 2, out);
  AppendFraction(FloorMod(value, per_second) * (kNanosPerSecond / per_second), out);
}

void AppendTimestamp(int64_t value, arrow::TimeUnit::type unit, std::string* out, char between) {
  const int64_t per_day = UnitsPerSecond(unit) * kSecondsPerDay;
  AppendDate(FloorDiv(value, per_day), out);
  *out += between;
  AppendTime(FloorMod(value, per_day), unit, out);
}

void AppendOffset(int32_t seconds, bool z, std::string* out) {
  if (z && seconds == 0) {
    *out += 'Z';
    return;
  }
  *out += seconds < 0 ? '-' : '+';
  AppendPadded(std::abs(seconds) / 3600, 2, out);
  *out += ':';
  AppendPadded(std::abs(seconds) / 60 % 60, 2, out);
}

void AppendDecimal(std::string digits, int32_t scale, std::string* out) {
  if (digits[0] == '-') {
    *out += '-';
    digits.erase(0, 1);
  }
  if (scale <= 0) {
    *out += digits;
    if (digits != "0") out->append(-scale, '0');
    return;
  }
  if (static_cast<int32_t>(digits.size()) <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  out->append(digits, 0, digits.size() - scale).append(1, '.').append(digits, digits.size() - scale);
}

void AppendInterval(int32_t months, int32_t days, int64_t nanos, std::string* out) {
  if (months == 0 && days == 0 && nanos == 0) {
    *out += "0 secs";
    return;
  }
  std::string text;
  auto part = [&](int64_t value, const char* unit) {
    if (value != 0) text += (text.empty() ? "" : " ") + std::to_string(value) + unit;
  };
  part(months, " mons");
  part(days, " days");
  part(nanos / (3600 * kNanosPerSecond), " hours");
  part(nanos / (60 * kNanosPerSecond) % 60, " mins");
  const int64_t seconds = nanos / kNanosPerSecond % 60, rest = nanos % kNanosPerSecond;
  if (seconds != 0 || rest != 0) {
    if (!text.empty()) text += ' ';
    if (nanos < 0) text += '-';
    text += std::to_string(std::abs(seconds)) + ".";
    AppendPadded(std::abs(rest), 9, &text);
    text += " secs";
  }
  *out += text;
}

void AppendInt128(__int128 value, std::string* out) {
  *out += arrow::Decimal128(static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)).ToIntegerString();
}

}  // namespace bowstring
