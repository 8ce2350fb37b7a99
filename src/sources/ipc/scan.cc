// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/ipc/scan.h"

#include <algorithm>

#include <arrow/array/data.h>
#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/cast_node.h"

namespace bowstring::ipc {
namespace {

using arrow::Result;
using arrow::Status;

constexpr int kMorselsPerSplit = 64;

// Where each wanted column of one file comes from.
struct ColumnMap {
  std::vector<int> fields;  // of the file, to be read; never empty
  std::vector<int> from;    // for each output column: index into `fields`; -1: NULL; -2 - k: partition value k
};

struct Shared {
  std::shared_ptr<const TableState> state;
  std::vector<int> projection;
  std::shared_ptr<arrow::Schema> schema;  // what comes out
  int64_t batch_rows;

  std::mutex mutex;  // guards what follows
  // Readers that no cursor uses now, by file: one holds the footer and the dictionaries.
  std::vector<std::vector<std::shared_ptr<arrow::ipc::RecordBatchFileReader>>> idle;

  ColumnMap MapOf(const FileInfo& file) const {
    ColumnMap map;
    for (const int column : projection) {
      if (column >= state->file_columns) {
        map.from.push_back(-2 - (column - state->file_columns));
        continue;
      }
      const int at = file.schema->GetFieldIndex(state->schema->field(column)->name());
      map.from.push_back(at < 0 ? -1 : at);
    }
    // Arrow gives the fields in the file's order, whatever order they are asked for in.
    for (const int at : map.from) {
      if (at >= 0) map.fields.push_back(at);
    }
    std::sort(map.fields.begin(), map.fields.end());
    map.fields.erase(std::unique(map.fields.begin(), map.fields.end()), map.fields.end());
    if (map.fields.empty() && file.schema->num_fields() > 0) map.fields.push_back(0);  // for the number of rows
    for (int& at : map.from) {
      if (at >= 0) at = static_cast<int>(std::lower_bound(map.fields.begin(), map.fields.end(), at) - map.fields.begin());
    }
    return map;
  }
};

// The morsel's batches, one or many, cut to the wanted size.
class IpcCursor final : public Cursor {
 public:
  IpcCursor(std::shared_ptr<Shared> shared, Morsel morsel, int64_t skip)
      : shared_(std::move(shared)), morsel_(std::move(morsel)), file_(*shared_->state->files[static_cast<size_t>(morsel_.part)]),
        map_(shared_->MapOf(file_)), index_(morsel_.begin), skip_(skip), given_(skip) {}

  Result<Step> Next(TaskContext& context, Batch* out) override {
    while (batch_ == nullptr) {
      std::shared_ptr<arrow::RecordBatch> read;
      {
        BlockingRegion region(context);
        ARROW_ASSIGN_OR_RAISE(read, Read(context.pool()));
      }
      if (read == nullptr) return Step::kFinished;
      ARROW_ASSIGN_OR_RAISE(batch_, Convert(context, *read));
      ++index_;
      offset_ = std::min(skip_, batch_->num_rows());
      skip_ -= offset_;
      if (offset_ == batch_->num_rows()) batch_.reset();
      if (context.Stop()) return Step::kHaveMore;
    }
    const int64_t rows = std::min(shared_->batch_rows, batch_->num_rows() - offset_);
    out->data = offset_ == 0 && rows == batch_->num_rows() ? batch_ : batch_->Slice(offset_, rows);
    out->rows = nullptr;
    out->seq.morsel = morsel_.number;
    out->first_row = given_;
    given_ += rows;
    offset_ += rows;
    if (offset_ == batch_->num_rows()) batch_.reset();
    return batch_ == nullptr && !file_.stream && index_ >= morsel_.end ? Step::kFinished : Step::kHaveMore;
  }
  std::optional<Mark> Position() const override { return Mark{given_}; }

  ~IpcCursor() override {
    if (reader_ == nullptr) return;
    std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->idle[static_cast<size_t>(morsel_.part)].push_back(std::move(reader_));
  }

 private:
  arrow::ipc::IpcReadOptions Options(arrow::MemoryPool* pool) const {
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.memory_pool = pool;
    options.use_threads = false;
    options.included_fields = map_.fields;
    return options;
  }

