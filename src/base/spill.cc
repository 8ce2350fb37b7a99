// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The checksum is XXH3 by the xxhash header that Arrow installs among its own (arrow/vendored), inlined: no library is needed beyond Arrow.

#include "base/spill.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/compression.h>

#define XXH_INLINE_ALL
#include <arrow/vendored/xxhash.h>

#include <bowstring/error.h>

namespace bowstring {

namespace {

using View = arrow::BinaryViewType::c_type;
constexpr int kMaxDepth = 64;

// A view array over as few buffers as 2 GiB offsets allow, offset 0.
arrow::Result<std::shared_ptr<arrow::ArrayData>> CompactView(const arrow::ArrayData& in, arrow::MemoryPool* pool) {
  const View* views = in.GetValues<View>(1);
  const bool nulls = in.MayHaveNulls();
  const uint8_t* valid = nulls ? in.buffers[0]->data() : nullptr;
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  std::vector<int64_t> sizes(1, 0);
  for (int64_t i = 0; i < in.length; ++i) {
    if (views[i].is_inline() || (valid && !arrow::bit_util::GetBit(valid, in.offset + i))) continue;
    if (sizes.back() + views[i].size() > kMost) sizes.push_back(0);
    sizes.back() += views[i].size();
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out_views, arrow::AllocateBuffer(in.length * sizeof(View), pool));
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{nullptr, out_views};
  if (valid) {
    ARROW_ASSIGN_OR_RAISE(buffers[0], arrow::internal::CopyBitmap(pool, valid, in.offset, in.length));
  }
  for (int64_t size : sizes) {
    if (size == 0) continue;
    ARROW_ASSIGN_OR_RAISE(auto text, arrow::AllocateBuffer(size, pool));
    buffers.push_back(std::move(text));
  }
  View* out = reinterpret_cast<View*>(out_views->mutable_data());
  int32_t buffer = 0;
  int64_t used = 0;
  for (int64_t i = 0; i < in.length; ++i) {
    if (valid && !arrow::bit_util::GetBit(valid, in.offset + i)) {
      std::memset(&out[i], 0, sizeof(View));
      continue;
    }
    out[i] = views[i];
    if (views[i].is_inline()) continue;
    const int32_t size = views[i].size();
    if (used + size > kMost) {
      ++buffer;
      used = 0;
    }
    std::memcpy(buffers[2 + buffer]->mutable_data() + used, in.buffers[2 + views[i].ref.buffer_index]->data() + views[i].ref.offset,
                static_cast<size_t>(size));
    out[i].ref.buffer_index = buffer;
    out[i].ref.offset = static_cast<int32_t>(used);
    used += size;
  }
  return arrow::ArrayData::Make(in.type, in.length, std::move(buffers), nulls ? arrow::kUnknownNullCount : 0, 0);
}

// Null where nothing had to change.
arrow::Result<std::shared_ptr<arrow::ArrayData>> CompactColumn(const std::shared_ptr<arrow::ArrayData>& in, arrow::MemoryPool* pool, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "types nested more than ", kMaxDepth, " deep cannot be spilled");
  if (in->type->id() == arrow::Type::STRING_VIEW || in->type->id() == arrow::Type::BINARY_VIEW) return CompactView(*in, pool);
  std::shared_ptr<arrow::ArrayData> out;
  for (size_t i = 0; i < in->child_data.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto child, CompactColumn(in->child_data[i], pool, depth + 1));
    if (!child) continue;
    if (!out) out = in->Copy();
    out->child_data[i] = std::move(child);
  }
  if (in->dictionary) {
    ARROW_ASSIGN_OR_RAISE(auto dictionary, CompactColumn(in->dictionary, pool, depth + 1));
    if (dictionary) {
      if (!out) out = in->Copy();
      out->dictionary = std::move(dictionary);
    }
  }
  return out;
}

// The batch with every view array (nested ones too) over one buffer that holds just its own text: Arrow's IPC writes all buffers that a view
// array names, even for a slice. Other columns are shared.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> CompactForSpill(const arrow::RecordBatch& batch, arrow::MemoryPool* pool) {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns = batch.column_data();
  for (auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto compact, CompactColumn(column, pool, 0));
    if (compact) column = std::move(compact);
  }
  return arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
}

std::atomic<int64_t> g_descriptors{0};  // of spill files, in this process

// An open file of the system. Several spill files may lie in one where descriptors are few; then each frees its blocks by punching holes.
struct SystemFile {
  std::string folder;
  int fd = -1;
  std::atomic<int64_t> end{0};

