// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Files as they are found: several, empty, of different columns, in folders, damaged, gone.

#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/util/secure_string.h>
#include <parquet/encryption/encryption.h>

#include <bowstring/error.h>
#include <bowstring/expr.h>

#include "sources/parquet/footer.h"
#include "sources/parquet/scan_testing.h"

namespace bowstring::pq {
namespace {

std::shared_ptr<::parquet::WriterProperties> Plain() { return ::parquet::WriterProperties::Builder().build(); }

std::shared_ptr<arrow::Table> Numbers(int64_t rows, int64_t first = 0) {
  arrow::Int64Builder numbers;
  arrow::StringBuilder texts;
  for (int64_t i = 0; i < rows; ++i) {
    EXPECT_TRUE(numbers.Append(first + i).ok());
    EXPECT_TRUE(texts.Append("text number " + std::to_string(first + i)).ok());
  }
  auto schema = arrow::schema({arrow::field("n", arrow::int64(), false), arrow::field("t", arrow::utf8())});
  return arrow::Table::Make(schema, {numbers.Finish().ValueOrDie(), texts.Finish().ValueOrDie()}, rows);
}

arrow::Result<std::shared_ptr<arrow::Table>> OpenAndRead(const std::vector<std::string>& paths, ParquetReadOptions options = {}) {
  ARROW_ASSIGN_OR_RAISE(auto table, OpenParquet(paths, std::move(options)));
  return ReadAll(*table, RequestAll(*table), {});
}

TEST(ParquetScan, LanesAreContiguousGroupsByBytes) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(5300), Plain(), 100).ok());
  auto table = OpenParquet({folder.path()}).ValueOrDie();
  auto source = table->Scan(RequestAll(*table, 4)).ValueOrDie();
  ASSERT_EQ(source->lanes(), 4);
  TestContext context;
  std::vector<size_t> counts;
  for (int32_t lane = 0; lane < 4; ++lane) {
    std::vector<Morsel> morsels;
    while (source->Split(context, lane, &morsels).ValueOrDie() != Step::kFinished) {}
    counts.push_back(morsels.size());
  }
  EXPECT_EQ(counts, (std::vector<size_t>{14, 13, 13, 13}));
  EXPECT_EQ(table->Scan(RequestAll(*table, 100)).ValueOrDie()->lanes(), 53);
}

TEST(ParquetScan, SeveralFilesInPathOrder) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("b.parquet"), *Numbers(50, 100), Plain(), 20).ok());
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(100), Plain(), 30).ok());
  WriteBytes(folder.File("c.csv"), "not read");
  WriteBytes(folder.File(".hidden.parquet"), "not read");
  const std::string url = "file://" + folder.path();
  for (const auto& paths : std::vector<std::vector<std::string>>{{folder.path()}, {folder.File("*.parquet")}, {folder.File("a.parquet"), folder.File("b.parquet")}, {url}}) {
    auto read = OpenAndRead(paths);
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    ASSERT_EQ((*read)->num_rows(), 150);
    auto numbers = std::static_pointer_cast<arrow::Int64Array>((*read)->GetColumnByName("n")->chunk(0));
    for (int64_t i = 0; i < 150; ++i) ASSERT_EQ(numbers->Value(i), i);
  }
}

TEST(ParquetScan, EmptyFilesAndFolders) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(0), Plain(), 30).ok());
  EXPECT_EQ(OpenAndRead({folder.path()}).ValueOrDie()->num_rows(), 0);
  ASSERT_TRUE(WriteFile(folder.File("b.parquet"), *Numbers(7), Plain(), 30).ok());
  EXPECT_EQ(OpenAndRead({folder.path()}).ValueOrDie()->num_rows(), 7);
  TempFolder empty;
  const auto table = OpenParquet({empty.path()});
  ASSERT_FALSE(table.ok());
  EXPECT_NE(table.status().message().find("No files found at"), std::string::npos) << table.status().ToString();
}

