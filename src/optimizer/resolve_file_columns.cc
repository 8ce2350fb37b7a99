// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <bowstring/file_table.h>
#include <bowstring/function.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

constexpr char kFileName[] = "input_file_name()";
constexpr char kFileRow[] = "file_row_index()";

/// Which of the two an expression is a call of; null: of neither.
const char* CallOf(const Expr& expr) {
  if (expr.kind() != ExprKind::kScalarFunction) return nullptr;
  const std::string& name = expr->as<ScalarCall>().function->name();
  if (name == "input_file_name") return kFileName;
  return name == "file_row_index" ? kFileRow : nullptr;
}

struct Wants {
  bool name = false, row = false;
};

Wants WantsOf(const LogicalPlan& plan) {
  Wants out;
  for (const Expr& expr : plan.Expressions()) {
    VisitExpr(expr, [&](const Expr& part) {
      const char* call = CallOf(part);
      out.name |= call == kFileName;
      out.row |= call == kFileRow;
      return true;
    });
  }
  return out;
}

/// The columns of a plan's end, by which it is longer than `before`.
std::vector<Expr> Added(const LogicalPlan& plan, int before) {
  std::vector<Expr> out;
  for (int i = before; i < plan.schema()->num_fields(); ++i) out.push_back(plan.schema()->column(i));
  return out;
}

/// The scan with the wanted columns at its end, under names that the plan doesn't have yet; null where the table can't give them.
Result<PlanPtr> WidenScan(const Scan& scan, const Wants& wants, Context& context) {
  std::shared_ptr<const TableSource> source = scan.source;
  if (source->schema()->GetFieldIndex(kFileNameColumn) < 0) {  // else the table has them for another node
    const auto* files = dynamic_cast<const FileTable*>(source.get());
    if (files == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(source, files->WithFileColumns());
    if (source == nullptr) return nullptr;
  }
  std::vector<Expr> exprs;
  for (const QualifiedField& field : scan.schema()->fields()) exprs.push_back(Column(scan.table, field.field->name()));
  std::vector<int> columns = scan.Columns();
  for (const char* name : {kFileNameColumn, kFileRowColumn}) {
    if (name == kFileNameColumn ? !wants.name : !wants.row) continue;
    const int at = source->schema()->GetFieldIndex(name);
    if (at < 0) return nullptr;
    if (std::find(columns.begin(), columns.end(), at) == columns.end()) columns.push_back(at);
    exprs.push_back(Column(scan.table, name).Alias(context.FreshName("__file_column_")));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr wide, Scan::Make(scan.table, std::move(source), std::move(columns), scan.filters, scan.fetch));
  return Projection::Make(std::move(wide), std::move(exprs));
}

/// The plan with the wanted columns at its end, in the order of Wants; null where the rows aren't those of a scan.
Result<PlanPtr> Widen(const PlanPtr& plan, const Wants& wants, Context& context) {
  if (const auto* scan = plan->TryAs<Scan>()) return WidenScan(*scan, wants, context);
  switch (plan->kind()) {
    case PlanKind::kProjection:
    case PlanKind::kFilter:
    case PlanKind::kSort:
    case PlanKind::kLimit:
    case PlanKind::kRepartition:
    case PlanKind::kSubqueryAlias:
      break;
    default:
      return nullptr;
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Widen(plan->input(), wants, context));
  if (input == nullptr) return nullptr;
  if (const auto* projection = plan->TryAs<Projection>()) {
    std::vector<Expr> exprs = projection->exprs;
    for (Expr& column : Added(*input, plan->input()->schema()->num_fields())) exprs.push_back(std::move(column));
    return Projection::Make(std::move(input), std::move(exprs));
  }
  return plan->WithInputs({std::move(input)});
}

Result<PlanPtr> Resolve(const PlanPtr& plan, Context& context) {
  if (plan->inputs().size() != 1) return plan;
  const Wants wants = WantsOf(*plan);
  if (!wants.name && !wants.row) return plan;
  ARROW_ASSIGN_OR_RAISE(PlanPtr input, Widen(plan->input(), wants, context));
  if (input == nullptr) return plan;  // the call says itself what is wrong
  // Under names of their own, which are those that the calls' results have.
  const int before = plan->input()->schema()->num_fields();
  std::vector<Expr> exprs = AllColumns(*plan->input());
  std::vector<Expr> added = Added(*input, before);
  if (wants.row) {
    exprs.push_back(added.back().Alias(kFileRow));
    added.pop_back();
  }
  if (wants.name) exprs.push_back(added.back().Alias(kFileName));
  ARROW_ASSIGN_OR_RAISE(input, Projection::Make(std::move(input), std::move(exprs)));
  std::vector<Expr> changed = plan->Expressions();
  for (Expr& expr : changed) {
    ARROW_ASSIGN_OR_RAISE(expr, RewriteDown(expr, [](const Expr& part) -> Result<std::optional<Expr>> {
                            const char* call = CallOf(part);
                            return call != nullptr ? std::optional<Expr>(Column(call)) : std::nullopt;
                          }));
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr out, plan->WithParts(std::move(changed), {std::move(input)}));
  if (out->schema()->num_fields() == plan->schema()->num_fields()) return out;
  // Nodes that give out their input's columns: without those that were added.
  std::vector<Expr> kept;
  for (int i = 0; i < out->schema()->num_fields(); ++i) {
    const QualifiedField& field = out->schema()->field(i);
    const std::string& name = field.field->name();
    if (!field.relation && i >= before && (name == kFileName || name == kFileRow)) continue;
    kept.push_back(out->schema()->column(i));
  }
  return Projection::Make(std::move(out), std::move(kept));
}

}  // namespace

/// Calls of input_file_name() and file_row_index() become columns that the scan below gives.
Result<PlanPtr> ResolveFileColumns(const PlanPtr& plan, Context& context) {
  if (context.pass > 0) return plan;
  return TransformDown(plan, [&](const PlanPtr& node) { return Resolve(node, context); });
}

}  // namespace bowstring::optimizer
