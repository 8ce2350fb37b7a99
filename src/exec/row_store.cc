// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/row_store.h"

#include <algorithm>
#include <bit>

#include <arrow/util/bit_util.h>
#include <arrow/util/byte_size.h>

namespace bowstring::exec {
namespace {

using View = arrow::BinaryViewType::c_type;

// Rows of one block are written column by column while they lie in the L2 cache.
constexpr int64_t kBlock = 1024;
constexpr int64_t kSmallestChunk = 32 << 10, kLargestChunk = 2 << 20;
constexpr int64_t kFewRows = 1 << 10;  // the smallest of stores that copy text: a few rows each, for long
// What text of others' buffers may cost beyond twice the bytes referred to, before it is copied.
constexpr int64_t kHeldSlack = 4 << 20;

const arrow::DataType& StorageType(const arrow::DataType& type) {
  const arrow::DataType* at = &type;
  while (at->id() == arrow::Type::EXTENSION) at = static_cast<const arrow::ExtensionType*>(at)->storage_type().get();
  return *at;
}

int32_t WidthOf(RowKind kind, const arrow::DataType& type) {
  switch (kind) {
    case RowKind::kNull: return 0;
    case RowKind::kBool: return 1;
    case RowKind::kFixed: return static_cast<const arrow::FixedWidthType&>(StorageType(type)).bit_width() / 8;
    case RowKind::kText: return 8;
    case RowKind::kOther: return sizeof(OtherRef);
  }
  return 0;
}

bool IsView(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING_VIEW || type.id() == arrow::Type::BINARY_VIEW;
}
bool IsLarge(const arrow::DataType& type) {
  return type.id() == arrow::Type::LARGE_STRING || type.id() == arrow::Type::LARGE_BINARY;
}

// The three forms of text, by one interface.
struct ViewText {
  explicit ViewText(const arrow::ArrayData& array)
      : views(array.GetValues<View>(1)), buffers(array.buffers.data() + 2) {}
  std::string_view operator[](int64_t i) const {
    const View& v = views[i];
    if (v.is_inline()) return {reinterpret_cast<const char*>(v.inline_data()), static_cast<size_t>(v.size())};
    return {reinterpret_cast<const char*>(buffers[v.ref.buffer_index]->data()) + v.ref.offset, static_cast<size_t>(v.size())};
  }
  size_t length(int64_t i) const { return views[i].size(); }
  // Text inside the view itself doesn't stay when the view goes.
  static constexpr size_t kMustCopy = 12;
  const View* views;
  const std::shared_ptr<arrow::Buffer>* buffers;
};
template <typename Offset>
struct OffsetText {
  explicit OffsetText(const arrow::ArrayData& array)
      : offsets(array.GetValues<Offset>(1)),
        data(array.buffers[2] ? reinterpret_cast<const char*>(array.buffers[2]->data()) : "") {}
  std::string_view operator[](int64_t i) const { return {data + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i])}; }
  size_t length(int64_t i) const { return offsets[i + 1] - offsets[i]; }
  static constexpr size_t kMustCopy = kInlineText;
  const Offset* offsets;
  const char* data;
};

template <typename Visit>
auto VisitText(const arrow::ArrayData& array, Visit&& visit) {
  const arrow::DataType& type = StorageType(*array.type);
  if (IsView(type)) return visit(ViewText(array));
  if (IsLarge(type)) return visit(OffsetText<int64_t>(array));
  return visit(OffsetText<int32_t>(array));
}

const uint8_t* Validity(const arrow::ArrayData& array) {
  return array.buffers.empty() || !array.buffers[0] || array.GetNullCount() == 0 ? nullptr : array.buffers[0]->data();
}

// Writes value [begin, begin + n) of a column of T into rows that start at `out`.
template <typename T>
void WriteFixed(const RowColumn& column, int64_t begin, int64_t n, uint8_t* out, int32_t stride) {
  const T* values = reinterpret_cast<const T*>(column.array->buffers[1]->data()) + column.array->offset;
  if (column.rows) {
    const int32_t* rows = column.rows + begin;
    for (int64_t i = 0; i < n; ++i, out += stride) std::memcpy(out, values + rows[i], sizeof(T));
  } else {
    values += begin;
    for (int64_t i = 0; i < n; ++i, out += stride) std::memcpy(out, values + i, sizeof(T));
  }
}
struct Bytes16 {
  uint64_t words[2];
};
struct Bytes32 {
  uint64_t words[4];
};

