// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/json/infer.h"

#include <arrow/type.h>

#include "sources/text_value.h"

namespace bowstring::json {
namespace {

constexpr uint32_t kBoolean = 1, kInteger = 2, kDouble = 4, kText = 8, kList = 16, kObject = 32;

}  // namespace

InferredType& InferredType::Member(std::string_view name) {
  auto [found, fresh] = by_name_.try_emplace(std::string(name), members_.size());
  if (fresh) members_.emplace_back(std::string(name), std::make_unique<InferredType>());
  return *members_[found->second].second;
}

bool InferredType::Add(Parser& parser, int depth) {
  if (depth > kMaxDepth) return parser.Fail("values nest deeper than 200 levels");
  parser.SkipBlanks();
  std::string_view text;
  std::string scratch;
  switch (parser.Peek()) {
    case 'n': null_ = true; return parser.Word("null");
    case 't': seen_ |= kBoolean; return parser.Word("true");
    case 'f': seen_ |= kBoolean; return parser.Word("false");
    case '"': seen_ |= kText; return parser.String(&text, &scratch);
    case '[':
      seen_ |= kList;
      if (items_ == nullptr) items_ = std::make_unique<InferredType>();
      return parser.Sequence(']', [&] { return items_->Add(parser, depth + 1); });
    case '{':
      seen_ |= kObject;
      return parser.Sequence('}', [&] {
        if (!parser.String(&text, &scratch)) return false;
        InferredType& member = Member(text);
        return parser.Expect(':') && member.Add(parser, depth + 1);
      });
    default: {
      if (!parser.Number(&text)) return false;
      int64_t value;
      const bool whole = text.find_first_of(".eE") == std::string_view::npos && text != "-0" && ParseInt64(text, &value);
      seen_ |= whole ? kInteger : kDouble;
      return true;
    }
  }
}

arrow::FieldVector InferredType::fields() const {
  arrow::FieldVector out;
  for (const auto& [name, member] : members_) out.push_back(arrow::field(name, member->type()));
  return out;
}

std::shared_ptr<arrow::DataType> InferredType::type() const {
  switch (seen_) {
    case 0: return arrow::null();
    case kBoolean: return arrow::boolean();
    case kInteger: return arrow::int64();
    case kDouble:
    case kInteger | kDouble: return arrow::float64();
    case kList:  // what has only NULLs could be anything: text, as the peer says
      return arrow::list(arrow::field("item", items_->seen_ == 0 && items_->null_ ? arrow::utf8() : items_->type()));
    case kObject: return arrow::struct_(fields());
    default: return arrow::utf8();
  }
}

}  // namespace bowstring::json
