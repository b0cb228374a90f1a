// SPDX-License-Identifier: Apache-2.0
// Learning from outcome rows: every trained selector finds out which model is good at what, and finds the same every time.
#include <doctest/doctest.h>

#include <numeric>

#include "runtime/learn/fit.h"
#include "runtime/learn/learn.h"
#include "runtime/learn/propagation.h"
#include "runtime/selectors/selector.h"
#include "runtime/selectors/trained.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

/// A policy that chooses among three models by one selector. `speaker` says what a request is about.
Manifest manifest_of(const Selector& selector) {
  Manifest manifest;
  Selection selection{.among = {}, .by = {selector}};
  for (const char* name : {"poet", "coder", "idle"}) selection.among.push_back({manifest.models.add(Model{.name = name}), {}});
  SignalInfo speaker{.name = "speaker", .kind = "classifier"};
  speaker.type = {TypeKind::Label, {"verse", "code"}};
  manifest.signals.add(speaker);
  manifest.otherwise = Outcome{{Candidate{selection, {}, {}}}, {}};
  return manifest;
}

/// Rows of two kinds: the poet is good at one, the coder at the other and cheaper, the third at nothing.
struct Rows {
  OutcomeTable table{.models = {"poet", "coder", "idle"}};
  std::vector<SeenRow> seen;
  std::vector<size_t> all;

  explicit Rows(size_t count, bool says_it = true) {
    const char* verses[] = {"write a sonnet about the sea", "a poem on autumn leaves", "verses of love and rain", "rhyme about the moon"};
    const char* codes[] = {"fix this segfault in main.cpp", "write a python function", "compile error in the template", "unit test for the parser"};
    Random random(9);
    for (size_t i = 0; i < count; ++i) {
      const bool verse = i % 2 == 0;
      const std::string text = std::string((verse ? verses : codes)[random.below(4)]) + " " + std::to_string(random.below(50));
      seen.push_back({says_it ? text : "the same words", {{"speaker", verse ? "verse" : "code"}}});
      OutcomeRow row;
      row.outcomes = {Measured{.quality = verse ? 1.0 : 0.0, .cost_usd = 0.5}, Measured{.quality = verse ? 0.2 : 1.0, .cost_usd = 0.0},
                      Measured{.quality = 0.0, .cost_usd = 0.0}};
      if (i % 7 == 0) row.outcomes[2].reset();  // nobody asked it
      table.rows.push_back(std::move(row));
    }
    all.resize(count);
    std::iota(all.begin(), all.end(), size_t{0});
  }
};

std::string chosen(const Learned& learned, const Selector& selector, const std::string& text, const std::string& label = {}) {
  const Manifest manifest = manifest_of(selector);
  Request request;
  request.text = text;
  std::vector<Reading> readings(1);
  if (!label.empty()) readings[0] = Reading{.state = ReadingState::Known, .value = label};
  Contest contest;
  for (const Model& model : manifest.models) contest.contenders.push_back(&model);
  contest.request = &request;
  contest.manifest = &manifest;
  contest.readings = readings;
  contest.learned = &learned;
  Ranking ranking;
  rank(std::vector{selector}, contest, ranking);
  return contest.contenders[ranking.order.front()]->name;
}

Learned learned_by(const Selector& selector, const Rows& rows, uint64_t seed = 0) {
  const Manifest manifest = manifest_of(selector);
  Result<Learned> learned = learn::learn(manifest, rows.table, rows.seen, rows.all, {.seed = seed, .dimension = 16});
  REQUIRE_MESSAGE(learned.ok(), learned.error().message);
  CHECK_FALSE(check_learned(manifest, &*learned).has_value());
  return std::move(*learned);
}

}  // namespace

TEST_CASE("every trained selector learns who is good at what") {
  const Rows rows(120);
  for (const TrainedKind& kind : trained_kinds()) {
    CAPTURE(kind.name);
    const Selector selector{std::string(kind.name), {}};
    const Learned learned = learned_by(selector, rows);
    CHECK(chosen(learned, selector, "a sonnet about the moon and the rain") == "poet");
    CHECK(chosen(learned, selector, "compile error in the python parser") == "coder");
    CHECK(write_learned(learned) == write_learned(learned_by(selector, rows)));
  }
}

TEST_CASE("with `per:` the label decides where the text says nothing") {
  const Rows rows(120, false);
  for (const TrainedKind& kind : trained_kinds()) {
    CAPTURE(kind.name);
    const Selector selector{std::string(kind.name), {{"per", {std::string("speaker")}}}};
    const Learned learned = learned_by(selector, rows);
    CHECK(learned.fits().front().labels == std::vector<std::string>{"verse", "code"});
    CHECK(chosen(learned, selector, "the same words", "verse") == "poet");
    CHECK(chosen(learned, selector, "the same words", "code") == "coder");
  }
}

