// SPDX-License-Identifier: Apache-2.0
// Off-policy estimates against a synthetic log whose truth is known.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "runtime/learn/off_policy.h"
#include "runtime/learn/random.h"

using namespace sbx::learn;

namespace {

constexpr double kMeans[2][3] = {{0.2, 0.5, 0.8}, {0.9, 0.4, 0.1}};  // reward of an action by the kind of request

struct Log {
  std::vector<LoggedChoice> rows;
  double truth = 0;
};

/// A log that prefers the first action; the new policy takes the best action of each kind of request.
Log make_log(size_t count, uint64_t seed) {
  Random random(seed);
  Log log;
  const double propensities[] = {0.6, 0.25, 0.15};
  for (size_t i = 0; i < count; ++i) {
    const size_t kind = random.below(2);
    const double draw = random.unit();
    const size_t logged = draw < 0.6 ? 0 : draw < 0.85 ? 1 : 2;
    const size_t chosen = kind == 0 ? 2 : 0;
    log.rows.push_back({logged, propensities[logged], random.unit() < kMeans[kind][logged] ? 1.0 : 0.0, chosen});
    log.truth += kMeans[kind][chosen] / static_cast<double>(count);
  }
  return log;
}

}  // namespace

TEST_CASE("every estimate finds the truth, and its interval covers it") {
  const Log log = make_log(20000, 1);
  const OffPolicyValue value = off_policy_value(log.rows, 3);
  for (const Estimate& estimate : {value.ips, value.snips, value.doubly_robust}) {
    CHECK(estimate.value == doctest::Approx(log.truth).epsilon(0.03));
    CHECK(estimate.low < log.truth);
    CHECK(estimate.high > log.truth);
  }
  CHECK(value.smallest_propensity == 0.15);
  CHECK(value.matched == doctest::Approx((0.15 + 0.6) / 2).epsilon(0.05));
  // By hand: (E w)^2 / E w^2 = 1 / (1/2 (1/.15 + 1/.6)).
  CHECK(value.effective_share == doctest::Approx(1 / (0.5 * (1 / 0.15 + 1 / 0.6))).epsilon(0.05));
}

TEST_CASE("ninety-five percent intervals cover about as often as they say") {
  int covered = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Log log = make_log(600, 100 + seed);
    const OffPolicyValue value = off_policy_value(log.rows, 3, seed);
    covered += value.doubly_robust.low <= 0.85 && value.doubly_robust.high >= 0.85 ? 1 : 0;
  }
  CHECK(covered >= 52);
}

TEST_CASE("a model of rewards narrows the interval where weights are wild") {
  // Rewards hardly depend on chance: the doubly robust estimate knows them beforehand, inverse propensities do not.
  Random random(5);
  std::vector<LoggedChoice> rows;
  for (int i = 0; i < 5000; ++i) {
    const size_t logged = random.unit() < 0.95 ? 0 : 1;
    rows.push_back({logged, logged == 0 ? 0.95 : 0.05, (logged == 0 ? 5.0 : 8.0) + 0.2 * (random.unit() - 0.5), 1});
  }
  const OffPolicyValue value = off_policy_value(rows, 2);
  CHECK(value.doubly_robust.value == doctest::Approx(8).epsilon(0.01));
  CHECK((value.doubly_robust.high - value.doubly_robust.low) * 5 < value.ips.high - value.ips.low);
}

TEST_CASE("a policy that never does what was logged has no overlap") {
  const std::vector<LoggedChoice> rows(50, {0, 1, 1, 1});
  const OffPolicyValue value = off_policy_value(rows, 2);
  CHECK(value.ips.value == 0);
  CHECK(value.matched == 0);
  CHECK(value.effective_share == 0);
  CHECK(off_policy_value({}, 2).ips.value == 0);
}
