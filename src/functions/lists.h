// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/array/data.h>

#include "functions/row_compare.h"
#include "functions/row_kernel.h"
#include "functions/simple_function.h"

namespace bowstring {

// What functions over lists share: lists of all kinds are read as list or large list, answers are put together by row numbers into
// elements, then gathered: one code for all element types.

/// Any kind of list as list or large list; NULL a list of NULLs; null for other types.
TypePtr PlainList(const TypePtr& type);
TypePtr ListItem(const TypePtr& list);
TypePtr ListOf(TypePtr item, bool large);
/// An integer or NULL: what counts elements.
bool IsIndex(const arrow::DataType& type);
bool IsLargeList(const arrow::DataType& type);

/// Where the elements of list i begin and end (list or large list).
inline std::pair<int64_t, int64_t> ListBounds(const arrow::ArrayData& list, int64_t i) {
  if (list.type->id() == arrow::Type::LARGE_LIST) {
    const int64_t* offsets = list.GetValues<int64_t>(1);
    return {offsets[i], offsets[i + 1]};
  }
  const int32_t* offsets = list.GetValues<int32_t>(1);
  return {offsets[i], offsets[i + 1]};
}
inline std::pair<int64_t, int64_t> ListBounds(const Rows& rows, size_t a, int64_t i) { return ListBounds(*rows.array(a), rows.at(a, i)); }

/// All arrays end to end, and where each begins. They have one type.
arrow::Result<std::shared_ptr<arrow::ArrayData>> EndToEnd(const std::vector<std::shared_ptr<arrow::ArrayData>>& parts, std::vector<int64_t>* begins,
                                                          arrow::MemoryPool* pool);

/// Builds lists from row numbers into some elements.
class ListAssembly {
 public:
  explicit ListAssembly(arrow::MemoryPool* pool) : pool_(pool), offsets_{0} {}
  /// -1: a NULL.
  void Add(int64_t element) { elements_.push_back(element); }
  void Close(bool valid = true) {
    offsets_.push_back(static_cast<int64_t>(elements_.size()));
    valid_.push_back(valid);
  }
  std::vector<int64_t>& elements() { return elements_; }
  /// Before many elements are added that no argument has: asks the pool for what they need.
  arrow::Status Reserve(int64_t more);
  /// `type`: list, large list, or a map (elements are entries).
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish(const std::shared_ptr<arrow::ArrayData>& values, const TypePtr& type);

 private:
  arrow::MemoryPool* pool_;
  std::vector<int64_t> elements_;
  std::vector<int64_t> offsets_;
  std::vector<bool> valid_;
  std::shared_ptr<arrow::Buffer> claim_;
};

/// The offsets and validity of lists, round elements that are there already.
arrow::Result<std::shared_ptr<arrow::ArrayData>> WrapLists(const TypePtr& type, const std::vector<int64_t>& offsets, const std::vector<bool>& valid,
                                                           std::shared_ptr<arrow::ArrayData> elements, arrow::MemoryPool* pool);

/// The arguments of a function over lists, their elements (and arguments that are elements) in one array `all`.
struct ListPieces {
  const Rows& rows;
  std::shared_ptr<arrow::ArrayData> all;
  std::vector<int64_t> begins;  ///< by argument; -1 for those that are neither lists nor elements
  RowCompare order;             ///< of two of `all`, both valid

  std::pair<int64_t, int64_t> Bounds(size_t a, int64_t i) const {
    auto [begin, end] = ListBounds(rows, a, i);
    return {begins[a] + begin, begins[a] + end};
  }
  int64_t Element(size_t a, int64_t i) const { return begins[a] + rows.at(a, i); }
  bool Same(int64_t x, int64_t y) const {
    const bool vx = all->IsValid(x), vy = all->IsValid(y);
    return vx && vy ? order(x, y) == 0 : vx == vy;
  }
  bool Has(const std::vector<int64_t>& among, int64_t x) const;
  /// The elements of several ranges without repetitions, in order.
  std::vector<int64_t> Distinct(std::vector<int64_t> elements) const;
};

/// A function of lists that answers with a list of some of the elements.
struct ListFunction {
  std::string name;
  std::vector<std::string> aliases;  ///< list_* of array_* comes by itself
  std::string description, syntax;
  /// A letter an argument: `L` list, `e` an element, `i` int64, `t` text; lower case `l`, `f`, `n` likewise for list, element, int64
  /// whose NULL doesn't make the answer NULL; `?` the arguments after it may be missing.
  std::string arguments;
  bool compares = false;       ///< `order` is needed
  bool null_stays_null = true; ///< an untyped NULL as first list gives an untyped NULL; else it isn't taken
  bool fallible = false;
  /// Adds the elements of the list of row i; the caller closes it.
  std::function<arrow::Status(const ListPieces&, int64_t i, ListAssembly*)> compute;
  std::function<std::optional<std::string>(const std::vector<Expr>&)> call_name = {};
};
ScalarFunctionPtr MakeListFunction(ListFunction function);

}  // namespace bowstring
