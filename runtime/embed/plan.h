// SPDX-License-Identifier: Apache-2.0
// A decision as a host carries it out: candidates in order, each with what to change for it. Texts are owned here; views point into them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/embed/signalbox.h"
#include "runtime/engine/decision.h"

namespace sbx::embed {

struct Mutation {
  uint32_t kind = SBX_PARAMETER;
  bool is_default = false;
  std::string name;
  std::string value;
};

struct PlannedCandidate {
  const Model* model = nullptr;  // of the manifest
  const std::vector<std::string>* on = nullptr;
  std::vector<sbx_text> on_views;
  std::vector<Mutation> mutations;
};

struct Plan {
  std::vector<PlannedCandidate> candidates;
  std::vector<Mutation> mutations;  // of an end without a model
};

/// Both must outlive the plan. `body_withheld`: what starts from a list of the body is left out.
[[nodiscard]] Plan plan_of(const Manifest& manifest, const Decision& decision, bool body_withheld);

}  // namespace sbx::embed
