// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/unnest.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include <bowstring/error.h>

#include "functions/gather_rows.h"

namespace bowstring::exec {
namespace {

// What a batch may copy of text and lists that are repeated beside the elements.
constexpr int64_t kRepeatedBytes = 1 << 20;

/// Where the elements of a list column's rows are. Looks only at what the array owns.
class ListReader {
 public:
  static arrow::Result<ListReader> Make(const arrow::ArrayData& list) {
    ListReader reader;
    reader.offset_ = list.offset;
    reader.id_ = list.type->id();
    if (list.GetNullCount() > 0 && list.buffers[0]) reader.valid_ = list.buffers[0]->data();
    switch (reader.id_) {
      case arrow::Type::LIST:
      case arrow::Type::MAP:
      case arrow::Type::LARGE_LIST:
        reader.offsets_ = list.buffers[1] ? list.buffers[1]->data() : nullptr;
        break;
      case arrow::Type::LIST_VIEW:
      case arrow::Type::LARGE_LIST_VIEW:
        reader.offsets_ = list.buffers[1] ? list.buffers[1]->data() : nullptr;
        reader.sizes_ = list.buffers[2] ? list.buffers[2]->data() : nullptr;
        break;
      case arrow::Type::FIXED_SIZE_LIST:
        reader.width_ = static_cast<const arrow::FixedSizeListType&>(*list.type).list_size();
        break;
      default:
        return bowstring::Error(ErrorKind::kInternal, "unnest of ", list.type->ToString());
    }
    return reader;
  }

  bool null(int64_t row) const { return valid_ != nullptr && !arrow::bit_util::GetBit(valid_, offset_ + row); }
  void Get(int64_t row, int64_t* begin, int64_t* length) const {
    row += offset_;
    switch (id_) {
      case arrow::Type::LARGE_LIST: {
        const auto* at = reinterpret_cast<const int64_t*>(offsets_) + row;
        *begin = at[0];
        *length = at[1] - at[0];
        return;
      }
      case arrow::Type::LIST_VIEW:
        *begin = reinterpret_cast<const int32_t*>(offsets_)[row];
        *length = reinterpret_cast<const int32_t*>(sizes_)[row];
        return;
      case arrow::Type::LARGE_LIST_VIEW:
        *begin = reinterpret_cast<const int64_t*>(offsets_)[row];
        *length = reinterpret_cast<const int64_t*>(sizes_)[row];
        return;
      case arrow::Type::FIXED_SIZE_LIST:
        *begin = row * width_;
        *length = width_;
        return;
      default: {
        const auto* at = reinterpret_cast<const int32_t*>(offsets_) + row;
        *begin = at[0];
        *length = at[1] - at[0];
        return;
      }
    }
  }

