// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace bowstring {

/// Where and how much a session may spill. Thread-safe; shared by the session's queries. Directories are 0700, files 0600 and without a name
/// (O_TMPFILE, or unlinked at once), so that nothing is left after SIGKILL.
class SpillSpace {
 public:
  /// `directories`: tried in turn; empty: the system's temporary folder. `limit`: bytes on disk at most, over all files.
  SpillSpace(std::vector<std::string> directories, int64_t limit);
  /// A space that refuses: "spilling is disabled".
  static std::shared_ptr<SpillSpace> Disabled();
  /// The same folders with another limit; of a disabled one: disabled.
  std::shared_ptr<SpillSpace> WithLimit(int64_t limit) const;
  ~SpillSpace();

  bool enabled() const noexcept;  ///< false: Disabled()
  int64_t used() const noexcept;
  int64_t limit() const noexcept;
  /// Bytes ever written, and files ever made.
  int64_t written() const noexcept;
  int64_t files() const noexcept;
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Batches of one schema on disk, written once, read in any order. Each block is Arrow IPC (LZ4), with an xxh3 over it: a flipped bit is an
/// error that names the file's folder, never a wrong row. String views are compacted before they are written. pwrite/pread only.
/// One writer at a time; readers from any thread after a batch's Append has returned.
class SpillFile {
 public:
  static arrow::Result<std::unique_ptr<SpillFile>> Create(std::shared_ptr<SpillSpace> space, std::shared_ptr<arrow::Schema> schema);
  ~SpillFile();
  /// Writes a batch; its number is the count before. Temporary memory (about the batch's compressed size) comes from `pool`.
  /// Errors name path, limit and need: disk full, EIO, no descriptors.
  arrow::Status Append(const arrow::RecordBatch& batch, arrow::MemoryPool* pool);
  int64_t batches() const noexcept;
  int64_t rows(int64_t batch) const;
  int64_t bytes() const noexcept;  ///< on disk
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read(int64_t batch, arrow::MemoryPool* pool) const;

 private:
  SpillFile();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bowstring
