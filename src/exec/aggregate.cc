// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// DISTINCT calls: their (keys, arguments) go into a table of their own first, one for each list of arguments and filter. When the input has ended, jobs
// feed what those tables give out, each combination once, to the calls. So they spill, and split among workers, like any other group.

#include "exec/aggregate.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <arrow/api.h>
#include <arrow/compute/exec.h>

#include <bowstring/error.h>

#include "exec/aggregate_core.h"
#include "exec/memory_use.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr const char* kName = "AggregateExec";
// Of tables and of the partition that is read back.
constexpr int64_t kLeastTable = 6 << 20;

/// The expressions of a sink, each once, as columns that are evaluated for every batch.
class Columns {
 public:
  int Add(const std::shared_ptr<const BoundExpr>& expr) {
    for (size_t i = 0; i < exprs_.size(); ++i) {
      if (exprs_[i] == expr || (expr->column() >= 0 && exprs_[i]->column() == expr->column())) return static_cast<int>(i);
    }
    exprs_.push_back(expr);
    pointers_.push_back(expr.get());
    return static_cast<int>(exprs_.size()) - 1;
  }
  const BoundExpr& operator[](int i) const { return *exprs_[static_cast<size_t>(i)]; }

  arrow::Result<GroupInput> Evaluate(KernelContext kernel, TaskContext& context, const Batch& batch) const {
    kernel.task = &context;
    kernel.exec = context.exec();
    GroupInput input;
    input.rows = batch.num_rows();
    input.seq = batch.seq;
    input.first_row = batch.first_row;
    input.row_numbers = batch.rows ? batch.rows->data() : nullptr;
    ARROW_ASSIGN_OR_RAISE(std::vector<arrow::Datum> values, EvaluateAll(kernel, pointers_, batch));
    for (arrow::Datum& value : values) {
      if (value.is_scalar()) {
        ARROW_ASSIGN_OR_RAISE(auto repeated, arrow::MakeArrayFromScalar(*value.scalar(), input.rows, context.pool()));
        input.columns.push_back(repeated->data());
      } else {
        input.columns.push_back(value.array());
      }
    }
    return input;
  }

 private:
  std::vector<std::shared_ptr<const BoundExpr>> exprs_;
  std::vector<const BoundExpr*> pointers_;
};

/// The table of one list of DISTINCT arguments.
struct DistinctTable {
  std::vector<int> arguments;  // columns of the input
  int filter = -1;
  std::vector<GroupCall> calls;  // of the main table, over this table's output
  std::shared_ptr<const GroupPlan> plan;
};

struct Shape {
  Columns columns;
  std::vector<int> keys;
  std::vector<GroupSet> sets;
  std::vector<GroupCall> calls;  // those that take the input itself
  std::vector<DistinctTable> distinct;
  std::shared_ptr<GroupPlan> plan;
  bool input_to_main = true;
};

