// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// PLAIN, BYTE_STREAM_SPLIT, and the two forms of booleans.

#include <algorithm>
#include <cstring>

#include <bowstring/error.h>

#include "sources/parquet/decoder_internal.h"
#include "sources/parquet/pick.h"
#include "sources/parquet/rle.h"
#include "sources/parquet/view.h"

namespace bowstring::pq {
namespace {

arrow::Status EndsEarly() { return Error(ErrorKind::kExecution, "page ends before its last value"); }

class PlainFixed final : public ValueDecoder {
 public:
  PlainFixed(const PageValues& values, int32_t width) : page_(values.page), p_(values.data), end_(values.data + values.size), width_(width) {}

  arrow::Status Skip(int64_t n) override {
    if (n > (end_ - p_) / width_) return EndsEarly();
    p_ += n * width_;
    return arrow::Status::OK();
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    const uint8_t* from = p_;
    ARROW_RETURN_NOT_OK(Skip(n));
    std::memcpy(out, from, static_cast<size_t>(n * width_));
    return arrow::Status::OK();
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    const uint8_t* from = p_;
    ARROW_RETURN_NOT_OK(Skip(n));
    PickValues(from, static_cast<int32_t>(width_), rows, base, count, out);
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::Buffer> page_;
  const uint8_t* p_;
  const uint8_t* end_;
  const int64_t width_;
};

// Length, bytes, length, bytes ...: views straight into the page.
class PlainText final : public ValueDecoder {
 public:
  explicit PlainText(const PageValues& values) : page_(values.page), p_(values.data), end_(values.data + values.size) {}

  std::shared_ptr<arrow::Buffer> text() const override { return page_; }
  arrow::Status Skip(int64_t n) override {
    return Walk(n, [](int64_t, const uint8_t*, uint32_t) {});
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    const uint8_t* begin = page_->data();
    const int32_t index = text_index_;
    return Walk(n, [=](int64_t i, const uint8_t* text, uint32_t size) { WriteView(text, size, index, static_cast<int32_t>(text - begin), out + i * 16); });
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    const uint8_t* begin = page_->data();
    int64_t done = 0;
    for (int64_t next = 0; next < count; ++next) {
      ARROW_RETURN_NOT_OK(Skip(rows[next] - base - done));
      ARROW_RETURN_NOT_OK(Walk(1, [&](int64_t, const uint8_t* text, uint32_t size) {
        WriteView(text, size, text_index_, static_cast<int32_t>(text - begin), out + next * 16);
      }));
      done = rows[next] - base + 1;
    }
    return Skip(n - done);
  }

 private:
  template <typename OnValue>
  arrow::Status Walk(int64_t n, OnValue&& on_value) {
    const uint8_t* p = p_;
    for (int64_t i = 0; i < n; ++i) {
      uint32_t size;
      if (end_ - p < 4) return EndsEarly();
      std::memcpy(&size, p, 4);
      p += 4;
      if (size > static_cast<uint64_t>(end_ - p)) return EndsEarly();
      on_value(i, p, size);
      p += size;
    }
    p_ = p;
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::Buffer> page_;
  const uint8_t* p_;
  const uint8_t* end_;
};

class PlainBooleans final : public ValueDecoder {
 public:
  explicit PlainBooleans(const PageValues& values) : page_(values.page), data_(values.data), bits_(values.size * 8) {}

  arrow::Status Skip(int64_t n) override {
    if (n > bits_ - bit_) return EndsEarly();
    bit_ += n;
    return arrow::Status::OK();
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    const int64_t from = bit_;
    ARROW_RETURN_NOT_OK(Skip(n));
    for (int64_t i = 0; i < n; ++i) out[i] = Bit(from + i);
    return arrow::Status::OK();
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    const int64_t from = bit_;
    ARROW_RETURN_NOT_OK(Skip(n));
    for (int64_t i = 0; i < count; ++i) out[i] = Bit(from + rows[i] - base);
    return arrow::Status::OK();
  }

