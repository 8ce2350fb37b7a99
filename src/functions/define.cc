// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/define.h"

#include <arrow/type.h>

#include "functions/cast.h"

namespace bowstring {
namespace {

using arrow::Type;

arrow::Result<TypePtr> MatchLetter(const Definition& d, const Arguments& arguments, size_t i, char letter) {
  const TypePtr type = ValueType(TypeOfArgument(arguments, i));
  const bool null = type->id() == Type::NA;
  switch (letter) {
    case 't':
      if (null) return arrow::utf8();
      if (IsText(*type)) return type;
      break;
    case 'v':
      if (null) return arrow::utf8();
      if (IsText(*type)) return type;
      if (d.by_dictionary && type->id() == Type::LARGE_BINARY) return arrow::large_utf8();
      if (CanCast(*type, *arrow::utf8())) return arrow::utf8_view();
      break;
    case 'x':
      if (null) return arrow::utf8();
      if (IsText(*type)) return type;
      if (d.by_dictionary && type->id() == Type::LARGE_BINARY) return arrow::large_utf8();
      if (CanCast(*type, *arrow::utf8())) return arrow::utf8();
      break;
    case 'b':
      if (null) return arrow::utf8();
      if (IsText(*type) || IsBytes(*type)) return type;
      break;
    case 'i':
      if (null || IsInteger(*type)) return arrow::int64();
      break;
    case 'n':
      if (null || IsNumeric(*type) || IsText(*type)) return arrow::int64();
      break;
    case 'f':
      if (null || IsNumeric(*type) || IsText(*type)) return arrow::float64();
      break;
    default: break;
  }
  return NoMatch(d.name, d.syntax, arguments);
}

FunctionSpec SpecOf(const Definition& d) {
  FunctionSpec spec;
  spec.name = d.name;
  spec.aliases = d.aliases;
  spec.doc = {d.family, d.description, d.syntax, d.example};
  if (!d.shown.empty()) spec.call_name = CallsAs(d.shown);
  return spec;
}

TypePtr ResultType(TextResult result, const std::vector<TypePtr>& types) {
  switch (result) {
    case TextResult::kUtf8: return arrow::utf8();
    case TextResult::kUtf8OrLarge: return !types.empty() && (types[0]->id() == Type::LARGE_STRING || types[0]->id() == Type::LARGE_BINARY) ? arrow::large_utf8() : arrow::utf8();
    case TextResult::kBinaryOrLarge:
      return !types.empty() && (types[0]->id() == Type::LARGE_STRING || types[0]->id() == Type::LARGE_BINARY) ? arrow::large_binary() : arrow::binary();
    case TextResult::kView: return arrow::utf8_view();
    case TextResult::kLarge: return arrow::large_utf8();
    case TextResult::kBinary: return arrow::binary();
    case TextResult::kCommon: {
      TypePtr out = arrow::utf8();
      for (const auto& type : types) {
        if (IsText(*type)) out = CommonText(*out, *type);
      }
      return out;
    }
    case TextResult::kCommonBinary: {
      TypePtr out = arrow::binary();
      for (const auto& type : types) {
        if (type->id() == Type::BINARY_VIEW) return type;
        if (type->id() == Type::LARGE_BINARY || type->id() == Type::FIXED_SIZE_BINARY) out = arrow::large_binary();
      }
      return out;
    }
    case TextResult::kAsFirst: return types.empty() || !IsText(*types[0]) ? arrow::utf8() : types[0];
  }
  return arrow::utf8();
}

// The call on the values of a dictionary, its answers as a dictionary.
void OverDictionary(const TypePtr& given, ResolvedCall* call) {
  const TypePtr type = arrow::dictionary(static_cast<const arrow::DictionaryType&>(*given).index_type(), call->result->type());
  const TypePtr values_type = call->argument_types[0];
  call->argument_types = {given};
  call->result = ResultField(type);
  call->kernel = [type, values_type, inner = call->kernel](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count) -> arrow::Result<arrow::Datum> {
    ARROW_ASSIGN_OR_RAISE(const Rows rows, Rows::Make(context, values, count));
    const auto& data = rows.array(0);
    ARROW_ASSIGN_OR_RAISE(auto texts, CastArray(context, data->dictionary, values_type));
    ARROW_ASSIGN_OR_RAISE(auto answers, inner(context, {arrow::Datum(texts)}, texts->length));
    auto out = data->Copy();
    out->type = type;
    out->dictionary = answers.array();
    return rows.Finish(std::move(out));
  };
}

template <typename Make>
ScalarFunctionPtr Define(Definition definition, Make make) {
  FunctionSpec spec = SpecOf(definition);
  spec.resolve = [definition, make](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    ResolvedCall call;
    ARROW_ASSIGN_OR_RAISE(call.argument_types, MatchSignature(definition, arguments));
    call.fallible = definition.fallible;
    if (definition.null_is_view && TypeOfArgument(arguments, 0)->id() == Type::NA) call.argument_types[0] = arrow::utf8_view();
    make(&call);
    if (definition.by_dictionary && arguments.size() == 1 && TypeOfArgument(arguments, 0)->id() == Type::DICTIONARY) OverDictionary(TypeOfArgument(arguments, 0), &call);
    return call;
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

arrow::Result<std::vector<TypePtr>> MatchSignature(const Definition& d, const Arguments& arguments) {
  std::string letters;
  size_t least = std::string::npos;
  bool repeat = false;
  for (const char c : d.signature) {
    if (c == '?') least = letters.size();
    else if (c == '*') repeat = true;
    else letters += c;
  }
  if (least == std::string::npos) least = letters.size();
  if (arguments.size() < least || (!repeat && arguments.size() > letters.size())) return NoMatch(d.name, d.syntax, arguments);
  std::vector<TypePtr> out;
  for (size_t i = 0; i < arguments.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto type, MatchLetter(d, arguments, i, i < letters.size() ? letters[i] : letters.back()));
    out.push_back(std::move(type));
  }
  if (d.views != Definition::kNever) {
    bool inexact = false;
    TypePtr text;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const TypePtr given = TypeOfArgument(arguments, i);
      inexact = inexact || !given->Equals(*out[i]);
      if (!IsText(*out[i])) continue;
      inexact = inexact || (text && !text->Equals(*out[i]) && (d.views == Definition::kMixed || out[i]->id() == Type::STRING_VIEW));
      text = out[i];
    }
    for (auto& type : out) {
      if (inexact && IsText(*type)) type = arrow::utf8_view();
    }
  }
  return out;
}

ScalarFunctionPtr DefineText(Definition definition, TextResult result, TextCell cell) {
  const bool nulls = definition.nulls;
  return Define(std::move(definition), [result, cell, nulls](ResolvedCall* call) {
    const TypePtr type = ResultType(result, call->argument_types);
    call->result = ResultField(type);
    call->kernel = [type, cell, nulls](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return TextRows(context, values, n, type, cell, nulls);
    };
  });
}

ScalarFunctionPtr DefineInt(Definition definition, bool wide, IntCell cell) {
  const bool nulls = definition.nulls;
  const bool grows = definition.wide_if_large;
  return Define(std::move(definition), [always = wide, grows, cell, nulls](ResolvedCall* call) {
    const bool wide = always || (grows && !call->argument_types.empty() && call->argument_types[0]->id() == Type::LARGE_STRING);
    call->result = ResultField(wide ? arrow::int64() : arrow::int32());
    call->kernel = [wide, cell, nulls](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) -> arrow::Result<arrow::Datum> {
      if (wide) return FixedRows<int64_t>(context, values, n, arrow::int64(), cell, nulls);
      return FixedRows<int32_t>(
          context, values, n, arrow::int32(),
          [&](const Rows& rows, int64_t i, int32_t* out, arrow::Status* error) {
            int64_t value = 0;
            const Cell answer = cell(rows, i, &value, error);
            *out = static_cast<int32_t>(value);
            return answer;
          },
          nulls);
    };
  });
}

ScalarFunctionPtr DefineDouble(Definition definition, DoubleCell cell) {
  const bool nulls = definition.nulls;
  return Define(std::move(definition), [cell, nulls](ResolvedCall* call) {
    call->result = ResultField(arrow::float64());
    call->kernel = [cell, nulls](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<double>(context, values, n, arrow::float64(), cell, nulls);
    };
  });
}

ScalarFunctionPtr DefineBool(Definition definition, BoolCell cell) {
  const bool nulls = definition.nulls;
  return Define(std::move(definition), [cell, nulls](ResolvedCall* call) {
    call->result = ResultField(arrow::boolean());
    call->kernel = [cell, nulls](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return BoolRows(context, values, n, cell, nulls);
    };
  });
}

}  // namespace bowstring
