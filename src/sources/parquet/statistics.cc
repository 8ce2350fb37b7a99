// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <sys/stat.h>

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "sources/parquet/bounds.h"
#include "sources/parquet/table_state.h"

namespace bowstring::pq {
namespace {

// A column over all row groups: unknown as soon as one of them doesn't say.
class Total {
 public:
  void Add(const ColumnBounds& bounds) {
    if (bounds.null_count && nulls_) {
      *nulls_ += *bounds.null_count;
    } else {
      nulls_.reset();
    }
    if (bounds.rows == 0 || (bounds.null_count && *bounds.null_count == bounds.rows)) return;
    if (!bounds.min || !bounds.max || !bounds.is_exact) {
      known_ = false;
      return;
    }
    auto below = min_ ? Compare(*bounds.min, *min_) : -1;
    auto above = max_ ? Compare(*bounds.max, *max_) : 1;
    if (!below || !above) {
      known_ = false;
      return;
    }
    if (*below < 0) min_ = bounds.min;
    if (*above > 0) max_ = bounds.max;
  }

  ColumnStatistics Finish(const std::shared_ptr<arrow::DataType>& type) const {
    ColumnStatistics out;
    out.null_count = nulls_;
    const bool is_float = type->id() == arrow::Type::FLOAT || type->id() == arrow::Type::DOUBLE;
    if (known_ && min_ && max_ && !is_float) {  // NaNs aren't in statistics, and would be the maximum
      out.min = BoundScalar(*min_, type);
      out.max = BoundScalar(*max_, type);
    }
    return out;
  }

 private:
  bool known_ = true;
  std::optional<BoundValue> min_, max_;
  std::optional<int64_t> nulls_ = 0;
};

}  // namespace

TableStatistics TableStatisticsOf(const TableState& state) {
  TableStatistics out;
  int64_t rows = 0, bytes = 0;
  std::vector<Total> totals(static_cast<size_t>(state.schema->num_fields()));
  int64_t unread = 0;  // bytes of files whose footers no scan has asked for
  for (const TableFile& file : state.files) {
    std::shared_ptr<const Footer> read = file.footer != nullptr ? file.footer : state.options.footers->Known(file.path);
    if (read == nullptr) {
      struct stat info;
      if (::stat(file.path.c_str(), &info) == 0) unread += info.st_size;
      for (int i = state.file_columns; i < state.schema->num_fields() && i != state.row_column; ++i) {
        const auto& value = file.partition_values[static_cast<size_t>(i - state.file_columns)];
        ColumnBounds whole;
        whole.rows = 1;
        if (value->is_valid) whole.null_count = 0;
        whole.min = whole.max = LiteralBound(*value, value->type);
        whole.is_exact = true;
        totals[static_cast<size_t>(i)].Add(whole);
      }
      ColumnBounds unknown;
      unknown.rows = 1;
      for (int i = 0; i < state.file_columns; ++i) totals[static_cast<size_t>(i)].Add(unknown);
      continue;
    }
    const Footer& footer = *read;
    rows += footer.metadata->num_rows();
    bytes += footer.size;
    const auto& fields = footer.manifest.schema_fields;
    for (int i = 0; i < state.schema->num_fields(); ++i) {
      const auto& field = state.schema->field(i);
      Total& total = totals[static_cast<size_t>(i)];
      ColumnBounds whole;
      whole.rows = footer.metadata->num_rows();
      if (i == state.row_column) {
        total.Add(whole);
        continue;
      }
      if (i >= state.file_columns) {
        const auto& value = file.partition_values[static_cast<size_t>(i - state.file_columns)];
        whole.null_count = value->is_valid ? 0 : whole.rows;
        whole.min = whole.max = LiteralBound(*value, value->type);
        whole.is_exact = true;
        total.Add(whole);
        continue;
      }
      auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.field->name() == field->name(); });
      if (found == fields.end()) {
        whole.null_count = whole.rows;
        total.Add(whole);
        continue;
      }
      const bool flat = found->is_leaf() && !footer.encrypted && TableType(footer.fields[static_cast<size_t>(found - fields.begin())]->type(), state.options)->Equals(*field->type()) &&
                        footer.metadata->schema()->Column(found->column_index)->max_repetition_level() == 0;
      if (!flat) {
        total.Add(whole);
        continue;
      }
      try {
        for (int group = 0; group < footer.metadata->num_row_groups(); ++group) {
          auto meta = footer.metadata->RowGroup(group);
          total.Add(ChunkBounds(*meta->ColumnChunk(found->column_index), *field->type(), meta->num_rows()));
        }
      } catch (const std::exception&) {
        total.Add(whole);  // nothing known; a damaged footer is an error when it is read
      }
    }
  }
  out.rows = rows;
  out.bytes = bytes + unread;
  out.rows_exact = unread == 0;
  if (unread > 0) {
    // As many rows a byte as the files that were read have, else as encoded numbers take.
    const double row_bytes = rows > 0 ? static_cast<double>(bytes) / static_cast<double>(rows) : 4.0 * std::max(state.file_columns, 1);
    out.rows = rows + std::max<int64_t>(static_cast<int64_t>(static_cast<double>(unread) / row_bytes), 1);
  }
  for (int i = 0; i < state.schema->num_fields(); ++i) out.columns.push_back(totals[static_cast<size_t>(i)].Finish(state.schema->field(i)->type()));
  return out;
}

}  // namespace bowstring::pq
