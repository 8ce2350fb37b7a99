// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/row_compare.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

arrow::Result<ResolvedCall> SameTypes(const std::string& name, const std::string& syntax, const Arguments& arguments, size_t least, bool collected = false) {
  if (arguments.size() < least) return NoMatch(name, syntax, arguments);
  std::vector<TypePtr> types;
  for (const auto& argument : arguments) types.push_back(argument.field->type());
  const TypePtr type = collected ? ElementType(types) : ArgumentType(types);
  if (!type) return NoMatch(name, syntax, arguments);
  ResolvedCall call;
  call.argument_types.assign(arguments.size(), type);
  call.result = ResultField(type);
  return call;
}

// Never run: calls that short-circuit are evaluated by the expression layer.
Kernel Unreachable(const std::string& name) {
  return [name](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> {
    return Error(ErrorKind::kInternal, name, " is evaluated lazily");
  };
}

// The first argument, NULL where it equals the second.
arrow::Result<arrow::Datum> NullWhereEqual(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  if (rows.array(0)->type->id() == arrow::Type::NA) return values[0];
  ARROW_ASSIGN_OR_RAISE(auto compare, MakeRowCompare(rows.array(0), rows.array(1)));
  std::vector<int64_t> picks(rows.size(), -1);
  for (int64_t i = 0; i < rows.size(); ++i) {
    const int64_t at = rows.at(0, i);
    if (rows.valid(0, i) && !(rows.valid(1, i) && compare(at, rows.at(1, i)) == 0)) picks[i] = at;
  }
  ARROW_ASSIGN_OR_RAISE(auto out, Gather(*rows.array(0), picks.data(), rows.size(), rows.pool()));
  return rows.Finish(std::move(out));
}

// What nvl's arguments become: a number's type that both fit, a boolean, a text; anything else becomes a view (the peer's signature lists
// these types only, and a decimal isn't one of them).
TypePtr NvlType(const Arguments& arguments) {
  const auto number_of = [](const TypePtr& type) { return IsNumeric(*ValueType(type)) ? ValueType(type) : type; };  // codes of numbers
  const TypePtr left = number_of(TypeOfArgument(arguments, 0)), right = number_of(TypeOfArgument(arguments, 1));
  const bool left_null = left->id() == arrow::Type::NA, right_null = right->id() == arrow::Type::NA;
  if (left_null && right_null) return arrow::boolean();
  const auto alone = [](const TypePtr& type) -> TypePtr {
    if (type->id() == arrow::Type::BOOL || IsInteger(*type) || type->id() == arrow::Type::FLOAT || type->id() == arrow::Type::DOUBLE) return type;
    return IsDecimal(*type) ? arrow::float64() : type->id() == arrow::Type::HALF_FLOAT ? arrow::float32() : arrow::utf8_view();
  };
  if (left->Equals(*right)) return IsText(*left) ? left : alone(left);
  if (left_null || right_null) return alone(left_null ? right : left);
  if (!IsNumeric(*left) || !IsNumeric(*right)) return arrow::utf8_view();
  for (const auto* type : {&left, &right}) {
    if (IsDecimal(**type) || (*type)->id() == arrow::Type::DOUBLE) return arrow::float64();
  }
  const TypePtr common = CommonNumber(left, right);
  return common && IsInteger(*common) ? common : arrow::float32();
}

FunctionSpec Coalesce(std::string name, std::vector<std::string> aliases, FunctionDoc doc, size_t least, size_t most) {
  FunctionSpec spec;
  spec.name = name;
  spec.aliases = std::move(aliases);
  spec.doc = std::move(doc);
  spec.short_circuits = true;
  spec.resolve = [name, syntax = spec.doc.syntax, least, most](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() > most) return NoMatch(name, syntax, arguments);
    if (arguments.size() < least) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    if (name == "nvl") {
      call.argument_types.assign(2, NvlType(arguments));
      call.result = ResultField(call.argument_types[0]);
    } else {
      ARROW_ASSIGN_OR_RAISE(call, SameTypes(name, syntax, arguments, least, /*collected=*/true));
    }
    bool nullable = true;
    for (const auto& argument : arguments) nullable = nullable && argument.field->nullable();
    call.result = call.result->WithNullable(nullable);
    call.kernel = Unreachable(name);
    return call;
  };
  return spec;
}

