// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Batches come from many workers, out of order. Each gets a column that says for each row whether it begins a partition or a group of peers; whether
// its first row does is known when all are there, from the keys of the rows at the batches' edges. Then the rows are cut into segments of whole
// partitions, which are morsels.

#include "exec/window.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

#include <arrow/api.h>

#include <bowstring/error.h>

#include "exec/batch_queue.h"
#include "exec/sort_key.h"
#include "exec/window_aggregate.h"
#include "expr/gather.h"

namespace bowstring::exec {
namespace {

constexpr uint8_t kPartitionBegins = 2, kPeersBegin = 1;

using Arrays = std::vector<std::shared_ptr<arrow::Array>>;

/// Whether rows of two arrays differ.
bool Differ(const arrow::ArrayData& a, int64_t i, const arrow::ArrayData& b, int64_t j) { return CompareValues(a, i, b, j) != 0; }

template <typename T>
void FlagFixed(const arrow::ArrayData& key, uint8_t mark, uint8_t* flags) {
  const T* values = key.GetValues<T>(1);
  if (key.GetNullCount() == 0) {
    for (int64_t i = 1; i < key.length; ++i) flags[i] |= values[i] != values[i - 1] ? mark : 0;
    return;
  }
  for (int64_t i = 1; i < key.length; ++i) {
    const bool valid = key.IsValid(i);
    if (valid != key.IsValid(i - 1) || (valid && values[i] != values[i - 1])) flags[i] |= mark;
  }
}

/// Sets `mark` where a row's key differs from that of the row before.
void FlagChanges(const arrow::ArrayData& key, uint8_t mark, uint8_t* flags) {
  switch (key.type->id()) {
    case arrow::Type::INT32: case arrow::Type::UINT32: case arrow::Type::DATE32: case arrow::Type::TIME32: case arrow::Type::DECIMAL32:
      return FlagFixed<int32_t>(key, mark, flags);
    case arrow::Type::INT64: case arrow::Type::UINT64: case arrow::Type::DATE64: case arrow::Type::TIME64: case arrow::Type::DECIMAL64:
    case arrow::Type::TIMESTAMP: case arrow::Type::DURATION:
      return FlagFixed<int64_t>(key, mark, flags);
    default:
      for (int64_t i = 1; i < key.length; ++i) {
        if (Differ(key, i - 1, key, i)) flags[i] |= mark;
      }
  }
}

/// What is known of a batch in the queue.
struct BatchFacts {
  Seq seq;
  size_t index = 0;       // among the batches of its place
  int64_t rows = 0;
  Arrays first, last;     // keys of its first and last row: partition's, then order's
  int64_t cut = -1;       // the first row but 0 that begins a partition
  uint8_t first_flags = 0;
};

struct Piece {
  const BatchFacts* batch;
  int64_t offset, length;
};
using Segment = std::vector<Piece>;

/// What the sink's output has of it.
struct Shared {
  WindowSpec spec;
  std::shared_ptr<BatchQueue> queue;
  std::vector<BatchFacts> batches;  // in order
  std::vector<Segment> segments;
  // Columns computed for each batch: arguments and filters of all calls, and the key of RANGE.
  std::vector<std::shared_ptr<const BoundExpr>> exprs;
  std::shared_ptr<arrow::Schema> expr_schema;
  std::vector<std::vector<int>> argument_columns;
  std::vector<int> filter_columns;
  int range_column = -1;
};

/// One segment: loads its batches one a step, computes one call a step, then gives the batches out.
class WindowCursor final : public Cursor {
 public:
  WindowCursor(std::shared_ptr<const Shared> shared, const Segment& segment) : shared_(std::move(shared)), segment_(segment) {}

  arrow::Result<Step> Next(TaskContext& context, Batch* out) override {
    if (loaded_.size() < segment_.size()) {
      ARROW_RETURN_NOT_OK(Load(context));
      return Step::kHaveMore;
    }
    if (!ready_) {
      ARROW_RETURN_NOT_OK(Prepare(context));
      ready_ = true;
      return Step::kHaveMore;
    }
    if (values_.size() < shared_->spec.windows.size()) {
      auto value = Compute(context, values_.size());
      if (value.status().IsCancelled() && context.cancelled()) return Step::kHaveMore;
      ARROW_RETURN_NOT_OK(value.status());
      values_.push_back(*value);
      if (values_.size() == shared_->spec.windows.size()) Release();
      return Step::kHaveMore;
    }
    auto& batch = loaded_[given_];
    const int64_t rows = batch->num_rows();
    std::vector<std::shared_ptr<arrow::ArrayData>> columns = batch->column_data();
    columns.pop_back();  // flags
    for (const auto& value : values_) columns.push_back(value->Slice(row_, rows));
    out->data = arrow::RecordBatch::Make(shared_->spec.output, rows, std::move(columns));
    batch = nullptr;
    row_ += rows;
    return ++given_ == loaded_.size() ? Step::kFinished : Step::kHaveMore;
  }

