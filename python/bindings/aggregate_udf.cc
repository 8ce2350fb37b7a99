// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Aggregate functions in Python: a group's state is an accumulator object. What the engine asks of many groups at once
// goes to `bowstring.user_defined` in one call.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/type.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "bind.h"
#include "core_expr.h"
#include "core_types.h"
#include "core_udf.h"
#include "held_object.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

using Arrays = std::vector<std::shared_ptr<arrow::Array>>;
using Datas = std::span<const std::shared_ptr<arrow::ArrayData>>;

// A call's rows, group by group: those of group g are [bounds[g], bounds[g + 1]) of the arrays.
struct Grouped {
  std::vector<PyObject**> states;
  std::vector<int64_t> bounds;
  Arrays arrays;
};

PyObject*& StateOf(const GroupRows& groups, int64_t i) { return *reinterpret_cast<PyObject**>(groups.state(i)); }

// The values at these positions. Appended in runs, because Arrow takes not every type by indices. Not from the query's
// pool: an accumulator that has seen a row can't be asked to see it again.
arrow::Result<std::shared_ptr<arrow::Array>> Pick(const std::shared_ptr<arrow::ArrayData>& column,
                                                  const std::vector<int64_t>& positions) {
  const auto count = static_cast<int64_t>(positions.size());
  bool run = true;
  for (int64_t i = 1; i < count && run; ++i) run = positions[i] == positions[0] + i;
  if (run) return arrow::MakeArray(column->Slice(count == 0 ? 0 : positions[0], count));
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), column->type, &builder));
  const arrow::ArraySpan values(*column);
  for (int64_t i = 0; i < count;) {
    int64_t end = i + 1;
    while (end < count && positions[end] == positions[end - 1] + 1) ++end;
    ARROW_RETURN_NOT_OK(builder->AppendArraySlice(values, positions[i], end - i));
    i = end;
  }
  return builder->Finish();
}

arrow::Result<Grouped> Group(Datas columns, const GroupRows& groups) {
  Grouped out;
  std::vector<std::vector<int64_t>> positions;
  if (groups.one_group) {
    if (groups.count > 0) out.states.push_back(&StateOf(groups, 0));
    positions.resize(out.states.size());
    for (int64_t i = 0; i < groups.count; ++i) positions[0].push_back(groups.position(i));
  } else {
    std::unordered_map<const uint8_t*, size_t> known;
    for (int64_t i = 0; i < groups.count; ++i) {
      const auto [at, fresh] = known.try_emplace(groups.rows[i], out.states.size());
      if (fresh) {
        out.states.push_back(&StateOf(groups, i));
        positions.emplace_back();
      }
      positions[at->second].push_back(groups.position(i));
    }
  }
  std::vector<int64_t> all;
  all.reserve(static_cast<size_t>(groups.count));
  for (const auto& rows : positions) {
    out.bounds.push_back(static_cast<int64_t>(all.size()));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  out.bounds.push_back(static_cast<int64_t>(all.size()));
  for (const auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto array, Pick(column, all));
    out.arrays.push_back(std::move(array));
  }
  return out;
}

// The accumulators, None for those that aren't made yet. With the GIL held.
nb::list Accumulators(const std::vector<PyObject**>& states) {
  nb::list out;
  for (PyObject** state : states) out.append(*state == nullptr ? nb::none() : nb::borrow(*state));
  return out;
}

class PythonAggregateKernel final : public AggregateKernel {
 public:
  PythonAggregateKernel(std::string name, std::shared_ptr<HeldObject> bridge, arrow::FieldVector inputs,
                        arrow::FieldVector state, std::shared_ptr<arrow::Field> result)
      : name_(std::move(name)),
        bridge_(std::move(bridge)),
        inputs_(std::move(inputs)),
        state_(std::move(state)),
        result_(result->type()) {}

