// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

/// What a plug-in and the engine agree on, in plain C: see plugin.h for the comfortable way.

#include <stddef.h>
#include <stdint.h>

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
}
#endif

extern "C" {
/// One function. All texts live as long as the library.
struct BowstringFunction {
  const char* name;
  const char* description;
  int64_t n_arguments;
  const char* const* arguments;  ///< types as formats of the C data interface: "l" int64, "g" double, "u" text, ...
  const char* result;
  int32_t volatility;  ///< 0 immutable, 1 stable within a query, 2 volatile
  /// Fills `result`, an array of `rows` values that the caller releases; the arguments stay the caller's. Not 0: failed, with a text in `error`.
  int32_t (*call)(const struct ArrowArray* arguments, int64_t rows, struct ArrowArray* result, char* error, size_t error_size);
};
/// What a plug-in's function `bowstring_plugin` answers.
struct BowstringPlugin {
  int32_t abi;  ///< BOWSTRING_PLUGIN_ABI
  int64_t n_functions;
  const struct BowstringFunction* functions;
};
}
#define BOWSTRING_PLUGIN_ABI 1
