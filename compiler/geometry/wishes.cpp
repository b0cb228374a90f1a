// SPDX-License-Identifier: Apache-2.0
// Choices are tried in depth, and left as soon as what is chosen excludes itself.
#include "compiler/geometry/wishes.h"

#include <algorithm>
#include <optional>
#include <set>

namespace sbx::geometry {
namespace {

constexpr int kMostQuestions = 2'000;  // of half-spaces, for one answer

class Granting {
 public:
  explicit Granting(std::span<const Wish> wishes) : wishes_(wishes), is_chosen_(wishes.size()) {
    for (size_t i = 0; i < wishes.size(); ++i) add(i, common_rows(wishes[i]));
  }

  Direction run() { return explore(); }

 private:
  void add(size_t wish, const std::vector<HalfSpace>& rows) {
    halves_.insert(halves_.end(), rows.begin(), rows.end());
    of_.resize(halves_.size(), wish);
  }
  void go_back(size_t size) {
    halves_.resize(size);
    of_.resize(size);
  }

  Direction explore() {
    if (++questions_ > kMostQuestions) return Undecided{};
    const Direction found = halves_.empty() ? Direction(first_vector(*wishes_.front().measure)) : find_direction(halves_);
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
      return std::pair(granted, count_choices(wishes_[i]));
    };
    for (size_t i = 0; i < wishes_.size(); ++i) {
      if (!is_chosen_[i] && (!best || rank(i) < rank(*best))) best = i;
    }
    return best;
  }

  Direction choose(size_t wish, const Vector* direction) {
    is_chosen_[wish] = true;
    const size_t before = halves_.size();
    std::set<size_t> because{wish};
    bool open = false;
    for (const Choice& choice : choices_of(wishes_[wish], direction)) {
      add(wish, rows_of(wishes_[wish], choice));
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

bool overlap(const Wish& a, const Wish& b) {
  return std::ranges::any_of(a.bands, [&](Band one) {
    return std::ranges::any_of(b.bands, [&](Band other) { return std::max(one.lo, other.lo) <= std::min(one.hi, other.hi); });
  });
}

/// Whether both read a label of the same ones: then it is the same label, whatever their floors and margins.
bool are_one_partition(const Wish& a, const Wish& b) {
  const auto *one = std::get_if<Nearest>(a.measure), *other = std::get_if<Nearest>(b.measure);
  if (one == nullptr || other == nullptr || one->labels != other->labels) return false;
  const auto none = static_cast<int64_t>(one->labels.size());
  return a.bands.back().hi < none && b.bands.back().hi < none;
}

/// Two wishes of one measure read the same, so rounding has no say.
std::optional<NoDirection> unequal(std::span<const Wish> wishes) {
  for (size_t i = 0; i < wishes.size(); ++i) {
    for (size_t j = i + 1; j < wishes.size(); ++j) {
      const Wish &a = wishes[i], &b = wishes[j];
      if (!overlap(a, b) && (are_one_partition(a, b) || *a.measure == *b.measure)) return NoDirection{{i, j}};
    }
  }
  return std::nullopt;
}

}  // namespace

Direction grant(std::span<const Wish> wishes) {
  if (wishes.empty()) return Undecided{};
  if (std::optional<NoDirection> none = unequal(wishes)) return std::move(*none);
  Direction found = Granting(wishes).run();
  if (auto* none = std::get_if<NoDirection>(&found)) none->because = fewest(wishes, std::move(none->because));
  return found;
}

}  // namespace sbx::geometry
