// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

// The parts of cast.cc: one function a family of types, each array to array.

#include <cstring>
#include <memory>
#include <string>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <bowstring/error.h>

#include "functions/cast.h"
#include "functions/type_names.h"
#include "functions/value_text.h"

namespace bowstring::cast {

using DataPtr = std::shared_ptr<arrow::ArrayData>;
using DataResult = arrow::Result<DataPtr>;

struct Job {
  KernelContext& context;
  DataPtr in;
  TypePtr to;
  CastMode mode;
  arrow::MemoryPool* pool;
};

/// Integers, floats, booleans, decimals of up to 128 bits among each other.
bool IsNumberCast(const arrow::DataType& from, const arrow::DataType& to);
DataResult Numbers(const Job& job);
/// Decimals of 256 bits from and to numbers of all kinds.
bool IsDecimal256Cast(const arrow::DataType& from, const arrow::DataType& to);
DataResult Decimals256(const Job& job);
/// The value at i doesn't fit the wanted number, or has more digits than the wanted decimal.
arrow::Status NumberDoesNotFit(const Job& job, int64_t i);
arrow::Status TooManyDigits(const Job& job, int64_t i);
/// Dates, times, timestamps, durations, intervals among each other and with integers.
bool IsTemporalCast(const arrow::DataType& from, const arrow::DataType& to);
DataResult Temporals(const Job& job);
/// From text to anything, from anything to text, texts and bytes among each other.
bool IsTextCast(const arrow::DataType& from, const arrow::DataType& to);
DataResult Texts(const Job& job);

/// Validity of the input, without offset; null where all are valid.
arrow::Result<std::shared_ptr<arrow::Buffer>> InputValidity(const Job& job);

/// The value at i of the job's input as text, for errors.
std::string TextAt(const Job& job, int64_t i);

/// An array of fixed-width values: `convert(i, &out)` is asked for each valid row and answers false where the value doesn't fit; then the
/// row is NULL (kTry) or `error(i)` is the answer.
template <typename T, typename Convert, typename Fail>
DataResult ConvertRows(const Job& job, Convert convert, Fail error) {
  const int64_t n = job.in->length;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateBuffer(n * static_cast<int64_t>(sizeof(T)), job.pool));
  T* out = reinterpret_cast<T*>(values->mutable_data());
  const uint8_t* valid = validity ? validity->data() : nullptr;
  std::shared_ptr<arrow::Buffer> own;
  for (int64_t i = 0; i < n; ++i) {
    out[i] = T{};
    if (valid && !arrow::bit_util::GetBit(valid, i)) continue;
    if (convert(i, &out[i])) continue;
    if (job.mode == CastMode::kChecked) return error(i);
    if (!own) {
      if (validity) {
        ARROW_ASSIGN_OR_RAISE(own, arrow::internal::CopyBitmap(job.pool, validity->data(), 0, n));
      } else {
        ARROW_ASSIGN_OR_RAISE(own, arrow::AllocateBitmap(n, job.pool));
        std::memset(own->mutable_data(), 0xFF, own->size());
      }
    }
    out[i] = T{};
    arrow::bit_util::ClearBit(own->mutable_data(), i);
  }
  if (own) validity = own;
  return std::make_shared<arrow::ArrayData>(job.to, n, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(values)},
                                            validity ? arrow::kUnknownNullCount : 0, 0);
}

}  // namespace bowstring::cast
