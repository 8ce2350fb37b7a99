// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <bowstring/error.h>

namespace bowstring {
namespace {

namespace fs = std::filesystem;

class FileSetTest : public testing::Test {
 protected:
  FileSetTest() {
    static int made = 0;
    folder_ = fs::temp_directory_path() / ("bowstring_sinks_" + std::to_string(::getpid()) + "_" + std::to_string(made++));
    fs::create_directories(folder_);
  }
  ~FileSetTest() override { fs::remove_all(folder_); }

  std::string At(const std::string& name) const { return (folder_ / name).string(); }
  std::string Text(const std::string& name) const {
    std::ifstream file(folder_ / name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void Put(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) names.push_back(fs::relative(entry.path(), folder_).string());
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path folder_;
};

TEST_F(FileSetTest, AFileIsThereAfterCommitOnly) {
  FileSet files;
  auto file = files.Create(At("x"));
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE((*file)->Write("abc", 3).ok());
  ASSERT_EQ(*(*file)->Tell(), 3);
  ASSERT_TRUE((*file)->Close().ok());
  EXPECT_FALSE(fs::exists(At("x")));
  ASSERT_TRUE(files.Commit().ok());
  EXPECT_EQ(Text("x"), "abc");
  EXPECT_EQ(Names(), std::vector<std::string>{"x"});
  files.Abort();
  EXPECT_EQ(Text("x"), "abc");
}

TEST_F(FileSetTest, AbortLeavesWhatWasThere) {
  Put("x", "old");
  FileSet files;
  auto file = files.Create(At("x"));
  auto deep = files.Create(At("a/b/c/y"));
  ASSERT_TRUE(file.ok() && deep.ok());
  ASSERT_TRUE((*file)->Write(std::string(1 << 20, 'x')).ok());
  files.Abort();
  EXPECT_EQ(Text("x"), "old");
  EXPECT_EQ(Names(), std::vector<std::string>{"x"});
  // Another thread may be writing still.
  EXPECT_TRUE((*file)->Write("more", 4).ok());
  EXPECT_TRUE((*file)->Close().ok());
  EXPECT_EQ(KindOf(files.Commit()), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf(files.Create(At("z")).status()), ErrorKind::kCancelled);
  EXPECT_EQ(Names(), std::vector<std::string>{"x"});
}

TEST_F(FileSetTest, DestructionAborts) {
  {
    FileSet files;
    ASSERT_TRUE(files.Create(At("x")).ok());
  }
  EXPECT_TRUE(Names().empty());
}

TEST_F(FileSetTest, AFailedRenameTakesTheOthersBack) {
  FileSet files;
  for (const char* name : {"a", "b", "c"}) {
    auto file = files.Create(At(name));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  fs::create_directories(At("b/inside"));  // what no file can replace
  const auto failed = files.Commit();
  EXPECT_EQ(KindOf(failed), ErrorKind::kIo);
  EXPECT_NE(failed.message().find(At("b")), std::string::npos);
  EXPECT_EQ(Names(), (std::vector<std::string>{"b", "b/inside"}));
}

TEST_F(FileSetTest, ErrorsNamePathAndCause) {
  FileSet files;
  Put("file", "");
  for (const auto& [path, cause] : {std::pair<std::string, std::string>{"file/x", "Not a directory"}, {".", "Is a directory"}}) {
    const auto status = files.Create(At(path)).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kIo) << status;
    EXPECT_NE(status.message().find(cause), std::string::npos) << status;
    EXPECT_NE(status.message().find(folder_.string()), std::string::npos) << status;
  }
}

TEST_F(FileSetTest, TheModeAndLinksStay) {
  Put("x", "old");
  ::chmod(At("x").c_str(), 0640);
  fs::create_symlink(At("x"), At("link"));
  FileSet files;
  auto file = files.Create(At("link"));
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Write("new", 3).ok());
  ASSERT_TRUE((*file)->Close().ok());
  ASSERT_TRUE(files.Commit().ok());
  EXPECT_TRUE(fs::is_symlink(At("link")));
  EXPECT_EQ(Text("x"), "new");
  struct stat status {};
  ASSERT_EQ(::stat(At("x").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST_F(FileSetTest, BytesAreAsTheyWereWritten) {
  FileSet files;
  auto file = files.Create(At("x"));
  ASSERT_TRUE(file.ok());
  std::string all;
  for (int i = 0; i < 2000; ++i) {
    const std::string piece(static_cast<size_t>((i * 7919) % 3001), static_cast<char>('a' + i % 26));
    all += piece;
    ASSERT_TRUE((*file)->Write(piece).ok());
    ASSERT_EQ(*(*file)->Tell(), static_cast<int64_t>(all.size()));
  }
  ASSERT_TRUE((*file)->Patch(1000, "PATCH", 5).ok());
  all.replace(1000, 5, "PATCH");
  char back[5];
  ASSERT_TRUE((*file)->ReadBack(1000, back, 5).ok());
  EXPECT_EQ(std::string(back, 5), "PATCH");
  ASSERT_TRUE((*file)->Close().ok());
  ASSERT_TRUE(files.Commit().ok());
  EXPECT_TRUE(Text("x") == all);
}

TEST_F(FileSetTest, AbortMayComeAtAnyTime) {
  for (int round = 0; round < 200; ++round) {
    FileSet files;
    std::thread other([&] { files.Abort(); });
    arrow::Status committed = arrow::Status::OK();
    for (const char* name : {"d/a", "d/b"}) {
      auto file = files.Create(At(name));
      if (!file.ok()) break;
      (void)(*file)->Write("x", 1);
      (void)(*file)->Close();
    }
    committed = files.Commit();
    other.join();
    if (committed.ok()) {
      EXPECT_EQ(Names(), (std::vector<std::string>{"d", "d/a", "d/b"}));
      fs::remove_all(At("d"));
    } else {
      EXPECT_TRUE(Names().empty());
    }
  }
}

}  // namespace
}  // namespace bowstring
