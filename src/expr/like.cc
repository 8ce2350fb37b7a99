// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/compute/api.h>
#include <arrow/scalar.h>

#include <bowstring/error.h>

#include "expr/binder.h"
#include "expr/bits.h"
#include "expr/operand.h"
#include "functions/cast.h"
#include "functions/like_pattern.h"
#include "functions/regex_classes.h"
#include "functions/regex_literal.h"
#include "functions/text_build.h"
#include "functions/text_view.h"

namespace bowstring {
namespace {

using arrow::ArrayData;

NodePtr Settle(NodePtr node, const BoundNode& text, const BoundNode& pattern) {
  node->type = node->physical = arrow::boolean();
  node->nullable = text.nullable || pattern.nullable;
  node->fallible = text.fallible || pattern.fallible || !LiteralOf(pattern);
  node->constant = text.constant && pattern.constant;
  node->stable = text.stable && pattern.stable;
  return node;
}

// What LIKE and regular expressions share: NULLs, constants, one pattern or one for each row.
class PatternNode : public BoundNode {
 public:
  PatternNode(NodePtr text, NodePtr pattern, bool negated) : text_(std::move(text)), pattern_(std::move(pattern)), negated_(negated) {}
  std::vector<const BoundNode*> children() const override { return {text_.get(), pattern_.get()}; }

  arrow::Result<arrow::Datum> Evaluate(RowFrame& frame) const override {
    ARROW_ASSIGN_OR_RAISE(auto text, text_->Evaluate(frame));
    ARROW_ASSIGN_OR_RAISE(auto pattern, pattern_->Evaluate(frame));
    const bool scalars = text.is_scalar() && pattern.is_scalar();
    if (IsNullScalar(text) || IsNullScalar(pattern)) {
      if (scalars) return arrow::Datum(arrow::MakeNullScalar(physical));
      return AllNull(physical, frame.num_rows(), frame.pool());
    }
    const int64_t n = scalars ? 1 : frame.num_rows();
    ARROW_ASSIGN_OR_RAISE(auto texts, ToArray(text, n, frame.pool()));
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(n, frame.pool()));
    uint8_t* out = bits->mutable_data();
    if (pattern.is_scalar()) {
      ARROW_RETURN_NOT_OK(MatchAll(frame.context(), texts, static_cast<const arrow::BaseBinaryScalar&>(*pattern.scalar()).view(), out));
    } else {
      // One pattern a row; runs of the same one are compiled once.
      const std::shared_ptr<ArrayData> patterns = pattern.array();
      for (int64_t i = 0; i < n;) {
        int64_t end = i + 1;
        auto same = [&](int64_t k) { return VisitText(*patterns, [&](auto p) { return p[k] == p[i]; }); };
        if (!patterns->IsValid(i) || !texts->IsValid(i)) {
          arrow::bit_util::ClearBit(out, i++);
          continue;
        }
        while (end < n && patterns->IsValid(end) && same(end)) ++end;
        ARROW_ASSIGN_OR_RAISE(auto part, arrow::AllocateBitmap(end - i, frame.pool()));
        const std::string one(VisitText(*patterns, [&](auto p) { return std::string(p[i]); }));
        ARROW_RETURN_NOT_OK(MatchAll(frame.context(), texts->Slice(i, end - i), one, part->mutable_data()));
        for (int64_t k = i; k < end; ++k) arrow::bit_util::SetBitTo(out, k, arrow::bit_util::GetBit(part->data(), k - i));
        i = end;
      }
    }
    if (negated_) {
      for (int64_t i = 0; i < bits->size(); ++i) out[i] = static_cast<uint8_t>(~out[i]);
    }
    ARROW_ASSIGN_OR_RAISE(auto validity, AndValidity({texts.get(), ArrayOf(pattern)}, n, frame.pool()));
    auto result = MakeBoolArray(n, std::move(validity), std::move(bits));
    if (!scalars) return arrow::Datum(std::move(result));
    ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(result)->GetScalar(0));
    return arrow::Datum(std::move(scalar));
  }

 protected:
  virtual arrow::Status MatchAll(KernelContext& context, const std::shared_ptr<ArrayData>& texts, std::string_view pattern, uint8_t* bits) const = 0;

 private:
  NodePtr text_, pattern_;
  bool negated_;
};