  ~SystemFile() {
    close(fd);
    g_descriptors.fetch_sub(1, std::memory_order_relaxed);
  }
  void Punch(int64_t offset, int64_t size) noexcept {
#ifdef FALLOC_FL_PUNCH_HOLE
    (void)!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size);  // else the room comes back with the file's end
#endif
  }
};

// Spill files take no more than this share of the descriptors that the process may have.
bool DescriptorsAreFew() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  return g_descriptors.load(std::memory_order_relaxed) >= std::max<int64_t>(static_cast<int64_t>(limit.rlim_cur) / 4, 4);
}

}  // namespace

struct SpillSpace::Impl {
  std::vector<std::string> directories;
  int64_t limit = 0;
  bool disabled = false;
  std::atomic<int64_t> used{0}, written{0}, files{0};
  std::mutex mutex;
  std::deque<std::weak_ptr<SystemFile>> open;  // those that may be shared, the next one first

  // One that is open, each in turn; null: there is none.
  std::shared_ptr<SystemFile> Share() {
    const std::lock_guard lock(mutex);
    while (!open.empty()) {
      std::weak_ptr<SystemFile> next = std::move(open.front());
      open.pop_front();
      if (auto file = next.lock()) {
        open.push_back(std::move(next));
        return file;
      }
    }
    return nullptr;
  }
  void Opened(const std::shared_ptr<SystemFile>& file) {
    const std::lock_guard lock(mutex);
    std::erase_if(open, [](const auto& other) { return other.expired(); });
    open.push_back(file);
  }

  // Takes bytes of the limit, or nothing.
  bool Charge(int64_t bytes) noexcept {
    const int64_t now = used.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (now <= limit) return true;
    used.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
};

namespace {

std::string SystemFolder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

// An open file without a name, 0600; -1 with errno.
int OpenUnnamed(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return -1;
#ifdef O_TMPFILE
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)) return fd;
#endif
  std::string path = folder + "/bowstring-XXXXXX";
  const int named = mkostemp(path.data(), O_CLOEXEC);  // 0600
  if (named >= 0) unlink(path.c_str());
  return named;
}

constexpr int64_t kStaging = 16 << 10;

// Writes one block at its place, counting and hashing what passes. Small pieces are gathered.
class BlockStream final : public arrow::io::OutputStream {
 public:
  BlockStream(int fd, int64_t offset) : fd_(fd), begin_(offset), offset_(offset) { XXH3_64bits_reset(&hash_); }

  arrow::Status Write(const void* data, int64_t size) override {
    XXH3_64bits_update(&hash_, data, static_cast<size_t>(size));
    if (size + staged_ <= kStaging) {
      std::memcpy(staging_.data() + staged_, data, static_cast<size_t>(size));
      staged_ += size;
      return arrow::Status::OK();
    }
    ARROW_RETURN_NOT_OK(Flush());
    if (size > kStaging) return Put(static_cast<const uint8_t*>(data), size);
    std::memcpy(staging_.data(), data, static_cast<size_t>(size));
    staged_ = size;
    return arrow::Status::OK();
  }
  arrow::Status Flush() override {
    ARROW_RETURN_NOT_OK(Put(staging_.data(), staged_));
    staged_ = 0;
    return arrow::Status::OK();
  }
  arrow::Status Close() override { return Flush(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return offset_ + staged_ - begin_; }

  int64_t size() const { return offset_ + staged_ - begin_; }
  uint64_t hash() { return XXH3_64bits_digest(&hash_); }
  int error() const { return error_; }

 private:
  arrow::Status Put(const uint8_t* data, int64_t size) {
    while (size > 0) {
      const ssize_t n = pwrite(fd_, data, static_cast<size_t>(size), offset_);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        error_ = n == 0 ? ENOSPC : errno;
        return arrow::Status::IOError("spill write failed");
      }
      data += n;
      size -= n;
      offset_ += n;
    }
    return arrow::Status::OK();
  }

  const int fd_;
  const int64_t begin_;
  int64_t offset_, staged_ = 0;
  int error_ = 0;
  XXH3_state_t hash_;
  std::array<uint8_t, kStaging> staging_;
};

bool HasDictionary(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) return true;
  for (const auto& field : type.fields()) {
    if (HasDictionary(*field->type())) return true;
  }
  return false;
}

}  // namespace

SpillSpace::SpillSpace(std::vector<std::string> directories, int64_t limit) : impl_(std::make_unique<Impl>()) {
  impl_->directories = std::move(directories);
  if (impl_->directories.empty()) impl_->directories.push_back(SystemFolder());
  impl_->limit = limit;
}
SpillSpace::~SpillSpace() = default;

