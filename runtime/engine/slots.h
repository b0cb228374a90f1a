// SPDX-License-Identifier: Apache-2.0
// Laying rules over a winner: what every slot is worth on one attempt (docs/language/slots.md).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "runtime/engine/decision.h"
#include "runtime/request/request.h"

namespace sbx {

/// Whom the rules are laid over. No model: nothing is asked (a denial, an answer, an escalation).
struct AttemptPoint {
  const Outcome* outcome = nullptr;
  std::optional<RouteId> route;
  const Ask* ask = nullptr;
  bool denial = false;  // only effects count
};

struct Laid {
  std::vector<SlotValue> slots;
  std::vector<SlotValue> effects;
  std::vector<RuleId> rules;
  std::vector<SlotConflict> conflicts;
};

/// Whether a guard's bit is set.
using Holds = std::function<bool(uint32_t bit)>;

/// Whether a condition holds at this point.
[[nodiscard]] bool holds_at(const Condition& condition, const AttemptPoint& point, const Holds& holds);

/// Every slot's value. A choice comes from the winner and the firing rules that assign it: equal values agree, of different ones one must
/// be over the others; a difference that nobody settles is a conflict, and the one written first counts. Sets: the base and what is added,
/// within every `only`, less what is taken away. Limits: the smallest.
[[nodiscard]] Laid lay(const Manifest& manifest, const Request& request, const AttemptPoint& point, const Holds& holds);

/// Whether a model survives every firing rule that narrows.
[[nodiscard]] bool survives_narrowing(const Manifest& manifest, const AttemptPoint& point, const Holds& holds);

}  // namespace sbx
