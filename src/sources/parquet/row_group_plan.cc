// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include <arrow/array/util.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <parquet/page_index.h>

#include <bowstring/error.h>

#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {
namespace {

using ::parquet::Encoding;

constexpr int64_t kMaxHeader = 16 << 20;

bool KnownEncodings(const ::parquet::ColumnChunkMetaData& meta) {
  for (auto encoding : meta.encodings()) {
    switch (encoding) {
      case Encoding::PLAIN:
      case Encoding::PLAIN_DICTIONARY:
      case Encoding::RLE:
      case Encoding::BIT_PACKED:
      case Encoding::DELTA_BINARY_PACKED:
      case Encoding::DELTA_LENGTH_BYTE_ARRAY:
      case Encoding::DELTA_BYTE_ARRAY:
      case Encoding::RLE_DICTIONARY:
      case Encoding::BYTE_STREAM_SPLIT: break;
      default: return false;
    }
  }
  return true;
}

bool KnownCodec(::arrow::Compression::type codec) { return codec == ::arrow::Compression::UNCOMPRESSED || arrow::util::Codec::IsAvailable(codec); }

arrow::Status FillBounds(const Footer& footer, const ::parquet::ColumnChunkMetaData& meta, ColumnChunk* chunk) {
  auto damaged = [&](const char* what) { return Error(ErrorKind::kExecution, "the footer's ", what); };
  chunk->begin = meta.data_page_offset();
  if (meta.has_dictionary_page() && meta.dictionary_page_offset() > 0) {
    chunk->begin = std::min(chunk->begin, meta.dictionary_page_offset());
    chunk->dictionary_offset = chunk->begin;
  }
  int64_t size = meta.total_compressed_size();
  if (chunk->begin < 4 || chunk->begin > footer.size || size < 0 || size > footer.size - chunk->begin) {
    return damaged("column chunk lies outside of the file");
  }
  // Old parquet-mr left the dictionary page's header out of the sum (PARQUET-816).
  if (footer.metadata->writer_version().VersionLt(::parquet::ApplicationVersion::PARQUET_816_FIXED_VERSION())) {
    size = std::min<int64_t>(size + 100, footer.size - chunk->begin);
  }
  chunk->end = chunk->begin + size;
  chunk->uncompressed_size = meta.total_uncompressed_size();
  return arrow::Status::OK();
}

// The page table as the offset index has it; false where it can't be right.
bool TakeOffsetIndex(const ::parquet::OffsetIndex& index, int64_t num_rows, ColumnChunk* chunk) {
  const auto& locations = index.page_locations();
  std::vector<PageEntry> pages;
  for (size_t i = 0; i < locations.size(); ++i) {
    PageEntry page;
    page.offset = locations[i].offset;
    page.size = locations[i].compressed_page_size;
    page.first_row = locations[i].first_row_index;
    const int64_t next = i + 1 < locations.size() ? locations[i + 1].first_row_index : num_rows;
    page.num_rows = next - page.first_row;
    if (page.offset < chunk->begin || page.size <= 0 || page.offset > chunk->end - page.size || page.num_rows < 0 ||
        page.first_row != (pages.empty() ? 0 : pages.back().first_row + pages.back().num_rows)) {
      return false;
    }
    if (page.num_rows > 0) pages.push_back(page);
  }
  if (pages.empty()) return false;
  // Some writers don't say where the dictionary is: it is what lies before the first data page.
  chunk->dictionary_offset = pages[0].offset > chunk->begin ? chunk->begin : -1;
  chunk->dictionary_size = pages[0].offset - chunk->begin;
  chunk->pages = std::move(pages);
  return true;
}

// From header to header. Pages found stay in the table, so that this can be called again.
arrow::Result<Progress> WalkPages(ReadContext& context, int64_t num_rows, ColumnChunk* chunk) {
  auto& pages = chunk->pages;
  int64_t rows = pages.empty() ? 0 : pages.back().first_row + pages.back().num_rows;
  int64_t at = pages.empty() ? chunk->begin : pages.back().offset + pages.back().size;
  if (pages.empty()) chunk->dictionary_offset = -1;
  int64_t window = 512;
  while (rows < num_rows && at < chunk->end) {
    const int64_t size = std::min(window, chunk->end - at);
    ARROW_RETURN_NOT_OK(Grow(&context.scratch->compressed, size, context.pool));
    const uint8_t* data = context.scratch->compressed->data();
    bool pending = false;
    ARROW_ASSIGN_OR_RAISE(auto read, context.reads->Take(at, size, &pending));
    if (pending) return Progress::kPending;
    if (read != nullptr) {
      data = read->data();
    } else {
      ARROW_ASSIGN_OR_RAISE(bool cached, context.group->ReadIfCached(at, size, context.scratch->compressed->mutable_data()));
      if (!cached) {
        ARROW_RETURN_NOT_OK(context.reads->Start(context.group->file, at, size, {{at, std::min<int64_t>(chunk->end - at, 4 << 20)}}, context.pool));
        return Progress::kPending;
      }
    }
    PageHeader header;
    int64_t head = 0;
    const auto outcome = ParsePageHeader(data, size, &header, &head);
    if (outcome == HeaderOutcome::kShort && size == window && window < kMaxHeader) {
      window = std::min(window * 8, kMaxHeader);
      continue;
    }
    if (outcome != HeaderOutcome::kOk) return Error(ErrorKind::kExecution, "a page's header at byte ", at, " is damaged");
    window = 512;
    const int64_t whole = head + header.compressed_size;
    if (whole > chunk->end - at) return Error(ErrorKind::kExecution, "a page at byte ", at, " goes on behind its column chunk");
    if (header.kind == PageKind::kDictionary) {
      if (!pages.empty() || chunk->dictionary_offset >= 0) return Error(ErrorKind::kExecution, "a second dictionary page at byte ", at);
      chunk->dictionary_offset = at;
      chunk->dictionary_size = whole;
    } else if (header.kind != PageKind::kIndex) {
      if (header.kind == PageKind::kDataV2 && header.num_rows != header.num_values) return Error(ErrorKind::kExecution, "a flat page with more values than rows");
      if (header.num_values > 0) pages.push_back({at, whole, rows, header.num_values, 0});
      rows += header.num_values;
    }
    at += whole;
  }
  if (rows != num_rows) return Error(ErrorKind::kExecution, "pages hold ", rows, " rows where the footer says ", num_rows);
  return Progress::kDone;
}

}  // namespace

