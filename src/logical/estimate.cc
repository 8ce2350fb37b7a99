// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/estimate.h"

#include <algorithm>
#include <cmath>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "logical/nodes.h"
#include "logical/rewrite.h"

namespace bowstring::logical {

namespace {

constexpr double kNamed = 0.02;
constexpr double kUnknownRows = 1e4;
// Shares of rows that predicates keep of which nothing is known.
constexpr double kRange = 0.33, kLike = 0.1, kOther = 0.25;

/// A value on a line, where its type has one.
std::optional<double> Place(const arrow::Scalar& value) {
  if (!value.is_valid) return std::nullopt;
  switch (value.type->id()) {
    case arrow::Type::INT8: return static_cast<const arrow::Int8Scalar&>(value).value;
    case arrow::Type::INT16: return static_cast<const arrow::Int16Scalar&>(value).value;
    case arrow::Type::INT32: return static_cast<const arrow::Int32Scalar&>(value).value;
    case arrow::Type::INT64: return static_cast<double>(static_cast<const arrow::Int64Scalar&>(value).value);
    case arrow::Type::UINT8: return static_cast<const arrow::UInt8Scalar&>(value).value;
    case arrow::Type::UINT16: return static_cast<const arrow::UInt16Scalar&>(value).value;
    case arrow::Type::UINT32: return static_cast<const arrow::UInt32Scalar&>(value).value;
    case arrow::Type::UINT64: return static_cast<double>(static_cast<const arrow::UInt64Scalar&>(value).value);
    case arrow::Type::FLOAT: return static_cast<const arrow::FloatScalar&>(value).value;
    case arrow::Type::DOUBLE: return static_cast<const arrow::DoubleScalar&>(value).value;
    case arrow::Type::DATE32: return static_cast<const arrow::Date32Scalar&>(value).value;
    case arrow::Type::TIMESTAMP: return static_cast<double>(static_cast<const arrow::TimestampScalar&>(value).value);
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Scalar&>(value).value.ToDouble(static_cast<const arrow::DecimalType&>(*value.type).scale());
    default: return std::nullopt;
  }
}

/// Texts from one letter to another are mostly flags of one letter.
constexpr double kLetters = 32;
bool OneLetter(const arrow::Scalar* value) {
  if (value == nullptr || !value->is_valid || !(arrow::is_base_binary_like(value->type->id()) || arrow::is_binary_view_like(value->type->id()))) return false;
  return static_cast<const arrow::BaseBinaryScalar&>(*value).view().size() == 1;
}

/// Values that have gaps: at most so many of them lie between two.
bool Countable(const arrow::DataType& type) { return arrow::is_integer(type.id()) || type.id() == arrow::Type::DATE32; }

/// Distinct values left of `distinct` when each row is kept with this probability.
double Left(double distinct, double rows, double share) {
  if (rows <= 0 || distinct <= 0) return 0;
  return std::max(1.0, distinct * (1 - std::pow(1 - std::clamp(share, 0.0, 1.0), rows / distinct)));
}

ColumnEstimate OfDistinct(double distinct) {
  ColumnEstimate column;
  column.distinct = distinct;
  return column;
}

const Expr& Bare(const Expr& expr) {
  const Expr* inner = &Unalias(expr);
  while (inner->kind() == ExprKind::kCast || inner->kind() == ExprKind::kTryCast) inner = &Unalias(inner->children()[0]);
  return *inner;
}

std::optional<int> ColumnOf(const Expr& expr, const Schema& schema) {
  const Expr& bare = Bare(expr);
  return bare.kind() == ExprKind::kColumn ? schema.scope().TryResolve(bare->as<ColumnRef>()) : std::nullopt;
}

std::optional<double> PlaceOf(const Expr& expr) {
  const Expr& bare = Bare(expr);
  return bare.kind() == ExprKind::kLiteral ? Place(*bare->as<LiteralValue>().value) : std::nullopt;
}

double Compared(BinaryOp op, const Expr& left, const Expr& right, const Schema& schema, std::vector<ColumnEstimate>* columns) {
  std::optional<int> a = ColumnOf(left, schema), b = ColumnOf(right, schema);
  if (a && b) {
    const double distinct = std::max((*columns)[*a].distinct, (*columns)[*b].distinct);
    return op == BinaryOp::kEq ? 1 / std::max(distinct, 1.0) : op == BinaryOp::kNotEq ? 1 - 1 / std::max(distinct, 1.0) : kRange;
  }
  const Expr* constant = &right;
  if (!a && b) {
    a = b;
    constant = &left;
    if (op == BinaryOp::kLt) op = BinaryOp::kGt;
    else if (op == BinaryOp::kLtEq) op = BinaryOp::kGtEq;
    else if (op == BinaryOp::kGt) op = BinaryOp::kLt;
    else if (op == BinaryOp::kGtEq) op = BinaryOp::kLtEq;
  }
  if (!a) return op == BinaryOp::kEq ? 0.1 : kRange;
  ColumnEstimate& column = (*columns)[*a];
  const double known = 1 - column.null_fraction;
  const std::optional<double> at = PlaceOf(*constant);
  switch (op) {
    case BinaryOp::kEq: {
      // A text that is asked for by name is mostly one of few: a flag, a status, a type.
      const double share = std::max(known / std::max(column.distinct, 1.0), at ? 0.0 : known * kNamed);
      column.distinct = 1;
      column.null_fraction = 0;
      if (at) column.min = column.max = at;
      return share;
    }
    case BinaryOp::kNotEq: return known * (1 - 1 / std::max(column.distinct, 2.0));
    case BinaryOp::kLt:
    case BinaryOp::kLtEq:
    case BinaryOp::kGt:
    case BinaryOp::kGtEq: {
      if (!at || !column.min || !column.max || !(*column.max > *column.min)) return known * kRange;
      const bool below = op == BinaryOp::kLt || op == BinaryOp::kLtEq;
      const double place = std::clamp((*at - *column.min) / (*column.max - *column.min), 0.0, 1.0);
      const double share = std::max(below ? place : 1 - place, 1e-4);
      column.distinct = std::max(1.0, column.distinct * share);
      column.null_fraction = 0;
      (below ? column.max : column.min) = std::clamp(*at, *column.min, *column.max);
      return known * share;
    }
    default: return kOther;
  }
}

}  // namespace

double Selectivity(const Expr& predicate, const Schema& schema, std::vector<ColumnEstimate>* columns) {
  switch (predicate.kind()) {
    case ExprKind::kLiteral: {
      const arrow::Scalar& value = *predicate->as<LiteralValue>().value;
      return value.is_valid && value.type->id() == arrow::Type::BOOL && static_cast<const arrow::BooleanScalar&>(value).value ? 1 : 0;
    }
    case ExprKind::kBinary: {
      const BinaryOp op = predicate->as<BinaryOp>();
      constexpr size_t kMaxTerms = 100;
      if (predicate.children().size() > kMaxTerms) return op == BinaryOp::kAnd ? 0.01 : 0.5;
      if (op == BinaryOp::kAnd) {
        double share = 1;
        for (const Expr& term : predicate.children()) share *= Selectivity(term, schema, columns);
        return share;
      }
      if (op == BinaryOp::kOr) {
        double missed = 1;
        for (const Expr& term : predicate.children()) {
          std::vector<ColumnEstimate> own = *columns;
          missed *= 1 - Selectivity(term, schema, &own);
        }
        return 1 - missed;
      }
      return Compared(op, predicate.children()[0], predicate.children()[1], schema, columns);
    }
    case ExprKind::kNot: {
      std::vector<ColumnEstimate> own = *columns;
      return std::clamp(1 - Selectivity(predicate.children()[0], schema, &own), 0.0, 1.0);
    }
    case ExprKind::kBetween: {
      const double low = Compared(BinaryOp::kGtEq, predicate.children()[0], predicate.children()[1], schema, columns);
      const double high = Compared(BinaryOp::kLtEq, predicate.children()[0], predicate.children()[2], schema, columns);
      return predicate->as<Negated>().negated ? 1 - low * high : low * high;
    }
    case ExprKind::kInList: {
      const auto column = ColumnOf(predicate.children()[0], schema);
      const double values = static_cast<double>(predicate.children().size()) - 1;
      if (!column) return std::min(1.0, values * 0.1);
      const double distinct = std::max((*columns)[*column].distinct, 1.0), share = std::min(1.0, values / distinct);
      if (predicate->as<Negated>().negated) return std::max(1 - share, 0.05);
      (*columns)[*column].distinct = std::min(distinct, values);
      return share;
    }
    case ExprKind::kLike: return predicate->as<LikePattern>().negated ? 1 - kLike : kLike;
    case ExprKind::kIsNull: {
      const auto column = ColumnOf(predicate.children()[0], schema);
      return column ? std::max((*columns)[*column].null_fraction, 1e-3) : 0.05;
    }
    case ExprKind::kIsNotNull: {
      const auto column = ColumnOf(predicate.children()[0], schema);
      if (!column) return 0.95;
      const double share = 1 - (*columns)[*column].null_fraction;
      (*columns)[*column].null_fraction = 0;
      return share;
    }
    default: return kOther;
  }
}

double JoinRows(double left, double right, const std::vector<std::pair<double, double>>& distinct) {
  // Keys of one pair of tables mostly go together: each further one counts less.
  std::vector<double> factors;
  for (const auto& [a, b] : distinct) factors.push_back(std::max({a, b, 1.0}));
  std::sort(factors.rbegin(), factors.rend());
  double rows = left * right, weight = 1;
  for (const double factor : factors) {
    rows /= std::pow(factor, weight);
    weight /= 2;
  }
  return std::max(rows, left > 0 && right > 0 ? 1.0 : 0.0);
}

namespace {

Estimate OfScan(const Scan& scan) {
  Estimate estimate;
  const TableStatistics statistics = scan.source->statistics();
  estimate.rows = static_cast<double>(statistics.rows.value_or(static_cast<int64_t>(kUnknownRows)));
  const SchemaPtr full = scan.FullSchema();
  std::vector<ColumnEstimate> all(full->num_fields());
  for (int i = 0; i < full->num_fields(); ++i) {
    ColumnEstimate& column = all[i];
    const arrow::DataType& type = *full->field(i).field->type();
    // Of what nothing is known: texts repeat more often than numbers do.
    column.distinct = std::max(1.0, arrow::is_floating(type.id()) ? estimate.rows : std::pow(estimate.rows, 0.8));
    if (type.id() == arrow::Type::BOOL) column.distinct = 2;
    if (i >= static_cast<int>(statistics.columns.size())) continue;
    const ColumnStatistics& known = statistics.columns[i];
    if (known.min != nullptr) column.min = Place(*known.min);
    if (known.max != nullptr) column.max = Place(*known.max);
    if (known.null_count && estimate.rows > 0) column.null_fraction = std::clamp(static_cast<double>(*known.null_count) / estimate.rows, 0.0, 1.0);
    if (known.distinct_count) {
      column.distinct = std::max<double>(1, static_cast<double>(*known.distinct_count));
    } else if (column.min && column.max && Countable(type)) {
      // Keys are dense; what has a wide range has as many values as rows at most.
      column.distinct = std::max(1.0, std::min(*column.max - *column.min + 1, estimate.rows));
    } else if (OneLetter(known.min.get()) && OneLetter(known.max.get())) {
      column.distinct = std::min(column.distinct, kLetters);
    }
  }
  double share = 1;
  for (const Expr& filter : scan.filters) share *= Selectivity(filter, *full, &all);
  for (int i : scan.Columns()) {
    ColumnEstimate column = all[i];
    column.distinct = Left(column.distinct, estimate.rows, share);
    estimate.columns.push_back(column);
  }
  estimate.rows = std::max(estimate.rows * share, estimate.rows > 0 ? 1.0 : 0.0);
  if (scan.fetch) estimate.rows = std::min(estimate.rows, static_cast<double>(*scan.fetch));
  return estimate;
}

ColumnEstimate OfExpr(const Expr& expr, const Schema& schema, const Estimate& input) {
  if (const auto at = ColumnOf(expr, schema)) return input.columns[*at];
  ColumnEstimate column;
  const Expr& bare = Bare(expr);
  if (bare.kind() == ExprKind::kLiteral) {
    column.distinct = 1;
    return column;
  }
  column.distinct = 1;
  VisitExpr(bare, [&](const Expr& part) {
    if (part.kind() == ExprKind::kColumn) {
      if (const auto at = schema.scope().TryResolve(part->as<ColumnRef>())) column.distinct = std::max(column.distinct, input.columns[*at].distinct);
    }
    return true;
  });
  return column;
}

void CapDistinct(Estimate* estimate) {
  for (ColumnEstimate& column : estimate->columns) column.distinct = std::max(1.0, std::min(column.distinct, estimate->rows));
}

Estimate OfAggregate(const Aggregate& aggregate) {
  const Estimate input = EstimateOf(*aggregate.input());
  const Schema& schema = *aggregate.input()->schema();
  Estimate estimate;
  double groups = 1, factor = 1;
  const bool sets = aggregate.groups.size() == 1 && aggregate.groups[0].kind() == ExprKind::kGroupingSet;
  std::vector<Expr> keys = sets ? std::vector<Expr>() : aggregate.groups;
  for (const Expr& key : keys) {
    estimate.columns.push_back(OfExpr(key, schema, input));
    groups *= std::pow(estimate.columns.back().distinct, factor);
    factor = std::max(factor * 0.7, 0.1);  // keys go together
  }
  estimate.rows = aggregate.groups.empty() ? 1 : sets ? input.rows * 0.5 : std::min(groups, input.rows);
  estimate.columns.resize(aggregate.schema()->num_fields(), OfDistinct(estimate.rows));
  CapDistinct(&estimate);
  return estimate;
}

Estimate OfJoin(const Join& join) {
  const Estimate left = EstimateOf(*join.input(0)), right = EstimateOf(*join.input(1));
  const Schema &left_schema = *join.input(0)->schema(), &right_schema = *join.input(1)->schema();
  std::vector<std::pair<double, double>> distinct;
  double matched_left = 1, matched_right = 1;
  for (const auto& [a, b] : join.on) {
    distinct.emplace_back(OfExpr(a, left_schema, left).distinct, OfExpr(b, right_schema, right).distinct);
    matched_left *= std::min(1.0, distinct.back().second / distinct.back().first);
    matched_right *= std::min(1.0, distinct.back().first / distinct.back().second);
  }
  Estimate estimate;
  double inner = JoinRows(left.rows, right.rows, distinct);
  std::vector<ColumnEstimate> both = left.columns;
  both.insert(both.end(), right.columns.begin(), right.columns.end());
  if (join.filter) {
    if (const auto schema = Join::BothSides(*join.input(0), *join.input(1)); schema.ok()) inner *= Selectivity(*join.filter, **schema, &both);
    inner = std::max(inner, 1.0);
  }
  switch (join.type) {
    case JoinType::kLeftSemi:
      estimate = left;
      estimate.rows = std::max(1.0, left.rows * std::min(matched_left, 1.0) * (join.filter ? 0.5 : 1));
      break;
    case JoinType::kLeftAnti:
      estimate = left;
      estimate.rows = std::max(1.0, left.rows * std::max(1 - matched_left, 0.1));
      break;
    case JoinType::kRightSemi:
      estimate = right;
      estimate.rows = std::max(1.0, right.rows * std::min(matched_right, 1.0) * (join.filter ? 0.5 : 1));
      break;
    case JoinType::kRightAnti:
      estimate = right;
      estimate.rows = std::max(1.0, right.rows * std::max(1 - matched_right, 0.1));
      break;
    default:
      estimate.columns = std::move(both);
      estimate.rows = inner;
      if (join.type == JoinType::kLeft || join.type == JoinType::kFull) estimate.rows = std::max(estimate.rows, left.rows);
      if (join.type == JoinType::kRight || join.type == JoinType::kFull) estimate.rows = std::max(estimate.rows, right.rows);
      break;
  }
  CapDistinct(&estimate);
  return estimate;
}

Estimate OfKind(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kScan: return OfScan(plan.As<Scan>());
    case PlanKind::kFilter: {
      Estimate estimate = EstimateOf(*plan.input());
      const double before = estimate.rows;
      const double share = Selectivity(plan.As<Filter>().predicate, *plan.input()->schema(), &estimate.columns);
      estimate.rows = std::max(before * share, before > 0 ? 1.0 : 0.0);
      for (ColumnEstimate& column : estimate.columns) column.distinct = Left(column.distinct, before, share);
      return estimate;
    }
    case PlanKind::kProjection: {
      const Estimate input = EstimateOf(*plan.input());
      Estimate estimate;
      estimate.rows = input.rows;
      for (const Expr& expr : plan.As<Projection>().exprs) estimate.columns.push_back(OfExpr(expr, *plan.input()->schema(), input));
      return estimate;
    }
    case PlanKind::kLimit: {
      Estimate estimate = EstimateOf(*plan.input());
      if (const auto& fetch = plan.As<Limit>().fetch) estimate.rows = std::min(estimate.rows, static_cast<double>(*fetch));
      CapDistinct(&estimate);
      return estimate;
    }
    case PlanKind::kSort: {
      Estimate estimate = EstimateOf(*plan.input());
      if (const auto& fetch = plan.As<Sort>().fetch) estimate.rows = std::min(estimate.rows, static_cast<double>(*fetch));
      return estimate;
    }
    case PlanKind::kAggregate: return OfAggregate(plan.As<Aggregate>());
    case PlanKind::kDistinct: {
      Estimate estimate = EstimateOf(*plan.input());
      double rows = 1, factor = 1;
      for (const ColumnEstimate& column : estimate.columns) {
        rows *= std::pow(column.distinct, factor);
        factor = std::max(factor * 0.7, 0.1);
      }
      estimate.rows = std::min(estimate.rows, rows);
      return estimate;
    }
    case PlanKind::kJoin: return OfJoin(plan.As<Join>());
    case PlanKind::kUnion: {
      Estimate estimate;
      estimate.rows = 0;
      for (const PlanPtr& input : plan.inputs()) {
        const Estimate branch = EstimateOf(*input);
        estimate.rows += branch.rows;
        if (estimate.columns.empty()) estimate.columns = branch.columns;
        for (size_t i = 0; i < estimate.columns.size() && i < branch.columns.size(); ++i) {
          estimate.columns[i].distinct = std::max(estimate.columns[i].distinct, branch.columns[i].distinct);
        }
      }
      return estimate;
    }
    case PlanKind::kValues: return Estimate{static_cast<double>(plan.As<Values>().rows.size()), {}};
    case PlanKind::kEmpty: return Estimate{plan.As<Empty>().one_row ? 1.0 : 0.0, {}};
    default: {
      if (plan.inputs().empty()) return Estimate{kUnknownRows, {}};
      const Estimate input = EstimateOf(*plan.input());
      if (plan.kind() == PlanKind::kSubqueryAlias || plan.kind() == PlanKind::kRepartition) return input;
      Estimate estimate;
      estimate.rows = plan.kind() == PlanKind::kUnnest ? input.rows * 4 : input.rows;
      if (plan.kind() == PlanKind::kWindow) estimate.columns = input.columns;
      return estimate;
    }
  }
}

}  // namespace

Estimate EstimateOf(const LogicalPlan& plan) {
  Estimate estimate = OfKind(plan);
  // What no case above has said anything about.
  while (static_cast<int>(estimate.columns.size()) < plan.schema()->num_fields()) {
    estimate.columns.push_back(OfDistinct(std::max(1.0, std::pow(estimate.rows, 0.8))));
  }
  return estimate;
}

}  // namespace bowstring::logical
