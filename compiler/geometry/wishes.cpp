// SPDX-License-Identifier: Apache-2.0
// A reading of `hi` at most is a half-space for each prototype; one of `lo` at least is a choice: some prototype is that near. Choices are
// tried in depth, and left as soon as what is chosen excludes itself.
#include "compiler/geometry/wishes.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace sbx::geometry {
namespace {

constexpr int kMostQuestions = 2'000;  // of half-spaces, for one answer
constexpr int64_t kWhole = 1'000'000;
// In millionths: what is rounded to a reading, and what is sure to be.
constexpr double kOuter = 0.5, kInner = 0.25;

HalfSpace at_least(const Vector& centre, int64_t lo) {
  const auto bound = static_cast<double>(lo);
  return {&centre, 1, (bound - kInner) / kWhole, (bound - kOuter) / kWhole};
}
HalfSpace at_most(const Vector& centre, int64_t hi) {
  const auto bound = static_cast<double>(hi);
  return {&centre, -1, -(bound + kInner) / kWhole, -(bound + kOuter) / kWhole};
}

bool is_granted(const Wish& wish, const Vector& direction) {
  const int64_t reading = reading_of(wish.prototypes, direction);
  return std::ranges::any_of(wish.bands, [&](Band band) { return band.lo <= reading && reading <= band.hi; });
}

struct Choice {
  Band band;
  const Vector* nearest;  // null: any, for the band has no lower end
  double cosine = 0;      // to the direction found so far
};

class Granting {
 public:
  explicit Granting(std::span<const Wish> wishes) : wishes_(wishes), is_chosen_(wishes.size()) {
    for (size_t i = 0; i < wishes.size(); ++i) limit(i, wishes[i].bands.back().hi);
  }

  Direction run() { return explore(); }

 private:
  void limit(size_t wish, int64_t hi) {
    if (hi >= kWhole) return;
    for (const Vector& centre : wishes_[wish].prototypes) add(wish, at_most(centre, hi));
  }
  void add(size_t wish, HalfSpace half) {
    halves_.push_back(half);
    of_.push_back(wish);
  }
  void go_back(size_t size) {
    halves_.resize(size);
    of_.resize(size);
  }

  Direction explore() {
    if (++questions_ > kMostQuestions) return Undecided{};
    const Direction found = halves_.empty() ? Direction(wishes_.front().prototypes.front()) : find_direction(halves_);
    if (const auto* none = std::get_if<NoDirection>(&found)) return NoDirection{wishes_of(*none)};
    const auto* direction = std::get_if<Vector>(&found);
    if (direction != nullptr && std::ranges::all_of(wishes_, [&](const Wish& wish) { return is_granted(wish, *direction); })) return found;
    const std::optional<size_t> next = open_wish(direction);
    if (!next) return Undecided{};  // all is chosen, and rounding decides
    return choose(*next, direction);
  }

  std::vector<size_t> wishes_of(const NoDirection& none) const {
    std::set<size_t> places;
    for (const size_t half : none.because) places.insert(of_[half]);
    return {places.begin(), places.end()};
  }

  // One that is not granted, if that can be told; of those the one with the fewest choices.
  std::optional<size_t> open_wish(const Vector* direction) const {
    std::optional<size_t> best;
    const auto rank = [&](size_t i) {
      const bool granted = direction != nullptr && is_granted(wishes_[i], *direction);
      return std::pair(granted, wishes_[i].bands.size() * wishes_[i].prototypes.size());
    };
    for (size_t i = 0; i < wishes_.size(); ++i) {
      if (!is_chosen_[i] && (!best || rank(i) < rank(*best))) best = i;
    }
    return best;
  }

  Direction choose(size_t wish, const Vector* direction) {
    is_chosen_[wish] = true;
    const size_t before = halves_.size();
    std::set<size_t> because;
    bool open = false;
    for (const Choice& choice : choices_of(wishes_[wish], direction)) {
      if (choice.nearest != nullptr) add(wish, at_least(*choice.nearest, choice.band.lo));
      if (choice.band.hi < wishes_[wish].bands.back().hi) limit(wish, choice.band.hi);
      Direction found = explore();
      go_back(before);
      if (std::holds_alternative<Vector>(found)) return found;
      const auto* none = std::get_if<NoDirection>(&found);
      open |= none == nullptr;
      if (none == nullptr) continue;
      because.insert(none->because.begin(), none->because.end());
      if (!std::ranges::binary_search(none->because, wish)) {  // no choice here helps
        is_chosen_[wish] = false;
        return found;
      }
    }
    is_chosen_[wish] = false;
    return open ? Direction(Undecided{}) : Direction(NoDirection{{because.begin(), because.end()}});
  }

  // The nearest first.
  static std::vector<Choice> choices_of(const Wish& wish, const Vector* direction) {
    std::vector<Choice> choices;
    for (const Band band : wish.bands) {
      if (band.lo <= -kWhole) {
        choices.push_back({band, nullptr, 2});
        continue;
      }
      for (const Vector& centre : wish.prototypes) choices.push_back({band, &centre, direction ? dot(centre, *direction) : 0});
    }
    std::ranges::stable_sort(choices, std::greater{}, &Choice::cosine);
    return choices;
  }

  std::span<const Wish> wishes_;
  std::vector<bool> is_chosen_;
  std::vector<HalfSpace> halves_;
  std::vector<size_t> of_;  // beside `halves_`: whose
  int questions_ = 0;
};

/// As few as it takes: what can be left out, is.
std::vector<size_t> fewest(std::span<const Wish> wishes, std::vector<size_t> places) {
  for (size_t i = 0; i < places.size() && places.size() > 1;) {
    std::vector<Wish> without;
    std::vector<size_t> left = places;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    for (const size_t place : left) without.push_back(wishes[place]);
    const Direction found = Granting(without).run();
    const auto* none = std::get_if<NoDirection>(&found);
    if (none == nullptr) {
      ++i;
      continue;
    }
    std::vector<size_t> fewer;
    for (const size_t place : none->because) fewer.push_back(left[place]);
    // Those before `i` cannot be spared, so they are still there.
    places = std::move(fewer);
  }
  return places;
}

/// Two wishes of the same prototypes read the same number, so rounding has no say.
std::optional<NoDirection> unequal(std::span<const Wish> wishes) {
  const auto overlap = [](Band a, Band b) { return std::max(a.lo, b.lo) <= std::min(a.hi, b.hi); };
  for (size_t i = 0; i < wishes.size(); ++i) {
    for (size_t j = i + 1; j < wishes.size(); ++j) {
      if (!std::ranges::equal(wishes[i].prototypes, wishes[j].prototypes)) continue;
      const bool agree = std::ranges::any_of(
          wishes[i].bands, [&](Band a) { return std::ranges::any_of(wishes[j].bands, [&](Band b) { return overlap(a, b); }); });
      if (!agree) return NoDirection{{i, j}};
    }
  }
  return std::nullopt;
}

}  // namespace

int64_t reading_of(std::span<const Vector> prototypes, const Vector& direction) {
  double most = -1;
  for (const Vector& centre : prototypes) most = std::max(most, dot(centre, direction));
  return to_reading(most);
}

Direction grant(std::span<const Wish> wishes) {
  if (wishes.empty()) return Undecided{};
  if (std::optional<NoDirection> none = unequal(wishes)) return std::move(*none);
  Direction found = Granting(wishes).run();
  if (auto* none = std::get_if<NoDirection>(&found)) none->because = fewest(wishes, std::move(none->because));
  return found;
}

}  // namespace sbx::geometry
