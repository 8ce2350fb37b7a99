// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/spark.h"
#include "functions/utf8.h"

// Addresses and JSON.

namespace bowstring {
namespace {

struct Url {
  std::string_view protocol, authority, user, host, path, query, fragment;
  bool has_query = false, has_fragment = false, has_user = false;
};

// False: no scheme in front.
bool ParseUrl(std::string_view text, Url* url) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !std::isalpha(static_cast<unsigned char>(text[0])) || text.find(' ') != std::string_view::npos) return false;
  url->protocol = text.substr(0, colon);
  for (const unsigned char c : url->protocol) {
    if (!std::isalnum(c) && c != '+' && c != '-' && c != '.') return false;
  }
  std::string_view rest = text.substr(colon + 1);
  if (const size_t hash = rest.find('#'); hash != std::string_view::npos) {
    url->fragment = rest.substr(hash + 1);
    url->has_fragment = true;
    rest = rest.substr(0, hash);
  }
  if (const size_t mark = rest.find('?'); mark != std::string_view::npos) {
    url->query = rest.substr(mark + 1);
    url->has_query = true;
    rest = rest.substr(0, mark);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const size_t slash = rest.find('/');
    url->authority = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    url->host = url->authority;
    if (const size_t at = url->host.rfind('@'); at != std::string_view::npos) {
      url->user = url->host.substr(0, at);
      url->has_user = true;
      url->host.remove_prefix(at + 1);
    }
    const size_t port = url->host.rfind(':');
    if (port != std::string_view::npos && url->host.find(']', port) == std::string_view::npos) url->host = url->host.substr(0, port);
  }
  url->path = rest;
  return true;
}

Cell UrlPart(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  Url url;
  if (!ParseUrl(rows.text(0, i), &url)) return Cell::kNull;
  const std::string_view part = rows.text(1, i);
  auto give = [&](std::string_view text, bool there = true) {
    out->assign(text);
    return there ? Cell::kValue : Cell::kNull;
  };
  if (part == "QUERY" && rows.arguments() > 2) {
    const std::string_view key = rows.text(2, i);
    for (std::string_view rest = url.query; !rest.empty();) {
      const size_t end = rest.find('&');
      const std::string_view pair = rest.substr(0, end);
      if (const size_t equal = pair.find('='); equal != std::string_view::npos && pair.substr(0, equal) == key) return give(pair.substr(equal + 1));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    return Cell::kNull;
  }
  if (rows.arguments() > 2) return Cell::kNull;
  if (part == "HOST") return give(url.host, !url.host.empty());
  if (part == "PATH") return give(url.path);
  if (part == "QUERY") return give(url.query, url.has_query);
  if (part == "REF") return give(url.fragment, url.has_fragment);
  if (part == "PROTOCOL") return give(url.protocol);
  if (part == "FILE") return give(std::string(url.path) + (url.has_query ? "?" + std::string(url.query) : ""));
  if (part == "AUTHORITY") return give(url.authority, !url.authority.empty());
  if (part == "USERINFO") return give(url.user, url.has_user);
  return Cell::kNull;
}

Cell UrlEncode(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  for (const unsigned char c : rows.text(0, i)) {
    if (std::isalnum(c) || c == '.' || c == '-' || c == '*' || c == '_') {
      *out += static_cast<char>(c);
    } else if (c == ' ') {
      *out += '+';
    } else {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      *out += '%';
      *out += kDigits[c >> 4];
      *out += kDigits[c & 15];
    }
  }
  return Cell::kValue;
}

TextCell UrlDecode(bool strict) {
  return [strict](const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
    const std::string_view text = rows.text(0, i);
    auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    for (size_t k = 0; k < text.size(); ++k) {
      if (text[k] != '%') {
        *out += text[k] == '+' ? ' ' : text[k];
        continue;
      }
      const int high = k + 2 < text.size() ? digit(text[k + 1]) : -1, low = k + 2 < text.size() ? digit(text[k + 2]) : -1;
      if (high < 0 || low < 0) {
        if (!strict) return Cell::kNull;
        return Fail(error, "Invalid percent-encoding: invalid hex sequence '" + std::string(text.substr(k, 3)) + "' at position " + std::to_string(k));
      }
      *out += static_cast<char>(high * 16 + low);
      k += 2;
    }
    return Cell::kValue;
  };
}

// A reader of JSON that gives the members of the outermost object: texts decoded, other values as they are without blanks.
class JsonObject {
 public:
  explicit JsonObject(std::string_view text) : text_(text) {}
  /// Calls member(name, value, is null) for each; false: no object.
  template <typename Member>
  bool Read(Member member) {
    Blanks();
    if (!Take('{')) return false;
    Blanks();
    if (Take('}')) return Ended();
    do {
      std::string name, value;
      Blanks();
      if (!Text(&name)) return false;
      Blanks();
      if (!Take(':')) return false;
      Blanks();
      const bool text = at_ < text_.size() && text_[at_] == '"';
      if (text ? !Text(&value) : !Value(&value, 0)) return false;
      member(name, value, !text && value == "null");
      Blanks();
    } while (Take(','));
    return Take('}') && Ended();
  }

 private:
  bool Ended() {
    Blanks();
    return at_ == text_.size();
  }
  void Blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool Text(std::string* out) {
    if (!Take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        *out += c;
        continue;
      }
      if (at_ >= text_.size()) return false;
      const char escaped = text_[at_++];
      switch (escaped) {
        case 'n': *out += '\n'; break;
        case 't': *out += '\t'; break;
        case 'r': *out += '\r'; break;
        case 'b': *out += '\b'; break;
        case 'f': *out += '\f'; break;
        case 'u': {
          char32_t code;
          if (!Hex(&code)) return false;
          if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
            at_ += 2;
            char32_t low;
            if (!Hex(&low)) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          }
          AppendUtf8(code, out);
          break;
        }
        default: *out += escaped;
      }
    }
    return false;
  }
  bool Hex(char32_t* code) {
    *code = 0;
    for (int k = 0; k < 4; ++k, ++at_) {
      if (at_ >= text_.size() || !std::isxdigit(static_cast<unsigned char>(text_[at_]))) return false;
      const char c = text_[at_];
      *code = *code * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return true;
  }
  // Raw text of a value that is no text, blanks left out.
  bool Value(std::string* out, int depth) {
    if (depth > 64 || at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '"') {
      const size_t begin = at_;
      std::string ignored;
      if (!Text(&ignored)) return false;
      out->append(text_.substr(begin, at_ - begin));
      return true;
    }
    if (c == '{' || c == '[') {
      const char end = c == '{' ? '}' : ']';
      *out += c;
      ++at_;
      Blanks();
      for (bool first = true; !Take(end); first = false) {
        if (!first && !Take(',')) return false;
        if (!first) *out += ',';
        Blanks();
        if (c == '{') {
          if (!Value(out, depth + 1)) return false;
          Blanks();
          if (!Take(':')) return false;
          *out += ':';
          Blanks();
        }
        if (!Value(out, depth + 1)) return false;
        Blanks();
      }
      *out += end;
      return true;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '-' || text_[at_] == '+' || text_[at_] == '.')) ++at_;
    out->append(text_.substr(begin, at_ - begin));
    return at_ > begin;
  }

  std::string_view text_;
  size_t at_ = 0;
};

