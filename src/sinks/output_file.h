// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <bowstring/allowed_paths.h>

namespace bowstring {

class OutputFile;

/// The files that one statement writes: each under a temporary name in the folder it is meant for, all renamed at the end, or all removed.
/// Thread-safe. Nothing that was there before is touched until Commit.
class FileSet {
 public:
  FileSet() = default;
  /// `allowed`: where files may be made; null: everywhere.
  explicit FileSet(AllowedPathsPtr allowed) : allowed_(std::move(allowed)) {}
  ~FileSet();  ///< aborts
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  /// A file that Commit will put at `path`; folders above it are made. A device or a pipe that exists is written to as it is.
  /// kCancelled after Abort.
  arrow::Result<std::shared_ptr<OutputFile>> Create(const std::string& path);
  /// Gives all files their names; they have been closed. kCancelled after Abort. On failure all is as before, but for files that were
  /// replaced already.
  arrow::Status Commit();
  /// Removes what isn't committed, while another thread may still be writing to it. Never waits for writes. Harmless at any time.
  void Abort() noexcept;
  size_t files() const;

 private:
  struct Entry {
    std::string temporary, path;
    bool renamed = false;
  };
  void Remove() noexcept;

  const AllowedPathsPtr allowed_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::vector<std::string> folders_;  // made by Create, outermost first
  bool aborted_ = false, committed_ = false;
};

/// One file being written. Buffered; one thread at a time. Failures are kIo and name the path and the cause.
class OutputFile final : public arrow::io::OutputStream {
 public:
  ~OutputFile() override;

  using arrow::io::Writable::Write;
  arrow::Status Write(const void* data, int64_t nbytes) override;
  arrow::Status Flush() override;
  arrow::Result<int64_t> Tell() const override { return flushed_ + static_cast<int64_t>(buffer_.size()); }
  /// Writes what is buffered and waits until the storage has it all.
  arrow::Status Close() override;
  bool closed() const override { return fd_ < 0; }
  /// Overwrites bytes that were written before.
  arrow::Status Patch(int64_t offset, const void* data, int64_t nbytes);
  /// Reads bytes that were written before.
  arrow::Status ReadBack(int64_t offset, void* data, int64_t nbytes);
  /// Drops what was written from `size` on.
  arrow::Status Truncate(int64_t size);
  const std::string& path() const { return path_; }

 private:
  friend class FileSet;
  OutputFile(std::string path, int fd, bool regular) : path_(std::move(path)), fd_(fd), regular_(regular) {}
  arrow::Status WriteOut(const char* data, int64_t nbytes);
  arrow::Status Failed(const char* what, int error) const;

  const std::string path_;
  int fd_;
  const bool regular_;
  std::string buffer_;
  int64_t flushed_ = 0, started_ = 0;  // started_: handed to the storage to be written in the background
};

}  // namespace bowstring
