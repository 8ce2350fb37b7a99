// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "logical/dml.h"

#include <arrow/type.h>

namespace bowstring::logical {

using arrow::Result;

namespace {

SchemaPtr CountColumn() {
  return Schema::From(*arrow::schema({arrow::field("count", arrow::uint64(), false)}), std::nullopt);
}

const char* OpName(Dml::Op op) {
  switch (op) {
    case Dml::kInsert: return "Insert Into";
    case Dml::kInsertOverwrite: return "Insert Overwrite";
    case Dml::kUpdate: return "Update";
    case Dml::kDelete: return "Delete";
    case Dml::kCopy: return "Copy";
  }
  return "?";
}

}  // namespace

Result<PlanPtr> Dml::Write(PlanPtr input, Op op, TableName table) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  auto rows = input->schema()->arrow();
  std::shared_ptr<Dml> dml(new Dml(CountColumn(), {std::move(input)}));
  dml->op = op;
  dml->table = std::move(table);
  dml->rows = std::move(rows);
  return dml;
}

Result<PlanPtr> Dml::Copy(PlanPtr input, CopyTarget target) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  for (const std::string& column : target.partition_by) {
    ARROW_RETURN_NOT_OK(input->schema()->scope().Resolve(ColumnRef{{}, column}).status());
  }
  auto rows = input->schema()->arrow();
  std::shared_ptr<Dml> dml(new Dml(CountColumn(), {std::move(input)}));
  dml->op = kCopy;
  dml->target = std::move(target);
  dml->rows = std::move(rows);
  return dml;
}

Result<PlanPtr> Dml::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  std::shared_ptr<Dml> dml(new Dml(schema(), std::move(inputs)));
  dml->op = op;
  dml->table = table;
  dml->target = target;
  dml->rows = rows;
  return dml;
}

std::string Dml::Display() const {
  if (op != kCopy) return std::string("Dml: op=[") + OpName(op) + "] table=[" + table.ToString() + "]";
  std::string text;
  for (const auto& [key, value] : target.options) text += (text.empty() ? "" : ", ") + key + " " + value;
  return "CopyTo: format=" + target.format + " output_url=" + target.path + " options: (" + text + ")";
}

bool Dml::SameRest(const LogicalPlan& other) const {
  const Dml& dml = other.As<Dml>();
  return op == dml.op && table == dml.table && target == dml.target;
}

}  // namespace bowstring::logical