TEST(ParquetScan, CountWithoutColumnsAndLimit) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(5000), Plain(), 1000).ok());
  auto table = OpenParquet({folder.path()}).ValueOrDie();
  ScanRequest count;
  auto read = ReadAll(*table, count, {});
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ((*read)->num_rows(), 5000);
  EXPECT_EQ((*read)->num_columns(), 0);
  ScanRequest limited = RequestAll(*table);
  limited.limit = 1500;
  EXPECT_EQ(ReadAll(*table, limited, {}).ValueOrDie()->num_rows(), 2000);  // whole batches; enough of them, and no more row groups than needed
}

TEST(ParquetScan, UnionByNameAndMissingColumns) {
  TempFolder folder;
  auto first = Numbers(10);
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *first, Plain(), 30).ok());
  auto second = Numbers(5, 10)->RenameColumns({"n", "u"}).ValueOrDie();
  ASSERT_TRUE(WriteFile(folder.File("b.parquet"), *second, Plain(), 30).ok());
  auto read = OpenAndRead({folder.path()});
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ((*read)->schema()->field_names(), (std::vector<std::string>{"n", "t", "u"}));
  EXPECT_EQ((*read)->GetColumnByName("t")->null_count(), 5);
  EXPECT_EQ((*read)->GetColumnByName("u")->null_count(), 10);
  auto third = first->RenameColumns({"t", "n"}).ValueOrDie();
  ASSERT_TRUE(WriteFile(folder.File("c.parquet"), *third, Plain(), 30).ok());
  auto failed = OpenAndRead({folder.path()});
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.status().message().find("Fail to merge schema field"), std::string::npos) << failed.status().ToString();
}

TEST(ParquetScan, PartitionColumns) {
  TempFolder folder;
  for (const std::string name : {"g=1", "g=2", "g=__HIVE_DEFAULT_PARTITION__"}) {
    std::filesystem::create_directory(folder.File(name));
    ASSERT_TRUE(WriteFile(folder.File(name + "/x.parquet"), *Numbers(3), Plain(), 30).ok());
  }
  for (const auto& type : {arrow::int32(), arrow::utf8(), arrow::dictionary(arrow::uint16(), arrow::utf8())}) {
    ParquetReadOptions options;
    options.table_partition_cols = {{"g", type}};
    auto read = OpenAndRead({folder.path()}, options);
    ASSERT_TRUE(read.ok()) << type->ToString() << read.status().ToString();
    EXPECT_EQ((*read)->num_rows(), 9);
    EXPECT_EQ((*read)->schema()->field(2)->name(), "g");
    EXPECT_TRUE((*read)->schema()->field(2)->type()->Equals(*type));
    EXPECT_EQ((*read)->column(2)->null_count(), 3);
    EXPECT_EQ((*read)->column(2)->GetScalar(4).ValueOrDie()->ToString().find('2') != std::string::npos, true);
  }
  EXPECT_EQ(OpenAndRead({folder.path()}).ValueOrDie()->num_rows(), 9);  // without partition columns the files are read without them
}

TEST(ParquetScan, Statistics) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(5000, -7), Plain(), 1000).ok());
  auto statistics = OpenParquet({folder.path()}).ValueOrDie()->statistics();
  EXPECT_TRUE(statistics.rows_exact);
  EXPECT_EQ(statistics.rows, 5000);
  ASSERT_EQ(statistics.columns.size(), 2u);
  ASSERT_NE(statistics.columns[0].min, nullptr);
  EXPECT_TRUE(statistics.columns[0].min->Equals(*arrow::MakeScalar(int64_t{-7})));
  EXPECT_TRUE(statistics.columns[0].max->Equals(*arrow::MakeScalar(int64_t{4992})));
  EXPECT_EQ(statistics.columns[1].null_count, 0);
}

