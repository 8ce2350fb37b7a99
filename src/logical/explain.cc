// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/explain.h"

#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring::logical {

using arrow::Result;

namespace {

SchemaPtr TextColumns(std::initializer_list<const char*> names) {
  arrow::FieldVector fields;
  for (const char* name : names) fields.push_back(arrow::field(name, arrow::utf8(), false));
  return Schema::From(*arrow::schema(std::move(fields)), std::nullopt);
}

}  // namespace

Result<ExplainFormat> ParseExplainFormat(std::string_view text) {
  if (text == "indent") return ExplainFormat::kIndent;
  if (text == "tree") return ExplainFormat::kTree;
  if (text == "pgjson") return ExplainFormat::kPgJson;
  if (text == "graphviz") return ExplainFormat::kGraphviz;
  return Error(ErrorKind::kConfig, "Invalid explain format. Expected 'indent', 'tree', 'pgjson' or 'graphviz'. Got '", text, "'");
}

Result<PlanPtr> Explain::Make(PlanPtr input, Options options) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  std::shared_ptr<Explain> explain(new Explain(TextColumns({"plan_type", "plan"}), {std::move(input)}));
  explain->options = options;
  return explain;
}

Result<PlanPtr> Explain::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), options);
}

bool Explain::SameRest(const LogicalPlan& other) const { return options == other.As<Explain>().options; }

Result<PlanPtr> Describe::Make(SchemaPtr described) {
  std::shared_ptr<Describe> describe(new Describe(TextColumns({"column_name", "data_type", "is_nullable"}), {}));
  describe->described = std::move(described);
  return describe;
}

Result<PlanPtr> Describe::WithParts(std::vector<Expr>, std::vector<PlanPtr>) const { return Make(described); }

bool Describe::SameRest(const LogicalPlan& other) const { return described->Equals(*other.As<Describe>().described); }

}  // namespace bowstring::logical
