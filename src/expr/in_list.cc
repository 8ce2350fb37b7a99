// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/in_list.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <bowstring/error.h>

#include "expr/bits.h"
#include "expr/comparison.h"
#include "expr/operand.h"
#include "functions/text_view.h"

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;

// Up to this many values are compared one after the other.
constexpr size_t kFew = 8;

uint64_t Mix(uint64_t word) {
  word ^= word >> 32;
  word *= 0x9E3779B97F4A7C15ull;
  return word ^ (word >> 29);
}

// What is compared and hashed of a value: its bits, with one zero and one NaN.
template <typename T>
auto Normal(T value) {
  if constexpr (std::is_same_v<T, double>) {
    return std::isnan(value) ? ~uint64_t{0} : std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  } else if constexpr (std::is_same_v<T, float>) {
    return std::isnan(value) ? ~uint32_t{0} : std::bit_cast<uint32_t>(value == 0 ? 0.0f : value);
  } else {
    return value;
  }
}
uint64_t HashOf(std::string_view text) { return std::hash<std::string_view>{}(text); }
uint64_t HashOf(__int128 value) { return Mix(static_cast<uint64_t>(value) ^ Mix(static_cast<uint64_t>(value >> 64))); }
template <typename T>
uint64_t HashOf(T value) { return Mix(static_cast<uint64_t>(value)); }

// Open addressing at load 1/2 at most.
template <typename Key>
class KeySet {
 public:
  void Build(std::vector<Key> keys) {
    keys_ = std::move(keys);
    if (keys_.size() <= kFew) return;
    const size_t size = std::bit_ceil(keys_.size() * 2);
    mask_ = size - 1;
    slots_.assign(size, -1);
    for (size_t k = 0; k < keys_.size(); ++k) {
      size_t at = HashOf(keys_[k]) & mask_;
      while (slots_[at] >= 0 && keys_[slots_[at]] != keys_[k]) at = (at + 1) & mask_;
      slots_[at] = static_cast<int32_t>(k);
    }
  }
  bool Has(const Key& key) const {
    if (slots_.empty()) {
      bool found = false;
      for (const Key& k : keys_) found |= k == key;
      return found;
    }
    for (size_t at = HashOf(key) & mask_; slots_[at] >= 0; at = (at + 1) & mask_) {
      if (keys_[slots_[at]] == key) return true;
    }
    return false;
  }

 private:
  std::vector<Key> keys_;
  std::vector<int32_t> slots_;
  size_t mask_ = 0;
};

class InListNode : public BoundNode {
 public:
  InListNode(NodePtr child, bool negated, bool has_null) : child_(std::move(child)), negated_(negated), has_null_(has_null) {
    type = physical = arrow::boolean();
    nullable = child_->nullable || has_null;
    fallible = child_->fallible;
    constant = child_->constant;
    stable = child_->stable;
  }
  std::vector<const BoundNode*> children() const override { return {child_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, child_->Evaluate(frame));
    if (value.is_scalar()) {
      ARROW_ASSIGN_OR_RAISE(auto one, ToArray(value, 1, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto answer, Ask(one, frame.pool()));
      ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(answer)->GetScalar(0));
      return arrow::Datum(std::move(scalar));
    }
    ARROW_ASSIGN_OR_RAISE(auto answer, Ask(value.array(), frame.pool()));
    return arrow::Datum(std::move(answer));
  }

 protected:
  // Bits of "is in the list", whatever for NULLs.
  virtual arrow::Status Found(const std::shared_ptr<ArrayData>& data, uint8_t* bits) const = 0;

 private:
  arrow::Result<std::shared_ptr<ArrayData>> Ask(const std::shared_ptr<ArrayData>& data, arrow::MemoryPool* pool) const {
    const int64_t n = data->length;
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(n, pool));
    uint8_t* out = bits->mutable_data();
    ARROW_RETURN_NOT_OK(Found(data, out));
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({data.get()}, n, pool));
    if (has_null_) {
      // Not found among values and NULLs: unknown.
      ARROW_ASSIGN_OR_RAISE(auto known, arrow::AllocateBitmap(n, pool));
      PackBits(known->mutable_data(), n, [&](int64_t i) {
        return arrow::bit_util::GetBit(out, i) && (!validity || arrow::bit_util::GetBit(validity->data(), i));
      });
      validity = std::move(known);
    }
    if (negated_) {
      for (int64_t i = 0; i < bits->size(); ++i) out[i] = static_cast<uint8_t>(~out[i]);
    }
    return MakeBoolArray(n, std::move(validity), std::move(bits));
  }

  NodePtr child_;
  bool negated_, has_null_;
};

template <typename T>
class FixedInList : public InListNode {
 public:
  using Key = decltype(Normal(T{}));
  FixedInList(NodePtr child, const ArrayData& values, bool negated) : InListNode(std::move(child), negated, values.GetNullCount() > 0) {
    std::vector<Key> keys;
    const T* in = values.GetValues<T>(1);
    for (int64_t i = 0; i < values.length; ++i) {
      if (values.IsValid(i)) keys.push_back(Normal(in[i]));
    }
    set_.Build(std::move(keys));
  }

