// SPDX-License-Identifier: Apache-2.0
// What a policy may set, wherever it says so: what the settings must give it before it serves.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/program/manifest.h"

namespace sbx::gateway {

struct SetTo {
  SlotId slot;
  const Constant* value = nullptr;  // of the manifest; null: a set that is changed, or a limit
};

/// Of every route, rule and candidate, and the values that slots begin with.
[[nodiscard]] std::vector<SetTo> set_slots(const Manifest& manifest);

/// The texts that a slot may have.
[[nodiscard]] std::vector<std::string_view> texts_of(const Manifest& manifest, std::string_view slot);

}  // namespace sbx::gateway
