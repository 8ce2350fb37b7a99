// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "logical/builder.h"
#include "logical/estimate.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using arrow::Status;
using namespace logical;  // NOLINT: node kinds

namespace {

using Set = uint64_t;  // of inputs

constexpr int kExhaustive = 12;  // inputs up to which all orders are tried
constexpr double kSmallProduct = 1e4;  // rows up to which two inputs without a condition may meet before the others
constexpr int kMostInputs = 40;  // beyond, the order stays

/// Columns that are equal in the result: whichever two of them meet are a key.
struct Class {
  std::vector<Expr> members;
  std::vector<int> inputs;       // of each member
  std::vector<double> distinct;  // of each member
};

/// A condition that isn't an equality of two columns: tested where all that it reads has met.
struct Condition {
  Expr expr;
  Set reads = 0;
  Set left = 0, right = 0;  // of `x = y` over different inputs: then it is a key
  double share = 0.25;
};

struct Best {
  double cost = std::numeric_limits<double>::infinity();
  double rows = 0;
  Set left = 0, right = 0;  // none for a single input
};

class Orderer {
 public:
  Status Collect(const PlanPtr& plan);
  size_t size() const { return inputs_.size(); }
  /// The joined plan; none where the order can't be chosen.
  Result<PlanPtr> Order();

 private:
  bool Flattens(const LogicalPlan& plan) const {
    const auto* join = plan.TryAs<Join>();
    return join != nullptr && join->type == JoinType::kInner && !join->nulls_equal && !join->null_aware;
  }
  void Flatten(const PlanPtr& plan);
  Set Reads(const Expr& expr) const;
  void AddCondition(const Expr& expr);
  void AddEqual(const Expr& a, int input_a, const Expr& b, int input_b);
  bool Connected(Set a, Set b) const;
  double RowsOf(Set a, Set b, double rows_a, double rows_b) const;
  double CostOf(const Best& a, const Best& b, double rows) const;
  void Exhaustive();
  void Greedy();
  Result<PlanPtr> Build(Set set);

  std::vector<PlanPtr> inputs_;
  std::vector<Estimate> estimates_;
  std::vector<Expr> written_;
  std::vector<Class> classes_;
  std::vector<Condition> conditions_;
  std::vector<Best> best_;             // of each set, exhaustive
  std::vector<std::pair<Set, Best>> chosen_;  // greedy
};

void Orderer::Flatten(const PlanPtr& plan) {
  if (!Flattens(*plan)) {
    inputs_.push_back(plan);
    return;
  }
  const Join& join = plan->As<Join>();
  Flatten(join.input(0));
  Flatten(join.input(1));
  for (const auto& [a, b] : join.on) written_.push_back(Binary(BinaryOp::kEq, a, b));
  if (join.filter) {
    for (const Expr& conjunct : SplitConjuncts(*join.filter)) written_.push_back(conjunct);
  }
}

Set Orderer::Reads(const Expr& expr) const {
  Set set = 0;
  VisitExpr(expr, [&](const Expr& part) {
    if (part.kind() != ExprKind::kColumn) return true;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i]->schema()->scope().TryResolve(part->as<ColumnRef>())) set |= Set{1} << i;
    }
    return true;
  });
  return set;
}

void Orderer::AddEqual(const Expr& a, int input_a, const Expr& b, int input_b) {
  const auto find = [&](const Expr& expr) -> int {
    for (size_t c = 0; c < classes_.size(); ++c) {
      for (const Expr& member : classes_[c].members) {
        if (member.Equals(expr)) return static_cast<int>(c);
      }
    }
    return -1;
  };
  const auto add = [&](Class& to, const Expr& expr, int input) {
    to.members.push_back(expr);
    to.inputs.push_back(input);
    const auto at = inputs_[input]->schema()->scope().TryResolve(expr->as<ColumnRef>());
    to.distinct.push_back(at ? estimates_[input].columns[*at].distinct : 1);
  };
  const int of_a = find(a), of_b = find(b);
  if (of_a >= 0 && of_b >= 0) {
    if (of_a == of_b) return;
    Class& to = classes_[of_a];
    Class& from = classes_[of_b];
    to.members.insert(to.members.end(), from.members.begin(), from.members.end());
    to.inputs.insert(to.inputs.end(), from.inputs.begin(), from.inputs.end());
    to.distinct.insert(to.distinct.end(), from.distinct.begin(), from.distinct.end());
    classes_.erase(classes_.begin() + of_b);
  } else if (of_a >= 0) {
    add(classes_[of_a], b, input_b);
  } else if (of_b >= 0) {
    add(classes_[of_b], a, input_a);
  } else {
    classes_.emplace_back();
    add(classes_.back(), a, input_a);
    add(classes_.back(), b, input_b);
  }
}

