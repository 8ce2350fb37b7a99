// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Filters in the scan: the rows that Arrow's kernels find in the whole table, whatever is pruned; and that something is pruned.

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <arrow/api.h>
#include <arrow/compute/api.h>
#include <arrow/compute/initialize.h>

#include <bowstring/expr.h>

#include "sources/parquet/scan_testing.h"

namespace bowstring::pq {
namespace {

namespace cp = arrow::compute;

class ParquetFilter : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(cp::Initialize().ok()); }
  TempFolder folder_;
};

std::shared_ptr<arrow::Array> Sorted(const std::shared_ptr<arrow::Array>& array) {
  auto indices = cp::SortIndices(*array).ValueOrDie();
  return cp::Take(*array, *indices).ValueOrDie();
}

// Sorted, clustered and random columns of several types, some with NULLs.
std::shared_ptr<arrow::Table> FilterTable(int64_t rows, std::mt19937* random) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  auto add = [&](const char* name, const std::shared_ptr<arrow::Array>& array, bool nullable) {
    fields.push_back(arrow::field(name, array->type(), nullable));
    arrays.push_back(array);
  };
  add("i", Sorted(RandomArray(arrow::int64(), rows, 0, 100000, random)), false);
  add("j", RandomArray(arrow::int32(), rows, 0.1, 50, random), true);
  add("t", Sorted(RandomArray(arrow::utf8(), rows, 0.05, 5000, random)), true);
  add("u", RandomArray(arrow::utf8(), rows, 0, 30, random), false);
  add("d", Sorted(RandomArray(arrow::decimal128(12, 2), rows, 0.01, 3000, random)), true);
  add("e", Sorted(RandomArray(arrow::date32(), rows, 0, 2000, random)), false);
  add("s", Sorted(RandomArray(arrow::timestamp(arrow::TimeUnit::MICRO), rows, 0, 2000, random)), false);
  add("b", Sorted(RandomArray(arrow::boolean(), rows, 0.2, 50, random)), true);
  add("w", RandomArray(arrow::uint32(), rows, 0, 1000, random), false);
  return arrow::Table::Make(arrow::schema(fields), arrays, rows);
}

struct Conjunct {
  Expr expr;
  arrow::Datum mask;
};

arrow::Datum Call(const std::string& name, const std::vector<arrow::Datum>& arguments, const cp::FunctionOptions* options = nullptr) {
  return cp::CallFunction(name, arguments, options).ValueOrDie();
}

// A random predicate and what it is on each row.
Conjunct RandomConjunct(const arrow::Table& table, std::mt19937* random, int depth = 0) {
  if (depth < 2 && (*random)() % 5 == 0) {
    Conjunct a = RandomConjunct(table, random, depth + 1), b = RandomConjunct(table, random, depth + 1);
    const bool both = (*random)() % 2;
    return {both ? And({a.expr, b.expr}) : Or({a.expr, b.expr}), Call(both ? "and_kleene" : "or_kleene", {a.mask, b.mask})};
  }
  const int i = static_cast<int>((*random)() % static_cast<uint32_t>(table.num_columns()));
  const auto column = table.column(i);
  const Expr name = Col(table.field(i)->name());
  auto literal = [&] {
    auto value = column->GetScalar(static_cast<int64_t>((*random)() % static_cast<uint64_t>(table.num_rows()))).ValueOrDie();
    return value->is_valid ? value : column->GetScalar(0).ValueOrDie();
  };
  auto value = literal();
  switch ((*random)() % 6) {
    case 0: {
      const bool is_null = (*random)() % 2;
      return {Expr(std::make_shared<ExprNode>(is_null ? ExprKind::kIsNull : ExprKind::kIsNotNull, std::vector<Expr>{name}, std::monostate())),
              Call(is_null ? "is_null" : "is_valid", {column})};
    }
    case 1: {
      auto high = literal();
      return {Expr(std::make_shared<ExprNode>(ExprKind::kBetween, std::vector<Expr>{name, Literal(value), Literal(high)}, Negated{false})),
              Call("and_kleene", {Call("greater_equal", {column, value}), Call("less_equal", {column, high})})};
    }
    case 2: {
      if (column->type()->id() == arrow::Type::BOOL) break;
      std::vector<Expr> children{name};
      arrow::Datum mask;
      for (int k = 0; k < 3; ++k) {
        auto item = literal();
        children.push_back(Literal(item));
        auto equal = Call("equal", {column, item});
        mask = k == 0 ? equal : Call("or_kleene", {mask, equal});
      }
      return {Expr(std::make_shared<ExprNode>(ExprKind::kInList, children, Negated{false})), mask};
    }
    case 3: {
      if (column->type()->id() != arrow::Type::STRING) break;
      const std::string prefix = static_cast<const arrow::StringScalar&>(*value).view().empty() ? "x" : std::string(static_cast<const arrow::StringScalar&>(*value).view().substr(0, 1 + (*random)() % 3));
      cp::MatchSubstringOptions options(prefix + "%");
      return {Expr(std::make_shared<ExprNode>(ExprKind::kLike, std::vector<Expr>{name, Literal(prefix + "%")}, LikePattern{})), Call("match_like", {column}, &options)};
    }
    default: break;
  }
  static const std::pair<BinaryOp, const char*> kOps[] = {{BinaryOp::kEq, "equal"},        {BinaryOp::kNotEq, "not_equal"},
                                                          {BinaryOp::kLt, "less"},         {BinaryOp::kLtEq, "less_equal"},
                                                          {BinaryOp::kGt, "greater"},      {BinaryOp::kGtEq, "greater_equal"}};
  auto [op, function] = kOps[(*random)() % 6];
  return {Binary(op, name, Literal(value)), Call(function, {column, value})};
}

