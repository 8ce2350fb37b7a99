// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/result.h>

#include <bowstring/allowed_paths.h>
#include <bowstring/table_source.h>

namespace bowstring {

/// Threads that wait for storage so that workers don't have to. They start with the first job. Thread-safe.
class IoThreads {
 public:
  explicit IoThreads(int threads = 8) : limit_(threads) {}
  /// Ends after the jobs that run; those that wait are dropped.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  void Submit(std::function<void()> job);

  /// The process's own, for whoever has none. Never destroyed; a forked child gets another.
  static const std::shared_ptr<IoThreads>& Process();

 private:
  void Run();

  const int limit_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  int idle_ = 0;
  bool ending_ = false;
};

/// A file open for reading by position. Immutable, thread-safe.
class LocalFile {
 public:
  /// kIo where it can't be opened or is no regular file; kPlan where it isn't in `allowed` (null: all is), links resolved.
  static arrow::Result<std::shared_ptr<const LocalFile>> Open(const std::string& path, const AllowedPathsPtr& allowed);
  ~LocalFile();
  LocalFile(const LocalFile&) = delete;
  LocalFile& operator=(const LocalFile&) = delete;

  const std::string& path() const { return path_; }
  int64_t size() const { return size_; }
  int64_t mtime_ns() const { return mtime_ns_; }

  /// Reads all `n` bytes, waiting for storage. kIo, also where the file ends before.
  arrow::Status Read(int64_t offset, int64_t n, uint8_t* out) const;
  /// True: all n bytes were in the page cache and are read. False: they weren't, `out` is undefined.
  arrow::Result<bool> ReadIfCached(int64_t offset, int64_t n, uint8_t* out) const;
  /// Asks the system to read the range into the page cache. May wait.
  void ReadAhead(int64_t offset, int64_t n) const;

 private:
  LocalFile(std::string path, int fd, int64_t size, int64_t mtime_ns) : path_(std::move(path)), fd_(fd), size_(size), mtime_ns_(mtime_ns) {}
  arrow::Status Failed(int64_t offset, int64_t n, int error) const;

  const std::string path_;
  const int fd_;
  const int64_t size_, mtime_ns_;
};

/// What one cursor has under way on I/O threads. Lives on when the cursor is dropped, until the jobs have ended.
class PendingReads : public std::enable_shared_from_this<PendingReads> {
 public:
  explicit PendingReads(std::shared_ptr<IoThreads> threads) : threads_(std::move(threads)) {}

  struct Range {
    int64_t offset, size;
  };
  /// Has an I/O thread read the range into a buffer of `pool`, after asking the system for `ahead` too. OutOfMemory: nothing has changed.
  arrow::Status Start(const std::shared_ptr<const LocalFile>& file, int64_t offset, int64_t size, std::vector<Range> ahead, arrow::MemoryPool* pool);
  /// Takes what was read for the range; null: it isn't under way, or not yet done (then `pending`).
  arrow::Result<std::shared_ptr<arrow::Buffer>> Take(int64_t offset, int64_t size, bool* pending);
  bool any() const;
  /// Fires the waker once nothing is under way (at once, when that is so).
  void Notify(Waker waker);

 private:
  struct Job {
    int64_t offset, size;
    std::shared_ptr<arrow::Buffer> buffer;
    arrow::Status status;
    bool done = false;
  };
  void Done(const std::shared_ptr<Job>& job, arrow::Status status);

  const std::shared_ptr<IoThreads> threads_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Job>> jobs_;
  int running_ = 0;
  std::vector<Waker> wakers_;
};

}  // namespace bowstring