ScalarFunctionPtr MakeJsonTuple() {
  FunctionSpec spec = SparkSpec("json_tuple", "Members of a JSON object as a struct of texts.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() < 2) return NoMatch("json_tuple", syntax, arguments);
    ResolvedCall call;
    arrow::FieldVector fields;
    for (size_t a = 0; a < arguments.size(); ++a) {
      if (!IsText(*ValueType(TypeOfArgument(arguments, a))) && TypeOfArgument(arguments, a)->id() != arrow::Type::NA) return NoMatch("json_tuple", syntax, arguments);
      call.argument_types.push_back(arrow::utf8());
      if (a > 0) fields.push_back(arrow::field("c" + std::to_string(a - 1), arrow::utf8()));
    }
    const TypePtr type = arrow::struct_(fields);
    call.result = ResultField(type);
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      std::vector<TextBuilder> columns(rows.arguments() - 1, TextBuilder(arrow::utf8(), rows.pool()));
      ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(rows.size(), rows.pool()));
      std::vector<std::optional<std::string>> found;
      for (int64_t i = 0; i < rows.size(); ++i) {
        found.assign(columns.size(), std::nullopt);
        const bool read = rows.valid(0, i) && JsonObject(rows.text(0, i)).Read([&](const std::string& name, const std::string& value, bool null) {
          for (size_t a = 1; a < rows.arguments(); ++a) {
            if (!null && rows.valid(a, i) && rows.text(a, i) == name && !found[a - 1]) found[a - 1] = value;
          }
        });
        if (read) arrow::bit_util::SetBit(validity->mutable_data(), i);
        for (size_t k = 0; k < columns.size(); ++k) ARROW_RETURN_NOT_OK(read && found[k] ? columns[k].Append(*found[k]) : columns[k].AppendNull());
      }
      auto out = std::make_shared<arrow::ArrayData>(type, rows.size(), std::vector<std::shared_ptr<arrow::Buffer>>{std::move(validity)}, arrow::kUnknownNullCount, 0);
      for (auto& column : columns) {
        ARROW_ASSIGN_OR_RAISE(auto data, column.Finish());
        out->child_data.push_back(std::move(data));
      }
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddSparkUrlFunctions(std::vector<ScalarFunctionPtr>* out) {
  using R = TextResult;
  out->push_back(DefineText(SparkDefinition("parse_url", "tt?t", "A part of an address: HOST, PATH, QUERY, ...; of the query by its key."), R::kCommon, UrlPart));
  out->push_back(DefineText(SparkDefinition("try_parse_url", "tt?t", "As parse_url."), R::kCommon, UrlPart));
  out->push_back(DefineText(SparkDefinition("url_encode", "t", "A text as part of an address."), R::kAsFirst, UrlEncode));
  out->push_back(DefineText(SparkDefinition("url_decode", "t", "The text of a part of an address.", true), R::kAsFirst, UrlDecode(true)));
  out->push_back(DefineText(SparkDefinition("try_url_decode", "t", "As url_decode, NULL where it is none."), R::kAsFirst, UrlDecode(false)));
  out->push_back(MakeJsonTuple());
}

}  // namespace bowstring
