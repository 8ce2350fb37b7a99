// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/row_compare.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"
#include "functions/value_text.h"

// Lists. Answers are put together by row numbers into the elements, then gathered: one code for all element types.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, bool list_alias = true) {
  FunctionSpec spec;
  if (list_alias && name.starts_with("array_")) spec.aliases.push_back("list_" + name.substr(6));
  spec.name = std::move(name);
  spec.doc = {"array", std::move(description), std::move(syntax), ""};
  return spec;
}

// Any kind of list becomes list or large list; NULL a list of NULLs.
TypePtr PlainList(const TypePtr& type) {
  if (type->id() == Type::NA) return arrow::list(arrow::field("item", arrow::null()));
  if (!IsListLike(*type)) return nullptr;
  if (type->id() == Type::LIST || type->id() == Type::LARGE_LIST) return type;
  return type->id() == Type::LARGE_LIST_VIEW ? arrow::large_list(type->field(0)) : arrow::list(type->field(0));
}
TypePtr Item(const TypePtr& list) { return list->field(0)->type(); }

std::pair<int64_t, int64_t> Bounds(const ArrayData& list, int64_t i) {
  if (list.type->id() == Type::LARGE_LIST) {
    const int64_t* offsets = list.GetValues<int64_t>(1);
    return {offsets[i], offsets[i + 1]};
  }
  const int32_t* offsets = list.GetValues<int32_t>(1);
  return {offsets[i], offsets[i + 1]};
}
std::pair<int64_t, int64_t> Bounds(const Rows& rows, size_t a, int64_t i) { return Bounds(*rows.array(a), rows.at(a, i)); }

// Builds lists from row numbers into some elements.
class ListAssembly {
 public:
  explicit ListAssembly(arrow::MemoryPool* pool) : pool_(pool), offsets_{0} {}
  void Add(int64_t element) { elements_.push_back(element); }
  void Close(bool valid = true) {
    offsets_.push_back(static_cast<int32_t>(elements_.size()));
    valid_.push_back(valid);
  }
  arrow::Result<DataPtr> Finish(const DataPtr& values, const TypePtr& type) {
    if (elements_.size() > INT32_MAX) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
    ARROW_ASSIGN_OR_RAISE(auto child, Gather(*values, elements_.data(), static_cast<int64_t>(elements_.size()), pool_));
    const auto n = static_cast<int64_t>(valid_.size());
    ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, pool_));
    int64_t nulls = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (valid_[i]) arrow::bit_util::SetBit(validity->mutable_data(), i);
      nulls += !valid_[i];
    }
    ARROW_ASSIGN_OR_RAISE(auto offsets, arrow::AllocateBuffer((n + 1) * (type->id() == Type::LARGE_LIST ? 8 : 4), pool_));
    for (int64_t i = 0; i <= n; ++i) {
      if (type->id() == Type::LARGE_LIST) {
        reinterpret_cast<int64_t*>(offsets->mutable_data())[i] = offsets_[i];
      } else {
        reinterpret_cast<int32_t*>(offsets->mutable_data())[i] = offsets_[i];
      }
    }
    auto out = std::make_shared<ArrayData>(type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nulls ? std::shared_ptr<arrow::Buffer>(std::move(validity)) : nullptr, std::move(offsets)}, nulls, 0);
    out->child_data = {std::move(child)};
    return out;
  }

 private:
  arrow::MemoryPool* pool_;
  std::vector<int64_t> elements_;
  std::vector<int32_t> offsets_;
  std::vector<bool> valid_;
};

// All arrays end to end, and where each begins.
arrow::Result<DataPtr> EndToEnd(const std::vector<DataPtr>& parts, std::vector<int64_t>* begins, arrow::MemoryPool* pool) {
  arrow::ArrayVector arrays;
  int64_t total = 0;
  for (const auto& part : parts) {
    begins->push_back(total);
    total += part->length;
    arrays.push_back(arrow::MakeArray(part));
  }
  if (arrays.size() == 1) return parts[0];
  ARROW_ASSIGN_OR_RAISE(auto all, arrow::Concatenate(arrays, pool));
  return all->data();
}

