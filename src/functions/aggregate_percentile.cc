// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// median and percentile_cont, exact: all values are kept. Their approx_ forms are resolved here, too; aggregate_tdigest.cc computes them.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <arrow/util/float16.h>

#include "functions/percentile_options.h"
#include "functions/tdigest.h"
#include "functions/value_list.h"

namespace bowstring {
namespace {

double Scale(const arrow::ArrayData& column) { return std::pow(10.0, static_cast<const arrow::DecimalType&>(*column.type).scale()); }

}  // namespace

double RealAt(const arrow::ArrayData& column, int64_t i) {
  switch (column.type->id()) {
    case arrow::Type::INT8: return column.GetValues<int8_t>(1)[i];
    case arrow::Type::INT16: return column.GetValues<int16_t>(1)[i];
    case arrow::Type::INT32: return column.GetValues<int32_t>(1)[i];
    case arrow::Type::INT64: return static_cast<double>(column.GetValues<int64_t>(1)[i]);
    case arrow::Type::UINT8: return column.GetValues<uint8_t>(1)[i];
    case arrow::Type::UINT16: return column.GetValues<uint16_t>(1)[i];
    case arrow::Type::UINT32: return column.GetValues<uint32_t>(1)[i];
    case arrow::Type::UINT64: return static_cast<double>(column.GetValues<uint64_t>(1)[i]);
    case arrow::Type::HALF_FLOAT: return static_cast<double>(arrow::util::Float16::FromBits(column.GetValues<uint16_t>(1)[i]).ToFloat());
    case arrow::Type::FLOAT: return static_cast<double>(column.GetValues<float>(1)[i]);
    case arrow::Type::DECIMAL32: return static_cast<double>(column.GetValues<int32_t>(1)[i]) / Scale(column);
    case arrow::Type::DECIMAL64: return static_cast<double>(column.GetValues<int64_t>(1)[i]) / Scale(column);
    case arrow::Type::DECIMAL128: return static_cast<double>(column.GetValues<Int128>(1)[i].get()) / Scale(column);
    default: return column.GetValues<double>(1)[i];
  }
}

namespace {

// Values are doubles, floats, or a decimal's integers of 64 or 128 bits.
template <typename T>
class PercentileKernel final : public ValueListKernel<PercentileKernel<T>, T> {
 public:
  explicit PercentileKernel(PercentileOptions options) : options_(std::move(options)) {}
  const std::shared_ptr<arrow::DataType>& result_type() const override { return options_.result; }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    if constexpr (kDecimal) {  // it keeps its outward width
      if (options_.result->id() == arrow::Type::DECIMAL32) return Picked<int32_t>(groups, pool);
      if (options_.result->id() == arrow::Type::DECIMAL64) return Picked<int64_t>(groups, pool);
      return Picked<Int128>(groups, pool);
    } else {
      return Picked<T>(groups, pool);
    }
  }

  template <typename F>
  void EachRow(const AggregateInput& input, const GroupRows& groups, F&& f) const {
    ForEachValid(*input.columns[options_.value], groups, f);
  }
  template <typename F>
  void WithReader(const AggregateInput& input, F&& f) const {
    const arrow::ArrayData& column = *input.columns[options_.value];
    const auto as = [&](auto type) { return column.GetValues<decltype(type)>(1); };
    if constexpr (kDecimal) {
      const auto narrow = [&](const auto* values) { f([values](int64_t i) { return Of(values[i]); }); };
      switch (column.type->id()) {
        case arrow::Type::DECIMAL32: return narrow(as(int32_t{}));
        case arrow::Type::DECIMAL64: return narrow(as(int64_t{}));
        default:
          if constexpr (std::is_same_v<T, Int128>) f([values = as(Int128{})](int64_t i) { return values[i]; });
      }
    } else if (column.type->id() == arrow::CTypeTraits<T>::ArrowType::type_id) {
      f([values = as(T{})](int64_t i) { return values[i]; });
    } else {
      f([&](int64_t i) { return static_cast<T>(RealAt(column, i)); });
    }
  }

