// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <arrow/type_fwd.h>
#include <parquet/metadata.h>

namespace bowstring::pq {

/// A value of statistics or of a literal, in a form in which values of different types can be compared: an integer times a power of
/// ten, a double, or bytes.
struct BoundValue {
  __extension__ typedef __int128 Int128;
  enum Kind : uint8_t { kNumber, kDouble, kBytes } kind = kNumber;
  Int128 number = 0;   ///< number * 10^-scale
  int32_t scale = 0;
  double real = 0;
  std::string bytes;
};

/// -1, 0, 1; none where the two can't be compared for certain.
std::optional<int> Compare(const BoundValue& a, const BoundValue& b);

/// What is known of a column in a row group or page. Minimum and maximum may be wider than the values are.
struct ColumnBounds {
  std::optional<BoundValue> min, max;
  bool is_exact = false;            ///< min and max are values that are there
  std::optional<int64_t> null_count;
  int64_t rows = 0;
};

/// A value as statistics store it (PLAIN, without length); none where this type's statistics aren't used.
std::optional<BoundValue> DecodeBound(std::string_view encoded, ::parquet::Type::type physical, const arrow::DataType& type);

/// A literal, to be compared with values of a column of `type`; none where that isn't certain to mean what the filter means.
std::optional<BoundValue> LiteralBound(const arrow::Scalar& literal, const std::shared_ptr<arrow::DataType>& type);

/// A bound as a scalar of the column's type; null where it can't be.
std::shared_ptr<arrow::Scalar> BoundScalar(const BoundValue& bound, const std::shared_ptr<arrow::DataType>& type);

/// The footer's statistics of a column chunk. `type`: the column's in the table. May throw what Parquet's readers throw.
ColumnBounds ChunkBounds(const ::parquet::ColumnChunkMetaData& chunk, const arrow::DataType& type, int64_t rows);

}  // namespace bowstring::pq