 private:
  arrow::Status Load(TaskContext& context) {
    const Piece& piece = segment_[loaded_.size()];
    ARROW_ASSIGN_OR_RAISE(auto batch, shared_->queue->At(piece.batch->seq, piece.batch->index, context.pool()));
    if (piece.length < batch->num_rows()) batch = batch->Slice(piece.offset, piece.length);
    Batch in;
    in.data = batch;
    KernelContext kernel = shared_->spec.kernel;
    kernel.task = &context;
    kernel.exec = context.exec();
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (const auto& expr : shared_->exprs) {
      ARROW_ASSIGN_OR_RAISE(auto column, expr->EvaluateArray(kernel, in));
      columns.push_back(std::move(column));
    }
    inputs_.push_back({arrow::RecordBatch::Make(shared_->expr_schema, piece.length, std::move(columns)), 0, piece.length});
    loaded_.push_back(std::move(batch));
    return arrow::Status::OK();
  }

  arrow::Status Prepare(TaskContext& context) {
    int64_t rows = 0;
    for (const auto& batch : loaded_) rows += batch->num_rows();
    if (rows > INT32_MAX) return Error(ErrorKind::kNotImplemented, "a window partition of more than 2147483647 rows");
    std::shared_ptr<arrow::RecordBatch> inputs = inputs_[0].batch;
    if (inputs_.size() > 1 && !shared_->exprs.empty()) {
      ARROW_ASSIGN_OR_RAISE(inputs, ConcatenateRows(inputs_, context.pool()));
    }
    int64_t partitions = 0, peers = 0;
    const auto visit = [&](const auto& each) {
      int64_t row = 0;
      for (size_t b = 0; b < loaded_.size(); ++b) {
        const auto& column = *loaded_[b]->column_data(loaded_[b]->num_columns() - 1);
        const uint8_t* flags = column.GetValues<uint8_t>(1);
        for (int64_t i = 0; i < column.length; ++i, ++row) {
          uint8_t flag = flags[i];
          if (i == 0 && segment_[b].offset == 0) flag = segment_[b].batch->first_flags;
          if (row == 0) flag = kPartitionBegins;
          each(flag, row);
        }
      }
    };
    visit([&](uint8_t flag, int64_t) {
      partitions += (flag & kPartitionBegins) != 0;
      peers += flag != 0;
    });
    ARROW_ASSIGN_OR_RAISE(auto marks, arrow::AllocateBuffer((partitions + peers + 2) * 8, context.pool()));
    auto* first = reinterpret_cast<int64_t*>(marks->mutable_data());
    int64_t* group = first + partitions + 1;
    input_.partitions = {first, static_cast<size_t>(partitions + 1)};
    input_.peers = {group, static_cast<size_t>(peers + 1)};
    visit([&](uint8_t flag, int64_t row) {
      if (flag & kPartitionBegins) *first++ = row;
      if (flag != 0) *group++ = row;
    });
    *first = *group = rows;
    marks_ = std::move(marks);
    columns_ = std::move(inputs);
    inputs_.clear();
    input_.rows = rows;
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Compute(TaskContext& context, size_t w) {
    const BoundWindow& call = shared_->spec.windows[w];
    WindowInput input = input_;
    input.pool = context.pool();
    input.cancelled = [&context] { return context.cancelled(); };
    input.ignore_nulls = call.ignore_nulls;
    input.exclude = call.frame.exclude;
    for (const int column : shared_->argument_columns[w]) input.arguments.push_back(columns_->column_data(column));
    if (call.aggregate || call.kernel->uses_frame()) {
      if (!frames_ || !(frames_of_ == call.frame)) {
        frames_ = nullptr;
        ARROW_ASSIGN_OR_RAISE(auto frames, arrow::AllocateBuffer(input.rows * 16, context.pool()));
        auto* begin = reinterpret_cast<int64_t*>(frames->mutable_data());
        const arrow::ArrayData* key = shared_->range_column < 0 ? nullptr : columns_->column_data(shared_->range_column).get();
        ARROW_RETURN_NOT_OK(ComputeFrames(call.frame, input, key, begin, begin + input.rows));
        frames_ = std::move(frames);
        frames_of_ = call.frame;
      }
      input.frame_begin = reinterpret_cast<const int64_t*>(frames_->data());
      input.frame_end = input.frame_begin + input.rows;
    }
    if (!call.aggregate) return call.kernel->Evaluate(input);
    const int filter = shared_->filter_columns[w];
    return AggregateFrames(*call.aggregate, input, filter < 0 ? nullptr : columns_->column_data(filter).get(), call.distinct);
  }

  void Release() {
    columns_ = nullptr;
    frames_ = nullptr;
    marks_ = nullptr;
  }

  const std::shared_ptr<const Shared> shared_;
  const Segment& segment_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> loaded_;
  std::vector<BatchSlice> inputs_;
  std::shared_ptr<arrow::RecordBatch> columns_;
  std::shared_ptr<arrow::Buffer> marks_, frames_;
  BoundFrame frames_of_;
  WindowInput input_;
  bool ready_ = false;
  std::vector<std::shared_ptr<arrow::ArrayData>> values_;
  size_t given_ = 0;
  int64_t row_ = 0;
};

class WindowSource final : public Source {
 public:
  explicit WindowSource(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return shared_->spec.output; }
  arrow::Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    for (size_t i = 0; i < shared_->segments.size(); ++i) {
      Morsel morsel;
      morsel.number = i;
      for (const Piece& piece : shared_->segments[i]) {
        morsel.need += piece.length * 8 * static_cast<int64_t>(4 + shared_->exprs.size() + shared_->spec.windows.size());
      }
      out->push_back(std::move(morsel));
    }
    return Step::kFinished;
  }
  arrow::Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark*) override {
    return std::make_unique<WindowCursor>(shared_, shared_->segments[morsel.number]);
  }

