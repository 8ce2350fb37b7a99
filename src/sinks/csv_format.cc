// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Own text, not arrow::csv's writer: that quotes every string or none, prints floats its own way (1 for 1.0), casts through its own
// kernels (which views lack) and knows no quote character but '"'.

#include <charconv>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

#include "sinks/cell_text.h"
#include "sinks/file_writer.h"
#include "sinks/option_value.h"
#include "sinks/text_writer.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

enum class QuoteStyle : uint8_t { kNecessary, kAlways, kNonNumeric, kNever };

struct CsvOptions {
  bool header = true;
  char delimiter = ',', quote = '"', escape = '"';
  bool double_quote = true;
  std::string terminator = "\n";
  std::string null_value;
  QuoteStyle style = QuoteStyle::kNecessary;
  TimeFormats formats;
  TextCompression compression;
};

bool IsNumber(std::string_view text) {
  double number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

class CsvFormat final : public FileFormat {
 public:
  explicit CsvFormat(CsvOptions options) : options_(std::move(options)), extension_(".csv" + options_.compression.extension()) {
    for (bool& special : special_) special = false;
    for (const char c : {options_.delimiter, options_.quote, '\r', '\n', options_.terminator[0]}) special_[static_cast<unsigned char>(c)] = true;
    if (!options_.double_quote) special_[static_cast<unsigned char>(options_.escape)] = true;
    // Numbers and dates need no look, unless somebody separates columns by what they are made of.
    const std::string_view plain = "0123456789+-.:TZeEPSINFainftruelsecmod ";
    for (const char c : plain) look_at_all_ |= special_[static_cast<unsigned char>(c)];
    look_at_all_ |= !options_.formats.date.empty() || !options_.formats.datetime.empty() || !options_.formats.timestamp.empty() ||
                    !options_.formats.timestamp_tz.empty() || !options_.formats.time.empty();
    style_ = options_.style;
  }

  const std::string& extension() const override { return extension_; }
  bool is_text() const override { return true; }

  Status Check(const arrow::Schema& schema) const override {
    for (const auto& field : schema.fields()) {
      const arrow::DataType* type = field->type().get();
      if (type->id() == arrow::Type::DICTIONARY) type = static_cast<const arrow::DictionaryType*>(type)->value_type().get();
      if (type->num_fields() > 0) {
        return Error(ErrorKind::kUnknown, "Csv error: Nested type ", TypeName(*field->type()), " is not supported in CSV (column ", field->name(), ")");
      }
    }
    return Status::OK();
  }

  Result<std::unique_ptr<FileWriter>> Open(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<OutputFile> file,
                                           const WriterContext& context) const override {
    std::string head;
    if (options_.header) {
      for (int c = 0; c < schema->num_fields(); ++c) {
        if (c > 0) head += options_.delimiter;
        const size_t begin = head.size();
        head += schema->field(c)->name();
        Quote(begin, true, &head);
      }
      if (head.empty() && schema->num_fields() > 0) AppendEmpty(&head);
      head += options_.terminator;
    }
    return OpenTextWriter(*this, std::move(head), options_.compression, std::move(file), context);
  }

  Result<int64_t> AppendRows(const arrow::RecordBatch& batch, int64_t begin, int64_t end, size_t enough, std::string* out) const override {
    struct Column {
      ValueWriter write;
      std::function<bool(int64_t)> null;
      bool free_text;
    };
    std::vector<Column> columns;
    for (int c = 0; c < batch.num_columns(); ++c) {
      const auto& data = batch.column_data(c);
      ARROW_ASSIGN_OR_RAISE(auto write, MakeCellWriter(data, options_.formats));
      columns.push_back({std::move(write), MakeNullTest(data), IsFreeText(*data->type) || look_at_all_});
    }
    const size_t stop = out->size() + enough;
    int64_t row = begin;
    for (; row < end && out->size() < stop; ++row) {
      const size_t line = out->size();
      for (size_t c = 0; c < columns.size(); ++c) {
        if (c > 0) *out += options_.delimiter;
        const size_t cell = out->size();
        const bool null = columns[c].null(row);
        if (null) {
          *out += options_.null_value;
        } else {
          columns[c].write(row, out);
        }
        if (columns[c].free_text || null || style_ != QuoteStyle::kNecessary) Quote(cell, columns[c].free_text || null, out);
      }
      if (out->size() == line && !columns.empty()) AppendEmpty(out);
      *out += options_.terminator;
    }
    return row;
  }

 private:
  // A line that would be empty says that it isn't.
  void AppendEmpty(std::string* out) const {
    *out += options_.quote;
    *out += options_.quote;
  }

  // Puts quotes around the cell that begins at `cell`, where it needs them.
  void Quote(size_t cell, bool look, std::string* out) const {
    bool quote = style_ == QuoteStyle::kAlways;
    if (style_ == QuoteStyle::kNonNumeric) quote = !IsNumber(std::string_view(*out).substr(cell));
    if (!quote && look && style_ != QuoteStyle::kNever) {
      for (size_t i = cell; i < out->size() && !quote; ++i) quote = special_[static_cast<unsigned char>((*out)[i])];
    }
    if (!quote) return;
    const std::string text = out->substr(cell);
    out->resize(cell);
    *out += options_.quote;
    for (const char c : text) {
      if (options_.double_quote) {
        if (c == options_.quote) *out += c;
      } else if (c == options_.quote || c == options_.escape) {
        *out += options_.escape;
      }
      *out += c;
    }
    *out += options_.quote;
  }

  const CsvOptions options_;
  const std::string extension_;
  QuoteStyle style_;
  bool special_[256];
  bool look_at_all_ = false;
};

Result<QuoteStyle> StyleOption(const std::string& value) {
  const std::string word = LowerCase(value);
  if (word == "necessary") return QuoteStyle::kNecessary;
  if (word == "always") return QuoteStyle::kAlways;
  if (word == "nonnumeric" || word == "non_numeric") return QuoteStyle::kNonNumeric;
  if (word == "never") return QuoteStyle::kNever;
  return Error(ErrorKind::kConfig, "Error parsing '", value, "' for the option quote_style. Valid values are: Always, Necessary, NonNumeric, Never");
}

}  // namespace

