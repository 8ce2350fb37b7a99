// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <set>
#include <system_error>

#include <bowstring/error.h>

namespace bowstring {

namespace fs = std::filesystem;
using arrow::Result;
using arrow::Status;

namespace {

constexpr size_t kBuffer = 256 << 10;
constexpr int64_t kStart = 8 << 20;  // so much at a time goes to the storage in the background: the last fsync finds little to do

Status Failure(const std::string& path, const char* what, int error) {
  return Error(ErrorKind::kIo, what, " '", path, "' failed: ", std::generic_category().message(error));
}

std::string RandomSuffix() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::random_device random;
  std::string text;
  for (int i = 0; i < 12; ++i) text += kDigits[random() % 16];
  return text;
}

Status SyncFolder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Status::OK();  // a folder that may be written to, but not read
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  if (result != 0 && error != EINVAL && error != ENOTSUP && error != EROFS) return Failure(folder, "syncing", error);
  return Status::OK();
}

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

FileSet::~FileSet() { Abort(); }

size_t FileSet::files() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return entries_.size();
}

Result<std::shared_ptr<OutputFile>> FileSet::Create(const std::string& wanted) {
  std::error_code code;
  std::string path = wanted;
  if (allowed_) {
    ARROW_ASSIGN_OR_RAISE(path, allowed_->Resolve(wanted));
  }
  // A link stays a link: what it points to is replaced.
  if (fs::is_symlink(path, code)) {
    const fs::path target = fs::weakly_canonical(path, code);
    if (!code) path = target.string();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  if (aborted_) return Error(ErrorKind::kCancelled, "the query was cancelled");
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return Failure(path, "writing", EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return Failure(path, "opening", errno);
    if (const Status in = allowed_ ? allowed_->CheckOpen(fd, path) : Status::OK(); !in.ok()) {
      ::close(fd);
      return in;
    }
    return std::shared_ptr<OutputFile>(new OutputFile(path, fd, false));
  }
  const std::string folder = FolderOf(path);
  std::vector<std::string> missing;
  for (fs::path above = folder; !above.empty() && !fs::exists(above, code); above = above.parent_path()) missing.push_back(above.string());
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    if (::mkdir(at->c_str(), 0777) == 0) {
      folders_.push_back(*at);
    } else if (errno != EEXIST) {
      return Failure(*at, "making the folder", errno);
    }
  }
  std::string temporary;
  int fd = -1;
  for (int attempt = 0; fd < 0 && attempt < 100; ++attempt) {
    temporary = folder + "/." + fs::path(path).filename().string().substr(0, 200) + "." + RandomSuffix() + ".tmp";
    fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0) return Failure(path, "writing", errno);
  if (const Status in = allowed_ ? allowed_->CheckOpen(fd, path) : Status::OK(); !in.ok()) {
    ::unlink(temporary.c_str());
    ::close(fd);
    return in;
  }
  if (exists) (void)::fchmod(fd, status.st_mode & 07777);
  entries_.push_back({temporary, path});
  return std::shared_ptr<OutputFile>(new OutputFile(path, fd, true));
}

Status FileSet::Commit() {
  std::set<std::string> folders;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (aborted_) return Error(ErrorKind::kCancelled, "the query was cancelled");
    for (Entry& entry : entries_) {
      if (::rename(entry.temporary.c_str(), entry.path.c_str()) != 0) {
        const Status failed = Failure(entry.path, "renaming to", errno);
        Remove();
        return failed;
      }
      entry.renamed = true;
      folders.insert(FolderOf(entry.path));
    }
    committed_ = true;
  }
  for (const std::string& folder : folders) ARROW_RETURN_NOT_OK(SyncFolder(folder));
  return Status::OK();
}

void FileSet::Abort() noexcept {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!committed_ && !aborted_) Remove();
}

void FileSet::Remove() noexcept {
  aborted_ = true;
  for (const Entry& entry : entries_) {
    // Of several files a part is no use; the names were new. A single one that has its name is there.
    if (!entry.renamed) {
      ::unlink(entry.temporary.c_str());
    } else if (entries_.size() > 1) {
      ::unlink(entry.path.c_str());
    }
  }
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) ::rmdir(folder->c_str());  // those that are empty
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status OutputFile::Failed(const char* what, int error) const { return Failure(path_, what, error); }

Status OutputFile::WriteOut(const char* data, int64_t nbytes) {
  while (nbytes > 0) {
    const ssize_t written = ::write(fd_, data, static_cast<size_t>(std::min<int64_t>(nbytes, 16 << 20)));
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failed("writing", errno);
    }
    data += written;
    nbytes -= written;
    flushed_ += written;
  }
#if defined(__linux__)
  if (regular_ && flushed_ - started_ >= kStart) {
    (void)::sync_file_range(fd_, started_, flushed_ - started_, SYNC_FILE_RANGE_WRITE);
    started_ = flushed_;
  }
#endif
  return Status::OK();
}

Status OutputFile::Write(const void* data, int64_t nbytes) {
  if (fd_ < 0) return Error(ErrorKind::kInternal, "a write to a file that is closed");
  const char* bytes = static_cast<const char*>(data);
  if (buffer_.size() + static_cast<size_t>(nbytes) > kBuffer) {
    ARROW_RETURN_NOT_OK(Flush());
    if (static_cast<size_t>(nbytes) >= kBuffer) return WriteOut(bytes, nbytes);
  }
  if (buffer_.capacity() < kBuffer) buffer_.reserve(kBuffer);
  buffer_.append(bytes, static_cast<size_t>(nbytes));
  return Status::OK();
}

Status OutputFile::Flush() {
  // Taken out first: an error doesn't leave bytes that would be written twice.
  std::string bytes;
  bytes.swap(buffer_);
  const Status written = WriteOut(bytes.data(), static_cast<int64_t>(bytes.size()));
  bytes.clear();
  buffer_.swap(bytes);
  return written;
}

Status OutputFile::Close() {
  if (fd_ < 0) return Status::OK();
  Status status = Flush();
  if (status.ok() && regular_ && ::fsync(fd_) != 0) status = Failed("syncing", errno);
  const int closed = ::close(fd_);
  fd_ = -1;
  if (status.ok() && closed != 0 && errno != EINTR) status = Failed("closing", errno);
  buffer_ = std::string();
  return status;
}

Status OutputFile::Patch(int64_t offset, const void* data, int64_t nbytes) {
  ARROW_RETURN_NOT_OK(Flush());
  if (!regular_) return Error(ErrorKind::kNotImplemented, "changing bytes of '", path_, "', which is no regular file");
  const ssize_t written = ::pwrite(fd_, data, static_cast<size_t>(nbytes), offset);
  if (written != nbytes) return Failed("writing", written < 0 ? errno : ENOSPC);
  return Status::OK();
}

Status OutputFile::ReadBack(int64_t offset, void* data, int64_t nbytes) {
  ARROW_RETURN_NOT_OK(Flush());
  const ssize_t read = regular_ ? ::pread(fd_, data, static_cast<size_t>(nbytes), offset) : 0;
  if (read != nbytes) return Failed("reading", read < 0 ? errno : EIO);
  return Status::OK();
}

Status OutputFile::Truncate(int64_t size) {
  ARROW_RETURN_NOT_OK(Flush());
  if (!regular_) return Error(ErrorKind::kNotImplemented, "shortening '", path_, "', which is no regular file");
  if (::ftruncate(fd_, size) != 0 || ::lseek(fd_, size, SEEK_SET) < 0) return Failed("shortening", errno);
  flushed_ = size;
  started_ = std::min(started_, size);
  return Status::OK();
}

}  // namespace bowstring
