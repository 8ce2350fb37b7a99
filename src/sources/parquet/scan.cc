// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include <arrow/type.h>

#include <bowstring/column_filter.h>
#include <bowstring/error.h>

#include "expr/bind.h"
#include "expr/node.h"
#include "expr/scope.h"
#include "sources/parquet/pruning.h"
#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {
namespace {

// One row group of one file.
struct Unit {
  int32_t file;
  int32_t ordinal;
  int64_t rows;
};

class ParquetScan final : public Source {
 public:
  ParquetScan(std::shared_ptr<const ScanPlan> plan, std::vector<Unit> units, std::vector<size_t> lane_begins)
      : plan_(std::move(plan)), units_(std::move(units)), files_(plan_->table->files.size()) {
    for (size_t i = 0; i + 1 < lane_begins.size(); ++i) {
      auto lane = std::make_unique<Lane>();
      lane->next = lane_begins[i];
      lane->end = lane_begins[i + 1];
      lane->reads = std::make_shared<PendingReads>(plan_->io);
      lanes_.push_back(std::move(lane));
    }
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_->schema; }
  int32_t lanes() const override { return static_cast<int32_t>(lanes_.size()); }

  // A row group a call.
  arrow::Result<Step> Split(TaskContext& context, LaneId id, std::vector<Morsel>* out) override {
    Lane& lane = *lanes_[static_cast<size_t>(id)];
    while (lane.next < lane.end) {
      if (plan_->limit && !plan_->has_predicate() && lane.rows >= *plan_->limit) break;
      const Unit& unit = units_[lane.next];
      if (lane.group == nullptr) {
        ARROW_ASSIGN_OR_RAISE(bool may_match, plan_->prune ? RowGroupMayMatch(*plan_, unit.file, unit.ordinal) : true);
        if (!may_match) {
          ++lane.next;
          if (context.Stop()) return Step::kHaveMore;
          continue;
        }
        ARROW_ASSIGN_OR_RAISE(auto file, OpenFile(unit.file));
        ARROW_ASSIGN_OR_RAISE(lane.group, MakeRowGroup(*plan_, unit.file, unit.ordinal, std::move(file)));
      }
      ARROW_ASSIGN_OR_RAISE(Progress progress, Prepare(context, unit, &lane));
      if (progress != Progress::kDone) {
        lane.reads->Notify(context.Park(ParkReason::kIo));
        return Step::kParked;
      }
      const size_t before = out->size();
      AddMorsels(&lane, out);
      lane.group.reset();
      ++lane.next;
      if (out->size() > before) return Step::kHaveMore;
    }
    return Step::kFinished;
  }

  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override { return MakeCursor(plan_, morsel, from); }

  std::shared_ptr<void> Shed(const Morsel& morsel) override {
    auto shed = std::make_shared<std::vector<std::shared_ptr<const void>>>();
    const auto take = [&shed](auto& slot) {
      if (auto value = slot.Take()) shed->push_back(std::move(value));
    };
    for (const auto& chunk : static_cast<RowGroup*>(morsel.shared.get())->chunks) {
      take(chunk->dictionary);
      for (const auto& page : chunk->shared) {
        if (page != nullptr) take(page->slot);
      }
    }
    if (shed->empty()) return nullptr;
    return shed;
  }

 private:
  struct Lane {
    size_t next = 0, end = 0;
    int64_t rows = 0;  // given out so far, where no filter takes any away
    std::shared_ptr<RowGroup> group;  // being prepared
    std::vector<RowRange> ranges;
    std::shared_ptr<PendingReads> reads;
  };

  arrow::Result<Progress> Prepare(TaskContext& context, const Unit& unit, Lane* lane) {
    auto scratch = plan_->TakeScratch();
    ReadContext read{lane->group.get(), context.pool(), scratch.get(), lane->reads.get(), nullptr};
    const TableFile& file = plan_->table->files[static_cast<size_t>(unit.file)];
    lane->ranges = {{0, lane->group->num_rows}};
    arrow::Result<Progress> progress = FillPageTables(read, *file.footer, lane->group.get());
    if (progress.ok() && *progress == Progress::kDone && plan_->prune && !plan_->conjuncts.empty()) {
      progress = PruneRows(*plan_, read, *file.footer, lane->group.get(), &lane->ranges);
    }
    plan_->GiveScratch(std::move(scratch));
    return progress;
  }

