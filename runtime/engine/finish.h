// SPDX-License-Identifier: Apache-2.0
// From the winner to the decision: candidates in order, what is laid over each, who is left.
#pragma once

#include <functional>
#include <optional>

#include "runtime/engine/decision.h"
#include "runtime/engine/slots.h"

namespace sbx {

/// What finishing looks at. `prompt_tokens` is called at most once.
struct Finish {
  const Manifest& manifest;
  const Request& request;
  const Holds& holds;
  std::function<const Reading&(SignalId)> reading;
  std::function<int64_t()> prompt_tokens;
};

/// Fills outcome, route, rules, slots, effects, attempts, ending, selector and conflicts of `decision`.
void finish(const Finish& from, std::optional<RouteId> winner, Decision& decision);

}  // namespace sbx
