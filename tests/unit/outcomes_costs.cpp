// SPDX-License-Identifier: Apache-2.0
// The cache-aware cost model, held to a published table, and the scores of tiers.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "runtime/learn/cost_model.h"

using namespace sbx::learn;

namespace {

// low, mid, mid_high, high; input, cache read, cache write, output.
const std::vector<CachePrices> kPrices = {{0.26, 0.13, 0.26, 0.38}, {0.30, 0.059, 0.30, 1.20}, {0.5, 0.05, 0.0833, 3}, {5, 0.5, 6.25, 25}};

struct Run {
  std::vector<StepCall> steps;
  std::vector<std::string> published;
};

Run read_run(const std::string& name) {
  Run run;
  std::ifstream file(SBX_SOURCE_DIR "/tests/data/twinrouter/table_a7.csv");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string in, step, tier, prompt, output, cost;
    for (std::string* field : {&in, &step, &tier, &prompt, &output, &cost}) std::getline(fields, *field, ',');
    if (in != name) continue;
    const size_t model = tier == "low" ? 0 : tier == "mid" ? 1 : tier == "mid_high" ? 2 : 3;
    run.steps.push_back({model, std::stoll(prompt), std::stoll(output)});
    run.published.push_back(cost);
  }
  return run;
}

std::string rounded(double dollars) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", dollars);
  return text;
}
std::string padded(const std::string& published) { return rounded(std::stod(published)); }

}  // namespace

TEST_CASE("all 26 costs of Table A7 come out to the printed digit") {
  const std::pair<const char*, const char*> runs[] = {{"always_high", "0.0953"}, {"routed", "0.0576"}};
  for (const auto& [name, total] : runs) {
    const Run run = read_run(name);
    REQUIRE(run.steps.size() == 13);
    const std::vector<double> costs = step_costs(kPrices, run.steps);
    double sum = 0;
    for (size_t i = 0; i < costs.size(); ++i) {
      CHECK_MESSAGE(rounded(costs[i]) == padded(run.published[i]), name << " step " << i + 1);
      sum += costs[i];
    }
    CHECK(rounded(sum) == total);
  }
}

TEST_CASE("a cached prompt outlasts three steps of others and no more") {
  const std::vector<CachePrices> prices = {{1, 1, 10, 0}, {0, 0, 0, 0}};
  const auto last = [&](size_t between) {
    std::vector<StepCall> steps = {{0, 1'000'000, 0}};
    steps.insert(steps.end(), between, {1, 1, 1});
    steps.push_back({0, 1'500'000, 0});
    return step_costs(prices, steps).back();
  };
  CHECK(last(0) == doctest::Approx(1 + 5));
  CHECK(last(2) == doctest::Approx(1 + 5));
  CHECK(last(3) == doctest::Approx(15));
  CHECK(step_costs(prices, std::vector<StepCall>{{0, 1'000'000, 0}, {0, 500'000, 0}}).back() == doctest::Approx(0.5));
}

TEST_CASE("always taking the high tier scores 54.38 on the bank's counts") {
  // 970 rows: 170 need the high tier; every cost is the top's, so nothing is saved.
  std::vector<TierRow> rows;
  const int counts[] = {689, 62, 49, 170};
  for (int tier = 0; tier < 4; ++tier) {
    for (int i = 0; i < counts[tier]; ++i) rows.push_back({i % 2 ? "a" : "b", "t" + std::to_string(tier) + "-" + std::to_string(i), tier, 3, 1, 1});
  }
  const TierScores high = score_tiers(rows);
  CHECK(high.row_pass == 1);
  CHECK(high.row_exact == doctest::Approx(170 / 970.0));
  CHECK(high.trajectory_pass == 1);
  CHECK(high.cost_save == 0);
  CHECK(rounded(100 * high.combined).substr(0, 5) == "54.38");
  for (TierRow& row : rows) row.taken = 0;
  const TierScores low = score_tiers(rows);
  CHECK(low.row_exact == doctest::Approx(689 / 970.0));
  CHECK(low.row_pass == doctest::Approx(689 / 970.0));
}

TEST_CASE("a trajectory that fails pays and saves nothing") {
  const std::vector<TierRow> rows = {{"w", "one", 1, 2, 10, 4}, {"w", "one", 1, 1, 10, 2}, {"w", "two", 2, 1, 10, 1}, {"w", "two", 0, 0, 10, 1}};
  const TierScores scores = score_tiers(rows);
  CHECK(scores.row_pass == doctest::Approx(0.75));
  CHECK(scores.row_exact == doctest::Approx(0.5));
  CHECK(scores.trajectory_pass == doctest::Approx(0.5));
  CHECK(scores.cost_save == doctest::Approx((6 + 8 - 1 - 1) / 40.0));
}
