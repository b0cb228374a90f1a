// SPDX-License-Identifier: Apache-2.0
// Random conjunctions of similarities against two judges that know nothing of least norms: points thrown at the sphere, and Z3's
// nonlinear arithmetic.
#include <doctest/doctest.h>
#include <z3++.h>

#include <algorithm>

#include "compiler/geometry/wishes.h"
#include "tests/unit/geometry_rig.h"

namespace sbx::geometry {
namespace {

struct Instance {
  std::vector<Measure> measures;
  std::vector<Wish> wishes;
};

const std::vector<Vector>& vectors_of(const Wish& wish) { return std::get<Similarity>(*wish.measure).vectors; }

Band random_band(Dice& dice) {
  const int64_t threshold = to_reading(dice.between(-0.6, 0.9));
  switch (dice.below(3)) {
    case 0:
      return {threshold, 1'000'000};
    case 1:
      return {-1'000'000, threshold};
    default:
      return {threshold, std::min<int64_t>(threshold + 200'000, 1'000'000)};
  }
}

Instance random_instance(Dice& dice, size_t dimension, size_t most_wishes, size_t most_prototypes) {
  Instance instance;
  const size_t wishes = 1 + dice.below(most_wishes);
  for (size_t i = 0; i < wishes; ++i) {
    std::vector<Vector> of;
    for (size_t count = 1 + dice.below(most_prototypes); of.size() < count;) of.push_back(dice.direction(dimension));
    instance.measures.emplace_back(Similarity{std::move(of)});
  }
  for (const Measure& of : instance.measures) {
    Wish wish{&of, {random_band(dice)}};
    if (dice.below(4) == 0) {
      const int64_t lo = to_reading(dice.between(-1, 0.8));
      wish.bands = {{-1'000'000, lo - 100'000}, {lo, lo + 150'000}};
    }
    instance.wishes.push_back(wish);
  }
  return instance;
}

bool is_granted(const std::vector<Wish>& wishes, const Vector& direction) {
  return std::ranges::all_of(wishes, [&](const Wish& wish) {
    double most = -1;
    for (const Vector& centre : vectors_of(wish)) most = std::max(most, dot(centre, direction));
    const int64_t reading = to_reading(most);
    return std::ranges::any_of(wish.bands, [&](Band band) { return band.lo <= reading && reading <= band.hi; });
  });
}

bool is_unit(const Vector& direction) { return std::abs(dot(direction, direction) - 1) < 1e-12; }

/// Whether a point of the sphere grants the wishes, by Z3 over the reals; thresholds are as written, without rounding.
z3::check_result by_z3(const Instance& instance) {
  z3::context context;
  z3::solver solver(context, "QF_NRA");
  z3::params limits(context);
  limits.set("timeout", 2'000u);
  solver.set(limits);
  const auto real = [&](double value) { return context.real_val(std::to_string(value).c_str()); };
  const size_t dimension = vectors_of(instance.wishes.front()).front().size();
  std::vector<z3::expr> x;
  z3::expr length = context.real_val(0);
  for (size_t i = 0; i < dimension; ++i) {
    x.push_back(context.real_const(("x" + std::to_string(i)).c_str()));
    length = length + x.back() * x.back();
  }
  solver.add(length == 1);
  for (const Wish& wish : instance.wishes) {
    z3::expr granted = context.bool_val(false);
    for (const Band band : wish.bands) {
      z3::expr below = context.bool_val(true), reached = context.bool_val(band.lo <= -1'000'000);
      for (const Vector& centre : vectors_of(wish)) {
        z3::expr cosine = context.real_val(0);
        for (size_t i = 0; i < dimension; ++i) cosine = cosine + real(centre[i]) * x[i];
        below = below && (band.hi >= 1'000'000 ? context.bool_val(true) : cosine <= real(static_cast<double>(band.hi) / 1e6));
        reached = reached || cosine >= real(static_cast<double>(band.lo) / 1e6);
      }
      granted = granted || (below && reached);
    }
    solver.add(granted);
  }
  return solver.check();
}

}  // namespace

TEST_CASE("no point of the sphere grants what is said to be impossible, and a direction that is given grants it") {
  Dice dice(1);
  size_t found = 0, none = 0, undecided = 0;
  for (int i = 0; i < 400; ++i) {
    const size_t dimension = 3 + dice.below(4);
    const Instance instance = random_instance(dice, dimension, 4, 3);
    const Direction answer = grant(instance.wishes);
    CAPTURE(i);
    if (const auto* direction = std::get_if<Vector>(&answer)) {
      CHECK(is_unit(*direction));
      CHECK(is_granted(instance.wishes, *direction));
      ++found;
      continue;
    }
    if (std::holds_alternative<Undecided>(answer)) {
      ++undecided;
      continue;
    }
    ++none;
    for (int point = 0; point < 5'000; ++point) REQUIRE_FALSE(is_granted(instance.wishes, dice.direction(dimension)));
  }
  MESSAGE(found << " granted, " << none << " impossible, " << undecided << " undecided");
  CHECK(found > 100);
  CHECK(none > 60);
}

TEST_CASE("with dimensions to spare nothing but a border is undecided") {
  Dice dice(2);
  size_t found = 0, none = 0;
  for (int i = 0; i < 400; ++i) {
    const Instance instance = random_instance(dice, 24, 5, 3);
    const Direction answer = grant(instance.wishes);
    CAPTURE(i);
    REQUIRE_FALSE(std::holds_alternative<Undecided>(answer));
    if (const auto* direction = std::get_if<Vector>(&answer)) {
      CHECK(is_unit(*direction));
      CHECK(is_granted(instance.wishes, *direction));
    }
    (std::holds_alternative<Vector>(answer) ? found : none) += 1;
  }
  MESSAGE(found << " granted, " << none << " impossible");
}

TEST_CASE("Z3 finds the same") {
  Dice dice(3);
  size_t agreed = 0;
  for (int i = 0; i < 60; ++i) {
    const Instance instance = random_instance(dice, 3, 3, 1);
    const Direction answer = grant(instance.wishes);
    if (std::holds_alternative<Undecided>(answer)) continue;
    const z3::check_result judged = by_z3(instance);
    if (judged == z3::unknown) continue;
    CAPTURE(i);
    CHECK(std::holds_alternative<Vector>(answer) == (judged == z3::sat));
    ++agreed;
  }
  MESSAGE(agreed << " settled by both");
  CHECK(agreed > 30);
}

TEST_CASE("what excludes a conjunction is as little as it takes") {
  Dice dice(4);
  size_t none = 0;
  for (int i = 0; i < 300; ++i) {
    const Instance instance = random_instance(dice, 16, 6, 2);
    const Direction answer = grant(instance.wishes);
    const auto* because = std::get_if<NoDirection>(&answer);
    if (because == nullptr) continue;
    ++none;
    CAPTURE(i);
    std::vector<Wish> all;
    for (const size_t place : because->because) all.push_back(instance.wishes[place]);
    CHECK(std::holds_alternative<NoDirection>(grant(all)));
    for (size_t left_out = 0; left_out < all.size() && all.size() > 1; ++left_out) {
      std::vector<Wish> fewer = all;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
      CHECK_FALSE(std::holds_alternative<NoDirection>(grant(fewer)));
    }
  }
  CHECK(none > 20);
}

TEST_CASE("three caps of which any two meet may have nothing in common") {
  const auto at = [](double x, double y) { return Vector{x, y, 0, 0, 0}; };
  const double height = std::sqrt(3.0) / 2;
  const Measure a = Similarity{{at(1, 0)}}, b = Similarity{{at(-0.5, height)}}, c = Similarity{{at(-0.5, -height)}};
  const Band half{400'000, 1'000'000};  // two of them meet at 0.5
  const std::vector<Wish> pair{{&a, {half}}, {&b, {half}}}, all{{&a, {half}}, {&b, {half}}, {&c, {half}}};
  CHECK(std::holds_alternative<Vector>(grant(pair)));
  const Direction none = grant(all);
  REQUIRE(std::holds_alternative<NoDirection>(none));
  CHECK(std::get<NoDirection>(none).because == std::vector<size_t>{0, 1, 2});
}

TEST_CASE("what only rounding could settle is undecided") {
  // The least norm is 1 to about a tenth of a millionth: readings of 0.707107 and 0.707107 between centres at right angles.
  const Measure a = Similarity{{{1, 0, 0}}}, b = Similarity{{{0, 1, 0}}};
  const std::vector<Wish> border{{&a, {{707'107, 1'000'000}}}, {&b, {{707'107, 1'000'000}}}};
  const Direction answer = grant(border);
  if (const auto* direction = std::get_if<Vector>(&answer)) CHECK(is_granted(border, *direction));
  CHECK_FALSE(std::holds_alternative<NoDirection>(answer));
  const std::vector<Wish> beyond{{&a, {{707'108, 1'000'000}}}, {&b, {{707'108, 1'000'000}}}};
  CHECK(std::holds_alternative<NoDirection>(grant(beyond)));
}

TEST_CASE("signals of the same prototypes read the same") {
  const Measure a = Similarity{{{1, 0, 0, 0}, {0, 1, 0, 0}}}, b = a;
  const std::vector<Wish> unlike{{&a, {{800'000, 1'000'000}}}, {&b, {{-1'000'000, 799'999}}}};
  CHECK(std::holds_alternative<NoDirection>(grant(unlike)));
  const std::vector<Wish> alike{{&a, {{800'000, 1'000'000}}}, {&b, {{-1'000'000, 800'000}}}};
  REQUIRE(std::holds_alternative<Vector>(grant(alike)));
  CHECK(read(a, std::get<Vector>(grant(alike))) == 800'000);
}

TEST_CASE("many prototypes of many numbers are settled soon") {
  Dice dice(5);
  std::vector<Measure> measures(4);
  std::vector<Wish> wishes;
  for (Measure& of : measures) {
    std::vector<Vector>& vectors = std::get<Similarity>(of).vectors;
    while (vectors.size() < 50) vectors.push_back(dice.direction(384));
    wishes.push_back({&of, {&of == &measures.back() ? Band{-1'000'000, 300'000} : Band{450'000, 1'000'000}}});
  }
  const Direction answer = grant(wishes);
  REQUIRE(std::holds_alternative<Vector>(answer));
  CHECK(is_granted(wishes, std::get<Vector>(answer)));
}

}  // namespace sbx::geometry
