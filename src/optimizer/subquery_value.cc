// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "optimizer/subquery_value.h"

#include <algorithm>

#include <arrow/array/array_base.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/pull_up.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// single_row(value, rows): the value, where it is that of at most one row.
class SingleRow final : public ScalarFunction {
 public:
  const std::string& name() const override {
    static const std::string name = "single_row";
    return name;
  }
  const FunctionDoc& doc() const override {
    static const FunctionDoc doc{"internal", "The value of a scalar subquery that gave so many rows.", "single_row(value, rows)", ""};
    return doc;
  }
  Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    if (arguments.size() != 2) return Error(ErrorKind::kPlan, "single_row takes two arguments");
    ResolvedCall call;
    call.argument_types = {arguments[0].field->type(), arrow::int64()};
    call.result = arrow::field("", arguments[0].field->type(), true);
    call.fallible = true;
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t rows) -> Result<arrow::Datum> {
      const auto error = [] { return Error(ErrorKind::kExecution, "Scalar subquery returned more than one row"); };
      if (values[1].is_scalar()) {
        const auto& count = values[1].scalar_as<arrow::Int64Scalar>();
        if (count.is_valid && count.value > 1) return error();
      } else {
        const arrow::Int64Array counts(values[1].array());
        for (int64_t i = 0; i < counts.length(); ++i) {
          if (counts.IsValid(i) && counts.Value(i) > 1) return error();
        }
      }
      if (values[0].is_scalar() && !values[1].is_scalar()) {
        ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(*values[0].scalar(), rows, context.exec->memory_pool()));
        return arrow::Datum(std::move(array));
      }
      return values[0];
    };
    return call;
  }
};

Expr Named(const Expr& expr, const std::string& relation, const std::string& name) {
  AliasName alias;
  alias.name = name;
  alias.relation = TableName{"", "", relation};
  return MakeExpr(ExprKind::kAlias, {Unalias(expr)}, std::move(alias));
}

Expr ColumnOf(const std::string& relation, const std::string& name) { return Column(TableName{"", "", relation}, name); }

Result<Expr> Aggregated(const std::shared_ptr<const AggregateFunction>& function, const char* name, Expr argument) {
  if (function == nullptr) return Error(ErrorKind::kNotImplemented, "this subquery without the function ", name);
  AggregateCall call;
  call.function = function;
  return MakeExpr(ExprKind::kAggregate, {std::move(argument)}, std::move(call));
}

Expr Compare(BinaryOp op, const Expr& a, const Expr& b) { return Binary(op, a, b); }

bool Nullable(const Expr& expr, const LogicalPlan& plan) {
  const auto field = FieldIn(expr, plan.schema()->scope());
  return !field.ok() || (*field)->nullable();
}

/// The subquery's rows for the outer rows, its columns and keys under a fresh relation.
struct Isolated {
  Unnested rows;
  std::string relation;
  std::vector<Expr> values;
};

class Attacher {
 public:
  Attacher(PlanPtr input, const PlanPtr& subquery, Context& context)
      : input_(std::move(input)),
        context_(context) {
    Start(subquery);
  }

  void Start(PlanPtr subquery) {
    subquery_ = std::move(subquery);
    columns_ = OuterColumnsOf(*subquery_, *input_->schema());
    unnester_.emplace(input_, columns_, context_);
  }

  bool correlated() const { return !columns_.empty(); }

  Result<Attached> Exists(bool negated);
  Result<Attached> In(const Expr& operand, bool negated);
  Result<Attached> Any(const Expr& operand, BinaryOp op, bool negated);
  Result<Attached> Scalar();
  Result<PlanPtr> Semi(const Expr& test, bool negated);

 private:
  Result<Unnested> Unnest(const PlanPtr& plan) { return correlated() ? unnester_->Unnest(plan) : Unnested{plan, {}}; }

