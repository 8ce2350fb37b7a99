// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <charconv>

#include <arrow/builder.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <arrow/util/utf8.h>

#include "functions/calendar.h"
#include "functions/cast_internal.h"
#include "functions/decimal_math.h"
#include "functions/text_build.h"
#include "functions/text_parse.h"
#include "functions/text_view.h"

namespace bowstring::cast {
namespace {

using arrow::Type;

arrow::Status CannotRead(const Job& job, int64_t i) {
  const std::string text = TextAt(job, i);
  switch (job.to->id()) {
    case Type::TIMESTAMP: return NoTimestamp(text);
    case Type::INTERVAL_MONTH_DAY_NANO: return Error(ErrorKind::kUnknown, "Parser error: Invalid input syntax for type interval: \"", text, "\"");
    default: break;
  }
  return Error(ErrorKind::kUnknown, "Cast error: Cannot cast ", job.to->id() == Type::BOOL ? "value '" : "string '", text, "' to value of ", TypeName(*job.to), " type");
}

template <typename T, typename Parse>
DataResult ParseRows(const Job& job, Parse parse) {
  return VisitText(*job.in, [&](auto text) {
    return ConvertRows<T>(
        job,
        [&](int64_t i, T* out) {
          auto value = parse(text[i]);
          if (!value) return false;
          *out = static_cast<T>(*value);
          return true;
        },
        [&](int64_t i) { return CannotRead(job, i); });
  });
}

DataResult ParseBools(const Job& job) {
  Job bytes{job.context, job.in, arrow::uint8(), job.mode, job.pool};
  auto result = VisitText(*job.in, [&](auto text) {
    return ConvertRows<uint8_t>(
        bytes,
        [&](int64_t i, uint8_t* out) {
          auto value = ParseBool(text[i]);
          if (!value) return false;
          *out = *value;
          return true;
        },
        [&](int64_t i) { return CannotRead(job, i); });
  });
  if (!result.ok()) return result;
  return CastArray(job.context, *result, arrow::boolean(), job.mode);
}

template <typename Out>
DataResult ParseDecimals(const Job& job) {
  const auto& type = static_cast<const arrow::DecimalType&>(*job.to);
  const int32_t scale = type.scale();
  const __int128 limit = PowerOfTen(type.precision());
  return ParseRows<Out>(job, [=](std::string_view text) -> std::optional<__int128> {
    auto value = ParseDecimal(text, scale);
    if (!value || *value >= limit || *value <= -limit) return std::nullopt;
    return value;
  });
}

// Wide decimals: rare, by Arrow's own parser.
DataResult ParseDecimals256(const Job& job) {
  const auto& type = static_cast<const arrow::DecimalType&>(*job.to);
  arrow::Decimal256Builder builder(job.to, job.pool);
  ARROW_RETURN_NOT_OK(builder.Reserve(job.in->length));
  return VisitText(*job.in, [&](auto text) -> DataResult {
    for (int64_t i = 0; i < job.in->length; ++i) {
      if (!job.in->IsValid(i)) {
        builder.UnsafeAppendNull();
        continue;
      }
      arrow::Decimal256 value;
      int32_t precision, scale;
      auto status = arrow::Decimal256::FromString(TrimBlanks(text[i]), &value, &precision, &scale);
      if (status.ok() && scale != type.scale()) {
        if (scale > type.scale()) {
          value = arrow::Decimal256(value.ReduceScaleBy(scale - type.scale(), true));
        } else {
          auto scaled = value.Rescale(scale, type.scale());
          status = scaled.status();
          if (scaled.ok()) value = *scaled;
        }
      }
      if (status.ok() && value.FitsInPrecision(type.precision())) {
        builder.UnsafeAppend(value);
      } else if (job.mode == CastMode::kTry) {
        builder.UnsafeAppendNull();
      } else {
        return CannotRead(job, i);
      }
    }
    ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
    return array->data();
  });
}

DataResult ParseTimestamps(const Job& job) {
  const auto& type = static_cast<const arrow::TimestampType&>(*job.to);
  const int64_t per_second = UnitsPerSecond(type.unit());
  std::shared_ptr<const TimeZone> zone;
  if (!type.timezone().empty()) {
    ARROW_ASSIGN_OR_RAISE(zone, TimeZone::Find(type.timezone()));
  }
  return ParseRows<int64_t>(job, [=](std::string_view text) -> std::optional<int64_t> {
    auto value = ParseTimestamp(text, zone.get());
    if (!value) return std::nullopt;
    const __int128 wide = static_cast<__int128>(value->seconds) * per_second + value->nanos / (kNanosPerSecond / per_second);
    if (wide > INT64_MAX || wide < INT64_MIN) return std::nullopt;
    return static_cast<int64_t>(wide);
  });
}

DataResult ParseTimes(const Job& job, arrow::TimeUnit::type unit) {
  const int64_t divisor = kNanosPerSecond / UnitsPerSecond(unit);
  auto parse = [divisor](std::string_view text) -> std::optional<int64_t> {
    auto value = ParseTime(text);
    return value ? std::optional(*value / divisor) : ParseInt<int64_t>(text);  // a plain number counts the type's own units
  };
  return job.to->byte_width() == 4 ? ParseRows<int32_t>(job, parse) : ParseRows<int64_t>(job, parse);
}

DataResult ParseTexts(const Job& job) {
  switch (job.to->id()) {
    case Type::BOOL: return ParseBools(job);
    case Type::INT8: return ParseRows<int8_t>(job, ParseInt<int8_t>);
    case Type::INT16: return ParseRows<int16_t>(job, ParseInt<int16_t>);
    case Type::INT32: return ParseRows<int32_t>(job, ParseInt<int32_t>);
    case Type::INT64: return ParseRows<int64_t>(job, ParseInt<int64_t>);
    case Type::UINT8: return ParseRows<uint8_t>(job, ParseInt<uint8_t>);
    case Type::UINT16: return ParseRows<uint16_t>(job, ParseInt<uint16_t>);
    case Type::UINT32: return ParseRows<uint32_t>(job, ParseInt<uint32_t>);
    case Type::UINT64: return ParseRows<uint64_t>(job, ParseInt<uint64_t>);
    case Type::FLOAT: return ParseRows<float>(job, ParseFloat);
    case Type::DOUBLE: return ParseRows<double>(job, ParseDouble);
    case Type::HALF_FLOAT: {
      return ParseRows<uint16_t>(job, [](std::string_view text) -> std::optional<uint16_t> {
        auto value = ParseFloat(text);
        return value ? std::optional(arrow::util::Float16(*value).bits()) : std::nullopt;
      });
    }
    case Type::DECIMAL32: return ParseDecimals<int32_t>(job);
    case Type::DECIMAL64: return ParseDecimals<int64_t>(job);
    case Type::DECIMAL128: return ParseDecimals<__int128>(job);
    case Type::DECIMAL256: return ParseDecimals256(job);
    case Type::DATE32: return ParseRows<int32_t>(job, ParseDate);
    case Type::DATE64:
      return ParseRows<int64_t>(job, [](std::string_view text) -> std::optional<int64_t> {
        auto days = ParseDate(text);
        return days ? std::optional(*days * kSecondsPerDay * 1000) : std::nullopt;
      });
    case Type::TIME32: return ParseTimes(job, static_cast<const arrow::Time32Type&>(*job.to).unit());
    case Type::TIME64: return ParseTimes(job, static_cast<const arrow::Time64Type&>(*job.to).unit());
    case Type::TIMESTAMP: return ParseTimestamps(job);
    case Type::INTERVAL_MONTH_DAY_NANO:
      return ParseRows<arrow::MonthDayNanoIntervalType::MonthDayNanos>(job, ParseInterval);
    case Type::INTERVAL_MONTHS:
      return ParseRows<int32_t>(job, [](std::string_view text) -> std::optional<int32_t> {
        auto value = ParseInterval(text);
        if (!value || value->days != 0 || value->nanoseconds != 0) return std::nullopt;
        return value->months;
      });
    case Type::INTERVAL_DAY_TIME:
      return ParseRows<arrow::DayTimeIntervalType::DayMilliseconds>(
          job, [](std::string_view text) -> std::optional<arrow::DayTimeIntervalType::DayMilliseconds> {
            auto value = ParseInterval(text);
            if (!value || value->months != 0 || value->nanoseconds % 1000000 != 0) return std::nullopt;
            const int64_t milliseconds = value->nanoseconds / 1000000;
            if (milliseconds > INT32_MAX || milliseconds < INT32_MIN) return std::nullopt;
            return arrow::DayTimeIntervalType::DayMilliseconds{value->days, static_cast<int32_t>(milliseconds)};
          });
    case Type::DURATION: {
      const int64_t divisor = kNanosPerSecond / UnitsPerSecond(static_cast<const arrow::DurationType&>(*job.to).unit());
      return ParseRows<int64_t>(job, [divisor](std::string_view text) -> std::optional<int64_t> {
        auto value = ParseInterval(text);
        if (!value || value->months != 0) return std::nullopt;
        const __int128 nanos = static_cast<__int128>(value->days) * kNanosPerDay + value->nanoseconds;
        if (nanos > INT64_MAX || nanos < INT64_MIN) return std::nullopt;
        return static_cast<int64_t>(nanos / divisor);
      });
    }
    default: return Error(ErrorKind::kNotImplemented, "Unsupported CAST from ", TypeName(*job.in->type), " to ", TypeName(*job.to));
  }
}

// Text from anything that has a text form.
DataResult WriteTexts(const Job& job) {
  ARROW_ASSIGN_OR_RAISE(auto write, MakeValueWriter(job.in));
  TextBuilder builder(job.to, job.pool);
  ARROW_RETURN_NOT_OK(builder.Reserve(job.in->length));
  const auto each = [&](auto&& text_of) -> arrow::Status {
    for (int64_t i = 0; i < job.in->length; ++i) ARROW_RETURN_NOT_OK(job.in->IsValid(i) ? builder.AppendPadded(text_of(i)) : builder.AppendNull());
    return arrow::Status::OK();
  };
  const auto numbers = [&](const auto* values) {
    char digits[std::max<size_t>(24, TextBuilder::kPadding)];
    return each([&](int64_t i) { return std::string_view(digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, values[i]).ptr - digits)); });
  };
  switch (job.in->type->id()) {
    case Type::INT32: ARROW_RETURN_NOT_OK(numbers(job.in->GetValues<int32_t>(1))); break;
    case Type::INT64: ARROW_RETURN_NOT_OK(numbers(job.in->GetValues<int64_t>(1))); break;
    default: {
      std::string text;
      text.reserve(2 * TextBuilder::kPadding);
      ARROW_RETURN_NOT_OK(each([&](int64_t i) {
        text.clear();
        write(i, &text);
        return std::string_view(text);
      }));
    }
  }
  return builder.Finish();
}

