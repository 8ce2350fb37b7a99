// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/csv/convert.h"

#include <cstring>
#include <limits>
#include <type_traits>

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/util.h>
#include <arrow/compute/api_scalar.h>
#include <arrow/compute/initialize.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

#include "sources/text_value.h"

namespace bowstring::csv {
namespace {

using arrow::Result;
using arrow::Status;
using ArrayDataPtr = std::shared_ptr<arrow::ArrayData>;

/// Reads a column's fields one after the other.
class Reader {
 public:
  Reader(const FieldColumn& column, int64_t row) : column_(column), row_(row) {}
  /// The row's text; valid until the next call.
  std::string_view Next() {
    const Span& span = column_.records->at(row_++, column_.place);
    const std::string_view text(reinterpret_cast<const char*>(column_.data) + span.begin(), span.size());
    if (!span.raw()) [[likely]] return text;
    scratch_.clear();
    Unquote(text, *column_.dialect, &scratch_);
    return scratch_;
  }

 private:
  const FieldColumn& column_;
  int64_t row_;
  std::string scratch_;
};

/// A bitmap that comes into being with the first NULL.
class Validity {
 public:
  Validity(int64_t rows, arrow::MemoryPool* pool) : rows_(rows), pool_(pool) {}
  Status SetNull(int64_t i) {
    if (bits_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(bits_, arrow::AllocateBitmap(rows_, pool_));
      std::memset(bits_->mutable_data(), 0xff, static_cast<size_t>(bits_->size()));
    }
    arrow::bit_util::ClearBit(bits_->mutable_data(), i);
    ++nulls_;
    return Status::OK();
  }
  std::shared_ptr<arrow::Buffer> bits() const { return bits_; }
  int64_t nulls() const { return nulls_; }

 private:
  const int64_t rows_;
  arrow::MemoryPool* pool_;
  std::shared_ptr<arrow::Buffer> bits_;
  int64_t nulls_ = 0;
};

/// Which rows null_regex makes NULL, where there is one.
using NullMask = std::shared_ptr<arrow::BooleanArray>;

Result<ArrayDataPtr> Texts(const FieldColumn& column, int64_t row, int64_t rows, const NullMask& mask, bool empty_is_null, bool large,
                           arrow::MemoryPool* pool) {
  int64_t bytes = 0;
  // A raw field gets shorter: a bound.
  for (int64_t i = 0; i < rows; ++i) bytes += column.records->at(row + i, column.place).size();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::ResizableBuffer> data, arrow::AllocateResizableBuffer(bytes, pool));
  Validity validity(rows, pool);
  uint8_t* to = data->mutable_data();
  const uint8_t* const begin = to;
  Reader reader(column, row);
  auto fill = [&](auto* offsets) -> Status {
    using Offset = std::remove_pointer_t<decltype(offsets)>;
    for (int64_t i = 0; i < rows; ++i) {
      const std::string_view text = reader.Next();
      offsets[i] = static_cast<Offset>(to - begin);
      if (mask != nullptr ? mask->Value(i) : (text.empty() && empty_is_null)) {
        ARROW_RETURN_NOT_OK(validity.SetNull(i));
        continue;
      }
      std::memcpy(to, text.data(), text.size());
      to += text.size();
    }
    offsets[rows] = static_cast<Offset>(to - begin);
    return Status::OK();
  };
  const int64_t width = large ? 8 : 4;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((rows + 1) * width, pool));
  if (large) ARROW_RETURN_NOT_OK(fill(reinterpret_cast<int64_t*>(offsets->mutable_data())));
  else ARROW_RETURN_NOT_OK(fill(reinterpret_cast<int32_t*>(offsets->mutable_data())));
  if (to - begin < bytes) ARROW_RETURN_NOT_OK(data->Resize(to - begin, false));
  return arrow::ArrayData::Make(large ? arrow::large_utf8() : arrow::utf8(), rows, {validity.bits(), std::move(offsets), std::move(data)}, validity.nulls());
}

