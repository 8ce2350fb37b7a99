// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <bowstring/error.h>

#include "logical/builder.h"
#include "logical/explain.h"
#include "optimizer/explain_form.h"
#include "optimizer/optimizer.h"
#include "session/statement.h"
#include "sql/ast_print.h"

namespace bowstring {

using arrow::Result;
using sql::StatementKind;

namespace {

// A statement that would act while it is planned, in the words of EXPLAIN.
struct Act {
  std::string kind;  // what it is called where it can't be run
  std::string line;
  const sql::AstQuery* query = nullptr;
  bool ddl = true;
};

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

std::string TableText(const sql::ObjectName& name, const sql::BindOptions& options) {
  static constexpr const char* kParts[] = {"catalog", "schema", "table"};
  const size_t n = std::min<size_t>(name.parts.size(), 3);
  std::string text = n == 1 ? "Bare { " : n == 2 ? "Partial { " : "Full { ";
  for (size_t i = 0; i < n; ++i) text += std::string(i > 0 ? ", " : "") + kParts[3 - n + i] + ": " + Quoted(sql::BindName(name.parts[i], options));
  return text + " }";
}

std::string DottedText(const sql::ObjectName& name, const sql::BindOptions& options) {
  std::string text;
  for (const sql::Ident& part : name.parts) text += (text.empty() ? "" : ".") + sql::BindName(part, options);
  return text;
}

std::optional<Act> ActOf(const sql::AstDrop& drop, const sql::BindOptions& options) {
  const char* const missing = drop.if_exists ? " if not exist:=true" : " if not exist:=false";
  switch (drop.object) {
    case sql::ObjectKind::kTable: return Act{"DropTable", "DropTable: " + TableText(drop.names[0], options) + missing};
    case sql::ObjectKind::kView: return Act{"DropView", "DropView: " + TableText(drop.names[0], options) + missing};
    case sql::ObjectKind::kSchema:
      return Act{"DropCatalogSchema", "DropCatalogSchema: Bare { schema: " + Quoted(DottedText(drop.names[0], options)) + " }" + missing +
                                          (drop.cascade ? " cascade:=true" : " cascade:=false")};
    default: return std::nullopt;  // refused in any case
  }
}

std::optional<Act> ActOf(const sql::AstStatement& statement, const sql::BindOptions& options) {
  switch (statement.kind) {
    case StatementKind::kCreateTable: {
      const auto& create = statement.As<sql::AstCreateTable>();
      const std::string kind = create.external ? "CreateExternalTable" : "CreateMemoryTable";
      return Act{kind, kind + ": " + TableText(create.name, options), create.query.get()};
    }
    case StatementKind::kCreateView: {
      const auto& create = statement.As<sql::AstCreateView>();
      return Act{"CreateView", "CreateView: " + TableText(create.name, options), create.query.get()};
    }
    case StatementKind::kCreateSchema: {
      const auto& create = statement.As<sql::AstCreateSchema>();
      const std::string kind = create.is_database ? "CreateCatalog" : "CreateCatalogSchema";
      return Act{kind, kind + ": " + Quoted(DottedText(create.name, options))};
    }
    case StatementKind::kCreateIndex: {
      const auto& create = statement.As<sql::AstCreateIndex>();
      return Act{"CreateIndex", "CreateIndex: " + (create.name ? "Some(" + Quoted(DottedText(*create.name, options)) + ")" : std::string("None"))};
    }
    case StatementKind::kDrop: return ActOf(statement.As<sql::AstDrop>(), options);
    case StatementKind::kSet: {
      const auto& set = statement.As<sql::AstSet>();
      std::string value;
      for (const auto& part : set.values) {
        const auto* literal = part->TryAs<sql::AstLiteral>();
        value += (value.empty() ? "" : ", ") + (literal != nullptr ? literal->text : sql::ToSql(*part));
      }
      return Act{"Statement(SetVariable)", "SetVariable: set " + Quoted(VariableName(set.name)) + " to " + Quoted(value), nullptr, false};
    }
    case StatementKind::kReset:
      return Act{"Statement(ResetVariable)", "ResetVariable: reset " + Quoted(VariableName(statement.As<sql::AstReset>().name)), nullptr, false};
    case StatementKind::kDeallocate:
      return Act{"Statement(Deallocate)", "Deallocate: " + sql::BindName(statement.As<sql::AstDeallocate>().name, options), nullptr, false};
    default: return std::nullopt;
  }
}

}  // namespace

Result<PlanPtr> StatementRunner::Explain(const sql::AstExplain& explain) {
  if (explain.statement->kind == StatementKind::kExplain) return Error(ErrorKind::kPlan, "Nested EXPLAINs are not supported");
  if (const std::optional<Act> act = ActOf(*explain.statement, options_)) {
    if (act->ddl) ARROW_RETURN_NOT_OK(AllowDdl(act->kind.c_str()));
    if (!act->ddl && !allowed_.allow_statements) return Error(ErrorKind::kPlan, "Statement not supported: ", act->kind);
    const std::string unsupported = "This feature is not implemented: Unsupported logical plan: " + act->kind;
    if (explain.analyze) return Error(ErrorKind::kNotImplemented, "Unsupported logical plan: ", act->kind);
    std::string text = act->line;
    if (act->query != nullptr) {
      ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Query(*act->query));
      ARROW_ASSIGN_OR_RAISE(plan, optimizer::Optimize(plan, session_->optimizer_options(), nullptr));
      std::istringstream lines(optimizer::ExplainForm(plan)->DisplayIndent());
      for (std::string line; std::getline(lines, line);) text += "\n  " + line;
    } else if (act->kind == "CreateMemoryTable") {
      text += "\n  EmptyRelation: rows=0";
    }
    std::vector<std::vector<Expr>> rows;
    if (!session_->config().GetBool("datafusion.explain.physical_plan_only")) rows.push_back({Literal("logical_plan"), Literal(text)});
    if (!session_->config().GetBool("datafusion.explain.logical_plan_only")) rows.push_back({Literal("physical_plan_error"), Literal(unsupported)});
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::ValuesOf(std::move(rows)));
    return logical::Select(std::move(plan), {Column("column1").Alias("plan_type"), Column("column2").Alias("plan")});
  }
  ARROW_ASSIGN_OR_RAISE(PlanPtr plan, Run(*explain.statement));
  logical::Explain::Options options;
  options.verbose = explain.verbose;
  options.analyze = explain.analyze;
  std::string format = explain.format.empty() ? session_->config().GetText("datafusion.explain.format") : explain.format;
  if (explain.analyze && explain.format.empty()) format = "indent";
  ARROW_ASSIGN_OR_RAISE(options.format, logical::ParseExplainFormat(format));
  return logical::Explain::Make(std::move(plan), options);
}

}  // namespace bowstring
