// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "physical/shared_subplans.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "logical/estimate.h"
#include "logical/nodes.h"
#include "logical/rewrite.h"
#include "physical/dynamic_filters.h"

namespace bowstring::physical {
namespace {

using logical::JoinType;

constexpr size_t kMostParts = 16;
// What a join or a filter keeps must be this much less than what is read again otherwise: kept rows are written and read once more.
// What had to be sorted or hashed costs more than that.
constexpr double kRowsSaved = 4;
// Where less is read, computing it again costs nothing worth saving.
constexpr double kLeastRead = 10'000;

void EachSubquery(const LogicalPlan& plan, const std::function<void(const PlanPtr&)>& visit) {
  for (const Expr& expr : plan.Expressions()) {
    logical::VisitExpr(expr, [&](const Expr& part) {
      if (const auto* subquery = std::get_if<SubqueryPlan>(&part->data)) visit(subquery->plan);
      return true;
    });
  }
}

bool Within(const LogicalPlan& plan, const LogicalPlan* wanted) {
  return &plan == wanted || std::any_of(plan.inputs().begin(), plan.inputs().end(), [&](const auto& input) { return Within(*input, wanted); });
}

class Finder {
 public:
  explicit Finder(bool dynamic_filters) : dynamic_filters_(dynamic_filters) {}

  SharedSubplans Find(const PlanPtr& plan) {
    CountTables(*plan);
    if (!twice_) return {};
    Classify(*plan);
    // One part after the other, each time the topmost that is left: what is inside of a part stands there once from then on.
    while (chosen_.size() < kMostParts) {
      places_.clear();
      order_.clear();
      entered_.clear();
      filtered_.clear();
      Walk(*plan, /*streams=*/true);
      std::optional<int> next;
      for (const int kind : order_) {
        if (!chosen_.contains(kind) && Pays(kind)) {
          next = kind;
          break;
        }
      }
      if (!next) break;
      chosen_.insert(*next);
    }
    SharedSubplans shared;
    std::map<int, int> numbers;
    for (const auto& [node, kind] : kind_of_) {
      if (!chosen_.contains(kind)) continue;
      const auto [at, fresh] = numbers.emplace(kind, static_cast<int>(numbers.size()));
      shared.part_of.emplace(node, at->second);
    }
    shared.readers.resize(numbers.size());
    for (const auto& [kind, number] : numbers) shared.readers[static_cast<size_t>(number)] = static_cast<int>(places_[kind].size());
    return shared;
  }

 private:
  struct Kind {
    const LogicalPlan* first;
    bool steady = false;  // the same rows each time, whoever reads them
    bool breaks = false;  // has rows only when it has read all of its input
    bool works = false;   // more than a scan
    double rows_read = 0;
  };
  struct Place {
    bool filtered = false;  // a join above narrows down what is scanned here
    bool streams = false;   // rows go out as they come, or a LIMIT may stop them
  };

  // Quick: a plan whose tables are all different, as most are, shares nothing.
  void CountTables(const LogicalPlan& plan) {
    if (const auto* scan = plan.TryAs<logical::Scan>()) twice_ |= !tables_.insert(scan->source.get()).second;
    for (const PlanPtr& input : plan.inputs()) CountTables(*input);
    EachSubquery(plan, [&](const PlanPtr& inner) { CountTables(*inner); });
  }

  // Gives each node the number of what it is equal to.
  int Classify(const LogicalPlan& plan) {
    if (const auto known = kind_of_.find(&plan); known != kind_of_.end()) return known->second;
    Kind kind{&plan};
    size_t key = static_cast<size_t>(plan.kind());
    const auto mix = [&](size_t value) { key = key * 1099511628211u + value; };
    kind.steady = true;
    for (const Expr& expr : plan.Expressions()) {
      kind.steady &= logical::Deterministic(expr);
      mix(expr.Hash());
    }
    std::vector<int> inputs;
    for (const PlanPtr& input : plan.inputs()) {
      inputs.push_back(Classify(*input));
      const Kind& below = kinds_[static_cast<size_t>(inputs.back())];
      mix(static_cast<size_t>(inputs.back()));
      kind.steady &= below.steady;
      kind.rows_read += below.rows_read;
      kind.works |= below.works;
      kind.breaks = below.breaks;  // of the last one
    }
    EachSubquery(plan, [&](const PlanPtr& inner) { Classify(*inner); });
    switch (plan.kind()) {
      case PlanKind::kScan:
        kind.rows_read = ReadBy(plan.As<logical::Scan>());
        mix(std::hash<const void*>()(plan.As<logical::Scan>().source.get()));
        break;
      case PlanKind::kAggregate:
      case PlanKind::kSort:
      case PlanKind::kWindow: kind.works = kind.breaks = true; break;
      case PlanKind::kJoin:
      case PlanKind::kUnion:
      case PlanKind::kUnnest: kind.breaks = false; kind.works = true; break;
      case PlanKind::kDistinct: kind.works = true; break;
      case PlanKind::kFilter:
      case PlanKind::kProjection:
      case PlanKind::kSubqueryAlias:
      case PlanKind::kRepartition:
      case PlanKind::kValues:
      case PlanKind::kEmpty: break;
      default: kind.steady = false; break;  // limits, working tables, statements
    }
    int number = -1;
    for (const int other : by_key_[key]) {
      const LogicalPlan& same = *kinds_[static_cast<size_t>(other)].first;
      if (same.Equals(plan) && same.schema()->Equals(*plan.schema())) {
        number = other;
        break;
      }
    }
    if (number < 0) {
      number = static_cast<int>(kinds_.size());
      kinds_.push_back(kind);
      by_key_[key].push_back(number);
    }
    kind_of_.emplace(&plan, number);
    return number;
  }

