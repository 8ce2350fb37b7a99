// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <charconv>
#include <cmath>

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/gather_rows.h"
#include "functions/lists.h"
#include "functions/value_text.h"
#include "functions/type_names.h"

// Lists: making them, their elements and sizes.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.aliases = std::move(aliases);
  if (name.starts_with("array_")) spec.aliases.push_back("list_" + name.substr(6));
  spec.name = std::move(name);
  spec.doc = {"array", std::move(description), std::move(syntax), ""};
  return spec;
}

ScalarFunctionPtr MakeArrayFunction() {
  FunctionSpec spec = Spec("make_array", "A list of the arguments.", "make_array(expression1[, ..., expression_n])", {"make_list"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    std::vector<TypePtr> types;
    for (const auto& argument : arguments) types.push_back(argument.field->type());
    TypePtr item = arguments.empty() ? arrow::null() : ElementType(types);
    if (!item) {
      std::string names;
      for (const auto& type : types) names += (names.empty() ? "" : ", ") + TypeName(*type);
      return Error(ErrorKind::kPlan, "Failed to unify argument types of make_array: [", names, "]. No function matches the given name and argument types 'make_array(",
                   names, ")'. You might need to add explicit type casts.");
    }
    ResolvedCall call;
    call.argument_types.assign(arguments.size(), item);
    const TypePtr type = ListOf(item, false);
    call.result = ResultField(type, false);
    call.kernel = [type, item](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      if (values.empty()) {
        ARROW_ASSIGN_OR_RAISE(auto none, arrow::MakeEmptyArray(item, context.exec->memory_pool()));
        return arrow::Datum(std::make_shared<arrow::ListScalar>(std::move(none), type));
      }
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      ListAssembly lists(rows.pool());
      std::vector<DataPtr> parts;
      std::vector<int64_t> begins;
      for (size_t a = 0; a < rows.arguments(); ++a) parts.push_back(rows.array(a));
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

// Functions that answer with one of the elements, or NULL: pick(rows, i, order) is its row, or -1.
using Pick = std::function<int64_t(const Rows&, int64_t, const RowCompare&)>;
ScalarFunctionPtr MakePick(FunctionSpec spec, size_t count, bool compares, Pick pick) {
  spec.resolve = [name = spec.name, syntax = spec.doc.syntax, count, compares, pick](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const bool untyped = !arguments.empty() && TypeOfArgument(arguments, 0)->id() == Type::NA && count == 1;
    const TypePtr list = arguments.size() == count && !untyped ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list) return NoMatch(name, syntax, arguments);
    for (size_t i = 1; i < count; ++i) {
      if (!IsIndex(*TypeOfArgument(arguments, i))) return NoMatch(name, syntax, arguments);
    }
    ResolvedCall call;
    call.argument_types.assign(count, arrow::int64());
    call.argument_types[0] = list;
    call.result = ResultField(ListItem(list));
    call.kernel = [pick, compares](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, n));
      const DataPtr& items = rows.array(0)->child_data[0];
      RowCompare order;
      if (compares) {
        ARROW_ASSIGN_OR_RAISE(order, MakeRowCompare(items, items));
      }
      std::vector<int64_t> picks(rows.size(), -1);
      for (int64_t i = 0; i < rows.size(); ++i) {
        if (rows.all_valid(i)) picks[i] = pick(rows, i, order);
      }
      ARROW_ASSIGN_OR_RAISE(auto out, Gather(*items, picks.data(), rows.size(), rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeElement() {
  FunctionSpec spec = Spec("array_element", "The n-th element, from 1; negative n counts from the end; NULL where there is none.", "array_element(array, index)",
                           {"array_extract", "list_extract"});
  spec.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    if (a.size() != 2) return std::nullopt;
    return a[0].name() + "[" + a[1].name() + "]";
  };
  return MakePick(std::move(spec), 2, false, [](const Rows& rows, int64_t i, const RowCompare&) -> int64_t {
    const auto [begin, end] = ListBounds(rows, 0, i);
    const int64_t n = rows.value<int64_t>(1, i), size = end - begin;
    if (n > 0 && n <= size) return begin + n - 1;
    return n < 0 && n >= -size ? end + n : -1;
  });
}

Pick Extreme(int sign) {
  return [sign](const Rows& rows, int64_t i, const RowCompare& order) -> int64_t {
    const ArrayData& items = *rows.array(0)->child_data[0];
    const auto [begin, end] = ListBounds(rows, 0, i);
    int64_t best = -1;
    for (int64_t k = begin; k < end; ++k) {
      if (items.IsValid(k) && (best < 0 || order(k, best) * sign > 0)) best = k;
    }
    return best;
  };
}

int64_t FirstValid(const Rows& rows, int64_t i, const RowCompare&) {
  const ArrayData& items = *rows.array(0)->child_data[0];
  const auto [begin, end] = ListBounds(rows, 0, i);
  for (int64_t k = begin; k < end; ++k) {
    if (items.IsValid(k)) return k;
  }
  return -1;
}

// The type with every list inside as list or large list.
TypePtr DeepPlain(const TypePtr& type, int depth = 0) {
  if (!IsListLike(*type) || depth > 64) return type;
  const TypePtr plain = PlainList(type);
  const TypePtr item = DeepPlain(ListItem(plain), depth + 1);
  if (item->Equals(*ListItem(plain))) return plain;
  const auto field = plain->field(0)->WithType(item);
  return IsLargeList(*plain) ? arrow::large_list(field) : arrow::list(field);
}

// Elements below a list of lists, however deep.
int64_t Leaves(const ArrayData& list, int64_t i) {
  if (!list.IsValid(i)) return 0;
  const auto [begin, end] = ListBounds(list, i);
  const ArrayData& items = *list.child_data[0];
  if (!IsListLike(*items.type)) return end - begin;
  int64_t out = 0;
  for (int64_t k = begin; k < end; ++k) out += Leaves(items, k);
  return out;
}

// The sizes of a list, its first element, that one's first element, ...
std::vector<uint64_t> Dimensions(const ArrayData* list, int64_t i) {
  std::vector<uint64_t> out;
  for (;;) {
    const auto [begin, end] = list->IsValid(i) ? ListBounds(*list, i) : std::pair<int64_t, int64_t>{0, 0};
    out.push_back(static_cast<uint64_t>(end - begin));
    const ArrayData* items = list->child_data[0].get();
    if (!IsListLike(*items->type) || begin == end) return out;
    list = items;
    i = begin;
  }
}

// uint64 of a list, and maybe of a number.
using Size = std::function<Cell(const Rows&, int64_t, uint64_t*)>;
ScalarFunctionPtr MakeSize(FunctionSpec spec, size_t most, bool maps, Size size) {
  spec.resolve = [name = spec.name, syntax = spec.doc.syntax, most, maps, size](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > most) return NoMatch(name, syntax, arguments);
    const TypePtr given = TypeOfArgument(arguments, 0);
    TypePtr type = PlainList(given) ? DeepPlain(PlainList(given)) : nullptr;
    if (maps && given->id() == Type::MAP) type = given;
    if (given->id() == Type::NA && name == "array_length") type = nullptr;
    if (!type || (arguments.size() > 1 && !IsIndex(*TypeOfArgument(arguments, 1)))) return NoMatch(name, syntax, arguments);
    ResolvedCall call;
    call.argument_types = {type};
    if (arguments.size() > 1) call.argument_types.push_back(arrow::int64());
    call.result = ResultField(arrow::uint64());
    call.kernel = [size](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
      return FixedRows<uint64_t>(context, values, count, arrow::uint64(), [&](const Rows& rows, int64_t i, uint64_t* out, arrow::Status*) { return size(rows, i, out); });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeEmpty() {
  FunctionSpec spec = Spec("empty", "Whether a list has no elements.", "empty(array)", {"array_empty", "list_empty"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 ? TypeOfArgument(arguments, 0) : nullptr;
    const TypePtr type = given && given->id() != Type::NA ? PlainList(given) : nullptr;
    if (!type) return NoMatch("empty", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(arrow::boolean());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
      return BoolRows(context, values, count, [](const Rows& rows, int64_t i, bool* out, arrow::Status*) {
        const auto [begin, end] = ListBounds(rows, 0, i);
        *out = begin == end;
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeDims() {
  FunctionSpec spec = Spec("array_dims", "The sizes of a list and of its first elements, from the outermost.", "array_dims(array)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 ? TypeOfArgument(arguments, 0) : nullptr;
    const TypePtr type = given && given->id() != Type::NA ? PlainList(given) : nullptr;
    if (!type) return NoMatch("array_dims", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {DeepPlain(type)};
    const TypePtr answer = ListOf(arrow::uint64(), false);
    call.result = ResultField(answer);
    call.kernel = [answer](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      arrow::UInt64Builder sizes(rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        const bool some = rows.valid(0, i) && ListBounds(rows, 0, i).first < ListBounds(rows, 0, i).second;
        if (some) ARROW_RETURN_NOT_OK(sizes.AppendValues(Dimensions(rows.array(0).get(), rows.at(0, i))));
        offsets.push_back(sizes.length());
        valid.push_back(some);
      }
      ARROW_ASSIGN_OR_RAISE(auto elements, sizes.Finish());
      ARROW_ASSIGN_OR_RAISE(auto out, WrapLists(answer, offsets, valid, elements->data(), rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

int Depth(const TypePtr& type) { return IsListLike(*type) && type->num_fields() == 1 ? 1 + Depth(type->field(0)->type()) : 0; }
TypePtr Leaf(const TypePtr& type) { return IsListLike(*type) ? Leaf(type->field(0)->type()) : type; }

// array_append, array_prepend, array_concat: arguments of the answer's depth give their elements, those one less deep themselves; NULL
// lists give none. `single`: the argument that is an element; -1: all are lists.
ScalarFunctionPtr MakeJoin(FunctionSpec spec, int single) {
  spec.resolve = [name = spec.name, syntax = spec.doc.syntax, single](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || (single >= 0 && arguments.size() != 2)) return NoMatch(name, syntax, arguments);
    bool large = false, all_null = true;
    int deepest = 0;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const TypePtr type = TypeOfArgument(arguments, i);
      if (static_cast<int>(i) != single && !PlainList(type)) return NoMatch(name, syntax, arguments);
      large = large || (static_cast<int>(i) != single && IsLargeList(*type));
      all_null = all_null && type->id() == Type::NA;
      deepest = std::max(deepest, Depth(type) + (static_cast<int>(i) == single ? 1 : 0));
    }
    if (single < 0 && all_null) {
      ResolvedCall call;
      call.argument_types.assign(arguments.size(), arrow::null());
      call.result = ResultField(arrow::null());
      call.kernel = [](KernelContext&, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> { return values[0]; };
      return call;
    }
    TypePtr item = arrow::null();
    std::vector<bool> element;  // by argument: it is an element itself
    for (size_t i = 0; i < arguments.size() && item; ++i) {
      TypePtr type = TypeOfArgument(arguments, i);
      element.push_back(static_cast<int>(i) == single || (single < 0 && type->id() != Type::NA && Depth(type) < deepest && Leaf(type)->id() != Type::NA));
      // Lists that are less deep still are lists of one.
      if (element.back() && single < 0) {
        for (int depth = Depth(type); depth + 1 < deepest; ++depth) type = ListOf(type, false);
      }
      if (element.back()) item = ElementType(item, type);
      else if (type->id() != Type::NA) item = ElementType(item, ListItem(PlainList(type)));
    }
    if (!item) return NoMatch(name, syntax, arguments);
    const TypePtr type = ListOf(item, large);
    ResolvedCall call;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const bool shallow = element[i] && single < 0 && Depth(TypeOfArgument(arguments, i)) + 1 < deepest;
      if (shallow) return Error(ErrorKind::kNotImplemented, name, " of lists whose depths differ by more than one");
      call.argument_types.push_back(element[i] ? item : type);
    }
    call.result = ResultField(type);
    call.kernel = [type, element](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      std::vector<DataPtr> parts;
      std::vector<int64_t> begins;
      for (size_t a = 0; a < rows.arguments(); ++a) parts.push_back(element[a] ? rows.array(a) : rows.array(a)->child_data[0]);
      ARROW_ASSIGN_OR_RAISE(auto all, EndToEnd(parts, &begins, rows.pool()));
      ListAssembly lists(rows.pool());
      for (int64_t i = 0; i < rows.size(); ++i) {
        bool any = false;
        for (size_t a = 0; a < rows.arguments(); ++a) {
          if (element[a]) {
            lists.Add(begins[a] + rows.at(a, i));
            any = true;
          } else if (rows.valid(a, i)) {
            const auto [begin, end] = ListBounds(rows, a, i);
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

// A number in full: 2 for 2.0, no exponent.
void AppendPlain(double value, std::string* out) {
  if (!std::isfinite(value)) return AppendDouble(value, out);
  char text[400];
  const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed);
  out->append(text, end.ptr);
}

// Writes the elements of list i, those of lists inside too.
struct ElementWriter {
  const ArrayData* items;
  ValueWriter write;
  std::unique_ptr<ElementWriter> inner;

  static arrow::Result<ElementWriter> Make(const DataPtr& items) {
    ElementWriter out{items.get(), {}, nullptr};
    if (IsListLike(*items->type)) {
      ARROW_ASSIGN_OR_RAISE(auto inner, Make(items->child_data[0]));
      out.inner = std::make_unique<ElementWriter>(std::move(inner));
    } else if (items->type->id() == Type::DOUBLE) {
      out.write = [data = items](int64_t k, std::string* text) { AppendPlain(data->GetValues<double>(1)[k], text); };
    } else {
      ARROW_ASSIGN_OR_RAISE(out.write, MakeValueWriter(items));
    }
    return out;
  }
  void Write(const ArrayData& list, int64_t i, std::string_view between, const std::string_view* null, bool* any, std::string* out) const {
    const auto [begin, end] = ListBounds(list, i);
    for (int64_t k = begin; k < end; ++k) {
      const bool valid = items->IsValid(k);
      if (valid && inner) {
        inner->Write(*items, k, between, null, any, out);
        continue;
      }
      if (!valid && !null) continue;
      if (*any) out->append(between);
      *any = true;
      if (valid) write(k, out);
      else out->append(*null);
    }
  }
};

ScalarFunctionPtr MakeToString() {
  FunctionSpec spec = Spec("array_to_string", "The elements' texts with a delimiter between; NULLs are left out, or given as a text.",
                           "array_to_string(array, delimiter[, null_string])", {"array_join", "list_join"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr list = arguments.size() == 2 || arguments.size() == 3 ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    if (!list || TypeOfArgument(arguments, 0)->id() == Type::NA) return NoMatch("array_to_string", syntax, arguments);
    const TypePtr leaf = Leaf(list);
    if (leaf->id() == Type::STRUCT || leaf->id() == Type::MAP) return Error(ErrorKind::kNotImplemented, "Unsupported data type in array_to_string: ", leaf->ToString());
    ResolvedCall call;
    TypePtr plain = DeepPlain(list);
    if (leaf->id() == Type::FLOAT && Depth(list) == 1) plain = ListOf(arrow::float64(), IsLargeList(*list));
    call.argument_types = {plain, arrow::utf8()};
    if (arguments.size() == 3) call.argument_types.push_back(arrow::utf8());
    call.result = ResultField(arrow::utf8());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows first, Rows::Make(context, values, count));
      ARROW_ASSIGN_OR_RAISE(auto writer, ElementWriter::Make(first.array(0)->child_data[0]));
      return TextRows(context, values, count, arrow::utf8(), [&](const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
        if (!rows.valid(0, i) || !rows.valid(1, i)) return Cell::kNull;
        const bool null_text = rows.arguments() > 2 && rows.valid(2, i);
        const std::string_view null = null_text ? rows.text(2, i) : std::string_view();
        bool any = false;
        // The lists of `first` are those of `rows`, by whose elements the writer goes.
        writer.Write(*first.array(0), first.at(0, i), rows.text(1, i), null_text ? &null : nullptr, &any, out);
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
  out->push_back(MakePick(Spec("array_min", "The smallest element.", "array_min(array)"), 1, true, Extreme(-1)));
  out->push_back(MakePick(Spec("array_max", "The largest element.", "array_max(array)"), 1, true, Extreme(1)));
  out->push_back(MakePick(Spec("array_any_value", "The first element that isn't NULL.", "array_any_value(array)"), 1, false, FirstValid));
  out->push_back(MakeSize(Spec("array_length", "The number of elements; with a dimension, of the first elements so deep.", "array_length(array[, dimension])"), 2, false,
                          [](const Rows& rows, int64_t i, uint64_t* size) {
                            const auto sizes = Dimensions(rows.array(0).get(), rows.at(0, i));
                            const int64_t dimension = rows.arguments() > 1 ? rows.value<int64_t>(1, i) : 1;
                            if (dimension < 1 || dimension > static_cast<int64_t>(sizes.size())) return Cell::kNull;
                            *size = sizes[dimension - 1];
                            return Cell::kValue;
                          }));
  out->push_back(MakeSize(Spec("array_ndims", "How deep lists are in a list.", "array_ndims(array)"), 1, false, [](const Rows& rows, int64_t, uint64_t* size) {
    *size = static_cast<uint64_t>(Depth(rows.array(0)->type));
    return Cell::kValue;
  }));
  out->push_back(MakeSize(Spec("cardinality", "The number of elements of a list, lists inside counted through, or of a map's entries.", "cardinality(array)"), 1, true,
                          [](const Rows& rows, int64_t i, uint64_t* size) {
                            const ArrayData& list = *rows.array(0);
                            if (list.type->id() == Type::MAP) {
                              const int32_t* offsets = list.GetValues<int32_t>(1) + rows.at(0, i);
                              *size = static_cast<uint64_t>(offsets[1] - offsets[0]);
                            } else {
                              *size = static_cast<uint64_t>(Leaves(list, rows.at(0, i)));
                            }
                            return Cell::kValue;
                          }));
  out->push_back(MakeEmpty());
  out->push_back(MakeDims());
  out->push_back(MakeToString());
  out->push_back(MakeJoin(Spec("array_append", "The list with a value at its end.", "array_append(array, element)", {"list_push_back", "array_push_back"}), 1));
  out->push_back(MakeJoin(Spec("array_prepend", "The list with a value at its beginning.", "array_prepend(element, array)", {"list_push_front", "array_push_front"}), 0));
  out->push_back(MakeJoin(Spec("array_concat", "Lists one after the other.", "array_concat(array[, ..., array_n])", {"array_cat", "list_cat"}), -1));
}

}  // namespace bowstring
