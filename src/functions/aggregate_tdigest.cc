// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// approx_median and approx_percentile_cont, with and without weights: t-digests (tdigest.h). A group keeps up to kPending values as they come;
// more of them are compressed. So few values give the digest of all of them at once.

#include <algorithm>
#include <cmath>
#include <string>

#include "functions/aggregate_loops.h"
#include "functions/percentile_options.h"
#include "functions/tdigest.h"
#include "functions/text_state.h"

namespace bowstring {
namespace {

constexpr uint32_t kPending = 8192, kFirstPending = 16;

// In the heap: room for the compressed centroids, once there is room for kPending; then the pending ones.
struct DigestState {
  Centroid* compressed;
  Centroid* pending;
  uint32_t compressed_count, pending_count, capacity, wanted;
  double min, max;

  static DigestState& At(const GroupRows& groups, int64_t i) { return *reinterpret_cast<DigestState*>(groups.state(i)); }
  bool empty() const { return compressed_count == 0 && pending_count == 0; }
  void See(double low, double high) {
    // As the order has it: NaN is above all.
    const auto less = [](double a, double b) { return a < b || (std::isnan(b) && !std::isnan(a)); };
    if (empty() || less(low, min)) min = low;
    if (empty() || less(max, high)) max = high;
  }
};

double WeightOf(const std::vector<Centroid>& centroids) {
  double out = 0;
  for (const Centroid& c : centroids) out += c.weight;
  return out;
}

class DigestKernel final : public AggregateKernel {
 public:
  explicit DigestKernel(PercentileOptions options) : options_(std::move(options)) {}
  int32_t state_size() const override { return sizeof(DigestState); }
  const std::shared_ptr<arrow::DataType>& result_type() const override { return options_.result; }

  arrow::Status Reserve(const AggregateInput& input, const GroupRows& groups) const override {
    arrow::Status status;
    ForEachValid(*input.columns[options_.value], groups, [&](int64_t i, int64_t) {
      DigestState& state = DigestState::At(groups, i);
      ++state.wanted;
      if (status.ok() && state.pending_count + state.wanted > state.capacity) status = Grow(&state, groups.heap(i), state.pending_count + state.wanted);
    });
    return status;
  }

  arrow::Status Update(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[options_.value];
    ForEachValid(column, groups, [&](int64_t i, int64_t position) {
      DigestState& state = DigestState::At(groups, i);
      state.wanted = 0;
      double weight = 1;
      if (options_.weighted) {
        if (!IsValid(*input.columns[options_.weight], position)) return;
        weight = RealAt(*input.columns[options_.weight], position);
        if (!(weight > 0)) return;
      }
      Add(&state, {RealAt(column, position), weight});
    });
    return arrow::Status::OK();
  }

  arrow::Status ReserveMerge(const GroupRows& groups, uint8_t* const* from) const override {
    for (int64_t i = 0; i < groups.count; ++i) {
      const auto& other = *reinterpret_cast<const DigestState*>(from[i] + groups.offset);
      ARROW_RETURN_NOT_OK(ReserveFor(groups, i, other.compressed_count, other.pending_count));
    }
    return arrow::Status::OK();
  }
  arrow::Status Merge(const GroupRows& groups, uint8_t* const* from) const override {
    for (int64_t i = 0; i < groups.count; ++i) {
      const auto& other = *reinterpret_cast<const DigestState*>(from[i] + groups.offset);
      Join(&DigestState::At(groups, i), other);
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    const auto estimate = [&](int64_t i, double* out) {
      const DigestState& state = DigestState::At(groups, i);
      if (state.empty()) return false;
      std::vector<Centroid> all = Sorted(state);
      const double count = WeightOf(all);
      CompressCentroids(&all, count, options_.centroids);
      *out = EstimateQuantile(all, count, state.min, state.max, options_.fraction);
      return true;
    };
    if (options_.result->id() == arrow::Type::FLOAT) {
      return FixedArray<float>(options_.result, groups.count, pool, [&](int64_t i, float* out) {
        double value = 0;
        const bool there = estimate(i, &value);
        *out = static_cast<float>(value);
        return there;
      });
    }
    return FixedArray<double>(options_.result, groups.count, pool, estimate);
  }

  // min, max, number of compressed centroids, all centroids.
  std::vector<std::shared_ptr<arrow::DataType>> serialized_types() const override { return {arrow::large_binary()}; }
  arrow::Result<std::vector<std::shared_ptr<arrow::Array>>> Serialize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    std::string bytes;
    ARROW_ASSIGN_OR_RAISE(auto array, TextArray(arrow::large_binary(), groups.count, pool, [&](int64_t i, std::string_view* out) {
      const DigestState& state = DigestState::At(groups, i);
      if (state.empty()) return false;
      const double head[3] = {state.min, state.max, static_cast<double>(state.compressed_count)};
      bytes.assign(reinterpret_cast<const char*>(head), sizeof(head));
      bytes.append(reinterpret_cast<const char*>(state.compressed), state.compressed_count * sizeof(Centroid));
      bytes.append(reinterpret_cast<const char*>(state.pending), state.pending_count * sizeof(Centroid));
      *out = bytes;
      return true;
    }));
    return std::vector<std::shared_ptr<arrow::Array>>{array};
  }
  arrow::Status ReserveSerialized(Serialized states, const GroupRows& groups) const override {
    const TextColumn texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      if (!IsValid(*states[0], groups.position(i))) continue;
      std::vector<Centroid> copy;
      const DigestState other = Read(texts[groups.position(i)], &copy);
      ARROW_RETURN_NOT_OK(ReserveFor(groups, i, other.compressed_count, other.pending_count));
    }
    return arrow::Status::OK();
  }
  arrow::Status MergeSerialized(Serialized states, const GroupRows& groups) const override {
    const TextColumn texts(*states[0]);
    for (int64_t i = 0; i < groups.count; ++i) {
      if (!IsValid(*states[0], groups.position(i))) continue;
      std::vector<Centroid> copy;
      const DigestState other = Read(texts[groups.position(i)], &copy);
      Join(&DigestState::At(groups, i), other);
    }
    return arrow::Status::OK();
  }

