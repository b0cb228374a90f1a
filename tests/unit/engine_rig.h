// SPDX-License-Identifier: Apache-2.0
// A small policy by hand and a reader that counts, for the tests of the engine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/ir/builder.h"
#include "compiler/ir/order.h"
#include "runtime/engine/engine.h"

namespace sbx::test {

/// Answers from a table by name; what is not in it has failed. Keeps what it was asked for.
class TableReader final : public Reader {
 public:
  explicit TableReader(const Manifest& manifest, std::map<std::string, Reading> readings = {})
      : manifest_(manifest), readings_(std::move(readings)) {}
  std::vector<Reading> read(const ReadingOrder& order) override {
    std::vector<Reading> result;
    for (const SignalId signal : order.wanted) {
      const std::string& name = manifest_.signals[signal].name;
      asked.push_back(name);
      const auto found = readings_.find(name);
      result.push_back(found == readings_.end() ? Reading{.state = ReadingState::Failed, .error = "down"} : found->second);
    }
    return result;
  }
  int64_t prompt_tokens(const Request&) override { return tokens; }

  std::vector<std::string> asked;
  int64_t tokens = 100;

 private:
  const Manifest& manifest_;
  std::map<std::string, Reading> readings_;
};

inline Reading known(bool value) { return {.state = ReadingState::Known, .value = value}; }
inline Reading known(int64_t value) { return {.state = ReadingState::Known, .value = value}; }
inline Reading known(const char* value) { return {.state = ReadingState::Known, .value = std::string(value)}; }

/// Makes a policy of routes in one `first` order. Signals first, then routes, then rules, then `done`.
struct Policy {
  Program program;
  std::optional<ir::GraphBuilder> builder;
  std::vector<GuardId> guards;

  Policy() {
    builder.emplace(program.module);
    manifest().name = "p";
    manifest().tiers.push_back({.name = "only"});
  }
  Manifest& manifest() { return program.module.manifest; }

  LeafId leaf(const std::string& name, Type type, CostClass cost = CostClass::Free) {
    const Range range = full_range(type);
    const SignalId signal = manifest().signals.add({.name = name, .kind = "test", .type = std::move(type), .cost = cost});
    return manifest().leaves.add({.signal = signal, .range = range});
  }
  GuardId flag(const std::string& name, CostClass cost = CostClass::Free) {
    const LeafId id = leaf(name, {TypeKind::Bool}, cost);
    return builder->equals(builder->leaf(id), 1);
  }
  ModelId model(Model model) { return manifest().models.add(std::move(model)); }
  SlotId slot(Slot slot) { return manifest().slots.add(std::move(slot)); }

  RouteId route(const std::string& name, GuardId guard, Outcome outcome) {
    Clause clause{.text = name + "?", .holds = guard, .fails = builder->negate(guard)};
    clause.place.file = name;
    const auto bit = static_cast<uint32_t>(guards.size());
    const RouteId id = manifest().routes.add({.name = name, .bit = bit, .guard = guard, .clause = clause, .outcome = std::move(outcome)});
    guards.push_back(guard);
    auto& entries = manifest().tiers.front().entries;
    if (entries.empty()) entries.push_back({.kind = Entry::Kind::First, .name = "all"});
    entries.front().routes.push_back(id);
    entries.front().entries.push_back({.kind = Entry::Kind::Route, .name = name, .routes = {id}});
    return id;
  }
  /// After the last route.
  void seal() {
    manifest().order = ir::linear_order(manifest().tiers);
    builder->set_routes(guards);
  }
  RuleId rule(const std::string& name, std::optional<GuardId> guard, std::vector<Action> actions) {
    Rule rule{.name = name, .actions = std::move(actions)};
    rule.when = {Condition{.bit = guard ? builder->add_bit(*guard) : kAlways}};
    for (const Action& action : rule.actions) rule.narrowing |= std::holds_alternative<NarrowModels>(action);
    return manifest().rules.add(std::move(rule));
  }
  void done() { program.matcher = interpreter(program.module); }
};

inline Candidate ask(ModelId model, std::vector<SetSlot> settings = {}) { return {Ask{model, std::move(settings)}, {}, {}}; }
inline SetSlot set(SlotId slot, const char* value, std::string key = {}) {
  return {slot, std::move(key), {{Condition{}, Constant{std::string(value)}}}, {}};
}

}  // namespace sbx::test
