// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/open_files.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <arrow/type.h>
#include <arrow/util/secure_string.h>
#include <parquet/encryption/encryption.h>

#include <bowstring/error.h>

#include "session/state.h"
#include "sources/avro/avro.h"
#include "sources/csv/csv.h"
#include "sources/file_list.h"
#include "sources/ipc/ipc.h"
#include "sources/json/json.h"
#include "sources/parquet/parquet.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// Options of one format, taken by name; what is left over is unknown.
class OptionReader {
 public:
  OptionReader(std::string owner, const std::vector<std::pair<std::string, std::string>>& options) : owner_(std::move(owner)), options_(options) {}

  std::optional<std::string> Text(std::string_view key) {
    std::optional<std::string> out;
    for (const auto& [name, value] : options_) {
      if (name == key) out = value;
    }
    known_.emplace_back(key);
    return out;
  }
  Status Flag(std::string_view key, bool* out) {
    const auto text = Text(key);
    if (!text) return Status::OK();
    const std::string word = Lower(*text);
    if (word != "true" && word != "false") return Error(ErrorKind::kConfig, "Error parsing '", *text, "' as bool for '", key, "'");
    *out = word == "true";
    return Status::OK();
  }
  Status Number(std::string_view key, int64_t* out) {
    const auto text = Text(key);
    if (!text) return Status::OK();
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *out);
    if (error != std::errc() || end != text->data() + text->size() || *out < 0) return Error(ErrorKind::kConfig, "Error parsing '", *text, "' as usize for '", key, "'");
    return Status::OK();
  }
  Status Character(std::string_view key, std::optional<char>* out) {
    const auto text = Text(key);
    if (!text || text->empty()) return Status::OK();
    std::string value = *text;
    if (value == "\\t") value = "\t";
    if (value == "\\n") value = "\n";
    if (value.size() != 1) return Error(ErrorKind::kConfig, "Error parsing '", *text, "' as u8 for '", key, "': it must be a single character");
    *out = value[0];
    return Status::OK();
  }
  Status Character(std::string_view key, char* out) {
    std::optional<char> value;
    ARROW_RETURN_NOT_OK(Character(key, &value));
    if (value) *out = *value;
    return Status::OK();
  }
  /// Options that mean something to writers only, or nothing to this engine.
  void Ignore(std::initializer_list<std::string_view> keys) {
    for (auto key : keys) known_.emplace_back(key);
  }
  Status Finish() const {
    for (const auto& [name, value] : options_) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        return Error(ErrorKind::kConfig, "Config value \"", name, "\" not found on ", owner_);
      }
    }
    return Status::OK();
  }

 private:
  const std::string owner_;
  const std::vector<std::pair<std::string, std::string>>& options_;
  std::vector<std::string> known_;
};

Status CommonOptions(OptionReader& reader, const FileReadOptions& options, const AllowedPathsPtr& allowed, FileTableOptions* file) {
  file->allowed = allowed;
  for (const auto& [key, value] : options.format_options) file->recipe[key] = value;
  file->recipe["file_extension"] = options.file_extension;
  file->check_extension = options.check_extension;
  file->schema = options.schema;
  file->table_partition_cols = options.table_partition_cols;
  file->sort_orders = options.sort_orders;
  if (const auto compression = reader.Text("compression")) {
    ARROW_ASSIGN_OR_RAISE(file->compression, CompressionNamed(*compression));
  }
  ARROW_RETURN_NOT_OK(reader.Number("schema_infer_max_rec", &file->schema_infer_max_records));
  reader.Ignore({"compression_level"});
  return Status::OK();
}

Result<std::shared_ptr<TableSource>> Csv(const SessionConfig& config, const std::vector<std::string>& paths, const FileReadOptions& options,
                                         const std::string& extension, const AllowedPathsPtr& allowed) {
  CsvReadOptions read;
  OptionReader reader("CsvOptions", options.format_options);
  ARROW_RETURN_NOT_OK(CommonOptions(reader, options, allowed, &read.file));
  read.file.file_extension = extension;
  read.has_header = config.GetBool("datafusion.catalog.has_header");
  ARROW_RETURN_NOT_OK(reader.Flag("has_header", &read.has_header));
  ARROW_RETURN_NOT_OK(reader.Character("delimiter", &read.dialect.delimiter));
  ARROW_RETURN_NOT_OK(reader.Character("quote", &read.dialect.quote));
  ARROW_RETURN_NOT_OK(reader.Character("escape", &read.dialect.escape));
  ARROW_RETURN_NOT_OK(reader.Character("terminator", &read.dialect.terminator));
  ARROW_RETURN_NOT_OK(reader.Character("comment", &read.dialect.comment));
  ARROW_RETURN_NOT_OK(reader.Flag("truncated_rows", &read.truncated_rows));
  if (const auto pattern = reader.Text("null_regex")) read.null_regex = *pattern;
  reader.Ignore({"newlines_in_values", "double_quote", "date_format", "datetime_format", "timestamp_format", "timestamp_tz_format", "time_format", "null_value",
                 "quote_style", "ignore_leading_whitespace", "ignore_trailing_whitespace"});
  ARROW_RETURN_NOT_OK(reader.Finish());
  return OpenCsv(paths, std::move(read));
}

