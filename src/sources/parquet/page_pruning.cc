// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Rows that the page index or a bloom filter shows to be none of the filter's.

#include <algorithm>

#include <arrow/scalar.h>
#include <arrow/type.h>
#include <parquet/bloom_filter.h>
#include <parquet/bloom_filter_reader.h>
#include <parquet/page_index.h>

#include <bowstring/error.h>

#include "sources/parquet/pruning.h"

namespace bowstring::pq {
namespace {

std::vector<RowRange> Intersect(const std::vector<RowRange>& a, const std::vector<RowRange>& b) {
  std::vector<RowRange> out;
  for (size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    RowRange both{std::max(a[i].begin, b[k].begin), std::min(a[i].end, b[k].end)};
    if (both.begin < both.end) out.push_back(both);
    a[i].end < b[k].end ? ++i : ++k;
  }
  return out;
}

ColumnChunk* FindChunk(const ScanPlan& plan, const RowGroup& group, const std::string& name) {
  for (size_t i = 0; i < plan.needed.size(); ++i) {
    if (group.columns[i].kind != ColumnSource::kChunk || plan.table->schema->field(plan.needed[i])->name() != name) continue;
    ColumnChunk* chunk = group.chunks[static_cast<size_t>(group.columns[i].index)].get();
    // Only where values aren't cast between file and table.
    return chunk->type.arrow_type->Equals(*plan.fields[i]->type()) ? chunk : nullptr;
  }
  return nullptr;
}

// The bounds of each page; empty where the index is missing or can't be right.
std::vector<ColumnBounds> PageBounds(const ::parquet::ColumnIndex& index, const ColumnChunk& chunk, const arrow::DataType& type, size_t stored_pages) {
  const auto& null_pages = index.null_pages();
  const auto& mins = index.encoded_min_values();
  const auto& maxs = index.encoded_max_values();
  const size_t n = chunk.pages.size();
  // Pages without rows are left out of our table: then indices don't match.
  if (stored_pages != n || null_pages.size() != n || mins.size() != n || maxs.size() != n) return {};
  std::vector<ColumnBounds> out(n);
  for (size_t i = 0; i < n; ++i) {
    ColumnBounds& bounds = out[i];
    bounds.rows = chunk.pages[i].num_rows;
    if (index.has_null_counts() && index.null_counts().size() == n && index.null_counts()[i] >= 0 && index.null_counts()[i] <= bounds.rows) {
      bounds.null_count = index.null_counts()[i];
    }
    if (null_pages[i]) {
      bounds.null_count = bounds.rows;
      continue;
    }
    if (bounds.null_count && *bounds.null_count == bounds.rows) bounds.null_count.reset();  // contradicts null_pages
    bounds.min = DecodeBound(mins[i], chunk.type.physical, type);
    bounds.max = DecodeBound(maxs[i], chunk.type.physical, type);
    auto order = bounds.min && bounds.max ? Compare(*bounds.min, *bounds.max) : std::nullopt;
    if (!order || *order > 0) bounds.min = bounds.max = std::nullopt;
  }
  return out;
}

// The rows that a conjunct over one column may be true on, by that column's page index; all where nothing is known.
arrow::Result<Progress> PassingRows(ReadContext& context, const Footer& footer, const RowGroup& group, const ColumnChunk& chunk, const Expr& conjunct,
                                    const std::string& name, const TypeOf& types, std::vector<RowRange>* out) {
  *out = {{0, group.num_rows}};
  auto location = footer.metadata->RowGroup(group.ordinal)->ColumnChunk(chunk.ordinal)->GetColumnIndexLocation();
  if (!location || location->offset <= 0 || location->length <= 0 || location->length > (64 << 20) || location->offset > footer.size - location->length) {
    return Progress::kDone;
  }
  bool pending = false;
  ARROW_ASSIGN_OR_RAISE(auto read, context.reads->Take(location->offset, location->length, &pending));
  if (pending) return Progress::kPending;
  const uint8_t* data = read ? read->data() : nullptr;
  if (data == nullptr) {
    ARROW_RETURN_NOT_OK(Grow(&context.scratch->compressed, location->length, context.pool));
    ARROW_ASSIGN_OR_RAISE(bool cached, group.ReadIfCached(location->offset, location->length, context.scratch->compressed->mutable_data()));
    if (!cached) {
      ARROW_RETURN_NOT_OK(context.reads->Start(group.file, location->offset, location->length, {}, context.pool));
      return Progress::kPending;
    }
    data = context.scratch->compressed->data();
  }
  std::vector<ColumnBounds> pages;
  try {
    auto index = ::parquet::ColumnIndex::Make(*footer.metadata->schema()->Column(chunk.ordinal), data, static_cast<uint32_t>(location->length),
                                              MakeReaderProperties(context.pool, nullptr));
    pages = PageBounds(*index, chunk, *types(name), index->null_pages().size());
  } catch (const std::exception&) {
    return Progress::kDone;  // a damaged index costs time only
  }
  if (pages.empty()) return Progress::kDone;
  out->clear();
  for (size_t i = 0; i < pages.size(); ++i) {
    BoundsOf bounds = [&](const std::string& asked) { return asked == name ? &pages[i] : nullptr; };
    if (!MayMatch(conjunct, bounds, types)) continue;
    const PageEntry& page = chunk.pages[i];
    if (!out->empty() && out->back().end == page.first_row) {
      out->back().end += page.num_rows;
    } else {
      out->push_back({page.first_row, page.first_row + page.num_rows});
    }
  }
  return Progress::kDone;
}

arrow::Result<Progress> PruneByPages(const ScanPlan& plan, ReadContext& context, const Footer& footer, RowGroup* group, std::vector<RowRange>* rows) {
  TypeOf types = [&](const std::string& name) -> std::shared_ptr<arrow::DataType> {
    const int i = plan.table->schema->GetFieldIndex(name);
    return i < 0 ? nullptr : plan.table->schema->field(i)->type();
  };
  group->passing.resize(plan.conjuncts.size());
  for (size_t i = 0; i < plan.conjuncts.size() && !rows->empty(); ++i) {
    const auto names = ColumnsOf(plan.conjuncts[i]);
    if (names.size() != 1) continue;
    const ColumnChunk* chunk = FindChunk(plan, *group, names[0]);
    if (chunk == nullptr || chunk->pages.size() < 2) continue;
    if (!group->passing[i]) {  // kept, because a call that ends in a pending read is made again
      std::vector<RowRange> passing;
      ARROW_ASSIGN_OR_RAISE(Progress progress, PassingRows(context, footer, *group, *chunk, plan.conjuncts[i], names[0], types, &passing));
      if (progress != Progress::kDone) return progress;
      group->passing[i] = std::move(passing);
    }
    *rows = Intersect(*rows, *group->passing[i]);
  }
  return Progress::kDone;
}

// The hash of a literal as a value of the column; none where it can't be one, or isn't certain.
std::optional<uint64_t> HashOf(const ::parquet::BloomFilter& filter, const ColumnChunk& chunk, const arrow::DataType& type, const BoundValue& value, bool* absent) {
  *absent = false;
  if (value.kind == BoundValue::kBytes) {
    if (chunk.type.physical != ::parquet::Type::BYTE_ARRAY) return std::nullopt;
    return filter.Hash(std::string_view(value.bytes));
  }
  if (value.kind != BoundValue::kNumber) return std::nullopt;
  if (type.id() == arrow::Type::DECIMAL128 && static_cast<const arrow::DecimalType&>(type).scale() != value.scale) return std::nullopt;
  if (type.id() != arrow::Type::DECIMAL128 && value.scale != 0) return std::nullopt;
  const auto number = value.number;
  if (chunk.type.physical == ::parquet::Type::INT32) {
    const bool fits = number >= INT32_MIN && number <= UINT32_MAX;
    *absent = !fits;
    return fits ? std::optional(filter.Hash(static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(number))))) : std::nullopt;
  }
  if (chunk.type.physical == ::parquet::Type::INT64) {
    const bool fits = number >= INT64_MIN && number <= UINT64_MAX;
    *absent = !fits;
    return fits ? std::optional(filter.Hash(static_cast<int64_t>(static_cast<uint64_t>(number)))) : std::nullopt;
  }
  return std::nullopt;
}

