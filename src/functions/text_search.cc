// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "functions/define.h"
#include "functions/families.h"
#include "functions/utf8.h"

// Functions that look into texts: lengths, positions, parts.

namespace bowstring {
namespace {

Definition Def(std::string name, std::string signature, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  Definition d;
  d.name = std::move(name);
  d.aliases = std::move(aliases);
  d.family = "string";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = std::move(syntax);
  return d;
}

Cell Replace(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i), from = rows.text(1, i), to = rows.text(2, i);
  if (from.empty()) return out->assign(text), Cell::kValue;
  size_t at = 0;
  for (size_t found; (found = text.find(from, at)) != std::string_view::npos; at = found + from.size()) {
    out->append(text.substr(at, found - at)).append(to);
  }
  out->append(text.substr(at));
  return Cell::kValue;
}

Cell SplitPart(const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
  const std::string_view text = rows.text(0, i), delimiter = rows.text(1, i);
  const int64_t n = rows.value<int64_t>(2, i);
  if (n == 0) return Fail(error, "field position must not be zero");
  if (delimiter.empty()) {
    if (n == 1 || n == -1) out->assign(text);
    return Cell::kValue;
  }
  std::vector<std::string_view> parts;
  size_t at = 0;
  while (true) {
    const size_t found = text.find(delimiter, at);
    parts.push_back(text.substr(at, found == std::string_view::npos ? found : found - at));
    if (found == std::string_view::npos) break;
    at = found + delimiter.size();
  }
  const auto count = static_cast<int64_t>(parts.size());
  const int64_t index = n > 0 ? n - 1 : count + n;
  if (index >= 0 && index < count) out->assign(parts[index]);
  return Cell::kValue;
}

Cell SubstrIndex(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i), delimiter = rows.text(1, i);
  int64_t n = rows.value<int64_t>(2, i);
  if (n == 0 || delimiter.empty()) return Cell::kValue;
  if (n > 0) {
    size_t at = 0;
    for (; n > 0; --n) {
      const size_t found = text.find(delimiter, at);
      if (found == std::string_view::npos) return out->assign(text), Cell::kValue;
      at = found + delimiter.size();
    }
    out->assign(text.substr(0, at - delimiter.size()));
    return Cell::kValue;
  }
  size_t end = text.size();
  for (; n < 0; ++n) {
    const size_t found = end == 0 ? std::string_view::npos : text.rfind(delimiter, end - 1);
    if (found == std::string_view::npos || found + delimiter.size() > end) return out->assign(text), Cell::kValue;
    end = found;
  }
  out->assign(text.substr(end + delimiter.size()));
  return Cell::kValue;
}

Cell Strpos(const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  const size_t found = text.find(rows.text(1, i));
  *out = found == std::string_view::npos ? 0 : CountUtf8(text.substr(0, found)) + 1;
  return Cell::kValue;
}

Cell FindInSet(const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
  const std::string_view wanted = rows.text(0, i);
  std::string_view list = rows.text(1, i);
  *out = 0;
  for (int64_t place = 1; !list.empty() || place == 1; ++place) {
    const size_t comma = list.find(',');
    if (list.substr(0, comma) == wanted) return *out = place, Cell::kValue;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return Cell::kValue;
}

}  // namespace