void WriteBytes(const RowColumn& column, int64_t begin, int64_t n, uint8_t* out, int32_t stride, int32_t width) {
  const uint8_t* values = column.array->buffers[1]->data() + column.array->offset * width;
  for (int64_t i = 0; i < n; ++i, out += stride) {
    const int64_t row = column.rows ? column.rows[begin + i] : begin + i;
    std::memcpy(out, values + row * width, width);
  }
}

void WriteFixedField(const RowField& field, const RowColumn& column, int64_t begin, int64_t n, uint8_t* out, int32_t stride) {
  switch (field.width) {
    case 1: return WriteFixed<uint8_t>(column, begin, n, out, stride);
    case 2: return WriteFixed<uint16_t>(column, begin, n, out, stride);
    case 4: return WriteFixed<uint32_t>(column, begin, n, out, stride);
    case 8: return WriteFixed<uint64_t>(column, begin, n, out, stride);
    case 16: return WriteFixed<Bytes16>(column, begin, n, out, stride);
    case 32: return WriteFixed<Bytes32>(column, begin, n, out, stride);
    default: return WriteBytes(column, begin, n, out, stride, field.width);
  }
}

void WriteBool(const RowColumn& column, int64_t begin, int64_t n, uint8_t* out, int32_t stride) {
  const uint8_t* bits = column.array->buffers[1]->data();
  for (int64_t i = 0; i < n; ++i, out += stride) {
    const int64_t row = column.rows ? column.rows[begin + i] : begin + i;
    *out = arrow::bit_util::GetBit(bits, column.array->offset + row);
  }
}

uint64_t FarRef(const char* data, size_t length, uint8_t** arena) {
  if (length < kFarLength) return uint64_t{length} << 48 | reinterpret_cast<uint64_t>(data);
  const FarText far{length, data};
  auto* at = reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(*arena) + 7) & ~uintptr_t{7});
  std::memcpy(at, &far, sizeof(far));
  *arena = at + sizeof(far);
  return kFarLength << 48 | reinterpret_cast<uint64_t>(at);
}

template <typename Text>
uint64_t MakeRef(const Text& text, int64_t row, bool copy, uint8_t** arena) {
  const std::string_view value = text[row];
  if (value.size() <= kInlineText) return InlineText(value.data(), value.size());
  const char* data = value.data();
  if (copy || value.size() <= Text::kMustCopy) {
    data = reinterpret_cast<const char*>(*arena);
    std::memcpy(*arena, value.data(), value.size());
    *arena += value.size();
  }
  return FarRef(data, value.size(), arena);
}

// Marks and clears the NULLs of a block whose values are written.
void WriteNulls(const RowField& field, const RowColumn& column, const uint8_t* validity, int64_t begin, int64_t n, uint8_t* rows,
                int32_t stride) {
  for (int64_t i = 0; i < n; ++i, rows += stride) {
    const int64_t row = column.rows ? column.rows[begin + i] : begin + i;
    if (!arrow::bit_util::GetBit(validity, column.array->offset + row)) {
      rows[field.null_byte] |= field.null_mask;
      std::memset(rows + field.offset, 0, field.width);
    }
  }
}

bool AllNull(const arrow::ArrayData& array) { return array.type->id() == arrow::Type::NA; }

}  // namespace

RowKind RowKindOf(const arrow::DataType& any) {
  const arrow::DataType& type = StorageType(any);
  switch (type.id()) {
    case arrow::Type::NA: return RowKind::kNull;
    case arrow::Type::BOOL: return RowKind::kBool;
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW: return RowKind::kText;
    case arrow::Type::DICTIONARY: return RowKind::kOther;
    default: return arrow::is_fixed_width(type.id()) ? RowKind::kFixed : RowKind::kOther;
  }
}

