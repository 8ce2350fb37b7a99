// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <unordered_map>

#include <arrow/array/concatenate.h>
#include <arrow/util/bit_util.h>

#include "exec/join_serial.h"
#include "exec/row_store.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

using View = arrow::BinaryViewType::c_type;
using arrow::bit_util::SetBitTo;

// As many rows as stay in the cache while their fields are read one column after the other.
constexpr int64_t kBlock = 512;
constexpr size_t kInlineView = arrow::BinaryViewType::kInlineSize;
constexpr int64_t kLargestTextBuffer = 1 << 30;

struct Bytes16 {
  uint64_t words[2];
};
struct Bytes32 {
  uint64_t words[4];
};

// A column while it is filled.
struct OutColumn {
  const RowField* field = nullptr;
  std::shared_ptr<arrow::Buffer> validity, values;
  int64_t nulls = 0;
  std::shared_ptr<arrow::Buffer> refs;  // of text: uint64 each; of others: OtherRef each
  size_t inlined = 0;                   // text up to this length takes no bytes of its own
  int64_t text_bytes = 0;               // all the rest
};

const arrow::DataType& StorageType(const arrow::DataType& type) {
  const arrow::DataType* at = &type;
  while (at->id() == arrow::Type::EXTENSION) at = static_cast<const arrow::ExtensionType*>(at)->storage_type().get();
  return *at;
}
bool IsViewType(const arrow::DataType& type) {
  const arrow::Type::type id = StorageType(type).id();
  return id == arrow::Type::STRING_VIEW || id == arrow::Type::BINARY_VIEW;
}

template <typename T>
void ReadFixed(const RowField& field, const uint8_t* const* rows, int64_t n, uint8_t* out) {
  const int32_t offset = field.offset;
  for (int64_t i = 0; i < n; ++i) std::memcpy(out + i * sizeof(T), rows[i] + offset, sizeof(T));
}

void ReadBlock(OutColumn* column, const uint8_t* const* rows, int64_t begin, int64_t n) {
  const RowField& field = *column->field;
  uint8_t* const values = column->values ? column->values->mutable_data() : nullptr;
  switch (field.kind) {
    case RowKind::kNull: return;
    case RowKind::kBool:
      for (int64_t i = 0; i < n; ++i) SetBitTo(values, begin + i, rows[i][field.offset] != 0);
      break;
    case RowKind::kFixed:
      switch (field.width) {
        case 1: ReadFixed<uint8_t>(field, rows, n, values + begin); break;
        case 2: ReadFixed<uint16_t>(field, rows, n, values + begin * 2); break;
        case 4: ReadFixed<uint32_t>(field, rows, n, values + begin * 4); break;
        case 8: ReadFixed<uint64_t>(field, rows, n, values + begin * 8); break;
        case 16: ReadFixed<Bytes16>(field, rows, n, values + begin * 16); break;
        case 32: ReadFixed<Bytes32>(field, rows, n, values + begin * 32); break;
        default:
          for (int64_t i = 0; i < n; ++i) std::memcpy(values + (begin + i) * field.width, rows[i] + field.offset, field.width);
      }
      break;
    case RowKind::kText: {
      auto* refs = reinterpret_cast<uint64_t*>(column->refs->mutable_data()) + begin;
      int64_t bytes = 0;
      for (int64_t i = 0; i < n; ++i) {
        refs[i] = field.Get<uint64_t>(rows[i]);
        const size_t length = TextLength(refs[i]);
        if (length > column->inlined) bytes += static_cast<int64_t>(length);
      }
      column->text_bytes += bytes;
      break;
    }
    case RowKind::kOther: {
      auto* refs = reinterpret_cast<OtherRef*>(column->refs->mutable_data()) + begin;
      for (int64_t i = 0; i < n; ++i) refs[i] = field.Get<OtherRef>(rows[i]);
      break;
    }
  }
  if (field.null_byte >= 0 && column->validity) {
    uint8_t* validity = column->validity->mutable_data();
    for (int64_t i = 0; i < n; ++i) {
      const bool null = rows[i][field.null_byte] & field.null_mask;
      if (null) {
        arrow::bit_util::ClearBit(validity, begin + i);
        ++column->nulls;
      }
    }
  }
}