// Without the blanks around it.
std::string_view Bare(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// Values of fixed width; `parse` takes the text and a place.
template <typename T, typename Parse>
Result<ArrayDataPtr> Values(const FieldColumn& column, int64_t row, int64_t rows, const std::shared_ptr<arrow::DataType>& type, const NullMask& mask,
                            arrow::MemoryPool* pool, BadValue* bad, Parse parse) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> data, arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(T)), pool));
  Validity validity(rows, pool);
  auto* to = reinterpret_cast<T*>(data->mutable_data());
  Reader reader(column, row);
  for (int64_t i = 0; i < rows; ++i) {
    const std::string_view text = reader.Next();
    if (text.empty() || (mask != nullptr && mask->Value(i))) {
      to[i] = T{};
      ARROW_RETURN_NOT_OK(validity.SetNull(i));
    } else if (!parse(text, &to[i]) && !parse(Bare(text), &to[i])) [[unlikely]] {
      *bad = {true, row + i, std::string(text)};
      return nullptr;
    }
  }
  return arrow::ArrayData::Make(type, rows, {validity.bits(), std::move(data)}, validity.nulls());
}

template <typename T>
bool ParseSigned(std::string_view text, T* out) {
  int64_t value;
  if (!ParseInt64(text, &value) || value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return false;
  *out = static_cast<T>(value);
  return true;
}
template <typename T>
bool ParseUnsigned(std::string_view text, T* out) {
  uint64_t value;
  if (!ParseUInt64(text, &value) || value > std::numeric_limits<T>::max()) return false;
  *out = static_cast<T>(value);
  return true;
}

Result<ArrayDataPtr> Booleans(const FieldColumn& column, int64_t row, int64_t rows, const NullMask& mask, arrow::MemoryPool* pool, BadValue* bad) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> data, arrow::AllocateEmptyBitmap(rows, pool));
  Validity validity(rows, pool);
  Reader reader(column, row);
  for (int64_t i = 0; i < rows; ++i) {
    const std::string_view text = reader.Next();
    bool value = false;
    if (text.empty() || (mask != nullptr && mask->Value(i))) {
      ARROW_RETURN_NOT_OK(validity.SetNull(i));
    } else if (!ParseBool(text, &value)) {
      *bad = {true, row + i, std::string(text)};
      return nullptr;
    } else if (value) {
      arrow::bit_util::SetBit(data->mutable_data(), i);
    }
  }
  return arrow::ArrayData::Make(arrow::boolean(), rows, {validity.bits(), std::move(data)}, validity.nulls());
}

// Digits behind those that a decimal keeps are cut off, as the peer does; the cast would round.
Result<ArrayDataPtr> CutFractions(const ArrayDataPtr& texts, int32_t scale, arrow::MemoryPool* pool) {
  const arrow::StringArray array(texts);
  arrow::StringBuilder out(pool);
  for (int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i)) {
      ARROW_RETURN_NOT_OK(out.AppendNull());
      continue;
    }
    std::string_view text = Bare(array.GetView(i));
    const size_t point = text.find('.');
    const size_t most = point + 1 + static_cast<size_t>(std::max(scale, 0));
    if (point != std::string_view::npos && text.size() > most && text.find_first_not_of("0123456789", point + 1) == std::string_view::npos) {
      text = text.substr(0, most);
    }
    ARROW_RETURN_NOT_OK(out.Append(text));
  }
  ARROW_ASSIGN_OR_RAISE(const auto cut, out.Finish());
  return cut->data();
}

// By the language's cast; which value it was that failed is found by halves.
Result<ArrayDataPtr> ByCast(const FieldColumn& column, int64_t row, int64_t rows, const std::shared_ptr<arrow::DataType>& type, const NullMask& mask,
                            KernelContext& context, BadValue* bad) {
  ARROW_ASSIGN_OR_RAISE(auto texts, Texts(column, row, rows, mask, true, false, context.exec->memory_pool()));
  if (arrow::is_decimal(type->id())) {
    ARROW_ASSIGN_OR_RAISE(texts, CutFractions(texts, static_cast<const arrow::DecimalType&>(*type).scale(), context.exec->memory_pool()));
  }
  ARROW_ASSIGN_OR_RAISE(const auto cast, TextCast::Make(type));
  const auto array = arrow::MakeArray(texts);
  auto all = cast->Run(array, context);
  if (all.ok()) return (*all)->data();
  if (all.status().IsOutOfMemory() || all.status().IsCancelled()) return all.status();
  int64_t from = 0, count = rows;
  while (count > 1) {
    const int64_t half = count / 2;
    const auto left = cast->Run(array->Slice(from, half), context);
    if (left.ok()) {
      from += half;
      count -= half;
    } else {
      if (left.status().IsOutOfMemory()) return left.status();
      count = half;
    }
  }
  *bad = {true, row + from, static_cast<const arrow::StringArray&>(*array).GetString(from)};
  return nullptr;
}

