// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/decoder.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <bowstring/error.h>

#include "sources/parquet/decoder_internal.h"
#include "sources/parquet/pick.h"
#include "sources/parquet/rle.h"
#include "sources/parquet/view.h"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace bowstring::pq {
namespace {

using ::parquet::Encoding;
using ::parquet::Type;

uint32_t Highest(const uint32_t* values, int64_t n) {
  uint32_t highest = 0;
  int64_t i = 0;
#if defined(__SSE4_1__)
  __m128i a = _mm_setzero_si128(), b = a;
  for (; i + 8 <= n; i += 8) {
    a = _mm_max_epu32(a, _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + i)));
    b = _mm_max_epu32(b, _mm_loadu_si128(reinterpret_cast<const __m128i*>(values + i + 4)));
  }
  alignas(16) uint32_t lanes[4];
  _mm_store_si128(reinterpret_cast<__m128i*>(lanes), _mm_max_epu32(a, b));
  for (uint32_t lane : lanes) highest = std::max(highest, lane);
#endif
  for (; i < n; ++i) highest = std::max(highest, values[i]);
  return highest;
}

template <typename Word>
void CopyWords(const uint8_t* from, const uint32_t* codes, int64_t n, uint8_t* to) {
  const Word* __restrict source = reinterpret_cast<const Word*>(from);
  Word* __restrict target = reinterpret_cast<Word*>(to);
  for (int64_t i = 0; i < n; ++i) target[i] = source[codes[i]];
}

class DictionaryDecoder final : public ValueDecoder {
 public:
  DictionaryDecoder(const ValueType& type, const PageValues& values, std::shared_ptr<const Dictionary> dictionary)
      : dictionary_(std::move(dictionary)),
        indices_(values.data + 1, std::max<int64_t>(values.size - 1, 0), values.size > 0 ? values.data[0] : 0),
        width_(type.width),
        is_view_(type.is_view),
        page_(values.page) {}

  arrow::Status Skip(int64_t n) override { return indices_.Skip(n); }

  arrow::Status Decode(int64_t n, uint8_t* out) override {
    uint32_t chunk[kChunk];
    for (int64_t done = 0; done < n;) {
      int64_t take = std::min<int64_t>(n - done, kChunk);
      ARROW_RETURN_NOT_OK(Indices(take, chunk));
      Lookup(chunk, take, out + done * width_);
      done += take;
    }
    return arrow::Status::OK();
  }

  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    return EachWanted(n, rows, count, base, [&](const uint32_t* codes, int64_t first, int64_t size) { Lookup(codes, size, out + first * width_); });
  }

  const std::shared_ptr<const Dictionary>* dictionary() const override { return &dictionary_; }
  arrow::Status DecodeCodes(int64_t n, uint32_t* out) override { return Indices(n, out); }
  arrow::Status GatherCodes(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint32_t* out) override {
    return EachWanted(n, rows, count, base, [&](const uint32_t* codes, int64_t first, int64_t size) {
      std::memcpy(out + first, codes, static_cast<size_t>(size) * sizeof(uint32_t));
    });
  }

  std::shared_ptr<arrow::Buffer> text() const override { return dictionary_->text; }

 private:
  static constexpr int64_t kChunk = 1024;

  // take(codes, first, n): the codes of the wanted rows [first, first + n), some at a time.
  template <typename Take>
  arrow::Status EachWanted(int64_t n, const int32_t* rows, int64_t count, int64_t base, Take take_codes) {
    uint32_t chunk[kChunk];
    int64_t next = 0;
    for (int64_t done = 0; done < n;) {
      int64_t take = std::min<int64_t>(n - done, kChunk), first = next;
      const int64_t end = base + done + take;
      // Most of the work is unpacking; a stretch without any row is skipped over.
      if (next == count || rows[next] >= end) {
        ARROW_RETURN_NOT_OK(indices_.Skip(take));
      } else {
        ARROW_RETURN_NOT_OK(Indices(take, chunk));
        next = std::lower_bound(rows + next, rows + std::min(count, next + take), end, [](int32_t row, int64_t limit) { return row < limit; }) - rows;
        if (next - first == take) {
          take_codes(chunk, first, take);
        } else {
          uint32_t wanted[kChunk];
          const int64_t skipped = base + done;
          for (int64_t i = first; i < next; ++i) wanted[i - first] = chunk[rows[i] - skipped];
          take_codes(wanted, first, next - first);
        }
      }
      done += take;
    }
    return arrow::Status::OK();
  }

  arrow::Status Indices(int64_t n, uint32_t* out) {
    ARROW_RETURN_NOT_OK(indices_.Get(n, out));
    const uint32_t highest = Highest(out, n);
    if (highest >= dictionary_->size) {
      return Error(ErrorKind::kExecution, "dictionary index ", highest, " in a dictionary of ", dictionary_->size, " values");
    }
    return arrow::Status::OK();
  }

  void Lookup(const uint32_t* indices, int64_t n, uint8_t* out) const {
    CopyCoded(*dictionary_, width_, indices, n, out);
    if (is_view_ && text_index_ != 0) SetViewIndex(out, n, text_index_);
  }

  std::shared_ptr<const Dictionary> dictionary_;
  RleDecoder indices_;
  int32_t width_;
  bool is_view_;
  std::shared_ptr<arrow::Buffer> page_;
};

