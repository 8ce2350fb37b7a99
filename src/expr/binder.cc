// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/binder.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/exec.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/arithmetic.h"
#include "expr/cast_node.h"
#include "expr/coercion.h"
#include "expr/comparison.h"
#include "expr/in_list.h"
#include "expr/logic.h"
#include "functions/arrow_kernels.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

using arrow::Type;

/// What planning computes constants in: they outlive every query and belong to no budget. Under a Limit the thread gets little of it.
class FoldPool : public arrow::MemoryPool {
 public:
  /// One computation. One that needs more fails; the expression isn't folded then, but computed in a query's own memory, where it can be stopped.
  class Limit {
   public:
    Limit() { left_ = kMost; }
    ~Limit() { left_ = INT64_MAX; }
  };
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    ARROW_RETURN_NOT_OK(Take(size));
    return pool_->Allocate(size, alignment, out);
  }
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override {
    ARROW_RETURN_NOT_OK(Take(new_size - old_size));
    return pool_->Reallocate(old_size, new_size, alignment, ptr);
  }
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override { pool_->Free(buffer, size, alignment); }
  int64_t bytes_allocated() const override { return pool_->bytes_allocated(); }
  int64_t total_bytes_allocated() const override { return pool_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return pool_->num_allocations(); }
  std::string backend_name() const override { return pool_->backend_name(); }

 private:
  static constexpr int64_t kMost = 8 << 20;
  // What is given back isn't taken off: it may be another computation's.
  static arrow::Status Take(int64_t bytes) {
    if (bytes > left_) return arrow::Status::OutOfMemory("a constant of more than ", kMost >> 20, " MiB isn't folded");
    if (left_ != INT64_MAX && bytes > 0) left_ -= bytes;
    return arrow::Status::OK();
  }
  static thread_local int64_t left_;
  arrow::MemoryPool* const pool_ = arrow::default_memory_pool();
};
thread_local int64_t FoldPool::left_ = INT64_MAX;

arrow::compute::ExecContext* FoldContext() {
  static auto* context = [] {
    EnsureArrowKernels();
    auto* out = new arrow::compute::ExecContext(new FoldPool, nullptr);
    out->set_use_threads(false);
    return out;
  }();
  return context;
}

const arrow::RecordBatch& EmptyRow() {
  static const auto* batch = new std::shared_ptr<arrow::RecordBatch>(arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{}));
  return **batch;
}

std::shared_ptr<arrow::Scalar> ScalarOf(const LiteralValue& literal) {
  return literal.value ? literal.value : std::make_shared<arrow::NullScalar>();
}

class TypeNode : public BoundNode {
 public:
  arrow::Result<arrow::Datum> Evaluate(RowFrame&) const override {
    return Error(ErrorKind::kInternal, "an expression of type ", TypeName(*type), " that was bound for its type alone is evaluated");
  }
};

}  // namespace

NodePtr MakeTypeNode(TypePtr type, bool nullable, std::shared_ptr<const arrow::KeyValueMetadata> metadata) {
  auto node = std::make_unique<TypeNode>();
  node->type = node->physical = std::move(type);
  node->nullable = nullable;
  node->metadata = std::move(metadata);
  if (IsDecimal(*node->type)) node->digits = static_cast<const arrow::DecimalType&>(*node->type).precision();
  return node;
}

Binder::Binder(const Scope& scope, const arrow::Schema* physical, BindOptions options, Mode mode)
    : scope_(scope), physical_(physical), options_(options), mode_(mode) {
  context_.exec = FoldContext();
}

arrow::Result<NodePtr> Binder::Bind(const Expr& expr) {
  if (expr->depth > Expr::kMaxDepth) {
    return Error(ErrorKind::kPlan, "the expression is nested ", expr->depth, " levels deep; at most ", Expr::kMaxDepth, " are supported");
  }
  return BindNode(expr);
}

arrow::Result<std::vector<NodePtr>> Binder::BindAll(const std::vector<Expr>& exprs) {
  std::vector<NodePtr> out;
  out.reserve(exprs.size());
  for (const Expr& expr : exprs) {
    ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr));
    out.push_back(std::move(node));
  }
  return out;
}

