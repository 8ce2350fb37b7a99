// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "physical/memory_needs.h"

#include <algorithm>
#include <map>

#include <arrow/type.h>

#include "exec/memory_use.h"

namespace bowstring::physical {
namespace {

using exec::MemoryUse;

// Of a file's column: pages as they lie in the file and decompressed, with those of a morsel's edges.
constexpr int64_t kPagesOfColumn = 1 << 20;
// Of other sources: a chunk of text and what is parsed of it.
constexpr int64_t kChunk = 4 << 20;
// What any query holds: lanes, files' buffers, the crumbs of a budget.
constexpr int64_t kFixed = 2 << 20;

bool Reads(const std::string& label) { return label.starts_with("DataSourceExec"); }

}  // namespace

MemoryNeeds NeedsOf(const PhysicalPlan& plan, int64_t batch_rows, int workers) {
  MemoryNeeds needs;
  std::map<const void*, MemoryUse> by_key;
  int64_t most = 0;
  for (const exec::Pipeline& pipeline : plan.graph.pipelines) {
    int64_t batches = 0, kept = 0;
    if (pipeline.source != nullptr) {
      const arrow::Schema& schema = *pipeline.source->schema();
      batches += exec::RowBytes(schema) * batch_rows;
      if (Reads(pipeline.label)) batches += std::max(kPagesOfColumn * schema.num_fields(), kChunk);
    }
    if (pipeline.source_sink != nullptr) kept += pipeline.source_sink->memory_use().bytes;
    for (const auto& op : pipeline.operators) {
      const MemoryUse use = op->memory_use();
      by_key[op.get()] = use;
      batches += exec::RowBytes(*op->schema()) * batch_rows;
      kept += use.bytes;
    }
    if (pipeline.sink != nullptr) {
      const MemoryUse use = pipeline.sink->memory_use();
      by_key[pipeline.sink.get()] = use;
      kept += use.bytes;
    }
    most = std::max(most, batches * workers + kept);
  }
  needs.least = most + kFixed;
  for (const PlanLine& line : plan.lines) {
    MemoryNeeds::Node node{line.text, line.depth, {}};
    for (const void* key : line.keys) {
      const auto found = by_key.find(key);
      if (found == by_key.end()) continue;
      const MemoryUse& use = found->second;
      if (use.kind > node.use.kind || (use.kind == node.use.kind && use.bytes > node.use.bytes)) node.use = use;
    }
    if (node.use.kind == MemoryUse::Kind::kUnbounded && needs.unbounded.empty()) {
      needs.unbounded = line.text.substr(0, line.text.find(':')) + ": " + node.use.what;
    }
    needs.nodes.push_back(std::move(node));
  }
  return needs;
}

}  // namespace bowstring::physical
