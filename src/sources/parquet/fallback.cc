// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/fallback.h"

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <bowstring/error.h>

#include "sources/parquet/stored_types.h"

namespace bowstring::pq {
namespace {

void Leaves(const ::parquet::arrow::SchemaField& field, std::vector<int>* out, int depth = 0) {
  if (field.is_leaf()) out->push_back(field.column_index);
  if (depth > 100) return;  // a schema that deep was refused by Arrow
  for (const auto& child : field.children) Leaves(child, out, depth + 1);
}

class Reader final : public FallbackReader {
 public:
  Reader(std::string path, int32_t ordinal, arrow::MemoryPool* pool) : path_(std::move(path)), ordinal_(ordinal), pool_(pool) {}

  arrow::Status Init(const Footer& footer, const RowGroup& group, const std::vector<int>& fields, int64_t batch_rows,
                     const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption) {
    return Guard([&]() -> arrow::Status {
      auto reader = ::parquet::ParquetFileReader::Open(MakeArrowFile(group.file, pool_), MakeReaderProperties(pool_, decryption),
                                                       decryption != nullptr ? nullptr : footer.metadata);
      auto properties = MakeArrowReaderProperties();
      properties.set_batch_size(batch_rows);
      ARROW_ASSIGN_OR_RAISE(file_, ::parquet::arrow::FileReader::Make(pool_, std::move(reader), properties));
      std::vector<int> leaves;
      for (int field : fields) {
        Leaves(footer.manifest.schema_fields[static_cast<size_t>(field)], &leaves);
        names_.push_back(footer.fields[static_cast<size_t>(field)]->name());
        types_.push_back(footer.fields[static_cast<size_t>(field)]->type());
      }
      ARROW_ASSIGN_OR_RAISE(batches_, file_->GetRecordBatchReader({ordinal_}, leaves));
      for (const auto& name : names_) {
        positions_.push_back(batches_->schema()->GetFieldIndex(name));
        if (positions_.back() < 0) return arrow::Status::Invalid("column '", name, "' is missing");
      }
      return arrow::Status::OK();
    });
  }

  arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> Read(int64_t n) override {
    // Enough first, so that a failure changes nothing that a second call would miss.
    while (waiting_rows_ < n) {
      std::shared_ptr<arrow::RecordBatch> batch;
      ARROW_RETURN_NOT_OK(Guard([&] { return batches_->ReadNext(&batch); }));
      if (batch == nullptr) return Error(ErrorKind::kExecution, "Parquet file '", path_, "', row group ", ordinal_, ": ends before its last row");
      waiting_rows_ += batch->num_rows();
      waiting_.push_back(std::move(batch));
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> out;
    for (size_t k = 0; k < positions_.size(); ++k) {
      const int position = positions_[k];
      arrow::ArrayVector pieces;
      int64_t left = n, skip = offset_;
      for (size_t i = 0; left > 0; ++i) {
        const int64_t take = std::min(left, waiting_[i]->num_rows() - skip);
        pieces.push_back(waiting_[i]->column(position)->Slice(skip, take));
        left -= take;
        skip = 0;
      }
      if (pieces.empty()) {
        ARROW_ASSIGN_OR_RAISE(auto empty, arrow::MakeEmptyArray(batches_->schema()->field(position)->type(), pool_));
        pieces.push_back(std::move(empty));
      }
      if (pieces.size() == 1) {
        out.push_back(Relabel(pieces[0]->data(), types_[k]));
      } else {
        ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(pieces, pool_));
        out.push_back(Relabel(whole->data(), types_[k]));
      }
    }
    Drop(n);
    return out;
  }

  arrow::Status Skip(int64_t n) override {
    while (n > 0) {
      if (waiting_rows_ == 0) {
        std::shared_ptr<arrow::RecordBatch> batch;
        ARROW_RETURN_NOT_OK(Guard([&] { return batches_->ReadNext(&batch); }));
        if (batch == nullptr) return Error(ErrorKind::kExecution, "Parquet file '", path_, "', row group ", ordinal_, ": ends before its last row");
        waiting_rows_ += batch->num_rows();
        waiting_.push_back(std::move(batch));
      }
      const int64_t take = std::min(n, waiting_rows_);
      Drop(take);
      n -= take;
    }
    return arrow::Status::OK();
  }

 private:
  void Drop(int64_t n) {
    waiting_rows_ -= n;
    offset_ += n;
    size_t whole = 0;
    while (whole < waiting_.size() && offset_ >= waiting_[whole]->num_rows()) offset_ -= waiting_[whole++]->num_rows();
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(whole));
  }

  arrow::Status Guard(const std::function<arrow::Status()>& call) const {
    arrow::Status status;
    try {
      status = call();
    } catch (const std::bad_alloc&) {
      return arrow::Status::OutOfMemory("while reading Parquet file '", path_, "'");
    } catch (const ::parquet::ParquetStatusException& e) {
      status = e.status();
    } catch (const std::exception& e) {
      status = arrow::Status::Invalid(e.what());
    }
    if (status.ok() || status.IsOutOfMemory() || status.IsCancelled()) return status;
    std::string columns;
    for (const auto& name : names_) columns += (columns.empty() ? "'" : ", '") + name + "'";
    ErrorKind kind = KindOf(status) == ErrorKind::kIo || status.IsIOError() ? ErrorKind::kIo : ErrorKind::kExecution;
    return Error(kind, "Parquet file '", path_, "', row group ", ordinal_, ", column ", columns, ": ", status.message());
  }

  const std::string path_;
  const int32_t ordinal_;
  arrow::MemoryPool* const pool_;
  std::vector<std::string> names_;
  arrow::DataTypeVector types_;  // that the table wants, where the layout is the same
  std::unique_ptr<::parquet::arrow::FileReader> file_;
  std::shared_ptr<arrow::RecordBatchReader> batches_;
  std::vector<int> positions_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> waiting_;
  int64_t waiting_rows_ = 0, offset_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<FallbackReader>> MakeFallbackReader(const Footer& footer, const RowGroup& group, const std::vector<int>& fields,
                                                                  int64_t batch_rows,
                                                                  const std::shared_ptr<::parquet::FileDecryptionProperties>& decryption,
                                                                  arrow::MemoryPool* pool) {
  auto reader = std::make_unique<Reader>(footer.path, group.ordinal, pool);
  ARROW_RETURN_NOT_OK(reader->Init(footer, group, fields, batch_rows, decryption));
  return reader;
}

}  // namespace bowstring::pq
