// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <arrow/array/util.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/expr.h>

#include "arrow_to_python.h"
#include "bind.h"
#include "python_to_arrow.h"
#include "status.h"

namespace bowstring::python {

void bind_window_frame(nb::module_& m) {
  nb::class_<WindowFrame>(m, "WindowFrame",
                          "The rows around a row that a window function sees. Immutable, thread-safe.")
      .def(
          "__init__",
          [](WindowFrame* self, int units, int start, nb::object start_offset, int end, nb::object end_offset) {
            new (self) WindowFrame();
            self->units = static_cast<FrameUnits>(units);
            self->start = FrameBound{static_cast<FrameBound::Kind>(start),
                                     start_offset.is_none() ? nullptr : ToScalar(start_offset, arrow::uint64())};
            self->end = FrameBound{static_cast<FrameBound::Kind>(end),
                                   end_offset.is_none() ? nullptr : ToScalar(end_offset, arrow::uint64())};
          },
          nb::arg("units"), nb::arg("start"), nb::arg("start_offset").none(), nb::arg("end"),
          nb::arg("end_offset").none(),
          "Units: 0 rows, 1 range, 2 groups. Bounds: 0 unbounded preceding, 1 preceding, 2 current row, 3 following, 4 "
          "unbounded following.")
      .def_prop_ro("units", [](const WindowFrame& self) { return static_cast<int>(self.units); })
      .def(
          "bound",
          [](const WindowFrame& self, bool end) {
            const auto& bound = end ? self.end : self.start;
            nb::object offset = nb::none();
            if (bound.offset) offset = ValueAt(*Unwrap(arrow::MakeArrayFromScalar(*bound.offset, 1)), 0);
            return nb::make_tuple(static_cast<int>(bound.kind), offset);
          },
          nb::arg("end"), "(kind, offset)")
      .def("__repr__", [](const WindowFrame& self) { return self.ToString(); });
}

}  // namespace bowstring::python
