// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/direct_index.h"

#include <algorithm>
#include <bit>
#include <limits>

#include <arrow/memory_pool.h>
#include <arrow/status.h>

namespace bowstring::exec {
namespace {

constexpr uint64_t kMost = uint64_t{1} << 17;
constexpr uint64_t kTextValues = 257;  // the empty text, and each of one byte

// Calls f with the key's values as a pointer of their signed type; texts apart.
template <typename F>
bool ByType(const KeyField& key, const KeyBatch::Column& column, F&& f) {
  if (key.form != KeyForm::kPlain && key.form != KeyForm::kBool) return false;
  switch (key.width) {
    case 1: return f(reinterpret_cast<const int8_t*>(column.values));
    case 2: return f(reinterpret_cast<const int16_t*>(column.values));
    case 4: return f(reinterpret_cast<const int32_t*>(column.values));
    case 8: return f(reinterpret_cast<const int64_t*>(column.values));
    default: return false;
  }
}

// A text's view, or GroupText: alike as long as the text is short.
const uint8_t* Texts(const KeyBatch::Column& column) { return column.views ? column.views : column.values; }

uint32_t Length(const uint8_t* view) {
  uint32_t length;
  std::memcpy(&length, view, 4);
  return length;
}

}  // namespace

void TextNumbers::Widen() {
  const size_t slots = std::max<size_t>(128, numbers_.size() * 2);
  texts_.assign(slots * 2, 0);
  numbers_.assign(slots, 0);
  used_ = 0;
  shift_ = 64 - std::countr_zero(slots);
}

int32_t TextNumbers::Add(uint64_t at, const uint64_t* words) {
  if (used_ == capacity()) return -1;
  texts_[2 * at] = words[0];
  texts_[2 * at + 1] = words[1];
  numbers_[at] = static_cast<uint16_t>(++used_);
  return static_cast<int32_t>(used_) - 1;
}

DirectIndex::DirectIndex(const GroupLayout* layout, arrow::MemoryPool* pool) : layout_(layout), pool_(pool), off_(layout->keys().empty()), numbers_(layout->keys().size()) {
  for (const KeyField& key : layout->keys()) {
    off_ = off_ || !(key.form == KeyForm::kText || key.form == KeyForm::kBool || (key.form == KeyForm::kPlain && key.width <= 8));
  }
}

void DirectIndex::Clear() {
  if (rows_) pool_->Free(reinterpret_cast<uint8_t*>(rows_), size_ * 8);
  rows_ = nullptr;
  size_ = 0;
  ranges_.clear();
}

// All texts of a batch get a number.
bool DirectIndex::WidenTexts(const KeyBatch::Column& column, int64_t n, Range* range, TextNumbers* numbers) {
  uint32_t longest = 0;
  for (int64_t i = 0; i < n; ++i) longest = std::max(longest, column.nulls && column.nulls[i] ? 0 : Length(Texts(column) + 16 * i));
  if (longest > GroupText::kInline) return false;
  range->numbered = range->numbered || longest > 1;
  if (!range->numbered) {
    range->size = kTextValues;
    return true;
  }
  if (numbers->capacity() == 0) numbers->Widen();  // for later batches, where all texts of this one are NULL
  for (int64_t i = 0; i < n;) {
    if ((column.nulls && column.nulls[i]) || numbers->Find(Texts(column) + 16 * i) >= 0) {
      ++i;
    } else {
      if (numbers->capacity() == TextNumbers::kMost) return false;
      numbers->Widen();
      i = 0;
    }
  }
  range->size = numbers->capacity();
  return true;
}

// Ranges that hold these keys and those before, with some room on both sides.
bool DirectIndex::Widen(const KeyBatch& keys, int64_t n) {
  std::vector<Range> ranges = ranges_;
  ranges.resize(layout_->keys().size());
  uint64_t product = 1;
  for (size_t k = 0; k < ranges.size(); ++k) {
    const KeyField& key = layout_->keys()[k];
    const KeyBatch::Column& column = keys.columns[k];
    const uint64_t null = key.null_byte >= 0;
    if (key.form == KeyForm::kText) {
      if (!WidenTexts(column, n, &ranges[k], &numbers_[k])) return false;
      ranges[k].size += null;
    } else {
      const bool fits = ByType(key, column, [&](const auto* values) {
        int64_t least = std::numeric_limits<int64_t>::max(), most = std::numeric_limits<int64_t>::min();
        for (int64_t i = 0; i < n; ++i) {
          if (column.nulls && column.nulls[i]) continue;
          least = std::min<int64_t>(least, values[i]);
          most = std::max<int64_t>(most, values[i]);
        }
        if (least > most) least = most = 0;
        if (ranges[k].size > 0) {
          least = std::min(least, static_cast<int64_t>(ranges[k].base));
          most = std::max(most, static_cast<int64_t>(ranges[k].base + ranges[k].size - 1 - null));
        }
        const uint64_t span = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
        if (span >= kMost) return false;
        const uint64_t room = span / 4;
        ranges[k] = {static_cast<uint64_t>(least) - room, span + 1 + 2 * room + null, false};
        return true;
      });
      if (!fits) return false;
    }
    product *= ranges[k].size;
    if (product <= 2 * kMost) continue;
    // Texts of one byte take less room by number.
    bool fewer = false;
    for (size_t t = 0; t <= k; ++t) {
      if (layout_->keys()[t].form != KeyForm::kText || ranges[t].numbered) continue;
      ranges_.resize(ranges.size());
      fewer = ranges_[t].numbered = true;
    }
    return fewer && Widen(keys, n);
  }
  uint8_t* memory = nullptr;
  if (!pool_->Allocate(static_cast<int64_t>(product) * 8, &memory).ok()) return false;
  std::memset(memory, 0, product * 8);
  Clear();
  rows_ = reinterpret_cast<uint8_t**>(memory);
  size_ = static_cast<int64_t>(product);
  ranges_ = std::move(ranges);
  return true;
}

bool DirectIndex::TryCodes(const KeyBatch& keys, int64_t n, uint32_t* codes) {
  std::memset(codes, 0, static_cast<size_t>(n) * 4);
  for (size_t k = 0; k < ranges_.size(); ++k) {
    const KeyField& key = layout_->keys()[k];
    const KeyBatch::Column& column = keys.columns[k];
    const uint64_t base = ranges_[k].base;
    const uint32_t size = static_cast<uint32_t>(ranges_[k].size), null = size - 1, limit = key.null_byte >= 0 ? size - 1 : size;
    bool outside = false;
    if (ranges_[k].numbered) {
      TextNumbers& numbers = numbers_[k];
      const uint8_t* texts = Texts(column);
      for (int64_t i = 0; i < n; ++i) {
        uint32_t code = null;
        if (!(column.nulls && column.nulls[i])) {
          const int32_t number = Length(texts + 16 * i) > GroupText::kInline ? -1 : numbers.Find(texts + 16 * i);
          if (number < 0) return false;
          code = static_cast<uint32_t>(number);
        }
        codes[i] = codes[i] * size + code;
      }
    } else if (key.form == KeyForm::kText) {
      const uint8_t* texts = Texts(column);
      for (int64_t i = 0; i < n; ++i) {
        uint64_t word;  // size, then the first bytes
        std::memcpy(&word, texts + 16 * i, 8);
        const uint32_t length = static_cast<uint32_t>(word);
        uint32_t code = length == 0 ? 0 : 1u + (static_cast<uint32_t>(word >> 32) & 0xff);
        const bool is_null = column.nulls && column.nulls[i];
        outside |= length > 1 && !is_null;
        if (is_null) code = null;
        codes[i] = codes[i] * size + code;
      }
    } else {
      ByType(key, column, [&](const auto* values) {
        for (int64_t i = 0; i < n; ++i) {
          const uint64_t distance = static_cast<uint64_t>(static_cast<int64_t>(values[i])) - base;
          const bool is_null = column.nulls && column.nulls[i];
          outside |= distance >= limit && !is_null;
          codes[i] = codes[i] * size + (is_null ? null : static_cast<uint32_t>(distance));
        }
        return true;
      });
    }
    if (outside) return false;
  }
  return true;
}

bool DirectIndex::Codes(const KeyBatch& keys, int64_t n, uint32_t* codes) {
  if (off_) return false;
  if (rows_ && TryCodes(keys, n, codes)) return true;
  if (Widen(keys, n) && TryCodes(keys, n, codes)) return true;
  Clear();
  off_ = true;
  return false;
}

}  // namespace bowstring::exec
