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
  std::shared_ptr<Dml> dml(new Dml(CountColumn(), {std::move(input)}));
  dml->op = op;
  dml->table = std::move(table);
  return dml;
}

Result<PlanPtr> Dml::Copy(PlanPtr input, std::string format, std::string path, std::map<std::string, std::string> options) {
  ARROW_RETURN_NOT_OK(CheckDepth({input}));
  std::shared_ptr<Dml> dml(new Dml(CountColumn(), {std::move(input)}));
  dml->op = kCopy;
  dml->format = std::move(format);
  dml->path = std::move(path);
  dml->options = std::move(options);
  return dml;
}

Result<PlanPtr> Dml::WithParts(std::vector<Expr>, std::vector<PlanPtr> inputs) const {
  if (op == kCopy) return Copy(std::move(inputs[0]), format, path, options);
  return Write(std::move(inputs[0]), op, table);
}

std::string Dml::Display() const {
  if (op != kCopy) return std::string("Dml: op=[") + OpName(op) + "] table=[" + table.ToString() + "]";
  std::string text;
  for (const auto& [key, value] : options) text += (text.empty() ? "" : ", ") + key + " " + value;
  return "CopyTo: format=" + format + " output_url=" + path + " options: (" + text + ")";
}

bool Dml::SameRest(const LogicalPlan& other) const {
  const Dml& dml = other.As<Dml>();
  return op == dml.op && table == dml.table && format == dml.format && path == dml.path && options == dml.options;
}

}  // namespace bowstring::logical
