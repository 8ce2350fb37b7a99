// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include "session/state.h"

namespace bowstring {

using arrow::Status;

Status SessionContext::RegisterFunction(std::shared_ptr<const ScalarFunction> function) const {
  state_->functions().Add(std::move(function));
  return Status::OK();
}
Status SessionContext::RegisterFunction(std::shared_ptr<const AggregateFunction> function) const {
  state_->functions().Add(std::move(function));
  return Status::OK();
}
Status SessionContext::RegisterFunction(std::shared_ptr<const WindowFunction> function) const {
  state_->functions().Add(std::move(function));
  return Status::OK();
}
Status SessionContext::RegisterFunction(std::shared_ptr<const TableFunction> function) const {
  state_->functions().Add(std::move(function));
  return Status::OK();
}

bool SessionContext::DeregisterScalarFunction(std::string_view name) const { return state_->functions().RemoveScalar(name); }
bool SessionContext::DeregisterAggregateFunction(std::string_view name) const { return state_->functions().RemoveAggregate(name); }
bool SessionContext::DeregisterWindowFunction(std::string_view name) const { return state_->functions().RemoveWindow(name); }
bool SessionContext::DeregisterTableFunction(std::string_view name) const { return state_->functions().RemoveTable(name); }

std::shared_ptr<const ScalarFunction> SessionContext::FindScalarFunction(std::string_view name) const {
  return state_->functions().Scalar(name);
}
std::shared_ptr<const AggregateFunction> SessionContext::FindAggregateFunction(std::string_view name) const {
  return state_->functions().Aggregate(name);
}
std::shared_ptr<const WindowFunction> SessionContext::FindWindowFunction(std::string_view name) const {
  return state_->functions().Window(name);
}

std::vector<std::string> SessionContext::ScalarFunctionNames() const { return state_->functions().ScalarNames(); }
std::vector<std::string> SessionContext::AggregateFunctionNames() const { return state_->functions().AggregateNames(); }
std::vector<std::string> SessionContext::WindowFunctionNames() const { return state_->functions().WindowNames(); }
std::vector<std::string> SessionContext::TableFunctionNames() const { return state_->functions().TableNames(); }

}  // namespace bowstring
