// SPDX-License-Identifier: Apache-2.0
// Intervals by drawing rows again: held to the normal approximation where that is good, and to what must be exact.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "runtime/learn/bootstrap.h"

using namespace sbx::learn;

TEST_CASE("the interval of a share is about two standard errors to each side") {
  std::vector<double> values(1000, 0.0);
  for (size_t i = 0; i < 800; ++i) values[i] = 1;
  const double error = std::sqrt(0.8 * 0.2 / 1000);
  const Interval found = interval(values);
  CHECK(found.low == doctest::Approx(0.8 - 1.96 * error).epsilon(0.005));
  CHECK(found.high == doctest::Approx(0.8 + 1.96 * error).epsilon(0.005));
}

TEST_CASE("the interval of values that are all the same is that value") {
  const std::vector<double> values(7, 0.25);
  CHECK(interval(values) == Interval{0.25, 0.25});
  CHECK(interval({}) == Interval{0, 0});
}

TEST_CASE("pairs are drawn together: a constant difference has no width, whatever the rows") {
  std::vector<double> a, b;
  for (int i = 0; i < 100; ++i) {
    a.push_back(i % 7 + 0.5);
    b.push_back(i % 7);
  }
  CHECK(paired_interval(a, b) == Interval{0.5, 0.5});
  CHECK(interval(a).high - interval(a).low > 0.5);
}

TEST_CASE("the same seed draws the same, another one not") {
  const std::vector<double> values = {0.1, 0.4, 0.9, 0.2, 0.7};
  CHECK(interval(values, {.seed = 3}) == interval(values, {.seed = 3}));
  CHECK(interval(values, {.draws = 99, .seed = 3}) != interval(values, {.draws = 99, .seed = 4}));
}

TEST_CASE("a figure over places is the mean over values when it is the mean") {
  const std::vector<double> values = {0.1, 0.4, 0.9, 0.2, 0.7};
  const Interval found = interval_of(values.size(), [&](std::span<const size_t> places) {
    double sum = 0;
    for (const size_t place : places) sum += values[place];
    return sum / static_cast<double>(places.size());
  });
  CHECK(found == interval(values));
}
