// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/file_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <bowstring/error.h>

#include "sinks/file_layout.h"

namespace bowstring {
namespace {

namespace fs = std::filesystem;
using arrow::Status;

std::shared_ptr<arrow::RecordBatch> Numbers(int64_t begin, int64_t end) {
  arrow::Int64Builder builder;
  for (int64_t i = begin; i < end; ++i) EXPECT_TRUE(builder.Append(i).ok());
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("a", arrow::int64())}), end - begin, {*builder.Finish()});
}

class WriterTest : public testing::Test {
 protected:
  WriterTest() : path_((fs::temp_directory_path() / ("bowstring_writer_" + std::to_string(::getpid()))).string()) {}
  ~WriterTest() override { fs::remove_all(path_); }

  WriterContext Context(int64_t limit = -1) {
    WriterContext context;
    context.pool = std::make_shared<WriterPool>(std::make_shared<Budget>("test", limit, nullptr));
    context.threads = 2;
    return context;
  }

  Status Write(const std::string& name, const FormatOptions& options, const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
               int64_t limit = -1) {
    const WriterContext context = Context(limit);
    ARROW_ASSIGN_OR_RAISE(const auto format, MakeFileFormat(name, options));
    ARROW_RETURN_NOT_OK(format->Check(*batches[0]->schema()));
    FileSet files;
    ARROW_ASSIGN_OR_RAISE(auto file, files.Create(path_));
    ARROW_ASSIGN_OR_RAISE(auto writer, format->Open(batches[0]->schema(), file, context));
    for (const auto& batch : batches) ARROW_RETURN_NOT_OK(writer->Write(batch));
    ARROW_RETURN_NOT_OK(writer->Finish());
    return files.Commit();
  }
  std::string Text() const {
    std::ifstream file(path_);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const std::string path_;
};

TEST_F(WriterTest, CsvQuotes) {
  arrow::StringBuilder text;
  for (const char* value : {"plain", "a,b", "say \"x\"", "two\nlines", ""}) ASSERT_TRUE(text.Append(value).ok());
  ASSERT_TRUE(text.AppendNull().ok());
  auto column = *text.Finish();
  const auto one = arrow::RecordBatch::Make(arrow::schema({arrow::field("s", arrow::utf8())}), 6, {column});
  ASSERT_TRUE(Write("csv", {}, {one}).ok());
  EXPECT_EQ(Text(), "s\nplain\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n\"\"\n\"\"\n");
  const auto two = arrow::RecordBatch::Make(arrow::schema({arrow::field("s", arrow::utf8()), arrow::field("t,u", arrow::utf8())}), 6, {column, column});
  ASSERT_TRUE(Write("csv", {{"null_value", "NA"}, {"quote", "'"}, {"has_header", "true"}}, {two}).ok());
  EXPECT_EQ(Text(), "s,'t,u'\nplain,plain\n'a,b','a,b'\nsay \"x\",say \"x\"\n'two\nlines','two\nlines'\n,\nNA,NA\n");
  ASSERT_TRUE(Write("csv", {{"double_quote", "false"}, {"has_header", "false"}, {"terminator", "\\r\\n"}}, {one->Slice(2, 1)}).ok());
  EXPECT_EQ(Text(), "\"say \\\"x\\\"\"\r\n");
}

TEST_F(WriterTest, NumbersAreQuotedWhereTheyMust) {
  arrow::DoubleBuilder values;
  ASSERT_TRUE(values.Append(1.5).ok());
  const auto column = *values.Finish();
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("a", arrow::float64()), arrow::field("b", arrow::float64())}), 1, {column, column});
  ASSERT_TRUE(Write("csv", {{"delimiter", "."}, {"has_header", "false"}}, {batch}).ok());
  EXPECT_EQ(Text(), "\"1.5\".\"1.5\"\n");
}

TEST_F(WriterTest, BadOptionsAreNamed) {
  const std::pair<FormatOptions, const char*> kCases[] = {
      {{{"delimiter", "ab"}}, "delimiter"}, {{{"has_header", "maybe"}}, "maybe"}, {{{"bogus", "1"}}, "bogus"}, {{{"compression", "foo"}}, "foo"},
      {{{"compression_level", "3"}}, "level"}, {{{"compression", "gzip"}, {"compression_level", "10"}}, "1..=9"}, {{{"quote", ","}}, "different"},
      {{{"quote_style", "some"}}, "some"}};
  for (const auto& [options, text] : kCases) {
    const Status status = MakeCsvFormat(options).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kConfig) << status;
    EXPECT_NE(status.message().find(text), std::string::npos) << status;
  }
  EXPECT_EQ(KindOf(MakeCsvFormat({{"compression", "xz"}, {"compression_level", "10"}}).status()), ErrorKind::kConfig);
  EXPECT_EQ(KindOf(MakeFileFormat("avro", {}).status()), ErrorKind::kNotImplemented);
  EXPECT_EQ(KindOf(MakeFileFormat("foo", {}).status()), ErrorKind::kPlan);
  EXPECT_EQ(KindOf(MakeJsonFormat({{"delimiter", ","}}).status()), ErrorKind::kConfig);
  EXPECT_EQ(KindOf(MakeArrowFormat({{"compression", "gzip"}}).status()), ErrorKind::kConfig);
}

