// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/window.h"

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Window::Make(PlanPtr input, std::vector<Expr> windows, std::optional<int64_t> fetch) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  std::vector<QualifiedField> fields = input->schema()->fields();
  for (const Expr& window : windows) {
    if (Unalias(window).kind() != ExprKind::kWindow) {
      return Error(ErrorKind::kPlan, "a window function is expected, found: ", window.ToString());
    }
    ARROW_ASSIGN_OR_RAISE(auto field, FieldIn(window, input->schema()->scope()));
    fields.push_back({OutputName(window).first, std::move(field)});
  }
  ARROW_ASSIGN_OR_RAISE(auto schema, Schema::Make(std::move(fields), input->schema()->arrow()->metadata()));
  std::shared_ptr<Window> node(new Window(std::move(schema), {std::move(input)}));
  node->windows = std::move(windows);
  node->fetch = fetch;
  return node;
}

Result<PlanPtr> Window::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), std::move(expressions), fetch);
}

std::string Window::Display() const { return "WindowAggr: windowExpr=[[" + JoinExprs(windows) + "]]"; }

}  // namespace bowstring::logical
