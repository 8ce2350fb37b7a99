// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "sql/lexer.h"
#include "sql/sql_error.h"

namespace bowstring::sql {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool AppendUtf8(uint32_t code, std::string* out) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xC0 | code >> 6);
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xE0 | code >> 12);
    *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | code >> 18);
    *out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  }
  return true;
}

// Reads up to `most` digits of `base` at `*at`; no value with fewer than `least`.
std::optional<uint32_t> ReadDigits(std::string_view body, size_t* at, int base, size_t least, size_t most) {
  uint32_t value = 0;
  size_t count = 0;
  while (count < most && *at < body.size()) {
    const int digit = HexValue(body[*at]);
    if (digit < 0 || digit >= base) break;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    ++*at;
    ++count;
  }
  if (count < least) return std::nullopt;
  return value;
}

std::string Undouble(std::string_view body, char quote) {
  std::string out;
  out.reserve(body.size());
  for (size_t i = 0; i < body.size(); ++i) {
    out += body[i];
    if (body[i] == quote) ++i;
  }
  return out;
}

// The end of an E'...' escape that begins behind the backslash at `*at`; false when it's invalid.
bool AppendEscape(std::string_view body, size_t* at, std::string* out) {
  const char c = body[(*at)++];
  switch (c) {
    case 'b': *out += '\b'; return true;
    case 'f': *out += '\f'; return true;
    case 'n': *out += '\n'; return true;
    case 'r': *out += '\r'; return true;
    case 't': *out += '\t'; return true;
    case 'u':
    case 'U': {
      const size_t length = c == 'u' ? 4 : 8;
      const auto code = ReadDigits(body, at, 16, length, length);
      return code && AppendUtf8(*code, out);
    }
    case 'x': {
      const auto code = ReadDigits(body, at, 16, 1, 2);
      return code && *code < 0x80 && AppendUtf8(*code, out);
    }
    default: break;
  }
  if (c >= '0' && c <= '7') {
    --*at;
    const auto code = ReadDigits(body, at, 8, 1, 3);
    return code && *code < 0x80 && AppendUtf8(*code, out);
  }
  *out += c;
  return true;
}

arrow::Result<std::string> EscapeString(std::string_view text, const Token& token, std::string_view body) {
  std::string out;
  for (size_t i = 0; i < body.size();) {
    if (body[i] == '\'') {
      out += '\'';
      i += 2;
    } else if (body[i] != '\\') {
      out += body[i++];
    } else {
      const auto begin = static_cast<uint32_t>(token.span.begin + 2 + i);
      if (++i >= body.size() || !AppendEscape(body, &i, &out)) {
        return SqlError("TokenizerError", "Invalid escape in a E'...' string", text, {begin, begin + 1});
      }
    }
  }
  return out;
}

// U&'...': \0041, \+000041 and \\ .
arrow::Result<std::string> UnicodeString(std::string_view text, const Token& token, std::string_view body) {
  std::string out;
  for (size_t i = 0; i < body.size();) {
    if (body[i] == '\'') {
      out += '\'';
      i += 2;
    } else if (body[i] != '\\') {
      out += body[i++];
    } else if (i + 1 < body.size() && body[i + 1] == '\\') {
      out += '\\';
      i += 2;
    } else {
      const auto begin = static_cast<uint32_t>(token.span.begin + 3 + i);
      ++i;
      const bool six = i < body.size() && body[i] == '+';
      if (six) ++i;
      const size_t length = six ? 6 : 4;
      const auto code = ReadDigits(body, &i, 16, length, length);
      if (!code || !AppendUtf8(*code, &out)) {
        return SqlError("TokenizerError", "Invalid escape in a U&'...' string", text, {begin, begin + 1});
      }
    }
  }
  return out;
}

// An odd number of digits has a 0 before the first.
std::string HexBytes(std::string_view digits) {
  std::string out;
  size_t i = 0;
  if (digits.size() % 2 == 1) out += static_cast<char>(HexValue(digits[i++]));
  for (; i < digits.size(); i += 2) out += static_cast<char>(HexValue(digits[i]) << 4 | HexValue(digits[i + 1]));
  return out;
}

}  // namespace

arrow::Result<std::string> TokenValue(std::string_view text, const Token& token) {
  const std::string_view raw = text.substr(token.span.begin, token.span.end - token.span.begin);
  const auto inside = [&](size_t prefix) { return raw.substr(prefix + 1, raw.size() - prefix - 2); };
  switch (token.kind) {
    case TokenKind::kString:
      return Undouble(inside(0), '\'');
    case TokenKind::kQuotedIdent:
      return Undouble(inside(0), raw[0]);
    case TokenKind::kNationalString:
      return Undouble(inside(1), '\'');
    case TokenKind::kEscapeString:
      return EscapeString(text, token, inside(1));
    case TokenKind::kUnicodeString:
      return UnicodeString(text, token, inside(2));
    case TokenKind::kDollarString: {
      const size_t mark = raw.find('$', 1) + 1;
      return std::string(raw.substr(mark, raw.size() - 2 * mark));
    }
    case TokenKind::kHexString:
      return HexBytes(raw[0] == '0' ? raw.substr(2) : inside(1));
    case TokenKind::kNumber: {
      std::string out;
      for (char c : raw) {
        if (c != '_') out += c;
      }
      return out;
    }
    default:
      return std::string(raw);
  }
}

}  // namespace bowstring::sql