arrow::Result<NodePtr> Binder::BindNode(const Expr& expr) {
  switch (expr.kind()) {
    case ExprKind::kColumn: return BindColumn(expr);
    case ExprKind::kLiteral: {
      NodePtr node = MakeLiteralNode(ScalarOf(expr->as<LiteralValue>()));
      node->metadata = expr->as<LiteralValue>().metadata;
      return node;
    }
    case ExprKind::kAlias: {
      ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
      if (const auto& given = expr->as<AliasName>().metadata; given && node->metadata) {
        auto both = node->metadata->Copy();  // what the value itself carries stays
        for (int64_t i = 0; i < given->size(); ++i) ARROW_RETURN_NOT_OK(both->Set(given->key(i), given->value(i)));
        node->metadata = std::move(both);
      } else if (given) {
        node->metadata = given;
      }
      return node;
    }
    case ExprKind::kBinary: return BindBinary(expr);
    case ExprKind::kNot: {
      ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
      if (node->type->id() != Type::BOOL && node->type->id() != Type::NA) {
        return Error(ErrorKind::kPlan, "Unary operator 'NOT' requires a boolean expression, got ", TypeName(*node->type));
      }
      ARROW_ASSIGN_OR_RAISE(node, Coerce(std::move(node), arrow::boolean()));
      return Fold(MakeNotNode(std::move(node)));
    }
    case ExprKind::kNegative: return BindNegative(expr);
    case ExprKind::kIsNull:
    case ExprKind::kIsNotNull:
    case ExprKind::kIsTrue:
    case ExprKind::kIsNotTrue:
    case ExprKind::kIsFalse:
    case ExprKind::kIsNotFalse:
    case ExprKind::kIsUnknown:
    case ExprKind::kIsNotUnknown: return BindIs(expr);
    case ExprKind::kBetween: return BindBetween(expr);
    case ExprKind::kInList: return BindInList(expr);
    case ExprKind::kLike: return BindLike(expr);
    case ExprKind::kCase: return BindCase(expr);
    case ExprKind::kCast:
    case ExprKind::kTryCast: {
      ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
      const auto& field = expr->as<CastTarget>().field;
      const CastMode mode = expr.kind() == ExprKind::kTryCast ? CastMode::kTry : CastMode::kChecked;
      ARROW_ASSIGN_OR_RAISE(node, MakeCastNode(std::move(node), field->type(), mode));
      if (field->metadata()) node->metadata = field->metadata();
      return Fold(std::move(node));
    }
    case ExprKind::kScalarFunction: return BindCall(expr);
    case ExprKind::kAggregate: return BindAggregate(expr);
    case ExprKind::kWindow: return BindWindow(expr);
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison: return BindSubquery(expr);
    case ExprKind::kSlot: {
      const auto& slot = expr->as<SlotRef>().slot;
      return MakeSlotNode(slot);
    }
    case ExprKind::kPlaceholder: {
      const auto& placeholder = expr->as<PlaceholderName>();
      if (mode_ == Mode::kTypes && placeholder.field) return MakeTypeNode(placeholder.field->type(), placeholder.field->nullable());
      return Error(ErrorKind::kExecution, "Placeholder '", placeholder.id, "' was not provided a value for execution.");
    }
    case ExprKind::kUnnest: {
      if (mode_ != Mode::kTypes) return Error(ErrorKind::kPlan, "unnest is not allowed here: ", expr.ToString());
      ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
      if (IsListLike(*node->type)) return MakeTypeNode(node->type->field(0)->type(), true);
      return node;
    }
    case ExprKind::kOuterColumn:
      return Error(ErrorKind::kNotImplemented, "the correlated column ", expr.ToString(), " in this place");
    case ExprKind::kWildcard: return Error(ErrorKind::kPlan, "a wildcard is not allowed here: ", expr.ToString());
    case ExprKind::kGroupingSet: return Error(ErrorKind::kPlan, "grouping sets are not allowed here: ", expr.ToString());
    case ExprKind::kLambda: return Error(ErrorKind::kPlan, "the lambda ", expr.ToString(), " is no argument of a function that takes one");
    case ExprKind::kLambdaVariable: return BindLambdaVariable(expr);
  }
  return Error(ErrorKind::kInternal, "expression kind ", static_cast<int>(expr.kind()));
}

arrow::Result<NodePtr> Binder::BindColumn(const Expr& expr) {
  ARROW_ASSIGN_OR_RAISE(const int index, scope_.Resolve(expr->as<ColumnRef>()));
  const arrow::Field& field = *scope_.at(index).field;
  return MakeColumnNode(index, field, physical_ ? physical_->field(index)->type() : field.type());
}

