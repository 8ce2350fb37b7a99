// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/group_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/util/bit_util.h>

#define XXH_INLINE_ALL
#include <arrow/vendored/xxhash.h>

#include <bowstring/error.h>

#include "functions/gather_rows.h"
#include "functions/aggregate_loops.h"
#include "functions/text_state.h"
#include "functions/value_codec.h"

namespace bowstring::exec {
namespace {

arrow::Result<KeyField> MakeKey(const arrow::Field& field) {
  KeyField key;
  key.outward = key.type = field.type();
  if (key.type->id() == arrow::Type::DICTIONARY) key.type = static_cast<const arrow::DictionaryType&>(*key.type).value_type();
  if (key.type->id() == arrow::Type::RUN_END_ENCODED) key.type = static_cast<const arrow::RunEndEncodedType&>(*key.type).value_type();
  switch (key.type->id()) {
    case arrow::Type::NA: key.form = KeyForm::kNull, key.width = 1; break;
    case arrow::Type::BOOL: key.form = KeyForm::kBool, key.width = 1; break;
    case arrow::Type::INT8: case arrow::Type::UINT8: key.width = 1; break;
    case arrow::Type::INT16: case arrow::Type::UINT16: key.width = 2; break;
    case arrow::Type::HALF_FLOAT: key.form = KeyForm::kHalf, key.width = 2; break;
    case arrow::Type::FLOAT: key.form = KeyForm::kFloat, key.width = 4; break;
    case arrow::Type::INT32: case arrow::Type::UINT32: case arrow::Type::DATE32: case arrow::Type::TIME32: case arrow::Type::DECIMAL32:
    case arrow::Type::INTERVAL_MONTHS:
      key.width = 4;
      break;
    case arrow::Type::DOUBLE: key.form = KeyForm::kDouble; break;
    case arrow::Type::INT64: case arrow::Type::UINT64: case arrow::Type::DATE64: case arrow::Type::TIME64: case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION: case arrow::Type::DECIMAL64: case arrow::Type::INTERVAL_DAY_TIME:
      break;
    case arrow::Type::DECIMAL128: case arrow::Type::INTERVAL_MONTH_DAY_NANO: key.width = 16; break;
    default:
      key.width = 16;
      if (TextColumn::Takes(*key.type)) {
        key.form = KeyForm::kText;
      } else {
        key.form = KeyForm::kCoded;
        ARROW_RETURN_NOT_OK(CheckCodable(*key.type));
      }
  }
  return key;
}

template <typename T>
T Normal(T value) {
  if (value == 0) return T{0};
  return std::isnan(value) ? std::numeric_limits<T>::quiet_NaN() : value;
}

uint16_t NormalHalf(uint16_t bits) {
  if ((bits & 0x7fff) == 0) return 0;
  return (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) ? 0x7e00 : bits;
}

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}
struct Wide {
  uint64_t low, high;
  friend bool operator==(const Wide&, const Wide&) = default;
};

// Calls f with a value of the unsigned type of a key's width.
template <typename F>
void ByWidth(int32_t width, F&& f) {
  switch (width) {
    case 1: return f(uint8_t{});
    case 2: return f(uint16_t{});
    case 4: return f(uint32_t{});
    case 8: return f(uint64_t{});
    default: return f(Wide{});
  }
}

// Multiplications whose high bits come back into the low ones: each bit of the input reaches all of the output.
inline uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 32)) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9u;
  return x ^ (x >> 32);
}
inline uint64_t HashOf(uint64_t x) { return Mix(x); }
inline uint64_t HashOf(const Wide& x) { return Mix(x.low + 0x9e3779b97f4a7c15u * Mix(x.high)); }
constexpr uint64_t kNullHash = 0x8f1bbcdc5a827999u;

inline uint64_t HashOfText(const GroupText& text) {
  if (text.size <= GroupText::kInline) return Mix(text.word(0) + 0x9e3779b97f4a7c15u * Mix(text.word(1)));
  return XXH3_64bits(text.data, text.size);
}
inline bool EqualText(const GroupText& a, const GroupText& b) {
  if (a.word(0) != b.word(0)) return false;
  if (a.size <= GroupText::kInline) return a.word(1) == b.word(1);
  return a.data == b.data || std::memcmp(a.data, b.data, a.size) == 0;
}

