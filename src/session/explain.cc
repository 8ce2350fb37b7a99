// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include <arrow/array/builder_binary.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/type_names.h"
#include "logical/explain.h"
#include "optimizer/optimizer.h"
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
  return with_schema ? plan.DisplayIndentSchema() : plan.DisplayIndent();
}

std::string Duration(int64_t ns) {
  char text[32];
  if (ns < 1000) {
    std::snprintf(text, sizeof text, "%dns", static_cast<int>(ns));
  } else if (ns < 1'000'000) {
    std::snprintf(text, sizeof text, "%.2f\u00b5s", static_cast<double>(ns) / 1e3);
  } else if (ns < 1'000'000'000) {
    std::snprintf(text, sizeof text, "%.2fms", static_cast<double>(ns) / 1e6);
  } else {
    std::snprintf(text, sizeof text, "%.2fs", static_cast<double>(ns) / 1e9);
  }
  return text;
}

/// Runs the plan to its end, throws the rows away, and answers its text with the figures.
Result<std::string> AnalyzedText(const std::shared_ptr<SessionState>& session, const PlanPtr& plan) {
  ARROW_ASSIGN_OR_RAISE(auto streams, RunPlan(session, plan, {}, /*partitioned=*/false));
  const auto& stream = streams[0];
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, stream->Next());
    if (batch == nullptr) break;
  }
  std::string text;
  for (const OperatorStats& stats : stream->operators()) {
    text += (text.empty() ? "" : "\n") + std::string(static_cast<size_t>(stats.depth) * 2, ' ') + stats.line +
            ", metrics=[output_rows=" + std::to_string(stats.output_rows) + ", elapsed_compute=" + Duration(stats.elapsed_compute_ns) +
            ", output_batches=" + std::to_string(stats.output_batches);
    if (stats.spill_count > 0) {
      text += ", spill_count=" + std::to_string(stats.spill_count) + ", spilled_bytes=" + std::to_string(stats.spilled_bytes) +
              ", spilled_rows=" + std::to_string(stats.spilled_rows);
    }
    text += "]";
  }
  return text;
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> ExplainRows(const std::shared_ptr<SessionState>& session, const LogicalPlan& explain) {
  const auto& node = explain.As<logical::Explain>();
  const SessionConfig config = session->config();
  const PlanPtr& plan = node.input();
  const ExplainFormat format = node.options.format;
  if (node.options.analyze && format != ExplainFormat::kIndent) {
    return Error(ErrorKind::kNotImplemented, "EXPLAIN ANALYZE only supports the indent format");
  }
  if (format == ExplainFormat::kPgJson) return Error(ErrorKind::kNotImplemented, "EXPLAIN FORMAT pgjson");
  if (format == ExplainFormat::kTree) return Error(ErrorKind::kNotImplemented, "EXPLAIN FORMAT tree");
  if (node.options.analyze) {
    ARROW_ASSIGN_OR_RAISE(std::string text, AnalyzedText(session, plan));
    return TextBatch(explain.schema()->arrow(), {{"Plan with Metrics", std::move(text)}});
  }
  const bool with_schema = config.GetBool("datafusion.explain.show_schema");
  std::vector<std::vector<std::string>> rows;
  std::vector<optimizer::TraceEntry> trace;
  ARROW_ASSIGN_OR_RAISE(PlanPtr optimized,
                        optimizer::Optimize(plan, session->optimizer_options(), node.options.verbose ? &trace : nullptr));
  const bool physical = !config.GetBool("datafusion.explain.logical_plan_only") && format == ExplainFormat::kIndent;
  if (!config.GetBool("datafusion.explain.physical_plan_only")) {
    if (node.options.verbose) {
      std::string last = Text(*plan, format, with_schema);
      rows.push_back({"initial_logical_plan", last});
      for (const optimizer::TraceEntry& entry : trace) {
        std::string text = Text(*entry.plan, format, with_schema);
        rows.push_back({"logical_plan after " + std::string(entry.rule), text == last ? "SAME TEXT AS ABOVE" : text});
        last = std::move(text);
      }
    }
    rows.push_back({"logical_plan", Text(*optimized, format, with_schema)});
  }
  if (physical) {
    ARROW_ASSIGN_OR_RAISE(std::string text, PhysicalText(session, optimized));
    rows.push_back({"physical_plan", std::move(text)});
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
