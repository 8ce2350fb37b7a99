// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bowstring {

/// Letters to change, insert or drop to make one name of the other; case doesn't count.
int EditDistance(std::string_view a, std::string_view b);

/// Index of the name that is most like `name`: for "Did you mean ...?". -1 where none is near.
int NearestName(std::string_view name, const std::vector<std::string>& names);

}  // namespace bowstring
