// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include <bowstring/version.h>

#include <string>

#include <gtest/gtest.h>

#include <arrow/util/config.h>

namespace {

TEST(Version, LibraryAndHeaderAgree) { EXPECT_STREQ(bowstring_version(), BOWSTRING_VERSION); }

TEST(Version, BuildInfoNamesWhatABugReportNeeds) {
  const std::string text = bowstring::build_info();
  EXPECT_EQ(text.find("bowstring " BOWSTRING_VERSION ", commit "), 0u) << text;
  EXPECT_NE(text.find("built with Arrow " ARROW_VERSION_STRING), std::string::npos) << text;
  EXPECT_NE(text.find("running on Arrow 26."), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

}  // namespace
