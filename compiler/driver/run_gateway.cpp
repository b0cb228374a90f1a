// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/run_gateway.h"

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/learned_models.h"
#include "compiler/driver/policy_loader.h"

namespace sbx::driver {

std::optional<gateway::Settings> read_gateway_settings(const std::string& file, const Common& common) {
  SourceSet sources;
  Diagnostics diags;
  std::optional<gateway::Settings> settings = gateway::read_settings(file, sources, diags);
  diags.sort();
  print_findings(diags, sources, common, stderr);
  return settings;
}

int run_gateway(const gateway::Settings& settings, bool check, const std::function<void(const gateway::Ready&)>& on_ready, const Common& common) {
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return fail(common, stdlib.error());
  const std::shared_ptr<models::Models> models = open_models(settings.models, *stdlib);
  Result<std::unique_ptr<CandidateLoader>> loader = CandidateLoader::start(settings.policy, *stdlib, {}, models);
  if (!loader) return fail(common, loader.error());
  if (check) {
    const Result<bool> sound = gateway::check(settings, **loader, *models);
    if (!sound) return fail(common, sound.error());
    print("the settings and the policy are sound\n");
    return Done;
  }
  const Result<bool> served = gateway::serve(settings, **loader, *models, on_ready, [&](const std::string& line) {
    if (!common.quiet) std::fputs(("signalbox: " + line + "\n").c_str(), stderr);
  });
  return served ? Done : fail(common, served.error());
}

}  // namespace sbx::driver
