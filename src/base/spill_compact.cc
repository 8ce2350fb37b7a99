// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "base/spill_compact.h"

#include <cstring>
#include <limits>

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using View = arrow::BinaryViewType::c_type;
constexpr int kMaxDepth = 64;

// A view array over as few buffers as 2 GiB offsets allow, offset 0.
arrow::Result<std::shared_ptr<arrow::ArrayData>> CompactView(const arrow::ArrayData& in, arrow::MemoryPool* pool) {
  const View* views = in.GetValues<View>(1);
  const bool nulls = in.MayHaveNulls();
  const uint8_t* valid = nulls ? in.buffers[0]->data() : nullptr;
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  std::vector<int64_t> sizes(1, 0);
  for (int64_t i = 0; i < in.length; ++i) {
    if (views[i].is_inline() || (valid && !arrow::bit_util::GetBit(valid, in.offset + i))) continue;
    if (sizes.back() + views[i].size() > kMost) sizes.push_back(0);
    sizes.back() += views[i].size();
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> out_views, arrow::AllocateBuffer(in.length * sizeof(View), pool));
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{nullptr, out_views};
  if (valid) {
    ARROW_ASSIGN_OR_RAISE(buffers[0], arrow::internal::CopyBitmap(pool, valid, in.offset, in.length));
  }
  for (int64_t size : sizes) {
    if (size == 0) continue;
    ARROW_ASSIGN_OR_RAISE(auto text, arrow::AllocateBuffer(size, pool));
    buffers.push_back(std::move(text));
  }
  View* out = reinterpret_cast<View*>(out_views->mutable_data());
  int32_t buffer = 0;
  int64_t used = 0;
  for (int64_t i = 0; i < in.length; ++i) {
    if (valid && !arrow::bit_util::GetBit(valid, in.offset + i)) {
      std::memset(&out[i], 0, sizeof(View));
      continue;
    }
    out[i] = views[i];
    if (views[i].is_inline()) continue;
    const int32_t size = views[i].size();
    if (used + size > kMost) {
      ++buffer;
      used = 0;
    }
    std::memcpy(buffers[2 + buffer]->mutable_data() + used, in.buffers[2 + views[i].ref.buffer_index]->data() + views[i].ref.offset,
                static_cast<size_t>(size));
    out[i].ref.buffer_index = buffer;
    out[i].ref.offset = static_cast<int32_t>(used);
    used += size;
  }
  return arrow::ArrayData::Make(in.type, in.length, std::move(buffers), nulls ? arrow::kUnknownNullCount : 0, 0);
}

// Null where nothing had to change.
arrow::Result<std::shared_ptr<arrow::ArrayData>> CompactColumn(const std::shared_ptr<arrow::ArrayData>& in, arrow::MemoryPool* pool, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "types nested more than ", kMaxDepth, " deep cannot be spilled");
  if (in->type->id() == arrow::Type::STRING_VIEW || in->type->id() == arrow::Type::BINARY_VIEW) return CompactView(*in, pool);
  std::shared_ptr<arrow::ArrayData> out;
  for (size_t i = 0; i < in->child_data.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto child, CompactColumn(in->child_data[i], pool, depth + 1));
    if (!child) continue;
    if (!out) out = in->Copy();
    out->child_data[i] = std::move(child);
  }
  if (in->dictionary) {
    ARROW_ASSIGN_OR_RAISE(auto dictionary, CompactColumn(in->dictionary, pool, depth + 1));
    if (dictionary) {
      if (!out) out = in->Copy();
      out->dictionary = std::move(dictionary);
    }
  }
  return out;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::RecordBatch>> CompactForSpill(const arrow::RecordBatch& batch, arrow::MemoryPool* pool) {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns = batch.column_data();
  for (auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto compact, CompactColumn(column, pool, 0));
    if (compact) column = std::move(compact);
  }
  return arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
}

}  // namespace bowstring
