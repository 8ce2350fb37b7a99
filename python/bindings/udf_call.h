// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include <bowstring/blocking.h>
#include <bowstring/error.h>
#include <bowstring/function.h>

#include "core_types.h"
#include "held_object.h"
#include "status.h"

namespace bowstring::python {

/// What the functions of the user's have beside their interface.
class PythonFunction {
 public:
  virtual ~PythonFunction() = default;
  /// The object of `bowstring.user_defined` that is called. With the GIL held.
  virtual nb::handle bridge() const = 0;
};

/// The bridge of a function of any kind, None for one that isn't Python's.
template <typename Function>
nb::object BridgeOf(const std::shared_ptr<Function>& function) {
  const auto* own = dynamic_cast<const PythonFunction*>(function.get());
  return own == nullptr ? nb::none() : nb::borrow(own->bridge());
}

/// The types that a function of the user's gets, where the arguments fit: kPlan "Failed to coerce arguments ..." else.
arrow::Result<std::vector<std::shared_ptr<arrow::DataType>>> CoerceArguments(
    const std::string& name, const arrow::FieldVector& inputs, const std::vector<ArgumentInfo>& arguments);

/// (Array, Field) of each argument, as Python's side takes them. Narrow decimals become what was declared.
arrow::Result<nb::list> ToArguments(const std::vector<std::shared_ptr<arrow::Array>>& arrays,
                                    const arrow::FieldVector& inputs);

/// The array in the declared type, where the engine holds decimals in 64 bits.
arrow::Result<std::shared_ptr<arrow::Array>> Declared(const std::shared_ptr<arrow::Array>& array,
                                                      const std::shared_ptr<arrow::DataType>& type);

/// What `call` answers, run with the GIL and outside of the step that this worker is in. Its exceptions become the
/// status of the function's failure.
template <typename T, typename Call>
arrow::Result<T> InUserFunction(const std::string& name, Call call) {
  BlockingCall outside;
  GilScope gil;
  if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
  try {
    return call();
  } catch (nb::python_error& error) {
    return FromPythonError(error, ("Python function " + name).c_str(), /*in_function=*/true);
  } catch (const std::exception& error) {
    return Error(ErrorKind::kExecution, "Python function ", name, ": ", error.what());
  }
}

}  // namespace bowstring::python
