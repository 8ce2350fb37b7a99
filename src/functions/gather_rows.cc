// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/gather_rows.h"

#include <cstring>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/compute/api.h>
#include <arrow/memory_pool.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataResult = arrow::Result<std::shared_ptr<ArrayData>>;

// A lambda parameter's worth of state: what is gathered, where to.
template <typename Row>
struct Job {
  const Row* rows;
  int64_t n;
  arrow::MemoryPool* pool;
  bool missing;  // some row is -1
};

template <typename Row>
arrow::Result<std::shared_ptr<arrow::Buffer>> GatherBits(const uint8_t* bits, int64_t offset, const Job<Row>& job, int64_t* ones) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBitmap(job.n, job.pool));
  uint8_t* out = buffer->mutable_data();
  int64_t count = 0;
  for (int64_t i = 0; i < job.n; i += 8) {
    const int64_t end = std::min<int64_t>(8, job.n - i);
    unsigned byte = 0;
    for (int64_t k = 0; k < end; ++k) {
      const int64_t row = job.rows[i + k];
      // A missing row is 0 in validity and value alike.
      const unsigned bit = row < 0 ? 0u : (bits == nullptr ? 1u : static_cast<unsigned>(arrow::bit_util::GetBit(bits, offset + row)));
      byte |= bit << k;
    }
    out[i / 8] = static_cast<uint8_t>(byte);
    count += __builtin_popcount(byte);
  }
  if (ones) *ones = count;
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

// Validity of the answer; null where all are valid.
template <typename Row>
arrow::Status Validity(const ArrayData& values, const Job<Row>& job, std::shared_ptr<arrow::Buffer>* out, int64_t* nulls) {
  *nulls = 0;
  if (!values.MayHaveNulls() && !job.missing) return arrow::Status::OK();
  const uint8_t* bits = values.MayHaveNulls() && values.buffers[0] ? values.buffers[0]->data() : nullptr;
  int64_t ones = 0;
  ARROW_ASSIGN_OR_RAISE(auto buffer, GatherBits(bits, values.offset, job, &ones));
  *nulls = job.n - ones;
  if (*nulls > 0) *out = std::move(buffer);
  return arrow::Status::OK();
}

template <typename T, typename Row>
arrow::Result<std::shared_ptr<arrow::Buffer>> GatherFixed(const T* values, const Job<Row>& job) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(job.n * static_cast<int64_t>(sizeof(T)), job.pool));
  T* __restrict out = reinterpret_cast<T*>(buffer->mutable_data());
  const Row* rows = job.rows;
  if (job.missing) {
    for (int64_t i = 0; i < job.n; ++i) out[i] = rows[i] < 0 ? T{} : values[rows[i]];
  } else {
    for (int64_t i = 0; i < job.n; ++i) out[i] = values[rows[i]];
  }
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

struct Bytes16 {
  uint64_t low = 0, high = 0;
};
struct Bytes32 {
  uint64_t words[4] = {};
};

template <typename Row>
arrow::Result<std::shared_ptr<arrow::Buffer>> GatherWidth(const uint8_t* bytes, int64_t offset, int width, const Job<Row>& job) {
  const uint8_t* base = bytes + offset * width;
  switch (width) {
    case 1: return GatherFixed(base, job);
    case 2: return GatherFixed(reinterpret_cast<const uint16_t*>(base), job);
    case 4: return GatherFixed(reinterpret_cast<const uint32_t*>(base), job);
    case 8: return GatherFixed(reinterpret_cast<const uint64_t*>(base), job);
    case 16: return GatherFixed(reinterpret_cast<const Bytes16*>(base), job);
    case 32: return GatherFixed(reinterpret_cast<const Bytes32*>(base), job);
    default: break;
  }
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(job.n * width, job.pool));
  uint8_t* out = buffer->mutable_data();
  for (int64_t i = 0; i < job.n; ++i) {
    const int64_t row = job.rows[i];
    if (row < 0) {
      std::memset(out + i * width, 0, width);
    } else {
      std::memcpy(out + i * width, base + row * width, width);
    }
  }
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

