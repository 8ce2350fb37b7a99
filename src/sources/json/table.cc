// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstring>
#include <optional>

#include <arrow/array/array_base.h>
#include <arrow/compute/exec.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

#include "sources/json/column.h"
#include "sources/json/infer.h"
#include "sources/json/json.h"
#include "sources/json/parser.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using namespace json;

constexpr int64_t kHeadBytes = 1 << 18;

class LineBorders final : public RecordBorders {
 public:
  int64_t LastBorder(const uint8_t* data, int64_t n) override {
    const void* hit = n > 0 ? ::memrchr(data, '\n', static_cast<size_t>(n)) : nullptr;
    return hit == nullptr ? 0 : static_cast<const uint8_t*>(hit) - data + 1;
  }
};

/// Borders behind the commas between a top-level array's elements.
class ArrayBorders final : public RecordBorders {
 public:
  int64_t LastBorder(const uint8_t* data, int64_t n) override {
    int64_t last = 0;
    for (int64_t i = 0; i < n; ++i) {
      const auto c = static_cast<char>(data[i]);
      if (text_) {
        if (escaped_) escaped_ = false;
        else if (c == '\\') escaped_ = true;
        else if (c == '"') text_ = false;
      } else if (c == '"') {
        text_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
      } else if (c == '}' || c == ']') {
        --depth_;
      } else if (c == ',' && depth_ == 1) {
        last = i + 1;
      }
    }
    return last;
  }

 private:
  int64_t depth_ = 0;
  bool text_ = false, escaped_ = false;
};

/// Goes from record to record of a chunk.
class RecordWalk {
 public:
  RecordWalk(std::string_view text, bool lines, bool first) : lines_(lines), open_(first) {
    parser.begin = parser.at = text.data();
    parser.end = text.data() + text.size();
    if (first && text.starts_with("\xef\xbb\xbf")) parser.at += 3;
  }
  /// At the next record's beginning; false at the end, or where something is wrong (then parser.error says what).
  bool Next() {
    parser.SkipBlanks();
    if (!lines_) {
      if (open_) {
        if (parser.at == parser.end) return false;
        if (parser.Peek() != '[') return parser.Fail("Expected a JSON array, the file does not begin with '['");
        ++parser.at;
        open_ = false;
        parser.SkipBlanks();
      }
      if (parser.Peek() == ']') {
        ++parser.at;
        parser.SkipBlanks();
        return parser.at == parser.end ? false : parser.Fail("text behind the array's end");
      }
    }
    if (parser.at == parser.end) return false;
    if (parser.Peek() != '{') {
      const char* from = parser.at;
      const char c = *from;
      const char* what = c == '[' ? "Array" : c == '"' ? "String" : c == 't' || c == 'f' ? "Bool" : c == 'n' ? "Null" : c == '-' || (c >= '0' && c <= '9') ? "Number" : nullptr;
      if (what == nullptr) return parser.Fail("Not valid JSON: expected value");
      const char* line = static_cast<const char*>(std::memchr(from, '\n', static_cast<size_t>(parser.end - from)));
      const size_t size = std::min<size_t>(static_cast<size_t>((line == nullptr ? parser.end : line) - from), 200);
      return parser.Fail(std::string("Expected JSON record to be an object, found ") + what + " " + std::string(from, size));
    }
    return true;
  }
  /// Behind a record.
  bool After() {
    if (lines_) {
      while (parser.at < parser.end && (*parser.at == ' ' || *parser.at == '\t' || *parser.at == '\r')) ++parser.at;
      if (parser.at < parser.end && *parser.at != '\n') return parser.Fail("Not valid JSON: trailing characters");
      return true;
    }
    parser.SkipBlanks();
    if (parser.Peek() == ',') {
      ++parser.at;
      return true;
    }
    return parser.at == parser.end || parser.Peek() == ']' ? true : parser.Fail(parser.Unexpected());
  }

  Parser parser;

