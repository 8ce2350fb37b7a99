// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Arrow's JSON reader (RapidJSON's events into its own builders) knows neither the peer's mixes of types nor text for numbers, reads
// every column whether wanted or not, and names no line; so values are read here, straight into the columns that are wanted.
#include "sources/json/parser.h"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace bowstring::json {
namespace {

// The first quote, backslash or control character.
const char* FindSpecial(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), limit = _mm_set1_epi8(0x1f);
  while (end - at >= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(x, limit), limit);
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)), control);
    const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(hit));
    if (mask != 0) return at + std::countr_zero(mask);
    at += 16;
  }
#endif
  while (at < end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

bool Hex4(const char* p, uint32_t* out) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    uint32_t digit;
    if (c >= '0' && c <= '9') digit = static_cast<uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f') digit = static_cast<uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') digit = static_cast<uint32_t>(c - 'A' + 10);
    else return false;
    value = value * 16 + digit;
  }
  *out = value;
  return true;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xc0 | (code >> 6)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | (code >> 12)));
    out->push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    out->push_back(static_cast<char>(0xf0 | (code >> 18)));
    out->push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3f)));
    out->push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

}  // namespace

bool Parser::String(std::string_view* out, std::string* scratch) {
  if (Peek() != '"') return Fail(Unexpected());
  const char* from = ++at;
  at = FindSpecial(at, end);
  if (at < end && *at == '"') [[likely]] {
    *out = {from, static_cast<size_t>(at - from)};
    ++at;
    return true;
  }
  scratch->assign(from, at);
  while (at < end && *at != '"') {
    if (*at != '\\') return Fail("control character in a string");
    if (end - at < 2) break;
    const char c = at[1];
    at += 2;
    switch (c) {
      case '"': case '\\': case '/': scratch->push_back(c); break;
      case 'b': scratch->push_back('\b'); break;
      case 'f': scratch->push_back('\f'); break;
      case 'n': scratch->push_back('\n'); break;
      case 'r': scratch->push_back('\r'); break;
      case 't': scratch->push_back('\t'); break;
      case 'u': {
        uint32_t code, low;
        if (end - at < 4 || !Hex4(at, &code)) return Fail("invalid \\u escape in a string");
        at += 4;
        if (code >= 0xd800 && code < 0xdc00) {
          if (end - at < 6 || at[0] != '\\' || at[1] != 'u' || !Hex4(at + 2, &low) || low < 0xdc00 || low > 0xdfff) {
            return Fail("half a surrogate pair in a string");
          }
          at += 6;
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        } else if (code >= 0xdc00 && code < 0xe000) {
          return Fail("half a surrogate pair in a string");
        }
        AppendUtf8(code, scratch);
        break;
      }
      default: return Fail("invalid escape in a string");
    }
    const char* run = at;
    at = FindSpecial(at, end);
    scratch->append(run, at);
  }
  if (at >= end) return Fail(Unexpected());
  ++at;
  *out = *scratch;
  return true;
}

bool Parser::Number(std::string_view* out) {
  const char* from = at;
  auto digits = [this] {
    const char* first = at;
    while (at < end && *at >= '0' && *at <= '9') ++at;
    return at > first;
  };
  if (Peek() == '-') ++at;
  const char* whole = at;
  if (!digits()) return Fail(Unexpected());
  if (*whole == '0' && at - whole > 1) return Fail("a number begins with 0");
  if (Peek() == '.') {
    ++at;
    if (!digits()) return Fail(Unexpected());
  }
  if (Peek() == 'e' || Peek() == 'E') {
    ++at;
    if (Peek() == '+' || Peek() == '-') ++at;
    if (!digits()) return Fail(Unexpected());
  }
  *out = {from, static_cast<size_t>(at - from)};
  return true;
}

bool Parser::Word(std::string_view word) {
  if (static_cast<size_t>(end - at) < word.size() || std::memcmp(at, word.data(), word.size()) != 0) return Fail(Unexpected());
  at += word.size();
  return true;
}

bool Parser::Skip(int depth) {
  if (depth > kMaxDepth) return Fail("values nest deeper than 200 levels");
  SkipBlanks();
  switch (Peek()) {
    case '"': {
      std::string_view text;
      std::string scratch;
      return String(&text, &scratch);
    }
    case 't': return Word("true");
    case 'f': return Word("false");
    case 'n': return Word("null");
    case '[':
    case '{': {
      const char close = *at == '[' ? ']' : '}';
      return Sequence(close, [&] {
        if (close == '}') {
          std::string_view key;
          std::string scratch;
          if (!String(&key, &scratch) || !Expect(':')) return false;
        }
        return Skip(depth + 1);
      });
    }
    default: {
      std::string_view number;
      return Number(&number);
    }
  }
}

}  // namespace bowstring::json
