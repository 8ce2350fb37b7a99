// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/error.h>

#include "exec/join_hash.h"
#include "exec/nested_loop_join.h"
#include "logical/estimate.h"
#include "physical/planner.h"

namespace bowstring::physical {
namespace {

using exec::JoinKind;
using logical::JoinType;

// The kind seen from the probe side, which is `left` unless turned around.
JoinKind KindOf(JoinType type, bool probe_is_left) {
  switch (type) {
    case JoinType::kInner:
      return JoinKind::kInner;
    case JoinType::kLeft:
      return probe_is_left ? JoinKind::kLeft : JoinKind::kRight;
    case JoinType::kRight:
      return probe_is_left ? JoinKind::kRight : JoinKind::kLeft;
    case JoinType::kFull:
      return JoinKind::kFull;
    case JoinType::kLeftSemi:
      return probe_is_left ? JoinKind::kLeftSemi : JoinKind::kRightSemi;
    case JoinType::kRightSemi:
      return probe_is_left ? JoinKind::kRightSemi : JoinKind::kLeftSemi;
    case JoinType::kLeftAnti:
      return probe_is_left ? JoinKind::kLeftAnti : JoinKind::kRightAnti;
    case JoinType::kRightAnti:
      return probe_is_left ? JoinKind::kRightAnti : JoinKind::kLeftAnti;
  }
  return JoinKind::kInner;
}

// The smaller side is built. The side whose rows all come out is better probed: its order is kept and it streams.
bool ProbeLeft(const logical::Join& node) {
  if (node.null_aware) return true;
  const double left = EstimateRows(*node.input(0)), right = EstimateRows(*node.input(1));
  switch (node.type) {
    case JoinType::kRightSemi:
    case JoinType::kRightAnti:
      return left > right * 4;
    case JoinType::kRight:
      return left > right;
    case JoinType::kLeftSemi:
    case JoinType::kLeftAnti:
    case JoinType::kLeft:
    case JoinType::kFull:
      return left * 4 >= right;
    case JoinType::kInner:
      return left >= right;
  }
  return true;
}

}  // namespace

double EstimateRows(const LogicalPlan& plan) { return logical::EstimateOf(plan).rows; }

arrow::Result<Chain> Planner::PlanJoin(const logical::Join& node, bool one_lane) {
  const bool probe_left = ProbeLeft(node);
  const JoinKind kind = KindOf(node.type, probe_left);
  const bool tail = exec::JoinHasTail(kind);
  const size_t announced = announced_.size();
  ARROW_ASSIGN_OR_RAISE(Chain build, Plan(node.input(probe_left ? 1 : 0), /*one_lane=*/true));
  const bool build_filtered = announced_.size() < announced;  // by a join above
  ARROW_ASSIGN_OR_RAISE(build, ApplyLimit(std::move(build)));
  std::shared_ptr<LateFilter> filter;
  const LogicalPlan& build_plan = *node.input(probe_left ? 1 : 0);
  if (settings_.dynamic_filters && !node.on.empty() && !exec::JoinKeepsProbe(kind) && (IsSelective(build_plan) || build_filtered)) {
    std::vector<Expr> probe_keys;
    for (const auto& [left, right] : node.on) probe_keys.push_back(probe_left ? left : right);
    filter = Announce(*node.input(probe_left ? 0 : 1), probe_keys);
  }
  ARROW_ASSIGN_OR_RAISE(Chain probe, Plan(node.input(probe_left ? 0 : 1), one_lane || tail));
  if (tail) {
    ARROW_ASSIGN_OR_RAISE(probe, OneLane(std::move(probe)));
  } else {
    ARROW_ASSIGN_OR_RAISE(probe, ApplyLimit(std::move(probe)));
  }

  exec::JoinShape shape;
  shape.kind = kind;
  shape.probe_schema = probe.physical;
  shape.build_schema = build.physical;
  shape.kernel = settings_.kernel;
  if (node.filter) {
    std::vector<logical::QualifiedField> fields = probe.logical->fields();
    fields.insert(fields.end(), build.logical->fields().begin(), build.logical->fields().end());
    arrow::FieldVector physical = probe.physical->fields();
    physical.insert(physical.end(), build.physical->fields().begin(), build.physical->fields().end());
    ARROW_ASSIGN_OR_RAISE(const Expr filter, WithSlots(*node.filter, probe));
    ARROW_ASSIGN_OR_RAISE(auto condition, BindPredicate(filter, Scope(std::move(fields)), arrow::Schema(std::move(physical))));
    shape.condition = std::move(condition);
  }
  auto side = [&](bool left) {
    const bool is_build = left != probe_left;
    const int columns = (is_build ? build : probe).physical->num_fields();
    for (int i = 0; i < columns; ++i) shape.output.push_back({is_build, i});
  };
  const bool semi_left = node.type == JoinType::kLeftSemi || node.type == JoinType::kLeftAnti;
  const bool semi_right = node.type == JoinType::kRightSemi || node.type == JoinType::kRightAnti;
  if (!semi_right) side(true);
  if (!semi_left) side(false);
  for (const auto& field : node.schema()->arrow()->fields()) shape.names.push_back(field->name());

  std::string line;
  std::shared_ptr<exec::Sink> sink;
  std::shared_ptr<exec::Operator> op;
  std::shared_ptr<const DynamicFilter> keys;
  if (node.on.empty()) {
    ARROW_ASSIGN_OR_RAISE(auto pair, exec::MakeNestedLoopJoin(std::move(shape), settings_.memory, settings_.spill));
    sink = std::move(pair.build);
    op = std::move(pair.probe);
    line = node.cross() ? "CrossJoinExec" : "NestedLoopJoinExec: join_type=" + std::string(logical::ToString(node.type));
  } else {
    exec::JoinSpec spec;
    spec.shape = std::move(shape);
    spec.null_equals_null = node.nulls_equal;
    spec.null_aware = node.null_aware;
    spec.filters = filter != nullptr;
    spec.ordered = ordered_;
    std::string on;
    for (const auto& [left, right] : node.on) {
      ARROW_ASSIGN_OR_RAISE(auto probe_key, BindKey(probe_left ? left : right, probe));
      ARROW_ASSIGN_OR_RAISE(auto build_key, BindKey(probe_left ? right : left, build));
      spec.probe_keys.push_back(std::move(probe_key));
      spec.build_keys.push_back(std::move(build_key));
      on += (on.empty() ? "(" : ", (") + left.ToString() + ", " + right.ToString() + ")";
    }
    ARROW_ASSIGN_OR_RAISE(auto pair, exec::MakeHashJoin(std::move(spec), settings_.memory, settings_.spill));
    sink = std::move(pair.build);
    op = std::move(pair.probe);
    keys = std::move(pair.filter);
    line = "HashJoinExec: mode=CollectLeft, join_type=" + std::string(logical::ToString(node.type)) + ", on=[" + on + "]";
  }
  if (node.filter) line += ", filter=" + node.filter->ToString();
  PlanText text{std::move(line), {}};
  auto& left_text = probe_left ? probe.text : build.text;
  auto& right_text = probe_left ? build.text : probe.text;
  text.inputs.push_back(std::move(left_text));
  text.inputs.push_back(std::move(right_text));
  if (op->has_tail() && probe.branches.size() > 1) {  // a join that may spill ends one pipeline only
    ARROW_ASSIGN_OR_RAISE(probe, OneLane(std::move(probe)));
  }
  const std::vector<int> builds = End(std::move(build), sink);
  if (filter && keys) filter->Set(std::move(keys), builds.front());
  for (auto& branch : probe.branches) branch.dependencies.push_back(builds.front());
  Append(probe, op);
  probe.logical = node.schema();
  probe.text = std::move(text);
  return probe;
}

}  // namespace bowstring::physical
