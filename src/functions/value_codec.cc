// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/value_codec.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <arrow/api.h>
#include <arrow/buffer_builder.h>
#include <arrow/compute/api.h>

#include <bowstring/error.h>

#include "functions/extension.h"
#include "functions/aggregate_loops.h"
#include "functions/arrow_kernels.h"
#include "functions/cast.h"

namespace bowstring {
namespace {

constexpr int kMaxDepth = 64;

bool IsFixed(const arrow::DataType& type) {
  return arrow::is_fixed_width(type.id()) && type.id() != arrow::Type::BOOL && type.id() != arrow::Type::DICTIONARY &&
         type.id() != arrow::Type::FIXED_SIZE_BINARY;
}
const std::shared_ptr<arrow::DataType>& ValueType(const arrow::DataType& dictionary) {
  return static_cast<const arrow::DictionaryType&>(dictionary).value_type();
}
const std::shared_ptr<arrow::DataType>& RunType(const arrow::DataType& runs) {
  return static_cast<const arrow::RunEndEncodedType&>(runs).value_type();
}
bool IsView(const arrow::DataType& type) { return type.id() == arrow::Type::LIST_VIEW || type.id() == arrow::Type::LARGE_LIST_VIEW; }
int32_t FixedWidth(const arrow::DataType& type) { return static_cast<const arrow::FixedWidthType&>(type).bit_width() / 8; }

arrow::Status Check(const arrow::DataType& type, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "values nested more than ", kMaxDepth, " deep");
  switch (type.id()) {
    case arrow::Type::NA: case arrow::Type::BOOL: return arrow::Status::OK();
    case arrow::Type::DICTIONARY: return Check(*ValueType(type), depth + 1);
    case arrow::Type::EXTENSION: return Check(*StorageType(type), depth + 1);
    case arrow::Type::RUN_END_ENCODED: return Check(*RunType(type), depth + 1);
    case arrow::Type::LIST: case arrow::Type::LARGE_LIST: case arrow::Type::LIST_VIEW: case arrow::Type::LARGE_LIST_VIEW: case arrow::Type::MAP: case arrow::Type::FIXED_SIZE_LIST: case arrow::Type::STRUCT:
      for (const auto& field : type.fields()) ARROW_RETURN_NOT_OK(Check(*field->type(), depth + 1));
      return arrow::Status::OK();
    default:
      if (TextColumn::Takes(type) || IsFixed(type)) return arrow::Status::OK();
      return Error(ErrorKind::kNotImplemented, "values of type ", type.ToString(), " in an aggregate or a group key");
  }
}

// ---- encode

// The run that a row is in.
int64_t RunAt(const arrow::Array& run_ends, int64_t row) {
  auto among = [row](const auto* ends, int64_t n) { return std::upper_bound(ends, ends + n, row) - ends; };
  switch (run_ends.type_id()) {
    case arrow::Type::INT16: return among(static_cast<const arrow::Int16Array&>(run_ends).raw_values(), run_ends.length());
    case arrow::Type::INT32: return among(static_cast<const arrow::Int32Array&>(run_ends).raw_values(), run_ends.length());
    default: return among(static_cast<const arrow::Int64Array&>(run_ends).raw_values(), run_ends.length());
  }
}

class Encoder {
 public:
  Encoder(bool canonical, arrow::MemoryPool* pool) : canonical_(canonical), bytes_(pool) {}

