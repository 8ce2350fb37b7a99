// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/window_edges.h"

#include <algorithm>

#include <arrow/api.h>

#include "expr/gather.h"
#include "functions/gather_rows.h"

namespace bowstring::exec {
namespace {

/// Numbers of the first and the last rows of [from, to) that count, ascending.
std::vector<int64_t> Places(const arrow::ArrayData& counted, int64_t from, int64_t to, const EdgeCount& count) {
  const auto array = arrow::MakeArray(counted.Copy());
  const bool all = !count.ignore_nulls || array->null_count() == 0;
  std::vector<int64_t> places, last;
  int64_t row = from;
  for (; row < to && static_cast<int64_t>(places.size()) < count.first; ++row) {
    if (all || array->IsValid(row)) places.push_back(row);
  }
  for (int64_t i = to; i > row && static_cast<int64_t>(last.size()) < count.last; --i) {
    if (all || array->IsValid(i - 1)) last.push_back(i - 1);
  }
  places.insert(places.end(), last.rbegin(), last.rend());
  return places;
}

arrow::Result<EdgeRows> Take(const EdgeRows& columns, const std::vector<int64_t>& places, arrow::MemoryPool* pool) {
  const auto rows = static_cast<int64_t>(places.size());
  std::vector<std::shared_ptr<arrow::ArrayData>> taken;
  arrow::FieldVector fields;
  for (const auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto values, Gather(*column, places.data(), rows, pool));
    fields.push_back(arrow::field("edge", values->type));
    taken.push_back(std::move(values));
  }
  auto batch = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows, std::move(taken));
  ARROW_ASSIGN_OR_RAISE(batch, CompactViews(std::move(batch), pool, 1.0));  // not to keep the pages of views
  return batch->column_data();
}

int64_t RowsOf(const EdgeRows& edges) { return edges.empty() ? 0 : edges[0]->length; }

}  // namespace

arrow::Result<EdgeRows> TakeEdges(const EdgeRows& before, const EdgeRows& columns, int64_t from, int64_t to, const EdgeCount& count,
                                  arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto edges, Take(columns, Places(*columns[0], from, to, count), pool));
  if (RowsOf(before) == 0) return edges;
  EdgeRows both;
  for (size_t c = 0; c < columns.size(); ++c) {
    ARROW_ASSIGN_OR_RAISE(const auto values, arrow::Concatenate({arrow::MakeArray(before[c]), arrow::MakeArray(edges[c])}, pool));
    both.push_back(values->data());
  }
  return Take(both, Places(*both[0], 0, both[0]->length, count), pool);
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> EvaluateBetween(const WindowKernel& kernel, const EdgeRows& before, WindowInput input,
                                                                 const EdgeRows& behind) {
  const int64_t front = RowsOf(before), back = RowsOf(behind), rows = input.rows;
  if (front + back == 0) return kernel.Evaluate(input);
  for (size_t c = 0; c < input.arguments.size(); ++c) {
    arrow::ArrayVector parts;
    if (front > 0) parts.push_back(arrow::MakeArray(before[c]));
    parts.push_back(arrow::MakeArray(input.arguments[c]));
    if (back > 0) parts.push_back(arrow::MakeArray(behind[c]));
    ARROW_ASSIGN_OR_RAISE(const auto values, arrow::Concatenate(parts, input.pool));
    input.arguments[c] = values->data();
  }
  // The edges belong to the first and the last partition; each is a group of peers, whose own answers nobody asks for.
  std::vector<int64_t> partitions(input.partitions.begin(), input.partitions.end()), peers;
  for (auto& row : partitions) row += front;
  partitions.front() = 0;
  partitions.back() += back;
  if (front > 0) peers.push_back(0);
  for (const int64_t row : input.peers) peers.push_back(row + front);
  if (back > 0) peers.push_back(rows + front + back);
  input.partitions = partitions;
  input.peers = peers;
  input.rows = front + rows + back;
  std::unique_ptr<arrow::Buffer> frames;
  if (kernel.uses_frame()) {
    ARROW_ASSIGN_OR_RAISE(frames, arrow::AllocateBuffer(input.rows * 16, input.pool));
    auto* begin = reinterpret_cast<int64_t*>(frames->mutable_data());
    int64_t* const end = begin + input.rows;
    std::fill(begin, begin + 2 * input.rows, 0);
    for (int64_t i = 0; i < rows; ++i) {
      begin[front + i] = front > 0 && input.frame_begin[i] == 0 ? 0 : input.frame_begin[i] + front;
      end[front + i] = input.frame_end[i] + front + (input.frame_end[i] == rows ? back : 0);
    }
    input.frame_begin = begin;
    input.frame_end = end;
  }
  ARROW_ASSIGN_OR_RAISE(auto values, kernel.Evaluate(input));
  return values->Slice(front, rows);
}

}  // namespace bowstring::exec
