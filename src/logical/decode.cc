// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/encode.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/error.h>

#include "logical/nodes.h"

namespace bowstring::logical {

using arrow::Result;
using Data = ExprNode::Data;

namespace {

class Deeper {
 public:
  explicit Deeper(int* depth) : depth_(depth) { ++*depth_; }
  ~Deeper() { --*depth_; }
  arrow::Status Check() const { return *depth_ > kMaxByteDepth ? BadBytes("nested too deeply") : arrow::Status::OK(); }

 private:
  int* const depth_;
};

// How many children a node of the kind must have, or -1.
int ChildCount(ExprKind kind) {
  switch (kind) {
    case ExprKind::kColumn:
    case ExprKind::kLiteral:
    case ExprKind::kLambdaVariable:
    case ExprKind::kPlaceholder:
      return 0;
    case ExprKind::kBetween:
      return 3;
    case ExprKind::kLike:
      return 2;
    case ExprKind::kBinary:
    case ExprKind::kInList:
    case ExprKind::kCase:
    case ExprKind::kScalarFunction:
    case ExprKind::kAggregate:
    case ExprKind::kWindow:
    case ExprKind::kGroupingSet:
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kOuterColumn:
      return -1;
    default:
      return 1;
  }
}

arrow::Status CheckShape(ExprKind kind, const Data& data, const std::vector<Expr>& children) {
  const int wanted = ChildCount(kind);
  const int64_t count = static_cast<int64_t>(children.size());
  bool fits = wanted < 0 || count == wanted;
  if (kind == ExprKind::kBinary) {
    const BinaryOp op = std::get<BinaryOp>(data);
    fits = count == 2 || (count > 2 && (op == BinaryOp::kAnd || op == BinaryOp::kOr));
  } else if (kind == ExprKind::kInList) {
    fits = count >= 1;
  } else if (kind == ExprKind::kCase) {
    const auto& shape = std::get<CaseShape>(data);
    const int64_t branches = count - shape.has_operand - shape.has_else;
    fits = branches >= 2 && branches % 2 == 0;
  } else if (kind == ExprKind::kGroupingSet) {
    int64_t sum = 0;
    for (int length : std::get<GroupingShape>(data).lengths) sum += length;
    fits = sum == count;
  }
  return fits ? arrow::Status::OK() : BadBytes("an expression with a wrong number of parts");
}

}  // namespace

Result<TableName> Decoder::ReadName() {
  TableName name;
  ARROW_ASSIGN_OR_RAISE(name.catalog, in_.Text());
  ARROW_ASSIGN_OR_RAISE(name.schema, in_.Text());
  ARROW_ASSIGN_OR_RAISE(name.table, in_.Text());
  return name;
}
Result<std::optional<TableName>> Decoder::ReadOptionalName() {
  ARROW_ASSIGN_OR_RAISE(const bool there, in_.Flag());
  if (!there) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(auto name, ReadName());
  return std::optional<TableName>(std::move(name));
}
Result<std::shared_ptr<const arrow::KeyValueMetadata>> Decoder::ReadMetadata() {
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  if (count == 0) return nullptr;
  auto metadata = std::make_shared<arrow::KeyValueMetadata>();
  for (size_t i = 0; i < count; ++i) {
    ARROW_ASSIGN_OR_RAISE(std::string key, in_.Text());
    ARROW_ASSIGN_OR_RAISE(std::string value, in_.Text());
    metadata->Append(std::move(key), std::move(value));
  }
  return metadata;
}
Result<std::optional<int64_t>> Decoder::ReadNumber() {
  ARROW_ASSIGN_OR_RAISE(const bool there, in_.Flag());
  if (!there) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const int64_t value, in_.Signed());
  return std::optional<int64_t>(value);
}
Result<std::vector<std::string>> Decoder::ReadTexts() {
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  std::vector<std::string> texts(count);
  for (auto& text : texts) {
    ARROW_ASSIGN_OR_RAISE(text, in_.Text());
  }
  return texts;
}
Result<std::optional<std::string>> Decoder::ReadPayload() {
  ARROW_ASSIGN_OR_RAISE(const bool there, in_.Flag());
  if (!there) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(auto bytes, in_.Bytes());
  return std::optional<std::string>(std::move(bytes));
}
Result<std::vector<Expr>> Decoder::ReadExprs() {
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  std::vector<Expr> exprs;
  for (size_t i = 0; i < count; ++i) {
    ARROW_ASSIGN_OR_RAISE(auto expr, ReadExpr());
    exprs.push_back(std::move(expr));
  }
  return exprs;
}
Result<std::vector<SortKey>> Decoder::ReadKeys() {
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  std::vector<SortKey> keys;
  for (size_t i = 0; i < count; ++i) {
    SortKey key;
    ARROW_ASSIGN_OR_RAISE(key.expr, ReadExpr());
    ARROW_ASSIGN_OR_RAISE(key.ascending, in_.Flag());
    ARROW_ASSIGN_OR_RAISE(key.nulls_first, in_.Flag());
    keys.push_back(std::move(key));
  }
  return keys;
}
Result<std::optional<Expr>> Decoder::ReadOptional() {
  ARROW_ASSIGN_OR_RAISE(const bool there, in_.Flag());
  if (!there) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(auto expr, ReadExpr());
  return std::optional<Expr>(std::move(expr));
}
Result<WindowFrame> Decoder::ReadFrame() {
  WindowFrame frame;
  ARROW_ASSIGN_OR_RAISE(const int units, in_.Choice(3));
  frame.units = static_cast<FrameUnits>(units);
  for (FrameBound* bound : {&frame.start, &frame.end}) {
    ARROW_ASSIGN_OR_RAISE(const int kind, in_.Choice(5));
    bound->kind = static_cast<FrameBound::Kind>(kind);
    ARROW_ASSIGN_OR_RAISE(const bool offset, in_.Flag());
    const bool wanted = bound->kind == FrameBound::kPreceding || bound->kind == FrameBound::kFollowing;
    if (offset != wanted) return BadBytes("a frame's bound that is none");
    if (offset) {
      ARROW_ASSIGN_OR_RAISE(bound->offset, in_.Scalar());
    }
  }
  ARROW_ASSIGN_OR_RAISE(const int exclude, in_.Choice(4));
  frame.exclude = static_cast<FrameExclude>(exclude);
  return frame;
}
Result<SchemaPtr> Decoder::ReadSchema() {
  ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
  std::vector<QualifiedField> fields(count);
  for (auto& field : fields) {
    ARROW_ASSIGN_OR_RAISE(field.relation, ReadOptionalName());
    ARROW_ASSIGN_OR_RAISE(field.field, in_.Field());
  }
  return Schema::Make(std::move(fields));
}

