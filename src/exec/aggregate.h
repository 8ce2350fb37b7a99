// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/function.h>

#include "base/spill.h"
#include "exec/pipeline.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// One aggregate call, bound to the sink's input. Arguments are bound with the casts to `function.argument_types` put in; they may be decimal64.
struct BoundAggregate {
  struct Order {
    std::shared_ptr<const BoundExpr> key;
    bool ascending = true, nulls_first = false;
  };
  ResolvedAggregate function;
  std::vector<std::shared_ptr<const BoundExpr>> arguments;  ///< empty: count(*)
  std::shared_ptr<const BoundExpr> filter;                  ///< null: every row counts
  std::vector<Order> order_by;                              ///< used where function.uses_order
  bool distinct = false;
};

struct AggregateSpec {
  std::vector<std::shared_ptr<const BoundExpr>> keys;  ///< none: one group, one row even for no input
  std::vector<BoundAggregate> aggregates;
  std::vector<std::string> names;                      ///< of the output's columns: keys, then aggregates
  /// Grouping sets: for each set, for each key, whether the key is part of it; empty: one set of all keys. With sets, a last output column
  /// `__grouping_id` (uint32) has a bit set for each key that is aggregated away, the last key's the lowest; above the keys' bits, how many
  /// times the same set stands before this one.
  std::vector<std::vector<bool>> grouping_sets;
  std::shared_ptr<SpillSpace> spill;                   ///< null: never spills, OutOfMemory where memory ends
  std::string growing;                                 ///< the first function whose state grows with its group's rows; empty: none does
  KernelContext context;                               ///< the query's facts; task and exec are set by the sink
  int64_t partition_bytes = 8 << 20;                   ///< a spilled partition larger than this is split again (for tests)
};

/// The physical schema that the sink gives: keys, aggregates [, __grouping_id].
arrow::Result<std::shared_ptr<arrow::Schema>> AggregateSchema(const AggregateSpec& spec);

/// The hash aggregate. Group order is not promised. One lane; morsels are hash partitions. `memory` outlives the sink.
arrow::Result<std::shared_ptr<Sink>> MakeAggregate(AggregateSpec spec, QueryMemory* memory);

}  // namespace bowstring::exec
