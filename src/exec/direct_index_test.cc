// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/direct_index.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <arrow/api.h>

namespace bowstring::exec {
namespace {

using Key = std::pair<std::string, int32_t>;  // "\1" stands for NULL

// Gives batches of random keys to an index as an aggregate does, and remembers by the index' numbers which key has which row.
class Driver {
 public:
  explicit Driver(std::shared_ptr<arrow::DataType> texts) : texts_(std::move(texts)) {
    layout_ = *GroupLayout::Make({arrow::field("t", texts_), arrow::field("n", arrow::int32(), false)}, {8});
    index_.emplace(&layout_, arrow::default_memory_pool());
  }

  // False: the index gave up.
  bool Offer(const std::vector<Key>& keys) {
    const auto texts = texts_->id() == arrow::Type::STRING ? Build(arrow::StringBuilder{}, keys) : Build(arrow::StringViewBuilder{}, keys);
    arrow::Int32Builder numbers;
    for (const Key& key : keys) EXPECT_TRUE(numbers.Append(key.second).ok());
    const int64_t n = static_cast<int64_t>(keys.size());
    auto batch = *PrepareKeys(layout_, {texts->data(), (*numbers.Finish())->data()}, n, nullptr, arrow::default_memory_pool(), true);
    std::vector<uint32_t> codes(keys.size());
    if (!index_->Codes(batch, n, codes.data())) {
      EXPECT_FALSE(index_->on());
      return false;
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      uint8_t* const row = &rows_[keys[i]];
      uint8_t*& known = index_->rows()[codes[i]];
      if (known == nullptr) known = row;
      EXPECT_EQ(known, row) << keys[i].first << " " << keys[i].second;
    }
    return true;
  }

 private:
  template <typename Builder>
  static std::shared_ptr<arrow::Array> Build(Builder builder, const std::vector<Key>& keys) {
    for (const Key& key : keys) EXPECT_TRUE((key.first == "\1" ? builder.AppendNull() : builder.Append(key.first)).ok());
    return *builder.Finish();
  }

