// SPDX-License-Identifier: Apache-2.0
// Each cell against plain arithmetic, and as a line that reads back as the same bits.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "runtime/state/cell.h"

namespace sbx::state {
namespace {

constexpr double kClose = 1e-9;

template <class Kind>
const Kind& cell(const Cells& cells, const std::string& member = "m") {
  return std::get<Kind>(cells.at(member));
}

TEST_CASE("the average of all and of the last") {
  Cells cells;
  double sum = 0, ema = 0;
  for (int i = 1; i <= 30; ++i) {
    const double value = std::sin(i);
    CHECK(carry_out(cells, "m", Observe{value, 0.1}));
    sum += value;
    ema = i <= 10 ? sum / i : 0.9 * ema + 0.1 * value;
    CHECK(cell<Ema>(cells).mean == doctest::Approx(ema).epsilon(kClose));
  }
}

TEST_CASE("mean and deviation in one pass are those of two passes") {
  Cells cells;
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) {
    values.push_back(std::cos(i) * i);
    CHECK(carry_out(cells, "m", Measure{values.back()}));
  }
  double mean = 0, m2 = 0;
  for (const double value : values) mean += value / 100;
  for (const double value : values) m2 += (value - mean) * (value - mean);
  CHECK(cell<Welford>(cells).mean == doctest::Approx(mean).epsilon(kClose));
  CHECK(cell<Welford>(cells).m2 == doctest::Approx(m2).epsilon(kClose));
}

TEST_CASE("ratings move by what was not expected") {
  Cells cells;
  CHECK(carry_out(cells, "a", Match{"b", 1, 32, 1500}));
  CHECK(cell<Elo>(cells, "a").rating == doctest::Approx(1516));
  CHECK(cell<Elo>(cells, "b").rating == doctest::Approx(1484));
  CHECK(carry_out(cells, "a", Match{"b", 0, 32, 1500}));
  const double expected = 1 / (1 + std::pow(10, (1484.0 - 1516.0) / 400));
  CHECK(cell<Elo>(cells, "a").rating == doctest::Approx(1516 - 32 * expected).epsilon(kClose));
  CHECK(cell<Elo>(cells, "a").rating + cell<Elo>(cells, "b").rating == doctest::Approx(3000));
}

TEST_CASE("trials fade beyond their window, and the prior stays") {
  Cells cells;
  for (int i = 0; i < 50; ++i) CHECK(carry_out(cells, "m", Trial{1, 0}));
  CHECK(cell<Beta>(cells).alpha == 51);
  CHECK(cell<Beta>(cells).beta == 1);
  for (int i = 0; i < 100; ++i) CHECK(carry_out(cells, "m", Trial{0, 10}));
  const Beta& faded = cell<Beta>(cells);
  CHECK(faded.alpha + faded.beta - 2 == doctest::Approx(10));
  CHECK(faded.alpha - 1 == doctest::Approx(50 * 10.0 / 51 * std::pow(10.0 / 11, 99)));
}

TEST_CASE("pheromone evaporates to its floor") {
  Cells cells;
  CHECK(carry_out(cells, "m", Reinforce{0.1, 0.5, 0.01}));
  CHECK(cell<Pheromone>(cells).tau == doctest::Approx(0.9 + 0.5));
  for (int i = 0; i < 200; ++i) CHECK(carry_out(cells, "m", Reinforce{0.1, 0, 0.01}));
  CHECK(cell<Pheromone>(cells).tau == 0.01);
}

TEST_CASE("quantiles of the last samples") {
  Cells cells;
  for (int i = 0; i < 100; ++i) CHECK(carry_out(cells, "m", Sample{static_cast<double>(i), 11}));
  CHECK(cell<Quantile>(cells).last.size() == 11);
  CHECK(quantile(cell<Quantile>(cells), 0) == 89);
  CHECK(quantile(cell<Quantile>(cells), 0.5) == 94);
  CHECK(quantile(cell<Quantile>(cells), 0.95) == doctest::Approx(98.5));
  CHECK(quantile(Quantile{}, 0.5) == 0);
}

TEST_CASE("marks end, and the ones that end first go first") {
  Cells cells;
  for (int i = 0; i < 5; ++i) CHECK(carry_out(cells, "m", Mark{"s" + std::to_string(i), 100 + i, i, 3}));
  CHECK(cell<Marks>(cells).until_us.size() == 3);
  CHECK(cell<Marks>(cells).until_us.contains("s4"));
  CHECK(carry_out(cells, "m", Mark{"later", 200, 104, 3}));
  CHECK(cell<Marks>(cells).until_us.size() == 1);
}

TEST_CASE("a breaker opens after failures in a row") {
  Cells cells;
  for (int i = 0; i < 4; ++i) CHECK(carry_out(cells, "m", Report{false, 5, 1000, i}));
  CHECK(cell<Breaker>(cells).open_until_us == 0);
  CHECK(carry_out(cells, "m", Report{false, 5, 1000, 7}));
  CHECK(cell<Breaker>(cells).open_until_us == 1007);
  CHECK(carry_out(cells, "m", Report{true, 5, 1000, 8}));
  CHECK(cell<Breaker>(cells).open_until_us == 0);
}

TEST_CASE("a counter holds, settles, and begins anew") {
  Cells cells;
  CHECK(carry_out(cells, "m", Hold{60, 100, 1}));
  CHECK_FALSE(carry_out(cells, "m", Hold{41, 100, 1}));
  CHECK(carry_out(cells, "m", Hold{40, 100, 1}));
  CHECK(carry_out(cells, "m", Settle{60, 10, 1}));
  CHECK(cell<Counter>(cells).used == 10);
  CHECK(cell<Counter>(cells).held == 40);
  CHECK(carry_out(cells, "m", Hold{100, 100, 2}));
  CHECK(carry_out(cells, "m", Settle{40, 40, 1}));  // of the window before: nothing is left to book
  CHECK(cell<Counter>(cells).used == 0);
  CHECK(cell<Counter>(cells).held == 100);
  CHECK_FALSE(carry_out(cells, "m", Hold{INT64_MAX, 100, 2}));
}

TEST_CASE("the ridge of a bandit is the sum of its rows") {
  Cells cells;
  CHECK(carry_out(cells, "m", Fit{{1, 2}, 0.5}));
  CHECK(carry_out(cells, "m", Fit{{0, 3}, 1}));
  CHECK(cell<Ridge>(cells).a == std::vector<double>{2, 2, 2, 14});
  CHECK(cell<Ridge>(cells).b == std::vector<double>{0.5, 4});
}

TEST_CASE("a price rises with overspending and never falls below nothing") {
  Cells cells;
  CHECK(carry_out(cells, "m", Price{3, 1, 0.25}));
  CHECK(cell<Dual>(cells).lambda == 0.5);
  CHECK(carry_out(cells, "m", Price{0, 10, 0.25}));
  CHECK(cell<Dual>(cells).lambda == 0);
}

TEST_CASE("a cell of another kind begins anew") {
  Cells cells;
  CHECK(carry_out(cells, "m", Trial{1, 0}));
  CHECK(carry_out(cells, "m", Visit{0.5, false}));
  CHECK(cell<Ucb>(cells).reward.n == 1);
}

TEST_CASE("lines read back as the same bits") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  const auto some = [&] { return normal(random) / 3; };
  const std::vector<Cell> cells{Counter{1, -2, INT64_MAX}, Ema{some(), 3},      Quantile{{some(), some()}, 1}, Beta{1 + std::abs(some()), 1 + std::abs(some())},
                                Welford{4, some(), some()}, Ucb{{2, some(), some()}, 5}, Elo{some(), 9},      Pheromone{some()},
                                Marks{{{"a b%\n", 5}, {"", 6}, {"ключ", 7}}}, Breaker{2, 3}, Ridge{1, {some()}, {some()}}, Dual{1e-300}};
  for (const Cell& one : cells) {
    Cell back;
    REQUIRE(decode(encode(one), back));
    CHECK(back.index() == one.index());
    CHECK(encode(back) == encode(one));
  }
  for (const char* wrong : {"", "elo", "elo 1", "elo 1 2 3", "elo x 2", "nothing 1", "marks 1 a 2", "ridge 2 1 1 1 1", "quantile 0 99999999999 1", "marks 1 =%4 2", "beta 0.2 1", "elo inf 1", "dual nan"}) {
    Cell back;
    CHECK_FALSE(decode(wrong, back));
  }
}

}  // namespace
}  // namespace sbx::state
