// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/nearest_name.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace bowstring {

int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i])) == std::tolower(static_cast<unsigned char>(b[j]));
      const int change = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

int NearestName(std::string_view name, const std::vector<std::string>& names) {
  constexpr size_t kLongestName = 256;  // longer ones aren't typing mistakes, and the distance is quadratic
  if (name.size() > kLongestName) return -1;
  // Half of the longer name must be right.
  int best = -1;
  double best_share = 0.5 + 1e-9;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].size() > kLongestName) continue;
    const double longer = static_cast<double>(std::max<size_t>(1, std::max(name.size(), names[i].size())));
    const double share = EditDistance(name, names[i]) / longer;
    if (share < best_share) {
      best_share = share;
      best = static_cast<int>(i);
    }
  }
  return best;
}

}  // namespace bowstring
