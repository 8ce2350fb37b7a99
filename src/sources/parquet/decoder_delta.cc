// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The three delta encodings.

#include <algorithm>
#include <cstring>

#include <bowstring/error.h>

#include "sources/parquet/decoder_internal.h"
#include "sources/parquet/delta.h"
#include "sources/parquet/rle.h"
#include "sources/parquet/view.h"

namespace bowstring::pq {
namespace {

arrow::Status EndsEarly() { return Error(ErrorKind::kExecution, "page ends before its last value"); }

template <typename Int>
class DeltaIntegers final : public ValueDecoder {
 public:
  arrow::Status Init(const PageValues& values) {
    page_ = values.page;
    if (values.size == 0) return arrow::Status::OK();  // all NULL
    return values_.Init(values.data, values.size, values.num_values);
  }
  arrow::Status Skip(int64_t n) override {
    Int chunk[512];
    for (; n > 0; n -= std::min<int64_t>(n, 512)) ARROW_RETURN_NOT_OK(values_.Get(std::min<int64_t>(n, 512), chunk));
    return arrow::Status::OK();
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override { return values_.Get(n, reinterpret_cast<Int*>(out)); }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    return GatherDecoded(this, n, rows, count, base, sizeof(Int), out);
  }

 private:
  std::shared_ptr<arrow::Buffer> page_;
  DeltaDecoder values_;
};

arrow::Result<std::shared_ptr<arrow::Buffer>> Lengths(DeltaDecoder* decoder, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> lengths, arrow::AllocateBuffer(std::max<int64_t>(decoder->total(), 1) * 4, pool));
  auto* out = reinterpret_cast<int32_t*>(lengths->mutable_data());
  ARROW_RETURN_NOT_OK(decoder->Get(decoder->total(), out));
  for (int64_t i = 0; i < decoder->total(); ++i) {
    if (out[i] < 0) return Error(ErrorKind::kExecution, "a negative length");
  }
  return lengths;
}

// Values whose lengths are known and whose bytes lie side by side.
class SideBySideText final : public ValueDecoder {
 public:
  SideBySideText(std::shared_ptr<arrow::Buffer> text, const uint8_t* p, const uint8_t* end, std::shared_ptr<arrow::Buffer> lengths, int64_t count)
      : text_(std::move(text)), p_(p), end_(end), lengths_(std::move(lengths)), count_(count) {}

  std::shared_ptr<arrow::Buffer> text() const override { return text_; }
  arrow::Status Skip(int64_t n) override {
    return Walk(n, [](int64_t, const uint8_t*, int32_t) {});
  }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    const uint8_t* begin = text_->data();
    return Walk(n, [&](int64_t i, const uint8_t* text, int32_t size) {
      WriteView(text, static_cast<uint32_t>(size), text_index_, static_cast<int32_t>(text - begin), out + i * 16);
    });
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    const uint8_t* begin = text_->data();
    int64_t next = 0;
    return Walk(n, [&](int64_t i, const uint8_t* text, int32_t size) {
      if (next == count || rows[next] - base != i) return;
      WriteView(text, static_cast<uint32_t>(size), text_index_, static_cast<int32_t>(text - begin), out + next++ * 16);
    });
  }

