// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The aggregate functions beyond count, sum, avg, min, max: against loops written out here, for any number of workers, with evictions and failing
// allocations.

#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <arrow/api.h>

#include "exec/aggregate_drive.h"

namespace bowstring::exec {
namespace {

using drive::Aggregated;
using drive::Call;
using drive::Settings;

// Columns: 0 key, 1 int, 2 double of int, 3 text, 4 flag, 5 list of int, 6 double of the row's number, 7 decimal64, 8 text delimiter, 9 the constant 0.25.
struct Row {
  int64_t key;
  std::optional<int64_t> number;
  std::optional<std::string> text;
  std::optional<bool> flag;
};

std::shared_ptr<arrow::Schema> Schema() {
  return arrow::schema({arrow::field("k", arrow::int64()), arrow::field("i", arrow::int64()), arrow::field("x", arrow::float64()),
                        arrow::field("t", arrow::utf8()), arrow::field("b", arrow::boolean()), arrow::field("l", arrow::list(arrow::int64())),
                        arrow::field("n", arrow::float64()), arrow::field("m", arrow::decimal64(15, 2)), arrow::field("delimiter", arrow::utf8()),
                        arrow::field("p", arrow::float64())});
}

std::vector<Batch> Make(int64_t n, int64_t keys, uint64_t seed, std::vector<Row>* rows) {
  std::mt19937_64 random(seed);
  std::vector<Batch> batches;
  for (int64_t begin = 0; begin < n; begin += 500) {
    arrow::Int64Builder k, i;
    arrow::DoubleBuilder x, number, p;
    arrow::StringBuilder t, delimiter;
    arrow::BooleanBuilder b;
    auto entries = std::make_shared<arrow::Int64Builder>();
    arrow::ListBuilder l(arrow::default_memory_pool(), entries);
    arrow::Decimal64Builder m(arrow::decimal64(15, 2));
    for (int64_t r = begin; r < std::min(n, begin + 500); ++r) {
      Row row;
      row.key = static_cast<int64_t>(random() % keys);
      if (random() % 8) row.number = static_cast<int64_t>(random() % 1000);
      if (random() % 8) row.text = "t" + std::to_string(random() % 50) + std::string(random() % 20, 'y');
      if (random() % 4) row.flag = random() % 2;
      const auto put = [](auto& builder, const auto& value) { EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok()); };
      EXPECT_TRUE(k.Append(row.key).ok());
      put(i, row.number), put(x, row.number), put(t, row.text), put(b, row.flag);
      EXPECT_TRUE(number.Append(static_cast<double>(r)).ok() && delimiter.Append(",").ok() && p.Append(0.25).ok());
      EXPECT_TRUE((row.number ? m.Append(arrow::Decimal64(*row.number)) : m.AppendNull()).ok());
      if (row.number) {
        EXPECT_TRUE(l.Append().ok() && entries->Append(*row.number).ok() && entries->Append(7).ok());
      } else {
        EXPECT_TRUE(l.AppendNull().ok());
      }
      rows->push_back(row);
    }
    const auto finish = [](auto& builder) -> std::shared_ptr<arrow::Array> { return *builder.Finish(); };
    Batch batch;
    batch.seq.morsel = static_cast<uint64_t>(begin / 1000);
    batch.first_row = begin % 1000;
    batch.data = arrow::RecordBatch::Make(Schema(), std::min(n, begin + 500) - begin,
                                          {finish(k), finish(i), finish(x), finish(t), finish(b), finish(l), finish(number), finish(m), finish(delimiter), finish(p)});
    batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<Call> Calls() {
  AggregateRequest::Order down;
  down.ascending = false;
  const auto delimiter = std::make_shared<arrow::StringScalar>(",");
  const auto second = std::make_shared<arrow::Int64Scalar>(2);
  return {
      {"first_value", {1}},                                                                     // 0
      {"last_value", {3}},
      {"first_value", {3, 2}, -1, {down}, 1},                                                   // text of the greatest number, NULLs last
      {"last_value", {3}, -1, {}, -1, NullTreatment::kIgnore},
      {"nth_value", {1, 1}, -1, {}, -1, NullTreatment::kUnset, {nullptr, second}},
      {"string_agg", {3, 8}, -1, {}, -1, NullTreatment::kUnset, {nullptr, delimiter}},          // 5
      {"string_agg", {3, 8, 1}, -1, {AggregateRequest::Order{}}, 2, NullTreatment::kUnset, {nullptr, delimiter}},
      {"array_agg", {1}},
      {"median", {2}},
      {"median", {7}},
      {"percentile_cont", {2, 9}, -1, {}, -1, NullTreatment::kUnset, {nullptr, std::make_shared<arrow::DoubleScalar>(0.25)}},  // 10
      {"bool_and", {4}},
      {"bool_or", {4}},
      {"bit_xor", {1}},
      {"bit_and", {1}},
      {"max", {5}},                                                                             // 15: of lists
      {"any_value", {1}},
      {"first_value", {1}, 4},
      {"array_agg", {3}},
  };
}

std::string Text(const std::optional<int64_t>& value) { return value ? std::to_string(*value) : "null"; }
std::string Real(double value) { return arrow::DoubleScalar(value).ToString(); }

std::vector<std::string> Expected(const std::vector<Row>& rows) {
  std::map<int64_t, std::vector<Row>> groups;
  for (const Row& row : rows) groups[row.key].push_back(row);
  std::vector<std::string> out;
  for (const auto& [key, group] : groups) {
    std::string line = std::to_string(key) + "|";
    const auto add = [&](const std::string& text) { line += text + "|"; };
    const auto text = [](const std::optional<std::string>& t) { return t ? *t : std::string("null"); };
    add(Text(group.front().number));
    add(text(group.back().text));
    std::vector<Row> down = group;
    // NULLs last, as the default of Order says.
    std::stable_sort(down.begin(), down.end(), [](const Row& a, const Row& b) { return a.number.value_or(-1) > b.number.value_or(-1); });
    add(text(down.front().text));
    std::optional<std::string> last;
    for (const Row& row : group) {
      if (row.text) last = row.text;
    }
    add(text(last));
    add(group.size() > 1 ? Text(group[1].number) : "null");
    std::string all, sorted;
    bool any = false;
    for (const Row& row : group) {
      if (row.text) all += (any ? "," : "") + *row.text, any = true;
    }
    std::vector<Row> up = group;
    std::stable_sort(up.begin(), up.end(), [](const Row& a, const Row& b) { return a.number.value_or(INT64_MAX) < b.number.value_or(INT64_MAX); });
    bool first = true;
    for (const Row& row : up) {
      if (row.text) sorted += (first ? "" : ",") + *row.text, first = false;
    }
    add(any ? all : "null");
    add(any ? sorted : "null");
    arrow::Int64Builder list;
    std::vector<int64_t> numbers;
    for (const Row& row : group) {
      EXPECT_TRUE((row.number ? list.Append(*row.number) : list.AppendNull()).ok());
      if (row.number) numbers.push_back(*row.number);
    }
    add(arrow::ListScalar(*list.Finish()).ToString());
    std::sort(numbers.begin(), numbers.end());
    const size_t n = numbers.size();
    if (n == 0) {
      add("null"), add("null"), add("null");
    } else {
      add(Real((static_cast<double>(numbers[(n - 1) / 2]) + static_cast<double>(numbers[n / 2])) / 2));
      add(arrow::Decimal128((numbers[(n - 1) / 2] + numbers[n / 2]) / 2).ToString(2));
      const double place = 0.25 * static_cast<double>(n - 1);
      const size_t low = static_cast<size_t>(place);
      const double below = static_cast<double>(numbers[low]), above = static_cast<double>(numbers[std::min(low + 1, n - 1)]);
      add(Real(below + (above - below) * (place - std::floor(place))));
    }
    std::optional<bool> both, either;
    std::optional<int64_t> exclusive, common, least, any_number, passed;
    bool passes = false;
    for (const Row& row : group) {
      if (row.flag) both = both.value_or(true) && *row.flag, either = either.value_or(false) || *row.flag;
      if (row.number) exclusive = exclusive.value_or(0) ^ *row.number, common = common.value_or(-1) & *row.number;
      if (row.number && !any_number) any_number = row.number;
      if (row.flag.value_or(false) && !passes) passes = true, passed = row.number;
    }
    const auto flag = [](const std::optional<bool>& b) { return std::string(!b ? "null" : *b ? "true" : "false"); };
    add(flag(both)), add(flag(either)), add(Text(exclusive)), add(Text(common));
    if (n == 0) {
      add("null");
    } else {
      arrow::Int64Builder most;
      EXPECT_TRUE(most.AppendValues({numbers.back(), 7}).ok());
      add(arrow::ListScalar(*most.Finish()).ToString());
    }
    add(Text(any_number)), add(Text(passed));
    arrow::StringBuilder texts;
    for (const Row& row : group) EXPECT_TRUE((row.text ? texts.Append(*row.text) : texts.AppendNull()).ok());
    add(arrow::ListScalar(*texts.Finish()).ToString());
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void Check(int64_t n, int64_t keys, Settings settings, int64_t partition_bytes = 8 << 20) {
  std::vector<Row> rows;
  const auto batches = Make(n, keys, settings.seed, &rows);
  auto got = Aggregated(settings, batches, *Schema(), {0}, Calls(), partition_bytes);
  ASSERT_TRUE(got.ok()) << got.status().ToString() << " seed " << settings.seed;
  const auto expected = Expected(rows);
  ASSERT_EQ(got->size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ((*got)[i], expected[i]) << "seed " << settings.seed;
}

TEST(AggregateFunctions, AnyNumberOfWorkers) {
  for (const int threads : {1, 2, 8}) {
    Settings settings;
    settings.threads = threads;
    settings.seed = 40 + static_cast<uint64_t>(threads);
    Check(6000, 3, settings);
    Check(6000, 900, settings);
    Check(300, 100, settings);
  }
}

TEST(AggregateFunctions, Evictions) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 3);
    settings.evict = 0.2;
    settings.stop = 0.3;
    settings.seed = seed;
    Check(8000, seed % 2 ? 5 : 700, settings, seed % 2 ? 8 << 20 : 64 << 10);
  }
}

TEST(AggregateFunctions, AllocationsFailAtRandom) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Settings settings;
    settings.threads = 1 + static_cast<int>(seed % 2);
    settings.refuse = 0.002;
    settings.evict = seed % 2 ? 0.05 : 0;
    settings.seed = seed;
    Check(3000, seed % 2 ? 5 : 700, settings);
  }
}

// Figures of datafusion 55 for x = 1, 2, 4, 8 and y = 1, 3, 2, 5.
TEST(AggregateFunctions, Moments) {
  auto schema = arrow::schema({arrow::field("y", arrow::float64()), arrow::field("x", arrow::float64())});
  arrow::DoubleBuilder y, x;
  ASSERT_TRUE(y.AppendValues({1, 3, 2, 5}).ok() && x.AppendValues({1, 2, 4, 8}).ok());
  std::vector<Batch> batches(1);
  std::vector<std::shared_ptr<arrow::Array>> columns{*y.Finish(), *x.Finish()};
  batches[0].data = arrow::RecordBatch::Make(schema, 4, columns);
  const std::map<std::string, double> pairs = {{"covar_samp", 4.583333333333333}, {"covar_pop", 3.4375}, {"corr", 0.8669214468630108},
                                               {"regr_slope", 0.47826086956521735}, {"regr_intercept", 0.956521739130435}, {"regr_r2", 0.7515527950310557},
                                               {"regr_avgx", 3.75}, {"regr_avgy", 2.75}, {"regr_sxx", 28.75}, {"regr_syy", 8.75}, {"regr_sxy", 13.75}};
  for (const auto& [name, value] : pairs) {
    auto rows = Aggregated(Settings(), batches, *schema, {}, {{name, {0, 1}}}, 1 << 20);
    ASSERT_TRUE(rows.ok()) << rows.status().ToString();
    EXPECT_NEAR(std::stod((*rows)[0]), value, 1e-9) << name;
  }
  const std::map<std::string, double> singles = {{"var", 9.583333333333334}, {"var_pop", 7.1875}, {"stddev", 3.095695936834452}, {"stddev_pop", 2.680951323690902}};
  for (const auto& [name, value] : singles) {
    auto rows = Aggregated(Settings(), batches, *schema, {}, {{name, {1}}}, 1 << 20);
    EXPECT_NEAR(std::stod((*rows)[0]), value, 1e-9) << name;
  }
}

TEST(AggregateFunctions, MomentsJoinedFromWorkersKeepTheirDigits) {
  auto schema = arrow::schema({arrow::field("x", arrow::float64())});
  std::vector<Batch> batches;
  for (int b = 0; b < 40; ++b) {
    arrow::DoubleBuilder x;
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(x.Append(1e9 + (i % 2 ? 1 : -1)).ok());
    Batch batch;
    batch.data = arrow::RecordBatch::Make(schema, 100, {*x.Finish()});
    batches.push_back(std::move(batch));
  }
  for (const int threads : {1, 2, 8}) {
    Settings settings;
    settings.threads = threads;
    settings.evict = threads > 1 ? 0.2 : 0;
    auto rows = Aggregated(settings, batches, *schema, {}, {{"var_pop", {0}}}, 1 << 20);
    ASSERT_TRUE(rows.ok());
    EXPECT_NEAR(std::stod((*rows)[0]), 1.0, 1e-6);
  }
}

TEST(AggregateFunctions, FloatSumsDoNotDependOnWorkers) {
  auto schema = arrow::schema({arrow::field("x", arrow::float64())});
  std::mt19937_64 random(9);
  std::vector<Batch> batches;
  long double exact = 0;
  for (int b = 0; b < 100; ++b) {
    arrow::DoubleBuilder x;
    for (int i = 0; i < 1000; ++i) {
      const double value = std::ldexp(static_cast<double>(random() % 1000003) - 500001, static_cast<int>(random() % 40) - 20);
      exact += value;
      ASSERT_TRUE(x.Append(value).ok());
    }
    Batch batch;
    batch.data = arrow::RecordBatch::Make(schema, 1000, {*x.Finish()});
    batches.push_back(std::move(batch));
  }
  for (const int threads : {1, 2, 8}) {
    Settings settings;
    settings.threads = threads;
    Call sum{"sum", {0}};
    drive::Memory memory(settings);
    auto sink = *drive::ColumnSink::Make(*schema, {}, {sum}, nullptr, &memory, 1 << 20);
    ASSERT_TRUE(drive::RunSink(&memory, sink.get(), batches).ok());
    auto source = *sink->Output();
    auto out = *drive::ReadSource(&memory, source.get());
    const double got = static_cast<const arrow::DoubleArray&>(*out[0].data->column(0)).Value(0);
    EXPECT_LE(std::fabs(static_cast<long double>(got) - exact), std::fabs(exact) * 1e-14L);
  }
}

TEST(AggregateFunctions, ApproxDistinctIsNear) {
  auto schema = arrow::schema({arrow::field("x", arrow::int64())});
  for (const int64_t distinct : {1, 10, 250, 300, 5000, 200000}) {
    std::vector<Batch> batches;
    for (int64_t begin = 0; begin < distinct * 2; begin += 1000) {
      arrow::Int64Builder x;
      for (int64_t i = begin; i < std::min(distinct * 2, begin + 1000); ++i) ASSERT_TRUE(x.Append(i % distinct).ok());
      Batch batch;
      auto array = *x.Finish();
      batch.data = arrow::RecordBatch::Make(schema, array->length(), {array});
      batches.push_back(std::move(batch));
    }
    for (const int threads : {1, 3}) {
      Settings settings;
      settings.threads = threads;
      settings.evict = threads > 1 ? 0.05 : 0;
      auto rows = Aggregated(settings, batches, *schema, {}, {{"approx_distinct", {0}}}, 1 << 20);
      ASSERT_TRUE(rows.ok());
      EXPECT_NEAR(std::stod((*rows)[0]), static_cast<double>(distinct), static_cast<double>(distinct) * 0.03);
    }
  }
}

TEST(AggregateFunctions, NamesAreUniqueAndDocumented) {
  std::set<std::string> names;
  for (const auto& function : AggregateFunctions()) {
    EXPECT_TRUE(names.insert(function->name()).second) << function->name();
    for (const auto& alias : function->aliases()) EXPECT_TRUE(names.insert(alias).second) << alias;
    EXPECT_FALSE(function->doc().description.empty());
  }
  for (const char* name : {"count", "sum", "avg", "mean", "min", "max", "corr", "array_agg", "string_agg", "median", "approx_distinct", "var_samp"}) {
    EXPECT_TRUE(names.count(name)) << name;
  }
}

}  // namespace
}  // namespace bowstring::exec