bool IsViewType(const arrow::DataType& type) { return type.id() == Type::STRING_VIEW || type.id() == Type::BINARY_VIEW; }

// Views over the text of a string array: nothing is copied where offsets fit 32 bits.
DataResult StringsToViews(const Job& job) {
  using View = arrow::BinaryViewType::c_type;
  const arrow::ArrayData& in = *job.in;
  const int64_t n = in.length;
  const auto& text_buffer = in.buffers[2];
  if (text_buffer && text_buffer->size() > INT32_MAX) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto views, arrow::AllocateBuffer(n * 16, job.pool));
  auto* out = reinterpret_cast<View*>(views->mutable_data());
  const char* base = text_buffer ? reinterpret_cast<const char*>(text_buffer->data()) : nullptr;
  bool long_text = false;
  VisitText(in, [&](auto text) {
    for (int64_t i = 0; i < n; ++i) {
      const std::string_view value = validity && !arrow::bit_util::GetBit(validity->data(), i) ? std::string_view() : text[i];
      View view{};
      const auto size = static_cast<int32_t>(value.size());
      if (size <= arrow::BinaryViewType::kInlineSize) {
        view.inlined.size = size;
        if (size > 0) std::memcpy(view.inlined.data.data(), value.data(), size);
      } else {
        view.ref.size = size;
        std::memcpy(view.ref.prefix.data(), value.data(), 4);
        view.ref.buffer_index = 0;
        view.ref.offset = static_cast<int32_t>(value.data() - base);
        long_text = true;
      }
      out[i] = view;
    }
  });
  auto result = std::make_shared<arrow::ArrayData>(job.to, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(views)},
                                                   validity ? arrow::kUnknownNullCount : 0, 0);
  if (long_text) result->buffers.push_back(text_buffer);
  return result;
}

