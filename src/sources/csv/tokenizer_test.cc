// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/csv/tokenizer.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <arrow/memory_pool.h>

namespace bowstring::csv {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const uint8_t* Bytes(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

/// All records of a text, whatever their number of fields.
Rows All(std::string_view text, const CsvDialect& dialect) {
  Rows out;
  TokenizeOptions options;
  options.dialect = dialect;
  WrongCount wrong;
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  auto records = Tokenize(data, static_cast<int64_t>(text.size()), options, arrow::default_memory_pool(), &wrong);
  EXPECT_TRUE(records.ok());
  for (int64_t i = 0; i < records->rows; ++i) {
    const uint32_t begin = records->start(i);
    out.push_back(Fields(data + begin, static_cast<int64_t>(text.size() - begin), dialect));
  }
  return out;
}

TEST(CsvTokenizer, Records) {
  const CsvDialect plain;
  EXPECT_EQ(All("a,b\n1,2\n", plain), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(All("a,b\r\n\r\n1,2", plain), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(All("\"a\nb\",\"c\"\"d\"\n,\n", plain), (Rows{{"a\nb", "c\"d"}, {"", ""}}));
  EXPECT_EQ(All("5\" pipe,\"x\"y\"z\n", plain), (Rows{{"5\" pipe", "xy\"z"}}));
  EXPECT_EQ(All("\"never closed,1\n2", plain), (Rows{{"never closed,1\n2"}}));
  EXPECT_EQ(All("", plain), Rows{});
  CsvDialect escape;
  escape.escape = '\\';
  EXPECT_EQ(All("\"a\\\"b\",c\n", escape), (Rows{{"a\"b", "c"}}));
  CsvDialect comment;
  comment.comment = '#';
  EXPECT_EQ(All("#x,\"y\na,b\n#\n#z\n1,2\n", comment), (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(CsvTokenizer, WrongNumberOfFields) {
  const std::string text = "1,2\n3\n4,5,6\n";
  TokenizeOptions options;
  options.fields = 2;
  options.places = {0, 1};
  options.wanted = 2;
  WrongCount wrong;
  auto records = Tokenize(Bytes(text), 12, options, arrow::default_memory_pool(), &wrong);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(records->rows, 1);
  EXPECT_TRUE(wrong.found);
  EXPECT_EQ(wrong.fields, 1);
  EXPECT_EQ(wrong.start, 4u);
  options.truncated_rows = true;
  records = Tokenize(Bytes(text), 12, options, arrow::default_memory_pool(), &wrong);
  EXPECT_EQ(records->rows, 2);
  EXPECT_EQ(wrong.fields, 3);
  EXPECT_EQ(records->at(1, 1).size(), 0u);
}

// Any text, cut into blocks anywhere: the chunks' records are the whole text's.
TEST(CsvTokenizer, BordersInBlocksOfAnySize) {
  std::mt19937 random(7);
  const std::string alphabet = "ab,,\n\n\r\"\"#\\;";
  for (int round = 0; round < 4000; ++round) {
    CsvDialect dialect;
    if (round % 4 == 1) dialect.escape = '\\';
    if (round % 4 == 2) dialect.comment = '#';
    if (round % 4 == 3) dialect.terminator = ';';
    std::string text;
    const size_t size = random() % 200;
    while (text.size() < size) text += alphabet[random() % alphabet.size()];
    const Rows whole = All(text, dialect);
    Rows parts;
    const auto borders = MakeBorders(dialect);
    size_t begin = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t n = std::min<size_t>(1 + random() % 40, text.size() - at);
      const auto border = static_cast<size_t>(borders->LastBorder(Bytes(text) + at, static_cast<int64_t>(n)));
      ASSERT_LE(border, n);
      if (border > 0) {
        for (auto& row : All(std::string_view(text).substr(begin, at + border - begin), dialect)) parts.push_back(std::move(row));
        begin = at + border;
      }
      at += n;
    }
    for (auto& row : All(std::string_view(text).substr(begin), dialect)) parts.push_back(std::move(row));
    ASSERT_EQ(parts, whole) << "text: " << text << " round " << round;
  }
}

TEST(CsvTokenizer, CounterTellsRecordsAndLines) {
  const std::string text = "h1,h2\n\n1,\"x\ny\"\n2,z\n";
  RecordPlace place{0, 1};
  MakeCounter(CsvDialect{}, true)(Bytes(text), static_cast<int64_t>(text.find("2,z")), &place);
  EXPECT_EQ(place.record, 1);
  EXPECT_EQ(place.line, 5);
}

}  // namespace
}  // namespace bowstring::csv