  // The next batch of the file, checked; null: there is none.
  Result<std::shared_ptr<arrow::RecordBatch>> Read(arrow::MemoryPool* pool) {
    auto batch = Guarded<std::shared_ptr<arrow::RecordBatch>>(file_.path, [&]() -> Result<std::shared_ptr<arrow::RecordBatch>> {
      return file_.stream ? ReadStream() : ReadFile(pool);
    });
    if (!batch.ok()) {  // what a failed reader knows of its dictionaries isn't sure
      reader_.reset();
      stream_.reset();
    }
    return batch;
  }

  Status Check(const arrow::RecordBatch& batch) const {
    if (batch.num_columns() != static_cast<int>(map_.fields.size())) return Status::Invalid("a batch has ", batch.num_columns(), " columns");
    for (int c = 0; c < batch.num_columns(); ++c) {
      const auto& wanted = file_.schema->field(map_.fields[static_cast<size_t>(c)]);
      if (!batch.column(c)->type()->Equals(*wanted->type())) return Status::Invalid("column ", wanted->name(), " has changed its type");
    }
    return batch.ValidateFull();
  }

  Result<std::shared_ptr<arrow::RecordBatch>> ReadFile(arrow::MemoryPool* pool) {
    if (index_ >= morsel_.end) return nullptr;
    if (reader_ == nullptr) {
      std::lock_guard<std::mutex> lock(shared_->mutex);
      auto& idle = shared_->idle[static_cast<size_t>(morsel_.part)];
      if (!idle.empty()) {
        reader_ = std::move(idle.back());
        idle.pop_back();
      }
    }
    if (reader_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(auto local, LocalFile::Open(file_.path, file_.allowed));
      ARROW_ASSIGN_OR_RAISE(reader_, arrow::ipc::RecordBatchFileReader::Open(OpenRandomAccess(std::move(local), pool), Options(pool)));
      if (reader_->num_record_batches() != file_.batches) return Status::Invalid("it has changed since its table was made");
    }
    ARROW_ASSIGN_OR_RAISE(auto batch, reader_->ReadRecordBatch(static_cast<int>(index_)));
    ARROW_RETURN_NOT_OK(Check(*batch));
    return batch;
  }

  // A reader of the stream format can't read a message again: what is refused would cost the whole file from its beginning. So its one batch at
  // a time isn't in the budget.
  Result<std::shared_ptr<arrow::RecordBatch>> ReadStream() {
    arrow::MemoryPool* const pool = arrow::default_memory_pool();
    if (stream_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(auto local, LocalFile::Open(file_.path, file_.allowed));
      ARROW_ASSIGN_OR_RAISE(stream_, arrow::ipc::RecordBatchStreamReader::Open(OpenRandomAccess(std::move(local), pool), Options(pool)));
      // A cursor that goes on from a mark, behind the batches that are done.
      for (int64_t done = 0; done < index_; ++done) {
        std::shared_ptr<arrow::RecordBatch> batch;
        ARROW_RETURN_NOT_OK(stream_->ReadNext(&batch));
        if (batch == nullptr) return Status::Invalid("it has changed while it was read");
      }
    }
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(stream_->ReadNext(&batch));
    if (batch != nullptr) ARROW_RETURN_NOT_OK(Check(*batch));
    return batch;
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Convert(TaskContext& context, const arrow::RecordBatch& read) const {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (size_t c = 0; c < map_.from.size(); ++c) {
      const auto& field = shared_->schema->field(static_cast<int>(c));
      const int from = map_.from[c];
      if (from <= -2) {
        const auto& value = *file_.partition_values[static_cast<size_t>(-2 - from)];
        ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(value, read.num_rows(), context.pool()));
        columns.push_back(array->data());
      } else if (from < 0) {
        ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayOfNull(field->type(), read.num_rows(), context.pool()));
        columns.push_back(array->data());
      } else {
        auto data = read.column_data(from);
        if (!data->type->Equals(*field->type())) {
          KernelContext kernel;
          kernel.task = &context;
          kernel.exec = context.exec();
          ARROW_ASSIGN_OR_RAISE(data, CastArray(kernel, data, field->type()));
        }
        if (!field->nullable() && data->GetNullCount() > 0) {
          return Error(ErrorKind::kExecution, "Invalid Arrow file '", file_.path, "': column ", field->name(), " has NULLs, but says it has none");
        }
        columns.push_back(std::move(data));
      }
    }
    return arrow::RecordBatch::Make(shared_->schema, read.num_rows(), std::move(columns));
  }

