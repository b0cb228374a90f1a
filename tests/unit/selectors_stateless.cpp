// SPDX-License-Identifier: Apache-2.0
// Selectors without memory: what they say, that they allocate nothing, and how soon they have said it.
#include <chrono>
#include <cmath>

#include "tests/unit/selectors_rig.h"

namespace sbx {

/// So far, of this thread.
size_t allocations();

namespace {

using test::argument;

TEST_CASE("the cheapest whose grade is enough") {
  test::Contestants rig;
  rig.manifest.signals[SignalId{0}].type.members = {"low", "mid", "high"};
  for (const auto& [model, grade] : {std::pair{0, "low"}, {1, "mid"}, {2, "high"}})
    rig.manifest.models[ModelId{static_cast<uint32_t>(model)}].attributes = {{"model.grade", Constant{std::string(grade)}}};
  const ConstantRecord arguments{argument("need", "topic"), argument("by", "grade")};
  rig.topic("mid");
  CHECK(rig.scores("tiers", arguments) == std::vector<int64_t>{kExcluded, -4'000, -6'000});
  rig.topic("low");
  CHECK(rig.scores("tiers", arguments) == std::vector<int64_t>{-2'000, -4'000, -6'000});
  rig.readings[0] = {.state = ReadingState::Unknown};
  CHECK(rig.scores("tiers", arguments) == std::vector<int64_t>{kExcluded, kExcluded, -6'000});
}

TEST_CASE("a table of weights as shares") {
  test::Contestants rig;
  const ConstantRecord row{argument("a", Decimal{2, 0}), argument("b", Decimal{-1, 0})};
  const ConstantRecord arguments{argument("per", "topic"), {"weights", Constant{ConstantRecord{{"law", Constant{row}}}}}};
  const auto sigma = [](double x) { return 1 / (1 + std::exp(-x)); };
  rig.topic("law");
  const std::vector<int64_t> scores = rig.scores("adapter_mix", arguments);
  const double sum = sigma(2) + sigma(-1) + sigma(0);
  CHECK(std::abs(test::millionths(scores[0]) - sigma(2) / sum) < test::kTight);
  CHECK(std::abs(test::millionths(scores[1]) - sigma(-1) / sum) < test::kTight);
  rig.topic("math");
  CHECK(rig.scores("adapter_mix", arguments) == std::vector<int64_t>{333'333, 333'333, 333'333});
}

TEST_CASE("chance that breaks ties has the chance of those that are equal") {
  test::Contestants rig(4);
  for (const uint32_t equal : {0u, 2u}) rig.manifest.models[ModelId{equal}].price_in = rig.manifest.models[ModelId{equal}].price_out = Decimal{5, 1};
  const std::vector<Selector> by{{"cheapest", {}, {}}, {"random", {}, {}}};
  Ranking ranking;
  rank(by, rig.contest(9), ranking);
  CHECK(ranking.propensity == 500'000);
  CHECK((ranking.order[0] == 0 || ranking.order[0] == 2));
}

TEST_CASE("ten candidates: nothing is allocated, and it takes no microsecond") {
  test::Contestants rig(10);
  rig.manifest.signals[SignalId{0}].type.members = {"low", "high"};
  for (Model& model : rig.manifest.models) model.attributes = {{"model.grade", Constant{std::string("high")}}};
  rig.topic("low");
  const Contest contest = rig.contest(3);
  const ConstantRecord row{argument("a", Decimal{2, 0})};
  const std::vector<Selector> all{{"declared", {}, {}},
                                  {"cheapest", {}, {}},
                                  {"random", {}, {}},
                                  {"tiers", {argument("need", "topic"), argument("by", "grade")}, {}},
                                  {"adapter_mix", {argument("per", "topic"), {"weights", Constant{ConstantRecord{{"low", Constant{row}}}}}}, {}}};
  std::vector<int64_t> scores(10);
  for (const Selector& selector : all) {
    const SelectorKind& kind = *find_selector(selector.name);
    kind.score(contest, selector.arguments, scores);
    const size_t before = allocations();
    double best = 1e9;
    for (int round = 0; round < 20; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < 1'000; ++i) kind.score(contest, selector.arguments, scores);
      best = std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / 1'000);
    }
    CHECK(allocations() == before);
    MESSAGE(selector.name << ": " << best << " us");
    CHECK(best < 10);  // a bound that holds under sanitizers too; the message has the figure
  }
  Ranking ranking;
  const std::vector<Selector> by{all[1], all[0]};
  rank(by, contest, ranking);
  const size_t before = allocations();
  rank(by, contest, ranking);
  CHECK(allocations() == before);
}

}  // namespace
}  // namespace sbx