 protected:
  arrow::Status Found(const std::shared_ptr<ArrayData>& data, uint8_t* bits) const override {
    const T* in = data->GetValues<T>(1);
    PackBits(bits, data->length, [&](int64_t i) { return set_.Has(Normal(in[i])); });
    return arrow::Status::OK();
  }

 private:
  KeySet<Key> set_;
};

class TextInList : public InListNode {
 public:
  TextInList(NodePtr child, std::shared_ptr<ArrayData> values, bool negated)
      : InListNode(std::move(child), negated, values->GetNullCount() > 0), values_(std::move(values)) {
    std::vector<std::string_view> keys;
    VisitText(*values_, [&](auto text) {
      for (int64_t i = 0; i < values_->length; ++i) {
        if (values_->IsValid(i)) keys.push_back(text[i]);
      }
    });
    const bool views = !keys.empty() && keys.size() <= kFew &&
                       std::all_of(keys.begin(), keys.end(), [](std::string_view key) { return key.size() <= static_cast<size_t>(arrow::BinaryViewType::kInlineSize); });
    for (size_t k = 0; views && k < keys.size(); ++k) {
      ViewReader::View view{};
      view.inlined.size = static_cast<int32_t>(keys[k].size());
      if (!keys[k].empty()) std::memcpy(view.inlined.data.data(), keys[k].data(), keys[k].size());
      std::memcpy(words_.emplace_back().data(), &view, 16);
    }
    set_.Build(std::move(keys));
  }

 protected:
  arrow::Status Found(const std::shared_ptr<ArrayData>& data, uint8_t* bits) const override {
    VisitText(*data, [&](auto text) {
      if constexpr (std::is_same_v<decltype(text), ViewReader>) {
        if (!words_.empty()) return FoundViews(text, data->length, bits);
      }
      PackBits(bits, data->length, [&](int64_t i) { return set_.Has(text[i]); });
    });
    return arrow::Status::OK();
  }

 private:
  // Short values are told apart by their views.
  void FoundViews(const ViewReader& text, int64_t n, uint8_t* bits) const {
    PackBits(bits, n, [&](int64_t i) {
      uint64_t words[2];
      std::memcpy(words, &text.view(i), 16);
      bool found = false;
      for (const auto& key : words_) found |= ((words[0] ^ key[0]) | (words[1] ^ key[1])) == 0;
      return found;
    });
  }

  std::shared_ptr<ArrayData> values_;  // holds the keys' text
  std::vector<std::array<uint64_t, 2>> words_;  // the keys as views, where they are few and short
  KeySet<std::string_view> set_;
};

// Types without a hash: compared one by one.
class AnyInList : public InListNode {
 public:
  AnyInList(NodePtr child, std::shared_ptr<ArrayData> values, bool negated)
      : InListNode(std::move(child), negated, values->GetNullCount() > 0), values_(std::move(values)) {}

 protected:
  arrow::Status Found(const std::shared_ptr<ArrayData>& data, uint8_t* bits) const override {
    ARROW_ASSIGN_OR_RAISE(auto compare, MakeRowCompare(data, values_));
    PackBits(bits, data->length, [&](int64_t i) {
      if (!data->IsValid(i)) return false;
      for (int64_t k = 0; k < values_->length; ++k) {
        if (values_->IsValid(k) && compare(i, k) == 0) return true;
      }
      return false;
    });
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<ArrayData> values_;
};

}  // namespace

arrow::Result<NodePtr> MakeInListNode(NodePtr child, const std::shared_ptr<ArrayData>& values, bool negated, arrow::MemoryPool*) {
  switch (child->physical->storage_id()) {
    case Type::INT8:
    case Type::UINT8: return std::make_unique<FixedInList<uint8_t>>(std::move(child), *values, negated);
    case Type::INT16:
    case Type::UINT16: return std::make_unique<FixedInList<uint16_t>>(std::move(child), *values, negated);
    case Type::INT32:
    case Type::UINT32:
    case Type::DATE32:
    case Type::TIME32:
    case Type::DECIMAL32: return std::make_unique<FixedInList<uint32_t>>(std::move(child), *values, negated);
    case Type::INT64:
    case Type::UINT64:
    case Type::DATE64:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DURATION:
    case Type::DECIMAL64: return std::make_unique<FixedInList<uint64_t>>(std::move(child), *values, negated);
    case Type::FLOAT: return std::make_unique<FixedInList<float>>(std::move(child), *values, negated);
    case Type::DOUBLE: return std::make_unique<FixedInList<double>>(std::move(child), *values, negated);
    case Type::DECIMAL128: return std::make_unique<FixedInList<__int128>>(std::move(child), *values, negated);
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW:
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY: return std::make_unique<TextInList>(std::move(child), values, negated);
    default: return std::make_unique<AnyInList>(std::move(child), values, negated);
  }
}

}  // namespace bowstring
