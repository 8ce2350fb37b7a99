// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <arrow/c/abi.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>

namespace bowstring {

/// Figures of one query, true to what its consumer counted. A snapshot: taken at any time from any thread.
struct QueryStats {
  int64_t rows = 0, bytes = 0, batches = 0;  ///< handed out by this stream
  int64_t copied_bytes = 0;                  ///< bytes that were copied only to cut or compact batches
  int64_t spilled_bytes = 0, spill_count = 0;
  int64_t memory_bytes = 0, peak_bytes = 0;  ///< held by the whole query now, and at most
  int64_t consumer_bytes = 0;                ///< of these, in batches that consumers hold
  int64_t first_batch_ns = -1;               ///< from the first pull; -1: none yet
  int64_t rows_scanned = 0;                  ///< given out by sources so far
  double fraction = 0;                       ///< of the source morsels that are done, 0 to 1
  bool complete = false;                     ///< the end was reached without an error
};

/// Figures of one line of the physical plan, summed over its workers.
struct OperatorStats {
  std::string line;                          ///< as the plan's text has it, without indentation
  int depth = 0;                             ///< of the line, the root's is 0
  int64_t output_rows = 0, output_batches = 0;
  int64_t elapsed_compute_ns = 0;            ///< workers' time inside of it
  int64_t spill_count = 0, spilled_bytes = 0, spilled_rows = 0;  ///< known when the query has ended
};

/// The ordered way out of a query, or of one of its lanes. Pull-driven and lazy: nothing runs before the first Next().
///
/// Thread-safe: pulls from several threads are served one after the other; Cancel(), Close() and stats() never wait for a pull.
class BOWSTRING_EXPORT BatchStream {
 public:
  /// Closes.
  virtual ~BatchStream() = default;
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  /// The next batch; null at the end, and at every call after the end. Waits without holding what the wait hooks give up.
  /// An error is sticky: every later call fails alike. BudgetExceeded comes after `consumer_grace`.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
  /// As Next, but never waits: null and *ready = false where nothing is there yet; `on_ready` (or null) is then called once, from
  /// any thread, holding no lock, when Next would not wait. For event loops.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> TryNext(bool* ready, std::function<void()> on_ready) = 0;
  /// Ends the whole query with kCancelled. Returns at once.
  virtual void Cancel() = 0;
  /// This reader wants no more; the query ends when its last reader closes. Later pulls fail.
  virtual void Close() = 0;
  virtual QueryStats stats() const = 0;
  /// The physical plan's lines with their figures so far, from the root down. Empty for streams that aren't a query's.
  virtual std::vector<OperatorStats> operators() const { return {}; }
};

/// Moves a stream out through the Arrow C stream interface. `out` owns the stream; its callbacks may be called from any thread, catch
/// everything, and answer errno codes with the message kept for get_last_error.
BOWSTRING_EXPORT arrow::Status ExportStream(std::shared_ptr<BatchStream> stream, struct ArrowArrayStream* out);
/// Moves a batch out through the Arrow C data interface, as a struct array; `schema` may be null. The batch counts as held by the consumer
/// until it releases the array.
BOWSTRING_EXPORT arrow::Status ExportBatch(std::shared_ptr<arrow::RecordBatch> batch, struct ArrowArray* out, struct ArrowSchema* schema = nullptr);
/// True of streams that ExportStream of this library made.
BOWSTRING_EXPORT bool IsOwnStream(const struct ArrowArrayStream& stream);

/// What the core asks of its host language while a thread waits in it. All may be null (plain C++). Set once, by bindings.
struct WaitHooks {
  void* (*leave)() = nullptr;         ///< before waiting: gives up what must not be held (the GIL, if held); answer is passed back
  /// Every 20 ms of waiting, and after `signalled`: true ends the query with kInterrupted (a pending signal or exception). The second is what
  /// `signalled` says: on a thread that the host language doesn't know there is nothing else to go by.
  bool (*interrupted)(void*, bool) = nullptr;
  void (*enter)(void*) = nullptr;     ///< after waiting
  /// At a stream's opening with `*seen` of -1, and before each batch: true once for each interrupt of the process that came since. Takes no
  /// lock, may be asked on any thread.
  bool (*signalled)(int64_t* seen) = nullptr;
};
BOWSTRING_EXPORT void SetWaitHooks(const WaitHooks& hooks);

/// Ends all queries of the process with kCancelled and stops the workers, for good; waits up to a second for steps that run. For host languages,
/// before they end; a plain C++ program gets it at exit by itself.
BOWSTRING_EXPORT void Shutdown();

}  // namespace bowstring
