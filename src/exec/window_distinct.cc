// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_distinct.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include <arrow/array.h>
#include <arrow/util/bit_util.h>

#include "functions/value_codec.h"

namespace bowstring::exec {
namespace {

constexpr int kPlaceBits = 24;                           // in a chunk
constexpr uint64_t kPlaces = (uint64_t{1} << 48) - 1;    // of a slot, less the hash's bits
constexpr int64_t kLargestKey = int64_t{1} << kPlaceBits;

uint64_t HashOf(std::string_view key) { return std::hash<std::string_view>()(key) * 0x9e3779b97f4a7c15u; }

}  // namespace

const uint8_t* SeenArguments::KeyAt(uint64_t slot) const {
  const uint64_t place = (slot & kPlaces) - 1;
  return chunks_[place >> kPlaceBits]->data() + (place & (kLargestKey - 1));
}

// So that many rows with keys of so many bytes in all can't fail.
arrow::Status SeenArguments::Room(int64_t rows, int64_t bytes) {
  const int64_t needed = bytes + 4 * rows;
  const bool fits = chunk_ < static_cast<int64_t>(chunks_.size()) && chunks_[static_cast<size_t>(chunk_)]->size() - at_ >= needed;
  const bool spare = chunk_ + 1 < static_cast<int64_t>(chunks_.size()) && chunks_.back()->size() >= needed;
  if (!fits && !spare) {
    const int64_t size = std::max(needed, kChunk);
    if (size > kLargestKey) return arrow::Status::CapacityError("arguments of DISTINCT of ", bytes, " bytes in ", rows, " rows");
    ARROW_ASSIGN_OR_RAISE(auto chunk, arrow::AllocateBuffer(size, pool_));
    chunks_.push_back(std::move(chunk));
  }
  int bits = std::max(bits_, 10);
  while ((used_ + rows) * 4 > (int64_t{3} << bits)) ++bits;
  if (bits == bits_) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(auto larger, arrow::AllocateBuffer(int64_t{8} << bits, pool_));
  auto* to = reinterpret_cast<uint64_t*>(larger->mutable_data());
  std::memset(to, 0, size_t{8} << bits);
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  for (int64_t s = 0; bits_ > 0 && s < int64_t{1} << bits_; ++s) {
    if (slots()[s] == 0) continue;
    const uint8_t* key = KeyAt(slots()[s]);
    uint32_t length;
    std::memcpy(&length, key, 4);
    uint64_t at = (HashOf({reinterpret_cast<const char*>(key) + 4, length}) >> 8) & mask;
    while (to[at] != 0) at = (at + 1) & mask;
    to[at] = slots()[s];
  }
  slots_ = std::move(larger);
  bits_ = bits;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> SeenArguments::First(const std::vector<std::shared_ptr<arrow::ArrayData>>& arguments,
                                                                      const arrow::ArrayData* filter, int64_t n) {
  std::vector<arrow::LargeBinaryArray> columns;
  int64_t bytes = 0;
  for (const auto& argument : arguments) {
    ARROW_ASSIGN_OR_RAISE(auto encoded, EncodeValues(*argument, n, /*canonical=*/true, pool_));
    columns.emplace_back(std::move(encoded));
    bytes += columns.back().total_values_length() + (arguments.size() > 1 ? 4 * n : 0);
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> first, arrow::AllocateEmptyBitmap(n, pool_));
  ARROW_RETURN_NOT_OK(Room(n, bytes));
  const uint64_t mask = (uint64_t{1} << bits_) - 1;
  std::string both;
  for (int64_t i = 0; i < n; ++i) {
    if (filter && !(filter->IsValid(i) && arrow::bit_util::GetBit(filter->GetValues<uint8_t>(1, 0), filter->offset + i))) continue;
    std::string_view key = columns[0].GetView(i);
    if (columns.size() > 1) {
      both.clear();
      for (const auto& column : columns) {
        const auto view = column.GetView(i);
        const auto length = static_cast<uint32_t>(view.size());
        both.append(reinterpret_cast<const char*>(&length), 4);
        both.append(view);
      }
      key = both;
    }
    const uint64_t hash = HashOf(key);
    const uint64_t tag = hash & ~kPlaces;
    uint64_t at = (hash >> 8) & mask;
    bool seen = false;
    for (; slots()[at] != 0; at = (at + 1) & mask) {
      if ((slots()[at] & ~kPlaces) != tag) continue;
      const uint8_t* other = KeyAt(slots()[at]);
      uint32_t length;
      std::memcpy(&length, other, 4);
      if ((seen = length == key.size() && std::memcmp(other + 4, key.data(), length) == 0)) break;
    }
    if (seen) continue;
    const auto length = static_cast<uint32_t>(key.size());
    while (chunks_[static_cast<size_t>(chunk_)]->size() - at_ < 4 + int64_t{length}) {
      ++chunk_;
      at_ = 0;
    }
    uint8_t* const to = chunks_[static_cast<size_t>(chunk_)]->mutable_data() + at_;
    std::memcpy(to, &length, 4);
    if (length > 0) std::memcpy(to + 4, key.data(), length);
    slots()[at] = tag | ((static_cast<uint64_t>(chunk_) << kPlaceBits | static_cast<uint64_t>(at_)) + 1);
    at_ += 4 + length;
    ++used_;
    arrow::bit_util::SetBit(first->mutable_data(), i);
  }
  return arrow::ArrayData::Make(arrow::boolean(), n, {nullptr, std::move(first)}, 0);
}

}  // namespace bowstring::exec
