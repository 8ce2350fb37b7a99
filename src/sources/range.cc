// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/range.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using Wide = __int128;

constexpr int64_t kMorselRows = 1 << 18;
constexpr int64_t kMinLaneRows = 1 << 16;
constexpr int kMorselsPerSplit = 16;

/// Values start + i * step for i below count, in `type`.
struct Progression {
  int64_t start = 0, step = 1;
  int64_t count = 0;
  int64_t At(int64_t i) const { return static_cast<int64_t>(static_cast<Wide>(start) + static_cast<Wide>(step) * i); }
};

int64_t CountOf(int64_t start, int64_t end, int64_t step, bool inclusive) {
  Wide span = step > 0 ? static_cast<Wide>(end) - start : static_cast<Wide>(start) - end;
  const Wide stride = step > 0 ? static_cast<Wide>(step) : -static_cast<Wide>(step);
  if (inclusive) span += 1;
  if (span <= 0) return 0;
  const Wide count = (span + stride - 1) / stride;
  return static_cast<int64_t>(std::min<Wide>(count, std::numeric_limits<int64_t>::max()));
}

Result<Batch> MakeBatch(const std::shared_ptr<arrow::Schema>& schema, std::shared_ptr<arrow::Buffer> values, int64_t rows,
                        int64_t first_row, const Morsel& morsel) {
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  for (const auto& field : schema->fields()) {
    columns.push_back(arrow::ArrayData::Make(field->type(), rows, {nullptr, values}, 0));
  }
  Batch batch;
  batch.data = arrow::RecordBatch::Make(schema, rows, std::move(columns));
  batch.seq.morsel = morsel.number;
  batch.first_row = first_row;
  return batch;
}

class ProgressionCursor final : public Cursor {
 public:
  ProgressionCursor(std::shared_ptr<arrow::Schema> schema, Progression values, const Morsel& morsel, int64_t row, int64_t batch_rows)
      : schema_(std::move(schema)), values_(values), morsel_(morsel), row_(row), batch_rows_(batch_rows) {}

  Result<Step> Next(TaskContext& context, Batch* out) override {
    const int64_t rows = std::min(batch_rows_, morsel_.end - morsel_.begin - row_);
    if (rows <= 0) return Step::kFinished;
    std::shared_ptr<arrow::Buffer> buffer;
    if (schema_->num_fields() > 0) {
      ARROW_ASSIGN_OR_RAISE(buffer, arrow::AllocateBuffer(rows * sizeof(int64_t), context.pool()));
      auto* to = reinterpret_cast<int64_t*>(buffer->mutable_data());
      // Unsigned: the last sum may step past the type's end without being used.
      auto value = static_cast<uint64_t>(values_.At(morsel_.begin + row_));
      for (int64_t i = 0; i < rows; ++i, value += static_cast<uint64_t>(values_.step)) to[i] = static_cast<int64_t>(value);
    }
    ARROW_ASSIGN_OR_RAISE(*out, MakeBatch(schema_, std::move(buffer), rows, row_, morsel_));
    row_ += rows;
    return row_ == morsel_.end - morsel_.begin ? Step::kFinished : Step::kHaveMore;
  }
  std::optional<Mark> Position() const override { return Mark{row_}; }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Progression values_;
  Morsel morsel_;
  int64_t row_;
  int64_t batch_rows_;
};

class ProgressionSource final : public Source {
 public:
  ProgressionSource(std::shared_ptr<arrow::Schema> schema, Progression values, const ScanRequest& request)
      : schema_(std::move(schema)), values_(values), limit_(request.limit), batch_rows_(std::max<int64_t>(request.batch_rows, 1)) {
    const int64_t useful = limit_ ? std::min(*limit_, values.count) : values.count;
    const int64_t most = std::max<int64_t>(1, useful / kMinLaneRows);
    lanes_ = static_cast<int32_t>(std::clamp<int64_t>(request.target_partitions, 1, most));
    next_.resize(lanes_);
    for (int32_t lane = 0; lane < lanes_; ++lane) next_[lane] = Begin(lane);
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  int32_t lanes() const override { return lanes_; }

  Result<Step> Split(TaskContext&, LaneId lane, std::vector<Morsel>* out) override {
    const int64_t begin = Begin(lane);
    int64_t end = Begin(lane + 1);
    if (limit_) end = begin + std::min(end - begin, *limit_);
    for (int i = 0; i < kMorselsPerSplit && next_[lane] < end; ++i) {
      const int64_t row = next_[lane];
      // Cut at fixed rows of the whole range, so that numbers rise over the lanes; a lane's first and last may be short.
      const int64_t until = std::min(end, (row / kMorselRows + 1) * kMorselRows);
      Morsel morsel;
      morsel.number = static_cast<uint64_t>(row / kMorselRows) + static_cast<uint64_t>(lane);
      morsel.need = batch_rows_ * static_cast<int64_t>(sizeof(int64_t));
      morsel.begin = row;
      morsel.end = until;
      out->push_back(std::move(morsel));
      next_[lane] = until;
    }
    return next_[lane] < end ? Step::kHaveMore : Step::kFinished;
  }

  Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<ProgressionCursor>(schema_, values_, morsel, from ? from->row : 0, batch_rows_);
  }

