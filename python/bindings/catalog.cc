// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <bowstring/catalog.h>
#include <bowstring/error.h>

#include "bind.h"
#include "core_table.h"
#include "core_types.h"
#include "engine_call.h"
#include "held_object.h"
#include "status.h"

namespace bowstring::python {
namespace {

// Calls Python on whatever thread the engine is on; a Python exception goes through the engine unchanged.
template <typename T, typename Call>
arrow::Result<T> InPython(const char* where, Call call) {
  GilScope gil;
  if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
  try {
    return call();
  } catch (nb::python_error& error) {
    return FromPythonError(error, where);
  } catch (const std::exception& error) {
    return Error(ErrorKind::kExecution, where, ": ", error.what());
  }
}

// The three kinds of provider that users write in Python; `bowstring.catalog` turns what their methods answer into our
// handles.
nb::object Bridge(const char* function) { return nb::module_::import_("bowstring.catalog").attr(function); }

class PythonSchema final : public SchemaProvider {
 public:
  explicit PythonSchema(nb::object provider) : provider_(std::move(provider)) {}
  nb::handle provider() const { return provider_.get(); }

  arrow::Result<std::vector<std::string>> TableNames() const override {
    return InPython<std::vector<std::string>>(
        "table_names", [&] { return nb::cast<std::vector<std::string>>(nb::list(provider().attr("table_names")())); });
  }
  arrow::Result<std::shared_ptr<const Table>> GetTable(const std::string& name) const override {
    return InPython<std::shared_ptr<const Table>>("table", [&]() -> std::shared_ptr<const Table> {
      nb::object table = Bridge("_provided_table")(provider(), name);
      if (table.is_none()) return nullptr;
      return nb::cast<PyTable>(table).table;
    });
  }
  arrow::Result<bool> TableExists(const std::string& name) const override {
    return InPython<bool>("table_exist", [&] { return nb::cast<bool>(provider().attr("table_exist")(name)); });
  }
  arrow::Status RegisterTable(const std::string& name, std::shared_ptr<const Table> table) override {
    return InPython<bool>("register_table",
                          [&] {
                            Bridge("_register_provided")(provider(), name, PyTable{std::move(table)});
                            return true;
                          })
        .status();
  }
  arrow::Result<std::shared_ptr<const Table>> DeregisterTable(const std::string& name) override {
    ARROW_ASSIGN_OR_RAISE(auto before, GetTable(name));
    ARROW_RETURN_NOT_OK(InPython<bool>("deregister_table", [&] {
      Bridge("_deregister_provided")(provider(), name);
      return true;
    }));
    return before;
  }

 private:
  HeldObject provider_;
};

class PythonCatalog final : public CatalogProvider {
 public:
  explicit PythonCatalog(nb::object provider) : provider_(std::move(provider)) {}
  nb::handle provider() const { return provider_.get(); }

  arrow::Result<std::vector<std::string>> SchemaNames() const override {
    return InPython<std::vector<std::string>>("schema_names", [&] {
      return nb::cast<std::vector<std::string>>(nb::list(provider().attr("schema_names")()));
    });
  }
  arrow::Result<std::shared_ptr<SchemaProvider>> GetSchema(const std::string& name) const override {
    return InPython<std::shared_ptr<SchemaProvider>>("schema", [&]() -> std::shared_ptr<SchemaProvider> {
      nb::object schema = Bridge("_provided_schema")(provider(), name);
      if (schema.is_none()) return nullptr;
      return nb::cast<PySchemaProvider>(schema).schema;
    });
  }
  arrow::Status RegisterSchema(const std::string& name, std::shared_ptr<SchemaProvider> schema) override {
    return InPython<bool>("register_schema",
                          [&] {
                            Bridge("_register_provided_schema")(provider(), name, PySchemaProvider{std::move(schema)});
                            return true;
                          })
        .status();
  }
  arrow::Result<std::shared_ptr<SchemaProvider>> DeregisterSchema(const std::string& name, bool cascade) override {
    ARROW_ASSIGN_OR_RAISE(auto before, GetSchema(name));
    ARROW_RETURN_NOT_OK(InPython<bool>("deregister_schema", [&] {
      provider().attr("deregister_schema")(name, cascade);
      return true;
    }));
    return before;
  }

 private:
  HeldObject provider_;
};

class PythonCatalogList final : public CatalogProviderList {
 public:
  explicit PythonCatalogList(nb::object provider) : provider_(std::move(provider)) {}
  nb::handle provider() const { return provider_.get(); }

  arrow::Result<std::vector<std::string>> CatalogNames() const override {
    return InPython<std::vector<std::string>>("catalog_names", [&] {
      return nb::cast<std::vector<std::string>>(nb::list(provider().attr("catalog_names")()));
    });
  }
  arrow::Result<std::shared_ptr<CatalogProvider>> GetCatalog(const std::string& name) const override {
    return InPython<std::shared_ptr<CatalogProvider>>("catalog", [&]() -> std::shared_ptr<CatalogProvider> {
      nb::object catalog = Bridge("_provided_catalog")(provider(), name);
      if (catalog.is_none()) return nullptr;
      return nb::cast<PyCatalogProvider>(catalog).catalog;
    });
  }
  arrow::Status RegisterCatalog(const std::string& name, std::shared_ptr<CatalogProvider> catalog) override {
    return InPython<bool>("register_catalog",
                          [&] {
                            Bridge("_register_provided_catalog")(provider(), name,
                                                                 PyCatalogProvider{std::move(catalog)});
                            return true;
                          })
        .status();
  }

