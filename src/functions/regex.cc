// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>
#include <arrow/scalar.h>

#include "functions/cast.h"
#include "functions/define.h"
#include "functions/regex_classes.h"
#include "functions/regex_literal.h"
#include "functions/utf8.h"
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

// A pattern in which blanks and comments don't count, without them.
std::string WithoutBlanks(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out += c;
      out += pattern[++i];
      continue;
    }
    if (std::isspace(static_cast<unsigned char>(c))) continue;
    if (c == '#' && !in_class) {
      while (i < pattern.size() && pattern[i] != '\n') ++i;
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    out += c;
  }
  return out;
}

arrow::Result<Regex> Compile(std::string_view function, std::string_view pattern, std::string_view flags) {
  std::string inner;
  bool extended = false;
  Regex out;
  for (const char flag : flags) {
    if (flag == 'g') {
      if (function != "regexp_replace") return Error(ErrorKind::kExecution, function, "() does not support the \"global\" option");
      out.global = true;
    } else if (flag == 'i' || flag == 's' || flag == 'm' || flag == 'U') {
      inner += flag;
    } else if (flag == 'x') {
      extended = true;
    } else if (flag == 'u') {  // Unicode: always
    } else {
      return Error(ErrorKind::kExecution, "Invalid regular expression flag: ", flag);
    }
  }
  out.pattern = (inner.empty() ? "" : "(?" + inner + ")") + UnicodeClasses(extended ? WithoutBlanks(pattern) : std::string(pattern));
  return out;
}

arrow::Status RegexStatus(const arrow::Status& status) {
  if (status.ok() || status.IsOutOfMemory()) return status;
  return Error(ErrorKind::kExecution, "Regular expression did not compile: ", status.message());
}

// Calls run(first row, rows, regex) for each stretch of rows that have one pattern and one set of flags; skips rows with a NULL.
template <typename Run>
arrow::Status ForPatterns(std::string_view function, const Rows& rows, size_t pattern, size_t flags, Run run) {
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
    ARROW_ASSIGN_OR_RAISE(const Regex regex, Compile(function, p, f));
    ARROW_RETURN_NOT_OK(run(i, end - i, regex));
    i = end;
  }
  return arrow::Status::OK();
}

// As above: run(texts, first row, rows, regex).
template <typename Run>
arrow::Status ForRuns(std::string_view function, const Rows& rows, size_t pattern, size_t flags, Run run) {
  return ForPatterns(function, rows, pattern, flags, [&](int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    arrow::StringBuilder builder(rows.pool());
    for (int64_t k = first; k < first + n; ++k) ARROW_RETURN_NOT_OK(builder.Append(rows.text(0, k)));
    ARROW_ASSIGN_OR_RAISE(auto texts, builder.Finish());
    return run(arrow::Datum(texts), first, n, regex);
  });
}

