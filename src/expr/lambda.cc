// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "expr/lambda.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>

#include "expr/binder.h"
#include "functions/gather_rows.h"
#include "functions/lists.h"
#include "functions/type_names.h"

// Lambdas: the elements of all lists of a batch are one column, beside which the columns that the body uses are repeated; the body then
// is evaluated once.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

void CollectColumns(const BoundNode& node, std::vector<int>* out) {
  if (const int column = ColumnOf(node); column >= 0) out->push_back(column);
  for (const BoundNode* child : node.children()) CollectColumns(*child, out);
}

class LambdaNode : public BoundNode {
 public:
  LambdaNode(LambdaUse use, NodePtr list, NodePtr body, int element) : use_(use), list_(std::move(list)), body_(std::move(body)), element_(element) {
    CollectColumns(*body_, &columns_);
    std::sort(columns_.begin(), columns_.end());
    columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
    std::erase(columns_, element_);
    const TypePtr item = ListItem(list_->type);
    switch (use_) {
      case LambdaUse::kTransform: {
        auto field = arrow::field("item", body_->type, body_->nullable);
        type = IsLargeList(*list_->type) ? arrow::large_list(field) : arrow::list(field);
        break;
      }
      case LambdaUse::kFilter: type = list_->type; break;
      case LambdaUse::kAnyMatch: type = arrow::boolean(); break;
      case LambdaUse::kFirst: type = item; break;
    }
    physical = type;
    nullable = list_->nullable || use_ == LambdaUse::kAnyMatch || use_ == LambdaUse::kFirst;
    fallible = list_->fallible || body_->fallible;
    constant = list_->constant && columns_.empty();
    stable = list_->stable && body_->stable;
    if (IsDecimal(*type)) digits = static_cast<const arrow::DecimalType&>(*type).precision();
  }
  // The body isn't one of the children: its rows aren't the frame's.
  std::vector<const BoundNode*> children() const override { return {list_.get(), &outer_}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto value, list_->Evaluate(frame));
    const bool single = value.is_scalar() && columns_.empty();
    const int64_t n = single ? 1 : frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto lists, ToArray(value, n, frame.pool()));
    std::vector<int64_t> picks, offsets{0};
    std::vector<int32_t> owners;
    std::vector<bool> valid;
    for (int64_t i = 0; i < n; ++i) {
      valid.push_back(lists->IsValid(i));
      const auto [begin, end] = valid.back() ? ListBounds(*lists, i) : std::pair<int64_t, int64_t>{0, 0};
      for (int64_t k = begin; k < end; ++k) {
        picks.push_back(k);
        owners.push_back(static_cast<int32_t>(i));
      }
      offsets.push_back(static_cast<int64_t>(picks.size()));
    }
    if (picks.size() > INT32_MAX) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
    ARROW_ASSIGN_OR_RAISE(auto elements, Elements(*lists, picks, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto answers, Body(frame, elements, owners));
    ARROW_ASSIGN_OR_RAISE(auto out, Finish(frame, offsets, valid, elements, answers));
    if (!single) return arrow::Datum(std::move(out));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(out)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 private:
  // A node whose columns are the body's: walks over expressions see what the lambda reads.
  struct Outer : BoundNode {
    arrow::Result<arrow::Datum> Evaluate(RowFrame&) const override { return Error(ErrorKind::kInternal, "the columns of a lambda are evaluated"); }
    std::vector<const BoundNode*> children() const override {
      std::vector<const BoundNode*> out;
      for (const auto& node : nodes) out.push_back(node.get());
      return out;
    }
    std::vector<NodePtr> nodes;
  };

  static arrow::Result<DataPtr> Elements(const ArrayData& lists, const std::vector<int64_t>& picks, arrow::MemoryPool* pool) {
    const DataPtr& items = lists.child_data[0];
    const auto n = static_cast<int64_t>(picks.size());
    if (n == 0 || picks.back() - picks.front() == n - 1) return n == 0 ? items->Slice(0, 0) : items->Slice(picks.front(), n);
    return Gather(*items, picks.data(), n, pool);
  }

  arrow::Result<DataPtr> Body(RowFrame& frame, const DataPtr& elements, const std::vector<int32_t>& owners) const {
    const int64_t n = elements->length;
    const int width = element_ + 1;
    arrow::FieldVector fields;
    std::vector<DataPtr> columns;
    const auto nothing = std::make_shared<ArrayData>(arrow::null(), n, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, n, 0);
    for (int c = 0; c < width; ++c) {
      DataPtr column = nothing;
      if (c == element_) {
        column = elements;
      } else if (std::binary_search(columns_.begin(), columns_.end(), c)) {
        ARROW_ASSIGN_OR_RAISE(auto outer, frame.Column(c));
        ARROW_ASSIGN_OR_RAISE(column, Gather(*outer, owners.data(), n, frame.pool()));
      }
      fields.push_back(arrow::field("", column->type));
      columns.push_back(std::move(column));
    }
    const auto batch = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), n, std::move(columns));
    RowFrame inner(frame.context(), *batch, nullptr, n);
    ARROW_ASSIGN_OR_RAISE(auto value, body_->Evaluate(inner));
    return ToArray(value, n, frame.pool());
  }

  static bool True(const ArrayData& answers, int64_t k) {
    return answers.IsValid(k) && arrow::bit_util::GetBit(answers.buffers[1]->data(), answers.offset + k);
  }

  arrow::Result<DataPtr> Finish(RowFrame& frame, const std::vector<int64_t>& offsets, const std::vector<bool>& valid, const DataPtr& elements, const DataPtr& answers) const {
    const auto n = static_cast<int64_t>(valid.size());
    if (use_ == LambdaUse::kTransform) return WrapLists(type, offsets, valid, answers, frame.pool());
    if (use_ == LambdaUse::kFilter) {
      ListAssembly out(frame.pool());
      for (int64_t i = 0; i < n; ++i) {
        for (int64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
          if (True(*answers, k)) out.Add(k);
        }
        out.Close(valid[i]);
      }
      return out.Finish(elements, type);
    }
    if (use_ == LambdaUse::kFirst) {
      std::vector<int64_t> picks(n, -1);
      for (int64_t i = 0; i < n; ++i) {
        for (int64_t k = offsets[i]; k < offsets[i + 1] && picks[i] < 0; ++k) {
          if (True(*answers, k)) picks[i] = k;
        }
      }
      return Gather(*elements, picks.data(), n, frame.pool());
    }
    ARROW_ASSIGN_OR_RAISE(auto values, arrow::AllocateEmptyBitmap(n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, frame.pool()));
    for (int64_t i = 0; i < n; ++i) {
      bool any = false, null = !valid[i];
      for (int64_t k = offsets[i]; k < offsets[i + 1] && !any; ++k) {
        any = True(*answers, k);
        null = null || !answers->IsValid(k);
      }
      if (any) arrow::bit_util::SetBit(values->mutable_data(), i);
      if (any || !null) arrow::bit_util::SetBit(validity->mutable_data(), i);
    }
    return std::make_shared<ArrayData>(arrow::boolean(), n, std::vector<std::shared_ptr<arrow::Buffer>>{std::move(validity), std::move(values)}, arrow::kUnknownNullCount, 0);
  }

  friend arrow::Result<NodePtr> bowstring::MakeLambdaNode(const LambdaFunction&, NodePtr, NodePtr, int);

  LambdaUse use_;
  NodePtr list_, body_;
  int element_;
  std::vector<int> columns_;
  Outer outer_;
};

}  // namespace