// Physical values to those that go out, some at a time through a small buffer.
class ConvertingDecoder final : public ValueDecoder {
 public:
  ConvertingDecoder(const ValueType& type, std::unique_ptr<ValueDecoder> inner)
      : type_(type), inner_(std::move(inner)), text_(inner_->text()), chunk_(static_cast<size_t>(kChunk) * type.physical_width + kPagePadding) {}

  arrow::Status Skip(int64_t n) override { return inner_->Skip(n); }
  arrow::Status Decode(int64_t n, uint8_t* out) override {
    for (int64_t done = 0; done < n;) {
      int64_t take = std::min<int64_t>(n - done, kChunk);
      ARROW_RETURN_NOT_OK(inner_->Decode(take, chunk_.data()));
      ARROW_RETURN_NOT_OK(ConvertChunk(take, out + done * type_.width));
      done += take;
    }
    return arrow::Status::OK();
  }
  arrow::Status Gather(int64_t n, const int32_t* rows, int64_t count, int64_t base, uint8_t* out) override {
    return GatherDecoded(this, n, rows, count, base, type_.width, out);
  }

 private:
  static constexpr int64_t kChunk = 512;
  arrow::Status ConvertChunk(int64_t n, uint8_t* out) { return ConvertValues(type_, chunk_.data(), n, text_ ? text_->data() : nullptr, out); }

  ValueType type_;
  std::unique_ptr<ValueDecoder> inner_;
  std::shared_ptr<arrow::Buffer> text_;
  std::vector<uint8_t> chunk_;
};

arrow::Result<std::unique_ptr<ValueDecoder>> MakePhysical(Encoding::type encoding, const ValueType& type, const PageValues& values,
                                                          arrow::MemoryPool* pool) {
  switch (encoding) {
    case Encoding::PLAIN:
      if (type.physical == Type::BOOLEAN) return MakePlainBooleans(values);
      if (type.physical == Type::BYTE_ARRAY) return MakePlainText(values);
      return MakePlainFixed(values, type.physical_width);
    case Encoding::RLE:
      if (type.physical == Type::BOOLEAN) return MakeRleBooleans(values);
      break;
    case Encoding::DELTA_BINARY_PACKED:
      if (type.physical == Type::INT32 || type.physical == Type::INT64) return MakeDeltaIntegers(values, type.physical_width);
      break;
    case Encoding::DELTA_LENGTH_BYTE_ARRAY:
      if (type.physical == Type::BYTE_ARRAY) return MakeDeltaLengthText(values, pool);
      break;
    case Encoding::DELTA_BYTE_ARRAY:
      if (type.physical == Type::BYTE_ARRAY) return MakeDeltaText(values, 0, pool);
      if (type.physical == Type::FIXED_LEN_BYTE_ARRAY) return MakeDeltaText(values, type.physical_width, pool);
      break;
    case Encoding::BYTE_STREAM_SPLIT:
      if (type.physical != Type::BOOLEAN && type.physical != Type::BYTE_ARRAY && type.physical != Type::INT96) {
        return MakeStreamSplit(values, type.physical_width);
      }
      break;
    default: break;
  }
  return Error(ErrorKind::kExecution, "encoding ", ::parquet::EncodingToString(encoding), " does not go with type ",
               ::parquet::TypeToString(type.physical));
}

}  // namespace

