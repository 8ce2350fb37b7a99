// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Newline-delimited JSON, an object a row; Arrow has no JSON writer.

#include <cmath>

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "sinks/cell_text.h"
#include "sinks/file_writer.h"
#include "sinks/option_value.h"
#include "sinks/text_writer.h"

namespace bowstring {
namespace {

using arrow::Result;
using arrow::Status;
using arrow::Type;

constexpr int kMaxDepth = 64;

void AppendString(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      case '\b': *out += "\\b"; break;
      case '\f': *out += "\\f"; break;
      default: *out += std::string("\\u00") + kHex[c >> 4] + kHex[c & 15];
    }
  }
  out->append(text, plain);
  *out += '"';
}

// One column, or what is nested in one.
struct Cell {
  ValueWriter write;                  // a value that isn't NULL, as JSON
  std::function<bool(int64_t)> null;
};

Result<Cell> MakeCell(const std::shared_ptr<arrow::ArrayData>& array, int depth);

// Values whose plain text needs quotes.
Result<ValueWriter> Quoted(const std::shared_ptr<arrow::ArrayData>& array) {
  ARROW_ASSIGN_OR_RAISE(auto write, MakeCellWriter(array, {}));
  return ValueWriter([write](int64_t i, std::string* out) {
    *out += '"';
    write(i, out);
    *out += '"';
  });
}

template <typename ArrayType>
ValueWriter Strings(const std::shared_ptr<arrow::ArrayData>& array) {
  return [typed = std::make_shared<ArrayType>(array)](int64_t i, std::string* out) { AppendString(typed->GetView(i), out); };
}

template <typename Read>
ValueWriter Floats(const std::shared_ptr<arrow::ArrayData>& array, Read read) {
  return [array, read](int64_t i, std::string* out) {
    const auto value = read(*array, i);
    const size_t begin = out->size();
    if (!std::isfinite(value)) {
      *out += "null";  // JSON has no such numbers
      return;
    }
    if constexpr (sizeof value == 8) {
      AppendDouble(value, out);
    } else {
      AppendFloat(value, out);
    }
    // With a fraction always, as the peer's: 1.0e20.
    const size_t exponent = out->find('e', begin);
    if (exponent != std::string::npos && out->find('.', begin) == std::string::npos) out->insert(exponent, ".0");
  };
}

template <typename Bounds>
ValueWriter Lists(const std::shared_ptr<arrow::ArrayData>& array, Cell element, Bounds bounds) {
  return [array, element = std::move(element), bounds](int64_t i, std::string* out) {
    const auto [begin, end] = bounds(*array, i);
    *out += '[';
    for (int64_t k = begin; k < end; ++k) {
      if (k > begin) *out += ',';
      if (element.null(k)) {
        *out += "null";
      } else {
        element.write(k, out);
      }
    }
    *out += ']';
  };
}

template <typename Offset, bool kView>
Result<ValueWriter> MakeList(const std::shared_ptr<arrow::ArrayData>& array, int depth) {
  ARROW_ASSIGN_OR_RAISE(auto element, MakeCell(array->child_data[0], depth));
  return Lists(array, std::move(element), [](const arrow::ArrayData& data, int64_t i) {
    const Offset* offsets = data.GetValues<Offset>(1);
    if constexpr (kView) return std::pair<int64_t, int64_t>(offsets[i], offsets[i] + data.GetValues<Offset>(2)[i]);
    return std::pair<int64_t, int64_t>(offsets[i], offsets[i + 1]);
  });
}

Result<ValueWriter> MakeStruct(const std::shared_ptr<arrow::ArrayData>& array, int depth) {
  std::vector<Cell> cells;
  std::vector<std::string> keys;
  for (size_t f = 0; f < array->child_data.size(); ++f) {
    ARROW_ASSIGN_OR_RAISE(auto cell, MakeCell(array->child_data[f], depth));
    cells.push_back(std::move(cell));
    std::string key;
    AppendString(array->type->field(static_cast<int>(f))->name(), &key);
    keys.push_back(key + ":");
  }
  return ValueWriter([array, cells, keys](int64_t i, std::string* out) {
    const int64_t at = array->offset + i;
    *out += '{';
    bool first = true;
    for (size_t f = 0; f < cells.size(); ++f) {
      if (cells[f].null(at)) continue;
      if (!first) *out += ',';
      first = false;
      *out += keys[f];
      cells[f].write(at, out);
    }
    *out += '}';
  });
}

Result<ValueWriter> MakeMap(const std::shared_ptr<arrow::ArrayData>& array, int depth) {
  const auto& entries = array->child_data[0];
  ARROW_ASSIGN_OR_RAISE(auto key, MakeCell(entries->child_data[0], depth));
  ARROW_ASSIGN_OR_RAISE(auto value, MakeCell(entries->child_data[1], depth));
  const bool quoted = !IsFreeText(*entries->child_data[0]->type);
  ValueWriter key_text;
  if (quoted) {
    ARROW_ASSIGN_OR_RAISE(key_text, Quoted(entries->child_data[0]));
  } else {
    key_text = key.write;
  }
  return ValueWriter([array, entries, key_text, value](int64_t i, std::string* out) {
    const int32_t* offsets = array->GetValues<int32_t>(1);
    *out += '{';
    for (int64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
      if (k > offsets[i]) *out += ',';
      const int64_t at = entries->offset + k;
      key_text(at, out);
      *out += ':';
      if (value.null(at)) {
        *out += "null";
      } else {
        value.write(at, out);
      }
    }
    *out += '}';
  });
}

