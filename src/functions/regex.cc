// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>
#include <arrow/scalar.h>

#include "functions/cast.h"
#include "functions/define.h"
#include "functions/families.h"

// Regular expressions run in RE2, which Arrow carries; its syntax is Rust's but for a few classes. Runs of rows with one pattern are one
// call.

namespace bowstring {
namespace {

using arrow::ArrayData;
using DataPtr = std::shared_ptr<ArrayData>;

struct Regex {
  std::string pattern;  // flags are in front
  bool global = false;
};

arrow::Result<Regex> Compile(std::string_view pattern, std::string_view flags) {
  std::string inner;
  Regex out;
  for (const char flag : flags) {
    if (flag == 'g') {
      out.global = true;
    } else if (flag == 'i' || flag == 's' || flag == 'm' || flag == 'U') {
      inner += flag;
    } else if (flag == 'x') {
      return Error(ErrorKind::kNotImplemented, "the flag `x` of regular expressions");
    } else {
      return Error(ErrorKind::kExecution, "Invalid regular expression flag: ", flag);
    }
  }
  out.pattern = (inner.empty() ? "" : "(?" + inner + ")") + std::string(pattern);
  return out;
}

arrow::Status RegexStatus(const arrow::Status& status) {
  if (status.ok() || status.IsOutOfMemory()) return status;
  return Error(ErrorKind::kExecution, "Regular expression did not compile: ", status.message());
}

// Calls run(texts, first row, regex) for each stretch of rows that have one pattern and one set of flags; skips rows with a NULL.
template <typename Run>
arrow::Status ForRuns(const Rows& rows, size_t pattern, size_t flags, Run run) {
  const int64_t n = rows.size();
  const bool has_flags = flags < rows.arguments();
  for (int64_t i = 0; i < n;) {
    if (!rows.all_valid(i)) {
      ++i;
      continue;
    }
    const std::string_view p = rows.text(pattern, i), f = has_flags ? rows.text(flags, i) : "";
    int64_t end = i + 1;
    while (end < n && rows.all_valid(end) && rows.text(pattern, end) == p && (!has_flags || rows.text(flags, end) == f)) ++end;
    ARROW_ASSIGN_OR_RAISE(const Regex regex, Compile(p, f));
    arrow::StringBuilder builder(rows.pool());
    for (int64_t k = i; k < end; ++k) ARROW_RETURN_NOT_OK(builder.Append(rows.text(0, k)));
    ARROW_ASSIGN_OR_RAISE(auto texts, builder.Finish());
    ARROW_RETURN_NOT_OK(run(arrow::Datum(texts), i, end - i, regex));
    i = end;
  }
  return arrow::Status::OK();
}

Definition Def(std::string name, std::string signature, std::string description, std::string syntax) {
  Definition d;
  d.name = std::move(name);
  d.family = "regex";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = std::move(syntax);
  d.fallible = true;
  return d;
}

template <typename Resolve>
ScalarFunctionPtr Make(Definition d, Resolve resolve) {
  FunctionSpec spec;
  spec.name = d.name;
  spec.doc = {d.family, d.description, d.syntax, d.example};
  spec.resolve = [d, resolve](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ResolvedCall call;
    ARROW_ASSIGN_OR_RAISE(call.argument_types, MatchSignature(d, arguments));
    call.fallible = true;
    resolve(&call);
    return call;
  };
  return MakeFunction(std::move(spec));
}

arrow::Result<arrow::Datum> Like(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<int8_t> answer(rows.size(), -1);
  ARROW_RETURN_NOT_OK(ForRuns(rows, 1, 2, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    const arrow::compute::MatchSubstringOptions options(regex.pattern);
    auto out = arrow::compute::CallFunction("match_substring_regex", {texts}, &options, context.exec);
    ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
    const arrow::BooleanArray bits(out->array());
    for (int64_t k = 0; k < n; ++k) answer[first + k] = bits.Value(k);
    return arrow::Status::OK();
  }));
  return BoolRows(context, values, count, [&](const Rows&, int64_t i, bool* out, arrow::Status*) {
    *out = answer[i] > 0;
    return answer[i] < 0 ? Cell::kNull : Cell::kValue;
  });
}

arrow::Result<arrow::Datum> Count(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  // Start, when given, is a position from 1.
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<int64_t> answer(rows.size(), -1);
  ARROW_RETURN_NOT_OK(ForRuns(rows, 1, 3, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    arrow::Datum from = texts;
    if (rows.arguments() > 2) {
      const int64_t start = rows.value<int64_t>(2, first);
      if (start < 1) return Error(ErrorKind::kExecution, "regexp_count() requires start to be 1 based");
      const arrow::compute::SliceOptions slice(start - 1);
      ARROW_ASSIGN_OR_RAISE(from, arrow::compute::CallFunction("utf8_slice_codeunits", {texts}, &slice, context.exec));
    }
    const arrow::compute::MatchSubstringOptions options(regex.pattern);
    auto out = arrow::compute::CallFunction("count_substring_regex", {from}, &options, context.exec);
    ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
    const arrow::Int32Array counts(out->array());
    for (int64_t k = 0; k < n; ++k) answer[first + k] = counts.Value(k);
    return arrow::Status::OK();
  }));
  return FixedRows<int64_t>(context, values, count, arrow::int64(), [&](const Rows&, int64_t i, int64_t* out, arrow::Status*) {
    *out = answer[i];
    return answer[i] < 0 ? Cell::kNull : Cell::kValue;
  });
}

