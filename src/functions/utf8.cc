// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/utf8.h"

#include <algorithm>
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

// Unicode's SpecialCasing.txt: letters whose upper case is several, without conditions.
void AppendUpper(char32_t code, std::string* out) {
  struct Special {
    char32_t code;
    char16_t upper[3];
  };
  static constexpr Special kSpecials[] = {
    {0xDF, {0x53, 0x53}}, {0x149, {0x2BC, 0x4E}}, {0x1F0, {0x4A, 0x30C}}, {0x390, {0x399, 0x308, 0x301}}, {0x3B0, {0x3A5, 0x308, 0x301}},
    {0x587, {0x535, 0x552}}, {0x1E96, {0x48, 0x331}}, {0x1E97, {0x54, 0x308}}, {0x1E98, {0x57, 0x30A}}, {0x1E99, {0x59, 0x30A}},
    {0x1E9A, {0x41, 0x2BE}}, {0x1F50, {0x3A5, 0x313}}, {0x1F52, {0x3A5, 0x313, 0x300}}, {0x1F54, {0x3A5, 0x313, 0x301}},
    {0x1F56, {0x3A5, 0x313, 0x342}}, {0x1F80, {0x1F08, 0x399}}, {0x1F81, {0x1F09, 0x399}}, {0x1F82, {0x1F0A, 0x399}}, {0x1F83, {0x1F0B, 0x399}},
    {0x1F84, {0x1F0C, 0x399}}, {0x1F85, {0x1F0D, 0x399}}, {0x1F86, {0x1F0E, 0x399}}, {0x1F87, {0x1F0F, 0x399}}, {0x1F88, {0x1F08, 0x399}},
    {0x1F89, {0x1F09, 0x399}}, {0x1F8A, {0x1F0A, 0x399}}, {0x1F8B, {0x1F0B, 0x399}}, {0x1F8C, {0x1F0C, 0x399}}, {0x1F8D, {0x1F0D, 0x399}},
    {0x1F8E, {0x1F0E, 0x399}}, {0x1F8F, {0x1F0F, 0x399}}, {0x1F90, {0x1F28, 0x399}}, {0x1F91, {0x1F29, 0x399}}, {0x1F92, {0x1F2A, 0x399}},
    {0x1F93, {0x1F2B, 0x399}}, {0x1F94, {0x1F2C, 0x399}}, {0x1F95, {0x1F2D, 0x399}}, {0x1F96, {0x1F2E, 0x399}}, {0x1F97, {0x1F2F, 0x399}},
    {0x1F98, {0x1F28, 0x399}}, {0x1F99, {0x1F29, 0x399}}, {0x1F9A, {0x1F2A, 0x399}}, {0x1F9B, {0x1F2B, 0x399}}, {0x1F9C, {0x1F2C, 0x399}},
    {0x1F9D, {0x1F2D, 0x399}}, {0x1F9E, {0x1F2E, 0x399}}, {0x1F9F, {0x1F2F, 0x399}}, {0x1FA0, {0x1F68, 0x399}}, {0x1FA1, {0x1F69, 0x399}},
    {0x1FA2, {0x1F6A, 0x399}}, {0x1FA3, {0x1F6B, 0x399}}, {0x1FA4, {0x1F6C, 0x399}}, {0x1FA5, {0x1F6D, 0x399}}, {0x1FA6, {0x1F6E, 0x399}},
    {0x1FA7, {0x1F6F, 0x399}}, {0x1FA8, {0x1F68, 0x399}}, {0x1FA9, {0x1F69, 0x399}}, {0x1FAA, {0x1F6A, 0x399}}, {0x1FAB, {0x1F6B, 0x399}},
    {0x1FAC, {0x1F6C, 0x399}}, {0x1FAD, {0x1F6D, 0x399}}, {0x1FAE, {0x1F6E, 0x399}}, {0x1FAF, {0x1F6F, 0x399}}, {0x1FB2, {0x1FBA, 0x399}},
    {0x1FB3, {0x391, 0x399}}, {0x1FB4, {0x386, 0x399}}, {0x1FB6, {0x391, 0x342}}, {0x1FB7, {0x391, 0x342, 0x399}}, {0x1FBC, {0x391, 0x399}},
    {0x1FC2, {0x1FCA, 0x399}}, {0x1FC3, {0x397, 0x399}}, {0x1FC4, {0x389, 0x399}}, {0x1FC6, {0x397, 0x342}}, {0x1FC7, {0x397, 0x342, 0x399}},
    {0x1FCC, {0x397, 0x399}}, {0x1FD2, {0x399, 0x308, 0x300}}, {0x1FD3, {0x399, 0x308, 0x301}}, {0x1FD6, {0x399, 0x342}},
    {0x1FD7, {0x399, 0x308, 0x342}}, {0x1FE2, {0x3A5, 0x308, 0x300}}, {0x1FE3, {0x3A5, 0x308, 0x301}}, {0x1FE4, {0x3A1, 0x313}},
    {0x1FE6, {0x3A5, 0x342}}, {0x1FE7, {0x3A5, 0x308, 0x342}}, {0x1FF2, {0x1FFA, 0x399}}, {0x1FF3, {0x3A9, 0x399}}, {0x1FF4, {0x38F, 0x399}},
    {0x1FF6, {0x3A9, 0x342}}, {0x1FF7, {0x3A9, 0x342, 0x399}}, {0x1FFC, {0x3A9, 0x399}}, {0xFB00, {0x46, 0x46}}, {0xFB01, {0x46, 0x49}},
    {0xFB02, {0x46, 0x4C}}, {0xFB03, {0x46, 0x46, 0x49}}, {0xFB04, {0x46, 0x46, 0x4C}}, {0xFB05, {0x53, 0x54}}, {0xFB06, {0x53, 0x54}},
    {0xFB13, {0x544, 0x546}}, {0xFB14, {0x544, 0x535}}, {0xFB15, {0x544, 0x53B}}, {0xFB16, {0x54E, 0x546}}, {0xFB17, {0x544, 0x53D}},
  };
  if (code >= kSpecials[0].code) {
    const auto* const special = std::lower_bound(std::begin(kSpecials), std::end(kSpecials), code, [](const Special& a, char32_t b) { return a.code < b; });
    if (special != std::end(kSpecials) && special->code == code) {
      for (const char16_t part : special->upper) {
        if (part != 0) AppendUtf8(part, out);
      }
      return;
    }
  }
  AppendUtf8(ToUpper(code), out);
}

