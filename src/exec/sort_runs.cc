// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort_runs.h"

#include <algorithm>

#include "exec/sort_entries.h"
#include "exec/sort_merge.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

// A merge holds a block of each run: small budgets take smaller ones, a 64th each.
constexpr int64_t kMostBlockBytes = 256 << 10, kLeastBlockBytes = 24 << 10;
constexpr int64_t kBlockRows = 8192, kSmallestBlock = 256;
constexpr int64_t kBatchBytes = 4 << 20;
// A block being merged costs its batch, its rows and its entries.
constexpr int64_t kBlockCost = 3;
constexpr int64_t kLeastFanIn = 4;

int64_t BlockBytes(const QueryMemory& memory) {
  const int64_t all = std::min(memory.available(), int64_t{1} << 50) + memory.pool()->bytes_allocated();
  return std::clamp(all / 64, kLeastBlockBytes, kMostBlockBytes);
}

}  // namespace

SortRuns::SortRuns(std::shared_ptr<const SortPlan> plan, QueryMemory* memory, std::shared_ptr<SpillSpace> spill)
    : plan_(std::move(plan)), memory_(memory), spill_(std::move(spill)), block_bytes_(BlockBytes(*memory)), stats_(plan_->memory().keys.size()) {}

bool SortRuns::empty() const {
  const std::lock_guard lock(mutex_);
  return runs_.empty();
}

arrow::Result<SortRuns::Writer> SortRuns::Writer::Open(SortRuns* runs) {
  Writer writer;
  writer.runs_ = runs;
  writer.run_ = std::make_shared<SortRun>(*runs->plan_, runs->memory_->pool());
  ARROW_ASSIGN_OR_RAISE(writer.run_->file, SpillFile::Create(runs->spill_, runs->plan_->run_schema()));
  return writer;
}

arrow::Status SortRuns::Writer::Append(const std::shared_ptr<arrow::RecordBatch>& batch, arrow::MemoryPool* pool) {
  const SortPlan& plan = *runs_->plan_;
  std::vector<RowColumn> columns;
  for (int field : plan.fence_fields()) {
    RowColumn column{batch->column_data(field), nullptr};
    if (RowKindOf(*column.array->type) == RowKind::kOther) {  // not to keep the whole column
      const int32_t first = 0;
      ARROW_ASSIGN_OR_RAISE(column.array, Gather(*column.array, &first, 1, pool));
    }
    columns.push_back(std::move(column));
  }
  std::vector<RowSpan> spans;
  ARROW_RETURN_NOT_OK(run_->fence_rows.Append(columns, 1, &spans));
  ARROW_RETURN_NOT_OK(run_->file->Append(*batch, pool));
  run_->fences.push_back(spans[0].begin);
  run_->rows += batch->num_rows();
  return arrow::Status::OK();
}

arrow::Status SortRuns::Writer::Append(const uint8_t* const* rows, int64_t n, arrow::MemoryPool* pool) {
  const SortPlan& plan = *runs_->plan_;
  std::vector<int> fields;
  for (int f = 0; f < plan.run().layout.num_fields(); ++f) fields.push_back(f);
  ARROW_ASSIGN_OR_RAISE(auto batch, RowsToBatch(plan.run().layout, fields, plan.run_schema(), rows, n, pool));
  return Append(batch, pool);
}