// Replacements name groups as \1 or ${1}; RE2 knows \1.
std::string Replacement(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size()) {
      if (text[i + 1] == '{') {
        const size_t end = text.find('}', i);
        if (end != std::string_view::npos) {
          out += '\\' + std::string(text.substr(i + 2, end - i - 2));
          i = end;
          continue;
        }
      } else if (std::isdigit(static_cast<unsigned char>(text[i + 1]))) {
        out += '\\';
        continue;
      }
    }
    if (text[i] == '\\' && (i + 1 == text.size() || !std::isdigit(static_cast<unsigned char>(text[i + 1])))) out += '\\';
    out += text[i];
  }
  return out;
}

arrow::Result<arrow::Datum> Replace(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<std::string> answer(rows.size());
  ARROW_RETURN_NOT_OK(ForRuns(rows, 1, 3, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    const arrow::StringArray input(texts.array());
    for (int64_t k = 0; k < n;) {
      // Within the run, stretches of one replacement.
      int64_t end = k + 1;
      while (end < n && rows.text(2, first + end) == rows.text(2, first + k)) ++end;
      const arrow::compute::ReplaceSubstringOptions options(regex.pattern, Replacement(rows.text(2, first + k)), regex.global ? -1 : 1);
      auto out = arrow::compute::CallFunction("replace_substring_regex", {arrow::Datum(input.Slice(k, end - k))}, &options, context.exec);
      ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
      const arrow::StringArray replaced(out->array());
      for (int64_t r = k; r < end; ++r) answer[first + r] = replaced.GetString(r - k);
      k = end;
    }
    return arrow::Status::OK();
  }));
  return TextRows(context, values, count, type, [&](const Rows&, int64_t i, std::string* out, arrow::Status*) {
    *out = std::move(answer[i]);
    return Cell::kValue;
  });
}

// The pattern with its capturing groups named g0, g1, ...; with none, all of it is one.
std::string NameGroups(std::string_view pattern, int* groups) {
  std::string out;
  *groups = 0;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out += c;
      out += pattern[++i];
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c == '(' && !in_class) {
      const std::string_view rest = pattern.substr(i + 1);
      const bool named = rest.starts_with("?P<") || (rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!"));
      if (named) {
        i = pattern.find('>', i);
        if (i == std::string_view::npos) return std::string(pattern);
      }
      if (named || !rest.starts_with("?")) {
        out += "(?P<g" + std::to_string((*groups)++) + ">";
        continue;
      }
    }
    out += c;
  }
  if (*groups == 0) {
    *groups = 1;
    return "(?P<g0>" + out + ")";
  }
  return out;
}

arrow::Result<arrow::Datum> Match(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& text_type) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  // Per row: the groups' texts, none where there is no match.
  std::vector<std::optional<std::vector<std::string>>> answer(rows.size());
  ARROW_RETURN_NOT_OK(ForRuns(rows, 1, 2, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    int groups = 0;
    const arrow::compute::ExtractRegexOptions options(NameGroups(regex.pattern, &groups));
    auto out = arrow::compute::CallFunction("extract_regex", {texts}, &options, context.exec);
    ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
    const arrow::StructArray found(out->array());
    for (int64_t k = 0; k < n; ++k) {
      if (!found.IsValid(k)) continue;
      auto& parts = answer[first + k].emplace();
      for (int g = 0; g < groups; ++g) parts.push_back(static_cast<const arrow::StringArray&>(*found.field(g)).GetString(k));
    }
    return arrow::Status::OK();
  }));
  arrow::ListBuilder lists(rows.pool(), std::make_shared<arrow::StringBuilder>(rows.pool()));
  auto* items = static_cast<arrow::StringBuilder*>(lists.value_builder());
  for (const auto& parts : answer) {
    if (!parts) {
      ARROW_RETURN_NOT_OK(lists.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(lists.Append());
    for (const auto& part : *parts) ARROW_RETURN_NOT_OK(items->Append(part));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, lists.Finish());
  ARROW_ASSIGN_OR_RAISE(auto data, CastArray(context, array->data(), arrow::list(text_type)));
  return rows.Finish(std::move(data));
}

}  // namespace

void AddRegexFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(Make(Def("regexp_like", "tt?t", "Whether a regular expression matches somewhere in a text.", "regexp_like(str, regexp[, flags])"), [](ResolvedCall* call) {
    call->result = ResultField(arrow::boolean());
    call->kernel = Like;
  }));
  out->push_back(Make(Def("regexp_count", "tt?it", "How many times a regular expression matches in a text.", "regexp_count(str, regexp[, start, flags])"), [](ResolvedCall* call) {
    call->result = ResultField(arrow::int64());
    call->kernel = Count;
  }));
  out->push_back(Make(Def("regexp_replace", "ttt?t", "The first match replaced, or all with the flag g.", "regexp_replace(str, regexp, replacement[, flags])"), [](ResolvedCall* call) {
    const TypePtr type = call->argument_types[0];
    call->result = ResultField(type);
    call->kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Replace(context, values, n, type); };
  }));
  out->push_back(Make(Def("regexp_match", "tt?t", "The groups of the first match, or all of it where there are none; NULL without a match.", "regexp_match(str, regexp[, flags])"), [](ResolvedCall* call) {
    const TypePtr type = call->argument_types[0];
    call->result = ResultField(arrow::list(type));
    call->kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Match(context, values, n, type); };
  }));
}

}  // namespace bowstring