namespace {

bool IsCased(char32_t code) { return ToLower(code) != code || ToUpper(code) != code; }
// What stands in words without being of them: apostrophes, full stops, accents on their own.
bool IsCaseIgnorable(char32_t code) {
  constexpr std::u32string_view kMarks = U"'.:^`\u00A8\u00AD\u00AF\u00B4\u00B7\u00B8\u2018\u2019\u2024\u2027\u200B\u200C\u200D";
  return kMarks.find(code) != std::u32string_view::npos || (code >= 0x2B0 && code <= 0x36F);
}

}  // namespace

void AppendLower(std::string_view text, size_t at, char32_t code, std::string* out) {
  constexpr char32_t kSigma = 0x3A3, kFinalSigma = 0x3C2, kDottedI = 0x130;
  if (code == kDottedI) {
    *out += "i\xCC\x87";
    return;
  }
  if (code != kSigma) return AppendUtf8(ToLower(code), out);
  char32_t near = 0;
  bool begun = false, goes_on = false;
  for (size_t i = at; i > 0 && !begun;) {
    do --i;
    while (i > 0 && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80);
    if (DecodeUtf8(text, i, &near) == 0 || !(IsCased(near) || IsCaseIgnorable(near))) break;
    begun = IsCased(near) && !IsCaseIgnorable(near);
  }
  for (size_t i = at + 2; begun && i < text.size() && !goes_on;) {
    const size_t length = DecodeUtf8(text, i, &near);
    if (length == 0 || !(IsCased(near) || IsCaseIgnorable(near))) break;
    goes_on = IsCased(near) && !IsCaseIgnorable(near);
    i += length;
  }
  AppendUtf8(begun && !goes_on ? kFinalSigma : ToLower(code), out);
}

}  // namespace bowstring
