// SPDX-License-Identifier: Apache-2.0
// How cosines with several examples become one similarity, and which examples stand for all.
#include "runtime/signals/aggregation.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace sbx;
using namespace sbx::signals;
using By = Aggregation::By;

namespace {

/// Unit vectors of the plane, by their angles in degrees.
models::Encoded at(const std::vector<double>& angles) {
  models::Encoded rows{.dimension = 2, .values = {}, .truncated = {}};
  for (const double angle : angles) {
    rows.values.push_back(static_cast<float>(std::cos(angle * M_PI / 180)));
    rows.values.push_back(static_cast<float>(std::sin(angle * M_PI / 180)));
  }
  return rows;
}

}  // namespace

TEST_CASE("cosines as one number") {
  const std::vector<float> cosines{0.5F, 1, 0.25F, 0.75F};
  CHECK(aggregated(cosines, {By::Max}) == 1);
  CHECK(aggregated(cosines, {By::Mean}) == 0.625);
  CHECK(aggregated(cosines, {By::Top, 3}) == 0.75);
  CHECK(aggregated(cosines, {By::Top, 9}) == 0.625);
  CHECK(aggregated(cosines, {By::Bank}) == 0.75 * 1 + 0.25 * 0.875);
  CHECK(aggregated(std::vector<float>{0.5F}, {By::Bank}) == 0.5);
  CHECK(aggregated({}, {By::Mean}) == -1);
}

TEST_CASE("a bank has the medoid of each cluster, the largest clusters first") {
  // 0, 10 and 20 degrees are one cluster, by 10 and 20 that are like 10; 90 is alone.
  const models::Encoded bank = prototypes_of(at({90, 0, 10, 20}));
  REQUIRE(bank.values.size() == 4);
  CHECK(bank.row(0)[0] == doctest::Approx(std::cos(10 * M_PI / 180)));
  CHECK(bank.row(1)[1] == doctest::Approx(1));
}

TEST_CASE("a bank has eight prototypes at most") { CHECK(prototypes_of(at({0, 30, 60, 90, 120, 150, 180, 210, 240, 270})).values.size() == 16); }