Result<ValueWriter> MakeJsonWriter(const std::shared_ptr<arrow::ArrayData>& array, int depth) {
  const arrow::DataType& type = *array->type;
  switch (type.id()) {
    case Type::NA:
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::UINT8:
    case Type::UINT16:
    case Type::UINT32:
    case Type::UINT64:
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256: return MakeCellWriter(array, {});
    case Type::DOUBLE: return Floats(array, [](const arrow::ArrayData& data, int64_t i) { return data.GetValues<double>(1)[i]; });
    case Type::FLOAT: return Floats(array, [](const arrow::ArrayData& data, int64_t i) { return data.GetValues<float>(1)[i]; });
    case Type::HALF_FLOAT:
      return Floats(array, [](const arrow::ArrayData& data, int64_t i) {
        return arrow::util::Float16::FromBits(data.GetValues<uint16_t>(1)[i]).ToFloat();
      });
    case Type::STRING: return Strings<arrow::StringArray>(array);
    case Type::LARGE_STRING: return Strings<arrow::LargeStringArray>(array);
    case Type::STRING_VIEW: return Strings<arrow::StringViewArray>(array);
    case Type::LIST: return MakeList<int32_t, false>(array, depth);
    case Type::LARGE_LIST: return MakeList<int64_t, false>(array, depth);
    case Type::LIST_VIEW: return MakeList<int32_t, true>(array, depth);
    case Type::LARGE_LIST_VIEW: return MakeList<int64_t, true>(array, depth);
    case Type::FIXED_SIZE_LIST: {
      ARROW_ASSIGN_OR_RAISE(auto element, MakeCell(array->child_data[0], depth));
      const int64_t size = static_cast<const arrow::FixedSizeListType&>(type).list_size();
      return Lists(array, std::move(element), [size](const arrow::ArrayData& data, int64_t i) {
        return std::pair<int64_t, int64_t>((data.offset + i) * size, (data.offset + i + 1) * size);
      });
    }
    case Type::STRUCT: return MakeStruct(array, depth);
    case Type::MAP: return MakeMap(array, depth);
    case Type::DICTIONARY: {
      ARROW_ASSIGN_OR_RAISE(auto value, MakeCell(array->dictionary, depth));
      return ValueWriter([typed = std::make_shared<arrow::DictionaryArray>(array), write = std::move(value.write)](int64_t i, std::string* out) {
        write(typed->GetValueIndex(i), out);
      });
    }
    case Type::EXTENSION: {
      auto storage = array->Copy();
      storage->type = static_cast<const arrow::ExtensionType&>(type).storage_type();
      return MakeJsonWriter(storage, depth + 1);
    }
    case Type::DENSE_UNION:
    case Type::SPARSE_UNION:
    case Type::RUN_END_ENCODED: return Error(ErrorKind::kNotImplemented, "values of type ", type.ToString(), " in JSON");
    default: return Quoted(array);  // dates, times, intervals, binaries in hex
  }
}

Result<Cell> MakeCell(const std::shared_ptr<arrow::ArrayData>& array, int depth) {
  if (depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "JSON of a type nested deeper than ", kMaxDepth);
  ARROW_ASSIGN_OR_RAISE(auto write, MakeJsonWriter(array, depth + 1));
  return Cell{std::move(write), MakeNullTest(array)};
}

class JsonFormat final : public FileFormat {
 public:
  explicit JsonFormat(TextCompression compression) : compression_(std::move(compression)), extension_(".json" + compression_.extension()) {}

  const std::string& extension() const override { return extension_; }
  bool is_text() const override { return true; }

  Status Check(const arrow::Schema& schema) const override {
    ARROW_ASSIGN_OR_RAISE(const auto empty, arrow::RecordBatch::MakeEmpty(std::make_shared<arrow::Schema>(schema)));
    std::string text;
    return AppendRows(*empty, 0, 0, 1, &text).status();
  }

  Result<std::unique_ptr<FileWriter>> Open(std::shared_ptr<arrow::Schema>, std::shared_ptr<OutputFile> file,
                                           const WriterContext& context) const override {
    return OpenTextWriter(*this, "", compression_, std::move(file), context);
  }

  Result<int64_t> AppendRows(const arrow::RecordBatch& batch, int64_t begin, int64_t end, size_t enough, std::string* out) const override {
    std::vector<Cell> cells;
    std::vector<std::string> keys;
    for (int c = 0; c < batch.num_columns(); ++c) {
      ARROW_ASSIGN_OR_RAISE(auto cell, MakeCell(batch.column_data(c), 0));
      cells.push_back(std::move(cell));
      std::string key;
      AppendString(batch.schema()->field(c)->name(), &key);
      keys.push_back(key + ":");
    }
    const size_t stop = out->size() + enough;
    int64_t row = begin;
    for (; row < end && out->size() < stop; ++row) {
      *out += '{';
      bool first = true;
      for (size_t c = 0; c < cells.size(); ++c) {
        if (cells[c].null(row)) continue;
        if (!first) *out += ',';
        first = false;
        *out += keys[c];
        cells[c].write(row, out);
      }
      *out += "}\n";
    }
    return row;
  }

 private:
  const TextCompression compression_;
  const std::string extension_;
};

}  // namespace

Result<std::shared_ptr<const FileFormat>> MakeJsonFormat(const FormatOptions& options) {
  for (const auto& [key, value] : options) {
    if (key == "newline_delimited") {
      ARROW_ASSIGN_OR_RAISE(const bool lines, BoolOption(key, value));
      if (!lines) return Error(ErrorKind::kNotImplemented, "writing JSON as one array (newline_delimited false)");
    } else if (key != "compression" && key != "compression_level" && key != "schema_infer_max_rec") {
      return UnknownOption(key, "JsonOptions");
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto compression, TextCompression::From(options));
  return std::make_shared<JsonFormat>(std::move(compression));
}

}  // namespace bowstring