ScalarFunctionPtr MakeArrayFunction() {
  FunctionSpec spec = Spec("make_array", "A list of the arguments.", "make_array(expression1[, ..., expression_n])");
  spec.aliases = {"make_list"};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    std::vector<TypePtr> types;
    for (const auto& argument : arguments) types.push_back(argument.field->type());
    TypePtr item = arguments.empty() ? arrow::int64() : ComparisonType(types);
    if (!item) return NoMatch("make_array", syntax, arguments);
    ResolvedCall call;
    call.argument_types.assign(arguments.size(), item);
    const TypePtr type = arrow::list(arrow::field("item", item));
    call.result = ResultField(type, false);
    call.kernel = [type, item](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      ListAssembly lists(rows.pool());
      std::vector<DataPtr> parts;
      std::vector<int64_t> begins;
      for (size_t a = 0; a < rows.arguments(); ++a) parts.push_back(rows.array(a));
      if (parts.empty()) {
        ARROW_ASSIGN_OR_RAISE(auto none, arrow::MakeEmptyArray(item, rows.pool()));
        parts.push_back(none->data());
      }
      ARROW_ASSIGN_OR_RAISE(auto all, EndToEnd(parts, &begins, rows.pool()));
      for (int64_t i = 0; i < rows.size(); ++i) {
        for (size_t a = 0; a < rows.arguments(); ++a) lists.Add(begins[a] + rows.at(a, i));
        lists.Close();
      }
      ARROW_ASSIGN_OR_RAISE(auto out, lists.Finish(all, type));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeElement() {
  FunctionSpec spec = Spec("array_element", "The n-th element, from 1; negative n counts from the end; NULL where there is none.", "array_element(array, index)");
  spec.aliases = {"array_extract", "list_element", "list_extract"};
  spec.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    if (a.size() != 2) return std::nullopt;
    return a[0].name() + "[" + a[1].name() + "]";
  };
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 2 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch("array_element", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {list, arrow::int64()};
    call.result = ResultField(Item(list));
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      std::vector<int64_t> picks(rows.size(), -1);
      for (int64_t i = 0; i < rows.size(); ++i) {
        if (!rows.all_valid(i)) continue;
        const auto [begin, end] = Bounds(rows, 0, i);
        const int64_t n = rows.value<int64_t>(1, i);
        const int64_t at = n > 0 ? begin + n - 1 : n < 0 ? end + n : -1;
        if (n != 0 && at >= begin && at < end) picks[i] = at;
      }
      ARROW_ASSIGN_OR_RAISE(auto out, Gather(*rows.array(0)->child_data[0], picks.data(), rows.size(), rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeSlice() {
  FunctionSpec spec = Spec("array_slice", "The elements from one position to another, both included; negative ones count from the end.", "array_slice(array, begin, end[, stride])");
  spec.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    if (a.size() < 3) return std::nullopt;
    std::string out = a[0].name() + "[";
    for (size_t i = 1; i < a.size(); ++i) out += (i > 1 ? ":" : "") + a[i].name();
    return out + "]";
  };
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 3 || arguments.size() == 4 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch("array_slice", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {list};
    while (call.argument_types.size() < arguments.size()) call.argument_types.push_back(arrow::int64());
    call.result = ResultField(list);
    call.fallible = arguments.size() == 4;
    call.kernel = [list](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      ListAssembly lists(rows.pool());
      for (int64_t i = 0; i < rows.size(); ++i) {
        if (!rows.all_valid(i)) {
          lists.Close(false);
          continue;
        }
        const auto [begin, end] = Bounds(rows, 0, i);
        const int64_t size = end - begin, stride = rows.arguments() > 3 ? rows.value<int64_t>(3, i) : 1;
        if (stride == 0) return Error(ErrorKind::kExecution, "array_slice got invalid stride: 0, it cannot be 0");
        auto place = [size](int64_t n) { return n < 0 ? n + size + 1 : n; };
        int64_t from = place(rows.value<int64_t>(1, i)), to = place(rows.value<int64_t>(2, i));
        if (stride > 0) {
          from = std::max<int64_t>(from, 1);
          to = std::min(to, size);
          for (int64_t k = from; k <= to; k += stride) lists.Add(begin + k - 1);
        } else {
          from = std::min(from, size);
          to = std::max<int64_t>(to, 1);
          for (int64_t k = from; k >= to; k += stride) lists.Add(begin + k - 1);
        }
        lists.Close();
      }
      ARROW_ASSIGN_OR_RAISE(auto out, lists.Finish(rows.array(0)->child_data[0], list));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// array_append, array_prepend, array_concat: arguments that are lists give their elements, others themselves. NULL lists give none.
ScalarFunctionPtr MakeJoin(std::string name, std::vector<std::string> aliases, std::string description, std::string syntax, int single) {
  FunctionSpec spec = Spec(name, std::move(description), std::move(syntax));
  for (auto& alias : aliases) spec.aliases.push_back(alias);
  spec.resolve = [name, syntax = spec.doc.syntax, single](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || (single >= 0 && arguments.size() != 2)) return NoMatch(name, syntax, arguments);
    TypePtr item = arrow::null();
    bool large = false;
    for (size_t i = 0; i < arguments.size() && item; ++i) {
      const TypePtr type = TypeOfArgument(arguments, i);
      if (static_cast<int>(i) == single) {
        item = ComparisonType(item, type);
        continue;
      }
      const TypePtr list = PlainList(type);
      if (!list) return NoMatch(name, syntax, arguments);
      large = large || list->id() == Type::LARGE_LIST;
      item = ComparisonType(item, Item(list));
    }
    if (!item) return NoMatch(name, syntax, arguments);
    const TypePtr type = large ? arrow::large_list(arrow::field("item", item)) : arrow::list(arrow::field("item", item));
    ResolvedCall call;
    for (size_t i = 0; i < arguments.size(); ++i) call.argument_types.push_back(static_cast<int>(i) == single ? item : type);
    call.result = ResultField(type);
    call.kernel = [type, single](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      std::vector<DataPtr> parts;
      std::vector<int64_t> begins;
      for (size_t a = 0; a < rows.arguments(); ++a) parts.push_back(static_cast<int>(a) == single ? rows.array(a) : rows.array(a)->child_data[0]);
      ARROW_ASSIGN_OR_RAISE(auto all, EndToEnd(parts, &begins, rows.pool()));
      ListAssembly lists(rows.pool());
      for (int64_t i = 0; i < rows.size(); ++i) {
        bool any = false;
        for (size_t a = 0; a < rows.arguments(); ++a) {
          if (static_cast<int>(a) == single) {
            lists.Add(begins[a] + rows.at(a, i));
            any = true;
          } else if (rows.valid(a, i)) {
            const auto [begin, end] = Bounds(rows, a, i);
            for (int64_t k = begin; k < end; ++k) lists.Add(begins[a] + k);
            any = true;
          }
        }
        lists.Close(any);
      }
      ARROW_ASSIGN_OR_RAISE(auto out, lists.Finish(all, type));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeLength() {
  FunctionSpec spec = Spec("array_length", "The number of elements.", "array_length(array)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 1 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch("array_length", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {list};
    call.result = ResultField(arrow::uint64());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
      return FixedRows<uint64_t>(context, values, count, arrow::uint64(), [](const Rows& rows, int64_t i, uint64_t* out, arrow::Status*) {
        const auto [begin, end] = Bounds(rows, 0, i);
        *out = static_cast<uint64_t>(end - begin);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Functions that compare elements of a list with a value or with another list's elements.
template <typename Make>
ScalarFunctionPtr MakeSearch(std::string name, std::vector<std::string> aliases, std::string description, std::string syntax, bool lists, TypePtr result, Make make) {
  FunctionSpec spec = Spec(name, std::move(description), std::move(syntax));
  for (auto& alias : aliases) spec.aliases.push_back(alias);
  spec.resolve = [=, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 2 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch(name, syntax, arguments);
    const TypePtr second = TypeOfArgument(arguments, 1);
    const TypePtr other = lists ? PlainList(second) : second;
    const TypePtr item = other ? ComparisonType(Item(list), lists ? Item(other) : other) : nullptr;
    if (!item) return NoMatch(name, syntax, arguments);
    auto list_of = [](const TypePtr& t, const TypePtr& i) -> TypePtr { return t->id() == Type::LARGE_LIST ? arrow::large_list(i) : arrow::list(i); };
    ResolvedCall call;
    call.argument_types = {list_of(list, item), lists ? list_of(other, item) : item};
    call.result = ResultField(result);
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

ScalarFunctionPtr MakeToString() {
  FunctionSpec spec = Spec("array_to_string", "The elements' texts with a delimiter between; NULLs are left out, or given as a text.", "array_to_string(array, delimiter[, null_string])");
  spec.aliases = {"list_to_string", "array_join", "list_join"};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 2 || arguments.size() == 3 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch("array_to_string", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {list, arrow::utf8()};
    if (arguments.size() == 3) call.argument_types.push_back(arrow::utf8());
    call.result = ResultField(arrow::utf8());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows first, Rows::Make(context, values, count));
      const DataPtr items = first.array(0)->child_data[0];
      ARROW_ASSIGN_OR_RAISE(auto write, MakeValueWriter(items));
      return TextRows(context, values, count, arrow::utf8(), [&](const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
        if (!rows.valid(0, i) || !rows.valid(1, i)) return Cell::kNull;
        const auto [begin, end] = Bounds(rows, 0, i);
        const bool null_text = rows.arguments() > 2 && rows.valid(2, i);
        bool any = false;
        for (int64_t k = begin; k < end; ++k) {
          if (!items->IsValid(k) && !null_text) continue;
          if (any) out->append(rows.text(1, i));
          any = true;
          if (items->IsValid(k)) write(k, out);
          else out->append(rows.text(2, i));
        }
        return Cell::kValue;
      }, true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddArrayFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeArrayFunction());
  out->push_back(MakeElement());
  out->push_back(MakeSlice());
  out->push_back(MakeLength());
  out->push_back(MakeToString());
  out->push_back(MakeJoin("array_append", {"list_push_back", "array_push_back"}, "The list with a value at its end.", "array_append(array, element)", 1));
  out->push_back(MakeJoin("array_prepend", {"list_push_front", "array_push_front"}, "The list with a value at its beginning.", "array_prepend(element, array)", 0));
  out->push_back(MakeJoin("array_concat", {"array_cat", "list_cat"}, "Lists one after the other.", "array_concat(array[, ..., array_n])", -1));
  out->push_back(MakeSearch("array_has", {"array_contains", "list_contains"}, "Whether a list has a value.", "array_has(array, element)", false, arrow::boolean(),
                            [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
                              return BoolRows(context, values, count, [&](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
                                const auto [begin, end] = Bounds(rows, 0, i);
                                for (int64_t k = begin; k < end && !*o; ++k) *o = equal(k, rows.at(1, i));
                                return Cell::kValue;
                              });
                            }));
  auto has_lists = [](bool all) {
    return [all](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
      return BoolRows(context, values, count, [&](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
        const auto [begin, end] = Bounds(rows, 0, i);
        const auto [other, other_end] = Bounds(rows, 1, i);
        *o = all;
        for (int64_t m = other; m < other_end; ++m) {
          bool found = false;
          for (int64_t k = begin; k < end && !found; ++k) found = equal(k, m);
          if (found != all) return *o = !all, Cell::kValue;
        }
        return Cell::kValue;
      });
    };
  };
  out->push_back(MakeSearch("array_has_all", {}, "Whether a list has all values of another.", "array_has_all(array, sub-array)", true, arrow::boolean(), has_lists(true)));
  out->push_back(MakeSearch("array_has_any", {"arrays_overlap"}, "Whether a list has any value of another.", "array_has_any(array, sub-array)", true, arrow::boolean(), has_lists(false)));
  out->push_back(MakeSearch("array_position", {"array_indexof", "list_indexof"}, "The place of a value in a list, from 1; NULL where it isn't there.", "array_position(array, element)", false, arrow::uint64(),
                            [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, auto equal) {
                              return FixedRows<uint64_t>(context, values, count, arrow::uint64(), [&](const Rows& rows, int64_t i, uint64_t* o, arrow::Status*) {
                                if (!rows.valid(0, i)) return Cell::kNull;
                                const auto [begin, end] = Bounds(rows, 0, i);
                                for (int64_t k = begin; k < end; ++k) {
                                  if (equal(k, rows.at(1, i))) return *o = static_cast<uint64_t>(k - begin + 1), Cell::kValue;
                                }
                                return Cell::kNull;
                              }, true);
                            }));
}

}  // namespace bowstring
