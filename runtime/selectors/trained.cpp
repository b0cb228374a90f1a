// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/trained.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/selectors/selector.h"

namespace sbx {

namespace {

int64_t millionths(double worth) { return std::llround(1e6 * std::clamp(worth, -1e9, 1e9)); }

/// One that is trained as the engine calls it. Worths become millionths; a model that nothing is known about is asked last.
class Trained final : public SelectorKind {
 public:
  explicit Trained(const TrainedKind& kind) : kind_(kind) {}
  std::string_view name() const override { return kind_.name; }
  void score(const Contest& contest, const ConstantRecord& arguments, std::span<int64_t> scores) const override {
    std::ranges::fill(scores, 0);
    const Fit* fit = contest.learned == nullptr ? nullptr : contest.learned->find(kind_.name, arguments);
    if (fit == nullptr) return;
    std::vector<double> worth(fit->models.size());
    kind_.worth(*fit, contest.learned->view(*fit, arguments, contest), arguments, worth);
    for (size_t i = 0; i < scores.size(); ++i) {
      const auto found = std::ranges::find(fit->models, contest.contenders[i]->name);
      scores[i] = found == fit->models.end() ? kExcluded : millionths(worth[static_cast<size_t>(found - fit->models.begin())]);
    }
  }

 private:
  TrainedKind kind_;
};

constexpr size_t kKinds = 11;

}  // namespace

std::span<const TrainedKind> trained_kinds() {
  static const std::array<TrainedKind, kKinds> all = {knn_kind(),     kmeans_kind(), centroid_kind(),  linear_kind(),    svm_kind(),    logistic_kind(),
                                                      mlp_kind(), factors_kind(), two_tower_kind(), router_dc_kind(), profile_kind()};
  return all;
}

const TrainedKind* find_trained(std::string_view name) {
  const auto found = std::ranges::find(trained_kinds(), name, &TrainedKind::name);
  return found == trained_kinds().end() ? nullptr : &*found;
}

std::span<const SelectorKind* const> trained_selectors() {
  static const std::vector<Trained> kinds(trained_kinds().begin(), trained_kinds().end());
  static const std::vector<const SelectorKind*> all = [] {
    std::vector<const SelectorKind*> list;
    for (const Trained& kind : kinds) list.push_back(&kind);
    return list;
  }();
  return all;
}

float dot(std::span<const float> a, std::span<const float> b) {
  // Four sums, so that they need not wait for each other; the order is fixed, and so are the bits.
  std::array<float, 8> sums{};
  const size_t whole = a.size() / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    for (size_t lane = 0; lane < 8; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0;
  for (size_t i = whole; i < a.size(); ++i) sum += a[i] * b[i];
  for (const float lane : sums) sum += lane;
  return sum;
}

float cosine(std::span<const float> a, std::span<const float> b) {
  const float lengths = std::sqrt(dot(a, a)) * std::sqrt(dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : 0;
}

std::vector<float> affine(const Tensor& weights, const Tensor& bias, std::span<const float> input) {
  std::vector<float> output(weights.rows);
  for (size_t i = 0; i < output.size(); ++i) output[i] = dot(weights.row(i), input) + (bias.rows == 0 ? 0 : bias.values[i]);
  return output;
}

}  // namespace sbx
