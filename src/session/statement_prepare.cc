// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>

#include <arrow/scalar.h>

#include <bowstring/error.h>

#include "expr/fold_constants.h"
#include "logical/nodes.h"
#include "session/sql_catalog.h"
#include "session/statement.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

/// How many values `$1`, `$2` and so on ask for.
size_t CountOf(const std::set<std::string>& placeholders) {
  size_t count = 0;
  for (const std::string& id : placeholders) {
    size_t number = 0;
    std::from_chars(id.data() + 1, id.data() + id.size(), number);
    count = std::max(count, number);
  }
  return count;
}

/// Whether a statement that has no values yet fails for another reason than that.
bool IsFinal(const Status& status) {
  const std::string text = status.message();
  return text.find("not found") != std::string::npos || text.find("No field named") != std::string::npos ||
         text.find("Invalid function") != std::string::npos || text.find("Unsupported SQL statement") != std::string::npos;
}

}  // namespace

Result<PlanPtr> StatementRunner::Prepare(std::shared_ptr<const sql::AstStatement> statement) {
  if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: Prepare");
  const auto& prepare = statement->As<sql::AstPrepare>();
  auto prepared = std::make_shared<PreparedStatement>();
  prepared->statement = std::shared_ptr<const sql::AstStatement>(statement, prepare.statement.get());
  for (const sql::TypePtr& type : prepare.types) {
    ARROW_ASSIGN_OR_RAISE(auto bound, sql::BindType(*type, options_));
    prepared->types.push_back(std::move(bound));
  }
  // What is wrong with it is said now, as far as it shows without values.
  std::set<std::string> placeholders;
  sql::BindOptions options = options_;
  options.parameters.reset();
  options.parameter_types = prepared->types;
  options.infer_parameters = true;
  options.placeholders = &placeholders;
  switch (prepared->statement->kind) {
    case sql::StatementKind::kQuery:
    case sql::StatementKind::kInsert:
    case sql::StatementKind::kUpdate:
    case sql::StatementKind::kDelete: {
      StatementRunner inner(session_, allowed_, options);
      if (const auto plan = inner.Run(*prepared->statement); !plan.ok() && IsFinal(plan.status())) return plan.status();
      break;
    }
    default: break;
  }
  prepared->parameters = CountOf(placeholders);
  if (!prepared->types.empty() && prepared->types.size() != prepared->parameters && prepared->parameters > 0) {
    return Error(ErrorKind::kPlan, "Prepare specifies ", prepared->types.size(), " data types but query has ", prepared->parameters,
                 " parameters");
  }
  const std::string name = sql::BindName(prepare.name, options_);
  if (!session_->AddPrepared(name, std::move(prepared))) {
    return Error(ErrorKind::kExecution, "Prepared statement '", name, "' already exists");
  }
  return logical::Empty::Make(false);
}

Result<PlanPtr> StatementRunner::Execute(const sql::AstExecute& execute) {
  if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: Execute");
  const std::string name = sql::BindName(execute.name.parts.back(), options_);
  const auto prepared = session_->FindPrepared(name);
  if (prepared == nullptr) return Error(ErrorKind::kExecution, "Prepared statement '", name, "' does not exist");
  const size_t wanted = std::max(prepared->parameters, prepared->types.size());
  if (execute.args.size() != wanted && (!prepared->types.empty() || execute.args.size() < wanted)) {
    return Error(ErrorKind::kExecution, "Prepared statement '", name, "' expects ", wanted, " parameters, but ", execute.args.size(),
                 " provided");
  }
  sql::BindOptions options = options_;
  options.parameters.emplace();
  options.infer_parameters = prepared->types.empty();
  options.error_span = nullptr;  // places would be those of another text
  const auto nothing = logical::Schema::From(*arrow::schema(arrow::FieldVector{}), std::nullopt);
  for (size_t i = 0; i < execute.args.size(); ++i) {
    const sql::AstFunctionArg& argument = execute.args[i];
    ARROW_ASSIGN_OR_RAISE(Expr value, sql::BindExpression(*argument.expr, *nothing, SqlCatalog(*session_), options_));
    if (i < prepared->types.size()) value = Cast(std::move(value), prepared->types[i]);
    ARROW_ASSIGN_OR_RAISE(value, FoldConstants(value, Scope()));
    if (value.kind() != ExprKind::kLiteral) {
      return Error(ErrorKind::kNotImplemented, "Unsupported parameter: ", sql::ToSql(*argument.expr), " is not a constant");
    }
    options.parameters->emplace_back(argument.name ? sql::BindName(*argument.name, options_) : std::to_string(i + 1),
                                     value->as<LiteralValue>().value);
  }
  return StatementRunner(session_, allowed_, std::move(options)).Run(*prepared->statement);
}

Result<PlanPtr> StatementRunner::Deallocate(const sql::AstDeallocate& deallocate) {
  if (!allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: Deallocate");
  if (deallocate.all) {
    session_->RemoveAllPrepared();
    return logical::Empty::Make(false);
  }
  const std::string name = sql::BindName(deallocate.name, options_);
  if (!session_->RemovePrepared(name)) return Error(ErrorKind::kExecution, "Prepared statement '", name, "' does not exist");
  return logical::Empty::Make(false);
}

}  // namespace bowstring
