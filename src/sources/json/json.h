// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/table_source.h>

#include "sources/chunked/table.h"

namespace bowstring {

struct JsonReadOptions {
  FileTableOptions file;
  bool newline_delimited = true;  ///< one object a line; false: the file is one array of objects
};

/// A table over files of JSON objects, read in parallel chunks. Columns are found by name, exactly; a missing one is NULL; of a key that
/// comes twice the last counts. The schema is inferred from the first records where none is given: int64, double, bool, string, list,
/// struct; int with double is double, other mixes are string, and hold the JSON text of what is no string.
arrow::Result<std::shared_ptr<TableSource>> OpenJson(std::vector<std::string> paths, JsonReadOptions options = {});

}  // namespace bowstring