arrow::Result<bool> BloomMayMatch(const ScanPlan& plan, ReadContext& context, const Footer& footer, RowGroup* group) {
  auto meta = footer.metadata->RowGroup(group->ordinal);
  for (const Expr& conjunct : plan.conjuncts) {
    std::string name;
    std::vector<std::shared_ptr<arrow::Scalar>> literals;
    if (!IsEquality(conjunct, &name, &literals)) continue;
    ColumnChunk* chunk = FindChunk(plan, *group, name);
    if (chunk == nullptr || !meta->ColumnChunk(chunk->ordinal)->bloom_filter_offset()) continue;
    const auto& type = plan.table->schema->GetFieldByName(name)->type();
    auto file = MakeArrowFile(group->file, context.pool);
    auto reader = ::parquet::BloomFilterReader::Make(file, footer.metadata, MakeReaderProperties(context.pool, nullptr));
    auto of_group = reader->RowGroup(group->ordinal);
    auto filter = of_group ? of_group->GetColumnBloomFilter(chunk->ordinal) : nullptr;
    if (filter == nullptr) continue;
    bool may = false;
    for (const auto& literal : literals) {
      if (!literal->is_valid) continue;  // equal to nothing
      auto value = LiteralBound(*literal, type);
      bool absent = false;
      auto hash = value ? HashOf(*filter, *chunk, *type, *value, &absent) : std::nullopt;
      may = hash ? filter->FindHash(*hash) : !absent;
      if (may) break;
    }
    if (!may) return false;
  }
  return true;
}

}  // namespace

arrow::Result<Progress> PruneRows(const ScanPlan& plan, ReadContext& context, const Footer& footer, RowGroup* group, std::vector<RowRange>* rows) {
  const ParquetReadOptions& options = plan.table->options;
  if (footer.encrypted) return Progress::kDone;
  try {
    if (options.enable_page_index && !group->has_fallback) {
      ARROW_ASSIGN_OR_RAISE(Progress progress, PruneByPages(plan, context, footer, group, rows));
      if (progress != Progress::kDone) return progress;
    }
    if (options.bloom_filter_on_read && !rows->empty()) {
      ARROW_ASSIGN_OR_RAISE(bool may, BloomMayMatch(plan, context, footer, group));
      if (!may) rows->clear();
    }
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("while reading a bloom filter of '", footer.path, "'");
  } catch (const std::exception&) {
    // A damaged index or filter costs time only: the rows are read.
  }
  return Progress::kDone;
}

}  // namespace bowstring::pq
