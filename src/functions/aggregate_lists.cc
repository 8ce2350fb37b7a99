// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// array_agg, string_agg, nth_value. Entries keep their place in the input, so that the answer doesn't depend on workers: without ORDER BY it is
// in the input's order, with it ties are.

#include <algorithm>
#include <limits>

#include <arrow/array/concatenate.h>
#include <arrow/builder.h>

#include "functions/entry_list.h"
#include "functions/fixed_list.h"
#include "functions/ordered_key.h"
#include "functions/text_list.h"
#include "functions/text_state.h"
#include "functions/value_codec.h"

namespace bowstring {
namespace {

enum class ListResult : uint8_t { kArray, kText, kNth };

// An entry: place (16 bytes), length of the order key (4), order key, value (encoded; of text the text itself).
struct Entry {
  EntryPlace place;
  std::string_view key, value;
  static Entry Of(std::string_view bytes) {
    Entry entry{};
    uint32_t size = 0;
    std::memcpy(&entry.place, bytes.data(), sizeof(EntryPlace));
    std::memcpy(&size, bytes.data() + sizeof(EntryPlace), 4);
    entry.key = bytes.substr(sizeof(EntryPlace) + 4, size);
    entry.value = bytes.substr(sizeof(EntryPlace) + 4 + size);
    return entry;
  }
};

class ListKernel final : public EntryListKernel {
 public:
  struct Options {
    ListResult kind;
    std::shared_ptr<arrow::DataType> value, result;
    std::vector<KeyOrder> orders;
    size_t arguments = 1;
    bool ignore_nulls = false;
    std::string delimiter;
    int64_t nth = 1;
  };
  explicit ListKernel(Options options) : options_(std::move(options)) {}
  const std::shared_ptr<arrow::DataType>& result_type() const override { return options_.result; }

