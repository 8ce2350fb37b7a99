// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "exec/row_store.h"
#include "exec/sort.h"
#include "exec/sort_key.h"

namespace bowstring::exec {

/// How rows of a sort lie and where their keys are. Immutable.
struct SortForm {
  explicit SortForm(RowLayout l) : layout(std::move(l)) {}
  RowLayout layout;
  std::vector<SortKeyField> keys;
  std::vector<SortKeyField> whole;  ///< the first SortSpec::whole_keys of them
  int place = -1;  ///< field of the row's stage and morsel, the row's number in the field after it; -1: not in the row
};

/// A row's place as two words: stage and morsel, row in the morsel.
struct SortPlace {
  uint64_t morsel = 0;
  uint64_t row = 0;
  friend auto operator<=>(const SortPlace&, const SortPlace&) = default;
};
/// kExecution where the morsel's number doesn't fit.
arrow::Result<SortPlace> PlaceOf(Seq seq, int64_t row);
inline SortPlace PlaceIn(const SortForm& form, const uint8_t* row) {
  return {form.layout.field(form.place).Get<uint64_t>(row), form.layout.field(form.place + 1).Get<uint64_t>(row)};
}

/// A sort's columns: what is stored, in which forms.
class SortPlan {
 public:
  /// `places`: rows in memory carry their place as well.
  static arrow::Result<std::shared_ptr<const SortPlan>> Make(SortSpec spec, bool places);

  const SortSpec& spec() const { return spec_; }
  const std::shared_ptr<arrow::Schema>& output_schema() const { return output_schema_; }
  /// Fields of the stored columns and then the place, as runs on disk have them.
  const std::shared_ptr<arrow::Schema>& run_schema() const { return run_schema_; }
  int stored() const { return stored_; }
  /// What sorts by this plan have written to disk.
  struct Spilled {
    std::atomic<int64_t> count{0}, bytes{0}, rows{0};
  };
  Spilled& spilled() const { return spilled_; }
  const SortForm& memory() const { return *memory_; }   ///< stored columns
  const SortForm& run() const { return *run_; }         ///< and the place
  const SortForm& fence() const { return *fence_; }     ///< keys and the place alone
  const std::vector<int>& fence_fields() const { return fence_fields_; }  ///< of the run's schema
  const std::vector<int>& output_fields() const { return output_fields_; }

  /// The stored columns of a batch, and its number of rows.
  arrow::Result<std::vector<RowColumn>> Columns(TaskContext& context, const Batch& batch) const;
  KeyNorm norm(size_t key) const { return memory_->keys[key].norm; }
  int key_field(size_t key) const { return key_fields_[key]; }

 private:
  struct Stored {
    int column = -1;             // of the input
    const BoundExpr* expr = nullptr;
  };
  SortSpec spec_;
  std::shared_ptr<arrow::Schema> output_schema_, run_schema_;
  std::vector<Stored> sources_;
  std::vector<int> key_fields_, output_fields_, fence_fields_;
  int stored_ = 0;
  std::unique_ptr<SortForm> memory_, run_, fence_;
  mutable Spilled spilled_;
};

/// Part of a batch in memory: rows that follow each other in chunk and in place.
struct SortSegment {
  const uint8_t* begin = nullptr;
  int64_t rows = 0;
  SortPlace first;
};

/// What one worker has collected.
struct SortRows {
  explicit SortRows(const SortPlan& plan, arrow::MemoryPool* pool)
      : store(&plan.memory().layout, pool), stats(plan.memory().keys.size()) {}
  RowStore store;
  std::vector<SortSegment> segments;
  std::vector<KeyStats> stats;
};
/// Appends a batch; all or nothing.
arrow::Status CollectRows(TaskContext& context, const SortPlan& plan, const Batch& batch, SortRows* rows);

/// A batch of `fields` of rows.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsToBatch(const RowLayout& layout, const std::vector<int>& fields,
                                                               const std::shared_ptr<arrow::Schema>& schema, const uint8_t* const* rows,
                                                               int64_t n, arrow::MemoryPool* pool);

}  // namespace bowstring::exec
