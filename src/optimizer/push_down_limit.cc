// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "logical/nodes.h"
#include "optimizer/optimizer.h"

namespace bowstring::optimizer {

using arrow::Result;
using namespace logical;  // NOLINT: node kinds

namespace {

/// The input with a Limit of so many rows on top, unless it has a tighter one.
Result<PlanPtr> Capped(const PlanPtr& input, int64_t rows) {
  if (const auto* limit = input->TryAs<Limit>(); limit != nullptr && limit->fetch && *limit->fetch <= rows) return input;
  if (const auto* scan = input->TryAs<Scan>(); scan != nullptr && scan->fetch && *scan->fetch <= rows) return input;
  return Limit::Make(input, 0, rows);
}

Result<PlanPtr> Below(const PlanPtr& node, const Limit& limit) {
  const PlanPtr& input = limit.input();
  const std::optional<int64_t> reach = limit.Reach();
  switch (input->kind()) {
    case PlanKind::kLimit: {
      const Limit& inner = input->As<Limit>();
      std::optional<int64_t> fetch = limit.fetch;
      if (inner.fetch) {
        const int64_t left = std::max<int64_t>(*inner.fetch - limit.skip, 0);
        fetch = fetch ? std::min(*fetch, left) : left;
      }
      int64_t skip = 0;
      if (__builtin_add_overflow(inner.skip, limit.skip, &skip)) return node;
      return Limit::Make(inner.input(), skip, fetch);
    }
    case PlanKind::kProjection:
    case PlanKind::kSubqueryAlias: {
      ARROW_ASSIGN_OR_RAISE(PlanPtr inner, Limit::Make(input->input(), limit.skip, limit.fetch));
      return input->WithInputs({std::move(inner)});
    }
    case PlanKind::kSort: {
      const Sort& sort = input->As<Sort>();
      if (!reach) return node;
      PlanPtr top = input;
      if (!sort.fetch || *sort.fetch > *reach) {
        ARROW_ASSIGN_OR_RAISE(top, Sort::Make(sort.input(), sort.keys, reach));
      } else if (limit.skip > 0) {
        return node;
      }
      return limit.skip == 0 ? Result<PlanPtr>(top) : Limit::Make(std::move(top), limit.skip, limit.fetch);
    }
    case PlanKind::kUnion: {
      if (!reach) return node;
      std::vector<PlanPtr> inputs;
      bool changed = false;
      for (const PlanPtr& branch : input->inputs()) {
        ARROW_ASSIGN_OR_RAISE(PlanPtr capped, Capped(branch, *reach));
        changed |= capped != branch;
        inputs.push_back(std::move(capped));
      }
      if (!changed) return node;
      ARROW_ASSIGN_OR_RAISE(PlanPtr branches, input->WithInputs(std::move(inputs)));
      return Limit::Make(std::move(branches), limit.skip, limit.fetch);
    }
    case PlanKind::kJoin: {
      // Every row of the left gives one row at least, and they come in the left's order.
      if (!reach || input->As<Join>().type != JoinType::kLeft) return node;
      ARROW_ASSIGN_OR_RAISE(PlanPtr left, Capped(input->input(0), *reach));
      if (left == input->input(0)) return node;
      ARROW_ASSIGN_OR_RAISE(PlanPtr join, input->WithInputs({std::move(left), input->input(1)}));
      return Limit::Make(std::move(join), limit.skip, limit.fetch);
    }
    case PlanKind::kScan: {
      const Scan& scan = input->As<Scan>();
      if (!reach || (scan.fetch && *scan.fetch <= *reach)) return node;
      ARROW_ASSIGN_OR_RAISE(PlanPtr capped, Scan::Make(scan.table, scan.source, scan.projection, scan.filters, reach));
      return Limit::Make(std::move(capped), limit.skip, limit.fetch);
    }
    default: return node;
  }
}

}  // namespace

/// Limits go towards the sources: what isn't needed isn't read.
Result<PlanPtr> PushDownLimit(const PlanPtr& plan) {
  return TransformDown(plan, [](const PlanPtr& node) -> Result<PlanPtr> {
    PlanPtr next = node;
    // Limits over limits first; each step leaves one node less above its input.
    while (next->kind() == PlanKind::kLimit) {
      ARROW_ASSIGN_OR_RAISE(PlanPtr lower, Below(next, next->As<Limit>()));
      if (lower == next) break;
      const bool merged = next->input()->kind() == PlanKind::kLimit;
      next = std::move(lower);
      if (!merged) break;
    }
    return next;
  });
}

}  // namespace bowstring::optimizer