void AddTextSearchFunctions(std::vector<ScalarFunctionPtr>* out) {
  using R = TextResult;
  auto size = [](Definition d) {
    d.by_dictionary = true;
    return d;
  };
  out->push_back(DefineText(Def("replace", "ttt", "All places of a text replaced by another.", "replace(str, substr, replacement)"), R::kUtf8OrLarge, Replace));
  Definition split = Def("split_part", "tti", "The n-th part between delimiters; negative n counts from the end.", "split_part(str, delimiter, pos)");
  split.fallible = true;
  split.null_is_view = true;
  out->push_back(DefineText(std::move(split), R::kAsFirst, SplitPart));
  Definition substr_index = Def("substr_index", "vvi", "What comes before the n-th delimiter, after it from the end where n is negative.", "substr_index(str, delim, count)", {"substring_index"});
  substr_index.views = Definition::kMixed;
  out->push_back(DefineText(std::move(substr_index), R::kAsFirst, SubstrIndex));
  out->push_back(DefineInt(size(Def("character_length", "x", "Number of characters.", "character_length(str)", {"length", "char_length"})), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = CountUtf8(rows.text(0, i));
    return Cell::kValue;
  }));
  out->push_back(DefineInt(size(Def("octet_length", "t", "Number of bytes.", "octet_length(str)")), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = static_cast<int64_t>(rows.text(0, i).size());
    return Cell::kValue;
  }));
  out->push_back(DefineInt(size(Def("bit_length", "t", "Number of bits.", "bit_length(str)")), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = static_cast<int64_t>(rows.text(0, i).size()) * 8;
    return Cell::kValue;
  }));
  Definition ascii = size(Def("ascii", "t", "Code point of the first character.", "ascii(str)"));
  ascii.wide_if_large = false;
  out->push_back(DefineInt(std::move(ascii), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    const std::string_view text = rows.text(0, i);
    char32_t code = 0;
    if (!text.empty() && DecodeUtf8(text, 0, &code) == 0) code = static_cast<unsigned char>(text[0]);
    *o = static_cast<int64_t>(code);
    return Cell::kValue;
  }));
  out->push_back(DefineInt(Def("strpos", "tt", "Position of a text in another, from 1; 0 where it isn't there.", "strpos(str, substr)", {"instr", "position"}), false, Strpos));
  Definition find = Def("find_in_set", "vv", "Position of a text in a comma-separated list, from 1; 0 where it isn't there.", "find_in_set(str, strlist)");
  find.wide_if_large = false;
  out->push_back(DefineInt(std::move(find), false, FindInSet));
  out->push_back(DefineInt(Def("levenshtein", "tt", "Changes of a character that make one text of the other.", "levenshtein(str1, str2)"), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    std::vector<char32_t> a, b;
    for (auto [text, codes] : {std::pair{rows.text(0, i), &a}, std::pair{rows.text(1, i), &b}}) {
      for (size_t at = 0; at < text.size(); at += Utf8Length(text, at)) {
        char32_t code = static_cast<unsigned char>(text[at]);
        DecodeUtf8(text, at, &code);
        codes->push_back(code);
      }
    }
    std::vector<int64_t> row(b.size() + 1);
    for (size_t k = 0; k <= b.size(); ++k) row[k] = static_cast<int64_t>(k);
    for (size_t x = 0; x < a.size(); ++x) {
      int64_t diagonal = row[0];
      row[0] = static_cast<int64_t>(x) + 1;
      for (size_t y = 0; y < b.size(); ++y) {
        const int64_t change = diagonal + (a[x] == b[y] ? 0 : 1);
        diagonal = row[y + 1];
        row[y + 1] = std::min({change, row[y] + 1, diagonal + 1});
      }
    }
    *o = row[b.size()];
    return Cell::kValue;
  }));
  out->push_back(DefineBool(Def("contains", "tt", "Whether a text is in another.", "contains(str, search_str)"), [](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
    *o = rows.text(0, i).find(rows.text(1, i)) != std::string_view::npos;
    return Cell::kValue;
  }));
  out->push_back(DefineBool(Def("starts_with", "tt", "Whether a text begins with another.", "starts_with(str, substr)"), [](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
    *o = rows.text(0, i).starts_with(rows.text(1, i));
    return Cell::kValue;
  }));
  out->push_back(DefineBool(Def("ends_with", "tt", "Whether a text ends with another.", "ends_with(str, substr)"), [](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
    *o = rows.text(0, i).ends_with(rows.text(1, i));
    return Cell::kValue;
  }));
}

}  // namespace bowstring
