// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include "runtime/models/model.h"
namespace sbx::models {
[[nodiscard]] Result<std::shared_ptr<const LearnedModel>> load_model_file(const std::string& path);
}
