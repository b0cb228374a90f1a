// SPDX-License-Identifier: Apache-2.0
// The shape of a corpus, from the vectors of its chunks and the triples of its knowledge graph: what a choice among ways of retrieval goes
// by (RAGRouter-Bench, arXiv:2602.00296, section on corpus metrics). Computed once a corpus, away from requests.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::learn {

struct VectorShape {
  size_t vectors = 0;              // that were measured
  double intrinsic_dimension = 0;  // TwoNN (Facco et al. 2017): N / sum ln(r2 / r1), over those that have no double
  double dispersion = 0;           // mean distance to the centroid, with its minimum and standard deviation
  double dispersion_min = 0;
  double dispersion_std = 0;
  double hubness = 0;  // skewness of how often each is among the 10 nearest of another (Radovanović et al. 2010)
};

/// Of vectors of length one and equal dimension, three or more. Of more than `most`, every n-th.
[[nodiscard]] VectorShape shape_of(std::span<const std::vector<double>> vectors, size_t most);

struct Triple {
  std::string subject, relation, object;
};

/// Lines of subject, relation and object, with tabs between them; empty lines are passed by. R0797 names a line of another form.
[[nodiscard]] Result<std::vector<Triple>> parse_triples(std::string_view text);

/// Of the graph that triples make, without directions; a pair of nodes counts once, and none with itself.
struct GraphShape {
  size_t nodes = 0, edges = 0;
  size_t relations = 0;   // different ones
  double connected = 0;   // share of nodes in the largest connected component
  double degree = 0;      // mean
  double centrality = 0;  // largest degree / (nodes - 1)
  double clustering = 0;  // mean local coefficient (Watts and Strogatz 1998)
};
[[nodiscard]] GraphShape shape_of(std::span<const Triple> triples);

}  // namespace sbx::learn
