// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/table_source.h>

#include "sources/file_list.h"

namespace bowstring {

/// How a table of Arrow IPC files is read.
struct ArrowReadOptions {
  std::string file_extension = ".arrow";
  bool check_extension = false;             ///< of explicitly named files too
  std::shared_ptr<arrow::Schema> schema;    ///< columns by name, those that a file lacks are NULL; null: the files' columns
  PartitionColumns table_partition_cols;
  AllowedPathsPtr allowed;                  ///< where the files may be
  std::vector<std::vector<SortKey>> sort_orders = {};  ///< of the rows of each file, as is said
};

/// A table over Arrow IPC files, in the file or the stream format: each by its content, not by its name. Read batch by batch; a batch of the
/// file format is a morsel, a file of the stream format one. Only wanted columns' buffers are read from the file format. Every batch is
/// checked in full: a damaged file is an error (kExecution), named. Paths as for ListFiles.
arrow::Result<std::shared_ptr<TableSource>> OpenArrow(std::vector<std::string> paths, ArrowReadOptions options = {});

}  // namespace bowstring