NodePtr Binder::Fold(NodePtr node) {
  if (mode_ == Mode::kTypes || !node->constant || !node->stable || LiteralOf(*node)) return node;
  RowFrame frame(context_, EmptyRow(), nullptr, 1);
  const FoldPool::Limit limit;
  auto value = node->Evaluate(frame);
  if (!value.ok()) return node;  // it fails when a row needs it
  std::shared_ptr<arrow::Scalar> scalar;
  if (value->is_scalar()) {
    scalar = value->scalar();
  } else {
    auto first = arrow::MakeArray(value->array())->GetScalar(0);
    if (!first.ok()) return node;
    scalar = *first;
  }
  if (!scalar->type->Equals(*node->type)) {
    auto cast = CastScalar(context_, *scalar, node->type);
    if (!cast.ok()) return node;
    scalar = *cast;
  }
  NodePtr literal = MakeLiteralNode(std::move(scalar));
  literal->metadata = node->metadata;
  return literal;
}

NodePtr Binder::FoldArgument(NodePtr node) {
  const Mode mode = std::exchange(mode_, Mode::kEvaluate);
  node = Fold(std::move(node));
  mode_ = mode;
  return node;
}

arrow::Result<NodePtr> Binder::Coerce(NodePtr node, const TypePtr& type) {
  if (node->type->Equals(*type)) return node;
  ARROW_ASSIGN_OR_RAISE(auto cast, MakeCastNode(std::move(node), type, CastMode::kChecked));
  return Fold(std::move(cast));
}

arrow::Status Binder::Unify(std::vector<NodePtr*> nodes, const TypePtr& type) {
  bool same = true;
  for (NodePtr* node : nodes) {
    ARROW_ASSIGN_OR_RAISE(*node, Coerce(std::move(*node), type));
    same = same && (*node)->physical->Equals(*(*nodes[0])->physical);
  }
  if (same && IsDecimal(*type)) return arrow::Status::OK();
  // Narrow decimals where all can be, else none.
  if (type->id() == Type::DECIMAL128) {
    const int32_t scale = static_cast<const arrow::DecimalType&>(*type).scale();
    const bool narrow = std::all_of(nodes.begin(), nodes.end(), [](NodePtr* n) { return (*n)->digits <= 18; });
    for (NodePtr* node : nodes) {
      if (narrow) {
        if (NodePtr literal = MakeNarrowLiteral(**node)) *node = std::move(literal);
        ARROW_ASSIGN_OR_RAISE(*node, MakeRescaleNode(std::move(*node), type, scale, true));
      } else {
        ARROW_ASSIGN_OR_RAISE(*node, Widen(std::move(*node)));
      }
    }
  }
  return arrow::Status::OK();
}

arrow::Result<NodePtr> Binder::BindNegative(const Expr& expr) {
  ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
  if (node->type->id() == Type::NA) return node;
  if (node->type->id() == Type::DICTIONARY) {
    const TypePtr value = ValueType(node->type);
    ARROW_ASSIGN_OR_RAISE(node, Coerce(std::move(node), value));
  }
  if (arrow::is_unsigned_integer(node->type->id()) || node->type->id() == Type::BOOL || IsText(*node->type)) {
    return Error(ErrorKind::kPlan, "Unary operator '-' only supports signed numeric, interval and timestamp types, got ", TypeName(*node->type));
  }
  ARROW_ASSIGN_OR_RAISE(node, MakeNegativeNode(std::move(node)));
  return Fold(std::move(node));
}

arrow::Result<NodePtr> Binder::BindIs(const Expr& expr) {
  ARROW_ASSIGN_OR_RAISE(auto node, BindNode(expr.children()[0]));
  const bool about_null = expr.kind() == ExprKind::kIsNull || expr.kind() == ExprKind::kIsNotNull;
  if (!about_null) {
    if (node->type->id() != Type::BOOL && node->type->id() != Type::NA) {
      return Error(ErrorKind::kPlan, "Cannot infer common argument type for comparison operation ", TypeName(*node->type), " IS DISTINCT FROM Boolean");
    }
    ARROW_ASSIGN_OR_RAISE(node, Coerce(std::move(node), arrow::boolean()));
  }
  return Fold(MakeIsNode(expr.kind(), std::move(node)));
}