DataResult CopyTexts(const Job& job) {
  TextBuilder builder(job.to, job.pool);
  ARROW_RETURN_NOT_OK(builder.Reserve(job.in->length));
  return VisitText(*job.in, [&](auto text) -> DataResult {
    for (int64_t i = 0; i < job.in->length; ++i) {
      if (job.in->IsValid(i)) {
        ARROW_RETURN_NOT_OK(builder.Append(text[i]));
      } else {
        ARROW_RETURN_NOT_OK(builder.AppendNull());
      }
    }
    return builder.Finish();
  });
}

// Bytes become text only where they are UTF-8.
DataResult CheckUtf8(const Job& job) {
  Job checked = job;
  int64_t bad = -1;
  std::shared_ptr<arrow::Buffer> own;
  const int64_t n = job.in->length;
  arrow::util::InitializeUTF8();  // before, everything is valid
  VisitText(*job.in, [&](auto text) {
    for (int64_t i = 0; i < n && bad < 0; ++i) {
      const std::string_view value = job.in->IsValid(i) ? text[i] : std::string_view();
      if (!arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(value.data()), static_cast<int64_t>(value.size()))) bad = i;
    }
  });
  if (bad < 0) return job.in;
  if (job.mode == CastMode::kChecked) {
    return Error(ErrorKind::kUnknown, "Invalid argument error: Encountered non UTF-8 data: bytes ", TextAt(job, bad), " in row ", bad);
  }
  ARROW_ASSIGN_OR_RAISE(own, arrow::AllocateEmptyBitmap(n, job.pool));
  VisitText(*job.in, [&](auto text) {
    for (int64_t i = 0; i < n; ++i) {
      if (!job.in->IsValid(i)) continue;
      const std::string_view value = text[i];
      if (arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(value.data()), static_cast<int64_t>(value.size()))) arrow::bit_util::SetBit(own->mutable_data(), i);
    }
  });
  ARROW_ASSIGN_OR_RAISE(auto copy, CopyTexts(Job{job.context, job.in, arrow::binary(), job.mode, job.pool}));
  copy->buffers[0] = own;
  copy->SetNullCount(arrow::kUnknownNullCount);
  return copy;
}

