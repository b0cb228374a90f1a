// SPDX-License-Identifier: Apache-2.0
// Which requests a model can serve, as needs on what is read of them. Mirrors runtime/engine/fit.cpp: a model that does not fit is passed
// by.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/analysis/world.h"

namespace sbx::analysis {

/// What a model may lack.
enum class Capability : uint8_t { Context, Vision, Audio, Tools, Json, Dialect };

/// A model without all of a capability serves the requests that read so.
struct Serves {
  Capability of = Capability::Context;
  Need need;
};

/// The leaf of one of the inputs that say what a request asks of a model (sema::Policy::fit).
[[nodiscard]] std::optional<LeafId> fit_leaf(const Manifest& manifest, std::string_view input);

/// What limits a model, however long its answer may be. Tools count only where no route and no rule changes which are offered.
[[nodiscard]] std::vector<Serves> limits_of(const Manifest& manifest, const Model& model);

}  // namespace sbx::analysis
