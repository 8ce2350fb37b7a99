// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/window_functions.h"

namespace bowstring {
namespace {

enum class Rank : uint8_t { kRowNumber, kRank, kDenseRank, kPercentRank, kCumeDist, kNtile };

class RankKernel final : public WindowKernel {
 public:
  explicit RankKernel(Rank rank) : rank_(rank) {}
  WindowNeed need() const override {
    switch (rank_) {
      case Rank::kRowNumber: return {WindowNeed::kRowsBefore};
      case Rank::kRank: return {WindowNeed::kPeersBefore};
      case Rank::kDenseRank: return {WindowNeed::kGroupsBefore};
      case Rank::kNtile: return {WindowNeed::kRowsAndSize};
      case Rank::kPercentRank: return {WindowNeed::kPeersAndSize};
      default: return {WindowNeed::kPeersEndAndSize};
    }
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Evaluate(const WindowInput& input) const override {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(input.rows * 8, input.pool));
    auto* counts = reinterpret_cast<uint64_t*>(buffer->mutable_data());
    auto* shares = reinterpret_cast<double*>(buffer->mutable_data());
    size_t group = 0;
    for (size_t p = 0; p + 1 < input.partitions.size(); ++p) {
      const int64_t begin = input.partitions[p], end = input.partitions[p + 1];
      if (input.cancelled && input.cancelled()) return arrow::Status::Cancelled("cancelled");
      const int64_t before = p == 0 ? input.rows_before : 0;
      if (rank_ == Rank::kRowNumber) {
        for (int64_t i = begin; i < end; ++i) counts[i] = static_cast<uint64_t>(before + i - begin + 1);
        continue;
      }
      const int64_t size = p == 0 && input.partition_rows >= 0 ? input.partition_rows : before + end - begin;
      if (rank_ == Rank::kNtile) {
        ARROW_RETURN_NOT_OK(Ntile(*input.arguments[0], begin, end, before, size, counts));
        continue;
      }
      const double rows = static_cast<double>(size);
      uint64_t dense = p == 0 ? static_cast<uint64_t>(input.groups_before) + 1 : 1;
      for (; input.peers[group] < end; ++group, ++dense) {
        const int64_t from = input.peers[group], to = input.peers[group + 1];
        switch (rank_) {
          case Rank::kRank: std::fill(counts + from, counts + to, static_cast<uint64_t>(before + from - begin + 1)); break;
          case Rank::kDenseRank: std::fill(counts + from, counts + to, dense); break;
          case Rank::kPercentRank:
            std::fill(shares + from, shares + to, size > 1 ? static_cast<double>(before + from - begin) / (rows - 1) : 0.0);
            break;
          default: std::fill(shares + from, shares + to, static_cast<double>(before + to - begin) / rows); break;
        }
      }
    }
    const bool share = rank_ == Rank::kPercentRank || rank_ == Rank::kCumeDist;
    return arrow::ArrayData::Make(share ? arrow::float64() : arrow::uint64(), input.rows, {nullptr, std::move(buffer)}, 0);
  }

 private:
  // Rows [begin, end) of a partition of `size` rows, of which `before` come before them. The first size % n tiles have a row more.
  static arrow::Status Ntile(const arrow::ArrayData& argument, int64_t begin, int64_t end, int64_t before, int64_t size, uint64_t* out) {
    const int64_t tiles = argument.IsValid(begin) ? argument.GetValues<int64_t>(1)[begin] : 0;
    if (tiles <= 0) return Error(ErrorKind::kExecution, "NTILE requires a positive integer");
    const int64_t each = size / tiles, larger = size % tiles, split = larger * (each + 1);
    for (int64_t i = before; i < before + end - begin; ++i) {
      out[begin + i - before] = static_cast<uint64_t>(i < split ? i / (each + 1) + 1 : larger + (i - split) / each + 1);
    }
    return arrow::Status::OK();
  }

  const Rank rank_;
};

void Add(WindowList* list, const char* name, Rank rank, const char* description) {
  const bool tiles = rank == Rank::kNtile;
  const bool share = rank == Rank::kPercentRank || rank == Rank::kCumeDist;
  const std::string syntax = std::string(name) + (tiles ? "(expression)" : "()");
  list->push_back(std::make_shared<BuiltinWindow>(
      name, std::vector<std::string>{}, FunctionDoc{"window", description, syntax, ""},
      [=, name = std::string(name)](const std::vector<ArgumentInfo>& arguments) -> arrow::Result<ResolvedWindow> {
        ResolvedWindow resolved;
        if (arguments.size() != (tiles ? 1u : 0u)) return NoWindowSignature(name, arguments, syntax);
        if (tiles) {
          const auto& type = *arguments[0].field->type();
          if (!arrow::is_integer(type.id()) && type.id() != arrow::Type::NA) return NoWindowSignature(name, arguments, "ntile(Integer)");
          resolved.argument_types = {arrow::int64()};
        }
        resolved.result = arrow::field(name, share ? arrow::float64() : arrow::uint64(), /*nullable=*/false);
        resolved.kernel = std::make_shared<RankKernel>(rank);
        return resolved;
      }));
}

}  // namespace

void AddWindowRanks(WindowList* list) {
  Add(list, "row_number", Rank::kRowNumber, "1, 2, 3, ... in each partition.");
  Add(list, "rank", Rank::kRank, "The place in the order; peers share one, and as many places are skipped after them.");
  Add(list, "dense_rank", Rank::kDenseRank, "The place in the order without gaps.");
  Add(list, "percent_rank", Rank::kPercentRank, "(rank - 1) / (rows of the partition - 1).");
  Add(list, "cume_dist", Rank::kCumeDist, "The share of the partition's rows up to the row and its peers.");
  Add(list, "ntile", Rank::kNtile, "The number of one of so many groups of equal size.");
}

}  // namespace bowstring