template <typename Offset, typename Row>
arrow::Status GatherText(const ArrayData& values, const Job<Row>& job, ArrayData* out) {
  const Offset* offsets = values.GetValues<Offset>(1);
  const uint8_t* bytes = values.buffers[2] ? values.buffers[2]->data() : nullptr;
  ARROW_ASSIGN_OR_RAISE(auto offset_buffer, arrow::AllocateBuffer((job.n + 1) * static_cast<int64_t>(sizeof(Offset)), job.pool));
  auto* ends = reinterpret_cast<Offset*>(offset_buffer->mutable_data());
  int64_t total = 0;
  ends[0] = 0;
  for (int64_t i = 0; i < job.n; ++i) {
    const int64_t row = job.rows[i];
    if (row >= 0) total += offsets[row + 1] - offsets[row];
    if (sizeof(Offset) == 4 && total > INT32_MAX) return Error(ErrorKind::kExecution, "text of more than 2 GiB in one batch of type ", values.type->ToString());
    ends[i + 1] = static_cast<Offset>(total);
  }
  // Short texts are copied as so many bytes, where these can be read.
  constexpr int64_t kShort = 16;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> text, arrow::AllocateBuffer(total + kShort, job.pool));
  const int64_t readable = (values.buffers[2] ? values.buffers[2]->capacity() : 0) - kShort;
  uint8_t* to = text->mutable_data();
  for (int64_t i = 0; i < job.n; ++i) {
    const int64_t row = job.rows[i];
    if (row < 0) continue;
    const int64_t from = offsets[row], length = offsets[row + 1] - from;
    if (length <= kShort && from <= readable) {
      std::memcpy(to, bytes + from, kShort);
    } else if (length > 0) {
      std::memcpy(to, bytes + from, length);
    }
    to += length;
  }
  text = arrow::SliceBuffer(std::move(text), 0, total);
  out->buffers = {nullptr, std::move(offset_buffer), std::move(text)};
  return arrow::Status::OK();
}

// Arrow takes no rows of runs: the values are written out, taken and put into runs again.
template <typename Row>
DataResult GatherRunEnds(const ArrayData& values, const Job<Row>& job) {
  arrow::compute::ExecContext context(job.pool, nullptr);
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(auto plain, arrow::compute::RunEndDecode(arrow::Datum(values.Copy()), &context));
  ARROW_ASSIGN_OR_RAISE(auto taken, Gather(*plain.array(), job.rows, job.n, job.pool));
  const auto& run_ends = static_cast<const arrow::RunEndEncodedType&>(*values.type).run_end_type();
  ARROW_ASSIGN_OR_RAISE(auto runs, arrow::compute::RunEndEncode(arrow::Datum(taken), arrow::compute::RunEndEncodeOptions(run_ends), &context));
  auto out = runs.array()->Copy();
  out->type = values.type;  // with its fields' own names
  return out;
}

template <typename Row>
DataResult GatherAny(const ArrayData& values, const Row* rows, int64_t n, arrow::MemoryPool* pool);

// Lists become contiguous: the rows of the elements are listed, then gathered.
template <typename Offset, typename Row>
arrow::Status GatherList(const ArrayData& values, const Job<Row>& job, ArrayData* out) {
  const Offset* offsets = values.GetValues<Offset>(1);
  ARROW_ASSIGN_OR_RAISE(auto offset_buffer, arrow::AllocateBuffer((job.n + 1) * static_cast<int64_t>(sizeof(Offset)), job.pool));
  auto* ends = reinterpret_cast<Offset*>(offset_buffer->mutable_data());
  ends[0] = 0;
  int64_t total = 0;
  for (int64_t i = 0; i < job.n; ++i) {
    const int64_t row = job.rows[i];
    if (row >= 0 && values.IsValid(row)) total += offsets[row + 1] - offsets[row];
    if (sizeof(Offset) == 4 && total > INT32_MAX) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
    ends[i + 1] = static_cast<Offset>(total);
  }
  ARROW_ASSIGN_OR_RAISE(auto element_buffer, arrow::AllocateBuffer(total * 8, job.pool));
  auto* elements = reinterpret_cast<int64_t*>(element_buffer->mutable_data());
  for (int64_t i = 0; i < job.n; ++i) {
    const int64_t row = job.rows[i];
    if (row < 0 || !values.IsValid(row)) continue;
    for (int64_t k = offsets[row]; k < offsets[row + 1]; ++k) *elements++ = k;
  }
  ARROW_ASSIGN_OR_RAISE(auto child, GatherAny(*values.child_data[0], reinterpret_cast<const int64_t*>(element_buffer->data()), total, job.pool));
  out->buffers = {nullptr, std::move(offset_buffer)};
  out->child_data = {std::move(child)};
  return arrow::Status::OK();
}

