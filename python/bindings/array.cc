// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/compute/cast.h>

#include "arrow_capsule.h"
#include "arrow_to_python.h"
#include "bind.h"
#include "core_types.h"
#include "python_to_arrow.h"
#include "status.h"

namespace bowstring::python {
namespace {

// 1: text, 2: bytes, 3: lists, in any of their layouts; 0: anything else.
int LayoutFamily(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return 1;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
      return 2;
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

void bind_array(nb::module_& m) {
  nb::class_<PyArray>(m, "Array", "Values of one Arrow type. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyArray* self, nb::object values, std::optional<PyDataType> type) {
            if (Has(values, "__arrow_c_array__") || Has(values, "__arrow_c_stream__")) {
              auto array = ToArray(values);
              if (type && !array->type()->Equals(*type->type) && LayoutFamily(*type->type) != 0 &&
                  LayoutFamily(*type->type) == LayoutFamily(*array->type())) {
                array = Unwrap(arrow::compute::Cast(*array, type->type));
              }
              new (self) PyArray{std::move(array)};
            } else {
              new (self) PyArray{ToArrowArray(values, type ? type->type : InferType(values))};
            }
          },
          nb::arg("values"), nb::arg("type") = nb::none(),
          "From Python values, or from an object with __arrow_c_array__ or __arrow_c_stream__; of Arrow data a type changes the layout of text, bytes and\n"
          "lists alone.")
      .def_static(
          "concat",
          [](nb::sequence parts, const PyDataType& type) {
            arrow::ArrayVector arrays;
            for (nb::handle part : parts) arrays.push_back(nb::cast<PyArray>(part).array);
            if (arrays.empty()) return PyArray{Unwrap(arrow::MakeEmptyArray(type.type))};
            return PyArray{arrays.size() == 1 ? arrays[0] : Unwrap(arrow::Concatenate(arrays))};
          },
          nb::arg("parts"), nb::arg("type"))
      .def_prop_ro("type", [](const PyArray& self) { return PyDataType{self.array->type()}; })
      .def_prop_ro("null_count", [](const PyArray& self) { return self.array->null_count(); })
      .def("__len__", [](const PyArray& self) { return self.array->length(); })
      .def(
          "__getitem__",
          [](const PyArray& self, int64_t i) {
            if (i < 0) i += self.array->length();
            if (i < 0 || i >= self.array->length()) throw nb::index_error("no such element");
            return ValueAt(*self.array, i);
          },
          nb::arg("index"))
      .def("__iter__", [](const PyArray& self) { return nb::iter(ToList(*self.array)); })
      .def(
          "slice",
          [](const PyArray& self, int64_t offset, std::optional<int64_t> length) {
            if (offset < 0 || offset > self.array->length())
              throw nb::index_error("the slice begins outside of the array");
            return PyArray{length ? self.array->Slice(offset, *length) : self.array->Slice(offset)};
          },
          nb::arg("offset") = 0, nb::arg("length") = nb::none())
      .def("to_pylist", [](const PyArray& self) { return ToList(*self.array); })
      .def(
          "__eq__",
          [](const PyArray& a, nb::handle other) {
            PyArray b;
            return nb::try_cast<PyArray>(other, b) && a.array->Equals(*b.array);
          },
          nb::arg("other").none())
      .def("__repr__", [](const PyArray& self) { return self.array->ToString(); })
      .def("__arrow_c_schema__",
           [](const PyArray& self) { return FieldCapsule(*arrow::field("", self.array->type())); })
      .def(
          "__arrow_c_array__", [](const PyArray& self, nb::object) { return ArrayCapsules(self.array); },
          nb::arg("requested_schema") = nb::none());
}

}  // namespace bowstring::python
