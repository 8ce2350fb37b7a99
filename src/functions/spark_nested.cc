// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <random>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/lists.h"
#include "functions/spark.h"

namespace bowstring {
namespace {

using arrow::Type;

// Lists, whose elements' field is called "element".
ScalarFunctionPtr MakeArrayOf() {
  FunctionSpec spec = SparkSpec("array", "A list of the arguments.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ARROW_ASSIGN_OR_RAISE(auto call, FindBuiltinScalar("make_array")->Resolve(arguments));
    const TypePtr type = arrow::list(arrow::field("element", ListItem(call.result->type())));
    call.result = ResultField(type, false);
    call.kernel = [type, inner = call.kernel](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(auto out, inner(context, values, n));
      if (out.is_scalar()) return arrow::Datum(std::make_shared<arrow::ListScalar>(static_cast<const arrow::ListScalar&>(*out.scalar()).value, type));
      auto data = out.array()->Copy();
      data->type = type;
      return arrow::Datum(std::move(data));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// NULL where the value isn't found among elements of which some are NULL.
ScalarFunctionPtr MakeContains() {
  FunctionSpec spec = SparkSpec("array_contains", "Whether a list has a value; NULL where a NULL might be it.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ARROW_ASSIGN_OR_RAISE(auto call, FindBuiltinScalar("array_has")->Resolve(arguments));
    call.kernel = [inner = call.kernel](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(auto found, inner(context, values, n));
      return BoolRows(
          context, {values[0], values[1], found}, n,
          [](const Rows& rows, int64_t i, bool* out, arrow::Status*) {
            if (!rows.valid(0, i) || !rows.valid(1, i)) return Cell::kNull;
            *out = rows.boolean(2, i);
            if (*out) return Cell::kValue;
            const auto [begin, end] = ListBounds(rows, 0, i);
            for (int64_t k = begin; k < end; ++k) {
              if (!rows.array(0)->child_data[0]->IsValid(k)) return Cell::kNull;
            }
            return Cell::kValue;
          },
          true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeSize() {
  FunctionSpec spec = SparkSpec("size", "The number of elements of a list, or of a map's entries; -1 for NULL.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 ? TypeOfArgument(arguments, 0) : nullptr;
    const TypePtr type = !given ? nullptr : given->id() == Type::MAP || given->id() == Type::NA ? given : PlainList(given);
    if (!type) return NoMatch("size", "size(list)", arguments);
    ResolvedCall call;
    call.argument_types = {type};
    call.result = ResultField(arrow::int32(), false);
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int32_t>(
          context, values, n, arrow::int32(),
          [](const Rows& rows, int64_t i, int32_t* out, arrow::Status*) {
            *out = -1;
            if (rows.array(0)->type->id() == Type::NA || !rows.valid(0, i)) return Cell::kValue;
            if (rows.array(0)->type->id() == Type::MAP) {
              const int32_t* offsets = rows.array(0)->GetValues<int32_t>(1) + rows.at(0, i);
              *out = offsets[1] - offsets[0];
              return Cell::kValue;
            }
            const auto [begin, end] = ListBounds(rows, 0, i);
            *out = static_cast<int32_t>(end - begin);
            return Cell::kValue;
          },
          true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr Shown(ListFunction function, const char* shown, Volatility volatility = Volatility::kImmutable) {
  function.call_name = CallsAs(shown);
  const auto made = MakeListFunction(std::move(function));
  if (volatility == Volatility::kImmutable) return made;
  FunctionSpec spec = SparkSpec(shown, made->doc().description);
  spec.volatility = volatility;
  spec.resolve = [made](const Arguments& arguments) { return made->Resolve(arguments); };
  return MakeFunction(std::move(spec));
}

arrow::Status Slice(const ListPieces& p, int64_t i, ListAssembly* out) {
  const auto [begin, end] = p.Bounds(0, i);
  const int64_t start = p.rows.value<int64_t>(1, i), length = p.rows.value<int64_t>(2, i), size = end - begin;
  if (start == 0) return Error(ErrorKind::kExecution, "Start index must not be zero");
  if (length < 0) return Error(ErrorKind::kExecution, "Length must be non-negative, but got ", length);
  const int64_t from = start > 0 ? start - 1 : size + start;
  if (from < 0) return arrow::Status::OK();
  for (int64_t k = from; k < size && k - from < length; ++k) out->Add(begin + k);
  return arrow::Status::OK();
}

arrow::Status Shuffle(const ListPieces& p, int64_t i, ListAssembly* out) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  const auto [begin, end] = p.Bounds(0, i);
  std::vector<int64_t> order;
  for (int64_t k = begin; k < end; ++k) order.push_back(k);
  std::shuffle(order.begin(), order.end(), engine);
  for (const int64_t k : order) out->Add(k);
  return arrow::Status::OK();
}

// A list of structs of two fields as a map.
ScalarFunctionPtr MakeFromEntries() {
  FunctionSpec spec = SparkSpec("map_from_entries", "A map of a list of structs of key and value.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const TypePtr given = arguments.size() == 1 && TypeOfArgument(arguments, 0)->id() != Type::NA ? PlainList(TypeOfArgument(arguments, 0)) : nullptr;
    const TypePtr entry = given ? ListItem(given) : nullptr;
    if (!entry || entry->id() != Type::STRUCT || entry->num_fields() != 2) return Error(ErrorKind::kPlan, "map_from_entries: expected array<struct<key, value>>");
    const TypePtr keys = ListOf(entry->field(0)->type(), false), items = ListOf(entry->field(1)->type(), false);
    Arguments parts{ArgumentInfo{arrow::field("", keys), nullptr}, ArgumentInfo{arrow::field("", items), nullptr}};
    ARROW_ASSIGN_OR_RAISE(auto call, FindBuiltinScalar("map")->Resolve(parts));
    call.argument_types = {ListOf(entry, false)};
    call.kernel = [keys, items, inner = call.kernel](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, n));
      const auto& lists = rows.array(0);
      const auto& entries = lists->child_data[0];
      std::vector<arrow::Datum> halves;
      for (size_t k = 0; k < 2; ++k) {
        auto half = lists->Copy();
        half->type = k == 0 ? keys : items;
        half->child_data = {entries->child_data[k]->Slice(entries->offset, entries->length)};
        halves.emplace_back(std::move(half));
      }
      ARROW_ASSIGN_OR_RAISE(auto out, inner(context, halves, rows.size()));
      return rows.Finish(out.array());
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// A text of pairs as a map of texts.
ScalarFunctionPtr MakeStrToMap() {
  FunctionSpec spec = SparkSpec("str_to_map", "A text of pairs as a map; pairs are parted by ',', key and value by ':', unless said otherwise.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || arguments.size() > 3) return NoMatch("str_to_map", "str_to_map(text[, pair_delimiter[, key_value_delimiter]])", arguments);
    ResolvedCall call;
    call.argument_types.assign(arguments.size(), arrow::utf8());
    const TypePtr type = arrow::map(arrow::utf8(), arrow::field("value", arrow::utf8()));
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, n));
      TextBuilder keys(arrow::utf8(), rows.pool()), items(arrow::utf8(), rows.pool());
      std::vector<int64_t> offsets{0};
      std::vector<bool> valid;
      std::vector<std::string_view> seen;
      for (int64_t i = 0; i < rows.size(); ++i) {
        valid.push_back(rows.all_valid(i));
        seen.clear();
        if (valid.back()) {
          const std::string_view pairs = rows.arguments() > 1 ? rows.text(1, i) : ",", parts = rows.arguments() > 2 ? rows.text(2, i) : ":";
          std::string_view rest = rows.text(0, i);
          for (bool more = true; more;) {
            const size_t end = pairs.empty() ? std::string_view::npos : rest.find(pairs);
            const std::string_view pair = rest.substr(0, end);
            more = end != std::string_view::npos;
            if (more) rest.remove_prefix(end + pairs.size());
            const size_t colon = parts.empty() ? std::string_view::npos : pair.find(parts);
            const std::string_view key = pair.substr(0, colon);
            if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
              return Error(ErrorKind::kExecution, "[DUPLICATED_MAP_KEY] Duplicate map key '", key, "' was found, please check the input data.");
            }
            seen.push_back(key);
            ARROW_RETURN_NOT_OK(keys.Append(key));
            ARROW_RETURN_NOT_OK(colon == std::string_view::npos ? items.AppendNull() : items.Append(pair.substr(colon + parts.size())));
          }
        }
        offsets.push_back(offsets.back() + static_cast<int64_t>(seen.size()));
      }
      ARROW_ASSIGN_OR_RAISE(auto key_data, keys.Finish());
      ARROW_ASSIGN_OR_RAISE(auto item_data, items.Finish());
      auto entries = std::make_shared<arrow::ArrayData>(static_cast<const arrow::MapType&>(*type).value_type(), offsets.back(), std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, 0, 0);
      entries->child_data = {std::move(key_data), std::move(item_data)};
      ARROW_ASSIGN_OR_RAISE(auto maps, WrapLists(type, offsets, valid, std::move(entries), rows.pool()));
      return rows.Finish(std::move(maps));
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Only to timestamps, as the peer: numbers are seconds, in UTC.
ScalarFunctionPtr MakeSparkCast() {
  FunctionSpec spec = SparkSpec("spark_cast", "A number of seconds as a timestamp.");
  spec.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const auto name = arguments.size() == 2 ? LiteralText(arguments, 1) : std::nullopt;
    if (!name) return NoMatch("spark_cast", "spark_cast(value, type)", arguments);
    if (*name != "timestamp") return Error(ErrorKind::kPlan, "Unsupported spark_cast target type '", *name, "'. Supported types: timestamp");
    const TypePtr given = TypeOfArgument(arguments, 0);
    if (!IsNumeric(*given) && given->id() != Type::NA) return NoMatch("spark_cast", "spark_cast(value, type)", arguments);
    const TypePtr type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    ResolvedCall call;
    const bool whole = IsInteger(*given);
    call.argument_types = {whole ? arrow::int64() : arrow::float64(), TypeOfArgument(arguments, 1)};
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [type, whole](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(context, {values[0]}, n, type, [whole](const Rows& rows, int64_t i, int64_t* out, arrow::Status* error) {
        if (whole) return __builtin_mul_overflow(rows.value<int64_t>(0, i), 1000000, out) ? Fail(error, "Arithmetic overflow: a timestamp is out of range") : Cell::kValue;
        const double micros = rows.value<double>(0, i) * 1e6;
        if (!(micros > -9.2e18 && micros < 9.2e18)) return Cell::kNull;
        *out = static_cast<int64_t>(micros);
        return Cell::kValue;
      });
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddSparkNestedFunctions(std::vector<ScalarFunctionPtr>* out) {
  out->push_back(MakeArrayOf());
  out->push_back(MakeContains());
  out->push_back(SparkAlias("array_repeat", "array_repeat"));
  out->push_back(MakeSize());
  out->push_back(Shown({"spark_slice", {}, "Some elements from a position on, negative ones from the end.", "spark_slice(list, start, length)", "Lii", false, true, true, Slice}, "slice"));
  out->push_back(Shown({"spark_shuffle", {}, "The elements in a random order.", "spark_shuffle(list)", "L", false, true, false, Shuffle}, "shuffle", Volatility::kVolatile));
  out->push_back(SparkAlias("map_from_arrays", "map"));
  out->push_back(MakeFromEntries());
  out->push_back(MakeStrToMap());
  out->push_back(MakeSparkCast());
}

}  // namespace bowstring
