// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort_key.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <arrow/util/bit_util.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;
constexpr int kDeepest = 64;
// Text up to this length is taken whole.
constexpr int64_t kWholeText = 15;
constexpr int kTextPrefix = 16;

uint64_t FromSigned(int64_t value) { return static_cast<uint64_t>(value) ^ kSign; }
uint64_t FromDouble(double value) {
  if (std::isnan(value)) return ~uint64_t{0};
  const uint64_t bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  return bits & kSign ? ~bits : bits | kSign;
}

template <KeyNorm kNorm>
uint64_t Normal64(const uint8_t* at) {
  auto load = [at]<typename T>(T) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
  };
  if constexpr (kNorm == KeyNorm::kBool) return *at;
  if constexpr (kNorm == KeyNorm::kInt8) return FromSigned(load(int8_t{}));
  if constexpr (kNorm == KeyNorm::kInt16) return FromSigned(load(int16_t{}));
  if constexpr (kNorm == KeyNorm::kInt32) return FromSigned(load(int32_t{}));
  if constexpr (kNorm == KeyNorm::kInt64) return FromSigned(load(int64_t{}));
  if constexpr (kNorm == KeyNorm::kUInt8) return load(uint8_t{});
  if constexpr (kNorm == KeyNorm::kUInt16) return load(uint16_t{});
  if constexpr (kNorm == KeyNorm::kUInt32) return load(uint32_t{});
  if constexpr (kNorm == KeyNorm::kUInt64) return load(uint64_t{});
  if constexpr (kNorm == KeyNorm::kHalf) return FromDouble(arrow::util::Float16::FromBits(load(uint16_t{})).ToDouble());
  if constexpr (kNorm == KeyNorm::kFloat) return FromDouble(load(float{}));
  if constexpr (kNorm == KeyNorm::kDouble) return FromDouble(load(double{}));
  if constexpr (kNorm == KeyNorm::kDayTime) {
    const auto days = load(int32_t{});
    at += 4;
    return (uint64_t{static_cast<uint32_t>(days)} ^ 0x80000000u) << 32 | (static_cast<uint32_t>(load(int32_t{})) ^ 0x80000000u);
  }
  return 0;
}

template <typename Visit>
void VisitNorm64(KeyNorm norm, Visit&& visit) {
#define BOWSTRING_NORM(name) \
  case KeyNorm::name: visit.template operator()<KeyNorm::name>(); break;
  switch (norm) {
    BOWSTRING_NORM(kBool)
    BOWSTRING_NORM(kInt8)
    BOWSTRING_NORM(kInt16)
    BOWSTRING_NORM(kInt32)
    BOWSTRING_NORM(kInt64)
    BOWSTRING_NORM(kUInt8)
    BOWSTRING_NORM(kUInt16)
    BOWSTRING_NORM(kUInt32)
    BOWSTRING_NORM(kUInt64)
    BOWSTRING_NORM(kHalf)
    BOWSTRING_NORM(kFloat)
    BOWSTRING_NORM(kDouble)
    BOWSTRING_NORM(kDayTime)
    default: break;
  }
#undef BOWSTRING_NORM
}
bool IsNorm64(KeyNorm norm) { return norm >= KeyNorm::kBool && norm <= KeyNorm::kDayTime; }

Wide BigEndian(const uint8_t* data, size_t length, int take) {
  Wide out = 0;
  const int have = static_cast<int>(std::min<size_t>(length, take));
  for (int i = 0; i < have; ++i) out = out << 8 | data[i];
  return have == 0 ? 0 : out << 8 * (take - have);
}
uint64_t Swap(uint64_t value) { return __builtin_bswap64(value); }