arrow::Result<NodePtr> MakeLambdaNode(const LambdaFunction& function, NodePtr list, NodePtr body, int element) {
  auto node = std::make_unique<LambdaNode>(function.use(), std::move(list), std::move(body), element);
  for (const int column : node->columns_) node->outer_.nodes.push_back(MakeColumnNode(column, *arrow::field("", arrow::null()), arrow::null()));
  return node;
}

arrow::Result<NodePtr> Binder::BindLambdaCall(const Expr& expr, const LambdaFunction& function) {
  const auto& children = expr.children();
  const std::string& name = function.name();
  if (children.size() != 2) return Error(ErrorKind::kPlan, "The function '", name, "' expected 2 argument(s) but received ", children.size());
  if (children[0].kind() == ExprKind::kLambda) return Error(ErrorKind::kPlan, "The function '", name, "' expected a value at position 0 but received a lambda");
  if (children[1].kind() != ExprKind::kLambda) return Error(ErrorKind::kPlan, "The function '", name, "' expected a lambda at position 1 but received a value");
  const auto& parameters = children[1]->as<LambdaShape>().parameters;
  if (parameters.size() != 1) {
    std::string names;
    for (const auto& parameter : parameters) names += (names.empty() ? "" : ", ") + parameter;
    return Error(ErrorKind::kPlan, name, " lambda defined ", parameters.size(), " params (", names, "), but only 1 supported");
  }
  ARROW_ASSIGN_OR_RAISE(auto list, BindNode(children[0]));
  const TypePtr type = PlainList(list->type);
  if (!type) return Error(ErrorKind::kPlan, name, " expected a list as first argument, got ", TypeName(*list->type));
  ARROW_ASSIGN_OR_RAISE(list, Coerce(std::move(list), type));
  ARROW_ASSIGN_OR_RAISE(list, Widen(std::move(list)));
  const int element = scope_.size() + static_cast<int>(lambda_variables_.size());
  lambda_variables_.push_back({parameters[0], type->field(0)});
  auto body = BindNode(children[1].children()[0]);
  lambda_variables_.pop_back();
  ARROW_RETURN_NOT_OK(body.status());
  ARROW_ASSIGN_OR_RAISE(body, Widen(*std::move(body)));
  if (function.use() != LambdaUse::kTransform && (*body)->type->id() != Type::BOOL) {
    return Error(ErrorKind::kPlan, name, " lambda must return boolean, got ", TypeName(*(*body)->type));
  }
  ARROW_ASSIGN_OR_RAISE(auto node, MakeLambdaNode(function, std::move(list), *std::move(body), element));
  if (mode_ == Mode::kTypes) return MakeTypeNode(node->type, node->nullable);
  return Fold(std::move(node));
}

arrow::Result<NodePtr> Binder::BindLambdaVariable(const Expr& expr) {
  const std::string& name = expr->as<ColumnRef>().name;
  for (size_t k = lambda_variables_.size(); k-- > 0;) {
    if (lambda_variables_[k].first != name) continue;
    return MakeColumnNode(scope_.size() + static_cast<int>(k), *lambda_variables_[k].second, lambda_variables_[k].second->type());
  }
  return Error(ErrorKind::kPlan, "missing field of lambda variable ", name, " while resolving");
}

}  // namespace bowstring
