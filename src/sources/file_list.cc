// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/file_list.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fnmatch.h>
#include <glob.h>

#include <arrow/compute/cast.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/uri.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

namespace bowstring {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 64;

std::string Unescape(const std::string& text) { return arrow::util::UriUnescape(text); }

bool HasGlob(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

/// A file below a listed root: what lies between the two is where partition values are looked for.
struct Found {
  std::string path;
  size_t root = 0;  // length of the root's part of the path
};

// The `name=value` folders of a file below its root.
std::vector<std::pair<std::string, std::string>> Folders(const Found& file) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const fs::path& part : fs::path(file.path.substr(std::min(file.root, file.path.size()))).parent_path()) {
    const std::string text = part.string();
    const auto equals = text.find('=');
    if (equals != std::string::npos && equals > 0) out.emplace_back(Unescape(text.substr(0, equals)), text.substr(equals + 1));
  }
  return out;
}

class Lister {
 public:
  Lister(const FileListOptions& options, std::vector<Found>* out) : options_(options), out_(out), extension_(options.extension) {}

  arrow::Status Path(const std::string& path) {
    struct stat info;
    if (::stat(path.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) return Folder(path, RootLength(path), 0);
      return Named(path);
    }
    if (!HasGlob(path)) return path.empty() || path.ends_with("/") || path.ends_with(extension_) ? arrow::Status::OK() : Named(path, false);
    if (path.find("**") != std::string::npos) return Deep(path);
    glob_t found{};
    const int rc = ::glob(path.c_str(), GLOB_MARK, nullptr, &found);
    const std::vector<std::string> matches(found.gl_pathv, found.gl_pathv + (rc == 0 ? found.gl_pathc : 0));
    ::globfree(&found);
    if (rc != 0 && rc != GLOB_NOMATCH) return Error(ErrorKind::kIo, "pattern '", path, "' can't be listed");
    const size_t root = GlobRoot(path);
    for (const auto& match : matches) {
      if (match.back() == '/') {
        ARROW_RETURN_NOT_OK(Folder(match.substr(0, match.size() - 1), root, 0));
      } else if (Counts(fs::path(match).filename().string())) {
        out_->push_back({match, root});
      }
    }
    return arrow::Status::OK();
  }

 private:
  static size_t RootLength(const std::string& path) { return path.size() + (path.ends_with("/") ? 0 : 1); }
  // Up to the last folder before the pattern's first special character.
  static size_t GlobRoot(const std::string& path) {
    const size_t slash = path.rfind('/', path.find_first_of("*?["));
    return slash == std::string::npos ? 0 : slash + 1;
  }

  bool Counts(const std::string& name) const { return !name.empty() && name[0] != '.' && name.ends_with(extension_); }

  arrow::Status Named(const std::string& path, bool exists = true) {
    if (options_.check_extension && !path.ends_with(extension_)) {
      return Error(ErrorKind::kExecution, "File path '", PathUrl(path), "' does not match the expected extension '", options_.extension, "'");
    }
    // Folders above a named file count as its partition values too.
    if (exists) out_->push_back({path, 0});
    return arrow::Status::OK();
  }

  arrow::Status Entries(const fs::path& folder, int depth, std::vector<fs::directory_entry>* out) const {
    if (depth > kMaxDepth) return Error(ErrorKind::kIo, "folders nest too deep at '", folder.string(), "'");
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) out->push_back(*it);
    if (error) return Error(ErrorKind::kIo, "folder '", folder.string(), "' can't be listed: ", error.message());
    std::sort(out->begin(), out->end());
    return arrow::Status::OK();
  }

  arrow::Status Folder(const fs::path& folder, size_t root, int depth) {
    std::vector<fs::directory_entry> entries;
    ARROW_RETURN_NOT_OK(Entries(folder, depth, &entries));
    std::error_code error;
    for (const auto& entry : entries) {
      const std::string name = entry.path().filename().string();
      if (entry.is_directory(error)) {
        const bool inside = name.find('=') != std::string::npos || (options_.subfolders && name[0] != '.' && name[0] != '_');
        if (inside) ARROW_RETURN_NOT_OK(Folder(entry.path(), root, depth + 1));
      } else if (Counts(name) && entry.file_size(error) > 0) {
        out_->push_back({entry.path().string(), root});
      }
    }
    return arrow::Status::OK();
  }

  // A pattern with `**`: all below the folder before it, matched as a whole.
  arrow::Status Deep(const std::string& pattern) {
    const size_t root = GlobRoot(pattern);
    std::string plain;  // `**/` also means no folder at all
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern.compare(i, 3, "**/") == 0) {
        plain += "*";
        i += 2;
      } else if (pattern.compare(i, 2, "**") == 0) {
        plain += "*";
        i += 1;
      } else {
        plain += pattern[i];
      }
    }
    return Walk(root == 0 ? "." : pattern.substr(0, root), plain, root, 0);
  }
  arrow::Status Walk(const fs::path& folder, const std::string& pattern, size_t root, int depth) {
    std::vector<fs::directory_entry> entries;
    ARROW_RETURN_NOT_OK(Entries(folder, depth, &entries));
    std::error_code error;
    for (const auto& entry : entries) {
      const std::string name = entry.path().filename().string();
      std::string path = entry.path().string();
      if (root == 0 && path.starts_with("./")) path.erase(0, 2);
      if (name[0] == '.') continue;
      if (entry.is_directory(error)) {
        ARROW_RETURN_NOT_OK(Walk(entry.path(), pattern, root, depth + 1));
      } else if (Counts(name) && ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0) {
        out_->push_back({path, root});
      }
    }
    return arrow::Status::OK();
  }

  const FileListOptions& options_;
  std::vector<Found>* out_;
  const std::string extension_;
};

