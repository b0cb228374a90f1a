// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/choices.h"

#include <algorithm>
#include <functional>

#include "runtime/base/variant.h"

namespace sbx::geometry {
namespace {

constexpr double kMillion = 1e6;
// In millionths: what is rounded to a reading, and what is sure to be.
constexpr double kOuter = 0.5, kInner = 0.25;
// Of who is nearest: what may be taken for a tie, and what is none (measures.cpp).
constexpr double kMayTie = 1, kLeads = 2;

/// near - far ≥ millionths.
HalfSpace at_least(const Vector* near, const Vector* far, int64_t millionths) {
  const auto bound = static_cast<double>(millionths);
  return {near, far, (bound - kInner) / kMillion, (bound - kOuter) / kMillion};
}
HalfSpace clearly_at_least(const Vector* near, const Vector* far, int64_t millionths) {
  const auto bound = static_cast<double>(millionths);
  return {near, far, (bound + kLeads) / kMillion, (bound - kMayTie) / kMillion};
}
HalfSpace at_most(const Vector* centre, int64_t millionths) { return at_least(nullptr, centre, -millionths); }

template <typename F>
void for_each(const std::vector<std::vector<Vector>>& labels, F&& visit) {
  for (size_t i = 0; i < labels.size(); ++i) {
    for (const Vector& one : labels[i]) visit(i, &one);
  }
}

double cosine(const Vector* centre, const Vector* direction) {
  return centre == nullptr || direction == nullptr ? 0 : dot(*centre, *direction);
}

// ------------------------------------------------------------------------------------------------ one similarity

constexpr int64_t kWhole = 1'000'000;

struct OfSimilarity {
  const Similarity& measure;
  const Wish& wish;

  [[nodiscard]] std::vector<HalfSpace> below(int64_t hi) const {
    std::vector<HalfSpace> rows;
    if (hi >= kWhole) return rows;
    for (const Vector& centre : measure.vectors) rows.push_back(at_most(&centre, hi));
    return rows;
  }
  [[nodiscard]] std::vector<HalfSpace> common() const { return below(wish.bands.back().hi); }

  [[nodiscard]] std::vector<Choice> choices(const Vector* direction) const {
    std::vector<Choice> choices;
    for (const Band band : wish.bands) {
      if (band.lo <= -kWhole) {
        choices.push_back({.band = band, .promise = 2});
        continue;
      }
      for (const Vector& centre : measure.vectors)
        choices.push_back({.band = band, .near = &centre, .promise = cosine(&centre, direction)});
    }
    return choices;
  }
  [[nodiscard]] size_t count() const { return wish.bands.size() * measure.vectors.size(); }

  [[nodiscard]] std::vector<HalfSpace> rows(const Choice& choice) const {
    std::vector<HalfSpace> rows;
    if (choice.near != nullptr) rows.push_back(at_least(choice.near, nullptr, choice.band.lo));
    if (choice.band.hi < wish.bands.back().hi) std::ranges::copy(below(choice.band.hi), std::back_inserter(rows));
    return rows;
  }
};

// ------------------------------------------------------------------------------------------------ a difference of two

// max h - max e ≥ lo: for some h, h - e ≥ lo for all e. max h - max e ≤ hi: for some e, h - e ≤ hi for all h.
struct OfContrast {
  const Contrast& measure;
  const Wish& wish;

  static bool has_lower_end(Band band) { return band.lo > -2 * kWhole; }
  static bool has_upper_end(Band band) { return band.hi < 2 * kWhole; }

  [[nodiscard]] static std::vector<HalfSpace> common() { return {}; }

  /// Each of them, or nothing in particular.
  static std::vector<const Vector*> some(const std::vector<Vector>& vectors, bool matters) {
    if (!matters) return {nullptr};
    std::vector<const Vector*> all;
    for (const Vector& one : vectors) all.push_back(&one);
    return all;
  }

  [[nodiscard]] std::vector<Choice> choices(const Vector* direction) const {
    std::vector<Choice> choices;
    for (const Band band : wish.bands) {
      for (const Vector* hard : some(measure.hard, has_lower_end(band))) {
        for (const Vector* easy : some(measure.easy, has_upper_end(band)))
          choices.push_back({band, hard, easy, cosine(hard, direction) + cosine(easy, direction)});
      }
    }
    return choices;
  }
  [[nodiscard]] size_t count() const {
    size_t sum = 0;
    for (const Band band : wish.bands)
      sum += (has_lower_end(band) ? measure.hard.size() : 1) * (has_upper_end(band) ? measure.easy.size() : 1);
    return sum;
  }

  [[nodiscard]] std::vector<HalfSpace> rows(const Choice& choice) const {
    std::vector<HalfSpace> rows;
    for (const Vector& easy : measure.easy) {
      if (choice.near != nullptr) rows.push_back(at_least(choice.near, &easy, choice.band.lo));
    }
    for (const Vector& hard : measure.hard) {
      if (choice.far != nullptr) rows.push_back(at_least(choice.far, &hard, -choice.band.hi));
    }
    return rows;
  }
};

// ------------------------------------------------------------------------------------------------ who is nearest

// A label that wins: `near` is one of its vectors. None, because what is nearest (`near`) is below its floor, or leads another label's
// `far` by less than the margin.
struct OfNearest {
  const Nearest& measure;
  const Wish& wish;

