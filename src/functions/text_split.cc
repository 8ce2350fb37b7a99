// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/type.h>

#include "functions/define.h"
#include "functions/families.h"
#include "functions/lists.h"
#include "functions/utf8.h"

namespace bowstring {
namespace {

// Parts of a text between delimiters as a list. A NULL delimiter parts all characters; an empty text has no parts.
ScalarFunctionPtr MakeStringToArray() {
  Definition d;
  d.name = "string_to_array";
  d.signature = "tt?t";
  d.views = Definition::kInexact;
  d.syntax = "string_to_array(str, delimiter[, null_str])";
  FunctionSpec spec;
  spec.name = d.name;
  spec.aliases = {"string_to_list"};
  spec.doc = {"array", "The parts of a text between delimiters; those that are `null_str` are NULL.", d.syntax, "string_to_array('a,b', ',') = [a, b]"};
  spec.resolve = [d](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ResolvedCall call;
    Definition first = d;
    // NULLs beside the text don't make it a view.
    if (!arguments.empty() && IsText(*TypeOfArgument(arguments, 0))) first.views = Definition::kNever;
    ARROW_ASSIGN_OR_RAISE(call.argument_types, MatchSignature(first, arguments));
    if (TypeOfArgument(arguments, 0)->id() == arrow::Type::DICTIONARY) call.argument_types[0] = ValueType(TypeOfArgument(arguments, 0));
    const TypePtr item = call.argument_types[0], type = ListOf(item, false);
    call.result = ResultField(type);
    call.kernel = [item, type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      TextBuilder parts(item, rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      int64_t total = 0;
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(rows.valid(0, i));
        std::string_view text = valid.back() ? rows.text(0, i) : std::string_view();
        const bool has_null = rows.arguments() > 2 && rows.valid(2, i);
        const std::string_view null = has_null ? rows.text(2, i) : std::string_view();
        auto add = [&](std::string_view part) {
          ++total;
          return has_null && part == null ? parts.AppendNull() : parts.Append(part);
        };
        if (text.empty()) {
        } else if (!rows.valid(1, i)) {
          for (size_t at = 0; at < text.size(); at += Utf8Length(text, at)) ARROW_RETURN_NOT_OK(add(text.substr(at, Utf8Length(text, at))));
        } else if (const std::string_view delimiter = rows.text(1, i); delimiter.empty()) {
          ARROW_RETURN_NOT_OK(add(text));
        } else {
          for (size_t found; (found = text.find(delimiter)) != std::string_view::npos; text.remove_prefix(found + delimiter.size())) {
            ARROW_RETURN_NOT_OK(add(text.substr(0, found)));
          }
          ARROW_RETURN_NOT_OK(add(text));
        }
        offsets.push_back(total);
      }
      ARROW_ASSIGN_OR_RAISE(auto elements, parts.Finish());
      ARROW_ASSIGN_OR_RAISE(auto lists, WrapLists(type, offsets, valid, std::move(elements), rows.pool()));
      return rows.Finish(std::move(lists));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddTextSplitFunctions(std::vector<ScalarFunctionPtr>* out) { out->push_back(MakeStringToArray()); }

}  // namespace bowstring
