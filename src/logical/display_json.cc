// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logical/nodes.h"

namespace bowstring {
namespace {

std::string Quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Members of an object in the order in which they print; values are JSON already.
using Members = std::vector<std::pair<std::string, std::string>>;

std::string List(const std::vector<std::string>& values, int level) {
  if (values.empty()) return "[]";
  const std::string pad(2 * (level + 1), ' ');
  std::string out = "[\n";
  for (size_t i = 0; i < values.size(); ++i) out += pad + values[i] + (i + 1 < values.size() ? ",\n" : "\n");
  return out + std::string(2 * level, ' ') + "]";
}

std::string Texts(const std::vector<Expr>& exprs, int level) {
  std::vector<std::string> texts;
  for (const Expr& expr : exprs) texts.push_back(Quoted(expr.ToString()));
  return List(texts, level);
}

/// The words of a node, as the peer has them.
Members MembersOf(const LogicalPlan& plan, int level) {
  Members members;
  const auto add = [&](const char* key, std::string value) { members.emplace_back(key, std::move(value)); };
  const auto type = [&](std::string_view name) { add("Node Type", Quoted(name)); };
  switch (plan.kind()) {
    case PlanKind::kScan: {
      const auto& scan = plan.As<logical::Scan>();
      type("TableScan");
      add("Relation Name", Quoted(scan.table.ToString()));
      if (!scan.filters.empty()) add("Filters", Quoted(logical::JoinExprs(scan.filters)));
      if (scan.fetch) add("Fetch", std::to_string(*scan.fetch));
      break;
    }
    case PlanKind::kProjection:
      type("Projection");
      add("Expressions", Texts(plan.As<logical::Projection>().exprs, level));
      break;
    case PlanKind::kFilter:
      type("Filter");
      add("Condition", Quoted(plan.As<logical::Filter>().predicate.ToString()));
      break;
    case PlanKind::kLimit: {
      const auto& limit = plan.As<logical::Limit>();
      type("Limit");
      add("Skip", std::to_string(limit.skip));
      if (limit.fetch) add("Fetch", std::to_string(*limit.fetch));
      break;
    }
    case PlanKind::kSort: {
      const auto& sort = plan.As<logical::Sort>();
      type("Sort");
      add("Sort Key", Quoted(logical::JoinSortKeys(sort.keys)));
      if (sort.fetch) add("Fetch", std::to_string(*sort.fetch));
      break;
    }
    case PlanKind::kAggregate: {
      const auto& aggregate = plan.As<logical::Aggregate>();
      type("Aggregate");
      add("Group By", Quoted(logical::JoinExprs(aggregate.groups)));
      add("Aggregates", Quoted(logical::JoinExprs(aggregate.aggregates)));
      break;
    }
    case PlanKind::kJoin: {
      const auto& join = plan.As<logical::Join>();
      if (join.cross()) {
        type("Cross Join");
        break;
      }
      type(std::string(logical::ToString(join.type)) + " Join");
      add("Join Constraint", Quoted(join.constraint == logical::JoinConstraint::kUsing ? "Using" : "On"));
      std::string keys;
      for (const auto& [a, b] : join.on) keys += (keys.empty() ? "" : ", ") + a.ToString() + " = " + b.ToString();
      add("Join Keys", Quoted(keys));
      add("Filter", Quoted(join.filter ? " Filter: " + join.filter->ToString() : ""));
      break;
    }
    case PlanKind::kUnion: type("Union"); break;
    case PlanKind::kDistinct: type("Distinct"); break;
    case PlanKind::kDistinctOn: {
      const auto& distinct = plan.As<logical::DistinctOn>();
      type("DistinctOn");
      add("On", Quoted(logical::JoinExprs(distinct.on)));
      add("Select", Quoted(logical::JoinExprs(distinct.select)));
      add("Sort", Quoted(logical::JoinSortKeys(distinct.sort)));
      break;
    }
    case PlanKind::kWindow:
      type("WindowAggr");
      add("Expressions", Quoted(logical::JoinExprs(plan.As<logical::Window>().windows)));
      break;
    case PlanKind::kValues: {
      const std::string text = plan.Display();
      type("Values");
      add("Values", Quoted(text.substr(text.find(' ') + 1)));
      break;
    }
    case PlanKind::kEmpty: type("EmptyRelation"); break;
    case PlanKind::kSubqueryAlias:
      type("Subquery");
      add("Alias", Quoted(plan.As<logical::SubqueryAlias>().alias.ToString()));
      break;
    default: {
      const std::string text = plan.Display();
      type(text.substr(0, text.find(':')));
      if (const size_t colon = text.find(": "); colon != std::string::npos) add("Details", Quoted(text.substr(colon + 2)));
      break;
    }
  }
  return members;
}

std::string Object(const LogicalPlan& plan, int level) {
  Members members = MembersOf(plan, level + 1);
  std::vector<std::string> inputs, output;
  for (const PlanPtr& input : plan.inputs()) inputs.push_back(Object(*input, level + 2));
  members.emplace_back("Plans", List(inputs, level + 1));
  for (const logical::QualifiedField& field : plan.schema()->fields()) output.push_back(Quoted(field.field->name()));
  members.emplace_back("Output", List(output, level + 1));
  const std::string pad(2 * (level + 1), ' ');
  std::string out = "{\n";
  for (size_t i = 0; i < members.size(); ++i) {
    out += pad + Quoted(members[i].first) + ": " + members[i].second + (i + 1 < members.size() ? ",\n" : "\n");
  }
  return out + std::string(2 * level, ' ') + "}";
}

}  // namespace

std::string LogicalPlan::DisplayPgJson() const { return "[\n  {\n    \"Plan\": " + Object(*this, 2) + "\n  }\n]"; }

}  // namespace bowstring