arrow::Result<std::shared_ptr<RowGroup>> MakeRowGroup(const ScanPlan& plan, int32_t file_index, int32_t ordinal, std::shared_ptr<const LocalFile> file) {
  const TableState& table = *plan.table;
  const TableFile& table_file = table.files[static_cast<size_t>(file_index)];
  const Footer& footer = *table_file.footer;
  auto group = std::make_shared<RowGroup>();
  group->file = std::move(file);
  group->file_index = file_index;
  group->ordinal = ordinal;
  group->limits = {table.options.max_page_bytes, table.options.verify_checksums, table.options.always_io_threads};
  try {
    auto meta = footer.metadata->RowGroup(ordinal);
    group->num_rows = meta->num_rows();
    for (size_t i = 0; i < plan.needed.size(); ++i) {
      const int column = plan.needed[i];
      ColumnSource source;
      if (column == table.row_column) {
        source.kind = ColumnSource::kRow;
        for (int before = 0; before < ordinal; ++before) group->first_row += footer.metadata->RowGroup(before)->num_rows();
        group->columns.push_back(std::move(source));
        continue;
      }
      if (column >= table.file_columns) {
        source.constant = table_file.partition_values[static_cast<size_t>(column - table.file_columns)];
        group->columns.push_back(std::move(source));
        continue;
      }
      const auto& fields = footer.manifest.schema_fields;
      const std::string& name = table.schema->field(column)->name();
      auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.field->name() == name; });
      if (found == fields.end()) {
        source.constant = arrow::MakeNullScalar(plan.fields[i]->type());
        group->columns.push_back(std::move(source));
        continue;
      }
      source.kind = ColumnSource::kFallback;
      source.index = static_cast<int32_t>(found - fields.begin());
      if (found->is_leaf() && !footer.encrypted) {
        const auto* descr = footer.metadata->schema()->Column(found->column_index);
        auto chunk_meta = meta->ColumnChunk(found->column_index);
        auto natural = DecodedType(footer.fields[static_cast<size_t>(source.index)]->type(), descr->physical_type(), table.options);
        auto type = MakeValueType(descr->physical_type(), descr->type_length(), natural);
        if (type.ok() && descr->max_repetition_level() == 0 && descr->max_definition_level() <= 1 && KnownEncodings(*chunk_meta) &&
            KnownCodec(chunk_meta->compression())) {
          auto chunk = std::make_unique<ColumnChunk>();
          chunk->name = name;
          chunk->type = *type;
          chunk->optional = descr->max_definition_level() == 1;
          chunk->codec = chunk_meta->compression();
          chunk->ordinal = found->column_index;
          arrow::Status bounds = FillBounds(footer, *chunk_meta, chunk.get());
          // A damaged width must not make a batch of terabytes.
          if (bounds.ok() && chunk->type.width > 4096 && chunk->type.width > chunk->uncompressed_size) bounds = Error(ErrorKind::kExecution, "values of ", chunk->type.width, " bytes in a column chunk of ", chunk->uncompressed_size);
          if (bounds.ok() && chunk_meta->num_values() != group->num_rows) bounds = Error(ErrorKind::kExecution, "the footer counts values and rows differently");
          ARROW_RETURN_NOT_OK(group->Name(*chunk, bounds));
          source.kind = ColumnSource::kChunk;
          source.index = static_cast<int32_t>(group->chunks.size());
          group->chunks.push_back(std::move(chunk));
        }
      }
      group->has_fallback |= source.kind == ColumnSource::kFallback;
      group->columns.push_back(std::move(source));
    }
  } catch (const std::exception& e) {
    return Error(ErrorKind::kExecution, "Parquet file '", footer.path, "', row group ", ordinal, ": ", e.what());
  }
  return group;
}

