// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/c_stream.h"

#include <algorithm>
#include <atomic>

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/batch_stream.h>
#include <bowstring/c_data.h>
#include <bowstring/error.h>

#include "sources/stream_reader.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

class StreamCursor final : public Cursor {
 public:
  StreamCursor(std::shared_ptr<StreamReader> reader, std::shared_ptr<arrow::Schema> schema, std::vector<int> projection,
               int64_t batch_rows, int64_t skip, bool repeatable)
      : reader_(std::move(reader)), schema_(std::move(schema)), projection_(std::move(projection)), batch_rows_(batch_rows),
        skip_(skip), repeatable_(repeatable) {}

  Result<Step> Next(TaskContext& context, Batch* out) override {
    if (batch_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(const bool there, reader_->Get(index_, [&] { return context.Park(ParkReason::kForeign); },
                                                           context.pool(), &batch_));
      if (!there) return Step::kParked;
      if (batch_ == nullptr) return Step::kFinished;
      ++index_;
      offset_ = 0;
    }
    if (skip_ > 0) {  // rows given out before this cursor was opened again
      const int64_t skipped = std::min(skip_, batch_->num_rows() - offset_);
      skip_ -= skipped;
      offset_ += skipped;
      given_ += skipped;
      if (offset_ == batch_->num_rows()) {
        batch_.reset();
        return Step::kHaveMore;
      }
    }
    const int64_t rows = std::min(batch_rows_, batch_->num_rows() - offset_);
    const bool whole = offset_ == 0 && rows == batch_->num_rows();
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (int column : projection_) {
      const auto& data = batch_->column_data(column);
      columns.push_back(whole ? data : data->Slice(offset_, rows));
    }
    out->data = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
    out->rows = nullptr;
    out->seq.morsel = 0;
    out->first_row = given_;
    given_ += rows;
    offset_ += rows;
    if (offset_ >= batch_->num_rows()) batch_.reset();
    return Step::kHaveMore;
  }
  std::optional<Mark> Position() const override { return repeatable_ ? std::optional<Mark>(Mark{given_}) : std::nullopt; }

 private:
  std::shared_ptr<StreamReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> projection_;
  int64_t batch_rows_;
  int64_t skip_;
  bool repeatable_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  int64_t index_ = 0, offset_ = 0, given_ = 0;
};

/// One pass over a stream, or over what is kept of one.
class StreamSource final : public Source {
 public:
  using MakeReader = std::function<Result<std::shared_ptr<StreamReader>>()>;
  StreamSource(std::shared_ptr<arrow::Schema> schema, std::vector<int> projection, int64_t batch_rows, MakeReader make, bool repeatable)
      : schema_(std::move(schema)), projection_(std::move(projection)), batch_rows_(std::max<int64_t>(batch_rows, 1)),
        make_(std::move(make)), repeatable_(repeatable) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  bool serial() const override { return true; }
  Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    out->emplace_back();
    return Step::kFinished;
  }
  Result<std::unique_ptr<Cursor>> Open(const Morsel&, const Mark* from) override {
    ARROW_ASSIGN_OR_RAISE(auto reader, make_());
    return std::make_unique<StreamCursor>(std::move(reader), schema_, projection_, batch_rows_, from ? from->row : 0, repeatable_);
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> projection_;
  int64_t batch_rows_;
  MakeReader make_;
  bool repeatable_;
};

class StreamTable final : public TableSource {
 public:
  StreamTable(std::shared_ptr<arrow::Schema> schema, StreamSource::MakeReader make, bool repeatable)
      : schema_(std::move(schema)), make_(std::move(make)), repeatable_(repeatable) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    arrow::FieldVector fields;
    for (int column : request.projection) fields.push_back(schema_->field(column));
    return std::make_shared<StreamSource>(arrow::schema(std::move(fields), schema_->metadata()), request.projection,
                                          request.batch_rows, make_, repeatable_);
  }
  std::string kind() const override { return "stream"; }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  StreamSource::MakeReader make_;
  bool repeatable_;
};

}  // namespace

Result<std::shared_ptr<TableSource>> MakeStreamTable(struct ArrowArrayStream* stream, StreamTableOptions options) {
  const bool own = IsOwnStream(*stream);  // its values need no check
  ARROW_ASSIGN_OR_RAISE(auto imported, ImportStream(stream));
  const auto schema = imported->schema();
  StreamReader::Options reader_options;
  reader_options.keep = !options.once;
  reader_options.full_check = !options.trust && !own;
  reader_options.spill = options.spill;
  auto open = [imported]() -> Result<std::shared_ptr<arrow::RecordBatchReader>> { return imported; };
  auto reader = std::make_shared<StreamReader>(schema, std::move(open), std::move(reader_options));
  if (!options.once) {
    return std::make_shared<StreamTable>(schema, [reader] { return Result<std::shared_ptr<StreamReader>>(reader); }, true);
  }
  auto used = std::make_shared<std::atomic<bool>>(false);
  auto make = [reader, used]() -> Result<std::shared_ptr<StreamReader>> {
    if (used->exchange(true)) {
      return Error(ErrorKind::kExecution, "the stream was given with once=True and has been read already; "
                   "without once=True it is kept for further queries");
    }
    return reader;
  };
  return std::make_shared<StreamTable>(schema, std::move(make), false);
}

Result<std::shared_ptr<TableSource>> MakeStreamTable(std::shared_ptr<arrow::Schema> schema, StreamProducer producer,
                                                     StreamTableOptions options) {
  auto open = [producer = std::move(producer)]() -> Result<std::shared_ptr<arrow::RecordBatchReader>> {
    struct ArrowArrayStream stream = {};
    ARROW_RETURN_NOT_OK(producer(&stream));
    return ImportStream(&stream);
  };
  auto identity = std::make_shared<const char>('\0');
  auto make = [schema, open, identity, trust = options.trust]() -> Result<std::shared_ptr<StreamReader>> {
    StreamReader::Options reader_options;
    reader_options.identity = identity;
    reader_options.full_check = !trust;
    return std::make_shared<StreamReader>(schema, open, std::move(reader_options));
  };
  return std::make_shared<StreamTable>(std::move(schema), std::move(make), false);
}

}  // namespace bowstring
