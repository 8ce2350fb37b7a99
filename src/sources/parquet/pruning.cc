// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/pruning.h"

#include <algorithm>
#include <unordered_map>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

namespace bowstring::pq {
namespace {

constexpr int kMaxDepth = 64;

const ColumnRef* AsColumn(const Expr& expr) { return expr.kind() == ExprKind::kColumn ? std::get_if<ColumnRef>(&expr->data) : nullptr; }

std::shared_ptr<arrow::Scalar> AsLiteral(const Expr& expr) {
  if (expr.kind() != ExprKind::kLiteral) return nullptr;
  const auto* literal = std::get_if<LiteralValue>(&expr->data);
  return literal ? literal->value : nullptr;
}

bool IsFloating(const arrow::DataType& type) { return type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE || type.id() == arrow::Type::HALF_FLOAT; }

BinaryOp Mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt: return BinaryOp::kGt;
    case BinaryOp::kLtEq: return BinaryOp::kGtEq;
    case BinaryOp::kGt: return BinaryOp::kLt;
    case BinaryOp::kGtEq: return BinaryOp::kLtEq;
    default: return op;
  }
}

class Matcher {
 public:
  Matcher(const BoundsOf& bounds, const TypeOf& types) : bounds_(bounds), types_(types) {}

  bool May(const Expr& expr, int depth) const {
    if (depth > kMaxDepth) return true;
    const auto& children = expr.children();
    switch (expr.kind()) {
      case ExprKind::kBinary: return MayBinary(expr, depth);
      case ExprKind::kBetween: {
        const auto* negated = std::get_if<Negated>(&expr->data);
        if (negated == nullptr || negated->negated) return true;
        return MayCompare(BinaryOp::kGtEq, children[0], children[1]) && MayCompare(BinaryOp::kLtEq, children[0], children[2]);
      }
      case ExprKind::kInList: {
        const auto* negated = std::get_if<Negated>(&expr->data);
        if (negated == nullptr || negated->negated || children.size() < 2) return true;
        return std::any_of(children.begin() + 1, children.end(), [&](const Expr& item) { return MayCompare(BinaryOp::kEq, children[0], item); });
      }
      case ExprKind::kIsNull:
      case ExprKind::kIsNotNull: {
        const auto* column = AsColumn(children[0]);
        const ColumnBounds* known = column ? bounds_(column->name) : nullptr;
        if (known == nullptr || !known->null_count) return true;
        return expr.kind() == ExprKind::kIsNull ? *known->null_count > 0 : *known->null_count < known->rows;
      }
      case ExprKind::kColumn: return MayBoolean(expr, true);
      case ExprKind::kNot: return AsColumn(children[0]) ? MayBoolean(children[0], false) : true;
      case ExprKind::kLike: return MayLike(expr);
      case ExprKind::kLiteral: {
        auto literal = AsLiteral(expr);
        return literal == nullptr || literal->type->id() != arrow::Type::BOOL || (literal->is_valid && static_cast<const arrow::BooleanScalar&>(*literal).value);
      }
      default: return true;
    }
  }

 private:
  bool MayBinary(const Expr& expr, int depth) const {
    const auto* op = std::get_if<BinaryOp>(&expr->data);
    const auto& children = expr.children();
    if (op == nullptr) return true;
    auto may = [&](const Expr& child) { return May(child, depth + 1); };
    if (*op == BinaryOp::kAnd) return std::all_of(children.begin(), children.end(), may);
    if (*op == BinaryOp::kOr) return std::any_of(children.begin(), children.end(), may);
    return children.size() == 2 ? MayCompare(*op, children[0], children[1]) : true;
  }

