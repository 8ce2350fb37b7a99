// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The Arrow C stream's callbacks: cast, forward, keep the message. Arrow's own exporter isn't used, because it maps every failure to a few
// codes by its status code, and gives no place to count what consumers hold.
#include <cerrno>
#include <exception>
#include <mutex>
#include <string>

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>

#include <bowstring/batch_stream.h>
#include <bowstring/error.h>

namespace bowstring {
namespace {

int Errno(const arrow::Status& status) {
  switch (KindOf(status)) {
    case ErrorKind::kBudgetExceeded:
      return ENOMEM;
    case ErrorKind::kCancelled:
    case ErrorKind::kInterrupted:
      return ECANCELED;
    case ErrorKind::kTimeout:
      return ETIMEDOUT;
    case ErrorKind::kNotImplemented:
      return ENOSYS;
    case ErrorKind::kIo:
    case ErrorKind::kInternal:
      return EIO;
    default:
      return EINVAL;
  }
}

// Keeps the batch that an exported array came from until the consumer releases it, so that it counts as held by the consumer.
struct HeldArray {
  std::shared_ptr<arrow::RecordBatch> batch;
  ArrowArray inner;
};

void ReleaseHeld(ArrowArray* array) {
  auto* held = static_cast<HeldArray*>(array->private_data);
  // The children and buffers are inner's; a consumer may have moved children out, which inner's release knows by their release pointers.
  if (held->inner.release != nullptr) held->inner.release(&held->inner);
  delete held;
  array->release = nullptr;
}

struct ExportedStream {
  explicit ExportedStream(std::shared_ptr<BatchStream> s) : stream(std::move(s)) {}

  template <typename Call>
  int Guard(Call call) noexcept {
    arrow::Status status;
    try {
      status = call();
    } catch (const std::exception& e) {
      status = arrow::Status::UnknownError(e.what());
    } catch (...) {
      status = arrow::Status::UnknownError("unknown exception");
    }
    if (status.ok()) return 0;
    try {
      std::lock_guard lock(mutex);
      last_error = ErrorText(status);
    } catch (...) {
    }
    return Errno(status);
  }

  std::shared_ptr<BatchStream> stream;
  std::mutex mutex;
  std::string last_error;
};

int GetSchema(ArrowArrayStream* self, ArrowSchema* out) {
  auto* exported = static_cast<ExportedStream*>(self->private_data);
  return exported->Guard([&] { return arrow::ExportSchema(*exported->stream->schema(), out); });
}

int GetNext(ArrowArrayStream* self, ArrowArray* out) {
  auto* exported = static_cast<ExportedStream*>(self->private_data);
  return exported->Guard([&]() -> arrow::Status {
    out->release = nullptr;
    ARROW_ASSIGN_OR_RAISE(auto batch, exported->stream->Next());
    return batch ? ExportBatch(std::move(batch), out) : arrow::Status::OK();
  });
}

const char* GetLastError(ArrowArrayStream* self) {
  auto* exported = static_cast<ExportedStream*>(self->private_data);
  std::lock_guard lock(exported->mutex);
  return exported->last_error.empty() ? nullptr : exported->last_error.c_str();
}

void Release(ArrowArrayStream* self) {
  if (self->release == nullptr) return;
  delete static_cast<ExportedStream*>(self->private_data);
  self->release = nullptr;
  self->private_data = nullptr;
}

}  // namespace

arrow::Status ExportBatch(std::shared_ptr<arrow::RecordBatch> batch, ArrowArray* out, ArrowSchema* schema) {
  auto held = std::make_unique<HeldArray>();
  ARROW_RETURN_NOT_OK(arrow::ExportRecordBatch(*batch, &held->inner, schema));
  held->batch = std::move(batch);
  *out = held->inner;
  out->release = ReleaseHeld;
  out->private_data = held.release();
  return arrow::Status::OK();
}

arrow::Status ExportStream(std::shared_ptr<BatchStream> stream, ArrowArrayStream* out) {
  out->get_schema = GetSchema;
  out->get_next = GetNext;
  out->get_last_error = GetLastError;
  out->release = Release;
  out->private_data = new ExportedStream(std::move(stream));
  return arrow::Status::OK();
}

bool IsOwnStream(const ArrowArrayStream& stream) { return stream.release == Release; }

}  // namespace bowstring
