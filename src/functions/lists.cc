// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/lists.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/type.h>

#include "functions/gather_rows.h"

namespace bowstring {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

bool IsIndex(const arrow::DataType& type) { return IsInteger(type) || type.id() == Type::NA; }
bool IsLargeList(const arrow::DataType& type) { return type.id() == Type::LARGE_LIST || type.id() == Type::LARGE_LIST_VIEW; }

TypePtr PlainList(const TypePtr& type) {
  if (type->id() == Type::NA) return arrow::list(arrow::field("item", arrow::null()));
  if (!IsListLike(*type)) return nullptr;
  if (type->id() == Type::LIST || type->id() == Type::LARGE_LIST) return type;
  return IsLargeList(*type) ? arrow::large_list(type->field(0)) : arrow::list(type->field(0));
}

TypePtr ListItem(const TypePtr& list) { return list->field(0)->type(); }

TypePtr ListOf(TypePtr item, bool large) {
  auto field = arrow::field("item", std::move(item));
  return large ? arrow::large_list(std::move(field)) : arrow::list(std::move(field));
}

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

arrow::Result<DataPtr> WrapLists(const TypePtr& type, const std::vector<int64_t>& offsets, const std::vector<bool>& valid, DataPtr elements,
                                 arrow::MemoryPool* pool) {
  const bool large = type->id() == Type::LARGE_LIST;
  if (!large && offsets.back() > INT32_MAX) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
  const auto n = static_cast<int64_t>(valid.size());
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(n, pool));
  int64_t nulls = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (valid[i]) arrow::bit_util::SetBit(validity->mutable_data(), i);
    nulls += !valid[i];
  }
  ARROW_ASSIGN_OR_RAISE(auto bounds, arrow::AllocateBuffer((n + 1) * (large ? 8 : 4), pool));
  for (int64_t i = 0; i <= n; ++i) {
    if (large) {
      reinterpret_cast<int64_t*>(bounds->mutable_data())[i] = offsets[i];
    } else {
      reinterpret_cast<int32_t*>(bounds->mutable_data())[i] = static_cast<int32_t>(offsets[i]);
    }
  }
  auto out = std::make_shared<ArrayData>(
      type, n, std::vector<std::shared_ptr<arrow::Buffer>>{nulls ? std::shared_ptr<arrow::Buffer>(std::move(validity)) : nullptr, std::move(bounds)}, nulls, 0);
  out->child_data = {std::move(elements)};
  return out;
}

arrow::Result<DataPtr> ListAssembly::Finish(const DataPtr& values, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(auto child, Gather(*values, elements_.data(), static_cast<int64_t>(elements_.size()), pool_));
  return WrapLists(type, offsets_, valid_, std::move(child), pool_);
}

arrow::Status ListAssembly::Reserve(int64_t more) {
  const int64_t bytes = (static_cast<int64_t>(elements_.size()) + more) * 8;
  if (bytes <= (claim_ ? claim_->size() : 1 << 16)) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(claim_, arrow::AllocateBuffer(2 * bytes, pool_));
  elements_.reserve(static_cast<size_t>(bytes / 8));
  return arrow::Status::OK();
}

bool ListPieces::Has(const std::vector<int64_t>& among, int64_t x) const {
  return std::any_of(among.begin(), among.end(), [&](int64_t y) { return Same(x, y); });
}

std::vector<int64_t> ListPieces::Distinct(std::vector<int64_t> elements) const {
  std::vector<int64_t> sorted = elements;
  // By value, NULLs first; of equal ones the first given stays in front.
  std::stable_sort(sorted.begin(), sorted.end(), [&](int64_t a, int64_t b) {
    const bool va = all->IsValid(a), vb = all->IsValid(b);
    if (!va || !vb) return !va && vb;
    return order(a, b) < 0;
  });
  std::vector<int64_t> dropped;
  for (size_t k = 1, first = 0; k < sorted.size(); ++k) {
    if (Same(sorted[first], sorted[k])) dropped.push_back(sorted[k]);
    else first = k;
  }
  if (dropped.empty()) return elements;
  std::sort(dropped.begin(), dropped.end());
  std::erase_if(elements, [&](int64_t element) { return std::binary_search(dropped.begin(), dropped.end(), element); });
  return elements;
}