arrow::Status FillViews(OutColumn* column, int64_t n, arrow::MemoryPool* pool, std::vector<std::shared_ptr<arrow::Buffer>>* buffers) {
  ARROW_ASSIGN_OR_RAISE(column->values, arrow::AllocateBuffer(n * sizeof(View), pool));
  const auto* refs = reinterpret_cast<const uint64_t*>(column->refs->data());
  auto* views = reinterpret_cast<View*>(column->values->mutable_data());
  constexpr int64_t kAhead = 16;
  std::shared_ptr<arrow::Buffer> text;
  uint8_t* data = nullptr;
  int64_t used = 0, left = column->text_bytes;
  for (int64_t i = 0; i < n; ++i) {
    if (i + kAhead < n && !IsInlineText(refs[i + kAhead])) __builtin_prefetch(FarAddress(refs[i + kAhead]));
    const std::string_view value = TextOf(refs[i]);
    View& view = views[i];
    view = View{};
    if (value.size() <= kInlineView) {
      view.inlined.size = static_cast<int32_t>(value.size());
      std::memcpy(view.inlined.data.data(), value.data(), value.size());
      continue;
    }
    if (!text || used + static_cast<int64_t>(value.size()) > text->size()) {
      ARROW_ASSIGN_OR_RAISE(text, arrow::AllocateBuffer(std::max<int64_t>(std::min(left, kLargestTextBuffer), value.size()), pool));
      buffers->push_back(text);
      data = text->mutable_data();
      used = 0;
    }
    std::memcpy(data + used, value.data(), value.size());
    view.ref.size = static_cast<int32_t>(value.size());
    std::memcpy(view.ref.prefix.data(), value.data(), sizeof(view.ref.prefix));
    view.ref.buffer_index = static_cast<int32_t>(buffers->size() - 1);
    view.ref.offset = static_cast<int32_t>(used);
    used += static_cast<int64_t>(value.size());
    left -= static_cast<int64_t>(value.size());
  }
  return arrow::Status::OK();
}

template <typename Offset>
arrow::Status FillOffsets(OutColumn* column, int64_t n, arrow::MemoryPool* pool, std::shared_ptr<arrow::Buffer>* text) {
  if (column->text_bytes > std::numeric_limits<Offset>::max()) {
    return arrow::Status::CapacityError("a batch of text has ", column->text_bytes, " bytes, more than its type can address");
  }
  ARROW_ASSIGN_OR_RAISE(column->values, arrow::AllocateBuffer((n + 1) * sizeof(Offset), pool));
  ARROW_ASSIGN_OR_RAISE(*text, arrow::AllocateBuffer(column->text_bytes, pool));
  const auto* refs = reinterpret_cast<const uint64_t*>(column->refs->data());
  auto* offsets = reinterpret_cast<Offset*>(column->values->mutable_data());
  uint8_t* data = (*text)->mutable_data();
  constexpr int64_t kAhead = 16;
  Offset at = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (i + kAhead < n && !IsInlineText(refs[i + kAhead])) __builtin_prefetch(FarAddress(refs[i + kAhead]));
    offsets[i] = at;
    const std::string_view value = TextOf(refs[i]);
    std::memcpy(data + at, value.data(), value.size());
    at += static_cast<Offset>(value.size());
  }
  offsets[n] = at;
  return arrow::Status::OK();
}

// Dictionaries of several arrays become one by their values: Arrow doesn't unify dictionaries that hold NULL.
arrow::Result<std::shared_ptr<arrow::ArrayData>> Reencode(const arrow::ArrayVector& pieces, const std::shared_ptr<arrow::DataType>& any,
                                                          arrow::MemoryPool* pool) {
  const auto& type = static_cast<const arrow::DictionaryType&>(*any);
  arrow::ArrayVector values;
  for (const auto& piece : pieces) {
    const auto& typed = static_cast<const arrow::DictionaryArray&>(*piece);
    std::vector<int64_t> rows(piece->length());
    for (int64_t i = 0; i < piece->length(); ++i) rows[i] = piece->IsNull(i) ? -1 : typed.GetValueIndex(i);
    ARROW_ASSIGN_OR_RAISE(auto decoded, Gather(*piece->data()->dictionary, rows.data(), piece->length(), pool));
    values.push_back(arrow::MakeArray(decoded));
  }
  ARROW_ASSIGN_OR_RAISE(const auto all, arrow::Concatenate(values, pool));
  // By own hands: Arrow's memo tables can't be used again after a refused allocation.
  const int64_t n = all->length();
  ARROW_ASSIGN_OR_RAISE(const auto serial, SerializeRows({all->data(), nullptr}, n, pool));
  std::unordered_map<std::string_view, int64_t> number;
  std::vector<int64_t> distinct, indices(n, 0);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> validity, arrow::AllocateEmptyBitmap(n, pool));
  int64_t nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (all->IsNull(i)) {
      ++nulls;
      continue;
    }
    arrow::bit_util::SetBit(validity->mutable_data(), i);
    const auto [at, fresh] = number.emplace(TextValue(*serial, arrow::Type::LARGE_BINARY, i), static_cast<int64_t>(distinct.size()));
    if (fresh) distinct.push_back(i);
    indices[i] = at->second;
  }
  const auto& index_type = static_cast<const arrow::FixedWidthType&>(*type.index_type());
  const int bits = index_type.bit_width();
  const int64_t most = bits >= 64 ? INT64_MAX : (int64_t{1} << (arrow::is_signed_integer(index_type.id()) ? bits - 1 : bits)) - 1;
  if (static_cast<int64_t>(distinct.size()) > most) {
    return arrow::Status::CapacityError(distinct.size(), " distinct values are more than indices of type ", index_type.ToString(), " can number");
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values_out, arrow::AllocateBuffer(n * bits / 8, pool));
  for (int64_t i = 0; i < n; ++i) std::memcpy(values_out->mutable_data() + i * bits / 8, &indices[i], bits / 8);  // little-endian
  auto out = arrow::ArrayData::Make(any, n, {nulls > 0 ? validity : nullptr, values_out}, nulls);
  ARROW_ASSIGN_OR_RAISE(out->dictionary, Gather(*all->data(), distinct.data(), static_cast<int64_t>(distinct.size()), pool));
  return out;
}