Wide Normal128(KeyNorm norm, const uint8_t* at, int32_t width) {
  uint64_t words[4];
  switch (norm) {
    case KeyNorm::kInt128:
      std::memcpy(words, at, 16);
      return Wide{words[1] ^ kSign} << 64 | words[0];
    case KeyNorm::kInt256:
      std::memcpy(words, at, 32);
      return Wide{words[3] ^ kSign} << 64 | words[2];
    case KeyNorm::kMonthDayNano: {
      std::memcpy(words, at, 16);
      const uint32_t months = static_cast<uint32_t>(words[0]) ^ 0x80000000u, days = static_cast<uint32_t>(words[0] >> 32) ^ 0x80000000u;
      return Wide{uint64_t{months} << 32 | days} << 64 | (words[1] ^ kSign);
    }
    case KeyNorm::kBytes: return BigEndian(at, width, std::min(width, kTextPrefix));
    default: {
      Wide out = 0;
      VisitNorm64(norm, [&]<KeyNorm kNorm>() { out = Normal64<kNorm>(at); });
      return out;
    }
  }
}

// The first `take` bytes of a text, as an integer of 8 * take bits.
Wide TextPrefix(uint64_t ref, int take) {
  if (IsInlineText(ref)) {
    const uint64_t value = Swap(ref & ((uint64_t{1} << 56) - 1));  // seven bytes from the top, then a zero
    return take >= 8 ? Wide{value} << 8 * (take - 8) : Wide{value >> 8 * (8 - take)};
  }
  const std::string_view text = TextOf(ref);
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  if (text.size() >= 16) {
    uint64_t words[2];
    std::memcpy(words, data, 16);
    return (Wide{Swap(words[0])} << 64 | Swap(words[1])) >> 8 * (16 - take);
  }
  return BigEndian(data, text.size(), take);
}

void Put(uint64_t* key, int at, int bits, uint64_t value) {
  if (bits == 0) return;
  const int word = at >> 6, room = 64 - (at & 63);
  if (bits <= room) {
    key[word] |= value << (room - bits);
  } else {
    key[word] |= value >> (bits - room);
    key[word + 1] |= value << (64 - (bits - room));
  }
}
void PutWide(uint64_t* key, int at, int bits, Wide value) {
  if (bits > 64) Put(key, at, bits - 64, static_cast<uint64_t>(value >> 64));
  Put(key, bits > 64 ? at + bits - 64 : at, std::min(bits, 64), static_cast<uint64_t>(value));
}
int BitWidth(Wide value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  return high ? 64 + std::bit_width(high) : std::bit_width(static_cast<uint64_t>(value));
}

const uint8_t* Validity(const arrow::ArrayData& array) {
  return array.buffers.empty() || !array.buffers[0] || array.GetNullCount() == 0 ? nullptr : array.buffers[0]->data();
}

