// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>

#include <arrow/util/bit_util.h>

#include "exec/join_core.h"
#include "exec/join_output.h"
#include "exec/join_spill.h"

namespace bowstring::exec {
namespace {

// Where a probe batch stands.
struct Position {
  int64_t row = 0;                 // among the selected rows
  const uint8_t* chain = nullptr;  // the next build row of it; null: it hasn't been looked up
  bool matched = false;            // a pair of it has come out before
};

struct ProbeState final : OpState {
  bool started = false;
  std::vector<RowColumn> keys;
  Position at;
  std::vector<uint8_t> hits;  // by row, where only their existence matters and each pair must be looked at
  JoinProbeSplit split;       // where some partitions are on disk
  Batch rest;                 // rows of the others
};

// What a worker needs during a step.
struct Scratch {
  explicit Scratch(const JoinKeys& keys) : block(keys) {}
  JoinKeyBlock block;
  const uint8_t* heads[JoinKeyBlock::kRows];
  JoinPairs pairs, kept;
  bool chains = false;  // keys have several rows, as seen last
};

class JoinProbe final : public Operator {
 public:
  explicit JoinProbe(std::shared_ptr<JoinCore> core) : core_(std::move(core)), plan_(*core_->plan), kind_(plan_.shape().kind) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return plan_.schema(); }
  std::unique_ptr<OpState> Open() const override { return std::make_unique<ProbeState>(); }
  // A join in memory may have none after all.
  bool has_tail() const override { return plan_.flags() || core_->spill_space != nullptr; }
  std::string name() const override { return "HashJoinExec"; }

  arrow::Result<Step> Process(TaskContext& context, OpState* any, const Batch* in, Batch* out) const override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    auto& state = *static_cast<ProbeState*>(any);
    if (core_->facts.rows == 0 && kind_ != JoinKind::kLeft && kind_ != JoinKind::kFull && kind_ != JoinKind::kLeftAnti &&
        kind_ != JoinKind::kLeftMark) {
      return Step::kFinished;
    }
    if (core_->spill && !state.started) {
      ARROW_RETURN_NOT_OK(core_->spill->AddProbe(context, *in, false, core_->resident, &state.split));
      if (state.split.resident.empty()) {
        state.split.Clear();
        return Step::kNeedInput;
      }
      ARROW_RETURN_NOT_OK(Keep(context, *in, &state));
    }
    if (core_->spill) in = &state.rest;
    if (!state.started) {
      ARROW_ASSIGN_OR_RAISE(state.keys, plan_.keys().Columns(context, plan_.shape().kernel, plan_.spec().probe_keys, *in, false));
      state.at = Position{};
      state.hits.clear();
      state.started = true;
    }
    Scratch& scratch = ScratchOf(context.worker());
    arrow::Result<Step> step = Run(context, state, scratch, *in, out);
    if (step.ok() && *step != Step::kHaveMore) {
      state.started = false;
      state.keys.clear();
      state.split.Clear();
      state.rest = Batch{};
    }
    return step;
  }

  arrow::Result<std::shared_ptr<Source>> Tail() override {
    if (core_->spill) return MakeJoinSpillSource(core_);
    if (!plan_.flags()) return nullptr;
    return MakeJoinUnmatched(&plan_, &core_->table.segments(), kind_ == JoinKind::kRightSemi, core_);
  }

 private:
  arrow::Result<Step> Run(TaskContext& context, ProbeState& state, Scratch& scratch, const Batch& in, Batch* out) const {
    switch (kind_) {
      case JoinKind::kLeftSemi:
      case JoinKind::kLeftAnti:
      case JoinKind::kLeftMark:
        if (core_->pass && state.hits.empty()) state.hits.assign(core_->pass->hits, core_->pass->hits + in.num_rows());
        if (plan_.shape().condition) {
          ARROW_ASSIGN_OR_RAISE(const bool done, FindHits(context, state, scratch, in));
          if (!done) return Step::kHaveMore;
        } else {
          FindHeads(state, scratch, in.num_rows());
        }
        if (core_->pass && !core_->pass->last) {
          std::copy(state.hits.begin(), state.hits.end(), core_->pass->hits);
          return Step::kNeedInput;
        }
        return kind_ == JoinKind::kLeftMark ? Mark(context, state, in, out) : Select(context, state, in, out);
      case JoinKind::kRightSemi:
      case JoinKind::kRightAnti:
        if (!plan_.shape().condition) {
          FlagHeads(state, scratch, in.num_rows());
          return Step::kNeedInput;
        }
        return FlagPairs(context, state, scratch, in);
      default: return Join(context, state, scratch, in, out);
    }
  }

