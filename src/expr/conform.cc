// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/conform.h"

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "functions/cast.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;

constexpr int kMaxDepth = 64;

bool SameKind(const arrow::DataType& from, const arrow::DataType& to, int depth) {
  if (++depth > kMaxDepth) return false;
  if (from.Equals(to) || from.id() == Type::NA) return true;
  if (from.id() == Type::DICTIONARY) return SameKind(*static_cast<const arrow::DictionaryType&>(from).value_type(), to, depth);
  if (to.id() == Type::DICTIONARY) return SameKind(from, *static_cast<const arrow::DictionaryType&>(to).value_type(), depth);
  if (from.id() == Type::RUN_END_ENCODED) return SameKind(*static_cast<const arrow::RunEndEncodedType&>(from).value_type(), to, depth);
  if (IsInteger(from) && IsInteger(to)) return true;
  if (IsFloat(from) && IsFloat(to)) return true;
  if (IsDecimal(from) && IsDecimal(to)) return true;
  if (IsText(from) && IsText(to)) return true;
  if (IsBytes(from) && IsBytes(to)) return true;
  if (IsTimestamp(from) && IsTimestamp(to)) {
    return static_cast<const arrow::TimestampType&>(from).timezone() == static_cast<const arrow::TimestampType&>(to).timezone();
  }
  const auto family = [](Type::type id) {
    switch (id) {
      case Type::DATE32:
      case Type::DATE64: return 1;
      case Type::TIME32:
      case Type::TIME64: return 2;
      case Type::DURATION: return 3;
      default: return 0;
    }
  };
  if (family(from.id()) != 0 && family(from.id()) == family(to.id())) return true;
  if (IsListLike(from) && IsListLike(to)) return SameKind(*from.field(0)->type(), *to.field(0)->type(), depth) && CanCast(from, to);
  if (from.id() == Type::STRUCT && to.id() == Type::STRUCT) {
    // A struct's fields are asked for by name; none may be made up.
    const auto& f = static_cast<const arrow::StructType&>(from);
    for (const auto& field : to.fields()) {
      const int k = f.GetFieldIndex(field->name());
      if (k < 0 || !SameKind(*f.field(k)->type(), *field->type(), depth)) return false;
    }
    return true;
  }
  if (from.id() == Type::MAP && to.id() == Type::MAP) {
    const auto& f = static_cast<const arrow::MapType&>(from);
    const auto& t = static_cast<const arrow::MapType&>(to);
    return SameKind(*f.key_type(), *t.key_type(), depth) && SameKind(*f.item_type(), *t.item_type(), depth);
  }
  return false;
}

}  // namespace

arrow::Status CheckConform(const arrow::Field& from, const arrow::Field& to) {
  if (SameKind(*from.type(), *to.type(), 0)) return arrow::Status::OK();
  return Error(ErrorKind::kPlan, "Fail to merge schema field '", to.name(), "' because the from data_type = ", TypeName(*from.type()), " does not equal ",
               TypeName(*to.type()));
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> ConformArray(KernelContext& context, const std::shared_ptr<arrow::ArrayData>& array,
                                                              const std::shared_ptr<arrow::DataType>& to) {
  if (array->type->Equals(*to)) return array;
  ARROW_ASSIGN_OR_RAISE(auto out, CastArray(context, array, to));
  // The door's own widening can't lose anything.
  const TypePtr from = ValueType(array->type), target = ValueType(to);
  if (from->id() == Type::DECIMAL64 && target->id() == Type::DECIMAL128) return out;
  // Coarser units, fewer digits: nothing may be lost, so the way back must give the same.
  const bool exact = IsTemporal(*from) || from->id() == Type::DURATION || IsDecimal(*from);
  if (exact && array->type->id() != Type::DICTIONARY && to->id() != Type::DICTIONARY) {
    auto back = CastArray(context, out, from);
    if (!back.ok() && back.status().IsOutOfMemory()) return back.status();
    if (!back.ok() || !arrow::MakeArray(*back)->Equals(*arrow::MakeArray(array))) {
      return Error(ErrorKind::kExecution, "Fail to merge schema: values of type ", TypeName(*array->type), " would lose digits as ", TypeName(*to));
    }
  }
  return out;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> ConformBatch(KernelContext& context, const arrow::RecordBatch& batch,
                                                                const std::shared_ptr<arrow::Schema>& to) {
  if (to->num_fields() != batch.num_columns()) {
    return Error(ErrorKind::kInternal, "a batch of ", batch.num_columns(), " columns for a schema of ", to->num_fields());
  }
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  for (int i = 0; i < batch.num_columns(); ++i) {
    const arrow::Field& field = *to->field(i);
    ARROW_ASSIGN_OR_RAISE(auto column, ConformArray(context, batch.column_data(i), field.type()));
    if (!field.nullable() && column->GetNullCount() > 0) {
      return Error(ErrorKind::kExecution, "Column '", field.name(), "' is declared as non-nullable but contains null values");
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(to, batch.num_rows(), std::move(columns));
}

}  // namespace bowstring
