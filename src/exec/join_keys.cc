// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/join_keys.h"

#include <bit>
#include <cmath>

#include <arrow/util/bit_util.h>
#include <arrow/util/float16.h>

#include <bowstring/error.h>

#include "exec/join_serial.h"
#include "exec/sort_key.h"

namespace bowstring::exec {
namespace {

using arrow::Type;

const arrow::DataType& StorageType(const arrow::DataType& type) {
  const arrow::DataType* at = &type;
  while (true) {
    if (at->id() == Type::EXTENSION) {
      at = static_cast<const arrow::ExtensionType*>(at)->storage_type().get();
    } else if (at->id() == Type::DICTIONARY) {
      at = static_cast<const arrow::DictionaryType*>(at)->value_type().get();
    } else {
      return *at;
    }
  }
}

struct Form {
  JoinWordForm form = JoinWordForm::kNothing;
  int bytes = 0;
  int words = 1;
};

arrow::Result<Form> FormOf(const arrow::DataType& any) {
  const arrow::DataType& type = StorageType(any);
  switch (type.id()) {
    case Type::NA: return Form{};
    case Type::BOOL: return Form{JoinWordForm::kBool, 1};
    case Type::UINT8: return Form{JoinWordForm::kUnsigned, 1};
    case Type::UINT16: return Form{JoinWordForm::kUnsigned, 2};
    case Type::UINT32: return Form{JoinWordForm::kUnsigned, 4};
    case Type::UINT64: return Form{JoinWordForm::kUnsigned, 8};
    case Type::INT8: return Form{JoinWordForm::kSigned, 1};
    case Type::INT16: return Form{JoinWordForm::kSigned, 2};
    case Type::INT32: case Type::DATE32: case Type::TIME32: case Type::DECIMAL32: case Type::INTERVAL_MONTHS: return Form{JoinWordForm::kSigned, 4};
    case Type::INT64: case Type::DATE64: case Type::TIME64: case Type::TIMESTAMP: case Type::DURATION: case Type::DECIMAL64:
      return Form{JoinWordForm::kSigned, 8};
    case Type::HALF_FLOAT: return Form{JoinWordForm::kHalf, 2};
    case Type::FLOAT: return Form{JoinWordForm::kFloat, 4};
    case Type::DOUBLE: return Form{JoinWordForm::kDouble, 8};
    case Type::STRING: case Type::BINARY: case Type::LARGE_STRING: case Type::LARGE_BINARY: case Type::STRING_VIEW: case Type::BINARY_VIEW:
      return Form{JoinWordForm::kText, 8};
    case Type::DECIMAL128: case Type::DECIMAL256: case Type::INTERVAL_DAY_TIME: case Type::INTERVAL_MONTH_DAY_NANO: case Type::FIXED_SIZE_BINARY: {
      const int bytes = static_cast<const arrow::FixedWidthType&>(type).bit_width() / 8;
      if (bytes <= 32) return Form{JoinWordForm::kBytes, bytes, std::max((bytes + 7) / 8, 1)};
      return Form{JoinWordForm::kSerial, 8};
    }
    default:
      ARROW_RETURN_NOT_OK(KeyNormOf(type).status());
      return Form{JoinWordForm::kSerial, 8};
  }
}

bool IsInteger(JoinWordForm form) { return form == JoinWordForm::kSigned || form == JoinWordForm::kUnsigned; }

bool IsNullAt(const arrow::ArrayData& array, int64_t row) {
  return array.buffers[0] && !arrow::bit_util::GetBit(array.buffers[0]->data(), array.offset + row);
}

uint64_t TextRef(std::string_view text, std::deque<FarText>* far) {
  if (text.size() <= kInlineText) return InlineText(text.data(), text.size());
  if (text.size() < kFarLength) return uint64_t{text.size()} << 48 | reinterpret_cast<uint64_t>(text.data());
  far->push_back({text.size(), text.data()});
  return kFarLength << 48 | reinterpret_cast<uint64_t>(&far->back());
}

template <typename Word>
void Words(const RowColumn& column, int64_t begin, int64_t n, uint64_t* out, Word&& word) {
  if (column.rows) {
    for (int64_t i = 0; i < n; ++i) out[i] = word(column.rows[begin + i]);
  } else {
    for (int64_t i = 0; i < n; ++i) out[i] = word(begin + i);
  }
}
template <typename T>
void Integers(const RowColumn& column, int64_t begin, int64_t n, uint64_t* out) {
  const T* values = column.array->GetValues<T>(1);
  Words(column, begin, n, out, [values](int64_t row) { return static_cast<uint64_t>(static_cast<int64_t>(values[row])); });
}
uint64_t DoubleWord(double value) {
  if (std::isnan(value)) return 0x7ff8000000000000u;
  return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
}

void FillPart(JoinWordForm form, int bytes, int words, const RowColumn& column, int64_t begin, int64_t n, uint64_t* out,
              std::deque<FarText>* far) {
  const arrow::ArrayData& array = *column.array;
  if (array.type->id() == Type::NA) {
    for (int w = 0; w < words; ++w) std::fill(out + w * JoinKeyBlock::kRows, out + w * JoinKeyBlock::kRows + n, 0);
    return;
  }
  switch (form) {
    case JoinWordForm::kNothing: std::fill(out, out + n, 0); break;
    case JoinWordForm::kBool: {
      const uint8_t* bits = array.buffers[1]->data();
      Words(column, begin, n, out, [&](int64_t row) -> uint64_t { return arrow::bit_util::GetBit(bits, array.offset + row); });
      break;
    }
    case JoinWordForm::kSigned:
      switch (bytes) {
        case 1: return Integers<int8_t>(column, begin, n, out);
        case 2: return Integers<int16_t>(column, begin, n, out);
        case 4: return Integers<int32_t>(column, begin, n, out);
        default: return Integers<int64_t>(column, begin, n, out);
      }
    case JoinWordForm::kUnsigned:
      switch (bytes) {
        case 1: return Integers<uint8_t>(column, begin, n, out);
        case 2: return Integers<uint16_t>(column, begin, n, out);
        case 4: return Integers<uint32_t>(column, begin, n, out);
        default: return Integers<uint64_t>(column, begin, n, out);
      }
    case JoinWordForm::kHalf:
      Words(column, begin, n, out, [values = array.GetValues<uint16_t>(1)](int64_t row) {
        return DoubleWord(arrow::util::Float16::FromBits(values[row]).ToDouble());
      });
      break;
    case JoinWordForm::kFloat:
      Words(column, begin, n, out, [values = array.GetValues<float>(1)](int64_t row) { return DoubleWord(values[row]); });
      break;
    case JoinWordForm::kDouble:
      Words(column, begin, n, out, [values = array.GetValues<double>(1)](int64_t row) { return DoubleWord(values[row]); });
      break;
    case JoinWordForm::kBytes: {
      const uint8_t* values = array.buffers[1]->data() + array.offset * bytes;
      for (int w = 0; w < words; ++w) {
        const int here = std::min(bytes - 8 * w, 8);
        Words(column, begin, n, out + w * JoinKeyBlock::kRows, [&](int64_t row) {
          uint64_t word = 0;
          std::memcpy(&word, values + row * bytes + 8 * w, here);
          return word;
        });
      }
      break;
    }
    case JoinWordForm::kSignedWide:
      FillPart(JoinWordForm::kSigned, bytes, 1, column, begin, n, out, far);
      for (int64_t i = 0; i < n; ++i) out[JoinKeyBlock::kRows + i] = static_cast<uint64_t>(static_cast<int64_t>(out[i]) >> 63);
      break;
    case JoinWordForm::kText:
    case JoinWordForm::kSerial: {
      const Type::type id = StorageType(*array.type).id();
      Words(column, begin, n, out, [&](int64_t row) -> uint64_t {
        if (IsNullAt(array, row)) return 0;
        return TextRef(TextValue(array, id, row), far);
      });
      break;
    }
  }
}

}  // namespace

bool SameText(uint64_t a, uint64_t b) {
  if (a == b) return true;
  if (IsInlineText(a) || IsInlineText(b) || a >> 48 != b >> 48) return false;
  const std::string_view x = TextOf(a), y = TextOf(b);
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size()) == 0;
}

