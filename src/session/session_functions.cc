// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/session.h>

#include "functions/renamed.h"
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

void SessionContext::EnableSparkFunctions() const {
  constexpr std::string_view kPrefix = "spark_";
  auto& functions = state_->functions();
  for (const std::string& name : functions.ScalarNames()) {
    if (!name.starts_with(kPrefix)) continue;
    const std::string plain = name.substr(kPrefix.size());
    // As the peer: substring stays SQL's.
    if (plain == "modulus" || plain == "substring" || plain == "substr") continue;
    if (const auto function = functions.Scalar(name)) functions.Add(Renamed(function, plain));
  }
  for (const std::string& name : functions.AggregateNames()) {
    if (!name.starts_with(kPrefix)) continue;
    if (const auto function = functions.Aggregate(name)) functions.Add(Renamed(function, name.substr(kPrefix.size())));
  }
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