  Scratch& ScratchOf(int worker) const {
    auto& scratch = scratch_[worker];
    if (!scratch) scratch = std::make_unique<Scratch>(plan_.keys());
    return *scratch;
  }

  void Find(const ProbeState& state, Scratch& scratch, int64_t begin, int64_t n) const {
    scratch.block.Fill(plan_.keys(), state.keys, false, begin, n);
    core_->table.Find(scratch.block, n, scratch.heads);
  }

  // Rows of partitions in memory, as a batch with a selection.
  static arrow::Status Keep(TaskContext& context, const Batch& in, ProbeState* state) {
    const auto n = static_cast<int64_t>(state->split.resident.size());
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> indices,
                          arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(int32_t)), context.pool()));
    auto* out = reinterpret_cast<int32_t*>(indices->mutable_data());
    for (int64_t i = 0; i < n; ++i) out[i] = in.rows ? in.rows->data()[state->split.resident[i]] : state->split.resident[i];
    auto selection = std::make_shared<Selection>();
    selection->indices = std::move(indices);
    selection->length = n;
    state->rest = in;
    state->rest.rows = std::move(selection);
    return arrow::Status::OK();
  }

  // Whether the row, which has no match in this table, is known to have one.
  bool HadMatch(int64_t row) const { return core_->pass && core_->pass->hits[row]; }

  // Rows of one key lie anywhere: some chains are walked side by side, so that the waits for memory overlap, before each is followed.
  // False: each key has one row. (With no answer, compilers take a function that only prefetches for one that does nothing.)
  static constexpr int64_t kSide = 16;
  static bool Touch(const uint8_t* const* heads, int64_t n) {
    constexpr int kDeep = 64;
    const uint8_t* at[kSide];
    int64_t live = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (!heads[i]) continue;
      __builtin_prefetch(heads[i]);
      at[live++] = heads[i];
    }
    bool several = false;
    for (int depth = 0; depth < kDeep && live > 0; ++depth) {
      int64_t left = 0;
      for (int64_t i = 0; i < live; ++i) {
        const uint8_t* next = NextOf(at[i]);
        if (!next) continue;
        __builtin_prefetch(next);
        at[left++] = next;
      }
      live = left;
      several |= live > 0;
    }
    return several;
  }

  // The next pairs in order, at most JoinPairs::kMost. `outer`: rows without candidates give a pair with none. Returns where it stopped.
  Position Collect(const ProbeState& state, Scratch& scratch, int64_t rows, bool outer, JoinPairs* pairs) const {
    pairs->clear();
    Position at = state.at;
    auto follow = [&](const uint8_t* build) {  // false: no room for all of the chain
      const uint8_t* const head = build;
      for (; build; build = NextOf(build)) {
        if (pairs->size() == JoinPairs::kMost) {
          at.chain = build;
          return false;
        }
        pairs->probe.push_back(static_cast<int32_t>(at.row));
        pairs->build.push_back(build);
      }
      scratch.chains |= pairs->build.back() != head;
      at.chain = nullptr;
      at.matched = false;
      ++at.row;
      return true;
    };
    if (at.chain && !follow(at.chain)) return at;
    while (at.row < rows && pairs->size() < JoinPairs::kMost) {
      const int64_t begin = at.row, n = std::min(JoinKeyBlock::kRows, rows - begin);
      Find(state, scratch, begin, n);
      for (int64_t i = 0; i < n; ++i) {
        if (pairs->size() == JoinPairs::kMost) return at;
        if (scratch.chains && i % kSide == 0) scratch.chains = Touch(scratch.heads + i, std::min(kSide, n - i));
        if (scratch.heads[i]) {
          if (!follow(scratch.heads[i])) return at;
          continue;
        }
        if (outer && !HadMatch(at.row)) {
          pairs->probe.push_back(static_cast<int32_t>(at.row));
          pairs->build.push_back(nullptr);
        }
        ++at.row;
      }
    }
    return at;
  }

  // Inner, left, right, full.
  arrow::Result<Step> Join(TaskContext& context, ProbeState& state, Scratch& scratch, const Batch& in, Batch* out) const {
    const int64_t rows = in.num_rows();
    const bool outer = (kind_ == JoinKind::kLeft || kind_ == JoinKind::kFull) && (!core_->pass || core_->pass->last);
    Position next = Collect(state, scratch, rows, outer, &scratch.pairs);
    const JoinPairs* pairs = &scratch.pairs;
    if (plan_.shape().condition && pairs->size() > 0) {
      ARROW_RETURN_NOT_OK(Restrict(context, state.at, in, outer, scratch.pairs, &next, &scratch.kept));
      pairs = &scratch.kept;
    }
    if (pairs->size() > 0) {
      ARROW_ASSIGN_OR_RAISE(out->data, JoinedBatch(plan_, in, *pairs, context.pool()));
    }
    if (plan_.flags()) {
      for (const uint8_t* row : pairs->build) {
        if (row) SetFlag(plan_, row);
      }
    }
    if (core_->pass) {
      for (int64_t i = 0; i < pairs->size(); ++i) {
        if (pairs->build[i]) core_->pass->hits[pairs->probe[i]] = 1;
      }
    }
    state.at = next;
    return next.row < rows ? Step::kHaveMore : Step::kNeedInput;
  }

  // Keeps pairs that pass the condition; where `outer`, a row of which none has passed, and none can come, gets a pair with no build row.
  arrow::Status Restrict(TaskContext& context, const Position& from, const Batch& in, bool outer, const JoinPairs& pairs, Position* next,
                         JoinPairs* kept) const {
    kept->clear();
    // Pairs without a build row have nothing to be looked at.
    JoinPairs real;
    std::vector<int32_t> place;
    for (int64_t i = 0; i < pairs.size(); ++i) {
      if (!pairs.build[i]) continue;
      real.probe.push_back(pairs.probe[i]);
      real.build.push_back(pairs.build[i]);
      place.push_back(static_cast<int32_t>(i));
    }
    std::vector<uint8_t> passed(pairs.size(), 0);
    if (real.size() > 0) {
      ARROW_ASSIGN_OR_RAISE(const auto passing, PassingPairs(context, plan_, in, real));
      for (int32_t p : passing) passed[place[p]] = 1;
    }
    for (int64_t i = 0; i < pairs.size();) {
      const int32_t row = pairs.probe[i];
      bool any = row == from.row && from.matched;
      int64_t end = i;
      for (; end < pairs.size() && pairs.probe[end] == row; ++end) {
        if (!passed[end]) continue;
        any = true;
        kept->probe.push_back(row);
        kept->build.push_back(pairs.build[end]);
      }
      if (row == next->row) {
        next->matched = any;  // its chain goes on
      } else if (outer && !any && !HadMatch(row)) {
        kept->probe.push_back(row);
        kept->build.push_back(nullptr);
      }
      i = end;
    }
    // A chain that goes on although none of it was in these pairs.
    return arrow::Status::OK();
  }

  // Which rows have a match, into state.hits; those that are set stay so.
  void FindHeads(ProbeState& state, Scratch& scratch, int64_t rows) const {
    state.hits.resize(rows);
    for (int64_t begin = 0; begin < rows; begin += JoinKeyBlock::kRows) {
      const int64_t n = std::min(JoinKeyBlock::kRows, rows - begin);
      Find(state, scratch, begin, n);
      for (int64_t i = 0; i < n; ++i) state.hits[begin + i] |= scratch.heads[i] != nullptr;
    }
  }
  arrow::Result<bool> FindHits(TaskContext& context, ProbeState& state, Scratch& scratch, const Batch& in) const {
    const int64_t rows = in.num_rows();
    state.hits.resize(rows);
    while (state.at.row < rows) {
      if (state.at.chain && state.hits[state.at.row]) {  // the rest of the chain is no news
        state.at.chain = nullptr;
        ++state.at.row;
        continue;
      }
      const Position next = Collect(state, scratch, rows, false, &scratch.pairs);
      if (scratch.pairs.size() > 0) {
        ARROW_ASSIGN_OR_RAISE(const auto passing, PassingPairs(context, plan_, in, scratch.pairs));
        for (int32_t p : passing) state.hits[scratch.pairs.probe[p]] = 1;
      }
      state.at = next;
      if (state.at.row < rows && context.Stop()) return false;
    }
    return true;
  }

  void FlagHeads(const ProbeState& state, Scratch& scratch, int64_t rows) const {
    for (int64_t begin = 0; begin < rows; begin += JoinKeyBlock::kRows) {
      const int64_t n = std::min(JoinKeyBlock::kRows, rows - begin);
      Find(state, scratch, begin, n);
      for (int64_t i = 0; i < n; ++i) {
        // All rows of a key are flagged together, the first one last.
        if (!scratch.heads[i] || Flagged(plan_, scratch.heads[i])) continue;
        for (const uint8_t* row = NextOf(scratch.heads[i]); row; row = NextOf(row)) SetFlag(plan_, row);
        SetFlag(plan_, scratch.heads[i]);
      }
    }
  }
  arrow::Result<Step> FlagPairs(TaskContext& context, ProbeState& state, Scratch& scratch, const Batch& in) const {
    while (state.at.row < in.num_rows()) {
      const Position next = Collect(state, scratch, in.num_rows(), false, &scratch.pairs);
      if (scratch.pairs.size() > 0) {
        ARROW_ASSIGN_OR_RAISE(const auto passing, PassingPairs(context, plan_, in, scratch.pairs));
        for (int32_t p : passing) SetFlag(plan_, scratch.pairs.build[p]);
      }
      state.at = next;
      if (state.at.row < in.num_rows() && context.Stop()) return Step::kHaveMore;
    }
    return Step::kNeedInput;
  }

  // The first key's NULLs, for NOT IN.
  bool NullKey(const ProbeState& state, int64_t row) const {
    const RowColumn& column = state.keys[0];
    if (column.array->type->id() == arrow::Type::NA) return true;
    const auto& validity = column.array->buffers[0];
    return validity && !arrow::bit_util::GetBit(validity->data(), column.array->offset + (column.rows ? column.rows[row] : row));
  }

  arrow::Result<Step> Select(TaskContext& context, ProbeState& state, const Batch& in, Batch* out) const {
    const bool anti = kind_ == JoinKind::kLeftAnti;
    if (plan_.spec().null_aware && core_->facts.rows > 0) {
      if (core_->facts.has_null) return Step::kFinished;  // every row is either matched or unknown
      for (int64_t i = 0; i < in.num_rows(); ++i) {
        if (NullKey(state, i)) state.hits[i] = 1;  // unknown: as good as matched
      }
    }
    ARROW_RETURN_NOT_OK(SelectRows(plan_.shape(), plan_.schema(), in, state.hits, !anti, context.pool(), out));
    return Step::kNeedInput;
  }

  arrow::Result<Step> Mark(TaskContext& context, const ProbeState& state, const Batch& in, Batch* out) const {
    std::vector<uint8_t> unknown;
    if (plan_.spec().null_aware && core_->facts.rows > 0) {
      for (int64_t i = 0; i < in.num_rows(); ++i) unknown.push_back(!state.hits[i] && (core_->facts.has_null || NullKey(state, i)));
    }
    ARROW_RETURN_NOT_OK(MarkRows(plan_.shape(), plan_.schema(), in, state.hits, unknown, context.pool(), out));
    return Step::kNeedInput;
  }

  static constexpr int kMaxWorkers = 512;
  const std::shared_ptr<JoinCore> core_;
  const JoinPlan& plan_;
  const JoinKind kind_;
  mutable std::array<std::unique_ptr<Scratch>, kMaxWorkers> scratch_;  // a worker touches its own only
};

}  // namespace

std::shared_ptr<Operator> MakeJoinProbe(std::shared_ptr<JoinCore> core) { return std::make_shared<JoinProbe>(std::move(core)); }

}  // namespace bowstring::exec