arrow::Result<NodePtr> Binder::BindBetween(const Expr& expr) {
  // x BETWEEN low AND high is x >= low AND x <= high; x is computed once where it is a column, twice else.
  ARROW_ASSIGN_OR_RAISE(auto first, BindNode(expr.children()[0]));
  ARROW_ASSIGN_OR_RAISE(auto second, BindNode(expr.children()[0]));
  ARROW_ASSIGN_OR_RAISE(auto low, BindNode(expr.children()[1]));
  ARROW_ASSIGN_OR_RAISE(auto high, BindNode(expr.children()[2]));
  const bool negated = expr->as<Negated>().negated;
  ARROW_ASSIGN_OR_RAISE(auto above, Comparison(negated ? BinaryOp::kLt : BinaryOp::kGtEq, std::move(first), std::move(low)));
  ARROW_ASSIGN_OR_RAISE(auto below, Comparison(negated ? BinaryOp::kGt : BinaryOp::kLtEq, std::move(second), std::move(high)));
  std::vector<NodePtr> terms;
  terms.push_back(std::move(above));
  terms.push_back(std::move(below));
  return Fold(MakeLogicNode(negated ? BinaryOp::kOr : BinaryOp::kAnd, std::move(terms)));
}

arrow::Result<NodePtr> Binder::BindInList(const Expr& expr) {
  const bool negated = expr->as<Negated>().negated;
  ARROW_ASSIGN_OR_RAISE(auto nodes, BindAll(expr.children()));
  std::vector<TypePtr> types;
  for (const auto& node : nodes) {
    if (types.empty() || !types.back()->Equals(*node->type)) types.push_back(node->type);
  }
  TypePtr type = ComparisonType(types);
  if (type && type->id() == Type::NA) type = arrow::boolean();  // NULL IN (NULL)
  if (!type) {
    return Error(ErrorKind::kPlan, "Can not find compatible types to compare ", TypeName(*nodes[0]->type), " with the values of ", expr.ToString().substr(0, 200));
  }
  if (mode_ == Mode::kTypes) {
    const bool nullable = std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return n->nullable; });
    return MakeTypeNode(arrow::boolean(), nullable);
  }
  bool literals = true;
  for (size_t i = 0; i < nodes.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(nodes[i], Coerce(std::move(nodes[i]), type));
    if (i > 0) literals = literals && LiteralOf(*nodes[i]);
  }
  if (nodes.size() == 1) {
    // An empty list: false, whatever the operand.
    return MakeLiteralNode(std::make_shared<arrow::BooleanScalar>(negated));
  }
  if (!literals) {
    // x IN (a, b) is x = a OR x = b.
    std::vector<NodePtr> terms;
    for (size_t i = 1; i < nodes.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(auto operand, BindNode(expr.children()[0]));
      ARROW_ASSIGN_OR_RAISE(operand, Coerce(std::move(operand), type));
      ARROW_ASSIGN_OR_RAISE(auto term, Comparison(BinaryOp::kEq, std::move(operand), std::move(nodes[i])));
      terms.push_back(std::move(term));
    }
    NodePtr any = terms.size() == 1 ? std::move(terms[0]) : MakeLogicNode(BinaryOp::kOr, std::move(terms));
    return negated ? Fold(MakeNotNode(std::move(any))) : Fold(std::move(any));
  }
  ARROW_ASSIGN_OR_RAISE(auto operand, Widen(std::move(nodes[0])));
  if (operand->type->id() == Type::DICTIONARY) {
    const TypePtr value = ValueType(operand->type);
    ARROW_ASSIGN_OR_RAISE(operand, Coerce(std::move(operand), value));
  }
  const TypePtr value_type = operand->type;
  ARROW_ASSIGN_OR_RAISE(auto builder, arrow::MakeBuilder(value_type, context_.exec->memory_pool()));
  ARROW_RETURN_NOT_OK(builder->Reserve(static_cast<int64_t>(nodes.size()) - 1));
  for (size_t i = 1; i < nodes.size(); ++i) {
    const arrow::Scalar* scalar = LiteralOf(*nodes[i]);
    if (scalar->type->Equals(*value_type)) {
      ARROW_RETURN_NOT_OK(builder->AppendScalar(*scalar));
    } else {
      ARROW_ASSIGN_OR_RAISE(auto cast, CastScalar(context_, *scalar, value_type));
      ARROW_RETURN_NOT_OK(builder->AppendScalar(*cast));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto values, builder->Finish());
  ARROW_ASSIGN_OR_RAISE(auto node, MakeInListNode(std::move(operand), values->data(), negated, context_.exec->memory_pool()));
  return Fold(std::move(node));
}

