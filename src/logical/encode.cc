// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/encode.h"

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/aggregate_function.h>
#include <bowstring/error.h>

#include "logical/nodes.h"

namespace bowstring::logical {

using arrow::Status;

namespace {

class Deeper {
 public:
  explicit Deeper(int* depth) : depth_(depth) { ++*depth_; }
  ~Deeper() { --*depth_; }
  Status Check() const {
    if (*depth_ > kMaxByteDepth) return Error(ErrorKind::kPlan, "nested more than ", kMaxByteDepth, " levels deep: too deep to be turned into bytes");
    return Status::OK();
  }

 private:
  int* const depth_;
};

}  // namespace

void Encoder::WriteName(const TableName& name) {
  out_.Text(name.catalog);
  out_.Text(name.schema);
  out_.Text(name.table);
}
void Encoder::WriteName(const std::optional<TableName>& name) {
  out_.Flag(name.has_value());
  if (name) WriteName(*name);
}
void Encoder::WriteMetadata(const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) {
  const int64_t size = metadata ? metadata->size() : 0;
  out_.Number(static_cast<uint64_t>(size));
  for (int64_t i = 0; i < size; ++i) {
    out_.Text(metadata->key(i));
    out_.Text(metadata->value(i));
  }
}
void Encoder::WriteNumber(const std::optional<int64_t>& number) {
  out_.Flag(number.has_value());
  if (number) out_.Signed(*number);
}
void Encoder::WriteTexts(const std::vector<std::string>& texts) {
  out_.Number(texts.size());
  for (const auto& text : texts) out_.Text(text);
}
Status Encoder::WriteExprs(const std::vector<Expr>& exprs) {
  out_.Number(exprs.size());
  for (const auto& expr : exprs) ARROW_RETURN_NOT_OK(Write(expr));
  return Status::OK();
}
Status Encoder::WriteKeys(const std::vector<SortKey>& keys) {
  out_.Number(keys.size());
  for (const auto& key : keys) {
    ARROW_RETURN_NOT_OK(Write(key.expr));
    out_.Flag(key.ascending);
    out_.Flag(key.nulls_first);
  }
  return Status::OK();
}
Status Encoder::WriteOptional(const std::optional<Expr>& expr) {
  out_.Flag(expr.has_value());
  return expr ? Write(*expr) : Status::OK();
}
Status Encoder::WriteFrame(const WindowFrame& frame) {
  out_.Number(static_cast<uint64_t>(frame.units));
  for (const FrameBound* bound : {&frame.start, &frame.end}) {
    out_.Number(bound->kind);
    out_.Flag(bound->offset != nullptr);
    if (bound->offset) ARROW_RETURN_NOT_OK(out_.Scalar(*bound->offset));
  }
  out_.Number(static_cast<uint64_t>(frame.exclude));
  return Status::OK();
}
Status Encoder::WriteSchema(const Schema& schema) {
  out_.Number(static_cast<uint64_t>(schema.num_fields()));
  for (const auto& field : schema.fields()) {
    WriteName(field.relation);
    ARROW_RETURN_NOT_OK(out_.Field(*field.field));
  }
  return Status::OK();
}

template <typename Function>
Status Encoder::WriteFunction(const Function& function) {
  out_.Text(function.name());
  std::optional<std::string> payload;
  if (codec_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(payload, codec_->Encode(function));
  }
  out_.Flag(payload.has_value());
  if (payload) out_.Text(*payload);
  return Status::OK();
}

Status Encoder::Write(const Expr& expr) {
  const Deeper deeper(&depth_);
  ARROW_RETURN_NOT_OK(deeper.Check());
  out_.Number(static_cast<uint64_t>(expr.kind()));
  ARROW_RETURN_NOT_OK(WriteData(expr.node()));
  return WriteExprs(expr.children());
}

Status Encoder::WriteData(const ExprNode& node) {
  switch (node.kind) {
    case ExprKind::kColumn:
    case ExprKind::kOuterColumn:
    case ExprKind::kLambdaVariable:
      WriteName(node.as<ColumnRef>().relation);
      out_.Text(node.as<ColumnRef>().name);
      return Status::OK();
    case ExprKind::kLiteral:
      WriteMetadata(node.as<LiteralValue>().metadata);
      return out_.Scalar(*node.as<LiteralValue>().value);
    case ExprKind::kAlias:
      out_.Text(node.as<AliasName>().name);
      WriteName(node.as<AliasName>().relation);
      WriteMetadata(node.as<AliasName>().metadata);
      return Status::OK();
    case ExprKind::kBinary:
      out_.Number(static_cast<uint64_t>(node.as<BinaryOp>()));
      return Status::OK();
    case ExprKind::kBetween:
    case ExprKind::kInList:
      out_.Flag(node.as<Negated>().negated);
      return Status::OK();
    case ExprKind::kLike: {
      const auto& like = node.as<LikePattern>();
      out_.Number(like.dialect);
      out_.Flag(like.negated);
      out_.Flag(like.escape.has_value());
      if (like.escape) out_.Number(static_cast<uint8_t>(*like.escape));
      return Status::OK();
    }
    case ExprKind::kCase:
      out_.Flag(node.as<CaseShape>().has_operand);
      out_.Flag(node.as<CaseShape>().has_else);
      return Status::OK();
    case ExprKind::kCast:
    case ExprKind::kTryCast:
      return out_.Field(*node.as<CastTarget>().field);
    case ExprKind::kScalarFunction:
      return WriteFunction(*node.as<ScalarCall>().function);
    case ExprKind::kAggregate: {
      const auto& call = node.as<AggregateCall>();
      ARROW_RETURN_NOT_OK(WriteFunction(*call.function));
      out_.Flag(call.distinct);
      out_.Number(static_cast<uint64_t>(call.nulls));
      ARROW_RETURN_NOT_OK(WriteOptional(call.filter));
      return WriteKeys(call.order_by);
    }
    case ExprKind::kWindow: {
      const auto& call = node.as<WindowCall>();
      out_.Flag(call.aggregate != nullptr);
      ARROW_RETURN_NOT_OK(call.aggregate ? WriteFunction(*call.aggregate) : WriteFunction(*call.function));
      out_.Flag(call.distinct);
      out_.Number(static_cast<uint64_t>(call.nulls));
      ARROW_RETURN_NOT_OK(WriteOptional(call.filter));
      ARROW_RETURN_NOT_OK(WriteKeys(call.order_by));
      ARROW_RETURN_NOT_OK(WriteExprs(call.partition_by));
      return WriteFrame(call.frame);
    }
    case ExprKind::kPlaceholder: {
      const auto& placeholder = node.as<PlaceholderName>();
      out_.Text(placeholder.id);
      out_.Flag(placeholder.field != nullptr);
      return placeholder.field ? out_.Field(*placeholder.field) : Status::OK();
    }
    case ExprKind::kScalarSubquery:
    case ExprKind::kExists:
    case ExprKind::kInSubquery:
    case ExprKind::kSetComparison: {
      const auto& subquery = node.as<SubqueryPlan>();
      ARROW_RETURN_NOT_OK(Write(*subquery.plan));
      out_.Flag(subquery.field != nullptr);
      if (subquery.field) ARROW_RETURN_NOT_OK(out_.Field(*subquery.field));
      out_.Flag(subquery.negated);
      out_.Number(static_cast<uint64_t>(subquery.op));
      out_.Number(subquery.quantifier);
      return WriteExprs(subquery.outer_columns);
    }
    case ExprKind::kGroupingSet: {
      const auto& shape = node.as<GroupingShape>();
      out_.Number(shape.kind);
      out_.Number(shape.lengths.size());
      for (int length : shape.lengths) out_.Number(static_cast<uint64_t>(length));
      return Status::OK();
    }
    case ExprKind::kLambda:
      WriteTexts(node.as<LambdaShape>().parameters);
      return Status::OK();
    case ExprKind::kWildcard:
    case ExprKind::kSlot:
      return Error(ErrorKind::kNotImplemented, "an expression of this kind as bytes");
    default:
      return Status::OK();  // all that they are are their children
  }
}

Status Encoder::Write(const LogicalPlan& plan) {
  const Deeper deeper(&depth_);
  ARROW_RETURN_NOT_OK(deeper.Check());
  out_.Number(static_cast<uint64_t>(plan.kind()));
  out_.Number(plan.inputs().size());
  for (const PlanPtr& input : plan.inputs()) ARROW_RETURN_NOT_OK(Write(*input));
  return WriteNode(plan);
}

Status Encoder::WriteScan(const LogicalPlan& plan) {
  const auto& scan = plan.As<Scan>();
  const auto* files = dynamic_cast<const FileTable*>(scan.source.get());
  if (files == nullptr) {
    return Error(ErrorKind::kNotImplemented, "table ", scan.table.ToString(), " (", scan.source->kind(),
                 ") as bytes: only tables over files can travel");
  }
  const FileRecipe recipe = files->recipe();
  WriteName(scan.table);
  out_.Text(recipe.format);
  WriteTexts(recipe.paths);
  out_.Flag(recipe.schema != nullptr);
  if (recipe.schema) ARROW_RETURN_NOT_OK(out_.Schema(*recipe.schema));
  out_.Number(recipe.partition_columns.size());
  for (const auto& [name, type] : recipe.partition_columns) ARROW_RETURN_NOT_OK(out_.Field(*arrow::field(name, type)));
  out_.Number(recipe.options.size());
  for (const auto& [key, value] : recipe.options) {
    out_.Text(key);
    out_.Text(value);
  }
  out_.Flag(scan.projection.has_value());
  if (scan.projection) {
    out_.Number(scan.projection->size());
    for (int column : *scan.projection) out_.Number(static_cast<uint64_t>(column));
  }
  ARROW_RETURN_NOT_OK(WriteExprs(scan.filters));
  WriteNumber(scan.fetch);
  return Status::OK();
}

Status Encoder::WriteNode(const LogicalPlan& plan) {
  switch (plan.kind()) {
    case PlanKind::kScan:
      return WriteScan(plan);
    case PlanKind::kProjection:
      return WriteExprs(plan.As<Projection>().exprs);
    case PlanKind::kFilter:
      return Write(plan.As<Filter>().predicate);
    case PlanKind::kLimit:
      out_.Signed(plan.As<Limit>().skip);
      WriteNumber(plan.As<Limit>().fetch);
      return Status::OK();
    case PlanKind::kSort:
      WriteNumber(plan.As<Sort>().fetch);
      return WriteKeys(plan.As<Sort>().keys);
    case PlanKind::kAggregate:
      ARROW_RETURN_NOT_OK(WriteExprs(plan.As<Aggregate>().groups));
      return WriteExprs(plan.As<Aggregate>().aggregates);
    case PlanKind::kJoin: {
      const auto& join = plan.As<Join>();
      out_.Number(static_cast<uint64_t>(join.type));
      out_.Number(static_cast<uint64_t>(join.constraint));
      out_.Flag(join.nulls_equal);
      out_.Flag(join.null_aware);
      out_.Number(join.on.size());
      for (const auto& [left, right] : join.on) {
        ARROW_RETURN_NOT_OK(Write(left));
        ARROW_RETURN_NOT_OK(Write(right));
      }
      return WriteOptional(join.filter);
    }
    case PlanKind::kUnion:
    case PlanKind::kDistinct:
      return Status::OK();
    case PlanKind::kDistinctOn:
      ARROW_RETURN_NOT_OK(WriteExprs(plan.As<DistinctOn>().on));
      ARROW_RETURN_NOT_OK(WriteExprs(plan.As<DistinctOn>().select));
      return WriteKeys(plan.As<DistinctOn>().sort);
    case PlanKind::kWindow:
      return WriteExprs(plan.As<Window>().windows);
    case PlanKind::kValues:
      ARROW_RETURN_NOT_OK(WriteSchema(*plan.schema()));
      out_.Number(plan.As<Values>().rows.size());
      for (const auto& row : plan.As<Values>().rows) ARROW_RETURN_NOT_OK(WriteExprs(row));
      return Status::OK();
    case PlanKind::kEmpty:
      out_.Flag(plan.As<Empty>().one_row);
      return WriteSchema(*plan.schema());
    case PlanKind::kSubqueryAlias:
      WriteName(plan.As<SubqueryAlias>().alias);
      return Status::OK();
    case PlanKind::kUnnest:
      out_.Flag(plan.As<Unnest>().preserve_nulls);
      out_.Number(plan.As<Unnest>().columns.size());
      for (const auto& column : plan.As<Unnest>().columns) {
        out_.Number(static_cast<uint64_t>(column.input));
        out_.Text(column.name);
        out_.Number(static_cast<uint64_t>(column.depth));
      }
      return Status::OK();
    case PlanKind::kRepartition:
      out_.Number(static_cast<uint64_t>(plan.As<Repartition>().partitions));
      return WriteExprs(plan.As<Repartition>().hash);
    case PlanKind::kExplain: {
      const auto& options = plan.As<Explain>().options;
      out_.Flag(options.verbose);
      out_.Flag(options.analyze);
      out_.Number(static_cast<uint64_t>(options.format));
      return Status::OK();
    }
    case PlanKind::kDescribe:
      return WriteSchema(*plan.As<Describe>().described);
    default:
      return Error(ErrorKind::kNotImplemented, "a plan with ", plan.Display(), " as bytes");
  }
}

}  // namespace bowstring::logical
