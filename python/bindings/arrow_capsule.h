// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <nanobind/nanobind.h>

#include <arrow/c/abi.h>
#include <arrow/type_fwd.h>

#include <bowstring/batch_stream.h>

namespace bowstring::python {

namespace nb = nanobind;

// The Arrow PyCapsule interface, both ways. All with the GIL held; failures are raised. A capsule that nobody has read
// releases what it holds.

nb::object SchemaCapsule(const arrow::Schema& schema);
nb::object FieldCapsule(const arrow::Field& field);
/// (schema capsule, array capsule)
nb::tuple ArrayCapsules(const std::shared_ptr<arrow::Array>& array, const arrow::Field* field = nullptr);
nb::tuple BatchCapsules(std::shared_ptr<arrow::RecordBatch> batch);
/// A stream of one batch.
nb::object BatchStreamCapsule(std::shared_ptr<arrow::RecordBatch> batch);
nb::object StreamCapsule(std::shared_ptr<BatchStream> stream);

/// From a capsule named "arrow_schema", or an object with `__arrow_c_schema__`. TypeError `expected ...` otherwise.
std::shared_ptr<arrow::Schema> ToSchema(nb::handle object);
std::shared_ptr<arrow::Field> ToField(nb::handle object);
std::shared_ptr<arrow::DataType> ToDataType(nb::handle object);
/// From an object with `__arrow_c_array__`, or all of one with `__arrow_c_stream__`; the values are checked for structure.
std::shared_ptr<arrow::Array> ToArray(nb::handle object, std::shared_ptr<arrow::Field>* field = nullptr);
/// The same for struct arrays without nulls.
std::shared_ptr<arrow::RecordBatch> ToBatch(nb::handle object);
/// Takes the stream out of an object with `__arrow_c_stream__`, or out of its capsule. `out` is the caller's to
/// release.
void TakeStream(nb::handle object, ArrowArrayStream* out);

inline bool Has(nb::handle object, const char* attribute) {
  return PyObject_HasAttrString(object.ptr(), attribute) != 0;
}

}  // namespace bowstring::python
