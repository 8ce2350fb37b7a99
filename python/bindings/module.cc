// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The extension module `bowstring._core`: one `bind_<subject>` a file of this folder, called here in the order in which
// the types need each other. No logic lives in the bindings.
#include <nanobind/nanobind.h>

#include <bowstring/version.h>

#include "bind.h"

namespace nb = nanobind;

NB_MODULE(_core, m) {
  // A stream that is alive when the interpreter ends is normal use; nanobind would print a page about it.
  nb::set_leak_warnings(false);
  m.doc() = "The Bowstring engine. Import `bowstring` instead of this module.";

  m.attr("__version__") = bowstring_version();
  m.def("build_info", &bowstring_build_info, "One line that says how the library was built, for bug reports.");

  using namespace bowstring::python;
  bind_wait_hooks(m);
  bind_data_type(m);
  bind_field(m);
  bind_schema(m);
  bind_array(m);
  bind_record_batch(m);
  bind_sort_expr(m);
  bind_window_frame(m);
  bind_expr(m);
  bind_record_batch_stream(m);
  bind_live_streams(m);
  bind_session_config(m);
  bind_plan(m);
  bind_catalog(m);
  bind_dataframe(m);
  bind_scalar_udf(m);
  bind_aggregate_udf(m);
  bind_window_udf(m);
  bind_table_udf(m);
  bind_session_context(m);
  bind_plan_bytes(m);
}
