// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/file_layout.h"

#include <filesystem>
#include <list>
#include <random>
#include <unordered_map>

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/uri.h>

#include <bowstring/error.h>

#include "expr/gather.h"
#include "sinks/cell_text.h"

namespace bowstring {
namespace {

namespace fs = std::filesystem;
using arrow::Result;
using arrow::Status;

// Writers of folders that are open at once: a Parquet writer holds a row group each.
constexpr size_t kOpenWriters = 64;

std::string RandomName() {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::string name;
  for (int i = 0; i < 16; ++i) name += kLetters[random() % 62];
  return name;
}

// What all three share.
struct Files {
  std::string path;
  std::shared_ptr<arrow::Schema> schema;  // of the files
  std::shared_ptr<const FileFormat> format;
  std::shared_ptr<FileSet> files;
  WriterContext context;
  std::string extension;                  // of files in folders

  Result<std::unique_ptr<FileWriter>> Open(const std::string& at) const {
    ARROW_ASSIGN_OR_RAISE(auto file, files->Create(at));
    return format->Open(schema, std::move(file), context);
  }
};

class SingleFile final : public FileLayout {
 public:
  SingleFile(Files files, std::unique_ptr<FileWriter> writer) : files_(std::move(files)), writer_(std::move(writer)) {}
  Status Write(int, const std::shared_ptr<arrow::RecordBatch>& batch) override { return writer_->Write(batch); }
  Status WriteText(int, std::string_view text) override { return writer_->WriteText(text); }
  Status EndPartition(int) override { return Status::OK(); }
  Status Finish() override { return writer_->Finish(); }
  bool takes_text() const override { return true; }
  bool one_file() const override { return true; }

 private:
  const Files files_;
  std::unique_ptr<FileWriter> writer_;
};

class FilePerPartition final : public FileLayout {
 public:
  explicit FilePerPartition(Files files) : files_(std::move(files)), name_(RandomName()) {}

  Status Write(int partition, const std::shared_ptr<arrow::RecordBatch>& batch) override {
    if (batch->num_rows() == 0) return Status::OK();
    ARROW_RETURN_NOT_OK(Begin(partition));
    return writer_->Write(batch);
  }
  Status WriteText(int partition, std::string_view text) override {
    ARROW_RETURN_NOT_OK(Begin(partition));
    return writer_->WriteText(text);
  }
  Status EndPartition(int) override { return Finish(); }
  Status Finish() override {
    if (writer_ == nullptr) return Status::OK();
    ARROW_RETURN_NOT_OK(writer_->Finish());
    writer_.reset();
    return Status::OK();
  }
  bool takes_text() const override { return true; }

 private:
  Status Begin(int partition) {
    if (writer_ != nullptr) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(writer_, files_.Open(files_.path + "/" + name_ + "_" + std::to_string(partition) + files_.extension));
    return Status::OK();
  }

  const Files files_;
  const std::string name_;
  std::unique_ptr<FileWriter> writer_;
};

// A name or value as part of a path: what file systems or readers of `name=value` could take amiss, as %XX.
void AppendEscaped(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || std::string_view("\"#%'*/:=?\\{}[]^<>|").find(c) != std::string_view::npos) {
      *out += '%';
      *out += kHex[byte >> 4];
      *out += kHex[byte & 15];
    } else {
      *out += c;
    }
  }
}

class FolderPerValue final : public FileLayout {
 public:
  FolderPerValue(Files files, std::vector<int> keys, std::vector<int> kept)
      : files_(std::move(files)), name_(RandomName()), keys_(std::move(keys)), kept_(std::move(kept)) {}

  Status Write(int, const std::shared_ptr<arrow::RecordBatch>& batch) override {
    std::vector<ValueWriter> texts;
    std::vector<std::function<bool(int64_t)>> nulls;
    std::vector<std::string> names;
    for (const int key : keys_) {
      ARROW_ASSIGN_OR_RAISE(auto text, MakeCellWriter(batch->column_data(key), {}));
      texts.push_back(std::move(text));
      nulls.push_back(MakeNullTest(batch->column_data(key)));
      names.emplace_back();
      AppendEscaped(batch->schema()->field(key)->name(), &names.back());
      names.back() += '=';
    }
    std::vector<std::pair<std::string, std::vector<int32_t>>> groups;  // in the order of their first rows
    std::unordered_map<std::string, size_t> known;
    std::string folder, value, last;
    size_t group = 0;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      folder.clear();
      for (size_t k = 0; k < texts.size(); ++k) {
        folder += '/';
        folder += names[k];
        if (nulls[k](row)) {
          folder += "__HIVE_DEFAULT_PARTITION__";
          continue;
        }
        value.clear();
        texts[k](row, &value);
        AppendEscaped(value, &folder);
      }
      if (row == 0 || folder != last) {
        const auto [at, fresh] = known.try_emplace(folder, groups.size());
        if (fresh) groups.emplace_back(folder, std::vector<int32_t>());
        group = at->second;
        last = folder;
      }
      groups[group].second.push_back(static_cast<int32_t>(row));
    }
    ARROW_ASSIGN_OR_RAISE(const auto kept, batch->SelectColumns(kept_));
    for (const auto& [path, rows] : groups) {
      std::shared_ptr<arrow::RecordBatch> part = kept;
      if (groups.size() > 1) {
        ARROW_ASSIGN_OR_RAISE(part, GatherBatch(*kept, rows.data(), static_cast<int64_t>(rows.size()), files_.context.pool.get()));
      }
      ARROW_ASSIGN_OR_RAISE(FileWriter * writer, WriterOf(path));
      ARROW_RETURN_NOT_OK(writer->Write(part));
    }
    return Status::OK();
  }

  Status EndPartition(int) override { return Status::OK(); }

  Status Finish() override {
    while (!open_.empty()) ARROW_RETURN_NOT_OK(CloseLast());
    return Status::OK();
  }

 private:
  struct Folder {
    std::string path;
    std::unique_ptr<FileWriter> writer;
  };

  Result<FileWriter*> WriterOf(const std::string& path) {
    if (const auto at = by_path_.find(path); at != by_path_.end()) {
      open_.splice(open_.begin(), open_, at->second);
      return open_.front().writer.get();
    }
    while (open_.size() >= kOpenWriters || (!open_.empty() && files_.context.pool->overdrawn() > 0)) ARROW_RETURN_NOT_OK(CloseLast());
    const int files = made_[path]++;
    const std::string name = files == 0 ? name_ : name_ + "_" + std::to_string(files);
    ARROW_ASSIGN_OR_RAISE(auto writer, files_.Open(files_.path + path + "/" + name + files_.extension));
    open_.push_front({path, std::move(writer)});
    by_path_[path] = open_.begin();
    return open_.front().writer.get();
  }

  Status CloseLast() {
    const Status finished = open_.back().writer->Finish();
    by_path_.erase(open_.back().path);
    open_.pop_back();
    return finished;
  }

  const Files files_;
  const std::string name_;
  const std::vector<int> keys_, kept_;
  std::list<Folder> open_;  // used last first
  std::unordered_map<std::string, std::list<Folder>::iterator> by_path_;
  std::unordered_map<std::string, int> made_;  // files of each folder
};

}  // namespace

