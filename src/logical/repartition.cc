// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/repartition.h"

#include <bowstring/error.h>

#include "expr/type.h"

namespace bowstring::logical {

using arrow::Result;

Result<PlanPtr> Repartition::Make(PlanPtr input, int partitions, std::vector<Expr> hash) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  if (partitions < 1) return Error(ErrorKind::kPlan, "Repartition requires at least one partition, got ", partitions);
  for (const Expr& expr : hash) ARROW_RETURN_NOT_OK(TypeOf(expr, input->schema()->scope()).status());
  SchemaPtr schema = input->schema();
  std::shared_ptr<Repartition> node(new Repartition(std::move(schema), {std::move(input)}));
  node->partitions = partitions;
  node->hash = std::move(hash);
  return node;
}

Result<PlanPtr> Repartition::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr> inputs) const {
  return Make(std::move(inputs[0]), partitions, std::move(expressions));
}

std::string Repartition::Display() const {
  const std::string scheme = hash.empty() ? "RoundRobinBatch" : "Hash(" + JoinExprs(hash) + ")";
  return "Repartition: " + scheme + " partition_count=" + std::to_string(partitions);
}

bool Repartition::SameRest(const LogicalPlan& other) const { return partitions == other.As<Repartition>().partitions; }

}  // namespace bowstring::logical
