// SPDX-License-Identifier: Apache-2.0
// The oracle: the graph node by node, and the winner by tiers, blocks and `over` as a policy says them. Slow and plain on purpose.
#include <algorithm>
#include <optional>

#include "runtime/program/evaluate.h"
#include "runtime/program/program.h"

namespace sbx {

namespace {

class Winner {
 public:
  Winner(const Manifest& manifest, const GraphState& state) : manifest_(manifest), state_(state) {}

  // The first tier in which an entry fires. Of its entries that no firing entry beats, the first in the policy's order.
  std::optional<RouteId> find() const {
    for (const Tier& tier : manifest_.tiers) {
      std::vector<std::optional<RouteId>> wins;
      for (const Entry& entry : tier.entries) wins.push_back(of(entry));
      std::optional<RouteId> first;
      for (size_t i = 0; i < wins.size(); ++i) {
        if (!wins[i] || beaten(tier, wins, i)) continue;
        if (!first || bit(*wins[i]) < bit(*first)) first = wins[i];
      }
      if (first) return first;
    }
    return std::nullopt;
  }

 private:
  std::optional<RouteId> of(const Entry& entry) const {
    switch (entry.kind) {
      case Entry::Kind::Route:
        return fires(entry.routes.front()) ? std::optional(entry.routes.front()) : std::nullopt;
      case Entry::Kind::First:
        for (const Entry& inner : entry.entries) {
          if (const auto winner = of(inner)) return winner;
        }
        return std::nullopt;
      case Entry::Kind::Best:
        return best(entry);
    }
    return std::nullopt;
  }

  std::optional<RouteId> best(const Entry& entry) const {
    for (size_t i = 0; i < entry.routes.size(); ++i) {
      if (!fires(entry.routes[i])) continue;
      bool wins = true;
      for (size_t j = 0; j < entry.routes.size() && wins; ++j) {
        if (j == i || !fires(entry.routes[j])) continue;
        wins = state_.values[entry.scores[i]].lo - state_.values[entry.scores[j]].hi > entry.margin;
      }
      if (wins) return entry.routes[i];
    }
    return std::nullopt;
  }

  static bool beaten(const Tier& tier, const std::vector<std::optional<RouteId>>& wins, size_t i) {
    for (size_t j = 0; j < tier.entries.size(); ++j) {
      const auto& beats = tier.entries[j].beats;
      if (wins[j] && std::find(beats.begin(), beats.end(), i) != beats.end()) return true;
    }
    return false;
  }

  bool fires(RouteId route) const { return state_.guards[manifest_.routes[route].guard.index].must; }
  uint32_t bit(RouteId route) const { return manifest_.routes[route].bit; }

  const Manifest& manifest_;
  const GraphState& state_;
};

class Interpreter final : public Matcher {
 public:
  explicit Interpreter(const Module& module) : module_(module), steps_(schedule(module.graph)) {
    SBX_CHECK(steps_.size() == module.graph.values.size() + module.graph.guards.size(), "a graph whose nodes cannot be ordered");
  }

  void known(const sbx_frame& frame, sbx_match& match) const override {
    const GraphState state = evaluated(frame);
    const std::optional<RouteId> route = winner(module_.manifest, state);
    match.route = route ? module_.manifest.routes[*route].bit : SBX_NO_ROUTE;
    write(state, match, module_.manifest.rule_bits() / 64, false);
  }

  void partial(const sbx_frame& frame, sbx_match& match) const override { write(evaluated(frame), match, 0, true); }

  std::string_view name() const override { return "interpreter"; }

 private:
  GraphState evaluated(const sbx_frame& frame) const {
    SBX_CHECK(frame.leaves == module_.manifest.leaves.size(), "a frame of another policy");
    GraphState state{std::vector<ValueState>(module_.graph.values.size()), std::vector<GuardState>(module_.graph.guards.size())};
    evaluate_into(module_.graph, steps_, frame, state.values, state.guards);
    return state;
  }

  void write(const GraphState& state, sbx_match& match, uint32_t from_word, bool may) const {
    const auto& outputs = module_.graph.outputs;
    for (uint32_t word = from_word; word < match.words; ++word) {
      uint64_t must_bits = 0;
      uint64_t may_bits = 0;
      for (size_t i = size_t{word} * 64; i < std::min(outputs.size(), (size_t{word} + 1) * 64); ++i) {
        const GuardState& guard = state.guards[outputs[i].index];
        must_bits |= uint64_t{guard.must} << (i % 64);
        may_bits |= uint64_t{guard.may} << (i % 64);
      }
      match.must[word] = must_bits;
      if (may) match.may[word] = may_bits;
    }
  }

  const Module& module_;
  std::vector<Step> steps_;
};

}  // namespace

std::optional<RouteId> winner(const Manifest& manifest, const GraphState& state) { return Winner(manifest, state).find(); }

std::unique_ptr<Matcher> interpreter(const Module& module) { return std::make_unique<Interpreter>(module); }

}  // namespace sbx