RowLayout::RowLayout(int32_t header, const std::vector<std::shared_ptr<arrow::Field>>& fields, bool flag) {
  std::vector<int> order;
  for (const auto& field : fields) {
    RowField out;
    out.type = field->type();
    out.kind = RowKindOf(*out.type);
    out.width = WidthOf(out.kind, *out.type);
    order.push_back(static_cast<int>(fields_.size()));
    fields_.push_back(std::move(out));
  }
  // Multiples of 8 first, then 4, 2, 1: no gaps, every field on its own alignment.
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    auto rank = [&](int i) { return fields_[i].width == 0 ? 4 : std::min(std::countr_zero(static_cast<uint32_t>(fields_[i].width)), 3) ^ 3; };
    return rank(a) < rank(b);
  });
  int32_t at = header;
  for (int i : order) {
    fields_[i].offset = at;
    at += fields_[i].width;
  }
  null_begin_ = at;
  int bit = 0;
  for (int i = 0; i < num_fields(); ++i) {
    if (!fields[i]->nullable() && fields_[i].kind != RowKind::kNull) continue;
    fields_[i].null_byte = at + bit / 8;
    fields_[i].null_mask = static_cast<uint8_t>(1 << bit % 8);
    ++bit;
  }
  null_bytes_ = (bit + 7) / 8 + (flag ? 1 : 0);
  width_ = std::max((at + null_bytes_ + 7) & ~7, 8);
}

struct RowStore::TextPlan {
  int field = 0;
  bool copy = false;
  int64_t must_copy = 0;  // bytes that go to the arena in any case, records of very long texts included
  int64_t far = 0;        // bytes that can stay
};

RowStore::RowStore(const RowLayout* layout, arrow::MemoryPool* pool, bool copy_text)
    : layout_(layout), pool_(pool), copy_text_(copy_text) {}

arrow::Status RowStore::PlanText(const std::vector<RowColumn>& columns, int64_t n, std::vector<TextPlan>* plans) {
  int64_t referenced = referenced_bytes_, held = held_bytes_;
  for (int f = 0; f < layout_->num_fields(); ++f) {
    if (layout_->field(f).kind != RowKind::kText || AllNull(*columns[f].array)) continue;
    const arrow::ArrayData& array = *columns[f].array;
    const uint8_t* validity = Validity(array);
    TextPlan plan;
    plan.field = f;
    VisitText(array, [&](const auto& text) {
      using Text = std::decay_t<decltype(text)>;
      for (int64_t i = 0; i < n; ++i) {
        const int64_t row = columns[f].rows ? columns[f].rows[i] : i;
        const size_t length = text.length(row);
        if (length <= kInlineText) continue;
        if (validity && !arrow::bit_util::GetBit(validity, array.offset + row)) continue;
        (length <= Text::kMustCopy ? plan.must_copy : plan.far) += length;
        if (length >= kFarLength) plan.must_copy += sizeof(FarText) + 8;
      }
    });
    if (plan.far > 0) {
      int64_t fresh = 0;
      for (size_t b = 2; b < array.buffers.size(); ++b) {
        if (array.buffers[b] && !held_.count(array.buffers[b])) fresh += array.buffers[b]->size();
      }
      plan.copy = copy_text_ || (fresh > 0 && held + fresh > 2 * (referenced + plan.far) + kHeldSlack);
      if (!plan.copy) {
        held += fresh;
        referenced += plan.far;
      }
    }
    plans->push_back(plan);
  }
  return arrow::Status::OK();
}

arrow::Status RowStore::Room(int64_t rows) {
  while (open_chunk_ < chunks_.size() && chunks_[open_chunk_].buffer->size() - chunks_[open_chunk_].used < layout_->width()) ++open_chunk_;
  int64_t left = rows;
  for (size_t c = open_chunk_; c < chunks_.size(); ++c) left -= (chunks_[c].buffer->size() - chunks_[c].used) / layout_->width();
  while (left > 0) {
    const int64_t wanted = std::clamp(chunk_bytes_, copy_text_ ? kFewRows : kSmallestChunk, kLargestChunk);
    int64_t size = std::max<int64_t>(wanted / layout_->width(), 1) * layout_->width();
    auto allocated = arrow::AllocateBuffer(size, pool_);
    if (!allocated.ok() && size > left * layout_->width()) {  // short of memory: no more than is needed
      size = left * layout_->width();
      allocated = arrow::AllocateBuffer(size, pool_);
    }
    ARROW_ASSIGN_OR_RAISE(auto buffer, std::move(allocated));
    chunk_bytes_ += size;
    left -= size / layout_->width();
    chunks_.push_back({std::move(buffer), 0});
  }
  return arrow::Status::OK();
}

