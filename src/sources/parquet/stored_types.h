// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/type_fwd.h>
#include <parquet/arrow/schema.h>

namespace bowstring::pq {

/// The fields of a file as the peer restores them from what is stored as `ARROW:schema`: beyond Arrow's own rules also date64 and
/// dictionaries of any type, extension types as their storage, zones only of timestamps that kept their unit.
arrow::FieldVector StoredFields(const ::parquet::arrow::SchemaManifest& manifest);

/// An array that Arrow's reader gave, under the names of `to`'s types wherever the layout is the same: extensions, zones.
std::shared_ptr<arrow::ArrayData> Relabel(const std::shared_ptr<arrow::ArrayData>& array, const std::shared_ptr<arrow::DataType>& to);

}  // namespace bowstring::pq