  Result<Isolated> Isolate(Unnested rows, const std::vector<Expr>& values, const char* prefix = "__correlated_sq_") {
    Isolated isolated;
    isolated.relation = context_.FreshName(prefix);
    std::vector<Expr> exprs;
    for (size_t i = 0; i < rows.keys.size(); ++i) {
      const std::string name = isolated.relation + "_k" + std::to_string(i);
      exprs.push_back(Named(rows.keys[i].column, isolated.relation, name));
      rows.keys[i].column = ColumnOf(isolated.relation, name);
    }
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string name = isolated.relation + "_v" + std::to_string(i);
      exprs.push_back(Named(values[i], isolated.relation, name));
      isolated.values.push_back(ColumnOf(isolated.relation, name));
    }
    ARROW_ASSIGN_OR_RAISE(rows.plan, Projection::Make(std::move(rows.plan), std::move(exprs)));
    isolated.rows = std::move(rows);
    return isolated;
  }

  /// The input joined to at most one row each, or to the only one.
  Result<PlanPtr> JoinRows(PlanPtr input, const Unnested& rows, std::vector<std::pair<Expr, Expr>> more = {}) const {
    bool null_safe = false;
    std::vector<std::pair<Expr, Expr>> on = unnester_->OuterKeys(rows, &null_safe);
    on.insert(on.end(), more.begin(), more.end());
    if (on.empty()) return Join::Make(std::move(input), rows.plan, JoinType::kInner, {});
    return Join::Make(std::move(input), rows.plan, JoinType::kLeft, std::move(on), {}, {.nulls_equal = null_safe});
  }

  /// By the keys: the number of rows, of those whose first column isn't NULL, and its least and greatest value.
  Result<Isolated> Statistics(bool min_max) {
    ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnest(subquery_));
    ARROW_ASSIGN_OR_RAISE(Isolated values, Isolate(std::move(rows), {subquery_->schema()->column(0)}));
    std::vector<Expr> groups, aggregates, outputs;
    for (const DomainKey& key : values.rows.keys) groups.push_back(key.column);
    const auto add = [&](const std::shared_ptr<const AggregateFunction>& function, const char* name, Expr argument) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(Expr call, Aggregated(function, name, std::move(argument)));
      const std::string column = values.relation + "_" + name + std::to_string(aggregates.size());
      aggregates.push_back(Named(call, values.relation, column));
      outputs.push_back(ColumnOf(values.relation, column));
      return arrow::Status::OK();
    };
    ARROW_RETURN_NOT_OK(add(context_.functions.count, "count", Literal(int64_t{1})));
    ARROW_RETURN_NOT_OK(add(context_.functions.count, "count", values.values[0]));
    if (min_max) {
      ARROW_RETURN_NOT_OK(add(context_.functions.min, "min", values.values[0]));
      ARROW_RETURN_NOT_OK(add(context_.functions.max, "max", values.values[0]));
    }
    ARROW_ASSIGN_OR_RAISE(values.rows.plan, Aggregate::Make(std::move(values.rows.plan), std::move(groups), std::move(aggregates)));
    values.values = std::move(outputs);
    return values;
  }

  /// Three-valued: `hit` where a row fits; else NULL where one might, else false.
  static Expr Verdict(Expr hit, const Expr& operand, const Isolated& statistics) {
    const Expr &rows = statistics.values[0], &known = statistics.values[1];
    return Case({.has_operand = false, .has_else = true},
                {Or({IsNull(rows), Compare(BinaryOp::kEq, rows, Literal(int64_t{0}))}), Literal(false), std::move(hit), Literal(true),
                 Or({IsNull(operand), Compare(BinaryOp::kLt, known, rows)}), Literal(arrow::MakeNullScalar(arrow::boolean())),
                 Literal(false)});
  }

  PlanPtr input_;
  PlanPtr subquery_;
  std::vector<ColumnRef> columns_;
  std::optional<Unnester> unnester_;
  Context& context_;
};

/// What EXISTS asks of a plan: its order, columns and a first row of a limit don't matter.
PlanPtr ForExists(PlanPtr plan) {
  while (true) {
    const auto* limit = plan->TryAs<Limit>();
    const bool any_row = limit != nullptr && limit->skip == 0 && limit->fetch.value_or(1) > 0;
    if (!any_row && plan->kind() != PlanKind::kSort && plan->kind() != PlanKind::kProjection && plan->kind() != PlanKind::kDistinct &&
        plan->kind() != PlanKind::kSubqueryAlias) {
      return plan;
    }
    plan = plan->input();
  }
}

