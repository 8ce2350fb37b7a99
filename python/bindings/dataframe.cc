// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <bowstring/dataframe.h>
#include <bowstring/session.h>

#include "arrow_capsule.h"
#include "bind.h"
#include "core_expr.h"
#include "core_table.h"
#include "core_types.h"
#include "engine_call.h"
#include "live_streams.h"
#include "python_to_arrow.h"
#include "status.h"

namespace bowstring::python {
namespace {

using Names = std::vector<std::string>;
using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

nb::list ToPython(const Batches& batches) {
  nb::list out;
  for (const auto& batch : batches) out.append(PyRecordBatch{batch});
  return out;
}

// `requested`: None, a schema capsule or an object with __arrow_c_schema__. `timeout` in seconds.
ExecuteOptions Options(nb::handle requested, std::optional<double> timeout = {}, std::optional<int64_t> memory_limit = {},
                       std::optional<bool> require_bounded = {}) {
  ExecuteOptions options;
  if (!requested.is_none()) options.requested_schema = ToSchema(requested);
  if (timeout) options.timeout = std::chrono::nanoseconds(static_cast<int64_t>(*timeout * 1e9));
  options.memory_limit = memory_limit;
  options.require_bounded = require_bounded;
  return options;
}

InsertOperation ToOperation(const std::string& text) {
  if (text == "append") return InsertOperation::kAppend;
  if (text == "overwrite") return InsertOperation::kOverwrite;
  if (text == "replace") return InsertOperation::kReplace;
  throw nb::value_error("the operation must be append, overwrite or replace");
}

std::shared_ptr<arrow::Scalar> FillValue(const Expr& literal) {
  if (literal.kind() != ExprKind::kLiteral) throw nb::type_error("the value to fill with must be a literal");
  return literal->as<LiteralValue>().value;
}

}  // namespace

void bind_dataframe(nb::module_& m) {
  nb::class_<DataFrame> frame(m, "DataFrame", "A lazy table. Immutable, thread-safe.");
  frame.def("schema", [](const DataFrame& self) { return PySchema{self.schema()}; })
      .def("session", [](const DataFrame& self) { return SessionContext(self.session()); })
      .def("logical_plan", &DataFrame::logical_plan)
      .def("optimized_logical_plan",
           [](const DataFrame& self) { return Unwrap(Engine([&] { return self.OptimizedLogicalPlan(); })); })
      .def(
          "column", [](const DataFrame& self, const std::string& name) { return Unwrap(self.column(name)); },
          nb::arg("name"))
      .def(
          "find_qualified_columns",
          [](const DataFrame& self, const Names& names) { return FromExprs(Unwrap(self.FindQualifiedColumns(names))); },
          nb::arg("names"))
      .def(
          "parse_sql_expr",
          [](const DataFrame& self, const std::string& sql) {
            return Unwrap(Engine([&] { return self.ParseSqlExpr(sql); }));
          },
          nb::arg("sql"));

  frame
      .def(
          "select", [](const DataFrame& self, nb::object exprs) { return Unwrap(self.Select(ToExprs(exprs))); },
          nb::arg("exprs"))
      .def(
          "select_exprs",
          [](const DataFrame& self, const Names& sql) { return Unwrap(Engine([&] { return self.SelectExprs(sql); })); },
          nb::arg("sql"))
      .def(
          "filter",
          [](const DataFrame& self, nb::object predicates) { return Unwrap(self.Filter(ToExprs(predicates))); },
          nb::arg("predicates"))
      .def(
          "with_column",
          [](const DataFrame& self, const std::string& name, const Expr& expr) {
            return Unwrap(self.WithColumn(name, expr));
          },
          nb::arg("name"), nb::arg("expr"))
      .def(
          "with_columns",
          [](const DataFrame& self, nb::object exprs) { return Unwrap(self.WithColumns(ToExprs(exprs))); },
          nb::arg("exprs"))
      .def(
          "with_column_renamed",
          [](const DataFrame& self, const std::string& from, const std::string& to) {
            return Unwrap(self.WithColumnRenamed(from, to));
          },
          nb::arg("old_name"), nb::arg("new_name"))
      .def(
          "drop", [](const DataFrame& self, const Names& columns) { return Unwrap(self.Drop(columns)); },
          nb::arg("columns"))
      .def(
          "cast",
          [](const DataFrame& self, const std::vector<std::pair<std::string, PyDataType>>& types) {
            std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>> to;
            for (const auto& [name, type] : types) to.emplace_back(name, type.type);
            return Unwrap(self.Cast(to));
          },
          nb::arg("types"))
      .def(
          "aggregate",
          [](const DataFrame& self, nb::object groups, nb::object aggregates) {
            return Unwrap(self.Aggregate(ToExprs(groups), ToExprs(aggregates)));
          },
          nb::arg("groups"), nb::arg("aggregates"))
      .def(
          "window", [](const DataFrame& self, nb::object windows) { return Unwrap(self.Window(ToExprs(windows))); },
          nb::arg("windows"))
      .def(
          "sort", [](const DataFrame& self, nb::object keys) { return Unwrap(self.Sort(ToSortKeys(keys))); },
          nb::arg("keys"))
      .def(
          "limit",
          [](const DataFrame& self, int64_t count, int64_t offset) { return Unwrap(self.Limit(count, offset)); },
          nb::arg("count"), nb::arg("offset") = 0)
      .def(
          "tail", [](const DataFrame& self, int64_t n) { return Unwrap(Engine([&] { return self.Tail(n); })); },
          nb::arg("n"))
      .def("distinct", [](const DataFrame& self) { return Unwrap(self.Distinct()); })
      .def(
          "distinct_on",
          [](const DataFrame& self, nb::object on, nb::object select, nb::object sort) {
            return Unwrap(self.DistinctOn(ToExprs(on), ToExprs(select), ToSortKeys(sort)));
          },
          nb::arg("on"), nb::arg("select"), nb::arg("sort"));

  frame
      .def(
          "union",
          [](const DataFrame& self, const DataFrame& other, bool distinct) {
            return Unwrap(self.Union(other, distinct));
          },
          nb::arg("other"), nb::arg("distinct") = false)
      .def(
          "union_by_name",
          [](const DataFrame& self, const DataFrame& other, bool distinct) {
            return Unwrap(self.UnionByName(other, distinct));
          },
          nb::arg("other"), nb::arg("distinct") = false)
      .def(
          "intersect",
          [](const DataFrame& self, const DataFrame& other, bool distinct) {
            return Unwrap(self.Intersect(other, distinct));
          },
          nb::arg("other"), nb::arg("distinct") = false)
      .def(
          "except_all",
          [](const DataFrame& self, const DataFrame& other, bool distinct) {
            return Unwrap(self.ExceptAll(other, distinct));
          },
          nb::arg("other"), nb::arg("distinct") = false)
      .def(
          "join",
          [](const DataFrame& self, const DataFrame& right, const Names& left_on, const Names& right_on,
             const std::string& how,
             bool coalesce) { return Unwrap(self.Join(right, left_on, right_on, how, coalesce)); },
          nb::arg("right"), nb::arg("left_on"), nb::arg("right_on"), nb::arg("how"), nb::arg("coalesce_duplicate_keys"))
      .def(
          "join_on",
          [](const DataFrame& self, const DataFrame& right, nb::object conditions, const std::string& how) {
            return Unwrap(self.JoinOn(right, ToExprs(conditions), how));
          },
          nb::arg("right"), nb::arg("conditions"), nb::arg("how"))
      .def(
          "fill_null",
          [](const DataFrame& self, const Expr& value, const Names& subset) {
            return Unwrap(self.FillNull(FillValue(value), subset));
          },
          nb::arg("value"), nb::arg("subset"))
      .def(
          "fill_nan",
          [](const DataFrame& self, const Expr& value, const Names& subset) {
            return Unwrap(self.FillNan(FillValue(value), subset));
          },
          nb::arg("value"), nb::arg("subset"))
      .def(
          "unnest_columns",
          [](const DataFrame& self, const std::vector<std::tuple<std::string, std::string, int>>& columns,
             bool preserve_nulls) {
            std::vector<DataFrame::UnnestSpec> specs;
            for (const auto& [column, name, depth] : columns) specs.push_back({column, name, depth});
            return Unwrap(self.UnnestColumns(specs, preserve_nulls));
          },
          nb::arg("columns"), nb::arg("preserve_nulls"))
      .def(
          "repartition", [](const DataFrame& self, int partitions) { return Unwrap(self.Repartition(partitions)); },
          nb::arg("partitions"))
      .def(
          "repartition_by_hash",
          [](const DataFrame& self, nb::object exprs, int partitions) {
            return Unwrap(self.RepartitionByHash(ToExprs(exprs), partitions));
          },
          nb::arg("exprs"), nb::arg("partitions"))
      .def(
          "alias", [](const DataFrame& self, const std::string& name) { return Unwrap(self.Alias(name)); },
          nb::arg("name"))
      .def(
          "explain",
          [](const DataFrame& self, bool verbose, bool analyze, const std::string& format) {
            return Unwrap(Engine([&] { return self.Explain(ExplainOptions{verbose, analyze, format}); }));
          },
          nb::arg("verbose"), nb::arg("analyze"), nb::arg("format"))
      .def(
          "explain_memory",
          [](const DataFrame& self) {
            const MemoryReport report = Unwrap(Engine([&] { return self.ExplainMemory(); }));
            static const char* const kKinds[] = {"streaming", "bounded", "spills", "unbounded"};
            nb::list nodes;
            for (const auto& node : report.nodes) {
              nodes.append(nb::make_tuple(node.line, node.depth, kKinds[static_cast<int>(node.kind)], node.bytes, node.what));
            }
            return nb::make_tuple(report.ToString(), report.least_bytes, report.limit_bytes, report.unbounded, nodes);
          },
          "The text, the least limit, the limit, what is unbounded, and a tuple for each node.")
      .def("cache", [](const DataFrame& self) { return Unwrap(Engine([&] { return self.Cache(); })); })
      .def("describe", [](const DataFrame& self) { return Unwrap(Engine([&] { return self.Describe(); })); })
      .def(
          "into_view", [](const DataFrame& self, bool temporary) { return PyTable{self.IntoView(temporary)}; },
          nb::arg("temporary") = false);

  // The doors.
  frame
      .def(
          "execute",
          [](const DataFrame& self, nb::object requested, std::optional<double> timeout,
             std::optional<int64_t> memory_limit, std::optional<bool> require_bounded) {
            const auto options = Options(requested, timeout, memory_limit, require_bounded);
            return PyBatchStream{Track(Unwrap(Engine([&] { return self.Execute(options); })))};
          },
          nb::arg("requested_schema") = nb::none(), nb::arg("timeout") = nb::none(),
          nb::arg("memory_limit") = nb::none(), nb::arg("require_bounded") = nb::none())
      .def(
          "execute_partitioned",
          [](const DataFrame& self, nb::object requested, std::optional<double> timeout,
             std::optional<int64_t> memory_limit, std::optional<bool> require_bounded) {
            const auto options = Options(requested, timeout, memory_limit, require_bounded);
            nb::list out;
            for (auto& stream : Unwrap(Engine([&] { return self.ExecutePartitioned(options); })))
              out.append(PyBatchStream{Track(std::move(stream))});
            return out;
          },
          nb::arg("requested_schema") = nb::none(), nb::arg("timeout") = nb::none(),
          nb::arg("memory_limit") = nb::none(), nb::arg("require_bounded") = nb::none())
      .def(
          "export_stream",
          [](const DataFrame& self, nb::object requested) {
            const auto options = Options(requested);
            return StreamCapsule(Track(Unwrap(Engine([&] { return self.Execute(options); }))));
          },
          nb::arg("requested_schema") = nb::none(), "A capsule of a fresh lazy stream.")
      .def(
          "collect",
          [](const DataFrame& self, nb::object requested) {
            const auto options = Options(requested);
            return ToPython(Unwrap(Engine([&] { return self.Collect(options); })));
          },
          nb::arg("requested_schema") = nb::none())
      .def("collect_partitioned",
           [](const DataFrame& self) {
             nb::list out;
             for (const auto& batches : Unwrap(Engine([&] { return self.CollectPartitioned(); })))
               out.append(ToPython(batches));
             return out;
           })
      .def(
          "count",
          [](const DataFrame& self, std::optional<double> timeout, std::optional<int64_t> memory_limit,
             std::optional<bool> require_bounded) {
            const auto options = Options(nb::none(), timeout, memory_limit, require_bounded);
            return Unwrap(Engine([&] { return self.Count(options); }));
          },
          nb::arg("timeout") = nb::none(), nb::arg("memory_limit") = nb::none(), nb::arg("require_bounded") = nb::none())
      .def(
          "write",
          [](const DataFrame& self, const std::string& path, const std::string& format,
             const std::map<std::string, std::string>& options, std::optional<bool> single_file,
             const Names& partition_by, nb::object sort_by, const std::string& operation) {
            WriteOptions write;
            write.format = format;
            write.options = options;
            write.single_file = single_file;
            write.partition_by = partition_by;
            write.sort_by = ToSortKeys(sort_by);
            write.operation = ToOperation(operation);
            Check(Engine([&] { return self.Write(path, write); }));
          },
          nb::arg("path"), nb::arg("format"), nb::arg("options"), nb::arg("single_file").none(), nb::arg("partition_by"),
          nb::arg("sort_by"), nb::arg("operation"))
      .def(
          "write_table",
          [](const DataFrame& self, const std::string& name, const std::string& operation) {
            const InsertOperation op = ToOperation(operation);
            Check(Engine([&] { return self.WriteTable(name, op); }));
          },
          nb::arg("name"), nb::arg("operation"));
}

}  // namespace bowstring::python
