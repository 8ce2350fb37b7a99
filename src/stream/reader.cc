// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "stream/reader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>

#include <arrow/record_batch.h>
#include <arrow/table.h>

#include <bowstring/error.h>

#include "base/fork.h"
#include "stream/wait_hooks.h"

namespace bowstring::stream {
namespace {

constexpr int64_t kPollNs = 20'000'000;
// Less isn't worth a file.
constexpr int64_t kLeastGivenBack = 256 << 10;

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A batch that counts as held by the consumer until it goes.
std::shared_ptr<arrow::RecordBatch> Counted(std::shared_ptr<arrow::RecordBatch> batch, std::shared_ptr<Lanes> lanes, int64_t bytes) {
  lanes->HoldByConsumer(bytes);
  struct Hold {
    Hold(std::shared_ptr<arrow::RecordBatch> b, std::shared_ptr<Lanes> l, int64_t n) : batch(std::move(b)), lanes(std::move(l)), bytes(n) {}
    ~Hold() { lanes->ReleaseByConsumer(bytes); }
    std::shared_ptr<arrow::RecordBatch> batch;
    std::shared_ptr<Lanes> lanes;
    int64_t bytes;
  };
  auto hold = std::make_shared<Hold>(std::move(batch), std::move(lanes), bytes);
  return {hold, hold->batch.get()};
}

class LaneReader final : public BatchStream {
 public:
  LaneReader(std::shared_ptr<Lanes> lanes, QueryHandle query, LaneId begin, LaneId end, ReaderSettings settings)
      : lanes_(std::move(lanes)), query_(std::move(query)), begin_(begin), end_(end), settings_(std::move(settings)), lane_(begin),
        skip_(settings_.skip), fetch_(settings_.fetch), generation_(ForkGeneration()) {
    Signalled(&signals_seen_);
  }

  ~LaneReader() override {
    if (generation_ != ForkGeneration()) {  // another process's threads own the query: leave it be
      new std::shared_ptr<Lanes>(std::move(lanes_));
      new QueryHandle(std::move(query_));
      return;
    }
    Close();
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return settings_.schema; }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    if (generation_ != ForkGeneration()) return ForkError();
    std::unique_lock pulls(pull_mutex_, std::try_to_lock);
    if (!pulls.owns_lock()) {
      HookedWait hooks;
      pulls.lock();
    }
    return Pull(/*wait=*/true, nullptr);
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> TryNext(bool* ready, std::function<void()> on_ready) override {
    if (generation_ != ForkGeneration()) return ForkError();
    std::unique_lock pulls(pull_mutex_, std::try_to_lock);
    if (!pulls.owns_lock()) {
      HookedWait hooks;
      pulls.lock();
    }
    *ready = true;
    bool waits = false;
    auto batch = Pull(/*wait=*/false, &waits);
    if (waits) {
      *ready = false;
      if (on_ready) lanes_->WhenReady(lane_, std::move(on_ready));
    }
    return batch;
  }

  void Cancel() override {
    if (generation_ != ForkGeneration()) return;
    query_.demand->Cancel(MakeError(ErrorKind::kCancelled, "the query was cancelled"));
  }

  void Close() override {
    if (generation_ != ForkGeneration() || closed_.exchange(true)) return;
    for (LaneId lane = begin_; lane < end_; ++lane) {
      lanes_->Drop(lane);
      query_.demand->Drop(lane);
    }
  }

  std::vector<OperatorStats> operators() const override {
    if (generation_ != ForkGeneration() || !query_.operators) return {};
    return query_.operators();
  }

  QueryStats stats() const override {
    QueryStats stats;
    stats.rows = rows_.load(std::memory_order_relaxed);
    stats.bytes = bytes_.load(std::memory_order_relaxed);
    stats.batches = batches_.load(std::memory_order_relaxed);
    stats.copied_bytes = copied_.load(std::memory_order_relaxed);
    stats.first_batch_ns = first_batch_ns_.load(std::memory_order_relaxed);
    stats.complete = complete_.load(std::memory_order_relaxed);
    if (generation_ != ForkGeneration()) return stats;
    stats.consumer_bytes = lanes_->consumer_bytes();
    stats.spilled_bytes = lanes_->spilled_bytes();
    stats.spill_count = lanes_->spill_count();
    if (query_.fill_stats) query_.fill_stats(&stats);
    return stats;
  }

 private:
  static arrow::Status ForkError() {
    return MakeError(ErrorKind::kConsumer, "this stream was opened before the process forked; open a new one in the child");
  }

  struct Piece {
    std::shared_ptr<arrow::RecordBatch> batch;
    int64_t offset = 0, bytes = 0;
    int64_t rows() const { return batch->num_rows() - offset; }
  };

