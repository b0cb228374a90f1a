// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/dressed.h"

#include <algorithm>

#include "runtime/request/readings.h"

namespace sbx::differential {

namespace {

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

}  // namespace

void dress(Module& module, uint64_t seed) { Dresser(module, seed).dress(); }

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

std::vector<Reading> RandomReader::read(const ReadingOrder& order) {
  std::vector<Reading> result;
  for (const SignalId signal : order.wanted) result.push_back(readings_[signal.index]);
  return result;
}

}  // namespace sbx::differential
