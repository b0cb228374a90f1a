// SPDX-License-Identifier: Apache-2.0
// Measures of corpora, where they are known beforehand.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "runtime/learn/corpus_metrics.h"

namespace sbx::learn {
namespace {

using Vectors = std::vector<std::vector<double>>;

/// Points of a sphere of so many dimensions, within a space of twelve.
Vectors on_sphere(size_t dimensions, size_t count) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Vectors vectors(count, std::vector<double>(12));
  for (auto& vector : vectors) {
    double squares = 0;
    for (size_t i = 0; i <= dimensions; ++i) squares += std::pow(vector[i] = normal(random), 2);
    for (double& value : vector) value /= std::sqrt(squares);
  }
  return vectors;
}

TEST_CASE("the intrinsic dimension is that of the points, not of the space") {
  for (const size_t dimensions : {1, 2, 4}) {
    INFO(dimensions);
    CHECK(shape_of(on_sphere(dimensions, 2000), 10'000).intrinsic_dimension == doctest::Approx(static_cast<double>(dimensions)).epsilon(0.1));
  }
}

TEST_CASE("dispersion is the distance to the centroid") {
  const VectorShape shape = shape_of(Vectors{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}, 100);
  CHECK(shape.vectors == 4);
  CHECK(shape.dispersion == doctest::Approx(1));
  CHECK(shape.dispersion_min == doctest::Approx(1));
  CHECK(shape.dispersion_std == doctest::Approx(0));
  CHECK(shape.hubness == doctest::Approx(0));  // each is a neighbour of all
}

TEST_CASE("a centre that all are near is a hub") {
  Vectors vectors = on_sphere(11, 300);
  for (auto& vector : vectors) {  // towards one pole, so that what is at the pole is near all
    vector[0] += 1.5;
    double squares = 0;
    for (const double value : vector) squares += value * value;
    for (double& value : vector) value /= std::sqrt(squares);
  }
  CHECK(shape_of(vectors, 1000).hubness > 1);
  CHECK(shape_of(on_sphere(1, 300), 1000).hubness < 1);
}

TEST_CASE("vectors that are doubles tell nothing of the dimension, and more than enough are sampled") {
  CHECK(shape_of(Vectors(5, {1, 0}), 100).intrinsic_dimension == 0);
  CHECK(shape_of(on_sphere(2, 1001), 500).vectors == 334);
}

TEST_CASE("a graph without directions, double edges and loops") {
  const std::vector<Triple> triples{{"a", "likes", "b"}, {"b", "knows", "a"}, {"b", "likes", "c"}, {"c", "likes", "a"}, {"c", "has", "d"}, {"e", "is", "e"}, {"f", "is", "g"}};
  const GraphShape shape = shape_of(triples);
  CHECK(shape.nodes == 7);
  CHECK(shape.edges == 5);
  CHECK(shape.relations == 4);
  CHECK(shape.connected == doctest::Approx(4.0 / 7));
  CHECK(shape.degree == doctest::Approx(10.0 / 7));
  CHECK(shape.centrality == doctest::Approx(3.0 / 6));
  CHECK(shape.clustering == doctest::Approx((1 + 1 + 1.0 / 3) / 7));
  CHECK(shape_of(std::vector<Triple>{}).nodes == 0);
}

TEST_CASE("triples are lines with two tabs") {
  CHECK(parse_triples("a\tr\tb\r\n\nc\tr\td")->size() == 2);
  CHECK(parse_triples("a\tr\tb\nc r d").error().message.starts_with("line 2 "));
  CHECK_FALSE(parse_triples("a\tr\tb\tc").ok());
}

}  // namespace
}  // namespace sbx::learn