std::shared_ptr<SpillSpace> SpillSpace::Disabled() {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, 0);
  space->impl_->disabled = true;
  return space;
}

std::shared_ptr<SpillSpace> SpillSpace::WithLimit(int64_t limit) const {
  if (impl_->disabled) return Disabled();
  return std::make_shared<SpillSpace>(impl_->directories, limit);
}
bool SpillSpace::enabled() const noexcept { return !impl_->disabled; }
int64_t SpillSpace::used() const noexcept { return impl_->used.load(std::memory_order_relaxed); }
int64_t SpillSpace::limit() const noexcept { return impl_->limit; }
int64_t SpillSpace::written() const noexcept { return impl_->written.load(std::memory_order_relaxed); }
int64_t SpillSpace::files() const noexcept { return impl_->files.load(std::memory_order_relaxed); }

struct SpillFile::Impl {
  struct Block {
    int64_t offset, size, rows;
    uint64_t hash;
  };
  std::shared_ptr<SpillSpace> space;
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<SystemFile> file;
  bool dictionaries = false;
  mutable std::mutex mutex;  // guards blocks; never held over I/O
  std::deque<Block> blocks;
  std::atomic<int64_t> bytes{0};

  ~Impl() {
    if (file && file.use_count() > 1) {
      for (const Block& block : blocks) file->Punch(block.offset, block.size);
    }
    if (space) space->impl().used.fetch_sub(bytes.load(), std::memory_order_relaxed);
  }
  const std::string& folder() const { return file->folder; }
  Block block(int64_t i) const {
    std::lock_guard lock(mutex);
    return blocks[static_cast<size_t>(i)];
  }
  arrow::Status Failed(const char* what, int error, int64_t need) const {
    return Error(ErrorKind::kIo, what, " a spill file in '", folder(), "': ", std::strerror(error), " (", need, " bytes needed; ", space->used(),
                 " of the spill limit of ", space->limit(), " bytes used)");
  }
};

SpillFile::SpillFile() : impl_(std::make_unique<Impl>()) {}
SpillFile::~SpillFile() = default;

arrow::Result<std::unique_ptr<SpillFile>> SpillFile::Create(std::shared_ptr<SpillSpace> space, std::shared_ptr<arrow::Schema> schema) {
  SpillSpace::Impl& place = space->impl();
  if (place.disabled) return Error(ErrorKind::kBudgetExceeded, "memory is short and spilling is disabled");
  std::unique_ptr<SpillFile> file(new SpillFile());
  Impl& impl = *file->impl_;
  impl.schema = std::move(schema);
  for (const auto& field : impl.schema->fields()) impl.dictionaries = impl.dictionaries || HasDictionary(*field->type());
  if (DescriptorsAreFew()) impl.file = place.Share();
  std::string failures;
  for (auto folder = place.directories.begin(); impl.file == nullptr && folder != place.directories.end(); ++folder) {
    const int fd = OpenUnnamed(*folder);
    const int error = errno;
    if (fd >= 0) {
      g_descriptors.fetch_add(1, std::memory_order_relaxed);
      impl.file = std::make_shared<SystemFile>();
      impl.file->folder = *folder;
      impl.file->fd = fd;
      place.Opened(impl.file);
      break;
    }
    failures += (failures.empty() ? "'" : "; '") + *folder + "': " + std::strerror(error);
    if (error == EMFILE || error == ENFILE) impl.file = place.Share();
  }
  if (impl.file == nullptr) return Error(ErrorKind::kIo, "cannot make a spill file in ", failures);
  impl.space = std::move(space);
  place.files.fetch_add(1, std::memory_order_relaxed);
  return file;
}

// LZ4's acceleration: of a block of lineitem a fourth less time for a fourth more bytes, 36 instead of 28 of 76 MB.
constexpr int kLevel = -50;

