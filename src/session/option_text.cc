// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/option_text.h"

#include <algorithm>
#include <cctype>

#include <bowstring/error.h>

#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;

std::string OptionKey(const std::string& key) {
  const size_t column = std::min(key.find("::"), key.size());
  std::string lower = key;
  std::transform(lower.begin(), lower.begin() + static_cast<std::ptrdiff_t>(column), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.rfind("format.", 0) == 0 ? lower.substr(7) : lower;
}

Result<std::map<std::string, std::string>> OptionTexts(const std::vector<sql::AstOption>& options) {
  std::map<std::string, std::string> texts;
  for (const sql::AstOption& option : options) {
    std::string value;
    const sql::AstExpr* expr = option.value.get();
    if (const auto* unary = expr->TryAs<sql::AstUnary>(); unary != nullptr && unary->op == sql::UnaryOp::kMinus) {
      value = "-";
      expr = unary->operand.get();
    }
    if (const auto* literal = expr->TryAs<sql::AstLiteral>()) {
      switch (literal->literal) {
        case sql::LiteralKind::kBoolean: value += literal->boolean ? "true" : "false"; break;
        case sql::LiteralKind::kNull: return Error(ErrorKind::kPlan, "Unsupported value NULL of the option ", option.key);
        default: value += literal->text;
      }
    } else if (const auto* column = expr->TryAs<sql::AstColumn>(); column != nullptr && column->parts.size() == 1) {
      value += column->parts[0].text;  // a bare word
    } else {
      return Error(ErrorKind::kPlan, "Unsupported value of the option ", option.key, ": ", sql::ToSql(*option.value));
    }
    const std::string key = OptionKey(option.key);
    if (!texts.emplace(key, std::move(value)).second) return Error(ErrorKind::kPlan, "Option ", option.key, " is specified multiple times");
  }
  return texts;
}

}  // namespace bowstring