void CopyCoded(const Dictionary& dictionary, int32_t width, const uint32_t* codes, int64_t n, uint8_t* out) {
  struct Wide {
    uint64_t words[2];
  };
  const uint8_t* values = dictionary.values->data();
  switch (width) {
    case 1: return CopyWords<uint8_t>(values, codes, n, out);
    case 2: return CopyWords<uint16_t>(values, codes, n, out);
    case 4: return CopyWords<uint32_t>(values, codes, n, out);
    case 8: return CopyWords<uint64_t>(values, codes, n, out);
    case 16: return CopyWords<Wide>(values, codes, n, out);
    default:
      for (int64_t i = 0; i < n; ++i) std::memcpy(out + i * width, values + int64_t{codes[i]} * width, static_cast<size_t>(width));
  }
}

arrow::Status ValueDecoder::DecodeCodes(int64_t, uint32_t*) { return Error(ErrorKind::kInternal, "codes of a page of values"); }
arrow::Status ValueDecoder::GatherCodes(int64_t, const int32_t*, int64_t, int64_t, uint32_t*) {
  return Error(ErrorKind::kInternal, "codes of a page of values");
}

arrow::Status GatherDecoded(ValueDecoder* decoder, int64_t n, const int32_t* rows, int64_t count, int64_t base, int32_t width, uint8_t* out) {
  constexpr int64_t kBytes = 8192;
  uint8_t small[kBytes];
  std::vector<uint8_t> large;
  uint8_t* chunk = small;
  int64_t per = kBytes / width;
  if (per < 64) {
    per = 64;
    large.resize(static_cast<size_t>(per) * width);
    chunk = large.data();
  }
  int64_t next = 0;
  for (int64_t done = 0; done < n;) {
    int64_t take = std::min(n - done, per);
    const int64_t end = base + done + take;
    if (next == count || rows[next] >= end) {
      ARROW_RETURN_NOT_OK(decoder->Skip(take));
    } else {
      ARROW_RETURN_NOT_OK(decoder->Decode(take, chunk));
      const int64_t first = next;
      next = std::lower_bound(rows + first, rows + std::min(count, first + take), end, [](int32_t row, int64_t limit) { return row < limit; }) - rows;
      PickValues(chunk, width, rows + first, base + done, next - first, out + first * width);
    }
    done += take;
  }
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<ValueDecoder>> MakeDecoder(Encoding::type encoding, const ValueType& type, const PageValues& values,
                                                         std::shared_ptr<const Dictionary> dictionary, arrow::MemoryPool* pool) {
  if (encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY) {
    if (dictionary == nullptr) return Error(ErrorKind::kExecution, "dictionary indices without a dictionary page");
    if (values.size > 0 && values.data[0] > 32) return Error(ErrorKind::kExecution, "dictionary indices of ", int{values.data[0]}, " bits");
    return std::make_unique<DictionaryDecoder>(type, values, std::move(dictionary));
  }
  ARROW_ASSIGN_OR_RAISE(auto decoder, MakePhysical(encoding, type, values, pool));
  if (type.convert == Convert::kNone) return decoder;
  return std::make_unique<ConvertingDecoder>(type, std::move(decoder));
}

arrow::Result<std::shared_ptr<const Dictionary>> DecodeDictionary(const ValueType& type, const PageValues& values, arrow::MemoryPool* pool) {
  // A value takes at least this much of the page, so the header's count can't ask for more memory than the page pays for.
  const int64_t least = type.physical == Type::BYTE_ARRAY ? 4 : type.physical == Type::BOOLEAN ? 0 : type.physical_width;
  if (least == 0 ? values.num_values > values.size * 8 : values.num_values > values.size / least) {
    return Error(ErrorKind::kExecution, "a dictionary page of ", values.size, " bytes can't hold ", values.num_values, " values");
  }
  auto dictionary = std::make_shared<Dictionary>();
  dictionary->size = values.num_values;
  ARROW_ASSIGN_OR_RAISE(auto decoder, MakeDecoder(Encoding::PLAIN, type, values, nullptr, pool));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(std::max<int64_t>(values.num_values, 1) * type.width, pool));
  ARROW_RETURN_NOT_OK(decoder->Decode(values.num_values, out->mutable_data()));
  for (int64_t i = 0; type.is_view && dictionary->text == nullptr && i < values.num_values; ++i) {
    int32_t size;
    std::memcpy(&size, out->data() + i * 16, 4);
    if (size > 12) dictionary->text = values.page;
  }
  dictionary->values = std::move(out);
  return dictionary;
}

}  // namespace bowstring::pq
