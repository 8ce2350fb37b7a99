// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <vector>

namespace bowstring {

/// A t-digest as T. Dunning and O. Ertl, "Computing extremely accurate quantiles using t-digests" (2019), have it in its merging form, with
/// the scale function of quadratic size limits and the interpolation that folly's and DataFusion's digests use, so that small inputs give
/// the same numbers as theirs.
struct Centroid {
  double mean, weight;
};
inline constexpr int kUsualCentroids = 100;

/// Joins neighbours of sorted centroids (by mean, NaN last) until there are at most about `size`. `count`: what their weights stand for.
void CompressCentroids(std::vector<Centroid>* sorted, double count, int size);
void SortCentroids(Centroid* begin, Centroid* end);
/// The value below which `fraction` of `count` lies. Centroids as compressed, at least one; `min` and `max` are the values' own.
double EstimateQuantile(const std::vector<Centroid>& centroids, double count, double min, double max, double fraction);

}  // namespace bowstring
