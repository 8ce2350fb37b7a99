// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "logical/plan.h"

namespace bowstring::logical {

/// The first `fetch` rows in the input's order, after the first `skip`.
struct Limit final : PlanNode<PlanKind::kLimit> {
  int64_t skip = 0;
  std::optional<int64_t> fetch;

  /// Fails with kPlan where one is negative.
  static arrow::Result<PlanPtr> Make(PlanPtr input, int64_t skip, std::optional<int64_t> fetch);

  /// skip + fetch, capped; none without a fetch.
  std::optional<int64_t> Reach() const;

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
