// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/expr.h>

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

namespace bowstring {
namespace {

// The expressions a node holds outside `children`, which destruction must not recurse into either.
void TakeHidden(ExprNode::Data& data, std::vector<Expr>* out) {
  auto take_optional = [&](std::optional<Expr>& expr) {
    if (expr) out->push_back(std::move(*expr));
    expr.reset();
  };
  auto take_keys = [&](std::vector<SortKey>& keys) {
    for (SortKey& key : keys) out->push_back(std::move(key.expr));
  };
  if (auto* aggregate = std::get_if<AggregateCall>(&data)) {
    take_optional(aggregate->filter);
    take_keys(aggregate->order_by);
  } else if (auto* window = std::get_if<WindowCall>(&data)) {
    take_optional(window->filter);
    take_keys(window->order_by);
    for (Expr& expr : window->partition_by) out->push_back(std::move(expr));
  } else if (auto* wildcard = std::get_if<WildcardShape>(&data)) {
    for (auto& [name, expr] : wildcard->replace) out->push_back(std::move(expr));
  } else if (auto* subquery = std::get_if<SubqueryPlan>(&data)) {
    for (Expr& expr : subquery->outer_columns) out->push_back(std::move(expr));
  }
}

const std::shared_ptr<const ExprNode>& NullNode() {
  static const auto* node =
      new std::shared_ptr<const ExprNode>(std::make_shared<ExprNode>(ExprKind::kLiteral, std::vector<Expr>{},
                                                                     LiteralValue{std::make_shared<arrow::NullScalar>(), nullptr}));
  return *node;
}

Expr OneChild(ExprKind kind, Expr child, ExprNode::Data data = {}) {
  std::vector<Expr> children;
  children.push_back(std::move(child));
  return MakeExpr(kind, std::move(children), std::move(data));
}

Expr Chain(BinaryOp op, std::vector<Expr> terms, bool empty) {
  if (terms.empty()) return Literal(empty);
  if (terms.size() == 1) return std::move(terms[0]);
  return MakeExpr(ExprKind::kBinary, std::move(terms), op);
}

}  // namespace

Expr::Expr() : node_(NullNode()) {}
ExprKind Expr::kind() const { return node_->kind; }
const std::vector<Expr>& Expr::children() const { return node_->children; }

Expr Expr::WithChildren(std::vector<Expr> children) const { return MakeExpr(kind(), std::move(children), node_->data); }

Expr Expr::Alias(std::string name) const { return OneChild(ExprKind::kAlias, *this, AliasName{std::move(name), std::nullopt, nullptr}); }

ExprNode::ExprNode(ExprKind k, std::vector<Expr> c, Data d) : kind(k), depth(1), children(std::move(c)), data(std::move(d)) {
  for (const Expr& child : children) depth = std::max(depth, child->depth + 1);
  auto deepen = [this](const Expr& expr) { depth = std::max(depth, expr->depth + 1); };
  if (const auto* aggregate = std::get_if<AggregateCall>(&data)) {
    if (aggregate->filter) deepen(*aggregate->filter);
    for (const SortKey& key : aggregate->order_by) deepen(key.expr);
  } else if (const auto* window = std::get_if<WindowCall>(&data)) {
    if (window->filter) deepen(*window->filter);
    for (const SortKey& key : window->order_by) deepen(key.expr);
    for (const Expr& expr : window->partition_by) deepen(expr);
  }
}

// A chain of a million terms is a tree a million deep: nodes that only this one holds are taken apart one after the other.
ExprNode::~ExprNode() {
  if (depth <= 2) return;
  std::vector<Expr> pending = std::move(children);
  children.clear();
  TakeHidden(data, &pending);
  while (!pending.empty()) {
    const std::shared_ptr<const ExprNode> node = std::move(pending.back().node_);
    pending.pop_back();
    if (!node || node.use_count() > 1) continue;
    // The only holder may take the node apart: nobody else can see it.
    auto* own = const_cast<ExprNode*>(node.get());
    for (Expr& child : own->children) pending.push_back(std::move(child));
    own->children.clear();
    TakeHidden(own->data, &pending);
    own->depth = 1;
  }
}

Expr MakeExpr(ExprKind kind, std::vector<Expr> children, ExprNode::Data data) {
  return Expr(std::make_shared<const ExprNode>(kind, std::move(children), std::move(data)));
}

Expr Column(std::string name) { return MakeExpr(ExprKind::kColumn, {}, ColumnRef{std::nullopt, std::move(name)}); }
Expr Column(TableName relation, std::string name) {
  return MakeExpr(ExprKind::kColumn, {}, ColumnRef{std::move(relation), std::move(name)});
}

Expr Literal(std::shared_ptr<arrow::Scalar> value) { return MakeExpr(ExprKind::kLiteral, {}, LiteralValue{std::move(value), nullptr}); }
Expr Literal(int64_t value) { return Literal(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::Int64Scalar>(value))); }
Expr Literal(double value) { return Literal(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::DoubleScalar>(value))); }
Expr Literal(bool value) { return Literal(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::BooleanScalar>(value))); }
Expr Literal(std::string value) {
  return Literal(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::StringScalar>(std::move(value))));
}
Expr Literal(const char* value) { return Literal(std::string(value)); }

