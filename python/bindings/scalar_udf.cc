// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
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

#include <bowstring/error.h>
#include <bowstring/function.h>

#include "bind.h"
#include "core_expr.h"
#include "core_types.h"
#include "core_udf.h"
#include "held_object.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

class PythonScalarFunction final : public ScalarFunction, public PythonFunction {
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
  nb::handle bridge() const override { return call_->get(); }
  Volatility volatility() const override { return volatility_; }
  const FunctionDoc& doc() const override { return doc_; }

  arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    ResolvedCall out;
    ARROW_ASSIGN_OR_RAISE(out.argument_types, CoerceArguments(name_, inputs_, arguments));
    out.result = result_;
    out.fallible = true;
    out.kernel = [call = call_, result = result_, name = name_, inputs = inputs_,
                  is_volatile = volatility_ == Volatility::kVolatile](KernelContext& context,
                                                                      const std::vector<arrow::Datum>& values,
                                                                      int64_t rows) -> arrow::Result<arrow::Datum> {
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      bool constant = !is_volatile && !values.empty();  // a volatile function differs from row to row
      for (const auto& value : values) constant = constant && value.is_scalar();
      const int64_t length = constant ? 1 : rows;
      for (const auto& value : values) {
        if (value.is_array()) {
          arrays.push_back(value.make_array());
        } else {
          ARROW_ASSIGN_OR_RAISE(auto array,
                                arrow::MakeArrayFromScalar(*value.scalar(), length, context.exec->memory_pool()));
          arrays.push_back(std::move(array));
        }
      }
      ARROW_ASSIGN_OR_RAISE(
          auto answer,
          InUserFunction<std::shared_ptr<arrow::Array>>(name, [&]() -> arrow::Result<std::shared_ptr<arrow::Array>> {
            ARROW_ASSIGN_OR_RAISE(nb::list list, ToArguments(arrays, inputs));
            nb::object value = CallForeign(call->get(), nb::make_tuple(list, length, PyDataType{result->type()}));
            return nb::cast<PyArray>(value).array;
          }));
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
      if (constant) return answer->GetScalar(0);
      return arrow::Datum(std::move(answer));
    };
    return out;
  }

 private:
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