// Segments [begin, end) of the rows, which lie in place order, as one run. OutOfMemory where the entries don't fit.
template <int kWords>
arrow::Status SortRuns::AddSorted(TaskContext& context, const SortRows& rows, const KeyPacking& packing, size_t begin, size_t end,
                                  std::vector<std::shared_ptr<SortRun>>* out) {
  using Entry = SortEntry<kWords>;
  arrow::MemoryPool* pool = memory_->pool();
  const SortForm& form = plan_->memory();
  const int32_t width = form.layout.width();
  int64_t n = 0;
  for (size_t s = begin; s < end; ++s) n += rows.segments[s].rows;
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(n * sizeof(Entry), pool));
  auto* entries = reinterpret_cast<Entry*>(buffer->mutable_data());
  int64_t at = 0;
  for (size_t s = begin; s < end; ++s) {
    const SortSegment& segment = rows.segments[s];
    packing.Encode(segment.begin, width, segment.rows, entries + at);
    for (int64_t i = 0; i < segment.rows; ++i) entries[at + i].ref = uint64_t{s} << 32 | static_cast<uint64_t>(i);
    at += segment.rows;
  }
  auto row_of = [&](uint64_t ref) { return rows.segments[ref >> 32].begin + static_cast<int64_t>(ref & UINT32_MAX) * width; };
  {
    auto scratch = arrow::AllocateBuffer(n * sizeof(Entry), pool);  // where there is none, the sort is slower
    SortEntries(entries, n, scratch.ok() ? reinterpret_cast<Entry*>((*scratch)->mutable_data()) : nullptr, packing.exact(),
                [&](uint64_t a, uint64_t b) {
                  const int order = packing.exact() ? 0 : CompareKeys(form.keys, packing.tie_from(), row_of(a), row_of(b));
                  return order != 0 ? order < 0 : a < b;
                });
  }
  std::vector<int> fields;
  for (int f = 0; f < plan_->stored(); ++f) fields.push_back(f);
  ARROW_ASSIGN_OR_RAISE(auto writer, Writer::Open(this));
  std::vector<const uint8_t*> pointers(kBlockRows);
  int64_t block_rows = kBlockRows;
  for (int64_t done = 0, here = 0; done < n; done += here) {
    if (context.cancelled()) return arrow::Status::Cancelled("the query was cancelled");
    here = std::min(kBlockRows, n - done);
    for (int64_t i = 0; i < here; ++i) pointers[i] = row_of(entries[done + i].ref);
    here = RowsWithin(form.layout, pointers.data(), std::min(here, block_rows), block_bytes_);
    const auto append = [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto columns, DecodeRows(form.layout, fields, pointers.data(), here, pool));
      for (int word = 0; word < 2; ++word) {
        ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values, arrow::AllocateBuffer(here * sizeof(uint64_t), pool));
        auto* to = reinterpret_cast<uint64_t*>(values->mutable_data());
        for (int64_t i = 0; i < here; ++i) {
          const uint64_t ref = entries[done + i].ref;
          const SortPlace& first = rows.segments[ref >> 32].first;
          to[i] = word == 0 ? first.morsel : first.row + (ref & UINT32_MAX);
        }
        columns.push_back(arrow::ArrayData::Make(arrow::uint64(), here, {nullptr, std::move(values)}, 0));
      }
      return writer.Append(arrow::RecordBatch::Make(plan_->run_schema(), here, std::move(columns)), pool);
    };
    const arrow::Status appended = append();
    if (appended.IsOutOfMemory() && here > kSmallestBlock) {  // smaller blocks, then
      block_rows = here / 2;
      here = 0;
      continue;
    }
    ARROW_RETURN_NOT_OK(appended);
  }
  out->push_back(writer.Close());
  return arrow::Status::OK();
}

arrow::Status SortRuns::Add(TaskContext& context, const SortRows& unordered) {
  SortRows rows(*plan_, memory_->pool());
  for (const SortSegment& segment : unordered.segments) {  // small ones, so that as few as memory allows can be sorted at once
    for (int64_t at = 0; at < segment.rows; at += kBlockRows) {
      rows.segments.push_back({segment.begin + at * plan_->memory().layout.width(), std::min(kBlockRows, segment.rows - at),
                               SortPlace{segment.first.morsel, segment.first.row + static_cast<uint64_t>(at)}});
    }
  }
  std::sort(rows.segments.begin(), rows.segments.end(), [](const SortSegment& a, const SortSegment& b) { return a.first < b.first; });
  const KeyPacking packing(plan_->memory().keys, unordered.stats);
  std::vector<std::shared_ptr<SortRun>> out;
  size_t most = rows.segments.size();
  for (size_t begin = 0; begin < rows.segments.size();) {
    const size_t end = std::min(begin + most, rows.segments.size());
    auto add = [&] {
      switch (packing.words()) {
        case 1: return AddSorted<1>(context, rows, packing, begin, end, &out);
        case 2: return AddSorted<2>(context, rows, packing, begin, end, &out);
        default: return AddSorted<4>(context, rows, packing, begin, end, &out);
      }
    };
    const arrow::Status added = add();
    if (added.IsOutOfMemory() && end - begin > 1) {
      most = (end - begin) / 2;  // smaller runs need less to be sorted
      continue;
    }
    ARROW_RETURN_NOT_OK(added);
    begin = end;
  }
  int64_t written = 0;
  for (const SortSegment& segment : rows.segments) written += segment.rows;
  plan_->spilled().count += static_cast<int64_t>(out.size());
  plan_->spilled().rows += written;
  plan_->spilled().bytes += written * plan_->memory().layout.width();
  const std::lock_guard lock(mutex_);
  runs_.insert(runs_.end(), out.begin(), out.end());
  for (size_t k = 0; k < stats_.size(); ++k) stats_[k].Add(unordered.stats[k]);
  return arrow::Status::OK();
}

