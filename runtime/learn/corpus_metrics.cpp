// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/corpus_metrics.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace sbx::learn {

namespace {

constexpr Eigen::Index kNeighbours = 10;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix sampled(std::span<const std::vector<double>> vectors, size_t most) {
  const size_t step = std::max<size_t>(1, (vectors.size() + most - 1) / most);
  const size_t count = (vectors.size() + step - 1) / step;
  Matrix rows(count, vectors.front().size());
  for (size_t i = 0; i < count; ++i) {
    const std::vector<double>& from = vectors[i * step];
    for (size_t j = 0; j < from.size(); ++j) rows(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = from[j];
  }
  return rows;
}

void measure_dispersion(const Matrix& rows, VectorShape& shape) {
  const Eigen::VectorXd distances = (rows.rowwise() - rows.colwise().mean()).rowwise().norm();
  shape.dispersion = distances.mean();
  shape.dispersion_min = distances.minCoeff();
  shape.dispersion_std = std::sqrt((distances.array() - shape.dispersion).square().mean());
}

double skewness(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double second = 0, third = 0;
  for (const double value : values) {
    second += (value - mean) * (value - mean);
    third += (value - mean) * (value - mean) * (value - mean);
  }
  const double deviation = std::sqrt(second / n);
  return deviation > 0 ? third / n / (deviation * deviation * deviation) : 0;
}

// Cosines of a block of rows with all at a time; of vectors of length one, a distance is sqrt(2 - 2 cos).
void measure_neighbours(const Matrix& rows, VectorShape& shape) {
  constexpr Eigen::Index kBlock = 256;
  constexpr double kDouble = 1e-12;  // a squared distance that cannot be told from none
  const Eigen::Index count = rows.rows(), k = std::min<Eigen::Index>(kNeighbours, count - 1);
  std::vector<double> occurrences(static_cast<size_t>(count));
  double logs = 0;
  size_t measured = 0;
  std::vector<Eigen::Index> order(static_cast<size_t>(count));
  for (Eigen::Index begin = 0; begin < count; begin += kBlock) {
    Matrix cosines = rows.middleRows(begin, std::min(kBlock, count - begin)) * rows.transpose();
    for (Eigen::Index i = 0; i < cosines.rows(); ++i) {
      cosines(i, begin + i) = -2;  // not its own neighbour
      std::iota(order.begin(), order.end(), Eigen::Index{0});
      const auto nearer = [&](Eigen::Index a, Eigen::Index b) {
        return cosines(i, a) != cosines(i, b) ? cosines(i, a) > cosines(i, b) : a < b;
      };
      std::partial_sort(order.begin(), order.begin() + std::max<Eigen::Index>(k, 2), order.end(), nearer);
      for (Eigen::Index j = 0; j < k; ++j) ++occurrences[static_cast<size_t>(order[static_cast<size_t>(j)])];
      const double first = 2 - 2 * cosines(i, order[0]), second = 2 - 2 * cosines(i, order[1]);
      if (first < kDouble || second <= first) continue;
      logs += std::log(second / first) / 2;
      ++measured;
    }
  }
  shape.intrinsic_dimension = logs > 0 ? static_cast<double>(measured) / logs : 0;
  shape.hubness = skewness(occurrences);
}

using Edges = std::vector<std::set<size_t>>;

double largest_component(const Edges& edges) {
  std::vector<bool> seen(edges.size());
  size_t largest = 0;
  for (size_t from = 0; from < edges.size(); ++from) {
    size_t size = 0;
    std::vector<size_t> open{from};
    while (!open.empty()) {
      const size_t node = open.back();
      open.pop_back();
      if (seen[node]) continue;
      seen[node] = true;
      ++size;
      open.insert(open.end(), edges[node].begin(), edges[node].end());
    }
    largest = std::max(largest, size);
  }
  return static_cast<double>(largest) / static_cast<double>(edges.size());
}

/// Of each node, how many triangles it is a corner of. Edges are followed from the end of smaller degree, so that a hub costs no more than
/// its edges: O(m sqrt m).
std::vector<size_t> triangles_of(const Edges& edges) {
  const auto before = [&](size_t a, size_t b) { return std::pair(edges[a].size(), a) < std::pair(edges[b].size(), b); };
  std::vector<std::vector<size_t>> later(edges.size());
  for (size_t node = 0; node < edges.size(); ++node) {
    for (const size_t other : edges[node]) {
      if (before(node, other)) later[node].push_back(other);
    }
  }
  std::vector<size_t> corners(edges.size()), common;
  for (size_t node = 0; node < edges.size(); ++node) {
    for (const size_t other : later[node]) {
      common.clear();
      std::ranges::set_intersection(later[node], later[other], std::back_inserter(common));
      corners[node] += common.size();
      corners[other] += common.size();
      for (const size_t third : common) ++corners[third];
    }
  }
  return corners;
}

/// The mean share of a node's pairs of neighbours that are neighbours themselves; 0 of fewer than two.
double mean_clustering(const Edges& edges) {
  const std::vector<size_t> triangles = triangles_of(edges);
  double sum = 0;
  for (size_t node = 0; node < edges.size(); ++node) {
    const double degree = static_cast<double>(edges[node].size());
    if (degree >= 2) sum += 2 * static_cast<double>(triangles[node]) / (degree * (degree - 1));
  }
  return sum / static_cast<double>(edges.size());
}

}  // namespace

VectorShape shape_of(std::span<const std::vector<double>> vectors, size_t most) {
  const Matrix rows = sampled(vectors, most);
  VectorShape shape{.vectors = static_cast<size_t>(rows.rows())};
  measure_dispersion(rows, shape);
  measure_neighbours(rows, shape);
  return shape;
}

Result<std::vector<Triple>> parse_triples(std::string_view text) {
  std::vector<Triple> triples;
  for (size_t line = 1; !text.empty(); ++line) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (one.ends_with('\r')) one.remove_suffix(1);
    if (one.empty()) continue;
    const size_t first = one.find('\t'), second = first == std::string_view::npos ? first : one.find('\t', first + 1);
    if (second == std::string_view::npos || one.find('\t', second + 1) != std::string_view::npos)
      return Error{"R0797", "line " + std::to_string(line) + " is not a subject, a relation and an object with tabs between them"};
    triples.push_back(
        {std::string(one.substr(0, first)), std::string(one.substr(first + 1, second - first - 1)), std::string(one.substr(second + 1))});
  }
  return triples;
}

GraphShape shape_of(std::span<const Triple> triples) {
  std::unordered_map<std::string_view, size_t> nodes;
  std::set<std::string_view> relations;
  Edges edges;
  const auto node = [&](std::string_view name) {
    const auto [at, is_new] = nodes.emplace(name, nodes.size());
    if (is_new) edges.emplace_back();
    return at->second;
  };
  for (const Triple& triple : triples) {
    relations.insert(triple.relation);
    const size_t a = node(triple.subject), b = node(triple.object);
    if (a == b) continue;
    edges[a].insert(b);
    edges[b].insert(a);
  }
  GraphShape shape{.nodes = edges.size(), .relations = relations.size()};
  if (edges.empty()) return shape;
  size_t ends = 0, most = 0;
  for (const std::set<size_t>& around : edges) {
    ends += around.size();
    most = std::max(most, around.size());
  }
  const double count = static_cast<double>(edges.size());
  shape.edges = ends / 2;
  shape.connected = largest_component(edges);
  shape.degree = static_cast<double>(ends) / count;
  shape.centrality = edges.size() < 2 ? 0 : static_cast<double>(most) / (count - 1);
  shape.clustering = mean_clustering(edges);
  return shape;
}

}  // namespace sbx::learn