Result<Attached> Attacher::Exists(bool negated) {
  Start(ForExists(subquery_));
  if (GivesOneRow(*subquery_)) return Attached{input_, Literal(!negated)};
  Attached result;
  if (!correlated()) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr first, Limit::Make(subquery_, 0, 1));
    ARROW_ASSIGN_OR_RAISE(Expr count, Aggregated(context_.functions.count, "count", Literal(int64_t{1})));
    const std::string relation = context_.FreshName("__correlated_sq_");
    ARROW_ASSIGN_OR_RAISE(PlanPtr counted, Aggregate::Make(std::move(first), {}, {Named(count, relation, relation)}));
    ARROW_ASSIGN_OR_RAISE(result.plan, Join::Make(input_, std::move(counted), JoinType::kInner, {}));
    result.value = Compare(negated ? BinaryOp::kEq : BinaryOp::kGt, ColumnOf(relation, relation), Literal(int64_t{0}));
    return result;
  }
  ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnest(subquery_));
  ARROW_ASSIGN_OR_RAISE(Isolated isolated, Isolate(std::move(rows), {}));
  ARROW_ASSIGN_OR_RAISE(isolated.rows.plan, Distinct::Make(std::move(isolated.rows.plan)));
  ARROW_ASSIGN_OR_RAISE(isolated, Isolate(std::move(isolated.rows), {Literal(true)}));
  ARROW_ASSIGN_OR_RAISE(result.plan, JoinRows(input_, isolated.rows));
  result.value = negated ? IsNull(isolated.values[0]) : IsNotNull(isolated.values[0]);
  return result;
}

Result<Attached> Attacher::In(const Expr& operand, bool negated) {
  ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnest(subquery_));
  const bool nullable = Nullable(subquery_->schema()->column(0), *subquery_);
  ARROW_ASSIGN_OR_RAISE(Isolated matches, Isolate(std::move(rows), {subquery_->schema()->column(0)}));
  if (nullable) {
    ARROW_ASSIGN_OR_RAISE(matches.rows.plan, Filter::Make(std::move(matches.rows.plan), IsNotNull(matches.values[0])));
  }
  ARROW_ASSIGN_OR_RAISE(matches.rows.plan, Distinct::Make(std::move(matches.rows.plan)));
  ARROW_ASSIGN_OR_RAISE(matches, Isolate(std::move(matches.rows), {matches.values[0], Literal(true)}));
  Attached result;
  ARROW_ASSIGN_OR_RAISE(result.plan, JoinRows(input_, matches.rows, {{operand, matches.values[0]}}));
  Expr hit = IsNotNull(matches.values[1]);
  if (nullable || Nullable(operand, *input_)) {
    ARROW_ASSIGN_OR_RAISE(const Isolated statistics, Statistics(false));
    ARROW_ASSIGN_OR_RAISE(result.plan, JoinRows(std::move(result.plan), statistics.rows));
    hit = Verdict(std::move(hit), operand, statistics);
  }
  result.value = negated ? Not(std::move(hit)) : std::move(hit);
  return result;
}

Result<Attached> Attacher::Any(const Expr& operand, BinaryOp op, bool negated) {
  ARROW_ASSIGN_OR_RAISE(const Isolated statistics, Statistics(true));
  Attached result;
  ARROW_ASSIGN_OR_RAISE(result.plan, JoinRows(input_, statistics.rows));
  const Expr &low = statistics.values[2], &high = statistics.values[3];
  Expr hit;
  switch (op) {
    case BinaryOp::kLt:
    case BinaryOp::kLtEq: hit = Compare(op, operand, high); break;
    case BinaryOp::kGt:
    case BinaryOp::kGtEq: hit = Compare(op, operand, low); break;
    case BinaryOp::kNotEq: hit = Or({Compare(op, operand, low), Compare(op, operand, high)}); break;
    default: return Error(ErrorKind::kNotImplemented, "the operator ", ToString(op), " with ANY or ALL of a subquery");
  }
  Expr verdict = Verdict(std::move(hit), operand, statistics);
  result.value = negated ? Not(std::move(verdict)) : std::move(verdict);
  return result;
}

