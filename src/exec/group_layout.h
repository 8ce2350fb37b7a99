// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>

#include "functions/text_view.h"

namespace bowstring::exec {

/// Text of a key: as Arrow's view (size and prefix in the first word, up to 12 bytes inline), but with an address where it is longer.
struct GroupText {
  uint32_t size;
  char prefix[4];
  union {
    char rest[8];
    const char* data;
  };
  static constexpr uint32_t kInline = 12;
  static GroupText Of(std::string_view text) {
    GroupText out{};
    out.size = static_cast<uint32_t>(text.size());
    if (out.size <= kInline) {
      if (out.size > 0) std::memcpy(reinterpret_cast<char*>(&out) + 4, text.data(), out.size);  // prefix and rest lie together
    } else {
      std::memcpy(out.prefix, text.data(), 4);
      out.data = text.data();
    }
    return out;
  }
  /// As Of, where at least 16 bytes can be read from `text` on.
  static GroupText OfPadded(std::string_view text) {
    if (text.size() > kInline) return Of(text);
    const auto words = InlineView(text.data(), text.size());
    GroupText out;
    std::memcpy(&out, words.data(), sizeof out);
    return out;
  }
  std::string_view text() const { return {size <= kInline ? reinterpret_cast<const char*>(this) + 4 : data, size}; }
  uint64_t word(int i) const {
    uint64_t value;
    std::memcpy(&value, reinterpret_cast<const char*>(this) + 8 * i, 8);
    return value;
  }
};
static_assert(sizeof(GroupText) == 16);

/// How a key's values get their one form, so that equal values are equal bytes.
enum class KeyForm : uint8_t {
  kPlain,           // fixed width, bytes as they are
  kHalf, kFloat, kDouble,  // -0.0 as 0.0, one NaN
  kBool,            // a byte
  kText,            // any text or bytes layout
  kCoded,           // nested and wide types: their bytes by functions/value_codec.h
  kNull,            // no values at all
};

struct KeyField {
  std::shared_ptr<arrow::DataType> type;     ///< without dictionary
  std::shared_ptr<arrow::DataType> outward;  ///< as it came
  KeyForm form = KeyForm::kPlain;
  int32_t width = 8;    ///< in the row: 1, 2, 4, 8, 16
  int32_t offset = 0;
  int32_t null_byte = -1;
  uint8_t null_mask = 0;
  bool is_text() const { return form == KeyForm::kText || form == KeyForm::kCoded; }
};

/// A group's row: hash (8 bytes), keys (wide ones first), a bit for each key that may be NULL, states (each at a multiple of 8).
class GroupLayout {
 public:
  static arrow::Result<GroupLayout> Make(const std::vector<std::shared_ptr<arrow::Field>>& keys, const std::vector<int32_t>& state_sizes);
  int32_t width() const { return width_; }
  const std::vector<KeyField>& keys() const { return keys_; }
  int32_t state(size_t i) const { return states_[i]; }
  int32_t states_begin() const { return states_begin_; }
  bool has_text() const { return has_text_; }

 private:
  std::vector<KeyField> keys_;
  std::vector<int32_t> states_;
  int32_t width_ = 0, states_begin_ = 0;
  bool has_text_ = false;
};

/// Key columns of a batch in their one form: packed values and a byte for each NULL.
struct KeyBatch {
  struct Column {
    const uint8_t* values = nullptr;  ///< `width` bytes a row; of a NULL: zeroes
    const uint8_t* nulls = nullptr;   ///< 1: NULL; null where there is none
    const uint8_t* views = nullptr;   ///< in place of `values`: Arrow's views, 16 bytes a row, as they came
  };
  std::vector<Column> columns;
  bool as_views = false;              ///< some column is `views`: only for DirectIndex
  std::vector<std::shared_ptr<arrow::Buffer>> owned;  ///< and what the columns lie in, to be kept by the caller
  std::vector<std::shared_ptr<arrow::ArrayData>> sources;
};

/// `present`: the keys that a grouping set has, the others are NULL in each row; null: all. `as_views`: views may stay what they are.
arrow::Result<KeyBatch> PrepareKeys(const GroupLayout& layout, const std::vector<std::shared_ptr<arrow::ArrayData>>& columns, int64_t n,
                                    const std::vector<bool>* present, arrow::MemoryPool* pool, bool as_views = false);
void HashKeys(const GroupLayout& layout, const KeyBatch& keys, int64_t n, uint64_t* hashes);

/// Writes keys[positions[i]] into rows[i]. Bytes of long texts go to the address that the row's text already has.
void WriteKeys(const GroupLayout& layout, const KeyBatch& keys, const int32_t* positions, uint8_t* const* rows, int64_t n);
/// Clears equal[i] where keys[positions[i]] isn't the key of rows[i].
void CompareKeys(const GroupLayout& layout, const KeyBatch& keys, const int32_t* positions, uint8_t* const* rows, int64_t n, uint8_t* equal);
/// Clears equal[i] where two rows' keys differ.
void CompareRows(const GroupLayout& layout, uint8_t* const* a, uint8_t* const* b, int64_t n, uint8_t* equal);

/// Key k of the rows as an array of KeyField::type, or of its outward type.
arrow::Result<std::shared_ptr<arrow::Array>> ReadKey(const GroupLayout& layout, size_t k, uint8_t* const* rows, int64_t n, bool outward,
                                                     arrow::MemoryPool* pool);

}  // namespace bowstring::exec
