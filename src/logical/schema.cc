// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/schema.h"

#include <unordered_map>
#include <unordered_set>

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

namespace bowstring::logical {

using arrow::Result;

Schema::Schema(std::vector<QualifiedField> fields, std::shared_ptr<const arrow::KeyValueMetadata> metadata)
    : scope_(std::move(fields)) {
  arrow::FieldVector plain;
  plain.reserve(scope_.fields().size());
  for (const QualifiedField& field : scope_.fields()) plain.push_back(field.field);
  arrow_ = arrow::schema(std::move(plain), std::move(metadata));
}

Result<std::shared_ptr<const Schema>> Schema::Make(std::vector<QualifiedField> fields,
                                                   std::shared_ptr<const arrow::KeyValueMetadata> metadata) {
  std::unordered_set<std::string> unqualified;
  std::unordered_map<std::string, std::string> qualified;  // quoted name with its relation -> name
  for (const QualifiedField& field : fields) {
    const std::string& name = field.field->name();
    if (!field.relation) {
      if (!unqualified.insert(name).second) {
        return Error(ErrorKind::kSchema, "Schema contains duplicate unqualified field name ", QuotedName({}, name));
      }
    } else if (!qualified.emplace(QuotedName(field.relation, name), name).second) {
      return Error(ErrorKind::kSchema, "Schema contains duplicate qualified field name ", QuotedName(field.relation, name));
    }
  }
  for (const QualifiedField& field : fields) {
    if (field.relation && unqualified.contains(field.field->name())) {
      return Error(ErrorKind::kSchema, "Schema contains qualified field name ", QuotedName(field.relation, field.field->name()),
                   " and unqualified field name ", QuotedName({}, field.field->name()), " which would be ambiguous");
    }
  }
  return std::shared_ptr<const Schema>(new Schema(std::move(fields), std::move(metadata)));
}

std::shared_ptr<const Schema> Schema::From(const arrow::Schema& schema, const std::optional<TableName>& relation) {
  std::vector<QualifiedField> fields;
  fields.reserve(schema.num_fields());
  for (const auto& field : schema.fields()) fields.push_back({relation, field});
  return std::shared_ptr<const Schema>(new Schema(std::move(fields), schema.metadata()));
}

Expr Schema::column(int i) const {
  const QualifiedField& column = field(i);
  return column.relation ? Column(*column.relation, column.field->name()) : Column(column.field->name());
}

std::vector<int> Schema::FindAll(std::string_view name) const {
  std::vector<int> found;
  for (int i = 0; i < num_fields(); ++i) {
    if (field(i).field->name() == name) found.push_back(i);
  }
  return found;
}

std::vector<int> Schema::FindRelation(const TableName& relation) const {
  std::vector<int> found;
  for (int i = 0; i < num_fields(); ++i) {
    const auto& other = field(i).relation;
    if (!other || other->table != relation.table) continue;
    // Parts that one side leaves out match anything.
    if (!relation.schema.empty() && !other->schema.empty() && other->schema != relation.schema) continue;
    if (!relation.catalog.empty() && !other->catalog.empty() && other->catalog != relation.catalog) continue;
    found.push_back(i);
  }
  return found;
}

std::shared_ptr<const Schema> Schema::Nullable() const {
  std::vector<QualifiedField> fields = this->fields();
  for (QualifiedField& field : fields) field.field = field.field->WithNullable(true);
  return std::shared_ptr<const Schema>(new Schema(std::move(fields), arrow_->metadata()));
}

std::string Schema::ToString() const {
  std::string text = "[";
  for (int i = 0; i < num_fields(); ++i) {
    const arrow::Field& f = *field(i).field;
    if (i > 0) text += ", ";
    text += f.name() + ":" + TypeName(*f.type()) + (f.nullable() ? ";N" : "");
  }
  return text + "]";
}

bool Schema::Equals(const Schema& other) const {
  if (this == &other) return true;
  if (num_fields() != other.num_fields()) return false;
  for (int i = 0; i < num_fields(); ++i) {
    if (field(i).relation != other.field(i).relation || !field(i).field->Equals(*other.field(i).field)) return false;
  }
  return true;
}

}  // namespace bowstring::logical
