// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include <bowstring/dataframe.h>

#include "session/run.h"

namespace bowstring {
namespace {

std::string Megabytes(int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

std::string Words(const MemoryReport::Node& node) {
  switch (node.kind) {
    case MemoryReport::Kind::kStreaming: return "streaming";
    case MemoryReport::Kind::kBounded: return "bounded, at most " + Megabytes(node.bytes);
    case MemoryReport::Kind::kSpills: return "spills, keeps " + Megabytes(node.bytes);
    case MemoryReport::Kind::kUnbounded: return "unbounded, must fit: " + node.what;
  }
  return "";
}

}  // namespace

std::string MemoryReport::ToString() const {
  std::string text;
  for (const Node& node : nodes) {
    text += std::string(static_cast<size_t>(node.depth) * 2, ' ') + node.line + " [" + Words(node) + "]\n";
  }
  text += "least to run: " + Megabytes(least_bytes) + (unbounded.empty() ? "" : " and what must fit");
  text += limit_bytes < 0 ? "; no memory limit" : "; memory limit: " + Megabytes(limit_bytes);
  return text;
}

arrow::Result<MemoryReport> DataFrame::ExplainMemory() const { return MemoryReportOf(session_, plan_); }

}  // namespace bowstring
