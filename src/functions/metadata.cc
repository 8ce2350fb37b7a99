// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <map>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "functions/cast.h"
#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"

// Fields as values: their metadata, names and types; unions; casts to another argument's type.

namespace bowstring {
namespace {

using arrow::Type;

FunctionSpec Spec(std::string name, std::string description, std::string syntax) {
  FunctionSpec spec;
  spec.name = std::move(name);
  spec.doc = {"other", std::move(description), std::move(syntax), ""};
  return spec;
}

// Sorted by key.
std::map<std::string, std::string> MetadataOf(const ArgumentInfo& argument) {
  std::map<std::string, std::string> out;
  const auto& metadata = argument.field->metadata();
  for (int64_t k = 0; metadata && k < metadata->size(); ++k) out.emplace(metadata->key(k), metadata->value(k));
  return out;
}

const TypePtr& TextMap() {
  static const auto* type = new TypePtr(arrow::map(arrow::utf8(), arrow::field("value", arrow::utf8())));
  return *type;
}

arrow::Result<std::shared_ptr<arrow::Scalar>> TextMapScalar(const std::map<std::string, std::string>& entries) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), TextMap(), &builder));
  auto& maps = static_cast<arrow::MapBuilder&>(*builder);
  ARROW_RETURN_NOT_OK(maps.Append());
  for (const auto& [key, value] : entries) {
    ARROW_RETURN_NOT_OK(static_cast<arrow::StringBuilder*>(maps.key_builder())->Append(key));
    ARROW_RETURN_NOT_OK(static_cast<arrow::StringBuilder*>(maps.item_builder())->Append(value));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, maps.Finish());
  return array->GetScalar(0);
}

