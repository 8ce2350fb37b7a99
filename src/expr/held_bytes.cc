// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "expr/gather.h"

// What batches need and what they pin. Views, slices and dictionaries may pin far more than their rows use.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

int64_t BitmapBytes(int64_t bits) { return (bits + 7) / 8; }

// Bytes of the out-of-line text that rows [0, n) of a view array point to, each value counted by itself; every `step`-th is looked at.
int64_t ViewText(const ArrayData& data, int64_t step) {
  const auto* views = data.GetValues<arrow::BinaryViewType::c_type>(1);
  int64_t total = 0, seen = 0;
  for (int64_t i = 0; i < data.length; i += step, ++seen) {
    if (!views[i].is_inline() && data.IsValid(i)) total += views[i].size();
  }
  return step == 1 || seen == 0 ? total : total * data.length / seen;
}

template <typename Offset>
int64_t Span(const ArrayData& data) {
  if (data.length == 0 || !data.buffers[1]) return 0;
  const Offset* offsets = data.GetValues<Offset>(1);
  return offsets[data.length] - offsets[0];
}

template <typename Offset>
int64_t ListBytes(const ArrayData& data, int64_t step);

int64_t Referenced(const ArrayData& data, int64_t step) {
  int64_t bytes = data.MayHaveNulls() ? BitmapBytes(data.length) : 0;
  const Type::type id = data.type->storage_id();
  switch (id) {
    case Type::NA: return 0;
    case Type::BOOL: return bytes + BitmapBytes(data.length);
    case Type::STRING:
    case Type::BINARY: return bytes + data.length * 4 + Span<int32_t>(data);
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY: return bytes + data.length * 8 + Span<int64_t>(data);
    case Type::STRING_VIEW:
    case Type::BINARY_VIEW: return bytes + data.length * 16 + ViewText(data, step);
    case Type::LIST:
    case Type::MAP: return bytes + data.length * 4 + ListBytes<int32_t>(data, step);
    case Type::LARGE_LIST: return bytes + data.length * 8 + ListBytes<int64_t>(data, step);
    case Type::FIXED_SIZE_LIST: {
      const int64_t size = static_cast<const arrow::FixedSizeListType&>(*data.type).list_size();
      return bytes + Referenced(*data.child_data[0]->Slice(data.offset * size, data.length * size), step);
    }
    case Type::STRUCT:
      for (const auto& child : data.child_data) bytes += Referenced(*child->Slice(data.offset, data.length), step);
      return bytes;
    case Type::DICTIONARY: {
      const int width = static_cast<const arrow::DictionaryType&>(*data.type).index_type()->byte_width();
      const int64_t entries = data.dictionary ? data.dictionary->length : 0;
      const int64_t dictionary = data.dictionary ? Referenced(*data.dictionary, step) : 0;
      // No more entries than rows can be used.
      return bytes + data.length * width + (entries > data.length ? dictionary * data.length / entries : dictionary);
    }
    default: {
      const int width = data.type->byte_width();
      if (width > 0) return bytes + data.length * width;
      for (const auto& buffer : data.buffers) bytes += buffer ? buffer->size() : 0;
      for (const auto& child : data.child_data) bytes += Referenced(*child, step);
      return bytes;
    }
  }
}

template <typename Offset>
int64_t ListBytes(const ArrayData& data, int64_t step) {
  if (data.length == 0 || !data.buffers[1]) return 0;
  const Offset* offsets = data.GetValues<Offset>(1);
  return Referenced(*data.child_data[0]->Slice(offsets[0], offsets[data.length] - offsets[0]), step);
}

void Held(const ArrayData& data, std::unordered_set<const arrow::Buffer*>* seen, int64_t* total) {
  for (const auto& buffer : data.buffers) {
    if (!buffer) continue;
    // A slice of a buffer keeps its whole parent.
    const arrow::Buffer* whole = buffer.get();
    while (whole->parent()) whole = whole->parent().get();
    if (seen->insert(whole).second) *total += whole->capacity() > 0 ? whole->capacity() : whole->size();
  }
  for (const auto& child : data.child_data) Held(*child, seen, total);
  if (data.dictionary) Held(*data.dictionary, seen, total);
}

bool Wasteful(const ArrayData& data, double ratio) {
  std::unordered_set<const arrow::Buffer*> seen;
  int64_t held = 0;
  Held(data, &seen, &held);
  constexpr int64_t kSmall = 4096;  // not worth a copy
  return held > kSmall && static_cast<double>(held) > ratio * static_cast<double>(Referenced(data, 1));
}

