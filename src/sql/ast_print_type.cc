// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/ast_print.h"
#include "sql/ast_printer_internal.h"

namespace bowstring::sql {

std::string ToSql(const AstType& type) {
  AstPrinter printer;
  printer.Print(type);
  return printer.Take();
}

std::string ToSql(const ObjectName& name) {
  AstPrinter printer;
  printer.Print(name);
  return printer.Take();
}

std::string ToSql(const Ident& ident) {
  AstPrinter printer;
  printer.Print(ident);
  return printer.Take();
}

void AstPrinter::Print(const Ident& ident) {
  if (!ident.quoted()) {
    out_ += ident.text;
    return;
  }
  out_ += ident.quote;
  for (char c : ident.text) {
    if (c == ident.quote) out_ += c;
    out_ += c;
  }
  out_ += ident.quote;
}

void AstPrinter::Print(const ObjectName& name) { PrintList(name.parts, "."); }

void AstPrinter::PrintString(std::string_view text) {
  out_ += '\'';
  for (char c : text) {
    if (c == '\'') out_ += c;
    out_ += c;
  }
  out_ += '\'';
}

void AstPrinter::Print(const AstType& type) {
  const auto field = [&](const AstTypeField& child) {
    if (child.name) {
      Print(*child.name);
      out_ += ' ';
    }
    Print(*child.type);
  };
  const auto children = [&](std::string_view open) {
    out_ += open;
    for (size_t i = 0; i < type.children.size(); ++i) {
      WordIf(i > 0, ", ");
      field(type.children[i]);
    }
    out_ += '>';
  };
  switch (type.kind) {
    case TypeKind::kStruct: return children("struct<");
    case TypeKind::kMap: return children("map<");
    case TypeKind::kArray:
      field(type.children[0]);
      out_ += '[';
      if (type.array_size) out_ += std::to_string(*type.array_size);
      out_ += ']';
      return;
    case TypeKind::kNamed: break;
  }
  if (type.quoted) {
    Print(Ident{type.name, '"', {}});
  } else {
    out_ += type.name;
  }
  if (!type.params.empty()) {
    out_ += '(';
    for (size_t i = 0; i < type.params.size(); ++i) {
      WordIf(i > 0, ", ");
      out_ += type.params[i];
    }
    out_ += ')';
  }
  WordIf(type.time_zone == AstType::TimeZone::kWith, " with time zone");
  WordIf(type.time_zone == AstType::TimeZone::kWithout, " without time zone");
  WordIf(type.is_unsigned, " unsigned");
}

}  // namespace bowstring::sql
