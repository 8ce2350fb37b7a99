// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/catalog.h>
#include <bowstring/expr_kind.h>

namespace bowstring {

/// What a CREATE EXTERNAL TABLE statement says.
struct ExternalTable {
  TableName name;
  std::string format;                             ///< STORED AS, as written
  std::vector<std::string> locations;
  std::shared_ptr<arrow::Schema> schema;          ///< of the declared columns, maybe none
  std::vector<std::string> partition_columns;
  std::map<std::string, std::string> options;     ///< keys without a dot stand under "format."
  std::string definition;                         ///< the statement
  bool if_not_exists = false, or_replace = false, temporary = false, unbounded = false;
};

/// Makes tables of a format for CREATE EXTERNAL TABLE. Called while statements are planned, from any thread.
using TableFactory = std::function<arrow::Result<std::shared_ptr<const Table>>(const ExternalTable&)>;

}  // namespace bowstring
