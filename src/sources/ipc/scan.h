// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include <arrow/result.h>

#include <bowstring/table_source.h>

#include "sources/ipc/ipc_file.h"

namespace bowstring::ipc {

/// What a table is; shared by it and its scans. Immutable.
struct TableState {
  std::vector<std::shared_ptr<const FileInfo>> files;
  std::shared_ptr<arrow::Schema> schema;  ///< the files' columns, then the partition columns
  int file_columns = 0;
};

arrow::Result<std::shared_ptr<Source>> MakeScan(std::shared_ptr<const TableState> state, std::vector<bool> wanted_files, const ScanRequest& request);

}  // namespace bowstring::ipc
