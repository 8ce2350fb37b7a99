// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/tdigest.h"

#include <algorithm>
#include <cmath>

namespace bowstring {
namespace {

// The share of the count that the first k of `size` centroids may stand for.
double ShareOf(double k, double size) {
  const double part = k / size;
  if (part >= 0.5) return 1 - 2 * (1 - part) * (1 - part);
  return 2 * part * part;
}

bool Before(const Centroid& a, const Centroid& b) {
  if (std::isnan(a.mean) || std::isnan(b.mean)) return !std::isnan(a.mean) && std::isnan(b.mean);
  return a.mean < b.mean || (a.mean == b.mean && std::signbit(a.mean) && !std::signbit(b.mean));
}

}  // namespace

void SortCentroids(Centroid* begin, Centroid* end) { std::stable_sort(begin, end, Before); }

void CompressCentroids(std::vector<Centroid>* sorted, double count, int size) {
  if (sorted->size() < 2) return;
  const auto& in = *sorted;
  std::vector<Centroid> out;
  out.reserve(std::min<size_t>(in.size(), static_cast<size_t>(size) + 8));
  double k = 1, limit = ShareOf(k++, size) * count, so_far = in[0].weight, sum = 0, weight = 0;
  Centroid current = in[0];
  const auto close = [&] {
    const double total = current.weight + weight;
    if (weight > 0) current.mean = (current.mean * current.weight + sum) / total;
    current.weight = total;
    out.push_back(current);
  };
  for (size_t i = 1; i < in.size(); ++i) {
    so_far += in[i].weight;
    if (so_far <= limit) {
      sum += in[i].mean * in[i].weight;
      weight += in[i].weight;
      continue;
    }
    close();
    sum = weight = 0;
    limit = ShareOf(k++, size) * count;
    current = in[i];
  }
  close();
  SortCentroids(out.data(), out.data() + out.size());
  *sorted = std::move(out);
}

double EstimateQuantile(const std::vector<Centroid>& c, double count, double min, double max, double fraction) {
  const size_t n = c.size();
  const double rank = fraction * count;
  size_t at = 0;
  double before = 0;  // weight in front of c[at]
  if (fraction > 0.5) {
    if (fraction >= 1) return max;
    before = count;
    for (size_t k = n; k-- > 0;) {
      before -= c[k].weight;
      if (rank >= before) {
        at = k;
        break;
      }
    }
  } else {
    if (fraction <= 0) return min;
    at = n - 1;
    for (size_t k = 0; k < n; ++k) {
      if (rank < before + c[k].weight) {
        at = k;
        break;
      }
      before += c[k].weight;
    }
  }
  double width = 0;
  if (n > 1) {
    if (at == 0) {
      width = c[1].mean - c[0].mean;
      max = c[1].mean;
    } else if (at == n - 1) {
      width = c[n - 1].mean - c[n - 2].mean;
      min = c[n - 2].mean;
    } else {
      width = (c[at + 1].mean - c[at - 1].mean) / 2;
      min = c[at - 1].mean;
      max = c[at + 1].mean;
    }
  }
  const double value = c[at].mean + ((rank - before) / c[at].weight - 0.5) * width;
  if (value < min) return min;
  return value > max ? max : value;
}

}  // namespace bowstring
