// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/api.h>

#include "exec/row_store.h"

namespace bowstring::exec {

using Wide = unsigned __int128;

/// How values of a type become unsigned integers in the order of the values.
enum class KeyNorm : uint8_t {
  kNothing,   // the type NULL
  kBool, kInt8, kInt16, kInt32, kInt64, kUInt8, kUInt16, kUInt32, kUInt64, kHalf, kFloat, kDouble,
  kDayTime,   // two int32
  kInt128, kMonthDayNano,
  kInt256,    // the upper half alone; equal ones are compared as a whole
  kBytes,     // of a fixed width; the first 16
  kText, kOther,
};

/// One key as it lies in rows.
struct SortKeyField {
  RowField field;
  KeyNorm norm = KeyNorm::kNothing;
  bool ascending = true, nulls_first = false;
};

/// The norm of a type (not a dictionary); kNotImplemented for types without an order.
arrow::Result<KeyNorm> KeyNormOf(const arrow::DataType& type);

/// What is known of a key's values so far.
struct KeyStats {
  bool has_null = false, has_value = false;
  Wide min = ~Wide{0}, max = 0;
  int64_t longest = 0;  ///< text
  void Add(const KeyStats& other);
};
/// Adds the values of a column to what is known.
void AddKeyStats(const SortKeyField& key, const RowColumn& column, int64_t n, KeyStats* stats);

/// Values as integers in order, without direction; NULLs give anything. Only for norms up to 64 bits.
void NormalWords(KeyNorm norm, const RowColumn& column, int64_t n, uint64_t* out);

/// As above, of one value as it lies in a row.
uint64_t NormalWord(KeyNorm norm, const uint8_t* at);

/// A packed key and where its row is.
template <int kWords>
struct SortEntry {
  uint64_t key[kWords];
  uint64_t ref;
};
template <int kWords>
bool KeyLess(const SortEntry<kWords>& a, const SortEntry<kWords>& b) {
  if constexpr (kWords == 1) {
    return a.key[0] < b.key[0];
  } else {
    for (int w = 0; w + 2 < kWords; w += 2) {
      const Wide x = Wide{a.key[w]} << 64 | a.key[w + 1], y = Wide{b.key[w]} << 64 | b.key[w + 1];
      if (x != y) return x < y;
    }
    return (Wide{a.key[kWords - 2]} << 64 | a.key[kWords - 1]) < (Wide{b.key[kWords - 2]} << 64 | b.key[kWords - 1]);
  }
}
template <int kWords>
bool KeyEqual(const SortEntry<kWords>& a, const SortEntry<kWords>& b) {
  for (int w = 0; w < kWords; ++w) {
    if (a.key[w] != b.key[w]) return false;
  }
  return true;
}

/// How all keys of a sort fit into one, two or four words: each takes the bits that its values span, from the top. What no longer fits is
/// left to comparing rows.
class KeyPacking {
 public:
  KeyPacking() = default;
  KeyPacking(const std::vector<SortKeyField>& keys, const std::vector<KeyStats>& stats);
  int words() const { return words_; }
  /// Equal packed keys are equal keys.
  bool exact() const { return tie_from_ < 0; }
  /// The first key to be compared where packed keys are equal.
  int tie_from() const { return tie_from_; }

  /// Leading bits that the first `n` keys take, so far as they are packed.
  int bits(int n) const { return n <= 0 || ends_.empty() ? 0 : ends_[std::min<size_t>(static_cast<size_t>(n), ends_.size()) - 1]; }

  /// Packed keys of `n` rows that lie `stride` apart. Writes keys only.
  template <int kWords>
  void Encode(const uint8_t* rows, int32_t stride, int64_t n, SortEntry<kWords>* out) const;

 private:
  struct Part {
    SortKeyField key;
    bool null_bit = false;
    int bits = 0;         // of the value
    Wide base = 0;        // least (descending: greatest) value
    int text_bytes = 0;   // of text: leading bytes taken
    int length_bits = 0;  // of text: length behind them; 0: not all of the text is taken
    int at = 0;           // first bit, from the top
  };
  std::vector<Part> parts_;
  std::vector<int> ends_;  // of each key that was packed, as far as it was
  int words_ = 1;
  int tie_from_ = -1;
};

/// Compares whole rows, keys from number `from` on: below 0, 0 or above 0 in the sort's order.
int CompareKeys(const std::vector<SortKeyField>& keys, int from, const uint8_t* a, const uint8_t* b);
/// As above, for rows of two layouts.
int CompareKeys(const std::vector<SortKeyField>& keys_a, const std::vector<SortKeyField>& keys_b, int from, const uint8_t* a,
                const uint8_t* b);

/// Values of any two arrays of one type; NULL is the greatest. Types must have passed KeyNormOf.
int CompareValues(const arrow::ArrayData& a, int64_t i, const arrow::ArrayData& b, int64_t j);

/// A dictionary's values in its rows' order; other columns as they are. The selection is applied then.
arrow::Result<RowColumn> DecodeDictionary(const RowColumn& column, int64_t n, arrow::MemoryPool* pool);

}  // namespace bowstring::exec
