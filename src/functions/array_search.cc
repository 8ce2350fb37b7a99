// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/lists.h"

// Functions that look for values in lists.

namespace bowstring {
namespace {

using arrow::Type;
using DataPtr = std::shared_ptr<arrow::ArrayData>;

FunctionSpec Spec(std::string name, std::vector<std::string> aliases, std::string description, std::string syntax) {
  FunctionSpec spec;
  spec.aliases = std::move(aliases);
  spec.aliases.push_back("list_" + name.substr(6));
  spec.name = std::move(name);
  spec.doc = {"array", std::move(description), std::move(syntax), ""};
  return spec;
}

// Answers by comparing elements of argument 0 with argument 1 or with its elements: equal(row of the elements, row of the others).
// `make(context, values, count, equal)` is the kernel's body.
template <typename Make>
ScalarFunctionPtr MakeSearch(FunctionSpec spec, bool lists, size_t most, TypePtr result, bool fallible, Make make) {
  spec.resolve = [=, name = spec.name, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() >= 2 && arguments.size() <= most ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch(name, syntax, arguments);
    // An untyped NULL is no list to search for places in.
    if (name.starts_with("array_position") && TypeOfArgument(arguments, 0)->id() == Type::NA) return NoMatch(name, syntax, arguments);
    const TypePtr second = TypeOfArgument(arguments, 1);
    const TypePtr other = lists ? PlainList(second) : second;
    const TypePtr item = other ? ComparisonType(ListItem(list), lists ? ListItem(other) : other) : nullptr;
    // Texts beside numbers would be read as numbers.
    if (!item || (IsText(*ListItem(list)) != IsText(*item) && ListItem(list)->id() != Type::NA) || (!lists && IsText(*other) && !IsText(*item))) {
      return NoMatch(name, syntax, arguments);
    }
    if (arguments.size() > 2 && !IsIndex(*TypeOfArgument(arguments, 2))) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types = {ListOf(item, IsLargeList(*list)), lists ? ListOf(item, IsLargeList(*other)) : item};
    if (arguments.size() > 2) call.argument_types.push_back(arrow::int64());
    call.result = ResultField(result);
    call.fallible = fallible;
    call.kernel = [make, lists](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr left = rows.array(0)->child_data[0], right = lists ? rows.array(1)->child_data[0] : rows.array(1);
      ARROW_ASSIGN_OR_RAISE(auto compare, MakeRowCompare(left, right));
      auto equal = [left, right, compare](int64_t a, int64_t b) {
        const bool va = left->IsValid(a), vb = right->IsValid(b);
        return va && vb ? compare(a, b) == 0 : va == vb;
      };
      return make(context, values, count, equal);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddArraySearchFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeSearch(Spec("array_has", {"array_contains", "list_contains"}, "Whether a list has a value.", "array_has(array, element)"), false, 2, arrow::boolean(), false,
                            [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
                              return BoolRows(context, values, count, [&](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
                                const auto [begin, end] = ListBounds(rows, 0, i);
                                for (int64_t k = begin; k < end && !*o; ++k) *o = equal(k, rows.at(1, i));
                                return Cell::kValue;
                              });
                            }));
  auto has_lists = [](bool all) {
    return [all](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
      return BoolRows(
          context, values, count,
          [&](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
            if (!rows.valid(1, i)) return Cell::kNull;
            const auto [other, other_end] = ListBounds(rows, 1, i);
            *o = all;
            // Of no values, even a NULL list has all and none.
            if (other == other_end) return Cell::kValue;
            if (!rows.valid(0, i)) return Cell::kNull;
            const auto [begin, end] = ListBounds(rows, 0, i);
            for (int64_t m = other; m < other_end; ++m) {
              bool found = false;
              for (int64_t k = begin; k < end && !found; ++k) found = equal(k, m);
              if (found != all) return *o = !all, Cell::kValue;
            }
            return Cell::kValue;
          },
          true);
    };
  };
  out->push_back(MakeSearch(Spec("array_has_all", {}, "Whether a list has all values of another.", "array_has_all(array, sub-array)"), true, 2, arrow::boolean(), false, has_lists(true)));
  out->push_back(MakeSearch(Spec("array_has_any", {"arrays_overlap", "list_overlap"}, "Whether a list has any value of another.", "array_has_any(array, sub-array)"), true, 2,
                            arrow::boolean(), false, has_lists(false)));
  out->push_back(MakeSearch(
      Spec("array_position", {"array_indexof", "list_indexof"}, "The place of a value in a list, from 1; NULL where it isn't there.", "array_position(array, element[, from])"), false, 3,
      arrow::uint64(), true, [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
        return FixedRows<uint64_t>(
            context, values, count, arrow::uint64(),
            [&](const Rows& rows, int64_t i, uint64_t* o, arrow::Status* error) {
              if (!rows.valid(0, i)) return Cell::kNull;
              const auto [begin, end] = ListBounds(rows, 0, i);
              int64_t from = 1;
              if (rows.arguments() > 2) {
                from = rows.valid(2, i) ? rows.value<int64_t>(2, i) : 0;
                if (from < 1 || from > end - begin + 1) {
                  *error = Error(ErrorKind::kExecution, "start_from out of bounds: ", from);
                  return Cell::kFail;
                }
              }
              for (int64_t k = begin + from - 1; k < end; ++k) {
                if (equal(k, rows.at(1, i))) return *o = static_cast<uint64_t>(k - begin + 1), Cell::kValue;
              }
              return Cell::kNull;
            },
            true);
      }));
  const TypePtr places = ListOf(arrow::uint64(), false);
  out->push_back(MakeSearch(Spec("array_positions", {}, "All places of a value in a list, from 1.", "array_positions(array, element)"), false, 2, places, false,
                            [places](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) -> arrow::Result<arrow::Datum> {
                              ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
                              arrow::UInt64Builder found(rows.pool());
                              std::vector<int64_t> offsets{0};
                              std::vector<bool> valid;
                              for (int64_t i = 0; i < rows.size(); ++i) {
                                valid.push_back(rows.valid(0, i));
                                const auto [begin, end] = valid.back() ? ListBounds(rows, 0, i) : std::pair<int64_t, int64_t>{0, 0};
                                for (int64_t k = begin; k < end; ++k) {
                                  if (equal(k, rows.at(1, i))) ARROW_RETURN_NOT_OK(found.Append(static_cast<uint64_t>(k - begin + 1)));
                                }
                                offsets.push_back(found.length());
                              }
                              ARROW_ASSIGN_OR_RAISE(auto elements, found.Finish());
                              ARROW_ASSIGN_OR_RAISE(auto lists, WrapLists(places, offsets, valid, elements->data(), rows.pool()));
                              return rows.Finish(std::move(lists));
                            }));
}

}  // namespace bowstring
