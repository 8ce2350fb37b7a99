// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// What each call's answers depend on, where a partition is computed part by part.

#include <algorithm>

#include <arrow/type.h>

#include "exec/window_segment.h"
#include "functions/value_codec.h"

namespace bowstring::exec {
namespace {

// Edges of more rows than that are as good as the partition.
constexpr int64_t kMostEdges = 128 << 10;
constexpr int64_t kMostOfBlock = 256;  // of what comes behind there are edges for each block

// Without an order all rows are peers.
bool AllPeers(const WindowSpec& spec, const BoundFrame& frame) { return spec.order_by.empty() && frame.units != FrameUnits::kRows; }

bool FromStart(const WindowSpec& spec, const BoundFrame& frame) {
  return frame.start.kind == FrameBound::kUnboundedPreceding || (AllPeers(spec, frame) && frame.start.kind == FrameBound::kCurrentRow);
}

bool ToEnd(const WindowSpec& spec, const BoundFrame& frame) {
  return frame.end.kind == FrameBound::kUnboundedFollowing || (AllPeers(spec, frame) && frame.end.kind == FrameBound::kCurrentRow);
}

bool HasOffset(const BoundFrame::Bound& bound) { return bound.kind == FrameBound::kPreceding || bound.kind == FrameBound::kFollowing; }

bool Few(const CallReach& own) {
  const int64_t most = own.behind ? kMostOfBlock : kMostEdges;
  return own.edges.first <= most && own.edges.last <= most;
}

bool WidenByFrame(const WindowSpec& spec, const BoundWindow& call, const WindowNeed& need, WindowReach* reach, CallReach* own) {
  const BoundFrame& frame = call.frame;
  own->before = FromStart(spec, frame);
  own->behind = ToEnd(spec, frame);
  if (own->before || own->behind) {
    if (call.aggregate && (call.distinct || call.aggregate->needs_destroy())) return false;
    if (call.kernel) {
      own->edges = {need.before, need.behind, call.ignore_nulls};
      if (need.before + need.behind == 0 || !Few(*own)) return false;
    }
    // What is excluded is never among what comes before or behind.
    if (frame.exclude == FrameExclude::kGroup || frame.exclude == FrameExclude::kTies) reach->peers = reach->whole_peers = true;
  }
  if (frame.units == FrameUnits::kRows) {
    for (const auto& bound : {frame.start, frame.end}) {
      if (bound.kind == FrameBound::kPreceding) reach->before = std::max(reach->before, bound.count);
      if (bound.kind == FrameBound::kFollowing) reach->behind = std::max(reach->behind, bound.count);
    }
  } else if (HasOffset(frame.start) || HasOffset(frame.end)) {
    own->frames = reach->frames = true;
  } else if ((frame.start.kind == FrameBound::kCurrentRow && !own->before) || (frame.end.kind == FrameBound::kCurrentRow && !own->behind)) {
    reach->peers = own->peers = true;
    const bool wide = call.aggregate && (call.distinct || call.aggregate->needs_destroy());
    reach->whole_peers |= own->behind || wide || frame.exclude != FrameExclude::kNoOthers || (call.kernel && need.before + need.behind == 0);
    own->edges = {need.before, need.behind, call.ignore_nulls};
  }
  reach->totals |= own->behind;
  reach->ends |= own->behind;
  return true;
}

}  // namespace

bool FrameIsPartition(const WindowSpec& spec, const BoundWindow& call) {
  const BoundFrame& frame = call.frame;
  if (!call.aggregate || frame.exclude != FrameExclude::kNoOthers || frame.needs_key()) return false;
  return FromStart(spec, frame) && ToEnd(spec, frame);
}

bool Widen(const WindowSpec& spec, const BoundWindow& call, WindowReach* reach, CallReach* own) {
  const auto codable = [](const auto& argument) { return CheckCodable(*argument->physical_type()).ok(); };
  if (FrameIsPartition(spec, call) && !call.aggregate->needs_destroy() &&
      (!call.distinct || std::all_of(call.arguments.begin(), call.arguments.end(), codable))) {
    reach->totals = true;
    return true;
  }
  WindowNeed need{WindowNeed::kFrame};
  if (call.kernel) need = call.kernel->need();
  switch (need.kind) {
    case WindowNeed::kPartition: return false;
    case WindowNeed::kRowsBefore: return true;
    case WindowNeed::kPeersBefore:
    case WindowNeed::kGroupsBefore: reach->peers = own->peers = true; return true;
    case WindowNeed::kPeersAndSize:
    case WindowNeed::kPeersEndAndSize: reach->peers = own->peers = true; [[fallthrough]];
    case WindowNeed::kRowsAndSize: reach->totals = true; return true;
    case WindowNeed::kNeighbours:
      if (!call.ignore_nulls) {
        reach->before = std::max(reach->before, need.before);
        reach->behind = std::max(reach->behind, need.behind);
        return true;
      }
      own->edges = {need.behind, need.before, true};
      own->before = need.before > 0;
      own->behind = need.behind > 0;
      reach->totals |= own->behind;
      reach->ends |= own->behind;
      return Few(*own);
    case WindowNeed::kFrame: return WidenByFrame(spec, call, need, reach, own);
  }
  return false;
}

}  // namespace bowstring::exec
