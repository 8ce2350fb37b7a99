// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "arrow_capsule.h"

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/c/bridge.h>
#include <arrow/c/helpers.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/c_data.h>

#include "interrupt_signal.h"
#include "status.h"

namespace bowstring::python {
namespace {

template <typename T>
constexpr const char* kName = nullptr;
template <>
constexpr const char* kName<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* kName<ArrowArray> = "arrow_array";
template <>
constexpr const char* kName<ArrowArrayStream> = "arrow_array_stream";

template <typename T>
void Destroy(PyObject* capsule) {
  auto* content = static_cast<T*>(PyCapsule_GetPointer(capsule, kName<T>));
  if (content == nullptr) {  // renamed by its reader, who owns the content then
    PyErr_Clear();
    return;
  }
  if (content->release != nullptr) content->release(content);
  delete content;
}

// An empty struct in a capsule, to be filled.
template <typename T>
nb::object NewCapsule(T** content) {
  *content = new T();
  PyObject* capsule = PyCapsule_New(*content, kName<T>, Destroy<T>);
  if (capsule == nullptr) {
    delete *content;
    throw nb::python_error();
  }
  return nb::steal(capsule);
}

template <typename T>
T* Content(nb::handle capsule) {
  auto* content = static_cast<T*>(PyCapsule_GetPointer(capsule.ptr(), kName<T>));
  if (content == nullptr) throw nb::python_error();
  if (content->release == nullptr) throw nb::value_error("this Arrow capsule has been read already");
  return content;
}

nb::object SchemaCapsuleOf(nb::handle object, const char* expected) {
  if (PyCapsule_CheckExact(object.ptr())) return nb::borrow(object);
  if (!Has(object, "__arrow_c_schema__")) {
    throw nb::type_error((std::string("expected ") + expected + " (an object with __arrow_c_schema__), found " +
                          Py_TYPE(object.ptr())->tp_name)
                             .c_str());
  }
  return object.attr("__arrow_c_schema__")();
}

}  // namespace

nb::object SchemaCapsule(const arrow::Schema& schema) {
  ArrowSchema* content;
  auto capsule = NewCapsule(&content);
  Check(arrow::ExportSchema(schema, content));
  return capsule;
}

nb::object FieldCapsule(const arrow::Field& field) {
  ArrowSchema* content;
  auto capsule = NewCapsule(&content);
  Check(arrow::ExportField(field, content));
  return capsule;
}

nb::tuple ArrayCapsules(const std::shared_ptr<arrow::Array>& array, const arrow::Field* field) {
  ArrowSchema* schema;
  ArrowArray* content;
  auto schema_capsule = NewCapsule(&schema);
  auto capsule = NewCapsule(&content);
  if (field != nullptr) {
    Check(arrow::ExportField(*field, schema));
    Check(arrow::ExportArray(*array, content));
  } else {
    Check(arrow::ExportArray(*array, content, schema));
  }
  return nb::make_tuple(schema_capsule, capsule);
}

nb::tuple BatchCapsules(std::shared_ptr<arrow::RecordBatch> batch) {
  ArrowSchema* schema;
  ArrowArray* content;
  auto schema_capsule = NewCapsule(&schema);
  auto capsule = NewCapsule(&content);
  Check(ExportBatch(std::move(batch), content, schema));
  return nb::make_tuple(schema_capsule, capsule);
}

nb::object BatchStreamCapsule(std::shared_ptr<arrow::RecordBatch> batch) {
  ArrowArrayStream* content;
  auto capsule = NewCapsule(&content);
  auto schema = batch->schema();
  Check(arrow::ExportRecordBatchReader(Unwrap(arrow::RecordBatchReader::Make({std::move(batch)}, std::move(schema))), content));
  return capsule;
}

nb::object StreamCapsule(std::shared_ptr<BatchStream> stream) {
  CountInterrupts();
  ArrowArrayStream* content;
  auto capsule = NewCapsule(&content);
  Check(ExportStream(std::move(stream), content));
  return capsule;
}

std::shared_ptr<arrow::Schema> ToSchema(nb::handle object) {
  auto capsule = SchemaCapsuleOf(object, "a schema");
  return Unwrap(arrow::ImportSchema(Content<ArrowSchema>(capsule)));
}

std::shared_ptr<arrow::Field> ToField(nb::handle object) {
  auto capsule = SchemaCapsuleOf(object, "a field");
  return Unwrap(arrow::ImportField(Content<ArrowSchema>(capsule)));
}

std::shared_ptr<arrow::DataType> ToDataType(nb::handle object) {
  auto capsule = SchemaCapsuleOf(object, "a data type");
  return Unwrap(arrow::ImportType(Content<ArrowSchema>(capsule)));
}

namespace {

// A whole stream of arrays of any type, as of a chunked column.
std::shared_ptr<arrow::Array> ReadArrays(nb::handle object, std::shared_ptr<arrow::Field>* field) {
  struct Held {
    ArrowArrayStream stream{};
    ~Held() {
      if (!ArrowArrayStreamIsReleased(&stream)) ArrowArrayStreamRelease(&stream);
    }
  } held;
  TakeStream(object, &held.stream);
  const auto failed = [&held]() {
    const char* text = held.stream.get_last_error(&held.stream);
    return nb::value_error(text != nullptr ? text : "the stream has failed");
  };
  ArrowSchema schema{};
  if (held.stream.get_schema(&held.stream, &schema) != 0) throw failed();
  auto imported = Unwrap(arrow::ImportField(&schema));
  arrow::ArrayVector parts;
  for (;;) {
    ArrowArray content{};
    if (held.stream.get_next(&held.stream, &content) != 0) throw failed();
    if (ArrowArrayIsReleased(&content)) break;
    if (const auto sound = CheckArray(content, *imported->type()); !sound.ok()) {
      ArrowArrayRelease(&content);
      Check(sound);
    }
    parts.push_back(Unwrap(arrow::ImportArray(&content, imported->type())));
    Check(parts.back()->Validate());
  }
  auto array = parts.empty() ? Unwrap(arrow::MakeEmptyArray(imported->type())) : parts.size() == 1 ? parts[0] : Unwrap(arrow::Concatenate(parts));
  if (field != nullptr) *field = std::move(imported);
  return array;
}

}  // namespace

std::shared_ptr<arrow::Array> ToArray(nb::handle object, std::shared_ptr<arrow::Field>* field) {
  if (!Has(object, "__arrow_c_array__") && Has(object, "__arrow_c_stream__")) return ReadArrays(object, field);
  nb::object answer = object.attr("__arrow_c_array__")();
  if (!nb::isinstance<nb::tuple>(answer) || nb::len(answer) != 2)
    throw nb::type_error("__arrow_c_array__ must answer two capsules");
  auto* schema = Content<ArrowSchema>(answer[0]);
  auto* content = Content<ArrowArray>(answer[1]);
  auto imported = Unwrap(arrow::ImportField(schema));
  Check(CheckArray(*content, *imported->type()));
  auto array = Unwrap(arrow::ImportArray(content, imported->type()));
  Check(array->Validate());
  if (field != nullptr) *field = std::move(imported);
  return array;
}

std::shared_ptr<arrow::RecordBatch> ToBatch(nb::handle object) {
  nb::object answer = object.attr("__arrow_c_array__")();
  if (!nb::isinstance<nb::tuple>(answer) || nb::len(answer) != 2)
    throw nb::type_error("__arrow_c_array__ must answer two capsules");
  auto* schema = Content<ArrowSchema>(answer[0]);
  auto* content = Content<ArrowArray>(answer[1]);
  auto known = Unwrap(arrow::ImportSchema(schema));
  Check(CheckArray(*content, *arrow::struct_(known->fields())));
  auto batch = Unwrap(arrow::ImportRecordBatch(content, std::move(known)));
  Check(batch->Validate());
  return batch;
}

void TakeStream(nb::handle object, ArrowArrayStream* out) {
  nb::object capsule;
  if (PyCapsule_CheckExact(object.ptr())) {
    capsule = nb::borrow(object);
  } else {
    if (!Has(object, "__arrow_c_stream__")) {
      throw nb::type_error(
          (std::string("expected an object with __arrow_c_stream__, found ") + Py_TYPE(object.ptr())->tp_name).c_str());
    }
    capsule = object.attr("__arrow_c_stream__")();
  }
  auto* content = Content<ArrowArrayStream>(capsule);
  *out = *content;
  content->release = nullptr;
}

}  // namespace bowstring::python