  void AddMorsels(Lane* lane, std::vector<Morsel>* out) {
    auto& group = lane->group;
    if (group->num_rows == 0) return;
    auto cuts = CutMorsels(*plan_, lane->ranges, lane->rows, group.get());
    for (size_t i = 0; i < cuts.size(); ++i) {
      if (plan_->limit && !plan_->has_predicate() && lane->rows >= *plan_->limit) break;
      Morsel morsel;
      morsel.number = (static_cast<uint64_t>(lane->next) << 24) + i;
      morsel.begin = cuts[i].begin;
      morsel.end = cuts[i].end;
      morsel.part = static_cast<int32_t>(lane->next);
      morsel.shared = group;
      morsel.apart = true;
      morsel.need = Need(*group, cuts[i]);
      if (!plan_->filtered()) morsel.lane_row = lane->rows;
      lane->rows += cuts[i].end - cuts[i].begin;
      out->push_back(std::move(morsel));
    }
  }

  // What the pages of a morsel decompress to, about, and one batch.
  int64_t Need(const RowGroup& group, RowRange rows) const {
    int64_t need = 0;
    for (const auto& chunk : group.chunks) {
      const int64_t batch = std::min(rows.end - rows.begin, plan_->batch_rows);
      need += batch * chunk->type.width + batch / 8;
      const double ratio = static_cast<double>(chunk->uncompressed_size) / static_cast<double>(std::max<int64_t>(chunk->end - chunk->begin, 1));
      int64_t bytes = chunk->dictionary_size;
      for (const PageEntry& page : chunk->pages) {
        if (page.first_row < rows.end && page.first_row + page.num_rows > rows.begin) bytes += page.size;
      }
      need += static_cast<int64_t>(static_cast<double>(bytes) * std::max(ratio, 1.0));
    }
    return need;
  }

  arrow::Result<std::shared_ptr<const LocalFile>> OpenFile(int32_t index) {
    {
      std::lock_guard lock(files_mutex_);
      if (auto file = files_[static_cast<size_t>(index)].lock()) return file;
    }
    const Footer& footer = *plan_->table->files[static_cast<size_t>(index)].footer;
    ARROW_ASSIGN_OR_RAISE(auto file, LocalFile::Open(footer.path, plan_->table->options.allowed));
    ARROW_RETURN_NOT_OK(footer.CheckSame(*file));
    std::lock_guard lock(files_mutex_);
    files_[static_cast<size_t>(index)] = file;
    return file;
  }

  const std::shared_ptr<const ScanPlan> plan_;
  const std::vector<Unit> units_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::mutex files_mutex_;
  std::vector<std::weak_ptr<const LocalFile>> files_;  // open while a row group of theirs is in use
};

// Contiguous groups of units of about equal bytes: a unit goes where its first byte lies. No lane stays empty.
std::vector<size_t> CutLanes(const std::vector<int64_t>& bytes, size_t lanes) {
  int64_t total = 0;
  for (int64_t size : bytes) total += size;
  std::vector<size_t> begins{0};
  double at = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const size_t lane = begins.size() - 1;
    const bool starts = at * static_cast<double>(lanes) >= static_cast<double>(total) * static_cast<double>(lane + 1);
    const bool must = bytes.size() - i == lanes - lane - 1;  // as many units are left as lanes
    if (i > begins.back() && lane + 1 < lanes && (starts || must)) begins.push_back(i);
    at += static_cast<double>(bytes[i]);
  }
  begins.push_back(bytes.size());
  return begins;
}

// The conjuncts by the columns that they read, those that may fail in one; all in one where a row may get another answer next time. Places are
// columns of the table.
arrow::Result<std::vector<ScanTest>> SplitPredicate(const TableState& table, const std::vector<Expr>& conjuncts) {
  struct Part {
    std::vector<int> columns;
    std::vector<Expr> exprs;
    bool last;
  };
  std::vector<Part> parts;
  bool stable = true;
  for (const Expr& conjunct : conjuncts) {
    ARROW_ASSIGN_OR_RAISE(auto bound, BindPredicate(conjunct, Scope::Of(*table.schema), *table.physical_schema));
    const bool last = bound->fallible();
    stable = stable && bound->root().stable;
    auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return last ? part.last : !part.last && part.columns == bound->columns(); });
    if (found == parts.end()) found = parts.insert(parts.end(), Part{bound->columns(), {}, last});
    found->exprs.push_back(conjunct);
    for (int column : bound->columns()) {
      if (std::find(found->columns.begin(), found->columns.end(), column) == found->columns.end()) found->columns.push_back(column);
    }
  }
  if (!stable) {
    Part all{{}, conjuncts, true};
    for (const Part& part : parts) {
      for (int column : part.columns) {
        if (std::find(all.columns.begin(), all.columns.end(), column) == all.columns.end()) all.columns.push_back(column);
      }
    }
    parts = {std::move(all)};
  }
  std::vector<ScanTest> tests;
  for (const Part& part : parts) {
    arrow::FieldVector logical, physical;
    for (int column : part.columns) {
      logical.push_back(table.schema->field(column));
      physical.push_back(table.physical_schema->field(column));
    }
    ScanTest test;
    test.places = part.columns;
    test.schema = arrow::schema(physical);
    test.last = part.last;
    ARROW_ASSIGN_OR_RAISE(test.predicate, BindPredicate(And(part.exprs), Scope::Of(*arrow::schema(logical)), *test.schema));
    tests.push_back(std::move(test));
  }
  return tests;
}

