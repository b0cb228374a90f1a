// SPDX-License-Identifier: Apache-2.0
// The automata go through all texts side by side, the shortest first. One that shall match is followed along one of its ways at a time; of
// one that shall not, all ways are kept. Where a place has been reached with fewer of these, the new one cannot do better.
#include "compiler/patterns/find_text.h"

#include <algorithm>
#include <map>

#include "compiler/patterns/alphabet.h"

namespace sbx::patterns {
namespace {

constexpr size_t kMostPlaces = 20'000;     // that one question may reach
constexpr int64_t kMostSteps = 4'000'000;  // for one question

/// One automaton; a state is a set of ways. State 0: it has matched.
class Walker {
 public:
  Walker(const Language& language, const std::vector<Symbol>& symbols, size_t first_set)
      : stepper_(language), symbols_(symbols), first_set_(first_set) {
    number({matched_threads(), Beside::Nothing});
    start_ = number({stepper_.begin(), Beside::Nothing});
  }

  [[nodiscard]] uint32_t start() const { return start_; }
  [[nodiscard]] int64_t work() const { return stepper_.work(); }

  uint32_t after(uint32_t state, size_t symbol) {
    uint32_t& known = nexts_[state][symbol];
    if (known != kUnknown) return known;
    const Symbol& one = symbols_[symbol];
    const State from = *states_[state];
    Threads threads = stepper_.after(from.threads, from.before, one.kind, [&](size_t set) { return one.in[first_set_ + set]; });
    const bool matters = stepper_.has_tests() && !threads.empty() && !have_matched(threads);
    const uint32_t next = number({std::move(threads), matters ? one.kind : Beside::Nothing});
    return nexts_[state][symbol] = next;
  }

  /// Each way of a state by itself.
  const std::vector<uint32_t>& ways(uint32_t state) {
    if (ways_[state].empty()) {
      const State all = *states_[state];
      std::vector<uint32_t> ways;
      for (const uint32_t thread : all.threads) ways.push_back(number({{thread}, all.before}));
      ways_[state] = std::move(ways);
    }
    return ways_[state];
  }

  /// Whether what is still possible from `state` is possible from `other`.
  [[nodiscard]] bool is_within(uint32_t state, uint32_t other) const {
    if (state == other) return true;
    return states_[state]->before == states_[other]->before && std::ranges::includes(states_[other]->threads, states_[state]->threads);
  }

  bool matched_at_end(uint32_t state) { return stepper_.matched_at_end(states_[state]->threads, states_[state]->before); }

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;
  struct State {
    Threads threads;
    Beside before;
    auto operator<=>(const State&) const = default;
  };

  uint32_t number(State state) {
    const auto [place, is_new] = numbers_.emplace(std::move(state), static_cast<uint32_t>(states_.size()));
    if (is_new) {
      states_.push_back(&place->first);
      nexts_.emplace_back(symbols_.size(), kUnknown);
      ways_.emplace_back();
    }
    return place->second;
  }

  ThreadStepper stepper_;
  const std::vector<Symbol>& symbols_;
  size_t first_set_;
  uint32_t start_ = 0;
  std::map<State, uint32_t> numbers_;
  std::vector<const State*> states_;
  std::vector<std::vector<uint32_t>> nexts_;
  std::vector<std::vector<uint32_t>> ways_;
};

void append(std::string& text, char32_t c) {
  const auto trail = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += {static_cast<char>(0xC0 | c >> 6), trail(c)};
  } else if (c < 0x10000) {
    text += {static_cast<char>(0xE0 | c >> 12), trail(c >> 6), trail(c)};
  } else {
    text += {static_cast<char>(0xF0 | c >> 18), trail(c >> 12), trail(c >> 6), trail(c)};
  }
}

class Finder {
 public:
  Finder(std::span<const Language* const> all, std::span<const Language* const> none) : wanted_(all.size()) {
    std::vector<const Language*> languages(all.begin(), all.end());
    languages.insert(languages.end(), none.begin(), none.end());
    symbols_ = alphabet(languages);
    size_t sets = 0;
    for (const Language* language : languages) {
      walkers_.emplace_back(*language, symbols_, sets);
      sets += language->sets.size();
    }
  }