  bool MayCompare(BinaryOp op, const Expr& left, const Expr& right) const {
    if (AsColumn(left) == nullptr) return AsColumn(right) != nullptr && AsLiteral(left) ? MayCompare(Mirrored(op), right, left) : true;
    auto literal = AsLiteral(right);
    const std::string& name = AsColumn(left)->name;
    const ColumnBounds* known = bounds_(name);
    auto type = types_(name);
    if (literal == nullptr || known == nullptr || type == nullptr) return true;
    switch (op) {
      case BinaryOp::kEq:
      case BinaryOp::kNotEq:
      case BinaryOp::kLt:
      case BinaryOp::kLtEq:
      case BinaryOp::kGt:
      case BinaryOp::kGtEq: break;
      default: return true;
    }
    if (known->null_count && *known->null_count == known->rows) return false;  // a comparison with NULL is never true
    auto value = LiteralBound(*literal, type);
    if (!value || !known->min || !known->max) return true;
    const auto to_min = Compare(*value, *known->min), to_max = Compare(*value, *known->max);
    if (!to_min || !to_max) return true;
    // NaN is above all numbers, and no statistics count it.
    const bool may_be_nan = IsFloating(*type);
    switch (op) {
      case BinaryOp::kEq: return *to_min >= 0 && *to_max <= 0;
      case BinaryOp::kNotEq: return may_be_nan || !known->is_exact || *to_min != 0 || *to_max != 0;
      case BinaryOp::kLt: return *to_min > 0;
      case BinaryOp::kLtEq: return *to_min >= 0;
      case BinaryOp::kGt: return may_be_nan || *to_max < 0;
      case BinaryOp::kGtEq: return may_be_nan || *to_max <= 0;
      default: return true;
    }
  }

  bool MayBoolean(const Expr& column, bool wanted) const {
    const auto* ref = AsColumn(column);
    const ColumnBounds* known = ref ? bounds_(ref->name) : nullptr;
    auto type = ref ? types_(ref->name) : nullptr;
    if (known == nullptr || type == nullptr || type->id() != arrow::Type::BOOL) return true;
    if (known->null_count && *known->null_count == known->rows) return false;
    if (!known->min || !known->max) return true;
    return wanted ? known->max->number != 0 : known->min->number == 0;
  }

  bool MayLike(const Expr& expr) const {
    const auto* like = std::get_if<LikePattern>(&expr->data);
    const auto& children = expr.children();
    const auto* column = AsColumn(children[0]);
    auto pattern = AsLiteral(children[1]);
    if (like == nullptr || like->negated || like->dialect != LikePattern::kLike || column == nullptr || pattern == nullptr || !pattern->is_valid) return true;
    const ColumnBounds* known = bounds_(column->name);
    auto type = types_(column->name);
    if (known == nullptr || type == nullptr) return true;
    if (known->null_count && *known->null_count == known->rows) return false;
    auto text = LiteralBound(*pattern, type);
    if (!text || text->kind != BoundValue::kBytes || !known->min || !known->max || known->min->kind != BoundValue::kBytes) return true;
    // The part before the first wildcard or escape is what all matches begin with.
    const std::string prefix = text->bytes.substr(0, text->bytes.find_first_of(std::string("%_\\") + like->escape.value_or('\\')));
    if (prefix.empty()) return true;
    return known->min->bytes.compare(0, prefix.size(), prefix) <= 0 && known->max->bytes.compare(0, prefix.size(), prefix) >= 0;
  }

  const BoundsOf& bounds_;
  const TypeOf& types_;
};

bool CollectColumns(const Expr& expr, int depth, std::vector<std::string>* out) {
  if (depth > kMaxDepth) return false;
  if (const auto* column = AsColumn(expr)) {
    if (std::find(out->begin(), out->end(), column->name) == out->end()) out->push_back(column->name);
    return true;
  }
  return std::all_of(expr.children().begin(), expr.children().end(), [&](const Expr& child) { return CollectColumns(child, depth + 1, out); });
}

}  // namespace

bool MayMatch(const Expr& predicate, const BoundsOf& bounds, const TypeOf& types) { return Matcher(bounds, types).May(predicate, 0); }

std::vector<std::string> ColumnsOf(const Expr& expr) {
  std::vector<std::string> out;
  if (!CollectColumns(expr, 0, &out)) out.clear();
  return out;
}