arrow::Status PlanColumns(const TableState& table, const ScanRequest& request, ScanPlan* plan) {
  auto place_of = [plan](int column) {
    auto found = std::find(plan->needed.begin(), plan->needed.end(), column);
    if (found == plan->needed.end()) found = plan->needed.insert(found, column);
    return static_cast<int>(found - plan->needed.begin());
  };
  std::vector<ScanTest> tests;
  if (!request.filters.empty()) {  // its columns are found by binding it to the whole table
    ARROW_ASSIGN_OR_RAISE(tests, SplitPredicate(table, request.filters));
    for (ScanTest& test : tests) {
      for (int& column : test.places) column = place_of(column);
    }
  }
  for (const ScanFilter& dynamic : request.dynamic_filters) {
    if (std::find(dynamic.columns.begin(), dynamic.columns.end(), table.row_column) != dynamic.columns.end()) continue;  // known too late
    ScanTest whole;
    whole.filter = static_cast<int>(plan->dynamic.size());
    plan->dynamic.push_back(dynamic);
    for (int column : dynamic.columns) whole.places.push_back(place_of(column));
    const auto* by_column = dynamic_cast<const ColumnFilter*>(dynamic.filter.get());
    for (size_t i = 0; by_column != nullptr && whole.places.size() > 1 && i < whole.places.size(); ++i) {
      ScanTest one;
      one.filter = whole.filter;
      one.filter_column = static_cast<int>(i);
      one.by_column = by_column;
      one.places = {whole.places[i]};
      tests.push_back(std::move(one));
    }
    tests.push_back(std::move(whole));
  }
  plan->tests = std::move(tests);
  plan->filter_columns = static_cast<int>(plan->needed.size());
  arrow::FieldVector given;
  for (int column : request.projection) {
    if (column < 0 || column >= table.schema->num_fields()) return Error(ErrorKind::kInternal, "a scan of column ", column, " of ", table.schema->num_fields());
    plan->output.push_back(place_of(column));
    given.push_back(table.physical_schema->field(column));
  }
  for (int column : plan->needed) plan->fields.push_back(table.physical_schema->field(column));
  plan->schema = arrow::schema(std::move(given), table.schema->metadata());
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::shared_ptr<Source>> MakeScan(std::shared_ptr<const TableState> table, const ScanRequest& given) {
  ScanRequest request = given;
  ARROW_ASSIGN_OR_RAISE(const auto state, FilesOfScan(std::move(table), &request.filters));
  auto plan = std::make_shared<ScanPlan>();
  plan->table = state;
  plan->limit = request.limit;
  plan->batch_rows = std::max<int64_t>(request.batch_rows, 1);
  plan->align_rows = std::max<int64_t>(request.align_rows, 1);
  plan->prune = request.prune && state->options.pruning;
  plan->conjuncts = request.filters;
  plan->io = state->options.io;
  ARROW_RETURN_NOT_OK(PlanColumns(*state, request, plan.get()));
  std::vector<Unit> units;
  std::vector<int64_t> bytes;
  for (size_t file = 0; file < state->files.size(); ++file) {
    const auto& metadata = *state->files[file].footer->metadata;
    try {
      int64_t left = metadata.num_rows();
      for (int i = 0; i < metadata.num_row_groups(); ++i) {
        auto group = metadata.RowGroup(i);
        // Where no column is read, nothing else would show that a count is damaged.
        if (group->num_rows() < 0 || group->num_rows() > left) {
          return Error(ErrorKind::kExecution, "Parquet file '", state->files[file].footer->path, "', row group ", i, ": ", group->num_rows(),
                       " rows, where the file has ", metadata.num_rows(), " in all");
        }
        left -= group->num_rows();
        if (group->num_rows() == 0) continue;
        units.push_back({static_cast<int32_t>(file), i, group->num_rows()});
        bytes.push_back(std::max<int64_t>(group->total_byte_size(), 1));
      }
      if (left != 0) return Error(ErrorKind::kExecution, "Parquet file '", state->files[file].footer->path, "': row groups have ", left, " rows less than the file");
    } catch (const std::exception& e) {
      return Error(ErrorKind::kExecution, "Parquet file '", state->files[file].footer->path, "': ", e.what());
    }
  }
  const size_t lanes = std::clamp<size_t>(units.size(), 1, static_cast<size_t>(std::max(request.target_partitions, 1)));
  auto begins = CutLanes(bytes, lanes);
  return std::make_shared<ParquetScan>(std::move(plan), std::move(units), std::move(begins));
}

}  // namespace bowstring::pq
