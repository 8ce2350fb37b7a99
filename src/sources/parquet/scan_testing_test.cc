// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/scan_testing.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/io/file.h>
#include <arrow/util/decimal.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include "base/budget.h"

namespace bowstring::pq {

arrow::Status RefusingPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  largest_ = std::max(largest_, size);
  if (size > BudgetedPool::kNeverRefused && std::uniform_real_distribution<>()(random_) < share_) return arrow::Status::OutOfMemory("refused by the test");
  return arrow::default_memory_pool()->Allocate(size, alignment, out);
}

arrow::Status RefusingPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) {
  largest_ = std::max(largest_, new_size);
  if (new_size > old_size && std::uniform_real_distribution<>()(random_) < share_) return arrow::Status::OutOfMemory("refused by the test");
  return arrow::default_memory_pool()->Reallocate(old_size, new_size, alignment, ptr);
}

TestContext::TestContext(uint32_t seed, arrow::MemoryPool* pool, int stop_percent)
    : pool_(pool != nullptr ? pool : arrow::default_memory_pool()), exec_(pool_, nullptr), random_(seed), stop_percent_(stop_percent) {
  exec_.set_use_threads(false);
}

bool TestContext::Stop() const noexcept { return static_cast<int>(random_() % 100) < stop_percent_; }

Waker TestContext::Park(ParkReason) {
  auto woken = std::make_shared<std::atomic<bool>>(false);
  woken_ = woken;
  return Waker([woken] {
    woken->store(true);
    woken->notify_all();
  });
}

void TestContext::WaitForWake() { woken_->wait(false); }

