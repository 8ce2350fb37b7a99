// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "exec/memory_use.h"

#include <utility>

#include <arrow/type.h>
#include <arrow/type_traits.h>

namespace bowstring::exec {
namespace {

// A text or a list of ordinary length, what points to it included.
constexpr int64_t kTextBytes = 48, kNestedBytes = 96;

}  // namespace

int64_t RowBytes(const arrow::Schema& schema) {
  int64_t bytes = 0;
  for (const auto& field : schema.fields()) {
    const arrow::DataType& type = *field->type();
    if (arrow::is_fixed_width(type.id())) {
      bytes += (type.bit_width() + 7) / 8;
    } else {
      bytes += type.num_fields() > 0 ? kNestedBytes : kTextBytes;
    }
  }
  return bytes;
}

MemoryUse SpillingUse(const SpillSpace* spill, int64_t bytes, std::string what) {
  if (spill != nullptr && spill->enabled()) return {MemoryUse::Kind::kSpills, bytes, std::move(what)};
  return {MemoryUse::Kind::kUnbounded, bytes, std::move(what) + " (spilling is disabled)"};
}

}  // namespace bowstring::exec
