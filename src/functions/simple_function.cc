// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/simple_function.h"

#include <algorithm>
#include <sstream>

#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/type_names.h"

namespace bowstring {
namespace {

// Run-end encoded arguments and dictionaries of numbers as the values that they stand for; empty where there are none.
Arguments PlainValues(const Arguments& arguments) {
  Arguments out = arguments;
  bool any = false;
  for (auto& argument : out) {
    if (IsNumeric(*ValueType(argument.field->type())) && argument.field->type()->id() == arrow::Type::DICTIONARY) {
      any = true;
      argument.field = argument.field->WithType(ValueType(argument.field->type()))->WithNullable(true);
    }
    if (argument.field->type()->id() != arrow::Type::RUN_END_ENCODED) continue;
    any = true;
    TypePtr values = static_cast<const arrow::RunEndEncodedType&>(*argument.field->type()).value_type();
    if (values->id() == arrow::Type::STRING) values = arrow::utf8_view();
    argument.field = argument.field->WithType(std::move(values))->WithNullable(true);
  }
  return any ? out : Arguments{};
}

class SimpleFunction : public ScalarFunction {
 public:
  explicit SimpleFunction(FunctionSpec spec) : spec_(std::move(spec)) {}
  const std::string& name() const override { return spec_.name; }
  std::vector<std::string> aliases() const override { return spec_.aliases; }
  Volatility volatility() const override { return spec_.volatility; }
  const FunctionDoc& doc() const override { return spec_.doc; }
  bool short_circuits() const override { return spec_.short_circuits; }
  arrow::Result<ResolvedCall> Resolve(const Arguments& arguments) const override {
    auto call = spec_.resolve(arguments);
    if (!call.ok()) {
      // What isn't for encoded values is asked for plain ones.
      const Arguments plain = PlainValues(arguments);
      if (plain.empty()) return call;
      auto again = spec_.resolve(plain);
      if (!again.ok()) return call;
      call = std::move(again);
    }
    if (!call->result) return NoMatch(spec_, arguments);
    return call;
  }
  std::optional<Expr> Expand(const std::vector<Expr>& arguments) const override { return spec_.expand ? spec_.expand(arguments) : std::nullopt; }
  std::optional<std::string> CallName(const std::vector<Expr>& arguments) const override {
    return spec_.call_name ? spec_.call_name(arguments) : std::nullopt;
  }

 private:
  FunctionSpec spec_;
};

// How many arguments a syntax such as "f(a, b)" asks for; none where it leaves that open.
std::optional<size_t> ExactCount(std::string_view syntax) {
  const size_t open = syntax.find('('), close = syntax.find(')');
  if (open == std::string_view::npos || close + 1 != syntax.size()) return std::nullopt;
  const std::string_view inside = syntax.substr(open + 1, close - open - 1);
  if (inside.empty()) return 0;
  if (inside.find_first_of("[(") != std::string_view::npos || inside.find("...") != std::string_view::npos) return std::nullopt;
  return 1 + std::count(inside.begin(), inside.end(), ',');
}

}  // namespace

std::function<std::optional<std::string>(const std::vector<Expr>&)> CallsAs(std::string name) {
  return [name = std::move(name)](const std::vector<Expr>& arguments) -> std::optional<std::string> {
    std::string out = name + "(";
    for (size_t i = 0; i < arguments.size(); ++i) out += (i ? "," : "") + arguments[i].name();
    return out + ")";
  };
}

ScalarFunctionPtr MakeFunction(FunctionSpec spec) { return std::make_shared<SimpleFunction>(std::move(spec)); }

arrow::Status NoMatch(const std::string& name, const std::string& syntax, const Arguments& arguments) {
  std::string types;
  for (const auto& argument : arguments) types += (types.empty() ? "" : ", ") + TypeName(*argument.field->type());
  const std::optional<size_t> count = ExactCount(syntax);
  std::ostringstream what;
  if (count == 0u) {
    what << "The function '" << name << "' expected zero argument but received " << arguments.size();
  } else if (arguments.empty()) {
    what << "'" << name << "' does not support zero arguments";
  } else if (count && *count != arguments.size() && syntax.find("any") != std::string::npos) {
    what << "The function '" << name << "' expected " << *count << " arguments but received " << arguments.size();
  } else if (count && *count != arguments.size()) {
    what << "Function '" << name << "' expects " << *count << " arguments but received " << arguments.size();
  } else if (count) {
    what << "Failed to coerce arguments to satisfy a call to '" << name << "' function: coercion from " << types << " to the signature " << syntax << " failed";
  } else {
    what << "Function '" << name << "' failed to match any signature";
  }
  return Error(ErrorKind::kPlan, what.str(), ". No function matches the given name and argument types '", name, "(", types,
               ")'. You might need to add explicit type casts.\n\tCandidate functions:\n\t", syntax);
}

arrow::Status NoMatch(const FunctionSpec& spec, const Arguments& arguments) { return NoMatch(spec.name, spec.doc.syntax, arguments); }

TypePtr TypeOfArgument(const Arguments& arguments, size_t i) { return arguments[i].field->type(); }

std::optional<int64_t> LiteralInt(const Arguments& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].literal || !arguments[i].literal->is_valid) return std::nullopt;
  auto value = arguments[i].literal->CastTo(arrow::int64());
  if (!value.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**value).value;
}

std::optional<std::string> LiteralText(const Arguments& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].literal || !arguments[i].literal->is_valid) return std::nullopt;
  if (!IsText(*arguments[i].literal->type)) return std::nullopt;
  return std::string(static_cast<const arrow::BaseBinaryScalar&>(*arguments[i].literal).view());
}

std::shared_ptr<arrow::Field> ResultField(TypePtr type, bool nullable) { return arrow::field("", std::move(type), nullable); }

bool AnyNullable(const Arguments& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [](const ArgumentInfo& a) { return a.field->nullable(); });
}

}  // namespace bowstring
