// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/chunked/table.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/file_table.h>

#include "base/budget.h"
#include "sources/chunked/splitter.h"
#include "sources/parquet/constant_column.h"
#include "sources/partition_filter.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using Files = std::vector<DataFile>;

constexpr int kChunksPerSplit = 8;
constexpr int64_t kWalkBytes = 1 << 18;
constexpr int kLaneShift = 40;  // of morsel numbers

/// What all cursors of a scan share. Immutable.
struct ScanPlan {
  std::shared_ptr<const ChunkFormat> format;
  FileCompression compression = FileCompression::kNone;
  AllowedPathsPtr allowed;
  std::shared_ptr<const Files> files;
  std::shared_ptr<arrow::Schema> schema;  // of what is given out
  std::vector<int> file_columns;          // wanted ones of the files
  std::vector<int> output;                // for each column given out: its place in file_columns, or -1 - partition column
  int64_t batch_rows = 16384;
  std::shared_ptr<IoThreads> io;
};

class ChunkCursor final : public Cursor {
 public:
  ChunkCursor(std::shared_ptr<const ScanPlan> plan, const Morsel& morsel, int64_t skip)
      : plan_(std::move(plan)), morsel_(morsel), shared_(std::static_pointer_cast<ChunkShared>(morsel.shared)), row_(skip) {}

  Result<Step> Next(TaskContext& context, Batch* out) override {
    if (context.cancelled()) return Status::Cancelled("the query was cancelled");
    KernelContext kernel;
    kernel.task = &context;
    kernel.exec = context.exec();
    if (!started_) {
      if (chunk_.data == nullptr) {
        if (shared_->bytes != nullptr) {
          chunk_.data = shared_->bytes;
        } else {
          if (!reader_) reader_.emplace(shared_->file, plan_->io);
          ARROW_ASSIGN_OR_RAISE(chunk_.data, reader_->Get(morsel_.begin, morsel_.end - morsel_.begin, context.pool()));
          if (chunk_.data == nullptr) return reader_->Park(context);
        }
      }
      const DataFile& file = (*plan_->files)[static_cast<size_t>(morsel_.part)];
      chunk_.file = &file;
      chunk_.file_index = morsel_.part;
      chunk_.offset = morsel_.begin;
      chunk_.locate = [plan = plan_, path = file.path, begin = morsel_.begin](int64_t at) { return Locate(*plan, path, begin + at); };
      ARROW_ASSIGN_OR_RAISE(decoder_, plan_->format->MakeDecoder(plan_->file_columns));
      ARROW_RETURN_NOT_OK(decoder_->Start(chunk_, kernel));
      if (row_ > 0) ARROW_RETURN_NOT_OK(decoder_->Skip(row_, kernel));
      started_ = true;
    }
    columns_.clear();
    ARROW_ASSIGN_OR_RAISE(const int64_t rows, decoder_->Next(plan_->batch_rows, kernel, &columns_));
    if (rows == 0) {
      decoder_.reset();
      chunk_.data.reset();
      return Step::kFinished;
    }
    const auto& values = chunk_.file->partition_values;
    std::vector<std::shared_ptr<arrow::ArrayData>> given;
    given.reserve(plan_->output.size());
    for (size_t i = 0; i < plan_->output.size(); ++i) {
      const int place = plan_->output[i];
      if (place >= 0) {
        given.push_back(columns_[static_cast<size_t>(place)]);
      } else {
        ARROW_ASSIGN_OR_RAISE(auto constant, pq::RepeatConstant(*values[static_cast<size_t>(-1 - place)], plan_->schema->field(static_cast<int>(i))->type(),
                                                                rows, context.pool()));
        given.push_back(std::move(constant));
      }
    }
    out->data = arrow::RecordBatch::Make(plan_->schema, rows, std::move(given));
    out->rows = nullptr;
    out->seq.morsel = morsel_.number;
    out->first_row = row_;
    row_ += rows;
    return Step::kHaveMore;
  }
  std::optional<Mark> Position() const override { return Mark{row_}; }

 private:
  static Result<RecordPlace> Locate(const ScanPlan& plan, const std::string& path, int64_t bytes) {
    RecordPlace place{0, 1};
    const auto count = plan.format->Counter();
    if (bytes == 0) return place;
    ARROW_RETURN_NOT_OK(WalkFile(path, plan.compression, plan.allowed, [&](const uint8_t* data, int64_t n) -> Result<bool> {
      const int64_t part = std::min(n, bytes);
      count(data, part, &place);
      bytes -= part;
      return bytes > 0;
    }));
    return place;
  }

