// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "spark_functions.h"

#include <memory>
#include <string>
#include <vector>

#include <bowstring/aggregate_function.h>
#include <bowstring/function.h>

namespace bowstring::python {
namespace {

// The function under its plain name.
class Plain final : public ScalarFunction {
 public:
  Plain(std::shared_ptr<const ScalarFunction> inner, std::string name) : inner_(std::move(inner)), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  Volatility volatility() const override { return inner_->volatility(); }
  const FunctionDoc& doc() const override { return inner_->doc(); }
  bool short_circuits() const override { return inner_->short_circuits(); }
  arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override { return inner_->Resolve(arguments); }
  std::optional<Expr> Expand(const std::vector<Expr>& arguments) const override { return inner_->Expand(arguments); }

 private:
  const std::shared_ptr<const ScalarFunction> inner_;
  const std::string name_;
};

class PlainAggregate final : public AggregateFunction {
 public:
  PlainAggregate(std::shared_ptr<const AggregateFunction> inner, std::string name) : inner_(std::move(inner)), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  const FunctionDoc& doc() const override { return inner_->doc(); }
  using AggregateFunction::Resolve;
  arrow::Result<ResolvedAggregate> Resolve(const AggregateRequest& request) const override { return inner_->Resolve(request); }

 private:
  const std::shared_ptr<const AggregateFunction> inner_;
  const std::string name_;
};

constexpr std::string_view kPrefix = "spark_";

}  // namespace

arrow::Status EnableSparkFunctions(const SessionContext& session) {
  for (const std::string& name : session.ScalarFunctionNames()) {
    if (!name.starts_with(kPrefix)) continue;
    const std::string plain = name.substr(kPrefix.size());
    // As the peer: substring stays SQL's.
    if (plain == "modulus" || plain == "substring" || plain == "substr") continue;
    if (const auto function = session.FindScalarFunction(name)) {
      ARROW_RETURN_NOT_OK(session.RegisterFunction(std::shared_ptr<const ScalarFunction>(std::make_shared<Plain>(function, plain))));
    }
  }
  for (const std::string& name : session.AggregateFunctionNames()) {
    if (!name.starts_with(kPrefix)) continue;
    if (const auto function = session.FindAggregateFunction(name)) {
      ARROW_RETURN_NOT_OK(session.RegisterFunction(std::shared_ptr<const AggregateFunction>(std::make_shared<PlainAggregate>(function, name.substr(kPrefix.size())))));
    }
  }
  return arrow::Status::OK();
}

}  // namespace bowstring::python
