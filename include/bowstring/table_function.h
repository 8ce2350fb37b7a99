// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/catalog.h>
#include <bowstring/export.h>
#include <bowstring/expr.h>

namespace bowstring {

class SessionContext;

/// A function in FROM. Immutable and thread-safe; called while a statement is planned.
class BOWSTRING_EXPORT TableFunction {
 public:
  virtual ~TableFunction() = default;
  virtual const std::string& name() const = 0;
  /// Arguments are literals where they could be folded. `session`: whose statement it is; keep no frame of it in the function itself.
  virtual arrow::Result<std::shared_ptr<const Table>> Call(const std::vector<Expr>& arguments, const SessionContext& session) const = 0;
};

}  // namespace bowstring