bool IsEquality(const Expr& predicate, std::string* column, std::vector<std::shared_ptr<arrow::Scalar>>* literals) {
  const auto& children = predicate.children();
  std::vector<Expr> items;
  const Expr* subject = nullptr;
  if (predicate.kind() == ExprKind::kBinary && children.size() == 2) {
    const auto* op = std::get_if<BinaryOp>(&predicate->data);
    if (op == nullptr || *op != BinaryOp::kEq) return false;
    const bool swapped = AsColumn(children[1]) != nullptr;
    subject = &children[swapped ? 1 : 0];
    items = {children[swapped ? 0 : 1]};
  } else if (predicate.kind() == ExprKind::kInList && children.size() > 1) {
    const auto* negated = std::get_if<Negated>(&predicate->data);
    if (negated == nullptr || negated->negated) return false;
    subject = &children[0];
    items.assign(children.begin() + 1, children.end());
  }
  if (subject == nullptr || AsColumn(*subject) == nullptr) return false;
  *column = AsColumn(*subject)->name;
  for (const Expr& item : items) {
    auto literal = AsLiteral(item);
    if (literal == nullptr) return false;
    literals->push_back(std::move(literal));
  }
  return true;
}

namespace {

// Limits of a dynamic filter's columns against those of the row group. Statistics of floats leave NaN out: nothing is known of them.
bool MayPass(const ScanFilter& filter, const TableState& table, const BoundsOf& bounds) {
  for (size_t i = 0; i < filter.columns.size(); ++i) {
    const int column = filter.columns[i];
    const ColumnBounds* known = bounds(table.schema->field(column)->name());
    if (known == nullptr) continue;
    const auto& type = table.physical_schema->field(column)->type();
    auto scalar = [&](const std::optional<BoundValue>& bound) { return bound && bound->kind != BoundValue::kDouble ? BoundScalar(*bound, type) : nullptr; };
    const auto min = scalar(known->min), max = scalar(known->max);
    const bool nulls = !known->null_count || *known->null_count > 0;
    if (!filter.filter->MayPassBetween(static_cast<int>(i), min.get(), max.get(), nulls)) return false;
  }
  return true;
}

}  // namespace

arrow::Result<bool> RowGroupMayMatch(const ScanPlan& plan, int32_t file, int32_t ordinal) {
  if (plan.conjuncts.empty() && plan.dynamic.empty()) return true;
  const TableState& table = *plan.table;
  const TableFile& table_file = table.files[static_cast<size_t>(file)];
  const Footer& footer = *table_file.footer;
  std::unordered_map<std::string, ColumnBounds> known;
  TypeOf types = [&](const std::string& name) -> std::shared_ptr<arrow::DataType> {
    const int i = table.schema->GetFieldIndex(name);
    return i < 0 ? nullptr : table.schema->field(i)->type();
  };
  try {
    auto group = footer.metadata->RowGroup(ordinal);
    BoundsOf bounds = [&](const std::string& name) -> const ColumnBounds* {
      auto found = known.find(name);
      if (found != known.end()) return &found->second;
      const int column = table.schema->GetFieldIndex(name);
      if (column < 0 || column == table.row_column) return nullptr;
      const auto& type = table.schema->field(column)->type();
      ColumnBounds out;
      out.rows = group->num_rows();
      if (column >= table.file_columns) {
        const auto& value = table_file.partition_values[static_cast<size_t>(column - table.file_columns)];
        out.null_count = value->is_valid ? 0 : out.rows;
        out.min = out.max = LiteralBound(*value, value->type);
        out.is_exact = true;
      } else {
        const auto& fields = footer.manifest.schema_fields;
        auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.field->name() == name; });
        if (field == fields.end()) {
          out.null_count = out.rows;
        } else if (field->is_leaf() && !footer.encrypted && TableType(footer.fields[static_cast<size_t>(field - fields.begin())]->type(), table.options)->Equals(*type) &&
                   footer.metadata->schema()->Column(field->column_index)->max_repetition_level() == 0) {
          out = ChunkBounds(*group->ColumnChunk(field->column_index), *type, group->num_rows());
        } else {
          return nullptr;
        }
      }
      return &known.emplace(name, std::move(out)).first->second;
    };
    for (const Expr& conjunct : plan.conjuncts) {
      if (!MayMatch(conjunct, bounds, types)) return false;
    }
    for (const ScanFilter& filter : plan.dynamic) {
      if (filter.filter->ready() && !MayPass(filter, table, bounds)) return false;
    }
  } catch (const std::exception& e) {
    return Error(ErrorKind::kExecution, "Parquet file '", footer.path, "', row group ", ordinal, ": ", e.what());
  }
  return true;
}

}  // namespace bowstring::pq
