// SPDX-License-Identifier: Apache-2.0
// Choices scored by outcome rows, the baselines beside them, and the intervals of both.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/learn/baselines.h"
#include "runtime/learn/equivalence.h"
#include "runtime/learn/random.h"

using namespace sbx;
using namespace sbx::learn;

namespace {

/// Rows of qualities, one column a model; a cost is the column's number plus one, in cents.
OutcomeTable table_of(const std::vector<std::vector<double>>& qualities) {
  OutcomeTable table;
  for (size_t m = 0; m < qualities.front().size(); ++m) table.models.push_back("m" + std::to_string(m));
  for (const auto& row : qualities) {
    OutcomeRow made{.group = "t" + std::to_string(table.rows.size() / 2)};
    for (size_t m = 0; m < row.size(); ++m)
      made.outcomes.push_back(Measured{.quality = row[m], .cost_usd = 0.01 * static_cast<double>(m + 1)});
    table.rows.push_back(std::move(made));
  }
  return table;
}

std::vector<size_t> all_rows(const OutcomeTable& table) {
  std::vector<size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  return rows;
}

}  // namespace

TEST_CASE("figures are means over rows") {
  OutcomeTable table = table_of({{1, 0, 1}, {0, 0.5, 1}, {0, 0, 0}, {1, 1, 0}});
  for (size_t i = 0; i < 4; ++i) table.rows[i].step = static_cast<int64_t>(i % 2);
  const Arena arena = make_arena(table, all_rows(table), {0, 1, 2});
  const std::vector<Choice> choices = {{0, 0}, {1, 0}, {std::nullopt, 0}, {1, 0}};
  const Scored scored = score(arena, choices);
  const OutcomeFigures made = figures(arena, choices, scored);
  CHECK(made.quality == doctest::Approx((1 + 0.5 + 0 + 1) / 4.0));
  CHECK(made.regret == doctest::Approx((0 + 0.5 + 0 + 0) / 4.0));
  CHECK(*made.cost_usd == doctest::Approx((0.01 + 0.02 + 0 + 0.02) / 4));
  CHECK_FALSE(made.latency_ms.has_value());
  CHECK(made.share == std::vector<double>{0.25, 0.5, 0});
  CHECK(made.share_none == doctest::Approx(0.25));
  CHECK(*made.trajectory_pass == doctest::Approx(0.5));  // the second one fails in its first step
  CHECK_FALSE(made.apgr.has_value());                    // three candidates
}

TEST_CASE("a row in which a candidate's quality is unknown takes no part") {
  OutcomeTable table = table_of({{1, 0}, {0, 1}, {1, 1}});
  table.rows[1].outcomes[0].reset();
  CHECK(make_arena(table, all_rows(table), {0, 1}).rows == std::vector<size_t>{0, 2});
  CHECK(make_arena(table, all_rows(table), {1}).rows == std::vector<size_t>{0, 1, 2});
}

TEST_CASE("the curve of strong calls has the ends and the area of RouteLLM's evaluation") {
  // Four rows, weak right in one, strong in three; thresholds at the ten-quantiles of the scores .1 .2 .3 .4.
  const OutcomeTable table = table_of({{0, 1}, {0, 1}, {1, 1}, {0, 0}});
  const Arena arena = make_arena(table, all_rows(table), {0, 1});
  CHECK(arena.strong == 1);
  CHECK(arena.weak == 0);
  const std::vector<Choice> best = {{1, 0.4}, {1, 0.3}, {0, 0.2}, {0, 0.1}};
  const Curve curve = quality_curve(arena, best);
  CHECK(curve.points.front().strong_share == 0);
  CHECK(curve.points.back().strong_share == 1);
  // By hand: shares 0 .25 .5 .75 1 have qualities .25 .5 .75 .75 .75; the trapezoids make .625.
  CHECK(*curve.apgr() == doctest::Approx((0.625 - 0.25) / 0.5));
  CHECK(*curve.cpt(0.5) == doctest::Approx(0.25));
  CHECK(*curve.cpt(0.8) == doctest::Approx(0.4));
  const std::vector<Choice> worst = {{1, 0.1}, {1, 0.2}, {0, 0.3}, {0, 0.4}};
  CHECK(*quality_curve(arena, worst).apgr() == doctest::Approx((0.375 - 0.25) / 0.5));
  CHECK_FALSE(quality_curve(make_arena(table, all_rows(table), {0, 0}), best).apgr().has_value());
}

TEST_CASE("scores by chance gain half of the gap") {
  std::vector<std::vector<double>> qualities;
  Random random(3);
  for (int i = 0; i < 20000; ++i) qualities.push_back({random.unit() < 0.6 ? 1.0 : 0, random.unit() < 0.8 ? 1.0 : 0});
  const OutcomeTable table = table_of(qualities);
  const Arena arena = make_arena(table, all_rows(table), {0, 1});
  std::vector<Choice> choices;
  for (size_t i = 0; i < table.rows.size(); ++i) choices.push_back({0, random.unit()});
  CHECK(*quality_curve(arena, choices).apgr() == doctest::Approx(0.5).epsilon(0.04));
}

TEST_CASE("baselines learn from other folds") {
  // In the rows of either fold the other model is the better one, so that the best of the others is always the worse here.
  const OutcomeTable table = table_of({{1, 0}, {1, 0}, {0, 1}, {0, 1}});
  const Arena arena = make_arena(table, all_rows(table), {0, 1});
  const OutcomeFolds folds{.count = 2, .of_row = {0, 0, 1, 1}};
  Tensor vectors(4, 2);
  vectors.values = {1, 0, 0, 1, 1, 0, 0, 1};
  const std::vector<Baseline> made = baselines(arena, folds, vectors, 0, 1);
  const auto quality = [&](std::string_view name) {
    const auto found = std::ranges::find(made, name, &Baseline::name);
    REQUIRE(found != made.end());
    return figures(arena, found->choices, score(arena, found->choices)).quality;
  };
  CHECK(quality("best_single") == 0);
  CHECK(quality("cheapest") == 0.5);
  CHECK(quality("oracle") == 1);
  CHECK(quality("knn") == 0);  // the nearest row of the other fold says the opposite
  const std::vector<Baseline> whole = baselines(arena, {}, vectors, 0, 1);
  CHECK(whole[0].choices.front().model == whole[0].choices.back().model);
}

TEST_CASE("two are equivalent if they differ by less than the margin for certain") {
  Random random(7);
  std::vector<double> a, b;
  for (int i = 0; i < 2000; ++i) {
    a.push_back(random.unit());
    b.push_back(a.back() - 0.2 + 0.1 * random.unit() - 0.05);
  }
  CHECK_FALSE(is_equivalent(a, b, 0.19));
  CHECK(is_equivalent(a, b, 0.21));
  CHECK(is_equivalent(b, a, 0.21));
  CHECK_FALSE(is_equivalent({}, {}, 1));
}
