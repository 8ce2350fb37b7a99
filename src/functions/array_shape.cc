// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/row_compare.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"

// Functions that choose among a list's elements, and maps as lists of entries.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;
using Picks = std::vector<int64_t>;
using Equal = std::function<bool(int64_t, int64_t)>;
/// The elements [begin, end) of one list to keep, in order; `rows` and `i` for further arguments.
using Choose = std::function<void(const Rows& rows, int64_t i, int64_t begin, int64_t end, const RowCompare& order, const DataPtr& items, Picks* out)>;

TypePtr PlainList(const TypePtr& type) {
  if (type->id() == Type::LIST || type->id() == Type::LARGE_LIST) return type->id() == Type::LIST ? type : arrow::list(type->field(0));
  return IsListLike(*type) ? arrow::list(type->field(0)) : nullptr;
}

bool Same(const RowCompare& order, const DataPtr& items, int64_t a, int64_t b) {
  const bool va = items->IsValid(a), vb = items->IsValid(b);
  return va && vb ? order(a, b) == 0 : va == vb;
}

arrow::Result<DataPtr> MakeList(const TypePtr& type, const DataPtr& items, const Picks& picks, const std::vector<int32_t>& offsets, const std::vector<bool>& valid, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto child, Gather(*items, picks.data(), static_cast<int64_t>(picks.size()), pool));
  const auto n = static_cast<int64_t>(valid.size());
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, pool));
  int64_t nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (valid[i]) arrow::bit_util::SetBit(validity->mutable_data(), i);
    nulls += !valid[i];
  }
  ARROW_ASSIGN_OR_RAISE(auto bounds, arrow::AllocateBuffer(static_cast<int64_t>(offsets.size()) * 4, pool));
  std::memcpy(bounds->mutable_data(), offsets.data(), offsets.size() * 4);
  auto out = std::make_shared<ArrayData>(type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nulls ? std::shared_ptr<arrow::Buffer>(std::move(validity)) : nullptr, std::move(bounds)}, nulls, 0);
  out->child_data = {std::move(child)};
  return out;
}

