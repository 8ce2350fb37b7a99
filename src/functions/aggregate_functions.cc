// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/aggregate_functions.h"

#include <algorithm>

#include "functions/aggregate_loops.h"
#include "functions/spark_aggregates.h"
#include "functions/simple_function.h"

namespace bowstring {

const std::vector<std::shared_ptr<const AggregateFunction>>& AggregateFunctions() {
  static const auto* list = [] {
    auto* made = new AggregateList();  // never destroyed: queries may end after static destructors have run
    AddCountSumAvg(made);
    AddMinMax(made);
    AddVariance(made);
    AddBoolBit(made);
    AddFirstLast(made);
    AddGrouping(made);
    AddLists(made);
    AddPercentiles(made);
    AddApproxDistinct(made);
    AddSparkAggregates(made);
    return made;
  }();
  return *list;
}

arrow::Status NoSignature(std::string_view name, const AggregateRequest& request, std::string_view candidates) {
  return NoMatch(std::string(name), std::string(candidates), request.arguments);
}

std::shared_ptr<arrow::DataType> ArgumentType(const AggregateRequest& request, size_t i) {
  const auto& type = request.arguments[i].field->type();
  if (type->id() == arrow::Type::DICTIONARY) return static_cast<const arrow::DictionaryType&>(*type).value_type();
  if (type->id() == arrow::Type::RUN_END_ENCODED) return static_cast<const arrow::RunEndEncodedType&>(*type).value_type();
  return type;
}

std::shared_ptr<arrow::DataType> GrownDecimal(const arrow::DataType& type, int precision, int scale) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  const int32_t max = MaxPrecision(type.id());
  return MakeDecimal(type.id(), std::min(max, decimal.precision() + precision), std::min(max, decimal.scale() + scale));
}

}  // namespace bowstring
