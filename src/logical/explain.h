// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "logical/plan.h"

namespace bowstring::logical {

enum class ExplainFormat : uint8_t { kIndent, kTree, kPgJson, kGraphviz };

/// "indent", "tree", "pgjson", "graphviz"; kPlan for another text.
arrow::Result<ExplainFormat> ParseExplainFormat(std::string_view text);

/// Rows that describe the input's plan: plan_type, plan. The session answers it; it never reaches the physical planner.
struct Explain final : PlanNode<PlanKind::kExplain> {
  struct Options {
    bool verbose = false, analyze = false;
    ExplainFormat format = ExplainFormat::kIndent;
    friend bool operator==(const Options&, const Options&) = default;
  };
  Options options;

  static arrow::Result<PlanPtr> Make(PlanPtr input, Options options);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override { return options.analyze ? "Analyze" : "Explain"; }

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

/// Rows that describe a schema: column_name, data_type, is_nullable. Answered by the session.
struct Describe final : PlanNode<PlanKind::kDescribe> {
  SchemaPtr described;

  static arrow::Result<PlanPtr> Make(SchemaPtr described);

  arrow::Result<PlanPtr> WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const override;
  std::string Display() const override { return "DescribeTable"; }

 protected:
  bool SameRest(const LogicalPlan& other) const override;

 private:
  using PlanNode::PlanNode;
};

}  // namespace bowstring::logical
