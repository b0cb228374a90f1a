// SPDX-License-Identifier: Apache-2.0
// Selectors that explore: by chance or by an upper bound. What chance they claim is what they do.
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/unit/selectors_rig.h"

namespace sbx {
namespace {

using test::argument;
using test::kTight;
using test::millionths;

/// How often each comes first over many seeds.
std::array<double, 3> shares(test::Contestants& rig, const std::string& name, const ConstantRecord& arguments, int seeds) {
  std::array<double, 3> first{};
  for (int seed = 0; seed < seeds; ++seed) {
    const std::vector<int64_t> scores = rig.scores(name, arguments, static_cast<uint64_t>(seed));
    first[static_cast<size_t>(std::ranges::max_element(scores) - scores.begin())] += 1.0 / seeds;
  }
  return first;
}

TEST_CASE("draws follow the belief, by the seed alone, and the propensity is how often they win") {
  test::Contestants rig;
  for (int i = 0; i < 8; ++i) rig.learn("thompson", {}, {.chosen = "a", .quality = i < 6 ? 1 : 0});
  for (int i = 0; i < 4; ++i) rig.learn("thompson", {}, {.chosen = "b", .quality = i < 2 ? 1 : 0});
  CHECK(rig.scores("thompson", {}, 5) == rig.scores("thompson", {}, 5));
  CHECK(rig.scores("thompson", {}, 5) != rig.scores("thompson", {}, 6));
  double mean = 0, square = 0;
  constexpr int kDraws = 20'000;
  for (int seed = 0; seed < kDraws; ++seed) {
    const double draw = millionths(rig.scores("thompson", {}, static_cast<uint64_t>(seed))[0]);
    mean += draw / kDraws;
    square += draw * draw / kDraws;
  }
  CHECK(mean == doctest::Approx(0.7).epsilon(0.01));                                            // Beta(7, 3)
  CHECK(square - mean * mean == doctest::Approx(7.0 * 3 / (100 * 11)).epsilon(0.03));
  const std::array<double, 3> seen = shares(rig, "thompson", {}, kDraws);
  double sum = 0;
  for (size_t i = 0; i < 3; ++i) {
    const double claimed = millionths(find_selector("thompson")->propensity(rig.contest(), {}, i));
    CHECK(std::abs(claimed - seen[i]) < 0.015);
    sum += claimed;
  }
  CHECK(std::abs(sum - 1) < 0.002);
}

TEST_CASE("an upper bound is AgensFlow's") {
  test::Contestants rig;
  const auto visit = [&](const char* model, double quality, bool failed) { rig.learn("ucb", {}, {.chosen = model, .quality = quality, .failed = failed}); };
  for (const double quality : {0.5, 0.9}) visit("a", quality, false);
  visit("a", 0, true);
  visit("b", 0, true);
  CHECK(rig.scores("ucb", {}) == std::vector<int64_t>{0, -1, -2});  // four visits: not trusted yet
  visit("b", 0, true);
  CHECK(rig.scores("ucb", {})[2] == INT64_MAX);  // never visited
  visit("c", 1, false);
  const double n = 6, c = std::max(0.5, 1.4 * std::pow(2, -n / 50));
  const std::vector<int64_t> scores = rig.scores("ucb", {});
  CHECK(std::abs(millionths(scores[0]) - (0.7 + c * std::sqrt(std::log(n + 1) / 2) - 0.5 / 3)) < kTight);
  CHECK(std::abs(millionths(scores[1]) - (-0.5 + c * std::sqrt(std::log(n + 1) / 2))) < kTight);
  CHECK(std::abs(millionths(scores[2]) - (1 + c * std::sqrt(std::log(n + 1)))) < kTight);
}

TEST_CASE("a contextual bandit is LinUCB's") {
  test::Contestants rig;
  const ConstantRecord arguments{argument("features", "hard"), argument("alpha", Decimal{5, 1})};
  double a = 1, b = 0, d = 1, y0 = 0, y1 = 0;
  for (int i = 0; i < 40; ++i) {
    const int64_t hard = (i * 173'000) % 1'000'000;
    rig.hard(hard);
    const double x = millionths(hard), reward = 0.2 + 0.6 * x;
    rig.learn("linucb", arguments, {.chosen = "a", .quality = reward});
    a += 1, b += x, d += x * x, y0 += reward, y1 += reward * x;
  }
  rig.hard(300'000);
  const double det = a * d - b * b, x = 0.3;  // the inverse of two rows, written out
  const double theta0 = (d * y0 - b * y1) / det, theta1 = (a * y1 - b * y0) / det;
  const double spread = std::sqrt((d - 2 * b * x + a * x * x) / det);
  const std::vector<int64_t> scores = rig.scores("linucb", arguments);
  CHECK(std::abs(millionths(scores[0]) - (theta0 + theta1 * x + 0.5 * spread)) < kTight);
  CHECK(std::abs(millionths(scores[1]) - 0.5 * std::sqrt(1 + x * x)) < kTight);
}

TEST_CASE("ants go where the answers are accepted, and nowhere else changes") {
  test::Contestants rig;
  const ConstantRecord arguments{argument("per", "topic"), argument("rho", Decimal{1, 1})};
  rig.topic("math");
  double tau = 1;
  for (int i = 0; i < 5; ++i) {
    rig.learn("ants", arguments, {.chosen = "b", .quality = 0.9, .latency_ms = 500});
    tau = 0.9 * tau + 0.8 / (0.5 + 1e-3);  // 0.8: how sure the label was
  }
  rig.learn("ants", arguments, {.chosen = "c", .quality = 0.4});  // below the gate
  const auto parts = find_selector("ants")->parts(rig.contest(), arguments, 1);
  CHECK(std::abs(millionths(parts[0].second) - tau) < kTight);
  const double eta_b = 0.9, eta_a = 0.5, eta_c = 0.4;
  const double p = tau * eta_b / (tau * eta_b + eta_a + eta_c);
  CHECK(std::abs(millionths(parts[2].second) - p) < kTight);
  CHECK(std::abs(millionths(find_selector("ants")->propensity(rig.contest(), arguments, 1)) - p) < kTight);
  CHECK(std::abs(shares(rig, "ants", arguments, 10'000)[1] - p) < 0.015);
  rig.topic("law");
  CHECK(find_selector("ants")->parts(rig.contest(), arguments, 1)[0].second == 1'000'000);
}

TEST_CASE("two topics with different best models come apart") {
  test::Contestants rig(2);
  const ConstantRecord arguments{argument("per", "topic")};
  for (uint64_t turn = 0; turn < 300; ++turn) {
    rig.topic(turn % 2 == 0 ? "math" : "law");
    const std::vector<int64_t> scores = rig.scores("ants", arguments, turn);
    const bool first = scores[0] > scores[1], right = first == (turn % 2 == 0);
    rig.learn("ants", arguments, {.chosen = first ? "a" : "b", .quality = right ? 1 : 0});
  }
  rig.topic("math");
  CHECK(find_selector("ants")->propensity(rig.contest(), arguments, 0) > 900'000);
  rig.topic("law");
  CHECK(find_selector("ants")->propensity(rig.contest(), arguments, 1) > 900'000);
}

}  // namespace
}  // namespace sbx