arrow::Result<uint8_t*> RowStore::ArenaRoom(int64_t bytes) {
  if (bytes > arena_left_) {
    const int64_t size = std::max(bytes, std::clamp<int64_t>(arena_bytes_, copy_text_ ? kFewRows : 4 << 10, 1 << 20));
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(size, pool_));
    arena_next_ = buffer->mutable_data();
    arena_left_ = size;
    arena_bytes_ += size;
    arena_.push_back(std::move(buffer));
  }
  return arena_next_;
}

std::vector<RowSpan> RowStore::Take(int64_t rows) {
  std::vector<RowSpan> spans;
  const int32_t width = layout_->width();
  rows_ += rows;
  while (rows > 0) {
    Chunk& chunk = chunks_[open_chunk_];
    const int64_t here = std::min((chunk.buffer->size() - chunk.used) / width, rows);
    if (here == 0) {
      ++open_chunk_;
      continue;
    }
    spans.push_back({chunk.buffer->mutable_data() + chunk.used, here});
    chunk.used += here * width;
    rows -= here;
  }
  return spans;
}

arrow::Status RowStore::Append(const std::vector<RowColumn>& columns, int64_t n, std::vector<RowSpan>* out) {
  std::vector<TextPlan> plans;
  ARROW_RETURN_NOT_OK(PlanText(columns, n, &plans));
  int64_t arena_need = 0;
  for (const TextPlan& plan : plans) arena_need += plan.must_copy + (plan.copy ? plan.far : 0);
  uint8_t* arena = nullptr;
  if (arena_need > 0) {
    ARROW_ASSIGN_OR_RAISE(arena, ArenaRoom(arena_need));
  }
  ARROW_RETURN_NOT_OK(Room(n));
  // Nothing below fails.
  std::vector<const TextPlan*> plan_of(layout_->num_fields(), nullptr);
  for (const TextPlan& plan : plans) {
    plan_of[plan.field] = &plan;
    if (plan.far == 0 || plan.copy) continue;
    const auto& buffers = columns[plan.field].array->buffers;
    referenced_bytes_ += plan.far;
    for (size_t b = 2; b < buffers.size(); ++b) {
      if (buffers[b] && held_.insert(buffers[b]).second) held_bytes_ += buffers[b]->size();
    }
  }
  for (int f = 0; f < layout_->num_fields(); ++f) {
    if (layout_->field(f).kind != RowKind::kOther) continue;
    if (others_.emplace(columns[f].array.get(), columns[f].array).second) held_bytes_ += arrow::util::TotalBufferSize(*columns[f].array);
  }
  std::vector<const uint8_t*> validity(columns.size());
  for (size_t f = 0; f < columns.size(); ++f) {
    if (layout_->field(static_cast<int>(f)).null_byte >= 0) validity[f] = Validity(*columns[f].array);
  }

  const int32_t stride = layout_->width();
  int64_t begin = 0;
  for (const RowSpan& span : Take(n)) {
    for (int64_t at = 0; at < span.rows; at += kBlock) {
      const int64_t here = std::min(kBlock, span.rows - at);
      uint8_t* const rows = span.begin + at * stride;
      if (layout_->null_bytes() > 0) {
        for (int64_t i = 0; i < here; ++i) std::memset(rows + i * stride + layout_->null_begin(), 0, layout_->null_bytes());
      }
      for (int f = 0; f < layout_->num_fields(); ++f) {
        const RowField& field = layout_->field(f);
        const RowColumn& column = columns[f];
        uint8_t* values = rows + field.offset;
        if (AllNull(*column.array)) {
          for (int64_t i = 0; i < here; ++i) {
            std::memset(values + i * stride, 0, field.width);
            if (field.null_byte >= 0) rows[i * stride + field.null_byte] |= field.null_mask;
          }
          continue;
        }
        switch (field.kind) {
          case RowKind::kNull: break;
          case RowKind::kBool: WriteBool(column, begin, here, values, stride); break;
          case RowKind::kFixed: WriteFixedField(field, column, begin, here, values, stride); break;
          case RowKind::kText:
            VisitText(*column.array, [&](const auto& text) {
              const bool copy = plan_of[f]->copy;
              const int64_t offset = column.array->offset;
              for (int64_t i = 0; i < here; ++i, values += stride) {
                const int64_t row = column.rows ? column.rows[begin + i] : begin + i;
                const bool null = validity[f] && !arrow::bit_util::GetBit(validity[f], offset + row);
                const uint64_t ref = null ? 0 : MakeRef(text, row, copy, &arena);
                std::memcpy(values, &ref, sizeof(ref));
              }
            });
            break;
          case RowKind::kOther:
            for (int64_t i = 0; i < here; ++i, values += stride) {
              const OtherRef ref{column.array.get(), column.rows ? column.rows[begin + i] : begin + i};
              std::memcpy(values, &ref, sizeof(ref));
            }
            break;
        }
        if (validity[f]) WriteNulls(field, column, validity[f], begin, here, rows, stride);
      }
      begin += here;
    }
    out->push_back(span);
  }
  if (arena) {
    arena_left_ -= arena - arena_next_;
    arena_next_ = arena;
  }
  return arrow::Status::OK();
}

