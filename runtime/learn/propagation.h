// SPDX-License-Identifier: Apache-2.0
// Vectors handed on through a graph of requests, clusters and models.
#pragma once

#include <vector>

#include "runtime/learn/fit.h"

namespace sbx::learn {

/// What models hold after `hops` times H <- D^-1/2 (A + I) D^-1/2 H. `ties` (requests x models) and membership in a cluster are A.
[[nodiscard]] Matrix propagate(const Matrix& requests, const Matrix& ties, const std::vector<size_t>& cluster_of, size_t clusters, int hops);

}  // namespace sbx::learn