Expr Binary(BinaryOp op, Expr left, Expr right) {
  std::vector<Expr> children;
  // Chains of AND and OR, built term by term, become flat: so a chain of thousands isn't thousands deep. Up to a length, as each
  // term copies the list.
  constexpr size_t kMostTerms = 512;
  const bool logic = op == BinaryOp::kAnd || op == BinaryOp::kOr;
  if (logic && left.kind() == ExprKind::kBinary && left->as<BinaryOp>() == op && left.children().size() < kMostTerms) {
    children = left.children();
    children.push_back(std::move(right));
    return MakeExpr(ExprKind::kBinary, std::move(children), op);
  }
  children.reserve(2);
  children.push_back(std::move(left));
  children.push_back(std::move(right));
  return MakeExpr(ExprKind::kBinary, std::move(children), op);
}

Expr And(std::vector<Expr> terms) { return Chain(BinaryOp::kAnd, std::move(terms), true); }
Expr Or(std::vector<Expr> terms) { return Chain(BinaryOp::kOr, std::move(terms), false); }
Expr Not(Expr expr) { return OneChild(ExprKind::kNot, std::move(expr)); }
Expr Negative(Expr expr) { return OneChild(ExprKind::kNegative, std::move(expr)); }
Expr IsNull(Expr expr) { return OneChild(ExprKind::kIsNull, std::move(expr)); }
Expr IsNotNull(Expr expr) { return OneChild(ExprKind::kIsNotNull, std::move(expr)); }

Expr Between(Expr expr, Expr low, Expr high, bool negated) {
  return MakeExpr(ExprKind::kBetween, {std::move(expr), std::move(low), std::move(high)}, Negated{negated});
}
Expr InList(Expr expr, std::vector<Expr> list, bool negated) {
  list.insert(list.begin(), std::move(expr));
  return MakeExpr(ExprKind::kInList, std::move(list), Negated{negated});
}
Expr Case(CaseShape shape, std::vector<Expr> children) { return MakeExpr(ExprKind::kCase, std::move(children), shape); }
Expr Call(std::shared_ptr<const ScalarFunction> function, std::vector<Expr> arguments) {
  return MakeExpr(ExprKind::kScalarFunction, std::move(arguments), ScalarCall{std::move(function)});
}

Expr Cast(Expr expr, std::shared_ptr<arrow::DataType> type) {
  return OneChild(ExprKind::kCast, std::move(expr), CastTarget{arrow::field("", std::move(type))});
}
Expr TryCast(Expr expr, std::shared_ptr<arrow::DataType> type) {
  return OneChild(ExprKind::kTryCast, std::move(expr), CastTarget{arrow::field("", std::move(type))});
}

std::vector<Expr> SplitConjuncts(const Expr& predicate) {
  std::vector<Expr> out, pending{predicate};
  while (!pending.empty()) {
    Expr expr = std::move(pending.back());
    pending.pop_back();
    const bool conjunction = expr.kind() == ExprKind::kBinary && expr->as<BinaryOp>() == BinaryOp::kAnd;
    if (!conjunction) {
      out.push_back(std::move(expr));
      continue;
    }
    pending.insert(pending.end(), expr.children().rbegin(), expr.children().rend());
  }
  return out;
}

}  // namespace bowstring
