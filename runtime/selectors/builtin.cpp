// SPDX-License-Identifier: Apache-2.0
// The list of selectors, and how several of them rank.
#include <algorithm>
#include <numeric>
#include <vector>

#include "runtime/selectors/selector.h"
#include "runtime/state/store.h"

namespace sbx {

std::span<const SelectorKind* const> builtin_selectors() {
  static const std::vector<const SelectorKind*> all = [] {
    std::vector<const SelectorKind*> list = {
        &declared_selector(),      &cheapest_selector(), &random_selector(), &tiers_selector(),    &adapter_mix_selector(), &elo_selector(),
        &thompson_selector(),      &ucb_selector(),      &linucb_selector(), &ants_selector(),     &reputation_selector(),
        &failure_class_selector(), &fastest_selector(),  &hybrid_selector(), &budgeted_selector(), &bias_blend_selector(),
        &set_select_selector(),    &stay_selector(),
    };
    list.insert(list.end(), trained_selectors().begin(), trained_selectors().end());
    return list;
  }();
  return all;
}

const SelectorKind* find_selector(std::string_view name) {
  for (const SelectorKind* kind : builtin_selectors()) {
    if (kind->name() == name) return kind;
  }
  return nullptr;
}

const Reading* Contest::known(std::string_view signal) const {
  if (manifest == nullptr) return nullptr;
  for (size_t i = 0; i < readings.size(); ++i) {
    if (readings[i].state == ReadingState::Known && manifest->signals[manifest->signals.id_at(i)].name == signal) return &readings[i];
  }
  return nullptr;
}

namespace {

/// The kind of a selector; the compiler lets through only what stdlib/ declares as available.
const SelectorKind& kind_of(const Selector& selector) {
  const SelectorKind* kind = find_selector(selector.name);
  SBX_CHECK(kind != nullptr, "a selector that is not built in");
  return *kind;
}

/// Of the contender that came first: what lay with chance was to be first among those that the selectors before the random one left equal.
int64_t propensity_of_first(std::span<const Selector> by, const Contest& contest, const Ranking& ranking) {
  const auto random = std::ranges::find_if(by, [](const Selector& selector) { return kind_of(selector).is_random(); });
  if (random == by.end() || contest.contenders.empty()) return 1'000'000;
  const auto before = static_cast<size_t>(random - by.begin());
  const size_t first = ranking.order.front();
  Contest equal = contest;
  equal.contenders.clear();
  size_t place = 0;
  for (size_t i = 0; i < contest.contenders.size(); ++i) {
    const auto same = [&](const std::vector<int64_t>& scores) { return scores[i] == scores[first]; };
    if (!std::all_of(ranking.scores.begin(), ranking.scores.begin() + static_cast<std::ptrdiff_t>(before), same)) continue;
    if (i == first) place = equal.contenders.size();
    equal.contenders.push_back(contest.contenders[i]);
  }
  return equal.contenders.size() == 1 ? 1'000'000 : kind_of(*random).propensity(equal, random->arguments, place);
}

}  // namespace

void rank(std::span<const Selector> by, const Contest& contest, Ranking& ranking) {
  ranking.order.resize(contest.contenders.size());
  std::iota(ranking.order.begin(), ranking.order.end(), size_t{0});
  ranking.scores.resize(by.size());
  for (size_t i = 0; i < by.size(); ++i) {
    ranking.scores[i].assign(contest.contenders.size(), 0);
    kind_of(by[i]).score(contest, by[i].arguments, ranking.scores[i]);
  }
  const auto excluded = [&](size_t one) { return std::ranges::any_of(ranking.scores, [&](const auto& scores) { return scores[one] == kExcluded; }); };
  std::ranges::sort(ranking.order, [&](size_t a, size_t b) {
    if (excluded(a) != excluded(b)) return excluded(b);
    for (const auto& scores : ranking.scores) {
      if (scores[a] != scores[b]) return scores[a] > scores[b];
    }
    return a < b;
  });
  ranking.left = static_cast<size_t>(std::ranges::count_if(ranking.order, [&](size_t one) { return !excluded(one); }));
  ranking.propensity = propensity_of_first(by, contest, ranking);
}

std::vector<state::Update> lessons(std::span<const Selector> by, const Lesson& lesson) {
  std::vector<state::Update> all, each;
  for (const Selector& selector : by) {
    each.clear();
    kind_of(selector).learn(lesson, selector.arguments, each);
    const size_t before = all.size();
    for (state::Update& update : each) {
      const auto same = [&](const state::Update& other) {
        return other.state == update.state && other.key == update.key && other.member == update.member && other.operation.index() == update.operation.index();
      };
      if (std::none_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before), same)) all.push_back(std::move(update));
    }
  }
  return all;
}

}  // namespace sbx
