// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <numeric>

#include <arrow/type.h>

#include "exec/sort.h"
#include "exec/topk.h"
#include "physical/known_order.h"
#include "physical/planner.h"

namespace bowstring::physical {

// Above so many rows a top-k keeps more than a sort that stops early would save.
constexpr int64_t kTopKRows = 65536;

arrow::Result<Chain> Planner::PlanSort(const logical::Sort& node) {
  // Of shared parts their first reader decides whether order matters.
  if (shared_.empty() && ComesInOrder(*node.input(), node.keys)) {
    if (!node.fetch) return Plan(node.input(), /*one_lane=*/true);
    ARROW_ASSIGN_OR_RAISE(const PlanPtr first, logical::Limit::Make(node.input(), 0, node.fetch));
    return PlanLimit(first->As<logical::Limit>(), /*one_lane=*/true);
  }
  const bool topk = node.fetch && *node.fetch <= kTopKRows && !node.keys.empty();
  auto filter = topk && settings_.dynamic_filters ? Announce(*node.input(), {node.keys[0].expr}) : nullptr;
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), /*one_lane=*/true));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  exec::SortSpec spec;
  spec.schema = chain.physical;
  for (const SortKey& key : node.keys) {
    ARROW_ASSIGN_OR_RAISE(auto bound, BindKey(key.expr, chain));
    spec.keys.push_back({std::move(bound), key.ascending, key.nulls_first});
  }
  spec.output.resize(static_cast<size_t>(chain.physical->num_fields()));
  std::iota(spec.output.begin(), spec.output.end(), 0);
  spec.fetch = node.fetch.value_or(-1);
  spec.batch_rows = settings_.batch_rows;
  spec.kernel = settings_.kernel;
  std::string line = "SortExec: ";
  if (node.fetch) line += "TopK(fetch=" + std::to_string(*node.fetch) + "), ";
  line += "expr=[" + logical::JoinSortKeys(node.keys) + "], preserve_partitioning=[false]";
  std::shared_ptr<exec::Sink> sink;
  if (topk) {
    auto bound = std::make_shared<exec::TopKBound>();
    if (filter) filter->Set(exec::MakeTopKFilter(bound, spec.keys[0]), -1);
    ARROW_ASSIGN_OR_RAISE(sink, exec::MakeTopK({std::move(spec), std::move(bound)}, settings_.memory));
  } else {
    ARROW_ASSIGN_OR_RAISE(sink, exec::MakeSort(std::move(spec), settings_.memory, settings_.spill));
  }
  auto physical = chain.physical;
  PlanText text{std::move(line), {std::move(chain.text)}};
  End(std::move(chain), sink);
  return Behind(sink, node.schema(), std::move(physical), std::move(text));
}

}  // namespace bowstring::physical
