// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// For tests and benchmarks: the hash aggregate over plain columns, without expressions.

#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arrow/api.h>

#include <bowstring/aggregate_function.h>

#include "exec/aggregate_core.h"
#include "exec/operator_drive.h"
#include "functions/aggregate_functions.h"

namespace bowstring::exec::drive {

struct Call {
  std::string function;
  std::vector<int> columns;
  int filter = -1;
  std::vector<AggregateRequest::Order> order_by = {};  // keys are filled in from the columns after `arguments`
  int arguments = -1;                                  // of `columns`; below 0: all
  NullTreatment nulls = NullTreatment::kUnset;
  std::vector<std::shared_ptr<arrow::Scalar>> literals = {};
};

inline arrow::Result<ResolvedAggregate> ResolveCall(const Call& call, const arrow::Schema& schema) {
  for (const auto& function : AggregateFunctions()) {
    const auto aliases = function->aliases();
    if (function->name() != call.function && std::find(aliases.begin(), aliases.end(), call.function) == aliases.end()) continue;
    AggregateRequest request;
    request.nulls = call.nulls;
    const size_t arguments = call.arguments < 0 ? call.columns.size() : static_cast<size_t>(call.arguments);
    for (size_t i = 0; i < arguments; ++i) {
      ArgumentInfo info{schema.field(call.columns[i]), nullptr};
      if (i < call.literals.size()) info.literal = call.literals[i];
      request.arguments.push_back(info);
    }
    request.order_by = call.order_by;
    for (size_t i = 0; i < request.order_by.size(); ++i) request.order_by[i].key = {schema.field(call.columns[arguments + i]), nullptr};
    return function->Resolve(request);
  }
  return arrow::Status::KeyError("no aggregate function ", call.function);
}

class ColumnSink final : public Sink {
 public:
  static arrow::Result<std::shared_ptr<ColumnSink>> Make(const arrow::Schema& schema, std::vector<int> keys, const std::vector<Call>& calls,
                                                         std::shared_ptr<SpillSpace> spill, Memory* memory, int64_t partition_bytes) {
    auto sink = std::make_shared<ColumnSink>();
    arrow::FieldVector key_fields, results;
    for (int key : keys) key_fields.push_back(schema.field(key));
    std::vector<std::shared_ptr<const AggregateKernel>> kernels;
    for (const Call& call : calls) {
      ARROW_ASSIGN_OR_RAISE(auto resolved, ResolveCall(call, schema));
      std::vector<std::shared_ptr<arrow::DataType>> types;
      for (int column : call.columns) types.push_back(schema.field(column)->type());
      ARROW_ASSIGN_OR_RAISE(auto kernel, resolved.make_kernel(types));
      results.push_back(arrow::field(call.function, kernel->result_type()));
      sink->calls_.push_back({static_cast<int>(kernels.size()), call.columns, call.filter});
      kernels.push_back(std::move(kernel));
    }
    sink->keys_ = std::move(keys);
    ARROW_ASSIGN_OR_RAISE(sink->plan_, GroupPlan::Make(key_fields, std::move(kernels), results, std::move(spill), memory, partition_bytes, "test"));
    return sink;
  }

  struct State final : SinkState {
    std::shared_ptr<GroupWorker> worker;
  };
  std::unique_ptr<SinkState> Open(int) override {
    auto state = std::make_unique<State>();
    state->worker = std::make_shared<GroupWorker>(plan_);
    workers_.push_back(state->worker);
    return state;
  }
  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    GroupInput input;
    input.columns = in->data->column_data();
    input.rows = in->data->num_rows();
    input.seq = in->seq;
    input.first_row = in->first_row;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const Step step, static_cast<State*>(state)->worker->Consume(context, input, keys_, {}, calls_));
      if (step != Step::kParked) return step;
      std::this_thread::yield();
    }
  }
  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override {
    if (keys_.empty()) ARROW_RETURN_NOT_OK(workers_[0]->AddEmptyGroup(nullptr, context.pool()));
    return std::vector<std::unique_ptr<Job>>{};
  }
  arrow::Result<std::shared_ptr<Source>> Output() override {
    for (const auto& worker : workers_) worker->Close();
    return MakeGroupOutput(plan_, std::exchange(workers_, {}));
  }
  std::string name() const override { return "test"; }
  const std::vector<std::shared_ptr<GroupWorker>>& workers() const { return workers_; }

 private:
  std::shared_ptr<GroupPlan> plan_;
  std::vector<int> keys_;
  std::vector<GroupCall> calls_;
  std::vector<std::shared_ptr<GroupWorker>> workers_;
};

/// Rows of batches as text, sorted.
inline std::vector<std::string> SortedRows(const std::vector<Batch>& batches) {
  std::vector<std::string> rows;
  for (const Batch& batch : batches) {
    for (int64_t i = 0; i < batch.data->num_rows(); ++i) {
      std::string row;
      for (const auto& column : batch.data->columns()) {
        auto scalar = column->GetScalar(i);
        row += (scalar.ok() ? (*scalar)->ToString() : scalar.status().ToString()) + "|";
      }
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The aggregate of some batches, as sorted rows of text.
inline arrow::Result<std::vector<std::string>> Aggregated(const Settings& settings, const std::vector<Batch>& batches, const arrow::Schema& schema,
                                                          const std::vector<int>& keys, const std::vector<Call>& calls, int64_t partition_bytes,
                                                          int64_t* evictions = nullptr) {
  Memory memory(settings);
  std::vector<std::string> rows;
  {
    auto spill = std::make_shared<SpillSpace>(std::vector<std::string>{}, int64_t{1} << 32);
    ARROW_ASSIGN_OR_RAISE(auto sink, ColumnSink::Make(schema, keys, calls, spill, &memory, partition_bytes));
    ARROW_RETURN_NOT_OK(RunSink(&memory, sink.get(), batches));
    ARROW_ASSIGN_OR_RAISE(auto source, sink->Output());
    sink.reset();
    ARROW_ASSIGN_OR_RAISE(auto out, ReadSource(&memory, source.get()));
    for (const Batch& batch : out) {
      ARROW_RETURN_NOT_OK(batch.data->ValidateFull());
      if (batch.data->num_rows() > 16384) return arrow::Status::Invalid("a batch of ", batch.data->num_rows(), " rows");
    }
    rows = SortedRows(out);
  }
  if (memory.pool()->bytes_allocated() != 0) return arrow::Status::Invalid(memory.pool()->bytes_allocated(), " bytes are left");
  if (evictions) *evictions = memory.evictions();
  return rows;
}

}  // namespace bowstring::exec::drive
