// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <arrow/util/compression.h>

namespace bowstring {

// The xz format, for which Arrow has no codec, through the system's liblzma: loaded at first use. kNotImplemented where it isn't there, with
// what to install.

inline constexpr int kXzDefaultLevel = 6, kXzMostLevel = 9;

/// What a compressor of a level holds, in bytes.
arrow::Result<int64_t> XzCompressorMemory(int level);

/// A codec for streams only; its compression_type() says nothing. What a compressor or decompressor holds comes from `pool`, which outlives them.
/// A decompressor answers OutOfMemory as if it had not been called, CapacityError where it can't go on for want of memory, and reads one stream
/// of perhaps several until it is Reset, with the padding before it.
arrow::Result<std::unique_ptr<arrow::util::Codec>> MakeXzCodec(int level, arrow::MemoryPool* pool);

}  // namespace bowstring