  static double ReadBy(const logical::Scan& scan) {
    return static_cast<double>(scan.source->statistics().rows.value_or(static_cast<int64_t>(kLeastRead)));
  }

  // Notes where each kind stands, but not what is inside of chosen ones a second time.
  void Walk(const LogicalPlan& plan, bool streams) {
    const int kind = kind_of_.at(&plan);
    auto& places = places_[kind];
    if (places.empty()) order_.push_back(kind);
    places.push_back({Filtered(plan), streams});
    if (chosen_.contains(kind) && !entered_.insert(kind).second) return;
    std::vector<const LogicalPlan*> kept;
    if (chosen_.contains(kind)) kept.swap(filtered_);  // filters stop at it
    const size_t before = filtered_.size();
    bool below = streams;
    switch (plan.kind()) {
      case PlanKind::kAggregate:
      case PlanKind::kSort:
      case PlanKind::kWindow: below = false; break;
      case PlanKind::kLimit: below = true; break;
      default: break;
    }
    if (dynamic_filters_ && plan.kind() == PlanKind::kJoin) AddFiltered(plan.As<logical::Join>());
    const size_t inputs = plan.kind() == PlanKind::kRecursiveQuery ? 1 : plan.inputs().size();  // a round's plan is made anew each time
    for (size_t i = 0; i < inputs; ++i) Walk(*plan.input(static_cast<int>(i)), below);
    filtered_.resize(before);
    EachSubquery(plan, [&](const PlanPtr& inner) {
      std::vector<const LogicalPlan*> outer;
      outer.swap(filtered_);
      if (seen_subqueries_.insert(inner.get()).second) Walk(*inner, /*streams=*/false);
      seen_subqueries_.erase(inner.get());
      outer.swap(filtered_);
    });
    if (!kept.empty()) filtered_.swap(kept);
  }

  // Scans that the join's keys may narrow down, whichever side is built.
  void AddFiltered(const logical::Join& join) {
    if (join.on.empty()) return;
    for (const bool left : {true, false}) {
      if (!IsSelective(*join.input(left ? 1 : 0))) continue;
      std::vector<Expr> keys;
      for (const auto& [a, b] : join.on) keys.push_back(left ? a : b);
      for (const FilterTarget& target : TraceToScans(*join.input(left ? 0 : 1), keys)) filtered_.push_back(target.scan);
    }
  }

  bool Filtered(const LogicalPlan& plan) const {
    return std::any_of(filtered_.begin(), filtered_.end(), [&](const LogicalPlan* scan) { return Within(plan, scan); });
  }

  bool Pays(int number) {
    const Kind& kind = kinds_[static_cast<size_t>(number)];
    const auto& places = places_[number];
    if (places.size() < 2 || !kind.steady || !kind.works || kind.rows_read < kLeastRead) return false;
    // Somebody must need all of it anyway.
    if (std::all_of(places.begin(), places.end(), [](const Place& place) { return place.filtered; })) return false;
    // Rows that could stream out, or be cut off by a LIMIT, are not held back.
    if (!kind.breaks && std::any_of(places.begin(), places.end(), [](const Place& place) { return place.streams; })) return false;
    return logical::EstimateOf(*kind.first).rows * (kind.breaks ? 1 : kRowsSaved) <= kind.rows_read;
  }

  const bool dynamic_filters_;
  bool twice_ = false;
  std::set<const TableSource*> tables_;
  std::vector<Kind> kinds_;
  std::unordered_map<size_t, std::vector<int>> by_key_;
  std::map<const LogicalPlan*, int> kind_of_;
  std::set<int> chosen_;
  // Of one walk:
  std::map<int, std::vector<Place>> places_;
  std::vector<int> order_;
  std::set<int> entered_;
  std::set<const LogicalPlan*> seen_subqueries_;
  std::vector<const LogicalPlan*> filtered_;
};

}  // namespace

SharedSubplans FindSharedSubplans(const PlanPtr& plan, bool dynamic_filters) { return Finder(dynamic_filters).Find(plan); }

}  // namespace bowstring::physical
