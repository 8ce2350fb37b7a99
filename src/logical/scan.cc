// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/scan.h"

#include <numeric>

#include <arrow/type.h>

#include <bowstring/error.h>

#include "logical/rewrite.h"

namespace bowstring::logical {

using arrow::Result;

namespace {

/// "a" rather than "t.a": plans name a scan's filters in full, its projection without the table.
std::string ColumnNames(const arrow::Schema& schema, const std::vector<int>& columns) {
  std::string text;
  for (int column : columns) {
    if (!text.empty()) text += ", ";
    text += schema.field(column)->name();
  }
  return text;
}

}  // namespace

Result<PlanPtr> Scan::Make(TableName table, std::shared_ptr<const TableSource> source, std::optional<std::vector<int>> projection,
                           std::vector<Expr> filters, std::optional<int64_t> fetch) {
  const arrow::Schema& all = *source->schema();
  SchemaPtr schema;
  if (projection) {
    arrow::FieldVector fields;
    for (int column : *projection) {
      if (column < 0 || column >= all.num_fields()) {
        return Error(ErrorKind::kInternal, "scan of ", table.ToString(), ": no column ", column);
      }
      fields.push_back(all.field(column));
    }
    schema = Schema::From(*arrow::schema(std::move(fields), all.metadata()), table);
  } else {
    schema = Schema::From(all, table);
  }
  std::shared_ptr<Scan> scan(new Scan(std::move(schema), {}));
  scan->table = std::move(table);
  scan->source = std::move(source);
  scan->projection = std::move(projection);
  scan->filters = std::move(filters);
  scan->fetch = fetch;
  return scan;
}

std::vector<int> Scan::Columns() const {
  if (projection) return *projection;
  std::vector<int> all(source->schema()->num_fields());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Result<Expr> Scan::SourceFilter(const Expr& filter) {
  return RewriteDown(filter, [](const Expr& part) -> Result<std::optional<Expr>> {
    if (part.kind() != ExprKind::kColumn) return std::optional<Expr>{};
    return std::optional<Expr>(Column(part->as<ColumnRef>().name));
  });
}

SchemaPtr Scan::FullSchema() const { return Schema::From(*source->schema(), table); }

Result<PlanPtr> Scan::WithParts(std::vector<Expr> expressions, std::vector<PlanPtr>) const {
  return Make(table, source, projection, std::move(expressions), fetch);
}

std::string Scan::Display() const {
  std::string text = "TableScan: " + table.ToString();
  if (projection) text += " projection=[" + ColumnNames(*source->schema(), *projection) + "]";
  std::vector<Expr> full, partial;
  for (const Expr& filter : filters) {
    const Result<Expr> plain = SourceFilter(filter);
    (plain.ok() && source->CanFilter(*plain) == FilterSupport::kExact ? full : partial).push_back(filter);
  }
  if (!full.empty()) text += ", full_filters=[" + JoinExprs(full) + "]";
  if (!partial.empty()) text += ", partial_filters=[" + JoinExprs(partial) + "]";
  if (fetch) text += ", fetch=" + std::to_string(*fetch);
  return text;
}

bool Scan::SameRest(const LogicalPlan& other) const {
  const Scan& scan = other.As<Scan>();
  return table == scan.table && source == scan.source && projection == scan.projection && fetch == scan.fetch;
}

}  // namespace bowstring::logical
