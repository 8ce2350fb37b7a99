// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "functions/cast.h"
#include "functions/families.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::string example = "") {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.doc = {"other", std::move(description), std::move(syntax), std::move(example)};
  return spec;
}

Kernel TextConstant(std::string text) {
  return [text = std::move(text)](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> {
    return arrow::Datum(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::StringScalar>(text)));
  };
}

ScalarFunctionPtr MakeTypeof() {
  FunctionSpec spec = Spec("arrow_typeof", "The name of the type of an expression.", "arrow_typeof(expression)", "SELECT arrow_typeof(1) -- Int64");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch("arrow_typeof", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0)};
    call.result = ResultField(arrow::utf8(), false);
    call.kernel = TextConstant(TypeName(*TypeOfArgument(arguments, 0)));
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeArrowCast(std::string name, CastMode mode) {
  FunctionSpec spec = Spec(name, mode == CastMode::kTry ? "Cast to a type given by name; NULL where the value doesn't fit." : "Cast to a type given by name.",
                           name + "(expression, datatype)", "SELECT " + name + "(5, 'Int8') -- 5");
  spec.resolve = [name, mode, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    auto text = LiteralText(arguments, 1);
    if (!text) return Error(ErrorKind::kPlan, name, " requires its second argument to be a non-empty constant string");
    ARROW_ASSIGN_OR_RAISE(const TypePtr to, ParseTypeName(*text));
    const TypePtr from = TypeOfArgument(arguments, 0);
    ARROW_RETURN_NOT_OK(CheckCast(*from, *to));
    ResolvedCall call;
    call.argument_types = {from, TypeOfArgument(arguments, 1)};
    call.result = arrow::field("", to, arguments[0].field->nullable() || mode == CastMode::kTry, arguments[0].field->metadata());
    call.fallible = mode == CastMode::kChecked && CastIsFallible(*from, *to);
    call.kernel = [to, mode](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) { return CastDatum(context, values[0], to, mode); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeVersion() {
  FunctionSpec spec = Spec("version", "The version of the engine.", "version()");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch("version", syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(arrow::utf8(), false);
    // The text that users of the peer look for.
    call.kernel = TextConstant("Apache DataFusion 55.0.0 (Bowstring)");
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddTypeFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeTypeof());
  out->push_back(MakeArrowCast("arrow_cast", CastMode::kChecked));
  out->push_back(MakeArrowCast("arrow_try_cast", CastMode::kTry));
  out->push_back(MakeVersion());
}

}  // namespace bowstring
