// SPDX-License-Identifier: Apache-2.0
// What a policy can change of a call, one file each. A function lays one slot over the body; what cannot be said in the dialect, or to the
// provider, is noted rather than dropped.
#pragma once

#include <string>
#include <vector>

#include "runtime/effects/json_edit.h"
#include "runtime/effects/outgoing.h"

namespace sbx::effects {

/// What the actions work on.
struct Call {
  const Request& request;
  const Model& model;
  Provider provider;
  JsonObject& body;
  Outgoing& outgoing;

  void leave_out(std::string_view slot, std::string reason) const { outgoing.left_out.emplace_back(slot, std::move(reason)); }
};

/// The name by which the provider knows the model.
void set_model(const Call& call);
/// How much it thinks: `off` … `high` (docs/language/slots.md#reasoning).
void set_reasoning(const Call& call, const std::string& effort);
/// The most tokens of the answer: what the client asked for, if that is less.
void limit_tokens(const Call& call, int64_t most);
/// The tools that are left of those that the client offers.
void keep_tools(const Call& call, const std::vector<std::string>& names);

}  // namespace sbx::effects
