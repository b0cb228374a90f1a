// SPDX-License-Identifier: Apache-2.0
// differential_lazy [--decisions N] [--seed S]: random policies with models, slots and rules, random readings and failures. Deciding by
// as few readings as possible is deciding by all of them, word for word. 10^4 decisions, with SBX_FULL=1 in the environment 10^5.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/engine/decision_json.h"
#include "runtime/engine/engine.h"
#include "runtime/request/readings.h"
#include "tests/differential/random_module.h"

namespace {

using namespace sbx;
using namespace sbx::differential;

Reading random_reading(const Type& type, Range range, Random& random) {
  if (random.chance(15)) return random.chance(50) ? failed_reading("down") : unknown_reading();
  Reading reading{.state = ReadingState::Known};
  switch (type.kind) {
    case TypeKind::Bool:
      reading.value = random.chance(50);
      break;
    case TypeKind::Text:
      reading.value = "t" + std::to_string(random.below(6));
      break;
    case TypeKind::Label:
      reading.value = random.pick(type.members);
      if (random.chance(70)) reading.confidence = random.between(0, 1'000'000);
      break;
    case TypeKind::Set: {
      std::vector<std::string> members;
      std::ranges::copy_if(type.members, std::back_inserter(members), [&](const std::string&) { return random.chance(40); });
      reading.value = members;
      break;
    }
    default:
      reading.value = random.chance(50) ? random.between(range.low, range.high) : random.between(-3, 1'000'000);
  }
  return reading;
}

class RandomReader final : public Reader {
 public:
  explicit RandomReader(std::vector<Reading> readings) : readings_(std::move(readings)) {}
  std::vector<Reading> read(const ReadingOrder& order) override {
    std::vector<Reading> result;
    for (const SignalId signal : order.wanted) result.push_back(readings_[signal.index]);
    return result;
  }
  int64_t prompt_tokens(const Request&) override { return 1000; }

 private:
  std::vector<Reading> readings_;
};

// Gives a random module what routes and rules do: models to ask, slots to set.
class Dresser {
 public:
  Dresser(Module& module, uint64_t seed) : manifest_(module.manifest), random_(seed) {}

  void dress() {
    for (SignalInfo& info : manifest_.signals) {
      if (info.or_else) info.or_else = fallback(info.type);
    }
    for (int i = 0; i < 4; ++i) {
      Model model{.name = "m" + std::to_string(i), .provider = i % 2 == 0 ? "local" : "cloud"};
      if (i < 2) model.context_tokens = 500 + i * 1000;
      manifest_.models.add(std::move(model));
    }
    manifest_.slots.add({.name = "reasoning", .type = {TypeKind::Label, {"off", "low", "high"}}, .initial = Constant{std::string("off")}});
    manifest_.slots.add({.name = "header", .type = {TypeKind::Text}, .keyed = true, .effect = true});
    manifest_.slots.add({.name = "tags", .type = {TypeKind::Set}, .kind = Slot::Kind::Set});
    manifest_.slots.add({.name = "max_tokens", .type = {TypeKind::Tokens}, .kind = Slot::Kind::Limit});
    for (Route& route : manifest_.routes) {
      if (!random_.chance(25)) route.outcome = outcome();
    }
    manifest_.otherwise = outcome();
    if (random_.chance(50)) manifest_.unserved = Outcome{{{Denial{503, "none"}, {}, {}}}, {set_slot(1)}};
    for (Rule& rule : manifest_.rules) {
      if (random_.chance(30)) rule.when.front().models = {model()};
      if (random_.chance(20)) rule.when.front().routes = {random_.chance(30) ? kOtherwise : random_.below(manifest_.routes.size())};
      rule.over_routes = random_.chance(20);
      const uint32_t count = 1 + random_.below(3);
      for (uint32_t i = 0; i < count; ++i) rule.actions.push_back(action(true));
      rule.narrowing = std::ranges::any_of(rule.actions, [](const Action& one) { return std::holds_alternative<NarrowModels>(one); });
    }
  }

 private:
  Constant fallback(const Type& type) {
    switch (type.kind) {
      case TypeKind::Bool:
        return {random_.chance(50)};
      case TypeKind::Text:
        return {std::string("t0")};
      case TypeKind::Label:
        return {random_.pick(type.members)};
      case TypeKind::Set:
        return {ConstantList{{random_.pick(type.members)}}};
      default:
        return {Decimal{0, 0}};
    }
  }

  ModelId model() { return manifest_.models.id_at(random_.below(manifest_.models.size())); }

  Condition condition() {
    const uint32_t rule_bits = manifest_.bits - std::min(manifest_.bits, manifest_.rule_bits());
    if (rule_bits == 0 || random_.chance(30)) return {};
    return {.bit = manifest_.rule_bits() + random_.below(rule_bits)};
  }

  SetSlot set_slot(uint32_t slot) {
    SetSlot set{.slot = SlotId{slot}, .key = slot == 1 ? "x-" + std::to_string(random_.below(2)) : ""};
    const uint32_t cases = 1 + random_.below(2);
    for (uint32_t i = 0; i < cases; ++i) {
      const std::vector<std::string> values = {"off", "low", "high"};
      set.cases.push_back({condition(), {random_.pick(values)}});
    }
    return set;
  }

