// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/types.h>

namespace bowstring::pq {

/// From a physical value to the one that goes out, where they differ.
enum class Convert : uint8_t { kNone, kInt32To8, kInt32To16, kInt32To64, kInt96ToNs, kBytesToInt64, kBytesToInt128 };

/// How a column's values are stored, and what they become.
struct ValueType {
  ::parquet::Type::type physical = ::parquet::Type::INT32;
  int32_t physical_width = 4;  ///< bytes a value while decoding (boolean: 1, text: a view's 16)
  Convert convert = Convert::kNone;
  int32_t width = 4;           ///< bytes a value in the array (boolean: 1, packed to bits at last)
  bool is_view = false;        ///< text goes out as views
  std::shared_ptr<arrow::DataType> arrow_type;
};

/// The way from a parquet column to `type`; NotImplemented where it isn't one of ours, and Arrow's reader has to do it.
arrow::Result<ValueType> MakeValueType(::parquet::Type::type physical, int32_t type_length, const std::shared_ptr<arrow::DataType>& type);

/// Converts n values. `in` holds physical values (text: views whose long values lie in `text`), and 8 bytes behind them can be read.
arrow::Status ConvertValues(const ValueType& type, const uint8_t* in, int64_t n, const uint8_t* text, uint8_t* out);

}  // namespace bowstring::pq
