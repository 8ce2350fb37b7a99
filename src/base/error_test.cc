// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/error.h>

#include <gtest/gtest.h>

namespace bowstring {

TEST(Error, KeepsKindAndMessage) {
  arrow::Status status = Error(ErrorKind::kSchema, "No field named ", "x", ".");
  EXPECT_EQ(KindOf(status), ErrorKind::kSchema);
  EXPECT_EQ(status.message(), "No field named x.");
  EXPECT_EQ(ErrorText(status), "Schema error: No field named x.");
  EXPECT_TRUE(MakeError(ErrorKind::kBudgetExceeded, "x").IsOutOfMemory());
}

TEST(Error, ReadsArrowsOwn) {
  EXPECT_EQ(KindOf(arrow::Status::OutOfMemory("x")), ErrorKind::kBudgetExceeded);
  EXPECT_EQ(KindOf(arrow::Status::Cancelled("x")), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf(arrow::Status::Invalid("x")), ErrorKind::kUnknown);
  EXPECT_EQ(ErrorText(arrow::Status::Invalid("x")), "Arrow error: x");
}

TEST(Error, SurvivesWithMessage) {
  arrow::Status status = MakeError(ErrorKind::kPlan, "a").WithMessage("b");
  EXPECT_EQ(KindOf(status), ErrorKind::kPlan);
}

}  // namespace bowstring
