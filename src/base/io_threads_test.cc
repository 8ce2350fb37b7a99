// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/io_threads.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <arrow/memory_pool.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

class IoThreadsTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("bowstring_io_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
                                                       std::to_string(reinterpret_cast<uintptr_t>(this)))).string();
    std::ofstream(path_, std::ios::binary) << "0123456789";
  }
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(IoThreadsTest, ReadsByPositionAndNamesTheFileThatEnds) {
  auto file = LocalFile::Open(path_, nullptr).ValueOrDie();
  EXPECT_EQ(file->size(), 10);
  uint8_t bytes[10];
  ASSERT_TRUE(file->Read(3, 4, bytes).ok());
  EXPECT_EQ(std::string(bytes, bytes + 4), "3456");
  auto past = file->Read(8, 4, bytes);
  EXPECT_EQ(KindOf(past), ErrorKind::kIo);
  EXPECT_NE(past.message().find(path_), std::string::npos);
  EXPECT_EQ(KindOf(LocalFile::Open(path_ + ".absent", nullptr).status()), ErrorKind::kIo);
  EXPECT_EQ(KindOf(LocalFile::Open(std::filesystem::temp_directory_path().string(), nullptr).status()), ErrorKind::kIo);
  const std::string pipe = path_ + ".pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(KindOf(LocalFile::Open(pipe, nullptr).status()), ErrorKind::kIo);
  ::unlink(pipe.c_str());
}

TEST_F(IoThreadsTest, PendingReadsWakeOnceAllAreDone) {
  auto threads = std::make_shared<IoThreads>(2);
  std::shared_ptr<const LocalFile> file = LocalFile::Open(path_, nullptr).ValueOrDie();
  for (int round = 0; round < 200; ++round) {
    auto reads = std::make_shared<PendingReads>(threads);
    ASSERT_TRUE(reads->Start(file, 0, 5, {{0, 10}}, arrow::default_memory_pool()).ok());
    ASSERT_TRUE(reads->Start(file, 5, 5, {}, arrow::default_memory_pool()).ok());
    ASSERT_TRUE(reads->Start(file, 7, 5, {}, arrow::default_memory_pool()).ok());
    std::atomic<bool> woken{false};
    reads->Notify(Waker([&] {
      woken = true;
      woken.notify_all();
    }));
    woken.wait(false);
    EXPECT_FALSE(reads->any());
    bool pending = true;
    auto first = reads->Take(0, 5, &pending).ValueOrDie();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->ToString(), "01234");
    EXPECT_EQ(reads->Take(0, 5, &pending).ValueOrDie(), nullptr);
    EXPECT_EQ(reads->Take(5, 5, &pending).ValueOrDie()->ToString(), "56789");
    EXPECT_EQ(KindOf(reads->Take(7, 5, &pending).status()), ErrorKind::kIo);
  }
}

TEST_F(IoThreadsTest, EndsWithJobsWaiting) {
  std::atomic<int> done{0};
  {
    IoThreads threads(2);
    for (int i = 0; i < 1000; ++i) threads.Submit([&] { ++done; });
  }
  EXPECT_LE(done, 1000);
  EXPECT_EQ(IoThreads::Process(), IoThreads::Process());
}

}  // namespace
}  // namespace bowstring
