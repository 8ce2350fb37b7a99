// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include <arrow/result.h>

#include <bowstring/catalog.h>

namespace bowstring {

class SessionState;

/// A table of information_schema as it is now: tables, views, columns, df_settings, schemata. Null where there is none of that name.
arrow::Result<std::shared_ptr<const Table>> InformationSchemaTable(const SessionState& session, const std::string& name);

}  // namespace bowstring
