// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Damaged files: an error or the rows, never a crash, a hang or a huge allocation.

#include <chrono>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>

#include "sources/parquet/scan_testing.h"

namespace bowstring::pq {
namespace {

std::string SmallFile(uint32_t seed, const TempFolder& folder) {
  std::mt19937 random(seed);
  const int64_t rows = 300;
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  ::parquet::WriterProperties::Builder builder;
  const arrow::Compression::type codecs[] = {arrow::Compression::UNCOMPRESSED, arrow::Compression::SNAPPY, arrow::Compression::ZSTD, arrow::Compression::LZ4,
                                             arrow::Compression::GZIP};
  builder.compression(codecs[random() % 5]);
  builder.data_page_version(random() % 2 ? ::parquet::ParquetDataPageVersion::V1 : ::parquet::ParquetDataPageVersion::V2);
  builder.data_pagesize(300)->write_batch_size(50);
  if (random() % 2) builder.enable_write_page_index();
  auto add = [&](const std::string& name, const std::shared_ptr<arrow::DataType>& type, std::vector<::parquet::Encoding::type> encodings) {
    auto array = RandomArray(type, rows, random() % 2 ? 0.2 : 0, 20 + random() % 1000, &random);
    fields.push_back(arrow::field(name, array->type()));
    columns.push_back(array);
    const size_t pick = random() % (encodings.size() + 1);
    if (pick < encodings.size()) builder.disable_dictionary(name)->encoding(name, encodings[pick]);
  };
  using ::parquet::Encoding;
  add("i", arrow::int64(), {Encoding::PLAIN, Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT});
  add("t", arrow::utf8(), {Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY});
  add("d", arrow::decimal128(15, 2), {Encoding::PLAIN});
  add("b", arrow::boolean(), {Encoding::RLE, Encoding::PLAIN});
  if (seed % 4 == 0) add("l", arrow::list(arrow::int32()), {});
  auto table = arrow::Table::Make(arrow::schema(fields), columns, rows);
  EXPECT_TRUE(WriteFile(folder.File("sound.parquet"), *table, builder.build(), 150).ok());
  return ReadBytes(folder.File("sound.parquet"));
}

// True where the file could be read.
bool TryRead(const std::string& bytes, const TempFolder& folder, uint32_t seed) {
  const std::string path = folder.File("damaged.parquet");
  WriteBytes(path, bytes);
  const auto begin = std::chrono::steady_clock::now();
  auto opened = OpenParquet({path});
  if (!opened.ok()) {
    EXPECT_NE(opened.status().message().find(path), std::string::npos) << opened.status().ToString();
    return false;
  }
  auto source = (*opened)->Scan(RequestAll(**opened));
  bool ok = source.ok();
  if (ok) {
    RefusingPool pool(0, 0);
    {
      TestContext context(seed, &pool);
      std::vector<Morsel> morsels;
      auto owned = *std::move(source);
      for (int32_t lane = 0; ok && lane < owned->lanes(); ++lane) {
        while (true) {
          auto step = owned->Split(context, lane, &morsels);
          ok = step.ok();
          if (ok && *step == Step::kParked) context.WaitForWake();
          if (!ok || *step == Step::kFinished) break;
        }
      }
      for (size_t i = 0; ok && i < morsels.size(); ++i) {
        auto cursor = owned->Open(morsels[i], nullptr).ValueOrDie();
        for (int64_t calls = 0;; ++calls) {
          EXPECT_LT(calls, 1000000);
          Batch batch;
          auto step = cursor->Next(context, &batch);
          ok = step.ok();
          if (!ok) {
            EXPECT_NE(step.status().message().find(path), std::string::npos) << step.status().ToString();
          }
          if (ok && batch) {  // reads every value; damaged text needn't be valid UTF-8
            (void)batch.data->ValidateFull();
          }
          if (ok && *step == Step::kParked) context.WaitForWake();
          if (!ok || *step == Step::kFinished) break;
        }
      }
    }
    EXPECT_LT(pool.largest(), int64_t{512} << 20);
  }
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 20);
  return ok;
}

TEST(ParquetDamage, FlippedAndTruncated) {
  TempFolder folder;
  const int files = FullRun() ? 60 : 12, tries = FullRun() ? 400 : 80;
  int64_t failed = 0, read = 0;
  for (int file = 0; file < files; ++file) {
    const std::string sound = SmallFile(static_cast<uint32_t>(file), folder);
    ASSERT_TRUE(TryRead(sound, folder, 1));
    std::mt19937 random(static_cast<uint32_t>(1000 + file));
    for (int i = 0; i < tries; ++i) {
      std::string bytes = sound;
      SCOPED_TRACE("file " + std::to_string(file) + " try " + std::to_string(i));
      if (i % 8 == 0) {
        bytes.resize(random() % bytes.size());
      } else {
        const int flips = 1 + static_cast<int>(random() % 3);
        for (int k = 0; k < flips; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      TryRead(bytes, folder, random()) ? ++read : ++failed;
      if (testing::Test::HasFailure()) {
        WriteBytes("/tmp/bowstring_damaged.parquet", bytes);
        return;
      }
    }
  }
  EXPECT_GT(failed, 0);
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace bowstring::pq