 private:
  int64_t Begin(int32_t lane) const { return static_cast<int64_t>(static_cast<Wide>(values_.count) * lane / lanes_); }

  std::shared_ptr<arrow::Schema> schema_;
  Progression values_;
  std::optional<int64_t> limit_;
  int64_t batch_rows_;
  int32_t lanes_;
  std::vector<int64_t> next_;  // a lane's next row; Split is serialised per lane
};

std::shared_ptr<arrow::Schema> Project(const arrow::Schema& schema, const std::vector<int>& projection) {
  arrow::FieldVector fields;
  for (int column : projection) fields.push_back(schema.field(column));
  return arrow::schema(std::move(fields), schema.metadata());
}

class ProgressionTable final : public TableSource {
 public:
  ProgressionTable(std::shared_ptr<arrow::DataType> type, Progression values)
      : schema_(arrow::schema({arrow::field("value", std::move(type), false)})), values_(values) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  TableStatistics statistics() const override {
    TableStatistics statistics;
    statistics.rows = values_.count;
    statistics.rows_exact = true;
    if (values_.count <= std::numeric_limits<int64_t>::max() / 8) statistics.bytes = values_.count * 8;
    return statistics;
  }
  Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    return std::make_shared<ProgressionSource>(Project(*schema_, request.projection), values_, request);
  }
  std::string kind() const override { return "range"; }
  std::string Describe() const override {
    if (values_.count == 0) return "rows=0";
    return "start=" + std::to_string(values_.start) + ", step=" + std::to_string(values_.step) +
           ", rows=" + std::to_string(values_.count);
  }
  std::vector<std::string> ordered_by() const override {
    return values_.step > 0 ? std::vector<std::string>{"value"} : std::vector<std::string>{};
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Progression values_;
};

/// A day of the Gregorian calendar plus months: the day is cut to the month's last.
int64_t AddMonths(int64_t days, int32_t months) {
  using namespace std::chrono;
  const year_month_day date{sys_days{std::chrono::days{days}}};
  const year_month month = date.year() / date.month() + std::chrono::months{months};
  const auto last = year_month_day_last{month.year(), month_day_last{month.month()}}.day();
  return sys_days{month / std::min(date.day(), last)}.time_since_epoch().count();
}

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Steps of months have no closed form (the 31st becomes the 28th and stays there), so one cursor walks them all.
struct Calendar {
  int64_t start = 0, end = 0;
  RangeStep step;
  bool inclusive = false;
  int64_t per_day = 1;    // units of the type in a day
  int64_t nanos_unit = 1;  // nanoseconds in a unit

  std::optional<int64_t> After(int64_t value) const {
    const int64_t day = FloorDiv(value, per_day);
    if (std::abs(day) > 3'000'000) return std::nullopt;  // past the calendar's years
    const Wide next = (static_cast<Wide>(AddMonths(day, step.months)) + step.days) * per_day + (value - day * per_day) +
                      step.nanos / nanos_unit;
    if (next > std::numeric_limits<int64_t>::max() || next < std::numeric_limits<int64_t>::min()) return std::nullopt;
    return static_cast<int64_t>(next);
  }
  bool Within(int64_t value) const {
    const bool up = step.months > 0 || (step.months == 0 && (step.days > 0 || (step.days == 0 && step.nanos > 0)));
    if (value == end) return inclusive;
    return up ? value < end : value > end;
  }
};

class CalendarCursor final : public Cursor {
 public:
  CalendarCursor(std::shared_ptr<arrow::Schema> schema, Calendar calendar, const Morsel& morsel, int64_t row, int64_t batch_rows)
      : schema_(std::move(schema)), calendar_(calendar), morsel_(morsel), row_(row), batch_rows_(batch_rows) {
    next_ = calendar_.start;
    for (int64_t i = 0; i < row && next_; ++i) next_ = calendar_.After(*next_);
  }

