// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/constant_column.h"

#include <arrow/array/array_base.h>
#include <arrow/array/array_dict.h>
#include <arrow/array/util.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

namespace bowstring::pq {

arrow::Result<std::shared_ptr<arrow::ArrayData>> RepeatConstant(const arrow::Scalar& value, const std::shared_ptr<arrow::DataType>& type, int64_t rows, arrow::MemoryPool* pool) {
  if (type->id() == arrow::Type::DICTIONARY && value.type->id() != arrow::Type::DICTIONARY) {
    if (!value.is_valid) {
      ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(type, rows, pool));
      return nulls->data();
    }
    const auto& dictionary_type = static_cast<const arrow::DictionaryType&>(*type);
    ARROW_ASSIGN_OR_RAISE(auto dictionary, arrow::MakeArrayFromScalar(value, 1, pool));
    ARROW_ASSIGN_OR_RAISE(auto zero, arrow::MakeScalar(dictionary_type.index_type(), 0));
    ARROW_ASSIGN_OR_RAISE(auto indices, arrow::MakeArrayFromScalar(*zero, rows, pool));
    return arrow::DictionaryArray(type, indices, dictionary).data();
  }
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(value, rows, pool));
  return array->data();
}

}  // namespace bowstring::pq
