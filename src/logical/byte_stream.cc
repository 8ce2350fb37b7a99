// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/byte_stream.h"

#include <mutex>

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

namespace bowstring::logical {

using arrow::Result;
using arrow::Status;

namespace {

// Literals that are common have forms of their own; all others are a batch of one row.
enum class ScalarForm : uint8_t { kBatch, kNull, kInt64, kBool, kText, kTextView };

}  // namespace

Status BadBytes(std::string_view what) {
  return Error(ErrorKind::kExecution, "not the bytes of an expression or a plan: ", what);
}

void ByteWriter::Number(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

void ByteWriter::Text(std::string_view text) {
  Number(text.size());
  bytes_.append(text);
}

Status ByteWriter::Schema(const arrow::Schema& schema) {
  ARROW_ASSIGN_OR_RAISE(const auto buffer, arrow::ipc::SerializeSchema(schema));
  Text(std::string_view(*buffer));
  return Status::OK();
}

Status ByteWriter::Field(const arrow::Field& field) { return Schema(arrow::Schema({field.Copy()})); }

Status ByteWriter::Scalar(const arrow::Scalar& scalar) {
  const auto form = [&](ScalarForm form) { Number(static_cast<uint64_t>(form)); };
  switch (scalar.type->id()) {
    case arrow::Type::NA:
      form(ScalarForm::kNull);
      return Status::OK();
    case arrow::Type::INT64:
      if (!scalar.is_valid) break;
      form(ScalarForm::kInt64);
      Signed(static_cast<const arrow::Int64Scalar&>(scalar).value);
      return Status::OK();
    case arrow::Type::BOOL:
      if (!scalar.is_valid) break;
      form(ScalarForm::kBool);
      Flag(static_cast<const arrow::BooleanScalar&>(scalar).value);
      return Status::OK();
    case arrow::Type::STRING:
    case arrow::Type::STRING_VIEW:
      if (!scalar.is_valid) break;
      form(scalar.type->id() == arrow::Type::STRING ? ScalarForm::kText : ScalarForm::kTextView);
      Text(static_cast<const arrow::BaseBinaryScalar&>(scalar).view());
      return Status::OK();
    default:
      break;
  }
  form(ScalarForm::kBatch);
  ARROW_ASSIGN_OR_RAISE(const auto array, arrow::MakeArrayFromScalar(scalar, 1));
  const auto schema = arrow::schema({arrow::field("v", scalar.type)});
  ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create());
  ARROW_ASSIGN_OR_RAISE(const auto writer, arrow::ipc::MakeStreamWriter(sink, schema));
  ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*arrow::RecordBatch::Make(schema, 1, {array})));
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_ASSIGN_OR_RAISE(const auto buffer, sink->Finish());
  Text(std::string_view(*buffer));
  return Status::OK();
}

Result<uint64_t> ByteReader::Number() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes_.empty()) return BadBytes("they end too early");
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return BadBytes("a number of more than 64 bits");
}

Result<int64_t> ByteReader::Signed() {
  ARROW_ASSIGN_OR_RAISE(const uint64_t value, Number());
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

Result<bool> ByteReader::Flag() {
  ARROW_ASSIGN_OR_RAISE(const int value, Choice(2));
  return value != 0;
}

Result<size_t> ByteReader::Count() {
  ARROW_ASSIGN_OR_RAISE(const uint64_t value, Number());
  if (value > bytes_.size()) return BadBytes("a count past their end");
  return static_cast<size_t>(value);
}

Result<int> ByteReader::Choice(int end) {
  ARROW_ASSIGN_OR_RAISE(const uint64_t value, Number());
  if (value >= static_cast<uint64_t>(end)) return BadBytes("a choice that doesn't exist");
  return static_cast<int>(value);
}

Result<std::string> ByteReader::Bytes() {
  ARROW_ASSIGN_OR_RAISE(const size_t size, Count());
  std::string bytes(bytes_.substr(0, size));
  bytes_.remove_prefix(size);
  return bytes;
}

Result<std::string> ByteReader::Text() {
  ARROW_ASSIGN_OR_RAISE(std::string text, Bytes());
  static std::once_flag once;
  std::call_once(once, arrow::util::InitializeUTF8);
  if (!arrow::util::ValidateUTF8(text)) return BadBytes("a text that isn't UTF-8");
  return text;
}

Result<std::shared_ptr<arrow::Schema>> ByteReader::Schema() {
  ARROW_ASSIGN_OR_RAISE(const std::string text, Bytes());
  arrow::io::BufferReader reader(arrow::Buffer::FromString(text));
  arrow::ipc::DictionaryMemo memo;
  return arrow::ipc::ReadSchema(&reader, &memo);
}

Result<std::shared_ptr<arrow::Field>> ByteReader::Field() {
  ARROW_ASSIGN_OR_RAISE(const auto schema, Schema());
  if (schema->num_fields() != 1) return BadBytes("a field that is none");
  return schema->field(0);
}

Result<std::shared_ptr<arrow::Scalar>> ByteReader::Scalar() {
  ARROW_ASSIGN_OR_RAISE(const int form, Choice(static_cast<int>(ScalarForm::kTextView) + 1));
  switch (static_cast<ScalarForm>(form)) {
    case ScalarForm::kNull:
      return std::make_shared<arrow::NullScalar>();
    case ScalarForm::kInt64: {
      ARROW_ASSIGN_OR_RAISE(const int64_t value, Signed());
      return std::make_shared<arrow::Int64Scalar>(value);
    }
    case ScalarForm::kBool: {
      ARROW_ASSIGN_OR_RAISE(const bool value, Flag());
      return std::make_shared<arrow::BooleanScalar>(value);
    }
    case ScalarForm::kText: {
      ARROW_ASSIGN_OR_RAISE(std::string text, Text());
      return std::make_shared<arrow::StringScalar>(std::move(text));
    }
    case ScalarForm::kTextView: {
      ARROW_ASSIGN_OR_RAISE(std::string text, Text());
      return std::make_shared<arrow::StringViewScalar>(std::move(text));
    }
    case ScalarForm::kBatch:
      break;
  }
  ARROW_ASSIGN_OR_RAISE(std::string bytes, Bytes());
  const auto source = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(std::move(bytes)));
  ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchStreamReader::Open(source));
  ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next());
  if (batch == nullptr || batch->num_rows() != 1 || batch->num_columns() != 1) return BadBytes("a literal that is none");
  ARROW_RETURN_NOT_OK(batch->ValidateFull());
  return batch->column(0)->GetScalar(0);
}

}  // namespace bowstring::logical
