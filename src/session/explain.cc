// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include <arrow/array/builder_binary.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/type_names.h"
#include "logical/explain.h"
#include "optimizer/explain_form.h"
#include "optimizer/optimizer.h"
#include "session/explain_tree.h"
#include "session/run.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;
using logical::ExplainFormat;

namespace {

Result<std::shared_ptr<arrow::RecordBatch>> TextBatch(const std::shared_ptr<arrow::Schema>& schema,
                                                      const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int c = 0; c < schema->num_fields(); ++c) {
    arrow::StringBuilder builder;
    for (const auto& row : rows) ARROW_RETURN_NOT_OK(builder.Append(row[c]));
    std::shared_ptr<arrow::Array> column;
    ARROW_RETURN_NOT_OK(builder.Finish(&column));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, static_cast<int64_t>(rows.size()), std::move(columns));
}

std::string Text(const LogicalPlan& plan, ExplainFormat format, bool with_schema) {
  if (format == ExplainFormat::kGraphviz) return plan.DisplayGraphviz();
  if (format == ExplainFormat::kPgJson) return plan.DisplayPgJson();
  return with_schema ? plan.DisplayIndentSchema() : plan.DisplayIndent();
}

std::string_view FormatName(ExplainFormat format) {
  switch (format) {
    case ExplainFormat::kIndent: return "indent";
    case ExplainFormat::kTree: return "tree";
    case ExplainFormat::kPgJson: return "pgjson";
    case ExplainFormat::kGraphviz: return "graphviz";
  }
  return "";
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> ExplainRows(const std::shared_ptr<SessionState>& session, const LogicalPlan& explain) {
  const auto& node = explain.As<logical::Explain>();
  const SessionConfig config = session->config();
  const PlanPtr& plan = node.input();
  const ExplainFormat format = node.options.format;
  if (node.options.analyze && format != ExplainFormat::kIndent) {
    return Error(ErrorKind::kPlan, "EXPLAIN ANALYZE with FORMAT ", FormatName(format), " is not supported");
  }
  if (node.options.verbose && format != ExplainFormat::kIndent) {
    return Error(ErrorKind::kPlan, "EXPLAIN VERBOSE with FORMAT ", FormatName(format), " is not supported");
  }
  const bool with_schema = config.GetBool("datafusion.explain.show_schema");
  std::vector<std::vector<std::string>> rows;
  std::vector<optimizer::TraceEntry> trace;
  ARROW_ASSIGN_OR_RAISE(PlanPtr optimized,
                        optimizer::Optimize(plan, session->optimizer_options(), node.options.verbose ? &trace : nullptr));
  if (node.options.analyze) {
    ARROW_ASSIGN_OR_RAISE(const session::Analysis analysis, AnalyzePlan(session, optimized));
    rows.push_back({"Plan with Metrics", analysis.text});
    if (node.options.verbose) {
      rows.push_back({"Plan with Full Metrics", analysis.text});
      rows.push_back({"Output Rows", std::to_string(analysis.rows)});
      rows.push_back({"Duration", session::DurationText(analysis.ns)});
    }
    return TextBatch(explain.schema()->arrow(), rows);
  }
  if (format == ExplainFormat::kTree) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, PhysicalText(session, optimized));
    rows.push_back({"physical_plan", RenderTree(text)});
    return TextBatch(explain.schema()->arrow(), rows);
  }
  const bool physical = !config.GetBool("datafusion.explain.logical_plan_only") && format == ExplainFormat::kIndent;
  if (!config.GetBool("datafusion.explain.physical_plan_only")) {
    if (node.options.verbose) {
      std::string last = Text(*plan, format, with_schema);
      rows.push_back({"initial_logical_plan", last});
      rows.push_back({"analyzed_logical_plan", "SAME TEXT AS ABOVE"});  // types are settled while names are looked up
      for (const optimizer::TraceEntry& entry : trace) {
        std::string text = Text(*entry.plan, format, with_schema);
        rows.push_back({"logical_plan after " + std::string(entry.rule), text == last ? "SAME TEXT AS ABOVE" : text});
        last = std::move(text);
      }
    }
    rows.push_back({"logical_plan", Text(*optimizer::ExplainForm(optimized), format, with_schema)});
  }
  if (physical) {
    ARROW_ASSIGN_OR_RAISE(std::string text, PhysicalText(session, optimized));
    rows.push_back({"physical_plan", text + "\n"});
  }
  return TextBatch(explain.schema()->arrow(), rows);
}

Result<std::shared_ptr<arrow::RecordBatch>> DescribeRows(const logical::Schema& schema) {
  std::vector<std::vector<std::string>> rows;
  for (const logical::QualifiedField& field : schema.fields()) {
    rows.push_back({field.field->name(), TypeName(*field.field->type()), field.field->nullable() ? "YES" : "NO"});
  }
  arrow::FieldVector fields;
  for (const char* name : {"column_name", "data_type", "is_nullable"}) fields.push_back(arrow::field(name, arrow::utf8(), false));
  return TextBatch(arrow::schema(std::move(fields)), rows);
}

}  // namespace bowstring