// The rows of each array are gathered by themselves, put behind each other and gathered once more into order.
arrow::Result<std::shared_ptr<arrow::ArrayData>> FillOthers(const OutColumn& column, int64_t n, arrow::MemoryPool* pool) {
  const auto* refs = reinterpret_cast<const OtherRef*>(column.refs->data());
  const uint8_t* validity = column.validity ? column.validity->data() : nullptr;
  std::unordered_map<const arrow::ArrayData*, size_t> number;
  std::vector<const arrow::ArrayData*> arrays;
  std::vector<std::vector<int64_t>> rows_of;
  std::vector<size_t> array_of(n);
  for (int64_t i = 0; i < n; ++i) {
    if (validity && !arrow::bit_util::GetBit(validity, i)) continue;
    const auto [at, fresh] = number.emplace(refs[i].array, arrays.size());
    if (fresh) {
      arrays.push_back(refs[i].array);
      rows_of.emplace_back();
    }
    array_of[i] = at->second;
    rows_of[at->second].push_back(refs[i].row);
  }
  if (arrays.empty()) {
    ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(column.field->type, n, pool));
    return nulls->data();
  }
  std::vector<int64_t> next(arrays.size(), 0);
  arrow::ArrayVector pieces;
  for (size_t a = 0; a < arrays.size(); ++a) {
    if (a > 0) next[a] = next[a - 1] + static_cast<int64_t>(rows_of[a - 1].size());
    ARROW_ASSIGN_OR_RAISE(auto piece, Gather(*arrays[a], rows_of[a].data(), static_cast<int64_t>(rows_of[a].size()), pool));
    pieces.push_back(arrow::MakeArray(piece));
  }
  std::shared_ptr<arrow::Array> all = pieces[0];
  if (pieces.size() > 1 && column.field->type->id() == arrow::Type::DICTIONARY) {
    ARROW_ASSIGN_OR_RAISE(const auto encoded, Reencode(pieces, column.field->type, pool));
    all = arrow::MakeArray(encoded);
  } else if (pieces.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(all, arrow::Concatenate(pieces, pool));
  } else if (static_cast<int64_t>(rows_of[0].size()) == n) {
    return all->data();
  }
  std::vector<int64_t> order(n);
  for (int64_t i = 0; i < n; ++i) {
    order[i] = validity && !arrow::bit_util::GetBit(validity, i) ? -1 : next[array_of[i]]++;
  }
  return Gather(*all->data(), order.data(), n, pool);
}

