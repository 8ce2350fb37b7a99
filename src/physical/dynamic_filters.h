// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <bowstring/column_filter.h>

#include "logical/nodes.h"

namespace bowstring::physical {

/// A filter that a scan is given before its maker is planned. Stays never ready where none comes.
class LateFilter final : public ColumnFilter {
 public:
  void Set(std::shared_ptr<const DynamicFilter> filter, int pipeline) {
    filter_ = std::move(filter);
    by_column_ = dynamic_cast<const ColumnFilter*>(filter_.get());
    pipeline_ = pipeline;
  }
  /// The pipeline whose end makes it ready, to be waited for; below 0: none.
  int pipeline() const { return pipeline_; }

  bool ready() const noexcept override { return filter_ != nullptr && filter_->ready(); }
  bool MayPassBetween(int i, const arrow::Scalar* min, const arrow::Scalar* max, bool nulls) const override {
    return filter_->MayPassBetween(i, min, max, nulls);
  }
  arrow::Result<int64_t> MayPass(const std::vector<std::shared_ptr<arrow::Array>>& columns, int64_t n, arrow::MemoryPool* pool,
                                 int32_t* rows) const override {
    return filter_->MayPass(columns, n, pool, rows);
  }
  bool Knows(int i) const override { return by_column_ != nullptr && by_column_->Knows(i); }
  arrow::Result<int64_t> MayPassOne(int i, const arrow::Array& column, int64_t n, int32_t* rows) const override {
    return by_column_->MayPassOne(i, column, n, rows);
  }

 private:
  std::shared_ptr<const DynamicFilter> filter_;
  const ColumnFilter* by_column_ = nullptr;  // the same, where it is one
  int pipeline_ = -1;
};

/// Columns of a scan's source that a plan's columns are.
struct FilterTarget {
  const logical::Scan* scan = nullptr;
  std::vector<int> columns;
};

/// The scans that rows of `plan` come from whose values of `exprs` could be refused at the scan, with the same rows left over after a test of
/// `exprs` above `plan`. Only plain columns are followed; a scan that stands in the plan more than once is left out.
std::vector<FilterTarget> TraceToScans(const LogicalPlan& plan, const std::vector<Expr>& exprs);

/// Whether the plan leaves rows of its tables out, so that a filter made of its keys may refuse some.
bool IsSelective(const LogicalPlan& plan);

}  // namespace bowstring::physical
