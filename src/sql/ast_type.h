// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/ast_name.h"

namespace bowstring::sql {

enum class TypeKind : uint8_t {
  kNamed,   // bigint, decimal(10,2), timestamp(3) with time zone, Utf8View, Timestamp(Nanosecond, None)
  kArray,   // bigint[], bigint[3], bigint array, array<bigint>, list<bigint>
  kStruct,  // struct<x int, y text>, struct(x int), row(x int)
  kMap,     // map<text, int>, map(text, int)
};

struct AstType;
using TypePtr = std::unique_ptr<AstType>;

struct AstTypeField {
  std::optional<Ident> name;
  TypePtr type;
};

/// A type as written; what it means is the binder's.
struct AstType {
  TypeKind kind = TypeKind::kNamed;
  SourceSpan span;

  /// kNamed: the words of the name in lower case with one blank between them: "bigint", "double precision",
  /// "character varying", "timestamp", "utf8view". Neither `unsigned` nor `with time zone` are part of it.
  /// A quoted name keeps its case.
  std::string name;
  bool quoted = false;
  /// kNamed: what stands in the parentheses, one text an argument: {"10", "2"}, {"Nanosecond", "None"}.
  std::vector<std::string> params;
  /// kNamed: `unsigned` was written after the name.
  bool is_unsigned = false;
  /// kNamed, time and timestamp: none was written, `without time zone`, or `with time zone`.
  enum class TimeZone : uint8_t { kUnspecified, kWithout, kWith };
  TimeZone time_zone = TimeZone::kUnspecified;

  /// kArray: the element is children[0], and the size of `int[3]`. kStruct: the fields. kMap: key and value.
  std::vector<AstTypeField> children;
  std::optional<uint64_t> array_size;
};

}  // namespace bowstring::sql