// The greatest (or least) value of each row, NULLs left out: all arguments are put end to end, and each row takes its winner from there.
arrow::Result<arrow::Datum> ExtremeOf(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t rows, bool greatest) {
  arrow::MemoryPool* pool = context.exec->memory_pool();
  bool scalars = true;
  for (const auto& value : values) scalars = scalars && value.is_scalar();
  if (scalars) rows = 1;
  arrow::ArrayVector pieces;
  std::vector<int64_t> begins, strides;
  int64_t total = 0;
  for (const auto& value : values) {
    std::shared_ptr<arrow::Array> piece;
    if (value.is_scalar()) {
      ARROW_ASSIGN_OR_RAISE(piece, arrow::MakeArrayFromScalar(*value.scalar(), 1, pool));
    } else {
      piece = value.make_array();
    }
    begins.push_back(total);
    strides.push_back(value.is_scalar() ? 0 : 1);
    total += piece->length();
    pieces.push_back(std::move(piece));
  }
  std::shared_ptr<arrow::Array> all = pieces[0];
  if (pieces.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(all, arrow::Concatenate(pieces, pool));
  }
  ARROW_ASSIGN_OR_RAISE(auto compare, MakeRowCompare(all->data(), all->data()));
  ARROW_ASSIGN_OR_RAISE(auto winners, arrow::AllocateBuffer(rows * 8, pool));
  auto* winner = reinterpret_cast<int64_t*>(winners->mutable_data());
  for (int64_t i = 0; i < rows; ++i) {
    winner[i] = -1;
    for (size_t k = 0; k < values.size(); ++k) {
      const int64_t at = begins[k] + strides[k] * i;
      if (!all->IsValid(at)) continue;
      const int order = winner[i] < 0 ? 0 : compare(at, winner[i]);
      if (winner[i] < 0 || (greatest ? order > 0 : order < 0)) winner[i] = at;
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto out, Gather(*all->data(), winner, rows, pool));
  if (!scalars) return arrow::Datum(std::move(out));
  ARROW_ASSIGN_OR_RAISE(auto scalar, arrow::MakeArray(out)->GetScalar(0));
  return arrow::Datum(std::move(scalar));
}

// greatest and least: a CASE over comparisons that skips NULLs would name arguments many times, so a kernel it is.
FunctionSpec Extreme(std::string name, bool greatest) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = {"conditional", greatest ? "The greatest of the arguments; NULLs don't count." : "The least of the arguments; NULLs don't count.",
              name + "(expr1[, ..., exprN])", greatest ? "SELECT greatest(1, NULL, 3) -- 3" : "SELECT least(4, NULL, 3) -- 3"};
  spec.resolve = [name, greatest, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ARROW_ASSIGN_OR_RAISE(auto call, SameTypes(name, syntax, arguments, 1));
    call.kernel = [greatest](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t rows) { return ExtremeOf(context, values, rows, greatest); };
    return call;
  };
  return spec;
}

}  // namespace

void AddConditionalFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeFunction(Coalesce("coalesce", {},
                                       {"conditional", "The first argument that is not NULL; later ones are not evaluated where it is known.",
                                        "coalesce(expr1[, ..., exprN])", "SELECT coalesce(NULL, 2, 3) -- 2"},
                                       1, SIZE_MAX)));
  out->push_back(MakeFunction(Coalesce("nvl", {"ifnull"},
                                       {"conditional", "The first argument, or the second where the first is NULL.", "nvl(expr1, expr2)", "SELECT nvl(NULL, 'x') -- x"}, 2, 2)));
  {
    FunctionSpec spec;
    spec.name = "nvl2";
    spec.doc = {"conditional", "The second argument where the first is not NULL, else the third.", "nvl2(expr1, expr2, expr3)", "SELECT nvl2(NULL, 1, 2) -- 2"};
    spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> { return NoMatch("nvl2", syntax, arguments); };
    spec.expand = [](const std::vector<Expr>& a) -> std::optional<Expr> {
      if (a.size() != 3) return std::nullopt;
      return Case({false, true}, {IsNotNull(a[0]), a[1], a[2]});
    };
    out->push_back(MakeFunction(std::move(spec)));
  }
  {
    FunctionSpec spec;
    spec.name = "nullif";
    spec.doc = {"conditional", "NULL where both arguments are equal, else the first.", "nullif(expr1, expr2)", "SELECT nullif(1, 1) -- NULL"};
    spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
      if (arguments.size() != 2) return NoMatch("nullif", syntax, arguments);
      ARROW_ASSIGN_OR_RAISE(auto call, SameTypes("nullif", syntax, arguments, 2));
      call.kernel = NullWhereEqual;
      return call;
    };
    out->push_back(MakeFunction(std::move(spec)));
  }
  out->push_back(MakeFunction(Extreme("greatest", true)));
  out->push_back(MakeFunction(Extreme("least", false)));
}

}  // namespace bowstring