DataResult TextToText(const Job& job) {
  Job bytes = job;
  if (IsBytes(*job.in->type) && IsText(*job.to)) {
    ARROW_ASSIGN_OR_RAISE(bytes.in, CheckUtf8(job));
  }
  if (job.to->id() == Type::FIXED_SIZE_BINARY) {
    const int32_t width = job.to->byte_width();
    arrow::FixedSizeBinaryBuilder builder(job.to, job.pool);
    return VisitText(*bytes.in, [&](auto text) -> DataResult {
      for (int64_t i = 0; i < bytes.in->length; ++i) {
        if (!bytes.in->IsValid(i)) {
          ARROW_RETURN_NOT_OK(builder.AppendNull());
        } else if (static_cast<int32_t>(text[i].size()) == width) {
          ARROW_RETURN_NOT_OK(builder.Append(text[i]));
        } else if (job.mode == CastMode::kTry) {
          ARROW_RETURN_NOT_OK(builder.AppendNull());
        } else {
          return Error(ErrorKind::kUnknown, "Cast error: Failed to convert variable-length bytes of length ", text[i].size(), " to ", TypeName(*job.to));
        }
      }
      ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
      return array->data();
    });
  }
  // The same layout under another name.
  const auto layout = [](const arrow::DataType& type) {
    switch (type.id()) {
      case Type::STRING:
      case Type::BINARY: return 1;
      case Type::LARGE_STRING:
      case Type::LARGE_BINARY: return 2;
      case Type::STRING_VIEW:
      case Type::BINARY_VIEW: return 3;
      default: return 4;
    }
  };
  if (layout(*bytes.in->type) == layout(*job.to)) {
    auto copy = bytes.in->Copy();
    copy->type = job.to;
    return copy;
  }
  if (IsViewType(*job.to) && layout(*bytes.in->type) != 4) {
    ARROW_ASSIGN_OR_RAISE(auto views, StringsToViews(bytes));
    if (views) return views;
  }
  return CopyTexts(bytes);
}

