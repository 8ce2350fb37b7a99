// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/page_header.h"

#include <vector>

#include <gtest/gtest.h>

namespace bowstring::pq {
namespace {

HeaderOutcome Parse(const std::vector<uint8_t>& bytes) {
  PageHeader header;
  int64_t size = 0;
  return ParsePageHeader(bytes.data(), static_cast<int64_t>(bytes.size()), &header, &size);
}

// Found by fuzz/parquet_page_fuzzer: the number of a field at the end of 64 bits, and the next one counted from it.
TEST(PageHeader, FieldNumbersOutOfRange) {
  std::vector<uint8_t> bytes{0x0a, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x77, 0x00};
  bytes.resize(128, 0xa7);
  EXPECT_EQ(Parse(bytes), HeaderOutcome::kDamaged);
}

TEST(PageHeader, CutShort) {
  // type DATA_PAGE, sizes 10 and 10, a data page header of 5 plain values.
  const std::vector<uint8_t> whole{0x15, 0x00, 0x15, 0x14, 0x15, 0x14, 0x2c, 0x15, 0x0a, 0x15, 0x00, 0x15, 0x06, 0x15, 0x06, 0x00, 0x00};
  ASSERT_EQ(Parse(whole), HeaderOutcome::kOk);
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_EQ(Parse({whole.begin(), whole.begin() + static_cast<int64_t>(n)}), HeaderOutcome::kShort) << n;
}

}  // namespace
}  // namespace bowstring::pq