Result<std::shared_ptr<TableSource>> Json(const std::vector<std::string>& paths, const FileReadOptions& options, const std::string& extension,
                                          const AllowedPathsPtr& allowed) {
  JsonReadOptions read;
  OptionReader reader("JsonOptions", options.format_options);
  ARROW_RETURN_NOT_OK(CommonOptions(reader, options, allowed, &read.file));
  read.file.file_extension = extension;
  ARROW_RETURN_NOT_OK(reader.Flag("newline_delimited", &read.newline_delimited));
  ARROW_RETURN_NOT_OK(reader.Finish());
  return OpenJson(paths, std::move(read));
}

Result<std::string> FromHex(std::string_view key, std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = i + 1 < text.size() ? digit(text[i + 1]) : -1;
    if (high < 0 || low < 0) return Error(ErrorKind::kConfig, "the value of '", key, "' is no hexadecimal text");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

/// The keys of encrypted files: "crypto.file_decryption.footer_key_as_hex", "...column_key_as_hex::COLUMN", "...aad_prefix_as_hex",
/// "...footer_signature_verification". Null where no option names one.
Result<std::shared_ptr<::parquet::FileDecryptionProperties>> Decryption(OptionReader& reader,
                                                                        const std::vector<std::pair<std::string, std::string>>& options) {
  constexpr std::string_view kPrefix = "crypto.file_decryption.", kColumn = "column_key_as_hex::";
  ::parquet::FileDecryptionProperties::Builder builder;
  ::parquet::ColumnPathToDecryptionPropertiesMap columns;
  bool any = false;
  for (const auto& [key, value] : options) {
    if (!std::string_view(key).starts_with(kPrefix)) continue;
    const std::string_view name = std::string_view(key).substr(kPrefix.size());
    if (name == "footer_signature_verification") {
      bool verify = true;
      ARROW_RETURN_NOT_OK(reader.Flag(key, &verify));
      if (!verify) builder.disable_footer_signature_verification();
      continue;
    }
    reader.Ignore({key});
    if (value.empty()) continue;  // as the default
    ARROW_ASSIGN_OR_RAISE(std::string bytes, FromHex(key, value));
    any = true;
    if (name == "aad_prefix_as_hex") {
      builder.aad_prefix(std::move(bytes));
      continue;
    }
    if (bytes.size() != 16 && bytes.size() != 24 && bytes.size() != 32) {
      return Error(ErrorKind::kConfig, "the key of '", key, "' has ", bytes.size(), " bytes: AES takes 16, 24 or 32");
    }
    if (name == "footer_key_as_hex") {
      builder.footer_key(arrow::util::SecureString(std::move(bytes)));
    } else if (name.starts_with(kColumn)) {
      const std::string column(name.substr(kColumn.size()));
      columns[column] = ::parquet::ColumnDecryptionProperties::Builder(column).key(arrow::util::SecureString(std::move(bytes)))->build();
    } else {
      return Error(ErrorKind::kConfig, "Config value \"", key, "\" not found on ParquetOptions");
    }
  }
  if (!any) return nullptr;
  if (!columns.empty()) builder.column_keys(std::move(columns));
  return builder.plaintext_files_allowed()->build();
}

Result<std::shared_ptr<TableSource>> Parquet(const SessionConfig& config, const std::vector<std::string>& paths, const FileReadOptions& options,
                                             const std::string& extension, const AllowedPathsPtr& allowed) {
  ParquetReadOptions read;
  read.allowed = allowed;
  OptionReader reader("ParquetOptions", options.format_options);
  read.file_extension = extension;
  read.check_extension = options.check_extension;
  read.schema = options.schema;
  read.table_partition_cols = options.table_partition_cols;
  read.sort_orders = options.sort_orders;
  read.pruning = config.GetBool("datafusion.execution.parquet.pruning");
  read.skip_metadata = config.GetBool("datafusion.execution.parquet.skip_metadata");
  read.force_view_types = config.GetBool("datafusion.execution.parquet.schema_force_view_types");
  read.binary_as_string = config.GetBool("datafusion.execution.parquet.binary_as_string");
  read.enable_page_index = config.GetBool("datafusion.execution.parquet.enable_page_index");
  read.bloom_filter_on_read = config.GetBool("datafusion.execution.parquet.bloom_filter_on_read");
  bool pruning = true;
  ARROW_RETURN_NOT_OK(reader.Flag("pruning", &pruning));
  read.pruning = read.pruning && pruning;
  ARROW_RETURN_NOT_OK(reader.Flag("skip_metadata", &read.skip_metadata));
  ARROW_RETURN_NOT_OK(reader.Flag("schema_force_view_types", &read.force_view_types));
  ARROW_RETURN_NOT_OK(reader.Flag("binary_as_string", &read.binary_as_string));
  ARROW_RETURN_NOT_OK(reader.Flag("enable_page_index", &read.enable_page_index));
  ARROW_RETURN_NOT_OK(reader.Flag("bloom_filter_on_read", &read.bloom_filter_on_read));
  ARROW_ASSIGN_OR_RAISE(read.decryption, Decryption(reader, options.format_options));
  reader.Ignore({"compression", "pushdown_filters", "reorder_filters", "metadata_size_hint", "writer_version", "max_row_group_size", "dictionary_enabled",
                 "statistics_enabled", "bloom_filter_on_write", "bloom_filter_fpp", "bloom_filter_ndv", "data_pagesize_limit", "encoding", "write_batch_size"});
  ARROW_RETURN_NOT_OK(reader.Finish());
  return OpenParquet(paths, std::move(read));
}

}  // namespace