class SortRuns::MergeJob final : public Job {
 public:
  MergeJob(SortRuns* runs, std::vector<std::shared_ptr<SortRun>> group, std::shared_ptr<SortRun>* out)
      : runs_(runs), group_(std::move(group)), out_(out) {}

  arrow::Result<Step> Run(TaskContext& context) override {
    arrow::MemoryPool* pool = runs_->memory_->pool();
    if (!merge_) {
      block_.resize(kBlockRows);
      ARROW_ASSIGN_OR_RAISE(writer_, Writer::Open(runs_));
      merge_ = MakeSortMerge(*runs_->plan_, runs_->stats_, group_, nullptr, nullptr, pool);
    }
    do {
      ARROW_ASSIGN_OR_RAISE(int64_t n, merge_->Next(context, static_cast<int64_t>(block_.size()), block_.data()));
      if (n == 0) {
        if (!merge_->done()) return Step::kHaveMore;
        *out_ = writer_.Close();
        merge_.reset();
        return Step::kFinished;
      }
      const int64_t fit = RowsWithin(runs_->plan_->run().layout, block_.data(), n, runs_->block_bytes_);
      merge_->Unread(n - fit);
      n = fit;
      const arrow::Status appended = writer_.Append(block_.data(), n, pool);
      if (!appended.ok()) {
        merge_->Unread(n);
        return appended;
      }
    } while (!context.Stop());
    return Step::kHaveMore;
  }

 private:
  SortRuns* runs_;
  std::vector<std::shared_ptr<SortRun>> group_;
  std::shared_ptr<SortRun>* out_;
  Writer writer_;
  std::unique_ptr<SortMerge> merge_;
  std::vector<const uint8_t*> block_;
};

arrow::Result<std::vector<std::unique_ptr<Job>>> SortRuns::MergeJobs(TaskContext&) {
  std::vector<std::unique_ptr<Job>> jobs;
  for (auto& run : merged_) runs_.push_back(std::move(run));
  merged_.clear();
  // Where memory is short one merge runs after the other, rather than all with too little.
  const int64_t room = memory_->available() / 2;
  const int64_t at_once = std::clamp<int64_t>(room / (kLeastFanIn * kBlockCost * block_bytes_), 1, std::max(memory_->workers(), 1));
  const auto fan_in = static_cast<size_t>(std::clamp<int64_t>(room / at_once / (kBlockCost * block_bytes_), kLeastFanIn, 128));
  if (runs_.size() <= fan_in) return jobs;
  const size_t groups = (runs_.size() + fan_in - 1) / fan_in;
  const size_t now = at_once < memory_->workers() ? std::min<size_t>(static_cast<size_t>(at_once), groups) : groups;
  merged_.resize(now);
  size_t taken = 0;
  for (size_t g = 0; g < now; ++g) {  // the first ones: merged runs come back behind the others
    const size_t until = (g + 1) * runs_.size() / groups;
    std::vector<std::shared_ptr<SortRun>> group(runs_.begin() + static_cast<int64_t>(taken), runs_.begin() + static_cast<int64_t>(until));
    jobs.push_back(std::make_unique<MergeJob>(this, std::move(group), &merged_[g]));
    taken = until;
  }
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<int64_t>(taken));  // a merged run's file goes when its job ends
  return jobs;
}

