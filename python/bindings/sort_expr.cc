// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <bowstring/expr.h>

#include "bind.h"

namespace bowstring::python {

void bind_sort_expr(nb::module_& m) {
  nb::class_<SortKey>(m, "SortExpr", "An expression to order by. Immutable, thread-safe.")
      .def(
          "__init__",
          [](SortKey* self, const Expr& expr, bool ascending, bool nulls_first) {
            new (self) SortKey{expr, ascending, nulls_first};
          },
          nb::arg("expr"), nb::arg("ascending") = true, nb::arg("nulls_first") = false)
      .def("expr", [](const SortKey& self) { return self.expr; })
      .def("ascending", [](const SortKey& self) { return self.ascending; })
      .def("nulls_first", [](const SortKey& self) { return self.nulls_first; })
      .def("__repr__", [](const SortKey& self) { return self.ToString(); });
}

}  // namespace bowstring::python
