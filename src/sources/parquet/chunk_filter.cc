// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/chunk_filter.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <arrow/array/array_base.h>
#include <arrow/array/util.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <bowstring/column_filter.h>
#include <bowstring/error.h>

#include "expr/bind.h"
#include "expr/conform.h"
#include "expr/gather.h"
#include "sources/parquet/constant_column.h"

namespace bowstring::pq {

using ArrayDataPtr = std::shared_ptr<arrow::ArrayData>;

arrow::Result<ArrayDataPtr> ConformColumn(TaskContext& context, const ScanPlan& plan, const RowGroup& group, ArrayDataPtr array, size_t place) {
  const auto& type = plan.fields[place]->type();
  if (array->type->Equals(*type)) return array;
  KernelContext kernel{&context, context.exec(), 0, {}};
  auto conformed = ConformArray(kernel, array, type);
  if (conformed.ok() || conformed.status().IsOutOfMemory()) return conformed;
  return Error(KindOf(conformed.status()) == ErrorKind::kUnknown ? ErrorKind::kExecution : KindOf(conformed.status()), "Parquet file '",
               group.file->path(), "', column '", plan.fields[place]->name(), "': ", conformed.status().message());
}

ChunkFilter::ChunkFilter(const ScanPlan* plan, const RowGroup* group, std::vector<ColumnState>* columns, int64_t morsel_rows)
    : plan_(plan), group_(group), columns_(columns), morsel_rows_(morsel_rows), order_(plan->tests.size()), states_(plan->tests.size()) {
  std::iota(order_.begin(), order_.end(), size_t{0});
  if (order_.size() < 2) return;
  // What has to be read for a test is most of its cost. Tests that may fail stay last: they see only the rows that the others leave.
  auto cost = [&](size_t number) {
    int64_t bytes = 0;
    for (int place : plan->tests[number].places) {
      const ColumnSource& source = group->columns[static_cast<size_t>(place)];
      if (source.kind != ColumnSource::kChunk) continue;
      const ColumnChunk& chunk = *group->chunks[static_cast<size_t>(source.index)];
      bytes += chunk.end - chunk.begin;
    }
    return std::pair<bool, int64_t>(plan->tests[number].last, bytes);
  };
  std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) { return cost(a) < cost(b); });
}

void ChunkFilter::Begin(int64_t rows) {
  rows_ = rows;
  selection_.reset();
  begun_ = false;
}

bool ChunkFilter::Useful(const ScanTest& test, const State& state) const {
  if (test.filter < 0) return true;
  const DynamicFilter& filter = *plan_->dynamic[static_cast<size_t>(test.filter)].filter;
  if (state.rows >= kTrialRows && state.passed * 10 > state.rows * 9) return false;
  return filter.ready() && (test.by_column == nullptr || test.by_column->Knows(test.filter_column));
}

bool ChunkFilter::Next(std::vector<size_t>* to_read) {
  current_ = begun_ ? current_ + 1 : 0;
  begun_ = true;
  if (passed() == 0) return false;
  while (current_ < order_.size() && !Useful(test(), states_[order_[current_]])) ++current_;
  if (current_ >= order_.size()) return false;
  for (int place : test().places) {
    ColumnState& column = (*columns_)[static_cast<size_t>(place)];
    if (column.read) continue;
    column.read = true;
    if (column.reader == nullptr) continue;  // there for all rows
    column.under = selection_;
    to_read->push_back(static_cast<size_t>(place));
  }
  return true;
}

int64_t ChunkFilter::MostCodes() const {
  const ScanTest& now = test();
  if (now.places.size() != 1 || (now.predicate != nullptr && now.predicate->fallible())) return 0;
  const ColumnState& column = (*columns_)[static_cast<size_t>(now.places[0])];
  if (column.reader == nullptr) return 0;
  const auto& type = plan_->fields[static_cast<size_t>(now.places[0])]->type();
  return column.tested.type().arrow_type->Equals(*type) ? morsel_rows_ / 2 : 0;
}

const int32_t* ChunkFilter::PlacesIn(const ColumnState& column) {
  if (column.under == nullptr && selection_ != nullptr) return selection_->data();
  const int64_t n = passed();
  places_.resize(static_cast<size_t>(n));
  if (column.under == selection_) {
    std::iota(places_.begin(), places_.end(), 0);
    return places_.data();
  }
  const int32_t* rows = column.under->data();
  const int32_t* left = selection_->data();
  int32_t at = 0;
  for (int64_t i = 0; i < n; ++i) {
    while (rows[at] < left[i]) ++at;
    places_[static_cast<size_t>(i)] = at;
  }
  return places_.data();
}

// The test's column on the rows that are left.
arrow::Result<ArrayDataPtr> ChunkFilter::Column(TaskContext& context, size_t place) {
  ColumnState& column = (*columns_)[place];
  if (column.source->kind == ColumnSource::kConstant) {
    return RepeatConstant(*column.source->constant, plan_->fields[place]->type(), passed(), context.pool());
  }
  ArrayDataPtr array = column.tested_piece;
  if (column.source->kind == ColumnSource::kChunk) {
    ARROW_ASSIGN_OR_RAISE(array, column.tested.Peek(context.pool()));
  }
  if (column.under != selection_) {
    ARROW_ASSIGN_OR_RAISE(array, Gather(*array, PlacesIn(column), passed(), context.pool()));
  }
  return ConformColumn(context, *plan_, *group_, std::move(array), place);
}

