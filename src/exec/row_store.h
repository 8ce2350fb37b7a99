// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <arrow/api.h>

namespace bowstring::exec {

/// Text of a row: eight bytes that hold up to seven characters, or length and address of more.
///   inline: top byte 0x80 | length, characters from the lowest byte on, zeroes behind them
///   far:    top bit 0, length in bits 48..62, address in bits 0..47; length 0x7fff: the address is of a FarText
struct FarText {
  uint64_t length;
  const char* data;
};

inline uint64_t InlineText(const char* data, size_t length) {
  uint64_t ref = 0;
  std::memcpy(&ref, data, length);
  return ref | (0x80 | uint64_t{length}) << 56;
}
inline constexpr size_t kInlineText = 7;
inline constexpr uint64_t kFarLength = 0x7fff;
inline bool IsInlineText(uint64_t ref) { return ref >> 63; }
inline const char* FarAddress(uint64_t ref) { return reinterpret_cast<const char*>(ref & ((uint64_t{1} << 48) - 1)); }
inline size_t TextLength(uint64_t ref) {
  if (IsInlineText(ref)) return (ref >> 56) & 0x7f;
  const uint64_t length = ref >> 48;
  return length < kFarLength ? length : reinterpret_cast<const FarText*>(FarAddress(ref))->length;
}
/// The text; an inline one points into `ref`, which must live as long.
inline std::string_view TextOf(const uint64_t& ref) {
  if (IsInlineText(ref)) return {reinterpret_cast<const char*>(&ref), (ref >> 56) & 0x7f};
  const uint64_t length = ref >> 48;
  if (length == 0) return {"", 0};  // the zeroes of a NULL
  if (length < kFarLength) return {FarAddress(ref), length};
  const auto* far = reinterpret_cast<const FarText*>(FarAddress(ref));
  return {far->data, far->length};
}

/// A value of a type that has no fixed form in a row (lists, structs, dictionaries): a place in an array that the store keeps.
struct OtherRef {
  const arrow::ArrayData* array;
  int64_t row;
};

enum class RowKind : uint8_t { kNull, kBool, kFixed, kText, kOther };

/// How one column lies in a row.
struct RowField {
  std::shared_ptr<arrow::DataType> type;
  RowKind kind = RowKind::kFixed;
  int32_t width = 0;
  int32_t offset = 0;
  int32_t null_byte = -1;  ///< below 0: never NULL
  uint8_t null_mask = 0;

  bool IsNull(const uint8_t* row) const { return null_byte >= 0 && (row[null_byte] & null_mask); }
  template <typename T>
  T Get(const uint8_t* row) const {
    T value;
    std::memcpy(&value, row + offset, sizeof(T));
    return value;
  }
};

RowKind RowKindOf(const arrow::DataType& type);

/// Rows of one width: a header of the owner's, the fields (wide ones first), a bit for each nullable field.
class RowLayout {
 public:
  /// `header`: bytes before the fields, a multiple of 8. `flag`: one more byte, zero at first, the owner's.
  RowLayout(int32_t header, const std::vector<std::shared_ptr<arrow::Field>>& fields, bool flag = false);
  int32_t width() const { return width_; }
  int num_fields() const { return static_cast<int>(fields_.size()); }
  const RowField& field(int i) const { return fields_[i]; }
  int32_t null_begin() const { return null_begin_; }
  int32_t null_bytes() const { return null_bytes_; }  ///< the flag, which comes last, is one of them
  int32_t flag() const { return null_begin_ + null_bytes_ - 1; }

 private:
  std::vector<RowField> fields_;
  int32_t width_ = 0, null_begin_ = 0, null_bytes_ = 0;
};

/// A column to be stored: value i is array[rows[i]], or array[i] where `rows` is null. Offsets of the array apply.
struct RowColumn {
  std::shared_ptr<arrow::ArrayData> array;
  const int32_t* rows = nullptr;
};

/// Rows that lie one after the other.
struct RowSpan {
  uint8_t* begin = nullptr;
  int64_t rows = 0;
};

/// Rows of one layout in chunks that never move. Text stays where it came from (its buffers are kept) unless that would keep more than
/// about twice the bytes that rows refer to: then it is copied. One thread at a time.
class RowStore {
 public:
  RowStore(const RowLayout* layout, arrow::MemoryPool* pool, bool copy_text = false);
  RowStore(RowStore&&) = default;
  RowStore& operator=(RowStore&&) = default;

  /// Appends `n` rows, a column for each field of the layout. All or nothing. `spans`: where they lie, appended to. Headers are not written.
  arrow::Status Append(const std::vector<RowColumn>& columns, int64_t n, std::vector<RowSpan>* spans);
  /// Appends copies of rows of `from`, a store of this layout; far text is copied, arrays of others are kept.
  arrow::Status AppendRows(const RowStore& from, const uint8_t* const* rows, int64_t n, std::vector<RowSpan>* spans);

  int64_t rows() const { return rows_; }
  /// Bytes kept, text of others' buffers included.
  int64_t bytes() const { return chunk_bytes_ + arena_bytes_ + held_bytes_; }
  const RowLayout& layout() const { return *layout_; }
  /// Takes over all of another store of the same layout; its rows stay where they are.
  void Merge(RowStore&& other);

 private:
  struct Chunk {
    std::shared_ptr<arrow::Buffer> buffer;
    int64_t used = 0;  // bytes
  };
  struct TextPlan;
  arrow::Status PlanText(const std::vector<RowColumn>& columns, int64_t n, std::vector<TextPlan>* plans);
  arrow::Status Room(int64_t rows);
  arrow::Result<uint8_t*> ArenaRoom(int64_t bytes);
  std::vector<RowSpan> Take(int64_t rows);

  const RowLayout* layout_;
  arrow::MemoryPool* pool_;
  bool copy_text_;
  std::vector<Chunk> chunks_;
  size_t open_chunk_ = 0;  // first with room
  int64_t rows_ = 0, chunk_bytes_ = 0;
  std::vector<std::shared_ptr<arrow::Buffer>> arena_;
  uint8_t* arena_next_ = nullptr;
  int64_t arena_left_ = 0, arena_bytes_ = 0;
  std::unordered_set<std::shared_ptr<arrow::Buffer>> held_;
  int64_t held_bytes_ = 0, referenced_bytes_ = 0;
  std::unordered_map<const arrow::ArrayData*, std::shared_ptr<arrow::ArrayData>> others_;
};

/// How many of the rows, from the first on, have at most so many bytes, text included; at least one.
int64_t RowsWithin(const RowLayout& layout, const uint8_t* const* rows, int64_t n, int64_t bytes);

/// Columns from rows: of each of `fields` (numbers in the layout) the values of the `n` rows; a null row makes NULLs. Text is copied.
arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> DecodeRows(const RowLayout& layout, const std::vector<int>& fields,
                                                                         const uint8_t* const* rows, int64_t n, arrow::MemoryPool* pool);

}  // namespace bowstring::exec
