// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <mutex>
#include <cstring>
#include <optional>
#include <unordered_map>

#include <arrow/array/array_base.h>
#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "sources/csv/convert.h"
#include "sources/csv/csv.h"
#include "sources/csv/infer.h"
#include "sources/csv/tokenizer.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using namespace csv;

/// Which field of a file each column of the table is; a column that the file lacks is -1.
struct FileColumns {
  int fields = 0;
  std::vector<int> field_of_column;
};

class CsvFormat;

class CsvDecoder final : public ChunkDecoder {
 public:
  CsvDecoder(const CsvFormat& format, std::vector<int> columns) : format_(format), columns_(std::move(columns)) {}
  Status Start(const Chunk& chunk, KernelContext& context) override;
  Result<int64_t> Next(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) override;
  Status Skip(int64_t rows, KernelContext&) override {
    row_ += rows;
    return Status::OK();
  }

 private:
  Status WrongFields(const WrongCount& wrong, int fields) const;
  Status Bad(const BadValue& bad, int column, int field) const;
  Status BadText() const;

  const CsvFormat& format_;
  const std::vector<int> columns_;
  Chunk chunk_;
  int64_t begin_ = 0;  // of the chunk's text, behind a byte order mark
  Records records_;
  std::vector<int> fields_;  // of each wanted column, in this file
  std::vector<int> places_;  // of each wanted column: among the tokenized fields
  WrongCount wrong_;         // the record that the rows end at
  int expected_ = 0;
  int64_t row_ = 0;
};

class CsvFormat final : public ChunkFormat {
 public:
  CsvFormat(CsvReadOptions options, std::shared_ptr<arrow::Schema> schema, bool by_name)
      : options_(std::move(options)), schema_(std::move(schema)), by_name_(by_name) {}

  std::string kind() const override { return "csv"; }
  std::unique_ptr<RecordBorders> Borders() const override { return MakeBorders(options_.dialect); }
  Result<std::unique_ptr<ChunkDecoder>> MakeDecoder(const std::vector<int>& columns) const override {
    return std::make_unique<CsvDecoder>(*this, columns);
  }
  std::function<void(const uint8_t*, int64_t, RecordPlace*)> Counter() const override { return MakeCounter(options_.dialect, options_.has_header); }

  const CsvReadOptions& options() const { return options_; }
  const arrow::Schema& schema() const { return *schema_; }

  /// How a file's columns lie. Reads its header once, where files may differ.
  Result<FileColumns> ColumnsOf(const Chunk& chunk) const {
    FileColumns out;
    if (!by_name_) {
      out.fields = schema_->num_fields();
      for (int i = 0; i < out.fields; ++i) out.field_of_column.push_back(i);
      return out;
    }
    std::lock_guard lock(mutex_);
    auto& known = files_[chunk.file->path];
    if (!known) {
      const auto borders = MakeBorders(options_.dialect);
      bool whole = false;
      ARROW_ASSIGN_OR_RAISE(const std::string head, ReadHead(chunk.file->path, options_.file.compression, options_.file.allowed, borders.get(), 1, &whole));
      std::string_view text = head;
      if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
      const auto names = Fields(reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size()), options_.dialect);
      FileColumns columns;
      columns.fields = static_cast<int>(names.size());
      for (const auto& field : schema_->fields()) {
        const auto found = std::find(names.begin(), names.end(), field->name());
        columns.field_of_column.push_back(found == names.end() ? -1 : static_cast<int>(found - names.begin()));
      }
      known = std::move(columns);
    }
    return *known;
  }

 private:
  const CsvReadOptions options_;
  const std::shared_ptr<arrow::Schema> schema_;
  const bool by_name_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::optional<FileColumns>> files_;
};

Status CsvDecoder::Start(const Chunk& chunk, KernelContext& context) {
  const auto& options = format_.options();
  ARROW_ASSIGN_OR_RAISE(const FileColumns columns, format_.ColumnsOf(chunk));
  TokenizeOptions tokenize;
  tokenize.dialect = options.dialect;
  tokenize.fields = expected_ = columns.fields;
  tokenize.truncated_rows = options.truncated_rows;
  tokenize.places.assign(static_cast<size_t>(columns.fields), -1);
  fields_.clear();
  places_.clear();
  for (int column : columns_) {
    const int field = columns.field_of_column[static_cast<size_t>(column)];
    fields_.push_back(field);
    int place = -1;
    if (field >= 0) {
      int& known = tokenize.places[static_cast<size_t>(field)];
      if (known < 0) known = tokenize.wanted++;
      place = known;
    }
    places_.push_back(place);
  }
  chunk_ = chunk;
  begin_ = 0;
  const uint8_t* data = chunk.data->data();
  if (chunk.offset == 0 && chunk.data->size() >= 3 && data[0] == 0xef && data[1] == 0xbb && data[2] == 0xbf) begin_ = 3;
  wrong_ = {};
  const bool header = chunk.offset == 0 && options.has_header;
  // A header may have other names, but as many as there are fields.
  ARROW_ASSIGN_OR_RAISE(records_, Tokenize(data + begin_, chunk.data->size() - begin_, tokenize, context.exec->memory_pool(), &wrong_));
  row_ = header && (records_.rows > 0) ? 1 : 0;
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(data, chunk.data->size())) return BadText();
  return Status::OK();
}

