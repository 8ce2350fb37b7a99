// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "physical/planner.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <arrow/record_batch.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "exec/batch_queue.h"
#include "exec/limit.h"
#include "exec/single_lane.h"
#include "logical/rewrite.h"

namespace bowstring::physical {

bool Branch::has_tail() const {
  return std::any_of(operators.begin(), operators.end(), [](const auto& op) { return op->has_tail(); });
}

std::string PlanText::ToString() const {
  std::string text;
  std::function<void(const PlanText&, int)> print = [&](const PlanText& node, int level) {
    if (!text.empty()) text += '\n';
    text.append(static_cast<size_t>(level) * 2, ' ');
    text += node.line;
    for (const auto& input : node.inputs) print(input, level + 1);
  };
  print(*this, 0);
  return text;
}

arrow::Result<PhysicalPlan> PlanPhysical(const PlanPtr& plan, const PlanSettings& settings) { return Planner(settings).Run(plan); }

arrow::Result<PhysicalPlan> Planner::Run(const PlanPtr& optimized) {
  PlanPtr plan = optimized;
  if (settings_.share_subplans) {
    plan = MergeSimilarSubplans(std::move(plan), settings_.dynamic_filters);
    shared_ = FindSharedSubplans(plan, settings_.dynamic_filters);
  }
  parts_.resize(shared_.readers.size());
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(plan, settings_.target_partitions == 1));
  PhysicalPlan result;
  auto& graph = result.graph;
  graph.result_schema = chain.logical->arrow();
  result.result_physical = chain.physical;
  if (chain.limited) {
    graph.skip = chain.skip;
    graph.fetch = chain.fetch;
  }
  result.preserve_batches = chain.bare_memory;
  graph.compact_result = !chain.bare_memory;
  for (Slot& slot : slots_) chain.text.inputs.push_back(PlanText{"ScalarSubqueryExec", {std::move(slot.text)}});
  result.text = chain.text.ToString();
  std::function<void(PlanText&, int)> list = [&](PlanText& node, int depth) {
    result.lines.push_back({node.line, depth, std::move(node.keys)});
    for (auto& input : node.inputs) list(input, depth + 1);
  };
  list(chain.text, 0);
  graph.lanes = 0;
  uint32_t stage = 0;
  for (auto& branch : chain.branches) {
    // Rows after the last morsel belong behind all lanes: such a branch has one.
    const bool pipeline_has_tail = branch.has_tail();
    if (pipeline_has_tail && branch.source) branch.source = exec::MakeSingleLane(std::move(branch.source));
    const LaneId first_lane = graph.lanes, lane_count = branch.lanes();
    graph.lanes += lane_count;
    if (branch.source_sink && !branch.source_sink->replayable()) graph.replayable = false;
    // What goes through an operator with a tail may have been put aside for it.
    graph.replayable = graph.replayable && !pipeline_has_tail;
    exec::Pipeline& pipeline = pipelines_[static_cast<size_t>(Add(std::move(branch), nullptr, stage++))];
    pipeline.first_lane = first_lane;
    pipeline.lane_count = lane_count;
  }
  for (size_t i = 0; i < pipelines_.size(); ++i) {
    for (const auto& filter : waited_for_[i]) {
      if (filter->pipeline() >= 0) pipelines_[i].dependencies.push_back(filter->pipeline());
    }
  }
  graph.replayable = graph.replayable && replayable_ && !volatile_;
  graph.pipelines = std::move(pipelines_);
  return result;
}

