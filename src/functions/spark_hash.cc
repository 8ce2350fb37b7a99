// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <array>

#define XXH_INLINE_ALL
#include <arrow/type.h>
#include <arrow/vendored/xxhash.h>

#include "functions/digest.h"
#include "functions/spark.h"

namespace bowstring {
namespace {

using arrow::Type;

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> out{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int k = 0; k < 8; ++k) value = value & 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
    out[i] = value;
  }
  return out;
}

int64_t Crc32(std::string_view bytes) {
  static constexpr auto kTable = MakeCrcTable();
  uint32_t crc = 0xFFFFFFFF;
  for (const unsigned char c : bytes) crc = kTable[(crc ^ c) & 255] ^ (crc >> 8);
  return static_cast<int64_t>(crc ^ 0xFFFFFFFF);
}

template <typename T>
uint64_t HashOf(T value, uint64_t seed) {
  return XXH64(&value, sizeof(value), seed);
}

uint64_t Join(const arrow::ArrayData& data, int64_t i, uint64_t seed);

// NULLs don't change it.
uint64_t JoinValid(const arrow::ArrayData& data, int64_t i, uint64_t seed) { return data.type->id() != Type::NA && data.IsValid(i) ? Join(data, i, seed) : seed; }

uint64_t JoinList(const arrow::ArrayData& list, int64_t begin, int64_t end, uint64_t seed) {
  for (int64_t i = begin; i < end; ++i) seed = JoinValid(*list.child_data[0], i, seed);
  return seed;
}

// The hash so far, joined with the value of argument a: as Spark's, small integers as int, others as long, floats without -0.
uint64_t Join(const arrow::ArrayData& data, int64_t i, uint64_t seed) {
  switch (data.type->id()) {
    case Type::BOOL: return HashOf<int32_t>(arrow::bit_util::GetBit(data.buffers[1]->data(), data.offset + i) ? 1 : 0, seed);
    case Type::INT8: return HashOf<int32_t>(data.GetValues<int8_t>(1)[i], seed);
    case Type::INT16: return HashOf<int32_t>(data.GetValues<int16_t>(1)[i], seed);
    case Type::UINT8: return HashOf<int32_t>(data.GetValues<uint8_t>(1)[i], seed);
    case Type::UINT16: return HashOf<int32_t>(data.GetValues<uint16_t>(1)[i], seed);
    case Type::INT32: case Type::UINT32: case Type::DATE32: case Type::TIME32: case Type::INTERVAL_MONTHS: return HashOf(data.GetValues<int32_t>(1)[i], seed);
    case Type::FLOAT: {
      const float value = data.GetValues<float>(1)[i];
      return HashOf(value == 0 ? 0.0f : value, seed);
    }
    case Type::DOUBLE: {
      const double value = data.GetValues<double>(1)[i];
      return HashOf(value == 0 ? 0.0 : value, seed);
    }
    case Type::DECIMAL128: {
      const __int128 value = data.GetValues<__int128>(1)[i];
      if (static_cast<const arrow::DecimalType&>(*data.type).precision() <= 18) return HashOf(static_cast<int64_t>(value), seed);
      // The shortest bytes in two's complement, the highest first.
      std::string bytes;
      for (int shift = 120; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
      while (bytes.size() > 1 && ((bytes[0] == 0 && !(bytes[1] & 0x80)) || (bytes[0] == '\xFF' && (bytes[1] & 0x80)))) bytes.erase(0, 1);
      return XXH64(bytes.data(), bytes.size(), seed);
    }
    case Type::STRING: case Type::LARGE_STRING: case Type::STRING_VIEW: case Type::BINARY: case Type::LARGE_BINARY: case Type::BINARY_VIEW: case Type::FIXED_SIZE_BINARY: {
      const std::string_view text = VisitText(data, [&](auto reader) -> std::string_view { return reader[i]; });
      return XXH64(text.data(), text.size(), seed);
    }
    case Type::LIST: case Type::MAP: return JoinList(data, data.GetValues<int32_t>(1)[i], data.GetValues<int32_t>(1)[i + 1], seed);
    case Type::LARGE_LIST: return JoinList(data, data.GetValues<int64_t>(1)[i], data.GetValues<int64_t>(1)[i + 1], seed);
    case Type::STRUCT: {
      for (const auto& child : data.child_data) seed = JoinValid(*child, data.offset + i, seed);
      return seed;
    }
    default: return HashOf(data.GetValues<int64_t>(1)[i], seed);
  }
}

constexpr int kMostNested = 32;

bool Hashable(const arrow::DataType& type, int depth = 0) {
  const bool nested = type.id() == Type::LIST || type.id() == Type::LARGE_LIST || type.id() == Type::MAP || type.id() == Type::STRUCT;
  if (nested) {
    return depth < kMostNested && std::all_of(type.fields().begin(), type.fields().end(), [&](const auto& field) { return Hashable(*field->type(), depth + 1); });
  }
  return type.id() == Type::NA || type.id() == Type::BOOL || IsText(type) || IsBytes(type) || type.id() == Type::DECIMAL128 || IsTemporal(type) || type.id() == Type::DURATION ||
         (IsNumeric(type) && !IsDecimal(type) && type.id() != Type::HALF_FLOAT);
}

ScalarFunctionPtr MakeXxhash() {
  FunctionSpec spec = SparkSpec("xxhash64", "A hash of all arguments (XXH64 with seed 42); NULLs don't change it.");
  spec.resolve = [syntax = spec.doc.syntax](const Arguments& arguments) -> arrow::Result<ResolvedCall> {
    if (arguments.empty()) return NoMatch("xxhash64", syntax, arguments);
    ResolvedCall call;
    for (size_t a = 0; a < arguments.size(); ++a) {
      call.argument_types.push_back(ValueType(TypeOfArgument(arguments, a)));
      if (!Hashable(*call.argument_types.back())) return NoMatch("xxhash64", syntax, arguments);
    }
    call.result = ResultField(arrow::int64(), false);
    call.kernel = [](KernelContext& context, const std::vector<arrow::Datum>& values, int64_t n) {
      return FixedRows<int64_t>(
          context, values, n, arrow::int64(),
          [](const Rows& rows, int64_t i, int64_t* out, arrow::Status*) {
            uint64_t hash = 42;
            for (size_t a = 0; a < rows.arguments(); ++a) {
              hash = JoinValid(*rows.array(a), rows.at(a, i), hash);
            }
            *out = static_cast<int64_t>(hash);
            return Cell::kValue;
          },
          true);
    };
    return call;
  };
  return MakeFunction(std::move(spec));
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Integers by their digits, texts and bytes by their bytes.
ScalarFunctionPtr MakeHex() {
  const auto of_bytes = DefineText(SparkDefinition("hex", "b", ""), TextResult::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    *o = Upper(HexText(rows.text(0, i)));
    return Cell::kValue;
  });
  const auto of_number = DefineText(SparkDefinition("hex", "n", ""), TextResult::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    char buffer[32];
    snprintf(buffer, sizeof(buffer), "%llX", static_cast<unsigned long long>(rows.value<int64_t>(0, i)));
    *o = buffer;
    return Cell::kValue;
  });
  FunctionSpec spec = SparkSpec("hex", "An integer, or bytes, in hexadecimal digits.");
  spec.resolve = [of_bytes, of_number](const Arguments& arguments) {
    const bool number = arguments.size() == 1 && IsNumeric(*ValueType(TypeOfArgument(arguments, 0)));
    return (number ? of_number : of_bytes)->Resolve(arguments);
  };
  return MakeFunction(std::move(spec));
}

}  // namespace