 private:
  const std::shared_ptr<const Shared> shared_;
};

class WindowSink final : public Sink {
 public:
  WindowSink(std::shared_ptr<Shared> shared, std::shared_ptr<arrow::Schema> kept) : shared_(std::move(shared)), kept_(std::move(kept)) {}

  std::unique_ptr<SinkState> Open(int) override { return std::make_unique<SinkState>(); }

  arrow::Result<Step> Consume(TaskContext& context, SinkState*, const Batch* in, Seq seq) override {
    if (in == nullptr || in->num_rows() == 0) return Step::kNeedInput;
    const WindowSpec& spec = shared_->spec;
    Batch batch;
    ARROW_ASSIGN_OR_RAISE(batch.data, Compact(*in, context.pool()));
    const int64_t rows = batch.data->num_rows();
    KernelContext kernel = spec.kernel;
    kernel.task = &context;
    kernel.exec = context.exec();
    BatchFacts facts;
    facts.seq = seq;
    facts.rows = rows;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> flags_buffer, arrow::AllocateBuffer(rows, context.pool()));
    uint8_t* flags = flags_buffer->mutable_data();
    std::memset(flags, 0, static_cast<size_t>(rows));
    const int32_t edges[] = {0, static_cast<int32_t>(rows - 1)};
    const auto key = [&](const BoundExpr& expr, uint8_t mark) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto values, expr.EvaluateArray(kernel, batch));
      FlagChanges(*values->data(), mark, flags);
      for (const bool last : {false, true}) {
        ARROW_ASSIGN_OR_RAISE(auto edge, Gather(*values->data(), edges + (last ? 1 : 0), 1, context.pool()));
        auto one = arrow::RecordBatch::Make(arrow::schema({arrow::field("key", edge->type)}), 1, std::vector<std::shared_ptr<arrow::ArrayData>>{edge});
        ARROW_ASSIGN_OR_RAISE(one, CompactViews(std::move(one), context.pool(), 1.0));  // not to keep the page of a view
        (last ? facts.last : facts.first).push_back(one->column(0));
      }
      return arrow::Status::OK();
    };
    for (const auto& expr : spec.partition_by) ARROW_RETURN_NOT_OK(key(*expr, kPartitionBegins));
    for (const auto& expr : spec.order_by) ARROW_RETURN_NOT_OK(key(*expr, kPeersBegin));
    for (int64_t i = 1; i < rows && facts.cut < 0; ++i) {
      if (flags[i] & kPartitionBegins) facts.cut = i;
    }
    auto columns = batch.data->column_data();
    columns.push_back(arrow::ArrayData::Make(arrow::uint8(), rows, {nullptr, std::move(flags_buffer)}, 0));
    auto kept = arrow::RecordBatch::Make(kept_, rows, std::move(columns));
    const std::lock_guard lock(mutex_);
    auto& list = facts_[seq];
    facts.index = list.size();
    list.push_back(std::move(facts));
    shared_->queue->Add(seq, std::move(kept));
    return Step::kNeedInput;
  }

  arrow::Result<std::vector<std::unique_ptr<Job>>> Finish(TaskContext&) override { return std::vector<std::unique_ptr<Job>>{}; }

  arrow::Result<std::shared_ptr<Source>> Output() override {
    auto& batches = shared_->batches;
    for (auto& [seq, list] : facts_) {
      for (auto& facts : list) batches.push_back(std::move(facts));
    }
    facts_.clear();
    const size_t partition_keys = shared_->spec.partition_by.size();
    for (size_t b = 0; b < batches.size(); ++b) {
      uint8_t flags = b == 0 ? kPartitionBegins : 0;
      for (size_t k = 0; b > 0 && k < batches[b].first.size(); ++k) {
        if (Differ(*batches[b - 1].last[k]->data(), 0, *batches[b].first[k]->data(), 0)) flags |= k < partition_keys ? kPartitionBegins : kPeersBegin;
      }
      batches[b].first_flags = flags;
    }
    Segment segment;
    int64_t rows = 0;
    const auto end = [&] {
      if (rows > 0) shared_->segments.push_back(std::move(segment));
      segment.clear();
      rows = 0;
    };
    for (const BatchFacts& batch : batches) {
      if ((batch.first_flags & kPartitionBegins) && rows >= shared_->spec.segment_rows) end();
      int64_t from = 0;
      if (batch.cut > 0 && rows >= shared_->spec.segment_rows) {
        segment.push_back({&batch, 0, batch.cut});
        rows += batch.cut;
        end();
        from = batch.cut;
      }
      segment.push_back({&batch, from, batch.rows - from});
      rows += batch.rows - from;
    }
    end();
    return std::make_shared<WindowSource>(shared_);
  }
  std::string name() const override { return "WindowAggExec"; }
  SpillFigures spilled() const override { return shared_->queue->spilled(); }

 private:
  const std::shared_ptr<Shared> shared_;
  const std::shared_ptr<arrow::Schema> kept_;  // the input and the flags
  std::mutex mutex_;
  std::map<Seq, std::vector<BatchFacts>> facts_;
};

}  // namespace

