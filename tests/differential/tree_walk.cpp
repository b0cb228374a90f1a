// SPDX-License-Identifier: Apache-2.0
// The obvious way to decide, written a second time and without intervals: route after route, each guard as a tree, to the first that fires.
#include <algorithm>

#include "runtime/base/variant.h"
#include "runtime/program/evaluate.h"
#include "runtime/program/program.h"
#include "tests/differential/compare.h"

namespace sbx::differential {

namespace {

// With every leaf known a value is one number and a test passes or fails.
class Walk {
 public:
  Walk(const Graph& graph, const sbx_frame& frame) : graph_(graph), frame_(frame) {}

  bool holds(GuardId id) const {
    return std::visit(overloaded{
                          [](const Fixed& test) { return test.value; },
                          [&](const Within& test) {
                            const int64_t x = number(test.value);
                            return test.lo <= x && x <= test.hi;
                          },
                          [](const IsKnown&) { return true; },
                          [](const IsUnknown&) { return false; },
                          [&](const All& all) {
                            for (const GuardId part : all.of) {
                              if (!holds(part)) return false;
                            }
                            return true;
                          },
                          [&](const Any& any) {
                            for (const GuardId part : any.of) {
                              if (holds(part)) return true;
                            }
                            return false;
                          },
                          [&](const Wins& wins) { return this->wins(wins); },
                      },
                      graph_.guards[id]);
  }

 private:
  int64_t number(ValueId id) const {
    return std::visit(overloaded{
                          [&](const LeafValue& op) { return frame_.lo[op.leaf.index]; },
                          [](const ConstantValue& op) { return op.value; },
                          [&](const Sum& op) {
                            int64_t sum = op.constant;
                            for (const Term& term : op.terms) sum += term.weight * number(term.value);
                            return sum;
                          },
                          [&](const Above& op) {
                            const int64_t x = number(op.value);
                            return x >= op.threshold ? x : 0;
                          },
                          [&](const Min& op) {
                            int64_t least = number(op.values.front());
                            for (const ValueId one : op.values) least = std::min(least, number(one));
                            return least;
                          },
                          [&](const Max& op) {
                            int64_t most = number(op.values.front());
                            for (const ValueId one : op.values) most = std::max(most, number(one));
                            return most;
                          },
                          [&](const Lerp& op) { return lerp_at(op, number(op.value)); },
                          [&](const Bands& op) {
                            const int64_t x = number(op.value);
                            int64_t band = 0;
                            while (band < static_cast<int64_t>(op.upper.size()) && x > op.upper[static_cast<size_t>(band)]) ++band;
                            return band;
                          },
                          [&](const ArgMax& op) { return argmax(op); },
                          [&](const Truth& op) { return int64_t{holds(op.holds)}; },
                          [&](const OrElse& op) { return number(op.value); },
                          [&](const Select& op) { return number(number(op.condition) != 0 ? op.then : op.otherwise); },
                      },
                      graph_.values[id].op);
  }

  int64_t argmax(const ArgMax& op) const {
    for (size_t i = 0; i < op.values.size(); ++i) {
      bool leads = true;
      for (size_t j = 0; j < op.values.size() && leads; ++j) {
        const int64_t lead = number(op.values[i]) - number(op.values[j]);
        leads = j == i || lead > op.margin || (op.ordered_ties && op.margin == 0 && lead == 0 && i < j);
      }
      if (leads) return op.labels[i];
    }
    return op.none;
  }

  bool wins(const Wins& wins) const {
    const BestMember& mine = wins.members[wins.index];
    if (!holds(mine.guard)) return false;
    for (size_t i = 0; i < wins.members.size(); ++i) {
      const BestMember& other = wins.members[i];
      if (i != wins.index && holds(other.guard) && number(mine.score) - number(other.score) <= wins.margin) return false;
    }
    return true;
  }

  const Graph& graph_;
  const sbx_frame& frame_;
};

class TreeWalk final : public Matcher {
 public:
  explicit TreeWalk(const Module& module) : module_(module), oracle_(interpreter(module)) {}

  void known(const sbx_frame& frame, sbx_match& match) const override {
    const Walk walk(module_.graph, frame);
    const auto& outputs = module_.graph.outputs;
    const uint32_t routes = static_cast<uint32_t>(module_.manifest.order.size());
    match.route = SBX_NO_ROUTE;
    for (uint32_t bit = 0; bit < routes && match.route == SBX_NO_ROUTE; ++bit) {
      if (walk.holds(outputs[bit])) match.route = bit;
    }
    for (uint32_t word = module_.manifest.rule_bits() / 64; word < match.words; ++word) {
      match.must[word] = 0;
      for (size_t bit = size_t{word} * 64; bit < std::min(outputs.size(), (size_t{word} + 1) * 64); ++bit) {
        match.must[word] |= uint64_t{walk.holds(outputs[bit])} << (bit % 64);
      }
    }
  }
  void partial(const sbx_frame& frame, sbx_match& match) const override { oracle_->partial(frame, match); }
  std::string_view name() const override { return "tree_walk"; }

 private:
  const Module& module_;
  std::unique_ptr<Matcher> oracle_;
};

}  // namespace

std::unique_ptr<Matcher> tree_walk(const Module& module) { return std::make_unique<TreeWalk>(module); }

}  // namespace sbx::differential