void Orderer::AddCondition(const Expr& expr) {
  Condition condition{expr};
  condition.reads = Reads(expr);
  const bool equal = expr.kind() == ExprKind::kBinary && expr->as<BinaryOp>() == BinaryOp::kEq && Deterministic(expr);
  if (equal) {
    const Expr &a = expr.children()[0], &b = expr.children()[1];
    const Set left = Reads(a), right = Reads(b);
    if (std::popcount(left) == 1 && std::popcount(right) == 1 && left != right && a.kind() == ExprKind::kColumn && b.kind() == ExprKind::kColumn) {
      const int input_a = std::countr_zero(left), input_b = std::countr_zero(right);
      const auto type = [&](const Expr& column, int input) {
        const Schema& schema = *inputs_[input]->schema();
        return schema.field(*schema.scope().TryResolve(column->as<ColumnRef>())).field->type();
      };
      // Floats: -0.0 = 0.0, but a chain of casts isn't an equivalence.
      if (type(a, input_a)->Equals(*type(b, input_b))) {
        AddEqual(a, input_a, b, input_b);
        return;
      }
    }
    if (left != 0 && right != 0 && (left & right) == 0) {
      condition.left = left;
      condition.right = right;
      double distinct = 10;
      for (const Expr& side : {a, b}) {
        VisitExpr(side, [&](const Expr& part) {
          if (part.kind() == ExprKind::kColumn) {
            for (size_t i = 0; i < inputs_.size(); ++i) {
              if (const auto at = inputs_[i]->schema()->scope().TryResolve(part->as<ColumnRef>())) {
                distinct = std::max(distinct, estimates_[i].columns[*at].distinct);
              }
            }
          }
          return true;
        });
      }
      condition.share = 1 / distinct;
    }
  }
  conditions_.push_back(std::move(condition));
}

Status Orderer::Collect(const PlanPtr& plan) {
  Flatten(plan);
  if (inputs_.size() < 3 || inputs_.size() > kMostInputs) return Status::OK();
  for (const PlanPtr& input : inputs_) estimates_.push_back(EstimateOf(*input));
  for (const Expr& condition : written_) AddCondition(condition);
  return Status::OK();
}

bool Orderer::Connected(Set a, Set b) const {
  for (const Class& one : classes_) {
    Set members = 0;
    for (int input : one.inputs) members |= Set{1} << input;
    if ((members & a) != 0 && (members & b) != 0) return true;
  }
  for (const Condition& condition : conditions_) {
    if (condition.left == 0) continue;
    if (((condition.left & ~a) == 0 && (condition.right & ~b) == 0) || ((condition.left & ~b) == 0 && (condition.right & ~a) == 0)) return true;
  }
  return false;
}

double Orderer::RowsOf(Set a, Set b, double rows_a, double rows_b) const {
  std::vector<std::pair<double, double>> distinct;
  for (const Class& one : classes_) {
    double in_a = 0, in_b = 0;  // the least distinct member of a side is what all of its are equal to
    for (size_t i = 0; i < one.members.size(); ++i) {
      const Set input = Set{1} << one.inputs[i];
      if ((input & a) != 0) in_a = in_a == 0 ? one.distinct[i] : std::min(in_a, one.distinct[i]);
      if ((input & b) != 0) in_b = in_b == 0 ? one.distinct[i] : std::min(in_b, one.distinct[i]);
    }
    if (in_a > 0 && in_b > 0) distinct.emplace_back(std::min(in_a, rows_a), std::min(in_b, rows_b));
  }
  double rows = JoinRows(rows_a, rows_b, distinct);
  for (const Condition& condition : conditions_) {
    const bool now = (condition.reads & ~(a | b)) == 0 && (condition.reads & ~a) != 0 && (condition.reads & ~b) != 0;
    if (now) rows *= condition.share;
  }
  return std::max(rows, 1.0);
}

