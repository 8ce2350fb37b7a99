// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "status.h"

#include <memory>
#include <string>

#include <nanobind/stl/string.h>

#include <bowstring/error.h>

#include "held_object.h"

namespace bowstring::python {
namespace {

constexpr char kTypeId[] = "bowstring::python::PythonError";

// The exception itself travels with the status, so that a user meets his own exception again.
class PythonErrorDetail final : public arrow::StatusDetail {
 public:
  explicit PythonErrorDetail(nb::object exception) : exception_(std::move(exception)) {}
  const char* type_id() const override { return kTypeId; }
  std::string ToString() const override { return "Python exception"; }
  nb::handle exception() const { return exception_.get(); }

 private:
  HeldObject exception_;
};

thread_local PyObject* t_interrupt = nullptr;

const char* ClassOf(const arrow::Status& status) {
  switch (KindOf(status)) {
    case ErrorKind::kSql:
      return "SqlError";
    case ErrorKind::kPlan:
      return "PlanError";
    case ErrorKind::kSchema:
      return "SchemaError";
    case ErrorKind::kNotImplemented:
      return "UnsupportedError";
    case ErrorKind::kConfig:
      return "ConfigError";
    case ErrorKind::kExecution:
      return "ExecutionError";
    case ErrorKind::kIo:
      return "IoError";
    case ErrorKind::kBudgetExceeded:
      return "BudgetExceeded";
    case ErrorKind::kCancelled:
      return "Cancelled";
    case ErrorKind::kInterrupted:
      return "Interrupted";
    case ErrorKind::kTimeout:
      return "QueryTimeout";
    case ErrorKind::kConsumer:
      return "StreamError";
    case ErrorKind::kInternal:
      return "InternalError";
    case ErrorKind::kUnknown:
      break;
  }
  if (status.IsIOError()) return "IoError";
  return "ExecutionError";
}

[[noreturn]] void RaiseException(nb::handle exception) {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw nb::python_error();
}

}  // namespace

void KeepInterrupt(PyObject* exception) {
  Py_XDECREF(t_interrupt);
  t_interrupt = exception;
}

void DropInterrupt() {
  Py_XDECREF(t_interrupt);
  t_interrupt = nullptr;
}

void Raise(const arrow::Status& status) {
  if (KindOf(status) == ErrorKind::kInterrupted && t_interrupt != nullptr) {
    nb::object exception = nb::steal(t_interrupt);
    t_interrupt = nullptr;
    RaiseException(exception);
  }
  const auto& detail = status.detail();
  if (detail && detail->type_id() == kTypeId)
    RaiseException(static_cast<const PythonErrorDetail&>(*detail).exception());
  nb::object type = nb::module_::import_("bowstring.errors").attr(ClassOf(status));
  const std::string text = ErrorText(status);
  RaiseException(
      type(nb::steal<nb::str>(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"))));
}

arrow::Status FromPythonError(nb::python_error& error, const char* where, bool in_function) {
  nb::object exception = nb::borrow(error.value());
  if (error.traceback().is_valid() && !error.traceback().is_none()) {
    PyException_SetTraceback(exception.ptr(), error.traceback().ptr());
  }
  nb::module_ errors = nb::module_::import_("bowstring.errors");
  std::string text = nb::cast<std::string>(errors.attr("_describe")(exception));
  if (in_function) exception = errors.attr("_function_error")(exception, where, text);
  return arrow::Status(arrow::StatusCode::ExecutionError, std::string(where) + ": " + text,
                       std::make_shared<PythonErrorDetail>(std::move(exception)));
}

}  // namespace bowstring::python
