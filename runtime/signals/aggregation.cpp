// SPDX-License-Identifier: Apache-2.0
// The bank is that of vLLM Semantic Router, so that its thresholds keep their meaning.
#include "runtime/signals/aggregation.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace sbx::signals {
namespace {

constexpr int kMostTop = 1000;
constexpr float kAlike = 0.9F;  // cosine from which two examples are of one cluster
constexpr size_t kMostPrototypes = 8;
constexpr double kBestWeight = 0.75;  // of a bank's score; the rest is the mean of the two largest

/// The mean of the `k` largest, or of all where there are fewer.
double mean_of_largest(std::span<const float> cosines, size_t k) {
  std::vector<float> sorted(cosines.begin(), cosines.end());
  k = std::min(k, sorted.size());
  std::ranges::partial_sort(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(k), std::greater());
  return std::accumulate(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(k), 0.0) / static_cast<double>(k);
}

struct Cluster {
  std::vector<size_t> members;
  size_t medoid = 0;
  double alike = -1;  // the mean cosine of the medoid with all members
};

/// Cosines of all rows with one another.
class Alike {
 public:
  explicit Alike(const models::Encoded& rows) : count_(rows.values.size() / rows.dimension), cosines_(count_ * count_) {
    for (size_t i = 0; i < count_; ++i) {
      for (size_t j = 0; j < count_; ++j) cosines_[i * count_ + j] = std::inner_product(rows.row(i).begin(), rows.row(i).end(), rows.row(j).begin(), 0.0F);
    }
  }
  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] float operator()(size_t i, size_t j) const { return cosines_[i * count_ + j]; }

 private:
  size_t count_;
  std::vector<float> cosines_;
};

/// The largest set of rows that are all like one of them.
std::vector<size_t> largest_cluster(const Alike& alike, const std::vector<size_t>& rows) {
  std::vector<size_t> best;
  for (const size_t seed : rows) {
    std::vector<size_t> members;
    std::ranges::copy_if(rows, std::back_inserter(members), [&](size_t row) { return row == seed || alike(seed, row) >= kAlike; });
    if (members.size() > best.size()) best = std::move(members);
  }
  return best;
}

Cluster cluster_of(const Alike& alike, std::vector<size_t> members) {
  Cluster cluster{.members = std::move(members)};
  for (const size_t row : cluster.members) {
    double sum = 0;
    for (const size_t other : cluster.members) sum += alike(row, other);
    const double mean = sum / static_cast<double>(cluster.members.size());
    if (mean > cluster.alike) cluster.medoid = row, cluster.alike = mean;
  }
  return cluster;
}

}  // namespace

Result<Aggregation> aggregation_argument(const ConstantRecord& arguments) {
  const std::string by = text_argument(arguments, "by");
  const Result<int> k = count_argument(arguments, "k", 2, kMostTop);
  if (!k) return k.error();
  if (*k == 0) return Error{"E0306", "`k` is how many of the largest similarities count, 1 or more"};
  constexpr std::array kNames{std::pair{"max", Aggregation::By::Max}, std::pair{"mean", Aggregation::By::Mean}, std::pair{"top", Aggregation::By::Top},
                              std::pair{"bank", Aggregation::By::Bank}};
  if (by.empty()) return Aggregation{};
  for (const auto& [name, value] : kNames) {
    if (by == name) return Aggregation{value, static_cast<size_t>(*k)};
  }
  return Error{"E0306", "`by` says how the similarities to several examples count: `max`, `mean`, `top` or `bank`"};
}

double aggregated(std::span<const float> cosines, const Aggregation& aggregation) {
  if (cosines.empty()) return -1;
  const auto value = [&]() -> double {
    switch (aggregation.by) {
      case Aggregation::By::Max:
        return *std::ranges::max_element(cosines);
      case Aggregation::By::Mean:
        return mean_of_largest(cosines, cosines.size());
      case Aggregation::By::Top:
        return mean_of_largest(cosines, aggregation.k);
      case Aggregation::By::Bank:
        return kBestWeight * *std::ranges::max_element(cosines) + (1 - kBestWeight) * mean_of_largest(cosines, 2);
    }
    return 0;
  };
  return std::clamp<double>(value(), -1, 1);
}

models::Encoded prototypes_of(const models::Encoded& examples) {
  const Alike alike(examples);
  std::vector<size_t> left(alike.count());
  std::iota(left.begin(), left.end(), size_t{0});
  std::vector<Cluster> clusters;
  while (!left.empty()) {
    clusters.push_back(cluster_of(alike, largest_cluster(alike, left)));
    std::erase_if(left, [&](size_t row) { return std::ranges::find(clusters.back().members, row) != clusters.back().members.end(); });
  }
  std::ranges::stable_sort(clusters, [](const Cluster& a, const Cluster& b) {
    return a.members.size() != b.members.size() ? a.members.size() > b.members.size() : a.alike > b.alike;
  });
  if (clusters.size() > kMostPrototypes) clusters.resize(kMostPrototypes);
  models::Encoded prototypes{.dimension = examples.dimension, .values = {}, .truncated = {}};
  for (const Cluster& cluster : clusters) {
    const std::span<const float> row = examples.row(cluster.medoid);
    prototypes.values.insert(prototypes.values.end(), row.begin(), row.end());
  }
  return prototypes;
}

}  // namespace sbx::signals
