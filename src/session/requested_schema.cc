// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/requested_schema.h"

#include <arrow/array/data.h>
#include <arrow/array/util.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "expr/conform.h"
#include "logical/projection.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

/// A column as a consumer asked for it. A function of its own, as SQL's casts allow more and lose data (numbers to text, rounding).
class ConformFunction final : public ScalarFunction {
 public:
  explicit ConformFunction(std::shared_ptr<arrow::Field> to) : to_(std::move(to)) {}
  const std::string& name() const override {
    static const std::string kName = "conform";
    return kName;
  }
  const FunctionDoc& doc() const override {
    static const FunctionDoc kDoc{"other", "The column in the type that the consumer of a stream asked for.", "conform(column)", ""};
    return kDoc;
  }
  Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    ResolvedCall call;
    for (const ArgumentInfo& argument : arguments) call.argument_types.push_back(argument.field->type());
    call.result = to_;
    call.fallible = true;
    call.kernel = [to = to_](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) -> Result<arrow::Datum> {
      const bool scalar = values[0].is_scalar();
      std::shared_ptr<arrow::ArrayData> from;
      if (scalar) {
        ARROW_ASSIGN_OR_RAISE(const auto array, arrow::MakeArrayFromScalar(*values[0].scalar(), 1, context.exec->memory_pool()));
        from = array->data();
      } else {
        from = values[0].array();
      }
      if (!to->nullable() && from->GetNullCount() > 0) {
        return Error(ErrorKind::kExecution, "column '", to->name(), "' has nulls, but the requested field is not nullable");
      }
      ARROW_ASSIGN_OR_RAISE(auto conformed, ConformArray(context, from, to->type()));
      if (!scalar) return arrow::Datum(std::move(conformed));
      ARROW_ASSIGN_OR_RAISE(auto value, arrow::MakeArray(conformed)->GetScalar(0));
      return arrow::Datum(std::move(value));
    };
    return call;
  }

 private:
  std::shared_ptr<arrow::Field> to_;
};

}  // namespace

Result<PlanPtr> ApplyRequestedSchema(PlanPtr plan, const arrow::Schema& requested) {
  const logical::Schema& schema = *plan->schema();
  std::vector<Expr> exprs;
  bool changed = requested.num_fields() != schema.num_fields();
  for (const auto& field : requested.fields()) {
    const std::vector<int> found = schema.FindAll(field->name());
    if (found.empty()) {
      return Error(ErrorKind::kConsumer, "Fail to merge schema: the requested column '", field->name(), "' is not in the result");
    }
    if (found.size() > 1) {
      return Error(ErrorKind::kConsumer, "Fail to merge schema: the result has several columns named '", field->name(), "'");
    }
    const auto& from = schema.field(found[0]).field;
    Expr expr = schema.column(found[0]);
    if (const Status fits = CheckConform(*from, *field); !fits.ok()) return Error(ErrorKind::kConsumer, fits.message());
    // A nullable column may be declared not null: then its values are checked.
    const bool same = from->type()->Equals(*field->type()) && (field->nullable() || !from->nullable());
    changed |= !same || found[0] != static_cast<int>(exprs.size());
    if (!same) expr = Call(std::make_shared<ConformFunction>(field), {std::move(expr)}).Alias(field->name());
    exprs.push_back(std::move(expr));
  }
  return changed ? logical::Projection::Make(std::move(plan), std::move(exprs)) : Result<PlanPtr>(plan);
}

}  // namespace bowstring
