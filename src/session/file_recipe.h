// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/result.h>

#include <bowstring/file_table.h>
#include <bowstring/table_source.h>

namespace bowstring {

class SessionState;

/// Opens a table over files again, with the session's settings for what the recipe doesn't say. kNotImplemented for a format that this build
/// doesn't read.
arrow::Result<std::shared_ptr<TableSource>> OpenRecipe(const FileRecipe& recipe, const SessionState& session);

}  // namespace bowstring