namespace {

bool IsListLetter(char c) { return c == 'L' || c == 'l'; }
bool IsElementLetter(char c) { return c == 'e' || c == 'f'; }

arrow::Result<arrow::Datum> Compute(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const ListFunction& function,
                                    const std::string& letters, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
  std::vector<DataPtr> parts;
  std::vector<int64_t> begins;
  for (size_t a = 0; a < rows.arguments(); ++a) {
    if (IsListLetter(letters[a])) parts.push_back(rows.array(a)->child_data[0]);
    if (IsElementLetter(letters[a])) parts.push_back(rows.array(a));
  }
  ListPieces pieces{rows, nullptr, {}, {}};
  ARROW_ASSIGN_OR_RAISE(pieces.all, EndToEnd(parts, &begins, rows.pool()));
  size_t part = 0;
  for (size_t a = 0; a < rows.arguments(); ++a) {
    pieces.begins.push_back(IsListLetter(letters[a]) || IsElementLetter(letters[a]) ? begins[part++] : -1);
  }
  if (function.compares) {
    ARROW_ASSIGN_OR_RAISE(pieces.order, MakeRowCompare(pieces.all, pieces.all));
  }
  ListAssembly lists(rows.pool());
  for (int64_t i = 0; i < rows.size(); ++i) {
    bool valid = true;
    for (size_t a = 0; a < rows.arguments() && valid; ++a) {
      const char c = letters[a];
      valid = c == 'l' || c == 'f' || c == 'n' || rows.valid(a, i);
    }
    if (valid) ARROW_RETURN_NOT_OK(function.compute(pieces, i, &lists));
    lists.Close(valid);
  }
  ARROW_ASSIGN_OR_RAISE(auto out, lists.Finish(pieces.all, type));
  return rows.Finish(std::move(out));
}

arrow::Result<ResolvedCall> Resolve(const std::shared_ptr<const ListFunction>& function, const std::string& letters, size_t least, const Arguments& arguments) {
  if (arguments.size() < least || arguments.size() > letters.size()) return NoMatch(function->name, function->syntax, arguments);
  ResolvedCall call;
  TypePtr item;
  bool large = false, nulls = false;
  for (size_t a = 0; a < arguments.size(); ++a) {
    const TypePtr type = TypeOfArgument(arguments, a);
    if (!IsListLetter(letters[a]) && !IsElementLetter(letters[a])) continue;
    if (IsListLetter(letters[a]) && type->id() == Type::NA && !function->null_stays_null) return NoMatch(function->name, function->syntax, arguments);
    nulls = nulls || (a == 0 && type->id() == Type::NA && IsListLetter(letters[a]));
    const TypePtr list = IsListLetter(letters[a]) ? PlainList(type) : nullptr;
    if (IsListLetter(letters[a]) && !list) return NoMatch(function->name, function->syntax, arguments);
    const TypePtr own = list ? ListItem(list) : type;
    large = large || (list ? IsLargeList(*list) : letters.find('L') == std::string::npos && IsLargeList(*own));
    item = item ? ElementType(item, own) : own;
    if (!item) return NoMatch(function->name, function->syntax, arguments);
  }
  const bool one_list = std::count_if(letters.begin(), letters.end(), IsListLetter) < 2;
  if (nulls && one_list && function->null_stays_null) {
    for (const auto& argument : arguments) call.argument_types.push_back(argument.field->type());
    call.result = ResultField(arrow::null());
    call.kernel = [](KernelContext&, const std::vector<arrow::Datum>&, int64_t) -> arrow::Result<arrow::Datum> {
      return arrow::Datum(std::make_shared<arrow::NullScalar>());
    };
    return call;
  }
  TypePtr type = ListOf(item, large);
  // The element's field keeps its name and metadata where its type stays.
  for (size_t a = 0; a < arguments.size(); ++a) {
    if (!IsListLetter(letters[a])) continue;
    const TypePtr list = PlainList(TypeOfArgument(arguments, a));
    if (ListItem(list)->Equals(*item) && list->field(0)->nullable() && IsLargeList(*list) == large) type = list;
    break;
  }
  for (size_t a = 0; a < arguments.size(); ++a) {
    const char c = letters[a];
    const bool index = !IsListLetter(c) && !IsElementLetter(c) && c != 't';
    if (index && !IsIndex(*TypeOfArgument(arguments, a))) return NoMatch(function->name, function->syntax, arguments);
    call.argument_types.push_back(IsListLetter(c) ? type : IsElementLetter(c) ? item : c == 't' ? arrow::utf8() : arrow::int64());
  }
  call.result = ResultField(type);
  call.fallible = function->fallible;
  call.kernel = [function, letters, type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) {
    return Compute(context, values, count, *function, letters, type);
  };
  return call;
}

}  // namespace

ScalarFunctionPtr MakeListFunction(ListFunction given) {
  const auto function = std::make_shared<const ListFunction>(std::move(given));
  FunctionSpec spec;
  spec.name = function->name;
  spec.aliases = function->aliases;
  if (spec.name.starts_with("array_")) spec.aliases.push_back("list_" + spec.name.substr(6));
  spec.doc = {"array", function->description, function->syntax, ""};
  spec.call_name = function->call_name;
  std::string letters;
  size_t least = std::string::npos;
  for (const char c : function->arguments) {
    if (c == '?') least = letters.size();
    else letters += c;
  }
  if (least == std::string::npos) least = letters.size();
  spec.resolve = [function, letters, least](const Arguments& arguments) { return Resolve(function, letters, least, arguments); };
  return MakeFunction(std::move(spec));
}

}  // namespace bowstring