uint64_t HashText(uint64_t ref) {
  if (IsInlineText(ref)) return HashWord(kHashSeed, ref);
  const std::string_view text = TextOf(ref);
  uint64_t hash = kHashSeed ^ text.size();
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    hash = HashWord(hash, word);
  }
  if (at < text.size()) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, text.size() - at);
    hash = HashWord(hash, word);
  }
  return hash;
}

arrow::Result<JoinKeys> JoinKeys::Make(const JoinSpec& spec) {
  JoinKeys keys;
  if (spec.probe_keys.empty() || spec.probe_keys.size() != spec.build_keys.size()) {
    return Error(ErrorKind::kInternal, "a hash join needs pairs of keys");
  }
  bool nullable = false;
  for (size_t k = 0; k < spec.probe_keys.size(); ++k) {
    const arrow::DataType& probe_type = *spec.probe_keys[k]->physical_type();
    const arrow::DataType& build_type = *spec.build_keys[k]->physical_type();
    ARROW_ASSIGN_OR_RAISE(Form probe, FormOf(probe_type));
    ARROW_ASSIGN_OR_RAISE(Form build, FormOf(build_type));
    auto mismatch = [&] {
      return Error(ErrorKind::kNotImplemented, "Joining ", probe_type.ToString(), " with ", build_type.ToString());
    };
    const bool probe_null = probe.form == JoinWordForm::kNothing, build_null = build.form == JoinWordForm::kNothing;
    if (probe_null) probe = build;
    if (build_null) build = probe;
    if (probe.form != build.form) {
      // A decimal of up to 18 digits may come in 64 bits on one side alone.
      if (build.form == JoinWordForm::kBytes && build.bytes == 16 && probe.form == JoinWordForm::kSigned) {
        probe = {JoinWordForm::kSignedWide, probe.bytes, 2};
      } else if (probe.form == JoinWordForm::kBytes && probe.bytes == 16 && build.form == JoinWordForm::kSigned) {
        build = {JoinWordForm::kSignedWide, build.bytes, 2};
      } else if (!IsInteger(probe.form) || !IsInteger(build.form) || (probe.bytes == 8 && build.bytes == 8)) {
        return mismatch();
      }
    } else if (probe.form == JoinWordForm::kBytes && probe.bytes != build.bytes) {
      return mismatch();
    }
    JoinKeyPart part;
    part.probe = probe.form;
    part.build = build.form;
    part.probe_bytes = probe.bytes;
    part.build_bytes = build.bytes;
    part.first = keys.words_;
    part.words = std::max(probe.words, build.words);
    keys.words_ += part.words;
    for (int w = 0; w < part.words; ++w) keys.text_word_.push_back(part.text());
    keys.any_text_ |= part.text();
    keys.parts_.push_back(part);
    nullable |= spec.probe_keys[k]->nullable() || spec.build_keys[k]->nullable() || probe_null || build_null;
  }
  if (spec.null_equals_null) {
    if (keys.parts_.size() > 64) return Error(ErrorKind::kNotImplemented, "More than 64 keys that match NULLs");
    keys.null_word_ = keys.words_++;
    keys.text_word_.push_back(false);
  }
  return keys;
}

