// SPDX-License-Identifier: Apache-2.0
// From the winner to the decision: candidates in order, what is laid over each, who is left.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "runtime/engine/decision.h"
#include "runtime/engine/slots.h"

namespace sbx {

namespace state {
class Snapshot;
}
class Learned;

/// What finishing looks at. `prompt_tokens` is called at most once.
struct Finish {
  const Manifest& manifest;
  const Request& request;
  const Holds& holds;
  std::span<const Reading> readings;  // by SignalId; Pending: not read
  std::function<int64_t()> prompt_tokens;
  const state::Snapshot* state = nullptr;  // for selectors, as the next
  const Learned* learned = nullptr;
};

/// Fills outcome, route, rules, slots, effects, attempts, ending, selector and conflicts of `decision`.
void finish(const Finish& from, std::optional<RouteId> winner, Decision& decision);

}  // namespace sbx
