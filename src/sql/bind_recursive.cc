// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "logical/builder.h"
#include "logical/recursive.h"
#include "sql/binder.h"

namespace bowstring::sql {

using arrow::Result;
using arrow::Status;

Result<PlanPtr> Binder::RecursiveCte(const AstCte& cte, const std::string& name) {
  const AstQuery& query = *cte.query;
  const AstBody& body = *query.body;
  if (body.kind != BodyKind::kSetOperation || body.terms.back().op != SetOp::kUnion || body.terms.back().by_name) return PlanPtr();
  const AstBody::Term& last = body.terms.back();
  ctes_.emplace_back();
  const Result<PlanPtr> result = [&]() -> Result<PlanPtr> {
    ARROW_RETURN_NOT_OK(BindCtes(query));
    Result<PlanPtr> first = SetOperation(body, nullptr, body.terms.size() - 1);
    ARROW_ASSIGN_OR_RAISE(PlanPtr rows, std::move(first));
    ARROW_ASSIGN_OR_RAISE(rows, NamedColumns(std::move(rows), cte));
    ARROW_ASSIGN_OR_RAISE(PlanPtr table, logical::WorkTable::Make(name, *rows));
    ctes_.back().insert_or_assign(name, std::move(table));
    later_branch_ = true;
    Result<PlanPtr> bound = Body(*last.body, nullptr, nullptr);
    later_branch_ = false;
    ARROW_ASSIGN_OR_RAISE(PlanPtr next, std::move(bound));
    if (!logical::ReadsWorkTable(*next, name)) return PlanPtr();
    if (next->schema()->num_fields() == rows->schema()->num_fields()) {
      std::vector<std::shared_ptr<arrow::DataType>> types;
      for (int i = 0; i < rows->schema()->num_fields(); ++i) {
        types.push_back(rows->schema()->field(i).field->type());
        const auto& from = *next->schema()->field(i).field->type();
        if (types.back()->id() == arrow::Type::NA && from.id() != arrow::Type::NA) {
          return Error(ErrorKind::kPlan, "Cannot automatically convert ", TypeName(from), " to Null");
        }
      }
      ARROW_ASSIGN_OR_RAISE(next, logical::CastColumns(std::move(next), types));
    }
    ARROW_ASSIGN_OR_RAISE(PlanPtr plan, logical::RecursiveQuery::Make(name, std::move(rows), std::move(next), !last.all));
    ARROW_ASSIGN_OR_RAISE(plan, OrderOutput(std::move(plan), query));
    return LimitRows(std::move(plan), query);
  }();
  ctes_.pop_back();
  return result;
}

}  // namespace bowstring::sql
