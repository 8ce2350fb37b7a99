// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <arrow/array/data.h>
#include <arrow/extension_type.h>

namespace bowstring {

/// The type in which values of an extension type are stored.
inline const std::shared_ptr<arrow::DataType>& StorageType(const arrow::DataType& extension) {
  return static_cast<const arrow::ExtensionType&>(extension).storage_type();
}

/// The same values as their storage; buffers are shared.
inline std::shared_ptr<arrow::ArrayData> StorageOf(const arrow::ArrayData& extension) {
  auto storage = extension.Copy();
  storage->type = StorageType(*extension.type);
  return storage;
}

}  // namespace bowstring
