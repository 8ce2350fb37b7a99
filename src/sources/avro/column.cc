// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/avro/column.h"

#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/array/array_dict.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/array/util.h>
#include <arrow/buffer_builder.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

namespace bowstring::avro {
namespace {

using arrow::Result;
using arrow::Status;

Status Damaged(const char* what) { return Error(ErrorKind::kExecution, "Avro error: damaged data: ", what); }

Status Long(Input& input, int64_t* out) {
  return ReadLong(input.data, input.size, &input.at, out) ? Status::OK() : Damaged("a number doesn't end");
}
Status Bytes(Input& input, int64_t size, const uint8_t** out) {
  if (size < 0 || size > input.size - input.at) return Damaged("a value is longer than its block");
  *out = input.data + input.at;
  input.at += size;
  return Status::OK();
}
Status Sized(Input& input, const uint8_t** out, int64_t* size) {
  ARROW_RETURN_NOT_OK(Long(input, size));
  return Bytes(input, *size, out);
}

/// The branch of a union: whether it is NULL.
Result<bool> IsNull(const Type& type, Input& input) {
  if (type.null_branch < 0) return false;
  int64_t branch;
  ARROW_RETURN_NOT_OK(Long(input, &branch));
  if (branch != 0 && branch != 1) return Damaged("a union's branch");
  return branch == type.null_branch;
}

// The items of an array or map come in runs; `each` is called for every item.
template <typename Each>
Status Runs(Input& input, Each each) {
  while (true) {
    int64_t count, bytes;
    ARROW_RETURN_NOT_OK(Long(input, &count));
    if (count == 0) return Status::OK();
    if (count < 0) {
      ARROW_RETURN_NOT_OK(Long(input, &bytes));
      if (count == INT64_MIN) return Damaged("a run's length");
      count = -count;
    }
    // An item of no bytes would never use a damaged count up.
    if (count > (int64_t{1} << 31)) return Damaged("a run's length");
    for (; count > 0; --count) ARROW_RETURN_NOT_OK(each());
  }
}

class NullColumn final : public Column {
 public:
  Status Value(Input&) override { return Null(); }
  Status Null() override {
    ++rows_;
    return Status::OK();
  }
  Result<std::shared_ptr<arrow::Array>> Finish() override { return arrow::MakeArray(arrow::ArrayData::Make(arrow::null(), rows_, {nullptr}, rows_)); }

 private:
  int64_t rows_ = 0;
};

/// Values of one builder; `Reader` reads one value into it.
template <typename Builder, typename Reader>
class PlainColumn final : public Column {
 public:
  PlainColumn(const Type& type, std::unique_ptr<Builder> builder, Reader reader) : type_(type), builder_(std::move(builder)), reader_(std::move(reader)) {}
  Status Value(Input& input) override {
    ARROW_ASSIGN_OR_RAISE(const bool null, IsNull(type_, input));
    return null ? builder_->AppendNull() : reader_(input, *builder_);
  }
  Status Null() override { return builder_->AppendNull(); }
  Result<std::shared_ptr<arrow::Array>> Finish() override {
    std::shared_ptr<arrow::Array> out;
    ARROW_RETURN_NOT_OK(builder_->Finish(&out));
    if (type_.arrow->id() == arrow::Type::DICTIONARY) {
      arrow::StringBuilder symbols;
      for (const auto& name : type_.names) ARROW_RETURN_NOT_OK(symbols.Append(name));
      ARROW_ASSIGN_OR_RAISE(auto dictionary, symbols.Finish());
      return arrow::DictionaryArray::FromArrays(type_.arrow, out, dictionary);
    }
    return out->type()->Equals(*type_.arrow) ? out : out->View(type_.arrow);
  }

 private:
  const Type type_;
  std::unique_ptr<Builder> builder_;
  Reader reader_;
};

template <typename Builder, typename Reader>
std::unique_ptr<Column> Plain(const Type& type, std::unique_ptr<Builder> builder, Reader reader) {
  return std::make_unique<PlainColumn<Builder, Reader>>(type, std::move(builder), std::move(reader));
}

/// Validity, and the common part of nested columns.
class NestedColumn : public Column {
 public:
  NestedColumn(const Type& type, arrow::MemoryPool* pool) : type_(type), valid_(pool) {}
  Result<std::shared_ptr<arrow::Buffer>> Valid(int64_t* rows, int64_t* nulls) {
    *rows = valid_.length();
    *nulls = valid_.false_count();
    if (*nulls == 0) return nullptr;
    return valid_.Finish();
  }