// Whether a node sees the order of its input's rows, or those above it do through it.
static bool OrderMattersBelow(const LogicalPlan& plan, bool above) {
  static const std::set<std::string> kBlind = {"count", "sum", "avg", "mean", "min", "max", "var", "var_samp", "var_pop", "stddev", "stddev_samp",
                                               "stddev_pop", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor", "median", "approx_distinct"};
  switch (plan.kind()) {
    case PlanKind::kLimit:
    case PlanKind::kSort:    // equal keys keep their order
    case PlanKind::kWindow:
      return true;
    case PlanKind::kDistinct:
      return false;
    case PlanKind::kAggregate:
      for (const Expr& expr : plan.As<logical::Aggregate>().aggregates) {
        const Expr& call_expr = logical::Unalias(expr);
        if (call_expr.kind() != ExprKind::kAggregate) return true;
        const auto& call = call_expr->as<AggregateCall>();
        if (!call.order_by.empty() || !kBlind.contains(call.function->name())) return true;
      }
      return false;
    default:
      return above;
  }
}

arrow::Result<Chain> Planner::Plan(const PlanPtr& plan, bool one_lane) {
  const bool above = std::exchange(ordered_, OrderMattersBelow(*plan, ordered_));
  const size_t before = made_.size();
  const auto shared = shared_.part_of.find(plan.get());
  const bool read = shared != shared_.part_of.end() && !parts_[static_cast<size_t>(shared->second)].planning;
  auto chain = read ? PlanShared(plan, shared->second) : PlanNode(plan, one_lane);
  ordered_ = above;
  if (!chain.ok()) return chain;
  auto& keys = chain->text.keys;
  keys.insert(keys.end(), made_.begin() + static_cast<std::ptrdiff_t>(before), made_.end());
  made_.resize(before);
  return chain;
}

arrow::Result<Chain> Planner::PlanNode(const PlanPtr& plan, bool one_lane) {
  switch (plan->kind()) {
    case PlanKind::kScan:
      return PlanScan(plan->As<logical::Scan>(), one_lane);
    case PlanKind::kFilter:
      return PlanFilter(plan->As<logical::Filter>(), one_lane);
    case PlanKind::kProjection:
      return PlanProjection(plan->As<logical::Projection>(), one_lane);
    case PlanKind::kLimit:
      return PlanLimit(plan->As<logical::Limit>(), one_lane);
    case PlanKind::kSort:
      return PlanSort(plan->As<logical::Sort>());
    case PlanKind::kAggregate:
      return PlanAggregate(plan->As<logical::Aggregate>());
    case PlanKind::kWindow:
      return PlanWindow(plan->As<logical::Window>());
    case PlanKind::kDistinct:
      return PlanDistinct(plan->As<logical::Distinct>());
    case PlanKind::kJoin:
      return PlanJoin(plan->As<logical::Join>(), one_lane);
    case PlanKind::kUnion:
      return PlanUnion(plan->As<logical::Union>(), one_lane);
    case PlanKind::kRecursiveQuery:
      return PlanRecursiveQuery(plan->As<logical::RecursiveQuery>());
    case PlanKind::kWorkTable:
      return PlanWorkTable(plan->As<logical::WorkTable>());
    case PlanKind::kUnnest:
      return PlanUnnest(plan->As<logical::Unnest>(), one_lane);
    case PlanKind::kValues:
      return PlanValues(plan->As<logical::Values>());
    case PlanKind::kEmpty:
      return PlanEmpty(plan->As<logical::Empty>());
    case PlanKind::kDml:
      return PlanDml(plan->As<logical::Dml>());
    case PlanKind::kSubqueryAlias:
    case PlanKind::kRepartition: {
      // Names only; and partitions follow from the source and target_partitions alone.
      ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(plan->input(), one_lane));
      chain.logical = plan->schema();
      return chain;
    }
    default:
      return bowstring::Error(ErrorKind::kNotImplemented, "running a plan with the node ", plan->Display());
  }
}

std::vector<int> Planner::End(Chain chain, const std::shared_ptr<exec::Sink>& sink) {
  std::vector<int> made;
  uint32_t stage = 0;
  made_.push_back(sink.get());
  for (auto& branch : chain.branches) made.push_back(Add(std::move(branch), sink, stage++));
  return made;
}

int Planner::Add(Branch branch, const std::shared_ptr<exec::Sink>& sink, uint32_t stage) {
  exec::Pipeline pipeline;
  pipeline.label = std::move(branch.label);
  pipeline.source = std::move(branch.source);
  pipeline.source_sink = std::move(branch.source_sink);
  pipeline.source_key = branch.source_key != nullptr ? branch.source_key : pipeline.source.get();
  pipeline.operators = std::move(branch.operators);
  pipeline.dependencies = std::move(branch.dependencies);
  pipeline.sink = sink;
  pipeline.stage = stage;
  pipelines_.push_back(std::move(pipeline));
  waited_for_.push_back(std::move(branch.filters));
  return static_cast<int>(pipelines_.size()) - 1;
}