namespace {

class RangeCursor final : public Cursor {
 public:
  RangeCursor(std::shared_ptr<SortRuns> runs, const uint8_t* low, const uint8_t* high, int64_t skip, int64_t most)
      : runs_(std::move(runs)), skip_(skip), most_(most),
        merge_(MakeSortMerge(runs_->plan(), runs_->stats(), runs_->runs(), low, high, runs_->memory()->pool())) {}

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    const SortPlan& plan = runs_->plan();
    std::vector<const uint8_t*> rows(plan.spec().batch_rows);
    while (true) {
      if (most_ >= 0 && given_ >= most_) return Step::kFinished;
      int64_t want = static_cast<int64_t>(rows.size());
      if (given_ < skip_) want = std::min(want, skip_ - given_);
      if (most_ >= 0) want = std::min(want, most_ - given_);
      ARROW_ASSIGN_OR_RAISE(int64_t n, merge_->Next(context, want, rows.data()));
      if (n == 0) return merge_->done() ? Step::kFinished : Step::kHaveMore;
      if (given_ < skip_) {
        given_ += n;
        continue;
      }
      const int64_t fit = RowsWithin(plan.run().layout, rows.data(), n, kBatchBytes);
      merge_->Unread(n - fit);
      n = fit;
      auto batch = RowsToBatch(plan.run().layout, plan.output_fields(), plan.output_schema(), rows.data(), n, context.pool());
      if (!batch.ok()) {
        merge_->Unread(n);
        return batch.status();
      }
      out->data = std::move(*batch);
      out->first_row = given_;
      given_ += n;
      return Step::kHaveMore;
    }
  }
  std::optional<Mark> Position() const override { return Mark{given_}; }

 private:
  const std::shared_ptr<SortRuns> runs_;
  const int64_t skip_, most_;
  int64_t given_ = 0;
  std::unique_ptr<SortMerge> merge_;
};

class RangeSource final : public Source {
 public:
  explicit RangeSource(std::shared_ptr<SortRuns> runs) : runs_(std::move(runs)) {
    const SortPlan& plan = runs_->plan();
    std::vector<const uint8_t*> fences;
    for (const auto& run : runs_->runs()) fences.insert(fences.end(), run->fences.begin(), run->fences.end());
    // Each range reads a block more of each run than it uses: eight used ones keep that cheap. A limit is counted by one cursor.
    const int64_t blocks = static_cast<int64_t>(fences.size());
    const int64_t ranges = plan.spec().fetch >= 0 ? 1 : std::max<int64_t>(blocks / (8 * std::max<int64_t>(runs_->runs().size(), 1)), 1);
    std::sort(fences.begin(), fences.end(), [&plan](const uint8_t* a, const uint8_t* b) { return FenceLess(plan, a, b); });
    for (int64_t r = 1; r < ranges; ++r) bounds_.push_back(fences[r * blocks / ranges]);
  }
  const std::shared_ptr<arrow::Schema>& schema() const override { return runs_->plan().output_schema(); }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t r = 0; r <= bounds_.size(); ++r) {
      Morsel morsel;
      morsel.number = r;
      morsel.need = static_cast<int64_t>(runs_->runs().size()) * kBlockCost * runs_->block_bytes();
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<RangeCursor>(runs_, morsel.number == 0 ? nullptr : bounds_[morsel.number - 1],
                                         morsel.number == bounds_.size() ? nullptr : bounds_[morsel.number], from ? from->row : 0,
                                         runs_->plan().spec().fetch);
  }

 private:
  const std::shared_ptr<SortRuns> runs_;
  std::vector<const uint8_t*> bounds_;
};

}  // namespace

arrow::Result<std::shared_ptr<Source>> SortRunsSource(std::shared_ptr<SortRuns> runs) {
  return std::make_shared<RangeSource>(std::move(runs));
}

arrow::Result<std::unique_ptr<Cursor>> SortRangeCursor(std::shared_ptr<SortRuns> runs, const uint8_t* low, const uint8_t* high, int64_t skip,
                                                       int64_t most) {
  return std::make_unique<RangeCursor>(std::move(runs), low, high, skip, most);
}

}  // namespace bowstring::exec