TEST(ParquetScan, MissingGoneChangedAndTruncatedFiles) {
  TempFolder folder;
  const std::string path = folder.File("a.parquet");
  auto missing = OpenParquet({path});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(KindOf(missing.status()), ErrorKind::kPlan);
  EXPECT_NE(missing.status().message().find(path), std::string::npos);
  WriteBytes(path, "this is no Parquet file at all");
  auto invalid = OpenParquet({path});
  ASSERT_FALSE(invalid.ok());
  EXPECT_NE(invalid.status().message().find("Invalid Parquet file"), std::string::npos) << invalid.status().ToString();

  ASSERT_TRUE(WriteFile(path, *Numbers(5000), Plain(), 1000).ok());
  auto table = OpenParquet({path}).ValueOrDie();
  const std::string bytes = ReadBytes(path);
  WriteBytes(path, bytes.substr(0, bytes.size() / 2));
  auto truncated = ReadAll(*table, RequestAll(*table), {});
  ASSERT_FALSE(truncated.ok());
  EXPECT_EQ(KindOf(truncated.status()), ErrorKind::kExecution);  // looked at anew: no Parquet file any more
  EXPECT_NE(truncated.status().message().find(path), std::string::npos);
  std::filesystem::remove(path);
  auto gone = ReadAll(*table, RequestAll(*table), {});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(KindOf(gone.status()), ErrorKind::kIo);

  // Truncated under a running scan: what isn't read yet is an error, not a short result.
  WriteBytes(path, bytes);
  table = OpenParquet({path}).ValueOrDie();
  auto source = table->Scan(RequestAll(*table)).ValueOrDie();
  TestContext context;
  std::vector<Morsel> morsels;
  while (source->Split(context, 0, &morsels).ValueOrDie() != Step::kFinished) {}
  std::filesystem::resize_file(path, 100);
  bool failed = false;
  for (const auto& morsel : morsels) {
    auto cursor = source->Open(morsel, nullptr).ValueOrDie();
    while (true) {
      Batch batch;
      auto step = cursor->Next(context, &batch);
      if (step.ok() && *step == Step::kParked) {
        context.WaitForWake();
        continue;
      }
      if (!step.ok()) {
        failed = true;
        EXPECT_EQ(KindOf(step.status()), ErrorKind::kIo);
        EXPECT_NE(step.status().message().find("row group"), std::string::npos);
      }
      if (!step.ok() || *step == Step::kFinished) break;
    }
  }
  EXPECT_TRUE(failed);
}

TEST(ParquetScan, FootersAreKeptUntilTheFileChanges) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(50), Plain(), 20).ok());
  FooterCache cache;
  auto first = cache.Get(folder.File("a.parquet"), nullptr, nullptr).ValueOrDie();
  EXPECT_EQ(cache.Get(folder.File("a.parquet"), nullptr, nullptr).ValueOrDie(), first);
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(60), Plain(), 20).ok());
  EXPECT_NE(cache.Get(folder.File("a.parquet"), nullptr, nullptr).ValueOrDie(), first);
}

TEST(ParquetScan, EncryptedFilesByArrowsReader) {
  TempFolder folder;
  const arrow::util::SecureString key("0123456789012345");
  for (bool plain_footer : {false, true}) {
    ::parquet::FileEncryptionProperties::Builder encryption(key);
    if (plain_footer) encryption.set_plaintext_footer();
    auto properties = ::parquet::WriterProperties::Builder().encryption(encryption.build())->enable_write_page_index()->build();
    const std::string path = folder.File(plain_footer ? "p.parquet" : "e.parquet");
    ASSERT_TRUE(WriteFile(path, *Numbers(3000), properties, 1000).ok());
    ParquetReadOptions options;
    options.decryption = ::parquet::FileDecryptionProperties::Builder().footer_key(key)->build();
    auto read = OpenAndRead({path}, options);
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    ASSERT_EQ((*read)->num_rows(), 3000);
    EXPECT_TRUE((*read)->schema()->field(1)->type()->Equals(arrow::utf8_view()));
    EXPECT_EQ((*read)->column(1)->GetScalar(2999).ValueOrDie()->ToString(), "text number 2999");
    auto table = OpenParquet({path}, options).ValueOrDie();
    ScanRequest request = RequestAll(*table);
    request.filters = {Binary(BinaryOp::kGtEq, Col("n"), Literal(int64_t{2990}))};
    auto filtered = ReadAll(*table, request, {});
    ASSERT_TRUE(filtered.ok()) << filtered.status().ToString();
    EXPECT_EQ((*filtered)->num_rows(), 10);
    EXPECT_FALSE(OpenAndRead({path}).ok());
  }
}

