// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

namespace bowstring {

/// One name that expressions may use: a field, and the relation it came from where it has one.
struct ScopeField {
  std::optional<TableName> relation;
  std::shared_ptr<arrow::Field> field;
};

/// The columns that expressions are bound to, in order. Immutable after construction, thread-safe.
class Scope {
 public:
  Scope() = default;
  explicit Scope(std::vector<ScopeField> fields);
  /// All fields of a schema under one relation, or none.
  static Scope Of(const arrow::Schema& schema, const std::optional<TableName>& relation = std::nullopt);

  int size() const { return static_cast<int>(fields_.size()); }
  const ScopeField& at(int i) const { return fields_[i]; }
  const std::vector<ScopeField>& fields() const { return fields_; }

  /// The column that a reference means. A relation matches by the parts that are given. An unqualified name that several columns
  /// have means the one without a relation. kSchema: "No field named x. Did you mean 't.y'?\nValid fields are t.y, t.z." or
  /// "Ambiguous reference to unqualified field x".
  arrow::Result<int> Resolve(const ColumnRef& column) const;
  /// As Resolve, but none where the column is missing or ambiguous. No text is made.
  std::optional<int> TryResolve(const ColumnRef& column) const;

 private:
  // The matches of a reference; more than one: ambiguous.
  std::vector<int> Matches(const ColumnRef& column) const;

  std::vector<ScopeField> fields_;
  std::unordered_map<std::string, std::vector<int>> by_name_;
};

/// A name as it must be written so that it reads back: with double quotes where it isn't a plain lower-case word.
std::string QuoteIdentifier(std::string_view name);
/// "t.a", "\"T\".\"a b\"": relation and name, each quoted where needed.
std::string QuotedName(const std::optional<TableName>& relation, std::string_view name);

}  // namespace bowstring
