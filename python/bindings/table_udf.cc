// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <bowstring/error.h>
#include <bowstring/session.h>

#include "bind.h"
#include "core_expr.h"
#include "core_table.h"
#include "core_udf.h"
#include "held_object.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

class PythonTableFunction final : public TableFunction {
 public:
  PythonTableFunction(std::string name, nb::object call)
      : name_(std::move(name)), call_(std::make_shared<HeldObject>(std::move(call))) {}
  const std::string& name() const override { return name_; }
  arrow::Result<std::shared_ptr<const Table>> Call(const std::vector<Expr>& arguments,
                                                   const SessionContext& session) const override {
    return InUserFunction<std::shared_ptr<const Table>>(name_, [&]() -> arrow::Result<std::shared_ptr<const Table>> {
      nb::object table = CallForeign(call_->get(), nb::make_tuple(FromExprs(arguments), session));
      return nb::cast<PyTable>(table).table;
    });
  }

 private:
  const std::string name_;
  const std::shared_ptr<HeldObject> call_;
};

}  // namespace

void bind_table_udf(nb::module_& m) {
  nb::class_<PyTableUdf>(m, "TableUdf", "A table function in Python. Immutable, thread-safe.")
      .def(
          "__init__",
          [](PyTableUdf* self, std::string name, nb::object call) {
            new (self) PyTableUdf{std::make_shared<PythonTableFunction>(std::move(name), std::move(call))};
          },
          nb::arg("name"), nb::arg("call"), "`call` gets a list of expressions and the session; it answers a Table.")
      .def_prop_ro("name", [](const PyTableUdf& self) { return self.function->name(); });
}

}  // namespace bowstring::python
