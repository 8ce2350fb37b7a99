// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/limit.h"

#include <limits>

#include <bowstring/error.h>

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Limit::Make(PlanPtr input, int64_t skip, std::optional<int64_t> fetch) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  if (skip < 0) return Error(ErrorKind::kPlan, "OFFSET must be >=0, '", skip, "' was provided");
  if (fetch && *fetch < 0) return Error(ErrorKind::kPlan, "LIMIT must be >= 0, '", *fetch, "' was provided");
  SchemaPtr schema = input->schema();
  std::shared_ptr<Limit> limit(new Limit(std::move(schema), {std::move(input)}));
  limit->skip = skip;
  limit->fetch = fetch;
  return limit;
}

std::optional<int64_t> Limit::Reach() const {
  if (!fetch) return std::nullopt;
  return *fetch > std::numeric_limits<int64_t>::max() - skip ? std::numeric_limits<int64_t>::max() : *fetch + skip;
}

Result<PlanPtr> Limit::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), skip, fetch);
}

std::string Limit::Display() const {
  return "Limit: skip=" + std::to_string(skip) + ", fetch=" + (fetch ? std::to_string(*fetch) : "None");
}

bool Limit::SameRest(const LogicalPlan& other) const {
  return skip == other.As<Limit>().skip && fetch == other.As<Limit>().fetch;
}

}  // namespace bowstring::logical
