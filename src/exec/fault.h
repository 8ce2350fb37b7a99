// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include <bowstring/table_source.h>

namespace bowstring::exec {

/// A failure for tests, in the wrapper of tasks: the k-th batch (from 0) that leaves the operator or source, or enters the sink, of this name
/// fails. An empty name: of all together. Set by SetFault, or at the process's start by BOWSTRING_FAULT=NAME:K.
void SetFault(std::string name, int64_t batch);
void ClearFault();
/// Batches of any name that have passed since the fault was set.
int64_t FaultBatches();
bool FaultFired();
/// Names, a line each, of what has had batches since a fault was first set.
std::string FaultNames();

extern std::atomic<bool> g_fault_armed;
arrow::Status CountFault(std::string_view name, const TaskContext& context);

/// To be asked where a batch passes. A query that has been stopped doesn't count: it may still be at a step when the next fault is set.
inline arrow::Status FaultPoint(std::string_view name, const TaskContext& context) {
  return g_fault_armed.load(std::memory_order_relaxed) ? CountFault(name, context) : arrow::Status::OK();
}

}  // namespace bowstring::exec
