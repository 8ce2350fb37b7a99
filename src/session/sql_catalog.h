// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "session/state.h"
#include "sql/bind.h"

namespace bowstring {

/// A session as the binder sees it.
class SqlCatalog final : public sql::BindCatalog {
 public:
  explicit SqlCatalog(SessionState& session) : session_(session) {}
  arrow::Result<PlanPtr> FindTable(const TableName& name) const override;
  arrow::Result<PlanPtr> FindFile(const std::string& path) const override;
  /// As FindFile, but null too where the text is not a path of a known kind.
  arrow::Result<PlanPtr> FindPath(const std::string& path) const;
  arrow::Result<PlanPtr> CallTableFunction(const std::string& name, const std::vector<Expr>& arguments) const override;
  std::string FullName(const TableName& name) const override { return session_.Resolve(name).ToString(); }
  std::shared_ptr<const ScalarFunction> FindScalar(const std::string& name) const override;
  std::shared_ptr<const AggregateFunction> FindAggregate(const std::string& name) const override;
  std::shared_ptr<const WindowFunction> FindWindow(const std::string& name) const override;
  std::vector<std::string> FunctionNames() const override;
  std::vector<std::string> TableNames(const TableName& name) const override;

 private:
  SessionState& session_;
};

/// The binder's settings, from the session's.
sql::BindOptions BindOptionsOf(const SessionState& session);

}  // namespace bowstring
