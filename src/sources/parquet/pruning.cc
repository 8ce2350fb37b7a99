// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/pruning.h"

namespace bowstring::pq {

arrow::Result<bool> RowGroupMayMatch(const ScanPlan&, int32_t, int32_t) { return true; }

arrow::Result<Progress> PruneRows(const ScanPlan&, ReadContext&, const Footer&, RowGroup*, std::vector<RowRange>*) { return Progress::kDone; }

}  // namespace bowstring::pq