  int32_t state_size() const override { return sizeof(PyObject*); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return result_; }

  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    return Feed("update", input.columns.first(inputs_.size()), inputs_, groups);
  }

  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const override {
    std::vector<PyObject**> into, taken;
    for (int64_t i = 0; i < groups.count; ++i) {
      auto*& other = *reinterpret_cast<PyObject**>(from[i] + groups.offset);
      if (other == nullptr) continue;
      auto*& own = StateOf(groups, i);
      if (own == nullptr) {
        std::swap(own, other);
      } else {
        into.push_back(&own);
        taken.push_back(&other);
      }
    }
    if (into.empty()) return arrow::Status::OK();
    return Run<bool>([&]() -> arrow::Result<bool> {
             CallForeign(bridge_->get().attr("merge_accumulators"),
                         nb::make_tuple(Accumulators(into), Accumulators(taken)));
             return true;
           })
        .status();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool*) const override {
    return Run<std::shared_ptr<arrow::Array>>([&]() -> arrow::Result<std::shared_ptr<arrow::Array>> {
      nb::object values = CallForeign(bridge_->get().attr("evaluate"), nb::make_tuple(Accumulators(States(groups))));
      return nb::cast<PyArray>(values).array;
    });
  }

  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override {
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto& field : state_) types.push_back(field->type());
    return types;
  }
  arrow::Result<Arrays> Serialize(const GroupRows& groups, arrow::MemoryPool*) const override {
    return Run<Arrays>([&]() -> arrow::Result<Arrays> {
      nb::object columns = CallForeign(bridge_->get().attr("state"), nb::make_tuple(Accumulators(States(groups))));
      Arrays out;
      for (nb::handle column : nb::iter(columns)) out.push_back(nb::cast<PyArray>(column).array);
      return out;
    });
  }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const override {
    return Feed("merge", states, state_, groups);
  }

  bool needs_destroy() const override { return true; }
  void Destroy(const GroupRows& groups) const override {
    std::vector<PyObject*> dead;
    for (int64_t i = 0; i < groups.count; ++i) {
      auto*& state = StateOf(groups, i);
      if (state != nullptr) dead.push_back(std::exchange(state, nullptr));
    }
    if (dead.empty()) return;
    GilScope gil;
    if (!gil) return;  // left behind with the interpreter
    for (PyObject* object : dead) Py_DECREF(object);
  }

 private:
  template <typename T, typename Call>
  arrow::Result<T> Run(Call call) const {
    return InUserFunction<T>(name_, std::move(call));
  }

  static std::vector<PyObject**> States(const GroupRows& groups) {
    std::vector<PyObject**> states;
    for (int64_t i = 0; i < groups.count; ++i) states.push_back(&StateOf(groups, i));
    return states;
  }

  // Rows of some groups given to their accumulators by a method of theirs; those that aren't there yet are made.
  arrow::Status Feed(const char* method, Datas columns, const arrow::FieldVector& fields,
                     const GroupRows& groups) const {
    ARROW_ASSIGN_OR_RAISE(const Grouped grouped, Group(columns, groups));
    return Run<bool>([&]() -> arrow::Result<bool> {
             nb::list accumulators = Accumulators(grouped.states);
             ARROW_ASSIGN_OR_RAISE(nb::list arguments, ToArguments(grouped.arrays, fields));
             nb::list bounds;
             for (int64_t bound : grouped.bounds) bounds.append(bound);
             CallForeign(bridge_->get().attr(method), nb::make_tuple(accumulators, arguments, bounds));
             for (size_t i = 0; i < grouped.states.size(); ++i) {
               if (*grouped.states[i] == nullptr) *grouped.states[i] = nb::object(accumulators[i]).release().ptr();
             }
             return true;
           })
        .status();
  }

  const std::string name_;
  const std::shared_ptr<HeldObject> bridge_;
  const arrow::FieldVector inputs_, state_;
  const std::shared_ptr<arrow::DataType> result_;
};

class PythonAggregateFunction final : public AggregateFunction, public PythonFunction {
 public:
  PythonAggregateFunction(std::string name, nb::object bridge, arrow::FieldVector inputs, arrow::FieldVector state,
                          std::shared_ptr<arrow::Field> result, Volatility volatility)
      : name_(std::move(name)),
        bridge_(std::make_shared<HeldObject>(std::move(bridge))),
        inputs_(std::move(inputs)),
        state_(std::move(state)),
        result_(std::move(result)),
        volatility_(volatility),
        doc_{"user", "An aggregate function in Python.", name_ + "(...)", ""} {}

  const std::string& name() const override { return name_; }
  nb::handle bridge() const override { return bridge_->get(); }
  Volatility volatility() const override { return volatility_; }
  const FunctionDoc& doc() const override { return doc_; }
  arrow::Result<ResolvedAggregate> Resolve(const AggregateRequest& request) const override {
    ResolvedAggregate out;
    ARROW_ASSIGN_OR_RAISE(out.argument_types, CoerceArguments(name_, inputs_, request.arguments));
    out.result = result_;
    out.make_kernel = [name = name_, bridge = bridge_, inputs = inputs_, state = state_, result = result_](
                          const ResolvedAggregate::Types&) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
      return std::make_shared<PythonAggregateKernel>(name, bridge, inputs, state, result);
    };
    return out;
  }

 private:
  const std::string name_;
  const std::shared_ptr<HeldObject> bridge_;
  const arrow::FieldVector inputs_, state_;
  const std::shared_ptr<arrow::Field> result_;
  const Volatility volatility_;
  const FunctionDoc doc_;
};

arrow::FieldVector Fields(const std::vector<PyField>& fields) {
  arrow::FieldVector out;
  for (const auto& field : fields) out.push_back(field.field);
  return out;
}

}  // namespace

void bind_aggregate_udf(nb::module_& m) {
  nb::class_<PyAggregateUdf>(m, "AggregateUdf", "An aggregate function in Python. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyAggregateUdf* self, std::string name, nb::object bridge, const std::vector<PyField>& inputs,
             const std::vector<PyField>& state, const PyField& result, int volatility) {
            new (self) PyAggregateUdf{std::make_shared<PythonAggregateFunction>(
                std::move(name), std::move(bridge), Fields(inputs), Fields(state), result.field,
                static_cast<Volatility>(volatility))};
          },
          nb::arg("name"), nb::arg("bridge"), nb::arg("inputs"), nb::arg("state"), nb::arg("result"),
          nb::arg("volatility"),
          "`bridge` has update(accumulators, [(Array, Field)], bounds) and merge likewise, which put new accumulators "
          "in "
          "the place of None; merge_accumulators(into, others), state(accumulators) -> [Array], "
          "evaluate(accumulators) -> Array.")
      .def_prop_ro("name", [](const PyAggregateUdf& self) { return self.function->name(); })
      .def(
          "__call__",
          [](const PyAggregateUdf& self, nb::object arguments) {
            AggregateCall call;
            call.function = self.function;
            return MakeExpr(ExprKind::kAggregate, ToExprs(arguments), std::move(call));
          },
          nb::arg("arguments"));
}

}  // namespace bowstring::python
