// SPDX-License-Identifier: Apache-2.0
// What of a policy has to do with one winner: its outcome, the models that may be asked, the bits that lay rules over it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx {

/// Of a route, or of `otherwise`. Null: the policy has no `otherwise`.
[[nodiscard]] const Outcome* outcome_of(const Manifest& manifest, std::optional<RouteId> winner);

/// A denial lapses what is about the call: only effects stay.
[[nodiscard]] bool is_denial(const Outcome& outcome);

/// The models that an outcome's attempts may ask, each once.
[[nodiscard]] std::vector<ModelId> models_of(const Outcome& outcome);

/// Whether a condition speaks about this winner and one of these models.
[[nodiscard]] bool concerns(const Condition& condition, std::optional<RouteId> winner, const std::vector<ModelId>& models);

/// Whether an action counts for an outcome: any, or on a denial an effect.
[[nodiscard]] bool counts(const Manifest& manifest, const Action& action, bool denial);

/// Calls `visit` with every bit that attempts of this winner can ask for. `may` says whether a rule's bit can still be set; the actions
/// of a rule that cannot fire are passed by.
void for_each_relevant_bit(const Manifest& manifest, std::optional<RouteId> winner, const std::function<bool(uint32_t)>& may,
                           const std::function<void(uint32_t)>& visit);

/// The signals that an outcome reads besides guards: keys of splits, and what selectors go by.
void for_each_key(const Outcome& outcome, const std::function<void(SignalId)>& visit);

}  // namespace sbx