arrow::Result<Progress> FillPageTables(ReadContext& context, const Footer& footer, RowGroup* group) {
  // The indices of a row group lie side by side: one read for all.
  struct Place {
    ColumnChunk* chunk;
    int64_t offset;
    int64_t size;
  };
  std::vector<Place> places;
  int64_t first = INT64_MAX, last = 0;
  try {
    auto meta = footer.metadata->RowGroup(group->ordinal);
    for (const auto& chunk : group->chunks) {
      if (!chunk->pages.empty() || chunk->index_tried) continue;
      auto location = meta->ColumnChunk(chunk->ordinal)->GetOffsetIndexLocation();
      if (!location || location->offset <= 0 || location->length <= 0 || location->offset > footer.size - location->length) continue;
      places.push_back({chunk.get(), location->offset, location->length});
      first = std::min(first, location->offset);
      last = std::max(last, location->offset + location->length);
    }
    if (!places.empty() && last - first > (16 << 20)) places.clear();  // scattered or huge: walking is as good
    if (!places.empty()) {
      const int64_t size = last - first;
      bool pending = false;
      ARROW_ASSIGN_OR_RAISE(auto read, context.reads->Take(first, size, &pending));
      if (pending) return Progress::kPending;
      const uint8_t* data = read ? read->data() : nullptr;
      if (data == nullptr) {
        ARROW_RETURN_NOT_OK(Grow(&context.scratch->compressed, size, context.pool));
        ARROW_ASSIGN_OR_RAISE(bool cached, group->ReadIfCached(first, size, context.scratch->compressed->mutable_data()));
        if (!cached) {
          ARROW_RETURN_NOT_OK(context.reads->Start(group->file, first, size, {}, context.pool));
          return Progress::kPending;
        }
        data = context.scratch->compressed->data();
      }
      const auto properties = MakeReaderProperties(context.pool, nullptr);
      for (const Place& place : places) {
        place.chunk->index_tried = true;
        try {
          auto index = ::parquet::OffsetIndex::Make(data + (place.offset - first), static_cast<uint32_t>(place.size), properties);
          TakeOffsetIndex(*index, group->num_rows, place.chunk);
        } catch (const std::exception&) {
          // A damaged index costs time only.
        }
      }
    }
  } catch (const std::exception& e) {
    return Error(ErrorKind::kExecution, "Parquet file '", footer.path, "', row group ", group->ordinal, ": ", e.what());
  }
  for (const auto& chunk : group->chunks) {
    const auto& pages = chunk->pages;
    if (!pages.empty() && pages.back().first_row + pages.back().num_rows == group->num_rows) continue;
    auto progress = WalkPages(context, group->num_rows, chunk.get());
    if (!progress.ok()) return group->Name(*chunk, progress.status());
    if (*progress != Progress::kDone) return progress;
  }
  return Progress::kDone;
}