arrow::Status SpillFile::Append(const arrow::RecordBatch& batch, arrow::MemoryPool* pool) {
  Impl& impl = *impl_;
  SpillSpace::Impl& place = impl.space->impl();
  arrow::ipc::IpcWriteOptions options = arrow::ipc::IpcWriteOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  options.unify_dictionaries = false;
  ARROW_ASSIGN_OR_RAISE(options.codec, arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME, kLevel));
  ARROW_ASSIGN_OR_RAISE(auto compact, CompactForSpill(batch, pool));

  // Others may write into the same file of the system: a block's room is taken before it is written.
  SystemFile& file = *impl.file;
  int64_t begin = 0, charged = 0;
  const auto take = [&] {
    if (!place.Charge(charged)) return false;
    begin = file.end.fetch_add(charged, std::memory_order_relaxed);
    return true;
  };
  std::optional<BlockStream> out;
  arrow::Status written;
  if (impl.dictionaries) {
    // Each block is a whole IPC stream, so that it can be read alone with its dictionaries.
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::io::BufferOutputStream::Create(1 << 16, pool));
    ARROW_ASSIGN_OR_RAISE(auto writer, arrow::ipc::MakeStreamWriter(buffer, impl.schema, options));
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*compact));
    ARROW_RETURN_NOT_OK(writer->Close());
    ARROW_ASSIGN_OR_RAISE(auto bytes, buffer->Finish());
    charged = bytes->size();
    if (!take()) return impl.Failed("No room for", ENOSPC, charged);
    written = out.emplace(file.fd, begin).Write(bytes->data(), bytes->size());
  } else {
    arrow::ipc::IpcPayload payload;
    ARROW_RETURN_NOT_OK(arrow::ipc::GetRecordBatchPayload(*compact, options, &payload));
    compact.reset();
    charged = arrow::ipc::GetPayloadSize(payload, options) + 64;
    if (!take()) return impl.Failed("No room for", ENOSPC, charged);
    int32_t metadata_length = 0;
    written = arrow::ipc::WriteIpcPayload(payload, options, &out.emplace(file.fd, begin), &metadata_length);
  }
  BlockStream& stream = *out;
  if (written.ok()) written = stream.Flush();
  if (written.ok() && stream.size() > charged) written = Error(ErrorKind::kInternal, "a spill block is larger than its room");
  if (!written.ok()) {
    place.used.fetch_sub(charged, std::memory_order_relaxed);
    file.Punch(begin, charged);
    return stream.error() != 0 ? impl.Failed("Cannot write", stream.error(), charged) : written;
  }
  const int64_t size = stream.size();
  place.used.fetch_add(size - charged, std::memory_order_relaxed);
  place.written.fetch_add(size, std::memory_order_relaxed);
  impl.bytes.fetch_add(size, std::memory_order_relaxed);
  int64_t end = begin + charged;  // what wasn't needed is the next one's, if nobody was faster
  file.end.compare_exchange_strong(end, begin + size, std::memory_order_relaxed);
  std::lock_guard lock(impl.mutex);
  impl.blocks.push_back({begin, size, batch.num_rows(), stream.hash()});
  return arrow::Status::OK();
}

int64_t SpillFile::batches() const noexcept {
  std::lock_guard lock(impl_->mutex);
  return static_cast<int64_t>(impl_->blocks.size());
}
int64_t SpillFile::rows(int64_t batch) const { return impl_->block(batch).rows; }
int64_t SpillFile::bytes() const noexcept { return impl_->bytes.load(std::memory_order_relaxed); }

arrow::Result<std::shared_ptr<arrow::RecordBatch>> SpillFile::Read(int64_t batch, arrow::MemoryPool* pool) const {
  const Impl& impl = *impl_;
  const Impl::Block block = impl.block(batch);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bytes, arrow::AllocateBuffer(block.size, pool));
  uint8_t* data = bytes->mutable_data();
  for (int64_t done = 0; done < block.size;) {
    const ssize_t n = pread(impl.file->fd, data + done, static_cast<size_t>(block.size - done), block.offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return impl.Failed("Cannot read", errno, block.size);
    if (n == 0) return Error(ErrorKind::kIo, "a spill file in '", impl.folder(), "' has been cut short");
    done += n;
  }
  if (XXH3_64bits(data, static_cast<size_t>(block.size)) != block.hash) {
    return Error(ErrorKind::kIo, "a spill file in '", impl.folder(), "' is damaged: block ", batch, " (", block.size, " bytes at ", block.offset,
                 ") fails its checksum");
  }
  arrow::ipc::IpcReadOptions options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  arrow::io::BufferReader reader(bytes);
  if (impl.dictionaries) {
    ARROW_ASSIGN_OR_RAISE(auto stream, arrow::ipc::RecordBatchStreamReader::Open(&reader, options));
    std::shared_ptr<arrow::RecordBatch> out;
    ARROW_RETURN_NOT_OK(stream->ReadNext(&out));
    if (!out) return Error(ErrorKind::kInternal, "a spill block without a batch");
    return out;
  }
  return arrow::ipc::ReadRecordBatch(impl.schema, nullptr, options, &reader);
}

}  // namespace bowstring