  FoundText run(int64_t most) {
    Place start;
    for (size_t i = 0; i < walkers_.size(); ++i) (i < wanted_ ? start.wanted : start.unwanted).push_back(walkers_[i].start());
    reach(std::move(start));
    for (size_t at = 0; at < places_.size(); ++at) {
      if (is_answer(places_[at])) return text_to(at);
      for (size_t symbol = 0; symbol < symbols_.size(); ++symbol) {
        if (places_.size() > kMostPlaces || work() > most) return TooLarge{};
        go(at, symbol);
      }
    }
    return NoText{};
  }

  [[nodiscard]] int64_t work() const {
    int64_t work = compared_;
    for (const Walker& walker : walkers_) work += walker.work();
    return work;
  }

 private:
  using States = std::vector<uint32_t>;
  struct Place {
    States wanted, unwanted;
    size_t from = 0, by = 0;
  };

  bool is_answer(const Place& place) {
    for (size_t i = 0; i < wanted_; ++i) {
      if (!walkers_[i].matched_at_end(place.wanted[i])) return false;
    }
    for (size_t i = 0; i < place.unwanted.size(); ++i) {
      if (walkers_[wanted_ + i].matched_at_end(place.unwanted[i])) return false;
    }
    return true;
  }

  void go(size_t from, size_t symbol) {
    Place next{{}, places_[from].unwanted, from, symbol};
    for (size_t i = 0; i < next.unwanted.size(); ++i) {
      next.unwanted[i] = walkers_[wanted_ + i].after(next.unwanted[i], symbol);
      if (next.unwanted[i] == 0) return;
    }
    const States wanted = places_[from].wanted;
    choose_ways(wanted, next);
  }

  // All that are wanted, each along one of its ways.
  void choose_ways(const States& wanted, Place& next) {
    const size_t i = next.wanted.size();
    if (i == wanted.size()) return reach(next);
    const uint32_t after = walkers_[i].after(wanted[i], next.by);
    const std::vector<uint32_t> ways = walkers_[i].ways(after);
    for (const uint32_t way : ways) {
      if (places_.size() > kMostPlaces) return;
      next.wanted.push_back(way);
      choose_ways(wanted, next);
      next.wanted.pop_back();
    }
  }

  void reach(Place place) {
    std::vector<size_t>& same = reached_[place.wanted];
    for (const size_t other : same) {
      ++compared_;
      bool is_better = true;
      for (size_t i = 0; is_better && i < place.unwanted.size(); ++i) {
        is_better = walkers_[wanted_ + i].is_within(places_[other].unwanted[i], place.unwanted[i]);
      }
      if (is_better) return;
    }
    same.push_back(places_.size());
    places_.push_back(std::move(place));
  }

  std::string text_to(size_t place) const {
    std::vector<char32_t> characters;
    for (; place != 0; place = places_[place].from) characters.push_back(symbols_[places_[place].by].shown);
    std::string text;
    for (size_t i = characters.size(); i-- > 0;) append(text, characters[i]);
    return text;
  }

  size_t wanted_;
  std::vector<Symbol> symbols_;
  std::vector<Walker> walkers_;
  std::map<States, std::vector<size_t>> reached_;  // by the wanted states: their places
  std::vector<Place> places_;
  int64_t compared_ = 0;
};

}  // namespace

FoundText find_text(std::span<const Language* const> all, std::span<const Language* const> none, Budget& budget) {
  if (budget.steps <= 0) return TooLarge{};
  Finder finder(all, none);
  FoundText found = finder.run(std::min(budget.steps, kMostSteps));
  budget.steps -= finder.work() + 1'000;  // what it takes to begin
  return found;
}

}  // namespace sbx::patterns