namespace {

arrow::Status ReadMorsel(Source* source, const Morsel& morsel, const Walk& walk, int64_t batch_rows, std::mt19937* random, RefusingPool* pool,
                         std::vector<std::shared_ptr<arrow::RecordBatch>>* out) {
  TestContext context((*random)(), pool, walk.stop_percent);
  ARROW_ASSIGN_OR_RAISE(auto cursor, source->Open(morsel, nullptr));
  int64_t last_row = -1;
  for (int64_t calls = 0;; ++calls) {
    if (calls > 20000000) return arrow::Status::Invalid("a cursor never ends");
    Batch batch;
    auto step = cursor->Next(context, &batch);
    if (!step.ok() && step.status().IsOutOfMemory() && pool != nullptr) continue;
    ARROW_RETURN_NOT_OK(step.status());
    if (*step == Step::kParked) {
      context.WaitForWake();
      continue;
    }
    if (batch) {
      EXPECT_EQ(batch.seq.morsel, morsel.number);
      EXPECT_GT(batch.data->num_rows(), 0);
      EXPECT_LE(batch.data->num_rows(), batch_rows);
      EXPECT_GT(batch.first_row, last_row);
      last_row = batch.first_row + batch.data->num_rows() - 1;
      EXPECT_TRUE(batch.data->schema()->Equals(*source->schema()));
      ARROW_RETURN_NOT_OK(batch.data->ValidateFull());
      EXPECT_EQ(batch.rows, nullptr);
      out->push_back(batch.data);
    }
    if (*step == Step::kFinished) return arrow::Status::OK();
    // Rarely in the middle of a batch: what was read for it is lost.
    if (walk.reopen && (*random)() % (batch ? 3 : 2000) == 0) {
      auto mark = cursor->Position();
      EXPECT_TRUE(mark.has_value());
      cursor.reset();
      ARROW_ASSIGN_OR_RAISE(cursor, source->Open(morsel, &*mark));
    }
  }
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Table>> ReadAll(const TableSource& table, const ScanRequest& request, const Walk& walk) {
  std::mt19937 random(walk.seed);
  ARROW_ASSIGN_OR_RAISE(auto source, table.Scan(request));
  RefusingPool* pool = nullptr;
  if (walk.refuse > 0) {
    // Kept: a thread of Arrow's readers may let go of the last buffer some time after they have ended. (A query's pool waits for that.)
    static auto* pools = new std::vector<std::unique_ptr<RefusingPool>>();
    pool = pools->emplace_back(std::make_unique<RefusingPool>(random(), walk.refuse)).get();
  }
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  uint64_t last_number = 0;
  bool first = true;
  for (int32_t lane = 0; lane < source->lanes(); ++lane) {
    TestContext context(random(), pool);
    for (bool more = true; more;) {
      std::vector<Morsel> morsels;
      auto step = source->Split(context, lane, &morsels);
      if (!step.ok() && step.status().IsOutOfMemory() && pool) continue;
      ARROW_RETURN_NOT_OK(step.status());
      if (*step == Step::kParked) context.WaitForWake();
      more = *step != Step::kFinished;
      for (auto& morsel : morsels) {
        EXPECT_TRUE(first || morsel.number > last_number);
        first = false;
        last_number = morsel.number;
        EXPECT_GT(morsel.need + 1, 0);
        std::vector<Morsel> cuts{morsel};
        if (walk.cut && morsel.end - morsel.begin > 1) {
          const int64_t at = morsel.begin + 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(morsel.end - morsel.begin - 1));
          cuts[0].end = at;
          cuts.push_back(morsel);
          cuts[1].begin = at;
        }
        for (const auto& cut : cuts) ARROW_RETURN_NOT_OK(ReadMorsel(source.get(), cut, walk, request.batch_rows, &random, pool, &batches));
      }
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Table::FromRecordBatches(source->schema(), batches));
  return whole->CombineChunks();
}

ScanRequest RequestAll(const TableSource& table, int32_t target_partitions) {
  ScanRequest out;
  for (int i = 0; i < table.schema()->num_fields(); ++i) out.projection.push_back(i);
  out.target_partitions = target_partitions;
  return out;
}

arrow::Result<std::shared_ptr<arrow::Table>> ReadByArrow(const std::string& path, const std::shared_ptr<arrow::Schema>& schema) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
  ARROW_ASSIGN_OR_RAISE(auto reader, ::parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(auto table, reader->ReadTable());
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
  for (const auto& field : schema->fields()) {
    auto column = table->GetColumnByName(field->name());
    if (column == nullptr) return arrow::Status::Invalid("no column ", field->name());
    if (!column->type()->Equals(*field->type())) {
      ARROW_ASSIGN_OR_RAISE(auto cast, arrow::compute::Cast(column, field->type()));
      column = cast.chunked_array();
    }
    columns.push_back(column);
  }
  ARROW_ASSIGN_OR_RAISE(auto out, arrow::Table::Make(schema, columns, table->num_rows())->CombineChunks());
  return out;
}

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "bowstring_parquet_XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}
TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

arrow::Status WriteFile(const std::string& path, const arrow::Table& table, const std::shared_ptr<::parquet::WriterProperties>& properties,
                        int64_t row_group_rows, const std::shared_ptr<::parquet::ArrowWriterProperties>& arrow_properties) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(path));
  ARROW_RETURN_NOT_OK(::parquet::arrow::WriteTable(table, arrow::default_memory_pool(), file, row_group_rows, properties,
                                                   arrow_properties ? arrow_properties : ::parquet::ArrowWriterProperties::Builder().store_schema()->build()));
  return file->Close();
}

std::string ReadBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

