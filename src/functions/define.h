// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "functions/row_kernel.h"
#include "functions/simple_function.h"

namespace bowstring {

/// A function whose arguments are told by letters: `t` text (its kind is kept), `x` anything with a text form (becomes text), `v` likewise but a
/// view, `b` bytes or text, `i` an integer as int64, `n` a number or a number's text as int64, `f` double, `?` the arguments after it may be missing, `*` the last one may be repeated.
struct Definition {
  std::string name;
  std::vector<std::string> aliases;
  std::string family, description, syntax, example;
  std::string signature;
  bool fallible = false;
  bool nulls = false;  ///< the computation sees NULLs itself
  bool by_dictionary = false;  ///< one dictionary as only argument: each of its values is computed once, the answer is a dictionary
  bool null_is_view = false;   ///< NULL as first argument counts as a view
  bool wide_if_large = true;   ///< int64 instead of int32 where the first text is a large one
  /// When texts become views: never; where an argument is a dictionary, NULL or another integer than int64; also where their kinds differ.
  std::string shown;           ///< calls are named by it instead of `name`, where it is set
  enum Views : uint8_t { kNever, kInexact, kMixed } views = kNever;
};

/// The text type of the answer.
enum class TextResult : uint8_t { kAsFirst, kUtf8, kUtf8OrLarge, kView, kLarge, kCommon, kBinary, kBinaryOrLarge, kCommonBinary };

using TextCell = std::function<Cell(const Rows&, int64_t, std::string*, arrow::Status*)>;
using IntCell = std::function<Cell(const Rows&, int64_t, int64_t*, arrow::Status*)>;
using DoubleCell = std::function<Cell(const Rows&, int64_t, double*, arrow::Status*)>;
using BoolCell = std::function<Cell(const Rows&, int64_t, bool*, arrow::Status*)>;

ScalarFunctionPtr DefineText(Definition definition, TextResult result, TextCell cell);
/// int32 unless `wide`.
ScalarFunctionPtr DefineInt(Definition definition, bool wide, IntCell cell);
ScalarFunctionPtr DefineDouble(Definition definition, DoubleCell cell);
ScalarFunctionPtr DefineBool(Definition definition, BoolCell cell);

/// The types that the arguments are cast to; kPlan where they don't fit the signature.
arrow::Result<std::vector<TypePtr>> MatchSignature(const Definition& definition, const Arguments& arguments);

inline Cell Fail(arrow::Status* error, std::string message) {
  *error = MakeError(ErrorKind::kExecution, std::move(message));
  return Cell::kFail;
}

}  // namespace bowstring
