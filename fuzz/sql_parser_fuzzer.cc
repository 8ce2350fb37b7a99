// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Any bytes parse or are refused with a place inside them; what parses prints as a text that parses and prints the same.
// Built with clang: -fsanitize=fuzzer,address,undefined over src/sql's parser and src/base/error.cc.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/ast_print.h"
#include "sql/parser.h"
#include "sql/sql_error.h"

namespace {

using bowstring::sql::ParseExpression;
using bowstring::sql::ParseStatements;
using bowstring::sql::ParseType;
using bowstring::sql::SqlErrorDetailOf;
using bowstring::sql::ToSql;

void Fail(const char* what, std::string_view text, std::string_view first, std::string_view second) {
  std::fprintf(stderr, "%s\n  text:   %.*s\n  first:  %.*s\n  second: %.*s\n", what, static_cast<int>(text.size()), text.data(),
               static_cast<int>(first.size()), first.data(), static_cast<int>(second.size()), second.data());
  std::abort();
}

void CheckError(const arrow::Status& status, std::string_view text) {
  const auto* detail = SqlErrorDetailOf(status);
  if (!detail) Fail("an error without a place", text, status.message(), "");
  if (detail->span().begin > text.size()) Fail("an error behind the text", text, status.message(), "");
}

// The canonical text may have a parenthesis more than the text, and so be the one level too deep.
bool IsTooDeep(const arrow::Status& status) { return status.message().find("Nested too deeply") != std::string::npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto statements = ParseStatements(text);
  if (!statements.ok()) {
    CheckError(statements.status(), text);
  } else {
    for (const auto& statement : *statements) {
      const std::string first = ToSql(*statement);
      auto again = ParseStatements(first);
      if (!again.ok()) {
        if (!IsTooDeep(again.status())) Fail("the printed text does not parse", text, first, again.status().message());
        continue;
      }
      if (again->size() != 1) Fail("the printed text is not one statement", text, first, "");
      const std::string second = ToSql(*(*again)[0]);
      if (first != second) Fail("printing again differs", text, first, second);
    }
  }
  auto expr = ParseExpression(text);
  if (!expr.ok()) {
    CheckError(expr.status(), text);
  } else {
    const std::string first = ToSql(**expr);
    auto again = ParseExpression(first);
    if (!again.ok() && !IsTooDeep(again.status())) Fail("the printed expression does not parse", text, first, again.status().message());
    if (again.ok() && ToSql(**again) != first) Fail("printing the expression again differs", text, first, ToSql(**again));
  }
  if (auto type = ParseType(text); type.ok()) {
    const std::string first = ToSql(**type);
    auto again = ParseType(first);
    if (!again.ok() && !IsTooDeep(again.status())) Fail("the printed type does not parse", text, first, again.status().message());
    if (again.ok() && ToSql(**again) != first) Fail("printing the type again differs", text, first, ToSql(**again));
  }
  return 0;
}
