// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/learned_models.h"

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "runtime/gateway/settings_models.h"
#include "runtime/text/database.h"

namespace sbx::driver {

std::shared_ptr<models::Models> open_models(models::ModelsSettings settings, const std::string& stdlib) {
  if (!stdlib.empty()) settings.library = stdlib + "/models";
  settings.cache_folder = text::default_cache_folder();
  return std::make_shared<models::Models>(std::move(settings));
}

std::shared_ptr<models::Models> models_of(const std::string& file, const Common& common) {
  models::ModelsSettings settings;
  if (!file.empty()) {
    SourceSet sources;
    Diagnostics diags;
    std::optional<models::ModelsSettings> read = gateway::read_models_file(file, sources, diags);
    diags.sort();
    print_findings(diags, sources, common, stderr);
    if (!read) return nullptr;
    settings = std::move(*read);
  }
  const Result<std::string> stdlib = find_stdlib(common);
  return open_models(std::move(settings), stdlib ? *stdlib : std::string());
}

}  // namespace sbx::driver