 private:
  arrow::Type::type id_ = arrow::Type::LIST;
  int64_t offset_ = 0, width_ = 0;
  const uint8_t* valid_ = nullptr;
  const uint8_t* offsets_ = nullptr;
  const uint8_t* sizes_ = nullptr;
};

// Bytes that one more copy of a row costs beyond its fixed width, roughly: elements of nested types are taken as 16 bytes each.
int64_t CopyBytes(const arrow::ArrayData& column, int64_t row) {
  switch (column.type->id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY: {
      if (!column.buffers[1] || column.buffers[1]->size() == 0) return 0;
      const auto* at = reinterpret_cast<const int32_t*>(column.buffers[1]->data()) + column.offset + row;
      return at[1] - at[0];
    }
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY: {
      if (!column.buffers[1] || column.buffers[1]->size() == 0) return 0;
      const auto* at = reinterpret_cast<const int64_t*>(column.buffers[1]->data()) + column.offset + row;
      return at[1] - at[0];
    }
    case arrow::Type::LIST:
    case arrow::Type::MAP:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
    case arrow::Type::FIXED_SIZE_LIST: {
      auto reader = ListReader::Make(column);
      if (!reader.ok() || reader->null(row)) return 0;
      int64_t begin = 0, length = 0;
      reader->Get(row, &begin, &length);
      return 16 * length;
    }
    case arrow::Type::STRUCT: {
      int64_t bytes = 0;
      for (const auto& child : column.child_data) {
        if (child->type->id() != arrow::Type::STRUCT) bytes += CopyBytes(*child, column.offset + row);
      }
      return bytes;
    }
    default:
      return 0;
  }
}

struct UnnestState : OpState {
  std::shared_ptr<arrow::RecordBatch> of;  // the batch that the rest is about
  int64_t row = 0;      // of the rows selected
  int64_t element = 0;  // of that row
};

class UnnestOperator final : public Operator {
 public:
  explicit UnnestOperator(UnnestSpec spec) : spec_(std::move(spec)) {
    for (const auto& output : spec_.outputs) {
      auto& columns = output.elements ? lists_ : repeated_;
      if (std::find(columns.begin(), columns.end(), output.input) == columns.end()) columns.push_back(output.input);
    }
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return spec_.schema; }
  std::unique_ptr<OpState> Open() const override { return std::make_unique<UnnestState>(); }
  std::string name() const override { return "UnnestExec"; }

  arrow::Result<Step> Process(TaskContext& context, OpState* opened, const Batch* in, Batch* out) const override {
    if (in == nullptr) return Step::kNeedInput;
    auto& state = static_cast<UnnestState&>(*opened);
    if (state.of != in->data) {
      state.of = in->data;
      state.row = state.element = 0;
    }
    if (lists_.empty()) {  // structs only
      ARROW_ASSIGN_OR_RAISE(*out, Fields(context, *in));
      state.of = nullptr;
      return Step::kNeedInput;
    }
    ARROW_ASSIGN_OR_RAISE(const Plan plan, PlanRows(context, *in, state));
    if (!plan.rows.empty()) {
      ARROW_ASSIGN_OR_RAISE(*out, Build(context, *in->data, plan));
    }
    state.row = plan.next_row;
    state.element = plan.next_element;
    if (state.row < in->num_rows()) return Step::kHaveMore;
    state.of = nullptr;
    return Step::kNeedInput;
  }

 private:
  // Rows of one batch that is to come: of each the input's row, of each list the element or -1.
  struct Plan {
    std::vector<int32_t> rows;
    std::vector<std::vector<int64_t>> elements;
    std::vector<bool> contiguous;  // the list's elements are one after the other, none is missing
    int64_t next_row = 0, next_element = 0;
  };

