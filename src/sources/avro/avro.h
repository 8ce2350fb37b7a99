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

struct AvroReadOptions {
  FileTableOptions file;  ///< `compression` means nothing: the files say it themselves
};

/// A table over Avro object container files (null, deflate, snappy, zstandard, bzip2 blocks), read in parallel by blocks. Columns are
/// found by name; with a schema, missing ones are NULL and types are cast. kExecution where a file isn't one or is damaged;
/// kNotImplemented for unions of several types and for recursive records.
arrow::Result<std::shared_ptr<TableSource>> OpenAvro(std::vector<std::string> paths, AvroReadOptions options = {});

}  // namespace bowstring
