// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <random>

#include "functions/define.h"
#include "functions/families.h"
#include "functions/utf8.h"

// Functions that make texts. Positions and lengths count characters.

namespace bowstring {
namespace {

constexpr int64_t kLongestText = 1 << 30;

Definition Def(std::string name, std::string signature, std::string description, std::string syntax, std::string example = "", std::vector<std::string> aliases = {}) {
  Definition d;
  d.name = std::move(name);
  d.aliases = std::move(aliases);
  d.family = "string";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = std::move(syntax);
  d.example = std::move(example);
  d.null_is_view = true;
  return d;
}

bool IsAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// `add(at, code)` for each character; bytes that are none stay.
template <typename Add>
void EachCharacter(std::string_view text, std::string* out, Add add) {
  for (size_t i = 0; i < text.size();) {
    char32_t code;
    const size_t length = DecodeUtf8(text, i, &code);
    if (length == 0) {
      *out += text[i++];
      continue;
    }
    add(i, code);
    i += length;
  }
}

Cell Upper(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  if (!IsAscii(text)) {
    EachCharacter(text, out, [&](size_t, char32_t code) { AppendUpper(code, out); });
    return Cell::kValue;
  }
  out->assign(text);
  for (char& c : *out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return Cell::kValue;
}

Cell Lower(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  if (!IsAscii(text)) {
    EachCharacter(text, out, [&](size_t at, char32_t code) { AppendLower(text, at, code, out); });
    return Cell::kValue;
  }
  out->assign(text);
  for (char& c : *out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return Cell::kValue;
}

Cell Initcap(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  bool begin = true;
  EachCharacter(text, out, [&](size_t, char32_t code) {
    if (begin) {
      AppendUpper(code, out);
    } else {
      AppendUtf8(ToLower(code), out);
    }
    begin = !IsAlphabetic(code) && !(code >= '0' && code <= '9');
  });
  return Cell::kValue;
}

// Trims characters of a set (a blank by default) from one or both ends.
template <bool kLeft, bool kRight>
Cell Trim(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  std::string_view text = rows.text(0, i);
  const std::string_view set = rows.arguments() > 1 ? rows.text(1, i) : " ";
  auto in_set = [set](std::string_view character) {
    for (size_t at = 0; at < set.size(); at += Utf8Length(set, at)) {
      if (set.substr(at, Utf8Length(set, at)) == character) return true;
    }
    return false;
  };
  while (kLeft && !text.empty() && in_set(text.substr(0, Utf8Length(text, 0)))) text.remove_prefix(Utf8Length(text, 0));
  while (kRight && !text.empty()) {
    size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    if (!in_set(text.substr(last))) break;
    text.remove_suffix(text.size() - last);
  }
  out->assign(text);
  return Cell::kValue;
}

Cell Substr(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const std::string_view text = rows.text(0, i);
  const int64_t start = rows.value<int64_t>(1, i);
  int64_t end = INT64_MAX;
  if (rows.arguments() > 2) {
    const int64_t count = rows.value<int64_t>(2, i);
    if (count < 0) return Fail(error, "negative substring length not allowed: substr(<str>, " + std::to_string(start) + ", " + std::to_string(count) + ")");
    if (__builtin_add_overflow(start, count, &end)) end = INT64_MAX;
  }
  const int64_t from = std::max<int64_t>(start, 1);
  if (end <= from) return Cell::kValue;
  const size_t begin = Utf8Offset(text, from - 1);
  const std::string_view rest = text.substr(begin);
  out->assign(rest.substr(0, end == INT64_MAX ? rest.size() : Utf8Offset(rest, end - from)));
  return Cell::kValue;
}

Cell Left(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  int64_t n = rows.value<int64_t>(1, i);
  if (n < 0) n = std::max<int64_t>(0, n == INT64_MIN ? 0 : CountUtf8(text) + n);
  out->assign(text.substr(0, Utf8Offset(text, n)));
  return Cell::kValue;
}

Cell Right(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  const int64_t n = rows.value<int64_t>(1, i), count = CountUtf8(text);
  const int64_t skip = n >= 0 ? std::max<int64_t>(0, count - n) : n == INT64_MIN ? count : std::min(count, -n);
  out->assign(text.substr(Utf8Offset(text, skip)));
  return Cell::kValue;
}

template <bool kLeft>
Cell Pad(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const std::string_view text = rows.text(0, i), fill = rows.arguments() > 2 ? rows.text(2, i) : " ";
  const int64_t wanted = rows.value<int64_t>(1, i), count = CountUtf8(text);
  if (wanted > kLongestText) return Fail(error, std::string(kLeft ? "lpad" : "rpad") + " requested length " + std::to_string(wanted) + " too large, maximum allowed length is 2147483647");
  if (wanted <= count) {
    out->assign(text.substr(0, Utf8Offset(text, std::max<int64_t>(0, wanted))));
    return Cell::kValue;
  }
  // Whole fills, then the beginning of one.
  const int64_t missing = wanted - count, unit = std::max<int64_t>(CountUtf8(fill), 1);
  const size_t rest = Utf8Offset(fill, missing % unit), padding = fill.empty() ? 0 : static_cast<size_t>(missing / unit) * fill.size() + rest;
  if (!(*error = rows.Grow(out, static_cast<int64_t>(text.size() + padding))).ok()) return Cell::kFail;
  if (!kLeft) out->append(text);
  for (int64_t k = 0; k < missing / unit && !fill.empty(); ++k) {
    out->append(fill);
    if ((k & 0xfffff) == 0xfffff && !(*error = rows.Going()).ok()) return Cell::kFail;
  }
  out->append(fill.substr(0, rest));
  if (kLeft) out->append(text);
  return Cell::kValue;
}

Cell Repeat(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const std::string_view text = rows.text(0, i);
  const int64_t n = rows.value<int64_t>(1, i);
  if (n > 0 && static_cast<__int128>(n) * static_cast<int64_t>(text.size()) > kLongestText) return Fail(error, "string size overflow on repeat, max size is " + std::to_string(kLongestText));
  const size_t whole = n > 0 ? static_cast<size_t>(n) * text.size() : 0;
  if (!(*error = rows.Grow(out, static_cast<int64_t>(whole))).ok()) return Cell::kFail;
  if (whole > 0) out->append(text);
  constexpr size_t kPiece = 1 << 20;
  while (out->size() < whole) {  // a multiple of the text's length again and again
    const size_t more = std::min(whole - out->size(), std::min(out->size(), std::max(kPiece / text.size(), size_t{1}) * text.size()));
    out->append(out->data(), more);
    if (more >= kPiece / 2 && !(*error = rows.Going()).ok()) return Cell::kFail;
  }
  return Cell::kValue;
}

Cell Reverse(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  for (size_t end = text.size(); end > 0;) {
    size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    out->append(text.substr(begin, end - begin));
    end = begin;
  }
  return Cell::kValue;
}

Cell Concat(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  for (size_t a = 0; a < rows.arguments(); ++a) {
    if (rows.valid(a, i)) out->append(rows.text(a, i));
  }
  return Cell::kValue;
}

Cell ConcatWs(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  if (!rows.valid(0, i)) return Cell::kNull;
  bool first = true;
  for (size_t a = 1; a < rows.arguments(); ++a) {
    if (!rows.valid(a, i)) continue;
    if (!first) out->append(rows.text(0, i));
    out->append(rows.text(a, i));
    first = false;
  }
  return Cell::kValue;
}

Cell Chr(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const int64_t code = rows.value<int64_t>(0, i);
  if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return Fail(error, "invalid Unicode scalar value: " + std::to_string(code));
  AppendUtf8(static_cast<char32_t>(code), out);
  return Cell::kValue;
}

Cell ToHex(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  char buffer[32];
  const int n = snprintf(buffer, sizeof buffer, "%llx", static_cast<unsigned long long>(rows.value<int64_t>(0, i)));
  out->assign(buffer, n);
  return Cell::kValue;
}

Cell Overlay(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const std::string_view text = rows.text(0, i), with = rows.text(1, i);
  const int64_t start = rows.value<int64_t>(2, i) - 1;
  if (start < 0) return Fail(error, "overlay start position must be at least 1: " + std::to_string(start + 1));
  const int64_t count = rows.arguments() > 3 ? rows.value<int64_t>(3, i) : CountUtf8(with);
  const size_t begin = Utf8Offset(text, std::max<int64_t>(0, start));
  const size_t end = Utf8Offset(text, std::max<int64_t>(0, start + std::max<int64_t>(0, count)));
  *out = std::string(text.substr(0, begin)) + std::string(with) + std::string(text.substr(std::max(begin, end)));
  return Cell::kValue;
}

Cell Translate(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i), from = rows.text(1, i), to = rows.text(2, i);
  for (size_t at = 0; at < text.size(); at += Utf8Length(text, at)) {
    const std::string_view character = text.substr(at, Utf8Length(text, at));
    int64_t place = 0;
    bool found = false;
    for (size_t k = 0; k < from.size() && !found; k += Utf8Length(from, k), ++place) found = from.substr(k, Utf8Length(from, k)) == character;
    if (!found) {
      out->append(character);
      continue;
    }
    const size_t target = Utf8Offset(to, place - 1);
    if (target < to.size()) out->append(to.substr(target, Utf8Length(to, target)));
  }
  return Cell::kValue;
}

// Texts make a text; bytes alone make bytes.
ScalarFunctionPtr MakeConcat(Definition definition) {
  Definition bytes = definition;
  bytes.signature = "b*";
  const auto of_texts = DefineText(definition, TextResult::kCommon, Concat), of_bytes = DefineText(std::move(bytes), TextResult::kCommonBinary, Concat);
  FunctionSpec spec;
  spec.name = definition.name;
  spec.doc = of_texts->doc();
  spec.resolve = [of_texts, of_bytes](const Arguments& arguments) {
    bool any = false, all = true;
    for (const auto& argument : arguments) {
      const auto& type = *argument.field->type();
      any = any || IsBytes(type);
      all = all && (IsBytes(type) || type.id() == arrow::Type::NA);
    }
    return (any && all ? of_bytes : of_texts)->Resolve(arguments);
  };
  return MakeFunction(std::move(spec));
}

// Unsigned integers keep their highest bit.
ScalarFunctionPtr MakeToHex() {
  const auto of_signed = DefineText(Def("to_hex", "i", "An integer in hexadecimal digits.", "to_hex(int)"), TextResult::kUtf8, ToHex);
  FunctionSpec spec;
  spec.name = "to_hex";
  spec.doc = of_signed->doc();
  spec.resolve = [of_signed](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ARROW_ASSIGN_OR_RAISE(ResolvedCall call, of_signed->Resolve(arguments));
    if (ValueType(TypeOfArgument(arguments, 0))->id() == arrow::Type::UINT64) call.argument_types = {arrow::uint64()};
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A random UUID of version 4.
ScalarFunctionPtr MakeUuid() {
  FunctionSpec spec;
  spec.name = "uuid";
  spec.volatility = Volatility::kVolatile;
  spec.doc = {"string", "A random UUID (version 4), another for each row.", "uuid()", ""};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (!arguments.empty()) return NoMatch("uuid", syntax, arguments);
    ResolvedCall call;
    call.result = ResultField(arrow::utf8(), false);
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>&, int64_t n) {
      thread_local std::mt19937_64 engine{std::random_device{}()};
      return TextRows(context, {}, n, arrow::utf8(), [&](const Rows&, int64_t, std::string* out, arrow::Status*) {
        const uint64_t a = (engine() & ~0xF000ull) | 0x4000ull, b = (engine() & ~(3ull << 62)) | (2ull << 62);
        char buffer[40];
        snprintf(buffer, sizeof buffer, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(a >> 32), static_cast<unsigned>(a >> 16 & 0xFFFF),
                 static_cast<unsigned>(a & 0xFFFF), static_cast<unsigned>(b >> 48), static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFull));
        out->assign(buffer);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddTextFunctions(std::vector<ScalarFunctionPtr>* out) {
  using R = TextResult;
  auto by_dictionary = [](Definition d) {
    d.by_dictionary = true;
    return d;
  };
  auto views = [](Definition d) {
    d.views = Definition::kInexact;
    return d;
  };
  out->push_back(DefineText(by_dictionary(Def("upper", "t", "The text in upper case.", "upper(str)", "SELECT upper('abc') -- ABC")), R::kAsFirst, Upper));
  out->push_back(DefineText(by_dictionary(Def("lower", "t", "The text in lower case.", "lower(str)", "SELECT lower('ABC') -- abc")), R::kAsFirst, Lower));
  out->push_back(DefineText(by_dictionary(Def("initcap", "t", "Each word's first letter in upper case, all others in lower case.", "initcap(str)")), R::kAsFirst, Initcap));
  out->push_back(DefineText(by_dictionary(Def("btrim", "t?t", "Characters of a set (blanks) taken from both ends.", "btrim(str[, trim_str])", "", {"trim"})), R::kAsFirst, Trim<true, true>));
  out->push_back(DefineText(by_dictionary(Def("ltrim", "t?t", "Characters of a set (blanks) taken from the beginning.", "ltrim(str[, trim_str])")), R::kAsFirst, Trim<true, false>));
  out->push_back(DefineText(by_dictionary(Def("rtrim", "t?t", "Characters of a set (blanks) taken from the end.", "rtrim(str[, trim_str])")), R::kAsFirst, Trim<false, true>));
  Definition substr = Def("substr", "ti?i", "The part of a text from a position, of at most a length.", "substr(str, start_pos[, length])", "SELECT substr('hello', 2, 3) -- ell", {"substring"});
  substr.fallible = true;
  out->push_back(DefineText(std::move(substr), R::kAsFirst, Substr));
  out->push_back(DefineText(views(Def("left", "vi", "The first n characters; all but the last n where n is negative.", "left(str, n)")), R::kAsFirst, Left));
  out->push_back(DefineText(views(Def("right", "vi", "The last n characters; all but the first n where n is negative.", "right(str, n)")), R::kAsFirst, Right));
  Definition lpad = Def("lpad", "vi?t", "The text filled up on the left to a length, or cut.", "lpad(str, n[, padding_str])");
  lpad.fallible = true;
  out->push_back(DefineText(std::move(lpad), R::kUtf8OrLarge, Pad<true>));
  Definition rpad = Def("rpad", "vi?t", "The text filled up on the right to a length, or cut.", "rpad(str, n[, padding_str])");
  rpad.fallible = true;
  out->push_back(DefineText(std::move(rpad), R::kUtf8OrLarge, Pad<false>));
  Definition repeat = Def("repeat", "ti", "The text n times.", "repeat(str, n)");
  repeat.fallible = true;
  out->push_back(DefineText(std::move(repeat), R::kAsFirst, Repeat));
  out->push_back(DefineText(by_dictionary(Def("reverse", "v", "The characters in reverse.", "reverse(str)")), R::kAsFirst, Reverse));
  Definition concat = Def("concat", "x*", "All texts one after the other; NULLs are skipped.", "concat(str[, ..., str_n])");
  concat.nulls = true;
  concat.null_is_view = false;
  out->push_back(MakeConcat(std::move(concat)));
  Definition concat_ws = Def("concat_ws", "xx*", "All texts with a separator between; NULLs are skipped.", "concat_ws(separator, str[, ..., str_n])");
  concat_ws.nulls = true;
  concat_ws.null_is_view = false;
  out->push_back(DefineText(std::move(concat_ws), R::kCommon, ConcatWs));
  Definition chr = Def("chr", "i", "The character of a code point.", "chr(expression)");
  chr.fallible = true;
  out->push_back(DefineText(std::move(chr), R::kUtf8, Chr));
  out->push_back(MakeToHex());
  out->push_back(DefineText(Def("overlay", "vti?i", "The text with a part replaced, from a position and of a length.", "overlay(str PLACING substr FROM pos [FOR count])"), R::kUtf8, Overlay));
  out->push_back(DefineText(views(Def("translate", "vvv", "Characters replaced one by one.", "translate(str, chars, translation)")), R::kAsFirst, Translate));
  out->push_back(MakeUuid());
}

}  // namespace bowstring