Result<Expr> Decoder::ReadExpr() {
  const Deeper deeper(&depth_);
  ARROW_RETURN_NOT_OK(deeper.Check());
  ARROW_ASSIGN_OR_RAISE(const int number, in_.Choice(static_cast<int>(ExprKind::kSlot)));
  const auto kind = static_cast<ExprKind>(number);
  if (kind == ExprKind::kWildcard) return BadBytes("a wildcard");
  ARROW_ASSIGN_OR_RAISE(auto data, ReadData(kind));
  ARROW_ASSIGN_OR_RAISE(auto children, ReadExprs());
  ARROW_RETURN_NOT_OK(CheckShape(kind, data, children));
  return MakeExpr(kind, std::move(children), std::move(data));
}

Result<Data> Decoder::ReadWindow() {
  WindowCall call;
  ARROW_ASSIGN_OR_RAISE(const bool aggregate, in_.Flag());
  ARROW_ASSIGN_OR_RAISE(const std::string name, in_.Text());
  ARROW_ASSIGN_OR_RAISE(const auto payload, ReadPayload());
  if (aggregate) {
    ARROW_ASSIGN_OR_RAISE(call.aggregate, codec_.Aggregate(name, payload));
  } else {
    ARROW_ASSIGN_OR_RAISE(call.function, codec_.Window(name, payload));
  }
  ARROW_ASSIGN_OR_RAISE(call.distinct, in_.Flag());
  ARROW_ASSIGN_OR_RAISE(const int nulls, in_.Choice(3));
  call.nulls = static_cast<NullTreatment>(nulls);
  ARROW_ASSIGN_OR_RAISE(call.filter, ReadOptional());
  ARROW_ASSIGN_OR_RAISE(call.order_by, ReadKeys());
  ARROW_ASSIGN_OR_RAISE(call.partition_by, ReadExprs());
  ARROW_ASSIGN_OR_RAISE(call.frame, ReadFrame());
  return Data(std::move(call));
}

Result<Data> Decoder::ReadSubquery() {
  SubqueryPlan subquery;
  ARROW_ASSIGN_OR_RAISE(subquery.plan, ReadPlan());
  ARROW_ASSIGN_OR_RAISE(const bool field, in_.Flag());
  if (field) {
    ARROW_ASSIGN_OR_RAISE(subquery.field, in_.Field());
  }
  ARROW_ASSIGN_OR_RAISE(subquery.negated, in_.Flag());
  ARROW_ASSIGN_OR_RAISE(const int op, in_.Choice(static_cast<int>(BinaryOp::kLongArrow) + 1));
  subquery.op = static_cast<BinaryOp>(op);
  ARROW_ASSIGN_OR_RAISE(const int quantifier, in_.Choice(2));
  subquery.quantifier = static_cast<SubqueryPlan::Quantifier>(quantifier);
  ARROW_ASSIGN_OR_RAISE(subquery.outer_columns, ReadExprs());
  return Data(std::move(subquery));
}

