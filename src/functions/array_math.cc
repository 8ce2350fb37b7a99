// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/lists.h"

// Lists of numbers as vectors: elements are read as doubles, so are the answers.

namespace bowstring {
namespace {

using arrow::Type;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.aliases = std::move(aliases);
  if (name.starts_with("array_")) spec.aliases.push_back("list_" + name.substr(6));
  spec.name = std::move(name);
  spec.doc = {"array", std::move(description), std::move(syntax), ""};
  return spec;
}

TypePtr Doubles(const TypePtr& type) {
  const TypePtr list = PlainList(type);
  if (!list || arrow::is_nested(ListItem(list)->id())) return nullptr;
  return ListOf(arrow::float64(), IsLargeList(*list));
}

// The elements of one list.
struct Vector {
  const arrow::ArrayData* items;
  int64_t begin, size;
  bool valid(int64_t k) const { return items->IsValid(begin + k); }
  double operator[](int64_t k) const { return items->GetValues<double>(1)[begin + k]; }
  bool any_null() const {
    for (int64_t k = 0; k < size; ++k) {
      if (!valid(k)) return true;
    }
    return false;
  }
};
Vector VectorAt(const Rows& rows, size_t a, int64_t i) {
  const auto [begin, end] = ListBounds(rows, a, i);
  return {rows.array(a)->child_data[0].get(), begin, end - begin};
}

// A number of one list, or of two of one length.
using Number = std::function<Cell(const Vector&, const Vector&, double*)>;
ScalarFunctionPtr MakeNumber(FunctionSpec spec, size_t lists, Number number) {
  spec.resolve = [name = spec.name, syntax = spec.doc.syntax, lists, number](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != lists) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    for (size_t a = 0; a < lists; ++a) {
      const TypePtr type = Doubles(TypeOfArgument(arguments, a));
      if (!type) return NoMatch(name, syntax, arguments);
      call.argument_types.push_back(type);
    }
    call.result = ResultField(arrow::float64());
    call.fallible = true;
    call.kernel = [name, lists, number](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
      return FixedRows<double>(context, values, count, arrow::float64(), [&](const Rows& rows, int64_t i, double* out, arrow::Status* error) {
        const Vector a = VectorAt(rows, 0, i), b = lists > 1 ? VectorAt(rows, 1, i) : a;
        if (a.size != b.size) {
          *error = Error(ErrorKind::kExecution, name, " requires both list inputs to have the same length, got ", a.size, " and ", b.size);
          return Cell::kFail;
        }
        return number(a, b, out);
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A list of one list (`b` is the same), of two, or of a list and a number: element(a, b, k) where both are there; start(a) once a row, NULL
// where it says so.
using Start = std::function<bool(const Vector&, double*)>;
using Element = std::function<double(double, double)>;
enum class Second : uint8_t { kNone, kList, kNumber };
ScalarFunctionPtr MakeVector(FunctionSpec spec, Second second, Start start, Element element) {
  spec.resolve = [name = spec.name, syntax = spec.doc.syntax, second, start, element](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != (second == Second::kNone ? 1u : 2u)) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    const TypePtr type = Doubles(TypeOfArgument(arguments, 0));
    if (!type) return NoMatch(name, syntax, arguments);
    call.argument_types.push_back(type);
    if (second == Second::kList) {
      if (!Doubles(TypeOfArgument(arguments, 1))) return NoMatch(name, syntax, arguments);
      call.argument_types.push_back(Doubles(TypeOfArgument(arguments, 1)));
    } else if (second == Second::kNumber) {
      const TypePtr number = TypeOfArgument(arguments, 1);
      if (!IsNumeric(*number) && number->id() != Type::NA) return Error(ErrorKind::kPlan, name, " second argument must be numeric, got ", number->ToString());
      call.argument_types.push_back(arrow::float64());
    }
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [name, type, second, start, element](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      arrow::DoubleBuilder out(rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        bool there = rows.all_valid(i);
        if (there) {
          const Vector a = VectorAt(rows, 0, i), b = second == Second::kList ? VectorAt(rows, 1, i) : a;
          if (a.size != b.size) {
            return Error(ErrorKind::kExecution, name, " requires both list inputs to have the same length per row, got ", a.size, " and ", b.size, " at row ", i);
          }
          double number = second == Second::kNumber ? rows.value<double>(1, i) : 0;
          there = !start || start(a, &number);
          for (int64_t k = 0; k < a.size && there; ++k) {
            const bool known = a.valid(k) && b.valid(k);
            ARROW_RETURN_NOT_OK(known ? out.Append(element(a[k], second == Second::kList ? b[k] : number)) : out.AppendNull());
          }
        }
        offsets.push_back(out.length());
        valid.push_back(there);
      }
      ARROW_ASSIGN_OR_RAISE(auto elements, out.Finish());
      ARROW_ASSIGN_OR_RAISE(auto lists, WrapLists(type, offsets, valid, elements->data(), rows.pool()));
      return rows.Finish(std::move(lists));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A fold over the elements that aren't NULL; NULL where there are none.
Number Fold(double first, double (*step)(double, double), bool mean = false) {
  return [=](const Vector& a, const Vector&, double* out) {
    *out = first;
    int64_t n = 0;
    for (int64_t k = 0; k < a.size; ++k) {
      if (!a.valid(k)) continue;
      *out = step(*out, a[k]);
      ++n;
    }
    if (mean) *out /= static_cast<double>(n);
    return n ? Cell::kValue : Cell::kNull;
  };
}

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (int64_t k = 0; k < a.size; ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

void AddArrayMathFunctions(std::vector<ScalarFunctionPtr>* out) {
  auto plus = [](double a, double b) { return a + b; };
  auto times = [](double a, double b) { return a * b; };
  out->push_back(MakeNumber(Spec("array_sum", "The sum of the elements.", "array_sum(array)"), 1, Fold(0, plus)));
  out->push_back(MakeNumber(Spec("array_avg", "The mean of the elements.", "array_avg(array)"), 1, Fold(0, plus, true)));
  out->push_back(MakeNumber(Spec("array_product", "The product of the elements.", "array_product(array)"), 1, Fold(1, times)));
  out->push_back(MakeNumber(Spec("inner_product", "The sum of the products of elements at one place.", "inner_product(array1, array2)", {"dot_product"}), 2,
                            [](const Vector& a, const Vector& b, double* o) {
                              if (a.any_null() || b.any_null()) return Cell::kNull;
                              *o = Dot(a, b);
                              return Cell::kValue;
                            }));
  out->push_back(MakeNumber(Spec("array_distance", "The Euclidean distance of two points.", "array_distance(array1, array2)"), 2,
                            [](const Vector& a, const Vector& b, double* o) {
                              if (a.any_null() || b.any_null()) return Cell::kNull;
                              double sum = 0;
                              for (int64_t k = 0; k < a.size; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
                              *o = std::sqrt(sum);
                              return Cell::kValue;
                            }));
  out->push_back(MakeNumber(Spec("cosine_distance", "1 less the cosine of the angle between two vectors.", "cosine_distance(array1, array2)"), 2,
                            [](const Vector& a, const Vector& b, double* o) {
                              if (a.any_null() || b.any_null()) return Cell::kNull;
                              const double length = std::sqrt(Dot(a, a)) * std::sqrt(Dot(b, b));
                              if (length == 0) return Cell::kNull;
                              *o = 1 - Dot(a, b) / length;
                              return Cell::kValue;
                            }));
  out->push_back(MakeVector(Spec("array_add", "The sums of elements at one place.", "array_add(array1, array2)"), Second::kList, nullptr, plus));
  out->push_back(MakeVector(Spec("array_subtract", "The differences of elements at one place.", "array_subtract(array1, array2)"), Second::kList, nullptr,
                            [](double a, double b) { return a - b; }));
  out->push_back(MakeVector(Spec("array_scale", "The elements times a number.", "array_scale(array, scalar)"), Second::kNumber, nullptr, times));
  out->push_back(MakeVector(
      Spec("array_normalize", "The vector of the same direction and length 1.", "array_normalize(array)"), Second::kNone,
      [](const Vector& a, double* length) {
        if (a.any_null()) return false;
        *length = std::sqrt(Dot(a, a));
        return a.size == 0 || *length != 0;
      },
      [](double a, double length) { return a / length; }));
}

}  // namespace bowstring