  Result<Step> Next(TaskContext& context, Batch* out) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(batch_rows_ * sizeof(int64_t), context.pool()));
    auto* to = reinterpret_cast<int64_t*>(buffer->mutable_data());
    int64_t rows = 0;
    for (; rows < batch_rows_ && next_ && calendar_.Within(*next_); ++rows) {
      to[rows] = *next_;
      const std::optional<int64_t> after = calendar_.After(*next_);
      // A step like "1 month -40 days" may go nowhere.
      if (after && *after == *next_) return Error(ErrorKind::kExecution, "range: the step does not move the timestamp on");
      next_ = after;
    }
    if (rows == 0) return Step::kFinished;
    ARROW_ASSIGN_OR_RAISE(*out, MakeBatch(schema_, std::shared_ptr<arrow::Buffer>(std::move(buffer)), rows, row_, morsel_));
    row_ += rows;
    return next_ && calendar_.Within(*next_) ? Step::kHaveMore : Step::kFinished;
  }
  std::optional<Mark> Position() const override { return Mark{row_}; }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Calendar calendar_;
  Morsel morsel_;
  int64_t row_;
  int64_t batch_rows_;
  std::optional<int64_t> next_;
};

class CalendarSource final : public Source {
 public:
  CalendarSource(std::shared_ptr<arrow::Schema> schema, Calendar calendar, int64_t batch_rows)
      : schema_(std::move(schema)), calendar_(calendar), batch_rows_(std::max<int64_t>(batch_rows, 1)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  Result<Step> Split(TaskContext&, LaneId, std::vector<Morsel>* out) override {
    Morsel morsel;
    morsel.need = batch_rows_ * static_cast<int64_t>(sizeof(int64_t));
    out->push_back(std::move(morsel));
    return Step::kFinished;
  }
  Result<std::unique_ptr<Cursor>> Open(const Morsel& morsel, const Mark* from) override {
    return std::make_unique<CalendarCursor>(schema_, calendar_, morsel, from ? from->row : 0, batch_rows_);
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Calendar calendar_;
  int64_t batch_rows_;
};

class CalendarTable final : public TableSource {
 public:
  CalendarTable(std::shared_ptr<arrow::DataType> type, Calendar calendar)
      : schema_(arrow::schema({arrow::field("value", std::move(type), false)})), calendar_(calendar) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    return std::make_shared<CalendarSource>(Project(*schema_, request.projection), calendar_, request.batch_rows);
  }
  std::string kind() const override { return "range"; }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Calendar calendar_;
};

}  // namespace

Result<std::shared_ptr<TableSource>> MakeRange(int64_t start, int64_t end, int64_t step, bool inclusive) {
  if (step == 0) return Error(ErrorKind::kPlan, "Step cannot be zero");
  return std::make_shared<ProgressionTable>(arrow::int64(), Progression{start, step, CountOf(start, end, step, inclusive)});
}

Result<std::shared_ptr<TableSource>> MakeTimestampRange(std::shared_ptr<arrow::DataType> type, int64_t start, int64_t end,
                                                        RangeStep step, bool inclusive) {
  int64_t per_second = 1;
  switch (static_cast<const arrow::TimestampType&>(*type).unit()) {
    case arrow::TimeUnit::SECOND: per_second = 1; break;
    case arrow::TimeUnit::MILLI: per_second = 1'000; break;
    case arrow::TimeUnit::MICRO: per_second = 1'000'000; break;
    case arrow::TimeUnit::NANO: per_second = 1'000'000'000; break;
  }
  const int64_t per_day = per_second * 86'400, nanos_unit = 1'000'000'000 / per_second;
  if (step.nanos % nanos_unit != 0) return Error(ErrorKind::kPlan, "the step is finer than ", type->ToString());
  if (step.months == 0) {
    const Wide units = static_cast<Wide>(step.days) * per_day + step.nanos / nanos_unit;
    if (units == 0) return Error(ErrorKind::kPlan, "Step cannot be zero");
    if (units > std::numeric_limits<int64_t>::max() || units < std::numeric_limits<int64_t>::min()) {
      return Error(ErrorKind::kPlan, "the step is too large for ", type->ToString());
    }
    const auto stride = static_cast<int64_t>(units);
    return std::make_shared<ProgressionTable>(std::move(type), Progression{start, stride, CountOf(start, end, stride, inclusive)});
  }
  return std::make_shared<CalendarTable>(std::move(type), Calendar{start, end, step, inclusive, per_day, nanos_unit});
}

}  // namespace bowstring
