// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/table_state.h"

#include <unordered_map>

#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <bowstring/error.h>
#include <bowstring/type_name.h>

namespace bowstring::pq {

std::shared_ptr<arrow::DataType> TableType(const std::shared_ptr<arrow::DataType>& stored, const ParquetReadOptions& options) {
  switch (stored->id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING: return options.force_view_types ? arrow::utf8_view() : stored;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      if (options.binary_as_string) return options.force_view_types ? arrow::utf8_view() : arrow::utf8();
      return options.force_view_types ? arrow::binary_view() : stored;
    default: return stored;
  }
}

std::shared_ptr<arrow::DataType> PhysicalType(const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() != arrow::Type::DECIMAL128) return type;
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  return decimal.precision() <= 18 ? arrow::decimal64(decimal.precision(), decimal.scale()) : type;
}

std::shared_ptr<arrow::DataType> DecodedType(const std::shared_ptr<arrow::DataType>& stored, ::parquet::Type::type physical,
                                            const ParquetReadOptions& options) {
  const auto type = PhysicalType(TableType(stored, options));
  switch (type->id()) {
    case arrow::Type::DECIMAL32: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      return arrow::decimal64(decimal.precision(), decimal.scale());
    }
    case arrow::Type::DATE64: return physical == ::parquet::Type::INT64 ? type : arrow::date32();
    case arrow::Type::DICTIONARY: {
      // Texts keep the dictionaries that Arrow's reader finds in the file.
      const auto& values = static_cast<const arrow::DictionaryType&>(*type).value_type();
      return arrow::is_base_binary_like(values->id()) ? type : PhysicalType(values);
    }
    default: return type;
  }
}

arrow::Result<std::shared_ptr<arrow::Schema>> MergeSchemas(const std::vector<TableFile>& files, const ParquetReadOptions& options) {
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::unordered_map<std::string, size_t> by_name;
  std::unordered_map<std::string, std::shared_ptr<arrow::DataType>> named;  // as the first file that has the column stores it
  std::shared_ptr<arrow::KeyValueMetadata> metadata;
  for (const TableFile& file : files) {
    const Footer& footer = *file.footer;
    if (!options.skip_metadata && footer.key_values != nullptr) {
      if (metadata == nullptr) metadata = std::make_shared<arrow::KeyValueMetadata>();
      for (int64_t i = 0; i < footer.key_values->size(); ++i) {
        if (footer.key_values->key(i) != "ARROW:schema") ARROW_RETURN_NOT_OK(metadata->Set(footer.key_values->key(i), footer.key_values->value(i)));
      }
    }
    for (const auto& stored : footer.fields) {
      auto field = stored->WithType(TableType(stored->type(), options));
      if (options.skip_metadata) field = field->RemoveMetadata();
      auto [found, is_new] = by_name.emplace(field->name(), fields.size());
      if (is_new) {
        named.emplace(field->name(), stored->type());
        fields.push_back(std::move(field));
        continue;
      }
      auto& known = fields[found->second];
      if (!known->type()->Equals(*field->type())) {
        return Error(ErrorKind::kPlan, "Fail to merge schema field '", field->name(), "' because the from data_type = ", TypeName(*stored->type()),
                     " does not equal ", TypeName(*named.at(field->name())), " (file '", footer.path, "')");
      }
      if (field->nullable()) known = known->WithNullable(true);
    }
  }
  // A column that some file lacks reads as NULL there.
  for (const TableFile& file : files) {
    std::unordered_map<std::string, bool> there;
    for (const auto& stored : file.footer->fields) there[stored->name()] = true;
    for (auto& field : fields) {
      if (!there.count(field->name())) field = field->WithNullable(true);
    }
  }
  return arrow::schema(std::move(fields), metadata);
}

}  // namespace bowstring::pq
