// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "logical/builder.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// Whether the test reads only `side` of the rows that it tests. One with more than keys is dear for each row: it stays where joins have
/// left few.
bool TestsOnly(const Join& test, const Schema& side) {
  if (test.filter) return false;
  return std::all_of(test.on.begin(), test.on.end(), [&](const auto& key) { return Covers(side, key.first); });
}

Result<PlanPtr> Push(const PlanPtr& node) {
  const auto* test = node->TryAs<Join>();
  if (test == nullptr || (test->type != JoinType::kLeftSemi && test->type != JoinType::kLeftAnti) || test->on.empty()) return node;
  const PlanPtr& tested = test->input(0);
  const auto* join = tested->TryAs<Join>();
  if (join == nullptr) return node;
  const bool keeps_left = join->type == JoinType::kInner || join->type == JoinType::kLeft || join->type == JoinType::kLeftSemi ||
                          join->type == JoinType::kLeftAnti;
  const bool keeps_right = join->type == JoinType::kInner || join->type == JoinType::kRight;
  int side = -1;
  if (keeps_left && TestsOnly(*test, *join->input(0)->schema())) side = 0;
  if (side < 0 && keeps_right && TestsOnly(*test, *join->input(1)->schema())) side = 1;
  if (side < 0 || !std::all_of(test->on.begin(), test->on.end(), [](const auto& key) { return Deterministic(key.first); })) return node;
  // A test of a test stays where it is: they may be in any order.
  if (join->type == JoinType::kLeftSemi || join->type == JoinType::kLeftAnti) {
    ARROW_ASSIGN_OR_RAISE(PlanPtr below, test->WithInputs({join->input(0), test->input(1)}));
    ARROW_ASSIGN_OR_RAISE(PlanPtr pushed, Push(below));
    if (pushed == below) return node;
    return join->WithInputs({std::move(pushed), join->input(1)});
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr narrowed, test->WithInputs({join->input(side), test->input(1)}));
  ARROW_ASSIGN_OR_RAISE(narrowed, Push(narrowed));
  std::vector<PlanPtr> inputs = join->inputs();
  inputs[side] = std::move(narrowed);
  return join->WithInputs(std::move(inputs));
}

}  // namespace

/// Semi and anti joins that read one side of a join below go to that side: fewer rows are joined, and the joins above can be ordered
/// together.
Result<PlanPtr> PushDownSemiJoin(const PlanPtr& plan) { return TransformUp(plan, Push); }

}  // namespace bowstring::optimizer
