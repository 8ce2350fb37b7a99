// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <arrow/result.h>

#include "sources/parquet/scan_plan.h"

namespace bowstring::pq {

/// False where the footer's statistics show that no row of the row group passes the filter.
arrow::Result<bool> RowGroupMayMatch(const ScanPlan& plan, int32_t file, int32_t ordinal);

/// Takes away rows that by page index or bloom filter can't pass.
arrow::Result<Progress> PruneRows(const ScanPlan& plan, ReadContext& context, const Footer& footer, RowGroup* group, std::vector<RowRange>* rows);

}  // namespace bowstring::pq
