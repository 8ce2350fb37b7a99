// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/type.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_types.h"
#include "schema_bytes.h"

namespace bowstring::python {

void bind_schema(nb::module_& m) {
  nb::class_<PySchema>(m, "Schema", "Names and types of columns, in order. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PySchema* self, const std::vector<PyField>& fields) {
            arrow::FieldVector children;
            for (const auto& field : fields) children.push_back(field.field);
            new (self) PySchema{arrow::schema(std::move(children))};
          },
          nb::arg("fields"))
      .def_static(
          "from_arrow", [](nb::object any) { return PySchema{ToSchema(any)}; }, nb::arg("schema"))
      .def_prop_ro("names", [](const PySchema& self) { return self.schema->field_names(); })
      .def_prop_ro("types",
                   [](const PySchema& self) {
                     nb::list out;
                     for (const auto& field : self.schema->fields()) out.append(PyDataType{field->type()});
                     return out;
                   })
      .def(
          "field",
          [](const PySchema& self, nb::object which) {
            if (nb::isinstance<nb::str>(which)) {
              auto field = self.schema->GetFieldByName(nb::cast<std::string>(which));
              if (!field) throw nb::key_error(nb::cast<std::string>(which).c_str());
              return PyField{field};
            }
            int64_t i = nb::cast<int64_t>(which);
            if (i < 0) i += self.schema->num_fields();
            if (i < 0 || i >= self.schema->num_fields()) throw nb::index_error("no such field");
            return PyField{self.schema->field(static_cast<int>(i))};
          },
          nb::arg("which"))
      .def("__len__", [](const PySchema& self) { return self.schema->num_fields(); })
      .def("__iter__",
           [](const PySchema& self) {
             nb::list out;
             for (const auto& field : self.schema->fields()) out.append(PyField{field});
             return nb::iter(out);
           })
      .def(
          "__eq__",
          [](const PySchema& a, nb::handle other) {
            PySchema b;
            return nb::try_cast<PySchema>(other, b) && a.schema->Equals(*b.schema);
          },
          nb::arg("other").none())
      .def("__hash__", [](const PySchema& self) { return std::hash<std::string>()(self.schema->ToString()); })
      .def("__str__", [](const PySchema& self) { return self.schema->ToString(); })
      .def("__repr__", [](const PySchema& self) { return "Schema(\n" + self.schema->ToString() + "\n)"; })
      .def("__getstate__", [](const PySchema& self) { return SchemaToBytes(*self.schema); })
      .def(
          "__setstate__",
          [](PySchema* self, nb::bytes state) { new (self) PySchema{SchemaFromBytes(std::move(state))}; },
          nb::arg("state"))
      .def("__arrow_c_schema__", [](const PySchema& self) { return SchemaCapsule(*self.schema); });
}

}  // namespace bowstring::python