arrow::Result<KeyNorm> NormOf(const arrow::DataType& type, int depth) {
  using T = arrow::Type;
  if (depth > kDeepest) return Error(ErrorKind::kNotImplemented, "Ordering by a type nested deeper than ", kDeepest);
  switch (type.id()) {
    case T::NA: return KeyNorm::kNothing;
    case T::BOOL: return KeyNorm::kBool;
    case T::INT8: return KeyNorm::kInt8;
    case T::INT16: return KeyNorm::kInt16;
    case T::INT32: case T::DATE32: case T::TIME32: case T::DECIMAL32: case T::INTERVAL_MONTHS: return KeyNorm::kInt32;
    case T::INT64: case T::DATE64: case T::TIME64: case T::TIMESTAMP: case T::DURATION: case T::DECIMAL64: return KeyNorm::kInt64;
    case T::UINT8: return KeyNorm::kUInt8;
    case T::UINT16: return KeyNorm::kUInt16;
    case T::UINT32: return KeyNorm::kUInt32;
    case T::UINT64: return KeyNorm::kUInt64;
    case T::HALF_FLOAT: return KeyNorm::kHalf;
    case T::FLOAT: return KeyNorm::kFloat;
    case T::DOUBLE: return KeyNorm::kDouble;
    case T::INTERVAL_DAY_TIME: return KeyNorm::kDayTime;
    case T::INTERVAL_MONTH_DAY_NANO: return KeyNorm::kMonthDayNano;
    case T::DECIMAL128: return KeyNorm::kInt128;
    case T::DECIMAL256: return KeyNorm::kInt256;
    case T::FIXED_SIZE_BINARY: return KeyNorm::kBytes;
    case T::STRING: case T::BINARY: case T::LARGE_STRING: case T::LARGE_BINARY: case T::STRING_VIEW: case T::BINARY_VIEW:
      return KeyNorm::kText;
    case T::EXTENSION: return NormOf(*static_cast<const arrow::ExtensionType&>(type).storage_type(), depth + 1);
    case T::DICTIONARY:
      ARROW_RETURN_NOT_OK(NormOf(*static_cast<const arrow::DictionaryType&>(type).value_type(), depth + 1));
      return KeyNorm::kOther;
    case T::LIST: case T::LARGE_LIST: case T::FIXED_SIZE_LIST: case T::LIST_VIEW: case T::LARGE_LIST_VIEW: case T::STRUCT: case T::MAP:
      for (const auto& child : type.fields()) ARROW_RETURN_NOT_OK(NormOf(*child->type(), depth + 1));
      return KeyNorm::kOther;
    default: return Error(ErrorKind::kNotImplemented, "Ordering by values of type ", type.ToString());
  }
}

int Sign(bool less, bool greater) { return less ? -1 : greater ? 1 : 0; }

std::string_view TextAt(const arrow::ArrayData& array, arrow::Type::type id, int64_t i) {
  switch (id) {
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW: {
      const auto& view = array.GetValues<arrow::BinaryViewType::c_type>(1)[i];
      if (view.is_inline()) return {reinterpret_cast<const char*>(view.inline_data()), static_cast<size_t>(view.size())};
      return {reinterpret_cast<const char*>(array.buffers[2 + view.ref.buffer_index]->data()) + view.ref.offset,
              static_cast<size_t>(view.size())};
    }
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY: {
      const auto* offsets = array.GetValues<int64_t>(1);
      return {reinterpret_cast<const char*>(array.buffers[2]->data()) + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])};
    }
    default: {
      const auto* offsets = array.GetValues<int32_t>(1);
      return {reinterpret_cast<const char*>(array.buffers[2]->data()) + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])};
    }
  }
}

struct Items {
  const arrow::ArrayData* values;
  int64_t begin, length;
};
Items ItemsAt(const arrow::ArrayData& array, const arrow::DataType& type, int64_t i) {
  const arrow::ArrayData* values = array.child_data[0].get();
  switch (type.id()) {
    case arrow::Type::LARGE_LIST: {
      const auto* o = array.GetValues<int64_t>(1);
      return {values, o[i], o[i + 1] - o[i]};
    }
    case arrow::Type::LIST_VIEW: return {values, array.GetValues<int32_t>(1)[i], array.GetValues<int32_t>(2)[i]};
    case arrow::Type::LARGE_LIST_VIEW: return {values, array.GetValues<int64_t>(1)[i], array.GetValues<int64_t>(2)[i]};
    case arrow::Type::FIXED_SIZE_LIST: {
      const int64_t size = static_cast<const arrow::FixedSizeListType&>(type).list_size();
      return {values, (array.offset + i) * size, size};
    }
    default: {
      const auto* o = array.GetValues<int32_t>(1);
      return {values, o[i], o[i + 1] - o[i]};
    }
  }
}

