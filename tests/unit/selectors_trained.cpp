// SPDX-License-Identifier: Apache-2.0
// Each trained selector against its formula in plain arithmetic.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/learn/random.h"
#include "runtime/selectors/neighbours.h"
#include "runtime/selectors/selector.h"
#include "runtime/selectors/trained.h"

using namespace sbx;

namespace {

constexpr size_t kView = 11, kModels = 4;
using Row = std::vector<double>;

Tensor random_tensor(size_t rows, size_t columns, learn::Random& random) {
  Tensor made(rows, columns);
  for (float& value : made.values) value = static_cast<float>(2 * random.unit() - 1);
  return made;
}

Row row(const Tensor& tensor, size_t i) { return {tensor.row(i).begin(), tensor.row(i).end()}; }
double dot(const Row& a, const Row& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
double cosine(const Row& a, const Row& b) { return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b)); }
Row times(const Tensor& matrix, const Row& input) {
  Row made;
  for (size_t i = 0; i < matrix.rows; ++i) made.push_back(dot(row(matrix, i), input));
  return made;
}

/// A fit with a view, and what the selector makes of it.
struct Trial {
  Fit fit{.selector = {}, .models = {"a", "b", "c", "d"}, .labels = {}, .tensors = {}};
  ConstantRecord arguments;
  std::vector<float> view;

  explicit Trial(learn::Random& random) {
    const Tensor one = random_tensor(1, kView, random);
    view = one.values;
  }
  Row x() const { return {view.begin(), view.end()}; }
  Row worth(std::string_view name) const {
    const TrainedKind* kind = find_trained(name);
    REQUIRE(kind != nullptr);
    REQUIRE(kind->is_sound(fit, kView));
    Row made(kModels);
    kind->worth(fit, view, arguments, made);
    return made;
  }
};

void check_same(const Row& worth, const Row& reference) {
  REQUIRE(worth.size() == reference.size());
  for (size_t m = 0; m < worth.size(); ++m) CHECK(std::abs(worth[m] - reference[m]) <= 1e-6 * std::max(1.0, std::abs(reference[m])));
}

}  // namespace

TEST_CASE("knn: the nearest rows vote by a softmax of their similarity, where they know the model") {
  learn::Random random(1);
  for (int round = 0; round < 20; ++round) {
    Trial trial(random);
    Tensor vectors = random_tensor(30, kView, random), utility = random_tensor(30, kModels, random);
    for (size_t i = 0; i < 30; ++i) {
      const double length = std::sqrt(dot(row(vectors, i), row(vectors, i)));
      for (float& value : vectors.row(i)) value = static_cast<float>(value / length);
      utility.row(i)[3] = kUnknownWorth;
      if (i % 3 == 0) utility.row(i)[1] = kUnknownWorth;
    }
    trial.arguments = {{"k", {Decimal{5, 0}}}, {"temperature", {Decimal{2, 1}}}};
    Tensor mean(1, kModels);
    mean.values = {0, 0, 0, 0.25};
    trial.fit.tensors = {{"vectors", vectors}, {"utility", utility}, {"mean", mean}};
    trial.fit.neighbours = std::make_shared<const Neighbours>(trial.fit.tensors["vectors"]);

    std::vector<std::pair<double, size_t>> near;
    for (size_t i = 0; i < 30; ++i) near.emplace_back(-cosine(row(vectors, i), trial.x()), i);
    std::ranges::sort(near);
    Row reference;
    for (size_t m = 0; m < 3; ++m) {
      double sum = 0, weights = 0;
      for (size_t i = 0; i < 5; ++i) {
        const double value = utility.row(near[i].second)[m];
        if (value == static_cast<double>(kUnknownWorth)) continue;
        sum += std::exp(-near[i].first / 0.2) * value;
        weights += std::exp(-near[i].first / 0.2);
      }
      reference.push_back(weights > 0 ? sum / weights : 0);
    }
    reference.push_back(0.25);
    check_same(trial.worth("knn"), reference);
  }
}