  arrow::Result<std::shared_ptr<arrow::Array>> Finalize(const GroupRows& groups, arrow::MemoryPool* pool) const override {
    arrow::LargeBinaryBuilder values(pool);      // of kArray and kNth
    arrow::TypedBufferBuilder<int32_t> offsets(pool);
    arrow::TypedBufferBuilder<bool> valid(pool);
    arrow::LargeStringBuilder texts(pool);
    arrow::TypedBufferBuilder<std::string_view> entries(pool);
    int64_t nulls = 0;
    for (int64_t i = 0; i < groups.count; ++i) {
      entries.bytes_builder()->Rewind(0);
      ARROW_RETURN_NOT_OK(Collect(groups, i, &entries));
      std::string_view* begin = entries.mutable_data();
      const int64_t n = entries.length();
      Sort(begin, n);
      switch (options_.kind) {
        case ListResult::kArray:
          if (values.length() + n > std::numeric_limits<int32_t>::max()) return Error(ErrorKind::kExecution, "a list column of more than 2^31 entries");
          ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(values.length())));
          ARROW_RETURN_NOT_OK(valid.Append(n > 0));
          nulls += n == 0;
          for (int64_t k = 0; k < n; ++k) ARROW_RETURN_NOT_OK(values.Append(Entry::Of(begin[k]).value));
          break;
        case ListResult::kNth: {
          const int64_t at = options_.nth > 0 ? options_.nth - 1 : n + options_.nth;
          ARROW_RETURN_NOT_OK(at >= 0 && at < n ? values.Append(Entry::Of(begin[at]).value) : values.AppendNull());
          break;
        }
        case ListResult::kText: {
          if (n == 0) {
            ARROW_RETURN_NOT_OK(texts.AppendNull());
            break;
          }
          ARROW_RETURN_NOT_OK(texts.Append(Entry::Of(begin[0]).value));
          for (int64_t k = 1; k < n; ++k) {
            ARROW_RETURN_NOT_OK(texts.ExtendCurrent(options_.delimiter));
            ARROW_RETURN_NOT_OK(texts.ExtendCurrent(Entry::Of(begin[k]).value));
          }
        }
      }
    }
    std::shared_ptr<arrow::Array> made;
    if (options_.kind == ListResult::kText) {
      ARROW_RETURN_NOT_OK(texts.Finish(&made));
      return made;
    }
    const int64_t total = values.length();
    ARROW_RETURN_NOT_OK(values.Finish(&made));
    ARROW_ASSIGN_OR_RAISE(auto decoded, DecodeValues(*made->data(), options_.value, pool));
    if (options_.kind == ListResult::kNth) return decoded;
    ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(total)));
    ARROW_ASSIGN_OR_RAISE(auto ends, offsets.Finish());
    ARROW_ASSIGN_OR_RAISE(auto bits, valid.Finish());
    auto list = arrow::ArrayData::Make(options_.result, groups.count, {nulls ? bits : nullptr, ends}, nulls);
    list->child_data = {decoded->data()};
    return arrow::MakeArray(list);
  }

 protected:
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Entries(const AggregateInput& input, const GroupRows& groups) const override {
    const arrow::ArrayData& column = *input.columns[0];
    std::shared_ptr<arrow::ArrayData> keys, encoded;
    if (!options_.orders.empty()) {
      ARROW_ASSIGN_OR_RAISE(keys, EncodeOrder(input.columns.subspan(options_.arguments, options_.orders.size()), options_.orders, groups.positions,
                                              groups.count, input.pool));
    }
    const bool text = options_.kind == ListResult::kText;
    if (!text) {
      ARROW_ASSIGN_OR_RAISE(encoded, EncodeValues(column, groups.positions, groups.count, /*canonical=*/false, input.pool));
    }
    arrow::LargeBinaryBuilder entries(input.pool);
    ARROW_RETURN_NOT_OK(entries.Reserve(groups.count));
    for (int64_t i = 0; i < groups.count; ++i) {
      const int64_t position = groups.position(i);
      if ((options_.ignore_nulls || text) && !IsValid(column, position)) {
        entries.UnsafeAppendNull();
        continue;
      }
      const int64_t row = input.row_numbers ? input.row_numbers[position] : position;
      const EntryPlace place{static_cast<uint64_t>(input.seq.stage) << 44 | input.seq.morsel, static_cast<uint64_t>(input.first_row + row)};
      const std::string_view key = keys ? TextColumn(*keys)[i] : std::string_view();
      const uint32_t size = static_cast<uint32_t>(key.size());
      char head[sizeof(place) + 4];
      std::memcpy(head, &place, sizeof(place));
      std::memcpy(head + sizeof(place), &size, 4);
      ARROW_RETURN_NOT_OK(entries.Append(std::string_view(head, sizeof(head))));
      ARROW_RETURN_NOT_OK(entries.ExtendCurrent(key));
      ARROW_RETURN_NOT_OK(entries.ExtendCurrent(text ? TextColumn(column)[position] : TextColumn(*encoded)[i]));
    }
    std::shared_ptr<arrow::Array> array;
    ARROW_RETURN_NOT_OK(entries.Finish(&array));
    return array->data();
  }

 private:
  static void Sort(std::string_view* begin, int64_t n) {
    const auto before = [](std::string_view a, std::string_view b) {
      const Entry x = Entry::Of(a), y = Entry::Of(b);
      const int order = x.key.compare(y.key);
      return order != 0 ? order < 0 : x.place < y.place;
    };
    if (!std::is_sorted(begin, begin + n, before)) std::sort(begin, begin + n, before);
  }
  const Options options_;
};

arrow::Result<std::vector<KeyOrder>> Orders(const AggregateRequest& request) {
  std::vector<KeyOrder> orders;
  for (const auto& order : request.order_by) {
    ARROW_RETURN_NOT_OK(CheckOrderable(*order.key.field->type()));
    orders.push_back({order.ascending, order.nulls_first});
  }
  return orders;
}

ResolvedAggregate Resolved(ListKernel::Options options, std::vector<std::shared_ptr<arrow::DataType>> types) {
  ResolvedAggregate resolved;
  resolved.argument_types = std::move(types);
  resolved.result = arrow::field("", options.result);
  resolved.uses_order = true;
  resolved.make_kernel = [options](const ResolvedAggregate::Types& physical) -> arrow::Result<std::shared_ptr<const AggregateKernel>> {
    ListKernel::Options made = options;
    // Narrow decimals stay so inside the list; the outward type is the same.
    if (made.kind != ListResult::kText) made.value = physical[0];
    if (made.kind == ListResult::kArray) made.result = arrow::list(arrow::field("item", physical[0]));
    if (made.kind == ListResult::kNth) made.result = physical[0];
    if (made.kind == ListResult::kArray && made.orders.empty()) {
      if (auto fixed = MakeFixedListKernel(made.value, made.result, made.ignore_nulls)) return fixed;
      if (auto texts = MakeTextListKernel(made.value, made.result, made.ignore_nulls)) return texts;
    }
    if (made.kind == ListResult::kText && made.orders.empty()) return MakeJoinedTextKernel(made.delimiter);
    return std::make_shared<ListKernel>(std::move(made));
  };
  return resolved;
}