Result<Attached> Attacher::Scalar() {
  Attached result;
  if (!correlated()) {
    const std::string relation = context_.FreshName("__scalar_sq_");
    ARROW_ASSIGN_OR_RAISE(const PlanPtr row, CheckedRow(subquery_, relation, context_));
    ARROW_ASSIGN_OR_RAISE(result.plan, Join::Make(input_, row, JoinType::kInner, {}));
    result.value = row->schema()->column(0);
    return result;
  }
  // What is computed from the aggregates of all rows is computed after the join: so nothing need be known of outer rows without
  // any row inside.
  PlanPtr core = subquery_;
  Expr value = core->schema()->column(0);
  const auto below = [&](const std::vector<Expr>& exprs) -> arrow::Status {
    return Substitute(value, *core->schema(), exprs).Value(&value);
  };
  while (true) {
    if (const auto* projection = core->TryAs<Projection>()) {
      ARROW_RETURN_NOT_OK(below(projection->exprs));
    } else if (core->kind() == PlanKind::kSubqueryAlias) {
      ARROW_RETURN_NOT_OK(below(AllColumns(*core->input())));
    } else if (const auto* filter = core->TryAs<Filter>(); filter != nullptr && GivesOneRow(*filter->input())) {
      value = Case({.has_operand = false, .has_else = false}, {filter->predicate, std::move(value)});
    } else if (core->kind() != PlanKind::kSort || core->As<Sort>().fetch) {
      break;
    }
    core = core->input();
  }
  const auto* aggregate = core->TryAs<Aggregate>();
  if (aggregate == nullptr || !aggregate->groups.empty()) {
    ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnest(subquery_));
    const PlanPtr& plan = subquery_;
    ARROW_ASSIGN_OR_RAISE(Isolated isolated, Isolate(std::move(rows), {plan->schema()->column(0)}, "__scalar_sq_"));
    ARROW_ASSIGN_OR_RAISE(Expr first, Aggregated(context_.functions.first_value, "first_value", isolated.values[0]));
    ARROW_ASSIGN_OR_RAISE(Expr count, Aggregated(context_.functions.count, "count", Literal(int64_t{1})));
    std::vector<Expr> groups;
    for (const DomainKey& key : isolated.rows.keys) groups.push_back(key.column);
    const std::string &relation = isolated.relation, first_name = relation + "_first", count_name = relation + "_rows";
    ARROW_ASSIGN_OR_RAISE(isolated.rows.plan, Aggregate::Make(std::move(isolated.rows.plan), std::move(groups),
                                                              {Named(first, relation, first_name), Named(count, relation, count_name)}));
    ARROW_ASSIGN_OR_RAISE(result.plan, JoinRows(input_, isolated.rows));
    result.value = Call(std::make_shared<SingleRow>(), {ColumnOf(relation, first_name), ColumnOf(relation, count_name)});
    return result;
  }
  ARROW_ASSIGN_OR_RAISE(value, ReplaceOuter(value, columns_, [&] {
                          std::vector<Expr> exprs;
                          for (const ColumnRef& column : columns_) {
                            exprs.push_back(input_->schema()->column(*input_->schema()->scope().TryResolve(column)));
                          }
                          return exprs;
                        }()));
  if (!ReadsAnyOuter(*core)) {  // only what is computed from the aggregates reads outer columns
    std::vector<Expr> all = AllColumns(*core), columns;
    const std::string relation = context_.FreshName("__scalar_sq_");
    std::vector<Expr> exprs;
    for (size_t i = 0; i < all.size(); ++i) {
      const std::string name = relation + "_v" + std::to_string(i);
      exprs.push_back(Named(all[i], relation, name));
      columns.push_back(ColumnOf(relation, name));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr row, Projection::Make(core, std::move(exprs)));
    ARROW_ASSIGN_OR_RAISE(result.plan, Join::Make(input_, std::move(row), JoinType::kInner, {}));
    ARROW_ASSIGN_OR_RAISE(result.value, RewriteDown(value, [&](const Expr& part) -> Result<std::optional<Expr>> {
                            for (size_t i = 0; i < all.size(); ++i) {
                              if (part.Equals(all[i])) return std::optional<Expr>(columns[i]);
                            }
                            return std::optional<Expr>{};
                          }));
    return result;
  }
  const std::vector<ColumnRef> core_columns = OuterColumnsOf(*core, *input_->schema());
  Unnester unnester(input_, core_columns, context_);
  Unnested grouped{core, {}};
  if (core_columns.empty()) return Error(ErrorKind::kNotImplemented, "a scalar subquery that reads columns two queries out: ", core->Display());
  ARROW_ASSIGN_OR_RAISE(grouped, unnester.GroupByKeys(core));
  std::vector<Expr> all = AllColumns(*core), values = all;
  values.push_back(Literal(true));
  ARROW_ASSIGN_OR_RAISE(Isolated isolated, Isolate(std::move(grouped), values, "__scalar_sq_"));
  bool null_safe = false;
  auto on = unnester.OuterKeys(isolated.rows, &null_safe);
  ARROW_ASSIGN_OR_RAISE(result.plan, Join::Make(input_, isolated.rows.plan, JoinType::kLeft, std::move(on), {}, {.nulls_equal = null_safe}));
  const Expr found = IsNotNull(isolated.values.back());
  ARROW_ASSIGN_OR_RAISE(result.value, RewriteDown(value, [&](const Expr& part) -> Result<std::optional<Expr>> {
                          for (size_t i = 0; i < all.size(); ++i) {
                            if (!part.Equals(all[i])) continue;
                            const auto& function = Unalias(aggregate->aggregates[i])->as<AggregateCall>().function->name();
                            if (function != "count" && function != "regr_count" && function != "approx_distinct") {
                              return std::optional<Expr>(isolated.values[i]);
                            }
                            ARROW_ASSIGN_OR_RAISE(auto zero, arrow::MakeScalar(core->schema()->field(static_cast<int>(i)).field->type(), 0));
                            return std::optional<Expr>(
                                Case({.has_operand = false, .has_else = true}, {found, isolated.values[i], Literal(std::move(zero))}));
                          }
                          return std::optional<Expr>{};
                        }));
  return result;
}

