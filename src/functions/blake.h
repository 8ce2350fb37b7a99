// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace bowstring {

/// Digests of the BLAKE family, without a key: BLAKE2s (32 bytes) and BLAKE2b (64) by RFC 7693, BLAKE3 (32) by its specification of
/// 2020-01-09 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn). Hand-written, as no library of ours has them.
std::string Blake2s(std::string_view bytes);
std::string Blake2b(std::string_view bytes);
std::string Blake3(std::string_view bytes);

}  // namespace bowstring