arrow::Status RowStore::AppendRows(const RowStore& from, const uint8_t* const* rows, int64_t n, std::vector<RowSpan>* out) {
  int64_t arena_need = 0;
  for (int f = 0; f < layout_->num_fields(); ++f) {
    const RowField& field = layout_->field(f);
    if (field.kind != RowKind::kText) continue;
    for (int64_t i = 0; i < n; ++i) {
      if (field.IsNull(rows[i])) continue;
      const uint64_t ref = field.Get<uint64_t>(rows[i]);
      if (!IsInlineText(ref)) arena_need += TextLength(ref) + (TextLength(ref) >= kFarLength ? sizeof(FarText) + 8 : 0);
    }
  }
  uint8_t* arena = nullptr;
  if (arena_need > 0) {
    ARROW_ASSIGN_OR_RAISE(arena, ArenaRoom(arena_need));
  }
  ARROW_RETURN_NOT_OK(Room(n));
  int64_t at = 0;
  for (const RowSpan& span : Take(n)) {
    for (int64_t i = 0; i < span.rows; ++i, ++at) {
      uint8_t* row = span.begin + i * layout_->width();
      std::memcpy(row, rows[at], layout_->width());
      for (int f = 0; f < layout_->num_fields(); ++f) {
        const RowField& field = layout_->field(f);
        if (field.IsNull(row)) continue;
        if (field.kind == RowKind::kText) {
          const uint64_t ref = field.Get<uint64_t>(row);
          if (IsInlineText(ref)) continue;
          const std::string_view text = TextOf(ref);
          char* copy = reinterpret_cast<char*>(arena);
          std::memcpy(copy, text.data(), text.size());
          arena += text.size();
          const uint64_t moved = FarRef(copy, text.size(), &arena);
          std::memcpy(row + field.offset, &moved, sizeof(moved));
        } else if (field.kind == RowKind::kOther) {
          const auto at_array = from.others_.find(field.Get<OtherRef>(row).array);
          if (at_array != from.others_.end() && others_.insert(*at_array).second) held_bytes_ += arrow::util::TotalBufferSize(*at_array->second);
        }
      }
    }
    out->push_back(span);
  }
  if (arena) {
    arena_left_ -= arena - arena_next_;
    arena_next_ = arena;
  }
  return arrow::Status::OK();
}

void RowStore::Merge(RowStore&& other) {
  rows_ += other.rows_;
  chunk_bytes_ += other.chunk_bytes_;
  arena_bytes_ += other.arena_bytes_;
  held_bytes_ += other.held_bytes_;
  referenced_bytes_ += other.referenced_bytes_;
  chunks_.insert(chunks_.end(), std::make_move_iterator(other.chunks_.begin()), std::make_move_iterator(other.chunks_.end()));
  open_chunk_ = chunks_.size();
  arena_.insert(arena_.end(), std::make_move_iterator(other.arena_.begin()), std::make_move_iterator(other.arena_.end()));
  held_.merge(other.held_);
  others_.merge(other.others_);
  other = RowStore(layout_, pool_, copy_text_);
}

}  // namespace bowstring::exec
