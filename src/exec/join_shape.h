// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/function.h>

#include "exec/pipeline.h"
#include "expr/bind.h"

namespace bowstring::exec {

/// Left is the probe side, right the build side: a planner that builds on the left turns the kind around.
enum class JoinKind : uint8_t {
  kInner,
  kLeft,       ///< all probe rows
  kRight,      ///< all build rows; unmatched ones last
  kFull,
  kLeftSemi,   ///< probe rows with a match
  kRightSemi,  ///< build rows with a match, after the last probe row
  kLeftAnti,   ///< probe rows without a match
  kRightAnti,  ///< build rows without a match, after the last probe row
  kLeftMark,   ///< all probe rows and, last, a boolean column: has a match
};

bool JoinHasTail(JoinKind kind);
/// Probe rows without a match matter to the output.
bool JoinKeepsProbe(JoinKind kind);
const char* JoinKindName(JoinKind kind);

/// A column of the joined row.
struct JoinColumn {
  bool build = false;
  int column = 0;  ///< of that side's input
};

/// What hash joins and nested-loop joins share.
struct JoinShape {
  JoinKind kind = JoinKind::kInner;
  std::shared_ptr<arrow::Schema> probe_schema, build_schema;  ///< physical types of the inputs
  /// Beyond equal keys. Bound to the probe side's fields followed by the build side's.
  std::shared_ptr<const BoundExpr> condition;
  std::vector<JoinColumn> output;  ///< semi and anti kinds: of the side that comes out; kLeftMark: probe columns, the mark comes after them
  std::vector<std::string> names;  ///< of the output's fields, the mark's too; empty: the inputs' names
  KernelContext kernel;            ///< start and time zone of the query; the rest is set by each step
};

/// Physical schema of a join's output. kPlan where the shape makes no sense.
arrow::Result<std::shared_ptr<arrow::Schema>> JoinOutputSchema(const JoinShape& shape);

}  // namespace bowstring::exec