  const std::shared_ptr<arrow::DataType> texts_;
  GroupLayout layout_;
  std::optional<DirectIndex> index_;
  std::map<Key, uint8_t> rows_;
};

std::vector<Key> Random(std::mt19937_64& rng, int texts, int length, int numbers) {
  std::vector<Key> keys(500);
  for (Key& key : keys) {
    const int64_t text = static_cast<int64_t>(rng() % static_cast<uint64_t>(texts + 1));
    // Of all lengths, and at most `texts` different ones.
    key.first = text == texts ? "\1" : std::to_string(text * 7919 % 1000003).substr(0, static_cast<size_t>(length));
    if (text < texts && text % 3 == 0) key.first.resize(static_cast<size_t>(length), 'a');
    key.second = static_cast<int32_t>(rng() % static_cast<uint64_t>(numbers)) - 3;
  }
  return keys;
}

TEST(DirectIndex, ShortTextsAndSmallNumbers) {
  for (const auto& type : {arrow::utf8_view(), arrow::utf8()}) {
    std::mt19937_64 rng(5);
    for (const auto& [texts, length, numbers] : {std::tuple{1, 1, 1}, {20, 1, 100}, {3, 12, 5}, {50, 5, 60}, {900, 12, 40}}) {
      Driver driver(type);
      // From few to many, so that ranges grow while rows are known.
      for (int part : {20, 4, 2, 1, 1, 1}) {
        EXPECT_TRUE(driver.Offer(Random(rng, std::max(texts / part, 1), length, std::max(numbers / part, 1)))) << texts << " " << part;
      }
    }
  }
}

TEST(DirectIndex, TextsOfOneByteThenMore) {
  Driver driver(arrow::utf8_view());
  EXPECT_TRUE(driver.Offer({{"", 1}, {"x", 1}, {"\1", 1}, {std::string(1, '\0'), 1}}));
  EXPECT_TRUE(driver.Offer({{"x", 1}, {"xy", 1}, {std::string(2, '\0'), 1}, {std::string(1, '\0'), 1}, {"", 1}, {"\1", 1}, {"abcdefghijkl", 2}}));
}

TEST(DirectIndex, GivesUp) {
  std::mt19937_64 rng(6);
  Driver longer(arrow::utf8_view());
  EXPECT_TRUE(longer.Offer({{"a", 1}, {"abcdefghijkl", 1}}));
  EXPECT_FALSE(longer.Offer({{"a", 1}, {"abcdefghijklm", 1}}));
  EXPECT_FALSE(longer.Offer({{"a", 1}}));
  Driver many(arrow::utf8_view());
  bool fits = true;
  for (int i = 0; i < 20 && fits; ++i) fits = many.Offer(Random(rng, 3000, 7, 1));
  EXPECT_FALSE(fits);
  Driver wide(arrow::utf8_view());
  EXPECT_FALSE(wide.Offer({{"a", 1}, {"b", 1 << 20}}));
}

// By their bytes three would need 17 million numbers.
TEST(DirectIndex, ManyTextsOfOneByte) {
  const auto layout = *GroupLayout::Make({arrow::field("a", arrow::utf8()), arrow::field("b", arrow::utf8()), arrow::field("c", arrow::utf8())}, {8});
  DirectIndex index(&layout, arrow::default_memory_pool());
  std::map<std::string, uint8_t> rows;
  for (const std::string letters : {"ab", "abc", "abcdefghij"}) {
    arrow::StringBuilder builders[3];
    std::vector<std::string> keys;
    for (char a : letters) {
      for (char b : letters) {
        for (char c : letters) {
          keys.push_back({a, b, c});
          for (size_t k = 0; k < 3; ++k) ASSERT_TRUE(builders[k].Append(keys.back().substr(k, 1)).ok());
        }
      }
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (auto& builder : builders) columns.push_back((*builder.Finish())->data());
    const auto n = static_cast<int64_t>(keys.size());
    const auto batch = *PrepareKeys(layout, columns, n, nullptr, arrow::default_memory_pool(), true);
    std::vector<uint32_t> codes(keys.size());
    ASSERT_TRUE(index.Codes(batch, n, codes.data()));
    for (size_t i = 0; i < keys.size(); ++i) {
      uint8_t*& known = index.rows()[codes[i]];
      if (known == nullptr) known = &rows[keys[i]];
      EXPECT_EQ(known, &rows[keys[i]]) << keys[i];
    }
  }
}

// A key that was NULL in all rows has texts later.
TEST(DirectIndex, TextsAfterNulls) {
  const auto layout = *GroupLayout::Make({arrow::field("a", arrow::utf8()), arrow::field("b", arrow::utf8()), arrow::field("c", arrow::utf8())}, {8});
  DirectIndex index(&layout, arrow::default_memory_pool());
  for (const bool nulls : {true, false}) {
    arrow::StringBuilder builders[3];
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(builders[0].Append(std::string(1, static_cast<char>('a' + i % 10))).ok());
      ASSERT_TRUE(builders[1].Append(std::string(1, static_cast<char>('a' + i / 10))).ok());
      ASSERT_TRUE((nulls ? builders[2].AppendNull() : builders[2].Append(std::string(1, static_cast<char>('a' + i % 3)))).ok());
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (auto& builder : builders) columns.push_back((*builder.Finish())->data());
    const auto batch = *PrepareKeys(layout, columns, 100, nullptr, arrow::default_memory_pool(), true);
    std::vector<uint32_t> codes(100);
    ASSERT_TRUE(index.Codes(batch, 100, codes.data()));
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(std::unique(codes.begin(), codes.end()) - codes.begin(), 100);
  }
}

}  // namespace
}  // namespace bowstring::exec
