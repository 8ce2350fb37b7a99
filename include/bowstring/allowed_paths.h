// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/export.h>

namespace bowstring {

/// The files and folders that a session may read and write: those given, and all below them. Immutable.
class BOWSTRING_EXPORT AllowedPaths {
 public:
  /// The places as they are after resolving links; one that isn't there is where its path leads so far. Empty: nothing is allowed.
  explicit AllowedPaths(const std::vector<std::string>& paths);

  /// Where `path` leads, links resolved; of what isn't there yet, the part that is. kPlan where that is outside of what is allowed.
  arrow::Result<std::string> Resolve(const std::string& path) const;
  /// Where an open file really is, whatever became of its path since it was resolved. kPlan where that is outside of what is allowed.
  arrow::Status CheckOpen(int fd, const std::string& path) const;
  const std::vector<std::string>& roots() const { return roots_; }

 private:
  bool Has(const std::string& resolved) const;

  std::vector<std::string> roots_;  // without a slash at the end
};

/// null: everything is allowed.
using AllowedPathsPtr = std::shared_ptr<const AllowedPaths>;

}  // namespace bowstring
