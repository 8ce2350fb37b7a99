// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_plan.h"

#include <bowstring/error.h>

namespace bowstring::exec {

bool JoinHasTail(JoinKind kind) {
  return kind == JoinKind::kRight || kind == JoinKind::kFull || kind == JoinKind::kRightSemi || kind == JoinKind::kRightAnti;
}

bool JoinKeepsProbe(JoinKind kind) {
  return kind == JoinKind::kLeft || kind == JoinKind::kFull || kind == JoinKind::kLeftAnti || kind == JoinKind::kLeftMark;
}

const char* JoinKindName(JoinKind kind) {
  switch (kind) {
    case JoinKind::kInner: return "Inner";
    case JoinKind::kLeft: return "Left";
    case JoinKind::kRight: return "Right";
    case JoinKind::kFull: return "Full";
    case JoinKind::kLeftSemi: return "LeftSemi";
    case JoinKind::kRightSemi: return "RightSemi";
    case JoinKind::kLeftAnti: return "LeftAnti";
    case JoinKind::kRightAnti: return "RightAnti";
    case JoinKind::kLeftMark: return "LeftMark";
  }
  return "";
}

arrow::Result<std::shared_ptr<arrow::Schema>> JoinOutputSchema(const JoinShape& shape) {
  const bool probe_only = shape.kind == JoinKind::kLeftSemi || shape.kind == JoinKind::kLeftAnti || shape.kind == JoinKind::kLeftMark;
  const bool build_only = shape.kind == JoinKind::kRightSemi || shape.kind == JoinKind::kRightAnti;
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const JoinColumn& column : shape.output) {
    const arrow::Schema& side = column.build ? *shape.build_schema : *shape.probe_schema;
    if (column.column < 0 || column.column >= side.num_fields() || (column.build ? probe_only : build_only)) {
      return Error(ErrorKind::kInternal, JoinKindName(shape.kind), " join: no output column ", column.column);
    }
    auto field = side.field(column.column);
    const bool may_lack = column.build ? shape.kind == JoinKind::kLeft || shape.kind == JoinKind::kFull
                                       : shape.kind == JoinKind::kRight || shape.kind == JoinKind::kFull;
    fields.push_back(may_lack ? field->WithNullable(true) : field);
  }
  if (shape.kind == JoinKind::kLeftMark) fields.push_back(arrow::field("mark", arrow::boolean()));
  if (!shape.names.empty()) {
    if (shape.names.size() != fields.size()) return Error(ErrorKind::kInternal, "a join has ", fields.size(), " columns, not ", shape.names.size());
    for (size_t i = 0; i < fields.size(); ++i) fields[i] = fields[i]->WithName(shape.names[i]);
  }
  return arrow::schema(std::move(fields));
}

