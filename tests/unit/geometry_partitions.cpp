// SPDX-License-Identifier: Apache-2.0
// Who is nearest, differences of similarities and thresholds of them, wished for together: against points thrown at the sphere, and Z3's
// nonlinear arithmetic. Both judge by definitions that are written here once more.
#include <doctest/doctest.h>
#include <z3++.h>

#include <algorithm>

#include "compiler/geometry/wishes.h"
#include "runtime/base/variant.h"
#include "tests/unit/geometry_rig.h"

namespace sbx::geometry {
namespace {

struct Instance {
  std::vector<Measure> measures;
  std::vector<Wish> wishes;
};

struct Sizes {
  size_t dimension, most_wishes, most_labels, most_vectors;
};

/// Directions that the measures of an instance share, so that they have something to do with each other. One measure takes none twice.
class Pool {
 public:
  Pool(Dice& dice, const Sizes& sizes) : sizes_(sizes), dice_(dice) {
    while (all_.size() < (sizes.most_labels + 1) * sizes.most_vectors) all_.push_back(dice.direction(sizes.dimension));
  }
  void begin_measure() { left_ = all_; }
  std::vector<Vector> take() {
    std::vector<Vector> of;
    for (size_t count = 1 + dice_.below(sizes_.most_vectors); of.size() < count;) {
      const auto at = left_.begin() + static_cast<std::ptrdiff_t>(dice_.below(left_.size()));
      of.push_back(*at);
      left_.erase(at);
    }
    return of;
  }