Result<std::shared_ptr<TableSource>> OpenFiles(const SessionState& session, std::string_view format_name, const std::vector<std::string>& named,
                                               const FileReadOptions& given) {
  std::vector<std::string> paths;  // a file that is named twice is read once, as by the peer
  for (const std::string& path : named) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  const std::string format = Lower(format_name);
  const SessionConfig config = session.config();
  FileReadOptions options = given;
  const std::string& extension = options.file_extension;
  const AllowedPathsPtr allowed = session.allowed();
  if (allowed) {
    for (const std::string& path : paths) {
      ARROW_ASSIGN_OR_RAISE(const std::string local, LocalPath(path));
      ARROW_RETURN_NOT_OK(allowed->Resolve(local).status());
    }
  }
  if (options.infer_partition_cols && options.table_partition_cols.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto names, InferPartitionNames(paths, extension));
    for (const auto& name : names) options.table_partition_cols.emplace_back(name, InferredPartitionType());
  }
  if (format == "csv") return Csv(config, paths, options, extension, allowed);
  if (format == "json" || format == "ndjson") return Json(paths, options, extension, allowed);
  if (format == "avro") {
    AvroReadOptions read;
    OptionReader reader("AvroOptions", options.format_options);
    ARROW_RETURN_NOT_OK(CommonOptions(reader, options, allowed, &read.file));
    read.file.file_extension = extension;
    ARROW_RETURN_NOT_OK(reader.Finish());
    return OpenAvro(paths, std::move(read));
  }
  if (format == "parquet") return Parquet(config, paths, options, extension, allowed);
  if (format == "arrow") {
    OptionReader reader("ArrowOptions", options.format_options);
    reader.Ignore({"compression"});
    ARROW_RETURN_NOT_OK(reader.Finish());
    return OpenArrow(paths, {extension.empty() ? ".arrow" : extension, options.check_extension, options.schema, options.table_partition_cols, allowed,
                             options.sort_orders});
  }
  return Error(ErrorKind::kNotImplemented, "files of the format ", format_name, " can't be read by this version yet");
}

std::optional<NamedFormat> FormatOfName(const std::string& path) {
  NamedFormat out;
  std::string name = Lower(path);
  for (const auto& [end, compression] : {std::pair{".gz", "gzip"}, {".bz2", "bz2"}, {".zst", "zstd"}, {".xz", "xz"}}) {
    if (!name.ends_with(end)) continue;
    out.compression = compression;
    name.resize(name.size() - std::string_view(end).size());
  }
  for (const auto& [end, format] : {std::pair{".csv", "csv"}, {".json", "json"}, {".ndjson", "json"}, {".jsonl", "json"}, {".parquet", "parquet"},
                                    {".arrow", "arrow"}, {".avro", "avro"}}) {
    if (!name.ends_with(end)) continue;
    out.format = format;
    out.extension = path.substr(name.size() - std::string_view(end).size());
    return out;
  }
  return std::nullopt;
}

Result<std::shared_ptr<TableSource>> OpenUrlTable(const SessionState& session, const std::string& path) {
  FileListOptions list;
  list.check_extension = false;
  list.allowed = session.allowed();
  auto files = ListFiles({path}, list, false);
  if (!files.ok() || files->empty()) return nullptr;
  // Of a folder's files, the first one of a known format decides.
  for (const auto& file : *files) {
    const auto named = FormatOfName(file.path);
    if (!named) continue;
    FileReadOptions options;
    options.check_extension = false;
    options.file_extension = named->extension;
    options.infer_partition_cols = true;
    if (!named->compression.empty()) options.format_options.emplace_back("compression", named->compression);
    return OpenFiles(session, named->format, {path}, options);
  }
  return nullptr;
}

}  // namespace bowstring
