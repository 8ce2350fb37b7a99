// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// Writes the text of one value of the array it was made for (not NULL) to the end of a string. Index counts from the array's offset.
/// Thread-safe; keeps a reference to the array.
using ValueWriter = std::function<void(int64_t index, std::string* out)>;

/// The text forms of the peer: 1.0, 1e20, true, 2020-01-01T00:00:00.5Z, 1 mons 2 days, [1, , 3], {a: 1}. kNotImplemented for types
/// that have no text.
arrow::Result<ValueWriter> MakeValueWriter(std::shared_ptr<arrow::ArrayData> array);
/// The text of a scalar; "" for NULL.
arrow::Result<std::string> ScalarText(const arrow::Scalar& scalar);

void AppendDouble(double value, std::string* out);
void AppendFloat(float value, std::string* out);
/// days since 1970: "2020-01-01", "+12345-01-01", "-0001-01-01".
void AppendDate(int64_t days, std::string* out);
/// "2020-01-01T00:00:00.5"; fraction of 3, 6 or 9 digits where there is one.
void AppendTimestamp(int64_t value, arrow::TimeUnit::type unit, std::string* out, char between = 'T');
void AppendTime(int64_t value, arrow::TimeUnit::type unit, std::string* out);
/// "+01:00", "Z" for 0 where `z`.
void AppendOffset(int32_t seconds, bool z, std::string* out);
/// Digits of an integer, with a decimal point `scale` from the right.
void AppendDecimal(std::string digits, int32_t scale, std::string* out);
void AppendInterval(int32_t months, int32_t days, int64_t nanos, std::string* out);
void AppendInt128(__int128 value, std::string* out);

}  // namespace bowstring