// The text that rows of a view array point to, in one buffer; equal views share it.
arrow::Result<std::shared_ptr<ArrayData>> CopyViewText(const ArrayData& data, arrow::MemoryPool* pool) {
  using View = arrow::BinaryViewType::c_type;
  const View* views = data.GetValues<View>(1);
  ARROW_ASSIGN_OR_RAISE(auto out_buffer, arrow::AllocateBuffer(data.length * 16, pool));
  auto* out = reinterpret_cast<View*>(out_buffer->mutable_data());
  struct Key {
    int32_t buffer, offset, size;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& k) const { return (static_cast<uint64_t>(k.buffer) * 0x9E3779B97F4A7C15ull) ^ (static_cast<uint64_t>(k.offset) * 0xC2B2AE3D27D4EB4Full) ^ k.size; }
  };
  std::unordered_map<Key, int64_t, KeyHash> placed;
  int64_t total = 0;
  for (int64_t i = 0; i < data.length; ++i) {
    out[i] = data.IsValid(i) ? views[i] : View{};
    if (out[i].is_inline()) continue;
    const Key key{out[i].ref.buffer_index, out[i].ref.offset, out[i].ref.size};
    auto [it, fresh] = placed.try_emplace(key, total);
    if (fresh) total += key.size;
  }
  // Offsets are 32 bits wide: more text than that goes into several buffers, cut by the running total.
  constexpr int64_t kMostText = INT32_MAX;
  if (total > kMostText) {
    auto copy = data.Copy();
    return copy;
  }
  ARROW_ASSIGN_OR_RAISE(auto text, arrow::AllocateBuffer(total, pool));
  for (const auto& [key, at] : placed) {
    std::memcpy(text->mutable_data() + at, data.buffers[2 + key.buffer]->data() + key.offset, key.size);
  }
  for (int64_t i = 0; i < data.length; ++i) {
    if (out[i].is_inline()) continue;
    const Key key{out[i].ref.buffer_index, out[i].ref.offset, out[i].ref.size};
    out[i].ref.buffer_index = 0;
    out[i].ref.offset = static_cast<int32_t>(placed[key]);
  }
  auto result = std::make_shared<ArrayData>(data.type, data.length, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr, std::move(out_buffer)}, 0, 0);
  if (total > 0) result->buffers.push_back(std::move(text));
  return result;
}

arrow::Result<std::shared_ptr<ArrayData>> CopyRows(const ArrayData& data, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto row_buffer, arrow::AllocateBuffer(data.length * 4, pool));
  auto* rows = reinterpret_cast<int32_t*>(row_buffer->mutable_data());
  for (int64_t i = 0; i < data.length; ++i) rows[i] = static_cast<int32_t>(i);
  ARROW_ASSIGN_OR_RAISE(auto copy, Gather(data, rows, data.length, pool));
  const Type::type id = data.type->storage_id();
  if (id == Type::STRING_VIEW || id == Type::BINARY_VIEW) {
    ARROW_ASSIGN_OR_RAISE(auto text, CopyViewText(*copy, pool));
    text->buffers[0] = copy->buffers[0];
    text->SetNullCount(copy->null_count);
    return text;
  }
  if (id == Type::DICTIONARY && copy->dictionary && copy->dictionary->length > copy->length) {
    // Keep the entries that are used, in their order.
    const auto& type = static_cast<const arrow::DictionaryType&>(*data.type);
    const arrow::DictionaryArray typed(copy);
    std::vector<int64_t> used(copy->dictionary->length, -1), kept;
    for (int64_t i = 0; i < copy->length; ++i) {
      if (copy->IsValid(i)) used[typed.GetValueIndex(i)] = 0;
    }
    for (size_t k = 0; k < used.size(); ++k) {
      if (used[k] < 0) continue;
      used[k] = static_cast<int64_t>(kept.size());
      kept.push_back(static_cast<int64_t>(k));
    }
    ARROW_ASSIGN_OR_RAISE(auto dictionary, Gather(*copy->dictionary, kept.data(), static_cast<int64_t>(kept.size()), pool));
    const int width = type.index_type()->byte_width();
    auto codes = copy->buffers[1];
    uint8_t* bytes = codes->mutable_data();
    for (int64_t i = 0; i < copy->length; ++i) {
      const int64_t code = copy->IsValid(i) ? used[typed.GetValueIndex(i)] : 0;
      std::memcpy(bytes + i * width, &code, width);
    }
    copy->dictionary = std::move(dictionary);
  }
  return copy;
}

}  // namespace

int64_t ReferencedBytes(const arrow::RecordBatch& batch, int64_t view_step) {
  int64_t bytes = 0;
  for (int i = 0; i < batch.num_columns(); ++i) bytes += Referenced(*batch.column_data(i), view_step);
  return bytes;
}

int64_t HeldBytes(const arrow::RecordBatch& batch) {
  std::unordered_set<const arrow::Buffer*> seen;
  int64_t bytes = 0;
  for (int i = 0; i < batch.num_columns(); ++i) Held(*batch.column_data(i), &seen, &bytes);
  return bytes;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> CompactViews(std::shared_ptr<arrow::RecordBatch> batch, arrow::MemoryPool* pool, double ratio) {
  if (static_cast<double>(HeldBytes(*batch)) <= ratio * static_cast<double>(ReferencedBytes(*batch))) return batch;
  std::vector<std::shared_ptr<ArrayData>> columns;
  for (int i = 0; i < batch->num_columns(); ++i) {
    auto column = batch->column_data(i);
    // Only what wastes is copied; half the ratio, so that the whole gets below it.
    if (Wasteful(*column, ratio / 2)) {
      ARROW_ASSIGN_OR_RAISE(column, CopyRows(*column, pool));
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(batch->schema(), batch->num_rows(), std::move(columns));
}

}  // namespace bowstring