  // Under pull_mutex_.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Pull(bool wait, bool* waits) {
    if (!sticky_.ok()) return sticky_;
    if (complete_.load(std::memory_order_relaxed)) return nullptr;
    if (closed_.load()) return MakeError(ErrorKind::kConsumer, "the stream is closed");
    if (start_ns_ < 0) start_ns_ = Now();
    // What is ready by then isn't given out any more: the caller has its thread back in time. A consumer slower than the query never waits
    // here, and would never learn of a signal.
    auto ended = TimeLeft() <= 0 ? TimedOut() : Signalled(&signals_seen_) ? Signal() : arrow::Status::OK();
    auto batch = ended.ok() ? Assemble(wait, waits) : arrow::Result<std::shared_ptr<arrow::RecordBatch>>(ended);
    if (!batch.ok()) {
      sticky_ = batch.status();
      pieces_.clear();
      return sticky_;
    }
    if (*batch) {
      GiveBack();
      if (first_batch_ns_.load(std::memory_order_relaxed) < 0) first_batch_ns_.store(Now() - start_ns_, std::memory_order_relaxed);
      rows_.fetch_add((*batch)->num_rows(), std::memory_order_relaxed);
      batches_.fetch_add(1, std::memory_order_relaxed);
    } else if (waits == nullptr || !*waits) {
      complete_.store(true, std::memory_order_relaxed);
      // Nothing more is wanted, though sources may have more (LIMIT).
      if (!closed_.exchange(true)) {
        for (LaneId lane = begin_; lane < end_; ++lane) {
          lanes_->Drop(lane);
          query_.demand->Drop(lane);
        }
      }
    }
    return batch;
  }

