// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include <arrow/array.h>
#include <arrow/type.h>

#include "functions/families.h"
#include "functions/lists.h"

// Maps: made of keys and values, taken apart.

namespace bowstring {
namespace {

using arrow::ArrayData;
using arrow::Type;
using DataPtr = std::shared_ptr<ArrayData>;

FunctionSpec Spec(std::string name, std::string description, std::string syntax, std::vector<std::string> aliases = {}) {
  FunctionSpec spec;
  spec.aliases = std::move(aliases);
  spec.name = std::move(name);
  spec.doc = {"map", std::move(description), std::move(syntax), ""};
  return spec;
}

TypePtr MapOf(const TypePtr& key, const TypePtr& value) { return arrow::map(key, arrow::field("value", value)); }

// A map array of entries at offsets; keys must be valid and, within a map, different.
arrow::Result<DataPtr> FinishMaps(const TypePtr& type, const std::vector<int64_t>& offsets, const std::vector<bool>& valid, DataPtr keys, DataPtr values,
                                  arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto order, MakeRowCompare(keys, keys));
  std::vector<int64_t> sorted;
  for (size_t i = 0; i + 1 < offsets.size(); ++i) {
    sorted.clear();
    for (int64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
      if (!keys->IsValid(k)) return Error(ErrorKind::kExecution, "map key cannot be null");
      sorted.push_back(k);
    }
    std::sort(sorted.begin(), sorted.end(), [&](int64_t a, int64_t b) { return order(a, b) < 0; });
    for (size_t k = 1; k < sorted.size(); ++k) {
      if (order(sorted[k - 1], sorted[k]) == 0) return Error(ErrorKind::kExecution, "map key must be unique, duplicate key found");
    }
  }
  auto entries = std::make_shared<ArrayData>(static_cast<const arrow::MapType&>(*type).value_type(), keys->length, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, 0, 0);
  entries->child_data = {std::move(keys), std::move(values)};
  return WrapLists(type, offsets, valid, std::move(entries), pool);
}

// make_map(key, value, ...): the map of the list of keys and the list of values.
ScalarFunctionPtr MakeMapOfPairs(ScalarFunctionPtr map) {
  FunctionSpec spec = Spec("make_map", "A map of keys and values, one after the other.", "make_map(key1, value1, ..., keyN, valueN)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> { return NoMatch("make_map", syntax, arguments); };
  spec.call_name = [](const std::vector<Expr>& a) -> std::optional<std::string> {
    std::string keys, values;
    for (size_t i = 0; i + 1 < a.size(); i += 2) {
      keys += (i ? "," : "") + a[i].name();
      values += (i ? "," : "") + a[i + 1].name();
    }
    return "map(make_array(" + keys + "),make_array(" + values + "))";
  };
  spec.expand = [map = std::move(map)](const std::vector<Expr>& a) -> std::optional<Expr> {
    if (a.size() % 2 != 0) return std::nullopt;
    std::vector<Expr> keys, values;
    for (size_t i = 0; i < a.size(); i += 2) {
      keys.push_back(a[i]);
      values.push_back(a[i + 1]);
    }
    const auto list = FindBuiltinScalar("make_array");
    return Call(map, {Call(list, std::move(keys)), Call(list, std::move(values))});
  };
  return MakeFunction(std::move(spec));
}

// map(keys, values): two lists, or one key and its value.
ScalarFunctionPtr MakeMapFunction() {
  FunctionSpec spec = Spec("map", "A map of a list of keys and a list of values.", "map(keys, values)");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 2) return NoMatch("map", syntax, arguments);
    ResolvedCall call;
    call.fallible = true;
    const TypePtr first = TypeOfArgument(arguments, 0), second = TypeOfArgument(arguments, 1);
    const bool lists = IsListLike(*first) && IsListLike(*second);
    if (!lists && (IsListLike(*first) || first->id() == Type::NA)) return NoMatch("map", syntax, arguments);
    const TypePtr keys = lists ? PlainList(first) : ListOf(first, false), values = lists ? PlainList(second) : ListOf(second, false);
    auto small = [](const TypePtr& list) { return IsLargeList(*list) ? ListOf(ListItem(list), false) : list; };
    call.argument_types = lists ? std::vector<TypePtr>{small(keys), small(values)} : std::vector<TypePtr>{first, second};
    const TypePtr type = MapOf(ListItem(keys), ListItem(values));
    call.result = ResultField(type);
    call.kernel = [type, lists](KernelContext& context, const std::vector<arrow::Datum>& arguments, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, arguments, count));
      ListAssembly keys(rows.pool()), values(rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(!lists || rows.valid(0, i));
        int64_t n = 0;
        if (!lists) {
          keys.Add(rows.at(0, i));
          values.Add(rows.at(1, i));
          n = 1;
        } else if (valid.back()) {
          const auto [begin, end] = ListBounds(rows, 0, i);
          const auto [other, other_end] = rows.valid(1, i) ? ListBounds(rows, 1, i) : std::pair<int64_t, int64_t>{0, 0};
          n = end - begin;
          if (n != other_end - other) return Error(ErrorKind::kExecution, "map requires key and value lists to have the same length");
          for (int64_t k = 0; k < n; ++k) {
            keys.Add(begin + k);
            values.Add(other + k);
          }
        }
        offsets.push_back(offsets.back() + n);
      }
      keys.Close();
      values.Close();
      const auto& map = static_cast<const arrow::MapType&>(*type);
      const DataPtr &from = lists ? rows.array(0)->child_data[0] : rows.array(0), &to = lists ? rows.array(1)->child_data[0] : rows.array(1);
      ARROW_ASSIGN_OR_RAISE(auto key_list, keys.Finish(from, ListOf(map.key_type(), true)));
      ARROW_ASSIGN_OR_RAISE(auto value_list, values.Finish(to, ListOf(map.item_type(), true)));
      ARROW_ASSIGN_OR_RAISE(auto out, FinishMaps(type, offsets, valid, key_list->child_data[0], value_list->child_data[0], rows.pool()));
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// The keys, the values, or both, of a map as a list.
enum class Part : uint8_t { kKeys, kValues, kEntries };
ScalarFunctionPtr MakeMapPart(std::string name, std::string description, Part part) {
  FunctionSpec spec = Spec(name, std::move(description), name + "(map)");
  spec.resolve = [name, part, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() != 1 || TypeOfArgument(arguments, 0)->id() != Type::MAP) return NoMatch(name, syntax, arguments);
    const auto& map = static_cast<const arrow::MapType&>(*TypeOfArgument(arguments, 0));
    const TypePtr entry = arrow::struct_({arrow::field("key", map.key_type(), false), arrow::field("value", map.item_type())});
    const TypePtr list = part == Part::kKeys     ? arrow::list(arrow::field("item", map.key_type()))
                         : part == Part::kValues ? arrow::list(arrow::field("item", map.item_type()))
                                                 : arrow::list(arrow::field("item", entry, false));
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0)};
    call.result = ResultField(list);
    call.kernel = [part, list, entry](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr& data = rows.array(0);
      const DataPtr& entries = data->child_data[0];
      auto out = std::make_shared<ArrayData>(list, data->length, std::vector<std::shared_ptr<arrow::Buffer>>{data->buffers[0], data->buffers[1]}, data->null_count.load(), data->offset);
      if (part == Part::kEntries) {
        auto pairs = entries->Copy();
        pairs->type = entry;
        out->child_data = {std::move(pairs)};
      } else {
        out->child_data = {entries->child_data[part == Part::kKeys ? 0 : 1]->Slice(entries->offset, entries->length)};
      }
      return rows.Finish(std::move(out));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A list of the key's value, [NULL] where the key isn't there.
ScalarFunctionPtr MakeMapExtract() {
  FunctionSpec spec = Spec("map_extract", "A list of the value of a key; of NULL where the map hasn't it.", "map_extract(map, key)", {"element_at"});
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.size() == 2 && TypeOfArgument(arguments, 0)->id() == Type::NA) {
      ResolvedCall none;
      none.argument_types = {arrow::null(), TypeOfArgument(arguments, 1)};
      none.result = ResultField(arrow::null());
      none.kernel = [](KernelContext&, const std::vector<arrow::Datum>& values, int64_t) -> arrow::Result<arrow::Datum> { return values[0]; };
      return none;
    }
    if (arguments.size() != 2 || TypeOfArgument(arguments, 0)->id() != Type::MAP) return NoMatch("map_extract", syntax, arguments);
    const auto& map = static_cast<const arrow::MapType&>(*TypeOfArgument(arguments, 0));
    if (!ComparisonType(map.key_type(), TypeOfArgument(arguments, 1))) return NoMatch("map_extract", syntax, arguments);
    ResolvedCall call;
    call.argument_types = {TypeOfArgument(arguments, 0), map.key_type()};
    const TypePtr list = arrow::list(arrow::field("item", map.item_type()));
    call.result = ResultField(list);
    call.kernel = [list](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
      const DataPtr& maps = rows.array(0);
      const DataPtr& entries = maps->child_data[0];
      const int32_t* offsets = maps->GetValues<int32_t>(1);
      const DataPtr keys = entries->child_data[0]->Slice(entries->offset, entries->length), items = entries->child_data[1]->Slice(entries->offset, entries->length);
      ARROW_ASSIGN_OR_RAISE(auto order, MakeRowCompare(keys, rows.array(1)));
      ListAssembly out(rows.pool());
      for (int64_t i = 0; i < rows.size(); ++i) {
        int64_t found = -1;
        if (rows.all_valid(i)) {
          const int64_t at = rows.at(0, i);
          for (int64_t k = offsets[at]; k < offsets[at + 1] && found < 0; ++k) {
            if (order(k, rows.at(1, i)) == 0) found = k;
          }
        }
        out.Add(found);
        out.Close();
      }
      ARROW_ASSIGN_OR_RAISE(auto data, out.Finish(items, list));
      return rows.Finish(std::move(data));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddMapFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeMapFunction());
  out->push_back(MakeMapOfPairs(out->back()));
  out->push_back(MakeMapPart("map_keys", "The keys of a map.", Part::kKeys));
  out->push_back(MakeMapPart("map_values", "The values of a map.", Part::kValues));
  out->push_back(MakeMapPart("map_entries", "The entries of a map as structs of key and value.", Part::kEntries));
  out->push_back(MakeMapExtract());
}

}  // namespace bowstring