  Action action(bool narrow) {
    switch (random_.below(narrow ? 5 : 4)) {
      case 0:
        return set_slot(0);
      case 1:
        return set_slot(1);
      case 2:
        return ChangeSlot{SlotId{2}, static_cast<SetChange>(random_.below(3)), {{"g" + std::to_string(random_.below(3))}}, {}};
      case 3:
        return LimitSlot{SlotId{3}, random_.between(1, 2000), {}};
      default: {
        NarrowModels narrowing;
        for (size_t i = 0; i < manifest_.models.size(); ++i) {
          narrowing.keep.emplace_back();
          if (random_.chance(80)) narrowing.keep.back().push_back(condition());
        }
        return narrowing;
      }
    }
  }

  Ask ask() {
    Ask ask{.model = model()};
    if (random_.chance(30)) ask.settings.push_back(set_slot(0));
    return ask;
  }

  Outcome outcome() {
    Outcome result;
    const uint32_t count = 1 + random_.below(3);
    for (uint32_t i = 0; i < count; ++i) {
      Candidate candidate{.target = ask()};
      if (random_.chance(15)) candidate.target = Selection{{ask(), ask()}, {{random_.chance(50) ? "random" : "declared", {}}}};
      if (random_.chance(10)) candidate.target = SplitChoice{{ask(), ask()}, {70, 30}, any_signal()};
      result.candidates.push_back(std::move(candidate));
    }
    if (random_.chance(15)) result.candidates.push_back({Denial{503, "after"}, {}, {}});
    if (random_.chance(50)) result.actions.push_back(action(false));
    return result;
  }

  SignalId any_signal() { return manifest_.signals.id_at(random_.below(manifest_.signals.size())); }

  Manifest& manifest_;
  Random random_;
};

// What may differ is what was read and how long it took.
std::string told(const Manifest& manifest, Decision decision) {
  decision.decide_ns = decision.signals_us = 0;
  std::vector<Why> why = decision.why;
  decision.why.clear();
  decision.readings.clear();
  std::string text = decision_json(manifest, decision, true);
  for (const Why& one : why) text += "\n" + one.rule + " " + std::string(to_string(one.result));
  return text;
}

size_t count_read(const Decision& decision) {
  return static_cast<size_t>(
      std::ranges::count_if(decision.readings, [](const Reading& one) { return one.state != ReadingState::Skipped; }));
}

struct Totals {
  uint64_t decisions = 0, policies = 0, failures = 0, lazy_reads = 0, eager_reads = 0;
};

void run_policy(uint64_t seed, uint64_t decisions, Totals& totals) {
  Random random(seed);
  Program program;
  program.module = random_module(seed, 1 + random.below(30));
  Dresser(program.module, seed).dress();
  program.matcher = interpreter(program.module);
  const Manifest& manifest = program.module.manifest;
  const Engine engine(program);
  Workspace workspace(engine);
  for (uint64_t i = 0; i < decisions; ++i) {
    std::vector<Reading> readings;
    for (const SignalInfo& info : manifest.signals) readings.push_back(random_reading(info.type, full_range(info.type), random));
    Request request;
    request.seed = i;
    RandomReader reader(std::move(readings));
    const auto lazy = engine.decide(request, reader, workspace, {.explain = ExplainLevel::Full});
    const auto eager = engine.decide(request, reader, workspace, {.explain = ExplainLevel::Full, .eager = true});
    ++totals.decisions;
    if (!lazy || !eager) {
      ++totals.failures;
      continue;
    }
    totals.lazy_reads += count_read(*lazy);
    totals.eager_reads += count_read(*eager);
    const std::string a = told(manifest, *lazy);
    const std::string b = told(manifest, *eager);
    if (a == b) continue;
    if (++totals.failures <= 3) {
      std::fprintf(stderr, "--seed %llu, request %llu\nlazy:  %s\neager: %s\n", static_cast<unsigned long long>(seed),
                   static_cast<unsigned long long>(i), a.c_str(), b.c_str());
    }
  }
  ++totals.policies;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr uint64_t kDecisionsOfOnePolicy = 50;
  uint64_t decisions = std::getenv("SBX_FULL") ? 100'000 : 10'000;
  uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : decisions) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Totals totals;
  while (totals.decisions < decisions && totals.failures < 3) {
    run_policy(seed++, std::min(decisions - totals.decisions, kDecisionsOfOnePolicy), totals);
  }
  std::printf("%llu policies, %llu decisions, %llu failures; %.0f %% of the readings read\n",
              static_cast<unsigned long long>(totals.policies), static_cast<unsigned long long>(totals.decisions),
              static_cast<unsigned long long>(totals.failures),
              100.0 * static_cast<double>(totals.lazy_reads) / static_cast<double>(std::max<uint64_t>(1, totals.eager_reads)));
  return totals.failures == 0 ? 0 : 1;
}
