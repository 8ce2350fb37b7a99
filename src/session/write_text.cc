// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "session/write_text.h"

#include <cstring>

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/gather.h"

namespace bowstring {
namespace {

using arrow::Result;

// Text of one call; what isn't in the budget while it is made.
constexpr size_t kPiece = 1 << 20;

class TextOperator final : public exec::Operator {
 public:
  TextOperator(std::shared_ptr<const FileFormat> format, std::shared_ptr<arrow::Schema> rows)
      : schema_(TextBatchSchema()), rows_(std::move(rows)), format_(std::move(format)) {}
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  struct State final : exec::OpState {
    std::shared_ptr<arrow::RecordBatch> batch;  // without a selection; while its rows are being given out
    int64_t row = 0;
  };
  std::unique_ptr<exec::OpState> Open() const override { return std::make_unique<State>(); }

  Result<Step> Process(TaskContext& context, exec::OpState* base, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    State& state = static_cast<State&>(*base);
    if (state.batch == nullptr) {
      ARROW_ASSIGN_OR_RAISE(state.batch, Compact(*in, context.pool()));
      ARROW_ASSIGN_OR_RAISE(state.batch, AsRows(*state.batch));
      state.row = 0;
    }
    const int64_t all = state.batch->num_rows();
    if (state.row < all) {
      std::string text;
      ARROW_ASSIGN_OR_RAISE(const int64_t next, format_->AppendRows(*state.batch, state.row, all, kPiece, &text));
      const auto size = static_cast<int64_t>(text.size());
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer, arrow::AllocateBuffer(size, context.pool()));
      std::memcpy(buffer->mutable_data(), text.data(), text.size());
      auto texts = std::make_shared<arrow::LargeBinaryArray>(1, arrow::Buffer::FromVector(std::vector<int64_t>{0, size}), std::move(buffer));
      auto rows = std::make_shared<arrow::Int64Array>(1, arrow::Buffer::FromVector(std::vector<int64_t>{next - state.row}));
      out->data = arrow::RecordBatch::Make(schema_, 1, {std::move(texts), std::move(rows)});
      out->rows = nullptr;
      state.row = next;
    }
    if (state.row < all) return Step::kHaveMore;
    state.batch.reset();
    return Step::kNeedInput;
  }

  std::string name() const override { return "DataSinkExec"; }

 private:
  // Inside, columns may be called as where they come from.
  Result<std::shared_ptr<arrow::RecordBatch>> AsRows(const arrow::RecordBatch& batch) const {
    arrow::FieldVector fields;
    for (int i = 0; i < batch.num_columns(); ++i) {
      const auto& field = rows_->field(i);
      if (!field->nullable() && batch.column_data(i)->GetNullCount() > 0) {
        return Error(ErrorKind::kExecution, "Column '", field->name(), "' is declared as non-nullable but contains null values");
      }
      fields.push_back(batch.schema()->field(i)->WithName(field->name()));
    }
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(), batch.column_data());
  }

  const std::shared_ptr<arrow::Schema> schema_, rows_;
  const std::shared_ptr<const FileFormat> format_;
};

}  // namespace

std::shared_ptr<arrow::Schema> TextBatchSchema() {
  static const auto* schema = new std::shared_ptr<arrow::Schema>(
      arrow::schema({arrow::field("text", arrow::large_binary(), false), arrow::field("rows", arrow::int64(), false)}));
  return *schema;
}

std::shared_ptr<exec::Operator> MakeTextOperator(std::shared_ptr<const FileFormat> format, std::shared_ptr<arrow::Schema> rows) {
  return std::make_shared<TextOperator>(std::move(format), std::move(rows));
}

std::string_view TextOf(const arrow::RecordBatch& batch, int64_t piece, int64_t* rows) {
  *rows = static_cast<const arrow::Int64Array&>(*batch.column(1)).Value(piece);
  return static_cast<const arrow::LargeBinaryArray&>(*batch.column(0)).GetView(piece);
}

}  // namespace bowstring