bool IsTextOrBytes(const arrow::DataType& type) { return IsText(type) || IsBytes(type); }

// A whole number's bytes as they lie in memory, the lowest first.
bool IsBytesOfNumber(const arrow::DataType& from, const arrow::DataType& to) {
  return IsInteger(from) && (to.id() == Type::BINARY || to.id() == Type::LARGE_BINARY);
}

template <typename Builder>
DataResult BytesOfNumbers(const Job& job) {
  const int32_t width = job.in->type->byte_width();
  const uint8_t* values = job.in->buffers[1]->data() + job.in->offset * width;
  Builder builder(job.pool);
  ARROW_RETURN_NOT_OK(builder.Reserve(job.in->length));
  ARROW_RETURN_NOT_OK(builder.ReserveData(job.in->length * width));
  for (int64_t i = 0; i < job.in->length; ++i) {
    if (job.in->IsValid(i)) {
      builder.UnsafeAppend(values + i * width, width);
    } else {
      builder.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return array->data();
}

}  // namespace

bool IsTextCast(const arrow::DataType& from, const arrow::DataType& to) {
  if (IsTextOrBytes(from) && IsTextOrBytes(to)) return !(from.id() == Type::FIXED_SIZE_BINARY && IsText(to));
  if (IsText(from)) return IsNumeric(to) || to.id() == Type::BOOL || IsTemporal(to) || arrow::is_interval(to.id()) || to.id() == Type::DURATION;
  if (IsBytesOfNumber(from, to)) return true;
  if (!IsText(to)) return false;
  if (IsListLike(from)) {
    const arrow::DataType& item = *from.field(0)->type();
    return IsTextOrBytes(item) ? item.id() != Type::FIXED_SIZE_BINARY : IsTextCast(item, to);
  }
  return !arrow::is_nested(from.id()) && from.id() != Type::FIXED_SIZE_BINARY && from.id() != Type::EXTENSION;
}

DataResult Texts(const Job& job) {
  if (IsTextOrBytes(*job.in->type) && IsTextOrBytes(*job.to)) return TextToText(job);
  if (IsText(*job.in->type)) return ParseTexts(job);
  if (job.to->id() == Type::BINARY) return BytesOfNumbers<arrow::BinaryBuilder>(job);
  if (job.to->id() == Type::LARGE_BINARY) return BytesOfNumbers<arrow::LargeBinaryBuilder>(job);
  return WriteTexts(job);
}

}  // namespace bowstring::cast
