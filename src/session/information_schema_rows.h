// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type.h>

#include <bowstring/catalog.h>

#include "session/state.h"

namespace bowstring {

/// A row of information_schema as text, one a column. Of a list of texts: its elements, each ending in a newline.
using TextRow = std::vector<std::optional<std::string>>;

/// A table of these rows: text, uint64, uint8, bool and lists of text.
arrow::Result<std::shared_ptr<const Table>> MakeTable(arrow::FieldVector fields, const std::vector<TextRow>& rows);

/// Fields of text; "name?" may be NULL.
arrow::FieldVector TextFields(std::initializer_list<const char*> names);

arrow::Result<std::shared_ptr<const Table>> Routines(const SessionState& session);
arrow::Result<std::shared_ptr<const Table>> RoutineParameters(const SessionState& session);
/// What SHOW FUNCTIONS answers.
arrow::Result<std::shared_ptr<const Table>> ShownFunctions(const SessionState& session);

}  // namespace bowstring
