// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <map>
#include <optional>

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_types.h"
#include "schema_bytes.h"

namespace bowstring::python {

void bind_field(nb::module_& m) {
  using Metadata = std::optional<std::map<std::string, std::string>>;
  nb::class_<PyField>(m, "Field", "A named, typed column of a schema. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyField* self, const std::string& name, const PyDataType& type, bool nullable, const Metadata& metadata) {
            std::shared_ptr<arrow::KeyValueMetadata> pairs;
            if (metadata) {
              pairs = std::make_shared<arrow::KeyValueMetadata>();
              for (const auto& [key, value] : *metadata) pairs->Append(key, value);
            }
            new (self) PyField{arrow::field(name, type.type, nullable, std::move(pairs))};
          },
          nb::arg("name"), nb::arg("type"), nb::arg("nullable") = true, nb::arg("metadata") = nb::none())
      .def_static(
          "from_arrow", [](nb::object any) { return PyField{ToField(any)}; }, nb::arg("field"))
      .def_prop_ro("name", [](const PyField& self) { return self.field->name(); })
      .def_prop_ro("type", [](const PyField& self) { return PyDataType{self.field->type()}; })
      .def_prop_ro("nullable", [](const PyField& self) { return self.field->nullable(); })
      .def_prop_ro("metadata",
                   [](const PyField& self) -> nb::object {
                     if (!self.field->HasMetadata()) return nb::none();
                     nb::dict out;
                     const auto& pairs = *self.field->metadata();
                     for (int64_t i = 0; i < pairs.size(); ++i) {
                       out[nb::bytes(pairs.key(i).data(), pairs.key(i).size())] =
                           nb::bytes(pairs.value(i).data(), pairs.value(i).size());
                     }
                     return out;
                   })
      .def(
          "with_name", [](const PyField& self, const std::string& name) { return PyField{self.field->WithName(name)}; },
          nb::arg("name"))
      .def(
          "__eq__",
          [](const PyField& a, nb::handle other) {
            PyField b;
            return nb::try_cast<PyField>(other, b) && a.field->Equals(*b.field);
          },
          nb::arg("other").none())
      .def("__hash__", [](const PyField& self) { return std::hash<std::string>()(self.field->ToString()); })
      .def("__str__", [](const PyField& self) { return self.field->ToString(); })
      .def("__repr__", [](const PyField& self) { return "Field(" + self.field->ToString() + ")"; })
      .def("__getstate__", [](const PyField& self) { return SchemaToBytes(arrow::Schema({self.field})); })
      .def(
          "__setstate__", [](PyField* self, nb::bytes state) { new (self) PyField{FieldFromBytes(std::move(state))}; },
          nb::arg("state"))
      .def("__arrow_c_schema__", [](const PyField& self) { return FieldCapsule(*self.field); });
}

}  // namespace bowstring::python