/// The smaller side is built, the larger one probes; what comes out is carried on.
double Orderer::CostOf(const Best& a, const Best& b, double rows) const {
  return a.cost + b.cost + rows + 2 * std::min(a.rows, b.rows) + 0.5 * std::max(a.rows, b.rows);
}

void Orderer::Exhaustive() {
  const int count = static_cast<int>(inputs_.size());
  const Set all = (Set{1} << count) - 1;
  best_.assign(all + 1, Best{});
  for (int i = 0; i < count; ++i) {
    best_[Set{1} << i].cost = 0;
    best_[Set{1} << i].rows = estimates_[i].rows;
  }
  for (Set set = 1; set <= all; ++set) {
    if (std::popcount(set) < 2) continue;
    Best& best = best_[set];
    const Set lowest = set & (~set + 1);
    for (const bool crosses : {false, true}) {  // products only where nothing else joins the set
      for (Set part = (set - 1) & set; part != 0; part = (part - 1) & set) {
        if ((part & lowest) == 0) continue;  // each pair once
        const Set rest = set & ~part;
        const Best &a = best_[part], &b = best_[rest];
        if (!std::isfinite(a.cost) || !std::isfinite(b.cost) || (!crosses && !Connected(part, rest))) continue;
        const double rows = RowsOf(part, rest, a.rows, b.rows);
        if (crosses && set != all && rows > kSmallProduct) continue;
        const double cost = CostOf(a, b, rows);
        if (cost < best.cost) best = {cost, best.rows == 0 ? rows : best.rows, part, rest};
      }
      // A set that isn't connected is no part of a good order, unless it is all there is, or small.
      if (std::isfinite(best.cost)) break;
      if (set != all && std::popcount(set) > 3) break;
    }
  }
}

void Orderer::Greedy() {
  struct Item {
    Set set;
    Best best;
  };
  std::vector<Item> items;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    Best best;
    best.cost = 0;
    best.rows = estimates_[i].rows;
    items.push_back({Set{1} << i, best});
    chosen_.emplace_back(items.back().set, best);
  }
  while (items.size() > 1) {
    size_t at_a = 0, at_b = 1;
    Best found;
    bool found_connected = false;
    for (size_t a = 0; a < items.size(); ++a) {
      for (size_t b = a + 1; b < items.size(); ++b) {
        const bool connected = Connected(items[a].set, items[b].set);
        if (found_connected && !connected) continue;
        const double rows = RowsOf(items[a].set, items[b].set, items[a].best.rows, items[b].best.rows);
        const double cost = rows + std::min(items[a].best.rows, items[b].best.rows);
        if (cost >= found.cost && found_connected == connected) continue;
        found = {cost, rows, items[a].set, items[b].set};
        found_connected = connected;
        at_a = a;
        at_b = b;
      }
    }
    items[at_a] = {items[at_a].set | items[at_b].set, found};
    chosen_.emplace_back(items[at_a].set, found);
    items.erase(items.begin() + static_cast<ptrdiff_t>(at_b));
  }
}

