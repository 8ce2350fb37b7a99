// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The extension module `bowstring._core`: one `bind_<subject>` a file of this folder, called here in the order in which
// the types need each other. No logic lives in the bindings.
#include <nanobind/nanobind.h>

#include <bowstring/version.h>

namespace nb = nanobind;

NB_MODULE(_core, m) {
  // A stream that is alive when the interpreter ends is normal use; nanobind would print a page about it.
  nb::set_leak_warnings(false);
  m.doc() = "The Bowstring engine. Import `bowstring` instead of this module.";

  m.attr("__version__") = bowstring_version();
  m.def("build_info", &bowstring_build_info, "One line that says how the library was built, for bug reports.");
}
