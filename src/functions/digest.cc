// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <bit>
#include <cstring>

#include "functions/blake.h"
#include "functions/define.h"
#include "functions/digest.h"
#include "functions/families.h"

// Digests (RFC 1321, FIPS 180-4) and encodings. No library that we already carry has them.

namespace bowstring {
namespace {

using Bytes = std::string;

// Calls f with each block of `kBlock` bytes of a text that is padded by a one bit, zeroes and its length in bits, in `kLength` bytes.
template <size_t kBlock, size_t kLength, typename F>
void ForBlocks(std::string_view text, bool big, F&& f) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  size_t left = text.size();
  for (; left >= kBlock; left -= kBlock, bytes += kBlock) f(bytes);
  uint8_t last[2 * kBlock] = {};
  if (left > 0) std::memcpy(last, bytes, left);
  last[left] = 0x80;
  const size_t end = left + 1 + kLength <= kBlock ? kBlock : 2 * kBlock;
  const uint64_t bits = static_cast<uint64_t>(text.size()) * 8;
  for (size_t i = 0; i < 8; ++i) last[big ? end - 1 - i : end - kLength + i] = static_cast<uint8_t>(bits >> (8 * i));
  for (size_t at = 0; at < end; at += kBlock) f(last + at);
}

Bytes Md5(std::string_view text) {
  static constexpr int kShifts[] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
  static constexpr uint32_t kSines[] = {
      0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122,
      0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6,
      0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60,
      0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
      0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
  std::array<uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  ForBlocks<64, 8>(text, false, [&](const uint8_t* block) {
    uint32_t words[16];
    std::memcpy(words, block, 64);
    auto [a, b, c, d] = state;
#pragma GCC unroll 64
    for (uint32_t i = 0; i < 64; ++i) {
      uint32_t f, g;
      if (i < 16) f = (b & c) | (~b & d), g = i;
      else if (i < 32) f = (d & b) | (~d & c), g = (5 * i + 1) % 16;
      else if (i < 48) f = b ^ c ^ d, g = (3 * i + 5) % 16;
      else f = c ^ (b | ~d), g = 7 * i % 16;
      f += a + kSines[i] + words[g];
      a = d;
      d = c;
      c = b;
      b += std::rotl(f, kShifts[i / 16 * 4 + i % 4]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  });
  return Bytes(reinterpret_cast<const char*>(state.data()), 16);
}

// SHA-2's constants: the first bits of the fractions of cube roots of primes. SHA-256 uses the upper halves of SHA-512's.
constexpr uint64_t kRounds[] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec, 0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

struct Rotations {
  int a[3], e[3], w0[3], w1[3];  // the third of w is a shift
};

template <typename Word, int kCount>
Bytes Sha(std::string_view text, std::array<Word, 8> state, const Rotations& r, size_t bytes) {
  ForBlocks<sizeof(Word) * 16, sizeof(Word) * 2>(text, true, [&](const uint8_t* block) {
    Word w[kCount];
    for (int i = 0; i < 16; ++i) {
      Word word = 0;
      for (size_t k = 0; k < sizeof(Word); ++k) word = static_cast<Word>(word << 8) | block[static_cast<size_t>(i) * sizeof(Word) + k];
      w[i] = word;
    }
    for (int i = 16; i < kCount; ++i) {
      const Word s0 = std::rotr(w[i - 15], r.w0[0]) ^ std::rotr(w[i - 15], r.w0[1]) ^ (w[i - 15] >> r.w0[2]);
      const Word s1 = std::rotr(w[i - 2], r.w1[0]) ^ std::rotr(w[i - 2], r.w1[1]) ^ (w[i - 2] >> r.w1[2]);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (int i = 0; i < kCount; ++i) {
      const Word s1 = std::rotr(e, r.e[0]) ^ std::rotr(e, r.e[1]) ^ std::rotr(e, r.e[2]);
      const Word t1 = h + s1 + ((e & f) ^ (~e & g)) + static_cast<Word>(kRounds[i] >> (64 - sizeof(Word) * 8)) + w[i];
      const Word s0 = std::rotr(a, r.a[0]) ^ std::rotr(a, r.a[1]) ^ std::rotr(a, r.a[2]);
      const Word t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const Word values[] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; ++i) state[i] += values[i];
  });
  Bytes out;
  for (const Word word : state) {
    for (size_t k = 0; k < sizeof(Word); ++k) out += static_cast<char>(word >> (8 * (sizeof(Word) - 1 - k)));
  }
  return out.substr(0, bytes);
}

constexpr Rotations k256{{2, 13, 22}, {6, 11, 25}, {7, 18, 3}, {17, 19, 10}};
constexpr Rotations k512{{28, 34, 39}, {14, 18, 41}, {1, 8, 7}, {19, 61, 6}};

Bytes Sha224(std::string_view t) {
  return Sha<uint32_t, 64>(t, {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4}, k256, 28);
}
Bytes Sha256(std::string_view t) {
  return Sha<uint32_t, 64>(t, {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}, k256, 32);
}
Bytes Sha384(std::string_view t) {
  return Sha<uint64_t, 80>(t, {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4}, k512, 48);
}
Bytes Sha512(std::string_view t) {
  return Sha<uint64_t, 80>(t, {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179}, k512, 64);
}

Bytes Sha1(std::string_view text) {
  std::array<uint32_t, 5> h{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  ForBlocks<64, 8>(text, true, [&](const uint8_t* block) {
    uint32_t w[80];
    for (int k = 0; k < 16; ++k) {
      w[k] = 0;
      for (int byte = 0; byte < 4; ++byte) w[k] = w[k] << 8 | block[4 * k + byte];
    }
    for (int k = 16; k < 80; ++k) w[k] = std::rotl(w[k - 3] ^ w[k - 8] ^ w[k - 14] ^ w[k - 16], 1);
    auto [a, b, c, d, e] = h;
    for (int k = 0; k < 80; ++k) {
      const uint32_t f = k < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : k < 40 ? (b ^ c ^ d) + 0x6ed9eba1 : k < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
      const uint32_t next = std::rotl(a, 5) + f + e + w[k];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  });
  Bytes out;
  for (const uint32_t word : h) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift);
  }
  return out;
}

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(2 * bytes.size(), '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = kDigits[c >> 4];
    out[2 * i + 1] = kDigits[c & 15];
  }
  return out;
}

bool Unhex(std::string_view text, std::string* out) {
  if (text.size() % 2 != 0) return false;
  auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *out += static_cast<char>(high * 16 + low);
  }
  return true;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string Base64(std::string_view bytes, bool pad) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? static_cast<uint8_t>(bytes[i + k]) : 0);
    for (size_t k = 0; k <= n; ++k) out += kBase64[group >> (18 - 6 * k) & 63];
    if (pad) out.append(3 - n, '=');
  }
  return out;
}

bool Unbase64(std::string_view text, std::string* out) {
  size_t padding = 0;
  for (; !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  if (padding != 0 && (padding > 2 || (text.size() + padding) % 4 != 0)) return false;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return false;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *out += static_cast<char>(group >> bits);
    }
  }
  return text.size() % 4 != 1 && (group & ((1U << bits) - 1)) == 0;  // the bits left over are nothing
}

