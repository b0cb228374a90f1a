// SPDX-License-Identifier: Apache-2.0
// differential_exhaustive [--policies N] [--seed S]: the analysis against all readings there are, where they are few: every combination of
// one reading of each class of a leaf (every reading of a leaf that is calculated with), and of "unknown", is evaluated, and the questions
// of differential_z3 have the answers that were seen. 300 policies, with SBX_FULL=1 in the environment 10,000; others are passed by.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "compiler/passes/pipeline.h"
#include "runtime/base/variant.h"
#include "runtime/program/evaluate.h"
#include "runtime/program/operands.h"
#include "tests/differential/asked.h"
#include "tests/differential/random_module.h"

using namespace sbx;
using namespace sbx::differential;
using analysis::Found;

namespace {

constexpr uint64_t kMostCombinations = 100'000;
constexpr int64_t kMostReadings = 64;  // of a leaf that is calculated with

/// What is to be tried for each leaf of a module: readings, and whether it may be unknown.
class Choices {
 public:
  explicit Choices(const Module& module) : module_(module), starts_(module.manifest.leaves.size()), whole_(starts_.size()) {
    for (const Value& value : module.graph.values) look_at(value);
    for (const Guard& guard : module.graph.guards) look_at(guard);
    for (uint32_t leaf = 0; leaf < starts_.size(); ++leaf) choose(leaf);
  }

  /// Nothing if there are too many.
  [[nodiscard]] std::optional<uint64_t> combinations() const {
    uint64_t count = 1;
    for (const std::vector<std::optional<int64_t>>& readings : readings_) {
      count *= std::max<uint64_t>(readings.size(), 1);
      if (readings.empty() || count > kMostCombinations) return std::nullopt;
    }
    return count;
  }

  /// The readings of a combination; nothing if no host would make them so.
  [[nodiscard]] std::optional<Readings> at(uint64_t combination) const {
    const size_t count = readings_.size();
    Readings readings{std::vector<int64_t>(count), std::vector<int64_t>(count), std::vector<uint8_t>(count)};
    for (uint32_t leaf = 0; leaf < count; ++leaf) {
      const std::optional<int64_t> reading = readings_[leaf][combination % readings_[leaf].size()];
      combination /= readings_[leaf].size();
      if (reading) {
        readings.know(leaf, *reading);
      } else {
        readings.fail(leaf, module_.manifest.leaves[LeafId{leaf}].range);
      }
    }
    return hangs_together(readings) ? std::optional(std::move(readings)) : std::nullopt;
  }

 private:
  const LeafValue* leaf_at(ValueId id) const { return std::get_if<LeafValue>(&module_.graph.values[id].op); }

  void use_whole(ValueId id) {
    if (const LeafValue* leaf = leaf_at(id)) whole_[leaf->leaf.index] = true;
  }
  void cut(ValueId id, int64_t start) {
    if (const LeafValue* leaf = leaf_at(id)) starts_[leaf->leaf.index].insert(start);
  }

  // Bands look at where a leaf lies, all else at its number.
  void look_at(const Value& value) {
    if (const auto* bands = std::get_if<Bands>(&value.op)) {
      for (const int64_t upper : bands->upper) cut(bands->value, upper + 1);
      return;
    }
    for_each_operand(value, [&](auto id) {
      if constexpr (std::is_same_v<decltype(id), const ValueId> || std::is_same_v<decltype(id), ValueId>) use_whole(id);
    });
  }

  void look_at(const Guard& guard) {
    std::visit(overloaded{
                   [&](const Within& test) {
                     cut(test.value, test.lo);
                     if (test.hi < INT64_MAX) cut(test.value, test.hi + 1);
                   },
                   [&](const Wins& wins) {
                     for (const BestMember& member : wins.members) use_whole(member.score);
                   },
                   [](const auto&) {},
               },
               guard);
  }

  void choose(uint32_t index) {
    const Leaf& leaf = module_.manifest.leaves[LeafId{index}];
    const SignalInfo& signal = module_.manifest.signals[leaf.signal];
    std::vector<std::optional<int64_t>> readings;
    if (leaf.facet == Facet::Confidence || (signal.fallible && !signal.or_else)) readings.emplace_back();
    if (whole_[index]) {
      if (leaf.range.high - leaf.range.low >= kMostReadings || leaf.range.high - leaf.range.low < 0) return readings_.push_back({});
      for (int64_t value = leaf.range.low; value <= leaf.range.high; ++value) readings.emplace_back(value);
    } else {
      readings.emplace_back(leaf.range.low);
      for (const int64_t start : starts_[index]) {
        if (start > leaf.range.low && start <= leaf.range.high) readings.emplace_back(start);
      }
    }
    readings_.push_back(std::move(readings));
  }

