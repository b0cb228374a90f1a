// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/states.h"

#include <algorithm>

#include "runtime/program/lookup.h"
#include "runtime/selectors/selector.h"

namespace sbx::gateway {

namespace {

std::string argument(const ConstantRecord& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &NamedConstant::first);
  return found == arguments.end() ? "" : to_string(found->second);
}

class Collector {
 public:
  void add(const Outcome& outcome) {
    for (const Candidate& candidate : outcome.candidates) {
      if (const auto* selection = std::get_if<Selection>(&candidate.target)) std::ranges::for_each(selection->by, [this](const Selector& by) { add(by); });
    }
  }

  void add(const SignalInfo& budget) {
    const ConstantRecord& of = budget.arguments;
    if (budget.kind != "budget" || argument(of, "field") != "remaining") return;
    add({"budget " + argument(of, "name"), "counter per " + argument(of, "for_each"), argument(of, "limit") + " per " + argument(of, "period")});
  }

  std::vector<state::Schema> take() { return std::move(schemas_); }

 private:
  // What tunes one that shares a memory with others says nothing of the memory.
  void add(const Selector& by) {
    const SelectorKind* kind = find_selector(by.name);
    if (kind == nullptr) return;
    for (const std::string_view memory : kind->memories()) {
      std::string parameters;
      for (const auto& [name, value] : by.arguments) {
        if (memory == by.name && name != "per") parameters += (parameters.empty() ? "" : ", ") + name + ": " + to_string(value);
      }
      add({memory_name(memory, by.arguments), std::string(memory) + " per " + argument(by.arguments, "per"), std::move(parameters)});
    }
  }

  void add(state::Schema schema) {
    if (std::ranges::find(schemas_, schema.state, &state::Schema::state) == schemas_.end()) schemas_.push_back(std::move(schema));
  }

  std::vector<state::Schema> schemas_;
};

}  // namespace

std::vector<state::Schema> schemas_of(const Manifest& manifest) {
  Collector collector;
  for (const Outcome* outcome : outcomes_of(manifest)) collector.add(*outcome);
  for (const SignalInfo& signal : manifest.signals) collector.add(signal);
  return collector.take();
}

std::string adopt_states(state::Store& store, const Manifest& manifest) {
  const std::vector<state::Schema> schemas = schemas_of(manifest);
  if (schemas.empty()) return {};
  const auto adopted = state::adopt(store, manifest.name, schemas);
  if (!adopted) return "what policy " + manifest.name + " has learned cannot be looked after: " + adopted.error().message;
  std::string line;
  for (const state::Adopted& one : *adopted) {
    line += line.empty() ? "state of " + manifest.name + ": " : ", ";
    line += one.state + " " + std::string(to_string(one.how));
  }
  return line;
}

}  // namespace sbx::gateway
