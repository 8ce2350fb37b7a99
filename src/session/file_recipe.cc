// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/file_recipe.h"

#include "session/open_files.h"
#include "session/state.h"
#include "sources/parquet/parquet.h"

namespace bowstring {

arrow::Result<std::shared_ptr<TableSource>> OpenRecipe(const FileRecipe& recipe, const SessionState& session) {
  const auto flag = [&](const char* name, bool otherwise) {
    const auto found = recipe.options.find(name);
    return found == recipe.options.end() ? otherwise : found->second == "true";
  };
  if (recipe.format == "parquet") {
    ParquetReadOptions options;
    if (auto found = recipe.options.find("file_extension"); found != recipe.options.end()) options.file_extension = found->second;
    options.schema = recipe.schema;
    options.table_partition_cols = recipe.partition_columns;
    options.skip_metadata = flag("skip_metadata", options.skip_metadata);
    options.force_view_types = flag("force_view_types", options.force_view_types);
    options.binary_as_string = flag("binary_as_string", options.binary_as_string);
    options.pruning = flag("pruning", options.pruning);
    options.enable_page_index = flag("enable_page_index", options.enable_page_index);
    options.bloom_filter_on_read = flag("bloom_filter_on_read", options.bloom_filter_on_read);
    return OpenParquet(recipe.paths, std::move(options));
  }
  FileReadOptions options;
  options.check_extension = false;
  options.schema = recipe.schema;
  options.table_partition_cols = recipe.partition_columns;
  for (const auto& [key, value] : recipe.options) {
    if (key == "file_extension") options.file_extension = value;
    else options.format_options.emplace_back(key, value);
  }
  return OpenFiles(session, recipe.format, recipe.paths, options);
}

}  // namespace bowstring
