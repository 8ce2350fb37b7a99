// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <mutex>
#include <utility>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/file_table.h>

#include "expr/bind.h"
#include "expr/scope.h"
#include "sources/file_list.h"
#include "sources/parquet/table_state.h"
#include "sources/partition_filter.h"

namespace bowstring {
namespace {

using pq::Footer;
using pq::TableFile;
using pq::TableState;

class ParquetTable final : public TableSource, public FileTable {
 public:
  explicit ParquetTable(std::shared_ptr<const TableState> state) : state_(std::move(state)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return state_->schema; }
  TableStatistics statistics() const override {
    std::call_once(statistics_once_, [this] { statistics_ = pq::TableStatisticsOf(*state_); });
    return statistics_;
  }
  FilterSupport CanFilter(const Expr& filter) const override {
    if (StaysAbove(filter)) return FilterSupport::kNo;
    // The rows' places, the last column, are known only once they are read.
    const auto known = [&](const std::shared_ptr<arrow::Schema>& schema) {
      arrow::FieldVector fields = schema->fields();
      if (state_->row_column >= 0) fields.pop_back();
      return arrow::schema(std::move(fields));
    };
    auto bound = BindPredicate(filter, Scope::Of(*known(state_->schema)), *known(state_->physical_schema));
    // One that may fail on values must not see rows which another would have taken away before.
    if (!bound.ok() || (*bound)->fallible()) return FilterSupport::kNo;
    return FilterSupport::kExact;
  }
  arrow::Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override { return pq::MakeScan(state_, request); }
  std::vector<std::vector<SortKey>> sort_orders() const override { return state_->sort_orders; }
  std::string kind() const override { return "parquet"; }
  std::string Describe() const override {
    std::string out = "files=[";
    for (size_t i = 0; i < state_->files.size() && i < 5; ++i) out += (i > 0 ? ", " : "") + state_->files[i].path;
    if (state_->files.size() > 5) out += ", ... " + std::to_string(state_->files.size() - 5) + " more";
    return out + "]";
  }

  FileRecipe recipe() const override {
    const ParquetReadOptions& options = state_->options;
    const auto text = [](bool flag) { return flag ? "true" : "false"; };
    FileRecipe recipe{state_->columns_added ? "parquet with columns of its files" : "parquet", state_->paths, options.schema, options.table_partition_cols, {}};
    recipe.options["file_extension"] = options.file_extension;
    recipe.options["skip_metadata"] = text(options.skip_metadata);
    recipe.options["force_view_types"] = text(options.force_view_types);
    recipe.options["binary_as_string"] = text(options.binary_as_string);
    recipe.options["pruning"] = text(options.pruning);
    recipe.options["enable_page_index"] = text(options.enable_page_index);
    recipe.options["bloom_filter_on_read"] = text(options.bloom_filter_on_read);
    return recipe;
  }
  arrow::Result<std::shared_ptr<const TableSource>> WithFileColumns() const override {
    auto state = std::make_shared<TableState>(*state_);
    state->columns_added = true;
    const auto add = [&](const char* name, const std::shared_ptr<arrow::DataType>& type) {
      arrow::FieldVector fields = state->schema->fields(), physical = state->physical_schema->fields();
      fields.push_back(arrow::field(name, type));
      physical.push_back(fields.back());
      state->schema = arrow::schema(std::move(fields), state->schema->metadata());
      state->physical_schema = arrow::schema(std::move(physical), state->physical_schema->metadata());
    };
    add(kFileNameColumn, arrow::utf8());
    add(kFileRowColumn, arrow::int64());
    state->row_column = state->schema->num_fields() - 1;
    for (pq::TableFile& file : state->files) {
      file.partition_values.push_back(std::make_shared<arrow::StringScalar>(FileNameOf(file.path)));
      file.partition_values.push_back(arrow::MakeNullScalar(arrow::int64()));
    }
    return std::make_shared<ParquetTable>(std::move(state));
  }