namespace {

std::string RandomText(uint64_t key) {
  std::mt19937 random(static_cast<uint32_t>(key * 2654435761u));
  static const int64_t kLengths[] = {0, 1, 3, 4, 5, 11, 12, 13, 16, 20, 40, 100};
  std::string text(static_cast<size_t>(kLengths[random() % 12]), ' ');
  for (auto& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

template <typename Builder, typename Make>
std::shared_ptr<arrow::Array> Build(Builder&& builder, int64_t rows, double nulls, int64_t distinct, std::mt19937* random, Make&& make) {
  std::uniform_real_distribution<> chance;
  int64_t run = 0;
  uint64_t key = 0;
  bool null = false;
  for (int64_t i = 0; i < rows; ++i) {
    if (run == 0) {  // runs now and then, so that both forms of run-length data come up
      run = (*random)() % 50 == 0 ? 1 + (*random)() % 300 : 1;
      key = (*random)() % static_cast<uint64_t>(distinct);
      null = chance(*random) < nulls;
    }
    --run;
    if (null) {
      EXPECT_TRUE(builder.AppendNull().ok());
    } else {
      EXPECT_TRUE(builder.Append(make(key)).ok());
    }
  }
  return builder.Finish().ValueOrDie();
}

// A number from a key, special ones first.
template <typename T>
T Number(uint64_t key) {
  static const T kSpecial[] = {T(0), T(1), std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(), T(-1), T(7)};
  if (key < 6) return kSpecial[key];
  uint64_t mixed = key * 0x9E3779B97F4A7C15ULL;
  if constexpr (std::is_floating_point_v<T>) {
    if (key == 6) return std::numeric_limits<T>::quiet_NaN();
    if (key == 7) return T(-0.0);
    if (key == 8) return std::numeric_limits<T>::infinity();
    return static_cast<T>(static_cast<int64_t>(mixed >> 20)) / T(1000);
  } else {
    return static_cast<T>(key % 2 == 0 ? mixed : mixed >> 44);
  }
}

template <typename ArrowType>
std::shared_ptr<arrow::Array> Numbers(const std::shared_ptr<arrow::DataType>& type, int64_t rows, double nulls, int64_t distinct, std::mt19937* random) {
  using T = typename ArrowType::c_type;
  return Build(arrow::NumericBuilder<ArrowType>(type, arrow::default_memory_pool()), rows, nulls, distinct, random, [](uint64_t key) { return Number<T>(key); });
}

}  // namespace

std::shared_ptr<arrow::Array> RandomArray(const std::shared_ptr<arrow::DataType>& type, int64_t rows, double nulls, int64_t distinct, std::mt19937* random) {
  auto* pool = arrow::default_memory_pool();
  switch (type->id()) {
    case arrow::Type::BOOL: return Build(arrow::BooleanBuilder(), rows, nulls, distinct, random, [](uint64_t key) { return key * 7 % 3 == 0; });
    case arrow::Type::INT8: return Numbers<arrow::Int8Type>(type, rows, nulls, distinct, random);
    case arrow::Type::INT16: return Numbers<arrow::Int16Type>(type, rows, nulls, distinct, random);
    case arrow::Type::INT32: return Numbers<arrow::Int32Type>(type, rows, nulls, distinct, random);
    case arrow::Type::INT64: return Numbers<arrow::Int64Type>(type, rows, nulls, distinct, random);
    case arrow::Type::UINT8: return Numbers<arrow::UInt8Type>(type, rows, nulls, distinct, random);
    case arrow::Type::UINT16: return Numbers<arrow::UInt16Type>(type, rows, nulls, distinct, random);
    case arrow::Type::UINT32: return Numbers<arrow::UInt32Type>(type, rows, nulls, distinct, random);
    case arrow::Type::UINT64: return Numbers<arrow::UInt64Type>(type, rows, nulls, distinct, random);
    case arrow::Type::FLOAT: return Numbers<arrow::FloatType>(type, rows, nulls, distinct, random);
    case arrow::Type::DOUBLE: return Numbers<arrow::DoubleType>(type, rows, nulls, distinct, random);
    case arrow::Type::DATE32: return Numbers<arrow::Date32Type>(type, rows, nulls, distinct, random);
    case arrow::Type::TIME32:
      return Build(arrow::Time32Builder(type, pool), rows, nulls, distinct, random, [](uint64_t key) { return static_cast<int32_t>(key * 7919 % 86400000); });
    case arrow::Type::TIME64:
      return Build(arrow::Time64Builder(type, pool), rows, nulls, distinct, random, [](uint64_t key) { return static_cast<int64_t>(key * 7919 % 86400000000); });
    case arrow::Type::TIMESTAMP:
      return Build(arrow::TimestampBuilder(type, pool), rows, nulls, distinct, random, [](uint64_t key) { return static_cast<int64_t>(key * 1234567891011 % 4000000000000000000); });
    case arrow::Type::DURATION: return Numbers<arrow::DurationType>(type, rows, nulls, distinct, random);
    case arrow::Type::HALF_FLOAT: return Build(arrow::HalfFloatBuilder(type, pool), rows, nulls, distinct, random, [](uint64_t key) { return static_cast<uint16_t>(key * 31 % 30000); });
    case arrow::Type::STRING: return Build(arrow::StringBuilder(), rows, nulls, distinct, random, RandomText);
    case arrow::Type::LARGE_STRING: return Build(arrow::LargeStringBuilder(), rows, nulls, distinct, random, RandomText);
    case arrow::Type::STRING_VIEW: return Build(arrow::StringViewBuilder(), rows, nulls, distinct, random, RandomText);
    case arrow::Type::BINARY: return Build(arrow::BinaryBuilder(), rows, nulls, distinct, random, RandomText);
    case arrow::Type::FIXED_SIZE_BINARY: {
      const auto width = static_cast<size_t>(static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width());
      return Build(arrow::FixedSizeBinaryBuilder(type, pool), rows, nulls, distinct, random, [=](uint64_t key) {
        std::string text = RandomText(key);
        text.resize(width, static_cast<char>('A' + key % 20));
        return text;
      });
    }
    case arrow::Type::DECIMAL128: {
      const int32_t digits = static_cast<const arrow::DecimalType&>(*type).precision();
      const arrow::Decimal128 limit = arrow::Decimal128::GetMaxValue(digits);
      return Build(arrow::Decimal128Builder(type, pool), rows, nulls, distinct, random, [=](uint64_t key) {
        if (key == 0) return limit;
        if (key == 1) return arrow::Decimal128(-limit);
        arrow::Decimal128 value(static_cast<int64_t>(key * 0x9E3779B97F4A7C15ULL >> 2), key * 0xDA942042E4DD58B5ULL);
        return arrow::Decimal128(key % 2 == 0 ? value % limit : -(value % limit));
      });
    }
    case arrow::Type::DECIMAL256:
      return Build(arrow::Decimal256Builder(type, pool), rows, nulls, distinct, random, [](uint64_t key) { return arrow::Decimal256(static_cast<int64_t>(key * 977)); });
    case arrow::Type::LIST: {
      auto values = RandomArray(static_cast<const arrow::ListType&>(*type).value_type(), rows * 2, nulls, distinct, random);
      arrow::Int32Builder offsets;
      int32_t at = 0;
      for (int64_t i = 0; i <= rows; ++i) {
        EXPECT_TRUE(offsets.Append(at).ok());
        at = std::min<int32_t>(at + static_cast<int32_t>((*random)() % 4), static_cast<int32_t>(rows * 2));
      }
      return arrow::ListArray::FromArrays(*offsets.Finish().ValueOrDie(), *values).ValueOrDie();
    }
    case arrow::Type::STRUCT: {
      arrow::ArrayVector children;
      for (const auto& field : type->fields()) children.push_back(RandomArray(field->type(), rows, nulls, distinct, random));
      return arrow::StructArray::Make(children, type->fields()).ValueOrDie();
    }
    case arrow::Type::DICTIONARY: {
      auto text = RandomArray(arrow::utf8(), rows, nulls, std::min<int64_t>(distinct, 50), random);
      return arrow::compute::DictionaryEncode(text).ValueOrDie().make_array();
    }
    default: ADD_FAILURE() << "no generator for " << type->ToString(); return nullptr;
  }
}

bool FullRun() {
  const char* full = std::getenv("BOWSTRING_FULL");
  return full != nullptr && full[0] == '1';
}

}  // namespace bowstring::pq
