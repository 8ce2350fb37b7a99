// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <vector>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "sources/parquet/bounds.h"
#include "sources/parquet/table_state.h"

namespace bowstring::pq {
namespace {

constexpr size_t kMostFiles = 1000;  // whose order is worth finding out before a query asks for it

// The values of one column in one file: between these, no NULL among them.
struct Range {
  size_t file;
  BoundValue min, max;
};

// The files in the order of the column; none where they overlap, or too little is known. `strict`: no value may be in two files, for
// a second key would begin anew there.
std::optional<std::vector<size_t>> Follow(const TableState& state, int column, bool ascending, bool strict) {
  std::vector<Range> ranges;
  for (size_t i = 0; i < state.files.size(); ++i) {
    if (state.files[i].footer == nullptr) return std::nullopt;
    if (state.files[i].footer->metadata->num_rows() == 0) continue;
    TableState one;
    one.options = state.options;
    one.schema = state.schema;
    one.physical_schema = state.physical_schema;
    one.file_columns = state.file_columns;
    one.files = {state.files[i]};
    const ColumnStatistics known = TableStatisticsOf(one).columns[static_cast<size_t>(column)];
    if (known.min == nullptr || known.max == nullptr || known.null_count != 0) return std::nullopt;
    const auto min = LiteralBound(*known.min, known.min->type), max = LiteralBound(*known.max, known.max->type);
    if (!min || !max) return std::nullopt;
    ranges.push_back({i, *min, *max});
  }
  bool comparable = true;
  const auto before = [&](const BoundValue& a, const BoundValue& b) {
    const auto order = Compare(a, b);
    comparable = comparable && order.has_value();
    return order.value_or(0) < 0;
  };
  std::stable_sort(ranges.begin(), ranges.end(), [&](const Range& a, const Range& b) { return before(a.min, b.min) || (!before(b.min, a.min) && before(a.max, b.max)); });
  for (size_t i = 1; i < ranges.size(); ++i) {
    if (strict ? !before(ranges[i - 1].max, ranges[i].min) : before(ranges[i].min, ranges[i - 1].max)) return std::nullopt;
  }
  if (!comparable) return std::nullopt;
  if (!ascending) std::reverse(ranges.begin(), ranges.end());
  std::vector<size_t> out;
  for (const Range& range : ranges) out.push_back(range.file);
  return out;
}

}  // namespace

std::vector<std::vector<SortKey>> OrderFiles(TableState* state) {
  const auto& orders = state->options.sort_orders;
  if (orders.empty() || state->files.size() < 2) return orders;
  std::vector<std::vector<SortKey>> out;
  if (state->files.size() > kMostFiles) return out;
  for (const auto& order : orders) {
    if (order.empty() || order[0].expr.kind() != ExprKind::kColumn) continue;
    const int column = state->schema->GetFieldIndex(order[0].expr->as<ColumnRef>().name);
    if (column < 0) continue;
    const auto files = Follow(*state, column, order[0].ascending, order.size() > 1);
    if (!files) continue;
    if (out.empty()) {
      std::vector<TableFile> sorted;
      std::vector<bool> taken(state->files.size());
      for (size_t i : *files) {
        sorted.push_back(state->files[i]);
        taken[i] = true;
      }
      for (size_t i = 0; i < taken.size(); ++i) {  // the empty ones
        if (!taken[i]) sorted.push_back(state->files[i]);
      }
      state->files = std::move(sorted);
      out.push_back(order);
    } else if (std::is_sorted(files->begin(), files->end())) {
      out.push_back(order);
    }
  }
  return out;
}

}  // namespace bowstring::pq
