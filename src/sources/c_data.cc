// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/c_data.h>

#include <cerrno>
#include <cstdint>

#include <arrow/c/bridge.h>
#include <arrow/c/helpers.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

template <typename... Args>
Status Broken(Args&&... args) {
  return Error(ErrorKind::kSchema, "an Arrow array isn't valid: ", std::forward<Args>(args)...);
}

class CheckedReader final : public arrow::RecordBatchReader {
 public:
  explicit CheckedReader(ArrowArrayStream* stream) { ArrowArrayStreamMove(stream, &stream_); }
  ~CheckedReader() override {
    if (!ArrowArrayStreamIsReleased(&stream_)) ArrowArrayStreamRelease(&stream_);
  }
  Status Open() {
    ArrowSchema schema = {};
    ARROW_RETURN_NOT_OK(Answer(stream_.get_schema(&stream_, &schema)));
    ARROW_ASSIGN_OR_RAISE(schema_, arrow::ImportSchema(&schema));
    type_ = arrow::struct_(schema_->fields());
    return Status::OK();
  }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    batch->reset();
    if (ArrowArrayStreamIsReleased(&stream_)) return Status::Invalid("the stream is closed");
    ArrowArray array = {};
    ARROW_RETURN_NOT_OK(Answer(stream_.get_next(&stream_, &array)));
    if (ArrowArrayIsReleased(&array)) return Status::OK();
    ARROW_RETURN_NOT_OK(CheckArray(array, *type_));
    return arrow::ImportRecordBatch(&array, schema_).Value(batch);
  }
  Status Close() override {
    if (!ArrowArrayStreamIsReleased(&stream_)) ArrowArrayStreamRelease(&stream_);
    return Status::OK();
  }

 private:
  Status Answer(int code) {
    if (code == 0) return Status::OK();
    const char* text = stream_.get_last_error(&stream_);
    const std::string message = text != nullptr ? text : "the stream gave error " + std::to_string(code);
    switch (code) {
      case EDOM:
      case EINVAL:
      case ERANGE: return Status::Invalid(message);
      case ENOMEM: return Status::OutOfMemory(message);
      case ENOSYS: return Status::NotImplemented(message);
      default: return Status::IOError(message);
    }
  }

  ArrowArrayStream stream_ = {};
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::DataType> type_;
};

}  // namespace

// As deep as the type, which Arrow's import of schemas bounds.
Status CheckArray(const ArrowArray& array, const arrow::DataType& type) {
  if (array.release == nullptr) return Broken("it has been released");
  if (array.length < 0) return Broken("its length is ", array.length);
  if (array.offset < 0) return Broken("its offset is ", array.offset);
  if (array.length > INT64_MAX - array.offset) return Broken("its length and offset are too large");
  if (array.null_count < -1 || array.null_count > array.length) return Broken("its count of NULLs is ", array.null_count);
  if (array.n_buffers < 0) return Broken("it has ", array.n_buffers, " buffers");
  if (array.n_buffers > 0 && array.buffers == nullptr) return Broken("it has no list of buffers");
  const arrow::DataType* physical = &type;
  while (physical->id() == arrow::Type::EXTENSION) physical = static_cast<const arrow::ExtensionType*>(physical)->storage_type().get();
  if (physical->id() == arrow::Type::DICTIONARY) {
    if (array.n_children != 0) return Broken("a dictionary's indices have ", array.n_children, " children");
    if (array.dictionary == nullptr) return Broken("it has no dictionary");
    return CheckArray(*array.dictionary, *static_cast<const arrow::DictionaryType*>(physical)->value_type());
  }
  if (array.n_children != physical->num_fields()) {
    return Broken("of type ", type.ToString(), ", it has ", array.n_children, " children");
  }
  if (array.n_children > 0 && array.children == nullptr) return Broken("it has no list of children");
  for (int64_t i = 0; i < array.n_children; ++i) {
    if (array.children[i] == nullptr) return Broken("child ", i, " isn't there");
    ARROW_RETURN_NOT_OK(CheckArray(*array.children[i], *physical->field(static_cast<int>(i))->type()));
  }
  return Status::OK();
}

Result<std::shared_ptr<arrow::RecordBatchReader>> ImportStream(ArrowArrayStream* stream) {
  if (ArrowArrayStreamIsReleased(stream)) return Status::Invalid("the stream has been released, or read by another consumer");
  auto reader = std::make_shared<CheckedReader>(stream);
  ARROW_RETURN_NOT_OK(reader->Open());
  return reader;
}

}  // namespace bowstring
