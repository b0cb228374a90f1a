// SPDX-License-Identifier: Apache-2.0
// `signalbox serve --config FILE`: a gateway of its own.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/learned_models.h"
#include "compiler/driver/policy_loader.h"
#include "runtime/gateway/gateway.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string config, listen, admin, policy;
  bool check = false;
};

/// The settings, with what the command line says instead of them; findings are printed.
std::optional<gateway::Settings> read(const Options& options, const Common& common) {
  SourceSet sources;
  Diagnostics diags;
  std::optional<gateway::Settings> settings = gateway::read_settings(options.config, sources, diags);
  diags.sort();
  print_findings(diags, sources, common, stderr);
  if (!settings) return std::nullopt;
  if (!options.listen.empty()) settings->listen = options.listen;
  if (!options.admin.empty()) settings->admin.listen = options.admin;
  if (!options.policy.empty()) settings->policy.path = options.policy;
  return settings;
}

void say_ready(const gateway::Ready& ready) {
  const nlohmann::ordered_json line{{"event", "ready"}, {"listen", ready.listen}, {"admin", ready.admin.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(ready.admin)}, {"pid", ::getpid()}};
  print(line.dump() + "\n");
  std::fflush(stdout);
}

int serve(const Options& options, const Common& common) {
  const std::optional<gateway::Settings> settings = read(options, common);
  if (!settings) return Misuse;
  Result<std::string> stdlib = find_stdlib(common);
  if (!stdlib) return fail(common, stdlib.error());
  const std::shared_ptr<models::Models> models = open_models(settings->models, *stdlib);
  Result<std::unique_ptr<CandidateLoader>> loader = CandidateLoader::start(settings->policy, *stdlib, {}, models);  // before there is a thread
  if (!loader) return fail(common, loader.error());
  if (options.check) {
    const Result<bool> sound = gateway::check(*settings, **loader, *models);
    if (!sound) return fail(common, sound.error());
    print("the settings and the policy are sound\n");
    return Done;
  }
  const Result<bool> served = gateway::serve(*settings, **loader, *models, say_ready, [&](const std::string& line) {
    if (!common.quiet) std::fputs(("signalbox: " + line + "\n").c_str(), stderr);
  });
  return served ? Done : fail(common, served.error());
}

}  // namespace

Run add_serve(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("serve", "Serve as a gateway: answer requests for models by a policy");
  command->add_option("--config", options->config, "The settings (YAML)")->required()->option_text("FILE");
  command->add_flag("--check", options->check, "Read the settings, look at the store, load the policy, and leave");
  command->add_option("--listen", options->listen, "Where to listen, whatever the settings say: HOST:PORT or unix:PATH")->option_text("ADDR");
  command->add_option("--admin", options->admin, "The same for operators")->option_text("ADDR");
  command->add_option("--policy", options->policy, "The policy, whatever the settings say")->option_text("FILE");
  add_common(*command, common);
  return [options, &common] { return serve(*options, common); };
}

}  // namespace sbx::driver
