// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "exec/join_hash.h"
#include "exec/join_keys.h"
#include "exec/row_store.h"
#include "exec/sort_rows.h"

namespace bowstring::exec {

/// What a hash join stores of a build row, and where. A row begins with the address of the next row of the same key (0: none), then words of keys
/// that are no column of the row. Immutable.
class JoinPlan {
 public:
  /// `places`: probe batches have two more columns, their rows' places, and these come out behind the other output columns (before a mark).
  static arrow::Result<std::shared_ptr<const JoinPlan>> Make(JoinSpec spec, bool places = false);

  const JoinSpec& spec() const { return spec_; }
  const JoinShape& shape() const { return spec_.shape; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  const JoinKeys& keys() const { return keys_; }
  const RowLayout& layout() const { return *layout_; }
  /// Where word `w` of the key lies in a row.
  int32_t word_offset(int w) const { return word_offset_[w]; }
  /// Words of a row that aren't also a field: to be written after the fields.
  bool header_word(int w) const { return header_word_[w]; }
  /// Field of a build column, -1 where it isn't stored.
  int field_of(int build_column) const { return field_of_[build_column]; }
  /// Stored columns as fields, without offsets: of spilled batches.
  const std::shared_ptr<arrow::Schema>& stored_schema() const { return stored_schema_; }
  /// Unmatched (or matched) build rows come out: rows have a flag, and rows whose key is NULL are kept.
  bool flags() const { return JoinHasTail(shape().kind); }
  /// Whether one build row of a key says as much as all of them.
  bool one_is_enough() const {
    const JoinKind kind = shape().kind;
    return !shape().condition && (kind == JoinKind::kLeftSemi || kind == JoinKind::kLeftAnti || kind == JoinKind::kLeftMark);
  }
  /// Build columns that the condition reads, probe columns likewise.
  const std::vector<int>& condition_probe() const { return condition_probe_; }
  const std::vector<int>& condition_build() const { return condition_build_; }

  /// Stored columns of a build batch. `keys`: its key columns.
  std::vector<RowColumn> Stored(const Batch& batch, const std::vector<RowColumn>& keys) const;
  bool KeysEqual(const uint8_t* a, const uint8_t* b) const;
  uint64_t HashRow(const uint8_t* row) const;

 private:
  JoinSpec spec_;
  std::shared_ptr<arrow::Schema> schema_, stored_schema_;
  JoinKeys keys_;
  std::unique_ptr<RowLayout> layout_;
  std::vector<int> stored_columns_;  // of the build side; below 0: ~key whose text is stored
  std::vector<int> field_of_;
  std::vector<int32_t> word_offset_;
  std::vector<bool> header_word_;
  std::vector<int> condition_probe_, condition_build_;
};

/// Rows of a build side that follow each other in memory and in place.
struct JoinSegment {
  uint8_t* begin = nullptr;
  int64_t rows = 0;
  SortPlace first;
};

inline uint8_t* NextOf(const uint8_t* row) {
  uint8_t* next;
  std::memcpy(&next, row, sizeof(next));
  return next;
}
inline void SetNext(uint8_t* row, const uint8_t* next) { std::memcpy(row, &next, sizeof(next)); }
/// In the place of `next` until the table is built: the row's key is NULL and matches nothing.
inline const uint8_t* const kNullKey = reinterpret_cast<const uint8_t*>(1);

}  // namespace bowstring::exec
