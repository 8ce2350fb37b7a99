// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/expr.h>

#include <arrow/compare.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/function.h>

// Equality and hash of expressions. Both walk with a stack of their own: expressions may be a million terms deep.

namespace bowstring {
namespace {

bool SameMetadata(const std::shared_ptr<const arrow::KeyValueMetadata>& a, const std::shared_ptr<const arrow::KeyValueMetadata>& b) {
  const bool none_a = !a || a->size() == 0, none_b = !b || b->size() == 0;
  if (none_a || none_b) return none_a == none_b;
  return a->Equals(*b);
}

bool SameScalar(const std::shared_ptr<arrow::Scalar>& a, const std::shared_ptr<arrow::Scalar>& b) {
  if (a == b) return true;
  if (!a || !b) return false;
  // NaN literals are the same literal; 0.0 and -0.0 aren't: 1/x tells them apart.
  return a->type->Equals(*b->type) && a->Equals(*b, arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false));
}

bool SameField(const std::shared_ptr<arrow::Field>& a, const std::shared_ptr<arrow::Field>& b) {
  return a == b || (a && b && a->Equals(*b, /*check_metadata=*/true));
}

using Pairs = std::vector<std::pair<const Expr*, const Expr*>>;

bool PushAll(const std::vector<Expr>& a, const std::vector<Expr>& b, Pairs* pairs) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) pairs->emplace_back(&a[i], &b[i]);
  return true;
}

bool PushKeys(const std::vector<SortKey>& a, const std::vector<SortKey>& b, Pairs* pairs) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].ascending != b[i].ascending || a[i].nulls_first != b[i].nulls_first) return false;
    pairs->emplace_back(&a[i].expr, &b[i].expr);
  }
  return true;
}

bool PushOptional(const std::optional<Expr>& a, const std::optional<Expr>& b, Pairs* pairs) {
  if (a.has_value() != b.has_value()) return false;
  if (a) pairs->emplace_back(&*a, &*b);
  return true;
}

bool SameFrame(const WindowFrame& a, const WindowFrame& b) {
  return a.units == b.units && a.exclude == b.exclude && a.start.kind == b.start.kind && a.end.kind == b.end.kind &&
         SameScalar(a.start.offset, b.start.offset) && SameScalar(a.end.offset, b.end.offset);
}

// Compares the data of two nodes of one kind; expressions inside are put on `pairs`.
struct SameData {
  const ExprNode::Data& other;
  Pairs* pairs;

  template <typename T>
  const T& b() const { return std::get<T>(other); }

  bool operator()(const std::monostate&) const { return true; }
  bool operator()(const ColumnRef& a) const { return a == b<ColumnRef>(); }
  bool operator()(const LiteralValue& a) const {
    return SameScalar(a.value, b<LiteralValue>().value) && SameMetadata(a.metadata, b<LiteralValue>().metadata);
  }
  bool operator()(const AliasName& a) const {
    const auto& o = b<AliasName>();
    return a.name == o.name && a.relation == o.relation && SameMetadata(a.metadata, o.metadata);
  }
  bool operator()(const BinaryOp& a) const { return a == b<BinaryOp>(); }
  bool operator()(const Negated& a) const { return a.negated == b<Negated>().negated; }
  bool operator()(const LikePattern& a) const {
    const auto& o = b<LikePattern>();
    return a.dialect == o.dialect && a.negated == o.negated && a.escape == o.escape;
  }
  bool operator()(const CaseShape& a) const {
    return a.has_operand == b<CaseShape>().has_operand && a.has_else == b<CaseShape>().has_else;
  }
  bool operator()(const CastTarget& a) const { return SameField(a.field, b<CastTarget>().field); }
  bool operator()(const ScalarCall& a) const { return a.function == b<ScalarCall>().function; }
  bool operator()(const AggregateCall& a) const {
    const auto& o = b<AggregateCall>();
    return a.function == o.function && a.distinct == o.distinct && a.nulls == o.nulls && PushOptional(a.filter, o.filter, pairs) &&
           PushKeys(a.order_by, o.order_by, pairs);
  }
  bool operator()(const WindowCall& a) const {
    const auto& o = b<WindowCall>();
    return a.aggregate == o.aggregate && a.function == o.function && a.nulls == o.nulls && a.distinct == o.distinct &&
           SameFrame(a.frame, o.frame) && PushOptional(a.filter, o.filter, pairs) && PushKeys(a.order_by, o.order_by, pairs) &&
           PushAll(a.partition_by, o.partition_by, pairs);
  }
  bool operator()(const WildcardShape& a) const {
    const auto& o = b<WildcardShape>();
    if (a.qualifier != o.qualifier || a.exclude != o.exclude || a.rename != o.rename || a.replace.size() != o.replace.size()) return false;
    for (size_t i = 0; i < a.replace.size(); ++i) {
      if (a.replace[i].first != o.replace[i].first) return false;
      pairs->emplace_back(&a.replace[i].second, &o.replace[i].second);
    }
    return true;
  }
  bool operator()(const PlaceholderName& a) const { return a.id == b<PlaceholderName>().id && SameField(a.field, b<PlaceholderName>().field); }
  bool operator()(const SubqueryPlan& a) const {
    const auto& o = b<SubqueryPlan>();
    return a.plan == o.plan && a.negated == o.negated && a.op == o.op && a.quantifier == o.quantifier;
  }
  bool operator()(const GroupingShape& a) const { return a.kind == b<GroupingShape>().kind && a.lengths == b<GroupingShape>().lengths; }
  bool operator()(const LambdaShape& a) const { return a.parameters == b<LambdaShape>().parameters; }
  bool operator()(const SlotRef& a) const { return a.slot == b<SlotRef>().slot; }
};