arrow::Result<Shape> MakeShape(const AggregateSpec& spec, QueryMemory* memory) {
  Shape shape;
  arrow::FieldVector keys, results;
  std::vector<std::shared_ptr<const AggregateKernel>> kernels;
  const auto name = [&](size_t i) { return i < spec.names.size() ? spec.names[i] : std::string(); };
  const bool sets = !spec.grouping_sets.empty();
  if (spec.keys.size() > 31 && sets) return Error(ErrorKind::kNotImplemented, "grouping sets over more than 31 keys");
  for (size_t k = 0; k < spec.keys.size(); ++k) {
    shape.keys.push_back(shape.columns.Add(spec.keys[k]));
    keys.push_back(arrow::field(name(k), spec.keys[k]->physical_type(), sets || spec.keys[k]->nullable()));
  }
  for (const std::vector<bool>& present : spec.grouping_sets) {
    GroupSet set;
    set.present = present;
    set.present.resize(spec.keys.size(), false);
    for (const bool there : set.present) set.id = set.id << 1 | !there;
    set.present.push_back(true);
    // The same set twice gives its groups twice.
    uint64_t repeats = 0;
    for (const GroupSet& other : shape.sets) repeats += other.present == set.present;
    if (repeats << spec.keys.size() > UINT32_MAX) {
      return Error(ErrorKind::kNotImplemented, "the same set ", repeats + 1, " times in grouping sets over ", spec.keys.size(), " keys");
    }
    set.id |= static_cast<uint32_t>(repeats << spec.keys.size());
    shape.sets.push_back(std::move(set));
  }
  if (sets) keys.push_back(arrow::field("__grouping_id", arrow::uint32(), false));

  bool filtered = false, plain = false;
  for (size_t a = 0; a < spec.aggregates.size(); ++a) {
    const BoundAggregate& call = spec.aggregates[a];
    GroupCall made;
    made.kernel = static_cast<int>(a);
    std::vector<std::shared_ptr<arrow::DataType>> types;
    for (const auto& argument : call.arguments) {
      made.columns.push_back(shape.columns.Add(argument));
      types.push_back(argument->physical_type());
    }
    if (call.function.uses_order) {
      for (const auto& order : call.order_by) {
        made.columns.push_back(shape.columns.Add(order.key));
        types.push_back(order.key->physical_type());
      }
    }
    if (call.filter) made.filter = shape.columns.Add(call.filter);
    ARROW_ASSIGN_OR_RAISE(auto kernel, call.function.make_kernel(types));
    results.push_back(arrow::field(name(spec.keys.size() + a), kernel->result_type(), call.function.result->nullable(), call.function.result->metadata()));
    kernels.push_back(std::move(kernel));
    if (!call.distinct || call.function.ignores_distinct || call.arguments.empty()) {
      plain = true;
      shape.calls.push_back(std::move(made));
      continue;
    }
    filtered = filtered || made.filter >= 0;
    auto known = std::find_if(shape.distinct.begin(), shape.distinct.end(),
                              [&](const DistinctTable& d) { return d.arguments == made.columns && d.filter == made.filter; });
    if (known == shape.distinct.end()) {
      shape.distinct.emplace_back();
      known = shape.distinct.end() - 1;
      known->arguments = made.columns;
      known->filter = made.filter;
    }
    GroupCall from;
    from.kernel = made.kernel;
    for (size_t i = 0; i < made.columns.size(); ++i) from.columns.push_back(static_cast<int>(keys.size() + i));
    known->calls.push_back(std::move(from));
  }
  shape.input_to_main = plain || filtered || shape.distinct.empty();

  ARROW_ASSIGN_OR_RAISE(shape.plan, GroupPlan::Make(keys, std::move(kernels), results, spec.spill, memory, spec.partition_bytes, kName));
  if (sets) {
    const int num_keys = static_cast<int>(spec.keys.size()), num_results = static_cast<int>(results.size());
    for (int i = 0; i < num_keys; ++i) shape.plan->order.push_back(i);
    for (int i = 0; i < num_results; ++i) shape.plan->order.push_back(num_keys + 1 + i);
    shape.plan->order.push_back(num_keys);
    arrow::FieldVector ordered;
    for (int i : shape.plan->order) ordered.push_back(shape.plan->output->field(i));
    shape.plan->output = arrow::schema(std::move(ordered));
  }
  for (DistinctTable& table : shape.distinct) {
    arrow::FieldVector fields;
    for (size_t k = 0; k < keys.size(); ++k) fields.push_back(keys[k]->WithType(shape.plan->layout.keys()[k].type));
    for (int column : table.arguments) {
      auto type = shape.columns[column].physical_type();
      if (type->id() == arrow::Type::DICTIONARY) type = static_cast<const arrow::DictionaryType&>(*type).value_type();
      fields.push_back(arrow::field("", type, shape.columns[column].nullable()));
    }
    ARROW_ASSIGN_OR_RAISE(table.plan, GroupPlan::Make(fields, {}, {}, spec.spill, memory, spec.partition_bytes, kName));
  }
  return shape;
}

struct WorkerTables final : SinkState {
  std::shared_ptr<GroupWorker> main;
  std::vector<std::shared_ptr<GroupWorker>> distinct;
};

class AggregateSink final : public Sink {
 public:
  AggregateSink(Shape shape, KernelContext context, std::shared_ptr<SpillSpace> spill, std::string growing)
      : shape_(std::move(shape)), context_(std::move(context)), spill_(std::move(spill)), growing_(std::move(growing)) {}