void AddSparkHashFunctions(std::vector<ScalarFunctionPtr>* out) {
  using R = TextResult;
  out->push_back(DefineInt(SparkDefinition("crc32", "b", "The CRC-32 checksum."), true, [](const Rows& rows, int64_t i, int64_t* o, arrow::Status*) {
    *o = Crc32(rows.text(0, i));
    return Cell::kValue;
  }));
  for (const char* name : {"sha1", "sha"}) {
    out->push_back(DefineText(SparkDefinition(name, "b", "The SHA-1 digest as hexadecimal text."), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
      std::string bytes;
      DigestBy("sha1", rows.text(0, i), &bytes);
      *o = HexText(bytes);
      return Cell::kValue;
    }));
  }
  out->push_back(DefineText(SparkDefinition("sha2", "bn", "The SHA-2 digest of 224, 256 (or 0), 384 or 512 bits as hexadecimal text; NULL for others."), R::kUtf8,
                            [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
                              const int64_t bits = rows.value<int64_t>(1, i);
                              if (bits != 0 && bits != 224 && bits != 256 && bits != 384 && bits != 512) return Cell::kNull;
                              std::string bytes;
                              DigestBy("sha" + std::to_string(bits == 0 ? 256 : bits), rows.text(0, i), &bytes);
                              *o = HexText(bytes);
                              return Cell::kValue;
                            }));
  out->push_back(MakeXxhash());
  out->push_back(MakeHex());
  out->push_back(DefineText(SparkDefinition("unhex", "t", "The bytes of hexadecimal digits; NULL where there are others."), R::kBinary, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    std::string text(rows.text(0, i));
    if (text.size() % 2 != 0) text.insert(0, "0");
    auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    for (size_t k = 0; k < text.size(); k += 2) {
      if (digit(text[k]) < 0 || digit(text[k + 1]) < 0) return Cell::kNull;
      *o += static_cast<char>(digit(text[k]) * 16 + digit(text[k + 1]));
    }
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("base64", "b", "Bytes in base64 digits."), R::kUtf8, [](const Rows& rows, int64_t i, std::string* o, arrow::Status*) {
    *o = Base64Text(rows.text(0, i), true);
    return Cell::kValue;
  }));
  out->push_back(DefineText(SparkDefinition("unbase64", "t", "The bytes of base64 digits.", true), R::kBinary, [](const Rows& rows, int64_t i, std::string* o, arrow::Status* error) {
    if (FromBase64(rows.text(0, i), o)) return Cell::kValue;
    return Fail(error, "Failed to decode value using base64pad");
  }));
}

}  // namespace bowstring