arrow::Result<std::vector<Found>> Find(const std::vector<std::string>& paths, const FileListOptions& options) {
  std::vector<Found> files;
  for (const auto& given : paths) {
    ARROW_ASSIGN_OR_RAISE(const auto path, LocalPath(given));
    ARROW_RETURN_NOT_OK(Lister(options, &files).Path(path));
  }
  return files;
}

// The values of the partition columns; none where the file's folders have other names.
std::optional<std::vector<std::string>> PartitionTexts(const Found& file, const PartitionColumns& columns) {
  std::vector<std::string> out;
  if (columns.empty()) return out;
  auto folders = Folders(file);
  size_t at = 0;
  // A named file's folders begin somewhere above: the first column's name is looked for.
  if (file.root == 0) {
    while (at < folders.size() && folders[at].first != columns[0].first) ++at;
  }
  for (const auto& [name, type] : columns) {
    if (at >= folders.size() || folders[at].first != name) return std::nullopt;
    out.push_back(folders[at++].second);
  }
  return out;
}

// As errors name where nothing was found: folders with a slash at the end, of a pattern the folder above it.
std::string FolderUrl(const std::string& path) {
  std::error_code error;
  const std::string url = PathUrl(HasGlob(path) ? path.substr(0, path.rfind('/', path.find_first_of("*?[")) + 1) : path);
  return !url.ends_with("/") && fs::is_directory(path, error) ? url + "/" : url;
}

}  // namespace

std::string FileNameOf(const std::string& path) { return path.starts_with('/') ? path.substr(1) : path; }

std::string PathUrl(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return "file://" + (error ? path : absolute.string());
}

arrow::Result<std::string> LocalPath(const std::string& path) {
  if (path.rfind("file://", 0) == 0) {
    std::string rest = path.substr(7);
    if (rest.rfind("localhost/", 0) == 0) rest = rest.substr(9);
    return Unescape(rest);
  }
  const auto scheme = path.find("://");
  if (scheme != std::string::npos && scheme > 1 && path.find('/') > scheme) {
    return Error(ErrorKind::kNotImplemented, "no file system for '", path, "': local files only");
  }
  return path;
}

arrow::Result<std::vector<ListedFile>> ListFiles(const std::vector<std::string>& paths, const FileListOptions& given, bool need_one) {
  FileListOptions options = given;
  ARROW_ASSIGN_OR_RAISE(auto files, Find(paths, options));
  if (files.empty() && need_one) {
    std::string names;
    for (const auto& path : paths) names += (names.empty() ? "" : ", ") + FolderUrl(path);
    return Error(ErrorKind::kPlan, "No files found at ", names,
                 ". Cannot infer schema from an empty location; either add data files or declare an explicit schema for the table.");
  }
  std::vector<ListedFile> out;
  out.reserve(files.size());
  for (auto& file : files) {
    auto texts = PartitionTexts(file, options.partition_cols);
    if (texts && options.allowed) {
      ARROW_ASSIGN_OR_RAISE(file.path, options.allowed->Resolve(file.path));
    }
    if (texts) out.push_back({std::move(file.path), std::move(*texts)});
  }
  return out;
}

arrow::Result<std::vector<std::string>> InferPartitionNames(const std::vector<std::string>& paths, const std::string& extension) {
  FileListOptions options;
  options.extension = extension;
  options.check_extension = false;
  ARROW_ASSIGN_OR_RAISE(const auto files, Find(paths, options));
  std::vector<std::string> names;
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i].root == 0) return std::vector<std::string>{};
    std::vector<std::string> own;
    for (auto& [name, value] : Folders(files[i])) own.push_back(std::move(name));
    if (i == 0) names = std::move(own);
    else if (own != names) return std::vector<std::string>{};
  }
  return names;
}

std::shared_ptr<arrow::DataType> InferredPartitionType() { return arrow::dictionary(arrow::uint16(), arrow::utf8()); }

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
      return Error(ErrorKind::kUnknown, "Cast error: Cannot cast string '", plain, "' to value of ", TypeName(*value_type),
                   " type (partition column '", column, "')");
    }
    value = cast->scalar();
  }
  return value;
}

}  // namespace bowstring
