// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "schema_bytes.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>

#include "status.h"

namespace bowstring::python {

nb::bytes SchemaToBytes(const arrow::Schema& schema) {
  const auto buffer = Unwrap(arrow::ipc::SerializeSchema(schema));
  return nb::bytes(buffer->data_as<char>(), static_cast<size_t>(buffer->size()));
}

std::shared_ptr<arrow::Schema> SchemaFromBytes(nb::bytes bytes) {
  arrow::io::BufferReader reader(arrow::Buffer::FromString(std::string(bytes.c_str(), bytes.size())));
  arrow::ipc::DictionaryMemo memo;
  return Unwrap(arrow::ipc::ReadSchema(&reader, &memo));
}

std::shared_ptr<arrow::Field> FieldFromBytes(nb::bytes bytes) {
  const auto schema = SchemaFromBytes(std::move(bytes));
  if (schema->num_fields() != 1) throw nb::value_error("not the bytes of a field");
  return schema->field(0);
}

}  // namespace bowstring::python