TEST_CASE("a dollar can be worth more than quality") {
  const Rows rows(120);
  const Selector selector{"linear", {{"cost", {Decimal{4, 0}}}}};
  CHECK(chosen(learned_by(selector, rows), selector, "a sonnet about the moon") == "coder");
}

TEST_CASE("what cannot be learned is said") {
  Rows rows(10);
  const Selector selector{"knn", {}};
  const Manifest manifest = manifest_of(selector);
  CHECK(check_learned(manifest, nullptr)->code == "R0792");
  const Learned other = learned_by({"knn", {{"k", {Decimal{3, 0}}}}}, rows);
  CHECK(check_learned(manifest, &other)->message == "the learned file has nothing for `knn`");
  for (OutcomeRow& row : rows.table.rows) row.outcomes[0].reset();
  const Result<Learned> learned = learn::learn(manifest, rows.table, rows.seen, rows.all, {});
  REQUIRE_FALSE(learned.ok());
  CHECK(learned.error().message == "no row says what `poet` is worth, which `knn` is to choose from");
  CHECK(learn::learn(manifest_of({"cheapest", {}}), rows.table, rows.seen, rows.all, {}).error().code == "R0792");
}

TEST_CASE("ridge regression solves its normal equations") {
  Random random(3);
  FitProblem problem{.views = random_matrix(40, 5, 1, random), .worth = random_matrix(40, 2, 1, random)};
  const ConstantRecord arguments = {{"penalty", {Decimal{25, 1}}}};
  problem.arguments = &arguments;
  const Tensors made = fit_linear(problem);
  const Tensor &weights = made.find("weights")->second, &bias = made.find("bias")->second;
  // The slope of sum (y - w x - b)^2 + penalty |w|^2 is zero at the solution.
  for (size_t m = 0; m < 2; ++m) {
    std::vector<double> slope(5);
    double of_bias = 0;
    for (Eigen::Index i = 0; i < 40; ++i) {
      double error = problem.worth(i, static_cast<Eigen::Index>(m)) - bias.values[m];
      for (size_t j = 0; j < 5; ++j) error -= static_cast<double>(weights.row(m)[j]) * problem.views(i, static_cast<Eigen::Index>(j));
      for (size_t j = 0; j < 5; ++j) slope[j] += error * problem.views(i, static_cast<Eigen::Index>(j));
      of_bias += error;
    }
    for (size_t j = 0; j < 5; ++j) CHECK(slope[j] == doctest::Approx(2.5 * weights.row(m)[j]).epsilon(1e-4));
    CHECK(std::abs(of_bias) < 1e-4);
  }
}

TEST_CASE("propagation is D^-1/2 (A + I) D^-1/2 H on the whole graph, and a new model changes only what is within reach") {
  Random random(4);
  const Matrix requests = random_matrix(6, 3, 1, random);
  Matrix ties = random_matrix(6, 2, 1, random).cwiseAbs();
  const std::vector<size_t> cluster_of = {0, 1, 0, 1, 1, 0};
  // The reference: one dense matrix over requests, clusters and models.
  Matrix whole = Matrix::Identity(10, 10);
  for (Eigen::Index i = 0; i < 6; ++i) {
    const auto cluster = static_cast<Eigen::Index>(6 + cluster_of[static_cast<size_t>(i)]);
    whole(i, cluster) = whole(cluster, i) = 1;
    for (Eigen::Index m = 0; m < 2; ++m) whole(i, 8 + m) = whole(8 + m, i) = ties(i, m);
  }
  const Vector scale = whole.rowwise().sum().array().rsqrt();
  Matrix h = Matrix::Zero(10, 3);
  h.topRows(6) = requests;
  for (int hop = 0; hop < 3; ++hop) h = scale.asDiagonal() * (whole * (scale.asDiagonal() * h)).eval();
  CHECK((propagate(requests, ties, cluster_of, 2, 3) - h.bottomRows(2)).cwiseAbs().maxCoeff() < 1e-6F);

  // After one hop a model has heard of its requests only: one that nobody is tied to changes no other.
  Matrix more(6, 3);
  more << ties, Matrix::Zero(6, 1);
  CHECK((propagate(requests, more, cluster_of, 2, 2).topRows(2) - propagate(requests, ties, cluster_of, 2, 2)).cwiseAbs().maxCoeff() < 1e-6F);
}