int64_t DictionaryIndex(const arrow::ArrayData& array, int64_t i) {
  switch (static_cast<const arrow::DictionaryType&>(*array.type).index_type()->id()) {
    case arrow::Type::INT8: return array.GetValues<int8_t>(1)[i];
    case arrow::Type::UINT8: return array.GetValues<uint8_t>(1)[i];
    case arrow::Type::INT16: return array.GetValues<int16_t>(1)[i];
    case arrow::Type::UINT16: return array.GetValues<uint16_t>(1)[i];
    case arrow::Type::INT32: return array.GetValues<int32_t>(1)[i];
    case arrow::Type::UINT32: return array.GetValues<uint32_t>(1)[i];
    default: return array.GetValues<int64_t>(1)[i];
  }
}

bool IsNullAt(const arrow::ArrayData& array, int64_t i) {
  if (array.type->id() == arrow::Type::NA) return true;
  return !array.buffers.empty() && array.buffers[0] && !arrow::bit_util::GetBit(array.buffers[0]->data(), array.offset + i);
}

// Depth is bounded: KeyNormOf has refused types nested deeper than kDeepest.
int CompareAny(const arrow::ArrayData& a, int64_t i, const arrow::ArrayData& b, int64_t j, bool null_least) {
  const bool a_null = IsNullAt(a, i), b_null = IsNullAt(b, j);
  if (a_null || b_null) return null_least ? Sign(a_null && !b_null, b_null && !a_null) : Sign(b_null && !a_null, a_null && !b_null);
  const arrow::DataType* type = a.type.get();
  while (type->id() == arrow::Type::EXTENSION) type = static_cast<const arrow::ExtensionType*>(type)->storage_type().get();
  switch (type->id()) {
    case arrow::Type::DICTIONARY: return CompareAny(*a.dictionary, DictionaryIndex(a, i), *b.dictionary, DictionaryIndex(b, j), null_least);
    case arrow::Type::STRUCT:
      for (size_t c = 0; c < a.child_data.size(); ++c) {
        const int order = CompareAny(*a.child_data[c], a.offset + i, *b.child_data[c], b.offset + j, null_least);
        if (order != 0) return order;
      }
      return 0;
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
    case arrow::Type::MAP: {
      const Items x = ItemsAt(a, *type, i), y = ItemsAt(b, *type, j);
      for (int64_t k = 0; k < std::min(x.length, y.length); ++k) {
        const int order = CompareAny(*x.values, x.begin + k, *y.values, y.begin + k, null_least);
        if (order != 0) return order;
      }
      return Sign(x.length < y.length, x.length > y.length);
    }
    case arrow::Type::BOOL: {
      const bool x = arrow::bit_util::GetBit(a.buffers[1]->data(), a.offset + i);
      const bool y = arrow::bit_util::GetBit(b.buffers[1]->data(), b.offset + j);
      return Sign(x < y, x > y);
    }
    default: break;
  }
  const KeyNorm norm = NormOf(*type, 0).ValueOr(KeyNorm::kNothing);
  if (norm == KeyNorm::kText) return TextAt(a, a.type->id(), i).compare(TextAt(b, b.type->id(), j));
  const int32_t width = static_cast<const arrow::FixedWidthType&>(*type).bit_width() / 8;
  const uint8_t* x = a.buffers[1]->data() + (a.offset + i) * width;
  const uint8_t* y = b.buffers[1]->data() + (b.offset + j) * width;
  if (norm == KeyNorm::kBytes) return std::memcmp(x, y, width);
  const Wide p = Normal128(norm, x, width), q = Normal128(norm, y, width);
  if (p != q || norm != KeyNorm::kInt256) return Sign(p < q, p > q);
  const Wide r = Normal128(KeyNorm::kInt128, x, 16) ^ (Wide{kSign} << 64), s = Normal128(KeyNorm::kInt128, y, 16) ^ (Wide{kSign} << 64);
  return Sign(r < s, r > s);
}

