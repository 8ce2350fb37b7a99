// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/aggregate_core.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/compute/initialize.h>

#include "exec/aggregate_drive.h"

namespace bowstring::exec {
namespace {

using drive::Aggregated;
using drive::Call;
using drive::Settings;

// Columns: 0 number key, 1 text key, 2 float key, 3 int, 4 double (whole numbers), 5 decimal64, 6 text, 7 flag, 8 view of 1, 9 dictionary of 1, 10 date.
struct Data {
  std::shared_ptr<arrow::Schema> schema;
  std::vector<Batch> batches;
  struct Row {
    std::optional<int64_t> key, number;
    std::optional<std::string> text_key, text;
    double float_key;
    std::optional<double> real;
    int64_t decimal;
    std::optional<bool> flag;
    int32_t date;
  };
  std::vector<Row> rows;
};

Data MakeData(int64_t n, int64_t keys, uint64_t seed, int64_t batch_rows = 1000) {
  std::mt19937_64 random(seed);
  Data data;
  data.schema = arrow::schema({arrow::field("k", arrow::int64()), arrow::field("tk", arrow::utf8()), arrow::field("fk", arrow::float64()),
                               arrow::field("i", arrow::int64()), arrow::field("d", arrow::float64()), arrow::field("m", arrow::decimal64(15, 2)),
                               arrow::field("t", arrow::utf8_view()), arrow::field("b", arrow::boolean()), arrow::field("vk", arrow::utf8_view()),
                               arrow::field("dk", arrow::dictionary(arrow::int32(), arrow::utf8())), arrow::field("day", arrow::date32(), false)});
  for (int64_t begin = 0; begin < n; begin += batch_rows) {
    arrow::Int64Builder k, i;
    arrow::StringBuilder tk;
    arrow::DoubleBuilder fk, d;
    arrow::Decimal64Builder m(arrow::decimal64(15, 2));
    arrow::StringViewBuilder t, vk;
    arrow::BooleanBuilder b;
    arrow::StringDictionary32Builder dk;
    arrow::Date32Builder day;
    for (int64_t r = begin; r < std::min(n, begin + batch_rows); ++r) {
      Data::Row row;
      const auto chance = [&](int one_in) { return random() % one_in == 0; };
      if (!chance(20)) row.key = static_cast<int64_t>(random() % keys) - keys / 2;
      const int64_t text = static_cast<int64_t>(random() % std::max<int64_t>(1, keys / 3));
      if (!chance(15)) row.text_key = text % 2 ? "k" + std::to_string(text) : "a longer key than twelve bytes " + std::to_string(text);
      const double floats[] = {0.0, -0.0, std::nan("1"), -std::nan("2"), 1.5, -1.5, INFINITY};
      row.float_key = floats[random() % 7];
      if (!chance(10)) row.number = static_cast<int64_t>(random() % 2001) - 1000;
      if (!chance(10)) row.real = static_cast<double>(static_cast<int64_t>(random() % 1001) - 500);
      row.decimal = static_cast<int64_t>(random() % 100000) - 50000;
      if (!chance(10)) row.text = "value " + std::to_string(random() % 100000) + (chance(2) ? " and a long rest of it" : "");
      if (!chance(5)) row.flag = chance(2);
      row.date = static_cast<int32_t>(random() % 3000);
      const auto put = [](auto& builder, const auto& value) {
        ASSERT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
      };
      put(k, row.key), put(tk, row.text_key), put(vk, row.text_key), put(dk, row.text_key), put(i, row.number), put(d, row.real), put(t, row.text);
      put(b, row.flag);
      EXPECT_TRUE(fk.Append(row.float_key).ok() && m.Append(arrow::Decimal64(row.decimal)).ok() && day.Append(row.date).ok());
      data.rows.push_back(row);
    }
    const auto finish = [](auto& builder) { return *builder.Finish(); };
    const int64_t rows = std::min(n, begin + batch_rows) - begin;
    Batch batch;
    batch.seq.morsel = static_cast<uint64_t>(data.batches.size());
    batch.data = arrow::RecordBatch::Make(
        data.schema, rows,
        arrow::ArrayVector{finish(k), finish(tk), finish(fk), finish(i), finish(d), finish(m), finish(t), finish(b), finish(vk), finish(dk), finish(day)});
    data.batches.push_back(std::move(batch));
  }
  return data;
}

const std::vector<Call> kCalls = {{"count", {}}, {"count", {3}}, {"sum", {3}}, {"avg", {3}}, {"min", {3}}, {"max", {3}},
                                  {"sum", {4}}, {"sum", {5}}, {"min", {6}}, {"max", {6}}, {"count", {}, 7}, {"sum", {3}, 7}, {"max", {10}}};

// The same by plain maps and loops.
std::vector<std::string> Expected(const Data& data, const std::function<std::string(const Data::Row&)>& key, bool always_one = false) {
  struct Sums {
    int64_t rows = 0, numbers = 0, sum = 0, reals = 0, money = 0, passed = 0, passed_numbers = 0, passed_sum = 0;
    double real = 0;
    std::optional<int64_t> least, most;
    std::optional<std::string> first, last;
    int32_t date = -1;
  };
  std::map<std::string, Sums> groups;
  if (always_one) groups[""];
  for (const Data::Row& row : data.rows) {
    Sums& s = groups[key(row)];
    ++s.rows;
    const bool passes = row.flag.value_or(false);
    s.passed += passes;
    if (row.number) {
      ++s.numbers;
      s.sum += *row.number;
      s.least = s.least ? std::min(*s.least, *row.number) : *row.number;
      s.most = s.most ? std::max(*s.most, *row.number) : *row.number;
      if (passes) ++s.passed_numbers, s.passed_sum += *row.number;
    }
    if (row.real) ++s.reals, s.real += *row.real;
    s.money += row.decimal;
    if (row.text && (!s.first || *row.text < *s.first)) s.first = *row.text;
    if (row.text && (!s.last || *row.text > *s.last)) s.last = *row.text;
    s.date = std::max(s.date, row.date);
  }
  std::vector<std::string> rows;
  for (const auto& [name, s] : groups) {
    const auto text = [](bool there, const arrow::Scalar& scalar) { return (there ? scalar.ToString() : "null") + "|"; };
    const auto number = [&](bool there, int64_t value) { return text(there, arrow::Int64Scalar(value)); };
    std::string row = name + number(true, s.rows) + number(true, s.numbers) + number(s.numbers, s.sum) +
                      text(s.numbers, arrow::DoubleScalar(s.numbers ? static_cast<double>(s.sum) / static_cast<double>(s.numbers) : 0)) +
                      number(s.least.has_value(), s.least.value_or(0)) + number(s.most.has_value(), s.most.value_or(0)) +
                      text(s.reals, arrow::DoubleScalar(s.real)) + text(s.rows, arrow::Decimal128Scalar(arrow::Decimal128(s.money), arrow::decimal128(25, 2))) +
                      text(s.first.has_value(), arrow::StringScalar(s.first.value_or(""))) + text(s.last.has_value(), arrow::StringScalar(s.last.value_or(""))) +
                      number(true, s.passed) + number(s.passed_numbers, s.passed_sum) + text(s.rows, arrow::Date32Scalar(s.date));
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string NumberKey(const Data::Row& row) { return row.key ? std::to_string(*row.key) + "|" : "null|"; }
std::string TextKey(const Data::Row& row) { return row.text_key ? *row.text_key + "|" : "null|"; }
std::string FloatKey(const Data::Row& row) {
  const double value = row.float_key == 0 ? 0.0 : std::isnan(row.float_key) ? std::nan("") : row.float_key;
  return arrow::DoubleScalar(value).ToString() + "|";
}

void Check(const Data& data, const std::vector<int>& keys, const std::function<std::string(const Data::Row&)>& key, Settings settings,
           int64_t partition_bytes = 8 << 20, bool must_evict = false) {
  int64_t evictions = 0;
  auto rows = Aggregated(settings, data.batches, *data.schema, keys, kCalls, partition_bytes, &evictions);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString() << " seed " << settings.seed;
  const auto expected = Expected(data, key, keys.empty());
  ASSERT_EQ(rows->size(), expected.size()) << "seed " << settings.seed;
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ((*rows)[i], expected[i]) << "seed " << settings.seed;
  if (must_evict) {
    EXPECT_GT(evictions, 0);
  }
}

TEST(Aggregate, KeysOfEachKindAndAnyNumberOfWorkers) {
  for (const int64_t keys : {1, 7, 50000}) {
    const Data data = MakeData(12000, keys, 11 + static_cast<uint64_t>(keys));
    for (const int threads : {1, 2, 8}) {
      Settings settings;
      settings.threads = threads;
      Check(data, {0}, NumberKey, settings);
      Check(data, {1}, TextKey, settings);
      Check(data, {8}, TextKey, settings);
      Check(data, {2}, FloatKey, settings);
      Check(data, {2, 0, 1}, [](const Data::Row& row) { return FloatKey(row) + NumberKey(row) + TextKey(row); }, settings);
    }
  }
}

TEST(Aggregate, NoKeysIsOneRowAlways) {
  const Data data = MakeData(5000, 10, 3), empty = MakeData(0, 10, 3);
  for (const int threads : {1, 2}) {
    Settings settings;
    settings.threads = threads;
    Check(data, {}, [](const Data::Row&) { return ""; }, settings);
    Check(empty, {}, [](const Data::Row&) { return ""; }, settings);
    Check(empty, {0}, NumberKey, settings);
  }
}

TEST(Aggregate, DictionaryKeysComeBackAsDictionaries) {
  const Data data = MakeData(5000, 300, 3);
  Settings settings;
  auto rows = Aggregated(settings, data.batches, *data.schema, {9}, {{"count", {}}}, 8 << 20);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  auto plain = Aggregated(settings, data.batches, *data.schema, {1}, {{"count", {}}}, 8 << 20);
  EXPECT_EQ(rows->size(), plain->size());
}

TEST(Aggregate, EvictionsAtRandomMoments) {
  for (uint64_t seed = 1; seed <= 9; ++seed) {
    const Data data = MakeData(10000, seed % 3 == 0 ? 20 : 8000, seed, 250);
    Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.evict = 0.2;
    settings.stop = 0.3;
    settings.seed = seed;
    Check(data, {0}, NumberKey, settings, seed % 2 ? 8 << 20 : 64 << 10, true);
    Check(data, {1, 0}, [](const Data::Row& row) { return TextKey(row) + NumberKey(row); }, settings, 32 << 10, true);
  }
}

TEST(Aggregate, AllocationsFailAtRandom) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const Data data = MakeData(8000, 3000, seed);
    Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 2);
    settings.refuse = 0.01;
    settings.evict = seed % 2 ? 0.05 : 0;
    settings.seed = seed;
    Check(data, {0}, NumberKey, settings, 64 << 10);
    Check(data, {1, 2}, [](const Data::Row& row) { return TextKey(row) + FloatKey(row); }, settings);
  }
}

TEST(Aggregate, TinyBudget) {
  const Data data = MakeData(60000, 40000, 5);
  Settings settings;
  settings.limit = 9 << 20;
  for (const int threads : {1, 2}) {
    settings.threads = threads;
    Check(data, {0}, NumberKey, settings, 64 << 10, true);
  }
}

TEST(Aggregate, ManyGroupsResetAndGrow) {
  // Enough groups for the slots to be thrown away (all different), to grow (each met again and again), and keys in order.
  for (const int shape : {0, 1, 2}) {
    arrow::Int64Builder keys;
    std::vector<Batch> batches;
    const int64_t n = 600000;
    auto schema = arrow::schema({arrow::field("k", arrow::int64(), false)});
    for (int64_t i = 0; i < n; ++i) {
      ASSERT_TRUE(keys.Append(shape == 0 ? i * 7919 : shape == 1 ? (i * 7919) % 150001 : i / 4).ok());
      if (i % 16384 != 16383 && i != n - 1) continue;
      Batch batch;
      batch.seq.morsel = static_cast<uint64_t>(batches.size());
      auto array = *keys.Finish();
      batch.data = arrow::RecordBatch::Make(schema, array->length(), {array});
      batches.push_back(std::move(batch));
    }
    for (const int threads : {1, 2}) {
      Settings settings;
      settings.threads = threads;
      auto rows = Aggregated(settings, batches, *schema, {0}, {{"count", {}}}, 8 << 20);
      ASSERT_TRUE(rows.ok()) << rows.status().ToString();
      ASSERT_EQ(rows->size(), static_cast<size_t>(shape == 0 ? n : shape == 1 ? 150001 : n / 4));
      if (shape != 1) {
        EXPECT_NE((*rows)[0].find(shape == 0 ? "|1|" : "|4|"), std::string::npos);
      }
      for (size_t i = 1; i < rows->size(); ++i) ASSERT_NE((*rows)[i], (*rows)[i - 1]);
    }
  }
}

TEST(Aggregate, SumsThatDoNotFitAreErrors) {
  auto schema = arrow::schema({arrow::field("i", arrow::int64())});
  arrow::Int64Builder builder;
  ASSERT_TRUE(builder.AppendValues({INT64_MAX, 1, INT64_MAX}).ok());
  auto array = *builder.Finish();
  std::vector<Batch> batches(1);
  batches[0].data = arrow::RecordBatch::Make(schema, 3, {array});
  auto rows = Aggregated(Settings(), batches, *schema, {}, {{"sum", {0}}}, 1 << 20);
  EXPECT_NE(rows.status().ToString().find("Arithmetic overflow"), std::string::npos) << rows.status().ToString();
  // It is the whole that counts, not its parts.
  ASSERT_TRUE(builder.AppendValues({INT64_MAX, 1, -INT64_MAX}).ok());
  batches[0].data = arrow::RecordBatch::Make(schema, 3, {*builder.Finish()});
  rows = Aggregated(Settings(), batches, *schema, {}, {{"sum", {0}}}, 1 << 20);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[0], "1|");
}

}  // namespace
}  // namespace bowstring::exec