arrow::Result<std::shared_ptr<const JoinPlan>> JoinPlan::Make(JoinSpec spec, bool places) {
  auto plan = std::make_shared<JoinPlan>();
  ARROW_ASSIGN_OR_RAISE(plan->schema_, JoinOutputSchema(spec.shape));
  ARROW_ASSIGN_OR_RAISE(plan->keys_, JoinKeys::Make(spec));
  if (places) {
    arrow::FieldVector all = plan->schema_->fields();
    auto behind = all.begin() + static_cast<int64_t>(spec.shape.output.size());
    for (const char* name : {"row", "morsel"}) behind = all.insert(behind, arrow::field(name, arrow::uint64()));
    plan->schema_ = arrow::schema(std::move(all));
    for (int extra = 0; extra < 2; ++extra) spec.shape.output.push_back({false, spec.shape.probe_schema->num_fields() + extra});
  }
  if (spec.null_aware && (spec.build_keys.size() != 1 || (spec.shape.kind != JoinKind::kLeftAnti && spec.shape.kind != JoinKind::kLeftMark))) {
    return Error(ErrorKind::kNotImplemented, "NOT IN over more than one column");
  }
  if (spec.null_aware && spec.shape.condition) return Error(ErrorKind::kNotImplemented, "NOT IN with a correlated condition");
  const arrow::Schema& build = *spec.shape.build_schema;
  plan->field_of_.assign(build.num_fields(), -1);
  std::vector<std::shared_ptr<arrow::Field>> fields;
  auto store = [&](int column) {
    if (plan->field_of_[column] < 0) {
      plan->field_of_[column] = static_cast<int>(fields.size());
      fields.push_back(build.field(column));
      plan->stored_columns_.push_back(column);
    }
    return plan->field_of_[column];
  };
  for (const JoinColumn& column : spec.shape.output) {
    if (column.build) store(column.column);
  }
  if (spec.shape.condition) {
    const int probe_columns = spec.shape.probe_schema->num_fields();
    for (int column : spec.shape.condition->columns()) {
      if (column < probe_columns) {
        plan->condition_probe_.push_back(column);
      } else {
        plan->condition_build_.push_back(column - probe_columns);
        store(column - probe_columns);
      }
    }
  }
  const JoinKeys& keys = plan->keys_;
  std::vector<int> field_of_word(keys.words(), -1);
  for (size_t k = 0; k < keys.parts().size(); ++k) {
    const JoinKeyPart& part = keys.parts()[k];
    const int column = spec.build_keys[k]->column();
    const bool dictionary = column >= 0 && build.field(column)->type()->id() == arrow::Type::DICTIONARY;
    if (part.build == JoinWordForm::kText && column >= 0 && !dictionary) {
      field_of_word[part.first] = store(column);
    } else if (part.text()) {
      field_of_word[part.first] = static_cast<int>(fields.size());
      std::shared_ptr<arrow::DataType> type = spec.build_keys[k]->physical_type();
      if (type->id() == arrow::Type::DICTIONARY) type = static_cast<const arrow::DictionaryType&>(*type).value_type();
      fields.push_back(arrow::field("key", part.build == JoinWordForm::kSerial ? arrow::large_binary() : type));
      plan->stored_columns_.push_back(~static_cast<int>(k));
    } else if (part.build == JoinWordForm::kSigned && part.build_bytes == 8 && part.words == 1 && column >= 0 && !dictionary &&
               plan->field_of_[column] >= 0) {
      field_of_word[part.first] = plan->field_of_[column];  // the column's own bytes are the word
    }
  }
  int32_t header = 8;
  for (int w = 0; w < keys.words(); ++w) {
    const bool own = field_of_word[w] < 0;
    plan->header_word_.push_back(own);
    plan->word_offset_.push_back(own ? header : -1);
    if (own) header += 8;
  }
  plan->layout_ = std::make_unique<RowLayout>(header, fields, JoinHasTail(spec.shape.kind));
  for (int w = 0; w < keys.words(); ++w) {
    if (field_of_word[w] >= 0) plan->word_offset_[w] = plan->layout_->field(field_of_word[w]).offset;
  }
  plan->stored_schema_ = arrow::schema(std::move(fields));
  plan->spec_ = std::move(spec);
  return plan;
}

std::vector<RowColumn> JoinPlan::Stored(const Batch& batch, const std::vector<RowColumn>& keys) const {
  std::vector<RowColumn> out;
  for (int column : stored_columns_) {
    if (column >= 0) {
      out.push_back({batch.data->column_data(column), batch.rows ? batch.rows->data() : nullptr});
    } else {
      out.push_back(keys[~column]);
    }
  }
  return out;
}

bool JoinPlan::KeysEqual(const uint8_t* a, const uint8_t* b) const {
  for (int w = 0; w < keys_.words(); ++w) {
    uint64_t x, y;
    std::memcpy(&x, a + word_offset_[w], 8);
    std::memcpy(&y, b + word_offset_[w], 8);
    if (x != y && !(keys_.is_text(w) && SameText(x, y))) return false;
  }
  return true;
}

uint64_t JoinPlan::HashRow(const uint8_t* row) const {
  uint64_t hash = kHashSeed;
  for (int w = 0; w < keys_.words(); ++w) {
    uint64_t word;
    std::memcpy(&word, row + word_offset_[w], 8);
    hash = HashWord(hash, keys_.is_text(w) ? HashText(word) : word);
  }
  return hash;
}

}  // namespace bowstring::exec
