// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/type.h>

#include "exec/unnest.h"
#include "physical/planner.h"

namespace bowstring::physical {

// Lists of different depths are spread from the outside in, the deepest first: at each level all whose turn has come, together. What is
// spread in part goes from level to level in a column of its own behind the input's; the last level gives the node's columns.
arrow::Result<Chain> Planner::PlanUnnest(const logical::Unnest& node, bool one_lane) {
  ARROW_ASSIGN_OR_RAISE(Chain chain, Plan(node.input(), one_lane));
  ARROW_ASSIGN_OR_RAISE(chain, ApplyLimit(std::move(chain)));
  const auto& input = chain.physical;
  auto is_struct = [&](const logical::Unnest::Column& column) { return input->field(column.input)->type()->id() == arrow::Type::STRUCT; };
  int deepest = 0;
  for (const auto& column : node.columns) {
    if (!is_struct(column)) deepest = std::max(deepest, column.depth);
  }
  std::vector<int> place(node.columns.size(), -1);  // where what is spread in part stands now
  std::vector<int> kept(static_cast<size_t>(input->num_fields()));  // where the input's columns stand now, or -1
  for (int i = 0; i < input->num_fields(); ++i) kept[i] = i;
  for (int level = deepest; level > 1; --level) {
    exec::UnnestSpec spec;
    spec.preserve_nulls = node.preserve_nulls;
    spec.batch_rows = settings_.batch_rows;
    arrow::FieldVector fields;
    std::vector<int> kept_next(kept.size(), -1), place_next(place.size(), -1);
    for (const auto& output : node.outputs) {
      const bool begun = output.column >= 0 && output.field < 0 && node.columns[output.column].depth >= level;
      if (begun || kept_next[output.input] >= 0) continue;
      kept_next[output.input] = static_cast<int>(fields.size());
      spec.outputs.push_back({kept[output.input], false, -1});
      fields.push_back(chain.physical->field(kept[output.input]));
    }
    for (size_t c = 0; c < node.columns.size(); ++c) {
      if (is_struct(node.columns[c]) || node.columns[c].depth < level) continue;
      const int from = place[c] >= 0 ? place[c] : kept[node.columns[c].input];
      const auto& list = static_cast<const arrow::BaseListType&>(*chain.physical->field(from)->type());
      place_next[c] = static_cast<int>(fields.size());
      spec.outputs.push_back({from, true, -1});
      fields.push_back(arrow::field("level", list.value_type()));
    }
    kept = std::move(kept_next);
    place = std::move(place_next);
    spec.schema = arrow::schema(std::move(fields));
    Append(chain, exec::MakeUnnest(std::move(spec)));
  }
  exec::UnnestSpec spec;
  spec.preserve_nulls = node.preserve_nulls;
  spec.batch_rows = settings_.batch_rows;
  arrow::FieldVector fields;
  for (size_t o = 0; o < node.outputs.size(); ++o) {
    const auto& output = node.outputs[o];
    const bool elements = output.column >= 0 && output.field < 0;
    const int from = elements && place[output.column] >= 0 ? place[output.column] : kept[output.input];
    std::shared_ptr<arrow::DataType> type = chain.physical->field(from)->type();
    if (elements) {
      type = static_cast<const arrow::BaseListType&>(*type).value_type();
    } else if (output.field >= 0) {
      type = type->field(output.field)->type();
    }
    spec.outputs.push_back({from, elements, output.field});
    fields.push_back(node.schema()->field(static_cast<int>(o)).field->WithType(std::move(type)));
  }
  spec.schema = arrow::schema(std::move(fields));
  Append(chain, exec::MakeUnnest(std::move(spec)));
  chain.logical = node.schema();
  chain.text = PlanText{"UnnestExec", {std::move(chain.text)}};
  return chain;
}

}  // namespace bowstring::physical
