// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/spill.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/compute/api.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

std::shared_ptr<arrow::Array> Texts(int64_t n, const std::shared_ptr<arrow::DataType>& type, int seed) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  EXPECT_TRUE(arrow::MakeBuilder(arrow::default_memory_pool(), type, &builder).ok());
  for (int64_t i = 0; i < n; ++i) {
    if ((i + seed) % 7 == 0) {
      EXPECT_TRUE(builder->AppendNull().ok());
    } else {
      const std::string text = "text " + std::to_string(i * seed) + std::string(static_cast<size_t>(i % 40), 'x');
      if (type->id() == arrow::Type::STRING_VIEW) {
        EXPECT_TRUE(static_cast<arrow::StringViewBuilder&>(*builder).Append(text).ok());
      } else {
        EXPECT_TRUE(static_cast<arrow::StringBuilder&>(*builder).Append(text).ok());
      }
    }
  }
  return *builder->Finish();
}

std::shared_ptr<arrow::RecordBatch> Sample(int64_t n, int seed = 3) {
  arrow::Int64Builder numbers;
  arrow::Decimal64Builder decimals(arrow::decimal64(15, 2));
  arrow::BooleanBuilder flags;
  auto inner = std::make_shared<arrow::StringViewBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), inner);
  for (int64_t i = 0; i < n; ++i) {
    EXPECT_TRUE(numbers.Append(i * seed).ok());
    EXPECT_TRUE(decimals.Append(arrow::Decimal64(i - 5)).ok());
    EXPECT_TRUE((i % 5 ? flags.Append(i % 2 == 1) : flags.AppendNull()).ok());
    EXPECT_TRUE(lists.Append().ok());
    for (int64_t k = 0; k < i % 3; ++k) EXPECT_TRUE(inner->Append("an entry longer than inline " + std::to_string(i)).ok());
  }
  auto columns = std::vector<std::shared_ptr<arrow::Array>>{*numbers.Finish(), *decimals.Finish(), *flags.Finish(), Texts(n, arrow::utf8_view(), seed),
                                                            Texts(n, arrow::utf8(), seed), *lists.Finish()};
  auto schema = arrow::schema({arrow::field("a", arrow::int64()), arrow::field("d", arrow::decimal64(15, 2)), arrow::field("b", arrow::boolean()),
                               arrow::field("v", arrow::utf8_view()), arrow::field("s", arrow::utf8()), arrow::field("l", columns[5]->type())});
  return arrow::RecordBatch::Make(schema, n, columns);
}

TEST(Spill, BatchesComeBackInAnyOrder) {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (int i = 1; i < 6; ++i) batches.push_back(Sample(i * 1000, i)->Slice(i * 10, i * 900));
  batches.push_back(Sample(10)->Slice(0, 0));
  {
    auto file = *SpillFile::Create(space, batches[0]->schema());
    for (const auto& batch : batches) ASSERT_TRUE(file->Append(*batch, arrow::default_memory_pool()).ok());
    ASSERT_EQ(file->batches(), 6);
    EXPECT_EQ(space->used(), file->bytes());
    for (int i = 5; i >= 0; --i) {
      auto back = file->Read(i, arrow::default_memory_pool());
      ASSERT_TRUE(back.ok()) << back.status().ToString();
      ASSERT_TRUE((*back)->ValidateFull().ok());
      EXPECT_TRUE((*back)->Equals(*batches[i])) << i;
      EXPECT_EQ(file->rows(i), batches[i]->num_rows());
    }
  }
  EXPECT_EQ(space->used(), 0);
  EXPECT_GT(space->written(), 0);
  EXPECT_EQ(space->files(), 1);
}

TEST(Spill, Dictionaries) {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  auto first = arrow::compute::DictionaryEncode(Texts(500, arrow::utf8(), 1))->make_array();
  auto second = arrow::compute::DictionaryEncode(Texts(300, arrow::utf8(), 2))->make_array();
  auto schema = arrow::schema({arrow::field("d", first->type())});
  auto file = *SpillFile::Create(space, schema);
  for (const auto& column : {first, second}) {
    ASSERT_TRUE(file->Append(*arrow::RecordBatch::Make(schema, column->length(), {column}), arrow::default_memory_pool()).ok());
  }
  EXPECT_TRUE((*file->Read(1, arrow::default_memory_pool()))->column(0)->Equals(second));
  EXPECT_TRUE((*file->Read(0, arrow::default_memory_pool()))->column(0)->Equals(first));
}

TEST(Spill, SlicesOfViewsWriteOnlyTheirText) {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  auto column = Texts(100000, arrow::utf8_view(), 3);
  auto schema = arrow::schema({arrow::field("v", arrow::utf8_view())});
  auto file = *SpillFile::Create(space, schema);
  ASSERT_TRUE(file->Append(*arrow::RecordBatch::Make(schema, 10, {column->Slice(5000, 10)}), arrow::default_memory_pool()).ok());
  EXPECT_LT(file->bytes(), 4000);
}

TEST(Spill, LimitIsAnErrorThatNamesItAndChangesNothing) {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, 20000);
  auto file = *SpillFile::Create(space, Sample(1)->schema());
  ASSERT_TRUE(file->Append(*Sample(100), arrow::default_memory_pool()).ok());
  const int64_t used = space->used();
  const arrow::Status failed = file->Append(*Sample(20000), arrow::default_memory_pool());
  EXPECT_EQ(KindOf(failed), ErrorKind::kIo);
  EXPECT_NE(failed.ToString().find("20000"), std::string::npos) << failed.ToString();
  EXPECT_EQ(space->used(), used);
  EXPECT_TRUE((*file->Read(0, arrow::default_memory_pool()))->Equals(*Sample(100)));
  ASSERT_TRUE(file->Append(*Sample(50), arrow::default_memory_pool()).ok());
  EXPECT_TRUE((*file->Read(1, arrow::default_memory_pool()))->Equals(*Sample(50)));
}