arrow::Result<uint8_t*> Own(KeyBatch* batch, int64_t size, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(std::max<int64_t>(size, 1), pool));
  uint8_t* data = buffer->mutable_data();
  batch->owned.push_back(std::move(buffer));
  return data;
}

// A dictionary's values in its rows' places.
arrow::Result<std::shared_ptr<arrow::ArrayData>> Decode(const arrow::ArrayData& column, int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto rows, arrow::AllocateBuffer(n * 4, pool));
  int32_t* out = reinterpret_cast<int32_t*>(rows->mutable_data());
  const auto& type = static_cast<const arrow::DictionaryType&>(*column.type);
  ByWidth(type.index_type()->bit_width() / 8, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (!std::is_same_v<T, Wide>) {
      const T* indices = column.GetValues<T>(1);
      for (int64_t i = 0; i < n; ++i) out[i] = IsValid(column, i) ? static_cast<int32_t>(indices[i]) : -1;
    }
  });
  return Gather(*column.dictionary, out, n, pool);
}

template <typename Offset>
void TextsOfOffsets(const arrow::ArrayData& data, const uint8_t* nulls, int64_t n, GroupText* texts) {
  const Offset* offsets = data.GetValues<Offset>(1);
  const char* bytes = data.buffers[2] ? reinterpret_cast<const char*>(data.buffers[2]->data()) : "";
  const int64_t padded = (data.buffers[2] ? data.buffers[2]->capacity() : 0) - 16;
  for (int64_t i = 0; i < n; ++i) {
    const std::string_view text(bytes + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i]));
    if (nulls && nulls[i]) {
      texts[i] = GroupText{};
    } else {
      texts[i] = offsets[i] <= padded ? GroupText::OfPadded(text) : GroupText::Of(text);
    }
  }
}

// A view that holds its text is a GroupText already, but for bytes behind the text, which ought to be zero.
void TextsOfViews(const arrow::ArrayData& data, const uint8_t* nulls, int64_t n, GroupText* texts) {
  static constexpr auto kMasks = [] {
    std::array<std::array<uint64_t, 2>, GroupText::kInline + 1> masks{};
    for (size_t size = 0; size <= GroupText::kInline; ++size) {
      for (size_t byte = 0; byte < 4 + size; ++byte) masks[size][byte / 8] |= uint64_t{0xff} << (byte % 8 * 8);
    }
    return masks;
  }();
  const auto* views = data.GetValues<arrow::BinaryViewType::c_type>(1);
  for (int64_t i = 0; i < n; ++i) {
    uint64_t words[2] = {0, 0};
    if (!nulls || !nulls[i]) std::memcpy(words, &views[i], 16);
    const uint32_t size = static_cast<uint32_t>(words[0]);
    if (size <= GroupText::kInline) {
      words[0] &= kMasks[size][0];
      words[1] &= kMasks[size][1];
    } else {
      words[1] = reinterpret_cast<uint64_t>(data.buffers[2 + static_cast<size_t>(views[i].ref.buffer_index)]->data() + views[i].ref.offset);
    }
    std::memcpy(&texts[i], words, 16);
  }
}

