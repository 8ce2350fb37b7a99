// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>

#include <nanobind/nanobind.h>

#include <arrow/result.h>
#include <arrow/status.h>

namespace bowstring::python {

namespace nb = nanobind;

/// Raises the Python exception of a failed status: the class follows from its kind (bowstring.errors), the text is
/// ErrorText. A failure that began as a Python exception on this thread is raised as that exception, unchanged. The GIL
/// must be held.
[[noreturn]] void Raise(const arrow::Status& status);

inline void Check(const arrow::Status& status) {
  if (!status.ok()) [[unlikely]]
    Raise(status);
}

template <typename T>
T Unwrap(arrow::Result<T> result) {
  Check(result.status());
  return std::move(result).ValueUnsafe();
}

/// A status that carries the exception that a Python call has raised, with its traceback; Raise gives it back
/// unchanged, or, of a function that works on rows (`in_function`), as an error of ours that is one of its type too and
/// tells its story. `where` says where it was. With the GIL held.
arrow::Status FromPythonError(nb::python_error& error, const char* where, bool in_function = false);

/// Says which Python exception waits to be raised by the wait of this thread that has just ended as interrupted. Takes
/// the reference.
void KeepInterrupt(PyObject* exception);
/// Forgets it: a new wait begins.
void DropInterrupt();

}  // namespace bowstring::python
