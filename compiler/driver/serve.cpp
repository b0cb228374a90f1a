// SPDX-License-Identifier: Apache-2.0
// `signalbox serve --config FILE`: a gateway of its own.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/run_gateway.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string config, listen, admin, policy;
  bool check = false;
};

nlohmann::ordered_json text_or_null(const std::string& text) { return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text); }

void say_ready(const gateway::Ready& ready) {
  const nlohmann::ordered_json line{{"event", "ready"}, {"listen", ready.listen}, {"admin", text_or_null(ready.admin)}, {"ext_proc", text_or_null(ready.ext_proc)}, {"pid", ::getpid()}};
  print(line.dump() + "\n");
  std::fflush(stdout);
}

int serve(const Options& options, const Common& common) {
  std::optional<gateway::Settings> settings = read_gateway_settings(options.config, common);
  if (!settings) return Misuse;
  if (!options.listen.empty()) settings->listen = options.listen;
  if (!options.admin.empty()) settings->admin.listen = options.admin;
  if (!options.policy.empty()) settings->policy.path = options.policy;
  return run_gateway(*settings, options.check, say_ready, common);
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