std::vector<RowRange> CutMorsels(const ScanPlan& plan, const std::vector<RowRange>& rows, int64_t lane_row, RowGroup* group) {
  std::vector<RowRange> out;
  const ColumnChunk* heaviest = nullptr;
  for (const auto& chunk : group->chunks) {
    if (heaviest == nullptr || chunk->end - chunk->begin > heaviest->end - heaviest->begin) heaviest = chunk.get();
  }
  if (group->has_fallback || heaviest == nullptr) {
    // Arrow's reader can't be entered in the middle for little: one morsel for all that is left of the row group.
    for (const RowRange& range : rows) out.push_back(range);
    if (group->has_fallback && out.size() > 1) out = {{out.front().begin, out.back().end}};
  } else {
    const int64_t least = plan.batch_rows, most = plan.batch_rows * 8;
    for (const RowRange& range : rows) {
      int64_t begin = range.begin;
      for (const PageEntry& page : heaviest->pages) {
        if (page.first_row >= range.end) break;
        if (page.first_row < begin + least) continue;
        // The outward batches' border at or before the page: the page is shared by two morsels then, but no batch is put together.
        const int64_t past = plan.has_predicate() ? 0 : (lane_row + page.first_row - range.begin) % plan.align_rows;
        if (page.first_row - past <= begin) continue;
        out.push_back({begin, page.first_row - past});
        begin = page.first_row - past;
      }
      if (begin < range.end) out.push_back({begin, range.end});
      lane_row += range.end - range.begin;
    }
    std::vector<RowRange> split;
    for (const RowRange& range : out) {
      const int64_t size = range.end - range.begin, pieces = (size + most - 1) / most;
      for (int64_t i = 0; i < pieces; ++i) split.push_back({range.begin + size * i / pieces, range.begin + size * (i + 1) / pieces});
    }
    out = std::move(split);
  }
  for (const auto& chunk : group->chunks) {
    chunk->shared.clear();
    chunk->shared.resize(chunk->pages.size());
    size_t morsel = 0;
    for (size_t i = 0; i < chunk->pages.size(); ++i) {
      PageEntry& page = chunk->pages[i];
      const int64_t end = page.first_row + page.num_rows;
      while (morsel < out.size() && out[morsel].end <= page.first_row) ++morsel;
      page.morsels = 0;
      for (size_t m = morsel; m < out.size() && out[m].begin < end; ++m) ++page.morsels;
      if (page.morsels > 1) chunk->shared[i] = std::make_unique<SharedPage>();
    }
  }
  return out;
}

std::unique_ptr<Scratch> ScanPlan::TakeScratch() const {
  std::lock_guard lock(scratch_mutex_);
  if (scratch_.empty()) return std::make_unique<Scratch>();
  auto out = std::move(scratch_.back());
  scratch_.pop_back();
  return out;
}

void ScanPlan::GiveScratch(std::unique_ptr<Scratch> scratch) const {
  std::lock_guard lock(scratch_mutex_);
  scratch_.push_back(std::move(scratch));
}

}  // namespace bowstring::pq
