// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/lexer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "sql/sql_error.h"

namespace bowstring::sql {
namespace {

struct Operator {
  std::string_view text;
  TokenKind kind;
};

// Those with one beginning stand together, the longest first.
constexpr Operator kOperators[] = {
    {"!~~*", TokenKind::kBangDoubleTildeStar}, {"!~~", TokenKind::kBangDoubleTilde}, {"!~*", TokenKind::kBangTildeStar},
    {"!~", TokenKind::kBangTilde}, {"!=", TokenKind::kNotEq}, {"!!", TokenKind::kDoubleBang}, {"!", TokenKind::kBang},
    {"#>>", TokenKind::kHashLongArrow}, {"#>", TokenKind::kHashArrow}, {"#-", TokenKind::kHashMinus},
    {"#", TokenKind::kHash}, {"%", TokenKind::kPercent}, {"&&", TokenKind::kDoubleAmp}, {"&", TokenKind::kAmp},
    {"(", TokenKind::kLeftParen}, {")", TokenKind::kRightParen}, {"*", TokenKind::kStar}, {"+", TokenKind::kPlus},
    {",", TokenKind::kComma}, {"->>", TokenKind::kLongArrow}, {"->", TokenKind::kArrow}, {"-", TokenKind::kMinus},
    {".", TokenKind::kDot}, {"//", TokenKind::kDoubleSlash}, {"/", TokenKind::kSlash}, {"::", TokenKind::kDoubleColon},
    {":=", TokenKind::kAssign}, {":", TokenKind::kColon}, {";", TokenKind::kSemicolon}, {"<=>", TokenKind::kSpaceship},
    {"<=", TokenKind::kLtEq}, {"<>", TokenKind::kNotEq}, {"<<", TokenKind::kShiftLeft}, {"<@", TokenKind::kArrowAt},
    {"<", TokenKind::kLt}, {"==", TokenKind::kDoubleEq}, {"=>", TokenKind::kFatArrow}, {"=", TokenKind::kEq},
    {">=", TokenKind::kGtEq}, {">>", TokenKind::kShiftRight}, {">", TokenKind::kGt}, {"?|", TokenKind::kQuestionPipe},
    {"?&", TokenKind::kQuestionAmp}, {"@>", TokenKind::kAtArrow}, {"@?", TokenKind::kAtQuestion},
    {"@@", TokenKind::kDoubleAt}, {"@", TokenKind::kAt}, {"[", TokenKind::kLeftBracket}, {"]", TokenKind::kRightBracket},
    {"^@", TokenKind::kCaretAt}, {"^", TokenKind::kCaret}, {"{", TokenKind::kLeftBrace}, {"||/", TokenKind::kDoublePipeSlash},
    {"||", TokenKind::kConcat}, {"|/", TokenKind::kPipeSlash}, {"|>", TokenKind::kPipeArrow}, {"|", TokenKind::kPipe},
    {"}", TokenKind::kRightBrace},
    {"~~*", TokenKind::kDoubleTildeStar}, {"~~", TokenKind::kDoubleTilde}, {"~*", TokenKind::kTildeStar},
    {"~", TokenKind::kTilde},
};

// Where in kOperators those that begin with an ASCII character are; its length for no operator.
constexpr auto kFirstOperator = [] {
  std::array<uint8_t, 128> first{};
  for (auto& index : first) index = std::size(kOperators);
  for (size_t i = std::size(kOperators); i-- > 0;) first[static_cast<size_t>(kOperators[i].text[0])] = static_cast<uint8_t>(i);
  return first;
}();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c) || c == '$'; }