TEST_F(WriterTest, TextStopsWhereItIsAsked) {
  const auto format = *MakeJsonFormat({});
  const auto batch = Numbers(0, 1000);
  std::string text;
  int64_t row = 0, calls = 0;
  while (row < 1000) {
    const auto next = format->AppendRows(*batch, row, 1000, 100, &text);
    ASSERT_TRUE(next.ok());
    ASSERT_GT(*next, row);
    row = *next;
    ++calls;
  }
  EXPECT_GT(calls, 50);
  std::string whole;
  ASSERT_EQ(*format->AppendRows(*batch, 0, 1000, 1 << 20, &whole), 1000);
  EXPECT_EQ(text, whole);
  EXPECT_EQ(text.substr(0, 17), "{\"a\":0}\n{\"a\":1}\n{");
}

TEST_F(WriterTest, ParquetRowGroupsAreExact) {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (int i = 0; i < 10; ++i) batches.push_back(Numbers(i * 777, i * 777 + 777));
  ASSERT_TRUE(Write("parquet", {{"max_row_group_size", "1000"}}, batches).ok());
  const auto reader = ::parquet::ParquetFileReader::OpenFile(path_);
  const auto metadata = reader->metadata();
  EXPECT_EQ(metadata->version(), ::parquet::ParquetVersion::PARQUET_1_0);
  ASSERT_EQ(metadata->num_row_groups(), 8);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(metadata->RowGroup(i)->num_rows(), i < 7 ? 1000 : 770);
}

TEST_F(WriterTest, ParquetCutsRowGroupsWhereMemoryEnds) {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (int i = 0; i < 40; ++i) batches.push_back(Numbers(i * 16384, i * 16384 + 16384));
  const FormatOptions options{{"compression", "uncompressed"}, {"dictionary_enabled", "false"}};
  ASSERT_TRUE(Write("parquet", options, batches, 2 << 20).ok());
  const auto reader = ::parquet::ParquetFileReader::OpenFile(path_);
  EXPECT_GT(reader->metadata()->num_row_groups(), 1);
  EXPECT_EQ(reader->metadata()->num_rows(), 40 * 16384);
  const Status status = Write("parquet", options, batches, 1);
  EXPECT_EQ(KindOf(status), ErrorKind::kBudgetExceeded) << status;
  EXPECT_NE(status.message().find(path_), std::string::npos) << status;
}

