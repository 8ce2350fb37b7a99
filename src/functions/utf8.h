// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bowstring {

/// Bytes of the character that begins at `at` (< size); 1 for bytes that begin none.
inline size_t Utf8Length(std::string_view text, size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  const size_t length = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  return at + length <= text.size() ? length : text.size() - at;
}
/// Characters in a text.
int64_t CountUtf8(std::string_view text);
/// The byte where character `n` begins (from 0); the size where there are fewer.
size_t Utf8Offset(std::string_view text, int64_t n);
/// Decodes one character; 0 where the bytes are no UTF-8, else its length.
size_t DecodeUtf8(std::string_view text, size_t at, char32_t* code);
void AppendUtf8(char32_t code, std::string* out);

/// Case and kind of characters, by Unicode's simple mappings.
char32_t ToLower(char32_t code);
char32_t ToUpper(char32_t code);
bool IsAlphabetic(char32_t code);
/// Appends the upper case, of several letters where it is (ß).
void AppendUpper(char32_t code, std::string* out);
/// Appends the lower case of the character `code` at `text[at]`: a sigma at the end of its word is a final one.
void AppendLower(std::string_view text, size_t at, char32_t code, std::string* out);

}  // namespace bowstring
