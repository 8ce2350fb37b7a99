// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <bowstring/function.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using logical::Schema;

namespace {

constexpr size_t kMostParts = 1000;  // expressions of one node that are looked at

/// A value of one row that may be computed before the expression around it.
bool Movable(const Expr& expr) {
  switch (expr.kind()) {
    case ExprKind::kColumn:
    case ExprKind::kLiteral:
    case ExprKind::kAlias:
    case ExprKind::kAggregate:
    case ExprKind::kWindow:
    case ExprKind::kWildcard:
    case ExprKind::kPlaceholder:
    case ExprKind::kOuterColumn:
    case ExprKind::kGroupingSet:
    case ExprKind::kLambda:
    case ExprKind::kLambdaVariable:
    case ExprKind::kUnnest:
    case ExprKind::kSlot: return false;
    default: break;
  }
  bool movable = true, reads = false;
  logical::VisitExpr(expr, [&](const Expr& part) {
    reads |= part.kind() == ExprKind::kColumn;
    switch (part.kind()) {
      case ExprKind::kScalarFunction: movable &= part->as<ScalarCall>().function->volatility() != Volatility::kVolatile; break;
      case ExprKind::kAggregate:
      case ExprKind::kWindow:
      case ExprKind::kPlaceholder:
      case ExprKind::kOuterColumn:
      case ExprKind::kLambda:
      case ExprKind::kLambdaVariable:
      case ExprKind::kUnnest:
      case ExprKind::kSlot: movable = false; break;
      default: movable &= !std::holds_alternative<SubqueryPlan>(part->data); break;
    }
    return movable;
  });
  return movable && reads;
}

/// Functions that look at later arguments only where the first ones don't decide.
bool ShortCircuits(const Expr& expr) {
  if (expr.kind() != ExprKind::kScalarFunction) return false;
  const auto& name = expr->as<ScalarCall>().function->name();
  return name == "coalesce" || name == "nvl" || name == "nvl2" || name == "ifnull" || name == "if";
}

/// The same name for the same expression, so that parts of a plan that are equal stay so.
std::string NameOf(const Expr& expr, const Schema& input, Context& context) {
  for (const auto& [known, name] : context.common_names) {
    if (known.Equals(expr) && input.FindAll(name).empty()) return name;
  }
  std::string name;
  do {
    name = context.FreshName("__common_expr_");
  } while (!input.FindAll(name).empty());
  context.common_names.emplace_back(expr, name);
  return name;
}

class Commons {
 public:
  /// Notes the parts of an expression. `sure`: it is computed for every row.
  void Note(const Expr& expr, bool sure) {
    if (parts_ > kMostParts || ++parts_ > kMostParts) return;
    if (Movable(expr)) {
      Entry& entry = Find(expr);
      ++entry.seen;
      entry.sure |= sure;
    }
    switch (expr.kind()) {
      case ExprKind::kBinary: {
        const BinaryOp op = expr->as<BinaryOp>();
        const bool shorts = op == BinaryOp::kAnd || op == BinaryOp::kOr;
        for (size_t i = 0; i < expr.children().size(); ++i) Note(expr.children()[i], sure && (i == 0 || !shorts));
        return;
      }
      case ExprKind::kInList:
      case ExprKind::kCase:
        for (size_t i = 0; i < expr.children().size(); ++i) Note(expr.children()[i], sure && i == 0);
        return;
      case ExprKind::kAggregate: {
        const auto& call = expr->as<AggregateCall>();
        if (call.filter) Note(*call.filter, sure);
        for (const Expr& child : expr.children()) Note(child, sure && !call.filter);
        for (const SortKey& key : call.order_by) Note(key.expr, sure && !call.filter);
        return;
      }
      case ExprKind::kLambda:
      case ExprKind::kUnnest:
      case ExprKind::kWindow: return;
      default: {
        const bool shorts = ShortCircuits(expr);
        for (size_t i = 0; i < expr.children().size(); ++i) Note(expr.children()[i], sure && (i == 0 || !shorts));
        return;
      }
    }
  }

