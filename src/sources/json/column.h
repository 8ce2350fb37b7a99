// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "sources/json/parser.h"

namespace bowstring::json {

/// Collects the values of one column, or of one part of a nested one.
class Column {
 public:
  /// kNotImplemented for types that JSON text has no form for.
  static arrow::Result<std::unique_ptr<Column>> Make(const std::shared_ptr<arrow::Field>& field, arrow::MemoryPool* pool, int depth = 0);
  virtual ~Column() = default;
  /// Reads a value (blanks before it skipped).
  bool Value(Parser& parser, int depth) {
    parser.SkipBlanks();
    if (parser.Peek() == 'n') return parser.Word("null") && Null(parser);
    return Read(parser, depth);
  }
  virtual bool Null(Parser& parser) = 0;
  /// What was collected; nothing is held any more.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Finish(KernelContext& context) = 0;
  /// Forgets what was collected.
  virtual void Reset() = 0;

 protected:
  virtual bool Read(Parser& parser, int depth) = 0;
};

/// The members of an object, each a column; unknown ones are skipped.
class Members {
 public:
  static arrow::Result<std::unique_ptr<Members>> Make(const arrow::FieldVector& fields, arrow::MemoryPool* pool, int depth);
  ~Members();
  /// Reads an object. False with `repeated` set where a key came twice: then all must be reset and read again with `careful`.
  bool Read(Parser& parser, int depth);
  bool Null(Parser& parser);  ///< NULL in each
  void set_careful() { careful_ = true; }
  bool repeated() const;
  std::vector<std::unique_ptr<Column>>& columns() { return columns_; }

 private:
  struct Names;
  int Find(std::string_view key);
  void Name(Parser& parser, size_t member) const;

  std::vector<std::unique_ptr<Column>> columns_;
  std::unique_ptr<Names> names_;
  std::vector<uint64_t> seen_;         // in which object a member was last met
  std::vector<const char*> places_;    // careful: where each member's last value is
  uint64_t object_ = 0;
  size_t expected_ = 0;                // the member that came behind the last one before
  bool careful_ = false;
  bool repeated_ = false;
};

}  // namespace bowstring::json
