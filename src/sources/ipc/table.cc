// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0


#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/file_table.h>

#include "sources/ipc/ipc.h"
#include "sources/ipc/scan.h"
#include "sources/partition_filter.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using ipc::TableState;

// The union of the files' columns by name.
Result<std::shared_ptr<arrow::Schema>> MergeSchemas(const std::vector<std::shared_ptr<const ipc::FileInfo>>& files) {
  if (files.empty()) return arrow::schema({});
  arrow::FieldVector fields = files[0]->schema->fields();
  for (size_t f = 1; f < files.size(); ++f) {
    std::vector<bool> seen(fields.size(), false);
    const size_t before = fields.size();
    for (const auto& field : files[f]->schema->fields()) {
      size_t at = 0;
      while (at < fields.size() && fields[at]->name() != field->name()) ++at;
      if (at == fields.size()) {
        fields.push_back(field->WithNullable(true));
        continue;
      }
      if (!fields[at]->type()->Equals(*field->type())) {
        return Error(ErrorKind::kPlan, "Fail to merge schema field '", field->name(), "' because the from data_type = ", field->type()->ToString(),
                     " does not equal ", fields[at]->type()->ToString(), " (", files[f]->path, ")");
      }
      if (at < before) seen[at] = true;
      if (field->nullable()) fields[at] = fields[at]->WithNullable(true);
    }
    for (size_t at = 0; at < before; ++at) {
      if (!seen[at]) fields[at] = fields[at]->WithNullable(true);
    }
  }
  for (size_t a = 0; a < fields.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      if (fields[a]->name() == fields[b]->name()) {
        return Error(ErrorKind::kSchema, "Schema contains duplicate unqualified field name ", fields[a]->name(), " (", files[0]->path, ")");
      }
    }
  }
  return arrow::schema(std::move(fields), files[0]->schema->metadata());
}

class ArrowTable final : public TableSource, public FileTable {
 public:
  ArrowTable(std::vector<std::string> paths, ArrowReadOptions options) : paths_(std::move(paths)), options_(std::move(options)) {}

  // Before the table is used.
  Status Load() {
    FileListOptions list;
    list.extension = options_.file_extension;
    list.partition_cols = options_.table_partition_cols;
    list.check_extension = options_.check_extension;
    list.allowed = options_.allowed;
    auto state = std::make_shared<TableState>();
    ARROW_ASSIGN_OR_RAISE(const auto listed, ListFiles(paths_, list, /*need_one=*/options_.schema == nullptr));
    std::vector<bool> nullable(options_.table_partition_cols.size(), listed.empty());
    for (const auto& file : listed) {
      ARROW_ASSIGN_OR_RAISE(auto info, ipc::Inspect(file.path, options_.allowed));
      for (size_t i = 0; i < file.partition_texts.size(); ++i) {
        const auto& [name, type] = options_.table_partition_cols[i];
        ARROW_ASSIGN_OR_RAISE(auto value, ParsePartitionValue(file.partition_texts[i], name, type));
        if (!value->is_valid) nullable[i] = true;
        info->partition_values.push_back(std::move(value));
      }
      state->files.push_back(std::move(info));
    }
    std::shared_ptr<arrow::Schema> schema = options_.schema;
    if (schema == nullptr) {
      ARROW_ASSIGN_OR_RAISE(schema, MergeSchemas(state->files));
    }
    state->file_columns = schema->num_fields();
    for (size_t i = 0; i < nullable.size(); ++i) {
      const auto& [name, type] = options_.table_partition_cols[i];
      ARROW_ASSIGN_OR_RAISE(schema, schema->AddField(schema->num_fields(), arrow::field(name, type, nullable[i])));
    }
    state->schema = std::move(schema);
    state_ = std::move(state);
    return Status::OK();
  }

  const std::shared_ptr<arrow::Schema>& schema() const override { return state_->schema; }
  TableStatistics statistics() const override {
    TableStatistics statistics;
    int64_t bytes = 0;
    for (const auto& file : state_->files) bytes += file->bytes;
    statistics.bytes = bytes;
    return statistics;
  }
  FilterSupport CanFilter(const Expr& filter) const override {
    const int partitions = state_->schema->num_fields() - state_->file_columns;
    return partitions > 0 && IsPartitionFilter(filter, *state_->schema, partitions) ? FilterSupport::kExact : FilterSupport::kNo;
  }
  Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    std::vector<bool> wanted;
    if (!request.filters.empty()) {
      std::vector<std::vector<std::shared_ptr<arrow::Scalar>>> values;
      for (const auto& file : state_->files) values.push_back(file->partition_values);
      ARROW_ASSIGN_OR_RAISE(wanted, FilesThatPass(request.filters, *state_->schema, values));
    }
    return ipc::MakeScan(state_, std::move(wanted), request);
  }
  std::string kind() const override { return "arrow"; }
  std::string Describe() const override {
    std::string out = "files=[";
    for (size_t i = 0; i < state_->files.size() && i < 5; ++i) out += (i > 0 ? ", " : "") + state_->files[i]->path;
    if (state_->files.size() > 5) out += ", ... " + std::to_string(state_->files.size() - 5) + " more";
    return out + "]";
  }
  FileRecipe recipe() const override {
    return {columns_added_ ? "arrow with columns of its files" : "arrow", paths_, options_.schema, options_.table_partition_cols,
            {{"file_extension", options_.file_extension}}};
  }
  std::vector<std::vector<SortKey>> sort_orders() const override {
    return state_->files.size() > 1 ? std::vector<std::vector<SortKey>>{} : options_.sort_orders;
  }
  Result<std::shared_ptr<const TableSource>> WithFileColumns() const override {
    auto state = std::make_shared<TableState>(*state_);
    for (auto& file : state->files) {
      auto named = std::make_shared<ipc::FileInfo>(*file);
      named->partition_values.push_back(std::make_shared<arrow::StringScalar>(FileNameOf(file->path)));
      file = std::move(named);
    }
    ARROW_ASSIGN_OR_RAISE(state->schema, state->schema->AddField(state->schema->num_fields(), arrow::field(kFileNameColumn, arrow::utf8())));
    auto table = std::make_shared<ArrowTable>(paths_, options_);
    table->state_ = std::move(state);
    table->columns_added_ = true;
    return table;
  }

 private:
  const std::vector<std::string> paths_;
  const ArrowReadOptions options_;
  std::shared_ptr<const TableState> state_;
  bool columns_added_ = false;
};

}  // namespace

Result<std::shared_ptr<TableSource>> OpenArrow(std::vector<std::string> paths, ArrowReadOptions options) {
  auto table = std::make_shared<ArrowTable>(std::move(paths), std::move(options));
  ARROW_RETURN_NOT_OK(table->Load());
  return table;
}

}  // namespace bowstring