Result<PlanPtr> Orderer::Build(Set set) {
  if (std::popcount(set) == 1) return inputs_[std::countr_zero(set)];
  Best best;
  if (!best_.empty()) {
    best = best_[set];
  } else {
    best = std::find_if(chosen_.begin(), chosen_.end(), [&](const auto& entry) { return entry.first == set; })->second;
  }
  // The larger side first: it is probed, and its order kept.
  const auto rows = [&](Set part) {
    if (!best_.empty()) return best_[part].rows;
    return std::find_if(chosen_.begin(), chosen_.end(), [&](const auto& entry) { return entry.first == part; })->second.rows;
  };
  const double rows_left = rows(best.left), rows_right = rows(best.right);
  const bool turn = rows_right > rows_left || (rows_right == rows_left && best.right < best.left);
  if (turn) std::swap(best.left, best.right);
  ARROW_ASSIGN_OR_RAISE(PlanPtr left, Build(best.left));
  ARROW_ASSIGN_OR_RAISE(PlanPtr right, Build(best.right));
  std::vector<Expr> conditions;
  for (const Class& one : classes_) {
    const Expr *of_left = nullptr, *of_right = nullptr;
    for (size_t i = 0; i < one.members.size(); ++i) {
      const Set input = Set{1} << one.inputs[i];
      if (of_left == nullptr && (input & best.left) != 0) of_left = &one.members[i];
      if (of_right == nullptr && (input & best.right) != 0) of_right = &one.members[i];
    }
    if (of_left != nullptr && of_right != nullptr) conditions.push_back(Binary(BinaryOp::kEq, *of_left, *of_right));
  }
  for (const Condition& condition : conditions_) {
    const bool now = (condition.reads & ~set) == 0 && (condition.reads & ~best.left) != 0 && (condition.reads & ~best.right) != 0;
    if (now) conditions.push_back(condition.expr);
  }
  return JoinOnConditions(std::move(left), std::move(right), JoinType::kInner, conditions);
}

Result<PlanPtr> Orderer::Order() {
  const Set all = inputs_.size() == 64 ? ~Set{0} : (Set{1} << inputs_.size()) - 1;
  if (inputs_.size() <= kExhaustive) {
    Exhaustive();
    if (!std::isfinite(best_[all].cost)) {
      best_.clear();
      Greedy();
    }
  } else {
    Greedy();
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Build(all));
  // Two columns of one input that a class holds, and conditions that read one input or none.
  std::vector<Expr> rest;
  for (const Class& one : classes_) {
    for (size_t i = 0; i < one.members.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (one.inputs[i] == one.inputs[j]) {
          rest.push_back(Binary(BinaryOp::kEq, one.members[j], one.members[i]));
          break;
        }
      }
    }
  }
  for (const Condition& condition : conditions_) {
    if (std::popcount(condition.reads) < 2) rest.push_back(condition.expr);
  }
  if (!rest.empty()) {
    ARROW_ASSIGN_OR_RAISE(plan, Filter::Make(std::move(plan), And(std::move(rest))));
  }
  return plan;
}

/// Joins below `node` that are part of one set of inner joins are ordered together, once, from the topmost.
Result<PlanPtr> Reorder(const PlanPtr& node) {
  Orderer orderer;
  ARROW_RETURN_NOT_OK(orderer.Collect(node));
  if (orderer.size() < 3 || orderer.size() > kMostInputs) return node;
  ARROW_ASSIGN_OR_RAISE(PlanPtr ordered, orderer.Order());
  const std::vector<Expr> columns = AllColumns(*node);
  return EqualExprs(columns, AllColumns(*ordered)) ? Result<PlanPtr>(ordered) : Projection::Make(std::move(ordered), columns);
}

bool InnerJoin(const LogicalPlan& plan) {
  const auto* join = plan.TryAs<Join>();
  return join != nullptr && join->type == JoinType::kInner && !join->nulls_equal && !join->null_aware;
}

Result<PlanPtr> Walk(const PlanPtr& node, bool below_join) {
  const bool joins = InnerJoin(*node);
  std::vector<PlanPtr> inputs;
  bool changed = false;
  for (const PlanPtr& input : node->inputs()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, Walk(input, joins));
    changed |= next != input;
    inputs.push_back(std::move(next));
  }
  PlanPtr next = node;
  if (changed) {
    ARROW_ASSIGN_OR_RAISE(next, node->WithInputs(std::move(inputs)));
  }
  return joins && !below_join ? Reorder(next) : Result<PlanPtr>(next);
}

}  // namespace

/// Three and more inner joins are put in the order that seems cheapest by what is known of the tables. Once a run: by then filters are
/// where they belong, and later passes tidy up what it has made.
Result<PlanPtr> ReorderJoins(const PlanPtr& plan, Context& context) {
  if (context.pass != 0) return plan;
  return Walk(plan, false);
}

}  // namespace bowstring::optimizer