  std::unique_ptr<SinkState> Open(int worker) override { return std::make_unique<WorkerTables>(Tables(worker)); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState* state, const Batch* in, Seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    auto& tables = static_cast<WorkerTables&>(*state);
    ARROW_ASSIGN_OR_RAISE(GroupInput input, shape_.columns.Evaluate(context_, context, *in));
    // The sets of distinct values first: to take the same rows again, if what follows fails, changes nothing.
    for (size_t d = 0; d < shape_.distinct.size(); ++d) {
      const DistinctTable& table = shape_.distinct[d];
      ARROW_ASSIGN_OR_RAISE(const Step step, ConsumeDistinct(context, table, tables.distinct[d].get(), input));
      if (step == Step::kParked) return step;
    }
    if (!shape_.input_to_main) return Step::kNeedInput;
    return tables.main->Consume(context, input, shape_.keys, shape_.sets, shape_.calls);
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext& context) override;
  arrow::Result<std::shared_ptr<Source>> Output() override {
    std::vector<std::shared_ptr<GroupWorker>> workers;
    {
      std::lock_guard lock(mutex_);
      for (auto& [worker, tables] : tables_) workers.push_back(tables.main);
      tables_.clear();
    }
    for (const auto& worker : workers) worker->Close();
    return MakeGroupOutput(shape_.plan, workers);
  }
  bool replayable() const override { return false; }  // groups are freed as they go out
  std::string name() const override { return kName; }
  MemoryUse memory_use() const override {
    const int64_t row = RowBytes(*shape_.plan->output) + 32;
    if (!growing_.empty()) return {MemoryUse::Kind::kUnbounded, row * 16384 + kLeastTable, "what " + growing_ + " keeps of one group"};
    if (shape_.keys.empty() && shape_.distinct.empty()) return {MemoryUse::Kind::kBounded, row, ""};
    return SpillingUse(spill_.get(), row * 16384 * 2 + kLeastTable, "all groups");
  }

  const Shape& shape() const { return shape_; }
  WorkerTables Tables(int worker) {
    std::lock_guard lock(mutex_);
    WorkerTables& tables = tables_[worker];
    if (!tables.main) {
      tables.main = std::make_shared<GroupWorker>(shape_.plan);
      for (const DistinctTable& table : shape_.distinct) tables.distinct.push_back(std::make_shared<GroupWorker>(table.plan));
    }
    return tables;
  }

 private:
  // Rows that pass the filter, as keys (and set number) and arguments. The set number lies between the two, so each set is taken by itself.
  arrow::Result<Step> ConsumeDistinct(TaskContext& context, const DistinctTable& table, GroupWorker* worker, const GroupInput& input) const;

  const Shape shape_;
  const KernelContext context_;
  std::mutex mutex_;
  std::map<int, WorkerTables> tables_;
  bool finished_ = false;
  const std::shared_ptr<SpillSpace> spill_;
  const std::string growing_;
};

// Feeds one morsel of a distinct table's output to the main table.
class DistinctJob final : public Job {
 public:
  DistinctJob(AggregateSink* sink, const DistinctTable* table, std::unique_ptr<Cursor> cursor)
      : sink_(sink), table_(table), cursor_(std::move(cursor)) {}
  arrow::Result<Step> Run(TaskContext& context) override {
    for (;;) {
      if (!batch_) {
        if (ended_) return Step::kFinished;
        ARROW_ASSIGN_OR_RAISE(const Step step, cursor_->Next(context, &batch_));
        if (step == Step::kParked) return step;
        ended_ = step == Step::kFinished;
      }
      if (batch_) {
        GroupInput input;
        input.rows = batch_.data->num_rows();
        input.columns = batch_.data->column_data();
        std::vector<int> keys;
        for (size_t k = 0; k < sink_->shape().plan->layout.keys().size(); ++k) keys.push_back(static_cast<int>(k));
        ARROW_ASSIGN_OR_RAISE(const Step step, sink_->Tables(context.worker()).main->Consume(context, input, keys, {}, table_->calls));
        if (step == Step::kParked) return step;
        batch_ = Batch();
      }
      if (context.Stop() && !ended_) return Step::kHaveMore;
    }
  }

 private:
  AggregateSink* sink_;
  const DistinctTable* table_;
  std::unique_ptr<Cursor> cursor_;
  Batch batch_;
  bool ended_ = false;
};

