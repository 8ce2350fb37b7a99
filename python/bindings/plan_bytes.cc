// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <bowstring/error.h>
#include <bowstring/plan_bytes.h>

#include "bind.h"
#include "core_udf.h"
#include "engine_call.h"
#include "status.h"
#include "udf_call.h"

namespace bowstring::python {
namespace {

// Functions of Python's by value, as `encode` and `decode` of bowstring.expr_bytes have them; all others by name. Used
// on one thread, with the GIL held, and not kept.
class PythonCodec final : public FunctionCodec {
 public:
  PythonCodec(nb::object encode, nb::object decode, std::vector<SessionContext> sessions)
      : encode_(std::move(encode)), decode_(std::move(decode)), by_name_(SessionFunctions(std::move(sessions))) {}

  arrow::Result<std::optional<std::string>> Encode(const ScalarFunction& f) const override { return Value(f); }
  arrow::Result<std::optional<std::string>> Encode(const AggregateFunction& f) const override { return Value(f); }
  arrow::Result<std::optional<std::string>> Encode(const WindowFunction& f) const override { return Value(f); }
  arrow::Result<std::shared_ptr<const ScalarFunction>> Scalar(
      const std::string& name, const std::optional<std::string>& payload) const override {
    if (!payload) return by_name_->Scalar(name, payload);
    return Made<PyScalarUdf, ScalarFunction>("scalar", *payload);
  }
  arrow::Result<std::shared_ptr<const AggregateFunction>> Aggregate(
      const std::string& name, const std::optional<std::string>& payload) const override {
    if (!payload) return by_name_->Aggregate(name, payload);
    return Made<PyAggregateUdf, AggregateFunction>("aggregate", *payload);
  }
  arrow::Result<std::shared_ptr<const WindowFunction>> Window(
      const std::string& name, const std::optional<std::string>& payload) const override {
    if (!payload) return by_name_->Window(name, payload);
    return Made<PyWindowUdf, WindowFunction>("window", *payload);
  }

 private:
  template <typename Function>
  arrow::Result<std::optional<std::string>> Value(const Function& function) const {
    const auto* own = dynamic_cast<const PythonFunction*>(&function);
    if (own == nullptr || encode_.is_none()) return std::nullopt;
    try {
      nb::bytes bytes = nb::cast<nb::bytes>(encode_(own->bridge()));
      return std::optional<std::string>(std::string(bytes.c_str(), bytes.size()));
    } catch (nb::python_error& error) {
      return FromPythonError(error, function.name().c_str());
    }
  }
  template <typename Udf, typename Function>
  arrow::Result<std::shared_ptr<const Function>> Made(const char* kind, const std::string& payload) const {
    try {
      return nb::cast<Udf>(decode_(kind, nb::bytes(payload.data(), payload.size()))).function;
    } catch (nb::python_error& error) {
      return FromPythonError(error, kind);
    } catch (const std::exception& error) {
      return Error(ErrorKind::kExecution, "a function of another kind than ", kind, " in these bytes");
    }
  }

  nb::object encode_, decode_;
  std::shared_ptr<const FunctionCodec> by_name_;
};

nb::bytes ToBytes(const std::string& text) { return nb::bytes(text.data(), text.size()); }

}  // namespace

void bind_plan_bytes(nb::module_& m) {
  m.def(
      "encode_expr",
      [](const Expr& expr, nb::object encode) {
        const PythonCodec codec(encode, nb::none(), {});
        return ToBytes(Unwrap(EncodeExpr(expr, &codec)));
      },
      nb::arg("expr"), nb::arg("encode").none(), "`encode` answers the bytes of a Python function; None: by name.");
  m.def(
      "decode_expr",
      [](nb::bytes bytes, const std::vector<SessionContext>& sessions, nb::object decode) {
        const PythonCodec codec(nb::none(), decode, sessions);
        return Unwrap(DecodeExpr(std::string_view(bytes.c_str(), bytes.size()), codec));
      },
      nb::arg("bytes"), nb::arg("sessions"), nb::arg("decode"));
  m.def(
      "encode_plan",
      [](const Plan& plan, nb::object encode) {
        const PythonCodec codec(encode, nb::none(), {});
        return ToBytes(Unwrap(EncodePlan(plan, &codec)));
      },
      nb::arg("plan"), nb::arg("encode").none());
  m.def(
      "decode_plan",
      [](nb::bytes bytes, const SessionContext& session, const std::vector<SessionContext>& sessions,
         nb::object decode) {
        const PythonCodec codec(nb::none(), decode, sessions);
        return Unwrap(DecodePlan(std::string_view(bytes.c_str(), bytes.size()), session, codec));
      },
      nb::arg("bytes"), nb::arg("session"), nb::arg("sessions"), nb::arg("decode"));
}

}  // namespace bowstring::python