 private:
  bool lines_;
  bool open_;  // the array's opening bracket is still to come
};

class JsonFormat final : public ChunkFormat {
 public:
  JsonFormat(bool lines, std::shared_ptr<arrow::Schema> schema) : lines_(lines), schema_(std::move(schema)) {}
  std::string kind() const override { return "json"; }
  std::unique_ptr<RecordBorders> Borders() const override {
    if (lines_) return std::make_unique<LineBorders>();
    return std::make_unique<ArrayBorders>();
  }
  bool BordersNeedTailOnly() const override { return lines_; }
  Result<std::unique_ptr<ChunkDecoder>> MakeDecoder(const std::vector<int>& columns) const override;
  std::function<void(const uint8_t*, int64_t, RecordPlace*)> Counter() const override {
    return [](const uint8_t* data, int64_t n, RecordPlace* place) {
      place->line += std::count(data, data + n, '\n');
      place->record = place->line - 1;
    };
  }
  bool lines() const { return lines_; }
  const arrow::Schema& schema() const { return *schema_; }

 private:
  const bool lines_;
  const std::shared_ptr<arrow::Schema> schema_;
};

class JsonDecoder final : public ChunkDecoder {
 public:
  JsonDecoder(const JsonFormat& format, const std::vector<int>& columns) : format_(format) {
    for (int column : columns) fields_.push_back(format.schema().field(column));
  }

  Status Start(const Chunk& chunk, KernelContext& context) override {
    arrow::util::InitializeUTF8();
    if (!arrow::util::ValidateUTF8(chunk.data->data(), chunk.data->size())) {
      return Error(ErrorKind::kUnknown, "Json error: Failed to read JSON record: stream did not contain valid UTF-8 (file '", chunk.file->path, "')");
    }
    ARROW_ASSIGN_OR_RAISE(members_, Members::Make(fields_, context.exec->memory_pool(), 0));
    chunk_ = chunk;
    walk_.emplace(std::string_view(*chunk.data), format_.lines(), chunk.offset == 0);
    return Status::OK();
  }

  Status Skip(int64_t rows, KernelContext&) override {
    for (; rows > 0 && walk_->Next(); --rows) {
      if (!walk_->parser.Skip() || !walk_->After()) return Failed();
    }
    return Status::OK();
  }

  Result<int64_t> Next(int64_t rows, KernelContext& context, std::vector<std::shared_ptr<arrow::ArrayData>>* out) override {
    const RecordWalk before = *walk_;
    auto again = [&](Status status) {  // as if nothing had happened
      for (auto& column : members_->columns()) column->Reset();
      *walk_ = before;
      return status;
    };
    int64_t count = 0;
    Parser& parser = walk_->parser;
    while (count < rows && walk_->Next()) {
      if (fields_.empty() ? !parser.Skip() : !members_->Read(parser, 1)) {
        if (parser.failed_memory) return again(Status::OutOfMemory(parser.error));
        if (members_->repeated() && !careful_) {
          ARROW_ASSIGN_OR_RAISE(members_, Members::Make(fields_, context.exec->memory_pool(), 0));
          members_->set_careful();
          careful_ = true;
          *walk_ = before;
          return Next(rows, context, out);
        }
        return Failed();
      }
      if (!walk_->After()) return Failed();
      ++count;
    }
    if (!parser.error.empty()) return Failed();
    if (count == 0) return 0;
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (size_t i = 0; i < fields_.size(); ++i) {
      auto column = members_->columns()[i]->Finish(context);
      if (!column.ok()) {
        if (column.status().IsOutOfMemory()) return again(column.status());
        return Error(ErrorKind::kUnknown, column.status().message(), " (field '", fields_[i]->name(), "', file '", chunk_.file->path, "')");
      }
      if (!fields_[i]->nullable() && (*column)->null_count() > 0) {
        return Error(ErrorKind::kUnknown, "Json error: Encountered unmasked nulls in non-nullable StructArray child: field '", fields_[i]->name(), "' (file '",
                     chunk_.file->path, "')");
      }
      columns.push_back((*column)->data());
    }
    *out = std::move(columns);
    return count;
  }

