// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/encoder_fit.h"

#include <Eigen/Dense>
#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/learn/fit.h"

namespace sbx::learn {

namespace {

using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor>;

constexpr size_t kMostFeatures = 40'000;
constexpr Eigen::Index kSpare = 10;  // directions that are found besides, for accuracy
constexpr int kPowerSteps = 3;

models::FeatureSpec feature_spec() {
  return {.views = {{models::View::Words, 1, 2, 16}, {models::View::Characters, 3, 5, 16}}, .bits = 20, .most_bytes = 8192};
}

/// The buckets that the most texts have, two at least, as many as are kept; beside them how many texts that is.
std::vector<std::pair<uint32_t, uint32_t>> kept_buckets(std::span<const std::string* const> texts, const models::FeatureSpec& spec) {
  std::vector<uint32_t> frequency(size_t{1} << spec.bits), seen(frequency.size(), UINT32_MAX);
  models::NGrams ngrams;
  for (uint32_t i = 0; i < texts.size(); ++i) {
    ngrams.cut(*texts[i], spec);
    for (size_t view = 0; view < spec.views.size(); ++view) {
      for (const uint32_t bucket : ngrams.of(view)) {
        if (seen[bucket] != i) ++frequency[bucket];
        seen[bucket] = i;
      }
    }
  }
  std::vector<std::pair<uint32_t, uint32_t>> kept;
  for (uint32_t bucket = 0; bucket < frequency.size(); ++bucket) {
    if (frequency[bucket] >= 2) kept.emplace_back(bucket, frequency[bucket]);
  }
  if (kept.size() > kMostFeatures) {
    std::ranges::stable_sort(kept, [](const auto& a, const auto& b) { return a.second > b.second; });
    kept.resize(kMostFeatures);
    std::ranges::sort(kept);
  }
  return kept;
}

models::FeatureTable make_table(std::span<const std::string* const> texts) {
  const models::FeatureSpec spec = feature_spec();
  std::vector<uint32_t> buckets;
  std::vector<uint8_t> rarities;
  for (const auto& [bucket, frequency] : kept_buckets(texts, spec)) {
    buckets.push_back(bucket);
    rarities.push_back(models::rarity(texts.size(), frequency));
  }
  return {spec, std::move(buckets), std::move(rarities)};
}

Sparse weighted(std::span<const std::string* const> texts, const models::FeatureTable& table) {
  std::vector<Eigen::Triplet<float>> entries;
  models::SparseText sparse;
  for (size_t i = 0; i < texts.size(); ++i) {
    table.read(*texts[i], sparse);
    for (size_t n = 0; n < sparse.rows.size(); ++n)
      entries.emplace_back(static_cast<int>(i), static_cast<int>(sparse.rows[n]), static_cast<float>(sparse.values[n]) / models::kOne);
  }
  Sparse made(static_cast<Eigen::Index>(texts.size()), static_cast<Eigen::Index>(table.size()));
  made.setFromTriplets(entries.begin(), entries.end());
  return made;
}

/// An orthonormal base of the columns.
Matrix orthonormal(const Matrix& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXf> qr(columns);
  return qr.householderQ() * Eigen::MatrixXf::Identity(columns.rows(), columns.cols());
}

Matrix right_singular_vectors(const Sparse& texts, Eigen::Index dimension, uint64_t seed) {
  const Eigen::Index width = std::min({dimension + kSpare, texts.rows(), texts.cols()});
  Random random(seed);
  const Sparse transposed = texts.transpose();
  Matrix range = orthonormal(texts * random_matrix(texts.cols(), width, 1, random));
  for (int step = 0; step < kPowerSteps; ++step) range = orthonormal(texts * Matrix(transposed * range));
  const Matrix narrow = transposed * range;  // features x width: its left singular vectors are those of the texts' right side
  const Eigen::MatrixXd gram = (narrow.transpose() * narrow).cast<double>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(gram);
  Matrix vectors(narrow.cols(), std::min(dimension, width));
  for (Eigen::Index i = 0; i < vectors.cols(); ++i) {
    const Eigen::Index place = narrow.cols() - 1 - i;  // the largest first
    const double value = std::sqrt(std::max(1e-12, spectrum.eigenvalues()(place)));
    vectors.col(i) = (spectrum.eigenvectors().col(place) / value).cast<float>();
  }
  return narrow * vectors;
}

}  // namespace

TextEncoder fit_encoder(std::span<const std::string* const> texts, size_t dimension, uint64_t seed) {
  models::FeatureTable table = make_table(texts);
  if (table.size() == 0 || dimension == 0) return {};
  const Matrix basis = right_singular_vectors(weighted(texts, table), static_cast<Eigen::Index>(dimension), seed);
  return {std::move(table), to_tensor(basis)};
}

}  // namespace sbx::learn
