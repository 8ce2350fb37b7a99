// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/ipc/ipc.h"

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>

#include <bowstring/error.h>
#include <bowstring/file_table.h>

#include "sources/parquet/scan_testing.h"

namespace bowstring {
namespace {

using pq::RequestAll;
using pq::TempFolder;
using pq::Walk;

std::shared_ptr<arrow::Table> SomeTable(int64_t rows, uint32_t seed) {
  std::mt19937 random(seed);
  arrow::FieldVector fields;
  arrow::ChunkedArrayVector columns;
  const std::vector<std::shared_ptr<arrow::DataType>> types = {
      arrow::int64(), arrow::utf8(), arrow::float64(), arrow::boolean(), arrow::utf8_view(), arrow::decimal128(20, 3), arrow::date32(),
      arrow::large_utf8(), arrow::fixed_size_binary(5), arrow::timestamp(arrow::TimeUnit::NANO, "UTC"), arrow::int8()};
  for (size_t i = 0; i < types.size(); ++i) {
    auto array = pq::RandomArray(types[i], rows, i % 2 ? 0.2 : 0.0, 50, &random);
    fields.push_back(arrow::field("c" + std::to_string(i), types[i]));
    columns.push_back(std::make_shared<arrow::ChunkedArray>(array));
  }
  const auto words = pq::RandomArray(arrow::utf8(), 7, 0, 7, &random);
  arrow::Int32Builder indices;
  arrow::ListBuilder lists(arrow::default_memory_pool(), std::make_shared<arrow::Int64Builder>());
  for (int64_t i = 0; i < rows; ++i) {
    EXPECT_TRUE((i % 11 == 0 ? indices.AppendNull() : indices.Append(static_cast<int32_t>(i % 7))).ok());
    EXPECT_TRUE(lists.Append().ok());
    for (int64_t k = 0; k < i % 3; ++k) EXPECT_TRUE(static_cast<arrow::Int64Builder*>(lists.value_builder())->Append(i * k).ok());
  }
  const auto dictionary = arrow::dictionary(arrow::int32(), arrow::utf8());
  fields.push_back(arrow::field("d", dictionary));
  columns.push_back(std::make_shared<arrow::ChunkedArray>(*arrow::DictionaryArray::FromArrays(dictionary, *indices.Finish(), words)));
  auto list = *lists.Finish();
  fields.push_back(arrow::field("l", list->type()));
  columns.push_back(std::make_shared<arrow::ChunkedArray>(list));
  return arrow::Table::Make(arrow::schema(fields), columns);
}

enum class Kind { kFile, kStream };

std::string Encode(const arrow::Table& table, Kind kind, int64_t batch_rows, arrow::Compression::type codec = arrow::Compression::UNCOMPRESSED) {
  auto out = *arrow::io::BufferOutputStream::Create();
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  if (codec != arrow::Compression::UNCOMPRESSED) options.codec = *arrow::util::Codec::Create(codec);
  auto writer = kind == Kind::kFile ? *arrow::ipc::MakeFileWriter(out, table.schema(), options) : *arrow::ipc::MakeStreamWriter(out, table.schema(), options);
  EXPECT_TRUE(writer->WriteTable(table, batch_rows).ok());
  EXPECT_TRUE(writer->Close().ok());
  return (*out->Finish())->ToString();
}

arrow::Result<std::shared_ptr<arrow::Table>> Read(const std::vector<std::string>& paths, ArrowReadOptions options = {}) {
  ARROW_ASSIGN_OR_RAISE(const auto table, OpenArrow(paths, std::move(options)));
  return pq::ReadAll(*table, RequestAll(*table), Walk{});
}

TEST(IpcTest, BothFormatsComeBackHoweverTheyAreWalked) {
  const TempFolder folder;
  const auto table = SomeTable(3000, 1);
  for (const Kind kind : {Kind::kFile, Kind::kStream}) {
    for (const auto codec : {arrow::Compression::UNCOMPRESSED, arrow::Compression::LZ4_FRAME, arrow::Compression::ZSTD}) {
      pq::WriteBytes(folder.File("x.arrow"), Encode(*table, kind, 170, codec));
      const auto source = OpenArrow({folder.File("x.arrow")});
      ASSERT_TRUE(source.ok()) << source.status();
      EXPECT_EQ((*source)->kind(), "arrow");
      for (uint32_t seed = 0; seed < 6; ++seed) {
        ScanRequest request = RequestAll(**source, static_cast<int32_t>(1 + seed % 4));
        request.batch_rows = seed % 2 ? 64 : 16384;
        Walk walk;
        walk.seed = seed;
        walk.reopen = seed >= 2;
        walk.refuse = seed >= 4 ? 0.1 : 0;
        const auto read = pq::ReadAll(**source, request, walk);
        ASSERT_TRUE(read.ok()) << read.status();
        EXPECT_TRUE((*read)->Equals(*table, arrow::EqualOptions::Defaults().nans_equal(true))) << static_cast<int>(kind) << " seed " << seed;
      }
    }
  }
}

TEST(IpcTest, ColumnsAreGivenAsAsked) {
  const TempFolder folder;
  const auto table = SomeTable(500, 2);
  for (const Kind kind : {Kind::kFile, Kind::kStream}) {
    pq::WriteBytes(folder.File("x.arrow"), Encode(*table, kind, 100));
    const auto source = *OpenArrow({folder.File("x.arrow")});
    for (const std::vector<int>& projection : std::vector<std::vector<int>>{{3}, {11, 0, 5}, {12, 11}, {}}) {
      ScanRequest request = RequestAll(*source);
      request.projection = projection;
      const auto read = pq::ReadAll(*source, request, Walk{});
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ((*read)->num_rows(), 500);
      ASSERT_EQ((*read)->num_columns(), static_cast<int>(projection.size()));
      for (size_t c = 0; c < projection.size(); ++c) EXPECT_TRUE((*read)->column(static_cast<int>(c))->Equals(*table->column(projection[c]), arrow::EqualOptions::Defaults().nans_equal(true)));
    }
  }
}

TEST(IpcTest, FilesAreUnitedByName) {
  const TempFolder folder;
  const auto table = SomeTable(100, 3);
  pq::WriteBytes(folder.File("1.arrow"), Encode(*table->SelectColumns({0, 1}).ValueOrDie(), Kind::kFile, 30));
  pq::WriteBytes(folder.File("2.arrow"), Encode(*table->SelectColumns({2, 1}).ValueOrDie(), Kind::kStream, 30));
  const auto read = Read({folder.path()});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->schema()->field_names(), (std::vector<std::string>{"c0", "c1", "c2"}));
  EXPECT_EQ((*read)->num_rows(), 200);
  EXPECT_EQ((*read)->column(0)->null_count(), 100 + table->column(0)->null_count());
  pq::WriteBytes(folder.File("3.arrow"), Encode(*table->SelectColumns({2}).ValueOrDie()->RenameColumns({"c1"}).ValueOrDie(), Kind::kFile, 30));
  const auto clash = Read({folder.path()});
  EXPECT_EQ(KindOf(clash.status()), ErrorKind::kPlan);
  EXPECT_NE(clash.status().message().find("Fail to merge schema field 'c1'"), std::string::npos) << clash.status();
}

TEST(IpcTest, ASchemaSelectsAndCasts) {
  const TempFolder folder;
  const auto table = SomeTable(100, 4);
  pq::WriteBytes(folder.File("x.arrow"), Encode(*table, Kind::kFile, 40));
  ArrowReadOptions options;
  options.schema = arrow::schema({arrow::field("nothing", arrow::utf8()), arrow::field("c10", arrow::int32()), arrow::field("d", arrow::utf8())});
  const auto read = Read({folder.File("x.arrow")}, options);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE((*read)->schema()->Equals(*options.schema));
  EXPECT_EQ((*read)->column(0)->null_count(), 100);
  // A folder without files is a table without rows, where a schema is given.
  const TempFolder empty;
  const auto none = Read({empty.path()}, options);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ((*none)->num_rows(), 0);
  EXPECT_FALSE(Read({empty.path()}).ok());
}

TEST(IpcTest, NoFilesOfThisKind) {
  const TempFolder folder;
  for (const std::string& bytes : {std::string(), std::string("a,b\n1,2\n"), std::string("ARROW1"), std::string(100, '\0'), std::string("ARROW1\0\0xxxxARROW1", 18)}) {
    pq::WriteBytes(folder.File("x.arrow"), bytes);
    const auto read = Read({folder.File("x.arrow")});
    EXPECT_EQ(KindOf(read.status()), ErrorKind::kExecution) << read.status();
    EXPECT_NE(read.status().message().find(folder.File("x.arrow")), std::string::npos) << read.status();
  }
  EXPECT_FALSE(Read({folder.File("missing.arrow")}).ok());
}

// BOWSTRING_FULL=1: every byte. Whatever happens to a file's bytes, reading it ends with rows that are valid, or with an error that isn't ours.
void Damage(const std::string& bytes, size_t step) {
  const TempFolder folder;
  const std::string path = folder.File("x.arrow");
  int failed = 0, read = 0;
  const auto attempt = [&](const std::string& damaged) {
    pq::WriteBytes(path, damaged);
    const auto rows = Read({path});
    if (rows.ok()) {
      ++read;
      ASSERT_TRUE((*rows)->ValidateFull().ok());
    } else {
      ++failed;
      ASSERT_NE(KindOf(rows.status()), ErrorKind::kInternal) << rows.status();
    }
  };
  for (size_t i = 0; i < bytes.size(); i += step) {
    for (const int value : {0x00, 0xff, static_cast<unsigned char>(bytes[i]) ^ 0x40}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(value);
      attempt(damaged);
    }
    attempt(bytes.substr(0, i));
  }
  EXPECT_GT(failed, 0);
  EXPECT_GT(read, 0);  // padding, and values that are as good as others
}

TEST(IpcDamageTest, File) { Damage(Encode(*SomeTable(20, 5), Kind::kFile, 8), pq::FullRun() ? 1 : 29); }
TEST(IpcDamageTest, Stream) { Damage(Encode(*SomeTable(20, 6), Kind::kStream, 8), pq::FullRun() ? 1 : 29); }
TEST(IpcDamageTest, CompressedFile) { Damage(Encode(*SomeTable(60, 7), Kind::kFile, 40, arrow::Compression::LZ4_FRAME), pq::FullRun() ? 1 : 29); }
TEST(IpcDamageTest, CompressedStream) { Damage(Encode(*SomeTable(60, 8), Kind::kStream, 40, arrow::Compression::ZSTD), pq::FullRun() ? 1 : 29); }

}  // namespace
}  // namespace bowstring
