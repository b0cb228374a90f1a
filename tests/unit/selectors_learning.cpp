// SPDX-License-Identifier: Apache-2.0
// Selectors that learn from feedback, each against its formula in plain arithmetic.
#include <cmath>
#include <map>

#include "runtime/selectors/cascade.h"
#include "tests/unit/selectors_rig.h"

namespace sbx {
namespace {

using test::argument;
using test::kTight;
using test::millionths;
const ConstantRecord kPerTopic{argument("per", "topic")};

/// Qualities that differ by model and turn, the same for selector and reference.
double quality(const std::string& model, int turn) { return std::fmod((model[0] - 'a' + 1) * 0.37 + turn * 0.113, 1.0); }

TEST_CASE("ratings are those of Elo's formula, for each label its own") {
  test::Contestants rig;
  std::map<std::string, double> expected{{"a", 1500}, {"b", 1500}, {"c", 1500}};
  rig.topic("math");
  for (int turn = 0; turn < 60; ++turn) {
    const std::string chosen(1, static_cast<char>('a' + turn % 3));
    rig.learn("elo", kPerTopic, {.chosen = chosen, .quality = quality(chosen, turn)});
    for (const char* other : {"a", "b", "c"}) {
      if (other == chosen) continue;
      const double change = 16 * (quality(chosen, turn) - 1 / (1 + std::pow(10, (expected[other] - expected[chosen]) / 400)));
      expected[chosen] += change;
      expected[other] -= change;
    }
  }
  const std::vector<int64_t> scores = rig.scores("elo", kPerTopic);
  for (size_t i = 0; i < 3; ++i) CHECK(std::abs(millionths(scores[i]) - expected[std::string(1, static_cast<char>('a' + i))]) < kTight);
  CHECK(find_selector("elo")->parts(rig.contest(), kPerTopic, 0) == ScoreParts{{"games", 80'000'000}});
  rig.topic("law");
  CHECK(rig.scores("elo", kPerTopic) == std::vector<int64_t>{1'500'000'000, 1'500'000'000, 1'500'000'000});
  CHECK(rig.scores("elo", {argument("of", "other")})[0] == 1'500'000'000);
}

TEST_CASE("a reputation is the mean of a belief that fades") {
  test::Contestants rig;
  const ConstantRecord arguments{argument("window", Decimal{20, 0})};
  double alpha = 1, beta = 1;
  for (int turn = 0; turn < 60; ++turn) {
    const bool failed = turn % 7 == 0;
    const double q = failed ? 0 : quality("b", turn);
    rig.learn("reputation", arguments, {.chosen = "b", .quality = quality("b", turn), .failed = failed});
    alpha += q, beta += 1 - q;
    if (alpha + beta > 22) {
      const double kept = 20 / (alpha + beta - 2);
      alpha = 1 + (alpha - 1) * kept, beta = 1 + (beta - 1) * kept;
    }
  }
  CHECK(std::abs(millionths(rig.scores("reputation", arguments)[1]) - alpha / (alpha + beta)) < kTight);
  CHECK(rig.scores("reputation", arguments)[0] == 500'000);
}

TEST_CASE("risk of failure, and the price of a hand-over") {
  test::Contestants rig;
  for (int turn = 0; turn < 10; ++turn) rig.learn("failure_class", {}, {.chosen = "a", .quality = 1, .failed = turn < 3});
  rig.request.session.previous_model = "b";
  const std::vector<int64_t> scores = rig.scores("failure_class", {});
  CHECK(std::abs(millionths(scores[0]) + 4.0 / 12 + 0.05) < kTight);
  CHECK(scores[1] == -500'000);
  CHECK(scores[2] == -550'000);
}

TEST_CASE("latency percentiles against the lowest") {
  test::Contestants rig;
  for (int i = 0; i <= 100; ++i) {
    rig.learn("fastest", {}, {.chosen = "a", .latency_ms = 100.0 + i});
    rig.learn("fastest", {}, {.chosen = "b", .latency_ms = 150.0 + 0.1 * i});
  }
  const std::vector<int64_t> scores = rig.scores("fastest", {});
  CHECK(std::abs(millionths(scores[0]) + (150.0 / 150 + 195 / 159.5) / 2) < kTight);
  CHECK(std::abs(millionths(scores[1]) + (155.0 / 150 + 159.5 / 159.5) / 2) < kTight);
  CHECK(scores[2] == -1'000'000);
}

TEST_CASE("several factors, and limits that exclude") {
  test::Contestants rig;
  for (const auto& [model, value] : std::map<std::string, double>{{"a", 0.4}, {"b", 0.9}, {"c", 0.8}})
    rig.learn("hybrid", {}, {.chosen = model, .quality = value, .latency_ms = value * 1000});
  const ConstantRecord weights{argument("quality", Decimal{6, 1}), argument("latency", Decimal{1, 1}), argument("cost", Decimal{3, 1})};
  const std::vector<int64_t> scores = rig.scores("hybrid", weights);
  CHECK(std::abs(millionths(scores[0]) - (0.1 + 0.3)) < kTight);
  CHECK(std::abs(millionths(scores[1]) - (0.6 + 0.3 * 0.5)) < kTight);
  CHECK(std::abs(millionths(scores[2]) - (0.6 * 0.8 + 0.1 * 0.2)) < kTight);
  ConstantRecord limited = weights;
  limited.push_back(argument("max_latency", Decimal{850'000, 0}));
  CHECK(rig.scores("hybrid", limited)[1] == kExcluded);
  CHECK(rig.scores("hybrid", {argument("max_cost", Decimal{5, 3})})[2] == kExcluded);
}

TEST_CASE("the price of money rises until the average is what is allowed") {
  test::Contestants rig(2);
  const ConstantRecord arguments{argument("allowed", Decimal{25, 4}), argument("eta", Decimal{20'000, 0})};  // a costs $0.002, b $0.004
  double lambda = 0, spent = 0;
  for (int turn = 0; turn < 400; ++turn) {
    const std::vector<int64_t> scores = rig.scores("budgeted", arguments);
    const bool dear = scores[1] > scores[0];
    const double cost = dear ? 0.004 : 0.002;
    if (turn >= 200) spent += cost;
    rig.learn("budgeted", arguments, {.chosen = dear ? "b" : "a", .quality = dear ? 0.9 : 0.6, .cost_usd = cost});
    lambda = std::max(0.0, lambda + 20'000 * (cost - 0.0025));
    const auto parts = find_selector("budgeted")->parts(rig.contest(), arguments, 0);
    CHECK(std::abs(millionths(parts[1].second) - lambda) < kTight);
  }
  CHECK(std::abs(spent / 200 - 0.0025) < 0.0001);
}

TEST_CASE("what is good enough: a floor, a margin, and none") {
  test::Contestants rig;
  for (const auto& [model, value] : std::map<std::string, double>{{"a", 0.4}, {"b", 0.9}, {"c", 0.8}}) rig.learn("set_select", {}, {.chosen = model, .quality = value});
  CHECK(rig.scores("set_select", {argument("margin", Decimal{15, 2})}) == std::vector<int64_t>{kExcluded, 900'000, 800'000});
  CHECK(rig.scores("set_select", {argument("floor", Decimal{95, 2})}) == std::vector<int64_t>{kExcluded, kExcluded, kExcluded});
  Ranking ranking;
  const std::vector<Selector> by{{"set_select", {argument("margin", Decimal{15, 2})}, {}}};
  rank(by, rig.contest(), ranking);
  CHECK(ranking.left == 2);
  CHECK(ranking.order == std::vector<size_t>{1, 2, 0});
}

TEST_CASE("what is known here, and what is known at all") {
  test::Contestants rig;
  rig.topic("math");
  rig.learn("bias_blend", kPerTopic, {.chosen = "a", .quality = 0.9});
  rig.topic("law");
  rig.learn("bias_blend", kPerTopic, {.chosen = "a", .quality = 0.1});
  CHECK(std::abs(millionths(rig.scores("bias_blend", kPerTopic)[0]) - (0.1 + 0.5 * 0.5)) < kTight);
  CHECK(std::abs(millionths(rig.scores("bias_blend", kPerTopic)[1]) - (0.5 + 0.5 * 0.5)) < kTight);
}

TEST_CASE("a session stays, leaves for much better, is locked in a tool loop, and is forgotten when idle") {
  test::Contestants rig;
  for (const auto& [model, value] : std::map<std::string, double>{{"a", 0.5}, {"b", 0.7}, {"c", 0.99}}) rig.learn("stay", {}, {.chosen = model, .quality = value});
  rig.request.session.previous_model = "a";
  const std::vector<int64_t> scores = rig.scores("stay", {});
  CHECK(std::abs(millionths(scores[0]) - (0.5 + 0.10 + 0.20 * 1000 / 5000)) < kTight);
  CHECK(std::abs(millionths(scores[1]) - (0.7 - 0.10)) < kTight);
  CHECK(scores[0] > scores[1]);
  CHECK(scores[2] > scores[0]);
  rig.request.session.open_tool_loop = true;
  CHECK(rig.scores("stay", {})[0] == INT64_MAX);
  rig.request.session.open_tool_loop = false;
  rig.request.session.idle_ms = 300'000;
  CHECK(rig.scores("stay", {})[0] == 500'000);
}

TEST_CASE("when an answer is accepted, and what the next model is worth") {
  const std::vector<selectors::ThresholdPoint> points{{0.3, 0.80}, {0.7, 0.92}};
  CHECK(selectors::accepts(0.80, 0.1, points));
  CHECK(selectors::accepts(0.861, 0.5, points));
  CHECK_FALSE(selectors::accepts(0.859, 0.5, points));
  CHECK_FALSE(selectors::accepts(0.91, 0.9, points));
  CHECK(selectors::automix_value(0.6, 1, 0.5, 0.9) == doctest::Approx(0.6 - 0.03 + 0.95 * 0.9 * 0.5));
  CHECK(selectors::automix_value(0.6, 1, 0.7, 0.9) == doctest::Approx(0.57));
}

}  // namespace
}  // namespace sbx