Definition Def(std::string name, std::string signature, std::string description, std::string syntax) {
  Definition d;
  d.name = std::move(name);
  d.family = "regex";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = std::move(syntax);
  d.fallible = true;
  d.views = Definition::kMixed;
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

// Rows whose texts have what the pattern asks for in any case: only these are matched.
arrow::Result<arrow::Datum> Like(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<int8_t> answer(rows.size(), -1);
  std::vector<int64_t> candidates;
  ARROW_RETURN_NOT_OK(ForPatterns("regexp_like", rows, 1, 2, [&](int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    const LiteralFilter filter(regex.pattern);
    arrow::StringBuilder builder(rows.pool());
    candidates.clear();
    for (int64_t k = first; k < first + n; ++k) {
      const std::string_view text = rows.text(0, k);
      answer[k] = 0;
      if (!filter.MayMatch(text)) continue;
      candidates.push_back(k);
      ARROW_RETURN_NOT_OK(builder.Append(text));
    }
    // Also of no rows, so that a wrong pattern is always found.
    ARROW_ASSIGN_OR_RAISE(const auto texts, builder.Finish());
    const arrow::compute::MatchSubstringOptions options(regex.pattern);
    auto out = arrow::compute::CallFunction("match_substring_regex", {arrow::Datum(texts)}, &options, context.exec);
    ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
    const arrow::BooleanArray bits(out->array());
    for (size_t c = 0; c < candidates.size(); ++c) answer[candidates[c]] = bits.Value(static_cast<int64_t>(c));
    return arrow::Status::OK();
  }));
  return BoolRows(context, values, count, [&](const Rows&, int64_t i, bool* out, arrow::Status*) {
    *out = answer[i] > 0;
    return answer[i] < 0 ? Cell::kNull : Cell::kValue;
  });
}

// Arrow counts empty matches at every byte, but replaces at every character: so many bytes longer is the text with `x` in each match's place
// than with nothing there.
arrow::Result<arrow::Datum> CountByReplacing(const arrow::Datum& texts, const std::string& pattern, KernelContext& context) {
  arrow::Datum lengths[2];
  for (const bool marked : {false, true}) {
    const arrow::compute::ReplaceSubstringOptions options(pattern, marked ? "x" : "");
    ARROW_ASSIGN_OR_RAISE(auto replaced, arrow::compute::CallFunction("replace_substring_regex", {texts}, &options, context.exec));
    ARROW_ASSIGN_OR_RAISE(lengths[marked], arrow::compute::CallFunction("binary_length", {replaced}, context.exec));
  }
  return arrow::compute::Subtract(lengths[1], lengths[0], arrow::compute::ArithmeticOptions(), context.exec);
}

arrow::Result<arrow::Datum> Count(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  // Start, when given, is a position from 1.
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<int64_t> answer(rows.size(), -1);
  ARROW_RETURN_NOT_OK(ForRuns("regexp_count", rows, 1, 3, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    arrow::Datum from = texts;
    if (rows.arguments() > 2) {
      const int64_t start = rows.value<int64_t>(2, first);
      if (start < 1) return Error(ErrorKind::kExecution, "regexp_count() requires start to be 1 based");
      const arrow::compute::SliceOptions slice(start - 1);
      ARROW_ASSIGN_OR_RAISE(from, arrow::compute::CallFunction("utf8_slice_codeunits", {texts}, &slice, context.exec));
    }
    const arrow::compute::MatchSubstringOptions options(regex.pattern);
    const auto matches = [&](const arrow::Datum& in) { return arrow::compute::CallFunction("count_substring_regex", {in}, &options, context.exec); };
    const auto empty = matches(arrow::Datum(arrow::StringScalar("")));
    ARROW_RETURN_NOT_OK(RegexStatus(empty.status()));
    const bool matches_empty = empty->scalar()->is_valid && empty->scalar()->ToString() != "0";
    ARROW_ASSIGN_OR_RAISE(auto out, matches_empty ? CountByReplacing(from, regex.pattern, context) : matches(from));
    ARROW_ASSIGN_OR_RAISE(out, arrow::compute::Cast(out, arrow::int64(), arrow::compute::CastOptions::Safe(), context.exec));
    const arrow::Int64Array counts(out.array());
    for (int64_t k = 0; k < n; ++k) answer[first + k] = counts.Value(k);
    return arrow::Status::OK();
  }));
  return FixedRows<int64_t>(context, values, count, arrow::int64(), [&](const Rows&, int64_t i, int64_t* out, arrow::Status*) {
    *out = answer[i];
    return answer[i] < 0 ? Cell::kNull : Cell::kValue;
  });
}

// A pattern's capturing groups: how many, and their names ("" for those without).
std::vector<std::string> GroupNames(std::string_view pattern) {
  std::vector<std::string> out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c != '(' || in_class) continue;
    const std::string_view rest = pattern.substr(i + 1);
    const size_t head = rest.starts_with("?P<") ? 3 : rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!") ? 2 : 0;
    if (head > 0) out.emplace_back(rest.substr(head, rest.find('>') - head));
    else if (!rest.starts_with("?")) out.emplace_back();
  }
  return out;
}