Status CsvDecoder::BadText() const {
  // The line is told from the bytes before the first bad one.
  const uint8_t* data = chunk_.data->data();
  int64_t low = 0;
  const int64_t size = chunk_.data->size();
  for (int64_t at = 0; at < size;) {  // line by line
    const void* end = std::memchr(data + at, '\n', static_cast<size_t>(size - at));
    const int64_t next = end == nullptr ? size : static_cast<const uint8_t*>(end) - data + 1;
    if (!arrow::util::ValidateUTF8(data + at, next - at)) {
      low = at;
      break;
    }
    at = next;
  }
  RecordPlace place{0, 1};
  if (chunk_.locate) {
    ARROW_ASSIGN_OR_RAISE(place, chunk_.locate(low));
  }
  return Error(ErrorKind::kUnknown, "Csv error: Encountered invalid UTF-8 data for line ", place.line, " of file '", chunk_.file->path, "'");
}

Status CsvDecoder::WrongFields(const WrongCount& wrong, int fields) const {
  RecordPlace place{0, 1};
  if (chunk_.locate) {
    ARROW_ASSIGN_OR_RAISE(place, chunk_.locate(begin_ + wrong.start));
  }
  return Error(ErrorKind::kUnknown, "Csv error: incorrect number of fields for line ", place.line, ", expected ", fields, " got ", wrong.fields,
               " (file '", chunk_.file->path, "')");
}

Status CsvDecoder::Bad(const BadValue& bad, int column, int field) const {
  RecordPlace place{0, 1};
  const uint32_t start = records_.start(bad.row);
  if (chunk_.locate) {
    ARROW_ASSIGN_OR_RAISE(place, chunk_.locate(begin_ + start));
  }
  std::string row;
  for (const auto& value : Fields(chunk_.data->data() + begin_ + start, chunk_.data->size() - begin_ - start, format_.options().dialect)) {
    row += (row.empty() ? "" : ",") + value;
  }
  if (row.size() > 1000) row.replace(1000, std::string::npos, "...");
  return Error(ErrorKind::kUnknown, "Parser error: Error while parsing value '", bad.text, "' as type '", TypeName(*format_.schema().field(column)->type()),
               "' for column ", field, " at line ", place.record + (format_.options().has_header ? 1 : 0), ". Row data: '[", row, "]' (column '", format_.schema().field(column)->name(),
               "', file '", chunk_.file->path, "', line ", place.line, " of the file)");
}

Result<int64_t> CsvDecoder::Next(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) {
  rows = std::min(rows, records_.rows - row_);
  if (rows <= 0) {
    if (wrong_.found) return WrongFields(wrong_, expected_);
    return 0;
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto& field = format_.schema().field(columns_[i]);
    if (places_[i] < 0) {
      ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(field->type(), rows, context.exec->memory_pool()));
      out->push_back(nulls->data());
      continue;
    }
    FieldColumn column;
    column.data = chunk_.data->data() + begin_;
    column.records = &records_;
    column.place = places_[i];
    column.dialect = &format_.options().dialect;
    column.null_regex = &format_.options().null_regex;
    BadValue bad;
    ARROW_ASSIGN_OR_RAISE(auto values, Convert(column, row_, rows, field->type(), context, &bad));
    if (bad.found) return Bad(bad, columns_[i], fields_[i]);
    if (!field->nullable() && values->GetNullCount() > 0) {
      return Error(ErrorKind::kUnknown, "Invalid argument error: Column '", field->name(), "' is declared as non-nullable but contains null values (file '",
                   chunk_.file->path, "')");
    }
    out->push_back(std::move(values));
  }
  row_ += rows;
  return rows;
}

// The union by name; one column of two types is an error.
Status Merge(const FileHead& head, arrow::FieldVector* fields) {
  for (size_t i = 0; i < head.names.size(); ++i) {
    auto same = std::find_if(fields->begin(), fields->end(), [&](const auto& field) { return field->name() == head.names[i]; });
    if (same == fields->end()) {
      fields->push_back(arrow::field(head.names[i], head.types[i]));
    } else if ((*same)->type()->id() == arrow::Type::NA) {
      *same = (*same)->WithType(head.types[i]);
    } else if (head.types[i]->id() != arrow::Type::NA && !(*same)->type()->Equals(*head.types[i])) {
      return Error(ErrorKind::kUnknown, "Schema error: Fail to merge schema field '", head.names[i], "' because the from data_type = ",
                   TypeName(*head.types[i]), " does not equal ", TypeName(*(*same)->type()));
    }
  }
  return Status::OK();
}

}  // namespace

Result<std::shared_ptr<TableSource>> OpenCsv(std::vector<std::string> paths, CsvReadOptions options) {
  ARROW_ASSIGN_OR_RAISE(auto files, ListDataFiles(paths, options.file));
  std::shared_ptr<arrow::Schema> schema = options.file.schema;
  bool by_name = false;
  if (schema == nullptr) {
    arrow::FieldVector fields;
    int64_t left = std::max<int64_t>(options.file.schema_infer_max_records, 0);
    for (size_t i = 0; i < files.size(); ++i) {
      if (i > 0 && left == 0) break;
      ARROW_ASSIGN_OR_RAISE(const FileHead head, InferHead(files[i], options, left));
      if (i == 0) {  // names may come twice in one file
        for (size_t k = 0; k < head.names.size(); ++k) fields.push_back(arrow::field(head.names[k], head.types[k]));
      } else {
        ARROW_RETURN_NOT_OK(Merge(head, &fields));
      }
      left -= head.records;
    }
    schema = arrow::schema(std::move(fields));
    by_name = files.size() > 1 && options.has_header;
    for (const auto& field : schema->fields()) by_name &= schema->GetAllFieldIndices(field->name()).size() == 1;
  }
  auto format = std::make_shared<CsvFormat>(options, schema, by_name);
  return MakeChunkedTable(std::move(format), std::move(paths), options.file, std::move(files), std::move(schema));
}

}  // namespace bowstring
