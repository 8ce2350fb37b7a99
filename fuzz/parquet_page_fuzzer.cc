// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Bytes as a page: header, run lengths, deltas, Snappy and every decoder. libFuzzer's entry point.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/type.h>

#include "sources/parquet/decoder.h"
#include "sources/parquet/page_header.h"
#include "sources/parquet/rle.h"
#include "sources/parquet/snappy.h"

namespace {

using namespace bowstring::pq;  // NOLINT

std::shared_ptr<arrow::Buffer> Padded(const uint8_t* data, size_t size) {
  auto buffer = arrow::AllocateBuffer(static_cast<int64_t>(size) + kPagePadding).ValueOrDie();
  std::memcpy(buffer->mutable_data(), data, size);
  std::memset(buffer->mutable_data() + size, 0, kPagePadding);
  return buffer;
}

ValueType TypeFor(uint8_t choice) {
  using ::parquet::Type;
  switch (choice % 9) {
    case 0: return *MakeValueType(Type::BOOLEAN, 0, arrow::boolean());
    case 1: return *MakeValueType(Type::INT32, 0, arrow::int16());
    case 2: return *MakeValueType(Type::INT64, 0, arrow::decimal64(15, 2));
    case 3: return *MakeValueType(Type::INT96, 0, arrow::timestamp(arrow::TimeUnit::NANO));
    case 4: return *MakeValueType(Type::DOUBLE, 0, arrow::float64());
    case 5: return *MakeValueType(Type::BYTE_ARRAY, 0, arrow::utf8_view());
    case 6: return *MakeValueType(Type::BYTE_ARRAY, 0, arrow::decimal128(30, 2));
    case 7: return *MakeValueType(Type::FIXED_LEN_BYTE_ARRAY, 5, arrow::fixed_size_binary(5));
    default: return *MakeValueType(Type::FIXED_LEN_BYTE_ARRAY, 9, arrow::decimal64(18, 2));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  PageHeader header;
  int64_t consumed = 0;
  ParsePageHeader(data, static_cast<int64_t>(size), &header, &consumed);
  if (size < 8) return 0;

  const int64_t announced = data[0] | data[1] << 8;
  std::vector<uint8_t> out(static_cast<size_t>(announced + 64));
  SnappyDecompress(data + 2, static_cast<int64_t>(size) - 2, out.data(), announced);

  const ValueType type = TypeFor(data[0]);
  const auto encoding = static_cast<::parquet::Encoding::type>(data[1] % 10);
  const int64_t num_values = data[2] | data[3] << 8;
  auto page = Padded(data + 8, size - 8);
  PageValues values{page, page->data(), static_cast<int64_t>(size - 8), num_values};
  auto* pool = arrow::default_memory_pool();
  std::shared_ptr<const Dictionary> dictionary;
  if (data[4] & 1) {
    auto made = DecodeDictionary(type, {page, page->data(), values.size, data[5]}, pool);
    if (made.ok()) dictionary = *made;
  }
  auto decoder = MakeDecoder(encoding, type, values, dictionary, pool);
  if (!decoder.ok()) return 0;
  const int64_t take = std::max<int64_t>(1, data[6] * 4);
  std::vector<uint8_t> decoded(static_cast<size_t>(take * type.width));
  std::vector<int32_t> rows;
  for (int64_t i = 0; i < take; i += 1 + data[7] % 5) rows.push_back(static_cast<int32_t>(i));
  for (int64_t done = 0, turn = 0; done < num_values; done += take, ++turn) {
    const int64_t n = std::min(take, num_values - done);
    arrow::Status status;
    if (turn % 3 == 0) status = (*decoder)->Decode(n, decoded.data());
    if (turn % 3 == 1) status = (*decoder)->Skip(n);
    if (turn % 3 == 2) {
      const int64_t count = std::lower_bound(rows.begin(), rows.end(), static_cast<int32_t>(n)) - rows.begin();
      status = (*decoder)->Gather(n, rows.data(), count, 0, decoded.data());
    }
    if (!status.ok()) return 0;
  }
  return 0;
}