arrow::Result<NodePtr> Binder::BindLike(const Expr& expr) {
  const auto& like = expr->as<LikePattern>();
  ARROW_ASSIGN_OR_RAISE(auto text, BindNode(expr.children()[0]));
  ARROW_ASSIGN_OR_RAISE(auto pattern, BindNode(expr.children()[1]));
  for (NodePtr* side : {&text, &pattern}) {
    ARROW_ASSIGN_OR_RAISE(*side, WithoutRuns(std::move(*side)));
    TypePtr type = ValueType((*side)->type);
    if (IsBytes(*type) && type->id() != Type::FIXED_SIZE_BINARY) type = type->id() == Type::BINARY_VIEW ? arrow::utf8_view() : arrow::utf8();
    if (!IsText(*type) && type->id() != Type::NA) {
      return Error(ErrorKind::kPlan, "There isn't a common type to coerce ", TypeName(*text->type), " and ", TypeName(*pattern->type), " in ",
                   like.dialect == LikePattern::kILike ? "ILIKE" : like.dialect == LikePattern::kLike ? "LIKE" : "SIMILAR TO", " expression");
    }
    ARROW_ASSIGN_OR_RAISE(*side, Coerce(std::move(*side), type->id() == Type::NA ? arrow::utf8() : type));
  }
  ARROW_ASSIGN_OR_RAISE(auto node, MakeLikeNode(like, std::move(text), std::move(pattern)));
  return Fold(std::move(node));
}

arrow::Result<NodePtr> Binder::BindCase(const Expr& expr) {
  const auto& shape = expr->as<CaseShape>();
  const auto& children = expr.children();
  size_t i = shape.has_operand ? 1 : 0;
  const size_t end = children.size() - (shape.has_else ? 1 : 0);
  std::vector<std::pair<NodePtr, NodePtr>> branches;
  for (; i + 1 < end; i += 2) {
    ARROW_ASSIGN_OR_RAISE(auto when, BindNode(children[i]));
    if (shape.has_operand) {
      ARROW_ASSIGN_OR_RAISE(auto operand, BindNode(children[0]));
      ARROW_ASSIGN_OR_RAISE(when, Comparison(BinaryOp::kEq, std::move(operand), std::move(when)));
    } else if (when->type->id() != Type::BOOL && when->type->id() != Type::NA && !IsNumeric(*when->type) && !IsText(*when->type)) {
      return Error(ErrorKind::kPlan, "WHEN expressions in CASE couldn't be converted to common type (Boolean), got ", TypeName(*when->type));
    } else {
      ARROW_ASSIGN_OR_RAISE(when, Coerce(std::move(when), arrow::boolean()));
    }
    ARROW_ASSIGN_OR_RAISE(auto then, BindNode(children[i + 1]));
    branches.emplace_back(std::move(when), std::move(then));
  }
  if (branches.empty()) return Error(ErrorKind::kPlan, "CASE without WHEN");
  NodePtr otherwise;
  if (shape.has_else) {
    ARROW_ASSIGN_OR_RAISE(otherwise, BindNode(children.back()));
  }
  std::vector<TypePtr> types;
  std::vector<NodePtr*> values;
  for (auto& branch : branches) {
    types.push_back(branch.second->type);
    values.push_back(&branch.second);
  }
  if (otherwise) {
    types.push_back(otherwise->type);
    values.push_back(&otherwise);
  }
  const TypePtr type = UnionType(types);
  if (!type) {
    std::string names;
    for (const auto& t : types) names += (names.empty() ? "" : ", ") + TypeName(*t);
    return Error(ErrorKind::kPlan, "Failed to coerce then and else expressions of CASE to a common type: multiple data types ", names);
  }
  ARROW_RETURN_NOT_OK(Unify(values, type));
  return Fold(MakeCaseNode(std::move(branches), std::move(otherwise), type));
}

}  // namespace bowstring
