// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "arrow_capsule.h"
#include "arrow_to_python.h"
#include "bind.h"
#include "core_types.h"
#include "python_to_arrow.h"
#include "status.h"

namespace bowstring::python {
namespace {

int IndexOf(const arrow::RecordBatch& batch, nb::handle which) {
  if (nb::isinstance<nb::str>(which)) {
    const auto name = nb::cast<std::string>(which);
    const auto all = batch.schema()->GetAllFieldIndices(name);
    if (all.empty()) throw nb::key_error(name.c_str());
    if (all.size() > 1) throw nb::value_error(("several columns are called " + name).c_str());
    return all[0];
  }
  int64_t i = nb::cast<int64_t>(which);
  if (i < 0) i += batch.num_columns();
  if (i < 0 || i >= batch.num_columns()) throw nb::index_error("no such column");
  return static_cast<int>(i);
}

}  // namespace

void bind_record_batch(nb::module_& m) {
  nb::class_<PyRecordBatch>(m, "RecordBatch", "Rows of a result, in Arrow's columns. Immutable, thread-safe.")
      .def_static(
          "from_arrow", [](nb::object any) { return PyRecordBatch{ToBatch(any)}; }, nb::arg("batch"))
      .def_static(
          "from_columns",
          [](nb::sequence columns, const PySchema& schema) {
            arrow::ArrayVector arrays;
            int64_t rows = -1;
            for (nb::handle column : columns) {
              arrays.push_back(nb::cast<PyArray>(column).array);
              if (rows >= 0 && arrays.back()->length() != rows)
                throw nb::value_error("the columns have different lengths");
              rows = arrays.back()->length();
            }
            auto batch = arrow::RecordBatch::Make(schema.schema, std::max<int64_t>(rows, 0), std::move(arrays));
            Check(batch->Validate());
            return PyRecordBatch{std::move(batch)};
          },
          nb::arg("columns"), nb::arg("schema"))
      .def_static(
          "from_pylist",
          [](nb::sequence rows, std::optional<PySchema> schema) {
            // Rows are structs: inferred and built as one column, then taken apart.
            std::shared_ptr<arrow::DataType> type;
            if (schema) {
              type = arrow::struct_(schema->schema->fields());
            } else {
              type = InferType(rows);
              if (type->id() == arrow::Type::NA) type = arrow::struct_(arrow::FieldVector{});
              if (type->id() != arrow::Type::STRUCT) throw nb::type_error("rows must be dicts");
            }
            auto column = ToArrowArray(rows, type);
            return PyRecordBatch{
                arrow::RecordBatch::Make(arrow::schema(type->fields()), column->length(),
                                         Unwrap(static_cast<const arrow::StructArray&>(*column).Flatten()))};
          },
          nb::arg("rows"), nb::arg("schema") = nb::none())
      .def_prop_ro("num_rows", [](const PyRecordBatch& self) { return self.batch->num_rows(); })
      .def_prop_ro("num_columns", [](const PyRecordBatch& self) { return self.batch->num_columns(); })
      .def_prop_ro("schema", [](const PyRecordBatch& self) { return PySchema{self.batch->schema()}; })
      .def(
          "column",
          [](const PyRecordBatch& self, nb::object which) {
            return PyArray{self.batch->column(IndexOf(*self.batch, which))};
          },
          nb::arg("which"))
      .def(
          "slice",
          [](const PyRecordBatch& self, int64_t offset, std::optional<int64_t> length) {
            if (offset < 0 || offset > self.batch->num_rows())
              throw nb::index_error("the slice begins outside of the batch");
            return PyRecordBatch{length ? self.batch->Slice(offset, *length) : self.batch->Slice(offset)};
          },
          nb::arg("offset") = 0, nb::arg("length") = nb::none())
      .def("to_pylist",
           [](const PyRecordBatch& self) {
             nb::list out;
             for (int64_t i = 0; i < self.batch->num_rows(); ++i) out.append(nb::dict());
             for (int c = 0; c < self.batch->num_columns(); ++c) {
               nb::str name(self.batch->column_name(c).c_str());
               nb::list values = ToList(*self.batch->column(c));
               for (size_t i = 0; i < nb::len(out); ++i) nb::cast<nb::dict>(out[i])[name] = values[i];
             }
             return out;
           })
      .def("to_pydict",
           [](const PyRecordBatch& self) {
             nb::dict out;
             for (int c = 0; c < self.batch->num_columns(); ++c) {
               out[nb::str(self.batch->column_name(c).c_str())] = ToList(*self.batch->column(c));
             }
             return out;
           })
      .def(
          "equals",
          [](const PyRecordBatch& self, const PyRecordBatch& other) { return self.batch->Equals(*other.batch); },
          nb::arg("other"))
      .def("__arrow_c_schema__", [](const PyRecordBatch& self) { return SchemaCapsule(*self.batch->schema()); })
      .def("__arrow_c_array__", [](const PyRecordBatch& self) { return BatchCapsules(self.batch); })
      .def(
          "__arrow_c_stream__", [](const PyRecordBatch& self) { return BatchStreamCapsule(self.batch); }, "A stream of this one batch.");
}

}  // namespace bowstring::python
