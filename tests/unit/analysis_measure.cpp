// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "compiler/analysis/measure.h"

namespace sbx::analysis {

TEST_CASE("intervals are those of Clopper and Pearson") {
  const Measured none = measure(0, 10, 0.95);  // closed forms at the ends
  CHECK(none.low == 0);
  CHECK(none.high == doctest::Approx(1 - std::pow(0.025, 0.1)).epsilon(1e-12));
  const Measured all = measure(10, 10, 0.95);
  CHECK(all.low == doctest::Approx(std::pow(0.025, 0.1)).epsilon(1e-12));
  CHECK(all.high == 1);
  const Measured some = measure(3, 10, 0.95);  // binom.test(3, 10) of R: 0.06673951 0.65245285
  CHECK(some.low == doctest::Approx(0.06673951).epsilon(1e-7));
  CHECK(some.high == doctest::Approx(0.65245285).epsilon(1e-7));
}

TEST_CASE("an end is where the sample would be as rare as the tail") {
  const auto at_most = [](uint64_t k, uint64_t n, double p) {  // the binomial distribution, by its terms
    double sum = 0;
    for (uint64_t i = 0; i <= k; ++i) {
      const auto x = static_cast<double>(i), all = static_cast<double>(n);
      sum += std::exp(std::lgamma(all + 1) - std::lgamma(x + 1) - std::lgamma(all - x + 1) + x * std::log(p) + (all - x) * std::log1p(-p));
    }
    return sum;
  };
  for (const uint64_t k : {1, 7, 40, 99}) {
    const Measured share = measure(k, 100, 0.9);
    CHECK(at_most(k, 100, share.high) == doctest::Approx(0.05).epsilon(1e-9));
    CHECK(1 - at_most(k - 1, 100, share.low) == doctest::Approx(0.05).epsilon(1e-9));
  }
}

TEST_CASE("an interval covers the share in as many samples as it says, or more") {
  std::mt19937_64 random(11);
  for (const double share : {0.002, 0.05, 0.5}) {
    int covered = 0;
    constexpr int kSamples = 1'000;
    for (int sample = 0; sample < kSamples; ++sample) {
      uint64_t occurred = 0;
      for (int i = 0; i < 200; ++i) occurred += static_cast<double>(random() >> 11) * 0x1p-53 < share ? 1 : 0;
      const Measured measured = measure(occurred, 200, 0.9);
      covered += measured.low <= share && share <= measured.high ? 1 : 0;
    }
    CHECK(covered >= 0.88 * kSamples);
  }
}

TEST_CASE("a share is said in per cent") {
  CHECK(text_of(measure(3, 1000, 0.95)) == "3 of 1000 recorded requests, so 0.0619 % to 0.874 % of all (confidence 95 %)");
}

}  // namespace sbx::analysis