  const std::shared_ptr<const ScanPlan> plan_;
  const Morsel morsel_;
  const std::shared_ptr<ChunkShared> shared_;
  std::optional<BlockReader> reader_;
  Chunk chunk_;
  std::unique_ptr<ChunkDecoder> decoder_;
  std::vector<std::shared_ptr<arrow::ArrayData>> columns_;
  bool started_ = false;
  int64_t row_;  // rows given out
};

class ChunkSource final : public Source {
 public:
  ChunkSource(std::shared_ptr<const ScanPlan> plan, std::vector<std::vector<int32_t>> lanes) : plan_(std::move(plan)), lanes_(lanes.size()) {
    for (size_t i = 0; i < lanes.size(); ++i) {
      lanes_[i].files = std::move(lanes[i]);
      lanes_[i].number = static_cast<uint64_t>(i) << kLaneShift;
    }
  }
  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->schema; }
  int32_t lanes() const override { return static_cast<int32_t>(lanes_.size()); }

  Result<Step> Split(TaskContext& context, LaneId id, std::vector<Morsel>* out) override {
    Lane& lane = lanes_[static_cast<size_t>(id)];
    const size_t had = out->size();
    // Few at first: the first rows should be out soon.
    const int most = plan_->compression == FileCompression::kNone ? std::min(kChunksPerSplit, ++lane.calls) : 1;
    while (static_cast<int>(out->size() - had) < most) {
      if (context.cancelled()) return Status::Cancelled("the query was cancelled");
      if (lane.splitter == nullptr) {
        if (lane.next == lane.files.size()) return Step::kFinished;
        const DataFile& file = (*plan_->files)[static_cast<size_t>(lane.files[lane.next])];
        ARROW_ASSIGN_OR_RAISE(lane.splitter, FileSplitter::Open(file.path, *plan_->format, plan_->compression, plan_->allowed, plan_->io));
      }
      std::optional<Morsel> morsel;
      ARROW_ASSIGN_OR_RAISE(const Step step, lane.splitter->Next(context, &morsel));
      if (step == Step::kParked) {
        if (out->size() > had) return Step::kHaveMore;  // asked for again by the next call
        lane.splitter->Park(context);
        return Step::kParked;
      }
      if (morsel) {
        morsel->part = lane.files[lane.next];
        morsel->number = lane.number++;
        morsel->need = 4 * (morsel->end - morsel->begin);
        out->push_back(std::move(*morsel));
      }
      if (step == Step::kFinished) {
        lane.splitter.reset();
        ++lane.next;
      } else if (context.Stop()) {
        break;
      }
    }
    return Step::kHaveMore;
  }

  Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<ChunkCursor>(plan_, morsel, from ? from->row : 0);
  }

 private:
  struct Lane {
    std::vector<int32_t> files;
    size_t next = 0;  // file
    std::unique_ptr<FileSplitter> splitter;
    uint64_t number = 0;
    int calls = 0;
  };

  const std::shared_ptr<const ScanPlan> plan_;
  std::vector<Lane> lanes_;
};

// Contiguous groups of files of about equal bytes.
std::vector<std::vector<int32_t>> CutLanes(const std::vector<int32_t>& files, const std::vector<int64_t>& sizes, size_t lanes) {
  int64_t total = 0;
  for (int32_t file : files) total += sizes[static_cast<size_t>(file)];
  std::vector<std::vector<int32_t>> out(1);
  double at = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    const bool starts = at * static_cast<double>(lanes) >= static_cast<double>(total) * static_cast<double>(out.size());
    const bool must = files.size() - i == lanes - out.size();
    if (!out.back().empty() && out.size() < lanes && (starts || must)) out.emplace_back();
    out.back().push_back(files[i]);
    at += static_cast<double>(sizes[static_cast<size_t>(files[i])]);
  }
  return out;
}

