// SPDX-License-Identifier: Apache-2.0
// What was decided about one request, and why. Ids are of the policy's manifest; decision_json.h prints it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/program/manifest.h"
#include "runtime/program/reading.h"

namespace sbx {

enum class OutcomeKind : uint8_t { Route, Otherwise, Deny, Respond, Escalate };
[[nodiscard]] std::string_view to_string(OutcomeKind kind);

/// A slot's value: a choice as its constant, a set as a list, a limit as a number; nothing: it has none. `key` is a header's name.
struct SlotValue {
  SlotId slot;
  std::string key;
  Constant value;
  friend bool operator==(const SlotValue&, const SlotValue&) = default;
};

/// One model to ask, with the slots as they are laid for it.
struct Attempt {
  ModelId model;
  std::vector<SlotValue> slots;    // every choice, set and limit of the policy, in its order
  std::vector<SlotValue> effects;  // in order of slot and key
  std::vector<RuleId> rules;       // that fire
  std::vector<std::string> on;     // error classes of the attempt before it; empty: the default ones
};

/// Two that are in force assign different values, and nothing says who wins; `chosen` is what counted.
struct SlotConflict {
  SlotId slot;
  std::string key;
  std::vector<std::string> between;
};

struct SelectorTerm {
  ModelId model;
  int64_t score = 0;
  std::vector<std::pair<std::string, int64_t>> parts;  // by selector
};
struct SelectorChoice {
  std::string name;
  std::vector<SelectorTerm> terms;
  int64_t propensity = 1'000'000;  // millionths
  const Selection* from = nullptr;  // of the manifest; null: a split
};

enum class TestResult : uint8_t { True, False, Unknown };
[[nodiscard]] std::string_view to_string(TestResult result);

/// One test of a condition that mattered.
struct Why {
  std::string rule;
  const Clause* clause = nullptr;  // of the manifest
  TestResult result = TestResult::Unknown;
};

struct Near {
  RouteId route;
  std::vector<const Clause*> failed;
};

struct Decision {
  std::string id;
  uint64_t seed = 0;
  OutcomeKind outcome = OutcomeKind::Otherwise;
  std::optional<RouteId> route;
  bool unserved = false;  // no candidate was left
  std::vector<RuleId> rules;
  std::optional<std::vector<std::string>> fires;  // --guards: what holds; nothing was decided then
  std::vector<SlotValue> slots;                   // of the first attempt
  std::vector<SlotValue> effects;
  std::vector<Attempt> attempts;
  std::optional<Denial> denied;
  std::optional<Response> response;
  std::optional<Escalation> escalation;
  /// What ends the candidates after the last attempt, if the policy says.
  std::optional<std::variant<Denial, Response, Escalation>> after;
  std::optional<SelectorChoice> selector;
  std::vector<SlotConflict> conflicts;
  std::vector<const Requirement*> broken;         // of the manifest; only where DecideOptions::requirements asks
  std::vector<Reading> readings;  // by SignalId; Skipped: never asked for
  std::vector<Why> why;
  std::optional<Near> near;
  std::optional<int64_t> prompt_tokens;  // by which models were held to fit; nothing: nobody asked
  int64_t decide_ns = 0;
  int64_t signals_us = 0;
};

}  // namespace sbx
