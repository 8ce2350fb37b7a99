// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/encode.h"
#include "logical/nodes.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Decoder::ReadPlan() {
  if (++depth_ > kMaxByteDepth) return BadBytes("nested too deeply");
  ARROW_ASSIGN_OR_RAISE(const int kind, in_.Choice(static_cast<int>(PlanKind::kDml) + 1));
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  std::vector<PlanPtr> inputs;
  for (size_t i = 0; i < count; ++i) {
    ARROW_ASSIGN_OR_RAISE(auto input, ReadPlan());
    inputs.push_back(std::move(input));
  }
  ARROW_ASSIGN_OR_RAISE(auto plan, ReadNode(static_cast<PlanKind>(kind), std::move(inputs)));
  --depth_;
  return plan;
}

Result<PlanPtr> Decoder::ReadScan() {
  ARROW_ASSIGN_OR_RAISE(auto table, ReadName());
  FileRecipe recipe;
  ARROW_ASSIGN_OR_RAISE(recipe.format, in_.Text());
  ARROW_ASSIGN_OR_RAISE(recipe.paths, ReadTexts());
  ARROW_ASSIGN_OR_RAISE(const bool schema, in_.Flag());
  if (schema) {
    ARROW_ASSIGN_OR_RAISE(recipe.schema, in_.Schema());
  }
  ARROW_ASSIGN_OR_RAISE(const size_t partitions, in_.Count());
  for (size_t i = 0; i < partitions; ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto field, in_.Field());
    recipe.partition_columns.emplace_back(field->name(), field->type());
  }
  ARROW_ASSIGN_OR_RAISE(const size_t options, in_.Count());
  for (size_t i = 0; i < options; ++i) {
    ARROW_ASSIGN_OR_RAISE(std::string key, in_.Text());
    ARROW_ASSIGN_OR_RAISE(recipe.options[key], in_.Text());
  }
  std::optional<std::vector<int>> projection;
  ARROW_ASSIGN_OR_RAISE(const bool projected, in_.Flag());
  if (projected) {
    ARROW_ASSIGN_OR_RAISE(const size_t columns, in_.Count());
    projection.emplace();
    for (size_t i = 0; i < columns; ++i) {
      ARROW_ASSIGN_OR_RAISE(const int column, in_.Choice(1 << 20));
      projection->push_back(column);
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto filters, ReadExprs());
  ARROW_ASSIGN_OR_RAISE(const auto fetch, ReadNumber());
  if (!open_) return Error(ErrorKind::kPlan, "a plan that reads files needs a session to be read");
  ARROW_ASSIGN_OR_RAISE(auto source, open_(recipe));
  for (int column : projection.value_or(std::vector<int>())) {
    if (column >= source->schema()->num_fields()) return BadBytes("a column that the files don't have");
  }
  return Scan::Make(std::move(table), std::move(source), std::move(projection), std::move(filters), fetch);
}

