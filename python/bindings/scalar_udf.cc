// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/error.h>
#include <bowstring/function.h>
#include <bowstring/table_source.h>

#include "bind.h"
#include "core_expr.h"
#include "core_scalar_udf.h"
#include "core_types.h"
#include "held_object.h"
#include "status.h"

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

class PythonScalarFunction final : public ScalarFunction {
 public:
  PythonScalarFunction(std::string name, nb::object call, arrow::FieldVector inputs,
                       std::shared_ptr<arrow::Field> result, Volatility volatility)
      : name_(std::move(name)),
        call_(std::make_shared<HeldObject>(std::move(call))),
        inputs_(std::move(inputs)),
        result_(std::move(result)),
        volatility_(volatility),
        doc_{"user", "A function in Python.", name_ + "(...)", ""} {}

  const std::string& name() const override { return name_; }
  Volatility volatility() const override { return volatility_; }
  const FunctionDoc& doc() const override { return doc_; }

  arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    if (arguments.size() != inputs_.size()) {
      return Error(ErrorKind::kPlan, "Failed to coerce arguments of function '", name_, "': it takes ", inputs_.size(),
                   " arguments, ", arguments.size(), " were given");
    }
    ResolvedCall out;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const auto& from = *arguments[i].field->type();
      if (!Coercible(from, *inputs_[i]->type())) {
        return Error(ErrorKind::kPlan, "Failed to coerce arguments of function '", name_, "': argument ", i + 1, " is ",
                     from.ToString(), ", it takes ", inputs_[i]->type()->ToString());
      }
      out.argument_types.push_back(inputs_[i]->type());
    }
    out.result = result_;
    out.fallible = true;
    out.kernel = [call = call_, result = result_, name = name_, inputs = inputs_](
                     KernelContext& context, const std::vector<arrow::Datum>& values,
                     int64_t rows) -> arrow::Result<arrow::Datum> {
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      bool constant = true;
      for (const auto& value : values) constant = constant && value.is_scalar();
      const int64_t length = constant && !values.empty() ? 1 : rows;
      for (const auto& value : values) {
        if (value.is_array()) {
          arrays.push_back(value.make_array());
        } else {
          ARROW_ASSIGN_OR_RAISE(auto array,
                                arrow::MakeArrayFromScalar(*value.scalar(), length, context.exec->memory_pool()));
          arrays.push_back(std::move(array));
        }
      }
      std::shared_ptr<arrow::Array> answer;
      {
        std::optional<BlockingRegion> region;
        if (context.task != nullptr) region.emplace(*context.task);
        ARROW_ASSIGN_OR_RAISE(answer, Run(*call, name, arrays, length, *result, inputs));
      }
      if (answer->length() != length) {
        return Error(ErrorKind::kExecution, "UDF ", name,
                     " returned a different number of rows than expected. Expected: ", length,
                     ", Got: ", answer->length());
      }
      if (!answer->type()->Equals(*result->type())) {
        return Error(ErrorKind::kExecution, "Invalid argument error: column types must match schema types, expected ",
                     result->type()->ToString(), " but found ", answer->type()->ToString(),
                     " in the answer of function ", name);
      }
      if (!result->nullable() && answer->null_count() > 0) {
        return Error(ErrorKind::kExecution, "Invalid argument error: Column '", name,
                     "' is declared as non-nullable but contains null values");
      }
      if (constant && !values.empty()) return answer->GetScalar(0);
      return arrow::Datum(std::move(answer));
    };
    return out;
  }

 private:
  static arrow::Result<std::shared_ptr<arrow::Array>> Run(const HeldObject& call, const std::string& name,
                                                          const std::vector<std::shared_ptr<arrow::Array>>& arrays,
                                                          int64_t rows, const arrow::Field& result,
                                                          const arrow::FieldVector& inputs) {
    GilScope gil;
    if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
    try {
      nb::list arguments;
      for (size_t i = 0; i < arrays.size(); ++i)
        arguments.append(nb::make_tuple(PyArray{arrays[i]}, PyField{inputs[i]}));
      nb::object answer = CallForeign(call.get(), nb::make_tuple(arguments, rows, PyDataType{result.type()}));
      return nb::cast<PyArray>(answer).array;
    } catch (nb::python_error& error) {
      return FromPythonError(error, ("Python function " + name).c_str(), /*in_function=*/true);
    } catch (const std::exception& error) {
      return Error(ErrorKind::kExecution, "Python function ", name, ": ", error.what());
    }
  }

  const std::string name_;
  const std::shared_ptr<HeldObject> call_;
  const arrow::FieldVector inputs_;
  const std::shared_ptr<arrow::Field> result_;
  const Volatility volatility_;
  const FunctionDoc doc_;
};

}  // namespace

void bind_scalar_udf(nb::module_& m) {
  nb::class_<PyScalarUdf>(m, "ScalarUdf", "A scalar function in Python. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyScalarUdf* self, std::string name, nb::object call, const std::vector<PyField>& inputs,
             const PyField& result, int volatility) {
            arrow::FieldVector fields;
            for (const auto& input : inputs) fields.push_back(input.field);
            new (self)
                PyScalarUdf{std::make_shared<PythonScalarFunction>(std::move(name), std::move(call), std::move(fields),
                                                                   result.field, static_cast<Volatility>(volatility))};
          },
          nb::arg("name"), nb::arg("call"), nb::arg("inputs"), nb::arg("result"), nb::arg("volatility"),
          "`call` gets a list of (Array, Field), the number of rows and the result's DataType; it answers an Array.")
      .def_prop_ro("name", [](const PyScalarUdf& self) { return self.function->name(); })
      .def(
          "__call__",
          [](const PyScalarUdf& self, nb::object arguments) { return Call(self.function, ToExprs(arguments)); },
          nb::arg("arguments"));
}

}  // namespace bowstring::python