 private:
  uint32_t Room() const { return static_cast<uint32_t>(options_.centroids) + 8; }

  arrow::Status Grow(DigestState* state, StateHeap& heap, uint32_t wanted) const {
    if (state->capacity >= kPending) return arrow::Status::OK();
    const uint32_t capacity = std::min(kPending, std::max({kFirstPending, wanted, state->capacity * 2}));
    const uint32_t room = capacity == kPending ? Room() : 0;
    ARROW_ASSIGN_OR_RAISE(uint8_t* bytes, heap.Allocate(static_cast<int64_t>(sizeof(Centroid)) * (capacity + room)));
    auto* pending = reinterpret_cast<Centroid*>(bytes) + room;
    if (state->pending_count > 0) std::memcpy(pending, state->pending, state->pending_count * sizeof(Centroid));
    if (room > 0) state->compressed = reinterpret_cast<Centroid*>(bytes);
    state->pending = pending;
    state->capacity = capacity;
    return arrow::Status::OK();
  }
  arrow::Status ReserveFor(const GroupRows& groups, int64_t i, uint32_t compressed, uint32_t pending) const {
    DigestState& state = DigestState::At(groups, i);
    const uint32_t wanted = compressed > 0 ? kPending : std::min(kPending, state.pending_count + pending + state.wanted);
    state.wanted += pending;  // the same group may come again in this batch
    return wanted > state.capacity ? Grow(&state, groups.heap(i), wanted) : arrow::Status::OK();
  }

  static std::vector<Centroid> Sorted(const DigestState& state) {
    std::vector<Centroid> all(state.compressed, state.compressed + state.compressed_count);
    all.insert(all.end(), state.pending, state.pending + state.pending_count);
    SortCentroids(all.data(), all.data() + all.size());
    return all;
  }
  void Store(DigestState* state, std::vector<Centroid> all) const {
    CompressCentroids(&all, WeightOf(all), options_.centroids);
    // Rounding may leave a few more than there is room for: they join the last.
    for (; all.size() > Room(); all.pop_back()) {
      Centroid &last = all[all.size() - 2], &extra = all.back();
      last.mean = (last.mean * last.weight + extra.mean * extra.weight) / (last.weight + extra.weight);
      last.weight += extra.weight;
    }
    std::copy(all.begin(), all.end(), state->compressed);
    state->compressed_count = static_cast<uint32_t>(all.size());
    state->pending_count = 0;
  }
  void Add(DigestState* state, Centroid value) const {
    if (state->pending_count == kPending) Store(state, Sorted(*state));
    state->See(value.mean, value.mean);
    state->pending[state->pending_count++] = value;
  }
  void Join(DigestState* state, const DigestState& other) const {
    state->wanted = 0;
    if (other.empty()) return;
    state->See(other.min, other.max);
    if (other.compressed_count == 0) {
      for (uint32_t k = 0; k < other.pending_count; ++k) {
        if (state->pending_count == kPending) Store(state, Sorted(*state));
        state->pending[state->pending_count++] = other.pending[k];
      }
      return;
    }
    auto all = Sorted(*state);
    const auto more = Sorted(other);
    all.insert(all.end(), more.begin(), more.end());
    SortCentroids(all.data(), all.data() + all.size());
    Store(state, std::move(all));
  }

  static DigestState Read(std::string_view bytes, std::vector<Centroid>* copy) {
    DigestState out{};
    double head[3];
    std::memcpy(head, bytes.data(), sizeof(head));
    copy->resize((bytes.size() - sizeof(head)) / sizeof(Centroid));
    if (!copy->empty()) std::memcpy(copy->data(), bytes.data() + sizeof(head), copy->size() * sizeof(Centroid));
    out.min = head[0];
    out.max = head[1];
    out.compressed_count = static_cast<uint32_t>(head[2]);
    out.pending_count = static_cast<uint32_t>(copy->size()) - out.compressed_count;
    out.compressed = copy->data();
    out.pending = copy->data() + out.compressed_count;
    return out;
  }

  const PercentileOptions options_;
};

}  // namespace

arrow::Result<std::shared_ptr<const AggregateKernel>> MakeDigestKernel(const PercentileOptions& options) { return std::make_shared<DigestKernel>(options); }

}  // namespace bowstring
