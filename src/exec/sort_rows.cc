// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/sort_rows.h"

#include <map>

#include <bowstring/error.h>

namespace bowstring::exec {
namespace {

constexpr int kStageShift = 44;

std::unique_ptr<SortForm> MakeForm(const std::vector<std::shared_ptr<arrow::Field>>& fields, const std::vector<int>& key_fields,
                                   const std::vector<KeyNorm>& norms, const std::vector<BoundSortKey>& keys, int whole_keys, int place) {
  auto form = std::make_unique<SortForm>(RowLayout(0, fields));
  for (size_t k = 0; k < keys.size(); ++k) {
    form->keys.push_back({form->layout.field(key_fields[k]), norms[k], keys[k].ascending, keys[k].nulls_first});
  }
  form->whole.assign(form->keys.begin(), form->keys.begin() + whole_keys);
  form->place = place;
  return form;
}

}  // namespace

arrow::Result<SortPlace> PlaceOf(Seq seq, int64_t row) {
  if (seq.morsel >> kStageShift != 0 || seq.stage >> (64 - kStageShift) != 0) {
    return Error(ErrorKind::kInternal, "morsel ", seq.morsel, " of stage ", seq.stage, " is out of a sort's range");
  }
  return SortPlace{uint64_t{seq.stage} << kStageShift | seq.morsel, static_cast<uint64_t>(row)};
}

arrow::Result<std::shared_ptr<const SortPlan>> SortPlan::Make(SortSpec spec, bool places) {
  auto plan = std::make_shared<SortPlan>();
  std::vector<std::shared_ptr<arrow::Field>> fields, output;
  std::map<int, int> stored_as;
  auto store = [&](int column) {
    const auto [at, fresh] = stored_as.emplace(column, static_cast<int>(fields.size()));
    if (fresh) {
      fields.push_back(spec.schema->field(column));
      plan->sources_.push_back({column, nullptr});
    }
    return at->second;
  };
  for (int column : spec.output) {
    if (column < 0 || column >= spec.schema->num_fields()) return Error(ErrorKind::kInternal, "sort: no input column ", column);
    plan->output_fields_.push_back(store(column));
    output.push_back(spec.schema->field(column));
  }
  std::vector<KeyNorm> norms;
  for (const BoundSortKey& key : spec.keys) {
    std::shared_ptr<arrow::DataType> type = key.expr->physical_type();
    const bool dictionary = type->id() == arrow::Type::DICTIONARY;
    if (dictionary) type = static_cast<const arrow::DictionaryType&>(*type).value_type();
    ARROW_ASSIGN_OR_RAISE(const KeyNorm norm, KeyNormOf(*type));
    norms.push_back(norm);
    const int column = key.expr->column();
    if (column >= 0 && !dictionary) {
      plan->key_fields_.push_back(store(column));
      continue;
    }
    plan->key_fields_.push_back(static_cast<int>(fields.size()));
    plan->sources_.push_back({-1, key.expr.get()});
    fields.push_back(arrow::field("key" + std::to_string(norms.size()), type));
  }
  plan->stored_ = static_cast<int>(fields.size());
  std::vector<std::shared_ptr<arrow::Field>> run = fields, fence;
  run.push_back(arrow::field("morsel", arrow::uint64(), false));
  run.push_back(arrow::field("row", arrow::uint64(), false));
  std::vector<int> fence_keys;
  for (int field : plan->key_fields_) {
    fence_keys.push_back(static_cast<int>(fence.size()));
    plan->fence_fields_.push_back(field);
    fence.push_back(fields[field]);
  }
  const int fence_place = static_cast<int>(fence.size());
  for (int extra = 0; extra < 2; ++extra) {
    plan->fence_fields_.push_back(plan->stored_ + extra);
    fence.push_back(run[plan->stored_ + extra]);
  }
  plan->output_schema_ = arrow::schema(std::move(output));
  plan->memory_ = places ? MakeForm(run, plan->key_fields_, norms, spec.keys, spec.whole_keys, plan->stored_)
                         : MakeForm(fields, plan->key_fields_, norms, spec.keys, spec.whole_keys, -1);
  plan->run_ = MakeForm(run, plan->key_fields_, norms, spec.keys, spec.whole_keys, plan->stored_);
  plan->fence_ = MakeForm(fence, fence_keys, norms, spec.keys, spec.whole_keys, fence_place);
  plan->run_schema_ = arrow::schema(std::move(run));
  plan->spec_ = std::move(spec);
  return plan;
}

arrow::Result<std::vector<RowColumn>> SortPlan::Columns(TaskContext& context, const Batch& batch) const {
  const int64_t n = batch.num_rows();
  const int32_t* selected = batch.rows ? batch.rows->data() : nullptr;
  KernelContext kernel = spec_.kernel;
  kernel.task = &context;
  kernel.exec = context.exec();
  std::vector<RowColumn> columns;
  for (const Stored& source : sources_) {
    if (source.column >= 0) {
      columns.push_back({batch.data->column_data(source.column), selected});
      continue;
    }
    RowColumn column;
    if (source.expr->column() >= 0) {
      column = {batch.data->column_data(source.expr->column()), selected};
    } else {
      ARROW_ASSIGN_OR_RAISE(auto array, source.expr->EvaluateArray(kernel, batch));
      column.array = array->data();
    }
    ARROW_ASSIGN_OR_RAISE(column, DecodeDictionary(column, n, context.pool()));
    columns.push_back(std::move(column));
  }
  return columns;
}

arrow::Status CollectRows(TaskContext& context, const SortPlan& plan, const Batch& batch, SortRows* rows) {
  const int64_t n = batch.num_rows();
  if (n == 0) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const SortPlace first, PlaceOf(batch.seq, batch.first_row));
  ARROW_ASSIGN_OR_RAISE(const auto columns, plan.Columns(context, batch));
  std::vector<RowSpan> spans;
  ARROW_RETURN_NOT_OK(rows->store.Append(columns, n, &spans));
  SortPlace place = first;
  for (const RowSpan& span : spans) {
    rows->segments.push_back({span.begin, span.rows, place});
    place.row += static_cast<uint64_t>(span.rows);
  }
  for (size_t k = 0; k < rows->stats.size(); ++k) {
    AddKeyStats(plan.memory().keys[k], columns[plan.key_field(k)], n, &rows->stats[k]);
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsToBatch(const RowLayout& layout, const std::vector<int>& fields,
                                                               const std::shared_ptr<arrow::Schema>& schema, const uint8_t* const* rows,
                                                               int64_t n, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto columns, DecodeRows(layout, fields, rows, n, pool));
  return arrow::RecordBatch::Make(schema, n, std::move(columns));
}

}  // namespace bowstring::exec