Status FileLayout::WriteText(int, std::string_view) { return Error(ErrorKind::kInternal, "text for files that need rows"); }

Result<std::string> LocalOutputPath(const std::string& path) {
  if (path.empty()) return Error(ErrorKind::kPlan, "a path to write to may not be empty");
  if (path.find('\0') != std::string::npos) return Error(ErrorKind::kPlan, "a path to write to may not hold the character 0");
  if (path.rfind("file://", 0) == 0) {
    std::string rest = path.substr(7);
    if (rest.rfind("localhost/", 0) == 0) rest = rest.substr(9);
    return arrow::util::UriUnescape(rest);
  }
  const size_t scheme = path.find("://");
  if (scheme != std::string::npos && scheme > 1 && path.find('/') > scheme) {
    return Error(ErrorKind::kNotImplemented, "no file system for '", path, "': local files only");
  }
  return path;
}

Result<bool> IsSingleFile(const FileTarget& target) {
  if (!target.partition_by.empty()) return false;
  if (target.single_file) return *target.single_file;
  ARROW_ASSIGN_OR_RAISE(const std::string path, LocalOutputPath(target.path));
  std::error_code code;
  if (path.back() == '/' || fs::is_directory(path, code)) return false;
  return !fs::path(path).extension().empty() || (fs::exists(path, code) && !fs::is_regular_file(path, code));
}

Result<std::unique_ptr<FileLayout>> MakeFileLayout(const FileTarget& target, std::shared_ptr<arrow::Schema> schema,
                                                   std::shared_ptr<const FileFormat> format, std::shared_ptr<FileSet> files, WriterContext context) {
  ARROW_ASSIGN_OR_RAISE(const bool single, IsSingleFile(target));
  Files shared{"", schema, std::move(format), std::move(files), std::move(context), target.extension};
  if (shared.extension.empty()) shared.extension = shared.format->extension();
  if (shared.extension[0] != '.') shared.extension.insert(0, ".");
  ARROW_ASSIGN_OR_RAISE(shared.path, LocalOutputPath(target.path));
  if (single) {
    ARROW_RETURN_NOT_OK(shared.format->Check(*schema));
    ARROW_ASSIGN_OR_RAISE(auto writer, shared.Open(shared.path));
    return std::make_unique<SingleFile>(std::move(shared), std::move(writer));
  }
  while (shared.path.size() > 1 && shared.path.back() == '/') shared.path.pop_back();
  std::error_code code;
  if (fs::exists(shared.path, code) && !fs::is_directory(shared.path, code)) {
    return Error(ErrorKind::kIo, "writing files into '", shared.path, "' failed: it is no folder");
  }
  if (target.partition_by.empty()) {
    ARROW_RETURN_NOT_OK(shared.format->Check(*schema));
    return std::make_unique<FilePerPartition>(std::move(shared));
  }
  std::vector<int> keys, kept;
  for (const std::string& name : target.partition_by) {
    const int at = schema->GetFieldIndex(name);
    if (at < 0) return Error(ErrorKind::kSchema, "No field named ", name, ", or several, among the columns to write");
    const arrow::DataType* type = schema->field(at)->type().get();
    if (type->id() == arrow::Type::DICTIONARY) type = static_cast<const arrow::DictionaryType*>(type)->value_type().get();
    if (type->num_fields() > 0) {
      return Error(ErrorKind::kNotImplemented, "partitioning by column ", name, " of the nested type ", schema->field(at)->type()->ToString());
    }
    keys.push_back(at);
  }
  for (int c = 0; c < schema->num_fields(); ++c) {
    if (target.keep_partition_columns || std::find(keys.begin(), keys.end(), c) == keys.end()) kept.push_back(c);
  }
  if (kept.empty()) return Error(ErrorKind::kPlan, "no columns are left to be written besides those of PARTITIONED BY");
  arrow::FieldVector fields;
  for (const int c : kept) fields.push_back(schema->field(c));
  shared.schema = arrow::schema(std::move(fields), schema->metadata());
  ARROW_RETURN_NOT_OK(shared.format->Check(*shared.schema));
  return std::make_unique<FolderPerValue>(std::move(shared), std::move(keys), std::move(kept));
}

}  // namespace bowstring