TEST(Spill, DisabledAndMissingFolders) {
  EXPECT_EQ(KindOf(SpillFile::Create(SpillSpace::Disabled(), Sample(1)->schema()).status()), ErrorKind::kBudgetExceeded);
  auto nowhere = std::make_shared<SpillSpace>(std::vector<std::string>{"/proc/no/such"}, 1000);
  const arrow::Status failed = SpillFile::Create(nowhere, Sample(1)->schema()).status();
  EXPECT_NE(failed.ToString().find("/proc/no/such"), std::string::npos) << failed.ToString();
}

// The file has no name: reached through /proc as another process could reach nothing at all.
std::vector<std::string> OpenFilesUnder(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (!error && target.rfind(folder, 0) == 0) found.push_back(entry.path().string());
  }
  return found;
}

TEST(Spill, NoNameIsLeftAndAFlippedBitIsAnError) {
  const std::string folder = std::filesystem::temp_directory_path().string() + "/bowstring-spill-test-" + std::to_string(getpid());
  {
    auto space = std::make_shared<SpillSpace>(std::vector<std::string>{folder}, int64_t{1} << 30);
    auto file = *SpillFile::Create(space, Sample(1)->schema());
    ASSERT_TRUE(file->Append(*Sample(3000), arrow::default_memory_pool()).ok());
    EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms::owner_all);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    const auto open_files = OpenFilesUnder(folder);
    ASSERT_EQ(open_files.size(), 1u);
    const int fd = open(open_files[0].c_str(), O_RDWR);
    ASSERT_GE(fd, 0);
    for (int64_t at = 3; at < file->bytes(); at += file->bytes() / 50 + 1) {
      char byte = 0;
      ASSERT_EQ(pread(fd, &byte, 1, at), 1);
      byte ^= 4;
      ASSERT_EQ(pwrite(fd, &byte, 1, at), 1);
      const arrow::Status damaged = file->Read(0, arrow::default_memory_pool()).status();
      EXPECT_NE(damaged.ToString().find("checksum"), std::string::npos);
      EXPECT_NE(damaged.ToString().find(folder), std::string::npos);
      byte ^= 4;
      ASSERT_EQ(pwrite(fd, &byte, 1, at), 1);
    }
    EXPECT_TRUE(file->Read(0, arrow::default_memory_pool()).ok());
    ASSERT_EQ(ftruncate(fd, 100), 0);
    EXPECT_NE(file->Read(0, arrow::default_memory_pool()).status().ToString().find("cut short"), std::string::npos);
    close(fd);
  }
  EXPECT_TRUE(std::filesystem::remove(folder));
}

TEST(Spill, NoDescriptorsIsAnErrorThatSaysSo) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 3;
  setrlimit(RLIMIT_NOFILE, &few);
  const arrow::Status failed =
      SpillFile::Create(std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30), Sample(1)->schema()).status();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_NE(failed.ToString().find("Too many open files"), std::string::npos) << failed.ToString();
}

// As a sort with a hundred runs where a process may have few files.
TEST(Spill, FewDescriptorsAreShared) {
  const std::string folder = std::filesystem::temp_directory_path().string() + "/bowstring-spill-few-" + std::to_string(getpid());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &few);
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{folder}, int64_t{1} << 30);
  {
    std::vector<std::unique_ptr<SpillFile>> files;
    for (int i = 0; i < 100; ++i) files.push_back(*SpillFile::Create(space, Sample(1)->schema()));
    EXPECT_LE(OpenFilesUnder(folder).size(), 16u);
    std::vector<std::thread> writers;
    for (int t = 0; t < 4; ++t) {
      writers.emplace_back([&, t] {
        for (int block = 1; block < 4; ++block) {
          for (int i = t; i < 100; i += 4) EXPECT_TRUE(files[i]->Append(*Sample(block * 40, i + block), arrow::default_memory_pool()).ok());
        }
      });
    }
    for (auto& writer : writers) writer.join();
    for (int i = 1; i < 100; i += 2) files[i].reset();  // their room is given back, the others' stays
    for (int i = 0; i < 100; i += 2) {
      for (int block = 1; block < 4; ++block) {
        auto back = files[i]->Read(block - 1, arrow::default_memory_pool());
        ASSERT_TRUE(back.ok()) << back.status().ToString();
        EXPECT_TRUE((*back)->Equals(*Sample(block * 40, i + block)));
      }
    }
    EXPECT_GT(space->used(), 0);
  }
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(space->used(), 0);
  EXPECT_TRUE(OpenFilesUnder(folder).empty());
  EXPECT_TRUE(std::filesystem::remove(folder));
}

TEST(Spill, ReadersBesideTheWriter) {
  auto space = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 30);
  auto file = *SpillFile::Create(space, Sample(1)->schema());
  ASSERT_TRUE(file->Append(*Sample(500, 1), arrow::default_memory_pool()).ok());
  const auto expected = Sample(500, 1);
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE((*file->Read(0, arrow::default_memory_pool()))->Equals(*expected));
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(file->Append(*Sample(500, 2), arrow::default_memory_pool()).ok());
  for (auto& reader : readers) reader.join();
  EXPECT_TRUE((*file->Read(50, arrow::default_memory_pool()))->Equals(*Sample(500, 2)));
}

}  // namespace
}  // namespace bowstring
