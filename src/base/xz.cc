// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/xz.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include <arrow/memory_pool.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;

// liblzma's stable ABI (its soname is 5 since 2012), declared here so that neither its headers nor the library are needed to build and to start.
extern "C" {
struct LzmaAllocator {
  void* (*allocate)(void* opaque, size_t count, size_t size);
  void (*free)(void* opaque, void* memory);
  void* opaque;
};
struct LzmaStream {
  const uint8_t* next_in;
  size_t avail_in;
  uint64_t total_in;
  uint8_t* next_out;
  size_t avail_out;
  uint64_t total_out;
  const LzmaAllocator* allocator;
  void* internal;
  void* reserved_pointers[4];
  uint64_t reserved_words[2];
  size_t reserved_sizes[2];
  int reserved_enums[2];
};
}

enum LzmaResult { kOk = 0, kStreamEnd = 1, kMemError = 5, kMemLimitError = 6, kFormatError = 7, kOptionsError = 8, kDataError = 9, kBufError = 10 };
enum LzmaAction { kRun = 0, kSyncFlush = 1, kFinish = 3 };
constexpr int kCheckCrc64 = 4;

struct Lzma {
  uint32_t (*version)();
  int (*encoder)(LzmaStream*, uint32_t preset, int check);
  uint64_t (*encoder_memory)(uint32_t preset);
  int (*decoder)(LzmaStream*, uint64_t memory_limit, uint32_t flags);
  int (*code)(LzmaStream*, int action);
  void (*end)(LzmaStream*);
  uint64_t (*memory)(const LzmaStream*);
  int (*set_limit)(LzmaStream*, uint64_t memory_limit);

  // Before 5.2.7 a decoder that has met its limit can't go on.
  bool resumes() const { return version() >= 50020070; }
};

#ifdef __APPLE__
constexpr const char* kLibrary = "liblzma.5.dylib";
#else
constexpr const char* kLibrary = "liblzma.so.5";
#endif

template <typename F>
bool Find(void* library, const char* name, F* out) {
  *out = reinterpret_cast<F>(dlsym(library, name));
  return *out != nullptr;
}

/// Null functions: why in `problem`.
struct Loaded {
  Lzma lzma{};
  std::string problem;

  Loaded() {
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);  // never unloaded
    if (library == nullptr) {
      const char* text = dlerror();
      problem = text != nullptr ? text : "not found";
    } else if (!(Find(library, "lzma_version_number", &lzma.version) && Find(library, "lzma_easy_encoder", &lzma.encoder) &&
                 Find(library, "lzma_easy_encoder_memusage", &lzma.encoder_memory) && Find(library, "lzma_stream_decoder", &lzma.decoder) &&
                 Find(library, "lzma_code", &lzma.code) && Find(library, "lzma_end", &lzma.end) && Find(library, "lzma_memusage", &lzma.memory) &&
                 Find(library, "lzma_memlimit_set", &lzma.set_limit))) {
      problem = "it lacks a function of liblzma 5";
    }
  }
};

Result<const Lzma*> Load() {
  static const Loaded loaded;
  if (loaded.problem.empty()) return &loaded.lzma;
  return Error(ErrorKind::kNotImplemented, "files compressed with xz need the library ", kLibrary, ", which can't be loaded (", loaded.problem,
               "). Install the system's package for it: liblzma5 (Debian, Ubuntu), xz-libs (Fedora, RHEL, Alpine), xz (Arch, conda, Homebrew)");
}

// Where liblzma's memory comes from. A block begins with its size, for Free.
constexpr int64_t kHead = arrow::kDefaultBufferAlignment;

extern "C" void* AllocateFromPool(void* opaque, size_t count, size_t size) {
  int64_t bytes = 0;
  uint8_t* block = nullptr;
  if (__builtin_mul_overflow(count, size, &bytes) || __builtin_add_overflow(bytes, kHead, &bytes)) return nullptr;
  if (!static_cast<arrow::MemoryPool*>(opaque)->Allocate(bytes, &block).ok()) return nullptr;
  std::memcpy(block, &bytes, sizeof bytes);
  return block + kHead;
}

