// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "logical/plan.h"
#include "logical/rewrite.h"

namespace bowstring {
namespace {

/// Plans of the subqueries inside a node's expressions: printed as inputs, before the real ones.
std::vector<PlanPtr> Subqueries(const LogicalPlan& plan) {
  std::vector<PlanPtr> found;
  for (const Expr& expr : plan.Expressions()) {
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) found.push_back(subquery->plan);
      return true;
    });
  }
  return found;
}

void Indent(const LogicalPlan& plan, int level, bool with_schema, std::string* text) {
  const auto line = [&](const LogicalPlan& node, int depth, const std::string& label) {
    if (!text->empty()) *text += "\n";
    text->append(2 * depth, ' ');
    *text += label;
    if (with_schema) *text += " " + node.schema()->ToString();
  };
  line(plan, level, plan.Display());
  for (const PlanPtr& subquery : Subqueries(plan)) {
    line(*subquery, level + 1, "Subquery:");
    Indent(*subquery, level + 2, with_schema, text);
  }
  for (const PlanPtr& input : plan.inputs()) Indent(*input, level + 1, with_schema, text);
}

std::string Escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

void Graph(const LogicalPlan& plan, int parent, bool with_schema, int* id, std::string* text) {
  const int own = (*id)++;
  std::string label = Escaped(plan.Display());
  if (with_schema) label += "\\nSchema: " + Escaped(plan.schema()->ToString());
  *text += "    " + std::to_string(own) + "[shape=box label=\"" + label + "\"]\n";
  if (parent > 0) {
    *text += "    " + std::to_string(parent) + " -> " + std::to_string(own) + " [arrowhead=none, arrowtail=normal, dir=back]\n";
  }
  for (const PlanPtr& subquery : Subqueries(plan)) Graph(*subquery, own, with_schema, id, text);
  for (const PlanPtr& input : plan.inputs()) Graph(*input, own, with_schema, id, text);
}

}  // namespace

std::string LogicalPlan::DisplayIndent() const {
  std::string text;
  Indent(*this, 0, false, &text);
  return text;
}

std::string LogicalPlan::DisplayIndentSchema() const {
  std::string text;
  Indent(*this, 0, true, &text);
  return text;
}

std::string LogicalPlan::DisplayGraphviz() const {
  std::string text = "\n// Begin Bowstring GraphViz Plan,\n// display it online here: https://dreampuf.github.io/GraphvizOnline\n\ndigraph {\n";
  int id = 1;
  for (const bool with_schema : {false, true}) {
    text += "  subgraph cluster_" + std::to_string(id++) + "\n  {\n    graph[label=\"" +
            (with_schema ? "Detailed LogicalPlan" : "LogicalPlan") + "\"]\n";
    Graph(*this, 0, with_schema, &id, &text);
    text += "  }\n";
  }
  return text + "}\n// End Bowstring GraphViz Plan\n";
}

}  // namespace bowstring
