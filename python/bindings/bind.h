// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <nanobind/nanobind.h>

namespace bowstring::python {

namespace nb = nanobind;

// One a file of this folder, called by module.cc in the order in which the types need each other.
void bind_wait_hooks(nb::module_& m);
void bind_data_type(nb::module_& m);
void bind_field(nb::module_& m);
void bind_schema(nb::module_& m);
void bind_array(nb::module_& m);
void bind_record_batch(nb::module_& m);
void bind_sort_expr(nb::module_& m);
void bind_window_frame(nb::module_& m);
void bind_expr(nb::module_& m);
void bind_record_batch_stream(nb::module_& m);
void bind_live_streams(nb::module_& m);
void bind_session_config(nb::module_& m);
void bind_plan(nb::module_& m);
void bind_catalog(nb::module_& m);
void bind_dataframe(nb::module_& m);
void bind_scalar_udf(nb::module_& m);
void bind_aggregate_udf(nb::module_& m);
void bind_window_udf(nb::module_& m);
void bind_table_udf(nb::module_& m);
void bind_session_context(nb::module_& m);
void bind_plan_bytes(nb::module_& m);

}  // namespace bowstring::python