class ChunkedTable final : public TableSource, public FileTable {
 public:
  ChunkedTable(std::shared_ptr<const ChunkFormat> format, std::vector<std::string> paths, FileTableOptions options, Files files,
               std::shared_ptr<arrow::Schema> schema, int file_columns)
      : format_(std::move(format)), paths_(std::move(paths)), options_(std::move(options)), schema_(std::move(schema)), file_columns_(file_columns),
        files_(std::make_shared<const Files>(std::move(files))) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  std::string kind() const override { return format_->kind(); }
  FileRecipe recipe() const override {
    FileRecipe recipe;
    recipe.format = format_->kind();
    recipe.paths = paths_;
    arrow::FieldVector fields(schema_->fields().begin(), schema_->fields().begin() + file_columns_);
    recipe.schema = options_.schema != nullptr ? arrow::schema(std::move(fields)) : nullptr;
    recipe.partition_columns = options_.table_partition_cols;
    recipe.options = options_.recipe;
    if (schema_->num_fields() > file_columns_ + static_cast<int>(recipe.partition_columns.size())) recipe.format += " with columns of its files";
    return recipe;
  }
  std::vector<std::vector<SortKey>> sort_orders() const override {
    // Which of several files comes first nobody knows without reading them.
    return files_->size() > 1 ? std::vector<std::vector<SortKey>>{} : options_.sort_orders;
  }
  Result<std::shared_ptr<const TableSource>> WithFileColumns() const override {
    Files files = *files_;
    for (DataFile& file : files) file.partition_values.push_back(std::make_shared<arrow::StringScalar>(FileNameOf(file.path)));
    ARROW_ASSIGN_OR_RAISE(auto schema, schema_->AddField(schema_->num_fields(), arrow::field(kFileNameColumn, arrow::utf8())));
    return std::make_shared<ChunkedTable>(format_, paths_, options_, std::move(files), std::move(schema), file_columns_);
  }

  TableStatistics statistics() const override {
    TableStatistics statistics;
    int64_t bytes = 0;
    for (int64_t size : Sizes(*files_)) bytes += size;
    statistics.bytes = bytes;
    return statistics;
  }
  std::string Describe() const override {
    const auto& files = files_;
    std::string out = "files=[";
    for (size_t i = 0; i < files->size() && i < 5; ++i) out += (i > 0 ? ", " : "") + (*files)[i].path;
    if (files->size() > 5) out += ", ... " + std::to_string(files->size() - 5) + " more";
    return out + "]";
  }
  FilterSupport CanFilter(const Expr& filter) const override {
    return IsPartitionFilter(filter, *schema_, schema_->num_fields() - file_columns_) ? FilterSupport::kExact : FilterSupport::kNo;
  }

  Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    auto plan = std::make_shared<ScanPlan>();
    plan->format = format_;
    plan->compression = options_.compression;
    plan->allowed = options_.allowed;
    plan->files = files_;
    plan->batch_rows = std::max<int64_t>(request.batch_rows, 1);
    plan->io = IoThreads::Process();
    arrow::FieldVector fields;
    for (int column : request.projection) {
      fields.push_back(schema_->field(column));
      if (column >= file_columns_) {
        plan->output.push_back(-1 - (column - file_columns_));
        continue;
      }
      auto& wanted = plan->file_columns;
      auto found = std::find(wanted.begin(), wanted.end(), column);
      plan->output.push_back(static_cast<int>(found - wanted.begin()));
      if (found == wanted.end()) wanted.push_back(column);
    }
    plan->schema = arrow::schema(std::move(fields), schema_->metadata());
    std::vector<std::vector<std::shared_ptr<arrow::Scalar>>> values;
    if (!request.filters.empty()) {
      for (const auto& file : *plan->files) values.push_back(file.partition_values);
    }
    ARROW_ASSIGN_OR_RAISE(const auto pass, FilesThatPass(request.filters, *schema_, values));
    std::vector<int32_t> chosen;
    for (size_t i = 0; i < plan->files->size(); ++i) {
      if (values.empty() || pass[i]) chosen.push_back(static_cast<int32_t>(i));
    }
    const size_t lanes = std::clamp<size_t>(chosen.size(), 1, static_cast<size_t>(std::max(request.target_partitions, 1)));
    auto cut = CutLanes(chosen, Sizes(*plan->files), lanes);
    return std::make_shared<ChunkSource>(std::move(plan), std::move(cut));
  }

 private:
  static std::vector<int64_t> Sizes(const Files& files) {
    std::vector<int64_t> out;
    for (const auto& file : files) {
      std::error_code error;
      const auto size = std::filesystem::file_size(file.path, error);
      out.push_back(error ? 0 : static_cast<int64_t>(size));
    }
    return out;
  }

  const std::shared_ptr<const ChunkFormat> format_;
  const std::vector<std::string> paths_;
  const FileTableOptions options_;
  const std::shared_ptr<arrow::Schema> schema_;
  const int file_columns_;
  const std::shared_ptr<const Files> files_;
};

}  // namespace

