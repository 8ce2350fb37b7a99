// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Our decode beside Arrow's reader, over a generated corpus.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <parquet/properties.h>

#include "sources/parquet/scan_testing.h"

namespace bowstring::pq {
namespace {

using ::parquet::Encoding;
using ::parquet::ParquetDataPageVersion;

struct Kind {
  std::shared_ptr<arrow::DataType> type;
  std::vector<Encoding::type> encodings;  // besides dictionaries
  bool int96 = false;
};

std::vector<Kind> Kinds() {
  const std::vector<Encoding::type> integers = {Encoding::PLAIN, Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT};
  const std::vector<Encoding::type> floats = {Encoding::PLAIN, Encoding::BYTE_STREAM_SPLIT};
  const std::vector<Encoding::type> texts = {Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY};
  const std::vector<Encoding::type> fixed = {Encoding::PLAIN, Encoding::DELTA_BYTE_ARRAY, Encoding::BYTE_STREAM_SPLIT};
  return {
      {arrow::boolean(), {Encoding::PLAIN, Encoding::RLE}},
      {arrow::int8(), integers},
      {arrow::int16(), integers},
      {arrow::int32(), integers},
      {arrow::int64(), integers},
      {arrow::uint8(), integers},
      {arrow::uint16(), integers},
      {arrow::uint32(), integers},
      {arrow::uint64(), integers},
      {arrow::float32(), floats},
      {arrow::float64(), floats},
      {arrow::float16(), fixed},
      {arrow::date32(), integers},
      {arrow::time32(arrow::TimeUnit::MILLI), integers},
      {arrow::time64(arrow::TimeUnit::MICRO), integers},
      {arrow::time64(arrow::TimeUnit::NANO), integers},
      {arrow::timestamp(arrow::TimeUnit::MILLI), integers},
      {arrow::timestamp(arrow::TimeUnit::MICRO, "Europe/Berlin"), integers},
      {arrow::timestamp(arrow::TimeUnit::NANO), integers},
      {arrow::timestamp(arrow::TimeUnit::NANO), {Encoding::PLAIN}, true},
      {arrow::duration(arrow::TimeUnit::MICRO), integers},
      {arrow::utf8(), texts},
      {arrow::large_utf8(), texts},
      {arrow::utf8_view(), texts},
      {arrow::binary(), texts},
      {arrow::fixed_size_binary(3), fixed},
      {arrow::fixed_size_binary(16), fixed},
      {arrow::fixed_size_binary(40), fixed},
      {arrow::decimal128(4, 2), fixed},
      {arrow::decimal128(15, 2), fixed},
      {arrow::decimal128(18, 0), fixed},
      {arrow::decimal128(19, 3), fixed},
      {arrow::decimal128(38, 10), fixed},
      {arrow::decimal256(40, 2), {Encoding::PLAIN}},
      {arrow::list(arrow::int32()), {Encoding::PLAIN}},
      {arrow::struct_({arrow::field("x", arrow::int64()), arrow::field("y", arrow::utf8())}), {Encoding::PLAIN}},
      {arrow::dictionary(arrow::int32(), arrow::utf8()), {Encoding::PLAIN}},
  };
}

constexpr Encoding::type kDictionary = Encoding::RLE_DICTIONARY;

struct Case {
  size_t kind;
  Encoding::type encoding;
  arrow::Compression::type codec;
  int version;
  bool nullable;
  int size;  // see Rows
};

std::vector<Case> AllCases() {
  std::vector<Case> out;
  const auto kinds = Kinds();
  const arrow::Compression::type codecs[] = {arrow::Compression::UNCOMPRESSED, arrow::Compression::SNAPPY, arrow::Compression::ZSTD,
                                             arrow::Compression::LZ4,          arrow::Compression::GZIP,   arrow::Compression::BROTLI};
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    auto encodings = kinds[kind].encodings;
    if (kinds[kind].type->id() != arrow::Type::BOOL) encodings.push_back(kDictionary);
    for (auto encoding : encodings) {
      for (auto codec : codecs) {
        for (int version : {1, 2}) {
          for (bool nullable : {false, true}) {
            for (int size = 0; size < 6; ++size) out.push_back({kind, encoding, codec, version, nullable, size});
          }
        }
      }
    }
  }
  return out;
}

void RunCase(const Case& c, uint32_t seed, const TempFolder& folder) {
  const Kind kind = Kinds()[c.kind];
  std::mt19937 random(seed);
  const int64_t rows = std::vector<int64_t>{0, 1, 9, 3000, 20000, 5000}[static_cast<size_t>(c.size)];
  const double nulls = !c.nullable ? 0 : c.size == 5 ? 1.0 : std::vector<double>{0.0, 0.02, 0.5, 0.98}[random() % 4];
  const int64_t distinct = std::vector<int64_t>{1, 3, 40, 5000, 1000000}[random() % 5];
  const bool delta = c.encoding == Encoding::DELTA_BYTE_ARRAY;
  auto first = RandomArray(kind.type, rows, nulls, distinct, &random);
  auto number = RandomArray(arrow::int64(), rows, 0, 1000, &random);
  auto text = RandomArray(arrow::utf8(), rows, 0.1, 100, &random);
  auto schema = arrow::schema({arrow::field("c", first->type(), c.nullable), arrow::field("n", arrow::int64(), false), arrow::field("t", arrow::utf8())});
  auto table = arrow::Table::Make(schema, {first, number, text}, rows);

  ::parquet::WriterProperties::Builder builder;
  builder.compression(c.codec)->data_page_version(c.version == 1 ? ParquetDataPageVersion::V1 : ParquetDataPageVersion::V2);
  builder.version(::parquet::ParquetVersion::PARQUET_2_6);
  builder.data_pagesize(int64_t{1} << (8 + random() % 9))->write_batch_size(1 + random() % 500);
  if (random() % 2) builder.max_rows_per_page(100 + random() % 3000);
  if (random() % 2) builder.enable_write_page_index();
  if (random() % 2) builder.enable_page_checksum();
  if (c.encoding == kDictionary) {
    builder.enable_dictionary()->dictionary_pagesize_limit(int64_t{1} << (6 + random() % 15));
  } else {
    builder.disable_dictionary("c")->encoding("c", c.encoding);
  }
  if (random() % 2) builder.enable_store_decimal_as_integer();
  // Values as integers don't go with encodings for bytes.
  const bool decimal = kind.type->id() == arrow::Type::DECIMAL128;
  const bool decimal256 = kind.type->id() == arrow::Type::DECIMAL256;
  if (decimal && delta) builder.disable_store_decimal_as_integer();
  ::parquet::ArrowWriterProperties::Builder arrow_builder;
  arrow_builder.store_schema();
  if (kind.int96) arrow_builder.enable_deprecated_int96_timestamps();
  const std::string path = folder.File("case.parquet");
  const int64_t group_rows = std::max<int64_t>(1, random() % 3 == 0 ? rows : rows / 3 + 1);
  arrow::Status written = WriteFile(path, *table, builder.build(), group_rows, arrow_builder.build());
  ASSERT_TRUE(written.ok()) << written.ToString();

  ParquetReadOptions options;
  options.verify_checksums = true;
  options.always_io_threads = random() % 4 == 0;
  auto opened = OpenParquet({path}, options);
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  const TableSource& source = **opened;
  EXPECT_EQ(source.statistics().rows, rows);
  ScanRequest request = RequestAll(source, 1 + static_cast<int32_t>(random() % 4));
  request.batch_rows = std::vector<int64_t>{1000, 16384, 7}[random() % 3];
  if (rows > 5000 && request.batch_rows == 7) request.batch_rows = 700;
  if (random() % 3 == 0) std::shuffle(request.projection.begin(), request.projection.end(), random);
  if (random() % 3 == 0) request.projection.resize(1 + random() % 2);
  auto scan = source.Scan(request);
  ASSERT_TRUE(scan.ok()) << scan.status().ToString();
  auto expected = ReadByArrow(path, (*scan)->schema());
  ASSERT_TRUE(expected.ok()) << expected.status().ToString();

  Walk walk;
  walk.seed = seed;
  walk.reopen = random() % 2;
  walk.cut = random() % 2;
  // Arrow's reader begins anew after each refusal.
  const bool by_arrow = decimal256 || kind.type->num_fields() > 0 || kind.type->id() == arrow::Type::DICTIONARY;
  walk.refuse = random() % 3 != 0 ? 0 : by_arrow ? 0.001 : 0.2;
  auto got = ReadAll(source, request, walk);
  ASSERT_TRUE(got.ok()) << got.status().ToString();
  ASSERT_TRUE((*got)->ValidateFull().ok()) << (*got)->ValidateFull().ToString();
  ASSERT_EQ((*got)->num_rows(), rows);
  for (int i = 0; i < (*got)->num_columns(); ++i) {
    ASSERT_TRUE((*got)->column(i)->Equals(*(*expected)->column(i), arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false)))
        << "column " << (*got)->field(i)->ToString() << "\n" << (*got)->column(i)->ToString().substr(0, 2000) << "\n"
        << (*expected)->column(i)->ToString().substr(0, 2000);
  }
}

TEST(ParquetCorpus, SameAsArrow) {
  TempFolder folder;
  auto cases = AllCases();
  const char* seed_text = std::getenv("BOWSTRING_SEED");
  const uint32_t seed = seed_text ? static_cast<uint32_t>(std::atol(seed_text)) : 20261122;
  std::mt19937 random(seed);
  std::shuffle(cases.begin(), cases.end(), random);
  if (!FullRun()) cases.resize(600);
  for (const Case& c : cases) {
    const uint32_t case_seed = random();
    SCOPED_TRACE(Kinds()[c.kind].type->ToString() + " " + ::parquet::EncodingToString(c.encoding) + " codec " + std::to_string(c.codec) + " v" +
                 std::to_string(c.version) + (c.nullable ? " nullable" : " required") + " size " + std::to_string(c.size) + " seed " +
                 std::to_string(case_seed));
    const auto begin = std::chrono::steady_clock::now();
    RunCase(c, case_seed, folder);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_LT(seconds, 60);
    if (std::getenv("BOWSTRING_TRACE")) std::fprintf(stderr, "%.3f s kind %zu encoding %d size %d\n", seconds, c.kind, int(c.encoding), c.size);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace bowstring::pq
