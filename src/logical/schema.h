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

namespace bowstring::logical {

/// One column of a plan: its field, and the relation it came from where it has one.
struct QualifiedField {
  std::optional<TableName> relation;
  std::shared_ptr<arrow::Field> field;
  /// "t.a", or "a" without a relation; parts that need it in double quotes.
  std::string ToString() const;
};

/// What a plan gives: named, typed, maybe qualified columns. Immutable, thread-safe.
class Schema {
 public:
  /// Fails with kSchema where names clash: two columns of one relation, or of none, with one name, or a qualified and an
  /// unqualified one.
  static arrow::Result<std::shared_ptr<const Schema>> Make(std::vector<QualifiedField> fields,
                                                           std::shared_ptr<const arrow::KeyValueMetadata> metadata = nullptr);
  /// All columns of an Arrow schema, under one relation or none. Names may clash (files may have any names).
  static std::shared_ptr<const Schema> From(const arrow::Schema& schema, const std::optional<TableName>& relation);

  int num_fields() const { return static_cast<int>(fields_.size()); }
  const std::vector<QualifiedField>& fields() const { return fields_; }
  const QualifiedField& field(int i) const { return fields_[i]; }
  /// Column i as an expression, with its relation.
  Expr column(int i) const;
  /// Without relations: what batches of the plan carry.
  const std::shared_ptr<arrow::Schema>& arrow() const { return arrow_; }

  /// The column that a reference means. kSchema: missing ("No field named ...", with the nearest name and all valid ones), or
  /// ambiguous. A one-part relation matches any table of that name; an unqualified name prefers an unqualified column.
  arrow::Result<int> Find(const ColumnRef& column) const;
  /// As Find, but none where the column is missing or ambiguous.
  std::optional<int> TryFind(const ColumnRef& column) const;
  /// All columns of that exact name.
  std::vector<int> FindAll(std::string_view name) const;
  /// All columns of the relation.
  std::vector<int> FindRelation(const TableName& relation) const;

  /// "[a:Int64;N, b:Utf8]".
  std::string ToString() const;
  bool Equals(const Schema& other) const;

 private:
  Schema(std::vector<QualifiedField> fields, std::shared_ptr<const arrow::KeyValueMetadata> metadata);

  std::vector<QualifiedField> fields_;
  std::shared_ptr<arrow::Schema> arrow_;
};

}  // namespace bowstring::logical