Result<std::vector<DataFile>> ListDataFiles(const std::vector<std::string>& paths, const FileTableOptions& options) {
  FileListOptions list;
  list.extension = options.file_extension;
  list.check_extension = options.check_extension;
  list.partition_cols = options.table_partition_cols;
  list.allowed = options.allowed;
  ARROW_ASSIGN_OR_RAISE(const auto listed, ListFiles(paths, list, options.schema == nullptr));
  std::vector<DataFile> out;
  for (const auto& file : listed) {
    DataFile& data = out.emplace_back();
    data.path = file.path;
    for (size_t i = 0; i < file.partition_texts.size(); ++i) {
      const auto& [name, type] = options.table_partition_cols[i];
      ARROW_ASSIGN_OR_RAISE(auto value, ParsePartitionValue(file.partition_texts[i], name, type));
      data.partition_values.push_back(std::move(value));
    }
  }
  return out;
}

Result<std::shared_ptr<TableSource>> MakeChunkedTable(std::shared_ptr<const ChunkFormat> format, std::vector<std::string> paths,
                                                      const FileTableOptions& options, std::vector<DataFile> files,
                                                      std::shared_ptr<arrow::Schema> schema) {
  const int file_columns = schema->num_fields();
  for (size_t i = 0; i < options.table_partition_cols.size(); ++i) {
    const auto& [name, type] = options.table_partition_cols[i];
    bool nullable = false;
    for (const auto& file : files) nullable |= !file.partition_values[i]->is_valid;
    ARROW_ASSIGN_OR_RAISE(schema, schema->AddField(schema->num_fields(), arrow::field(name, type, nullable)));
  }
  return std::make_shared<ChunkedTable>(std::move(format), std::move(paths), options, std::move(files), std::move(schema), file_columns);
}

Status WalkFile(const std::string& path, FileCompression compression, const AllowedPathsPtr& allowed,
                const std::function<Result<bool>(const uint8_t*, int64_t)>& take) {
  ARROW_ASSIGN_OR_RAISE(const auto file, LocalFile::Open(path, allowed));
  const BudgetedPool::Handle pool = BudgetedPool::Make(Budget::Process());  // no query runs yet
  std::unique_ptr<StreamDecompressor> decompressor;
  if (compression != FileCompression::kNone) {
    ARROW_ASSIGN_OR_RAISE(decompressor, StreamDecompressor::Make(compression, path, pool.get()));
  }
  std::vector<uint8_t> in(static_cast<size_t>(std::clamp<int64_t>(file->size(), 1, kWalkBytes)));
  std::vector<uint8_t> out(decompressor != nullptr ? static_cast<size_t>(kWalkBytes) : 0);
  for (int64_t at = 0; at < file->size();) {
    const int64_t n = std::min<int64_t>(static_cast<int64_t>(in.size()), file->size() - at);
    ARROW_RETURN_NOT_OK(file->Read(at, n, in.data()));
    at += n;
    if (decompressor == nullptr) {
      ARROW_ASSIGN_OR_RAISE(const bool more, take(in.data(), n));
      if (!more) return Status::OK();
      continue;
    }
    for (int64_t used = 0; used < n || decompressor->pending();) {
      ARROW_ASSIGN_OR_RAISE(const auto progress, decompressor->Run(in.data() + used, n - used, out.data(), static_cast<int64_t>(out.size())));
      used += progress.read;
      if (progress.written > 0) {
        ARROW_ASSIGN_OR_RAISE(const bool more, take(out.data(), progress.written));
        if (!more) return Status::OK();
      }
    }
  }
  if (decompressor != nullptr) return decompressor->Finish();
  return Status::OK();
}

Result<std::string> ReadHead(const std::string& path, FileCompression compression, const AllowedPathsPtr& allowed, RecordBorders* borders,
                             int64_t bytes, bool* whole) {
  std::string head;
  size_t last = 0, seen = 0;
  *whole = true;
  ARROW_RETURN_NOT_OK(WalkFile(path, compression, allowed, [&](const uint8_t* data, int64_t n) -> Result<bool> {
    head.append(reinterpret_cast<const char*>(data), static_cast<size_t>(n));
    const int64_t border = borders->LastBorder(reinterpret_cast<const uint8_t*>(head.data()) + seen, static_cast<int64_t>(head.size() - seen));
    if (border > 0) last = seen + static_cast<size_t>(border);
    seen = head.size();
    *whole = !(static_cast<int64_t>(last) >= bytes);
    return *whole;
  }));
  if (!*whole) head.resize(last);
  return head;
}

}  // namespace bowstring