arrow::Result<std::vector<RowColumn>> JoinKeys::Columns(TaskContext& context, const KernelContext& base,
                                                        const std::vector<std::shared_ptr<const BoundExpr>>& exprs, const Batch& batch,
                                                        bool build) const {
  KernelContext kernel = base;
  kernel.task = &context;
  kernel.exec = context.exec();
  const int64_t n = batch.num_rows();
  std::vector<RowColumn> columns;
  for (size_t k = 0; k < exprs.size(); ++k) {
    RowColumn column;
    const int plain = exprs[k]->column();
    if (plain >= 0) {
      column = {batch.data->column_data(plain), batch.rows ? batch.rows->data() : nullptr};
    } else {
      ARROW_ASSIGN_OR_RAISE(auto array, exprs[k]->EvaluateArray(kernel, batch));
      column.array = array->data();
    }
    ARROW_ASSIGN_OR_RAISE(column, DecodeDictionary(column, n, context.pool()));
    if ((build ? parts_[k].build : parts_[k].probe) == JoinWordForm::kSerial) {
      ARROW_ASSIGN_OR_RAISE(column.array, SerializeRows(column, n, context.pool()));
      column.rows = nullptr;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

void JoinKeyBlock::Fill(const JoinKeys& keys, const std::vector<RowColumn>& columns, bool build, int64_t begin, int64_t n) {
  far.clear();
  std::memset(null, 0, static_cast<size_t>(n));
  std::fill(hash, hash + n, kHashSeed);
  uint64_t* mask = keys.nulls_match() ? words.data() + keys.null_word() * kRows : nullptr;
  if (mask) std::fill(mask, mask + n, 0);
  for (size_t k = 0; k < columns.size(); ++k) {
    const JoinKeyPart& part = keys.parts()[k];
    uint64_t* out = words.data() + part.first * kRows;
    FillPart(build ? part.build : part.probe, build ? part.build_bytes : part.probe_bytes, part.words, columns[k], begin, n, out, &far);
    const arrow::ArrayData& array = *columns[k].array;
    const bool all_null = array.type->id() == Type::NA;
    if (all_null || (!array.buffers.empty() && array.buffers[0] && array.GetNullCount() > 0)) {
      for (int64_t i = 0; i < n; ++i) {
        const int64_t row = columns[k].rows ? columns[k].rows[begin + i] : begin + i;
        if (!all_null && !IsNullAt(array, row)) continue;
        if (mask) {
          mask[i] |= uint64_t{1} << k;
        } else {
          null[i] = 1;
        }
        for (int w = 0; w < part.words; ++w) out[w * kRows + i] = 0;
      }
    }
  }
  for (int w = 0; w < keys.words(); ++w) {
    const uint64_t* from = words.data() + w * kRows;
    if (keys.is_text(w)) {
      for (int64_t i = 0; i < n; ++i) hash[i] = HashWord(hash[i], HashText(from[i]));
    } else {
      for (int64_t i = 0; i < n; ++i) hash[i] = HashWord(hash[i], from[i]);
    }
  }
}

}  // namespace bowstring::exec
