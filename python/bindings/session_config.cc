// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <bowstring/options.h>

#include "bind.h"
#include "status.h"

namespace bowstring::python {

void bind_session_config(nb::module_& m) {
  nb::class_<SessionConfig>(m, "SessionConfig", "A session's settings. Not to be changed by two threads at once.")
      .def(nb::init<>())
      .def("copy", [](const SessionConfig& self) { return SessionConfig(self); })
      .def(
          "set",
          [](SessionConfig& self, const std::string& key, const std::string& value) { Check(self.Set(key, value)); },
          nb::arg("key"), nb::arg("value"))
      .def(
          "get", [](const SessionConfig& self, const std::string& key) { return self.Get(key); }, nb::arg("key"))
      .def("entries", &SessionConfig::Entries)
      .def_prop_ro("target_partitions", &SessionConfig::target_partitions);

  nb::class_<RuntimeEnvBuilder>(m, "RuntimeEnvBuilder", "What a session's queries may use.")
      .def(nb::init<>())
      .def("with_unbounded_memory_pool", [](RuntimeEnvBuilder& self) { self.WithUnboundedMemoryPool(); })
      .def(
          "with_greedy_memory_pool", [](RuntimeEnvBuilder& self, int64_t size) { self.WithGreedyMemoryPool(size); },
          nb::arg("size"))
      .def(
          "with_fair_spill_pool", [](RuntimeEnvBuilder& self, int64_t size) { self.WithFairSpillPool(size); },
          nb::arg("size"))
      .def("with_disk_manager_disabled", [](RuntimeEnvBuilder& self) { self.WithDiskManagerDisabled(); })
      .def("with_disk_manager_os", [](RuntimeEnvBuilder& self) { self.WithDiskManagerOs(); })
      .def(
          "with_disk_manager_specified",
          [](RuntimeEnvBuilder& self, std::vector<std::string> paths) {
            self.WithDiskManagerSpecified(std::move(paths));
          },
          nb::arg("paths"))
      .def(
          "with_temp_file_path",
          [](RuntimeEnvBuilder& self, std::string path) { self.WithTempFilePath(std::move(path)); }, nb::arg("path"));

  nb::class_<SQLOptions>(m, "SQLOptions", "What SQL text may do, besides queries.")
      .def(nb::init<>())
      .def_rw("allow_ddl", &SQLOptions::allow_ddl)
      .def_rw("allow_dml", &SQLOptions::allow_dml)
      .def_rw("allow_statements", &SQLOptions::allow_statements);

  m.def(
      "parse_capacity",
      [](const std::string& name, const std::string& text) { return Unwrap(ParseCapacity(name, text)); },
      nb::arg("name"), nb::arg("text"));
}

}  // namespace bowstring::python
