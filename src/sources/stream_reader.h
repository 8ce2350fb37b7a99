// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <bowstring/table_source.h>

#include "base/spill.h"

namespace bowstring {

/// Reads one foreign stream on a thread of its own, a batch at a time and only when asked: foreign code may block, and must never do so
/// on a worker.
///
/// States: Idle (no thread) -first Ask-> Waiting <-Ask- Reading ... -> Ended (end of stream or error, sticky). The thread holds the shared
/// state; a reader that goes away while the foreign code is inside leaves the thread to end by itself. Thread-safe.
class StreamReader {
 public:
  /// At the process's end: no foreign stream is read any more; waits up to a second for reads that run.
  static void StopAll();

  using Open = std::function<arrow::Result<std::shared_ptr<arrow::RecordBatchReader>>()>;
  struct Options {
    bool keep = false;  ///< batches stay, for any number of passes; else each is given out once
    bool full_check = false;
    std::shared_ptr<SpillSpace> spill;
    std::shared_ptr<const void> identity;  ///< of the table whose readers these are; null: this reader alone
  };
  StreamReader(std::shared_ptr<arrow::Schema> schema, Open open, Options options);
  ~StreamReader();

  /// Batch number `index` in `*out`; null in it where the stream has ended before. False: it isn't there yet; it is being read now, and
  /// `waker` will be fired. Without `keep` index must rise by one from call to call.
  arrow::Result<bool> Get(int64_t index, const std::function<Waker()>& waker, arrow::MemoryPool* pool,
                          std::shared_ptr<arrow::RecordBatch>* out);

 private:
  struct State;
  static void Run(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace bowstring