// Whether the way from `plan` down to the scan leads through a shared part.
static bool InShared(const LogicalPlan& plan, const LogicalPlan* scan, const SharedSubplans& shared, bool inside = false) {
  if (shared.empty()) return false;
  inside = inside || shared.part_of.contains(&plan);
  if (&plan == scan) return inside;
  return std::any_of(plan.inputs().begin(), plan.inputs().end(), [&](const auto& input) { return InShared(*input, scan, shared, inside); });
}

std::shared_ptr<LateFilter> Planner::Announce(const LogicalPlan& below, const std::vector<Expr>& columns) {
  auto targets = TraceToScans(below, columns);
  // Not into what others read too.
  std::erase_if(targets, [&](const FilterTarget& target) { return InShared(below, target.scan, shared_); });
  if (targets.empty()) return nullptr;
  auto filter = std::make_shared<LateFilter>();
  for (FilterTarget& target : targets) announced_.emplace_back(std::move(target), filter);
  return filter;
}

Chain Planner::Behind(const std::shared_ptr<exec::Sink>& sink, logical::SchemaPtr logical, std::shared_ptr<arrow::Schema> physical,
                      PlanText text) {
  Chain chain;
  Branch branch;
  branch.source_sink = sink;
  branch.label = sink->name();
  chain.branches.push_back(std::move(branch));
  chain.logical = std::move(logical);
  chain.physical = std::move(physical);
  chain.text = std::move(text);
  return chain;
}

void Planner::Append(Chain& chain, const std::shared_ptr<exec::Operator>& op) {
  for (auto& branch : chain.branches) branch.operators.push_back(op);
  made_.push_back(op.get());
  chain.physical = op->schema();
  chain.bare_memory = false;
}

arrow::Result<Chain> Planner::ApplyLimit(Chain chain) {
  if (!chain.limited) return chain;
  auto sink = exec::MakeLimit(chain.physical, chain.skip, chain.fetch, settings_.memory, settings_.spill);
  auto logical = chain.logical;
  auto physical = chain.physical;
  auto text = std::move(chain.text);
  End(std::move(chain), sink);
  return Behind(sink, std::move(logical), std::move(physical), std::move(text));
}

arrow::Result<Chain> Planner::OneLane(Chain chain) {
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  if (chain.branches.size() > 1) {  // collected, because an operator's tail comes after one pipeline's morsels only
    chain.limited = true;
    chain.skip = 0;
    chain.fetch = -1;
    return ApplyLimit(std::move(chain));
  }
  auto& source = chain.branches[0].source;
  if (source) source = exec::MakeSingleLane(std::move(source));
  return chain;
}

arrow::Result<std::shared_ptr<const BoundExpr>> Planner::Bind(const Expr& expr, Chain& input) {
  ARROW_ASSIGN_OR_RAISE(const Expr ready, WithSlots(expr, input));
  ARROW_ASSIGN_OR_RAISE(auto bound, bowstring::Bind(ready, input.logical->scope(), *input.physical));
  return std::shared_ptr<const BoundExpr>(std::move(bound));
}

arrow::Result<std::shared_ptr<const BoundExpr>> Planner::BindKey(const Expr& expr, Chain& input) {
  ARROW_ASSIGN_OR_RAISE(auto bound, Bind(expr, input));
  const auto type = bound->physical_type();
  if (type->id() != arrow::Type::RUN_END_ENCODED) return bound;
  return Bind(Cast(expr, static_cast<const arrow::RunEndEncodedType&>(*type).value_type()), input);
}

arrow::Result<std::shared_ptr<const BoundExpr>> Planner::BindCondition(const Expr& expr, Chain& input) {
  ARROW_ASSIGN_OR_RAISE(const Expr ready, WithSlots(expr, input));
  ARROW_ASSIGN_OR_RAISE(auto bound, BindPredicate(ready, input.logical->scope(), *input.physical));
  return std::shared_ptr<const BoundExpr>(std::move(bound));
}

arrow::Result<std::shared_ptr<Source>> Planner::BatchSource(std::shared_ptr<arrow::RecordBatch> batch) const {
  auto queue = std::make_shared<exec::BatchQueue>(batch->schema(), nullptr, nullptr, "values");
  if (batch->num_rows() > 0) queue->Add(Seq{}, std::move(batch));
  return queue->Read(0, -1);
}

}  // namespace bowstring::physical