 private:
  static constexpr bool kDecimal = std::is_same_v<T, Int128> || std::is_same_v<T, int64_t>;

  static __int128 Number(const Int128& value) { return value.get(); }
  static __int128 Number(int64_t value) { return value; }
  static T Of(__int128 number) {
    if constexpr (std::is_same_v<T, Int128>) {
      T value;
      value.set(number);
      return value;
    } else {
      return static_cast<T>(number);
    }
  }

  template <typename Out>
  arrow::Result<std::shared_ptr<arrow::Array>> Picked(const GroupRows& groups, arrow::MemoryPool* pool) const {
    arrow::Status failed;
    arrow::TypedBufferBuilder<T> values(pool);
    auto made = FixedArray<Out>(options_.result, groups.count, pool, [&](int64_t i, Out* out) {
      values.bytes_builder()->Rewind(0);
      if (arrow::Status status = this->Collect(groups, i, &values); !status.ok()) failed = std::move(status);
      if (!failed.ok()) return false;
      if (values.length() == 0) return false;
      const T picked = Pick(values.mutable_data(), values.length());
      if constexpr (std::is_same_v<Out, T>) {
        *out = picked;
      } else if constexpr (std::is_same_v<Out, Int128>) {
        out->set(Number(picked));
      } else {
        *out = static_cast<Out>(Number(picked));
      }
      return true;
    });
    ARROW_RETURN_NOT_OK(failed);
    return made;
  }

  // An object, not a function: algorithms inline it.
  static constexpr auto Before = [](const T& a, const T& b) {
    if constexpr (std::is_same_v<T, Int128>) {
      return a.get() < b.get();
    } else if constexpr (kDecimal) {
      return a < b;
    } else {
      return a < b || (std::isnan(b) && !std::isnan(a));
    }
  };

