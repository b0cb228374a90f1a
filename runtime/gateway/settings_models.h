// SPDX-License-Identifier: Apache-2.0
// The learned models that policies name, as settings declare them: a section of the gateway's, or a file of its own for other commands.
#pragma once

#include <optional>
#include <string>

#include "runtime/gateway/section.h"
#include "runtime/models/models.h"

namespace sbx::gateway {

/// `models:` and `encoder:`.
void read_models(Section& all, models::ModelsSettings& to);

/// A file with these two alone. Nothing if there were errors.
[[nodiscard]] std::optional<models::ModelsSettings> read_models_file(const std::string& path, SourceSet& sources, Diagnostics& diags);

}  // namespace sbx::gateway