// The length of the blank at `at`, 0 when there is none. Blanks beyond ASCII come with text pasted from documents.
size_t BlankAt(std::string_view text, size_t at) {
  const char c = text[at];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xC2\xA0")) return 2;  // no-break space
  for (std::string_view blank : {"\xE2\x80\xAF", "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
    if (rest.starts_with(blank)) return 3;  // narrow no-break space, ideographic space, byte order mark
  }
  if (rest.size() >= 3 && rest.starts_with("\xE2\x80") && static_cast<unsigned char>(rest[2]) >= 0x80 &&
      static_cast<unsigned char>(rest[2]) <= 0x8A) {
    return 3;  // U+2000 to U+200A
  }
  return 0;
}

// The offset of the first byte that isn't UTF-8, or npos.
size_t FindInvalidUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || i + length > text.size()) return i;
    uint32_t value = c & (0x7Fu >> length);
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) return i;
      value = value << 6 | (next & 0x3Fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return i;
    i += length;
  }
  return std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  arrow::Result<std::vector<Token>> Run() {
    if (text_.size() >= std::numeric_limits<uint32_t>::max() / 2) {
      return SqlError("TokenizerError", "The text is longer than 2 GiB", "", {});
    }
    if (const size_t bad = FindInvalidUtf8(text_); bad != std::string_view::npos) {
      // Not shown with a caret: the line would carry the broken bytes into the message.
      return SqlError("TokenizerError", "Invalid UTF-8 at byte " + std::to_string(bad), "", {});
    }
    while (true) {
      ARROW_RETURN_NOT_OK(SkipBlanks());
      if (at_ >= text_.size()) break;
      ARROW_RETURN_NOT_OK(Next());
    }
    Emit(TokenKind::kEof, at_);
    for (uint32_t open : open_) tokens_[open].match = static_cast<uint32_t>(tokens_.size() - 1);
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  arrow::Status Error(std::string_view message, size_t begin) const {
    return SqlError("TokenizerError", message, text_, {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)});
  }

  void Emit(TokenKind kind, size_t begin, Keyword keyword = Keyword::kNone) {
    Token token{kind, keyword, {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)}, 0};
    const auto index = static_cast<uint32_t>(tokens_.size());
    if (kind == TokenKind::kLeftParen) {
      open_.push_back(index);
    } else if (kind == TokenKind::kRightParen && !open_.empty()) {
      tokens_[open_.back()].match = index;
      open_.pop_back();
    }
    tokens_.push_back(token);
  }

  arrow::Status SkipBlanks() {
    while (at_ < text_.size()) {
      if (const size_t blank = BlankAt(text_, at_)) {
        at_ += blank;
      } else if (Peek() == '-' && Peek(1) == '-') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (Peek() == '/' && Peek(1) == '*') {
        ARROW_RETURN_NOT_OK(SkipBlockComment());
      } else {
        break;
      }
    }
    return arrow::Status::OK();
  }

  // Block comments nest.
  arrow::Status SkipBlockComment() {
    const size_t begin = at_;
    at_ += 2;
    for (size_t depth = 1; depth > 0;) {
      if (at_ >= text_.size()) return Error("Unexpected EOF while in a multi-line comment", begin);
      if (Peek() == '*' && Peek(1) == '/') {
        --depth;
        at_ += 2;
      } else if (Peek() == '/' && Peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else {
        ++at_;
      }
    }
    return arrow::Status::OK();
  }

  arrow::Status Next() {
    const size_t begin = at_;
    const char c = Peek();
    if (c == '\'') return QuotedString(TokenKind::kString, begin, 0);
    if (c == '"' || c == '`') return QuotedIdent();
    if (Peek(1) == '\'') {
      switch (c) {
        case 'e': case 'E': return QuotedString(TokenKind::kEscapeString, begin, 1);
        case 'n': case 'N': return QuotedString(TokenKind::kNationalString, begin, 1);
        case 'x': case 'X': return HexString();
        case 'b': case 'B':
          ARROW_RETURN_NOT_OK(QuotedString(TokenKind::kString, begin, 1));
          return Error("Byte strings (B'...') are not supported, use X'...'", begin);
        case 'r': case 'R':
          ARROW_RETURN_NOT_OK(QuotedString(TokenKind::kString, begin, 1));
          return Error("Raw strings (R'...') are not supported, use $$...$$", begin);
        default: break;
      }
    }
    if ((c == 'u' || c == 'U') && Peek(1) == '&' && Peek(2) == '\'') {
      return QuotedString(TokenKind::kUnicodeString, begin, 2);
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (IsWordStart(c)) return Word(begin);
    if (c == '@' && IsWordStart(Peek(1)) && BlankAt(text_, at_ + 1) == 0) {
      ++at_;
      return Word(begin);
    }
    if (c == '$') return Dollar();
    if (c == '?' && !(Peek(1) == '&' && Peek(2) != '&') && !(Peek(1) == '|' && Peek(2) != '|')) return Question();
    for (size_t i = kFirstOperator[static_cast<size_t>(c)]; i < std::size(kOperators) && kOperators[i].text[0] == c; ++i) {
      if (!text_.substr(at_).starts_with(kOperators[i].text)) continue;
      at_ += kOperators[i].text.size();
      Emit(kOperators[i].kind, begin);
      return arrow::Status::OK();
    }
    return Error("Unexpected character '" + std::string(1, c < 0x20 || c == 0x7F ? ' ' : c) + "'", begin);
  }

  arrow::Status Word(size_t begin) {
    while (at_ < text_.size() && IsWordPart(text_[at_]) && BlankAt(text_, at_) == 0) ++at_;
    Emit(TokenKind::kWord, begin, FindKeyword(text_.substr(begin, at_ - begin)));
    return arrow::Status::OK();
  }

  // `prefix` letters stand before the quote. A quote inside is doubled, or (E'...') comes after a backslash.
  arrow::Status QuotedString(TokenKind kind, size_t begin, size_t prefix) {
    at_ += prefix + 1;
    while (at_ < text_.size()) {
      if (text_[at_] == '\\' && kind == TokenKind::kEscapeString && at_ + 1 < text_.size()) {
        at_ += 2;
      } else if (text_[at_] != '\'') {
        ++at_;
      } else if (Peek(1) == '\'') {
        at_ += 2;
      } else {
        ++at_;
        Emit(kind, begin);
        return arrow::Status::OK();
      }
    }
    return Error("Unterminated string literal", begin);
  }

  arrow::Status QuotedIdent() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size()) {
      if (text_[at_] != quote) {
        ++at_;
      } else if (Peek(1) == quote) {
        at_ += 2;
      } else {
        ++at_;
        Emit(TokenKind::kQuotedIdent, begin);
        return arrow::Status::OK();
      }
    }
    return Error(std::string("Expected close delimiter '") + quote + "' before EOF.", begin);
  }

  arrow::Status HexString() {
    const size_t begin = at_;
    at_ += 2;
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (!IsHexDigit(text_[at_])) return Error("Not a hexadecimal digit in a X'...' literal", at_);
      ++at_;
    }
    if (at_ >= text_.size()) return Error("Unterminated string literal", begin);
    ++at_;
    Emit(TokenKind::kHexString, begin);
    return arrow::Status::OK();
  }

  // `_` may stand between two digits.
  void SkipDigits() {
    while (IsDigit(Peek()) || (Peek() == '_' && at_ > 0 && IsDigit(text_[at_ - 1]) && IsDigit(Peek(1)))) ++at_;
  }

  arrow::Status Number() {
    const size_t begin = at_;
    if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X') && IsHexDigit(Peek(2))) {
      at_ += 2;
      while (IsHexDigit(Peek())) ++at_;
      Emit(TokenKind::kHexString, begin);
      return arrow::Status::OK();
    }
    SkipDigits();
    if (Peek() == '.') {
      ++at_;
      SkipDigits();
    }
    if (Peek() == 'e' || Peek() == 'E') {
      const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
      if (IsDigit(Peek(1 + sign))) {
        at_ += 1 + sign;
        SkipDigits();
      }
    }
    Emit(TokenKind::kNumber, begin);
    return arrow::Status::OK();
  }

  // $1, $name, $$text$$, $tag$text$tag$.
  arrow::Status Dollar() {
    const size_t begin = at_;
    size_t end = at_ + 1;
    while (end < text_.size() && (IsWordStart(text_[end]) || IsDigit(text_[end]))) ++end;
    const bool tag = end < text_.size() && text_[end] == '$' && !(end > at_ + 1 && IsDigit(text_[at_ + 1]));
    if (!tag) {
      if (end == at_ + 1) return Error("Expected a name or a number after '$'", begin);
      at_ = end;
      Emit(TokenKind::kPlaceholder, begin);
      return arrow::Status::OK();
    }
    const std::string_view mark = text_.substr(begin, end + 1 - begin);
    const size_t close = text_.find(mark, end + 1);
    if (close == std::string_view::npos) return Error("Unterminated dollar-quoted string", begin);
    at_ = close + mark.size();
    Emit(TokenKind::kDollarString, begin);
    return arrow::Status::OK();
  }

  arrow::Status Question() {
    const size_t begin = at_++;
    while (IsDigit(Peek())) ++at_;
    Emit(TokenKind::kPlaceholder, begin);
    return arrow::Status::OK();
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
  std::vector<uint32_t> open_;  // indexes of parentheses not yet closed
};

}  // namespace

arrow::Result<std::vector<Token>> Tokenize(std::string_view text) { return Lexer(text).Run(); }

}  // namespace bowstring::sql