 private:
  uint8_t Bit(int64_t at) const { return (data_[at >> 3] >> (at & 7)) & 1; }
  std::shared_ptr<arrow::Buffer> page_;
  const uint8_t* data_;
  const int64_t bits_;
  int64_t bit_ = 0;
};

class RleBooleans final : public ValueDecoder {
 public:
  RleBooleans(const PageValues& values, int64_t size) : page_(values.page), values_(values.data + 4, size, 1) {}

  arrow::Status Skip(int64_t n) override { return values_.Skip(n); }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    uint32_t chunk[512];
    for (int64_t done = 0; done < n;) {
      int64_t take = std::min<int64_t>(n - done, 512);
      ARROW_RETURN_NOT_OK(values_.Get(take, chunk));
      for (int64_t i = 0; i < take; ++i) out[done + i] = static_cast<uint8_t>(chunk[i] & 1);
      done += take;
    }
    return arrow::Status::OK();
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    return GatherDecoded(this, n, rows, count, base, 1, out);
  }

 private:
  std::shared_ptr<arrow::Buffer> page_;
  RleDecoder values_;
};

// Byte k of every value lies in stream k.
class StreamSplit final : public ValueDecoder {
 public:
  StreamSplit(const PageValues& values, int32_t width) : page_(values.page), data_(values.data), count_(values.size / width), width_(width) {}

  arrow::Status Skip(int64_t n) override {
    if (n > count_ - at_) return EndsEarly();
    at_ += n;
    return arrow::Status::OK();
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    const int64_t from = at_;
    ARROW_RETURN_NOT_OK(Skip(n));
    switch (width_) {
      case 4: Join<4>(from, n, out); break;
      case 8: Join<8>(from, n, out); break;
      default:
        for (int64_t k = 0; k < width_; ++k) {
          const uint8_t* stream = data_ + k * count_ + from;
          for (int64_t i = 0; i < n; ++i) out[i * width_ + k] = stream[i];
        }
    }
    return arrow::Status::OK();
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    const int64_t from = at_;
    ARROW_RETURN_NOT_OK(Skip(n));
    for (int64_t k = 0; k < width_; ++k) {
      const uint8_t* stream = data_ + k * count_ + from;
      for (int64_t i = 0; i < count; ++i) out[i * width_ + k] = stream[rows[i] - base];
    }
    return arrow::Status::OK();
  }

 private:
  template <int kWidth>
  void Join(int64_t from, int64_t n, uint8_t* __restrict out) const {
    const uint8_t* streams[kWidth];
    for (int k = 0; k < kWidth; ++k) streams[k] = data_ + k * count_ + from;
    for (int64_t i = 0; i < n; ++i) {
      for (int k = 0; k < kWidth; ++k) out[i * kWidth + k] = streams[k][i];
    }
  }

  std::shared_ptr<arrow::Buffer> page_;
  const uint8_t* data_;
  const int64_t count_;
  const int64_t width_;
  int64_t at_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainFixed(const PageValues& values, int32_t width) {
  return std::make_unique<PlainFixed>(values, width);
}
arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainText(const PageValues& values) { return std::make_unique<PlainText>(values); }
arrow::Result<std::unique_ptr<ValueDecoder>> MakePlainBooleans(const PageValues& values) { return std::make_unique<PlainBooleans>(values); }

arrow::Result<std::unique_ptr<ValueDecoder>> MakeRleBooleans(const PageValues& values) {
  uint32_t size = 0;
  if (values.size == 0) return std::make_unique<RleBooleans>(PageValues{values.page, values.data, 0, 0}, 0);  // all NULL
  if (values.size < 4) return EndsEarly();
  std::memcpy(&size, values.data, 4);
  if (size > values.size - 4) return EndsEarly();
  return std::make_unique<RleBooleans>(values, size);
}

arrow::Result<std::unique_ptr<ValueDecoder>> MakeStreamSplit(const PageValues& values, int32_t width) {
  if (values.size % width != 0) return Error(ErrorKind::kExecution, "byte streams of unequal length");
  return std::make_unique<StreamSplit>(values, width);
}

}  // namespace bowstring::pq