 private:
  template <typename OnValue>
  arrow::Status Walk(int64_t n, OnValue&& on_value) {
    if (n > count_ - at_) return EndsEarly();
    const auto* lengths = reinterpret_cast<const int32_t*>(lengths_->data()) + at_;
    for (int64_t i = 0; i < n; ++i) {
      if (lengths[i] > end_ - p_) return EndsEarly();
      on_value(i, p_, lengths[i]);
      p_ += lengths[i];
    }
    at_ += n;
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::Buffer> text_;
  const uint8_t* p_;
  const uint8_t* end_;
  std::shared_ptr<arrow::Buffer> lengths_;
  const int64_t count_;
  int64_t at_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaIntegers(const PageValues& values, int32_t width) {
  if (width == 4) {
    auto decoder = std::make_unique<DeltaIntegers<int32_t>>();
    ARROW_RETURN_NOT_OK(decoder->Init(values));
    return decoder;
  }
  auto decoder = std::make_unique<DeltaIntegers<int64_t>>();
  ARROW_RETURN_NOT_OK(decoder->Init(values));
  return decoder;
}

arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaLengthText(const PageValues& values, arrow::MemoryPool* pool) {
  DeltaDecoder lengths;
  if (values.size > 0) ARROW_RETURN_NOT_OK(lengths.Init(values.data, values.size, values.num_values));
  ARROW_ASSIGN_OR_RAISE(auto buffer, Lengths(&lengths, pool));
  const uint8_t* begin = values.size > 0 ? lengths.end_of_values() : values.data;
  return std::make_unique<SideBySideText>(values.page, begin, values.data + values.size, std::move(buffer), lengths.total());
}

arrow::Result<std::unique_ptr<ValueDecoder>> MakeDeltaText(const PageValues& values, int32_t fixed_width, arrow::MemoryPool* pool) {
  DeltaDecoder prefix_decoder, suffix_decoder;
  const uint8_t* end = values.data + values.size;
  const uint8_t* p = values.data;
  if (values.size > 0) ARROW_RETURN_NOT_OK(prefix_decoder.Init(p, values.size, values.num_values));
  ARROW_ASSIGN_OR_RAISE(auto prefix_buffer, Lengths(&prefix_decoder, pool));
  if (values.size > 0) {
    p = prefix_decoder.end_of_values();
    ARROW_RETURN_NOT_OK(suffix_decoder.Init(p, end - p, values.num_values));
  }
  ARROW_ASSIGN_OR_RAISE(auto suffix_buffer, Lengths(&suffix_decoder, pool));
  if (values.size > 0) p = suffix_decoder.end_of_values();
  const int64_t count = prefix_decoder.total();
  if (suffix_decoder.total() != count) return Error(ErrorKind::kExecution, "as many prefixes as suffixes are needed");

  auto* prefixes = reinterpret_cast<const int32_t*>(prefix_buffer->data());
  auto* suffixes = reinterpret_cast<int32_t*>(suffix_buffer->mutable_data());
  // Prefixes let a small page stand for much text; a damaged one must not stand for all memory.
  const int64_t most = std::min<int64_t>(std::max<int64_t>(64 << 20, values.size * 64), INT32_MAX - kPagePadding);
  int64_t total = 0, last = 0, left = end - p;
  for (int64_t i = 0; i < count; ++i) {
    if (prefixes[i] > last || suffixes[i] > left) return EndsEarly();
    left -= suffixes[i];
    last = int64_t{prefixes[i]} + suffixes[i];
    total += last;
    if (total > most) return Error(ErrorKind::kExecution, "a page of ", values.size, " bytes stands for more than ", most, " bytes of text");
    if (fixed_width > 0 && last != fixed_width) return Error(ErrorKind::kExecution, "a value of ", last, " bytes in a column of ", fixed_width);
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> text, arrow::AllocateBuffer(total + kPagePadding, pool));
  uint8_t* out = text->mutable_data();
  const uint8_t* previous = out;
  for (int64_t i = 0; i < count; ++i) {
    std::memmove(out, previous, static_cast<size_t>(prefixes[i]));
    std::memcpy(out + prefixes[i], p, static_cast<size_t>(suffixes[i]));
    p += suffixes[i];
    previous = out;
    suffixes[i] += prefixes[i];
    out += suffixes[i];
  }
  std::memset(out, 0, kPagePadding);
  const uint8_t* begin = text->data();
  if (fixed_width > 0) return MakePlainFixed({text, begin, total, count}, fixed_width);
  return std::make_unique<SideBySideText>(text, begin, begin + total, std::move(suffix_buffer), count);
}

}  // namespace bowstring::pq
