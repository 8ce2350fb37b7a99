// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <bowstring/function.h>

#include "session/information_schema_rows.h"
#include "sources/memory.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

uint64_t NumberOf(const std::string& text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

template <typename Builder, typename Value>
Result<std::shared_ptr<arrow::Array>> Build(const std::vector<TextRow>& rows, size_t column, Value&& value) {
  Builder builder;
  for (const TextRow& row : rows) ARROW_RETURN_NOT_OK(row[column] ? builder.Append(value(*row[column])) : builder.AppendNull());
  return builder.Finish();
}

Result<std::shared_ptr<arrow::Array>> BuildLists(const std::vector<TextRow>& rows, size_t column) {
  auto texts = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), texts);
  for (const TextRow& row : rows) {
    if (!row[column]) {
      ARROW_RETURN_NOT_OK(lists.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(lists.Append());
    for (const std::string& line : Lines(*row[column])) ARROW_RETURN_NOT_OK(texts->Append(line));
  }
  return lists.Finish();
}

struct Routine {
  std::string name, kind;
  const FunctionDoc* doc;
  bool deterministic;
  std::shared_ptr<const void> owner;  // of doc
};

std::vector<Routine> AllRoutines(const SessionState& session) {
  const FunctionTable& table = session.functions();
  std::vector<Routine> routines;
  for (const std::string& name : table.ScalarNames()) {
    const auto function = table.Scalar(name);
    routines.push_back({name, "SCALAR", &function->doc(), function->volatility() == Volatility::kImmutable, function});
  }
  for (const std::string& name : table.AggregateNames()) {
    const auto function = table.Aggregate(name);
    routines.push_back({name, "AGGREGATE", &function->doc(), function->volatility() == Volatility::kImmutable, function});
  }
  for (const std::string& name : table.WindowNames()) {
    const auto function = table.Window(name);
    routines.push_back({name, "WINDOW", &function->doc(), true, function});
  }
  return routines;
}

std::optional<std::string> TextOrNull(const std::string& text) { return text.empty() ? std::nullopt : std::optional<std::string>(text); }

/// Names of arguments in "substr(str, start[, length])", one a line; how they may be ordered is no argument.
std::string ParameterNames(const std::string& syntax) {
  const size_t open = syntax.find('(');
  const size_t close = std::min({syntax.rfind(')'), syntax.find("[ORDER BY"), syntax.find(" ORDER BY"), syntax.find(") WITHIN GROUP")});
  std::string names, word;
  if (open == std::string::npos || close == std::string::npos || close < open) return names;
  for (size_t i = open + 1; i <= close; ++i) {
    const char c = syntax[i];
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      word += c;
    } else if (!word.empty()) {
      names += word + "\n";
      word.clear();
    }
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<const Table>> MakeTable(arrow::FieldVector fields, const std::vector<TextRow>& rows) {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (size_t c = 0; c < fields.size(); ++c) {
    std::shared_ptr<arrow::Array> column;
    switch (fields[c]->type()->id()) {
      case arrow::Type::UINT64: {
        ARROW_ASSIGN_OR_RAISE(column, Build<arrow::UInt64Builder>(rows, c, NumberOf));
        break;
      }
      case arrow::Type::UINT8: {
        ARROW_ASSIGN_OR_RAISE(column, Build<arrow::UInt8Builder>(rows, c, [](const std::string& text) { return static_cast<uint8_t>(NumberOf(text)); }));
        break;
      }
      case arrow::Type::BOOL: {
        ARROW_ASSIGN_OR_RAISE(column, Build<arrow::BooleanBuilder>(rows, c, [](const std::string& text) { return text == "true"; }));
        break;
      }
      case arrow::Type::LIST: {
        ARROW_ASSIGN_OR_RAISE(column, BuildLists(rows, c));
        break;
      }
      default: {
        ARROW_ASSIGN_OR_RAISE(column, Build<arrow::StringBuilder>(rows, c, [](const std::string& text) { return text; }));
        break;
      }
    }
    columns.push_back(std::move(column));
  }
  const auto schema = arrow::schema(std::move(fields));
  const auto batch = arrow::RecordBatch::Make(schema, static_cast<int64_t>(rows.size()), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(auto source, MemoryTable::Make(schema, {{batch}}));
  return Table::Of(std::move(source));
}

arrow::FieldVector TextFields(std::initializer_list<const char*> names) {
  arrow::FieldVector fields;
  for (const char* name : names) {
    const std::string text = name;
    const bool nullable = text.back() == '?';
    fields.push_back(arrow::field(nullable ? text.substr(0, text.size() - 1) : text, arrow::utf8(), nullable));
  }
  return fields;
}

// Types of arguments and results follow from each call (Resolve), not from a list: the columns for them stay NULL.

Result<std::shared_ptr<const Table>> Routines(const SessionState& session) {
  const std::string catalog = session.config().default_catalog(), schema = session.config().default_schema();
  std::vector<TextRow> rows;
  for (const Routine& routine : AllRoutines(session)) {
    rows.push_back({catalog, schema, routine.name, catalog, schema, routine.name, "FUNCTION", routine.deterministic ? "true" : "false",
                    std::nullopt, routine.kind, TextOrNull(routine.doc->description), TextOrNull(routine.doc->syntax)});
  }
  std::vector<std::string> makers = session.functions().TableNames();
  makers.insert(makers.end(), {"generate_series", "range"});  // the binder's own
  std::sort(makers.begin(), makers.end());
  makers.erase(std::unique(makers.begin(), makers.end()), makers.end());
  for (const std::string& name : makers) {
    rows.push_back({catalog, schema, name, catalog, schema, name, "FUNCTION", "false", "TABLE", "TABLE", std::nullopt, std::nullopt});
  }
  arrow::FieldVector fields =
      TextFields({"specific_catalog", "specific_schema", "specific_name", "routine_catalog", "routine_schema", "routine_name", "routine_type"});
  fields.push_back(arrow::field("is_deterministic", arrow::boolean()));
  for (auto& field : TextFields({"data_type?", "function_type?", "description?", "syntax_example?"})) fields.push_back(field);
  return MakeTable(std::move(fields), rows);
}

Result<std::shared_ptr<const Table>> RoutineParameters(const SessionState& session) {
  const std::string catalog = session.config().default_catalog(), schema = session.config().default_schema();
  std::vector<TextRow> rows;
  for (const Routine& routine : AllRoutines(session)) {
    const std::string variadic = routine.doc->syntax.find("...") != std::string::npos ? "true" : "false";
    int position = 0;
    for (const std::string& name : Lines(ParameterNames(routine.doc->syntax))) {
      rows.push_back({catalog, schema, routine.name, std::to_string(++position), "IN", name, std::nullopt, std::nullopt, variadic, "0"});
    }
    rows.push_back({catalog, schema, routine.name, "1", "OUT", std::nullopt, std::nullopt, std::nullopt, variadic, "0"});
  }
  arrow::FieldVector fields = TextFields({"specific_catalog", "specific_schema", "specific_name"});
  fields.push_back(arrow::field("ordinal_position", arrow::uint64(), false));
  for (auto& field : TextFields({"parameter_mode", "parameter_name?", "data_type?", "parameter_default?"})) fields.push_back(field);
  fields.push_back(arrow::field("is_variadic", arrow::boolean(), false));
  fields.push_back(arrow::field("rid", arrow::uint8(), false));
  return MakeTable(std::move(fields), rows);
}

Result<std::shared_ptr<const Table>> ShownFunctions(const SessionState& session) {
  std::vector<TextRow> rows;
  for (const Routine& routine : AllRoutines(session)) {
    rows.push_back({routine.name, std::nullopt, ParameterNames(routine.doc->syntax), std::nullopt, routine.kind,
                    TextOrNull(routine.doc->description), TextOrNull(routine.doc->syntax)});
  }
  arrow::FieldVector fields = TextFields({"function_name", "return_type?"});
  fields.push_back(arrow::field("parameters", arrow::list(arrow::utf8())));
  fields.push_back(arrow::field("parameter_types", arrow::list(arrow::utf8())));
  for (auto& field : TextFields({"function_type?", "description?", "syntax_example?"})) fields.push_back(field);
  return MakeTable(std::move(fields), rows);
}

}  // namespace bowstring
