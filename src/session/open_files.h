// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include <bowstring/files.h>
#include <bowstring/table_source.h>

namespace bowstring {

class SessionState;

/// As the public OpenFiles, with defaults from the session's settings. kConfig `Config value "x" not found on CsvOptions` for an
/// option that the format hasn't.
arrow::Result<std::shared_ptr<TableSource>> OpenFiles(const SessionState& session, std::string_view format, const std::vector<std::string>& paths,
                                                      const FileReadOptions& options);

/// The format and the compression that a path's name tells ("x.csv.gz"), for a folder or glob its first file's; none where it is unknown.
struct NamedFormat {
  std::string format, compression, extension;
};
std::optional<NamedFormat> FormatOfName(const std::string& path);
/// A path as a table: format, compression and partition columns are found out. Null where there is no such file, or its format is unknown.
arrow::Result<std::shared_ptr<TableSource>> OpenUrlTable(const SessionState& session, const std::string& path);

}  // namespace bowstring
