// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>
#include <cstdio>

#include <arrow/type.h>

#include "functions/cast.h"
#include "functions/spark.h"
#include "functions/utf8.h"
#include "functions/value_text.h"

namespace bowstring {
namespace {

using arrow::Type;

// From a position, 1 the first, negative ones from the end, at most a number of characters.
Cell Substring(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  const int64_t size = CountUtf8(text), given = rows.value<int64_t>(1, i), count = rows.arguments() > 2 ? rows.value<int64_t>(2, i) : INT64_MAX;
  const int64_t begin = given > 0 ? given - 1 : given < 0 ? size + given : 0;
  int64_t end;
  if (__builtin_add_overflow(begin, count, &end)) end = INT64_MAX;
  const int64_t from = std::max<int64_t>(begin, 0), to = std::min(end, size);
  if (from >= to) return Cell::kValue;
  const size_t first = Utf8Offset(text, from);
  out->assign(text.substr(first, Utf8Offset(text.substr(first), to - from)));
  return Cell::kValue;
}

Cell Soundex(const Rows& rows, int64_t i, std::string* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80; };
  if (text.empty() || !letter(text[0])) return out->assign(text), Cell::kValue;
  //                              ABCDEFGHIJKLMNOPQRSTUVWXYZ; 7: H and W, which don't part equal codes
  static constexpr char kCodes[] = "01230127022455012623017202";
  auto code = [&](char c) { return kCodes[std::toupper(static_cast<unsigned char>(c)) - 'A']; };
  *out = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  char last = code(text[0]);
  for (size_t k = 1; k < text.size() && out->size() < 4; ++k) {
    if (!letter(text[k])) {
      last = '0';
      continue;
    }
    const char c = code(text[k]);
    if (c == '7') continue;
    if (c != '0' && c != last) *out += c;
    last = c;
  }
  out->append(4 - out->size(), '0');
  return Cell::kValue;
}

Cell Luhn(const Rows& rows, int64_t i, bool* out, arrow::Status*) {
  const std::string_view text = rows.text(0, i);
  int sum = 0;
  bool twice = false;
  for (size_t k = text.size(); k-- > 0; twice = !twice) {
    if (text[k] < '0' || text[k] > '9') return Cell::kValue;
    const int digit = (text[k] - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  *out = !text.empty() && sum % 10 == 0;
  return Cell::kValue;
}

// format_string: printf as Java has it. One value, as a text for %s and as a number for the others.
struct FormatPiece {
  std::string flags;
  int width = -1, precision = -1;
  char conversion = 's';
};

std::string Grouped(std::string digits) {
  size_t end = digits.find('.');
  if (end == std::string::npos) end = digits.size();
  const size_t begin = !digits.empty() && (digits[0] == '-' || digits[0] == '+') ? 1 : 0;
  for (size_t k = end; k > begin + 3; k -= 3) digits.insert(k - 3, ",");
  return digits;
}

std::string Fill(const FormatPiece& piece, std::string text, bool number) {
  const auto has = [&](char flag) { return piece.flags.find(flag) != std::string::npos; };
  const auto count = static_cast<int>(CountUtf8(text));
  if (piece.width <= count) return text;
  const auto missing = static_cast<size_t>(piece.width - count);
  if (has('-')) return text + std::string(missing, ' ');
  if (has('0') && number) {
    const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    return text.insert(sign, missing, '0');
  }
  return std::string(missing, ' ') + text;
}

// Appends one value of argument a; false: the conversion doesn't fit its type.
bool AppendPiece(const FormatPiece& piece, const Rows& rows, size_t a, int64_t i, const ValueWriter& write, std::string* out) {
  const auto has = [&](char flag) { return piece.flags.find(flag) != std::string::npos; };
  const arrow::ArrayData& data = *rows.array(a);
  const Type::type id = data.type->id();
  const char kind = static_cast<char>(std::tolower(static_cast<unsigned char>(piece.conversion)));
  const bool upper = piece.conversion != kind;
  std::string text;
  bool number = false;
  if (!rows.valid(a, i)) {
    text = kind == 'b' ? "false" : "null";
    if (piece.precision >= 0) text.resize(std::min<size_t>(text.size(), static_cast<size_t>(piece.precision)));
  } else if (kind == 's') {
    write(rows.at(a, i), &text);
    if (piece.precision >= 0) text = text.substr(0, Utf8Offset(text, piece.precision));
  } else if (kind == 'b') {
    text = id == Type::BOOL && !rows.boolean(a, i) ? "false" : "true";
  } else if (id == Type::INT64 && (kind == 'd' || kind == 'x' || kind == 'o' || kind == 'c')) {
    const int64_t value = rows.value<int64_t>(a, i);
    char buffer[32];
    if (kind == 'c') {
      if (value < 0 || value > 0x10FFFF) return false;
      AppendUtf8(static_cast<char32_t>(value), &text);
    } else if (kind == 'd') {
      number = true;
      text = std::to_string(value);
      if (has(',')) text = Grouped(text);
      if (value >= 0 && has('+')) text.insert(0, "+");
      else if (value >= 0 && has(' ')) text.insert(0, " ");
      if (value < 0 && has('(')) text = "(" + text.substr(1) + ")";
    } else {
      number = true;
      snprintf(buffer, sizeof(buffer), kind == 'x' ? (has('#') ? "%#llx" : "%llx") : (has('#') ? "%#llo" : "%llo"), static_cast<unsigned long long>(value));
      text = buffer;
    }
  } else if (id == Type::DOUBLE && (kind == 'f' || kind == 'e' || kind == 'g' || kind == 'a')) {
    const double value = rows.value<double>(a, i);
    if (!std::isfinite(value)) {
      text = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    } else {
      number = true;
      const std::string format = std::string("%.*") + kind;
      char buffer[512];
      snprintf(buffer, sizeof(buffer), format.c_str(), piece.precision >= 0 ? piece.precision : 6, value);
      text = buffer;
      if (has(',')) text = Grouped(text);
      if (has('+') && !std::signbit(value)) text.insert(0, "+");
    }
  } else {
    return false;
  }
  if (upper) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  *out += Fill(piece, std::move(text), number);
  return true;
}

arrow::Result<arrow::Datum> Format(KernelContext& context, const std::vector<arrow::Datum>& values, int64_t count, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const Rows all, Rows::Make(context, values, count));
  std::vector<ValueWriter> writers;
  for (size_t a = 0; a < all.arguments(); ++a) {
    ARROW_ASSIGN_OR_RAISE(auto writer, MakeValueWriter(all.array(a)));
    writers.push_back(std::move(writer));
  }
  return TextRows(
      context, values, count, type,
      [&](const Rows& rows, int64_t i, std::string* out, arrow::Status* error) {
        if (!rows.valid(0, i)) return Cell::kNull;
        const std::string_view format = rows.text(0, i);
        size_t next = 1;
        for (size_t k = 0; k < format.size(); ++k) {
          if (format[k] != '%') {
            *out += format[k];
            continue;
          }
          FormatPiece piece;
          size_t argument = 0;
          auto number = [&] {
            int value = 0;
            while (k < format.size() && std::isdigit(static_cast<unsigned char>(format[k])) && value < 100000) value = value * 10 + (format[k++] - '0');
            return value;
          };
          ++k;
          // %2$s: a number and a dollar in front.
          const size_t digits = format.find_first_not_of("0123456789", k);
          if (digits != std::string_view::npos && digits > k && format[digits] == '$') {
            argument = static_cast<size_t>(number());
            ++k;
          }
          while (k < format.size() && std::string_view("-#+ 0,(").find(format[k]) != std::string_view::npos) piece.flags += format[k++];
          if (k < format.size() && std::isdigit(static_cast<unsigned char>(format[k]))) piece.width = number();
          if (k < format.size() && format[k] == '.') {
            ++k;
            piece.precision = number();
          }
          if (k >= format.size()) return Fail(error, "the format '" + std::string(format) + "' ends within a conversion");
          piece.conversion = format[k];
          if (piece.precision > 200 || piece.width > 100000) return Fail(error, "a width of the format '" + std::string(format) + "' is too large");
          if (piece.conversion == '%') {
            *out += '%';
            continue;
          }
          if (piece.conversion == 'n') {
            *out += '\n';
            continue;
          }
          if (argument == 0) argument = next++;
          if (argument >= rows.arguments()) return Fail(error, "the format '" + std::string(format) + "' wants more arguments");
          if (!AppendPiece(piece, rows, argument, i, writers[argument], out)) {
            return Fail(error, std::string("the conversion %") + piece.conversion + " of the format doesn't fit " + rows.array(argument)->type->ToString());
          }
        }
        return Cell::kValue;
      },
      true);
}

ScalarFunctionPtr MakeFormat() {
  FunctionSpec spec = SparkSpec("format_string", "A text by a format of printf.");
  spec.aliases = {"spark_printf"};
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty() || !IsText(*ValueType(TypeOfArgument(arguments, 0)))) return NoMatch("format_string", syntax, arguments);
    ResolvedCall call;
    const TypePtr type = ValueType(TypeOfArgument(arguments, 0));
    call.argument_types = {type};
    for (size_t a = 1; a < arguments.size(); ++a) {
      const TypePtr given = ValueType(TypeOfArgument(arguments, a));
      call.argument_types.push_back(IsInteger(*given) ? arrow::int64() : IsFloat(*given) ? arrow::float64() : given->id() == Type::NA ? arrow::utf8() : given);
    }
    call.result = ResultField(type);
    call.fallible = true;
    call.kernel = [type](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) { return Format(context, values, n, type); };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// Text of bytes, what is no UTF-8 as U+FFFD; `valid` false where there was such.
void Repair(std::string_view bytes, std::string* out, bool* valid) {
  for (size_t at = 0; at < bytes.size();) {
    char32_t code;
    if (const size_t length = DecodeUtf8(bytes, at, &code); length > 0) {
      out->append(bytes.substr(at, length));
      at += length;
    } else {
      *out += "\xEF\xBF\xBD";
      *valid = false;
      ++at;
    }
  }
}

ScalarFunctionPtr MakeLength(std::string name) {
  FunctionSpec spec = SparkSpec(name, "Number of characters of a text, of bytes of a binary.");
  const auto of_bytes = DefineInt(SparkDefinition(name, "b", ""), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = static_cast<int64_t>(rows.text(0, i).size());
    return Cell::kValue;
  });
  spec.resolve = [of_bytes](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    const bool bytes = arguments.size() == 1 && IsBytes(*TypeOfArgument(arguments, 0));
    return bytes ? of_bytes->Resolve(arguments) : FindBuiltinScalar("length")->Resolve(arguments);
  };
  return MakeFunction(std::move(spec));
}

ScalarFunctionPtr MakeLike(std::string name, LikePattern::Dialect dialect) {
  FunctionSpec spec = SparkSpec(name, "Whether a text is like a pattern of % and _.");
  spec.resolve = [name, syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> { return NoMatch(name, syntax, arguments); };
  spec.expand = [dialect](const std::vector<Expr>& a) -> std::optional<Expr> {
    if (a.size() != 2) return std::nullopt;
    return MakeExpr(ExprKind::kLike, a, LikePattern{dialect, false, std::nullopt});
  };
  return MakeFunction(std::move(spec));
}

// All values as texts with a separator between, each element of a list by itself; NULLs are skipped.
ScalarFunctionPtr MakeConcatWs() {
  FunctionSpec spec = SparkSpec("concat_ws", "All texts, and all elements of lists, with a separator between, as a string; NULLs are skipped.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("concat_ws", syntax, arguments);
    ResolvedCall call;
    for (size_t a = 0; a < arguments.size(); ++a) {
      const auto type = ValueType(TypeOfArgument(arguments, a));
      const bool list = type->id() == arrow::Type::LIST || type->id() == arrow::Type::LARGE_LIST || type->id() == arrow::Type::FIXED_SIZE_LIST;
      const auto value = list ? type->field(0)->type() : type;
      if (value->num_fields() > 0 || (list && a == 0)) return NoMatch("concat_ws", syntax, arguments);
      call.argument_types.push_back(list ? arrow::list(arrow::utf8()) : arrow::utf8());
    }
    call.result = ResultField(arrow::utf8());
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return TextRows(
          context, values, n, arrow::utf8(),
          [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
            if (!rows.valid(0, i)) return Cell::kNull;
            const std::string_view between = rows.text(0, i);
            bool first = true;
            const auto add = [&](std::string_view text) {
              if (!first) o->append(between);
              o->append(text);
              first = false;
            };
            for (size_t a = 1; a < rows.arguments(); ++a) {
              if (!rows.valid(a, i)) continue;
              const arrow::ArrayData& data = *rows.array(a);
              if (data.type->id() != arrow::Type::LIST) {
                add(rows.text(a, i));
                continue;
              }
              const int32_t* offsets = data.GetValues<int32_t>(1) + rows.at(a, i);
              const arrow::ArrayData& items = *data.child_data[0];
              for (int64_t k = offsets[0]; k < offsets[1]; ++k) {
                if (items.IsValid(k)) add(VisitText(items, [&](auto reader) -> std::string_view { return reader[k]; }));
              }
            }
            return Cell::kValue;
          },
          true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

// One function for bytes, one for texts, one for what has a text form.
ScalarFunctionPtr ByKind(ScalarFunctionPtr of_bytes, ScalarFunctionPtr of_text, ScalarFunctionPtr of_others) {
  FunctionSpec spec = SparkSpec(of_bytes->name().substr(6), of_bytes->doc().description);
  spec.resolve = [of_bytes, of_text, of_others](const Arguments& arguments) {
    const auto type = arguments.size() == 1 ? ValueType(TypeOfArgument(arguments, 0)) : arrow::utf8();
    return (IsBytes(*type) ? of_bytes : IsText(*type) || type->id() == arrow::Type::NA ? of_text : of_others)->Resolve(arguments);
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddSparkTextFunctions(std::vector<ScalarFunctionPtr>* out) {
  using R = TextResult;
  for (const char* name : {"length", "char_length", "character_length", "len"}) out->push_back(MakeLength(name));
  Definition ascii = SparkDefinition("ascii", "x", "Code point of the first character.");
  out->push_back(DefineInt(std::move(ascii), false, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    const std::string_view text = rows.text(0, i);
    char32_t code = 0;
    if (!text.empty()) DecodeUtf8(text, 0, &code);
    *o = static_cast<int64_t>(code);
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("substring", "tn?n", "A part of a text from a position, negative ones from the end."), R::kAsFirst, Substring));
  out->push_back(DefineText(SparkDefinition("substr", "tn?n", "As substring."), R::kAsFirst, Substring));
  out->push_back(MakeConcatWs());
  Definition concat = SparkDefinition("concat", "x*", "All texts one after the other; NULL where any is.");
  concat.signature = "?x*";
  out->push_back(DefineText(std::move(concat), R::kCommon, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    for (size_t a = 0; a < rows.arguments(); ++a) o->append(rows.text(a, i));
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("char", "n", "The character of a code from 0 to 255, of others by the rest of 256."), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    const int64_t code = rows.value<int64_t>(0, i);
    if (code >= 0) AppendUtf8(static_cast<char32_t>(code % 256), o);
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("space", "n", "A number of blanks.", true), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status* error) {
    const int64_t n = rows.value<int64_t>(0, i);
    if (n > INT32_MAX) return Fail(error, "space: " + std::to_string(n) + " blanks are too many");
    o->append(static_cast<size_t>(std::max<int64_t>(n, 0)), ' ');
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("quote", "x", "The text in single quotes, quotes and backslashes escaped."), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    *o += '\'';
    for (const char c : rows.text(0, i)) {
      if (c == '\'' || c == '\\') *o += '\\';
      *o += c;
    }
    *o += '\'';
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("soundex", "t", "The Soundex code of a text."), R::kUtf8, Soundex));
  out->push_back(DefineBool(SparkDefinition("luhn_check", "x", "Whether digits fulfil Luhn's check."), Luhn));
  out->push_back(DefineText(SparkDefinition("bin", "n", "An integer in binary digits."), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    auto value = static_cast<uint64_t>(rows.value<int64_t>(0, i));
    do o->insert(o->begin(), static_cast<char>('0' + (value & 1)));
    while (value >>= 1);
    return Cell::kValue;
  }));
  Definition elt = SparkDefinition("elt", "nx*", "The n-th of the texts, from 1; NULL where there is none.");
  elt.nulls = true;
  out->push_back(DefineText(std::move(elt), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    const int64_t n = rows.valid(0, i) ? rows.value<int64_t>(0, i) : 0;
    if (n < 1 || n >= static_cast<int64_t>(rows.arguments()) || !rows.valid(static_cast<size_t>(n), i)) return Cell::kNull;
    o->assign(rows.text(static_cast<size_t>(n), i));
    return Cell::kValue;
  }));
  out->push_back(MakeFormat());
  const BoolCell is_valid = [](const Rows& rows, int64_t i, bool* o, arrow::Status*) {
    std::string ignored;
    *o = true;
    Repair(rows.text(0, i), &ignored, o);
    return Cell::kValue;
  };
  const TextCell make_valid = [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    bool ignored = true;
    Repair(rows.text(0, i), o, &ignored);
    return Cell::kValue;
  };
  const auto valid = [](const char* letter) { return SparkDefinition("is_valid_utf8", letter, "Whether bytes are UTF-8."); };
  const auto repaired = [](const char* letter) { return SparkDefinition("make_valid_utf8", letter, "Bytes as text, what is no UTF-8 as U+FFFD."); };
  out->push_back(ByKind(DefineBool(valid("b"), is_valid), DefineBool(valid("t"), is_valid), DefineBool(valid("x"), is_valid)));
  out->push_back(ByKind(DefineText(repaired("b"), R::kUtf8, make_valid), DefineText(repaired("t"), R::kAsFirst, make_valid), DefineText(repaired("x"), R::kUtf8, make_valid)));
  out->push_back(MakeLike("like", LikePattern::kLike));
  out->push_back(MakeLike("ilike", LikePattern::kILike));
  FunctionSpec choice = SparkSpec("if", "The second argument where the first is true, else the third.");
  choice.resolve = [](const Arguments& arguments) -> arrow::Result<ResolvedCall> { return NoMatch("if", "if(condition, then, else)", arguments); };
  choice.expand = [](const std::vector<Expr>& a) -> std::optional<Expr> {
    if (a.size() != 3) return std::nullopt;
    return Case({false, true}, a);
  };
  out->push_back(MakeFunction(std::move(choice)));
}

}  // namespace bowstring
