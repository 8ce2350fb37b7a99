// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sql/ast.h"

namespace bowstring::sql {

/// A node as canonical SQL in one line: keywords in upper case, names and quotes as written, no redundant words. Parsing
/// it gives the same tree again but for spans.
std::string ToSql(const AstExpr& expr);
std::string ToSql(const AstQuery& query);
std::string ToSql(const AstStatement& statement);
std::string ToSql(const AstType& type);
std::string ToSql(const ObjectName& name);
std::string ToSql(const Ident& ident);

}  // namespace bowstring::sql