Definition Def(std::string name, std::string signature, std::string description, std::string syntax) {
  Definition d;
  d.name = std::move(name);
  d.family = "hashing";
  d.signature = std::move(signature);
  d.description = std::move(description);
  d.syntax = std::move(syntax);
  return d;
}

}  // namespace

bool DigestBy(std::string_view method, std::string_view text, std::string* out) {
  if (method == "md5") *out = Md5(text);
  else if (method == "sha1") *out = Sha1(text);
  else if (method == "sha224") *out = Sha224(text);
  else if (method == "sha256") *out = Sha256(text);
  else if (method == "sha384") *out = Sha384(text);
  else if (method == "sha512") *out = Sha512(text);
  else if (method == "blake2s") *out = Blake2s(text);
  else if (method == "blake2b") *out = Blake2b(text);
  else if (method == "blake3") *out = Blake3(text);
  else return false;
  return true;
}

std::string HexText(std::string_view bytes) { return Hex(bytes); }
std::string Base64Text(std::string_view bytes, bool pad) { return Base64(bytes, pad); }
bool FromBase64(std::string_view text, std::string* out) { return Unbase64(text, out); }

void AddDigestFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(DefineText(Def("md5", "b", "The MD5 digest as hexadecimal text.", "md5(expression)"), TextResult::kView, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    *o = Hex(Md5(rows.text(0, i)));
    return Cell::kValue;
  }));
  for (const char* name : {"sha224", "sha256", "sha384", "sha512"}) {
    out->push_back(DefineText(Def(name, "b", "The SHA-2 digest of " + std::string(name + 3) + " bits.", std::string(name) + "(expression)"), TextResult::kBinary,
                              [name = std::string(name)](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
                                DigestBy(name, rows.text(0, i), o);
                                return Cell::kValue;
                              }));
  }
  const auto refuse = [](arrow::Status* error, std::string message) {
    *error = MakeError(ErrorKind::kPlan, std::move(message));
    return Cell::kFail;
  };
  Definition digest = Def("digest", "bt", "A digest by name: md5, sha224, sha256, sha384, sha512, blake2s, blake2b, blake3.", "digest(expression, algorithm)");
  digest.fallible = true;
  out->push_back(DefineText(std::move(digest), TextResult::kBinary, [refuse](const Rows& rows, int64_t i, std::string* o, arrow::Status* error) {
    std::string method(rows.text(1, i));
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (method != "sha1" && DigestBy(method, rows.text(0, i), o)) return Cell::kValue;
    return refuse(error, "There is no built-in digest algorithm named '" + method + "', currently supported algorithms are: md5, sha224, sha256, sha384, sha512, blake2s, blake2b, blake3");
  }));
  Definition encode = Def("encode", "bt", "Bytes as text: base64, base64pad, hex.", "encode(expression, format)");
  encode.fallible = true;
  out->push_back(DefineText(std::move(encode), TextResult::kUtf8OrLarge, [refuse](const Rows& rows, int64_t i, std::string* o, arrow::Status* error) {
    const std::string_view format = rows.text(1, i);
    if (format == "hex") *o = Hex(rows.text(0, i));
    else if (format == "base64") *o = Base64(rows.text(0, i), false);
    else if (format == "base64pad") *o = Base64(rows.text(0, i), true);
    else return refuse(error, "There is no built-in encoding named '" + std::string(format) + "', currently supported encodings are: base64, base64pad, hex");
    return Cell::kValue;
  }));
  Definition decode = Def("decode", "bt", "Text as bytes: base64, hex.", "decode(expression, format)");
  decode.fallible = true;
  out->push_back(DefineText(std::move(decode), TextResult::kBinaryOrLarge, [refuse](const Rows& rows, int64_t i, std::string* o, arrow::Status* error) {
    const std::string_view format = rows.text(1, i);
    const bool hex = format == "hex";
    if (!hex && format != "base64" && format != "base64pad") {
      return refuse(error, "There is no built-in encoding named '" + std::string(format) + "', currently supported encodings are: base64, base64pad, hex");
    }
    if (hex ? Unhex(rows.text(0, i), o) : Unbase64(rows.text(0, i), o)) return Cell::kValue;
    return Fail(error, "Failed to decode value using " + std::string(format));
  }));
}

}  // namespace bowstring