// Mixes words into one hash; the same on every machine and in every process.
class Mixer {
 public:
  void Word(uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15ull;
    state_ ^= state_ >> 29;
  }
  void Text(std::string_view text) {
    Word(text.size());
    uint64_t hash = 0xCBF29CE484222325ull;
    for (unsigned char c : text) hash = (hash ^ c) * 0x100000001B3ull;
    Word(hash);
  }
  void Relation(const std::optional<TableName>& relation) {
    Word(relation.has_value());
    if (!relation) return;
    Text(relation->catalog);
    Text(relation->schema);
    Text(relation->table);
  }
  void Value(const std::shared_ptr<arrow::Scalar>& value) {
    Word(value != nullptr);
    if (!value) return;
    Word(static_cast<uint64_t>(value->type->id()));
    if (value->type->id() == arrow::Type::INT64 && value->is_valid) return Word(static_cast<const arrow::Int64Scalar&>(*value).value);
    Text(value->type->ToString());
    Word(value->is_valid);
    if (value->is_valid) Text(value->ToString());
  }
  uint64_t Finish() {
    Word(0x2545F4914F6CDD1Dull);
    return state_;
  }

 private:
  uint64_t state_ = 0x8A5CD789635D2DFFull;
};

// Mixes a node's own data; expressions inside are put on `pending`.
struct HashData {
  Mixer& mixer;
  std::vector<const Expr*>* pending;

  void Keys(const std::vector<SortKey>& keys) const {
    mixer.Word(keys.size());
    for (const SortKey& key : keys) {
      mixer.Word(key.ascending * 2 + key.nulls_first);
      pending->push_back(&key.expr);
    }
  }
  void Optional(const std::optional<Expr>& expr) const {
    mixer.Word(expr.has_value());
    if (expr) pending->push_back(&*expr);
  }

  void operator()(const std::monostate&) const {}
  void operator()(const ColumnRef& data) const {
    mixer.Relation(data.relation);
    mixer.Text(data.name);
  }
  void operator()(const LiteralValue& data) const { mixer.Value(data.value); }
  void operator()(const AliasName& data) const {
    mixer.Relation(data.relation);
    mixer.Text(data.name);
  }
  void operator()(const BinaryOp& data) const { mixer.Word(static_cast<uint64_t>(data)); }
  void operator()(const Negated& data) const { mixer.Word(data.negated); }
  void operator()(const LikePattern& data) const {
    mixer.Word(data.dialect * 2 + data.negated);
    mixer.Word(data.escape ? static_cast<unsigned char>(*data.escape) + 1 : 0);
  }
  void operator()(const CaseShape& data) const { mixer.Word(data.has_operand * 2 + data.has_else); }
  void operator()(const CastTarget& data) const { mixer.Text(data.field->type()->ToString()); }
  void operator()(const ScalarCall& data) const { mixer.Text(data.function->name()); }
  void operator()(const AggregateCall& data) const {
    mixer.Text(data.function->name());
    mixer.Word(data.distinct * 4 + static_cast<uint64_t>(data.nulls));
    Optional(data.filter);
    Keys(data.order_by);
  }
  void operator()(const WindowCall& data) const {
    mixer.Text(data.aggregate ? data.aggregate->name() : data.function->name());
    mixer.Word(data.distinct * 4 + static_cast<uint64_t>(data.nulls));
    mixer.Text(data.frame.ToString());
    Optional(data.filter);
    Keys(data.order_by);
    mixer.Word(data.partition_by.size());
    for (const Expr& expr : data.partition_by) pending->push_back(&expr);
  }
  void operator()(const WildcardShape& data) const {
    mixer.Relation(data.qualifier);
    for (const auto& name : data.exclude) mixer.Text(name);
    for (const auto& [name, expr] : data.replace) {
      mixer.Text(name);
      pending->push_back(&expr);
    }
    for (const auto& [from, to] : data.rename) {
      mixer.Text(from);
      mixer.Text(to);
    }
  }
  void operator()(const PlaceholderName& data) const { mixer.Text(data.id); }
  void operator()(const SubqueryPlan& data) const { mixer.Word(data.negated * 64 + static_cast<uint64_t>(data.op) * 2 + data.quantifier); }
  void operator()(const GroupingShape& data) const {
    mixer.Word(data.kind);
    for (int length : data.lengths) mixer.Word(length);
  }
  void operator()(const LambdaShape& data) const {
    for (const auto& name : data.parameters) mixer.Text(name);
  }
  void operator()(const SlotRef& data) const { mixer.Text(data.slot->field ? data.slot->field->name() : ""); }
};

}  // namespace

bool SortKey::Equals(const SortKey& other) const {
  return ascending == other.ascending && nulls_first == other.nulls_first && expr.Equals(other.expr);
}

bool Expr::Equals(const Expr& other) const {
  Pairs pairs{{this, &other}};
  while (!pairs.empty()) {
    auto [left, right] = pairs.back();
    pairs.pop_back();
    const ExprNode& a = left->node();
    const ExprNode& b = right->node();
    if (&a == &b) continue;
    if (a.kind != b.kind || a.depth != b.depth || a.data.index() != b.data.index()) return false;
    if (!std::visit(SameData{b.data, &pairs}, a.data) || !PushAll(a.children, b.children, &pairs)) return false;
  }
  return true;
}

uint64_t Expr::Hash() const {
  Mixer mixer;
  std::vector<const Expr*> pending{this};
  while (!pending.empty()) {
    const ExprNode& node = pending.back()->node();
    pending.pop_back();
    mixer.Word(static_cast<uint64_t>(node.kind));
    mixer.Word(node.children.size());
    std::visit(HashData{mixer, &pending}, node.data);
    for (const Expr& child : node.children) pending.push_back(&child);
  }
  return mixer.Finish();
}

}  // namespace bowstring
