// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// Rows ordered by the keys; ties keep the input's order. With `fetch` it gives only the first so many
/// (top-k).
struct Sort final : PlanNode<PlanKind::kSort> {
  std::vector<SortKey> keys;
  std::optional<int64_t> fetch;

  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<SortKey> keys, std::optional<int64_t> fetch = {});

  std::vector<Expr> Expressions() const override;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
