// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/export.h>

namespace bowstring {

class SessionContext;

/// Registers the functions of a plug-in (plugin.h) in a session, in the place of functions of the same names; answers the names. The library stays loaded
/// until the process ends. It runs inside of this process: load none that you wouldn't run.
BOWSTRING_EXPORT arrow::Result<std::vector<std::string>> LoadPlugin(const SessionContext& session, const std::string& path);

}  // namespace bowstring
