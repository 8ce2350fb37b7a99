// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/utf8.h"

#include <bit>
#include <cstring>
#include <vector>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>

#include "functions/arrow_kernels.h"

namespace bowstring {
namespace {

// Case pairs lie below this.
constexpr char32_t kTableSize = 0x1EA00;

// Unicode's mappings, taken once from Arrow's kernels, which carry the tables of utf8proc: 0.3 MB each, made when the first character
// beyond ASCII asks.
struct CaseTables {
  std::vector<char32_t> lower, upper;
  std::vector<bool> alphabetic;

  CaseTables() : lower(kTableSize), upper(kTableSize), alphabetic(kTableSize) {
    EnsureArrowKernels();
    arrow::StringBuilder builder;
    std::string text;
    bool ok = true;
    for (char32_t code = 0; code < kTableSize; ++code) {
      lower[code] = upper[code] = code;
      text.clear();
      if (code < 0xD800 || code > 0xDFFF) AppendUtf8(code, &text);
      ok = ok && builder.Append(text).ok();
    }
    std::shared_ptr<arrow::Array> all;
    if (!ok || !builder.Finish(&all).ok()) return;
    Fill(all, "utf8_lower", &lower);
    Fill(all, "utf8_upper", &upper);
    auto letters = arrow::compute::CallFunction("utf8_is_alpha", {all});
    if (!letters.ok()) return;
    const arrow::BooleanArray bits(letters->array());
    for (char32_t code = 0; code < kTableSize; ++code) alphabetic[code] = bits.Value(code);
  }
  static void Fill(const std::shared_ptr<arrow::Array>& all, const char* kernel, std::vector<char32_t>* out) {
    auto mapped = arrow::compute::CallFunction(kernel, {all});
    if (!mapped.ok()) return;
    const arrow::StringArray texts(mapped->array());
    for (char32_t code = 0; code < kTableSize; ++code) {
      const std::string_view text = texts.GetView(code);
      char32_t value;
      if (!text.empty() && DecodeUtf8(text, 0, &value) == text.size()) (*out)[code] = value;
    }
  }
};

const CaseTables& Tables() {
  static const auto* tables = new CaseTables;
  return *tables;
}

}  // namespace

int64_t CountUtf8(std::string_view text) {
  // Bytes that don't go on with a character, eight at a time.
  int64_t count = static_cast<int64_t>(text.size());
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    count -= std::popcount((word >> 7) & (~word >> 6) & 0x0101010101010101u);
  }
  for (; i < text.size(); ++i) count -= (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  return count;
}

size_t Utf8Offset(std::string_view text, int64_t n) {
  size_t at = 0;
  while (n > 0 && at < text.size()) {
    at += Utf8Length(text, at);
    --n;
  }
  return at;
}

size_t DecodeUtf8(std::string_view text, size_t at, char32_t* code) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char c = byte(0);
  if (c < 0x80) {
    *code = c;
    return 1;
  }
  const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
  if (length == 0 || at + length > text.size() || c > 0xF4) return 0;
  char32_t value = c & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3F);
  }
  *code = value;
  return length;
}

void AppendUtf8(char32_t code, std::string* out) {
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
}

char32_t ToLower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  return code < kTableSize ? Tables().lower[code] : code;
}
char32_t ToUpper(char32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 32 : code;
  return code < kTableSize ? Tables().upper[code] : code;
}
bool IsAlphabetic(char32_t code) {
  if (code < 0x80) return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
  return code < kTableSize && Tables().alphabetic[code];
}

}  // namespace bowstring