Result<NullMask> MaskOf(const FieldColumn& column, int64_t row, int64_t rows, KernelContext& context) {
  if (column.null_regex == nullptr || column.null_regex->empty()) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto texts, Texts(column, row, rows, nullptr, false, false, context.exec->memory_pool()));
  static const arrow::Status kernels = arrow::compute::Initialize();  // Arrow registers most of its kernels only when told to
  ARROW_RETURN_NOT_OK(kernels);
  const arrow::compute::MatchSubstringOptions options("^$|(?:" + *column.null_regex + ")");  // an empty field stays NULL
  ARROW_ASSIGN_OR_RAISE(auto matches, arrow::compute::CallFunction("match_substring_regex", {arrow::Datum(texts)}, &options, context.exec));
  return std::static_pointer_cast<arrow::BooleanArray>(matches.make_array());
}

int64_t PerSecond(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return 1;
    case arrow::TimeUnit::MILLI: return 1000;
    case arrow::TimeUnit::MICRO: return 1000000;
    default: return 1000000000;
  }
}

}  // namespace

Result<ArrayDataPtr> Convert(const FieldColumn& column, int64_t row, int64_t rows, const std::shared_ptr<arrow::DataType>& type, KernelContext& context,
                             BadValue* bad) {
  arrow::MemoryPool* pool = context.exec->memory_pool();
  if (type->id() == arrow::Type::NA) {
    return arrow::ArrayData::Make(type, rows, {nullptr}, rows);
  }
  ARROW_ASSIGN_OR_RAISE(const NullMask mask, MaskOf(column, row, rows, context));
  switch (type->id()) {
    case arrow::Type::BOOL: return Booleans(column, row, rows, mask, pool, bad);
    case arrow::Type::INT8: return Values<int8_t>(column, row, rows, type, mask, pool, bad, ParseSigned<int8_t>);
    case arrow::Type::INT16: return Values<int16_t>(column, row, rows, type, mask, pool, bad, ParseSigned<int16_t>);
    case arrow::Type::INT32: return Values<int32_t>(column, row, rows, type, mask, pool, bad, ParseSigned<int32_t>);
    case arrow::Type::INT64: return Values<int64_t>(column, row, rows, type, mask, pool, bad, ParseInt64);
    case arrow::Type::UINT8: return Values<uint8_t>(column, row, rows, type, mask, pool, bad, ParseUnsigned<uint8_t>);
    case arrow::Type::UINT16: return Values<uint16_t>(column, row, rows, type, mask, pool, bad, ParseUnsigned<uint16_t>);
    case arrow::Type::UINT32: return Values<uint32_t>(column, row, rows, type, mask, pool, bad, ParseUnsigned<uint32_t>);
    case arrow::Type::UINT64: return Values<uint64_t>(column, row, rows, type, mask, pool, bad, ParseUnsigned<uint64_t>);
    case arrow::Type::DOUBLE: return Values<double>(column, row, rows, type, mask, pool, bad, ParseDouble);
    case arrow::Type::FLOAT:
      return Values<float>(column, row, rows, type, mask, pool, bad, [](std::string_view text, float* out) {
        double value;
        if (!ParseDouble(text, &value)) return false;
        *out = static_cast<float>(value);
        return true;
      });
    case arrow::Type::DATE32: {
      // Longer forms, such as a time behind the day, are the cast's business.
      BadValue here;
      ARROW_ASSIGN_OR_RAISE(auto days, Values<int32_t>(column, row, rows, type, mask, pool, &here, ParseDate));
      if (!here.found) return days;
      break;
    }
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(*type);
      if (!timestamp.timezone().empty() && timestamp.timezone() != "UTC" && timestamp.timezone() != "+00:00") break;
      BadValue here;
      ARROW_ASSIGN_OR_RAISE(auto values, Values<int64_t>(column, row, rows, type, mask, pool, &here, [unit = PerSecond(timestamp.unit())](std::string_view text, int64_t* out) {
                              return ParseTimestamp(text, unit, out);
                            }));
      if (!here.found) return values;
      break;
    }
    case arrow::Type::STRING: return Texts(column, row, rows, mask, true, false, pool);
    case arrow::Type::LARGE_STRING: return Texts(column, row, rows, mask, true, true, pool);
    default: break;
  }
  return ByCast(column, row, rows, type, mask, context, bad);
}

}  // namespace bowstring::csv
