// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/table_source.h>

#include "sources/chunked/table.h"

namespace bowstring {

/// How the fields of CSV records are told apart. Records end at line feed, carriage return or both; empty lines are skipped. A quote
/// counts only at a field's beginning; inside, a doubled quote is one, and so are line ends and delimiters themselves.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  std::optional<char> escape;      ///< inside quotes: the next character is itself
  std::optional<char> terminator;  ///< ends records in place of line ends
  std::optional<char> comment;     ///< a line that begins so is skipped
};

struct CsvReadOptions {
  FileTableOptions file;
  CsvDialect dialect;
  bool has_header = true;
  bool truncated_rows = false;   ///< missing fields at a record's end are NULL
  std::string null_regex;        ///< fields that are NULL; empty: the empty field
};

/// A table over CSV files, read in parallel chunks of whole records. The schema is inferred from the first records where none is given;
/// a given one goes by position. Errors: "Csv error: Encountered unequal lengths between records ...", "Fail to merge schema field".
arrow::Result<std::shared_ptr<TableSource>> OpenCsv(std::vector<std::string> paths, CsvReadOptions options = {});

}  // namespace bowstring
