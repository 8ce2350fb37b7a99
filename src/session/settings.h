// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bowstring {

enum class SettingType : uint8_t { kBool, kUnsigned, kSigned, kNumber, kText, kRuntime };

struct Setting {
  std::string_view key;
  SettingType type;
  const char* value;  ///< the default; null: unset
};

/// All settings, by key.
std::span<const Setting> AllSettings();

/// One of them, or null.
const Setting* FindSetting(std::string_view key);

}  // namespace bowstring