Result<std::shared_ptr<const FileFormat>> MakeCsvFormat(const FormatOptions& options) {
  CsvOptions csv;
  ARROW_ASSIGN_OR_RAISE(csv.compression, TextCompression::From(options));
  bool has_escape = false;
  for (const auto& [key, value] : options) {
    if (key == "has_header") {
      ARROW_ASSIGN_OR_RAISE(csv.header, BoolOption(key, value));
    } else if (key == "delimiter") {
      ARROW_ASSIGN_OR_RAISE(csv.delimiter, CharOption(key, value));
    } else if (key == "quote") {
      ARROW_ASSIGN_OR_RAISE(csv.quote, CharOption(key, value));
    } else if (key == "escape") {
      ARROW_ASSIGN_OR_RAISE(csv.escape, CharOption(key, value));
      has_escape = true;
    } else if (key == "double_quote") {
      ARROW_ASSIGN_OR_RAISE(csv.double_quote, BoolOption(key, value));
    } else if (key == "terminator") {
      if (value == "\r\n" || value == "\\r\\n" || LowerCase(value) == "crlf") {
        csv.terminator = "\r\n";
      } else if (value == "\\n") {
        csv.terminator = "\n";
      } else {
        ARROW_ASSIGN_OR_RAISE(const char terminator, CharOption(key, value));
        csv.terminator = std::string(1, terminator);
      }
    } else if (key == "null_value") {
      csv.null_value = value;
    } else if (key == "quote_style") {
      ARROW_ASSIGN_OR_RAISE(csv.style, StyleOption(value));
    } else if (key == "date_format") {
      csv.formats.date = value;
    } else if (key == "datetime_format") {
      csv.formats.datetime = value;
    } else if (key == "timestamp_format") {
      csv.formats.timestamp = value;
    } else if (key == "timestamp_tz_format") {
      csv.formats.timestamp_tz = value;
    } else if (key == "time_format") {
      csv.formats.time = value;
    } else if (key != "compression" && key != "compression_level" && key != "newlines_in_values" && key != "schema_infer_max_rec" &&
               key != "null_regex" && key != "comment" && key != "truncated_rows") {  // those of readers mean nothing here
      return UnknownOption(key, "CsvOptions");
    }
  }
  if (!csv.double_quote && !has_escape) csv.escape = '\\';
  if (csv.delimiter == csv.quote || csv.delimiter == csv.terminator[0] || csv.delimiter == '\n' || csv.delimiter == '\r') {
    return Error(ErrorKind::kConfig, "the options delimiter, quote and terminator must be different characters");
  }
  return std::make_shared<CsvFormat>(std::move(csv));
}

}  // namespace bowstring
