// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/stored_types.h"

#include <utility>

#include <arrow/array/data.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

namespace bowstring::pq {
namespace {

using arrow::Type;
using TypePtr = std::shared_ptr<arrow::DataType>;

constexpr int kMaxDepth = 100;  // deeper schemas were refused by Arrow

const TypePtr& Storage(const TypePtr& type) {
  return type->id() == Type::EXTENSION ? static_cast<const arrow::ExtensionType&>(*type).storage_type() : type;
}

// A nested type with other children; the same where it is none of the kinds that files have.
TypePtr WithChildren(const TypePtr& type, arrow::FieldVector fields) {
  if (fields.empty()) return type;
  switch (type->id()) {
    case Type::STRUCT: return arrow::struct_(std::move(fields));
    case Type::LIST: return arrow::list(fields[0]);
    case Type::LARGE_LIST: return arrow::large_list(fields[0]);
    case Type::LIST_VIEW: return arrow::list_view(fields[0]);
    case Type::LARGE_LIST_VIEW: return arrow::large_list_view(fields[0]);
    case Type::FIXED_SIZE_LIST: return arrow::fixed_size_list(fields[0], static_cast<const arrow::FixedSizeListType&>(*type).list_size());
    case Type::MAP: {
      auto made = arrow::MapType::Make(fields[0]);
      return made.ok() ? *made : type;
    }
    default: return type;
  }
}

// Units that Parquet has no words for are written as plain numbers by some (seconds, by the peer).
bool IsPlainForm(Type::type stored, Type::type hint) {
  if (stored == Type::INT32) return hint == Type::TIME32;
  return stored == Type::INT64 && (hint == Type::TIMESTAMP || hint == Type::DATE64 || hint == Type::TIME64);
}

TypePtr Restore(TypePtr type, TypePtr hint, int depth) {
  type = Storage(type);
  hint = Storage(hint);
  if (depth > kMaxDepth) return type;
  if (hint->id() == Type::DICTIONARY) {
    const TypePtr& values = static_cast<const arrow::DictionaryType&>(*hint).value_type();
    TypePtr plain = type->id() == Type::DICTIONARY ? static_cast<const arrow::DictionaryType&>(*type).value_type() : type;
    plain = Restore(std::move(plain), values, depth + 1);
    return plain->Equals(*values) ? hint : plain;
  }
  if (type->id() == Type::TIMESTAMP && hint->id() == Type::TIMESTAMP) {
    const auto& stored = static_cast<const arrow::TimestampType&>(*type);
    const auto& named = static_cast<const arrow::TimestampType&>(*hint);
    if (stored.unit() == named.unit()) return named.timezone().empty() ? type : hint;
    return stored.timezone().empty() ? type : arrow::timestamp(stored.unit(), "UTC");
  }
  const auto pair = std::pair(type->id(), hint->id());
  if (IsPlainForm(pair.first, pair.second) || pair == std::pair(Type::DATE32, Type::DATE64) || pair == std::pair(Type::STRING, Type::LARGE_STRING) ||
      pair == std::pair(Type::BINARY, Type::LARGE_BINARY)) {
    return hint;
  }
  if (type->num_fields() == 0) return type;
  const bool alike = type->num_fields() == hint->num_fields();
  arrow::FieldVector fields;
  bool changed = type->id() == Type::MAP && static_cast<const arrow::MapType&>(*type).keys_sorted();
  for (int i = 0; i < type->num_fields(); ++i) {
    const auto& field = type->field(i);
    fields.push_back(field->WithType(Restore(field->type(), alike ? hint->field(i)->type() : field->type(), depth + 1)));
    changed |= !fields.back()->type()->Equals(*field->type());
  }
  return changed ? WithChildren(type, std::move(fields)) : type;
}

std::shared_ptr<arrow::ArrayData> RelabelTo(const std::shared_ptr<arrow::ArrayData>& array, const TypePtr& to, int depth) {
  auto out = array->Copy();
  out->type = Storage(array->type);
  if (out->type->Equals(*to)) {
    out->type = to;
    return out;
  }
  const TypePtr type = out->type;
  if (IsPlainForm(type->id(), to->id())) {
    out->type = to;
    return out;
  }
  if (type->id() != to->id() || depth > kMaxDepth) return out;
  if (type->id() == Type::TIMESTAMP) {
    if (static_cast<const arrow::TimestampType&>(*type).unit() == static_cast<const arrow::TimestampType&>(*to).unit()) out->type = to;
    return out;
  }
  const auto children = static_cast<int>(out->child_data.size());
  if (children == 0 || type->num_fields() != children || to->num_fields() != children) return out;
  arrow::FieldVector fields;
  for (int i = 0; i < children; ++i) {
    auto& child = out->child_data[static_cast<size_t>(i)];
    child = RelabelTo(child, to->field(i)->type(), depth + 1);
    fields.push_back(type->field(i)->WithType(child->type));
  }
  out->type = WithChildren(type, std::move(fields));
  return out;
}

}  // namespace

arrow::FieldVector StoredFields(const ::parquet::arrow::SchemaManifest& manifest) {
  arrow::FieldVector out;
  const auto& origin = manifest.origin_schema;
  const bool known = origin != nullptr && origin->num_fields() == static_cast<int>(manifest.schema_fields.size());
  for (size_t i = 0; i < manifest.schema_fields.size(); ++i) {
    const auto& field = manifest.schema_fields[i].field;
    const auto* hint = known ? origin->field(static_cast<int>(i)).get() : nullptr;
    if (hint != nullptr && hint->name() != field->name()) hint = nullptr;
    out.push_back(field->WithType(Restore(field->type(), hint != nullptr ? hint->type() : field->type(), 0)));
    if (field->type()->id() != Type::EXTENSION) continue;
    // The storage goes out under the extension's name where metadata isn't left out.
    const auto& extension = static_cast<const arrow::ExtensionType&>(*field->type());
    out.back() = out.back()->WithMergedMetadata(
        arrow::key_value_metadata({"ARROW:extension:name", "ARROW:extension:metadata"}, {extension.extension_name(), extension.Serialize()}));
  }
  return out;
}

std::shared_ptr<arrow::ArrayData> Relabel(const std::shared_ptr<arrow::ArrayData>& array, const std::shared_ptr<arrow::DataType>& to) {
  return array->type->Equals(*to) ? array : RelabelTo(array, to, 0);
}

}  // namespace bowstring::pq