class LikeNode : public PatternNode {
 public:
  LikeNode(NodePtr text, NodePtr pattern, const LikePattern& like)
      : PatternNode(std::move(text), std::move(pattern), like.negated), fold_case_(like.dialect == LikePattern::kILike), escape_(like.escape) {}
  /// The pattern is known: compiled once, here.
  void Prepare(std::string_view pattern) { compiled_ = std::make_unique<LikeMatcher>(pattern, fold_case_, escape_); }

 protected:
  arrow::Status MatchAll(KernelContext&, const std::shared_ptr<ArrayData>& texts, std::string_view pattern, uint8_t* bits) const override {
    std::optional<LikeMatcher> own;
    if (!compiled_) own.emplace(pattern, fold_case_, escape_);
    const LikeMatcher& matcher = compiled_ ? *compiled_ : *own;
    // A row's leftover bytes under a NULL are valid to read, and the answer is masked.
    VisitText(*texts, [&](auto text) { PackBits(bits, texts->length, [&](int64_t i) { return texts->IsValid(i) && matcher.Matches(text[i]); }); });
    return arrow::Status::OK();
  }

 private:
  bool fold_case_;
  std::optional<char> escape_;
  std::unique_ptr<LikeMatcher> compiled_;
};

// Regular expressions by Arrow's RE2. Texts that aren't plain strings are cast for it.
class RegexNode : public PatternNode {
 public:
  RegexNode(NodePtr text, NodePtr pattern, bool fold_case, bool negated) : PatternNode(std::move(text), std::move(pattern), negated), fold_case_(fold_case) {}

 protected:
  arrow::Status MatchAll(KernelContext& context, const std::shared_ptr<ArrayData>& texts, std::string_view pattern, uint8_t* bits) const override {
    const std::string regex = UnicodeClasses(pattern);
    const LiteralFilter filter(fold_case_ ? std::string_view() : regex);
    arrow::StringBuilder builder(context.exec->memory_pool());
    std::vector<int64_t> candidates;  // only these are matched
    ARROW_RETURN_NOT_OK(VisitText(*texts, [&](auto text) -> arrow::Status {
      for (int64_t i = 0; i < texts->length; ++i) {
        arrow::bit_util::ClearBit(bits, i);
        if (!texts->IsValid(i) || !filter.MayMatch(text[i])) continue;
        candidates.push_back(i);
        ARROW_RETURN_NOT_OK(builder.Append(text[i]));
      }
      return arrow::Status::OK();
    }));
    ARROW_ASSIGN_OR_RAISE(const auto plain, builder.Finish());
    const arrow::compute::MatchSubstringOptions options(regex, fold_case_);
    auto out = arrow::compute::CallFunction("match_substring_regex", {arrow::Datum(plain)}, &options, context.exec);
    if (!out.ok()) {
      if (out.status().IsOutOfMemory()) return out.status();
      return Error(ErrorKind::kExecution, "Regular expression did not compile: ", out.status().message());
    }
    const arrow::BooleanArray answer(out->array());
    for (int64_t c = 0; c < answer.length(); ++c) arrow::bit_util::SetBitTo(bits, candidates[static_cast<size_t>(c)], answer.Value(c));
    return arrow::Status::OK();
  }

 private:
  bool fold_case_;
};

}  // namespace

arrow::Result<NodePtr> MakeLikeNode(LikePattern like, NodePtr text, NodePtr pattern) {
  const BoundNode &t = *text, &p = *pattern;
  if (like.dialect == LikePattern::kSimilarTo) {
    // As the peer has it: a regular expression that matches somewhere, % and _ are nothing special.
    if (like.escape) return Error(ErrorKind::kExecution, "SIMILAR TO does not support escape_char yet");
    return Settle(std::make_unique<RegexNode>(std::move(text), std::move(pattern), false, like.negated), t, p);
  }
  auto node = std::make_unique<LikeNode>(std::move(text), std::move(pattern), like);
  if (const arrow::Scalar* literal = LiteralOf(p); literal && literal->is_valid) {
    node->Prepare(static_cast<const arrow::BaseBinaryScalar&>(*literal).view());
  }
  return Settle(std::move(node), t, p);
}

arrow::Result<NodePtr> MakeRegexNode(BinaryOp op, NodePtr text, NodePtr pattern) {
  const BoundNode &t = *text, &p = *pattern;
  const bool fold_case = op == BinaryOp::kRegexIMatch || op == BinaryOp::kRegexNotIMatch;
  const bool negated = op == BinaryOp::kRegexNotMatch || op == BinaryOp::kRegexNotIMatch;
  return Settle(std::make_unique<RegexNode>(std::move(text), std::move(pattern), fold_case, negated), t, p);
}

}  // namespace bowstring