// Replacements name groups as \1 (or \\1), $1, ${1} or ${name}, $$ is a dollar; RE2 knows \1. A group that isn't there is no text.
arrow::Result<std::string> Replacement(std::string_view text, const std::vector<std::string>& groups) {
  std::string out;
  auto group = [&](std::string_view name) -> arrow::Status {
    size_t number = groups.size() + 1;
    if (!name.empty() && name.size() < 6 && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); })) {
      number = static_cast<size_t>(std::stoul(std::string(name)));
    } else {
      for (size_t k = 0; k < groups.size(); ++k) {
        if (groups[k] == name && !name.empty()) number = k + 1;
      }
    }
    if (number > groups.size()) return arrow::Status::OK();
    if (number > 9) return Error(ErrorKind::kNotImplemented, "more than 9 groups in the replacement of a regular expression");
    out += '\\' + std::to_string(number);
    return arrow::Status::OK();
  };
  auto word_end = [&](size_t i, auto in_word) {
    while (i < text.size() && in_word(static_cast<unsigned char>(text[i]))) ++i;
    return i;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      const size_t digits = word_end(i, [](unsigned char c) { return c == '\\'; });
      const size_t end = word_end(digits, [](unsigned char c) { return std::isdigit(c) != 0; });
      const size_t written = end == digits ? digits - i : digits - i - std::min<size_t>(digits - i, 2);
      for (size_t k = 0; k < written; ++k) out += "\\\\";
      if (end > digits) ARROW_RETURN_NOT_OK(group(text.substr(digits, end - digits)));
      i = end - 1;
    } else if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$') {
      out += text[i++];
    } else if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{' && text.find('}', i) != std::string_view::npos) {
      const size_t end = text.find('}', i);
      ARROW_RETURN_NOT_OK(group(text.substr(i + 2, end - i - 2)));
      i = end;
    } else if (text[i] == '$' && i + 1 < text.size() && (std::isalnum(static_cast<unsigned char>(text[i + 1])) || text[i + 1] == '_')) {
      const size_t end = word_end(i + 1, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
      ARROW_RETURN_NOT_OK(group(text.substr(i + 1, end - i - 1)));
      i = end - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

arrow::Result<arrow::Datum> Replace(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<std::string> answer(rows.size());
  ARROW_RETURN_NOT_OK(ForRuns("regexp_replace", rows, 1, 3, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    const arrow::StringArray input(texts.array());
    const auto groups = GroupNames(regex.pattern);
    for (int64_t k = 0; k < n;) {
      // Within the run, stretches of one replacement.
      int64_t end = k + 1;
      while (end < n && rows.text(2, first + end) == rows.text(2, first + k)) ++end;
      ARROW_ASSIGN_OR_RAISE(const std::string with, Replacement(rows.text(2, first + k), groups));
      const arrow::compute::ReplaceSubstringOptions options(regex.pattern, with, regex.global ? -1 : 1);
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

// Where the groups of a pattern (all of it, where it has none) lie in a text's first match: byte and length; none for a group that took
// no part. `groups` in front: the whole match.
struct Spans {
  std::shared_ptr<arrow::StructArray> found;
  bool matched(int64_t row) const { return found->IsValid(row); }
  int groups() const { return found->num_fields(); }
  std::optional<std::pair<int64_t, int64_t>> at(int group, int64_t row) const {
    const auto& field = static_cast<const arrow::FixedSizeListArray&>(*found->field(group));
    if (!field.IsValid(row)) return std::nullopt;
    const arrow::Array& numbers = *field.values();
    auto number = [&](int64_t k) -> int64_t {
      const int64_t i = field.value_offset(row) + k;
      return numbers.type_id() == arrow::Type::INT64 ? static_cast<const arrow::Int64Array&>(numbers).Value(i) : static_cast<const arrow::Int32Array&>(numbers).Value(i);
    };
    return std::pair{number(0), number(1)};
  }
};
arrow::Result<Spans> FindSpans(const arrow::Datum& texts, const std::string& pattern, arrow::compute::ExecContext* exec) {
  const arrow::compute::ExtractRegexSpanOptions options(pattern);
  auto out = arrow::compute::CallFunction("extract_regex_span", {texts}, &options, exec);
  ARROW_RETURN_NOT_OK(RegexStatus(out.status()));
  return Spans{std::make_shared<arrow::StructArray>(out->array())};
}

arrow::Result<arrow::Datum> Match(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& text_type) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  // Per row: the groups' texts, none where there is no match. Groups that took no part are left out.
  std::vector<std::optional<std::vector<std::string>>> answer(rows.size());
  ARROW_RETURN_NOT_OK(ForRuns("regexp_match", rows, 1, 2, [&](const arrow::Datum& texts, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    int groups = 0;
    ARROW_ASSIGN_OR_RAISE(const Spans spans, FindSpans(texts, NameGroups(regex.pattern, &groups), context.exec));
    const arrow::StringArray input(texts.array());
    for (int64_t k = 0; k < n; ++k) {
      if (!spans.matched(k)) continue;
      auto& parts = answer[first + k].emplace();
      for (int g = 0; g < groups; ++g) {
        if (const auto span = spans.at(g, k)) parts.emplace_back(input.GetView(k).substr(static_cast<size_t>(span->first), static_cast<size_t>(span->second)));
      }
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

// The place, in characters from 1, of the n-th match, or of one of its groups; 0 where there is none.
arrow::Result<arrow::Datum> Instr(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<int64_t> answer(rows.size(), -1);
  ARROW_RETURN_NOT_OK(ForRuns("regexp_instr", rows, 1, 4, [&](const arrow::Datum&, int64_t first, int64_t n, const Regex& regex) -> arrow::Status {
    int groups = 0;
    const bool grouped = !GroupNames(regex.pattern).empty();
    const std::string pattern = "(?P<all>" + NameGroups(regex.pattern, &groups) + ")";
    // Each round looks for one more match in what is left of the texts.
    struct Search {
      int64_t row, at, left, group;
    };
    std::vector<Search> searches;
    for (int64_t i = first; i < first + n; ++i) {
      if (!rows.all_valid(i)) continue;
      auto number = [&](size_t a) { return rows.arguments() > a ? rows.value<int64_t>(a, i) : 1; };
      const int64_t start = number(2), nth = number(3), group = rows.arguments() > 5 ? rows.value<int64_t>(5, i) : 0;
      if (start < 1) return Error(ErrorKind::kExecution, "regexp_instr() requires start to be 1-based");
      if (nth < 1) return Error(ErrorKind::kExecution, "N must be 1 or greater");
      if (group < 0) return Error(ErrorKind::kExecution, "the group of regexp_instr() must not be negative");
      answer[i] = 0;
      const std::string_view text = rows.text(0, i);
      const size_t from = Utf8Offset(text, start - 1);
      if (start == 1 || from < text.size()) searches.push_back({i, static_cast<int64_t>(from), nth, group});
    }
    while (!searches.empty()) {
      arrow::StringBuilder builder(rows.pool());
      for (const Search& search : searches) ARROW_RETURN_NOT_OK(builder.Append(rows.text(0, search.row).substr(static_cast<size_t>(search.at))));
      ARROW_ASSIGN_OR_RAISE(auto rest, builder.Finish());
      ARROW_ASSIGN_OR_RAISE(const Spans spans, FindSpans(arrow::Datum(rest), pattern, context.exec));
      std::vector<Search> next;
      for (size_t k = 0; k < searches.size(); ++k) {
        Search search = searches[k];
        const auto row = static_cast<int64_t>(k);
        if (!spans.matched(row)) continue;
        const auto all = spans.at(0, row);
        const std::string_view text = rows.text(0, search.row);
        if (--search.left == 0) {
          const bool known = search.group == 0 || (grouped && search.group < spans.groups());
          const auto span = known ? spans.at(static_cast<int>(search.group), row) : std::nullopt;
          if (span) answer[search.row] = CountUtf8(text.substr(0, static_cast<size_t>(search.at + span->first))) + 1;
          continue;
        }
        int64_t end = search.at + all->first + all->second;
        if (all->second == 0) end += end < static_cast<int64_t>(text.size()) ? static_cast<int64_t>(Utf8Length(text, static_cast<size_t>(end))) : 1;
        if (end > static_cast<int64_t>(text.size())) continue;
        search.at = end;
        next.push_back(search);
      }
      searches = std::move(next);
    }
    return arrow::Status::OK();
  }));
  return FixedRows<int64_t>(context, values, count, arrow::int64(), [&](const Rows&, int64_t i, int64_t* out, arrow::Status*) {
    *out = answer[i];
    return answer[i] < 0 ? Cell::kNull : Cell::kValue;
  });
}

}  // namespace

void AddRegexFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(Make(Def("regexp_like", "vt?t", "Whether a regular expression matches somewhere in a text.", "regexp_like(str, regexp[, flags])"), [](ResolvedCall* call) {
    call->result = ResultField(arrow::boolean());
    call->kernel = Like;
  }));
  out->push_back(Make(Def("regexp_count", "vx?it", "How many times a regular expression matches in a text.", "regexp_count(str, regexp[, start, flags])"), [](ResolvedCall* call) {
    call->result = ResultField(arrow::int64());
    call->kernel = Count;
  }));
  out->push_back(Make(Def("regexp_instr", "vx?iiti", "The place of the n-th match, or of one of its groups, from 1; 0 where there is none.", "regexp_instr(str, regexp[, start, n, flags, group])"), [](ResolvedCall* call) {
    call->result = ResultField(arrow::int64());
    call->kernel = Instr;
  }));
  out->push_back(Make(Def("regexp_replace", "vvv?v", "The first match replaced, or all with the flag g.", "regexp_replace(str, regexp, replacement[, flags])"), [](ResolvedCall* call) {
    const TypePtr type = call->argument_types[0];
    call->result = ResultField(type);
    call->kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Replace(context, values, n, type); };
  }));
  out->push_back(Make(Def("regexp_match", "vv?v", "The groups of the first match, or all of it where there are none; NULL without a match.", "regexp_match(str, regexp[, flags])"), [](ResolvedCall* call) {
    const TypePtr type = call->argument_types[0];
    call->result = ResultField(arrow::list(type));
    call->kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Match(context, values, n, type); };
  }));
}

}  // namespace bowstring
