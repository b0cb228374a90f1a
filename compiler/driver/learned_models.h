// SPDX-License-Identifier: Apache-2.0
// The learned models of one run: the standard library's, and those of the file that `--models` names.
#pragma once

#include <memory>
#include <string>

#include "compiler/driver/command.h"
#include "runtime/models/models.h"

namespace sbx::driver {

/// With the library and the caches of this installation filled in.
[[nodiscard]] std::shared_ptr<models::Models> open_models(models::ModelsSettings settings, const std::string& stdlib);
/// `file` may be empty. Findings in it go to stderr; null if there are errors.
[[nodiscard]] std::shared_ptr<models::Models> models_of(const std::string& file, const Common& common);

}  // namespace sbx::driver