TEST_F(ParquetFilter, SameRowsAsBruteForce) {
  const int rounds = FullRun() ? 60 : 8, filters = FullRun() ? 60 : 25;
  for (int round = 0; round < rounds; ++round) {
    std::mt19937 random(static_cast<uint32_t>(7000 + round));
    const int64_t rows = round % 4 == 0 ? 200 : 20000;
    auto table = FilterTable(rows, &random);
    ::parquet::WriterProperties::Builder builder;
    builder.version(::parquet::ParquetVersion::PARQUET_2_6)->data_pagesize(2000 + random() % 20000)->write_batch_size(200);
    if (round % 3 != 0) builder.enable_write_page_index();
    if (random() % 2) builder.disable_dictionary();
    if (random() % 4 == 0) builder.disable_statistics("i");
    const std::string path = folder_.File("f.parquet");
    ASSERT_TRUE(WriteFile(path, *table, builder.build(), rows / static_cast<int64_t>(1 + random() % 5) + 1).ok());
    ParquetReadOptions options;
    options.always_io_threads = round % 4 == 1;
    auto source = OpenParquet({path}, options).ValueOrDie();
    for (int f = 0; f < filters; ++f) {
      ScanRequest request = RequestAll(*source, 1 + static_cast<int32_t>(random() % 3));
      if (random() % 2) {
        std::shuffle(request.projection.begin(), request.projection.end(), random);
        request.projection.resize(random() % 5);
      }
      request.batch_rows = random() % 2 ? 16384 : 500;
      request.prune = random() % 4 != 0;
      arrow::Datum mask;
      std::string text;
      for (size_t k = 0; k < 1 + random() % 3; ++k) {
        Conjunct conjunct = RandomConjunct(*table, &random);
        ASSERT_EQ(source->CanFilter(conjunct.expr), FilterSupport::kExact) << conjunct.expr.ToString();
        request.filters.push_back(conjunct.expr);
        text += conjunct.expr.ToString() + "; ";
        mask = k == 0 ? conjunct.mask : Call("and_kleene", {mask, conjunct.mask});
      }
      SCOPED_TRACE("round " + std::to_string(round) + ": " + text);
      Walk walk;
      walk.seed = random();
      walk.reopen = random() % 2;
      walk.cut = random() % 2;
      walk.refuse = random() % 4 == 0 ? 0.1 : 0;
      auto got = ReadAll(*source, request, walk);
      ASSERT_TRUE(got.ok()) << got.status().ToString();
      auto kept = cp::Filter(table, mask).ValueOrDie().table();
      ASSERT_EQ((*got)->num_rows(), kept->num_rows());
      for (int i = 0; i < (*got)->num_columns(); ++i) {
        auto expected = cp::Cast(kept->GetColumnByName((*got)->field(i)->name()), (*got)->field(i)->type()).ValueOrDie().chunked_array();
        ASSERT_TRUE((*got)->column(i)->Equals(*expected)) << (*got)->field(i)->ToString();
      }
    }
  }
}

int64_t MorselRows(const TableSource& table, const Expr& filter, size_t* morsel_count = nullptr, bool prune = true) {
  ScanRequest request = RequestAll(table);
  request.filters = {filter};
  request.prune = prune;
  auto source = table.Scan(request).ValueOrDie();
  TestContext context;
  std::vector<Morsel> morsels;
  while (true) {
    auto step = source->Split(context, 0, &morsels).ValueOrDie();
    if (step == Step::kParked) context.WaitForWake();
    if (step == Step::kFinished) break;
  }
  int64_t rows = 0;
  for (const auto& morsel : morsels) rows += morsel.end - morsel.begin;
  if (morsel_count) *morsel_count = morsels.size();
  return rows;
}

