// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/sql_error.h"

#include <algorithm>
#include <memory>

namespace bowstring::sql {
namespace {

// How much of a long line is shown on each side of the caret, in bytes.
constexpr size_t kContext = 60;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t CountCharacters(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

// The message as a string literal, as the peer prints it.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  return out += '"';
}

}  // namespace

SourcePosition PositionOf(std::string_view text, uint32_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t newline = before.rfind('\n');
  SourcePosition position;
  position.line = 1 + static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::string_view line = newline == std::string_view::npos ? before : before.substr(newline + 1);
  position.column = 1 + static_cast<uint32_t>(CountCharacters(line));
  return position;
}

std::string RenderCaret(std::string_view text, SourceSpan span) {
  const size_t at = std::min<size_t>(span.begin, text.size());
  size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  size_t end = std::min(text.find('\n', at), text.size());
  bool cut_left = false, cut_right = false;
  if (at - begin > kContext) {
    begin = at - kContext;
    while (begin < at && IsContinuation(text[begin])) ++begin;
    cut_left = true;
  }
  if (end - at > kContext) {
    end = at + kContext;
    while (end > at && IsContinuation(text[end])) --end;
    cut_right = true;
  }
  std::string head = "LINE " + std::to_string(PositionOf(text, static_cast<uint32_t>(at)).line) + ": ";
  if (cut_left) head += "...";
  std::string line(text.substr(begin, end - begin));
  std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  while (!line.empty() && line.back() == ' ') line.pop_back();
  std::string out = head + line + (cut_right ? "...\n" : "\n");
  out.append(head.size() + CountCharacters(text.substr(begin, at - begin)), ' ');
  out += "^\n";
  return out;
}

const SqlErrorDetail* SqlErrorDetailOf(const arrow::Status& status) {
  return dynamic_cast<const SqlErrorDetail*>(status.detail().get());
}

arrow::Status SqlError(std::string_view name, std::string_view message, std::string_view text, SourceSpan span) {
  const SourcePosition position = PositionOf(text, span.begin);
  std::string full(message);
  if (!message.ends_with("found: EOF")) full += " at Line: " + std::to_string(position.line) + ", Column: " + std::to_string(position.column);
  std::string out(name);
  out += '(' + Quoted(full) + ")\n" + RenderCaret(text, span);
  out.pop_back();  // the last newline
  return arrow::Status(arrow::StatusCode::Invalid, std::move(out), std::make_shared<SqlErrorDetail>(span, position));
}

}  // namespace bowstring::sql
