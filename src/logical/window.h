// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

/// The input's columns, then one for each window expression.
struct Window final : PlanNode<PlanKind::kWindow> {
  std::vector<Expr> windows;  ///< kWindow nodes, maybe under an alias
  /// Of each partition only its first so many rows are asked for, and what ties with the last of them: others may be missing.
  std::optional<int64_t> fetch;

  static arrow::Result<PlanPtr> Make(PlanPtr input, std::vector<Expr> windows, std::optional<int64_t> fetch = {});

  std::vector<Expr> Expressions() const override { return windows; }
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override { return fetch == other.As<Window>().fetch; }

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