  arrow::Result<Plan> PlanRows(TaskContext& context, const Batch& in, const UnnestState& state) const {
    Plan plan;
    std::vector<ListReader> readers;
    for (const int column : lists_) {
      ARROW_ASSIGN_OR_RAISE(auto reader, ListReader::Make(*in.data->column_data(column)));
      readers.push_back(reader);
    }
    plan.elements.resize(lists_.size());
    plan.contiguous.assign(lists_.size(), true);
    int64_t row = state.row, element = state.element;
    const int64_t rows = in.num_rows();
    int64_t room = spec_.batch_rows, bytes = kRepeatedBytes;
    std::vector<int64_t> begins(lists_.size()), lengths(lists_.size());
    for (int64_t looked = 0; row < rows && room > 0; ++looked) {
      if ((looked & 1023) == 1023 && context.Stop()) break;
      const int64_t at = in.rows ? in.rows->data()[row] : row;
      int64_t longest = 0;
      for (size_t l = 0; l < lists_.size(); ++l) {
        begins[l] = lengths[l] = 0;
        if (readers[l].null(at)) {
          if (spec_.preserve_nulls) longest = std::max<int64_t>(longest, 1);
          continue;
        }
        readers[l].Get(at, &begins[l], &lengths[l]);
        longest = std::max(longest, lengths[l]);
      }
      int64_t take = std::min(longest - element, room);
      if (take > 0) {
        int64_t cost = 0;
        for (const int column : repeated_) cost += CopyBytes(*in.data->column_data(column), at);
        if (cost > 0) {
          if (bytes <= 0 && !plan.rows.empty()) break;
          take = std::clamp<int64_t>(bytes / cost, plan.rows.empty() ? 1 : 0, take);
          if (take == 0) break;
          bytes -= take * cost;
        }
        plan.rows.insert(plan.rows.end(), static_cast<size_t>(take), static_cast<int32_t>(at));
        for (size_t l = 0; l < lists_.size(); ++l) {
          auto& elements = plan.elements[l];
          const int64_t have = std::clamp<int64_t>(lengths[l] - element, 0, take);
          const int64_t first = begins[l] + element;
          if (have < take || (!elements.empty() && elements.back() + 1 != first)) plan.contiguous[l] = false;
          for (int64_t i = 0; i < have; ++i) elements.push_back(first + i);
          elements.insert(elements.end(), static_cast<size_t>(take - have), -1);
        }
        room -= take;
        element += take;
      }
      if (element < longest) break;
      ++row;
      element = 0;
    }
    plan.next_row = row;
    plan.next_element = element;
    return plan;
  }

  arrow::Result<Batch> Build(TaskContext& context, const arrow::RecordBatch& in, const Plan& plan) const {
    const auto n = static_cast<int64_t>(plan.rows.size());
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (const auto& output : spec_.outputs) {
      const arrow::ArrayData& column = *in.column_data(output.input);
      std::shared_ptr<arrow::ArrayData> made;
      if (output.elements) {
        const auto l = static_cast<size_t>(std::find(lists_.begin(), lists_.end(), output.input) - lists_.begin());
        const auto& values = column.child_data[0];
        if (plan.contiguous[l]) {
          made = values->Slice(plan.elements[l].front(), n);
        } else {
          ARROW_ASSIGN_OR_RAISE(made, Gather(*values, plan.elements[l].data(), n, context.pool()));
        }
      } else if (output.field >= 0) {
        ARROW_ASSIGN_OR_RAISE(auto field, FieldOf(context, column, output.field));
        ARROW_ASSIGN_OR_RAISE(made, Gather(*field, plan.rows.data(), n, context.pool()));
      } else {
        ARROW_ASSIGN_OR_RAISE(made, Gather(column, plan.rows.data(), n, context.pool()));
      }
      columns.push_back(std::move(made));
    }
    Batch batch;
    batch.data = arrow::RecordBatch::Make(spec_.schema, n, std::move(columns));
    return batch;
  }

  arrow::Result<Batch> Fields(TaskContext& context, const Batch& in) const {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (const auto& output : spec_.outputs) {
      auto column = in.data->column_data(output.input);
      if (output.field >= 0) {
        ARROW_ASSIGN_OR_RAISE(column, FieldOf(context, *column, output.field));
      }
      columns.push_back(std::move(column));
    }
    Batch batch = in;
    batch.data = arrow::RecordBatch::Make(spec_.schema, in.data->num_rows(), std::move(columns));
    return batch;
  }

  // A field's values, NULL where the struct is.
  static arrow::Result<std::shared_ptr<arrow::ArrayData>> FieldOf(TaskContext& context, const arrow::ArrayData& column, int field) {
    const arrow::StructArray array(column.Copy());
    ARROW_ASSIGN_OR_RAISE(auto values, array.GetFlattenedField(field, context.pool()));
    return values->data();
  }

  const UnnestSpec spec_;
  std::vector<int> lists_, repeated_;
};

}  // namespace

std::shared_ptr<Operator> MakeUnnest(UnnestSpec spec) { return std::make_shared<UnnestOperator>(std::move(spec)); }

}  // namespace bowstring::exec