TEST_F(ParquetFilter, RowGroupsAndPagesAreLeftOut) {
  arrow::Int64Builder sorted;
  arrow::StringBuilder text;
  for (int64_t i = 0; i < 100000; ++i) {
    ASSERT_TRUE(sorted.Append(i * 2).ok());
    ASSERT_TRUE(text.Append("row " + std::to_string(i * 7919 % 100003)).ok());
  }
  auto schema = arrow::schema({arrow::field("i", arrow::int64()), arrow::field("t", arrow::utf8())});
  auto table = arrow::Table::Make(schema, {sorted.Finish().ValueOrDie(), text.Finish().ValueOrDie()}, 100000);
  ::parquet::WriterProperties::Builder builder;
  builder.enable_write_page_index()->max_rows_per_page(1000)->write_batch_size(1000)->disable_dictionary();
  const std::string groups = folder_.File("groups.parquet"), pages = folder_.File("pages.parquet");
  ASSERT_TRUE(WriteFile(groups, *table, builder.build(), 10000).ok());
  ASSERT_TRUE(WriteFile(pages, *table, builder.build(), 100000).ok());
  auto by_group = OpenParquet({groups}).ValueOrDie(), by_page = OpenParquet({pages}).ValueOrDie();
  const Expr below = Binary(BinaryOp::kLt, Col("i"), Literal(int64_t{100}));
  EXPECT_EQ(MorselRows(*by_group, below), 1000);
  EXPECT_EQ(MorselRows(*by_group, below, nullptr, false), 100000);
  EXPECT_EQ(MorselRows(*by_page, below), 1000);
  EXPECT_EQ(MorselRows(*by_page, Binary(BinaryOp::kEq, Col("i"), Literal(int64_t{100001}))), 1000);
  EXPECT_EQ(MorselRows(*by_page, Binary(BinaryOp::kLt, Col("i"), Literal(int64_t{-1}))), 0);
  EXPECT_EQ(MorselRows(*by_page, Binary(BinaryOp::kGt, Literal(int64_t{50}), Col("i"))), 1000);
  EXPECT_EQ(MorselRows(*by_page, Expr(std::make_shared<ExprNode>(ExprKind::kIsNull, std::vector<Expr>{Col("i")}, std::monostate()))), 0);
  EXPECT_EQ(MorselRows(*by_group, Expr(std::make_shared<ExprNode>(ExprKind::kLike, std::vector<Expr>{Col("t"), Literal("s%")}, LikePattern{}))), 0);
  ParquetReadOptions off;
  off.enable_page_index = false;
  EXPECT_EQ(MorselRows(*OpenParquet({pages}, off).ValueOrDie(), below), 100000);
  off.pruning = false;
  EXPECT_EQ(MorselRows(*OpenParquet({groups}, off).ValueOrDie(), below), 100000);
}

TEST_F(ParquetFilter, BloomFilters) {
  std::mt19937 random(1);
  arrow::Int64Builder numbers;
  arrow::StringBuilder text;
  for (int64_t i = 0; i < 10000; ++i) {
    const auto value = static_cast<int64_t>(random() % 1000000) * 2;
    ASSERT_TRUE(numbers.Append(value).ok());
    ASSERT_TRUE(text.Append("text " + std::to_string(value)).ok());
  }
  auto schema = arrow::schema({arrow::field("i", arrow::int64()), arrow::field("t", arrow::utf8())});
  auto table = arrow::Table::Make(schema, {numbers.Finish().ValueOrDie(), text.Finish().ValueOrDie()}, 10000);
  ::parquet::WriterProperties::Builder builder;
  ::parquet::BloomFilterOptions bloom;
  bloom.ndv = 10000;
  bloom.fpp = 0.0001;
  builder.enable_bloom_filter("i", bloom)->enable_bloom_filter("t", bloom);
  ASSERT_TRUE(WriteFile(folder_.File("b.parquet"), *table, builder.build(), 10000).ok());
  auto source = OpenParquet({folder_.path()}).ValueOrDie();
  int left_out = 0;
  for (int64_t odd = 1; odd < 100; odd += 2) {
    left_out += MorselRows(*source, Binary(BinaryOp::kEq, Col("i"), Literal(odd * 7001))) == 0;
    left_out += MorselRows(*source, Binary(BinaryOp::kEq, Col("t"), Literal("text " + std::to_string(odd * 7001)))) == 0;
  }
  EXPECT_GE(left_out, 98);
  for (int64_t row = 0; row < 100; ++row) {
    auto there = table->column(0)->GetScalar(row).ValueOrDie();
    EXPECT_EQ(MorselRows(*source, Binary(BinaryOp::kEq, Col("i"), Literal(there))), 10000);
  }
}

TEST_F(ParquetFilter, NaNIsAboveAllNumbers) {
  arrow::DoubleBuilder values;
  for (double v : {1.0, 2.0, std::nan(""), 3.0}) ASSERT_TRUE(values.Append(v).ok());
  auto table = arrow::Table::Make(arrow::schema({arrow::field("x", arrow::float64())}), {values.Finish().ValueOrDie()}, 4);
  ASSERT_TRUE(WriteFile(folder_.File("n.parquet"), *table, ::parquet::WriterProperties::Builder().build(), 4).ok());
  auto source = OpenParquet({folder_.path()}).ValueOrDie();
  ScanRequest request = RequestAll(*source);
  request.filters = {Binary(BinaryOp::kGt, Col("x"), Literal(100.0))};
  EXPECT_EQ(ReadAll(*source, request, {}).ValueOrDie()->num_rows(), 1);
  request.filters = {Binary(BinaryOp::kLt, Col("x"), Literal(1.0))};
  EXPECT_EQ(ReadAll(*source, request, {}).ValueOrDie()->num_rows(), 0);
}

}  // namespace
}  // namespace bowstring::pq
