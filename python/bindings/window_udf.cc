// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/array.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/window_function.h>

#include "bind.h"
#include "core_expr.h"
#include "core_types.h"
#include "core_udf.h"
#include "held_object.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

nb::list Numbers(std::span<const int64_t> numbers) {
  nb::list out;
  for (int64_t number : numbers) out.append(number);
  return out;
}

class PythonWindowKernel final : public WindowKernel {
 public:
  PythonWindowKernel(std::string name, std::shared_ptr<HeldObject> evaluate, arrow::FieldVector inputs,
                     std::shared_ptr<arrow::Field> result, bool uses_frame)
      : name_(std::move(name)),
        evaluate_(std::move(evaluate)),
        inputs_(std::move(inputs)),
        result_(std::move(result)),
        uses_frame_(uses_frame) {}

  bool uses_frame() const override { return uses_frame_; }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Evaluate(const WindowInput& input) const override {
    if (uses_frame_ && input.exclude != FrameExclude::kNoOthers)
      return Error(ErrorKind::kNotImplemented, "window function ", name_, " over a frame with EXCLUDE");
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (const auto& argument : input.arguments) arrays.push_back(arrow::MakeArray(argument->Slice(0, input.rows)));
    const auto rows = static_cast<size_t>(input.rows);
    ARROW_ASSIGN_OR_RAISE(
        auto answer,
        InUserFunction<std::shared_ptr<arrow::Array>>(name_, [&]() -> arrow::Result<std::shared_ptr<arrow::Array>> {
          ARROW_ASSIGN_OR_RAISE(nb::list arguments, ToArguments(arrays, inputs_));
          nb::object frames = nb::none();
          if (uses_frame_) {
            frames = nb::make_tuple(Numbers({input.frame_begin, rows}), Numbers({input.frame_end, rows}));
          }
          nb::object values = CallForeign(
              evaluate_->get(), nb::make_tuple(arguments, Numbers(input.partitions), Numbers(input.peers), frames));
          return nb::cast<PyArray>(values).array;
        }));
    if (answer->length() != input.rows) {
      return Error(ErrorKind::kExecution, "window function ", name_,
                   " returned a different number of rows than expected. Expected: ", input.rows,
                   ", Got: ", answer->length());
    }
    if (!answer->type()->Equals(*result_->type())) {
      return Error(ErrorKind::kExecution, "Invalid argument error: column types must match schema types, expected ",
                   result_->type()->ToString(), " but found ", answer->type()->ToString(),
                   " in the answer of function ", name_);
    }
    return answer->data();
  }

 private:
  const std::string name_;
  const std::shared_ptr<HeldObject> evaluate_;
  const arrow::FieldVector inputs_;
  const std::shared_ptr<arrow::Field> result_;
  const bool uses_frame_;
};

class PythonWindowFunction final : public WindowFunction, public PythonFunction {
 public:
  PythonWindowFunction(std::string name, nb::object evaluate, arrow::FieldVector inputs,
                       std::shared_ptr<arrow::Field> result, bool uses_frame)
      : name_(std::move(name)),
        evaluate_(std::make_shared<HeldObject>(std::move(evaluate))),
        inputs_(std::move(inputs)),
        result_(std::move(result)),
        uses_frame_(uses_frame),
        doc_{"user", "A window function in Python.", name_ + "(...)", ""} {}

  const std::string& name() const override { return name_; }
  nb::handle bridge() const override { return evaluate_->get(); }
  const FunctionDoc& doc() const override { return doc_; }
  arrow::Result<ResolvedWindow> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    ResolvedWindow out;
    ARROW_ASSIGN_OR_RAISE(out.argument_types, CoerceArguments(name_, inputs_, arguments));
    out.result = result_;
    out.kernel = std::make_shared<PythonWindowKernel>(name_, evaluate_, inputs_, result_, uses_frame_);
    return out;
  }

 private:
  const std::string name_;
  const std::shared_ptr<HeldObject> evaluate_;
  const arrow::FieldVector inputs_;
  const std::shared_ptr<arrow::Field> result_;
  const bool uses_frame_;
  const FunctionDoc doc_;
};

}  // namespace

void bind_window_udf(nb::module_& m) {
  nb::class_<PyWindowUdf>(m, "WindowUdf", "A window function in Python. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyWindowUdf* self, std::string name, nb::object evaluate, const std::vector<PyField>& inputs,
             const PyField& result, bool uses_frame) {
            arrow::FieldVector fields;
            for (const auto& input : inputs) fields.push_back(input.field);
            new (self) PyWindowUdf{std::make_shared<PythonWindowFunction>(std::move(name), std::move(evaluate),
                                                                          std::move(fields), result.field, uses_frame)};
          },
          nb::arg("name"), nb::arg("evaluate"), nb::arg("inputs"), nb::arg("result"), nb::arg("uses_frame"),
          "`evaluate` gets a list of (Array, Field), where partitions and groups of equal rows begin (and the number "
          "of "
          "rows), and the frames' begins and ends or None; it answers an Array.")
      .def_prop_ro("name", [](const PyWindowUdf& self) { return self.function->name(); })
      .def(
          "__call__",
          [](const PyWindowUdf& self, nb::object arguments) {
            WindowCall call;
            call.function = self.function;
            call.frame.units = FrameUnits::kRows;
            call.frame.end.kind = FrameBound::kUnboundedFollowing;
            return MakeExpr(ExprKind::kWindow, ToExprs(arguments), std::move(call));
          },
          nb::arg("arguments"));
}

}  // namespace bowstring::python
