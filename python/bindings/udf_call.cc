// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "udf_call.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/type_traits.h>

#include <bowstring/type_name.h>

namespace bowstring::python {
namespace {

bool IsText(arrow::Type::type id) {
  return id == arrow::Type::STRING || id == arrow::Type::LARGE_STRING || id == arrow::Type::STRING_VIEW;
}
bool IsBytes(arrow::Type::type id) {
  return id == arrow::Type::BINARY || id == arrow::Type::LARGE_BINARY || id == arrow::Type::BINARY_VIEW;
}

// Whether every value of `from` has its place in `to`, as far as the types tell.
bool Coercible(const arrow::DataType& from, const arrow::DataType& to) {
  using arrow::Type;
  if (from.Equals(to) || from.id() == Type::NA) return true;
  if (from.id() == Type::DICTIONARY)
    return Coercible(*static_cast<const arrow::DictionaryType&>(from).value_type(), to);
  if (IsText(from.id())) return IsText(to.id());
  if (IsBytes(from.id())) return IsBytes(to.id());
  if (arrow::is_integer(from.id())) {
    if (arrow::is_integer(to.id())) {
      const bool from_signed = arrow::is_signed_integer(from.id()), to_signed = arrow::is_signed_integer(to.id());
      return from_signed == to_signed ? from.bit_width() <= to.bit_width()
                                      : to_signed && from.bit_width() < to.bit_width();
    }
    return arrow::is_floating(to.id()) || arrow::is_decimal(to.id());
  }
  if (arrow::is_floating(from.id())) return arrow::is_floating(to.id()) && from.bit_width() <= to.bit_width();
  if (arrow::is_decimal(from.id())) return arrow::is_decimal(to.id()) || to.id() == Type::DOUBLE;
  if (from.id() == Type::DATE32) return to.id() == Type::DATE64 || to.id() == Type::TIMESTAMP;
  if (from.id() == Type::TIMESTAMP) return to.id() == Type::TIMESTAMP;
  return false;
}

// The words of a call that no signature takes.
arrow::Status NoMatch(const std::string& name, const arrow::FieldVector& inputs, const std::vector<ArgumentInfo>& arguments) {
  std::string given, wanted;
  for (const auto& argument : arguments) given += (given.empty() ? "" : ", ") + TypeName(*argument.field->type());
  for (const auto& input : inputs) wanted += (wanted.empty() ? "" : ", ") + TypeName(*input->type());
  if (arguments.empty()) {
    return Error(ErrorKind::kPlan, "'", name, "' does not support zero arguments. No function matches the given name and argument types '",
                 name, "()'. You might need to add explicit type casts.\n\tCandidate functions:\n\t", name, "(", wanted, ")");
  }
  return Error(ErrorKind::kPlan, "Failed to coerce arguments to satisfy a call to '", name, "' function: coercion from ", given,
               " to the signature Exact(", wanted, ") failed. No function matches the given name and argument types '", name, "(", given,
               ")'. You might need to add explicit type casts.\n\tCandidate functions:\n\t", name, "(", wanted, ")");
}

}  // namespace

arrow::Result<std::vector<std::shared_ptr<arrow::DataType>>> CoerceArguments(
    const std::string& name, const arrow::FieldVector& inputs, const std::vector<ArgumentInfo>& arguments) {
  if (arguments.size() != inputs.size()) {
    return NoMatch(name, inputs, arguments);
  }
  std::vector<std::shared_ptr<arrow::DataType>> out;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto& from = *arguments[i].field->type();
    if (!Coercible(from, *inputs[i]->type())) {
      return NoMatch(name, inputs, arguments);
    }
    out.push_back(inputs[i]->type());
  }
  return out;
}

arrow::Result<std::shared_ptr<arrow::Array>> Declared(const std::shared_ptr<arrow::Array>& array,
                                                      const std::shared_ptr<arrow::DataType>& type) {
  if (array->type_id() != arrow::Type::DECIMAL64 || type->id() != arrow::Type::DECIMAL128) return array;
  const auto& narrow = static_cast<const arrow::Decimal64Array&>(*array);
  arrow::Decimal128Builder wide(type);
  ARROW_RETURN_NOT_OK(wide.Reserve(narrow.length()));
  for (int64_t i = 0; i < narrow.length(); ++i) {
    if (narrow.IsNull(i)) {
      wide.UnsafeAppendNull();
    } else {
      wide.UnsafeAppend(arrow::Decimal128(static_cast<int64_t>(arrow::Decimal64(narrow.GetValue(i)))));
    }
  }
  return wide.Finish();
}

arrow::Result<nb::list> ToArguments(const std::vector<std::shared_ptr<arrow::Array>>& arrays,
                                    const arrow::FieldVector& inputs) {
  nb::list out;
  for (size_t i = 0; i < arrays.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto array, Declared(arrays[i], inputs[i]->type()));
    out.append(nb::make_tuple(PyArray{std::move(array)}, PyField{inputs[i]}));
  }
  return out;
}

}  // namespace bowstring::python
