// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include "logical/rewrite.h"
#include "physical/known_order.h"
#include "physical/planner.h"

namespace bowstring::physical {

arrow::Result<Chain> Planner::PlanScan(const logical::Scan& node, bool one_lane) {
  ScanRequest request;
  request.projection = node.Columns();
  for (const Expr& filter : node.filters) {  // sources know their columns without a relation
    ARROW_ASSIGN_OR_RAISE(Expr plain, logical::RewriteUp(filter, [](const Expr& expr) -> arrow::Result<Expr> {
                            return expr.kind() == ExprKind::kColumn ? Column(expr->as<ColumnRef>().name) : expr;
                          }));
    request.filters.push_back(std::move(plain));
  }
  Branch branch;
  std::erase_if(announced_, [&](auto& announced) {
    auto& [target, filter] = announced;
    if (target.scan != &node) return false;
    branch.filters.push_back(filter);
    request.dynamic_filters.push_back({filter, std::move(target.columns)});
    return true;
  });
  request.limit = node.fetch;
  request.target_partitions = one_lane ? 1 : settings_.target_partitions;
  request.batch_rows = settings_.batch_rows;
  request.align_rows = settings_.align_rows;
  request.prune = settings_.prune;
  ARROW_ASSIGN_OR_RAISE(auto source, node.source->Scan(request));

  Chain chain;
  chain.logical = node.schema();
  chain.physical = source->schema();
  const std::string kind = node.source->kind();
  chain.bare_memory = kind == "memory" && node.filters.empty() && !node.fetch;
  chain.text.line = "DataSourceExec: " + node.source->Describe();
  std::string projection;
  for (const auto& field : node.schema()->arrow()->fields()) projection += (projection.empty() ? "" : ", ") + field->name();
  chain.text.line += (node.source->Describe().empty() ? "" : ", ") + std::string("projection=[") + projection + "]";
  if (const auto orders = KnownOrders(node); !orders.empty()) {
    const auto text = [&](const std::vector<KnownKey>& order) {
      std::string out;
      for (const KnownKey& key : order) {
        const SortKey named{Column(node.schema()->arrow()->field(key.column)->name()), key.ascending, key.nulls_first};
        out += (out.empty() ? "[" : ", ") + named.ToString();
      }
      return out + "]";
    };
    std::string all;
    for (const auto& order : orders) all += (all.empty() ? "" : ", ") + text(order);
    chain.text.line += orders.size() == 1 ? ", output_ordering=" + all : ", output_orderings=[" + all + "]";
  }
  chain.text.line += ", file_type=" + kind;
  if (!node.filters.empty()) chain.text.line += ", predicate=" + And(node.filters).ToString();
  if (node.fetch) chain.text.line += ", limit=" + std::to_string(*node.fetch);
  branch.label = "DataSourceExec: " + node.table.ToString();
  branch.source_key = source.get();
  made_.push_back(source.get());
  branch.source = std::move(source);
  chain.branches.push_back(std::move(branch));
  return chain;
}

}  // namespace bowstring::physical
