// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sql/source_span.h"

namespace bowstring::sql {

/// An identifier as written. `text` is unescaped (`"a""b"` is a"b) and never folded: folding an unquoted one to lower
/// case is the binder's.
struct Ident {
  std::string text;
  /// 0 when unquoted, else the quote: `"`, a backtick, or `'` (a file name in FROM: `FROM 'x.parquet'`).
  char quote = 0;
  SourceSpan span;

  bool quoted() const { return quote != 0; }
};

/// A dotted name: `t`, `schema.t`, `catalog.schema.t`. Never empty.
struct ObjectName {
  std::vector<Ident> parts;
  SourceSpan span;

  /// True for `FROM 'path'`: one part, in single quotes.
  bool is_path() const { return parts.size() == 1 && parts[0].quote == '\''; }
};

}  // namespace bowstring::sql