int CompareField(const SortKeyField& key, const RowField& field_b, const uint8_t* a, const uint8_t* b) {
  const uint8_t* x = a + key.field.offset;
  const uint8_t* y = b + field_b.offset;
  switch (key.norm) {
    case KeyNorm::kNothing: return 0;
    case KeyNorm::kText: {
      const auto p = key.field.Get<uint64_t>(a), q = field_b.Get<uint64_t>(b);
      return TextOf(p).compare(TextOf(q));
    }
    case KeyNorm::kOther: {
      const auto p = key.field.Get<OtherRef>(a), q = field_b.Get<OtherRef>(b);
      // NULLs inside stand where the key puts NULLs itself.
      return CompareAny(*p.array, p.row, *q.array, q.row, key.nulls_first == key.ascending);
    }
    case KeyNorm::kBytes: return std::memcmp(x, y, key.field.width);
    default: break;
  }
  const Wide p = Normal128(key.norm, x, key.field.width), q = Normal128(key.norm, y, key.field.width);
  if (p != q || key.norm != KeyNorm::kInt256) return Sign(p < q, p > q);
  const Wide flip = Wide{kSign} << 64;
  const Wide r = Normal128(KeyNorm::kInt128, x, 16) ^ flip, s = Normal128(KeyNorm::kInt128, y, 16) ^ flip;
  return Sign(r < s, r > s);
}

}  // namespace

arrow::Result<KeyNorm> KeyNormOf(const arrow::DataType& type) { return NormOf(type, 0); }

void KeyStats::Add(const KeyStats& other) {
  has_null |= other.has_null;
  has_value |= other.has_value;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  longest = std::max(longest, other.longest);
}

void NormalWords(KeyNorm norm, const RowColumn& column, int64_t n, uint64_t* out) {
  const arrow::ArrayData& array = *column.array;
  if (norm == KeyNorm::kBool) {
    for (int64_t i = 0; i < n; ++i) {
      out[i] = arrow::bit_util::GetBit(array.buffers[1]->data(), array.offset + (column.rows ? column.rows[i] : i));
    }
    return;
  }
  const arrow::DataType* type = array.type.get();
  while (type->id() == arrow::Type::EXTENSION) type = static_cast<const arrow::ExtensionType*>(type)->storage_type().get();
  const int64_t width = static_cast<const arrow::FixedWidthType&>(*type).bit_width() / 8;
  const uint8_t* values = array.buffers[1]->data() + array.offset * width;
  VisitNorm64(norm, [&]<KeyNorm kNorm>() {
    if (column.rows) {
      for (int64_t i = 0; i < n; ++i) out[i] = Normal64<kNorm>(values + column.rows[i] * width);
    } else {
      for (int64_t i = 0; i < n; ++i) out[i] = Normal64<kNorm>(values + i * width);
    }
  });
}

uint64_t NormalWord(KeyNorm norm, const uint8_t* at) { return static_cast<uint64_t>(Normal128(norm, at, 0)); }

