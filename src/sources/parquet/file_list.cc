// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <glob.h>

#include <arrow/compute/cast.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/uri.h>

#include <bowstring/error.h>

#include "sources/parquet/table_state.h"

namespace bowstring::pq {
namespace {

namespace fs = std::filesystem;

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string Unescape(const std::string& text) { return arrow::util::UriUnescape(text); }

arrow::Result<std::string> LocalPath(const std::string& path) {
  if (path.rfind("file://", 0) == 0) {
    std::string rest = path.substr(7);
    if (rest.rfind("localhost/", 0) == 0) rest = rest.substr(9);
    return Unescape(rest);
  }
  auto scheme = path.find("://");
  if (scheme != std::string::npos && scheme > 1 && path.find('/') > scheme) {
    return Error(ErrorKind::kNotImplemented, "no file system for '", path, "': local files only");
  }
  return path;
}

bool HasGlob(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

// The values of the partition columns in the folders of a path below its table's root.
arrow::Result<std::vector<std::string>> PartitionTexts(const std::string& path, const ParquetReadOptions& options) {
  std::vector<std::string> out;
  for (const auto& [name, type] : options.table_partition_cols) {
    bool found = false;
    for (const fs::path& part : fs::path(path).parent_path()) {
      const std::string text = part.string();
      auto equals = text.find('=');
      if (equals == std::string::npos || Unescape(text.substr(0, equals)) != name) continue;
      if (found) out.pop_back();  // the innermost counts
      out.push_back(text.substr(equals + 1));
      found = true;
    }
    if (!found) return Error(ErrorKind::kPlan, "file '", path, "' lies in no folder '", name, "=...' of the partition column");
  }
  return out;
}

arrow::Status ListFolder(const fs::path& folder, const ParquetReadOptions& options, int depth, std::vector<std::string>* out) {
  if (depth > 64) return Error(ErrorKind::kIo, "folders nest too deep at '", folder.string(), "'");
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) entries.push_back(*it);
  if (error) return Error(ErrorKind::kIo, "folder '", folder.string(), "' can't be listed: ", error.message());
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name.empty() || name[0] == '.' || name[0] == '_') continue;
    if (entry.is_directory(error)) {
      if (!options.table_partition_cols.empty()) ARROW_RETURN_NOT_OK(ListFolder(entry.path(), options, depth + 1, out));
    } else if (EndsWith(name, options.file_extension) && entry.file_size(error) > 0) {
      out->push_back(entry.path().string());
    }
  }
  return arrow::Status::OK();
}

arrow::Status ListPath(const std::string& path, const ParquetReadOptions& options, std::vector<std::string>* out) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return ListFolder(path, options, 0, out);
    out->push_back(path);
    return arrow::Status::OK();
  }
  if (!HasGlob(path)) return Error(ErrorKind::kIo, "No such file or folder: '", path, "'");
  glob_t found{};
  int rc = ::glob(path.c_str(), GLOB_MARK, nullptr, &found);
  std::vector<std::string> matches(found.gl_pathv, found.gl_pathv + (rc == 0 ? found.gl_pathc : 0));
  ::globfree(&found);
  if (rc != 0 && rc != GLOB_NOMATCH) return Error(ErrorKind::kIo, "pattern '", path, "' can't be listed");
  if (matches.empty()) return Error(ErrorKind::kIo, "No file matches '", path, "'");
  for (const auto& match : matches) {
    if (match.back() == '/') {
      ARROW_RETURN_NOT_OK(ListFolder(match, options, 0, out));
    } else {
      out->push_back(match);
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<ListedFile>> ListFiles(const std::vector<std::string>& paths, const ParquetReadOptions& options) {
  std::vector<std::string> files;
  for (const auto& given : paths) {
    ARROW_ASSIGN_OR_RAISE(auto path, LocalPath(given));
    ARROW_RETURN_NOT_OK(ListPath(path, options, &files));
  }
  std::vector<ListedFile> out;
  out.reserve(files.size());
  for (auto& file : files) {
    ARROW_ASSIGN_OR_RAISE(auto texts, PartitionTexts(file, options));
    out.push_back({std::move(file), std::move(texts)});
  }
  return out;
}

arrow::Result<std::shared_ptr<arrow::Scalar>> ParsePartitionValue(const std::string& text, const std::string& column,
                                                                  const std::shared_ptr<arrow::DataType>& type) {
  const bool is_dictionary = type->id() == arrow::Type::DICTIONARY;
  auto value_type = is_dictionary ? static_cast<const arrow::DictionaryType&>(*type).value_type() : type;
  if (text == "__HIVE_DEFAULT_PARTITION__") return arrow::MakeNullScalar(value_type);
  const std::string plain = Unescape(text);
  std::shared_ptr<arrow::Scalar> value = arrow::MakeScalar(plain);
  if (!value_type->Equals(*value->type)) {
    auto cast = arrow::compute::Cast(arrow::Datum(value), value_type);
    if (!cast.ok()) {
      return Error(ErrorKind::kExecution, "partition value '", plain, "' of column '", column, "' can't be cast to ", value_type->ToString());
    }
    value = cast->scalar();
  }
  return value;
}

}  // namespace bowstring::pq
