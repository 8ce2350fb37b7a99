// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/io_threads.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <bowstring/error.h>

namespace bowstring {

IoThreads::~IoThreads() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    jobs_.clear();
  }
  work_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void IoThreads::Submit(std::function<void()> job) {
  std::function<void()> now;
  {
    std::lock_guard lock(mutex_);
    if (static_cast<int>(jobs_.size()) >= idle_ && static_cast<int>(threads_.size()) < limit_) {
      try {
        threads_.emplace_back([this] { Run(); });
      } catch (const std::system_error&) {
        // No more threads to be had: those that are there do it, or else the caller.
      }
    }
    if (threads_.empty()) {
      now = std::move(job);
    } else {
      jobs_.push_back(std::move(job));
    }
  }
  if (now) return now();
  work_.notify_one();
}

void IoThreads::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    --idle_;
    if (ending_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds is freed outside the lock
    lock.lock();
  }
}

const std::shared_ptr<IoThreads>& IoThreads::Process() {
  // Leaked, with its threads: nothing of it may run or be joined while the process ends. The parent's is never touched in a child.
  struct Instance {
    pid_t owner;
    std::shared_ptr<IoThreads> threads;
  };
  static std::mutex* mutex = new std::mutex;
  static std::vector<std::unique_ptr<Instance>>* instances = new std::vector<std::unique_ptr<Instance>>;
  std::lock_guard lock(*mutex);
  for (const auto& instance : *instances) {
    if (instance->owner == getpid()) return instance->threads;
  }
  instances->push_back(std::make_unique<Instance>(Instance{getpid(), std::make_shared<IoThreads>()}));
  return instances->back()->threads;
}

arrow::Result<std::shared_ptr<const LocalFile>> LocalFile::Open(const std::string& path, const AllowedPathsPtr& allowed) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe that nobody writes to is refused, not waited for
  if (fd < 0) return Error(ErrorKind::kIo, "file '", path, "' can't be opened: ", std::strerror(errno));
  struct stat info;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    int error = errno;
    bool regular = S_ISREG(info.st_mode);
    ::close(fd);
    return Error(ErrorKind::kIo, "'", path, regular ? "' can't be examined: " : "' is not a regular file", regular ? std::strerror(error) : "");
  }
  int64_t mtime = static_cast<int64_t>(info.st_mtim.tv_sec) * 1000000000 + info.st_mtim.tv_nsec;
  std::shared_ptr<const LocalFile> file(new LocalFile(path, fd, info.st_size, mtime));
  if (allowed != nullptr) ARROW_RETURN_NOT_OK(allowed->CheckOpen(fd, path));
  return file;
}

LocalFile::~LocalFile() { ::close(fd_); }

arrow::Status LocalFile::Failed(int64_t offset, int64_t n, int error) const {
  if (error == 0) {
    return Error(ErrorKind::kIo, "file '", path_, "' ends before byte ", offset + n, ": it was truncated or changed after its footer was read");
  }
  return Error(ErrorKind::kIo, "file '", path_, "' can't be read at byte ", offset, ": ", std::strerror(error));
}

arrow::Status LocalFile::Read(int64_t offset, int64_t n, uint8_t* out) const {
  while (n > 0) {
    ssize_t got = ::pread(fd_, out, static_cast<size_t>(std::min<int64_t>(n, 1 << 30)), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed(offset, n, got == 0 ? 0 : errno);
    offset += got;
    out += got;
    n -= got;
  }
  return arrow::Status::OK();
}

arrow::Result<bool> LocalFile::ReadIfCached(int64_t offset, int64_t n, uint8_t* out) const {
#if defined(__linux__) && defined(RWF_NOWAIT)
  while (n > 0) {
    iovec target{out, static_cast<size_t>(std::min<int64_t>(n, 1 << 30))};
    ssize_t got = ::preadv2(fd_, &target, 1, offset, RWF_NOWAIT);
    if (got < 0 && errno == EINTR) continue;
    // Any other refusal is left to the blocking read, which has the last word on errors.
    if (got < 0) return false;
    if (got == 0) return Failed(offset, n, 0);
    offset += got;
    out += got;
    n -= got;
  }
  return true;
#else
  (void)offset, (void)out;
  return n == 0;
#endif
}

void LocalFile::ReadAhead(int64_t offset, int64_t n) const {
#if defined(POSIX_FADV_WILLNEED)
  ::posix_fadvise(fd_, offset, n, POSIX_FADV_WILLNEED);
#else
  (void)offset, (void)n;
#endif
}

arrow::Status PendingReads::Start(const std::shared_ptr<const LocalFile>& file, int64_t offset, int64_t size, std::vector<Range> ahead,
                                  arrow::MemoryPool* pool) {
  auto job = std::make_shared<Job>();
  ARROW_ASSIGN_OR_RAISE(job->buffer, arrow::AllocateBuffer(size, pool));
  job->offset = offset;
  job->size = size;
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(job);
    ++running_;
  }
  threads_->Submit([self = shared_from_this(), job, file, ahead = std::move(ahead)] {
    for (const Range& range : ahead) file->ReadAhead(range.offset, range.size);
    self->Done(job, file->Read(job->offset, job->size, job->buffer->mutable_data()));
  });
  return arrow::Status::OK();
}

void PendingReads::Done(const std::shared_ptr<Job>& job, arrow::Status status) {
  std::vector<Waker> wakers;
  {
    std::lock_guard lock(mutex_);
    job->status = std::move(status);
    job->done = true;
    if (--running_ == 0) wakers.swap(wakers_);
  }
  for (const Waker& waker : wakers) waker.Wake();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> PendingReads::Take(int64_t offset, int64_t size, bool* pending) {
  std::lock_guard lock(mutex_);
  *pending = false;
  for (size_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i]->offset != offset || jobs_[i]->size != size) continue;
    if (!jobs_[i]->done) {
      *pending = true;
      return nullptr;
    }
    auto job = std::move(jobs_[i]);
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
    ARROW_RETURN_NOT_OK(job->status);
    return std::move(job->buffer);
  }
  return nullptr;
}

bool PendingReads::any() const {
  std::lock_guard lock(mutex_);
  return running_ > 0;
}

void PendingReads::Notify(Waker waker) {
  {
    std::lock_guard lock(mutex_);
    if (running_ > 0) {
      wakers_.push_back(std::move(waker));
      return;
    }
  }
  waker.Wake();
}

}  // namespace bowstring
