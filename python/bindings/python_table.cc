// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "python_table.h"

#include <utility>
#include <vector>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <arrow/type.h>

#include <bowstring/error.h>
#include <bowstring/expr.h>
#include <bowstring/session.h>

#include "arrow_capsule.h"
#include "core_expr.h"
#include "held_object.h"
#include "status.h"

namespace bowstring::python {
namespace {

// The scan that this thread made last: its table and filters.
thread_local std::pair<const void*, std::vector<Expr>> t_described;

class PythonTable final : public TableSource {
 public:
  PythonTable(nb::object object, std::shared_ptr<arrow::Schema> schema, std::string kind)
      : object_(std::make_shared<HeldObject>(std::move(object))), schema_(std::move(schema)), kind_(std::move(kind)) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  std::string kind() const override { return kind_; }

  FilterSupport CanFilter(const Expr& filter) const override {
    GilScope gil;
    if (!gil) return FilterSupport::kNo;
    try {
      return nb::cast<bool>(object_->get().attr("can_filter")(filter)) ? FilterSupport::kExact : FilterSupport::kNo;
    } catch (nb::python_error& error) {
      error.discard_as_unraisable("can_filter");
      return FilterSupport::kNo;
    } catch (const std::exception&) {
      return FilterSupport::kNo;
    }
  }

  // Plans print it right after Scan, on the same thread: it tells of that scan.
  std::string Describe() const override {
    if (t_described.first != this) return "";
    GilScope gil;
    if (!gil) return "";
    try {
      return nb::cast<std::string>(object_->get().attr("describe")(t_described.second));
    } catch (nb::python_error& error) {
      error.discard_as_unraisable("describe");
      return "";
    } catch (const std::exception&) {
      return "";
    }
  }

  arrow::Result<std::shared_ptr<Source>> Scan(const ScanRequest& request) const override {
    t_described = {this, request.filters};
    arrow::FieldVector fields;
    std::vector<std::string> names;
    ScanRequest all = request;
    all.filters.clear();
    all.projection.clear();
    for (int column : request.projection) {
      all.projection.push_back(static_cast<int>(fields.size()));
      fields.push_back(schema_->field(column));
      names.push_back(schema_->field(column)->name());
    }
    auto produce = [object = object_, names, filters = request.filters, limit = request.limit](ArrowArrayStream* out) -> arrow::Status {
      GilScope gil;
      if (!gil) return MakeError(ErrorKind::kCancelled, "the Python interpreter is ending");
      try {
        nb::object stream = object->get().attr("scan")(names, filters, limit);
        TakeStream(stream, out);
        return arrow::Status::OK();
      } catch (nb::python_error& error) {
        return FromPythonError(error, "scan");
      } catch (const std::exception& error) {
        return Error(ErrorKind::kExecution, "scan: ", error.what());
      }
    };
    ARROW_ASSIGN_OR_RAISE(const auto stream, SessionContext(nullptr).StreamTable(arrow::schema(std::move(fields), schema_->metadata()), std::move(produce),
                                                                                SessionContext::StreamOptions{}));
    return stream->Scan(all);
  }

 private:
  const std::shared_ptr<HeldObject> object_;
  const std::shared_ptr<arrow::Schema> schema_;
  const std::string kind_;
};

}  // namespace

std::shared_ptr<TableSource> MakePythonTable(nb::object object, std::shared_ptr<arrow::Schema> schema, std::string kind) {
  return std::make_shared<PythonTable>(std::move(object), std::move(schema), std::move(kind));
}

}  // namespace bowstring::python