/// A function list -> list of some of its elements. `values`: further arguments of the element's type, which `choose` may compare by
/// order(element, -1 - argument).
ScalarFunctionPtr MakeChooser(std::string name, std::vector<std::string> aliases, std::string description, std::string syntax, std::string further, Choose choose) {
  FunctionSpec spec;
  spec.name = name;
  spec.aliases = std::move(aliases);
  if (name.starts_with("array_")) spec.aliases.push_back("list_" + name.substr(6));
  spec.doc = {"array", std::move(description), std::move(syntax), ""};
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.empty() ? nullptr : PlainList(TypeOfArgument(arguments, 0));
    size_t least = further.size();
    for (const char c : further) least -= c == 'T' ? 1 : 0;
    if (!given || arguments.size() > further.size() + 1 || arguments.size() < least + 1) return NoMatch(name, syntax, arguments);
    TypePtr item = given->field(0)->type();
    for (size_t i = 0; i + 1 < arguments.size(); ++i) {
      if (further[i] == 'e' && item) item = ComparisonType(item, TypeOfArgument(arguments, i + 1));
    }
    if (!item) return NoMatch(name, syntax, arguments);
    const TypePtr list = item->Equals(*given->field(0)->type()) ? given : arrow::list(given->field(0)->WithType(item));
    ResolvedCall call;
    call.argument_types = {list};
    for (size_t i = 0; i + 1 < arguments.size(); ++i) call.argument_types.push_back(further[i] == 'e' ? item : further[i] == 'i' ? arrow::int64() : arrow::utf8());
    call.result = ResultField(list);
    call.kernel = [list, choose](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr items = rows.array(0)->child_data[0];
      ARROW_ASSIGN_OR_RAISE(auto order, MakeRowCompare(items, items));
      if (rows.arguments() > 1 && rows.array(1)->type->Equals(*items->type)) {
        ARROW_ASSIGN_OR_RAISE(auto with, MakeRowCompare(items, rows.array(1)));
        order = [order, with](int64_t a, int64_t b) { return b < 0 ? with(a, -1 - b) : order(a, b); };
      }
      const int32_t* bounds = rows.array(0)->GetValues<int32_t>(1);
      Picks picks;
      std::vector<int32_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(rows.valid(0, i));
        const int64_t at = rows.at(0, i);
        if (valid.back()) choose(rows, i, bounds[at], bounds[at + 1], order, items, &picks);
        if (picks.size() > INT32_MAX) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
        offsets.push_back(static_cast<int32_t>(picks.size()));
      }
      ARROW_ASSIGN_OR_RAISE(auto out, MakeList(list, items, picks, offsets, valid, rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Elements equal to argument 1 are left out, at most `most` of them.
Choose RemoveUpTo(std::function<int64_t(const Rows&, int64_t)> most) {
  return [most](const Rows& rows, int64_t i, int64_t begin, int64_t end, const RowCompare& order, const DataPtr& items, Picks* out) {
    int64_t left = most(rows, i);
    const bool null = !rows.valid(1, i);
    for (int64_t k = begin; k < end; ++k) {
      const bool same = null ? !items->IsValid(k) : items->IsValid(k) && order(k, -1 - rows.at(1, i)) == 0;
      if (same && left-- > 0) continue;
      out->push_back(k);
    }
  };
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

void Sort(const Rows& rows, int64_t i, int64_t begin, int64_t end, const RowCompare& order, const DataPtr& items, Picks* out) {
  const bool descending = rows.arguments() > 1 && rows.valid(1, i) && Upper(rows.text(1, i)) == "DESC";
  const bool nulls_last = rows.arguments() > 2 && rows.valid(2, i) && Upper(rows.text(2, i)) == "NULLS LAST";
  const auto first = static_cast<ptrdiff_t>(out->size());
  for (int64_t k = begin; k < end; ++k) out->push_back(k);
  std::stable_sort(out->begin() + first, out->end(), [&](int64_t a, int64_t b) {
    const bool va = items->IsValid(a), vb = items->IsValid(b);
    if (!va || !vb) return va == vb ? false : nulls_last ? va : vb;
    return descending ? order(a, b) > 0 : order(a, b) < 0;
  });
}

ScalarFunctionPtr MakeFlatten() {
  FunctionSpec spec;
  spec.name = "flatten";
  spec.doc = {"array", "A list of lists as one list, one level down.", "flatten(array)", ""};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr outer = arguments.size() == 1 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!outer) return NoMatch("flatten", syntax, arguments);
    const TypePtr inner = PlainList(outer->field(0)->type());
    ResolvedCall call;
    call.argument_types = {inner ? arrow::list(inner) : outer};
    call.result = ResultField(inner ? inner : outer);
    call.kernel = [inner](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      if (!inner) return values[0];
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr lists = rows.array(0)->child_data[0], items = lists->child_data[0];
      const int32_t *bounds = rows.array(0)->GetValues<int32_t>(1), *inner_bounds = lists->GetValues<int32_t>(1);
      Picks picks;
      std::vector<int32_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(rows.valid(0, i));
        const int64_t at = rows.at(0, i);
        for (int64_t k = bounds[at]; valid.back() && k < bounds[at + 1]; ++k) {
          if (!lists->IsValid(k)) continue;
          for (int64_t m = inner_bounds[k]; m < inner_bounds[k + 1]; ++m) picks.push_back(m);
        }
        offsets.push_back(static_cast<int32_t>(picks.size()));
      }
      ARROW_ASSIGN_OR_RAISE(auto out, MakeList(inner, items, picks, offsets, valid, rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// The keys, or the values, of a map as a list.
ScalarFunctionPtr MakeMapPart(std::string name, bool keys) {
  FunctionSpec spec;
  spec.name = name;
  spec.doc = {"map", keys ? "The keys of a map." : "The values of a map.", name + "(map)", ""};
  spec.resolve = [name, keys, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1 || TypeOfArgument(arguments, 0)->id() != Type::MAP) return NoMatch(name, syntax, arguments);
    const auto& map = static_cast<const arrow::MapType&>(*TypeOfArgument(arguments, 0));
    const TypePtr list = arrow::list(arrow::field("item", keys ? map.key_type() : map.item_type()));
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0)};
    call.result = ResultField(list);
    call.kernel = [keys, list](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr& data = rows.array(0);
      const DataPtr& entries = data->child_data[0];
      auto out = std::make_shared<ArrayData>(list, data->length, std::vector<std::shared_ptr<arrow::Buffer>>{data->buffers[0], data->buffers[1]}, data->null_count, data->offset);
      out->child_data = {entries->child_data[keys ? 0 : 1]->Slice(entries->offset, entries->length)};
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// cardinality and empty: of lists and maps.
ScalarFunctionPtr MakeCount(std::string name, bool empty) {
  FunctionSpec spec;
  spec.name = name;
  if (empty) spec.aliases = {"array_empty", "list_empty"};
  spec.doc = {"array", empty ? "Whether a list has no elements." : "The number of elements of a list, or entries of a map.", name + "(array)", ""};
  spec.resolve = [name, empty, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1) return NoMatch(name, syntax, arguments);
    const TypePtr given = TypeOfArgument(arguments, 0), type = given->id() == Type::MAP ? given : PlainList(given);
    if (!type) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(empty ? arrow::boolean() : arrow::uint64());
    call.kernel = [empty](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      auto size = [](const Rows& rows, int64_t i) {
        const int32_t* bounds = rows.array(0)->GetValues<int32_t>(1);
        return bounds[rows.at(0, i) + 1] - bounds[rows.at(0, i)];
      };
      if (empty) {
        return BoolRows(context, values, count, [&](const Rows& rows, int64_t i, bool* out, arrow::Status*) {
          *out = size(rows, i) == 0;
          return Cell::kValue;
        });
      }
      return FixedRows<uint64_t>(context, values, count, arrow::uint64(), [&](const Rows& rows, int64_t i, uint64_t* out, arrow::Status*) {
        *out = static_cast<uint64_t>(size(rows, i));
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddArrayShapeFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeChooser("array_reverse", {}, "The elements in reverse.", "array_reverse(array)", "",
                             [](const Rows&, int64_t, int64_t begin, int64_t end, const RowCompare&, const DataPtr&, Picks* picks) {
                               for (int64_t k = end; k > begin; --k) picks->push_back(k - 1);
                             }));
  out->push_back(MakeChooser("array_distinct", {}, "The elements without repetitions, in order.", "array_distinct(array)", "",
                             [](const Rows& rows, int64_t i, int64_t begin, int64_t end, const RowCompare& order, const DataPtr& items, Picks* picks) {
                               Picks sorted;
                               Sort(rows, i, begin, end, order, items, &sorted);
                               // Of equal ones the first in the list stays: the sort is stable.
                               for (size_t k = 1; k < sorted.size(); ++k) {
                                 if (Same(order, items, sorted[k - 1], sorted[k])) sorted.erase(sorted.begin() + static_cast<ptrdiff_t>(k--));
                               }
                               std::sort(sorted.begin(), sorted.end());
                               picks->insert(picks->end(), sorted.begin(), sorted.end());
                             }));
  out->push_back(MakeChooser("array_sort", {}, "The elements sorted; NULLs come first unless asked.", "array_sort(array[, desc[, nulls_first]])", "TT", Sort));
  out->push_back(MakeChooser("array_remove", {}, "The list without the first element that is equal to a value.", "array_remove(array, element)", "e", RemoveUpTo([](const Rows&, int64_t) { return int64_t{1}; })));
  out->push_back(MakeChooser("array_remove_all", {}, "The list without all elements that are equal to a value.", "array_remove_all(array, element)", "e", RemoveUpTo([](const Rows&, int64_t) { return INT64_MAX; })));
  out->push_back(MakeChooser("array_remove_n", {}, "The list without the first n elements that are equal to a value.", "array_remove_n(array, element, max)", "ei",
                             RemoveUpTo([](const Rows& rows, int64_t i) { return rows.valid(2, i) ? rows.value<int64_t>(2, i) : 0; })));
  out->push_back(MakeChooser("array_pop_back", {}, "The list without its last element.", "array_pop_back(array)", "",
                             [](const Rows&, int64_t, int64_t begin, int64_t end, const RowCompare&, const DataPtr&, Picks* picks) {
                               for (int64_t k = begin; k + 1 < end; ++k) picks->push_back(k);
                             }));
  out->push_back(MakeChooser("array_pop_front", {}, "The list without its first element.", "array_pop_front(array)", "",
                             [](const Rows&, int64_t, int64_t begin, int64_t end, const RowCompare&, const DataPtr&, Picks* picks) {
                               for (int64_t k = begin + 1; k < end; ++k) picks->push_back(k);
                             }));
  out->push_back(MakeFlatten());
  out->push_back(MakeMapPart("map_keys", true));
  out->push_back(MakeMapPart("map_values", false));
  out->push_back(MakeCount("cardinality", false));
  out->push_back(MakeCount("empty", true));
}

}  // namespace bowstring