 private:
  Status Failed() const {
    const Parser& parser = walk_->parser;
    RecordPlace place{0, 1};
    if (chunk_.locate) {
      ARROW_ASSIGN_OR_RAISE(place, chunk_.locate(parser.at - parser.begin));
    }
    const char* line = parser.at;
    while (line > parser.begin && line[-1] != '\n') --line;
    return Error(ErrorKind::kUnknown, "Json error: ", parser.error, " at line ", place.line, " column ", parser.at - line + 1, " of file '", chunk_.file->path, "'");
  }

  const JsonFormat& format_;
  arrow::FieldVector fields_;
  Chunk chunk_;
  std::unique_ptr<Members> members_;
  std::optional<RecordWalk> walk_;
  bool careful_ = false;
};

Result<std::unique_ptr<ChunkDecoder>> JsonFormat::MakeDecoder(const std::vector<int>& columns) const {
  return std::make_unique<JsonDecoder>(*this, columns);
}

// Adds a file's first records to what is known.
Status InferFile(const DataFile& file, const JsonReadOptions& options, int64_t* left, InferredType* type) {
  const JsonFormat format(options.newline_delimited, nullptr);
  for (int64_t bytes = kHeadBytes;; bytes *= 4) {
    const auto borders = format.Borders();
    bool whole = false;
    ARROW_ASSIGN_OR_RAISE(const std::string head, ReadHead(file.path, options.file.compression, options.file.allowed, borders.get(), bytes, &whole));
    arrow::util::InitializeUTF8();
    if (!arrow::util::ValidateUTF8(head)) {
      return Error(ErrorKind::kUnknown, "Json error: Failed to read JSON record: stream did not contain valid UTF-8 (file '", file.path, "')");
    }
    // Enough records, or all there are?
    if (!whole && options.newline_delimited && std::count(head.begin(), head.end(), '\n') < *left) continue;
    RecordWalk walk(head, options.newline_delimited, true);
    Parser& parser = walk.parser;
    int64_t seen = 0;
    while (seen < *left && walk.Next()) {
      if (!type->Add(parser) || !walk.After()) break;
      ++seen;
    }
    if (!parser.error.empty()) {
      const auto lines = std::count(parser.begin, parser.at, '\n');
      const char* line = parser.at;
      while (line > parser.begin && line[-1] != '\n') --line;
      const bool syntax = parser.error.find("Not valid") == std::string::npos && parser.error.find("Expected JSON record") == std::string::npos;
      return Error(ErrorKind::kUnknown, "Json error: ", syntax ? "Not valid JSON: " : "", parser.error, " at line ", lines + 1, " column ", parser.at - line + 1,
                   " of file '", file.path, "'");
    }
    *left -= seen;
    return Status::OK();
  }
}

}  // namespace

Result<std::shared_ptr<TableSource>> OpenJson(std::vector<std::string> paths, JsonReadOptions options) {
  ARROW_ASSIGN_OR_RAISE(auto files, ListDataFiles(paths, options.file));
  std::shared_ptr<arrow::Schema> schema = options.file.schema;
  if (schema == nullptr) {
    InferredType type;
    int64_t left = std::max<int64_t>(options.file.schema_infer_max_records, 0);
    for (const auto& file : files) {
      if (left == 0) break;
      ARROW_RETURN_NOT_OK(InferFile(file, options, &left, &type));
    }
    schema = arrow::schema(type.fields());
  }
  for (const auto& field : schema->fields()) ARROW_RETURN_NOT_OK(Column::Make(field, arrow::default_memory_pool()).status());
  auto format = std::make_shared<JsonFormat>(options.newline_delimited, schema);
  return MakeChunkedTable(std::move(format), std::move(paths), options.file, std::move(files), std::move(schema));
}

}  // namespace bowstring
