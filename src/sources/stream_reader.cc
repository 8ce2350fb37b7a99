// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/stream_reader.h"

#include <exception>
#include <atomic>
#include <chrono>
#include <thread>

#include <cxxabi.h>
#include <utility>

#include <arrow/util/byte_size.h>

#include <bowstring/error.h>

#include "base/fork.h"
#include "base/nesting.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr int64_t kKeptInMemory = int64_t{256} << 20;

}  // namespace

struct StreamReader::State {
  // Set once.
  std::shared_ptr<arrow::Schema> schema;
  Open open;
  Options options;
  NestingPtr nesting;  // of the thread, from before it starts
  const void* identity() const { return options.identity ? options.identity.get() : this; }

  std::mutex mutex;  // guards what follows; no foreign code and no batch's destructor runs under it
  std::condition_variable asked;
  bool started = false, stop = false, ended = false, reading = false;
  uint64_t generation = 0;  // ForkGeneration of the thread
  int64_t wanted = 0;      // how many batches shall have been read
  int64_t read = 0;        // how many have
  Status error;            // why it ended
  std::vector<Waker> waiting;
  // Batches there: all of them with `keep`, else the one read last. Beyond the memory kept, in `file`: kept index i is its batch
  // i - batches.size().
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  int64_t bytes = 0;
  std::unique_ptr<SpillFile> file;
};

StreamReader::StreamReader(std::shared_ptr<arrow::Schema> schema, Open open, Options options) : state_(std::make_shared<State>()) {
  state_->schema = std::move(schema);
  state_->open = std::move(open);
  state_->options = std::move(options);
}

StreamReader::~StreamReader() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->stop = true;
  state_->asked.notify_all();
}

Result<bool> StreamReader::Get(int64_t index, const std::function<Waker()>& waker, arrow::MemoryPool* pool,
                               std::shared_ptr<arrow::RecordBatch>* out) {
  State& state = *state_;
  std::unique_lock<std::mutex> lock(state.mutex);
  if (index < state.read) {
    if (!state.options.keep) {
      *out = std::move(state.batches[0]);
      return true;
    }
    if (index < static_cast<int64_t>(state.batches.size())) {
      *out = state.batches[index];
      return true;
    }
    const int64_t at = index - static_cast<int64_t>(state.batches.size());
    lock.unlock();  // the file's batches are there for good
    ARROW_ASSIGN_OR_RAISE(*out, state.file->Read(at, pool));
    return true;
  }
  if (state.ended) {
    ARROW_RETURN_NOT_OK(state.error);
    *out = nullptr;
    return true;
  }
  if (state.started && state.generation != ForkGeneration()) {
    return Error(ErrorKind::kConsumer, "a stream that was being read before fork() can't be read in the child process");
  }
  if (IsNestedIn(state.identity())) {
    return Error(ErrorKind::kExecution, "a stream reads itself: to give its next batch it runs a query over the table that it feeds");
  }
  state.waiting.push_back(waker());
  state.wanted = std::max(state.wanted, index + 1);
  if (!state.started) {
    state.started = true;
    state.generation = ForkGeneration();
    state.nesting = std::make_shared<const Nesting>(Nesting{CurrentNesting(), state.identity()});
    try {
      std::thread(Run, state_).detach();
    } catch (const std::exception& e) {
      state.started = false;
      state.waiting.pop_back();
      return Error(ErrorKind::kExecution, "can't start a thread for reading a stream: ", e.what());
    }
  }
  state.asked.notify_one();
  return false;
}

namespace {
std::atomic<int> g_reading{0};  // threads inside of foreign streams
std::atomic<bool> g_stopping{false};
}  // namespace

void StreamReader::StopAll() {
  g_stopping.store(true);
  for (int i = 0; i < 1000 && g_reading.load() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void StreamReader::Run(std::shared_ptr<State> state) {
  const NestingScope nesting(state->nesting);
  std::shared_ptr<arrow::RecordBatchReader> reader;
  const auto next = [&]() -> Result<std::shared_ptr<arrow::RecordBatch>> {
    try {
      if (reader == nullptr) {
        ARROW_ASSIGN_OR_RAISE(reader, state->open());
        if (!reader->schema()->Equals(*state->schema, /*check_metadata=*/false)) {
          return Error(ErrorKind::kExecution, "a stream changed its schema: from ", state->schema->ToString(), " to ",
                       reader->schema()->ToString());
        }
      }
      std::shared_ptr<arrow::RecordBatch> batch;
      ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
      if (batch != nullptr) {
        const Status valid = state->options.full_check ? batch->ValidateFull() : batch->Validate();
        if (!valid.ok()) return Error(ErrorKind::kExecution, "a stream gave a batch that isn't valid: ", valid.message());
      }
      return batch;
#if defined(__GLIBCXX__)
    } catch (abi::__forced_unwind&) {
      // The foreign stream's runtime is ending (Python, at its exit) and ends the threads that come to it. This one may not be unwound
      // through frames that must not throw; it stays until the process is gone.
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
#endif
    } catch (const std::exception& e) {
      return Error(ErrorKind::kExecution, "reading a stream failed: ", e.what());
    } catch (...) {
      return Error(ErrorKind::kExecution, "reading a stream failed");
    }
  };
  std::unique_lock<std::mutex> lock(state->mutex);
  while (!state->stop && !state->ended) {
    if (state->read >= state->wanted) {
      state->asked.wait(lock);
      continue;
    }
    lock.unlock();
    g_reading.fetch_add(1);
    if (g_stopping.load()) {
      g_reading.fetch_sub(1);
      return;
    }
    Result<std::shared_ptr<arrow::RecordBatch>> batch = next();
    g_reading.fetch_sub(1);
    Status kept;
    bool on_disk = false;
    int64_t size = 0;
    if (batch.ok() && *batch != nullptr && state->options.keep) {
      size = arrow::util::TotalBufferSize(**batch);
      // `bytes`, and who writes to the file, are this thread's alone.
      if (state->options.spill != nullptr && state->bytes + size > kKeptInMemory) {
        if (state->file == nullptr) {
          auto file = SpillFile::Create(state->options.spill, state->schema);
          if (file.ok()) {
            std::lock_guard<std::mutex> relock(state->mutex);
            state->file = *std::move(file);
          } else {
            kept = file.status();
          }
        }
        if (kept.ok()) kept = state->file->Append(**batch, arrow::default_memory_pool());
        on_disk = kept.ok();
      }
    }
    std::vector<Waker> wake;
    lock.lock();
    if (!batch.ok() || !kept.ok()) {
      state->ended = true;
      state->error = batch.ok() ? kept : batch.status();
    } else if (*batch == nullptr) {
      state->ended = true;
    } else {
      ++state->read;
      state->bytes += size;
      if (!state->options.keep) {
        state->batches.assign(1, *std::move(batch));
      } else if (!on_disk) {
        state->batches.push_back(*std::move(batch));
      }
    }
    wake.swap(state->waiting);
    lock.unlock();
    for (const Waker& waker : wake) waker.Wake();
    lock.lock();
  }
  lock.unlock();
  reader.reset();  // the foreign release callback runs here too
}

}  // namespace bowstring
