// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Replays tests/golden/expr_*.txt, which scripts/oracle_expr.py writes with the peer's answers.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <gtest/gtest.h>

#include <bowstring/error.h>

#include "expr/bind.h"
#include "functions/cast.h"
#include "functions/registry.h"
#include "functions/type_names.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

std::filesystem::path GoldenFolder() {
  for (auto at = std::filesystem::read_symlink("/proc/self/exe").parent_path(); at.has_relative_path(); at = at.parent_path()) {
    if (std::filesystem::exists(at / "tests" / "golden" / "expr_cast.txt")) return at / "tests" / "golden";
  }
  return {};
}

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> out(1);
  for (char c : text) {
    if (c == at) out.emplace_back();
    else out.back() += c;
  }
  return out;
}

std::string Unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'p' ? '|' : c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

std::string Escape(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') out += "\\\\";
    else if (c == '|') out += "\\p";
    else if (c == '\t') out += "\\t";
    else if (c == '\n') out += "\\n";
    else out += c;
  }
  return out;
}

// Floats may differ in the last digits: the peer's mathematical library is another.
bool Same(const std::string& type, const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (type != "Float64" && type != "Float32") return false;
  const auto x = Split(a, '|'), y = Split(b, '|');
  if (x.size() != y.size()) return false;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i]) continue;
    if (x[i] == "\\N" || y[i] == "\\N") return false;
    const double p = std::stod(x[i]), q = std::stod(y[i]);
    if (!(std::abs(p - q) <= (type == "Float32" ? 1e-6 : 1e-14) * std::max(std::abs(p), std::abs(q)))) return false;
  }
  return true;
}

class Reader {
 public:
  Reader(std::string text, KernelContext* context) : text_(std::move(text)), context_(context) {}
  arrow::Result<Expr> Read() {
    Blanks();
    if (text_[at_] != '(') return Column(Word());
    ++at_;
    const std::string head = Word();
    if (head == "lit") {
      ARROW_ASSIGN_OR_RAISE(auto type, ParseTypeName(Quoted()));
      const std::string value = Quoted();
      ++at_;
      if (type->id() == arrow::Type::NA) return Expr();
      ARROW_ASSIGN_OR_RAISE(auto scalar, CastScalar(*context_, *std::make_shared<arrow::StringScalar>(value), type));
      return Literal(std::move(scalar));
    }
    std::string name;
    if (head == "cast" || head == "try_cast" || head == "f") name = Quoted();
    std::vector<Expr> a;
    while (true) {
      Blanks();
      if (text_[at_] == ')') break;
      ARROW_ASSIGN_OR_RAISE(auto child, Read());
      a.push_back(std::move(child));
    }
    ++at_;
    return Make(head, name, std::move(a));
  }