arrow::Result<ResolvedAggregate> ResolveArray(const AggregateRequest& request) {
  if (request.arguments.size() != 1) return NoSignature("array_agg", request, "array_agg(any)");
  ListKernel::Options options;
  options.kind = ListResult::kArray;
  options.value = request.arguments[0].field->type();
  ARROW_RETURN_NOT_OK(CheckCodable(*options.value));
  options.result = arrow::list(arrow::field("item", options.value));
  options.ignore_nulls = request.nulls == NullTreatment::kIgnore;
  ARROW_ASSIGN_OR_RAISE(options.orders, Orders(request));
  std::vector<std::shared_ptr<arrow::DataType>> types{options.value};
  return Resolved(std::move(options), std::move(types));
}

arrow::Result<ResolvedAggregate> ResolveText(const AggregateRequest& request) {
  if (request.arguments.size() != 2) return NoSignature("string_agg", request, "string_agg(any, delimiter)");
  auto literal = request.arguments[1].literal;
  if (literal && literal->is_valid && (IsInteger(*literal->type) || IsFloat(*literal->type))) {
    ARROW_ASSIGN_OR_RAISE(literal, literal->CastTo(arrow::utf8()));
  }
  if (!literal || (literal->is_valid && !arrow::is_base_binary_like(literal->type->id()) && !arrow::is_binary_view_like(literal->type->id()))) {
    return Error(ErrorKind::kPlan, "The delimiter of string_agg must be a text constant");
  }
  ListKernel::Options options;
  options.kind = ListResult::kText;
  options.arguments = 2;
  if (literal->is_valid) options.delimiter = static_cast<const arrow::BaseBinaryScalar&>(*literal).value->ToString();
  options.result = arrow::large_utf8();
  ARROW_ASSIGN_OR_RAISE(options.orders, Orders(request));
  const auto type = ArgumentType(request, 0);
  const bool text = type->id() == arrow::Type::STRING || type->id() == arrow::Type::LARGE_STRING || type->id() == arrow::Type::STRING_VIEW;
  options.value = text ? type : arrow::utf8();
  std::vector<std::shared_ptr<arrow::DataType>> types{options.value, request.arguments[1].field->type()};
  return Resolved(std::move(options), std::move(types));
}

arrow::Result<ResolvedAggregate> ResolveNth(const AggregateRequest& request) {
  if (request.arguments.size() != 2) return NoSignature("nth_value", request, "nth_value(any, Int64)");
  const auto& literal = request.arguments[1].literal;
  if (!literal || !literal->is_valid || !IsInteger(*literal->type)) return Error(ErrorKind::kPlan, "nth_value needs an integer constant as its second argument");
  ListKernel::Options options;
  options.kind = ListResult::kNth;
  options.arguments = 2;
  ARROW_ASSIGN_OR_RAISE(auto nth, literal->CastTo(arrow::int64()));
  options.nth = static_cast<const arrow::Int64Scalar&>(*nth).value;
  if (options.nth == 0) return Error(ErrorKind::kPlan, "nth_value counts from 1");
  options.value = options.result = request.arguments[0].field->type();
  ARROW_RETURN_NOT_OK(CheckCodable(*options.value));
  options.ignore_nulls = request.nulls == NullTreatment::kIgnore;
  ARROW_ASSIGN_OR_RAISE(options.orders, Orders(request));
  std::vector<std::shared_ptr<arrow::DataType>> types{options.value, arrow::int64()};
  return Resolved(std::move(options), std::move(types));
}

}  // namespace

void AddLists(AggregateList* list) {
  list->push_back(std::make_shared<BuiltinAggregate>(
      "array_agg", std::vector<std::string>{},
      FunctionDoc{"aggregate", "The values as a list, NULLs too; NULL of no rows.", "array_agg(expression [ORDER BY ...])", ""}, ResolveArray));
  list->push_back(std::make_shared<BuiltinAggregate>(
      "string_agg", std::vector<std::string>{},
      FunctionDoc{"aggregate", "The texts that are not NULL, with a delimiter between them.", "string_agg(expression, delimiter [ORDER BY ...])", ""},
      ResolveText));
  list->push_back(std::make_shared<BuiltinAggregate>(
      "nth_value", std::vector<std::string>{},
      FunctionDoc{"aggregate", "The value of the n-th row, by ORDER BY or in the input's order; NULL beyond the end.",
                  "nth_value(expression, n [ORDER BY ...])", ""},
      ResolveNth));
}

}  // namespace bowstring
