// SPDX-License-Identifier: Apache-2.0
// Rows in clusters by the direction of their views.
#pragma once

#include <vector>

#include "runtime/learn/fit.h"

namespace sbx::learn {

struct Clusters {
  Matrix centroids;             // of unit length
  std::vector<size_t> of_row;
};

/// Spherical k-means (Dhillon and Modha 2001), seeded as k-means++ (Arthur and Vassilvitskii 2007); as many clusters as the argument
/// `clusters` says, at most one a row. With `clusters: 0` each label of `per:` is one, and what has none a last one.
[[nodiscard]] Clusters find_clusters(const FitProblem& problem);

}  // namespace sbx::learn
