// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/renamed.h"

#include "functions/lambdas.h"

namespace bowstring {
namespace {

class RenamedScalar final : public ScalarFunction {
 public:
  RenamedScalar(std::shared_ptr<const ScalarFunction> inner, std::string name) : inner_(std::move(inner)), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  Volatility volatility() const override { return inner_->volatility(); }
  const FunctionDoc& doc() const override { return inner_->doc(); }
  bool short_circuits() const override { return inner_->short_circuits(); }
  arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override { return inner_->Resolve(arguments); }
  std::optional<Expr> Expand(const std::vector<Expr>& arguments) const override { return inner_->Expand(arguments); }
  // The peer prints a call by an alias with its arguments as plans show them.
  std::optional<std::string> CallName(const std::vector<Expr>& arguments) const override {
    if (inner_->doc().family == "spark") return inner_->CallName(arguments);
    std::string out = name_ + "(";
    for (size_t i = 0; i < arguments.size(); ++i) out += (i ? "," : "") + arguments[i].ToString();
    return out + ")";
  }

 private:
  const std::shared_ptr<const ScalarFunction> inner_;
  const std::string name_;
};

class RenamedAggregate final : public AggregateFunction {
 public:
  RenamedAggregate(std::shared_ptr<const AggregateFunction> inner, std::string name) : inner_(std::move(inner)), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  Volatility volatility() const override { return inner_->volatility(); }
  const FunctionDoc& doc() const override { return inner_->doc(); }
  bool ordered_set() const override { return inner_->ordered_set(); }
  using AggregateFunction::Resolve;
  arrow::Result<ResolvedAggregate> Resolve(const AggregateRequest& request) const override { return inner_->Resolve(request); }

 private:
  const std::shared_ptr<const AggregateFunction> inner_;
  const std::string name_;
};

}  // namespace

std::shared_ptr<const ScalarFunction> Renamed(std::shared_ptr<const ScalarFunction> function, std::string name) {
  if (const auto* lambda = dynamic_cast<const LambdaFunction*>(function.get())) {
    return std::make_shared<LambdaFunction>(lambda->use(), std::move(name), std::vector<std::string>{}, lambda->doc().description);
  }
  return std::make_shared<RenamedScalar>(std::move(function), std::move(name));
}

std::shared_ptr<const AggregateFunction> Renamed(std::shared_ptr<const AggregateFunction> function, std::string name) {
  return std::make_shared<RenamedAggregate>(std::move(function), std::move(name));
}

}  // namespace bowstring
