// SPDX-License-Identifier: Apache-2.0
// The list of selectors, and how several of them rank.
#include <algorithm>
#include <array>
#include <numeric>

#include "runtime/selectors/selector.h"

namespace sbx {

std::span<const SelectorKind* const> builtin_selectors() {
  static const std::array<const SelectorKind*, 3> all = {&declared_selector(), &cheapest_selector(), &random_selector()};
  return all;
}

const SelectorKind* find_selector(std::string_view name) {
  for (const SelectorKind* kind : builtin_selectors()) {
    if (kind->name() == name) return kind;
  }
  return nullptr;
}

Ranking rank(std::span<const Selector> by, const Contest& contest) {
  Ranking ranking;
  ranking.order.resize(contest.contenders.size());
  std::iota(ranking.order.begin(), ranking.order.end(), size_t{0});
  bool random = false;
  for (const Selector& selector : by) {
    const SelectorKind* kind = find_selector(selector.name);
    if (kind == nullptr) continue;  // the compiler lets through only what stdlib/ declares as available
    ranking.scores.push_back(kind->scores(contest, selector.arguments));
    random |= kind->is_random() && ranking.scores.size() == 1;
  }
  std::ranges::stable_sort(ranking.order, [&](size_t a, size_t b) {
    for (const auto& scores : ranking.scores) {
      if (scores[a] != scores[b]) return scores[a] > scores[b];
    }
    return false;
  });
  if (random && !contest.contenders.empty()) ranking.propensity = 1'000'000 / static_cast<int64_t>(contest.contenders.size());
  return ranking;
}

}  // namespace sbx
