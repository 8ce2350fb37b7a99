// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/type_name.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_types.h"
#include "schema_bytes.h"
#include "status.h"

namespace bowstring::python {
namespace {

using arrow::TimeUnit;

TimeUnit::type Unit(const std::string& text) {
  if (text == "s") return TimeUnit::SECOND;
  if (text == "ms") return TimeUnit::MILLI;
  if (text == "us") return TimeUnit::MICRO;
  if (text == "ns") return TimeUnit::NANO;
  throw nb::value_error(("unknown time unit `" + text + "`: it may be s, ms, us or ns").c_str());
}

// The types that need no arguments, by Arrow's names, by those of pyarrow's makers and by their texts.
std::shared_ptr<arrow::DataType> Named(std::string name) {
  for (const auto& [other, own] : std::initializer_list<std::pair<const char*, const char*>>{{"float16", "halffloat"},
                                                                                           {"float32", "float"},
                                                                                           {"float64", "double"},
                                                                                           {"string", "utf8"},
                                                                                           {"large_string", "large_utf8"},
                                                                                           {"string_view", "utf8_view"},
                                                                                           {"bool_", "bool"},
                                                                                           {"date32[day]", "date32"},
                                                                                           {"date64[ms]", "date64"}}) {
    if (name == other) name = own;
  }
  for (const auto& type : {arrow::null(),
                           arrow::boolean(),
                           arrow::int8(),
                           arrow::int16(),
                           arrow::int32(),
                           arrow::int64(),
                           arrow::uint8(),
                           arrow::uint16(),
                           arrow::uint32(),
                           arrow::uint64(),
                           arrow::float16(),
                           arrow::float32(),
                           arrow::float64(),
                           arrow::utf8(),
                           arrow::large_utf8(),
                           arrow::utf8_view(),
                           arrow::binary(),
                           arrow::large_binary(),
                           arrow::binary_view(),
                           arrow::date32(),
                           arrow::date64(),
                           arrow::month_day_nano_interval(),
                           arrow::day_time_interval(),
                           arrow::month_interval()}) {
    if (type->name() == name) return type;
  }
  throw nb::value_error(("unknown data type `" + name + "`: `int64`, `double`, `utf8`, `date32`, ... are known").c_str());
}

}  // namespace

void bind_data_type(nb::module_& m) {
  nb::class_<PyDataType>(m, "DataType", "An Arrow data type. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyDataType* self, nb::object any) {
            new (self) PyDataType{nb::isinstance<nb::str>(any) ? Named(nb::cast<std::string>(any)) : ToDataType(any)};
          },
          nb::arg("type").none(),
          "From Arrow's name of a type without parameters, or from an object with __arrow_c_schema__.")
      .def_static(
          "timestamp",
          [](const std::string& unit, const std::string& tz) { return PyDataType{arrow::timestamp(Unit(unit), tz)}; },
          nb::arg("unit"), nb::arg("tz") = "")
      .def_static(
          "duration", [](const std::string& unit) { return PyDataType{arrow::duration(Unit(unit))}; }, nb::arg("unit"))
      .def_static(
          "time32", [](const std::string& unit) { return PyDataType{arrow::time32(Unit(unit))}; }, nb::arg("unit"))
      .def_static(
          "time64", [](const std::string& unit) { return PyDataType{arrow::time64(Unit(unit))}; }, nb::arg("unit"))
      .def_static(
          "decimal128", [](int p, int s) { return PyDataType{Unwrap(arrow::Decimal128Type::Make(p, s))}; },
          nb::arg("precision"), nb::arg("scale") = 0)
      .def_static(
          "fixed_size_binary", [](int width) { return PyDataType{arrow::fixed_size_binary(width)}; }, nb::arg("width"))
      .def_static(
          "list", [](const PyDataType& item) { return PyDataType{arrow::list(item.type)}; }, nb::arg("item"))
      .def_static(
          "struct",
          [](const std::vector<PyField>& fields) {
            arrow::FieldVector children;
            for (const auto& field : fields) children.push_back(field.field);
            return PyDataType{arrow::struct_(std::move(children))};
          },
          nb::arg("fields"))
      .def_prop_ro("id", [](const PyDataType& self) { return static_cast<int>(self.type->id()); })
      .def_prop_ro("plan_name", [](const PyDataType& self) { return TypeName(*self.type); }, "As plans and errors name it: Int64, Utf8View.")
      .def_prop_ro("bit_width",
                   [](const PyDataType& self) -> std::optional<int> {
                     if (!arrow::is_fixed_width(*self.type)) return std::nullopt;
                     return self.type->bit_width();
                   })
      .def_prop_ro("num_fields", [](const PyDataType& self) { return self.type->num_fields(); })
      .def(
          "field",
          [](const PyDataType& self, int i) {
            if (i < 0 || i >= self.type->num_fields()) throw nb::index_error("no such field");
            return PyField{self.type->field(i)};
          },
          nb::arg("index"))
      .def(
          "__eq__",
          [](const PyDataType& a, nb::handle other) {
            PyDataType b;
            return nb::try_cast<PyDataType>(other, b) && a.type->Equals(*b.type);
          },
          nb::arg("other").none())
      .def("__hash__", [](const PyDataType& self) { return std::hash<std::string>()(self.type->ToString()); })
      .def("__str__", [](const PyDataType& self) { return self.type->ToString(); })
      .def("__repr__", [](const PyDataType& self) { return "DataType(" + self.type->ToString() + ")"; })
      .def("__getstate__",
           [](const PyDataType& self) { return SchemaToBytes(arrow::Schema({arrow::field("", self.type)})); })
      .def(
          "__setstate__",
          [](PyDataType* self, nb::bytes state) { new (self) PyDataType{FieldFromBytes(std::move(state))->type()}; },
          nb::arg("state"))
      .def("__arrow_c_schema__", [](const PyDataType& self) { return FieldCapsule(*arrow::field("", self.type)); });
}

}  // namespace bowstring::python