  // Rows that the next batch is to have, as far as the first pending piece tells.
  int64_t Target() const {
    int64_t target = settings_.batch_size;
    if (!pieces_.empty() && pieces_.front().batch->num_rows() > 0) {
      const auto& piece = pieces_.front();
      const int64_t row_bytes = std::max<int64_t>(1, piece.bytes / piece.batch->num_rows());
      target = std::clamp<int64_t>(settings_.batch_bytes / row_bytes, 1, target);
    }
    if (fetch_ >= 0) target = std::min(target, fetch_);
    return target;
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Assemble(bool wait, bool* waits) {
    for (;;) {
      if (fetch_ == 0) return nullptr;
      const int64_t target = Target();
      if (pending_rows_ >= target || (pending_rows_ > 0 && (lane_ended_ || settings_.preserve_batches))) {
        return Cut(std::min(target, settings_.preserve_batches ? pieces_.front().rows() : pending_rows_));
      }
      if (lane_ended_) {
        if (lane_ + 1 >= end_) {
          const bool only = settings_.empty_batch && batches_.load(std::memory_order_relaxed) == 0;
          return only ? arrow::RecordBatch::MakeEmpty(settings_.schema) : arrow::Result<std::shared_ptr<arrow::RecordBatch>>(nullptr);
        }
        ++lane_;
        lane_ended_ = false;
        continue;
      }
      auto taken = lanes_->TryTake(lane_, /*pull=*/true, [this](int64_t bytes) { query_.demand->MakeRoom(bytes); });
      if (taken.batch || taken.end || !taken.error.ok()) {
        if (pulled_) query_.demand->Unpull(lane_);
        pulled_ = false;
        if (!taken.error.ok()) return taken.error;
        if (taken.stale) query_.demand->Room(lane_);
        if (taken.batch) Add(std::move(taken));
        lane_ended_ = taken.end;
        continue;
      }
      if (!pulled_) query_.demand->Pull(lane_);
      pulled_ = true;
      query_.demand->Room(lane_);  // the front turn has room now
      if (!wait) {
        *waits = true;
        return nullptr;
      }
      ARROW_ASSIGN_OR_RAISE(const bool flush, WaitForLane());
      if (flush) return Cut(pending_rows_);
    }
  }

  void Add(Lanes::Taken taken) {
    int64_t rows = taken.batch->num_rows();
    int64_t offset = std::min(skip_, rows);
    skip_ -= offset;
    if (rows == offset) return;
    pending_rows_ += rows - offset;
    pieces_.push_back(Piece{std::move(taken.batch), offset, taken.bytes});
  }

  // What is left of a batch that was cut waits in the lane: while nobody asks for it others may need its memory.
  void GiveBack() {
    if (pieces_.size() != 1 || closed_.load()) return;
    auto& piece = pieces_.front();
    const int64_t bytes = piece.bytes * piece.rows() / std::max<int64_t>(1, piece.batch->num_rows());
    if (bytes < kLeastGivenBack) return;
    pending_rows_ -= piece.rows();
    lanes_->Return(lane_, piece.offset == 0 ? piece.batch : piece.batch->Slice(piece.offset), bytes);
    pieces_.clear();
    lane_ended_ = false;  // the lane says so again
  }

  int64_t TimeLeft() const { return settings_.timeout_ns < 0 ? INT64_MAX : start_ns_ + settings_.timeout_ns - Now(); }
  arrow::Status TimedOut() {
    auto cause = bowstring::Error(ErrorKind::kTimeout, "the query's timeout of ", static_cast<double>(settings_.timeout_ns) / 1e9, " s ran out");
    query_.demand->Cancel(cause);
    return cause;
  }

  arrow::Status Signal() {
    HookedWait hooks;
    return hooks.Interrupted(true) ? Interrupted() : arrow::Status::OK();
  }
  arrow::Status Interrupted() {
    auto cause = MakeError(ErrorKind::kInterrupted, "KeyboardInterrupt: the query was interrupted");
    query_.demand->Cancel(cause);
    return cause;
  }

  // True: nothing comes for a while, and the query's first rows are here; they needn't fill a batch.
  arrow::Result<bool> WaitForLane() {
    if (lanes_->Wait(lane_, 2000)) return false;  // mostly it is there at once: no visit to the GIL
    HookedWait hooks;
    for (;;) {
      int64_t nap = kPollNs;
      if (settings_.timeout_ns >= 0) {
        if (TimeLeft() <= 0) return TimedOut();
        nap = std::min(nap, TimeLeft());
      }
      if (lanes_->Wait(lane_, nap)) return false;
      if (pending_rows_ > 0 && batches_.load(std::memory_order_relaxed) == 0) return true;
      if (hooks.Interrupted(Signalled(&signals_seen_))) return Interrupted();
      if (closed_.load()) return MakeError(ErrorKind::kConsumer, "the stream was closed while it was read");
    }
  }

  // The first `rows` pending rows as one batch: a slice where they lie together.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Cut(int64_t rows) {
    const auto before = pieces_.size() > 1 ? pieces_ : std::deque<Piece>{};
    std::vector<std::shared_ptr<arrow::RecordBatch>> parts;
    int64_t bytes = 0;
    for (int64_t left = rows; left > 0;) {
      auto& piece = pieces_.front();
      const int64_t n = std::min(left, piece.rows());
      bytes += piece.bytes * n / std::max<int64_t>(1, piece.batch->num_rows());
      parts.push_back(piece.offset == 0 && n == piece.batch->num_rows() ? piece.batch : piece.batch->Slice(piece.offset, n));
      piece.offset += n;
      left -= n;
      if (piece.rows() == 0) pieces_.pop_front();
    }
    auto batch = parts.front();
    if (parts.size() > 1) {
      auto whole = arrow::ConcatenateRecordBatches(parts, settings_.pool);
      if (whole.status().IsOutOfMemory()) {  // as they come, then
        pieces_ = before;
        return Cut(parts.front()->num_rows());
      }
      ARROW_ASSIGN_OR_RAISE(batch, std::move(whole));
    }
    pending_rows_ -= rows;
    if (fetch_ >= 0) fetch_ -= rows;
    if (parts.size() > 1) {
      copied_.fetch_add(bytes, std::memory_order_relaxed);
    }
    bytes_.fetch_add(bytes, std::memory_order_relaxed);
    return Counted(std::move(batch), lanes_, bytes);
  }

  std::shared_ptr<Lanes> lanes_;
  QueryHandle query_;
  const LaneId begin_, end_;
  const ReaderSettings settings_;
  std::mutex pull_mutex_;  // orders the pulls; Close and Cancel don't take it
  LaneId lane_;
  bool lane_ended_ = false, pulled_ = false;
  std::deque<Piece> pieces_;
  int64_t pending_rows_ = 0;
  int64_t skip_, fetch_;
  int64_t start_ns_ = -1;
  int64_t signals_seen_ = -1;
  arrow::Status sticky_;
  const uint64_t generation_;
  std::atomic<bool> closed_{false}, complete_{false};
  std::atomic<int64_t> rows_{0}, bytes_{0}, batches_{0}, copied_{0}, first_batch_ns_{-1};
};

}  // namespace

std::shared_ptr<BatchStream> OpenReader(std::shared_ptr<Lanes> lanes, QueryHandle query, LaneId begin, LaneId end, ReaderSettings settings) {
  return std::make_shared<LaneReader>(std::move(lanes), std::move(query), begin, end, std::move(settings));
}

}  // namespace bowstring::stream
