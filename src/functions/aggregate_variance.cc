// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// stddev, var, covar, corr, regr_*: by means and centred sums (Welford), joined as Chan et al. do, so that large means cost no digits.

#include <cmath>

#include "functions/aggregate_loops.h"

namespace bowstring {
namespace {

struct MomentState {
  int64_t count;
  double mean, squares;
};

class VarianceKernel final : public PlainKernel<VarianceKernel, MomentState> {
 public:
  VarianceKernel(bool sample, bool root) : PlainKernel(arrow::float64()), sample_(sample), root_(root) {}
  void Join(State& into, const State& from) const {
    if (from.count == 0) return;
    const double a = static_cast<double>(into.count), b = static_cast<double>(from.count), delta = from.mean - into.mean;
    into.squares += from.squares + delta * delta * a * b / (a + b);
    into.mean += delta * b / (a + b);
    into.count += from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const double* values = input.columns[0]->GetValues<double>(1);
    ForEachState(*input.columns[0], groups, [values](State& state, int64_t i) {
      const double delta = values[i] - state.mean;
      state.mean += delta / static_cast<double>(++state.count);
      state.squares += delta * (values[i] - state.mean);
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    return FixedArray<double>(result_type(), groups.count, pool, [&](int64_t i, double* out) {
      const State& state = at(groups, i);
      if (state.count < (sample_ ? 2 : 1)) return false;
      *out = state.squares / static_cast<double>(state.count - sample_);
      if (root_) *out = std::sqrt(*out);
      return true;
    });
  }

 private:
  const bool sample_, root_;
};

struct PairState {
  int64_t count;
  double mean_x, mean_y, xx, yy, xy;
};

enum class PairResult : uint8_t {
  kCovarSample, kCovarPopulation, kCorr, kSlope, kIntercept, kCount, kR2, kAverageX, kAverageY, kSxx, kSyy, kSxy
};

// Of regr_f(y, x) the first argument is y; for the others it makes no difference.
class PairKernel final : public PlainKernel<PairKernel, PairState> {
 public:
  explicit PairKernel(PairResult result) : PlainKernel(result == PairResult::kCount ? arrow::uint64() : arrow::float64()), result_(result) {}
  void Join(State& into, const State& from) const {
    if (from.count == 0) return;
    const double a = static_cast<double>(into.count), b = static_cast<double>(from.count), weight = a * b / (a + b);
    const double dx = from.mean_x - into.mean_x, dy = from.mean_y - into.mean_y;
    into.xx += from.xx + dx * dx * weight;
    into.yy += from.yy + dy * dy * weight;
    into.xy += from.xy + dx * dy * weight;
    into.mean_x += dx * b / (a + b);
    into.mean_y += dy * b / (a + b);
    into.count += from.count;
  }
  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& other = *input.columns[1];
    const double* ys = input.columns[0]->GetValues<double>(1);
    const double* xs = other.GetValues<double>(1);
    ForEachState(*input.columns[0], groups, [&](State& state, int64_t i) {
      if (!IsValid(other, i)) return;
      const double dx = xs[i] - state.mean_x, dy = ys[i] - state.mean_y, n = static_cast<double>(++state.count);
      state.mean_x += dx / n;
      state.mean_y += dy / n;
      state.xx += dx * (xs[i] - state.mean_x);
      state.yy += dy * (ys[i] - state.mean_y);
      state.xy += dx * (ys[i] - state.mean_y);
    });
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    if (result_ == PairResult::kCount) {
      return FixedArray<uint64_t>(result_type(), groups.count, pool, [&](int64_t i, uint64_t* out) {
        *out = static_cast<uint64_t>(at(groups, i).count);
        return true;
      });
    }
    return FixedArray<double>(result_type(), groups.count, pool, [&](int64_t i, double* out) { return Value(at(groups, i), out); });
  }

 private:
  bool Value(const State& s, double* out) const {
    const double n = static_cast<double>(s.count);
    switch (result_) {
      case PairResult::kCovarSample: *out = s.xy / (n - 1); return s.count > 1;
      case PairResult::kCovarPopulation: *out = s.xy / n; return s.count > 0;
      case PairResult::kCorr: *out = s.xy / std::sqrt(s.xx * s.yy); return s.count > 1 && s.xx > 0 && s.yy > 0;
      case PairResult::kSlope: *out = s.xy / s.xx; return s.count > 1 && s.xx != 0;
      case PairResult::kIntercept: *out = s.mean_y - s.xy / s.xx * s.mean_x; return s.count > 1 && s.xx != 0;
      case PairResult::kR2: *out = s.xy * s.xy / (s.xx * s.yy); return s.count > 1 && s.xx != 0 && s.yy != 0;
      case PairResult::kAverageX: *out = s.mean_x; return s.count > 0;
      case PairResult::kAverageY: *out = s.mean_y; return s.count > 0;
      case PairResult::kSxx: *out = s.xx; return s.count > 0;
      case PairResult::kSyy: *out = s.yy; return s.count > 0;
      case PairResult::kSxy: *out = s.xy; return s.count > 0;
      default: return false;
    }
  }
  const PairResult result_;
};

bool IsNumber(const arrow::DataType& type) {
  return IsInteger(type) || IsFloat(type) || IsDecimal(type) || type.id() == arrow::Type::NA;
}

template <typename Make>
void Add(AggregateList* list, const char* name, std::vector<std::string> aliases, size_t arguments, const char* description,
         std::shared_ptr<arrow::DataType> out, Make make) {
  const std::string syntax = std::string(name) + (arguments == 1 ? "(expression)" : "(expression_y, expression_x)");
  const auto resolve = [name = std::string(name), syntax, arguments, out, make](const AggregateRequest& request) -> arrow::Result<ResolvedAggregate> {
    if (request.arguments.size() != arguments) return NoSignature(name, request, syntax);
    for (size_t i = 0; i < arguments; ++i) {
      if (!IsNumber(*ArgumentType(request, i))) return NoSignature(name, request, syntax);
    }
    ResolvedAggregate resolved;
    resolved.argument_types.assign(arguments, arrow::float64());
    resolved.result = arrow::field(name, out, out->id() != arrow::Type::UINT64);
    resolved.make_kernel = [make](const ResolvedAggregate::Types&) -> arrow::Result<std::shared_ptr<const AggregateKernel>> { return make(); };
    return resolved;
  };
  list->push_back(std::make_shared<BuiltinAggregate>(name, std::move(aliases), FunctionDoc{"aggregate", description, syntax, ""}, resolve));
}

void AddPair(AggregateList* list, const char* name, std::vector<std::string> aliases, const char* description, PairResult result) {
  Add(list, name, std::move(aliases), 2, description, result == PairResult::kCount ? arrow::uint64() : arrow::float64(),
      [result] { return std::make_shared<PairKernel>(result); });
}

}  // namespace

void AddVariance(AggregateList* list) {
  const auto variance = [&](const char* name, std::vector<std::string> aliases, const char* description, bool sample, bool root) {
    Add(list, name, std::move(aliases), 1, description, arrow::float64(), [sample, root] { return std::make_shared<VarianceKernel>(sample, root); });
  };
  variance("var", {"var_samp", "var_sample"}, "The sample variance; NULL of fewer than two values.", true, false);
  variance("var_pop", {"var_population"}, "The population variance.", false, false);
  variance("stddev", {"stddev_samp"}, "The sample standard deviation; NULL of fewer than two values.", true, true);
  variance("stddev_pop", {}, "The population standard deviation.", false, true);
  AddPair(list, "covar_samp", {"covar"}, "The sample covariance of the pairs without NULL.", PairResult::kCovarSample);
  AddPair(list, "covar_pop", {}, "The population covariance of the pairs without NULL.", PairResult::kCovarPopulation);
  AddPair(list, "corr", {}, "Pearson's correlation of the pairs without NULL.", PairResult::kCorr);
  AddPair(list, "regr_slope", {}, "The slope of the least-squares line.", PairResult::kSlope);
  AddPair(list, "regr_intercept", {}, "The intercept of the least-squares line.", PairResult::kIntercept);
  AddPair(list, "regr_count", {}, "The number of pairs without NULL.", PairResult::kCount);
  AddPair(list, "regr_r2", {}, "The square of the correlation.", PairResult::kR2);
  AddPair(list, "regr_avgx", {}, "The average of x over the pairs without NULL.", PairResult::kAverageX);
  AddPair(list, "regr_avgy", {}, "The average of y over the pairs without NULL.", PairResult::kAverageY);
  AddPair(list, "regr_sxx", {}, "The centred sum of squares of x.", PairResult::kSxx);
  AddPair(list, "regr_syy", {}, "The centred sum of squares of y.", PairResult::kSyy);
  AddPair(list, "regr_sxy", {}, "The centred sum of products.", PairResult::kSxy);
}

}  // namespace bowstring