 private:
  void Blanks() {
    while (text_[at_] == ' ') ++at_;
  }
  std::string Word() {
    Blanks();
    std::string out;
    while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')' && text_[at_] != '(') out += text_[at_++];
    return out;
  }
  std::string Quoted() {
    Blanks();
    std::string out;
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
        out += text_[at_] == 't' ? '\t' : text_[at_] == 'n' ? '\n' : text_[at_];
      } else {
        out += text_[at_];
      }
    }
    ++at_;
    return out;
  }
  static arrow::Result<Expr> Make(const std::string& head, const std::string& name, std::vector<Expr> a) {
    static const std::map<std::string, BinaryOp> kOps = {
        {"+", BinaryOp::kPlus}, {"-", BinaryOp::kMinus}, {"*", BinaryOp::kMultiply}, {"/", BinaryOp::kDivide}, {"%", BinaryOp::kModulo},
        {"=", BinaryOp::kEq}, {"!=", BinaryOp::kNotEq}, {"<", BinaryOp::kLt}, {"<=", BinaryOp::kLtEq}, {">", BinaryOp::kGt}, {">=", BinaryOp::kGtEq},
        {"is_distinct_from", BinaryOp::kIsDistinctFrom}, {"is_not_distinct_from", BinaryOp::kIsNotDistinctFrom}, {"and", BinaryOp::kAnd}, {"or", BinaryOp::kOr},
        {"||", BinaryOp::kConcat}, {"&", BinaryOp::kBitAnd}, {"|", BinaryOp::kBitOr}, {"<<", BinaryOp::kShiftLeft}, {">>", BinaryOp::kShiftRight},
        {"~", BinaryOp::kRegexMatch}, {"!~", BinaryOp::kRegexNotMatch}, {"~*", BinaryOp::kRegexIMatch}};
    static const std::map<std::string, ExprKind> kIs = {
        {"is_null", ExprKind::kIsNull}, {"is_not_null", ExprKind::kIsNotNull}, {"is_true", ExprKind::kIsTrue}, {"is_not_true", ExprKind::kIsNotTrue},
        {"is_false", ExprKind::kIsFalse}, {"is_not_false", ExprKind::kIsNotFalse}, {"is_unknown", ExprKind::kIsUnknown}, {"is_not_unknown", ExprKind::kIsNotUnknown},
        {"not", ExprKind::kNot}, {"neg", ExprKind::kNegative}};
    if (auto it = kOps.find(head); it != kOps.end()) return Binary(it->second, a[0], a[1]);
    if (auto it = kIs.find(head); it != kIs.end()) return MakeExpr(it->second, std::move(a));
    if (head == "between" || head == "not_between") return Between(a[0], a[1], a[2], head[0] == 'n');
    if (head == "in" || head == "not_in") return MakeExpr(ExprKind::kInList, std::move(a), Negated{head[0] == 'n'});
    if (head == "like" || head == "ilike") {
      return MakeExpr(ExprKind::kLike, std::move(a), LikePattern{head[0] == 'i' ? LikePattern::kILike : LikePattern::kLike, false, std::nullopt});
    }
    if (head == "case") {
      const bool otherwise = a.size() % 2 == 1;
      return Case({false, otherwise}, std::move(a));
    }
    if (head == "cast" || head == "try_cast") {
      ARROW_ASSIGN_OR_RAISE(auto type, ParseTypeName(name));
      return head == "cast" ? Cast(a[0], type) : TryCast(a[0], type);
    }
    if (head == "f") {
      ARROW_ASSIGN_OR_RAISE(auto function, ScalarRegistry().Get(name));
      return Call(std::move(function), std::move(a));
    }
    return arrow::Status::Invalid("no such operation: ", head);
  }

  std::string text_;
  size_t at_ = 0;
  KernelContext* context_;
};

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, AnswersAreThePeers) {
  const auto path = GoldenFolder() / ("expr_" + GetParam() + ".txt");
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  arrow::compute::ExecContext exec(arrow::default_memory_pool(), nullptr);
  exec.set_use_threads(false);
  KernelContext context;
  context.exec = &exec;
  arrow::FieldVector fields;
  std::vector<std::shared_ptr<arrow::ArrayData>> columns;
  int cases = 0, failures = 0;
  std::string line;
  while (std::getline(file, line)) {
    const bool column = line.starts_with("column ");
    auto parts = Split(line.substr(column ? 7 : 5), '\t');
    ASSERT_EQ(parts.size(), 3u) << line;
    if (column) {
      arrow::StringBuilder builder;
      for (const auto& value : Split(parts[2], '|')) ASSERT_TRUE((value == "\\N" ? builder.AppendNull() : builder.Append(Unescape(value))).ok());
      auto array = CastArray(context, (*builder.Finish())->data(), *ParseTypeName(parts[1]));
      ASSERT_TRUE(array.ok()) << line << array.status().ToString();
      fields.push_back(arrow::field(parts[0], (*array)->type));
      columns.push_back(*array);
      continue;
    }
    ++cases;
    // Twice: on all rows, and through a selection that names each row.
    for (const bool selected : {false, true}) {
      Batch batch;
      batch.data = arrow::RecordBatch::Make(arrow::schema(fields), columns[0]->length, columns);
      if (selected) {
        auto rows = std::make_shared<Selection>();
        std::vector<int32_t> all;
        for (int32_t i = 0; i < columns[0]->length; ++i) all.push_back(i);
        rows->length = static_cast<int64_t>(all.size());
        rows->indices = arrow::Buffer::FromVector(std::move(all));
        batch.rows = rows;
      }
      std::string type = "!", values, message;
      auto run = [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto expr, Reader(parts[0], &context).Read());
        ARROW_ASSIGN_OR_RAISE(auto bound, Bind(expr, Scope::Of(*batch.data->schema()), *batch.data->schema(), {.fused = !selected, .narrow_output = true}));
        ARROW_ASSIGN_OR_RAISE(auto array, bound->EvaluateArray(context, batch));
        ARROW_RETURN_NOT_OK(array->ValidateFull());
        if (!array->type()->Equals(*bound->physical_type())) return arrow::Status::Invalid("type is not as bound: ", array->type()->ToString());
        ARROW_ASSIGN_OR_RAISE(auto write, MakeValueWriter(array->data()));
        for (int64_t i = 0; i < array->length(); ++i) {
          std::string text;
          if (array->IsValid(i)) write(i, &text);
          values += (i > 0 ? "|" : "") + (array->IsValid(i) ? Escape(text) : "\\N");
        }
        type = TypeName(*bound->type());
        return arrow::Status::OK();
      };
      const arrow::Status status = run();
      if (!status.ok()) {
        type = "!";
        values = ErrorText(status);
      }
      if (type != parts[1] || (type != "!" && !Same(type, values, parts[2]))) {
        ADD_FAILURE() << parts[0] << (selected ? " (selected)" : "") << "\n  peer " << parts[1] << " " << parts[2] << "\n  ours " << type << " " << values;
        if (++failures > 400) return;
      }
    }
  }
  EXPECT_GT(cases, 10);
}

INSTANTIATE_TEST_SUITE_P(Expr, GoldenTest, testing::Values("arithmetic", "comparison", "logic", "cast", "temporal", "text", "math", "other"), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace bowstring