TEST_CASE("the nearest rows are those that comparing all of them finds, ties included") {
  learn::Random random(7);
  for (const size_t columns : {3U, 40U, 384U}) {
    Tensor rows = random_tensor(500, columns, random);
    for (size_t i = 100; i < 140; ++i) std::ranges::copy(rows.row(i - 100), rows.row(i).begin());  // equal ones
    std::ranges::fill(rows.row(7), 0.0F);
    const Neighbours neighbours(rows);
    for (int round = 0; round < 20; ++round) {
      const Tensor vector = random_tensor(1, columns, random);
      std::vector<std::pair<float, size_t>> all;
      for (size_t i = 0; i < rows.rows; ++i) all.emplace_back(-sbx::dot(rows.row(i), vector.row(0)), i);
      std::ranges::sort(all);
      const std::vector<Neighbours::Near> near = neighbours.nearest(vector.row(0), 25);
      REQUIRE(near.size() == 25);
      for (size_t i = 0; i < 25; ++i) CHECK(near[i].row == all[i].second);
    }
    CHECK(neighbours.nearest(rows.row(0), 1000).size() == 500);
  }
  CHECK(Neighbours(Tensor()).nearest({}, 3).empty());
}

TEST_CASE("kmeans: the nearest cluster's worths") {
  learn::Random random(2);
  Trial trial(random);
  const Tensor centroids = random_tensor(6, kView, random), utility = random_tensor(6, kModels, random);
  trial.fit.tensors = {{"centroids", centroids}, {"utility", utility}};
  size_t best = 0;
  for (size_t i = 1; i < 6; ++i) {
    if (cosine(row(centroids, i), trial.x()) > cosine(row(centroids, best), trial.x())) best = i;
  }
  check_same(trial.worth("kmeans"), row(utility, best));
}

TEST_CASE("centroid: the mean or the highest cosine to a model's pilots") {
  learn::Random random(3);
  Trial trial(random);
  const Tensor pilots = random_tensor(7, kView, random);
  Tensor owners(7, 1);
  owners.values = {0, 1, 2, 0, 1, 0, 2};  // the last model has none
  trial.fit.tensors = {{"pilots", pilots}, {"owners", owners}};
  for (const bool mean : {false, true}) {
    Row reference(kModels, -2);
    for (size_t m = 0; m < 3; ++m) {
      Row cosines;
      for (size_t i = 0; i < 7; ++i) {
        if (owners.values[i] == static_cast<float>(m)) cosines.push_back(cosine(row(pilots, i), trial.x()));
      }
      double sum = 0;
      for (const double one : cosines) sum += one;
      reference[m] = mean ? sum / static_cast<double>(cosines.size()) : *std::ranges::max_element(cosines);
    }
    trial.arguments = {{"of", {std::string(mean ? "mean" : "max")}}};
    check_same(trial.worth("centroid"), reference);
  }
}

TEST_CASE("linear, svm and logistic: a plane for each model") {
  learn::Random random(4);
  Trial trial(random);
  const Tensor weights = random_tensor(kModels, kView, random), bias = random_tensor(1, kModels, random);
  trial.fit.tensors = {{"weights", weights}, {"bias", bias}};
  Row reference = times(weights, trial.x());
  for (size_t m = 0; m < kModels; ++m) reference[m] += bias.values[m];
  check_same(trial.worth("linear"), reference);
  check_same(trial.worth("svm"), reference);
  for (double& value : reference) value = 1 / (1 + std::exp(-value));
  check_same(trial.worth("logistic"), reference);
}

TEST_CASE("mlp: softmax(W2 GELU(W1 x + b1) + b2)") {
  learn::Random random(5);
  Trial trial(random);
  trial.fit.tensors = {{"w1", random_tensor(6, kView, random)},
                       {"b1", random_tensor(1, 6, random)},
                       {"w2", random_tensor(kModels, 6, random)},
                       {"b2", random_tensor(1, kModels, random)}};
  Row hidden = times(trial.fit.tensor("w1"), trial.x());
  for (size_t i = 0; i < 6; ++i) {
    const double v = hidden[i] + trial.fit.tensor("b1").values[i];
    hidden[i] = v * 0.5 * (1 + std::erf(v / std::sqrt(2.0)));
  }
  Row reference = times(trial.fit.tensor("w2"), hidden);
  double sum = 0;
  for (size_t m = 0; m < kModels; ++m) sum += reference[m] = std::exp(reference[m] + trial.fit.tensor("b2").values[m]);
  for (double& value : reference) value /= sum;
  check_same(trial.worth("mlp"), reference);
}