template <typename Row>
arrow::Status GatherFixedList(const ArrayData& values, const Job<Row>& job, ArrayData* out) {
  const int64_t size = static_cast<const arrow::FixedSizeListType&>(*values.type).list_size();
  ARROW_ASSIGN_OR_RAISE(auto element_buffer, arrow::AllocateBuffer(job.n * size * 8, job.pool));
  auto* elements = reinterpret_cast<int64_t*>(element_buffer->mutable_data());
  for (int64_t i = 0; i < job.n; ++i) {
    for (int64_t k = 0; k < size; ++k) *elements++ = job.rows[i] < 0 ? -1 : (values.offset + job.rows[i]) * size + k;
  }
  ARROW_ASSIGN_OR_RAISE(auto child, GatherAny(*values.child_data[0], reinterpret_cast<const int64_t*>(element_buffer->data()), job.n * size, job.pool));
  out->buffers = {nullptr};
  out->child_data = {std::move(child)};
  return arrow::Status::OK();
}

template <typename Row>
arrow::Status GatherStruct(const ArrayData& values, const Job<Row>& job, ArrayData* out) {
  ARROW_ASSIGN_OR_RAISE(auto row_buffer, arrow::AllocateBuffer(job.n * 8, job.pool));
  auto* rows = reinterpret_cast<int64_t*>(row_buffer->mutable_data());
  for (int64_t i = 0; i < job.n; ++i) rows[i] = job.rows[i] < 0 ? -1 : values.offset + job.rows[i];
  out->buffers = {nullptr};
  for (const auto& field : values.child_data) {
    ARROW_ASSIGN_OR_RAISE(auto child, GatherAny(*field, reinterpret_cast<const int64_t*>(row_buffer->data()), job.n, job.pool));
    out->child_data.push_back(std::move(child));
  }
  return arrow::Status::OK();
}

