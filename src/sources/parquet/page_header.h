// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bowstring::pq {

enum class PageKind : uint8_t { kData, kIndex, kDictionary, kDataV2 };

/// What a page's header says. Nothing in it has been checked against the chunk.
struct PageHeader {
  PageKind kind = PageKind::kData;
  int32_t uncompressed_size = 0, compressed_size = 0;
  bool has_crc = false;
  uint32_t crc = 0;
  int32_t num_values = 0;
  int32_t encoding = 0, level_encoding = 0;             ///< numbers of the format, which are parquet::Encoding's
  int32_t num_nulls = 0, num_rows = 0;                  ///< v2 only
  int32_t def_bytes = 0, rep_bytes = 0;                 ///< v2 only
  bool is_compressed = true;                            ///< v2 only
};

enum class HeaderOutcome : uint8_t { kOk, kShort, kDamaged };

/// Parses the header at the beginning of `data`. kShort: it goes on behind `size` bytes. `consumed` is set with kOk.
HeaderOutcome ParsePageHeader(const uint8_t* data, int64_t size, PageHeader* out, int64_t* consumed);

}  // namespace bowstring::pq