 protected:
  const Type type_;
  arrow::TypedBufferBuilder<bool> valid_;
};

class RecordColumn final : public NestedColumn {
 public:
  RecordColumn(const Type& type, std::vector<std::unique_ptr<Column>> children, arrow::MemoryPool* pool)
      : NestedColumn(type, pool), children_(std::move(children)) {}
  Status Value(Input& input) override {
    ARROW_ASSIGN_OR_RAISE(const bool null, IsNull(type_, input));
    if (null) return Null();
    for (auto& child : children_) ARROW_RETURN_NOT_OK(child->Value(input));
    return valid_.Append(true);
  }
  Status Null() override {
    for (auto& child : children_) ARROW_RETURN_NOT_OK(child->Null());
    return valid_.Append(false);
  }
  Result<std::shared_ptr<arrow::Array>> Finish() override {
    int64_t rows, nulls;
    ARROW_ASSIGN_OR_RAISE(auto valid, Valid(&rows, &nulls));
    std::vector<std::shared_ptr<arrow::ArrayData>> children;
    for (auto& child : children_) {
      ARROW_ASSIGN_OR_RAISE(auto array, child->Finish());
      children.push_back(array->data());
    }
    return arrow::MakeArray(arrow::ArrayData::Make(type_.arrow, rows, {std::move(valid)}, std::move(children), nulls));
  }

 private:
  std::vector<std::unique_ptr<Column>> children_;
};

/// Arrays, and maps with their keys.
class RunsColumn final : public NestedColumn {
 public:
  RunsColumn(const Type& type, std::unique_ptr<Column> items, arrow::MemoryPool* pool)
      : NestedColumn(type, pool), items_(std::move(items)), keys_(pool), ends_(pool) {}
  Status Value(Input& input) override {
    ARROW_ASSIGN_OR_RAISE(const bool null, IsNull(type_, input));
    if (null) return Null();
    ARROW_RETURN_NOT_OK(Runs(input, [&]() -> Status {
      if (count_ == std::numeric_limits<int32_t>::max()) return Damaged("an array is too long");
      if (type_.kind == Kind::kMap) {
        const uint8_t* key;
        int64_t size;
        ARROW_RETURN_NOT_OK(Sized(input, &key, &size));
        if (!arrow::util::ValidateUTF8(key, size)) return Damaged("text that is no UTF-8");
        ARROW_RETURN_NOT_OK(keys_.Append(key, static_cast<int32_t>(size)));
      }
      ++count_;
      return items_->Value(input);
    }));
    ARROW_RETURN_NOT_OK(ends_.Append(count_));
    return valid_.Append(true);
  }
  Status Null() override {
    ARROW_RETURN_NOT_OK(ends_.Append(count_));
    return valid_.Append(false);
  }
  Result<std::shared_ptr<arrow::Array>> Finish() override {
    int64_t rows, nulls;
    ARROW_ASSIGN_OR_RAISE(auto valid, Valid(&rows, &nulls));
    ARROW_ASSIGN_OR_RAISE(auto items, items_->Finish());
    std::vector<int32_t> offsets(static_cast<size_t>(rows) + 1, 0);
    if (rows > 0) std::memcpy(offsets.data() + 1, ends_.data(), static_cast<size_t>(rows) * 4);
    auto buffer = arrow::Buffer::FromVector(std::move(offsets));
    std::shared_ptr<arrow::ArrayData> child = items->data();
    if (type_.kind == Kind::kMap) {
      ARROW_ASSIGN_OR_RAISE(auto keys, keys_.Finish());
      child = arrow::ArrayData::Make(static_cast<const arrow::MapType&>(*type_.arrow).value_type(), count_, {nullptr}, {keys->data(), items->data()}, 0);
    }
    return arrow::MakeArray(arrow::ArrayData::Make(type_.arrow, rows, {std::move(valid), std::move(buffer)}, {std::move(child)}, nulls));
  }