  const std::shared_ptr<Shared> shared_;
  const Morsel morsel_;
  const FileInfo& file_;
  const ColumnMap map_;
  int64_t index_;  // of the next batch: in the file format the file's number, else counted from 0
  int64_t skip_;   // rows that were given out before
  int64_t given_;
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  std::shared_ptr<arrow::ipc::RecordBatchReader> stream_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  int64_t offset_ = 0;
};

class IpcSource final : public Source {
 public:
  struct Piece {
    int32_t file;
    int64_t begin, end, need;
  };

  IpcSource(std::shared_ptr<Shared> shared, std::vector<Piece> pieces, int32_t lanes) : shared_(std::move(shared)), pieces_(std::move(pieces)) {
    // Contiguous shares of about as many bytes.
    double all = 0;
    for (const Piece& piece : pieces_) all += static_cast<double>(piece.need);
    begins_.push_back(0);
    double sum = 0;
    for (size_t p = 0; p < pieces_.size() && static_cast<int32_t>(begins_.size()) < lanes; ++p) {
      sum += static_cast<double>(pieces_[p].need);
      const size_t left = pieces_.size() - p - 1, lanes_left = static_cast<size_t>(lanes) - begins_.size();
      if (left < lanes_left) break;
      if (sum * lanes >= all * static_cast<double>(begins_.size()) || left == lanes_left) begins_.push_back(p + 1);
    }
    begins_.push_back(pieces_.size());
    next_.assign(begins_.begin(), begins_.end() - 1);
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return shared_->schema; }
  int32_t lanes() const override { return static_cast<int32_t>(begins_.size()) - 1; }

  Result<Step> Split(TaskContext&, LaneId lane, std::vector<Morsel>* out) override {
    size_t& next = next_[static_cast<size_t>(lane)];
    const size_t end = begins_[static_cast<size_t>(lane) + 1];
    for (int i = 0; i < kMorselsPerSplit && next < end; ++i, ++next) {
      Morsel morsel;
      morsel.number = next;
      morsel.part = pieces_[next].file;
      morsel.begin = pieces_[next].begin;
      morsel.end = pieces_[next].end;
      morsel.need = pieces_[next].need;
      out->push_back(std::move(morsel));
    }
    return next < end ? Step::kHaveMore : Step::kFinished;
  }

  Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<IpcCursor>(shared_, morsel, from == nullptr ? 0 : from->row);
  }

 private:
  const std::shared_ptr<Shared> shared_;
  const std::vector<Piece> pieces_;
  std::vector<size_t> begins_;  // of each lane, and the end
  std::vector<size_t> next_;
};

}  // namespace

Result<std::shared_ptr<Source>> MakeScan(std::shared_ptr<const TableState> state, std::vector<bool> wanted_files, const ScanRequest& request) {
  auto shared = std::make_shared<Shared>();
  shared->projection = request.projection;
  shared->batch_rows = std::max<int64_t>(request.batch_rows, 1);
  arrow::FieldVector fields;
  for (const int column : request.projection) fields.push_back(state->schema->field(column));
  shared->schema = arrow::schema(std::move(fields), state->schema->metadata());
  shared->idle.resize(state->files.size());
  std::vector<IpcSource::Piece> pieces;
  for (size_t f = 0; f < state->files.size(); ++f) {
    if (!wanted_files.empty() && !wanted_files[f]) continue;
    const FileInfo& file = *state->files[f];
    if (file.stream) {
      pieces.push_back({static_cast<int32_t>(f), 0, 0, file.bytes});
      continue;
    }
    for (int64_t batch = 0; batch < file.batches; ++batch) {
      pieces.push_back({static_cast<int32_t>(f), batch, batch + 1, file.bytes / std::max<int64_t>(file.batches, 1)});
    }
  }
  shared->state = std::move(state);
  return std::make_shared<IpcSource>(std::move(shared), std::move(pieces), std::max(request.target_partitions, 1));
}

}  // namespace bowstring::ipc