 private:
  HeldObject provider_;
};

template <typename Kind>
nb::object ProviderOf(const auto& handle) {
  const auto* own = dynamic_cast<const Kind*>(handle.get());
  return own != nullptr ? nb::borrow(own->provider()) : nb::none();
}

}  // namespace

void bind_catalog(nb::module_& m) {
  nb::class_<PyTable>(m, "Table", "What a schema holds under a name. Immutable, thread-safe.")
      .def_prop_ro("schema", [](const PyTable& self) { return PySchema{self.table->schema()}; })
      .def_prop_ro("kind",
                   [](const PyTable& self) {
                     return self.table->type() == TableType::kPhysical ? "physical"
                            : self.table->type() == TableType::kView   ? "view"
                                                                       : "temporary";
                   })
      .def_prop_ro("source_kind", [](const PyTable& self) {
        return self.table->source() ? self.table->source()->kind() : std::string();
      });

  nb::class_<PySchemaProvider>(m, "SchemaProvider", "Tables by name. Thread-safe.")
      .def_static("memory", [] { return PySchemaProvider{MakeMemorySchema()}; })
      .def_static(
          "of",
          [](nb::object provider) { return PySchemaProvider{std::make_shared<PythonSchema>(std::move(provider))}; },
          nb::arg("provider"))
      .def(
          "provider", [](const PySchemaProvider& self) { return ProviderOf<PythonSchema>(self.schema); },
          "The Python object behind it, or None.")
      .def("table_names",
           [](const PySchemaProvider& self) { return Unwrap(Engine([&] { return self.schema->TableNames(); })); })
      .def(
          "table",
          [](const PySchemaProvider& self, const std::string& name) -> nb::object {
            auto table = Unwrap(Engine([&] { return self.schema->GetTable(name); }));
            return table ? nb::cast(PyTable{std::move(table)}) : nb::none();
          },
          nb::arg("name"))
      .def(
          "table_exist",
          [](const PySchemaProvider& self, const std::string& name) {
            return Unwrap(Engine([&] { return self.schema->TableExists(name); }));
          },
          nb::arg("name"))
      .def(
          "register_table",
          [](const PySchemaProvider& self, const std::string& name, const PyTable& table) {
            Check(Engine([&] { return self.schema->RegisterTable(name, table.table); }));
          },
          nb::arg("name"), nb::arg("table"))
      .def(
          "deregister_table",
          [](const PySchemaProvider& self, const std::string& name) {
            Check(Engine([&] { return self.schema->DeregisterTable(name).status(); }));
          },
          nb::arg("name"));

  nb::class_<PyCatalogProvider>(m, "CatalogProvider", "Schemas by name. Thread-safe.")
      .def_static("memory", [] { return PyCatalogProvider{MakeMemoryCatalog()}; })
      .def_static(
          "of",
          [](nb::object provider) { return PyCatalogProvider{std::make_shared<PythonCatalog>(std::move(provider))}; },
          nb::arg("provider"))
      .def("provider", [](const PyCatalogProvider& self) { return ProviderOf<PythonCatalog>(self.catalog); })
      .def("schema_names",
           [](const PyCatalogProvider& self) { return Unwrap(Engine([&] { return self.catalog->SchemaNames(); })); })
      .def(
          "schema",
          [](const PyCatalogProvider& self, const std::string& name) -> nb::object {
            auto schema = Unwrap(Engine([&] { return self.catalog->GetSchema(name); }));
            return schema ? nb::cast(PySchemaProvider{std::move(schema)}) : nb::none();
          },
          nb::arg("name"))
      .def(
          "register_schema",
          [](const PyCatalogProvider& self, const std::string& name, const PySchemaProvider& schema) {
            Check(Engine([&] { return self.catalog->RegisterSchema(name, schema.schema); }));
          },
          nb::arg("name"), nb::arg("schema"))
      .def(
          "deregister_schema",
          [](const PyCatalogProvider& self, const std::string& name, bool cascade) {
            Check(Engine([&] { return self.catalog->DeregisterSchema(name, cascade).status(); }));
          },
          nb::arg("name"), nb::arg("cascade"));

  nb::class_<PyCatalogList>(m, "CatalogProviderList", "Catalogs by name. Thread-safe.")
      .def_static("memory", [] { return PyCatalogList{MakeMemoryCatalogList()}; })
      .def_static(
          "of",
          [](nb::object provider) { return PyCatalogList{std::make_shared<PythonCatalogList>(std::move(provider))}; },
          nb::arg("provider"))
      .def("provider", [](const PyCatalogList& self) { return ProviderOf<PythonCatalogList>(self.list); })
      .def("catalog_names",
           [](const PyCatalogList& self) { return Unwrap(Engine([&] { return self.list->CatalogNames(); })); })
      .def(
          "catalog",
          [](const PyCatalogList& self, const std::string& name) -> nb::object {
            auto catalog = Unwrap(Engine([&] { return self.list->GetCatalog(name); }));
            return catalog ? nb::cast(PyCatalogProvider{std::move(catalog)}) : nb::none();
          },
          nb::arg("name"))
      .def(
          "register_catalog",
          [](const PyCatalogList& self, const std::string& name, const PyCatalogProvider& catalog) {
            Check(Engine([&] { return self.list->RegisterCatalog(name, catalog.catalog); }));
          },
          nb::arg("name"), nb::arg("catalog"));
}

}  // namespace bowstring::python