  bool any() const {
    if (parts_ > kMostParts) return false;
    for (const auto& [hash, entries] : entries_) {
      for (const Entry& entry : entries) {
        if (entry.wanted()) return true;
      }
    }
    return false;
  }

  /// The expression with the largest common parts as columns; where `context` is null they are only counted.
  Result<Expr> Replace(const Expr& expr, const Schema& input, Context* context) {
    return logical::RewriteDown(expr, [&](const Expr& part) -> Result<std::optional<Expr>> {
      if (part.kind() == ExprKind::kLambda || part.kind() == ExprKind::kWindow || part.kind() == ExprKind::kUnnest) return std::optional<Expr>(part);
      const auto found = entries_.find(part.Hash());
      if (found == entries_.end()) return std::optional<Expr>{};
      for (Entry& entry : found->second) {
        if (!entry.wanted() || !entry.expr.Equals(part)) continue;
        if (context == nullptr) {
          ++entry.used;
          return std::optional<Expr>(part);  // what is inside goes with it
        }
        if (entry.used < 2) break;
        if (entry.name.empty()) {
          entry.name = NameOf(entry.expr, input, *context);
          made_.push_back(entry.expr.Alias(entry.name));
        }
        return std::optional<Expr>(Column(entry.name));
      }
      return std::optional<Expr>{};
    });
  }

  const std::vector<Expr>& made() const { return made_; }

 private:
  struct Entry {
    Expr expr;
    int seen = 0, used = 0;
    bool sure = false;
    std::string name = {};
    bool wanted() const { return sure && seen > 1; }
  };
  Entry& Find(const Expr& expr) {
    auto& entries = entries_[expr.Hash()];
    for (Entry& entry : entries) {
      if (entry.expr.Equals(expr)) return entry;
    }
    entries.push_back({expr});
    return entries.back();
  }

  size_t parts_ = 0;
  std::unordered_map<uint64_t, std::vector<Entry>> entries_;
  std::vector<Expr> made_;
};

}  // namespace

/// What several expressions of a projection or of an aggregate have in common is computed once, by a projection below. Not what only some
/// rows need (later branches of CASE, AND, OR, coalesce), nor what answers differently each time. At the end: nothing merges it back.
Result<PlanPtr> EliminateCommonSubexpressions(const PlanPtr& plan, Context& context) {
  return TransformUp(plan, [&](const PlanPtr& node) -> Result<PlanPtr> {
    if (node->kind() != PlanKind::kProjection && node->kind() != PlanKind::kAggregate) return node;
    std::vector<Expr> exprs = node->Expressions();
    Commons commons;
    for (const Expr& expr : exprs) {
      if (expr.kind() != ExprKind::kColumn) commons.Note(expr, /*sure=*/true);
    }
    if (!commons.any()) return node;
    const Schema& input = *node->input()->schema();
    for (const Expr& expr : exprs) ARROW_RETURN_NOT_OK(commons.Replace(expr, input, nullptr).status());
    std::vector<bool> read(static_cast<size_t>(input.num_fields()));
    for (Expr& expr : exprs) {
      ARROW_ASSIGN_OR_RAISE(Expr next, commons.Replace(expr, input, &context));
      if (&next.node() != &expr.node()) expr = logical::KeepName(expr, std::move(next));
      logical::VisitExpr(expr, [&](const Expr& part) {
        if (part.kind() != ExprKind::kColumn) return true;
        if (const auto at = input.scope().TryResolve(part->as<ColumnRef>())) read[static_cast<size_t>(*at)] = true;
        return true;
      });
      if (logical::Contains(expr, ExprKind::kGroupingSet)) return node;
    }
    if (commons.made().empty()) return node;
    std::vector<Expr> below = commons.made();
    for (int i = 0; i < input.num_fields(); ++i) {
      if (read[static_cast<size_t>(i)]) below.push_back(input.column(i));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr first, logical::Projection::Make(node->input(), std::move(below)));
    return node->WithParts(std::move(exprs), {std::move(first)});
  });
}

}  // namespace bowstring::optimizer
