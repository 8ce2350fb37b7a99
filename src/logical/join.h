// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "logical/plan.h"

namespace bowstring::logical {

enum class JoinType : uint8_t { kInner, kLeft, kRight, kFull, kLeftSemi, kRightSemi, kLeftAnti, kRightAnti };
enum class JoinConstraint : uint8_t { kOn, kUsing };

std::string_view ToString(JoinType type);  ///< "Inner", "LeftSemi"

struct JoinOptions {
  JoinConstraint constraint = JoinConstraint::kOn;
  bool nulls_equal = false;
  bool null_aware = false;
};

/// Pairs of rows of the two inputs. Inner, left, right and full give the left's columns, then the right's; semi and anti joins
/// only those of the side in their name. Rows come in the order of the left input (of the right one for right semi and right
/// anti); unmatched rows of the right side come last.
struct Join final : PlanNode<PlanKind::kJoin> {
  JoinType type = JoinType::kInner;
  JoinConstraint constraint = JoinConstraint::kOn;
  /// Equal keys: the first over the left input alone, the second over the right one.
  std::vector<std::pair<Expr, Expr>> on;
  /// What else must hold of a pair, over the columns of both.
  std::optional<Expr> filter;
  bool nulls_equal = false;  ///< in `on`: NULL matches NULL (set operations)
  bool null_aware = false;   ///< kLeftAnti of NOT IN: a NULL on the right leaves no row

  static arrow::Result<PlanPtr> Make(PlanPtr left, PlanPtr right, JoinType type, std::vector<std::pair<Expr, Expr>> on,
                                     std::optional<Expr> filter = {}, JoinOptions options = {});
  /// Columns of both inputs, left first: what `filter` is written over.
  static arrow::Result<SchemaPtr> BothSides(const LogicalPlan& left, const LogicalPlan& right);

  bool cross() const { return type == JoinType::kInner && on.empty() && !filter; }

  std::vector<Expr> Expressions() const override;
  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override;

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