  // A set is read whole, and what is unknown has no confidence.
  bool hangs_together(const Readings& readings) const {
    const auto& leaves = module_.manifest.leaves;
    for (uint32_t a = 0; a < leaves.size(); ++a) {
      for (uint32_t b = 0; b < leaves.size(); ++b) {
        const Leaf &one = leaves[LeafId{a}], &other = leaves[LeafId{b}];
        if (one.signal != other.signal || readings.state[a] == SBX_KNOWN || readings.state[b] != SBX_KNOWN) continue;
        if (other.facet == Facet::Confidence || one.facet == Facet::Has) return false;
      }
    }
    return true;
  }

  const Module& module_;
  std::vector<std::set<int64_t>> starts_;                      // by leaf: where a class begins
  std::vector<bool> whole_;                                    // by leaf: its number matters
  std::vector<std::vector<std::optional<int64_t>>> readings_;  // by leaf; none: too many. No number: unknown
};

struct Counts {
  uint64_t policies = 0, combinations = 0, possible = 0, impossible = 0, unsettled = 0, wrong = 0;
};

void fail(uint64_t seed, const std::string& what, Counts& counts) {
  ++counts.wrong;
  std::fprintf(stderr, "--seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
}

/// Which questions some readings answer with yes; empty if the interpreter's winner is another one than docs/language says.
std::vector<bool> seen(const Module& module, const Choices& choices, const std::vector<Asked>& questions, Counts& counts) {
  const std::vector<GuardId> guards = guards_of(module);
  const std::vector<Step> steps = schedule(module.graph);
  GraphState state{std::vector<ValueState>(module.graph.values.size()), std::vector<GuardState>(module.graph.guards.size())};
  std::vector<bool> seen(questions.size());
  for (uint64_t i = 0; i < *choices.combinations(); ++i) {
    const std::optional<Readings> readings = choices.at(i);
    if (!readings) continue;
    ++counts.combinations;
    evaluate_into(module.graph, steps, readings->frame(), state.values, state.guards);
    const Settled facts{module, state};
    const WhoWins<bool, Settled> who_wins(module.manifest, facts);
    const std::optional<RouteId> decides = winner(module.manifest, state);
    if (decides ? !who_wins.wins(*decides) : !who_wins.nobody()) return {};
    for (size_t j = 0; j < questions.size(); ++j) {
      if (!seen[j] && said(questions[j], who_wins, facts, guards)) seen[j] = true;
    }
  }
  return seen;
}

void check(uint64_t seed, Counts& counts) {
  const Module module = random_module(seed, 1 + seed % 9);
  const Choices choices(module);
  if (!choices.combinations()) return;
  ++counts.policies;
  Random random(seed * 23 + 11);
  const std::vector<Asked> questions = questions_about(module, 20, 30, random);
  const std::vector<bool> answers = seen(module, choices, questions, counts);
  if (answers.empty()) return fail(seed, "the interpreter finds another winner", counts);
  const Module optimized = passes::optimize(module);
  Analysed analysed(optimized);
  for (size_t i = 0; i < questions.size(); ++i) {
    const Found found = analysed.ask(questions[i]);
    if (found == Found::Unsettled) {
      ++counts.unsettled;
      continue;
    }
    ++(answers[i] ? counts.possible : counts.impossible);
    if ((found == Found::Yes) == answers[i]) continue;
    return fail(seed, to_string(questions[i], module.manifest) + (answers[i] ? ": refuted, and seen" : ": possible, and never seen"),
                counts);
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1, policies = std::getenv("SBX_FULL") != nullptr ? 10'000 : 300;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : policies) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Counts counts;
  for (; counts.policies < policies && counts.wrong < 5; ++seed) check(seed, counts);
  std::printf("%llu policies, %llu combinations of readings: %llu possible, %llu impossible, %llu unsettled, %llu wrong\n",
              static_cast<unsigned long long>(counts.policies), static_cast<unsigned long long>(counts.combinations),
              static_cast<unsigned long long>(counts.possible), static_cast<unsigned long long>(counts.impossible),
              static_cast<unsigned long long>(counts.unsettled), static_cast<unsigned long long>(counts.wrong));
  return counts.wrong == 0 && counts.unsettled * 50 <= counts.possible + counts.impossible ? 0 : 1;
}
