// SPDX-License-Identifier: Apache-2.0
// Whether a model can serve a request as it is laid for it.
#pragma once

#include <vector>

#include "runtime/engine/decision.h"
#include "runtime/request/request.h"

namespace sbx {

/// What of a request decides whether a model fits. `output_tokens` 0: not said.
struct Demand {
  const Request* request = nullptr;
  int64_t prompt_tokens = 0;
  int64_t output_tokens = 0;
  bool tools = false;
  std::string reasoning;  // the mode that is asked for; empty: none
};

/// The request with its slots: tools left by `tools`, output by `max_tokens`, the mode by `reasoning`.
[[nodiscard]] Demand demand_of(const Manifest& manifest, const Request& request, int64_t prompt_tokens,
                               const std::vector<SlotValue>& slots);

/// Context window, vision, audio, tools, JSON, dialect, reasoning mode.
[[nodiscard]] bool fits(const Model& model, const Demand& demand);

}  // namespace sbx
