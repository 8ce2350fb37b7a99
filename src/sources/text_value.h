// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

namespace bowstring {

// Values from the text of files. False: it doesn't parse, or doesn't fit.

bool ParseInt64(std::string_view text, int64_t* out);
bool ParseUInt64(std::string_view text, uint64_t* out);
bool ParseDouble(std::string_view text, double* out);
bool ParseBool(std::string_view text, bool* out);  ///< true and false in any case
bool ParseDate(std::string_view text, int32_t* out);  ///< YYYY-MM-DD, days since 1970
/// YYYY-MM-DD, then optionally T or a blank and HH:MM[:SS[.fraction]], then optionally Z or +HH[:MM]: units since 1970 UTC.
bool ParseTimestamp(std::string_view text, int64_t units_per_second, int64_t* out);

/// Texts as another type, by the language's own cast: the fallback for types with no parser of their own.
class TextCast {
 public:
  static arrow::Result<std::shared_ptr<const TextCast>> Make(const std::shared_ptr<arrow::DataType>& type);
  ~TextCast();
  arrow::Result<std::shared_ptr<arrow::Array>> Run(const std::shared_ptr<arrow::Array>& texts, KernelContext& context) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bowstring
