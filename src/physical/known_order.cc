// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "physical/known_order.h"

#include <algorithm>
#include <optional>

#include <arrow/type.h>

#include <bowstring/file_table.h>

#include "logical/rewrite.h"

namespace bowstring::physical {
namespace {

constexpr int kMaxDepth = 256;

std::optional<int> ColumnOf(const Expr& expr, const LogicalPlan& plan) {
  const Expr& bare = logical::Unalias(expr);
  if (bare.kind() != ExprKind::kColumn) return std::nullopt;
  return plan.schema()->scope().TryResolve(bare->as<ColumnRef>());
}

// With the columns' new places; an order ends before the first that isn't there any more.
template <typename PlaceOf>
std::vector<std::vector<KnownKey>> Moved(std::vector<std::vector<KnownKey>> orders, PlaceOf&& place_of) {
  for (auto& order : orders) {
    for (size_t k = 0; k < order.size(); ++k) {
      const int place = place_of(order[k].column);
      if (place < 0) {
        order.resize(k);
        break;
      }
      order[k].column = place;
    }
  }
  std::erase_if(orders, [](const auto& order) { return order.empty(); });
  return orders;
}

std::vector<std::vector<KnownKey>> OfScan(const logical::Scan& scan) {
  std::vector<std::vector<KnownKey>> out;
  const auto* files = dynamic_cast<const FileTable*>(scan.source.get());
  if (files == nullptr) return out;
  for (const auto& declared : files->sort_orders()) {
    std::vector<KnownKey> order;
    for (const SortKey& key : declared) {
      if (key.expr.kind() != ExprKind::kColumn) break;
      const int column = scan.source->schema()->GetFieldIndex(key.expr->as<ColumnRef>().name);
      if (column < 0) break;
      order.push_back({column, key.ascending, key.nulls_first});
    }
    if (!order.empty()) out.push_back(std::move(order));
  }
  const std::vector<int> columns = scan.Columns();
  return Moved(std::move(out), [&](int column) {
    const auto found = std::find(columns.begin(), columns.end(), column);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
  });
}

std::vector<std::vector<KnownKey>> Orders(const LogicalPlan& plan, int depth) {
  if (depth > kMaxDepth) return {};
  switch (plan.kind()) {
    case PlanKind::kScan: return OfScan(plan.As<logical::Scan>());
    case PlanKind::kFilter:
    case PlanKind::kLimit:
    case PlanKind::kSubqueryAlias: return Orders(*plan.inputs()[0], depth + 1);
    case PlanKind::kProjection: {
      const LogicalPlan& input = *plan.inputs()[0];
      const std::vector<Expr> exprs = plan.Expressions();
      return Moved(Orders(input, depth + 1), [&](int column) {
        for (size_t i = 0; i < exprs.size(); ++i) {
          if (ColumnOf(exprs[i], input) == column) return static_cast<int>(i);
        }
        return -1;
      });
    }
    default: return {};
  }
}

}  // namespace

std::vector<std::vector<KnownKey>> KnownOrders(const LogicalPlan& plan) { return Orders(plan, 0); }

bool ComesInOrder(const LogicalPlan& plan, const std::vector<SortKey>& keys, size_t grouped) {
  if (keys.empty()) return false;
  std::vector<KnownKey> wanted;
  for (const SortKey& key : keys) {
    const auto column = ColumnOf(key.expr, plan);
    if (!column) return false;
    wanted.push_back({*column, key.ascending, key.nulls_first});
  }
  const auto orders = KnownOrders(plan);
  return std::any_of(orders.begin(), orders.end(), [&](const std::vector<KnownKey>& order) {
    if (order.size() < wanted.size()) return false;
    for (size_t k = 0; k < wanted.size(); ++k) {
      if (k < grouped) {
        const auto same = [&](const KnownKey& key) { return key.column == order[k].column; };
        if (std::none_of(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(grouped), same)) return false;
        continue;
      }
      if (order[k].column != wanted[k].column || order[k].ascending != wanted[k].ascending) return false;
      if (order[k].nulls_first != wanted[k].nulls_first && plan.schema()->field(order[k].column).field->nullable()) return false;
    }
    return true;
  });
}

}  // namespace bowstring::physical
