// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "compiler/geometry/bands.h"
#include "compiler/geometry/wishes.h"
#include "tests/unit/geometry_rig.h"

namespace sbx::geometry {
namespace {

/// The angle between two centres on a plane, in degrees.
double cosine(double degrees) { return std::cos(degrees / 180 * 3.14159265358979324); }
Band cap(double degrees) { return {to_reading(cosine(degrees)), 1'000'000}; }

}  // namespace

TEST_CASE("two caps meet where the angle between them is no more than both together") {
  CHECK(are_apart(cosine(60.01), cap(20), cap(40)));
  CHECK_FALSE(are_apart(cosine(59.99), cap(20), cap(40)));
  CHECK_FALSE(are_apart(cosine(60), cap(20), cap(40)));  // they touch
  CHECK(are_apart(cosine(180), cap(90), cap(89.9)));
}

TEST_CASE("what is in a cap reads no less from a centre nearby") {
  CHECK(are_apart(cosine(10), cap(20), {-1'000'000, to_reading(cosine(30.01))}));  // 20 + 10 degrees at most
  CHECK_FALSE(are_apart(cosine(10), cap(20), {-1'000'000, to_reading(cosine(29.99))}));
  CHECK(are_apart(1, {800'000, 1'000'000}, {-1'000'000, 799'998}));  // the same centre
  CHECK_FALSE(are_apart(1, {800'000, 1'000'000}, {-1'000'000, 800'000}));
}

TEST_CASE("caps on both ends exclude each other where the way round is too long") {
  CHECK(are_apart(cosine(170), {-1'000'000, to_reading(cosine(100))}, {-1'000'000, to_reading(cosine(100))}));
  CHECK_FALSE(are_apart(cosine(150), {-1'000'000, to_reading(cosine(100))}, {-1'000'000, to_reading(cosine(100))}));
}

TEST_CASE("bands that are apart have no direction in common, and caps that are not have one") {
  Dice dice(7);
  size_t apart = 0, meeting = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Vector a = dice.direction(8), b = dice.direction(8);
    const Measure like_a = Similarity{{a}}, like_b = Similarity{{b}};
    const auto band = [&] {
      const int64_t lo = to_reading(dice.between(-1, 0.95));
      return Band{lo, i % 2 == 0 ? 1'000'000 : to_reading(dice.between(static_cast<double>(lo) / 1e6, 1))};
    };
    const std::vector<Wish> wishes{{&like_a, {band()}}, {&like_b, {band()}}};
    const Direction found = grant(wishes);
    const bool excluded = are_apart(dot(a, b), wishes[0].bands.front(), wishes[1].bands.front());
    CAPTURE(i);
    if (excluded) CHECK(std::holds_alternative<NoDirection>(found));
    if (!excluded && i % 2 == 0) CHECK(std::holds_alternative<Vector>(found));
    (excluded ? apart : meeting) += 1;
  }
  CHECK(apart > 100);
  CHECK(meeting > 100);
}

}  // namespace sbx::geometry