  auto Pick(T* values, int64_t n) const {
    {
      const double place = options_.fraction * static_cast<double>(n - 1);
      const int64_t low = static_cast<int64_t>(std::floor(place));
      const double rest = place - static_cast<double>(low);
      std::nth_element(values, values + low, values + n, Before);
      if (rest == 0 || low + 1 >= n) return values[low];
      const T next = *std::min_element(values + low + 1, values + n, Before);
      if constexpr (kDecimal) {
        // Only the median comes here: the middle of two, truncated.
        const __int128 x = Number(values[low]), y = Number(next);
        __int128 sum = 0;
        const bool wide = __builtin_add_overflow(x, y, &sum);  // then both have the same sign
        return Of(wide ? x / 2 + y / 2 + (x % 2 + y % 2) / 2 : sum / 2);
      } else {
        if (values[low] == next) return next;  // also where both are infinite
        return static_cast<T>(values[low] + (next - values[low]) * static_cast<T>(rest));
      }
    }
  }
  const PercentileOptions options_;
};

using KernelPtr = std::shared_ptr<const AggregateKernel>;

// `physical`: of the value.
arrow::Result<KernelPtr> MakePercentile(const PercentileOptions& options, const arrow::DataType& physical) {
  if (options.centroids > 0) return MakeDigestKernel(options);
  const bool narrow = physical.id() == arrow::Type::DECIMAL64 || physical.id() == arrow::Type::DECIMAL32;
  if (IsDecimal(*options.result) && narrow) return std::make_shared<PercentileKernel<int64_t>>(options);
  if (IsDecimal(*options.result)) return std::make_shared<PercentileKernel<Int128>>(options);
  if (options.result->id() == arrow::Type::FLOAT) return std::make_shared<PercentileKernel<float>>(options);
  return std::make_shared<PercentileKernel<double>>(options);
}

bool IsNumber(const arrow::DataType& type) {
  return IsInteger(type) || IsFloat(type) || IsDecimal(type) || type.id() == arrow::Type::NA;
}

arrow::Result<ResolvedAggregate> ResolveMedian(const AggregateRequest& request, const std::string& name, bool exact) {
  if (request.arguments.size() != 1 || !IsNumber(*ArgumentType(request, 0))) return NoSignature(name, request, name + "(Float), " + name + "(Decimal)");
  auto type = ArgumentType(request, 0);
  if (exact && type->id() == arrow::Type::NA) {
    ResolvedAggregate resolved;
    resolved.argument_types = {type};
    resolved.result = arrow::field(name, type);
    resolved.make_kernel = [](const ResolvedAggregate::Types&) { return MakeNullKernel(); };
    return resolved;
  }
  const bool narrow = type->id() == arrow::Type::FLOAT || (IsDecimal(*type) && type->id() != arrow::Type::DECIMAL256);
  if (!narrow || (!exact && IsDecimal(*type))) type = arrow::float64();
  PercentileOptions options;
  options.result = IsDecimal(*type) ? GrownDecimal(*type, 0, 0) : type;
  if (!exact) options.centroids = kUsualCentroids;
  ResolvedAggregate resolved;
  resolved.argument_types = {type};
  resolved.result = arrow::field(name, options.result);
  resolved.make_kernel = [options](const ResolvedAggregate::Types& physical) { return MakePercentile(options, *physical[options.value]); };
  return resolved;
}

arrow::Result<double> Fraction(const std::string& name, const ArgumentInfo& argument) {
  if (!argument.literal || !argument.literal->is_valid) return Error(ErrorKind::kPlan, name, " needs a constant as its percentile");
  double value = 0;
  if (IsDecimal(*argument.literal->type)) {
    value = std::stod(argument.literal->ToString());
  } else {
    if (!IsNumber(*argument.literal->type)) return Error(ErrorKind::kPlan, name, " needs a number as its percentile");
    ARROW_ASSIGN_OR_RAISE(auto number, argument.literal->CastTo(arrow::float64()));
    value = static_cast<const arrow::DoubleScalar&>(*number).value;
  }
  if (!(value >= 0 && value <= 1)) return Error(ErrorKind::kPlan, "Percentile value must be between 0.0 and 1.0 inclusive, ", argument.literal->ToString(), " is invalid");
  return value;
}

// f(x, p), or f(p) WITHIN GROUP (ORDER BY x); with a weight f(x, w, p). Approximate ones may end in a number of centroids.
arrow::Result<ResolvedAggregate> ResolvePercentile(const AggregateRequest& request, const std::string& name, bool weighted, bool exact) {
  const size_t given = request.arguments.size(), least = weighted ? 2 : 1;
  const std::string syntax = name + (weighted ? "(expression, weight, percentile)" : "(expression, percentile)") + ", or WITHIN GROUP (ORDER BY expression)";
  const bool ordered = request.order_by.size() == 1;
  // With an ORDER BY the expression may be the first argument, too: what it orders by, or what is no constant and so no fraction.
  const bool again = ordered && given > least && request.arguments[0].field->name() == request.order_by[0].key.field->name();
  const bool within = ordered && (given == least || (!exact && !again && (weighted || request.arguments[0].literal)));
  const size_t first = within ? 0 : 1, fraction = first + (weighted ? 1 : 0);
  if (request.order_by.empty() && given == least) {
    // Asked for its type alone, without the ORDER BY that belongs to it.
    ResolvedAggregate typed;
    typed.argument_types.assign(given, arrow::float64());
    typed.result = arrow::field(name, arrow::float64());
    typed.uses_order = true;
    typed.make_kernel = [name, syntax](const ResolvedAggregate::Types&) -> arrow::Result<KernelPtr> {
      return Error(ErrorKind::kPlan, name, " needs an expression and a percentile: ", syntax);
    };
    return typed;
  }
  if (ordered && exact && given > least && !request.arguments[least].literal) return NoSignature(name, request, syntax);
  if (request.order_by.size() > 1 || given < fraction + 1 || given > fraction + (exact ? 1 : 2)) return NoSignature(name, request, syntax);
  const ArgumentInfo& value = within ? request.order_by[0].key : request.arguments[0];
  auto value_type = ValueType(value.field->type());
  if (value_type->id() == arrow::Type::RUN_END_ENCODED) value_type = static_cast<const arrow::RunEndEncodedType&>(*value_type).value_type();
  if (!IsNumber(*value_type) && value_type->id() != arrow::Type::NA) return NoSignature(name, request, syntax);
  PercentileOptions options;
  const bool narrow = value_type->id() == arrow::Type::FLOAT;
  options.result = narrow ? arrow::float32() : arrow::float64();
  ARROW_ASSIGN_OR_RAISE(options.fraction, Fraction(name, request.arguments[fraction]));
  if (ordered && !request.order_by[0].ascending) options.fraction = 1 - options.fraction;
  if (!exact) options.centroids = kUsualCentroids;
  if (given == fraction + 2) {
    const auto& literal = request.arguments[fraction + 1].literal;
    if (!literal || !literal->is_valid || !IsInteger(*literal->type)) return Error(ErrorKind::kPlan, name, " needs a whole number as its number of centroids");
    ARROW_ASSIGN_OR_RAISE(auto number, literal->CastTo(arrow::int64()));
    const int64_t centroids = static_cast<const arrow::Int64Scalar&>(*number).value;
    if (centroids < 1 || centroids > 100000) return Error(ErrorKind::kPlan, "Tdigest max_size value for '", name, "' must be between 1 and 100000, got ", centroids);
    options.centroids = static_cast<int>(centroids);
  }
  options.weighted = weighted;
  options.value = within ? given : 0;
  options.weight = within ? 0 : 1;
  ResolvedAggregate resolved;
  for (size_t i = 0; i < given; ++i) resolved.argument_types.push_back(i == options.value && narrow ? arrow::float32() : arrow::float64());
  resolved.result = arrow::field(name, options.result);
  resolved.uses_order = within;
  resolved.make_kernel = [options](const ResolvedAggregate::Types& physical) { return MakePercentile(options, *physical[options.value]); };
  return resolved;
}

}  // namespace

