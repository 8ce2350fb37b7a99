// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/parquet_footer.h"

#include <gtest/gtest.h>

namespace bowstring {
namespace {

using std::string_literals::operator""s;

std::string Binary(int delta, const std::string& value) { return std::string(1, static_cast<char>(delta << 4 | 8)) + static_cast<char>(value.size()) + value; }

// A footer of one row group of one column, with fields before and after on each level.
std::string Footer(const std::string& statistics) {
  const std::string column = "\x15\x0c"s + "\xbc" + statistics + "\x00"s + "\x15\x02\x00"s;     // 1: i32, 12: statistics, 13: i32
  const std::string chunk = "\x26\x10"s + "\x1c" + column + "\x00"s;                                 // 2: i64, 3: meta_data
  const std::string group = "\x19\x1c"s + chunk + "\x16\x10\x00"s;                                   // 1: columns, 2: i64
  return "\x15\x02"s + "\x19\x18\x01\x61" + "\x16\x10" + "\x19\x1c" + group + "\x00"s;               // 1: i32, 2: list<binary>, 3: i64, 4: row_groups
}

std::string Statistics(const std::string& max, const std::string& min) { return "\x36\x04"s + Binary(2, max) + Binary(1, min); }

std::string Cut(const std::string& statistics, int64_t length, CutAs as = CutAs::kText) {
  return CutStatistics(Footer(statistics), {as}, length).value_or("nothing");
}

const std::string kMaxCut = "\x12", kMinCut = "\x12";  // the next field: false

TEST(ParquetFooter, CutsTextAtCharacters) {
  EXPECT_EQ(Cut(Statistics("bcdef", "abcde"), 3), Footer(Statistics("bce", "abc") + kMaxCut + kMinCut));
  EXPECT_EQ(Cut(Statistics("bcdef", "ab"), 3), Footer(Statistics("bce", "ab") + kMaxCut));
  EXPECT_EQ(Cut(Statistics("bc", "abcde"), 3), Footer(Statistics("bc", "abc") + "\x22"));
  EXPECT_EQ(Cut(Statistics("a\xc3\xa9x", "a\xc3\xa9x"), 2), Footer(Statistics("b", "a") + kMaxCut + kMinCut));
  // The last of its size can't grow, and there are no surrogates.
  EXPECT_EQ(Cut(Statistics("a\x7fz", "a"), 2), Footer(Statistics("b", "a") + kMaxCut));
  EXPECT_EQ(Cut(Statistics("\xed\x9f\xbfz", "a"), 3), Footer(Statistics("\xee\x80\x80", "a") + kMaxCut));
  EXPECT_EQ(Cut(Statistics("\xf4\x8f\xbf\xbfz", "a"), 4), "nothing");
}

TEST(ParquetFooter, CutsBytes) {
  EXPECT_EQ(Cut(Statistics("\x01\xff\xff", "\x01\x02\x03"), 2, CutAs::kBytes), Footer(Statistics("\x02", "\x01\x02") + kMaxCut + kMinCut));
  EXPECT_EQ(Cut(Statistics("\xff\xff\xff", ""), 2, CutAs::kBytes), "nothing");
}

TEST(ParquetFooter, LeavesTheRestAlone) {
  EXPECT_EQ(Cut(Statistics("abc", "abc"), 3), "nothing");
  EXPECT_EQ(Cut(Statistics("abcd", "abcd"), 3, CutAs::kNothing), "nothing");
  EXPECT_EQ(Cut("\x36\x04"s, 3), "nothing");
  // Values of old readers go where they are too long; flags that are there are changed.
  EXPECT_EQ(Cut(Binary(1, "zzzz") + Binary(1, "a") + Binary(3, "zzzz") + Binary(1, "a") + "\x11\x11", 3), Footer(Binary(2, "a") + Binary(3, "zz{") + Binary(1, "a") + "\x12\x11"));
}

TEST(ParquetFooter, RefusesWhatItDoesNotUnderstand) {
  const std::string whole = Footer(Statistics("bcdef", "abcde"));
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(CutStatistics(whole.substr(0, size), {CutAs::kText}, 3)) << size;
  EXPECT_FALSE(CutStatistics(whole + "x", {CutAs::kText}, 3));
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(byte);
      const auto cut = CutStatistics(damaged, {CutAs::kText}, 3);
      EXPECT_LE(cut.value_or("").size(), damaged.size());
    }
  }
}

}  // namespace
}  // namespace bowstring
