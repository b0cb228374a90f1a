// SPDX-License-Identifier: Apache-2.0
// Decisions by what is sent: equal texts, equal decisions. Names of routes, rules and models are not sent.
#pragma once

#include <string>

#include "runtime/engine/decision.h"

namespace sbx {

/// The provider, and what it calls the model.
[[nodiscard]] std::string sent(const Model& model);
[[nodiscard]] std::string sent(const Denial& end);
[[nodiscard]] std::string sent(const Response& end);
[[nodiscard]] std::string sent(const Escalation& end);
/// What the declaration of a slot's value says, where it is a target: two personas of one name can say different things.
[[nodiscard]] std::string sent_target(const Manifest& manifest, const std::string& slot, const Constant& value);
/// Slots by name, those without a value left out.
[[nodiscard]] std::string sent(const Manifest& manifest, const std::vector<SlotValue>& slots);
[[nodiscard]] std::string sent(const Manifest& manifest, const Decision& decision);

}  // namespace sbx
