// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <bowstring/catalog.h>

namespace bowstring::python {

// Handles on what catalogs hold. Thread-safe.

struct PyTable {
  std::shared_ptr<const Table> table;
};
struct PySchemaProvider {
  std::shared_ptr<SchemaProvider> schema;
};
struct PyCatalogProvider {
  std::shared_ptr<CatalogProvider> catalog;
};
struct PyCatalogList {
  std::shared_ptr<CatalogProviderList> list;
};

}  // namespace bowstring::python