arrow::Status PrepareColumn(const KeyField& key, std::shared_ptr<arrow::ArrayData> data, int64_t n, bool as_views, arrow::MemoryPool* pool,
                            KeyBatch* batch, KeyBatch::Column* out) {
  if (data->type->id() == arrow::Type::DICTIONARY) {
    ARROW_ASSIGN_OR_RAISE(data, Decode(*data, n, pool));
  } else if (data->type->id() == arrow::Type::RUN_END_ENCODED) {
    arrow::compute::ExecContext context(pool);
    context.set_use_threads(false);
    ARROW_ASSIGN_OR_RAISE(auto plain, arrow::compute::RunEndDecode(arrow::Datum(data), &context));
    data = plain.array();
  }
  batch->sources.push_back(data);
  const bool any_null = key.form == KeyForm::kNull || (data->MayHaveNulls() && data->buffers[0] && data->GetNullCount() > 0);
  if (any_null) {
    if (key.null_byte < 0) return Error(ErrorKind::kExecution, "a column that is declared NOT NULL holds NULL");
    ARROW_ASSIGN_OR_RAISE(uint8_t* nulls, Own(batch, n, pool));
    for (int64_t i = 0; i < n; ++i) nulls[i] = !IsValid(*data, i);
    out->nulls = nulls;
  }
  if (as_views && (data->type->id() == arrow::Type::STRING_VIEW || data->type->id() == arrow::Type::BINARY_VIEW)) {
    out->views = data->buffers[1]->data() + data->offset * 16;
    batch->as_views = true;
    return arrow::Status::OK();
  }
  const bool as_is = key.form == KeyForm::kPlain && !any_null;
  if (as_is) {
    out->values = data->buffers[1]->data() + data->offset * key.width;
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(uint8_t* values, Own(batch, n * key.width, pool));
  out->values = values;
  const uint8_t* nulls = out->nulls;
  switch (key.form) {
    case KeyForm::kNull: std::memset(values, 0, static_cast<size_t>(n)); break;
    case KeyForm::kPlain: {
      const uint8_t* in = data->buffers[1]->data() + data->offset * key.width;
      ByWidth(key.width, [&](auto zero) {
        using T = decltype(zero);
        for (int64_t i = 0; i < n; ++i) {
          const T value = nulls[i] ? T{} : Load<T>(in + i * static_cast<int64_t>(sizeof(T)));
          std::memcpy(values + i * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
        }
      });
      break;
    }
    case KeyForm::kBool:
      for (int64_t i = 0; i < n; ++i) values[i] = !(nulls && nulls[i]) && arrow::bit_util::GetBit(data->buffers[1]->data(), data->offset + i);
      break;
    case KeyForm::kHalf:
      for (int64_t i = 0; i < n; ++i) reinterpret_cast<uint16_t*>(values)[i] = nulls && nulls[i] ? 0 : NormalHalf(data->GetValues<uint16_t>(1)[i]);
      break;
    case KeyForm::kFloat:
      for (int64_t i = 0; i < n; ++i) reinterpret_cast<float*>(values)[i] = nulls && nulls[i] ? 0 : Normal(data->GetValues<float>(1)[i]);
      break;
    case KeyForm::kDouble:
      for (int64_t i = 0; i < n; ++i) reinterpret_cast<double*>(values)[i] = nulls && nulls[i] ? 0 : Normal(data->GetValues<double>(1)[i]);
      break;
    case KeyForm::kText: {
      GroupText* texts = reinterpret_cast<GroupText*>(values);
      if (data->type->id() == arrow::Type::STRING_VIEW || data->type->id() == arrow::Type::BINARY_VIEW) {
        TextsOfViews(*data, nulls, n, texts);
        break;
      }
      if (data->type->id() == arrow::Type::FIXED_SIZE_BINARY) {
        const TextColumn column(*data);
        for (int64_t i = 0; i < n; ++i) texts[i] = nulls && nulls[i] ? GroupText{} : GroupText::Of(column[i]);
      } else if (arrow::is_large_binary_like(data->type->id())) {
        TextsOfOffsets<int64_t>(*data, nulls, n, texts);
      } else {
        TextsOfOffsets<int32_t>(*data, nulls, n, texts);
      }
      break;
    }
    case KeyForm::kCoded: {
      GroupText* texts = reinterpret_cast<GroupText*>(values);
      ARROW_ASSIGN_OR_RAISE(auto coded, EncodeValues(*data, n, /*canonical=*/true, pool));
      const TextColumn column(*coded);
      for (int64_t i = 0; i < n; ++i) texts[i] = nulls && nulls[i] ? GroupText{} : GroupText::Of(column[i]);
      batch->sources.push_back(std::move(coded));
      break;
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<GroupLayout> GroupLayout::Make(const std::vector<std::shared_ptr<arrow::Field>>& keys, const std::vector<int32_t>& state_sizes) {
  GroupLayout layout;
  int32_t nullable = 0;
  for (const auto& field : keys) {
    ARROW_ASSIGN_OR_RAISE(KeyField key, MakeKey(*field));
    layout.has_text_ = layout.has_text_ || key.is_text();
    if (field->nullable() || key.form == KeyForm::kNull) key.null_byte = nullable++;
    layout.keys_.push_back(std::move(key));
  }
  int32_t offset = 8;
  for (int32_t width : {16, 8, 4, 2, 1}) {
    for (KeyField& key : layout.keys_) {
      if (key.width != width) continue;
      key.offset = offset;
      offset += width;
    }
  }
  for (KeyField& key : layout.keys_) {
    if (key.null_byte < 0) continue;
    key.null_mask = static_cast<uint8_t>(1 << (key.null_byte % 8));
    key.null_byte = offset + key.null_byte / 8;
  }
  offset = (offset + (nullable + 7) / 8 + 7) & ~7;
  layout.states_begin_ = offset;
  for (int32_t size : state_sizes) {
    layout.states_.push_back(offset);
    offset += size;
  }
  layout.width_ = offset;
  return layout;
}

arrow::Result<KeyBatch> PrepareKeys(const GroupLayout& layout, const std::vector<std::shared_ptr<arrow::ArrayData>>& columns, int64_t n,
                                    const std::vector<bool>* present, arrow::MemoryPool* pool, bool as_views) {
  KeyBatch batch;
  batch.columns.resize(layout.keys().size());
  for (size_t k = 0; k < layout.keys().size(); ++k) {
    const KeyField& key = layout.keys()[k];
    if (present && k < present->size() && !(*present)[k]) {
      ARROW_ASSIGN_OR_RAISE(uint8_t* values, Own(&batch, n * key.width, pool));
      ARROW_ASSIGN_OR_RAISE(uint8_t* nulls, Own(&batch, n, pool));
      std::memset(values, 0, static_cast<size_t>(n * key.width));
      std::memset(nulls, 1, static_cast<size_t>(n));
      batch.columns[k] = {values, nulls, nullptr};
    } else {
      ARROW_RETURN_NOT_OK(PrepareColumn(key, columns[k], n, as_views, pool, &batch, &batch.columns[k]));
    }
  }
  return batch;
}

void HashKeys(const GroupLayout& layout, const KeyBatch& keys, int64_t n, uint64_t* hashes) {
  if (layout.keys().empty()) std::fill(hashes, hashes + n, 0);
  for (size_t k = 0; k < layout.keys().size(); ++k) {
    const KeyField& key = layout.keys()[k];
    const KeyBatch::Column& column = keys.columns[k];
    const bool first = k == 0;
    const auto put = [&](int64_t i, uint64_t hash) {
      if (column.nulls && column.nulls[i]) hash = kNullHash;
      hashes[i] = first ? hash : Mix(hashes[i] * 0x9e3779b97f4a7c15u + hash);
    };
    if (key.is_text()) {
      const GroupText* texts = reinterpret_cast<const GroupText*>(column.values);
      for (int64_t i = 0; i < n; ++i) put(i, HashOfText(texts[i]));
    } else {
      ByWidth(key.width, [&](auto zero) {
        using T = decltype(zero);
        const uint8_t* values = column.values;
        for (int64_t i = 0; i < n; ++i) put(i, HashOf(Load<T>(values + i * static_cast<int64_t>(sizeof(T)))));
      });
    }
  }
}

void WriteKeys(const GroupLayout& layout, const KeyBatch& keys, const int32_t* positions, uint8_t* const* rows, int64_t n) {
  for (size_t k = 0; k < layout.keys().size(); ++k) {
    const KeyField& key = layout.keys()[k];
    const KeyBatch::Column& column = keys.columns[k];
    if (key.is_text()) {
      const GroupText* texts = reinterpret_cast<const GroupText*>(column.values);
      for (int64_t i = 0; i < n; ++i) {
        const GroupText& text = texts[positions[i]];
        GroupText* out = reinterpret_cast<GroupText*>(rows[i] + key.offset);
        if (text.size <= GroupText::kInline) {
          *out = text;
        } else {
          char* data = const_cast<char*>(out->data);
          std::memcpy(data, text.data, text.size);
          *out = text;
          out->data = data;
        }
      }
    } else {
      ByWidth(key.width, [&](auto zero) {
        using T = decltype(zero);
        const uint8_t* values = column.values;
        for (int64_t i = 0; i < n; ++i) std::memcpy(rows[i] + key.offset, values + positions[i] * static_cast<int64_t>(sizeof(T)), sizeof(T));
      });
    }
    if (column.nulls) {
      for (int64_t i = 0; i < n; ++i) {
        if (column.nulls[positions[i]]) rows[i][key.null_byte] |= key.null_mask;
      }
    }
  }
}

void CompareKeys(const GroupLayout& layout, const KeyBatch& keys, const int32_t* positions, uint8_t* const* rows, int64_t n, uint8_t* equal) {
  for (size_t k = 0; k < layout.keys().size(); ++k) {
    const KeyField& key = layout.keys()[k];
    const KeyBatch::Column& column = keys.columns[k];
    if (key.is_text()) {
      const GroupText* texts = reinterpret_cast<const GroupText*>(column.values);
      for (int64_t i = 0; i < n; ++i) {
        equal[i] &= EqualText(texts[positions[i]], *reinterpret_cast<const GroupText*>(rows[i] + key.offset));
      }
    } else {
      ByWidth(key.width, [&](auto zero) {
        using T = decltype(zero);
        const uint8_t* values = column.values;
        for (int64_t i = 0; i < n; ++i) {
          equal[i] &= Load<T>(values + positions[i] * static_cast<int64_t>(sizeof(T))) == Load<T>(rows[i] + key.offset);
        }
      });
    }
    if (key.null_byte >= 0) {
      for (int64_t i = 0; i < n; ++i) {
        equal[i] &= ((rows[i][key.null_byte] & key.null_mask) != 0) == (column.nulls && column.nulls[positions[i]]);
      }
    }
  }
}

void CompareRows(const GroupLayout& layout, uint8_t* const* a, uint8_t* const* b, int64_t n, uint8_t* equal) {
  for (const KeyField& key : layout.keys()) {
    if (key.is_text()) {
      for (int64_t i = 0; i < n; ++i) {
        equal[i] &= EqualText(*reinterpret_cast<const GroupText*>(a[i] + key.offset), *reinterpret_cast<const GroupText*>(b[i] + key.offset));
      }
    } else {
      ByWidth(key.width, [&](auto zero) {
        using T = decltype(zero);
        for (int64_t i = 0; i < n; ++i) equal[i] &= Load<T>(a[i] + key.offset) == Load<T>(b[i] + key.offset);
      });
    }
    if (key.null_byte >= 0) {
      for (int64_t i = 0; i < n; ++i) equal[i] &= ((a[i][key.null_byte] ^ b[i][key.null_byte]) & key.null_mask) == 0;
    }
  }
}

namespace {

// A short GroupText is a view; the others' bytes go into one buffer.
arrow::Result<std::shared_ptr<arrow::Array>> ReadViews(const KeyField& key, uint8_t* const* rows, int64_t n, arrow::MemoryPool* pool) {
  const auto text_of = [&](int64_t i) -> const GroupText& { return *reinterpret_cast<const GroupText*>(rows[i] + key.offset); };
  const auto is_null = [&](int64_t i) { return key.null_byte >= 0 && (rows[i][key.null_byte] & key.null_mask) != 0; };
  int64_t bytes = 0, nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    nulls += is_null(i);
    bytes += text_of(i).size > GroupText::kInline ? text_of(i).size : 0;
  }
  if (bytes > std::numeric_limits<int32_t>::max()) {  // in several buffers
    return TextArray(key.type, n, pool, [&](int64_t i, std::string_view* out) {
      *out = text_of(i).text();
      return !is_null(i);
    });
  }
  std::shared_ptr<arrow::Buffer> valid, data;
  if (nulls > 0) {
    ARROW_ASSIGN_OR_RAISE(valid, arrow::AllocateEmptyBitmap(n, pool));
    for (int64_t i = 0; i < n; ++i) arrow::bit_util::SetBitTo(valid->mutable_data(), i, !is_null(i));
  }
  if (bytes > 0) {
    ARROW_ASSIGN_OR_RAISE(data, arrow::AllocateBuffer(bytes, pool));
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> views, arrow::AllocateBuffer(n * 16, pool));
  int32_t at = 0;
  for (int64_t i = 0; i < n; ++i) {
    GroupText view = text_of(i);
    if (view.size > GroupText::kInline) {
      std::memcpy(data->mutable_data() + at, view.data, view.size);
      const int32_t place[2] = {0, at};  // of the buffer, and in it
      std::memcpy(view.rest, place, 8);
      at += static_cast<int32_t>(view.size);
    }
    std::memcpy(views->mutable_data() + 16 * i, &view, 16);
  }
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{std::move(valid), std::move(views)};
  if (data) buffers.push_back(std::move(data));
  return arrow::MakeArray(arrow::ArrayData::Make(key.type, n, std::move(buffers), nulls));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> ReadKey(const GroupLayout& layout, size_t k, uint8_t* const* rows, int64_t n, bool outward,
                                                     arrow::MemoryPool* pool) {
  const KeyField& key = layout.keys()[k];
  const auto is_there = [&](int64_t i) { return key.null_byte < 0 || !(rows[i][key.null_byte] & key.null_mask); };
  std::shared_ptr<arrow::Array> array;
  if (key.form == KeyForm::kNull) {
    ARROW_ASSIGN_OR_RAISE(array, arrow::MakeArrayOfNull(key.type, n, pool));
  } else if (key.form == KeyForm::kBool) {
    ARROW_ASSIGN_OR_RAISE(array, BitArray(n, pool, [&](int64_t i, bool* out) {
                            *out = rows[i][key.offset] != 0;
                            return is_there(i);
                          }));
  } else if (key.is_text()) {
    const auto text = [&](int64_t i, std::string_view* out) {
      *out = reinterpret_cast<const GroupText*>(rows[i] + key.offset)->text();
      return is_there(i);
    };
    if (key.type->id() == arrow::Type::STRING_VIEW || key.type->id() == arrow::Type::BINARY_VIEW) {
      ARROW_ASSIGN_OR_RAISE(array, ReadViews(key, rows, n, pool));
    } else if (key.form == KeyForm::kText) {
      ARROW_ASSIGN_OR_RAISE(array, TextArray(key.type, n, pool, text));
    } else {
      ARROW_ASSIGN_OR_RAISE(auto coded, TextArray(arrow::large_binary(), n, pool, text));
      ARROW_ASSIGN_OR_RAISE(array, DecodeValues(*coded->data(), key.type, pool));
    }
  } else {
    arrow::Result<std::shared_ptr<arrow::Array>> made;
    ByWidth(key.width, [&](auto zero) {
      using T = decltype(zero);
      made = FixedArray<T>(key.type, n, pool, [&](int64_t i, T* out) {
        std::memcpy(out, rows[i] + key.offset, sizeof(T));
        return is_there(i);
      });
    });
    ARROW_ASSIGN_OR_RAISE(array, std::move(made));
  }
  if (!outward) return array;
  arrow::compute::ExecContext context(pool);
  context.set_use_threads(false);
  if (key.outward->id() == arrow::Type::RUN_END_ENCODED) {
    const auto& run_ends = static_cast<const arrow::RunEndEncodedType&>(*key.outward).run_end_type();
    ARROW_ASSIGN_OR_RAISE(arrow::Datum runs, arrow::compute::RunEndEncode(array, arrow::compute::RunEndEncodeOptions(run_ends), &context));
    auto data = runs.array()->Copy();
    data->type = key.outward;
    return arrow::MakeArray(data);
  }
  if (key.outward->id() != arrow::Type::DICTIONARY) return array;
  ARROW_ASSIGN_OR_RAISE(arrow::Datum encoded, arrow::compute::DictionaryEncode(array, arrow::compute::DictionaryEncodeOptions::Defaults(), &context));
  const std::shared_ptr<arrow::Array> made = encoded.make_array();
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(*made);
  const auto& wanted = static_cast<const arrow::DictionaryType&>(*key.outward);
  ARROW_ASSIGN_OR_RAISE(auto indices, arrow::compute::Cast(*dictionary.indices(), wanted.index_type(), arrow::compute::CastOptions::Safe(), &context));
  return arrow::DictionaryArray::FromArrays(key.outward, indices, dictionary.dictionary());
}

}  // namespace bowstring::exec