TEST(ParquetScan, NestedColumnsBesideFilteredOnes) {
  TempFolder folder;
  std::mt19937 random(3);
  auto table = Numbers(5000);
  auto list = RandomArray(arrow::list(arrow::int32()), 5000, 0.1, 1000, &random);
  auto with_list = table->AddColumn(1, arrow::field("l", list->type()), std::make_shared<arrow::ChunkedArray>(list)).ValueOrDie();
  auto dictionary = RandomArray(arrow::dictionary(arrow::int32(), arrow::utf8()), 5000, 0.1, 1000, &random);
  with_list = with_list->AddColumn(0, arrow::field("d", dictionary->type()), std::make_shared<arrow::ChunkedArray>(dictionary)).ValueOrDie();
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *with_list, Plain(), 2000).ok());
  auto source = OpenParquet({folder.path()}).ValueOrDie();
  for (auto projection : std::vector<std::vector<int>>{{0, 1, 2, 3}, {2}, {3, 2}, {0}}) {
    for (const int64_t batch_rows : {300, 16384}) {
      ScanRequest request = RequestAll(*source);
      request.projection = projection;
      request.batch_rows = batch_rows;
      request.filters = {Expr(std::make_shared<ExprNode>(ExprKind::kBetween, std::vector<Expr>{Col("n"), Literal(int64_t{1900}), Literal(int64_t{2700})}, Negated{false}))};
      auto read = ReadAll(*source, request, {.seed = 5, .reopen = true});
      ASSERT_TRUE(read.ok()) << read.status().ToString();
      ASSERT_EQ((*read)->num_rows(), 801);
      for (int i = 0; i < (*read)->num_columns(); ++i) {
        auto expected = with_list->GetColumnByName((*read)->field(i)->name())->Slice(1900, 801);
        if (!expected->type()->Equals(*(*read)->field(i)->type())) expected = arrow::compute::Cast(expected, (*read)->field(i)->type()).ValueOrDie().chunked_array();
        if (expected->type()->id() == arrow::Type::DICTIONARY) {
          auto got_text = arrow::compute::Cast((*read)->column(i), arrow::utf8()).ValueOrDie().chunked_array();
          EXPECT_TRUE(got_text->Equals(*arrow::compute::Cast(expected, arrow::utf8()).ValueOrDie().chunked_array()));
        } else {
          EXPECT_TRUE((*read)->column(i)->Equals(*expected)) << (*read)->field(i)->ToString();
        }
      }
    }
  }
}

TEST(ParquetScan, AGivenSchemaPicksAndCasts) {
  TempFolder folder;
  ASSERT_TRUE(WriteFile(folder.File("a.parquet"), *Numbers(50), Plain(), 20).ok());
  ParquetReadOptions options;
  options.schema = arrow::schema({arrow::field("t", arrow::utf8()), arrow::field("absent", arrow::float64()), arrow::field("n", arrow::int32())});
  auto read = OpenAndRead({folder.path()}, options);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_TRUE((*read)->schema()->Equals(*options.schema)) << (*read)->schema()->ToString();
  EXPECT_EQ((*read)->column(1)->null_count(), 50);
  EXPECT_EQ((*read)->column(0)->GetScalar(49).ValueOrDie()->ToString(), "text number 49");
}

}  // namespace
}  // namespace bowstring::pq
