// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_serial.h"

#include <bit>
#include <cmath>
#include <string>

#include <arrow/scalar.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

namespace bowstring::exec {
namespace {

using arrow::Type;

void AppendLength(int64_t length, std::string* out) { out->append(reinterpret_cast<const char*>(&length), sizeof(length)); }

template <typename Float>
void AppendFloat(Float value, std::string* out) {
  if (std::isnan(value)) value = std::numeric_limits<Float>::quiet_NaN();
  if (value == 0) value = 0;
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Depth is bounded: the type has passed KeyNormOf.
arrow::Status AppendValue(const arrow::Array& array, int64_t i, std::string* out) {
  if (array.IsNull(i)) {
    out->push_back('\0');
    return arrow::Status::OK();
  }
  out->push_back('\1');
  auto items = [&](const arrow::Array& values, int64_t begin, int64_t length) -> arrow::Status {
    AppendLength(length, out);
    for (int64_t k = 0; k < length; ++k) ARROW_RETURN_NOT_OK(AppendValue(values, begin + k, out));
    return arrow::Status::OK();
  };
  switch (array.type_id()) {
    case Type::EXTENSION: return AppendValue(*static_cast<const arrow::ExtensionArray&>(array).storage(), i, out);
    case Type::DICTIONARY: {
      const auto& typed = static_cast<const arrow::DictionaryArray&>(array);
      return AppendValue(*typed.dictionary(), typed.GetValueIndex(i), out);
    }
    case Type::STRUCT: {
      const auto& typed = static_cast<const arrow::StructArray&>(array);
      for (int c = 0; c < typed.num_fields(); ++c) ARROW_RETURN_NOT_OK(AppendValue(*typed.field(c), i, out));
      return arrow::Status::OK();
    }
    case Type::LIST:
    case Type::MAP: {
      const auto& typed = static_cast<const arrow::ListArray&>(array);
      return items(*typed.values(), typed.value_offset(i), typed.value_length(i));
    }
    case Type::LARGE_LIST: {
      const auto& typed = static_cast<const arrow::LargeListArray&>(array);
      return items(*typed.values(), typed.value_offset(i), typed.value_length(i));
    }
    case Type::LIST_VIEW: {
      const auto& typed = static_cast<const arrow::ListViewArray&>(array);
      return items(*typed.values(), typed.value_offset(i), typed.value_length(i));
    }
    case Type::LARGE_LIST_VIEW: {
      const auto& typed = static_cast<const arrow::LargeListViewArray&>(array);
      return items(*typed.values(), typed.value_offset(i), typed.value_length(i));
    }
    case Type::FIXED_SIZE_LIST: {
      const auto& typed = static_cast<const arrow::FixedSizeListArray&>(array);
      return items(*typed.values(), typed.value_offset(i), typed.value_length(i));
    }
    case Type::BOOL: out->push_back(static_cast<const arrow::BooleanArray&>(array).Value(i) ? '\1' : '\0'); return arrow::Status::OK();
    case Type::FLOAT: AppendFloat(static_cast<const arrow::FloatArray&>(array).Value(i), out); return arrow::Status::OK();
    case Type::DOUBLE: AppendFloat(static_cast<const arrow::DoubleArray&>(array).Value(i), out); return arrow::Status::OK();
    case Type::STRING: case Type::BINARY: case Type::LARGE_STRING: case Type::LARGE_BINARY: case Type::STRING_VIEW: case Type::BINARY_VIEW: {
      const std::string_view text = TextValue(*array.data(), array.type_id(), i);
      AppendLength(static_cast<int64_t>(text.size()), out);
      out->append(text);
      return arrow::Status::OK();
    }
    default: break;
  }
  if (!arrow::is_fixed_width(array.type_id())) return Error(ErrorKind::kNotImplemented, "Joining on values of type ", array.type()->ToString());
  const int64_t width = static_cast<const arrow::FixedWidthType&>(*array.type()).bit_width() / 8;
  out->append(reinterpret_cast<const char*>(array.data()->buffers[1]->data()) + (array.offset() + i) * width, width);
  return arrow::Status::OK();
}

}  // namespace

std::string_view TextValue(const arrow::ArrayData& array, Type::type id, int64_t i) {
  switch (id) {
    case Type::STRING_VIEW:
    case Type::BINARY_VIEW: {
      const auto& view = array.GetValues<arrow::BinaryViewType::c_type>(1)[i];
      if (view.is_inline()) return {reinterpret_cast<const char*>(view.inline_data()), static_cast<size_t>(view.size())};
      return {reinterpret_cast<const char*>(array.buffers[2 + view.ref.buffer_index]->data()) + view.ref.offset,
              static_cast<size_t>(view.size())};
    }
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY: {
      const auto* offsets = array.GetValues<int64_t>(1);
      return {reinterpret_cast<const char*>(array.buffers[2]->data()) + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])};
    }
    default: {
      const auto* offsets = array.GetValues<int32_t>(1);
      return {reinterpret_cast<const char*>(array.buffers[2]->data()) + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])};
    }
  }
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> SerializeRows(const RowColumn& column, int64_t n, arrow::MemoryPool* pool) {
  const auto array = arrow::MakeArray(column.array);
  arrow::LargeBinaryBuilder builder(pool);
  std::string value;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = column.rows ? column.rows[i] : i;
    if (array->IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    value.clear();
    ARROW_RETURN_NOT_OK(AppendValue(*array, row, &value));
    ARROW_RETURN_NOT_OK(builder.Append(value));
  }
  ARROW_ASSIGN_OR_RAISE(auto out, builder.Finish());
  return out->data();
}

}  // namespace bowstring::exec