  arrow::Status Put(const arrow::ArrayData& data, int64_t i) {
    if (data.type->id() == arrow::Type::EXTENSION) return Put(*StorageOf(data), i);
    if (data.type->id() == arrow::Type::RUN_END_ENCODED) {
      const arrow::RunEndEncodedArray runs(data.Copy());
      return Put(*runs.values()->data(), RunAt(*runs.run_ends(), data.offset + i));
    }
    const bool valid = IsValid(data, i);
    // A dictionary's value is encoded as the value itself.
    if (valid && data.type->id() == arrow::Type::DICTIONARY) return Put(*data.dictionary, arrow::DictionaryArray(data.Copy()).GetValueIndex(i));
    ARROW_RETURN_NOT_OK(Byte(valid));
    if (!valid) return arrow::Status::OK();
    switch (data.type->id()) {
      case arrow::Type::BOOL: return Byte(arrow::bit_util::GetBit(data.buffers[1]->data(), data.offset + i));
      case arrow::Type::LIST: case arrow::Type::MAP: return PutList(data, data.GetValues<int32_t>(1)[i], data.GetValues<int32_t>(1)[i + 1]);
      case arrow::Type::LARGE_LIST: return PutList(data, data.GetValues<int64_t>(1)[i], data.GetValues<int64_t>(1)[i + 1]);
      case arrow::Type::LIST_VIEW: return PutView<int32_t>(data, i);
      case arrow::Type::LARGE_LIST_VIEW: return PutView<int64_t>(data, i);
      case arrow::Type::FIXED_SIZE_LIST: {
        const int64_t size = static_cast<const arrow::FixedSizeListType&>(*data.type).list_size();
        for (int64_t k = 0; k < size; ++k) ARROW_RETURN_NOT_OK(Put(*data.child_data[0], (data.offset + i) * size + k));
        return arrow::Status::OK();
      }
      case arrow::Type::STRUCT:
        for (const auto& child : data.child_data) ARROW_RETURN_NOT_OK(Put(*child, data.offset + i));
        return arrow::Status::OK();
      case arrow::Type::FLOAT: return PutFloat(data.GetValues<float>(1)[i]);
      case arrow::Type::DOUBLE: return PutFloat(data.GetValues<double>(1)[i]);
      default: break;
    }
    if (IsFixed(*data.type)) {
      const int32_t width = FixedWidth(*data.type);
      return bytes_.Append(data.buffers[1]->data() + (data.offset + i) * width, width);
    }
    const std::string_view text = TextColumn(data)[i];
    const uint32_t size = static_cast<uint32_t>(text.size());
    ARROW_RETURN_NOT_OK(bytes_.Append(&size, sizeof(size)));
    return bytes_.Append(text.data(), size);
  }
  int64_t size() const { return bytes_.length(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Finish() { return bytes_.Finish(); }

 private:
  arrow::Status Byte(bool value) {
    const uint8_t byte = value;
    return bytes_.Append(&byte, 1);
  }
  template <typename T>
  arrow::Status PutFloat(T value) {
    if (canonical_ && value == 0) value = 0;
    if (canonical_ && std::isnan(value)) value = std::numeric_limits<T>::quiet_NaN();
    return bytes_.Append(&value, sizeof(T));
  }
  arrow::Status PutList(const arrow::ArrayData& data, int64_t begin, int64_t end) {
    const uint32_t count = static_cast<uint32_t>(end - begin);
    ARROW_RETURN_NOT_OK(bytes_.Append(&count, sizeof(count)));
    for (int64_t k = begin; k < end; ++k) ARROW_RETURN_NOT_OK(Put(*data.child_data[0], k));
    return arrow::Status::OK();
  }
  template <typename Offset>
  arrow::Status PutView(const arrow::ArrayData& data, int64_t i) {
    const int64_t begin = data.GetValues<Offset>(1)[i];
    return PutList(data, begin, begin + data.GetValues<Offset>(2)[i]);
  }
  const bool canonical_;
  arrow::BufferBuilder bytes_;
};

// ---- decode

struct Bytes {
  const uint8_t* at;
  const uint8_t* end;
  arrow::Status Take(void* out, int64_t size) {
    if (end - at < size) return Error(ErrorKind::kInternal, "an encoded value is cut short");
    std::memcpy(out, at, static_cast<size_t>(size));
    at += size;
    return arrow::Status::OK();
  }
};

// An array of one type while it is put together.
class ColumnMaker {
 public:
  ColumnMaker(std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool) : type_(std::move(type)), valid_(pool), bytes_(pool), bits_(pool) {
    if (type_->id() == arrow::Type::DICTIONARY) children_.push_back(std::make_unique<ColumnMaker>(ValueType(*type_), pool));
    if (type_->id() == arrow::Type::RUN_END_ENCODED) {
      children_.push_back(std::make_unique<ColumnMaker>(RunType(*type_), pool));
      return;
    }
    if (type_->id() == arrow::Type::EXTENSION) children_.push_back(std::make_unique<ColumnMaker>(StorageType(*type_), pool));
    for (const auto& field : type_->fields()) children_.push_back(std::make_unique<ColumnMaker>(field->type(), pool));
  }
  arrow::Status Init(arrow::MemoryPool* pool) {
    if (TextColumn::Takes(*type_)) return arrow::MakeBuilder(pool, type_, &text_);
    if (is_list()) ARROW_RETURN_NOT_OK(PutOffset());
    for (const auto& child : children_) ARROW_RETURN_NOT_OK(child->Init(pool));
    return arrow::Status::OK();
  }

  arrow::Status Null() {
    ++nulls_;
    ++length_;
    if (is_wrapper()) return children_[0]->Null();
    if (text_) return text_->AppendNull();
    ARROW_RETURN_NOT_OK(valid_.Append(false));
    switch (type_->id()) {
      case arrow::Type::NA: return arrow::Status::OK();
      case arrow::Type::BOOL: return bits_.Append(false);
      case arrow::Type::LIST: case arrow::Type::LARGE_LIST: case arrow::Type::LIST_VIEW: case arrow::Type::LARGE_LIST_VIEW: case arrow::Type::MAP:
        return PutOffset();
      case arrow::Type::STRUCT:
        for (const auto& child : children_) ARROW_RETURN_NOT_OK(child->Null());
        return arrow::Status::OK();
      case arrow::Type::FIXED_SIZE_LIST:
        for (int32_t k = 0; k < static_cast<const arrow::FixedSizeListType&>(*type_).list_size(); ++k) ARROW_RETURN_NOT_OK(children_[0]->Null());
        return arrow::Status::OK();
      default: return bytes_.Append(FixedWidth(*type_), uint8_t{0});
    }
  }

  arrow::Status Value(Bytes* in) {
    if (is_wrapper()) {
      ++length_;
      return children_[0]->Value(in);
    }
    uint8_t valid = 0;
    ARROW_RETURN_NOT_OK(in->Take(&valid, 1));
    if (!valid) return Null();
    ++length_;
    if (text_) {
      uint32_t size = 0;
      ARROW_RETURN_NOT_OK(in->Take(&size, sizeof(size)));
      const std::string_view text(reinterpret_cast<const char*>(in->at), size);
      if (in->end - in->at < static_cast<int64_t>(size)) return Error(ErrorKind::kInternal, "an encoded value is cut short");
      in->at += size;
      return PutText(text);
    }
    ARROW_RETURN_NOT_OK(valid_.Append(true));
    switch (type_->id()) {
      case arrow::Type::NA: return arrow::Status::OK();
      case arrow::Type::BOOL: {
        uint8_t bit = 0;
        ARROW_RETURN_NOT_OK(in->Take(&bit, 1));
        return bits_.Append(bit != 0);
      }
      case arrow::Type::LIST: case arrow::Type::LARGE_LIST: case arrow::Type::LIST_VIEW: case arrow::Type::LARGE_LIST_VIEW: case arrow::Type::MAP: {
        uint32_t count = 0;
        ARROW_RETURN_NOT_OK(in->Take(&count, sizeof(count)));
        for (uint32_t k = 0; k < count; ++k) ARROW_RETURN_NOT_OK(children_[0]->Value(in));
        return PutOffset();
      }
      case arrow::Type::STRUCT:
        for (const auto& child : children_) ARROW_RETURN_NOT_OK(child->Value(in));
        return arrow::Status::OK();
      case arrow::Type::FIXED_SIZE_LIST:
        for (int32_t k = 0; k < static_cast<const arrow::FixedSizeListType&>(*type_).list_size(); ++k) ARROW_RETURN_NOT_OK(children_[0]->Value(in));
        return arrow::Status::OK();
      default: {
        const int32_t width = FixedWidth(*type_);
        if (in->end - in->at < width) return Error(ErrorKind::kInternal, "an encoded value is cut short");
        ARROW_RETURN_NOT_OK(bytes_.Append(in->at, width));
        in->at += width;
        return arrow::Status::OK();
      }
    }
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish(arrow::MemoryPool* pool) {
    if (type_->id() == arrow::Type::EXTENSION) {
      ARROW_ASSIGN_OR_RAISE(auto storage, children_[0]->Finish(pool));
      storage = storage->Copy();
      storage->type = type_;
      return storage;
    }
    if (type_->id() == arrow::Type::RUN_END_ENCODED) {
      EnsureArrowKernels();
      arrow::compute::ExecContext exec(pool);
      exec.set_use_threads(false);
      ARROW_ASSIGN_OR_RAISE(auto values, children_[0]->Finish(pool));
      const arrow::compute::RunEndEncodeOptions options(static_cast<const arrow::RunEndEncodedType&>(*type_).run_end_type());
      ARROW_ASSIGN_OR_RAISE(auto runs, arrow::compute::RunEndEncode(arrow::Datum(values), options, &exec));
      auto out = runs.array()->Copy();
      out->type = type_;
      return out;
    }
    if (type_->id() == arrow::Type::DICTIONARY) {
      EnsureArrowKernels();
      arrow::compute::ExecContext exec(pool);
      exec.set_use_threads(false);
      KernelContext context{nullptr, &exec, 0, ""};
      ARROW_ASSIGN_OR_RAISE(auto values, children_[0]->Finish(pool));
      return CastArray(context, values, type_);
    }
    if (text_) {
      std::shared_ptr<arrow::Array> array;
      ARROW_RETURN_NOT_OK(text_->Finish(&array));
      return array->data();
    }
    auto data = arrow::ArrayData::Make(type_, length_, {nullptr}, type_->id() == arrow::Type::NA ? length_ : nulls_);
    if (type_->id() != arrow::Type::NA && nulls_ > 0) {
      ARROW_ASSIGN_OR_RAISE(data->buffers[0], valid_.Finish());
    }
    if (type_->id() == arrow::Type::BOOL) {
      ARROW_ASSIGN_OR_RAISE(auto bits, bits_.Finish());
      data->buffers.push_back(std::move(bits));
    } else if (is_list() || IsFixed(*type_)) {
      ARROW_ASSIGN_OR_RAISE(auto bytes, bytes_.Finish());
      data->buffers.push_back(std::move(bytes));
    }
    if (IsView(*type_)) {
      ARROW_ASSIGN_OR_RAISE(auto sizes, type_->id() == arrow::Type::LIST_VIEW ? Sizes<int32_t>(*data->buffers[1], pool) : Sizes<int64_t>(*data->buffers[1], pool));
      data->buffers.push_back(std::move(sizes));
    }
    for (const auto& child : children_) {
      ARROW_ASSIGN_OR_RAISE(auto made, child->Finish(pool));
      data->child_data.push_back(std::move(made));
    }
    return data;
  }

 private:
  bool is_list() const {
    return type_->id() == arrow::Type::LIST || type_->id() == arrow::Type::LARGE_LIST || type_->id() == arrow::Type::MAP || IsView(*type_);
  }
  // A dictionary, an extension or runs: the values are the child's.
  bool is_wrapper() const {
    return type_->id() == arrow::Type::DICTIONARY || type_->id() == arrow::Type::EXTENSION || type_->id() == arrow::Type::RUN_END_ENCODED;
  }
  // Of a view's lists that lie one behind the other.
  template <typename Offset>
  arrow::Result<std::shared_ptr<arrow::Buffer>> Sizes(const arrow::Buffer& offsets, arrow::MemoryPool* pool) const {
    ARROW_ASSIGN_OR_RAISE(auto sizes, arrow::AllocateBuffer(length_ * static_cast<int64_t>(sizeof(Offset)), pool));
    const auto* at = offsets.data_as<Offset>();
    for (int64_t i = 0; i < length_; ++i) sizes->template mutable_data_as<Offset>()[i] = at[i + 1] - at[i];
    return std::shared_ptr<arrow::Buffer>(std::move(sizes));
  }
  arrow::Status PutOffset() {
    const int64_t end = children_[0]->length_;
    if (type_->id() == arrow::Type::LARGE_LIST || type_->id() == arrow::Type::LARGE_LIST_VIEW) return bytes_.Append(&end, sizeof(end));
    if (end > std::numeric_limits<int32_t>::max()) return Error(ErrorKind::kExecution, "a list column of more than 2^31 entries");
    const int32_t narrow = static_cast<int32_t>(end);
    return bytes_.Append(&narrow, sizeof(narrow));
  }
  arrow::Status PutText(std::string_view text) {
    switch (type_->id()) {
      case arrow::Type::STRING: case arrow::Type::BINARY: return static_cast<arrow::BinaryBuilder&>(*text_).Append(text);
      case arrow::Type::LARGE_STRING: case arrow::Type::LARGE_BINARY: return static_cast<arrow::LargeBinaryBuilder&>(*text_).Append(text);
      case arrow::Type::FIXED_SIZE_BINARY: return static_cast<arrow::FixedSizeBinaryBuilder&>(*text_).Append(text);
      default: return static_cast<arrow::BinaryViewBuilder&>(*text_).Append(text);
    }
  }

  std::shared_ptr<arrow::DataType> type_;
  int64_t length_ = 0, nulls_ = 0;
  arrow::TypedBufferBuilder<bool> valid_;
  arrow::BufferBuilder bytes_;
  arrow::TypedBufferBuilder<bool> bits_;
  std::unique_ptr<arrow::ArrayBuilder> text_;
  std::vector<std::unique_ptr<ColumnMaker>> children_;
};

}  // namespace

arrow::Status CheckCodable(const arrow::DataType& type) { return Check(type, 0); }

arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeValues(const arrow::ArrayData& values, int64_t n, bool canonical, arrow::MemoryPool* pool) {
  return EncodeValues(values, nullptr, n, canonical, pool);
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> EncodeValues(const arrow::ArrayData& values, const int32_t* positions, int64_t n, bool canonical,
                                                              arrow::MemoryPool* pool) {
  if (values.type->id() == arrow::Type::EXTENSION) return EncodeValues(*StorageOf(values), positions, n, canonical, pool);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets, arrow::AllocateBuffer((n + 1) * 8, pool));
  int64_t* out = reinterpret_cast<int64_t*>(offsets->mutable_data());
  Encoder encoder(canonical, pool);
  for (int64_t i = 0; i < n; ++i) {
    out[i] = encoder.size();
    ARROW_RETURN_NOT_OK(encoder.Put(values, positions ? positions[i] : i));
  }
  out[n] = encoder.size();
  ARROW_ASSIGN_OR_RAISE(auto bytes, encoder.Finish());
  return arrow::ArrayData::Make(arrow::large_binary(), n, {nullptr, std::move(offsets), std::move(bytes)}, 0);
}

arrow::Result<std::shared_ptr<arrow::Array>> DecodeValues(const arrow::ArrayData& encoded, const std::shared_ptr<arrow::DataType>& type,
                                                          arrow::MemoryPool* pool) {
  ColumnMaker column(type, pool);
  ARROW_RETURN_NOT_OK(column.Init(pool));
  const TextColumn texts(encoded);
  for (int64_t i = 0; i < encoded.length; ++i) {
    if (!IsValid(encoded, i)) {
      ARROW_RETURN_NOT_OK(column.Null());
      continue;
    }
    const std::string_view text = texts[i];
    Bytes bytes{reinterpret_cast<const uint8_t*>(text.data()), reinterpret_cast<const uint8_t*>(text.data()) + text.size()};
    ARROW_RETURN_NOT_OK(column.Value(&bytes));
  }
  ARROW_ASSIGN_OR_RAISE(auto data, column.Finish(pool));
  return arrow::MakeArray(data);
}

}  // namespace bowstring