Result<PlanPtr> Decoder::ReadNode(PlanKind kind, std::vector<PlanPtr> inputs) {
  size_t wanted = 1;
  if (kind == PlanKind::kScan || kind == PlanKind::kValues || kind == PlanKind::kEmpty || kind == PlanKind::kDescribe) wanted = 0;
  if (kind == PlanKind::kJoin) wanted = 2;
  if (kind == PlanKind::kUnion ? inputs.empty() : inputs.size() != wanted) return BadBytes("a plan with a wrong number of inputs");
  switch (kind) {
    case PlanKind::kScan:
      return ReadScan();
    case PlanKind::kProjection: {
      ARROW_ASSIGN_OR_RAISE(auto exprs, ReadExprs());
      return Projection::Make(inputs[0], std::move(exprs));
    }
    case PlanKind::kFilter: {
      ARROW_ASSIGN_OR_RAISE(auto predicate, ReadExpr());
      return Filter::Make(inputs[0], std::move(predicate));
    }
    case PlanKind::kLimit: {
      ARROW_ASSIGN_OR_RAISE(const int64_t skip, in_.Signed());
      ARROW_ASSIGN_OR_RAISE(const auto fetch, ReadNumber());
      return Limit::Make(inputs[0], skip, fetch);
    }
    case PlanKind::kSort: {
      ARROW_ASSIGN_OR_RAISE(const auto fetch, ReadNumber());
      ARROW_ASSIGN_OR_RAISE(auto keys, ReadKeys());
      return Sort::Make(inputs[0], std::move(keys), fetch);
    }
    case PlanKind::kAggregate: {
      ARROW_ASSIGN_OR_RAISE(auto groups, ReadExprs());
      ARROW_ASSIGN_OR_RAISE(auto aggregates, ReadExprs());
      return Aggregate::Make(inputs[0], std::move(groups), std::move(aggregates));
    }
    case PlanKind::kJoin: {
      ARROW_ASSIGN_OR_RAISE(const int type, in_.Choice(static_cast<int>(JoinType::kRightAnti) + 1));
      JoinOptions options;
      ARROW_ASSIGN_OR_RAISE(const int constraint, in_.Choice(2));
      options.constraint = static_cast<JoinConstraint>(constraint);
      ARROW_ASSIGN_OR_RAISE(options.nulls_equal, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(options.null_aware, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(const size_t keys, in_.Count());
      std::vector<std::pair<Expr, Expr>> on;
      for (size_t i = 0; i < keys; ++i) {
        ARROW_ASSIGN_OR_RAISE(auto left, ReadExpr());
        ARROW_ASSIGN_OR_RAISE(auto right, ReadExpr());
        on.emplace_back(std::move(left), std::move(right));
      }
      ARROW_ASSIGN_OR_RAISE(auto filter, ReadOptional());
      return Join::Make(inputs[0], inputs[1], static_cast<JoinType>(type), std::move(on), std::move(filter), options);
    }
    case PlanKind::kUnion:
      return Union::Make(std::move(inputs));
    case PlanKind::kDistinct:
      return Distinct::Make(inputs[0]);
    case PlanKind::kDistinctOn: {
      ARROW_ASSIGN_OR_RAISE(auto on, ReadExprs());
      ARROW_ASSIGN_OR_RAISE(auto select, ReadExprs());
      ARROW_ASSIGN_OR_RAISE(auto sort, ReadKeys());
      return DistinctOn::Make(inputs[0], std::move(on), std::move(select), std::move(sort));
    }
    case PlanKind::kWindow: {
      ARROW_ASSIGN_OR_RAISE(auto windows, ReadExprs());
      return Window::Make(inputs[0], std::move(windows));
    }
    case PlanKind::kValues: {
      ARROW_ASSIGN_OR_RAISE(auto schema, ReadSchema());
      ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
      std::vector<std::vector<Expr>> rows;
      for (size_t i = 0; i < count; ++i) {
        ARROW_ASSIGN_OR_RAISE(auto row, ReadExprs());
        if (row.size() != static_cast<size_t>(schema->num_fields())) return BadBytes("a row of a wrong width");
        rows.push_back(std::move(row));
      }
      if (rows.empty()) return BadBytes("values without rows");
      return Values::Make(std::move(rows), std::move(schema));
    }
    case PlanKind::kEmpty: {
      ARROW_ASSIGN_OR_RAISE(const bool one_row, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(auto schema, ReadSchema());
      if (one_row && schema->num_fields() > 0) return BadBytes("a row without values");
      return Empty::Make(one_row, std::move(schema));
    }
    case PlanKind::kSubqueryAlias: {
      ARROW_ASSIGN_OR_RAISE(auto alias, ReadName());
      return SubqueryAlias::Make(inputs[0], std::move(alias));
    }
    case PlanKind::kUnnest: {
      ARROW_ASSIGN_OR_RAISE(const bool preserve_nulls, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
      std::vector<Unnest::Column> columns(count);
      for (auto& column : columns) {
        ARROW_ASSIGN_OR_RAISE(column.input, in_.Choice(inputs[0]->schema()->num_fields()));
        ARROW_ASSIGN_OR_RAISE(column.name, in_.Text());
        ARROW_ASSIGN_OR_RAISE(column.depth, in_.Choice(64));
      }
      return Unnest::Make(inputs[0], std::move(columns), preserve_nulls);
    }
    case PlanKind::kRepartition: {
      ARROW_ASSIGN_OR_RAISE(const int partitions, in_.Choice(1 << 20));
      ARROW_ASSIGN_OR_RAISE(auto hash, ReadExprs());
      return Repartition::Make(inputs[0], partitions, std::move(hash));
    }
    case PlanKind::kExplain: {
      Explain::Options options;
      ARROW_ASSIGN_OR_RAISE(options.verbose, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(options.analyze, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(const int format, in_.Choice(4));
      options.format = static_cast<ExplainFormat>(format);
      return Explain::Make(inputs[0], options);
    }
    case PlanKind::kDescribe: {
      ARROW_ASSIGN_OR_RAISE(auto described, ReadSchema());
      return Describe::Make(std::move(described));
    }
    default:
      return BadBytes("a plan's node that can't travel");
  }
}

}  // namespace bowstring::logical