void AddKeyStats(const SortKeyField& key, const RowColumn& column, int64_t n, KeyStats* stats) {
  const arrow::ArrayData& array = *column.array;
  if (n == 0) return;
  if (array.type->id() == arrow::Type::NA) {
    stats->has_null = true;
    return;
  }
  const uint8_t* validity = Validity(array);
  auto row_of = [&](int64_t i) { return column.rows ? int64_t{column.rows[i]} : i; };
  auto valid = [&](int64_t i) { return !validity || arrow::bit_util::GetBit(validity, array.offset + row_of(i)); };
  if (validity) {
    for (int64_t i = 0; i < n && !stats->has_null; ++i) stats->has_null = !valid(i);
  }
  if (key.norm == KeyNorm::kNothing || key.norm == KeyNorm::kOther) {
    stats->has_value = true;
    return;
  }
  if (key.norm == KeyNorm::kText) {
    const arrow::DataType* type = array.type.get();
    while (type->id() == arrow::Type::EXTENSION) type = static_cast<const arrow::ExtensionType*>(type)->storage_type().get();
    size_t longest = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (valid(i)) longest = std::max(longest, TextAt(array, type->id(), row_of(i)).size());
    }
    stats->has_value = true;
    stats->longest = std::max(stats->longest, static_cast<int64_t>(longest));
    return;
  }
  if (IsNorm64(key.norm)) {
    constexpr int64_t kBlock = 1024;
    uint64_t words[kBlock];
    uint64_t low = ~uint64_t{0}, high = 0;
    for (int64_t at = 0; at < n; at += kBlock) {
      const int64_t here = std::min(kBlock, n - at);
      RowColumn part = column;
      std::shared_ptr<arrow::ArrayData> slice;
      if (part.rows) {
        part.rows += at;
      } else {
        part.array = array.Slice(at, here);
      }
      NormalWords(key.norm, part, here, words);
      for (int64_t i = 0; i < here; ++i) {
        if (validity && !valid(at + i)) continue;
        low = std::min(low, words[i]);
        high = std::max(high, words[i]);
        stats->has_value = true;
      }
    }
    if (stats->has_value && low <= high) {
      stats->min = std::min(stats->min, Wide{low});
      stats->max = std::max(stats->max, Wide{high});
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    if (!valid(i)) continue;
    stats->has_value = true;
    const Wide value = Normal128(key.norm, array.buffers[1]->data() + (array.offset + row_of(i)) * key.field.width, key.field.width);
    stats->min = std::min(stats->min, value);
    stats->max = std::max(stats->max, value);
  }
}

KeyPacking::KeyPacking(const std::vector<SortKeyField>& keys, const std::vector<KeyStats>& stats) {
  constexpr int kMostBits = 256;
  int at = 0;
  for (size_t k = 0; k < keys.size() && tie_from_ < 0; ++k) {
    const KeyStats& known = stats[k];
    Part part;
    part.key = keys[k];
    part.null_bit = known.has_null && known.has_value;
    bool whole = true;
    if (known.has_value) {
      switch (keys[k].norm) {
        case KeyNorm::kNothing: break;
        case KeyNorm::kOther: whole = false; break;
        case KeyNorm::kText:
          if (known.longest <= kWholeText) {
            part.text_bytes = static_cast<int>(known.longest);
            part.length_bits = std::bit_width(static_cast<uint64_t>(known.longest));
          } else {
            part.text_bytes = kTextPrefix;
            whole = false;
          }
          part.bits = 8 * part.text_bytes + part.length_bits;
          break;
        default:
          part.bits = known.min > known.max ? 0 : BitWidth(known.max - known.min);
          part.base = keys[k].ascending ? known.min : known.max;
          whole = !(keys[k].norm == KeyNorm::kInt256 || (keys[k].norm == KeyNorm::kBytes && keys[k].field.width > kTextPrefix));
      }
    }
    const int need = part.bits + (part.null_bit ? 1 : 0);
    if (at + need > kMostBits) {
      tie_from_ = static_cast<int>(k);
      break;
    }
    part.at = at;
    at += need;
    ends_.push_back(at);
    if (need > 0) parts_.push_back(part);
    if (!whole) tie_from_ = static_cast<int>(k);
  }
  words_ = at <= 64 ? 1 : at <= 128 ? 2 : 4;
}

