// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Expressions on batches of 16 Ki rows: chains of comparisons, decimal arithmetic, LIKE. Time is per row.

#include <random>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <benchmark/benchmark.h>

#include "expr/bind.h"

namespace bowstring {
namespace {

constexpr int64_t kRows = 16384;

// Columns as TPC-H's lineitem has them: dates, decimals in 64 bits, comments as views.
struct Setup {
  arrow::compute::ExecContext exec{arrow::default_memory_pool(), nullptr};
  KernelContext context;
  Batch batch;
  Scope scope;

  Setup() {
    exec.set_use_threads(false);
    context.exec = &exec;
    std::mt19937 random(42);
    arrow::Date32Builder ship;
    arrow::Int64Builder key;
    arrow::Decimal64Builder price(arrow::decimal64(15, 2)), discount(arrow::decimal64(15, 2));
    arrow::StringViewBuilder comment;
    const char* words[] = {"carefully", "special", "requests", "furiously", "fox", "deposits", "ironic", "accounts", "sleep"};
    for (int64_t i = 0; i < kRows; ++i) {
      Check(ship.Append(8036 + static_cast<int32_t>(random() % 2526)));
      Check(key.Append(static_cast<int64_t>(random() % 6000000)));
      Check(price.Append(arrow::Decimal64(static_cast<int64_t>(90000 + random() % 10000000))));
      Check(discount.Append(arrow::Decimal64(static_cast<int64_t>(random() % 11))));
      std::string text;
      for (int w = 0; w < 4; ++w) text += std::string(words[random() % 9]) + " ";
      Check(comment.Append(text));
    }
    arrow::ArrayVector arrays;
    arrow::FieldVector fields;
    std::vector<ScopeField> logical;
    auto add = [&](const char* name, arrow::ArrayBuilder& builder, std::shared_ptr<arrow::DataType> type) {
      std::shared_ptr<arrow::Array> array;
      Check(builder.Finish(&array));
      fields.push_back(arrow::field(name, array->type()));
      logical.push_back({std::nullopt, arrow::field(name, type ? type : array->type())});
      arrays.push_back(array);
    };
    add("ship", ship, nullptr);
    add("key", key, nullptr);
    add("price", price, arrow::decimal128(15, 2));
    add("discount", discount, arrow::decimal128(15, 2));
    add("comment", comment, nullptr);
    batch.data = arrow::RecordBatch::Make(arrow::schema(fields), kRows, arrays);
    scope = Scope(std::move(logical));
  }
  static void Check(const arrow::Status& status) {
    if (!status.ok()) std::abort();
  }
};

Setup& TheSetup() {
  static auto* setup = new Setup;
  return *setup;
}

Expr Date(int32_t days) { return Literal(std::static_pointer_cast<arrow::Scalar>(std::make_shared<arrow::Date32Scalar>(days))); }

void RunPredicate(benchmark::State& state, const Expr& expr, bool fused) {
  Setup& setup = TheSetup();
  BindOptions options;
  options.fused = fused;
  auto bound = BindPredicate(expr, setup.scope, *setup.batch.data->schema(), options).ValueOrDie();
  for (auto _ : state) benchmark::DoNotOptimize(bound->EvaluatePredicate(setup.context, setup.batch).ValueOrDie());
  state.SetItemsProcessed(state.iterations() * kRows);
}

void RunValue(benchmark::State& state, const Expr& expr) {
  Setup& setup = TheSetup();
  auto bound = Bind(expr, setup.scope, *setup.batch.data->schema()).ValueOrDie();
  for (auto _ : state) benchmark::DoNotOptimize(bound->Evaluate(setup.context, setup.batch).ValueOrDie());
  state.SetItemsProcessed(state.iterations() * kRows);
}

// TPC-H 6's filter.
Expr Query6() {
  return And({Binary(BinaryOp::kGtEq, Col("ship"), Date(8766)), Binary(BinaryOp::kLt, Col("ship"), Date(9131)), Between(Col("discount"), Literal(0.05), Literal(0.07)),
              Binary(BinaryOp::kLt, Col("key"), Literal(int64_t{2400000}))});
}

void CompareChain(benchmark::State& state) { RunPredicate(state, Query6(), true); }
void CompareChainUnfused(benchmark::State& state) { RunPredicate(state, Query6(), false); }
void DiscountedPrice(benchmark::State& state) {
  RunValue(state, Binary(BinaryOp::kMultiply, Col("price"), Binary(BinaryOp::kMinus, Literal(int64_t{1}), Col("discount"))));
}
void AddIntegers(benchmark::State& state) { RunValue(state, Binary(BinaryOp::kPlus, Col("key"), Literal(int64_t{1}))); }
void LikeOnePiece(benchmark::State& state) { RunPredicate(state, MakeExpr(ExprKind::kLike, {Col("comment"), Literal("%fox%")}, LikePattern{}), true); }
void LikeTwoPieces(benchmark::State& state) { RunPredicate(state, MakeExpr(ExprKind::kLike, {Col("comment"), Literal("%special%requests%")}, LikePattern{}), true); }
void InListOfHundred(benchmark::State& state) {
  std::vector<Expr> list;
  for (int64_t i = 0; i < 100; ++i) list.push_back(Literal(i * 37));
  RunPredicate(state, InList(Col("key"), list), true);
}

BENCHMARK(CompareChain);
BENCHMARK(CompareChainUnfused);
BENCHMARK(DiscountedPrice);
BENCHMARK(AddIntegers);
BENCHMARK(LikeOnePiece);
BENCHMARK(LikeTwoPieces);
BENCHMARK(InListOfHundred);

}  // namespace
}  // namespace bowstring