extern "C" void FreeToPool(void* opaque, void* memory) {
  if (memory == nullptr) return;
  uint8_t* block = static_cast<uint8_t*>(memory) - kHead;
  int64_t bytes = 0;
  std::memcpy(&bytes, block, sizeof bytes);
  static_cast<arrow::MemoryPool*>(opaque)->Free(block, bytes);
}

/// A coder of liblzma and what it holds.
class Stream {
 public:
  Stream(const Lzma& lzma, arrow::MemoryPool* pool) : lzma_(lzma), pool_(pool), allocator_{AllocateFromPool, FreeToPool, pool} {
    stream_.allocator = &allocator_;
  }
  ~Stream() { lzma_.end(&stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

 protected:
  int Code(int action, int64_t in_size, const uint8_t* in, int64_t out_size, uint8_t* out, int64_t* read, int64_t* written) {
    stream_.next_in = in;
    stream_.avail_in = static_cast<size_t>(in_size);
    stream_.next_out = out;
    stream_.avail_out = static_cast<size_t>(out_size);
    const int result = lzma_.code(&stream_, action);
    *read = in_size - static_cast<int64_t>(stream_.avail_in);
    *written = out_size - static_cast<int64_t>(stream_.avail_out);
    return result;
  }

  const Lzma& lzma_;
  arrow::MemoryPool* const pool_;
  const LzmaAllocator allocator_;
  LzmaStream stream_{};
};

class XzCompressor final : public arrow::util::Compressor, private Stream {
 public:
  using Stream::Stream;
  Status Begin(int level) {
    const int result = lzma_.encoder(&stream_, static_cast<uint32_t>(level), kCheckCrc64);
    if (result == kMemError) return Status::OutOfMemory("xz: no memory for a compressor of level ", level);
    return result == kOk ? Status::OK() : Status::Invalid("xz: no compressor of level ", level, " (liblzma's result is ", result, ")");
  }
  Result<CompressResult> Compress(int64_t in_size, const uint8_t* in, int64_t out_size, uint8_t* out) override {
    CompressResult done{0, 0};
    const int result = Code(kRun, in_size, in, out_size, out, &done.bytes_read, &done.bytes_written);
    if (result != kOk && result != kBufError) return Failed(result);
    return done;
  }
  Result<FlushResult> Flush(int64_t out_size, uint8_t* out) override {
    FlushResult done{0, false};
    ARROW_ASSIGN_OR_RAISE(done.should_retry, Drain(kSyncFlush, out_size, out, &done.bytes_written));
    return done;
  }
  Result<EndResult> End(int64_t out_size, uint8_t* out) override {
    EndResult done{0, false};
    ARROW_ASSIGN_OR_RAISE(done.should_retry, Drain(kFinish, out_size, out, &done.bytes_written));
    return done;
  }

 private:
  static Status Failed(int result) { return Status::IOError("xz: compressing failed (liblzma's result is ", result, ")"); }
  Result<bool> Drain(int action, int64_t out_size, uint8_t* out, int64_t* written) {
    int64_t read = 0;
    const int result = Code(action, 0, nullptr, out_size, out, &read, written);
    if (result != kOk && result != kStreamEnd && result != kBufError) return Failed(result);
    return result != kStreamEnd;
  }
};

class XzDecompressor final : public arrow::util::Decompressor, private Stream {
 public:
  using Stream::Stream;
  Status Reset() override {
    // A decoder asks before it takes much: its first limit is too low for any.
    const uint64_t limit = lzma_.resumes() ? 1 : std::numeric_limits<uint64_t>::max();
    if (lzma_.decoder(&stream_, limit, 0) != kOk) return Status::OutOfMemory("xz: no memory for a decompressor");
    between_ = true;
    padding_ = 0;
    finished_ = false;
    return Status::OK();
  }

  bool IsFinished() override { return finished_ || (between_ && padding_ > 0 && padding_ % 4 == 0); }

  Result<DecompressResult> Decompress(int64_t in_size, const uint8_t* in, int64_t out_size, uint8_t* out) override {
    DecompressResult done{0, 0, false};
    if (between_) {  // streams are followed by zeros, four at a time
      while (done.bytes_read < in_size && in[done.bytes_read] == 0) ++done.bytes_read;
      padding_ += done.bytes_read;
      if (done.bytes_read == in_size) return done;
      if (padding_ % 4 != 0) return Status::IOError("xz: the padding between two streams is damaged");
      between_ = false;
    }
    for (;;) {
      int64_t read = 0, written = 0;
      const int result =
          Code(kRun, in_size - done.bytes_read, in + done.bytes_read, out_size - done.bytes_written, out + done.bytes_written, &read, &written);
      done.bytes_read += read;
      done.bytes_written += written;
      switch (result) {
        case kMemLimitError:
          if (const Status status = RaiseLimit(); status.ok()) continue;
          else if (done.bytes_read == 0 && done.bytes_written == 0) return status;
          return done;  // the next call ends here at once
        case kStreamEnd:
          finished_ = true;
          return done;
        case kOk:
        case kBufError:
          done.need_more_output = done.bytes_written == out_size && out_size > 0;
          return done;
        case kMemError:
          return Status::CapacityError("no memory for an xz decompressor that needs about ", lzma_.memory(&stream_), " bytes");
        case kFormatError:
          return Status::IOError("it is not in the xz format");
        case kOptionsError:
          return Status::IOError("its xz options are unknown to the installed ", kLibrary);
        case kDataError:
          return Status::IOError("the xz stream is damaged");
        default:
          return Status::IOError("liblzma's result is ", result);
      }
    }
  }

 private:
  Status RaiseLimit() {
    const uint64_t need = lzma_.memory(&stream_);
    if (need > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return Status::OutOfMemory("xz: a decompressor needs ", need, " bytes");
    // Whether the pool has so much. Were liblzma itself refused, it could not go on.
    uint8_t* block = nullptr;
    ARROW_RETURN_NOT_OK(pool_->Allocate(static_cast<int64_t>(need), &block));
    pool_->Free(block, static_cast<int64_t>(need));
    const int result = lzma_.set_limit(&stream_, need);
    return result == kOk ? Status::OK() : Status::OutOfMemory("xz: no room for a decompressor of ", need, " bytes (liblzma's result is ", result, ")");
  }

  bool between_ = true, finished_ = false;
  int64_t padding_ = 0;
};

class XzCodec final : public arrow::util::Codec {
 public:
  XzCodec(const Lzma& lzma, int level, arrow::MemoryPool* pool) : lzma_(lzma), level_(level), pool_(pool) {}
  int minimum_compression_level() const override { return 0; }
  int maximum_compression_level() const override { return kXzMostLevel; }
  int default_compression_level() const override { return kXzDefaultLevel; }
  int compression_level() const override { return level_; }
  arrow::Compression::type compression_type() const override { return arrow::Compression::UNCOMPRESSED; }
  Result<int64_t> Decompress(int64_t, const uint8_t*, int64_t, uint8_t*) override { return Status::NotImplemented("xz: streams only"); }
  Result<int64_t> Compress(int64_t, const uint8_t*, int64_t, uint8_t*) override { return Status::NotImplemented("xz: streams only"); }
  int64_t MaxCompressedLen(int64_t in_size, const uint8_t*) override { return in_size + in_size / 3 + 128; }
  Result<std::shared_ptr<arrow::util::Compressor>> MakeCompressor() override {
    auto out = std::make_shared<XzCompressor>(lzma_, pool_);
    ARROW_RETURN_NOT_OK(out->Begin(level_));
    return out;
  }
  Result<std::shared_ptr<arrow::util::Decompressor>> MakeDecompressor() override {
    auto out = std::make_shared<XzDecompressor>(lzma_, pool_);
    ARROW_RETURN_NOT_OK(out->Reset());
    return out;
  }

 private:
  const Lzma& lzma_;
  const int level_;
  arrow::MemoryPool* const pool_;
};

}  // namespace

Result<int64_t> XzCompressorMemory(int level) {
  ARROW_ASSIGN_OR_RAISE(const Lzma* lzma, Load());
  return static_cast<int64_t>(lzma->encoder_memory(static_cast<uint32_t>(level)));
}

Result<std::unique_ptr<arrow::util::Codec>> MakeXzCodec(int level, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(const Lzma* lzma, Load());
  return std::make_unique<XzCodec>(*lzma, level, pool);
}

}  // namespace bowstring