template <int kWords>
void KeyPacking::Encode(const uint8_t* rows, int32_t stride, int64_t n, SortEntry<kWords>* out) const {
  for (int64_t i = 0; i < n; ++i) std::memset(out[i].key, 0, sizeof(out[i].key));
  for (const Part& part : parts_) {
    const RowField& field = part.key.field;
    const bool ascending = part.key.ascending;
    const int value_at = part.at + (part.null_bit ? 1 : 0);
    // A NULL's bit says where it goes, its value bits stay zero.
    auto each = [&](auto&& write) {
      const uint8_t* row = rows;
      if (!part.null_bit) {
        if (field.null_byte < 0) {
          for (int64_t i = 0; i < n; ++i, row += stride) write(row, out[i].key);
        } else {
          for (int64_t i = 0; i < n; ++i, row += stride) {
            if (!field.IsNull(row)) write(row, out[i].key);
          }
        }
        return;
      }
      for (int64_t i = 0; i < n; ++i, row += stride) {
        const bool null = field.IsNull(row);
        Put(out[i].key, part.at, 1, null != part.key.nulls_first ? 1 : 0);
        if (!null) write(row, out[i].key);
      }
    };
    if (part.bits == 0) {
      each([](const uint8_t*, uint64_t*) {});
    } else if (part.key.norm == KeyNorm::kText) {
      const Wide mask = part.bits == 128 ? ~Wide{0} : (Wide{1} << part.bits) - 1;
      each([&](const uint8_t* row, uint64_t* key) {
        const auto ref = field.Get<uint64_t>(row);
        Wide value = part.text_bytes == 0 ? 0 : TextPrefix(ref, part.text_bytes);
        if (part.length_bits > 0) value = value << part.length_bits | TextLength(ref);
        PutWide(key, value_at, part.bits, ascending ? value : mask - value);
      });
    } else if (IsNorm64(part.key.norm)) {
      const auto base = static_cast<uint64_t>(part.base);
      VisitNorm64(part.key.norm, [&]<KeyNorm kNorm>() {
        each([&](const uint8_t* row, uint64_t* key) {
          const uint64_t value = Normal64<kNorm>(row + field.offset);
          Put(key, value_at, part.bits, ascending ? value - base : base - value);
        });
      });
    } else {
      each([&](const uint8_t* row, uint64_t* key) {
        const Wide value = Normal128(part.key.norm, row + field.offset, field.width);
        PutWide(key, value_at, part.bits, ascending ? value - part.base : part.base - value);
      });
    }
  }
}
template void KeyPacking::Encode(const uint8_t*, int32_t, int64_t, SortEntry<1>*) const;
template void KeyPacking::Encode(const uint8_t*, int32_t, int64_t, SortEntry<2>*) const;
template void KeyPacking::Encode(const uint8_t*, int32_t, int64_t, SortEntry<4>*) const;

int CompareKeys(const std::vector<SortKeyField>& keys_a, const std::vector<SortKeyField>& keys_b, int from, const uint8_t* a,
                const uint8_t* b) {
  for (size_t k = from; k < keys_a.size(); ++k) {
    const SortKeyField& key = keys_a[k];
    const bool a_null = key.field.IsNull(a), b_null = keys_b[k].field.IsNull(b);
    if (a_null || b_null) {
      if (a_null == b_null) continue;
      return a_null == key.nulls_first ? -1 : 1;
    }
    const int order = CompareField(key, keys_b[k].field, a, b);
    if (order != 0) return key.ascending ? order : -order;
  }
  return 0;
}
int CompareKeys(const std::vector<SortKeyField>& keys, int from, const uint8_t* a, const uint8_t* b) {
  return CompareKeys(keys, keys, from, a, b);
}

int CompareValues(const arrow::ArrayData& a, int64_t i, const arrow::ArrayData& b, int64_t j) { return CompareAny(a, i, b, j, /*null_least=*/false); }

arrow::Result<RowColumn> DecodeDictionary(const RowColumn& column, int64_t n, arrow::MemoryPool* pool) {
  const arrow::ArrayData& array = *column.array;
  if (array.type->id() != arrow::Type::DICTIONARY) return column;
  std::vector<int64_t> rows(n);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = column.rows ? column.rows[i] : i;
    rows[i] = IsNullAt(array, row) ? -1 : DictionaryIndex(array, row);
  }
  ARROW_ASSIGN_OR_RAISE(auto values, Gather(*array.dictionary, rows.data(), n, pool));
  return RowColumn{std::move(values), nullptr};
}

}  // namespace bowstring::exec
