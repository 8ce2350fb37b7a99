// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

namespace bowstring::exec {

/// What an operator keeps for one morsel: positions (under 1 KB) and at most one batch.
struct OpState {
  virtual ~OpState() = default;
};

/// What an operator has written to disk.
struct SpillFigures {
  int64_t count = 0, bytes = 0, rows = 0;
};

/// What an operator or a sink keeps of the budget while its pipeline runs, beyond a batch.
struct MemoryUse {
  enum class Kind : uint8_t {
    kStreaming,  ///< nothing
    kBounded,    ///< at most `bytes`
    kSpills,     ///< any amount; all but about `bytes` can be written out
    kUnbounded,  ///< `what` must fit
  };
  Kind kind = Kind::kStreaming;
  int64_t bytes = 0;  ///< by the widths of its columns, texts taken to be short
  std::string what;
};

/// A streaming operator of a pipeline. Immutable and shared by all tasks; what it shares beyond that is atomic.
class Operator {
 public:
  virtual ~Operator() = default;
  /// Physical types of what comes out.
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  /// A fresh state for one morsel.
  virtual std::unique_ptr<OpState> Open() const { return nullptr; }
  /// Takes `in` (null: the morsel ends, flush) and gives at most one batch. kHaveMore: to be called again with the same `in`.
  /// A failed call has changed nothing. `out` inherits `in`'s seq; the caller fills it.
  virtual arrow::Result<Step> Process(TaskContext& context, OpState* state, const Batch* in, Batch* out) const = 0;
  /// Rows known only after the last morsel (unmatched build rows, spilled partitions); asked once, then run through the operators behind.
  virtual arrow::Result<std::shared_ptr<Source>> Tail() { return nullptr; }
  /// Whether Tail may give a source: known while planning. Then every morsel runs, even for lanes that nobody reads.
  virtual bool has_tail() const { return false; }
  virtual SpillFigures spilled() const { return {}; }
  virtual MemoryUse memory_use() const { return {}; }
  virtual std::string name() const = 0;  ///< the peer's operator name: "FilterExec"
};

/// What a sink keeps for one worker; never touched by two threads at once.
struct SinkState {
  virtual ~SinkState() = default;
};

/// Work of a breaker after its last morsel; jobs of one sink run in parallel.
class Job {
 public:
  virtual ~Job() = default;
  /// kHaveMore: call again (another worker may). kFinished: done. kParked as everywhere. On OutOfMemory nothing has changed.
  virtual arrow::Result<Step> Run(TaskContext& context) = 0;
};

struct Pipeline;

/// Where a pipeline ends. Several pipelines may feed one sink (UNION ALL).
class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::unique_ptr<SinkState> Open(int worker) = 0;
  /// Takes a batch whole, or not at all (kParked: offer again; OutOfMemory: nothing has changed, and its first half is offered next). kNeedInput;
  /// kFinished: no more input matters.
  /// Null: a morsel ends (`seq` says which), with any worker's state.
  virtual arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq seq) = 0;
  /// After the last feeder's last morsel; once, on a worker; short. Jobs that it returns run before Output is asked. A job's end may ask for
  /// another round: Finish is called again as long as it returns jobs.
  virtual arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) = 0;
  /// The breaker's rows as a source of the next pipeline; null where others look into the sink itself (join tables, scalars). After the jobs, once.
  virtual arrow::Result<std::shared_ptr<Source>> Output() { return nullptr; }
  /// Whether a morsel of the output can be read a second time and gives the same rows.
  virtual bool replayable() const { return true; }
  /// Recursion: the sink is filled again and again, and read once each time, by one pipeline: Output gives a round's rows, with morsel
  /// numbers above those of the rounds before, and null when there are no more rounds.
  virtual bool has_rounds() const { return false; }
  /// Asked on a worker when a round's rows have been read: pipelines that feed this sink once more, with those that they depend on
  /// (dependencies count within the answer). None: there are no more rounds.
  virtual arrow::Result<std::vector<Pipeline>> NextRound(TaskContext& context);
  /// All morsels before this place are done and their batches consumed. Under the scheduler's lock: note it, no more.
  virtual void Passed(Seq before) noexcept { (void)before; }
  virtual SpillFigures spilled() const { return {}; }
  virtual MemoryUse memory_use() const { return {}; }
  virtual std::string name() const = 0;
};

/// Whatever keeps bytes of the budget beyond a step: sink states, built tables, runs, caches. Registered with the query (QueryMemory).
class Holder {
 public:
  virtual ~Holder() = default;
  /// Bytes that Evict could free now, roughly. Any thread, no lock of long hold.
  virtual int64_t Evictable() const noexcept = 0;
  /// Writes out or drops about `want` bytes. Called from a worker's step, never while a step of this holder's own is inside: a holder that is
  /// busy remembers the wish and calls this itself at the end of its step. Returns bytes freed.
  virtual arrow::Result<int64_t> Evict(TaskContext& context, int64_t want) = 0;
  virtual std::string holder_name() const = 0;  ///< for BudgetExceeded: "HashJoinExec build"
};

/// What sinks and operators find of their query besides a step's context. Outlives them.
class QueryMemory {
 public:
  virtual ~QueryMemory() = default;
  virtual arrow::MemoryPool* pool() const = 0;
  virtual void Register(Holder* holder) = 0;
  virtual void Unregister(Holder* holder) = 0;
  /// True while memory is short: look-ahead and caches should shrink, sinks should prefer partitioned, spillable forms.
  virtual bool pressure() const noexcept = 0;
  /// Bytes that this query may still take, roughly.
  virtual int64_t available() const noexcept = 0;
  virtual int workers() const noexcept = 0;
};

/// One pipeline of a plan. Built by physical/, run by the scheduler.
struct Pipeline {
  std::string label;                                  ///< for plans and metrics
  std::shared_ptr<Source> source;                     ///< or null, and then:
  std::shared_ptr<Sink> source_sink;                  ///< the breaker whose Output() is the source; it is a dependency by itself
  std::vector<std::shared_ptr<Operator>> operators;
  std::shared_ptr<Sink> sink;                         ///< null: the result; batches go out by lanes
  std::vector<int> dependencies;                      ///< pipelines whose sinks must be finished before this one opens (join builds)
  uint32_t stage = 0;                                 ///< order among feeders of one sink or of the result
  LaneId first_lane = 0;                              ///< of the result: where this pipeline's lanes begin
  LaneId lane_count = 1;                              ///< of the result: lanes that its source has
  const void* source_key = nullptr;                   ///< the source's key in metrics
};

inline arrow::Result<std::vector<Pipeline>> Sink::NextRound(TaskContext&) { return std::vector<Pipeline>{}; }

/// A query's DAG. The result's pipelines come last.
struct PipelineGraph {
  std::vector<Pipeline> pipelines;
  std::shared_ptr<arrow::Schema> result_schema;       ///< outward types
  LaneId lanes = 1;                                   ///< outward partitions
  bool compact_result = true;                         ///< batches that pin far more than their own bytes are copied before they go out
  bool replayable = true;                             ///< a morsel run again gives the same rows: parked tasks may be evicted and started anew
  int64_t skip = 0;                                   ///< of the whole result, in order; then lanes are read as one
  int64_t fetch = -1;                                 ///< -1: all
};

}  // namespace bowstring::exec