arrow::Result<std::shared_ptr<Sink>> MakeWindow(WindowSpec spec, QueryMemory* memory, std::shared_ptr<SpillSpace> spill) {
  auto shared = std::make_shared<Shared>();
  ARROW_ASSIGN_OR_RAISE(auto kept, spec.schema->AddField(spec.schema->num_fields(), arrow::field("__flags", arrow::uint8(), false)));
  arrow::FieldVector fields;
  const auto add = [&](const std::shared_ptr<const BoundExpr>& expr) {
    for (size_t i = 0; i < shared->exprs.size(); ++i) {
      if (shared->exprs[i] == expr || (expr->column() >= 0 && shared->exprs[i]->column() == expr->column())) return static_cast<int>(i);
    }
    shared->exprs.push_back(expr);
    fields.push_back(arrow::field("c", expr->physical_type()));
    return static_cast<int>(fields.size()) - 1;
  };
  for (const BoundWindow& call : spec.windows) {
    std::vector<int> columns;
    for (const auto& argument : call.arguments) columns.push_back(add(argument));
    shared->argument_columns.push_back(std::move(columns));
    shared->filter_columns.push_back(call.filter ? add(call.filter) : -1);
  }
  for (const auto* keys : {&spec.partition_by, &spec.order_by}) {
    for (const auto& key : *keys) ARROW_RETURN_NOT_OK(KeyNormOf(key->physical_type()->id() == arrow::Type::DICTIONARY
                                                                     ? *static_cast<const arrow::DictionaryType&>(*key->physical_type()).value_type()
                                                                     : *key->physical_type()).status());
  }
  if (spec.range_key) shared->range_column = add(spec.range_key);
  shared->expr_schema = arrow::schema(std::move(fields));
  shared->queue = std::make_shared<BatchQueue>(kept, memory, std::move(spill), "WindowAggExec");
  shared->spec = std::move(spec);
  return std::make_shared<WindowSink>(std::move(shared), std::move(kept));
}

}  // namespace bowstring::exec
