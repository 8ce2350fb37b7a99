// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <bowstring/plan.h>
#include <bowstring/unparser.h>

#include "bind.h"
#include "core_expr.h"
#include "core_types.h"
#include "status.h"

namespace bowstring::python {

void bind_plan(nb::module_& m) {
  nb::class_<Plan>(m, "Plan", "A logical plan. Immutable, thread-safe.")
      .def("display", &Plan::Display)
      .def("display_indent", &Plan::DisplayIndent)
      .def("display_indent_schema", &Plan::DisplayIndentSchema)
      .def("display_graphviz", &Plan::DisplayGraphviz)
      .def("inputs",
           [](const Plan& self) {
             nb::list out;
             for (const auto& input : self.inputs()) out.append(input);
             return out;
           })
      .def(
          "equals", [](const Plan& self, const Plan& other) { return self.Equals(other); }, nb::arg("other"))
      .def("schema", [](const Plan& self) { return PySchema{self.schema()}; })
      .def(
          "to_sql",
          [](const Plan& self, int dialect, bool pretty) {
            return Unwrap(ToSql(self, UnparseOptions{static_cast<SqlDialect>(dialect), pretty}));
          },
          nb::arg("dialect"), nb::arg("pretty"), "Dialect: 0 default, 1 PostgreSQL, 2 MySQL, 3 SQLite, 4 DuckDB.")
      .def("variant", &Plan::variant)
      .def("columns", [](const Plan& self) { return FromExprs(self.columns()); })
      .def("expressions", [](const Plan& self) { return FromExprs(self.expressions()); })
      .def("group_exprs", [](const Plan& self) { return FromExprs(self.group_exprs()); })
      .def("aggregate_exprs", [](const Plan& self) { return FromExprs(self.aggregate_exprs()); })
      .def("sort_keys",
           [](const Plan& self) {
             nb::list out;
             for (const auto& key : self.sort_keys()) out.append(key);
             return out;
           })
      .def("skip", &Plan::skip)
      .def("fetch", &Plan::fetch)
      .def("name", &Plan::name)
      .def("scan_columns", &Plan::scan_columns)
      .def("facts", &Plan::facts)
      .def("join_type", &Plan::join_type)
      .def("join_constraint", &Plan::join_constraint)
      .def("join_on",
           [](const Plan& self) {
             nb::list out;
             for (const auto& [left, right] : self.join_on()) out.append(nb::make_tuple(left, right));
             return out;
           })
      .def("join_filter", &Plan::join_filter);
}

}  // namespace bowstring::python
