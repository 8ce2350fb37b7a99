// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/unnest.h"

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

namespace bowstring::logical {

using arrow::Result;

namespace {

/// The type of a list's elements, or null where the type isn't a list.
std::shared_ptr<arrow::Field> ElementOf(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LIST:
    case arrow::Type::MAP:  // of its entries
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW: return static_cast<const arrow::BaseListType&>(type).value_field();
    default: return nullptr;
  }
}

}  // namespace

bool Unnest::Spreads(const arrow::DataType& type) { return ElementOf(type) != nullptr; }

Result<PlanPtr> Unnest::Make(PlanPtr input, std::vector<Column> columns, bool preserve_nulls) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  const Schema& in = *input->schema();
  std::vector<QualifiedField> fields;
  std::vector<Output> outputs;
  for (int i = 0; i < in.num_fields(); ++i) {
    bool spread = false;
    for (size_t c = 0; c < columns.size(); ++c) {
      const Column& column = columns[c];
      if (column.input != i) continue;
      spread = true;
      const QualifiedField& from = in.field(i);
      if (from.field->type()->id() == arrow::Type::STRUCT) {
        for (int f = 0; f < from.field->type()->num_fields(); ++f) {
          const auto& child = from.field->type()->field(f);
          fields.push_back({from.relation, child->WithName(from.field->name() + "." + child->name())
                                               ->WithNullable(child->nullable() || from.field->nullable())});
          outputs.push_back({i, static_cast<int>(c), f});
        }
        continue;
      }
      std::shared_ptr<arrow::DataType> type = from.field->type();
      for (int level = 0; level < column.depth; ++level) {
        const auto element = ElementOf(*type);
        if (element == nullptr) {
          return Error(ErrorKind::kPlan, "trying to unnest on invalid data type ", TypeName(*type), " of column ",
                       QuotedName(from.relation, from.field->name()));
        }
        type = element->type();
      }
      const bool renamed = !column.name.empty() && column.name != from.field->name();
      fields.push_back({renamed ? std::nullopt : from.relation,
                        arrow::field(renamed ? column.name : from.field->name(), std::move(type), true)});
      outputs.push_back({i, static_cast<int>(c), -1});
    }
    if (!spread) {
      fields.push_back(in.field(i));
      outputs.push_back({i, -1, -1});
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), in.arrow()->metadata()));
  std::shared_ptr<Unnest> unnest(new Unnest(std::move(schema), {std::move(input)}));
  unnest->columns = std::move(columns);
  unnest->preserve_nulls = preserve_nulls;
  unnest->outputs = std::move(outputs);
  return unnest;
}

Result<PlanPtr> Unnest::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), columns, preserve_nulls);
}

std::string Unnest::Display() const {
  std::string lists, structs;
  for (const Column& column : columns) {
    const QualifiedField& from = input()->schema()->field(column.input);
    const bool made = !from.relation && from.field->name().starts_with("__unnest_placeholder(");  // no name that anybody wrote
    const std::string name = made ? from.field->name() : QuotedName(from.relation, from.field->name());
    if (from.field->type()->id() == arrow::Type::STRUCT) {
      structs += (structs.empty() ? "" : ", ") + name;
    } else {
      lists += (lists.empty() ? "" : ", ") + name + "|depth=" + std::to_string(column.depth);
    }
  }
  return "Unnest: lists[" + lists + "] structs[" + structs + "]";
}

bool Unnest::SameRest(const LogicalPlan& other) const {
  const Unnest& unnest = other.As<Unnest>();
  if (preserve_nulls != unnest.preserve_nulls || columns.size() != unnest.columns.size()) return false;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].input != unnest.columns[i].input || columns[i].name != unnest.columns[i].name ||
        columns[i].depth != unnest.columns[i].depth) {
      return false;
    }
  }
  return true;
}

}  // namespace bowstring::logical
