// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bowstring::json {

/// How deep values may nest.
constexpr int kMaxDepth = 200;

/// A place in JSON text. Methods answer false where the text is wrong; `error` says why, `at` where.
struct Parser {
  const char* begin = nullptr;
  const char* at = nullptr;
  const char* end = nullptr;
  std::string error;
  bool failed_memory = false;  ///< not the text's fault
  bool named = false;          ///< `error` says in which field

  bool Fail(std::string why) {
    error = std::move(why);
    return false;
  }
  void SkipBlanks() {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) ++at;
  }
  char Peek() const { return at < end ? *at : '\0'; }
  bool Expect(char c) {
    SkipBlanks();
    if (at < end && *at == c) {
      ++at;
      return true;
    }
    return Fail(Unexpected());
  }
  std::string Unexpected() const {
    if (at >= end) return "the text ends in the middle of a record";
    return std::string("Encountered unexpected '") + *at + "' whilst parsing value";
  }

  /// A string at its opening quote: its content, without escapes where `scratch` had to be used.
  bool String(std::string_view* out, std::string* scratch);
  /// A number's text.
  bool Number(std::string_view* out);
  /// The word true, false or null.
  bool Word(std::string_view word);
  /// An array or object at its opening bracket: calls `each` at each of its items (or keys), which goes past it and answers whether it could.
  template <typename Each>
  bool Sequence(char close, Each each) {
    ++at;
    SkipBlanks();
    if (Peek() == close) {
      ++at;
      return true;
    }
    while (true) {
      SkipBlanks();
      if (!each()) return false;
      SkipBlanks();
      if (Peek() == close) {
        ++at;
        return true;
      }
      if (!Expect(',')) return false;
    }
  }
  /// Goes past any value.
  bool Skip(int depth = 0);
};

}  // namespace bowstring::json