 private:
  Sizes sizes_;
  Dice& dice_;
  std::vector<Vector> all_, left_;
};

Measure random_measure(Dice& dice, const Sizes& sizes, Pool& pool) {
  pool.begin_measure();
  switch (dice.below(3)) {
    case 0:
      return Similarity{pool.take()};
    case 1:
      return Contrast{pool.take(), pool.take()};
    default: {
      Nearest nearest;
      const bool one_floor = dice.below(2) == 0;
      for (size_t count = 1 + dice.below(sizes.most_labels); nearest.labels.size() < count;) {
        nearest.labels.push_back(pool.take());
        nearest.floors.push_back(one_floor ? 300'000 : to_reading(dice.between(-0.2, 0.8)));
      }
      if (dice.below(2) == 0) nearest.margin = to_reading(dice.between(0.01, 0.3));
      return nearest;
    }
  }
}

std::vector<Band> random_bands(Dice& dice, const Measure& measure) {
  if (const auto* nearest = std::get_if<Nearest>(&measure)) {
    std::vector<Band> bands;
    const auto places = static_cast<int64_t>(nearest->labels.size() + 1);
    for (int64_t i = 0; i < places; ++i) {
      if (dice.below(3) == 0) bands.push_back({i, i});
    }
    const auto any = static_cast<int64_t>(dice.below(static_cast<size_t>(places)));
    return bands.empty() ? std::vector<Band>{{any, any}} : bands;
  }
  const int64_t whole = std::holds_alternative<Contrast>(measure) ? 2'000'000 : 1'000'000;
  const int64_t threshold = to_reading(dice.between(-0.3, 0.95));
  switch (dice.below(4)) {
    case 0:
      return {{-whole, threshold}};
    case 1:
      return {{threshold, threshold + 150'000}};
    case 2:
      return {{-whole, threshold - 300'000}, {threshold, whole}};
    default:
      return {{threshold, whole}};
  }
}

Instance random_instance(Dice& dice, const Sizes& sizes) {
  Instance instance;
  Pool pool(dice, sizes);
  for (size_t count = 1 + dice.below(sizes.most_wishes); instance.measures.size() < count;)
    instance.measures.push_back(random_measure(dice, sizes, pool));
  for (const Measure& measure : instance.measures) instance.wishes.push_back({&measure, random_bands(dice, measure)});
  return instance;
}

double nearness(const std::vector<Vector>& of, const Vector& x) {
  double most = -1;
  for (const Vector& one : of) most = std::max(most, dot(one, x));
  return most;
}

int64_t reading(const Measure& measure, const Vector& x) {
  return std::visit(overloaded{
                        [&](const Similarity& of) { return to_reading(nearness(of.vectors, x)); },
                        [&](const Contrast& of) -> int64_t { return std::llround(1e6 * (nearness(of.hard, x) - nearness(of.easy, x))); },
                        [&](const Nearest& of) {
                          for (size_t i = 0; i < of.labels.size(); ++i) {
                            const double own = nearness(of.labels[i], x);
                            bool wins = 1e6 * own >= static_cast<double>(of.floors[i]);
                            for (size_t j = 0; j < of.labels.size(); ++j)
                              wins = wins && (j == i || 1e6 * (own - nearness(of.labels[j], x)) >= static_cast<double>(of.margin));
                            if (wins) return static_cast<int64_t>(i);
                          }
                          return static_cast<int64_t>(of.labels.size());
                        },
                    },
                    measure);
}

bool grants(const std::vector<Wish>& wishes, const Vector& x) {
  return std::ranges::all_of(wishes, [&](const Wish& wish) {
    const int64_t read = reading(*wish.measure, x);
    return std::ranges::any_of(wish.bands, [&](Band band) { return band.lo <= read && read <= band.hi; });
  });
}

bool is_unit(const Vector& x) { return std::abs(dot(x, x) - 1) < 1e-12; }

/// The definitions over the reals, without rounding.
class Reals {
 public:
  explicit Reals(size_t dimension) : solver_(context_, "QF_NRA") {
    z3::params limits(context_);
    limits.set("timeout", 2'000u);
    solver_.set(limits);
    z3::expr length = context_.real_val(0);
    for (size_t i = 0; i < dimension; ++i) {
      x_.push_back(context_.real_const(("x" + std::to_string(i)).c_str()));
      length = length + x_.back() * x_.back();
    }
    solver_.add(length == 1);
  }

  z3::check_result judge(const std::vector<Wish>& wishes) {
    for (const Wish& wish : wishes) {
      z3::expr any = context_.bool_val(false);
      for (const Band band : wish.bands) any = any || within(*wish.measure, band);
      solver_.add(any);
    }
    return solver_.check();
  }

 private:
  z3::expr real(double value) { return context_.real_val(std::to_string(value).c_str()); }
  z3::expr millionths(int64_t value) { return real(static_cast<double>(value) / 1e6); }
  z3::expr similarity(const std::vector<Vector>& of) {
    z3::expr most = cosine(of.front());
    for (const Vector& one : of) most = z3::max(most, cosine(one));
    return most;
  }
  z3::expr cosine(const Vector& one) {
    z3::expr sum = context_.real_val(0);
    for (size_t i = 0; i < one.size(); ++i) sum = sum + real(one[i]) * x_[i];
    return sum;
  }
  z3::expr within(const Measure& measure, Band band) {
    return std::visit(overloaded{
                          [&](const Similarity& of) { return within(similarity(of.vectors), band, 1'000'000); },
                          [&](const Contrast& of) { return within(similarity(of.hard) - similarity(of.easy), band, 2'000'000); },
                          [&](const Nearest& of) { return is_label(of, static_cast<size_t>(band.lo)); },
                      },
                      measure);
  }
  z3::expr within(const z3::expr& value, Band band, int64_t whole) {
    z3::expr all = context_.bool_val(true);
    if (band.lo > -whole) all = all && value >= millionths(band.lo);
    if (band.hi < whole) all = all && value <= millionths(band.hi);
    return all;
  }
  z3::expr is_label(const Nearest& of, size_t place) {
    if (place < of.labels.size()) return wins(of, place);
    z3::expr nobody = context_.bool_val(true);
    for (size_t i = 0; i < of.labels.size(); ++i) nobody = nobody && !wins(of, i);
    return nobody;
  }
  z3::expr wins(const Nearest& of, size_t place) {
    const z3::expr own = similarity(of.labels[place]);
    z3::expr all = own >= millionths(of.floors[place]);
    for (size_t j = 0; j < of.labels.size(); ++j) {
      if (j != place) all = all && own - similarity(of.labels[j]) >= millionths(of.margin);
    }
    return all;
  }

  z3::context context_;
  z3::solver solver_;
  std::vector<z3::expr> x_;
};

}  // namespace

TEST_CASE("no point of the sphere is nearest, or differs, as is said to be impossible; a direction that is given does") {
  Dice dice(11);
  size_t found = 0, none = 0, undecided = 0;
  for (int i = 0; i < 500; ++i) {
    const Sizes sizes{3 + dice.below(4), 4, 3, 2};
    const Instance instance = random_instance(dice, sizes);
    const Direction answer = grant(instance.wishes);
    CAPTURE(i);
    if (const auto* direction = std::get_if<Vector>(&answer)) {
      CHECK(is_unit(*direction));
      CHECK(grants(instance.wishes, *direction));
      ++found;
    } else if (std::holds_alternative<Undecided>(answer)) {
      ++undecided;
    } else {
      ++none;
      for (int point = 0; point < 5'000; ++point) REQUIRE_FALSE(grants(instance.wishes, dice.direction(sizes.dimension)));
    }
  }
  MESSAGE(found << " granted, " << none << " impossible, " << undecided << " undecided");
  CHECK(found > 200);
  CHECK(none > 40);
}

TEST_CASE("with dimensions to spare who is nearest is never undecided") {
  Dice dice(12);
  size_t found = 0, none = 0;
  for (int i = 0; i < 300; ++i) {
    const Instance instance = random_instance(dice, {32, 5, 3, 2});
    const Direction answer = grant(instance.wishes);
    CAPTURE(i);
    REQUIRE_FALSE(std::holds_alternative<Undecided>(answer));
    if (const auto* direction = std::get_if<Vector>(&answer)) CHECK(grants(instance.wishes, *direction));
    (std::holds_alternative<Vector>(answer) ? found : none) += 1;
  }
  MESSAGE(found << " granted, " << none << " impossible");
  CHECK(found > 100);
  CHECK(none > 20);
}

TEST_CASE("Z3 finds the same of labels and differences") {
  Dice dice(13);
  size_t possible = 0, impossible = 0;
  for (int i = 0; i < 300; ++i) {
    const Instance instance = random_instance(dice, {3, 4, 2, 1});
    const Direction answer = grant(instance.wishes);
    if (std::holds_alternative<Undecided>(answer)) continue;
    const z3::check_result judged = Reals(3).judge(instance.wishes);
    if (judged == z3::unknown) continue;
    CAPTURE(i);
    CHECK(std::holds_alternative<Vector>(answer) == (judged == z3::sat));
    (judged == z3::sat ? possible : impossible) += 1;
  }
  MESSAGE(possible << " possible and " << impossible << " impossible for both");
  CHECK(possible > 25);
  CHECK(impossible > 5);
}

TEST_CASE("a label wins where its vectors point, and nowhere near another's") {
  const Measure topic = Nearest{{{{1, 0, 0, 0}}, {{0, 1, 0, 0}}}, {500'000, 500'000}};
  const Measure law = Similarity{{{1, 0, 0, 0}}};
  const auto ask = [&](int64_t label, Band band) { return grant(std::vector<Wish>{{&topic, {{label, label}}}, {&law, {band}}}); };
  CHECK(std::holds_alternative<Vector>(ask(0, {900'000, 1'000'000})));
  CHECK(std::holds_alternative<NoDirection>(ask(0, {-1'000'000, 499'000})));  // the floor
  CHECK(std::holds_alternative<Vector>(ask(1, {700'000, 1'000'000})));
  CHECK(std::holds_alternative<NoDirection>(ask(1, {708'000, 1'000'000})));  // over cos 45°
  CHECK(std::holds_alternative<Vector>(ask(2, {-1'000'000, 499'000})));
  CHECK(std::holds_alternative<NoDirection>(ask(2, {501'000, 1'000'000})));
}

TEST_CASE("one partition gives one label, whatever its floors") {
  const std::vector<std::vector<Vector>> labels{{{1, 0, 0, 0}}, {{0, 1, 0, 0}}};
  const Measure wide = Nearest{labels, {0, 0}}, strict = Nearest{labels, {800'000, 800'000}};
  CHECK(std::holds_alternative<NoDirection>(grant(std::vector<Wish>{{&wide, {{0, 0}}}, {&strict, {{1, 1}}}})));
  CHECK(std::holds_alternative<Vector>(grant(std::vector<Wish>{{&wide, {{0, 0}}}, {&strict, {{2, 2}}}})));
  CHECK(std::holds_alternative<NoDirection>(grant(std::vector<Wish>{{&wide, {{2, 2}}}, {&strict, {{1, 1}}}})));
}

TEST_CASE("many labels of many vectors are settled soon") {
  Dice dice(14);
  Nearest nearest;
  for (int i = 0; i < 12; ++i) {
    std::vector<Vector>& of = nearest.labels.emplace_back();
    while (of.size() < 40) of.push_back(dice.direction(384));
    nearest.floors.push_back(300'000);
  }
  const Measure topic = nearest, like = Similarity{{nearest.labels[3].front()}};
  for (int64_t label = 0; label <= 12; ++label) {
    const std::vector<Wish> wishes{{&topic, {{label, label}}}, {&like, {{-1'000'000, 200'000}}}};
    const Direction answer = grant(wishes);
    CAPTURE(label);
    REQUIRE(std::holds_alternative<Vector>(answer));
    CHECK(grants(wishes, std::get<Vector>(answer)));
  }
}

}  // namespace sbx::geometry
