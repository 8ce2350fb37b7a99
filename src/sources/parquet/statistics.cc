// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/table_state.h"

namespace bowstring::pq {

TableStatistics TableStatisticsOf(const TableState& state) {
  TableStatistics out;
  int64_t rows = 0, bytes = 0;
  for (const auto& file : state.files) {
    rows += file.footer->metadata->num_rows();
    bytes += file.footer->size;
  }
  out.rows = rows;
  out.bytes = bytes;
  out.rows_exact = true;
  return out;
}

}  // namespace bowstring::pq