TEST_CASE("mf, two_tower, router_dc and profile: products and cosines in a space of their own") {
  learn::Random random(6);
  Trial trial(random);
  const Tensor projection = random_tensor(5, kView, random), models = random_tensor(kModels, 5, random), bias = random_tensor(1, kModels, random);
  const Row factors = times(projection, trial.x());
  Row reference = times(models, factors);
  for (size_t m = 0; m < kModels; ++m) reference[m] += bias.values[m];
  trial.fit.tensors = {{"projection", projection}, {"models", models}, {"bias", bias}};
  check_same(trial.worth("mf"), reference);

  trial.fit.tensors = {{"projection", projection}, {"keys", models}};
  for (size_t m = 0; m < kModels; ++m) reference[m] = cosine(row(models, m), factors);
  check_same(trial.worth("router_dc"), reference);

  const Tensor b = random_tensor(1, 5, random);
  Row tower = factors;
  double mean = 0, variance = 0;
  for (size_t i = 0; i < 5; ++i) mean += (tower[i] += b.values[i]) / 5;
  for (const double value : tower) variance += (value - mean) * (value - mean) / 5;
  for (double& value : tower) {
    value = (value - mean) / std::sqrt(variance + 1e-5);
    value = value > 0 ? value : std::exp(value) - 1;
  }
  for (size_t m = 0; m < kModels; ++m) reference[m] = cosine(row(models, m), tower);
  trial.fit.tensors = {{"w", projection}, {"b", b}, {"models", models}};
  check_same(trial.worth("two_tower"), reference);

  const Tensor profiles = random_tensor(kModels, kView, random), middle = random_tensor(1, kView, random);
  Tensor strength(1, 1);
  strength.values = {0.7F};
  Row apart = trial.x();
  for (size_t i = 0; i < kView; ++i) apart[i] -= middle.values[i];
  for (size_t m = 0; m < kModels; ++m) reference[m] = bias.values[m] + static_cast<double>(0.7F) * cosine(row(profiles, m), apart);
  trial.fit.tensors = {{"profiles", profiles}, {"middle", middle}, {"mean", bias}, {"strength", strength}};
  check_same(trial.worth("profile"), reference);
}

TEST_CASE("a fit without the tensors that a selector reads is not sound") {
  const Fit empty{.selector = {}, .models = {"a"}, .labels = {}, .tensors = {}};
  for (const TrainedKind& kind : trained_kinds()) CHECK_FALSE(kind.is_sound(empty, 3));
}

TEST_CASE("the engine's selector asks the fit by the models' names, and puts unknown ones last") {
  Tensor weights(2, 1), bias(1, 2);
  bias.values = {0.25F, 0.5F};
  weights.values = {1, 1};
  const ConstantRecord arguments = {{"penalty", {Decimal{0, 0}}}};
  Fit fit{.selector = call_text("linear", arguments), .models = {"a", "b"}, .labels = {"x"}, .tensors = {{"weights", weights}, {"bias", bias}}};
  const Learned learned(TextEncoder(), {fit}, "{}");
  const Model a{.name = "a"}, b{.name = "b"}, c{.name = "c"};
  Contest contest{.contenders = {&c, &a, &b}};
  contest.learned = &learned;
  std::vector<int64_t> scores(3);
  find_selector("linear")->score(contest, arguments, scores);
  CHECK(scores == std::vector<int64_t>{kExcluded, 250'000, 500'000});
  find_selector("linear")->score(contest, {{"penalty", {Decimal{3, 0}}}}, scores);  // not what was learned
  CHECK(scores == std::vector<int64_t>{0, 0, 0});
}
