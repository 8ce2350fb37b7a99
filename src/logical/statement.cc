// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/statement.h"

#include <algorithm>

#include <arrow/type.h>

#include <bowstring/expr_node.h>

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Statement::Make(Op op, std::map<std::string, std::string> facts, std::vector<SortKey> columns) {
  std::shared_ptr<Statement> statement(new Statement(Schema::From(*arrow::schema(arrow::FieldVector{}), std::nullopt), {}));
  statement->op = op;
  statement->facts = std::move(facts);
  statement->columns = std::move(columns);
  return statement;
}

const char* Statement::Name() const {
  switch (op) {
    case kTransactionStart: return "TransactionStart";
    case kTransactionEnd: return "TransactionEnd";
    case kCreateIndex: return "CreateIndex";
  }
  return "";
}

// The columns are an index's over a table that is no input: no rule has a business with them.
Result<PlanPtr> Statement::WithParts(std::vector<Expr>, std::vector<PlanPtr>) const { return Make(op, facts, columns); }

std::string Statement::Display() const {
  const auto fact = [&](const char* name) { return facts.contains(name) ? facts.at(name) : std::string(); };
  const std::string name = std::string(Name()) + ": ";
  switch (op) {
    case kTransactionStart: return name + fact("access_mode") + " " + fact("isolation_level");
    case kTransactionEnd: return name + fact("conclusion") + " chain:=" + fact("chain");
    case kCreateIndex: return name + (facts.contains("name") ? "Some(\"" + fact("name") + "\")" : "None");
  }
  return "";
}

bool Statement::SameRest(const LogicalPlan& other) const {
  const auto& that = other.As<Statement>();
  return op == that.op && facts == that.facts &&
         std::equal(columns.begin(), columns.end(), that.columns.begin(), that.columns.end(),
                    [](const SortKey& a, const SortKey& b) { return a.Equals(b); });
}

}  // namespace bowstring::logical