 private:
  std::unique_ptr<Column> items_;
  arrow::StringBuilder keys_;
  arrow::TypedBufferBuilder<int32_t> ends_;
  int32_t count_ = 0;
};

Result<arrow::Decimal128> DecimalOf(const uint8_t* bytes, int64_t size) {
  if (size == 0) return arrow::Decimal128(0);
  auto value = arrow::Decimal128::FromBigEndian(bytes, static_cast<int32_t>(std::min<int64_t>(size, 1 << 20)));
  if (!value.ok()) return Damaged("a decimal of more than 16 bytes");
  return *value;
}

bool Uuid(const uint8_t* text, int64_t size, uint8_t* out) {
  int digits = 0;
  for (int64_t i = 0; i < size; ++i) {
    const uint8_t c = text[i];
    if (c == '-') continue;
    const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit < 0 || digits == 32) return false;
    out[digits / 2] = static_cast<uint8_t>(digits % 2 == 0 ? digit << 4 : out[digits / 2] | digit);
    ++digits;
  }
  return digits == 32;
}

}  // namespace

Result<std::unique_ptr<Column>> Column::Make(const Type& type, arrow::MemoryPool* pool) {
  switch (type.kind) {
    case Kind::kNull: return std::make_unique<NullColumn>();
    case Kind::kBoolean:
      return Plain(type, std::make_unique<arrow::BooleanBuilder>(pool), [](Input& input, arrow::BooleanBuilder& out) -> Status {
        const uint8_t* byte;
        ARROW_RETURN_NOT_OK(Bytes(input, 1, &byte));
        return out.Append(*byte != 0);
      });
    case Kind::kInt:
      return Plain(type, std::make_unique<arrow::Int32Builder>(pool), [](Input& input, arrow::Int32Builder& out) -> Status {
        int64_t value;
        ARROW_RETURN_NOT_OK(Long(input, &value));
        if (value != static_cast<int32_t>(value)) return Damaged("an int of more than 32 bits");
        return out.Append(static_cast<int32_t>(value));
      });
    case Kind::kLong:
      return Plain(type, std::make_unique<arrow::Int64Builder>(pool), [](Input& input, arrow::Int64Builder& out) -> Status {
        int64_t value;
        ARROW_RETURN_NOT_OK(Long(input, &value));
        return out.Append(value);
      });
    case Kind::kFloat:
      return Plain(type, std::make_unique<arrow::FloatBuilder>(pool), [](Input& input, arrow::FloatBuilder& out) -> Status {
        const uint8_t* bytes;
        ARROW_RETURN_NOT_OK(Bytes(input, 4, &bytes));
        float value;
        std::memcpy(&value, bytes, 4);
        return out.Append(value);
      });
    case Kind::kDouble:
      return Plain(type, std::make_unique<arrow::DoubleBuilder>(pool), [](Input& input, arrow::DoubleBuilder& out) -> Status {
        const uint8_t* bytes;
        ARROW_RETURN_NOT_OK(Bytes(input, 8, &bytes));
        double value;
        std::memcpy(&value, bytes, 8);
        return out.Append(value);
      });
    case Kind::kBytes:
      return Plain(type, std::make_unique<arrow::BinaryBuilder>(pool), [](Input& input, arrow::BinaryBuilder& out) -> Status {
        const uint8_t* bytes;
        int64_t size;
        ARROW_RETURN_NOT_OK(Sized(input, &bytes, &size));
        return out.Append(bytes, static_cast<int32_t>(size));
      });
    case Kind::kString:
      return Plain(type, std::make_unique<arrow::StringBuilder>(pool), [](Input& input, arrow::StringBuilder& out) -> Status {
        const uint8_t* bytes;
        int64_t size;
        ARROW_RETURN_NOT_OK(Sized(input, &bytes, &size));
        if (!arrow::util::ValidateUTF8(bytes, size)) return Damaged("text that is no UTF-8");
        return out.Append(bytes, static_cast<int32_t>(size));
      });
    case Kind::kEnum:
      return Plain(type, std::make_unique<arrow::Int32Builder>(pool), [count = static_cast<int64_t>(type.names.size())](Input& input, arrow::Int32Builder& out) -> Status {
        int64_t value;
        ARROW_RETURN_NOT_OK(Long(input, &value));
        if (value < 0 || value >= count) return Damaged("an enum's symbol");
        return out.Append(static_cast<int32_t>(value));
      });
    case Kind::kFixed:
    case Kind::kUuidFixed:
      return Plain(type, std::make_unique<arrow::FixedSizeBinaryBuilder>(type.arrow, pool), [size = type.size](Input& input, arrow::FixedSizeBinaryBuilder& out) -> Status {
        const uint8_t* bytes;
        ARROW_RETURN_NOT_OK(Bytes(input, size, &bytes));
        return out.Append(bytes);
      });
    case Kind::kUuidString:
      return Plain(type, std::make_unique<arrow::FixedSizeBinaryBuilder>(type.arrow, pool), [](Input& input, arrow::FixedSizeBinaryBuilder& out) -> Status {
        const uint8_t* bytes;
        int64_t size;
        ARROW_RETURN_NOT_OK(Sized(input, &bytes, &size));
        uint8_t uuid[16] = {};
        if (!Uuid(bytes, size, uuid)) return Damaged("a text that is no UUID");
        return out.Append(uuid);
      });
    case Kind::kDecimalBytes:
    case Kind::kDecimalFixed:
      return Plain(type, std::make_unique<arrow::Decimal128Builder>(type.arrow, pool),
                   [fixed = type.kind == Kind::kDecimalFixed, size = type.size,
                    precision = static_cast<const arrow::Decimal128Type&>(*type.arrow).precision()](Input& input, arrow::Decimal128Builder& out) -> Status {
                     const uint8_t* bytes;
                     int64_t length = size;
                     if (fixed) ARROW_RETURN_NOT_OK(Bytes(input, size, &bytes));
                     else ARROW_RETURN_NOT_OK(Sized(input, &bytes, &length));
                     ARROW_ASSIGN_OR_RAISE(const auto value, DecimalOf(bytes, length));
                     if (!value.FitsInPrecision(precision)) return Damaged("a decimal of more digits than its type has");
                     return out.Append(value);
                   });
    case Kind::kDuration:
      return Plain(type, std::make_unique<arrow::MonthDayNanoIntervalBuilder>(pool), [](Input& input, arrow::MonthDayNanoIntervalBuilder& out) -> Status {
        const uint8_t* bytes;
        ARROW_RETURN_NOT_OK(Bytes(input, 12, &bytes));
        uint32_t parts[3];
        std::memcpy(parts, bytes, 12);
        return out.Append({static_cast<int32_t>(parts[0]), static_cast<int32_t>(parts[1]), static_cast<int64_t>(parts[2]) * 1000000});
      });
    case Kind::kRecord: {
      std::vector<std::unique_ptr<Column>> children;
      for (const auto& child : type.children) {
        ARROW_ASSIGN_OR_RAISE(auto column, Make(*child, pool));
        children.push_back(std::move(column));
      }
      return std::make_unique<RecordColumn>(type, std::move(children), pool);
    }
    case Kind::kArray:
    case Kind::kMap: {
      ARROW_ASSIGN_OR_RAISE(auto items, Make(*type.children[0], pool));
      return std::make_unique<RunsColumn>(type, std::move(items), pool);
    }
  }
  return Error(ErrorKind::kInternal, "an Avro type without column");
}

