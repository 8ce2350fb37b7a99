// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/spark_aggregates.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/aggregate_loops.h"
#include "functions/decimal_math.h"

namespace bowstring {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using After = std::function<arrow::Result<ArrayPtr>(const ArrayPtr&, arrow::MemoryPool*)>;

// Another aggregate's kernel whose results are changed at the end.
class ChangedKernel final : public AggregateKernel {
 public:
  ChangedKernel(std::shared_ptr<const AggregateKernel> inner, std::shared_ptr<arrow::DataType> type, After after)
      : inner_(std::move(inner)), type_(std::move(type)), after_(std::move(after)) {}
  int32_t state_size() const override { return inner_->state_size(); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return type_; }
  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const override { return inner_->Reserve(input, groups); }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override { return inner_->Update(input, groups); }
  arrow::Status ReserveMerge(const GroupRows& groups, uint8_t* const* from) const override { return inner_->ReserveMerge(groups, from); }
  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const override { return inner_->Merge(groups, from); }
  arrow::Result<ArrayPtr> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    ARROW_ASSIGN_OR_RAISE(auto out, inner_->Finalize(groups, pool));
    return after_(out, pool);
  }
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override { return inner_->serialized_types(); }
  arrow::Result<std::vector<ArrayPtr>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const override { return inner_->Serialize(groups, pool); }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const override { return inner_->ReserveSerialized(states, groups); }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const override { return inner_->MergeSerialized(states, groups); }
  bool needs_destroy() const override { return inner_->needs_destroy(); }
  void Destroy(const GroupRows& groups) const override { inner_->Destroy(groups); }

 private:
  const std::shared_ptr<const AggregateKernel> inner_;
  const std::shared_ptr<arrow::DataType> type_;
  const After after_;
};

ResolvedAggregate Changed(ResolvedAggregate call, std::shared_ptr<arrow::DataType> type, bool nullable, After after) {
  call.result = arrow::field("", type, nullable);
  call.make_kernel = [inner = call.make_kernel, type, after](const ResolvedAggregate::Types& types) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
    ARROW_ASSIGN_OR_RAISE(auto kernel, inner(types));
    return std::make_shared<ChangedKernel>(std::move(kernel), type, after);
  };
  return call;
}

// Lists with empty ones in place of NULLs.
arrow::Result<ArrayPtr> WithoutNulls(const ArrayPtr& lists, arrow::MemoryPool*) {
  if (lists->null_count() == 0) return lists;
  // A NULL list of an aggregate has no elements.
  auto data = lists->data()->Copy();
  data->buffers[0] = nullptr;
  data->null_count = 0;
  return arrow::MakeArray(data);
}

// Sums of 38 digits as int64, NULL where they don't fit.
arrow::Result<ArrayPtr> Narrow(const ArrayPtr& sums, arrow::MemoryPool* pool) {
  const arrow::ArrayData& data = *sums->data();
  return FixedArray<int64_t>(arrow::int64(), sums->length(), pool, [&](int64_t i, int64_t* out) {
    if (!sums->IsValid(i)) return false;
    if (data.type->id() == arrow::Type::DECIMAL64) {
      *out = data.GetValues<int64_t>(1)[i];
      return true;
    }
    const __int128 value = data.GetValues<Int128>(1)[i].get();
    *out = static_cast<int64_t>(value);
    return value == *out;
  });
}

std::shared_ptr<const AggregateFunction> Find(const std::vector<std::shared_ptr<const AggregateFunction>>& list, std::string_view name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const auto& f) { return f->name() == name; });
  return at == list.end() ? nullptr : *at;
}

}  // namespace

void AddSparkAggregates(std::vector<std::shared_ptr<const AggregateFunction>>* list) {
  const auto avg = Find(*list, "avg"), array_agg = Find(*list, "array_agg"), sum = Find(*list, "sum");
  if (!avg || !array_agg || !sum) return;
  const auto add = [&](const char* name, const char* description, BuiltinAggregate::Resolver resolver) {
    list->push_back(std::make_shared<BuiltinAggregate>(std::string("spark_") + name, std::vector<std::string>{},
                                                       FunctionDoc{"spark", description, std::string(name) + "(expression)", ""}, std::move(resolver)));
  };
  const auto as_double = [](const AggregateRequest& request) {
    AggregateRequest out = request;
    if (!out.arguments.empty()) out.arguments[0].field = out.arguments[0].field->WithType(arrow::float64());
    return out;
  };
  add("avg", "The mean as a double.", [avg, as_double](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    const bool number = request.arguments.size() == 1 && (IsNumeric(*ArgumentType(request, 0)) || ArgumentType(request, 0)->id() == arrow::Type::NA);
    if (!number) return NoSignature("avg", request, "avg(Float64)");
    return avg->Resolve(as_double(request));
  });
  for (const bool set : {false, true}) {
    add(set ? "collect_set" : "collect_list", set ? "The different values as a list; NULLs are left out." : "The values as a list; NULLs are left out.",
        [array_agg, set](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
          if (set && !request.distinct) return Error(ErrorKind::kNotImplemented, "collect_set(x) in SQL: write collect_set(DISTINCT x)");
          AggregateRequest asked = request;
          asked.nulls = NullTreatment::kIgnore;
          ARROW_ASSIGN_OR_RAISE(auto call, array_agg->Resolve(asked));
          const auto type = call.result->type();
          return Changed(std::move(call), type, false, WithoutNulls);
        });
  }
  add("try_sum", "The sum, NULL where it doesn't fit.", [sum](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    if (request.arguments.size() != 1 || !IsInteger(*ArgumentType(request, 0))) return sum->Resolve(request);
    AggregateRequest asked = request;
    asked.arguments[0].field = asked.arguments[0].field->WithType(arrow::decimal128(28, 0));
    ARROW_ASSIGN_OR_RAISE(auto call, sum->Resolve(asked));
    return Changed(std::move(call), arrow::int64(), true, Narrow);
  });
}

}  // namespace bowstring
