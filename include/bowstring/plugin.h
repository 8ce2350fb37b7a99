// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

/// Scalar functions in C++ as a plug-in: a shared library that needs nothing of this project but this header, not even Arrow's library. Columns travel by
/// Arrow's C data interface, whose layout never changes.
///
///     #include <bowstring/plugin.h>
///     double Hypotenuse(double a, double b) { return std::sqrt(a * a + b * b); }
///     std::optional<int64_t> Positive(int64_t x) { return x > 0 ? std::optional(x) : std::nullopt; }
///     BOWSTRING_PLUGIN(bowstring::plugin::Scalar<Hypotenuse>("hypotenuse"), bowstring::plugin::Scalar<Positive>("positive"))
///
/// Built with `c++ -std=c++20 -shared -fPIC`, loaded by `LoadPlugin()` (plugin_loader.h) or `ctx.load_plugin(path)` in Python. A function is called on any
/// thread, from several at once. NULL in any argument gives NULL without a call; std::nullopt gives NULL; what it throws ends the query with its text.

#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <bowstring/plugin_abi.h>

namespace bowstring::plugin {

/// How values of a C++ type lie in a column: numbers, bool, and texts (std::string_view in, std::string out).
template <typename T>
struct Column;

template <typename T>
struct NumberColumn {
  static T Get(const ArrowArray& array, int64_t i) { return static_cast<const T*>(array.buffers[1])[array.offset + i]; }
};
template <> struct Column<int8_t> : NumberColumn<int8_t> { static constexpr const char* kFormat = "c"; };
template <> struct Column<int16_t> : NumberColumn<int16_t> { static constexpr const char* kFormat = "s"; };
template <> struct Column<int32_t> : NumberColumn<int32_t> { static constexpr const char* kFormat = "i"; };
template <> struct Column<int64_t> : NumberColumn<int64_t> { static constexpr const char* kFormat = "l"; };
template <> struct Column<uint64_t> : NumberColumn<uint64_t> { static constexpr const char* kFormat = "L"; };
template <> struct Column<float> : NumberColumn<float> { static constexpr const char* kFormat = "f"; };
template <> struct Column<double> : NumberColumn<double> { static constexpr const char* kFormat = "g"; };
template <> struct Column<bool> {
  static constexpr const char* kFormat = "b";
  static bool Get(const ArrowArray& array, int64_t i) {
    const int64_t at = array.offset + i;
    return static_cast<const uint8_t*>(array.buffers[1])[at / 8] >> (at % 8) & 1;
  }
};
template <> struct Column<std::string_view> {
  static constexpr const char* kFormat = "u";
  static std::string_view Get(const ArrowArray& array, int64_t i) {
    const int32_t* offsets = static_cast<const int32_t*>(array.buffers[1]) + array.offset + i;
    return {static_cast<const char*>(array.buffers[2]) + offsets[0], static_cast<size_t>(offsets[1] - offsets[0])};
  }
};
template <> struct Column<std::string> : Column<std::string_view> {};

/// The column that a function fills, owned by its ArrowArray in the end.
struct Filled {
  std::vector<uint8_t> valid, bits;
  std::vector<int32_t> offsets;
  std::string bytes;  // of texts, or of numbers
  const void* buffers[3] = {nullptr, nullptr, nullptr};
};

template <typename T>
void Finish(Filled* filled, int64_t rows, int64_t nulls, ArrowArray* out) {
  constexpr bool kText = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;
  filled->buffers[0] = nulls > 0 ? filled->valid.data() : nullptr;
  filled->buffers[1] = kText ? static_cast<const void*>(filled->offsets.data())
                             : std::is_same_v<T, bool> ? static_cast<const void*>(filled->bits.data()) : static_cast<const void*>(filled->bytes.data());
  filled->buffers[2] = kText ? filled->bytes.data() : nullptr;
  *out = ArrowArray{rows, nulls, 0, kText ? 3 : 2, 0, filled->buffers, nullptr, nullptr,
                    [](ArrowArray* array) {
                      delete static_cast<Filled*>(array->private_data);
                      array->release = nullptr;
                    },
                    filled};
}

template <typename T>
struct Plain { using Type = T; };
template <typename T>
struct Plain<std::optional<T>> { using Type = T; };

inline bool IsValid(const ArrowArray& array, int64_t i) {
  if (array.null_count == 0 || array.buffers[0] == nullptr) return true;
  const int64_t at = array.offset + i;
  return static_cast<const uint8_t*>(array.buffers[0])[at / 8] >> (at % 8) & 1;
}

template <auto kFunction, typename Result, typename... Arguments, size_t... kAt>
int32_t CallRows(Result (*)(Arguments...), std::index_sequence<kAt...>, const ArrowArray* arguments, int64_t rows, ArrowArray* out, char* error,
                 size_t error_size) {
  using Value = typename Plain<std::decay_t<Result>>::Type;
  constexpr bool kText = std::is_same_v<Value, std::string> || std::is_same_v<Value, std::string_view>;
  auto* filled = new (std::nothrow) Filled;
  try {
    if (filled == nullptr) throw std::bad_alloc();
    filled->valid.resize(rows / 8 + 1);
    if constexpr (kText) filled->offsets.resize(rows + 1);
    if constexpr (std::is_same_v<Value, bool>) filled->bits.resize(rows / 8 + 1);
    if constexpr (!kText && !std::is_same_v<Value, bool>) filled->bytes.resize(rows * sizeof(Value));
    int64_t nulls = 0;
    for (int64_t i = 0; i < rows; ++i) {
      std::optional<Value> value;
      if ((IsValid(arguments[kAt], i) && ...)) value = kFunction(Column<std::decay_t<Arguments>>::Get(arguments[kAt], i)...);
      if (value) {
        filled->valid[i / 8] |= static_cast<uint8_t>(1 << (i % 8));
        if constexpr (kText) {
          filled->bytes.append(*value);
          if (filled->bytes.size() > INT32_MAX) throw std::length_error("the texts of one batch have more than 2 GB");
        } else if constexpr (std::is_same_v<Value, bool>) {
          filled->bits[i / 8] |= static_cast<uint8_t>(*value << (i % 8));
        } else {
          std::memcpy(filled->bytes.data() + i * sizeof(Value), &*value, sizeof(Value));
        }
      } else {
        ++nulls;
      }
      if constexpr (kText) filled->offsets[i + 1] = static_cast<int32_t>(filled->bytes.size());
    }
    Finish<Value>(filled, rows, nulls, out);
    return 0;
  } catch (const std::exception& exception) {
    std::strncpy(error, exception.what(), error_size - 1);
  } catch (...) {
    std::strncpy(error, "an exception of an unknown kind", error_size - 1);
  }
  error[error_size - 1] = 0;
  delete filled;
  return 1;
}

template <auto kFunction, typename Result, typename... Arguments>
BowstringFunction Describe(Result (*)(Arguments...), const char* name, const char* description, int32_t volatility) {
  static constexpr const char* kFormats[] = {Column<std::decay_t<Arguments>>::kFormat..., nullptr};
  return {name, description, static_cast<int64_t>(sizeof...(Arguments)), kFormats, Column<typename Plain<std::decay_t<Result>>::Type>::kFormat, volatility,
          [](const ArrowArray* arguments, int64_t rows, ArrowArray* out, char* error, size_t error_size) {
            return CallRows<kFunction>(static_cast<Result (*)(Arguments...)>(kFunction), std::index_sequence_for<Arguments...>{}, arguments, rows, out, error,
                                       error_size);
          }};
}

/// A plain C++ function of numbers, bools and texts as a function of SQL.
template <auto kFunction>
BowstringFunction Scalar(const char* name, const char* description = "", int32_t volatility = 0) {
  return Describe<kFunction>(kFunction, name, description, volatility);
}

}  // namespace bowstring::plugin

#define BOWSTRING_PLUGIN(...)                                                                            \
  extern "C" __attribute__((visibility("default"))) const BowstringPlugin* bowstring_plugin() {          \
    static const BowstringFunction functions[] = {__VA_ARGS__};                                          \
    static const BowstringPlugin plugin = {BOWSTRING_PLUGIN_ABI, sizeof(functions) / sizeof(functions[0]), functions}; \
    return &plugin;                                                                                      \
  }