arrow::Result<Step> AggregateSink::ConsumeDistinct(TaskContext& context, const DistinctTable& table, GroupWorker* worker,
                                                   const GroupInput& input) const {
  GroupInput chosen;
  chosen.rows = input.rows;
  std::vector<int> keys;
  const auto add = [&](int column) {
    chosen.columns.push_back(input.columns[static_cast<size_t>(column)]);
    keys.push_back(static_cast<int>(keys.size()));
  };
  for (int column : shape_.keys) add(column);
  for (int column : table.arguments) add(column);
  if (table.filter >= 0) {
    std::shared_ptr<arrow::Array> filter = arrow::MakeArray(input.columns[static_cast<size_t>(table.filter)]);
    const auto& passes = static_cast<const arrow::BooleanArray&>(*filter);
    ARROW_ASSIGN_OR_RAISE(auto rows, arrow::AllocateBuffer(input.rows * 4, context.pool()));
    int32_t* out = reinterpret_cast<int32_t*>(rows->mutable_data());
    int64_t count = 0;
    for (int64_t i = 0; i < input.rows; ++i) {
      if (passes.IsValid(i) && passes.Value(i)) out[count++] = static_cast<int32_t>(i);
    }
    for (auto& column : chosen.columns) {
      ARROW_ASSIGN_OR_RAISE(column, Gather(*column, out, count, context.pool()));
    }
    chosen.rows = count;
  }
  if (shape_.sets.empty()) return worker->Consume(context, chosen, keys, {}, {});
  // The number of the set comes after the keys, before the arguments: a column here, with the absent keys NULL.
  for (const GroupSet& set : shape_.sets) {
    GroupInput one = chosen;
    for (size_t k = 0; k < shape_.keys.size(); ++k) {
      if (set.present[k]) continue;
      const auto& type = shape_.plan->layout.keys()[k].type;
      ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(type, chosen.rows, context.pool()));
      one.columns[k] = nulls->data();
    }
    ARROW_ASSIGN_OR_RAISE(auto number, arrow::MakeArrayFromScalar(arrow::UInt32Scalar(set.id), chosen.rows, context.pool()));
    one.columns.insert(one.columns.begin() + static_cast<std::ptrdiff_t>(shape_.keys.size()), number->data());
    std::vector<int> all(one.columns.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    ARROW_ASSIGN_OR_RAISE(const Step step, worker->Consume(context, one, all, {}, {}));
    if (step == Step::kParked) return step;
  }
  return Step::kNeedInput;
}

arrow::Result<std::vector<std::unique_ptr<Job>>> AggregateSink::Finish(TaskContext& context) {
  std::vector<std::unique_ptr<Job>> jobs;
  if (finished_) return jobs;
  WorkerTables here = Tables(context.worker());
  // Groups that are there without a row. To make one again changes nothing.
  if (shape_.keys.empty() && shape_.sets.empty()) ARROW_RETURN_NOT_OK(here.main->AddEmptyGroup(nullptr, context.pool()));
  for (const GroupSet& set : shape_.sets) {
    if (std::count(set.present.begin(), set.present.end(), true) == 1) ARROW_RETURN_NOT_OK(here.main->AddEmptyGroup(&set, context.pool()));
  }
  finished_ = true;
  for (size_t d = 0; d < shape_.distinct.size(); ++d) {
    std::vector<std::shared_ptr<GroupWorker>> workers;
    {
      std::lock_guard lock(mutex_);
      for (auto& [worker, tables] : tables_) workers.push_back(std::move(tables.distinct[d]));
    }
    for (const auto& worker : workers) worker->Close();
    ARROW_ASSIGN_OR_RAISE(auto source, MakeGroupOutput(shape_.distinct[d].plan, workers));
    std::vector<Morsel> morsels;
    ARROW_RETURN_NOT_OK(source->Split(context, 0, &morsels).status());
    for (const Morsel& morsel : morsels) {
      ARROW_ASSIGN_OR_RAISE(auto cursor, source->Open(morsel, nullptr));
      jobs.push_back(std::make_unique<DistinctJob>(this, &shape_.distinct[d], std::move(cursor)));
    }
  }
  return jobs;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Schema>> AggregateSchema(const AggregateSpec& spec) {
  ARROW_ASSIGN_OR_RAISE(Shape shape, MakeShape(spec, nullptr));
  return shape.plan->output;
}

arrow::Result<std::shared_ptr<Sink>> MakeAggregate(AggregateSpec spec, QueryMemory* memory) {
  ARROW_ASSIGN_OR_RAISE(Shape shape, MakeShape(spec, memory));
  return std::make_shared<AggregateSink>(std::move(shape), std::move(spec.context), std::move(spec.spill), std::move(spec.growing));
}

}  // namespace bowstring::exec
