// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/scope.h"

#include <algorithm>
#include <cctype>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/nearest_name.h"

namespace bowstring {
namespace {

// A relation means a field's relation where all parts that it gives are the same; parts the field's lacks don't count.
bool Matches(const TableName& wanted, const TableName& had) {
  auto part = [](const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; };
  return wanted.table == had.table && part(wanted.schema, had.schema) && part(wanted.catalog, had.catalog);
}

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
  bool plain = !name.empty() && (std::islower(static_cast<unsigned char>(name[0])) || name[0] == '_');
  for (unsigned char c : name) plain = plain && (std::islower(c) || std::isdigit(c) || c == '_');
  if (plain) return std::string(name);
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string QuotedName(const std::optional<TableName>& relation, std::string_view name) {
  std::string out;
  if (relation) {
    for (const std::string* part : {&relation->catalog, &relation->schema, &relation->table}) {
      if (!part->empty()) out += QuoteIdentifier(*part) + ".";
    }
  }
  return out + QuoteIdentifier(name);
}

Scope::Scope(std::vector<ScopeField> fields) : fields_(std::move(fields)) {
  for (int i = 0; i < size(); ++i) by_name_[fields_[i].field->name()].push_back(i);
}

Scope Scope::Of(const arrow::Schema& schema, const std::optional<TableName>& relation) {
  std::vector<ScopeField> fields;
  for (const auto& field : schema.fields()) fields.push_back({relation, field});
  return Scope(std::move(fields));
}

std::vector<int> Scope::Matches(const ColumnRef& column) const {
  std::vector<int> found;
  if (auto it = by_name_.find(column.name); it != by_name_.end()) {
    for (int i : it->second) {
      const auto& relation = fields_[i].relation;
      if (!column.relation || (relation && bowstring::Matches(*column.relation, *relation))) found.push_back(i);
    }
  }
  // A column may itself be called "t.a": what an earlier projection named.
  if (found.empty() && column.relation) {
    if (auto it = by_name_.find(column.relation->ToString() + "." + column.name); it != by_name_.end()) {
      for (int i : it->second) {
        if (!fields_[i].relation) found.push_back(i);
      }
    }
  }
  if (found.size() > 1 && !column.relation) {
    std::vector<int> bare;
    std::copy_if(found.begin(), found.end(), std::back_inserter(bare), [this](int i) { return !fields_[i].relation; });
    if (bare.size() == 1) return bare;
  }
  return found;
}

std::optional<int> Scope::TryResolve(const ColumnRef& column) const {
  std::vector<int> found = Matches(column);
  return found.size() == 1 ? std::optional(found[0]) : std::nullopt;
}

arrow::Result<int> Scope::Resolve(const ColumnRef& column) const {
  std::vector<int> found = Matches(column);
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    if (!column.relation) return Error(ErrorKind::kSchema, "Ambiguous reference to unqualified field ", QuoteIdentifier(column.name));
    // Two columns of one table and name: both come from the same place.
    return Error(ErrorKind::kSchema, "Ambiguous reference to field ", QuotedName(column.relation, column.name));
  }
  std::string text = "No field named " + QuotedName(column.relation, column.name) + ".";
  if (fields_.empty()) return MakeError(ErrorKind::kSchema, text);
  std::vector<std::string> names, plain, flat;
  for (const ScopeField& field : fields_) {
    names.push_back(QuotedName(field.relation, field.field->name()));
    plain.push_back(field.field->name());
    flat.push_back((field.relation ? field.relation->table + "." : "") + field.field->name());
  }
  // The name alone, then (a typing mistake may be in the relation) all of it.
  const std::string wanted = (column.relation ? column.relation->table + "." : "") + column.name;
  int nearest = NearestName(column.name, plain);
  if (const int whole = NearestName(wanted, flat); nearest < 0 || (whole >= 0 && EditDistance(wanted, flat[whole]) == 0)) nearest = whole;
  if (nearest >= 0) {
    text += " Did you mean '" + names[nearest] + "'?";
    if (plain[nearest] != column.name && EditDistance(column.name, plain[nearest]) == 0) {
      text += "\nColumn names are case sensitive. You can use double quotes to refer to the " + names[nearest] +
              " column or disable the datafusion.sql_parser.enable_ident_normalization configuration.";
    }
  }
  text += "\nValid fields are ";
  constexpr size_t kMostShown = 100;
  for (size_t i = 0; i < names.size() && i < kMostShown; ++i) text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kMostShown) text += ", ... (" + std::to_string(names.size()) + " in all)";
  return MakeError(ErrorKind::kSchema, text + ".");
}

}  // namespace bowstring