  [[nodiscard]] int64_t none() const { return static_cast<int64_t>(measure.labels.size()); }
  [[nodiscard]] bool wants(int64_t place) const {
    return std::ranges::any_of(wish.bands, [&](Band band) { return band.lo <= place && place <= band.hi; });
  }
  [[nodiscard]] bool has_floor(size_t label) const { return measure.floors[label] > -kWhole; }
  [[nodiscard]] bool has_one_floor() const {
    return std::ranges::all_of(measure.floors, [&](int64_t one) { return one == measure.floors.front(); });
  }

  [[nodiscard]] static std::vector<HalfSpace> common() { return {}; }

  [[nodiscard]] std::vector<Choice> choices(const Vector* direction) const {
    std::vector<Choice> choices;
    const auto add = [&](int64_t place, const Vector* near, const Vector* far, double promise) {
      choices.push_back({{place, place}, near, far, promise});
    };
    for_each(measure.labels, [&](size_t i, const Vector* one) {
      if (wants(static_cast<int64_t>(i))) add(static_cast<int64_t>(i), one, nullptr, cosine(one, direction));
    });
    if (!wants(none())) return choices;
    if (has_one_floor()) {
      if (has_floor(0)) add(none(), nullptr, nullptr, 0);
    } else {
      for_each(measure.labels, [&](size_t i, const Vector* one) {
        if (has_floor(i)) add(none(), one, nullptr, -cosine(one, direction));
      });
    }
    if (measure.margin == 0) return choices;
    for_each(measure.labels, [&](size_t i, const Vector* one) {
      for_each(measure.labels, [&](size_t j, const Vector* other) {
        if (i != j) add(none(), one, other, cosine(one, direction) + cosine(other, direction) - 2);
      });
    });
    return choices;
  }
  [[nodiscard]] size_t count() const {
    size_t all = 0, wanted = 0, pairs = 0;
    for (size_t i = 0; i < measure.labels.size(); ++i) {
      const size_t size = measure.labels[i].size();
      pairs += 2 * all * size;
      all += size;
      if (wants(static_cast<int64_t>(i))) wanted += size;
    }
    if (!wants(none())) return wanted;
    return wanted + (has_one_floor() ? 1 : all) + (measure.margin == 0 ? 0 : pairs);
  }

  [[nodiscard]] size_t label_of(const Vector* vector) const {
    const auto owns = [&](const std::vector<Vector>& of) {
      return !std::less<>{}(vector, of.data()) && std::less<>{}(vector, of.data() + of.size());
    };
    return static_cast<size_t>(std::ranges::find_if(measure.labels, owns) - measure.labels.begin());
  }

  [[nodiscard]] std::vector<HalfSpace> rows(const Choice& choice) const {
    if (choice.band.lo == none()) return rows_of_none(choice);
    const auto place = static_cast<size_t>(choice.band.lo);
    std::vector<HalfSpace> rows{clearly_at_least(choice.near, nullptr, measure.floors[place])};
    for_each(measure.labels, [&](size_t i, const Vector* other) {
      if (i != place) rows.push_back(clearly_at_least(choice.near, other, measure.margin));
    });
    return rows;
  }
  [[nodiscard]] std::vector<HalfSpace> rows_of_none(const Choice& choice) const {
    std::vector<HalfSpace> rows;
    if (choice.near == nullptr) {
      for_each(measure.labels, [&](size_t i, const Vector* one) { rows.push_back(clearly_at_least(nullptr, one, -measure.floors[i])); });
      return rows;
    }
    for_each(measure.labels, [&](size_t, const Vector* other) {
      if (other != choice.near) rows.push_back(at_least(choice.near, other, 0));
    });
    rows.push_back(choice.far == nullptr ? clearly_at_least(nullptr, choice.near, -measure.floors[label_of(choice.near)])
                                         : clearly_at_least(choice.far, choice.near, -measure.margin));
    return rows;
  }
};

/// `visit` of the wish as its kind.
template <typename F>
auto by_kind(const Wish& wish, F&& visit) {
  return std::visit(overloaded{
                        [&](const Similarity& of) {
                          return visit(OfSimilarity{of, wish});
                        },
                        [&](const Contrast& of) {
                          return visit(OfContrast{of, wish});
                        },
                        [&](const Nearest& of) {
                          return visit(OfNearest{of, wish});
                        },
                    },
                    *wish.measure);
}

}  // namespace

bool is_granted(const Wish& wish, const Vector& direction) {
  const std::optional<int64_t> reading = read(*wish.measure, direction);
  return reading && std::ranges::any_of(wish.bands, [&](Band band) { return band.lo <= *reading && *reading <= band.hi; });
}

std::vector<HalfSpace> common_rows(const Wish& wish) {
  return by_kind(wish, [](const auto& of) { return of.common(); });
}

std::vector<Choice> choices_of(const Wish& wish, const Vector* direction) {
  std::vector<Choice> choices = by_kind(wish, [&](const auto& of) { return of.choices(direction); });
  std::ranges::stable_sort(choices, std::greater{}, &Choice::promise);
  return choices;
}

size_t count_choices(const Wish& wish) {
  return by_kind(wish, [](const auto& of) { return of.count(); });
}

std::vector<HalfSpace> rows_of(const Wish& wish, const Choice& choice) {
  return by_kind(wish, [&](const auto& of) { return of.rows(choice); });
}

}  // namespace sbx::geometry
