// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type.h>

#include "exec/pipeline.h"
#include "exec/recursion.h"
#include "expr/bind.h"
#include "logical/nodes.h"
#include "physical/dynamic_filters.h"
#include "physical/plan.h"
#include "physical/shared_subplans.h"

namespace bowstring::physical {

/// Pipelines under construction: what has no sink yet.
struct Branch {
  std::shared_ptr<Source> source;           // or:
  std::shared_ptr<exec::Sink> source_sink;
  std::vector<std::shared_ptr<exec::Operator>> operators;
  std::vector<int> dependencies;
  std::vector<std::shared_ptr<const LateFilter>> filters;  // of the source: their makers come first
  std::string label;
  const void* source_key = nullptr;

  bool has_tail() const;
  LaneId lanes() const { return source ? source->lanes() : 1; }
};

/// A line of the plan's text and those below it.
struct PlanText {
  std::string line;
  std::vector<PlanText> inputs = {};
  std::vector<const void*> keys = {};  // of what runs it, in metrics; the last one's rows are its rows
  std::string ToString() const;
};

/// What lowering a logical node gives: branches whose rows come one after the other (UNION ALL), of one physical schema.
struct Chain {
  std::vector<Branch> branches;
  logical::SchemaPtr logical;
  std::shared_ptr<arrow::Schema> physical;  // as logical, but for decimal64
  // A limit that is still to be put on the chain's rows, in order; by the reader, if nothing else comes.
  bool limited = false;
  int64_t skip = 0, fetch = -1;
  bool bare_memory = false;  // a memory table's batches as they are
  PlanText text;
};

/// Lowers a plan, node by node: one Plan<Node> a file by the stem rule. Not thread-safe, used once.
class Planner {
 public:
  explicit Planner(const PlanSettings& settings) : settings_(settings) {}

  arrow::Result<PhysicalPlan> Run(const PlanPtr& optimized);

 private:
  /// `one_lane`: the chain is going to have a tail, or an order over all rows that only one lane can give.
  arrow::Result<Chain> Plan(const PlanPtr& plan, bool one_lane);
  arrow::Result<Chain> PlanNode(const PlanPtr& plan, bool one_lane);
  /// A reader of a part that stands in the plan several times; the first one plans it.
  arrow::Result<Chain> PlanShared(const PlanPtr& plan, int part);
  arrow::Result<Chain> PlanScan(const logical::Scan& node, bool one_lane);
  arrow::Result<Chain> PlanFilter(const logical::Filter& node, bool one_lane);
  arrow::Result<Chain> PlanProjection(const logical::Projection& node, bool one_lane);
  arrow::Result<Chain> PlanLimit(const logical::Limit& node, bool one_lane);
  arrow::Result<Chain> PlanSort(const logical::Sort& node);
  arrow::Result<Chain> PlanAggregate(const logical::Aggregate& node);
  /// An aggregate whose values the table's statistics tell; none where they don't.
  arrow::Result<std::optional<Chain>> PlanStatistics(const logical::Aggregate& node);
  arrow::Result<Chain> PlanWindow(const logical::Window& node);
  arrow::Result<Chain> PlanDistinct(const logical::Distinct& node);
  arrow::Result<Chain> PlanJoin(const logical::Join& node, bool one_lane);
  arrow::Result<Chain> PlanRecursiveQuery(const logical::RecursiveQuery& node);
  arrow::Result<PlanText> PlanTerm(const PlanPtr& term, const logical::SchemaPtr& schema, const std::shared_ptr<exec::Operator>& distinct,
                                   const std::shared_ptr<exec::Sink>& sink);
  arrow::Result<Chain> PlanWorkTable(const logical::WorkTable& node);
  arrow::Result<Chain> PlanUnnest(const logical::Unnest& node, bool one_lane);
  arrow::Result<Chain> PlanUnion(const logical::Union& node, bool one_lane);
  arrow::Result<Chain> PlanValues(const logical::Values& node);
  arrow::Result<Chain> PlanEmpty(const logical::Empty& node);
  arrow::Result<Chain> PlanDml(const logical::Dml& node);

  /// The chain without a pending limit: it ends in a sink and goes on behind it.
  arrow::Result<Chain> ApplyLimit(Chain chain);
  /// The chain with the schema's types, as columns cross to where no physical types are known.
  arrow::Result<Chain> AsLogical(Chain chain, const logical::SchemaPtr& schema);
  /// The chain as one branch with one lane.
  arrow::Result<Chain> OneLane(Chain chain);
  /// Ends all branches in the sink. Answers the indices of the pipelines made.
  std::vector<int> End(Chain chain, const std::shared_ptr<exec::Sink>& sink);
  /// A chain that begins with the sink's output.
  Chain Behind(const std::shared_ptr<exec::Sink>& sink, logical::SchemaPtr logical, std::shared_ptr<arrow::Schema> physical,
               PlanText text);
  void Append(Chain& chain, const std::shared_ptr<exec::Operator>& op);
  /// Binds an expression over the chain's rows. Uncorrelated subqueries inside become slots; the chain waits for them.
  arrow::Result<std::shared_ptr<const BoundExpr>> Bind(const Expr& expr, Chain& input);
  /// As above, for what is ordered, parted or joined by: runs become the values that they stand for.
  arrow::Result<std::shared_ptr<const BoundExpr>> BindKey(const Expr& expr, Chain& input);
  arrow::Result<std::shared_ptr<const BoundExpr>> BindCondition(const Expr& expr, Chain& input);
  /// The expression with its subqueries planned, each once, and their values in slots; `reader`'s pipelines start after them.
  arrow::Result<Expr> WithSlots(const Expr& expr, Chain& reader);
  arrow::Result<std::shared_ptr<Source>> BatchSource(std::shared_ptr<arrow::RecordBatch> batch) const;

  /// Announces a filter on columns of `below` to the scans they come from; null where there are none. Before `below` is planned.
  std::shared_ptr<LateFilter> Announce(const LogicalPlan& below, const std::vector<Expr>& columns);
  /// Adds the branch as a pipeline into `sink` (null: the result) and answers its index.
  int Add(Branch branch, const std::shared_ptr<exec::Sink>& sink, uint32_t stage);

  /// Rows that several readers share.
  struct Part {
    bool planning = false;
    std::shared_ptr<exec::BatchQueue> rows;
    std::vector<int> pipelines;  // that make them
  };

  /// A subquery that gives one value.
  struct Slot {
    Expr expr;  // keeps the node alive
    const ExprNode* node;
    std::shared_ptr<ValueSlot> slot;
    int pipeline;
    PlanText text;
  };

  const PlanSettings& settings_;
  std::vector<std::pair<std::string, exec::WorkTable>> work_tables_;  // of the recursive queries around
  std::vector<Slot> slots_;
  SharedSubplans shared_;
  std::vector<Part> parts_;  // as shared_ numbers them
  bool volatile_ = false;          // some expression answers differently each time
  std::vector<const void*> made_;  // operators, sources and sinks that no line of the text has claimed yet
  std::vector<exec::Pipeline> pipelines_;
  std::vector<std::vector<std::shared_ptr<const LateFilter>>> waited_for_;       // by pipeline
  std::vector<std::pair<FilterTarget, std::shared_ptr<LateFilter>>> announced_;  // to scans that aren't planned yet
  bool replayable_ = true;  // no source that may be read once only
  bool ordered_ = true;  // whether anything sees the order of the rows of the node that is being planned
};

/// Rows that a plan is thought to give; used to choose the side of a join that is built.
double EstimateRows(const LogicalPlan& plan);

}  // namespace bowstring::physical