void AddPercentiles(AggregateList* list) {
  const auto add = [&](const char* name, std::vector<std::string> aliases, const char* description, const char* syntax, bool ordered,
                       BuiltinAggregate::Resolver resolver) {
    list->push_back(std::make_shared<BuiltinAggregate>(name, std::move(aliases), FunctionDoc{"aggregate", description, syntax, ""}, std::move(resolver), ordered));
  };
  add("median", {}, "The middle value, or the middle of the two middle ones.", "median(expression)", false,
      [](const AggregateRequest& request) { return ResolveMedian(request, "median", true); });
  add("approx_median", {}, "About the median (t-digest).", "approx_median(expression)", false,
      [](const AggregateRequest& request) { return ResolveMedian(request, "approx_median", false); });
  add("percentile_cont", {"quantile_cont"}, "The value at a fraction of the sorted values, interpolated.",
      "percentile_cont(fraction) WITHIN GROUP (ORDER BY expression)", true,
      [](const AggregateRequest& request) { return ResolvePercentile(request, "percentile_cont", false, true); });
  add("approx_percentile_cont", {}, "About the value at a fraction of the sorted values (t-digest).",
      "approx_percentile_cont(fraction [, centroids]) WITHIN GROUP (ORDER BY expression)", true,
      [](const AggregateRequest& request) { return ResolvePercentile(request, "approx_percentile_cont", false, false); });
  add("approx_percentile_cont_with_weight", {}, "About the value at a fraction of the sorted, weighted values (t-digest).",
      "approx_percentile_cont_with_weight(weight, fraction) WITHIN GROUP (ORDER BY expression)", true,
      [](const AggregateRequest& request) { return ResolvePercentile(request, "approx_percentile_cont_with_weight", true, false); });
}

}  // namespace bowstring
