// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/expr.h>

#include "expr/scope.h"

namespace bowstring::logical {

/// One column of a plan: its field, and the relation it came from where it has one.
using QualifiedField = ScopeField;

/// What a plan gives: named, typed, maybe qualified columns. Immutable, thread-safe.
class Schema {
 public:
  /// Fails with kSchema where names clash: two columns of one relation, or of none, with one name, or a qualified and an
  /// unqualified one.
  static arrow::Result<std::shared_ptr<const Schema>> Make(std::vector<QualifiedField> fields,
                                                           std::shared_ptr<const arrow::KeyValueMetadata> metadata = nullptr);
  /// All columns of an Arrow schema, under one relation or none. Names may clash (files may have any names).
  static std::shared_ptr<const Schema> From(const arrow::Schema& schema, const std::optional<TableName>& relation);

  int num_fields() const { return scope_.size(); }
  const std::vector<QualifiedField>& fields() const { return scope_.fields(); }
  const QualifiedField& field(int i) const { return scope_.at(i); }
  /// What expressions over the plan's rows are bound to.
  const Scope& scope() const { return scope_; }
  /// Column i as an expression, with its relation.
  Expr column(int i) const;
  /// Without relations: what batches of the plan carry.
  const std::shared_ptr<arrow::Schema>& arrow() const { return arrow_; }

  /// All columns of that exact name.
  std::vector<int> FindAll(std::string_view name) const;
  /// All columns of the relation.
  std::vector<int> FindRelation(const TableName& relation) const;
  /// The same columns, all nullable.
  std::shared_ptr<const Schema> Nullable() const;

  /// "[a:Int64;N, b:Utf8]".
  std::string ToString() const;
  bool Equals(const Schema& other) const;

 private:
  Schema(std::vector<QualifiedField> fields, std::shared_ptr<const arrow::KeyValueMetadata> metadata);

  Scope scope_;
  std::shared_ptr<arrow::Schema> arrow_;
};

}  // namespace bowstring::logical