// A call that always answers with one value, known while planning.
ResolvedCall Constant(const Arguments& arguments, std::shared_ptr<arrow::Scalar> value, bool nullable) {
  ResolvedCall call;
  for (const auto& argument : arguments) call.argument_types.push_back(argument.field->type());
  call.result = ResultField(value->type, nullable);
  call.kernel = [value](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> { return arrow::Datum(value); };
  return call;
}

ScalarFunctionPtr MakeMetadata() {
  FunctionSpec spec = Spec("arrow_metadata", "The metadata of a column's field as a map, or the text of one key.", "arrow_metadata(expression[, key])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 2) return NoMatch("arrow_metadata", syntax, arguments);
    const auto metadata = MetadataOf(arguments[0]);
    if (arguments.size() == 1) {
      ARROW_ASSIGN_OR_RAISE(auto value, TextMapScalar(metadata));
      return Constant(arguments, std::move(value), false);
    }
    const auto key = LiteralText(arguments, 1);
    if (!key) return Error(ErrorKind::kPlan, "arrow_metadata requires its second argument to be a constant string");
    const auto found = metadata.find(*key);
    std::shared_ptr<arrow::Scalar> value = found == metadata.end() ? arrow::MakeNullScalar(arrow::utf8()) : std::make_shared<arrow::StringScalar>(found->second);
    return Constant(arguments, std::move(value), true);
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeWithMetadata() {
  FunctionSpec spec = Spec("with_metadata", "The value with metadata on its field.", "with_metadata(expression, key1, value1[, key2, value2, ...])");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() < 3 || arguments.size() % 2 == 0) {
      return Error(ErrorKind::kPlan, "with_metadata requires an expression followed by one or more (key, value) pairs, got ", arguments.size(), " arguments");
    }
    auto metadata = MetadataOf(arguments[0]);
    for (size_t i = 1; i < arguments.size(); i += 2) {
      const auto key = LiteralText(arguments, i), value = LiteralText(arguments, i + 1);
      if (!key || !value) return Error(ErrorKind::kPlan, "with_metadata requires its keys and values to be constant strings");
      if (key->empty()) return Error(ErrorKind::kPlan, "with_metadata requires non-empty keys");
      metadata[*key] = *value;
    }
    std::vector<std::string> keys, values;
    for (const auto& [key, value] : metadata) {
      keys.push_back(key);
      values.push_back(value);
    }
    ResolvedCall call;
    for (const auto& argument : arguments) call.argument_types.push_back(argument.field->type());
    call.result = arrow::field("", arguments[0].field->type(), arguments[0].field->nullable(), arrow::key_value_metadata(std::move(keys), std::move(values)));
    call.kernel = [](KernelContext&, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> { return values[0]; };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeField() {
  FunctionSpec spec = Spec("arrow_field", "The field of an expression: name, type, nullability, metadata.", "arrow_field(expression)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch("arrow_field", syntax, arguments);
    const arrow::Field& field = *arguments[0].field;
    ARROW_ASSIGN_OR_RAISE(auto metadata, TextMapScalar(MetadataOf(arguments[0])));
    const TypePtr type = arrow::struct_({arrow::field("name", arrow::utf8(), false), arrow::field("data_type", arrow::utf8(), false),
                                         arrow::field("nullable", arrow::boolean(), false), arrow::field("metadata", TextMap(), false)});
    arrow::ScalarVector values{std::make_shared<arrow::StringScalar>(arguments[0].literal ? "lit" : field.name()), std::make_shared<arrow::StringScalar>(TypeName(*field.type())),
                               std::make_shared<arrow::BooleanScalar>(field.nullable()), std::move(metadata)};
    return Constant(arguments, std::make_shared<arrow::StructScalar>(std::move(values), type), false);
  };
  return MakeFunction(std::move(spec));
}

// The type of the second argument; its values aren't looked at.
ScalarFunctionPtr MakeCastToType(std::string name, CastMode mode) {
  FunctionSpec spec = Spec(name, mode == CastMode::kTry ? "A value in the type of another expression, NULL where it doesn't fit." : "A value in the type of another expression.",
                           name + "(expression, reference)");
  spec.resolve = [name, mode, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch(name, syntax, arguments);
    const TypePtr from = TypeOfArgument(arguments, 0), to = TypeOfArgument(arguments, 1);
    ARROW_RETURN_NOT_OK(CheckCast(*from, *to));
    ResolvedCall call;
    call.argument_types = {from, to};
    call.result = ResultField(to, mode == CastMode::kTry || arguments[0].field->nullable());
    call.fallible = mode == CastMode::kChecked && CastIsFallible(*from, *to);
    call.kernel = [to, mode](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) { return CastDatum(context, values[0], to, mode); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

const arrow::UnionType* UnionOf(const Arguments& arguments) {
  if (arguments.empty()) return nullptr;
  const auto& type = *TypeOfArgument(arguments, 0);
  return type.id() == Type::SPARSE_UNION || type.id() == Type::DENSE_UNION ? static_cast<const arrow::UnionType*>(&type) : nullptr;
}

// A union as an array, a constant as one of length 1.
arrow::Result<std::shared_ptr<arrow::ArrayData>> UnionArray(KernelContext& context, const arrow::Datum& value) {
  if (!value.is_scalar()) return value.array();
  ARROW_ASSIGN_OR_RAISE(auto one, arrow::MakeArrayFromScalar(*value.scalar(), 1, context.exec->memory_pool()));
  return one->data();
}
arrow::Result<arrow::Datum> Answer(const arrow::Datum& like, std::shared_ptr<arrow::ArrayData> data) {
  if (!like.is_scalar()) return arrow::Datum(std::move(data));
  ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(data)->GetScalar(0));
  return arrow::Datum(std::move(scalar));
}

ScalarFunctionPtr MakeUnionExtract() {
  FunctionSpec spec = Spec("union_extract", "The value of a union's field, NULL where another field is set.", "union_extract(union, field_name)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const auto* type = UnionOf(arguments);
    if (!type || arguments.size() != 2) return NoMatch("union_extract", syntax, arguments);
    const auto name = LiteralText(arguments, 1);
    if (!name) return Error(ErrorKind::kPlan, "union_extract requires its second argument to be a constant string");
    int child = -1;
    for (int k = 0; k < type->num_fields(); ++k) {
      if (type->field(k)->name() == *name) child = k;
    }
    if (child < 0) return Error(ErrorKind::kPlan, "field ", *name, " not found on union");
    const int8_t code = type->type_codes()[child];
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0), TypeOfArgument(arguments, 1)};
    call.result = ResultField(type->field(child)->type());
    call.kernel = [child, code](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(auto data, UnionArray(context, values[0]));
      const int8_t* codes = data->GetValues<int8_t>(1);
      const int32_t* offsets = data->type->id() == Type::DENSE_UNION ? data->GetValues<int32_t>(2) : nullptr;
      std::vector<int64_t> picks(data->length, -1);
      for (int64_t i = 0; i < data->length; ++i) {
        if (codes[i] == code) picks[i] = offsets ? offsets[i] : data->offset + i;
      }
      ARROW_ASSIGN_OR_RAISE(auto out, Gather(*data->child_data[child], picks.data(), data->length, context.exec->memory_pool()));
      return Answer(values[0], std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeUnionTag() {
  FunctionSpec spec = Spec("union_tag", "The name of the field that is set in a union.", "union_tag(union)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const auto* type = UnionOf(arguments);
    if (!type || arguments.size() != 1) return NoMatch("union_tag", syntax, arguments);
    std::vector<std::string> names(128);
    for (int k = 0; k < type->num_fields(); ++k) names[type->type_codes()[k]] = type->field(k)->name();
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0)};
    const TypePtr answer = arrow::dictionary(arrow::int8(), arrow::utf8());
    call.result = ResultField(answer);
    call.kernel = [names, answer](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(auto data, UnionArray(context, values[0]));
      TextBuilder texts(arrow::utf8(), context.exec->memory_pool());
      for (const auto& name : names) ARROW_RETURN_NOT_OK(texts.Append(name));
      auto out = std::make_shared<arrow::ArrayData>(answer, data->length, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr, data->buffers[1]}, 0, data->offset);
      ARROW_ASSIGN_OR_RAISE(out->dictionary, texts.Finish());
      return Answer(values[0], std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Of rows where they are read: the optimizer replaces the call by a column of the scan. What it can't replace fails.
ScalarFunctionPtr MakeOfScan(const char* name, TypePtr type, std::string description) {
  FunctionSpec spec = Spec(name, std::move(description), std::string(name) + "()");
  spec.volatility = Volatility::kVolatile;
  spec.resolve = [name, type, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(type, true);
    call.kernel = [name](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> {
      return Error(ErrorKind::kExecution, name, "() is source dependent and cannot be evaluated directly");
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddMetadataFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeMetadata());
  out->push_back(MakeWithMetadata());
  out->push_back(MakeField());
  out->push_back(MakeCastToType("cast_to_type", CastMode::kChecked));
  out->push_back(MakeCastToType("try_cast_to_type", CastMode::kTry));
  out->push_back(MakeUnionExtract());
  out->push_back(MakeUnionTag());
  out->push_back(MakeOfScan("input_file_name", arrow::utf8(), "The path of the file that a row is from."));
  out->push_back(MakeOfScan("file_row_index", arrow::int64(), "A row's place in its file, from 0; for Parquet files."));
}

}  // namespace bowstring