/// Whether each outer column that the plan reads is one of these: none from further out.
bool ReadsOnly(const LogicalPlan& plan, const std::vector<ColumnRef>& columns) {
  for (const Expr& expr : plan.Expressions()) {
    bool only = true;
    VisitExpr(expr, [&](const Expr& part) {
      if (part.kind() == ExprKind::kOuterColumn) only &= std::find(columns.begin(), columns.end(), part->as<ColumnRef>()) != columns.end();
      return only;
    });
    if (!only) return false;
  }
  return std::all_of(plan.inputs().begin(), plan.inputs().end(), [&](const PlanPtr& input) { return ReadsOnly(*input, columns); });
}

Result<PlanPtr> Attacher::Semi(const Expr& test, bool negated) {
  const JoinType type = negated ? JoinType::kLeftAnti : JoinType::kLeftSemi;
  const bool exists = test.kind() == ExprKind::kExists;
  if (exists) Start(ForExists(subquery_));
  // What must hold of a pair of operand and value: for NOT IN a pair that may be equal is enough.
  const auto matches = [&](const Expr& operand, const Expr& value, const LogicalPlan& plan) {
    Expr equal = Compare(BinaryOp::kEq, operand, value);
    if (!negated || (!Nullable(operand, *input_) && !Nullable(value, plan))) return equal;
    return MakeExpr(ExprKind::kIsNotFalse, {std::move(equal)});
  };
  if (ReadsOnly(*subquery_, columns_)) {
    ARROW_ASSIGN_OR_RAISE(std::optional<PulledUp> pulled, PullUp(subquery_, context_.FreshName("__correlated_sq_")));
    if (pulled && exists) return JoinOnConditions(input_, pulled->plan, type, pulled->conditions);
    if (pulled && Deterministic(test.children()[0])) {
      const Expr &operand = test.children()[0], value = pulled->plan->schema()->column(0);
      if (negated && pulled->conditions.empty()) {
        const bool aware = Nullable(operand, *input_) || Nullable(value, *pulled->plan);
        return Join::Make(input_, pulled->plan, type, {{operand, value}}, {}, {.null_aware = aware});
      }
      std::vector<Expr> conditions = pulled->conditions;
      conditions.insert(conditions.begin(), matches(operand, value, *pulled->plan));
      return JoinOnConditions(input_, pulled->plan, type, conditions);
    }
  }
  ARROW_ASSIGN_OR_RAISE(Unnested rows, Unnest(subquery_));
  std::vector<Expr> values;
  if (!exists) values.push_back(subquery_->schema()->column(0));
  if (values.empty() && rows.keys.empty()) values.push_back(Literal(true));
  ARROW_ASSIGN_OR_RAISE(Isolated isolated, Isolate(std::move(rows), values));
  bool null_safe = false;
  auto on = unnester_->OuterKeys(isolated.rows, &null_safe);
  std::optional<Expr> filter;
  if (!exists) {
    const Expr &operand = test.children()[0], condition = matches(operand, isolated.values[0], *isolated.rows.plan);
    if (condition.kind() == ExprKind::kBinary && !null_safe && !on.empty()) {
      on.emplace_back(operand, isolated.values[0]);
    } else if (condition.kind() == ExprKind::kBinary && on.empty()) {
      on.emplace_back(operand, isolated.values[0]);
    } else {
      filter = condition;
    }
  }
  return Join::Make(input_, isolated.rows.plan, type, std::move(on), std::move(filter), {.nulls_equal = null_safe});
}

