// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include <arrow/array/builder_binary.h>
#include <arrow/builder.h>

#include "functions/aggregate_loops.h"

namespace bowstring {

/// A state that is one piece of bytes in the group's heap; no data: none yet.
struct TextState {
  char* data;
  uint32_t size, capacity;

  static TextState& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<TextState*>(groups.state(i)); }
  std::string_view text() const { return {data, size}; }
  /// Replaces the bytes. Room grows by doubling, so that what is left behind in the heap stays below what is used.
  arrow::Status Set(StateHeap& heap, std::string_view text) {
    if (text.size() > std::numeric_limits<uint32_t>::max() / 2) return Error(ErrorKind::kExecution, "a text of ", text.size(), " bytes");
    if (data == nullptr || text.size() > capacity) {
      const uint32_t room = (std::max<uint32_t>(static_cast<uint32_t>(text.size()), capacity * 2) + 7) & ~7u;
      ARROW_ASSIGN_OR_RAISE(uint8_t* bytes, heap.Allocate(std::max(room, 8u)));
      data = reinterpret_cast<char*>(bytes);
      capacity = std::max(room, 8u);
    }
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    size = static_cast<uint32_t>(text.size());
    return arrow::Status::OK();
  }
};

/// An array of any text or bytes type: `f(i, std::string_view* out)` answers whether value i is there.
template <typename F>
arrow::Result<std::shared_ptr<arrow::Array>> TextArray(const std::shared_ptr<arrow::DataType>& type, int64_t n, arrow::MemoryPool* pool, F&& f) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(pool, type, &builder));
  ARROW_RETURN_NOT_OK(builder->Reserve(n));
  const auto fill = [&](auto& typed) -> arrow::Status {
    for (int64_t i = 0; i < n; ++i) {
      std::string_view text;
      ARROW_RETURN_NOT_OK(f(i, &text) ? typed.Append(text) : typed.AppendNull());
    }
    return arrow::Status::OK();
  };
  switch (type->id()) {
    case arrow::Type::STRING: case arrow::Type::BINARY: ARROW_RETURN_NOT_OK(fill(static_cast<arrow::BinaryBuilder&>(*builder))); break;
    case arrow::Type::LARGE_STRING: case arrow::Type::LARGE_BINARY: ARROW_RETURN_NOT_OK(fill(static_cast<arrow::LargeBinaryBuilder&>(*builder))); break;
    case arrow::Type::STRING_VIEW: case arrow::Type::BINARY_VIEW: ARROW_RETURN_NOT_OK(fill(static_cast<arrow::BinaryViewBuilder&>(*builder))); break;
    case arrow::Type::FIXED_SIZE_BINARY: ARROW_RETURN_NOT_OK(fill(static_cast<arrow::FixedSizeBinaryBuilder&>(*builder))); break;
    default: return Error(ErrorKind::kInternal, "text array of type ", type->ToString());
  }
  std::shared_ptr<arrow::Array> array;
  ARROW_RETURN_NOT_OK(builder->Finish(&array));
  return array;
}

inline arrow::Result<std::shared_ptr<arrow::Array>> SerializeTexts(const GroupRows& groups, arrow::MemoryPool* pool) {
  return TextArray(arrow::large_binary(), groups.count, pool, [&](int64_t i, std::string_view* out) {
    const TextState& state = TextState::At(groups, i);
    if (state.data) *out = state.text();
    return state.data != nullptr;
  });
}

/// min or max of a type that has no kernel of its own: by its sort order, as bytes (aggregate_first_last.cc).
arrow::Result<std::shared_ptr<const AggregateKernel>> MakeOrderedExtreme(const std::shared_ptr<arrow::DataType>& type, bool max);

}  // namespace bowstring
