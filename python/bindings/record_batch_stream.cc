// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <arrow/record_batch.h>

#include <bowstring/batch_stream.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_types.h"
#include "live_streams.h"
#include "status.h"

namespace bowstring::python {
namespace {

// A file descriptor that an event loop watches; engine threads make it readable without knowing of Python. A pipe,
// because every system has one.
class Notifier {
 public:
  Notifier() {
    if (::pipe(ends_) != 0) {
      PyErr_SetFromErrno(PyExc_OSError);
      throw nb::python_error();
    }
    for (int end : ends_) {
      ::fcntl(end, F_SETFD, FD_CLOEXEC);
      ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
  }
  ~Notifier() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  int fileno() const { return ends_[0]; }
  void Notify() noexcept {
    const char byte = 1;
    while (::write(ends_[1], &byte, 1) < 0 && errno == EINTR) {  // full is as good as written
    }
  }
  void Drain() noexcept {
    char bytes[64];
    while (::read(ends_[0], bytes, sizeof(bytes)) > 0) {
    }
  }

 private:
  int ends_[2];
};

// Shared with the engine's threads, which must not need the GIL to drop it: so it isn't the Python object itself that
// they hold.
struct PyNotifier {
  std::shared_ptr<Notifier> notifier;
};

nb::object ToPython(std::shared_ptr<arrow::RecordBatch> batch) {
  if (!batch) return nb::none();
  return nb::cast(PyRecordBatch{std::move(batch)});
}

}  // namespace

void bind_record_batch_stream(nb::module_& m) {
  nb::class_<QueryStats>(m, "QueryStats", "Figures of one query at one moment.")
      .def_ro("rows", &QueryStats::rows)
      .def_ro("bytes", &QueryStats::bytes)
      .def_ro("batches", &QueryStats::batches)
      .def_ro("copied_bytes", &QueryStats::copied_bytes)
      .def_ro("spilled_bytes", &QueryStats::spilled_bytes)
      .def_ro("spill_count", &QueryStats::spill_count)
      .def_ro("memory_bytes", &QueryStats::memory_bytes)
      .def_ro("peak_bytes", &QueryStats::peak_bytes)
      .def_ro("consumer_bytes", &QueryStats::consumer_bytes)
      .def_ro("first_batch_ns", &QueryStats::first_batch_ns)
      .def_ro("rows_scanned", &QueryStats::rows_scanned)
      .def_ro("fraction", &QueryStats::fraction)
      .def_ro("complete", &QueryStats::complete);

  nb::class_<PyNotifier>(m, "Notifier", "A file descriptor that becomes readable when a stream has more.")
      .def("__init__", [](PyNotifier* self) { new (self) PyNotifier{std::make_shared<Notifier>()}; })
      .def("fileno", [](const PyNotifier& self) { return self.notifier->fileno(); })
      .def("drain", [](const PyNotifier& self) { self.notifier->Drain(); });

  nb::class_<PyBatchStream>(m, "BatchStream",
                            "The ordered way out of a query. Thread-safe: pulls are served one after the other.")
      .def("schema", [](const PyBatchStream& self) { return PySchema{self.stream->schema()}; })
      // Next gives the GIL up itself, and only where it must wait.
      .def(
          "next", [](const PyBatchStream& self) { return ToPython(Unwrap(self.stream->Next())); },
          "The next batch; None at the end.")
      .def(
          "try_next",
          [](const PyBatchStream& self, const PyNotifier& notifier) {
            bool ready = true;
            auto batch = Unwrap(self.stream->TryNext(&ready, [end = notifier.notifier] { end->Notify(); }));
            return nb::make_tuple(ready, ToPython(std::move(batch)));
          },
          nb::arg("notifier"),
          "(ready, batch): never waits. Where nothing is there yet, the notifier becomes readable once it is worth "
          "asking again.")
      .def("cancel", [](const PyBatchStream& self) { self.stream->Cancel(); })
      .def("close", [](const PyBatchStream& self) { self.stream->Close(); })
      .def("stats", [](const PyBatchStream& self) { return self.stream->stats(); })
      .def(
          "operators",
          [](const PyBatchStream& self) {
            nb::list out;
            for (const auto& line : self.stream->operators()) {
              nb::dict figures;
              figures["output_rows"] = line.output_rows;
              figures["output_batches"] = line.output_batches;
              figures["elapsed_compute"] = line.elapsed_compute_ns;
              figures["spill_count"] = line.spill_count;
              figures["spilled_bytes"] = line.spilled_bytes;
              figures["spilled_rows"] = line.spilled_rows;
              out.append(nb::make_tuple(line.line, line.depth, figures));
            }
            return out;
          },
          "(line, depth, figures) of each line of the physical plan, from the root down.")
      .def(
          "export_stream", [](const PyBatchStream& self) { return StreamCapsule(self.stream); },
          "A capsule of the rest of this stream.");
}

}  // namespace bowstring::python
