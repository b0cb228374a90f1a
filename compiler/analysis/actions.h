// SPDX-License-Identifier: Apache-2.0
// What actions and conditions say by themselves, whoever asks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compiler/sema/policy.h"
#include "runtime/program/manifest.h"

namespace sbx::analysis {

/// Whether a condition holds for every match, route and model.
[[nodiscard]] bool is_always(const Condition& condition);

/// The smallest bound that these actions set on a slot, in its own unit; nothing if they set none.
[[nodiscard]] std::optional<int64_t> limit_of(SlotId slot, const std::vector<Action>& actions);

/// Every action of a policy, and the settings of its candidates, in the order of routes, `otherwise`, rules.
void for_each_action(const sema::Policy& policy, const std::function<void(const sema::Action&)>& visit);

}  // namespace sbx::analysis
