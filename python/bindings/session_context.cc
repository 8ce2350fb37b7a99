// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <bowstring/c_data.h>
#include <bowstring/error.h>
#include <bowstring/files.h>
#include <bowstring/plugin_loader.h>
#include <bowstring/session.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_expr.h"
#include "core_table.h"
#include "core_types.h"
#include "core_udf.h"
#include "engine_call.h"
#include "held_object.h"
#include "python_table.h"
#include "status.h"

namespace bowstring::python {
namespace {

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

std::vector<Batches> ToPartitions(nb::handle partitions) {
  std::vector<Batches> out;
  for (nb::handle partition : nb::iter(partitions)) {
    auto& batches = out.emplace_back();
    for (nb::handle batch : nb::iter(partition)) batches.push_back(nb::cast<PyRecordBatch>(batch).batch);
  }
  return out;
}

std::shared_ptr<arrow::Schema> SchemaOrNull(const std::optional<PySchema>& schema) {
  return schema ? schema->schema : nullptr;
}

// Asks a Python object for a fresh stream, on whatever thread a query needs it.
SessionContext::StreamProducer Producer(nb::object object) {
  return [held = std::make_shared<HeldObject>(std::move(object))](ArrowArrayStream* out) -> arrow::Status {
    GilScope gil;
    if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
    try {
      TakeStream(held->get(), out);
      return arrow::Status::OK();
    } catch (nb::python_error& error) {
      return FromPythonError(error, "__arrow_c_stream__");
    } catch (const std::exception& error) {
      return Error(ErrorKind::kExecution, "__arrow_c_stream__: ", error.what());
    }
  };
}

// A call of a function of the session's registry: scalar, aggregate or window, whichever there is first.
Expr MakeCall(const SessionContext& context, const std::string& name, nb::handle arguments, const std::string& kind) {
  auto exprs = ToExprs(arguments);
  if (kind != "window" && kind != "aggregate") {
    if (auto function = context.FindScalarFunction(name)) return Call(std::move(function), std::move(exprs));
  }
  if (kind == "window") {
    if (auto function = context.FindWindowFunction(name)) {
      WindowCall call;
      call.function = std::move(function);
      call.frame.units = FrameUnits::kRows;
      call.frame.end.kind = FrameBound::kUnboundedFollowing;
      return MakeExpr(ExprKind::kWindow, std::move(exprs), std::move(call));
    }
  } else if (kind != "scalar") {
    if (auto function = context.FindAggregateFunction(name)) {
      AggregateCall call;
      call.function = std::move(function);
      return MakeExpr(ExprKind::kAggregate, std::move(exprs), std::move(call));
    }
  }
  Raise(Error(ErrorKind::kPlan, "Invalid function '", name, "'. This engine has no ", kind.empty() ? "" : kind + " ",
              "function of that name."));
}

// What a table factory is told, by the names of CreateExternalTable's methods.
nb::dict Facts(const ExternalTable& external) {
  nb::dict options;
  for (const auto& [key, value] : external.options) options[key.c_str()] = value;
  nb::dict out;
  out["name"] = external.name.ToString();
  out["file_type"] = external.format;
  out["locations"] = external.locations;
  out["schema"] = PySchema{external.schema};
  out["table_partition_cols"] = external.partition_columns;
  out["options"] = options;
  out["definition"] = external.definition;
  out["if_not_exists"] = external.if_not_exists;
  out["temporary"] = external.temporary;
  out["unbounded"] = external.unbounded;
  return out;
}

}  // namespace

void bind_session_context(nb::module_& m) {
  nb::class_<SessionContext> context(m, "SessionContext",
                                     "Tables, functions, settings and memory of a session. Thread-safe.");
  context.def(nb::init<>())
      .def(
          "__init__",
          [](SessionContext* self, const SessionConfig& config, const RuntimeEnvBuilder& runtime) {
            new (self) SessionContext(config, runtime);
          },
          nb::arg("config"), nb::arg("runtime"))
      .def("session_id", &SessionContext::session_id)
      .def("session_start_time", &SessionContext::session_start_time)
      .def("config", &SessionContext::config)
      .def(
          "set_config",
          [](const SessionContext& self, const std::string& key, const std::string& value) {
            Check(const_cast<SessionContext&>(self).SetConfig(key, value));
          },
          nb::arg("key"), nb::arg("value"))
      .def(
          "is_same",
          [](const SessionContext& self, const SessionContext& other) { return self.state() == other.state(); },
          nb::arg("other"))
      .def(
          "sql",
          [](const SessionContext& self, const std::string& query, const SQLOptions& options,
             const std::vector<std::pair<std::string, Expr>>& values) {
            SessionContext::Parameters parameters;
            for (const auto& [name, literal] : values) parameters.emplace_back(name, literal->as<LiteralValue>().value);
            return Unwrap(Engine([&] { return self.Sql(query, options, parameters); }));
          },
          nb::arg("query"), nb::arg("options"), nb::arg("values"))
      .def("enable_url_table", [](const SessionContext& self) { return self.EnableUrlTable(); })
      .def(
          "parse_sql_expr",
          [](const SessionContext& self, const std::string& sql, const PySchema& schema) {
            return Unwrap(Engine([&] { return self.ParseSqlExpr(sql, *schema.schema); }));
          },
          nb::arg("sql"), nb::arg("schema"));

  context
      .def(
          "table",
          [](const SessionContext& self, const std::string& name) {
            return Unwrap(Engine([&] { return self.table(name); }));
          },
          nb::arg("name"))
      .def(
          "table_exists",
          [](const SessionContext& self, const std::string& name) {
            return Unwrap(Engine([&] { return self.TableExists(name); }));
          },
          nb::arg("name"))
      .def(
          "find_table",
          [](const SessionContext& self, const std::string& name) -> nb::object {
            auto table = Unwrap(Engine([&] { return self.FindTable(name); }));
            return table ? nb::cast(PyTable{std::move(table)}) : nb::none();
          },
          nb::arg("name"))
      .def(
          "register_table",
          [](const SessionContext& self, const std::string& name, const PyTable& table) {
            Check(Engine([&] { return self.RegisterTable(name, table.table); }));
          },
          nb::arg("name"), nb::arg("table"))
      .def(
          "register_view",
          [](const SessionContext& self, const std::string& name, const DataFrame& frame) {
            Check(Engine([&] { return self.RegisterView(name, frame); }));
          },
          nb::arg("name"), nb::arg("frame"))
      .def(
          "register_record_batches",
          [](const SessionContext& self, const std::string& name, nb::object partitions,
             std::optional<PySchema> schema) {
            auto batches = ToPartitions(partitions);
            Check(Engine([&] { return self.RegisterRecordBatches(name, std::move(batches), SchemaOrNull(schema)); }));
          },
          nb::arg("name"), nb::arg("partitions"), nb::arg("schema") = nb::none())
      .def(
          "deregister_table",
          [](const SessionContext& self, const std::string& name) {
            Check(Engine([&] { return self.DeregisterTable(name); }));
          },
          nb::arg("name"))
      .def(
          "create_dataframe",
          [](const SessionContext& self, nb::object partitions, const std::string& name,
             std::optional<PySchema> schema) {
            auto batches = ToPartitions(partitions);
            return Unwrap(Engine([&] { return self.CreateDataFrame(std::move(batches), name, SchemaOrNull(schema)); }));
          },
          nb::arg("partitions"), nb::arg("name") = "", nb::arg("schema") = nb::none())
      .def(
          "read_table",
          [](const SessionContext& self, const PyTable& table) {
            return Unwrap(Engine([&] { return self.ReadTable(table.table); }));
          },
          nb::arg("table"))
      .def(
          "read_batches",
          [](const SessionContext& self, nb::object batches, std::optional<PySchema> schema) {
            Batches list;
            for (nb::handle batch : nb::iter(batches)) list.push_back(nb::cast<PyRecordBatch>(batch).batch);
            return Unwrap(Engine([&] { return self.ReadBatches(std::move(list), SchemaOrNull(schema)); }));
          },
          nb::arg("batches"), nb::arg("schema") = nb::none())
      .def("read_empty", [](const SessionContext& self) { return Unwrap(self.ReadEmpty()); })
      .def(
          "range",
          [](const SessionContext& self, int64_t start, int64_t end, int64_t step) {
            return Unwrap(self.Range(start, end, step));
          },
          nb::arg("start"), nb::arg("end"), nb::arg("step") = 1)
      .def(
          "from_plan", [](const SessionContext& self, const Plan& plan) { return Unwrap(self.FromPlan(plan)); },
          nb::arg("plan"))
      .def(
          "open_files",
          [](const SessionContext& self, const std::string& format, const std::vector<std::string>& paths,
             const std::string& extension, std::optional<PySchema> schema,
             const std::vector<std::pair<std::string, PyDataType>>& partition_cols,
             const std::vector<std::pair<std::string, std::string>>& format_options,
             const std::vector<std::vector<SortKey>>& sort_orders) {
            FileReadOptions options;
            options.file_extension = extension;
            options.schema = SchemaOrNull(schema);
            for (const auto& [name, type] : partition_cols) options.table_partition_cols.emplace_back(name, type.type);
            options.format_options = format_options;
            options.sort_orders = sort_orders;
            return PyTable{Table::Of(Unwrap(Engine([&] { return OpenFiles(self, format, paths, options); })))};
          },
          nb::arg("format"), nb::arg("paths"), nb::arg("extension"), nb::arg("schema").none(),
          nb::arg("partition_cols"), nb::arg("format_options"), nb::arg("sort_orders"), "A table over files.")
      .def_static(
          "python_table",
          [](nb::object object, const PySchema& schema, const std::string& kind) {
            return PyTable{Table::Of(MakePythonTable(std::move(object), schema.schema, kind))};
          },
          nb::arg("object"), nb::arg("schema"), nb::arg("kind"),
          "A table whose `object` has can_filter(Expr) -> bool, describe(filters) -> str and scan(columns, filters, limit) -> "
          "an object with __arrow_c_stream__.");

  context
      .def(
          "stream_once",
          [](const SessionContext& self, nb::object object, bool once, bool trust) {
            ArrowArrayStream stream;
            TakeStream(object, &stream);
            auto source = Unwrap(Engine([&] {
              return self.StreamTable(&stream, SessionContext::StreamOptions{once, trust});
            }));
            return PyTable{Table::Of(std::move(source))};
          },
          nb::arg("object"), nb::arg("once"), nb::arg("trust"),
          "A table over a stream that can be read once; it is read lazily.")
      .def(
          "stream_fresh",
          [](const SessionContext& self, nb::object object, std::optional<PySchema> schema, bool trust) {
            auto known = SchemaOrNull(schema);
            if (!known) {
              ArrowArrayStream stream;
              TakeStream(object, &stream);
              known = Unwrap(Engine([&]() -> arrow::Result<std::shared_ptr<arrow::Schema>> {
                ARROW_ASSIGN_OR_RAISE(auto reader, ImportStream(&stream));
                return reader->schema();
              }));
            }
            auto producer = Producer(std::move(object));
            auto source = Unwrap(Engine([&] {
              return self.StreamTable(std::move(known), std::move(producer),
                                      SessionContext::StreamOptions{false, trust});
            }));
            return PyTable{Table::Of(std::move(source))};
          },
          nb::arg("object"), nb::arg("schema").none(), nb::arg("trust"),
          "A table over an object that gives a fresh stream to each query.")
      .def_static(
          "read_stream",
          [](nb::object object) {
            ArrowArrayStream stream;
            TakeStream(object, &stream);
            std::shared_ptr<arrow::Schema> schema;
            auto batches = Unwrap(Engine([&]() -> arrow::Result<Batches> {
              ARROW_ASSIGN_OR_RAISE(auto reader, ImportStream(&stream));
              schema = reader->schema();
              return reader->ToRecordBatches();
            }));
            nb::list out;
            for (const auto& batch : batches) out.append(PyRecordBatch{batch});
            return nb::make_tuple(PySchema{schema}, out);
          },
          nb::arg("object"), "(schema, batches) of a whole stream, for data that is in memory anyway.");

  context.def("catalogs", [](const SessionContext& self) { return PyCatalogList{self.catalogs()}; })
      .def(
          "register_catalog_list",
          [](const SessionContext& self, const PyCatalogList& list) { Check(self.RegisterCatalogList(list.list)); },
          nb::arg("list"))
      .def("enable_spark_functions", &SessionContext::EnableSparkFunctions, "Puts Spark's functions over SQL's names.")
      .def(
          "register_table_factory",
          [](const SessionContext& self, const std::string& format, nb::object create) {
            auto held = std::make_shared<HeldObject>(std::move(create));
            Check(self.RegisterTableFactory(
                format, [held](const ExternalTable& external) -> arrow::Result<std::shared_ptr<const Table>> {
                  GilScope gil;
                  if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
                  try {
                    return nb::cast<PyTable>(CallForeign(held->get(), nb::make_tuple(Facts(external)))).table;
                  } catch (nb::python_error& error) {
                    return FromPythonError(error, "create");
                  }
                }));
          },
          nb::arg("format"), nb::arg("create"), "`create` gets the statement's facts as a dict; it answers a Table.")
      .def(
          "register_scalar_udf",
          [](const SessionContext& self, const PyScalarUdf& udf) { Check(self.RegisterFunction(udf.function)); },
          nb::arg("udf"))
      .def(
          "load_plugin",
          [](const SessionContext& self, const std::string& path) { return Unwrap(LoadPlugin(self, path)); },
          nb::arg("path"), "Names of the functions of a shared library that were registered.")
      .def(
          "register_aggregate_udf",
          [](const SessionContext& self, const PyAggregateUdf& udf) { Check(self.RegisterFunction(udf.function)); },
          nb::arg("udf"))
      .def(
          "register_window_udf",
          [](const SessionContext& self, const PyWindowUdf& udf) { Check(self.RegisterFunction(udf.function)); },
          nb::arg("udf"))
      .def(
          "register_table_udf",
          [](const SessionContext& self, const PyTableUdf& udf) { Check(self.RegisterFunction(udf.function)); },
          nb::arg("udf"))
      .def(
          "deregister_function",
          [](const SessionContext& self, const std::string& name, const std::string& kind) {
            return kind == "scalar"      ? self.DeregisterScalarFunction(name)
                   : kind == "aggregate" ? self.DeregisterAggregateFunction(name)
                   : kind == "window"    ? self.DeregisterWindowFunction(name)
                                         : self.DeregisterTableFunction(name);
          },
          nb::arg("name"), nb::arg("kind"), "Kind: scalar, aggregate, window, table. Whether there was one.")
      .def(
          "function_names",
          [](const SessionContext& self, const std::string& kind) {
            return kind == "scalar"      ? self.ScalarFunctionNames()
                   : kind == "aggregate" ? self.AggregateFunctionNames()
                   : kind == "window"    ? self.WindowFunctionNames()
                                         : self.TableFunctionNames();
          },
          nb::arg("kind"))
      .def(
          "has_function",
          [](const SessionContext& self, const std::string& name, const std::string& kind) {
            return kind == "scalar"      ? self.FindScalarFunction(name) != nullptr
                   : kind == "aggregate" ? self.FindAggregateFunction(name) != nullptr
                                         : self.FindWindowFunction(name) != nullptr;
          },
          nb::arg("name"), nb::arg("kind"))
      .def("call", MakeCall, nb::arg("name"), nb::arg("arguments"), nb::arg("kind") = "",
           "A call of a function of this session's registry.")
      .def(
          "remove_optimizer_rule",
          [](const SessionContext& self, const std::string& name) { return self.RemoveOptimizerRule(name); },
          nb::arg("name"));
}

}  // namespace bowstring::python