// Unions, run-end encoding and list views: rare, by Arrow's.
template <typename Row>
DataResult GatherByArrow(const ArrayData& values, const Job<Row>& job) {
  arrow::compute::ExecContext context(job.pool, nullptr);
  context.set_use_threads(false);
  arrow::Int64Builder indices(job.pool);
  ARROW_RETURN_NOT_OK(indices.Reserve(job.n));
  for (int64_t i = 0; i < job.n; ++i) {
    if (job.rows[i] < 0) {
      indices.UnsafeAppendNull();
    } else {
      indices.UnsafeAppend(job.rows[i]);
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto rows, indices.Finish());
  ARROW_ASSIGN_OR_RAISE(auto taken, arrow::compute::Take(arrow::Datum(values.Copy()), arrow::Datum(rows), arrow::compute::TakeOptions::NoBoundsCheck(), &context));
  return taken.array();
}

// Arrow takes no rows of runs: the values are written out, taken and put into runs again.
template <typename Row>
DataResult GatherRuns(const ArrayData& values, const Job<Row>& job) {
  arrow::compute::ExecContext context(job.pool, nullptr);
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(auto plain, arrow::compute::RunEndDecode(arrow::Datum(values.Copy()), &context));
  ARROW_ASSIGN_OR_RAISE(auto taken, Gather(*plain.array(), job.rows, job.n, job.pool));
  const auto& run_ends = static_cast<const arrow::RunEndEncodedType&>(*values.type).run_end_type();
  ARROW_ASSIGN_OR_RAISE(auto runs, arrow::compute::RunEndEncode(arrow::Datum(taken), arrow::compute::RunEndEncodeOptions(run_ends), &context));
  auto out = runs.array()->Copy();
  out->type = values.type;  // with its fields' own names
  return out;
}

template <typename Row>
DataResult GatherAny(const ArrayData& values, const Row* rows, int64_t n, arrow::MemoryPool* pool) {
  Row least = 0;
  for (int64_t i = 0; i < n; ++i) least = std::min(least, rows[i]);
  const Job<Row> job{rows, n, pool, least < 0};
  const Type::type id = values.type->storage_id();
  auto out = std::make_shared<ArrayData>(values.type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, 0, 0);
  switch (id) {
    case Type::NA: return std::make_shared<ArrayData>(values.type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, n, 0);
    case Type::BOOL: {
      ARROW_ASSIGN_OR_RAISE(auto bits, GatherBits(values.buffers[1]->data(), values.offset, job, nullptr));
      out->buffers = {nullptr, std::move(bits)};
      break;
    }
    case Type::STRING:
    case Type::BINARY: ARROW_RETURN_NOT_OK((GatherText<int32_t>(values, job, out.get()))); break;
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY: ARROW_RETURN_NOT_OK((GatherText<int64_t>(values, job, out.get()))); break;
    case Type::STRING_VIEW:
    case Type::BINARY_VIEW: {
      ARROW_ASSIGN_OR_RAISE(auto views, GatherWidth(values.buffers[1]->data(), values.offset, 16, job));
      out->buffers = values.buffers;
      out->buffers[0] = nullptr;
      out->buffers[1] = std::move(views);
      break;
    }
    case Type::LIST:
    case Type::MAP: ARROW_RETURN_NOT_OK((GatherList<int32_t>(values, job, out.get()))); break;
    case Type::LARGE_LIST: ARROW_RETURN_NOT_OK((GatherList<int64_t>(values, job, out.get()))); break;
    case Type::FIXED_SIZE_LIST: ARROW_RETURN_NOT_OK(GatherFixedList(values, job, out.get())); break;
    case Type::STRUCT: ARROW_RETURN_NOT_OK(GatherStruct(values, job, out.get())); break;
    case Type::DICTIONARY: {
      const int width = static_cast<const arrow::DictionaryType&>(*values.type).index_type()->byte_width();
      ARROW_ASSIGN_OR_RAISE(auto codes, GatherWidth(values.buffers[1]->data(), values.offset, width, job));
      out->buffers = {nullptr, std::move(codes)};
      out->dictionary = values.dictionary;
      break;
    }
    case Type::SPARSE_UNION:
    case Type::DENSE_UNION:
    case Type::LIST_VIEW:
    case Type::LARGE_LIST_VIEW: return GatherByArrow(values, job);
    case Type::RUN_END_ENCODED: return GatherRunEnds(values, job);
    default: {
      const int width = values.type->byte_width();
      if (width < 0) return GatherByArrow(values, job);
      ARROW_ASSIGN_OR_RAISE(auto bytes, GatherWidth(values.buffers[1]->data(), values.offset, width, job));
      out->buffers = {nullptr, std::move(bytes)};
    }
  }
  int64_t nulls = 0;
  ARROW_RETURN_NOT_OK(Validity(values, job, &out->buffers[0], &nulls));
  out->SetNullCount(nulls);
  return out;
}

}  // namespace

DataResult Gather(const ArrayData& values, const int32_t* rows, int64_t n, arrow::MemoryPool* pool) { return GatherAny(values, rows, n, pool); }
DataResult Gather(const ArrayData& values, const int64_t* rows, int64_t n, arrow::MemoryPool* pool) { return GatherAny(values, rows, n, pool); }

}  // namespace bowstring