Result<Data> Decoder::ReadData(ExprKind kind) {
  switch (kind) {
    case ExprKind::kColumn:
    case ExprKind::kOuterColumn:
    case ExprKind::kLambdaVariable: {
      ColumnRef column;
      ARROW_ASSIGN_OR_RAISE(column.relation, ReadOptionalName());
      ARROW_ASSIGN_OR_RAISE(column.name, in_.Text());
      return Data(std::move(column));
    }
    case ExprKind::kLiteral: {
      LiteralValue literal;
      ARROW_ASSIGN_OR_RAISE(literal.metadata, ReadMetadata());
      ARROW_ASSIGN_OR_RAISE(literal.value, in_.Scalar());
      return Data(std::move(literal));
    }
    case ExprKind::kAlias: {
      AliasName alias;
      ARROW_ASSIGN_OR_RAISE(alias.name, in_.Text());
      ARROW_ASSIGN_OR_RAISE(alias.relation, ReadOptionalName());
      ARROW_ASSIGN_OR_RAISE(alias.metadata, ReadMetadata());
      return Data(std::move(alias));
    }
    case ExprKind::kBinary: {
      ARROW_ASSIGN_OR_RAISE(const int op, in_.Choice(static_cast<int>(BinaryOp::kLongArrow) + 1));
      return Data(static_cast<BinaryOp>(op));
    }
    case ExprKind::kBetween:
    case ExprKind::kInList: {
      ARROW_ASSIGN_OR_RAISE(const bool negated, in_.Flag());
      return Data(Negated{negated});
    }
    case ExprKind::kLike: {
      LikePattern like;
      ARROW_ASSIGN_OR_RAISE(const int dialect, in_.Choice(3));
      like.dialect = static_cast<LikePattern::Dialect>(dialect);
      ARROW_ASSIGN_OR_RAISE(like.negated, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(const bool escape, in_.Flag());
      if (escape) {
        ARROW_ASSIGN_OR_RAISE(const int c, in_.Choice(256));
        like.escape = static_cast<char>(c);
      }
      return Data(like);
    }
    case ExprKind::kCase: {
      CaseShape shape;
      ARROW_ASSIGN_OR_RAISE(shape.has_operand, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(shape.has_else, in_.Flag());
      return Data(shape);
    }
    case ExprKind::kCast:
    case ExprKind::kTryCast: {
      ARROW_ASSIGN_OR_RAISE(auto field, in_.Field());
      return Data(CastTarget{std::move(field)});
    }
    case ExprKind::kScalarFunction: {
      ARROW_ASSIGN_OR_RAISE(const std::string name, in_.Text());
      ARROW_ASSIGN_OR_RAISE(const auto payload, ReadPayload());
      ARROW_ASSIGN_OR_RAISE(auto function, codec_.Scalar(name, payload));
      return Data(ScalarCall{std::move(function)});
    }
    case ExprKind::kAggregate: {
      AggregateCall call;
      ARROW_ASSIGN_OR_RAISE(const std::string name, in_.Text());
      ARROW_ASSIGN_OR_RAISE(const auto payload, ReadPayload());
      ARROW_ASSIGN_OR_RAISE(call.function, codec_.Aggregate(name, payload));
      ARROW_ASSIGN_OR_RAISE(call.distinct, in_.Flag());
      ARROW_ASSIGN_OR_RAISE(const int nulls, in_.Choice(3));
      call.nulls = static_cast<NullTreatment>(nulls);
      ARROW_ASSIGN_OR_RAISE(call.filter, ReadOptional());
      ARROW_ASSIGN_OR_RAISE(call.order_by, ReadKeys());
      return Data(std::move(call));
    }
    case ExprKind::kWindow:
      return ReadWindow();
    case ExprKind::kPlaceholder: {
      PlaceholderName placeholder;
      ARROW_ASSIGN_OR_RAISE(placeholder.id, in_.Text());
      ARROW_ASSIGN_OR_RAISE(const bool field, in_.Flag());
      if (field) {
        ARROW_ASSIGN_OR_RAISE(placeholder.field, in_.Field());
      }
      return Data(std::move(placeholder));
    }
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison:
      return ReadSubquery();
    case ExprKind::kGroupingSet: {
      GroupingShape shape;
      ARROW_ASSIGN_OR_RAISE(const int set, in_.Choice(3));
      shape.kind = static_cast<GroupingShape::Kind>(set);
      ARROW_ASSIGN_OR_RAISE(const size_t count, in_.Count());
      for (size_t i = 0; i < count; ++i) {
        ARROW_ASSIGN_OR_RAISE(const int length, in_.Choice(1 << 20));
        shape.lengths.push_back(length);
      }
      return Data(std::move(shape));
    }
    case ExprKind::kLambda: {
      ARROW_ASSIGN_OR_RAISE(auto parameters, ReadTexts());
      return Data(LambdaShape{std::move(parameters)});
    }
    default:
      return Data();
  }
}

}  // namespace bowstring::logical