arrow::Status Allocate(OutColumn* column, int64_t n, bool may_be_null, arrow::MemoryPool* pool) {
  const RowField& field = *column->field;
  if (may_be_null && field.kind != RowKind::kNull) {
    ARROW_ASSIGN_OR_RAISE(column->validity, arrow::AllocateBitmap(n, pool));
    std::memset(column->validity->mutable_data(), 0xff, column->validity->size());
  }
  switch (field.kind) {
    case RowKind::kNull: break;
    case RowKind::kBool: {
      ARROW_ASSIGN_OR_RAISE(column->values, arrow::AllocateEmptyBitmap(n, pool));
      break;
    }
    case RowKind::kFixed: {
      ARROW_ASSIGN_OR_RAISE(column->values, arrow::AllocateBuffer(n * field.width, pool));
      break;
    }
    case RowKind::kText: {
      ARROW_ASSIGN_OR_RAISE(column->refs, arrow::AllocateBuffer(n * sizeof(uint64_t), pool));
      column->inlined = IsViewType(*field.type) ? kInlineView : 0;
      break;
    }
    case RowKind::kOther: {
      ARROW_ASSIGN_OR_RAISE(column->refs, arrow::AllocateBuffer(n * sizeof(OtherRef), pool));
      break;
    }
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish(OutColumn* column, int64_t n, arrow::MemoryPool* pool) {
  const RowField& field = *column->field;
  if (field.kind == RowKind::kNull) return arrow::ArrayData::Make(field.type, n, {nullptr}, n);
  if (field.kind == RowKind::kOther) return FillOthers(*column, n, pool);
  std::shared_ptr<arrow::Buffer> validity = column->nulls > 0 ? column->validity : nullptr;
  if (field.kind != RowKind::kText) return arrow::ArrayData::Make(field.type, n, {validity, column->values}, column->nulls);
  if (IsViewType(*field.type)) {
    std::vector<std::shared_ptr<arrow::Buffer>> text;
    ARROW_RETURN_NOT_OK(FillViews(column, n, pool, &text));
    std::vector<std::shared_ptr<arrow::Buffer>> buffers{validity, column->values};
    buffers.insert(buffers.end(), text.begin(), text.end());
    return arrow::ArrayData::Make(field.type, n, std::move(buffers), column->nulls);
  }
  std::shared_ptr<arrow::Buffer> text;
  const arrow::Type::type id = StorageType(*field.type).id();
  if (id == arrow::Type::LARGE_STRING || id == arrow::Type::LARGE_BINARY) {
    ARROW_RETURN_NOT_OK(FillOffsets<int64_t>(column, n, pool, &text));
  } else {
    ARROW_RETURN_NOT_OK(FillOffsets<int32_t>(column, n, pool, &text));
  }
  return arrow::ArrayData::Make(field.type, n, {validity, column->values, text}, column->nulls);
}

}  // namespace

int64_t RowsWithin(const RowLayout& layout, const uint8_t* const* rows, int64_t n, int64_t bytes) {
  std::vector<const RowField*> text;
  for (int f = 0; f < layout.num_fields(); ++f) {
    if (layout.field(f).kind == RowKind::kText) text.push_back(&layout.field(f));
  }
  if (text.empty()) return std::max<int64_t>(std::min(n, bytes / layout.width()), 1);
  int64_t used = 0, count = 0;
  for (; count < n; ++count) {
    if (count + 8 < n) __builtin_prefetch(rows[count + 8]);
    used += layout.width();
    for (const RowField* field : text) used += static_cast<int64_t>(TextLength(field->Get<uint64_t>(rows[count])));
    if (used > bytes && count > 0) break;
  }
  return std::max<int64_t>(count, 1);
}

arrow::Result<std::vector<std::shared_ptr<arrow::ArrayData>>> DecodeRows(const RowLayout& layout, const std::vector<int>& fields,
                                                                         const uint8_t* const* rows, int64_t n, arrow::MemoryPool* pool) {
  // Absent rows read a row of NULLs.
  bool absent = false;
  for (int64_t i = 0; i < n; ++i) absent |= rows[i] == nullptr;
  std::vector<uint8_t> null_row;
  std::vector<const uint8_t*> patched;
  if (absent) {
    null_row.assign(layout.width(), 0);
    patched.assign(rows, rows + n);
    std::replace(patched.begin(), patched.end(), static_cast<const uint8_t*>(nullptr), static_cast<const uint8_t*>(null_row.data()));
  }
  std::vector<OutColumn> columns(fields.size());
  for (size_t c = 0; c < fields.size(); ++c) {
    columns[c].field = &layout.field(fields[c]);
    ARROW_RETURN_NOT_OK(Allocate(&columns[c], n, absent || columns[c].field->null_byte >= 0, pool));
  }
  const uint8_t* const* from = absent ? patched.data() : rows;
  const int32_t lines = (layout.width() + 63) / 64;
  for (int64_t at = 0; at < n; at += kBlock) {
    const int64_t here = std::min(kBlock, n - at);
    for (int64_t i = 0; i < here; ++i) {
      for (int32_t line = 0; line < lines; ++line) __builtin_prefetch(from[at + i] + line * 64);
    }
    for (OutColumn& column : columns) ReadBlock(&column, from + at, at, here);
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> out;
  for (OutColumn& column : columns) {
    if (absent && column.validity) {
      uint8_t* validity = column.validity->mutable_data();
      for (int64_t i = 0; i < n; ++i) {
        if (rows[i] != nullptr) continue;
        if (arrow::bit_util::GetBit(validity, i)) ++column.nulls;
        arrow::bit_util::ClearBit(validity, i);
      }
    }
    ARROW_ASSIGN_OR_RAISE(auto data, Finish(&column, n, pool));
    out.push_back(std::move(data));
  }
  return out;
}

}  // namespace bowstring::exec