 private:
  const std::shared_ptr<const TableState> state_;
  mutable std::once_flag statistics_once_;
  mutable TableStatistics statistics_;
};

}  // namespace

arrow::Result<std::shared_ptr<const TableState>> pq::FilesOfScan(std::shared_ptr<const TableState> state, std::vector<Expr>* filters) {
  const int partitions = static_cast<int>(state->options.table_partition_cols.size());
  std::vector<Expr> deciding;
  arrow::FieldVector fields = state->schema->fields();
  fields.resize(static_cast<size_t>(state->file_columns + partitions));
  const auto schema = arrow::schema(std::move(fields));
  for (auto filter = filters->begin(); partitions > 0 && filter != filters->end();) {
    if (IsPartitionFilter(*filter, *schema, partitions)) {
      deciding.push_back(*filter);
      filter = filters->erase(filter);
    } else {
      ++filter;
    }
  }
  // Files may have been written anew since the table was made: their columns are the table's still, what they hold isn't.
  const auto footer_of = [&](const TableFile& file) -> arrow::Result<std::shared_ptr<const Footer>> {
    if (file.footer != nullptr && file.footer->encrypted) return file.footer;
    return state->options.footers->Get(file.path, state->options.decryption, state->options.allowed);
  };
  std::vector<std::vector<std::shared_ptr<arrow::Scalar>>> values;
  for (const TableFile& file : state->files) values.emplace_back(file.partition_values.begin(), file.partition_values.begin() + partitions);
  ARROW_ASSIGN_OR_RAISE(const std::vector<bool> pass, FilesThatPass(deciding, *schema, values));
  std::vector<TableFile> files;
  bool same = true;
  for (size_t i = 0; i < pass.size(); ++i) {
    same = same && pass[i];
    if (!pass[i]) continue;
    TableFile file = state->files[i];
    ARROW_ASSIGN_OR_RAISE(file.footer, footer_of(file));
    same = same && file.footer == state->files[i].footer;
    files.push_back(std::move(file));
  }
  if (same) return state;
  auto out = std::make_shared<TableState>(*state);
  out->files = std::move(files);
  return out;
}

arrow::Result<std::shared_ptr<TableSource>> OpenParquet(std::vector<std::string> paths, ParquetReadOptions options) {
  if (options.footers == nullptr) options.footers = std::make_shared<pq::FooterCache>();
  if (options.io == nullptr) options.io = IoThreads::Process();
  auto state = std::make_shared<TableState>();
  FileListOptions list;
  list.extension = options.file_extension;
  list.partition_cols = options.table_partition_cols;
  list.check_extension = options.check_extension;
  list.allowed = options.allowed;
  ARROW_ASSIGN_OR_RAISE(auto listed, ListFiles(paths, list, options.schema == nullptr));
  // Where neither the schema nor plans need all footers, only those are read whose files a query reads.
  const bool later = options.schema != nullptr && !options.table_partition_cols.empty();
  for (const auto& file : listed) {
    pq::TableFile table_file;
    table_file.path = file.path;
    if (!later) {
      ARROW_ASSIGN_OR_RAISE(table_file.footer, options.footers->Get(file.path, options.decryption, options.allowed));
    }
    for (size_t i = 0; i < file.partition_texts.size(); ++i) {
      const auto& [name, type] = options.table_partition_cols[i];
      ARROW_ASSIGN_OR_RAISE(auto value, ParsePartitionValue(file.partition_texts[i], name, type));
      table_file.partition_values.push_back(std::move(value));
    }
    state->files.push_back(std::move(table_file));
  }
  std::shared_ptr<arrow::Schema> schema = options.schema;
  if (schema == nullptr && state->files.empty()) {  // folders of other names: nothing to read, but the columns are those of the files there
    list.partition_cols.clear();
    ARROW_ASSIGN_OR_RAISE(const auto all, ListFiles(paths, list, /*need_one=*/true));
    std::vector<pq::TableFile> others(all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(others[i].footer, options.footers->Get(all[i].path, options.decryption, options.allowed));
    }
    ARROW_ASSIGN_OR_RAISE(schema, pq::MergeSchemas(others, options));
  } else if (schema == nullptr) {
    ARROW_ASSIGN_OR_RAISE(schema, pq::MergeSchemas(state->files, options));
  }
  state->file_columns = schema->num_fields();
  for (size_t i = 0; i < options.table_partition_cols.size(); ++i) {
    const auto& [name, type] = options.table_partition_cols[i];
    bool nullable = false;
    for (const auto& file : state->files) nullable |= !file.partition_values[i]->is_valid;
    ARROW_ASSIGN_OR_RAISE(schema, schema->AddField(schema->num_fields(), arrow::field(name, type, nullable)));
  }
  arrow::FieldVector physical;
  for (const auto& field : schema->fields()) physical.push_back(field->WithType(pq::PhysicalType(field->type())));
  state->schema = std::move(schema);
  state->physical_schema = arrow::schema(std::move(physical), state->schema->metadata());
  state->options = std::move(options);
  state->paths = std::move(paths);
  state->sort_orders = pq::OrderFiles(state.get());
  return std::make_shared<ParquetTable>(std::move(state));
}

}  // namespace bowstring