arrow::Result<int64_t> ChunkFilter::Ask(TaskContext& context, const ScanTest& test, std::vector<ArrayDataPtr> columns, int64_t n,
                                        std::shared_ptr<arrow::Buffer>* places) const {
  if (test.predicate != nullptr) {
    Batch batch;
    batch.data = arrow::RecordBatch::Make(test.schema, n, std::move(columns));
    KernelContext kernel{&context, context.exec(), 0, {}};
    ARROW_ASSIGN_OR_RAISE(auto passed, test.predicate->EvaluatePredicate(kernel, batch));
    if (passed == nullptr) return n;
    *places = passed->indices;
    return passed->length;
  }
  const DynamicFilter& filter = *plan_->dynamic[static_cast<size_t>(test.filter)].filter;
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (auto& column : columns) arrays.push_back(arrow::MakeArray(std::move(column)));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(n * 4, context.pool()));
  auto* rows = reinterpret_cast<int32_t*>(buffer->mutable_data());
  *places = std::move(buffer);
  if (test.by_column != nullptr) return test.by_column->MayPassOne(test.filter_column, *arrays[0], n, rows);
  return filter.MayPass(arrays, n, context.pool(), rows);
}

// By the column's dictionary; false: it has none. `places`: of the rows that were left.
arrow::Result<bool> ChunkFilter::TestCodes(TaskContext& context, std::shared_ptr<arrow::Buffer>* places, int64_t* count) {
  const ScanTest& now = test();
  if (now.places.size() != 1 || (now.predicate != nullptr && now.predicate->fallible())) return false;
  ColumnState& column = (*columns_)[static_cast<size_t>(now.places[0])];
  const auto& dictionary = column.tested.dictionary();
  if (dictionary == nullptr) return false;
  const auto& type = plan_->fields[static_cast<size_t>(now.places[0])]->type();
  if (!column.tested.type().arrow_type->Equals(*type)) return false;
  State& state = states_[order_[current_]];
  if (state.dictionary != dictionary) {
    std::vector<std::shared_ptr<arrow::Buffer>> buffers{nullptr, dictionary->values};
    if (dictionary->text) buffers.push_back(dictionary->text);
    auto array = arrow::ArrayData::Make(type, dictionary->size, std::move(buffers), 0);
    std::shared_ptr<arrow::Buffer> passing;
    ARROW_ASSIGN_OR_RAISE(const int64_t n, Ask(context, now, {std::move(array)}, dictionary->size, &passing));
    bool null = false;
    if (column.reader->chunk().optional) {
      std::shared_ptr<arrow::Buffer> ignored;
      ARROW_ASSIGN_OR_RAISE(auto nothing, arrow::MakeArrayOfNull(type, 1, context.pool()));
      ARROW_ASSIGN_OR_RAISE(const int64_t one, Ask(context, now, {nothing->data()}, 1, &ignored));
      null = one == 1;
    }
    state.values.assign(static_cast<size_t>(dictionary->size), n == dictionary->size ? 1 : 0);
    if (n < dictionary->size) {
      const auto* rows = reinterpret_cast<const int32_t*>(passing->data());
      for (int64_t i = 0; i < n; ++i) state.values[static_cast<size_t>(rows[i])] = 1;
    }
    state.null = null;
    state.dictionary = dictionary;
  }
  const int64_t n = passed();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out, arrow::AllocateBuffer(n * 4, context.pool()));
  auto* to = reinterpret_cast<int32_t*>(out->mutable_data());
  const uint32_t* codes = column.tested.codes();
  const uint8_t* values = state.values.data();
  const uint8_t* known = column.tested.known();
  int64_t k = 0;
  if (column.under == selection_ && known == nullptr) {
    for (int64_t i = 0; i < n; ++i) {
      to[k] = static_cast<int32_t>(i);
      k += values[codes[i]];
    }
  } else {
    const int32_t* at = PlacesIn(column);
    for (int64_t i = 0; i < n; ++i) {
      to[k] = static_cast<int32_t>(i);
      k += known == nullptr || arrow::bit_util::GetBit(known, at[i]) ? values[codes[at[i]]] : state.null;
    }
  }
  *places = std::move(out);
  *count = k;
  return true;
}

arrow::Status ChunkFilter::Test(TaskContext& context) {
  const ScanTest& now = test();
  const int64_t n = passed();
  std::shared_ptr<arrow::Buffer> places;
  int64_t count = 0;
  ARROW_ASSIGN_OR_RAISE(const bool coded, TestCodes(context, &places, &count));
  if (!coded) {
    std::vector<ArrayDataPtr> columns;
    for (int place : now.places) {
      ARROW_ASSIGN_OR_RAISE(auto column, Column(context, static_cast<size_t>(place)));
      columns.push_back(std::move(column));
    }
    ARROW_ASSIGN_OR_RAISE(count, Ask(context, now, std::move(columns), n, &places));
  }
  State& state = states_[order_[current_]];
  if (now.filter >= 0 && state.rows < kTrialRows) {
    state.rows += n;
    state.passed += count;
  }
  if (count == n) return arrow::Status::OK();
  if (selection_ != nullptr) {  // places are this test's own
    auto* rows = reinterpret_cast<int32_t*>(places->mutable_data());
    const int32_t* from = selection_->data();
    for (int64_t i = 0; i < count; ++i) rows[i] = from[rows[i]];
  }
  selection_ = std::make_shared<Selection>(Selection{std::move(places), count});
  return arrow::Status::OK();
}

}  // namespace bowstring::pq
