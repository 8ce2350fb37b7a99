// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/aggregate_function.h>

#include <algorithm>
#include <utility>

#include <arrow/memory_pool.h>
#include <arrow/status.h>

namespace bowstring {
namespace {

// Small at first, since a table has a heap for each of its partitions; below 64 KiB, where the allocator wastes least.
constexpr int64_t kFirstPiece = 1 << 10, kMostPiece = 60 << 10;

}  // namespace

StateHeap::StateHeap(StateHeap&& other) noexcept : pool_(other.pool_) { *this = std::move(other); }

StateHeap& StateHeap::operator=(StateHeap&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  pool_ = other.pool_;
  pieces_ = std::exchange(other.pieces_, {});
  next_ = std::exchange(other.next_, nullptr);
  left_ = std::exchange(other.left_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

arrow::Result<uint8_t*> StateHeap::Allocate(int64_t size) {
  size = (size + 7) & ~int64_t{7};
  if (size > left_) {
    const int64_t usual = std::min(kMostPiece, std::max(kFirstPiece, bytes_));
    const int64_t piece = std::max(size, usual);
    uint8_t* data = nullptr;
    ARROW_RETURN_NOT_OK(pool_->Allocate(piece, &data));
    pieces_.push_back({data, piece});
    bytes_ += piece;
    // A large request gets a piece of its own; what is left of the current one goes on being used.
    if (piece - size <= left_) return data;
    next_ = data;
    left_ = piece;
  }
  uint8_t* out = next_;
  next_ += size;
  left_ -= size;
  return out;
}

void StateHeap::Adopt(StateHeap&& other) {
  if (left_ < other.left_) {
    next_ = other.next_;
    left_ = other.left_;
  }
  pieces_.insert(pieces_.end(), other.pieces_.begin(), other.pieces_.end());
  bytes_ += other.bytes_;
  other.pieces_.clear();
  other.next_ = nullptr;
  other.left_ = other.bytes_ = 0;
}

void StateHeap::Clear() {
  for (const Piece& piece : pieces_) pool_->Free(piece.data, piece.size);
  pieces_.clear();
  next_ = nullptr;
  left_ = bytes_ = 0;
}

arrow::Status AggregateKernel::Reserve(const AggregateInput&, const GroupRows&) const { return arrow::Status::OK(); }
arrow::Status AggregateKernel::ReserveMerge(const GroupRows&, uint8_t* const*) const { return arrow::Status::OK(); }
arrow::Status AggregateKernel::ReserveSerialized(Serialized, const GroupRows&) const { return arrow::Status::OK(); }

arrow::Result<ResolvedAggregate> AggregateFunction::Resolve(const std::vector<ArgumentInfo>& arguments, bool distinct) const {
  AggregateRequest request;
  request.arguments = arguments;
  request.distinct = distinct;
  return Resolve(request);
}

}  // namespace bowstring
