// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace bowstring {

/// A digest by name: md5, sha1, sha224, sha256, sha384, sha512, blake2s, blake2b, blake3. False: no such.
bool DigestBy(std::string_view method, std::string_view bytes, std::string* out);
/// Bytes as hexadecimal digits, lower case.
std::string HexText(std::string_view bytes);
std::string Base64Text(std::string_view bytes, bool pad);
/// With or without padding. False: no base64.
bool FromBase64(std::string_view text, std::string* out);

}  // namespace bowstring
