// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// grouping(): a name and a type only. The plan's builder puts an expression over the set's id in its place.

#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/aggregate_loops.h"

namespace bowstring {

void AddGrouping(AggregateList* list) {
  const auto resolve = [](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    if (request.arguments.empty()) return NoSignature("grouping", request, "grouping(any, ...)");
    ResolvedAggregate resolved;
    for (size_t i = 0; i < request.arguments.size(); ++i) resolved.argument_types.push_back(request.arguments[i].field->type());
    resolved.result = arrow::field("grouping", arrow::int32(), false);
    resolved.ignores_distinct = true;
    resolved.make_kernel = [](const ResolvedAggregate::Types&) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
      return Error(ErrorKind::kPlan, "grouping() is allowed only over the rows of a GROUP BY");
    };
    return resolved;
  };
  list->push_back(std::make_shared<BuiltinAggregate>(
      "grouping", std::vector<std::string>{},
      FunctionDoc{"aggregate", "1 where the column is aggregated away in the row's grouping set, else 0; of several columns a bit each.",
                  "grouping(expression, ...)", ""},
      resolve));
}

}  // namespace bowstring