BinaryOp Opposite(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq: return BinaryOp::kNotEq;
    case BinaryOp::kNotEq: return BinaryOp::kEq;
    case BinaryOp::kLt: return BinaryOp::kGtEq;
    case BinaryOp::kLtEq: return BinaryOp::kGt;
    case BinaryOp::kGt: return BinaryOp::kLtEq;
    case BinaryOp::kGtEq: return BinaryOp::kLt;
    default: return op;
  }
}

}  // namespace

bool ReadsAnyOuter(const LogicalPlan& plan) {
  const std::vector<ColumnRef> none;
  return !ReadsOnly(plan, none);
}

bool GivesOneRow(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kAggregate: return plan.As<Aggregate>().groups.empty();
    case PlanKind::kEmpty: return plan.As<Empty>().one_row;
    case PlanKind::kValues: return plan.As<Values>().rows.size() == 1;
    case PlanKind::kProjection: {
      const auto& exprs = plan.As<Projection>().exprs;
      const bool unnests = std::any_of(exprs.begin(), exprs.end(), [](const Expr& e) { return Contains(e, ExprKind::kUnnest); });
      return !unnests && GivesOneRow(*plan.input());
    }
    case PlanKind::kSort:
      if (plan.As<Sort>().fetch == 0) return false;
      return GivesOneRow(*plan.input());
    case PlanKind::kSubqueryAlias:
    case PlanKind::kWindow:
    case PlanKind::kDistinct: return GivesOneRow(*plan.input());
    default: return false;
  }
}

Result<PlanPtr> CheckedRow(const PlanPtr& subquery, const std::string& name, Context& context) {
  const Expr column = subquery->schema()->column(0);
  if (GivesOneRow(*subquery)) return Projection::Make(subquery, {Named(column, name, name)});
  ARROW_ASSIGN_OR_RAISE(PlanPtr two, Limit::Make(subquery, 0, 2));
  ARROW_ASSIGN_OR_RAISE(Expr first, Aggregated(context.functions.first_value, "first_value", column));
  ARROW_ASSIGN_OR_RAISE(Expr count, Aggregated(context.functions.count, "count", Literal(int64_t{1})));
  ARROW_ASSIGN_OR_RAISE(two, Aggregate::Make(std::move(two), {}, {Named(first, name, name + "_first"), Named(count, name, name + "_rows")}));
  const Expr checked = Call(std::make_shared<SingleRow>(), {ColumnOf(name, name + "_first"), ColumnOf(name, name + "_rows")});
  return Projection::Make(std::move(two), {Named(checked, name, name)});
}

Result<Attached> AttachSubquery(PlanPtr input, const Expr& subquery, Context& context) {
  const auto& plan = subquery->as<SubqueryPlan>();
  Attacher attacher(std::move(input), plan.plan, context);
  switch (subquery.kind()) {
    case ExprKind::kExists: return attacher.Exists(plan.negated);
    case ExprKind::kInSubquery: return attacher.In(subquery.children()[0], plan.negated);
    case ExprKind::kScalarSubquery: return attacher.Scalar();
    case ExprKind::kSetComparison: {
      // x op ALL (...) is NOT (x opposite ANY (...)).
      const bool all = plan.quantifier == SubqueryPlan::kAll;
      const BinaryOp op = all ? Opposite(plan.op) : plan.op;
      const bool negated = all != plan.negated;
      return op == BinaryOp::kEq ? attacher.In(subquery.children()[0], negated) : attacher.Any(subquery.children()[0], op, negated);
    }
    default: return Error(ErrorKind::kInternal, "not a subquery: ", subquery.ToString());
  }
}

Result<PlanPtr> FilterBySubquery(PlanPtr input, const Expr& test, bool negated, Context& context) {
  return Attacher(std::move(input), test->as<SubqueryPlan>().plan, context).Semi(test, negated);
}

}  // namespace bowstring::optimizer