Status Skip(const Type& type, Input& input) {
  ARROW_ASSIGN_OR_RAISE(const bool null, IsNull(type, input));
  if (null) return Status::OK();
  const uint8_t* bytes;
  int64_t size;
  switch (type.kind) {
    case Kind::kNull: return Status::OK();
    case Kind::kBoolean: return Bytes(input, 1, &bytes);
    case Kind::kInt:
    case Kind::kLong:
    case Kind::kEnum: return Long(input, &size);
    case Kind::kFloat: return Bytes(input, 4, &bytes);
    case Kind::kDouble: return Bytes(input, 8, &bytes);
    case Kind::kBytes:
    case Kind::kString:
    case Kind::kUuidString:
    case Kind::kDecimalBytes: return Sized(input, &bytes, &size);
    case Kind::kFixed:
    case Kind::kUuidFixed:
    case Kind::kDecimalFixed:
    case Kind::kDuration: return Bytes(input, type.size, &bytes);
    case Kind::kRecord:
      for (const auto& child : type.children) ARROW_RETURN_NOT_OK(Skip(*child, input));
      return Status::OK();
    case Kind::kArray: return Runs(input, [&] { return Skip(*type.children[0], input); });
    case Kind::kMap:
      return Runs(input, [&]() -> Status {
        ARROW_RETURN_NOT_OK(Sized(input, &bytes, &size));
        return Skip(*type.children[0], input);
      });
  }
  return Status::OK();
}

}  // namespace bowstring::avro
