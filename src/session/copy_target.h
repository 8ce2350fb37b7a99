// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include <arrow/result.h>

namespace bowstring {

/// The format that is named, or else that of the path's extension, in lower case. kPlan, kConfig where neither says one.
arrow::Result<std::string> CopyFormat(const std::string& named, const std::string& path);

}  // namespace bowstring
