// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/row_compare.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.aliases = std::move(aliases);
  spec.doc = {"struct", std::move(description), std::move(syntax), ""};
  return spec;
}

// A struct array of the arguments at `first`, `first + step`, ...
arrow::Result<arrow::Datum> Pack(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& type, size_t first, size_t step) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  const int64_t n = rows.size();
  auto out = std::make_shared<ArrayData>(type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, 0, 0);
  for (size_t a = first; a < values.size(); a += step) {
    if (values[a].is_scalar()) {
      ARROW_ASSIGN_OR_RAISE(auto field, arrow::MakeArrayFromScalar(*values[a].scalar(), n, rows.pool()));
      out->child_data.push_back(field->data());
    } else {
      out->child_data.push_back(values[a].array());
    }
  }
  return rows.Finish(std::move(out));
}

ScalarFunctionPtr MakeStruct() {
  FunctionSpec spec = Spec("struct", "A struct of the arguments, its fields called c0, c1, ...", "struct(expression1[, ..., expression_n])", {"row"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("struct", syntax, arguments);
    ResolvedCall call;
    arrow::FieldVector fields;
    for (size_t i = 0; i < arguments.size(); ++i) {
      call.argument_types.push_back(TypeOfArgument(arguments, i));
      fields.push_back(arrow::field("c" + std::to_string(i), TypeOfArgument(arguments, i)));
    }
    const TypePtr type = arrow::struct_(fields);
    call.result = ResultField(type, false);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Pack(context, values, n, type, 0, 1); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeNamedStruct() {
  FunctionSpec spec = Spec("named_struct", "A struct of names and values.", "named_struct(name1, value1[, ..., name_n, value_n])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("named_struct", syntax, arguments);
    if (arguments.size() % 2 != 0) return Error(ErrorKind::kExecution, "named_struct requires an even number of arguments, got ", arguments.size(), " instead");
    ResolvedCall call;
    arrow::FieldVector fields;
    for (size_t i = 0; i < arguments.size(); i += 2) {
      auto name = LiteralText(arguments, i);
      if (!name) return Error(ErrorKind::kExecution, "named_struct requires ", i, "-th (0-indexed) field name as non-empty constant string");
      call.argument_types.push_back(TypeOfArgument(arguments, i));
      call.argument_types.push_back(TypeOfArgument(arguments, i + 1));
      fields.push_back(arrow::field(*name, TypeOfArgument(arguments, i + 1)));
    }
    const TypePtr type = arrow::struct_(fields);
    call.result = ResultField(type, false);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Pack(context, values, n, type, 1, 2); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// One step down: a struct's field, or a map's value.
arrow::Result<DataPtr> Step(const DataPtr& data, const std::string& name, arrow::MemoryPool* pool) {
  const int64_t n = data->length;
  std::vector<int64_t> picks(n, -1);
  if (data->type->id() == Type::STRUCT) {
    const auto& child = data->child_data[static_cast<const arrow::StructType&>(*data->type).GetFieldIndex(name)];
    if (!data->MayHaveNulls()) return child->Slice(data->offset, n);
    for (int64_t i = 0; i < n; ++i) picks[i] = data->IsValid(i) ? data->offset + i : -1;
    return Gather(*child, picks.data(), n, pool);
  }
  const DataPtr& entries = data->child_data[0];
  const DataPtr &keys = entries->child_data[0], &values = entries->child_data[1];
  const int32_t* offsets = data->GetValues<int32_t>(1);
  VisitText(*keys, [&](auto key) {
    for (int64_t i = 0; i < n; ++i) {
      if (!data->IsValid(i)) continue;
      for (int64_t k = offsets[i]; k < offsets[i + 1] && picks[i] < 0; ++k) {
        if (key[entries->offset + k] == name) picks[i] = entries->offset + k;
      }
    }
  });
  return Gather(*values, picks.data(), n, pool);
}

ScalarFunctionPtr MakeGetField() {
  FunctionSpec spec = Spec("get_field", "A field of a struct, or a map's value, by name; several names go down a path.", "get_field(expression, field_name[, field_name2, ...])");
  spec.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    if (a.size() < 2) return std::nullopt;
    std::string out = a[0].name();
    for (size_t i = 1; i < a.size(); ++i) {
      const auto* literal = a[i].kind() == ExprKind::kLiteral ? &a[i]->as<LiteralValue>() : nullptr;
      const bool text = literal && literal->value && literal->value->is_valid && IsText(*literal->value->type);
      out += "[" + (text ? std::string(static_cast<const arrow::BaseBinaryScalar&>(*literal->value).view()) : a[i].name()) + "]";
    }
    return out;
  };
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() < 2) return Error(ErrorKind::kPlan, "get_field requires at least one field name");
    ResolvedCall call;
    TypePtr type = TypeOfArgument(arguments, 0);
    call.argument_types.push_back(type);
    std::vector<std::string> path;
    for (size_t i = 1; i < arguments.size(); ++i) {
      auto name = LiteralText(arguments, i);
      if (!name) return Error(ErrorKind::kPlan, "get_field requires its field names to be constant strings");
      call.argument_types.push_back(TypeOfArgument(arguments, i));
      if (type->id() == Type::STRUCT) {
        const auto field = static_cast<const arrow::StructType&>(*type).GetFieldByName(*name);
        if (!field) return Error(ErrorKind::kPlan, "Field ", *name, " not found in struct");
        type = field->type();
      } else if (type->id() == Type::NA) {
        // NULL has any field, NULL too.
      } else if (type->id() == Type::MAP && IsText(*static_cast<const arrow::MapType&>(*type).key_type())) {
        type = static_cast<const arrow::MapType&>(*type).item_type();
      } else {
        return Error(ErrorKind::kExecution, "Cannot access field at argument ", i, ": type ", TypeName(*type), " is not Struct, Map, or Null");
      }
      path.push_back(std::move(*name));
    }
    call.result = ResultField(type);
    call.kernel = [path](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, {values[0]}, count));
      DataPtr data = rows.array(0);
      for (const std::string& name : path) {
        if (data->type->id() == Type::NA) break;
        ARROW_ASSIGN_OR_RAISE(data, Step(data, name, rows.pool()));
      }
      return rows.Finish(std::move(data));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddStructFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeStruct());
  out->push_back(MakeNamedStruct());
  out->push_back(MakeGetField());
}

}  // namespace bowstring