TEST_F(WriterTest, ParquetHoldsOneEncodedRowGroup) {
  // As wide as TPC-H's lineitem: numbers that repeat and numbers that don't, short words, and text.
  arrow::FieldVector fields;
  for (int c = 0; c < 16; ++c) fields.push_back(arrow::field("c" + std::to_string(c), c < 12 ? arrow::int64() : arrow::utf8()));
  const auto schema = arrow::schema(fields);
  const WriterContext context = Context();
  FileSet files;
  auto file = files.Create(path_);
  ASSERT_TRUE(file.ok());
  auto writer = (*MakeFileFormat("parquet", {}))->Open(schema, *file, context);
  ASSERT_TRUE(writer.ok()) << writer.status();
  uint64_t state = 1;
  for (int b = 0; b < 40; ++b) {
    arrow::ArrayVector columns;
    for (int c = 0; c < 16; ++c) {
      arrow::Int64Builder numbers;
      arrow::StringBuilder texts;
      for (int i = 0; i < 16384; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const auto random = static_cast<int64_t>(state >> 33);
        if (c < 12) {
          ASSERT_TRUE(numbers.Append(c % 3 == 0 ? random % 50 : c % 3 == 1 ? random % 100000 : b * 16384 + i).ok());
        } else {
          ASSERT_TRUE(texts.Append(c < 15 ? "word" + std::to_string(random % 7) : "comment " + std::to_string(random) + " words words").ok());
        }
      }
      columns.push_back(c < 12 ? *numbers.Finish() : *texts.Finish());
    }
    ASSERT_TRUE((*writer)->Write(arrow::RecordBatch::Make(schema, 16384, columns)).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  const int64_t size = *(*file)->Tell();
  RecordProperty("peak", std::to_string(context.pool->max_memory()));
  RecordProperty("size", std::to_string(size));
  // Arrow's dictionary encoder keeps a hash table of up to 12 MB for each column of many values.
  EXPECT_LT(context.pool->max_memory(), 2 * size + (96 << 20)) << "of " << size;
}

TEST_F(WriterTest, ArrowDictionariesBecomeOne) {
  const auto type = arrow::dictionary(arrow::int8(), arrow::utf8());
  const auto schema = arrow::schema({arrow::field("d", type)});
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  std::vector<std::string> expected;
  for (int i = 0; i < 5; ++i) {
    arrow::StringBuilder values;
    for (int k = 0; k < 3; ++k) {
      expected.push_back("v" + std::to_string((i * 2 + k) % 7));
      ASSERT_TRUE(values.Append(expected.back()).ok());
    }
    arrow::Int8Builder indices;
    ASSERT_TRUE(indices.AppendValues({0, 1, 2}).ok());
    batches.push_back(arrow::RecordBatch::Make(schema, 3, {*arrow::DictionaryArray::FromArrays(type, *indices.Finish(), *values.Finish())}));
  }
  ASSERT_TRUE(Write("arrow", {}, batches).ok());
  const auto reader = *arrow::ipc::RecordBatchFileReader::Open(*arrow::io::ReadableFile::Open(path_));
  ASSERT_EQ(reader->num_record_batches(), 5);
  std::vector<std::string> found;
  for (int i = 0; i < 5; ++i) {
    const auto batch = *reader->ReadRecordBatch(i);
    ASSERT_TRUE(batch->ValidateFull().ok());
    const auto& column = static_cast<const arrow::DictionaryArray&>(*batch->column(0));
    for (int64_t k = 0; k < 3; ++k) found.push_back(static_cast<const arrow::StringArray&>(*column.dictionary()).GetString(column.GetValueIndex(k)));
  }
  EXPECT_EQ(found, expected);
}

TEST_F(WriterTest, FoldersAreNamedSafely) {
  arrow::StringBuilder keys;
  for (const char* key : {"a/b", "..", "x=y", "%"}) ASSERT_TRUE(keys.Append(key).ok());
  ASSERT_TRUE(keys.AppendNull().ok());
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("k/1", arrow::utf8()), arrow::field("v", arrow::int64())}), 5,
                                              {*keys.Finish(), Numbers(0, 5)->column(0)});
  auto files = std::make_shared<FileSet>();
  FileTarget target;
  target.path = path_;
  target.partition_by = {"k/1"};
  auto layout = MakeFileLayout(target, batch->schema(), *MakeCsvFormat({}), files, Context());
  ASSERT_TRUE(layout.ok()) << layout.status();
  ASSERT_TRUE((*layout)->Write(0, batch).ok());
  ASSERT_TRUE((*layout)->Finish().ok());
  ASSERT_TRUE(files->Commit().ok());
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(path_)) folders.push_back(entry.path().filename().string());
  std::sort(folders.begin(), folders.end());
  EXPECT_EQ(folders, (std::vector<std::string>{"k%2F1=%25", "k%2F1=..", "k%2F1=__HIVE_DEFAULT_PARTITION__", "k%2F1=a%2Fb", "k%2F1=x%3Dy"}));
  target.partition_by = {"k/1", "v"};
  EXPECT_EQ(KindOf(MakeFileLayout(target, batch->schema(), *MakeCsvFormat({}), files, Context()).status()), ErrorKind::kPlan);
}

TEST(WriterPool, CountsAndNeverRefuses) {
  const auto budget = std::make_shared<Budget>("test", 1 << 20, nullptr);
  {
    WriterPool pool(budget);
    uint8_t* a = nullptr;
    uint8_t* b = nullptr;
    ASSERT_TRUE(pool.Allocate(512 << 10, 64, &a).ok());
    EXPECT_EQ(pool.overdrawn(), 0);
    EXPECT_GE(budget->used(), 512 << 10);
    ASSERT_TRUE(pool.Allocate(4 << 20, 64, &b).ok());
    EXPECT_GT(pool.overdrawn(), 0);
    EXPECT_EQ(KindOf(pool.Exceeded("me")), ErrorKind::kBudgetExceeded);
    pool.Free(b, 4 << 20, 64);
    EXPECT_EQ(pool.overdrawn(), 0);
    ASSERT_TRUE(pool.Reallocate(512 << 10, 1 << 10, 64, &a).ok());
    pool.Free(a, 1 << 10, 64);
    EXPECT_EQ(pool.bytes_allocated(), 0);
  }
  EXPECT_EQ(budget->used(), 0);
}

TEST(WriterPool, KeepsItsShare) {
  const auto budget = std::make_shared<Budget>("test", 8 << 20, nullptr);
  {
    WriterPool pool(budget);
    pool.Keep(2 << 20);
    EXPECT_GE(budget->used(), 2 << 20);
    const int64_t rest = budget->available();
    ASSERT_TRUE(budget->Charge(rest));  // the query takes all that is left
    uint8_t* a = nullptr;
    ASSERT_TRUE(pool.Allocate(1 << 20, 64, &a).ok());
    EXPECT_EQ(pool.overdrawn(), 0);
    pool.Free(a, 1 << 20, 64);
    EXPECT_GE(budget->used(), rest + (2 << 20));
    budget->Release(rest);
  }
  EXPECT_EQ(budget->used(), 0);
  WriterPool pool(budget);
  pool.Keep(int64_t{1} << 40);
  EXPECT_GE(budget->available(), 3 << 20);
}

}  // namespace
}  // namespace bowstring
