// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/type.h>

#include "functions/families.h"
#include "functions/lists.h"

// Lists made of some elements of lists: removed, replaced, sorted, reversed, resized.

namespace bowstring {
namespace {

using arrow::Status;
using Compute = std::function<Status(const ListPieces&, int64_t, ListAssembly*)>;

// Elements equal to argument 1 are left out, at most `most` of them.
Compute RemoveUpTo(std::function<int64_t(const Rows&, int64_t)> most) {
  return [most](const ListPieces& p, int64_t i, ListAssembly* out) {
    int64_t left = most(p.rows, i);
    const int64_t value = p.Element(1, i);
    const auto [begin, end] = p.Bounds(0, i);
    for (int64_t k = begin; k < end; ++k) {
      if (left > 0 && p.Same(k, value)) --left;
      else out->Add(k);
    }
    return Status::OK();
  };
}

// Elements equal to argument 1 become argument 2, at most `most` of them.
Compute ReplaceUpTo(std::function<int64_t(const Rows&, int64_t)> most) {
  return [most](const ListPieces& p, int64_t i, ListAssembly* out) {
    int64_t left = most(p.rows, i);
    const int64_t from = p.Element(1, i), to = p.Element(2, i);
    const auto [begin, end] = p.Bounds(0, i);
    for (int64_t k = begin; k < end; ++k) {
      const bool swap = left > 0 && p.Same(k, from);
      left -= swap ? 1 : 0;
      out->Add(swap ? to : k);
    }
    return Status::OK();
  };
}

int64_t One(const Rows&, int64_t) { return 1; }
int64_t All(const Rows&, int64_t) { return INT64_MAX; }

Compute Range(int64_t skip_front, int64_t skip_back, bool reverse = false) {
  return [=](const ListPieces& p, int64_t i, ListAssembly* out) {
    const auto [begin, end] = p.Bounds(0, i);
    if (reverse) {
      for (int64_t k = end; k > begin; --k) out->Add(k - 1);
    } else {
      for (int64_t k = begin + skip_front; k < end - skip_back; ++k) out->Add(k);
    }
    return Status::OK();
  };
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

Status Sort(const ListPieces& p, int64_t i, ListAssembly* out) {
  bool descending = false, nulls_last = false;
  if (p.rows.arguments() > 1) {
    const std::string direction = Upper(p.rows.text(1, i));
    if (direction != "ASC" && direction != "DESC") return Error(ErrorKind::kExecution, "the second parameter of array_sort expects DESC or ASC");
    descending = direction == "DESC";
  }
  if (p.rows.arguments() > 2) {
    const std::string nulls = Upper(p.rows.text(2, i));
    if (nulls != "NULLS FIRST" && nulls != "NULLS LAST") return Error(ErrorKind::kExecution, "the third parameter of array_sort expects NULLS FIRST or NULLS LAST");
    nulls_last = nulls == "NULLS LAST";
  }
  const auto [begin, end] = p.Bounds(0, i);
  auto& elements = out->elements();
  const auto first = static_cast<ptrdiff_t>(elements.size());
  for (int64_t k = begin; k < end; ++k) elements.push_back(k);
  std::stable_sort(elements.begin() + first, elements.end(), [&](int64_t a, int64_t b) {
    const bool va = p.all->IsValid(a), vb = p.all->IsValid(b);
    if (!va || !vb) return va == vb ? false : nulls_last ? va : vb;
    return descending ? p.order(a, b) > 0 : p.order(a, b) < 0;
  });
  return Status::OK();
}

std::vector<int64_t> Elements(const ListPieces& p, size_t a, int64_t i) {
  const auto [begin, end] = p.Bounds(a, i);
  std::vector<int64_t> out;
  for (int64_t k = begin; k < end; ++k) out.push_back(k);
  return out;
}

Status Distinct(const ListPieces& p, int64_t i, ListAssembly* out) {
  for (const int64_t k : p.Distinct(Elements(p, 0, i))) out->Add(k);
  return Status::OK();
}

Status Union(const ListPieces& p, int64_t i, ListAssembly* out) {
  auto both = Elements(p, 0, i);
  for (const int64_t k : Elements(p, 1, i)) both.push_back(k);
  for (const int64_t k : p.Distinct(std::move(both))) out->Add(k);
  return Status::OK();
}

// Elements of the first list that are, or aren't, in the second; without repetitions.
Compute Common(bool there) {
  return [there](const ListPieces& p, int64_t i, ListAssembly* out) {
    auto first = p.Distinct(Elements(p, 0, i));
    auto second = p.Distinct(Elements(p, 1, i));
    // The longer list gives what both have its order.
    if (there && Elements(p, 1, i).size() > Elements(p, 0, i).size()) std::swap(first, second);
    // What stays in the first's list although the second comes before it, isn't in the second.
    auto both = second;
    both.insert(both.end(), first.begin(), first.end());
    both = p.Distinct(std::move(both));
    std::vector<int64_t> only(both.begin() + static_cast<ptrdiff_t>(second.size()), both.end());
    std::sort(only.begin(), only.end());
    for (const int64_t k : first) {
      if (std::binary_search(only.begin(), only.end(), k) != there) out->Add(k);
    }
    return Status::OK();
  };
}

// As many as an argument says: the query may be cancelled meanwhile.
Status AddMany(const Rows& rows, int64_t element, int64_t count, ListAssembly* out) {
  constexpr int64_t kPiece = 1 << 16;
  for (int64_t from = 0; from < count; from += kPiece) {
    ARROW_RETURN_NOT_OK(rows.Going());
    for (int64_t k = from; k < std::min(count, from + kPiece); ++k) out->Add(element);
  }
  return Status::OK();
}

Status Resize(const ListPieces& p, int64_t i, ListAssembly* out) {
  const int64_t size = p.rows.value<int64_t>(1, i);
  if (size < 0 || size > INT32_MAX) return Error(ErrorKind::kExecution, "array_resize: the new size must be between 0 and 2147483647, got ", size);
  const auto [begin, end] = p.Bounds(0, i);
  ARROW_RETURN_NOT_OK(out->Reserve(size));
  const int64_t filler = p.rows.arguments() > 2 ? p.Element(2, i) : -1, kept = std::min(size, end - begin);
  for (int64_t k = 0; k < kept; ++k) out->Add(begin + k);
  return AddMany(p.rows, filler, size - kept, out);
}

Status Repeat(const ListPieces& p, int64_t i, ListAssembly* out) {
  const int64_t count = p.rows.value<int64_t>(1, i);
  if (count > INT32_MAX || static_cast<int64_t>(out->elements().size()) + count > INT32_MAX) {
    return Error(ErrorKind::kExecution, "array_repeat: lists of more than 2^31 elements in one batch");
  }
  ARROW_RETURN_NOT_OK(out->Reserve(std::max<int64_t>(count, 0)));
  return AddMany(p.rows, p.Element(0, i), count, out);
}

Status Compact(const ListPieces& p, int64_t i, ListAssembly* out) {
  const auto [begin, end] = p.Bounds(0, i);
  for (int64_t k = begin; k < end; ++k) {
    if (p.all->IsValid(k)) out->Add(k);
  }
  return Status::OK();
}

Status Slice(const ListPieces& p, int64_t i, ListAssembly* out) {
  const auto [begin, end] = p.Bounds(0, i);
  const int64_t size = end - begin, stride = p.rows.arguments() > 3 ? p.rows.value<int64_t>(3, i) : 1;
  if (stride == 0) return Error(ErrorKind::kExecution, "array_slice got invalid stride: 0, it cannot be 0");
  auto place = [size](int64_t n) { return n < 0 ? n + size + 1 : n; };
  int64_t from = place(p.rows.value<int64_t>(1, i)), to = place(p.rows.value<int64_t>(2, i));
  if (stride > 0) {
    from = std::max<int64_t>(from, 1);
    to = std::min(to, size);
    for (int64_t k = from; k <= to; k += std::min(stride, size)) out->Add(begin + k - 1);
  } else if (from <= size) {
    to = std::max<int64_t>(to, 1);
    for (int64_t k = from; k >= to; k += std::max(stride, -size)) out->Add(begin + k - 1);
  }
  return Status::OK();
}

ScalarFunctionPtr MakeSlice() {
  ListFunction slice{"array_slice", {}, "The elements from one position to another, both included; negative ones count from the end.",
                     "array_slice(array, begin, end[, stride])", "Lii?i", false, false, true, Slice};
  slice.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    if (a.size() < 3) return std::nullopt;
    std::string out = a[0].name() + "[";
    for (size_t i = 1; i < a.size(); ++i) out += (i > 1 ? ":" : "") + a[i].name();
    return out + "]";
  };
  return MakeListFunction(std::move(slice));
}

// One level down; a large list of lists stays large.
ScalarFunctionPtr MakeFlatten() {
  FunctionSpec spec;
  spec.name = "flatten";
  spec.doc = {"array", "A list of lists as one list, one level down.", "flatten(array)", "flatten([[1, 2], [3]]) = [1, 2, 3]"};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 ? TypeOfArgument(arguments, 0) : nullptr;
    const TypePtr outer = given ? PlainList(given) : nullptr;
    if (!outer) return NoMatch("flatten", syntax, arguments);
    ResolvedCall call;
    const bool nested = IsListLike(*ListItem(outer));
    const TypePtr plain = nested ? PlainList(ListItem(outer)) : nullptr;
    const TypePtr inner = nested ? (IsLargeList(*outer) ? arrow::large_list(plain->field(0)) : plain) : nullptr;
    call.argument_types = {!nested ? given->id() == arrow::Type::NA ? given : outer : IsLargeList(*outer) ? arrow::large_list(inner) : arrow::list(inner)};
    call.result = ResultField(inner ? inner : call.argument_types[0]);
    call.kernel = [inner](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      if (!inner) return values[0];
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const auto lists = rows.array(0)->child_data[0];
      ListAssembly out(rows.pool());
      for (int64_t i = 0; i < rows.size(); ++i) {
        const bool valid = rows.valid(0, i);
        const auto [begin, end] = valid ? ListBounds(rows, 0, i) : std::pair<int64_t, int64_t>{0, 0};
        for (int64_t k = begin; k < end; ++k) {
          if (!lists->IsValid(k)) continue;
          const auto [first, last] = ListBounds(*lists, k);
          for (int64_t m = first; m < last; ++m) out.Add(m);
        }
        out.Close(valid);
      }
      ARROW_ASSIGN_OR_RAISE(auto data, out.Finish(lists->child_data[0], inner));
      return rows.Finish(std::move(data));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Lists side by side as a list of structs, the shorter ones filled up with NULLs.
ScalarFunctionPtr MakeZip() {
  FunctionSpec spec;
  spec.name = "arrays_zip";
  spec.aliases = {"list_zip"};
  spec.doc = {"array", "A list of structs of the lists' elements; shorter lists are filled up with NULLs.", "arrays_zip(array1[, ..., array_n])", ""};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("arrays_zip", syntax, arguments);
    ResolvedCall call;
    arrow::FieldVector fields;
    for (size_t a = 0; a < arguments.size(); ++a) {
      const TypePtr list = PlainList(TypeOfArgument(arguments, a));
      if (!list) return Error(ErrorKind::kPlan, "arrays_zip expects array arguments, got ", TypeOfArgument(arguments, a)->ToString());
      call.argument_types.push_back(list);
      fields.push_back(arrow::field(std::to_string(a + 1), ListItem(list)));
    }
    const TypePtr pairs = arrow::struct_(fields), type = ListOf(pairs, false);
    call.result = ResultField(type);
    call.kernel = [pairs, type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      std::vector<ListAssembly> columns(rows.arguments(), ListAssembly(rows.pool()));
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        bool any = false;
        int64_t longest = 0;
        std::vector<std::pair<int64_t, int64_t>> bounds;
        for (size_t a = 0; a < rows.arguments(); ++a) {
          bounds.push_back(rows.valid(a, i) ? ListBounds(rows, a, i) : std::pair<int64_t, int64_t>{0, 0});
          any = any || rows.valid(a, i);
          longest = std::max(longest, bounds[a].second - bounds[a].first);
        }
        for (size_t a = 0; a < rows.arguments(); ++a) {
          for (int64_t k = 0; k < longest; ++k) columns[a].Add(bounds[a].first + k < bounds[a].second ? bounds[a].first + k : -1);
        }
        offsets.push_back(offsets.back() + longest);
        valid.push_back(any);
      }
      auto structs = std::make_shared<arrow::ArrayData>(pairs, offsets.back(), std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, 0, 0);
      for (size_t a = 0; a < rows.arguments(); ++a) {
        columns[a].Close();
        const TypePtr list = ListOf(pairs->field(static_cast<int>(a))->type(), true);
        ARROW_ASSIGN_OR_RAISE(auto column, columns[a].Finish(rows.array(a)->child_data[0], list));
        structs->child_data.push_back(column->child_data[0]);
      }
      ARROW_ASSIGN_OR_RAISE(auto out, WrapLists(type, offsets, valid, std::move(structs), rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

int64_t MostOf(const Rows& rows, int64_t i, size_t a) { return rows.value<int64_t>(a, i); }

}  // namespace

void AddArrayShapeFunctions(std::vector<ScalarFunctionPtr>* out) {
  auto add = [out](ListFunction function) { out->push_back(MakeListFunction(std::move(function))); };
  add({"array_reverse", {}, "The elements in reverse.", "array_reverse(array)", "L", false, true, false, Range(0, 0, true)});
  add({"array_pop_back", {}, "The list without its last element.", "array_pop_back(array)", "L", false, false, false, Range(0, 1)});
  add({"array_pop_front", {}, "The list without its first element.", "array_pop_front(array)", "L", false, false, false, Range(1, 0)});
  add({"array_distinct", {}, "The elements without repetitions, in order.", "array_distinct(array)", "L", true, true, false, Distinct});
  add({"array_sort", {}, "The elements sorted; NULLs come first unless asked.", "array_sort(array[, desc[, nulls_first]])", "L?tt", true, true, true, Sort});
  add({"array_compact", {}, "The elements that aren't NULL.", "array_compact(array)", "L", false, true, false, Compact});
  add({"array_remove", {}, "The list without the first element that is equal to a value.", "array_remove(array, element)", "Le", true, true, false, RemoveUpTo(One)});
  add({"array_remove_all", {}, "The list without all elements that are equal to a value.", "array_remove_all(array, element)", "Le", true, true, false, RemoveUpTo(All)});
  add({"array_remove_n", {}, "The list without the first n elements that are equal to a value.", "array_remove_n(array, element, max)", "Lei", true, true, false,
       RemoveUpTo([](const Rows& rows, int64_t i) { return MostOf(rows, i, 2); })});
  add({"array_replace", {}, "The list with the first element that is equal to a value replaced.", "array_replace(array, from, to)", "Lff", true, true, false, ReplaceUpTo(One)});
  add({"array_replace_all", {}, "The list with all elements that are equal to a value replaced.", "array_replace_all(array, from, to)", "Lff", true, true, false, ReplaceUpTo(All)});
  add({"array_replace_n", {}, "The list with the first n elements that are equal to a value replaced.", "array_replace_n(array, from, to, max)", "Lffi", true, true, false,
       ReplaceUpTo([](const Rows& rows, int64_t i) { return MostOf(rows, i, 3); })});
  add({"array_union", {}, "The elements of both lists without repetitions.", "array_union(array1, array2)", "LL", true, true, false, Union});
  add({"array_intersect", {}, "The elements that both lists have, without repetitions.", "array_intersect(array1, array2)", "LL", true, true, false, Common(true)});
  add({"array_except", {}, "The elements of the first list that the second hasn't, without repetitions.", "array_except(array1, array2)", "LL", true, true, false, Common(false)});
  add({"array_resize", {}, "The list cut, or filled up with a value, to a size.", "array_resize(array, size[, value])", "Li?f", false, false, true, Resize});
  add({"array_repeat", {}, "A list of a value again and again.", "array_repeat(element, count)", "fi", false, true, true, Repeat});
  out->push_back(MakeSlice());
  out->push_back(MakeFlatten());
  out->push_back(MakeZip());
}

}  // namespace bowstring
