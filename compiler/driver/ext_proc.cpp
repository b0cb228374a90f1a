// SPDX-License-Identifier: Apache-2.0
// `signalbox ext-proc POLICY`: decisions for Envoy, and for proxies that ask as it does.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/run_gateway.h"

namespace sbx::driver {
namespace {

constexpr const char* kUsualAddress = "127.0.0.1:9002";

struct Options {
  std::string policy, config, listen, admin, body;
  bool pick_endpoints = false, check = false;
};

/// Those of the file, if there is one, with what the command line says instead of them.
std::optional<gateway::Settings> settings_of(const Options& options, const Common& common) {
  using Body = gateway::ExtProcSettings::Body;
  gateway::Settings settings;
  if (!options.config.empty()) {
    std::optional<gateway::Settings> read = read_gateway_settings(options.config, common);
    if (!read) return std::nullopt;
    settings = std::move(*read);
  }
  settings.listen.clear();  // the calls are the proxy's
  if (!options.policy.empty()) settings.policy.path = options.policy;
  if (!options.listen.empty()) settings.ext_proc.listen = options.listen;
  if (settings.ext_proc.listen.empty()) settings.ext_proc.listen = kUsualAddress;
  if (!options.admin.empty()) settings.admin.listen = options.admin;
  if (!options.body.empty()) settings.ext_proc.body = options.body == "always" ? Body::Always : options.body == "never" ? Body::Never : Body::Auto;
  settings.ext_proc.pick_endpoints |= options.pick_endpoints;
  return settings;
}

void say_ready(const gateway::Ready& ready) {
  nlohmann::ordered_json line{{"event", "ready"}, {"listen", ready.ext_proc}, {"admin", nullptr}, {"pid", ::getpid()}};
  if (!ready.admin.empty()) line["admin"] = ready.admin;
  print(line.dump() + "\n");
  std::fflush(stdout);
}

int serve(const Options& options, const Common& common) {
  if (options.policy.empty() && options.config.empty()) return fail(common, Kind::BadUsage, "there is no policy", "write `signalbox ext-proc policy.sbx`, or `--config settings.yaml`");
  if (!options.admin.empty() && options.config.empty())
    return fail(common, Kind::BadUsage, "`--admin` needs a token, which settings name", "write `--config settings.yaml`, with `admin: {listen, token_file}`");
  const std::optional<gateway::Settings> settings = settings_of(options, common);
  return settings ? run_gateway(*settings, options.check, say_ready, common) : Misuse;
}

}  // namespace

Run add_ext_proc(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("ext-proc", "Decide for Envoy: an external processor (gRPC), and an endpoint picker");
  command->add_option("POLICY", options->policy, "A .sbx file, or a shared object (.so) made by `build`; else that of the settings");
  command->add_option("--listen", options->listen, "Where proxies ask: HOST:PORT or unix:PATH (default 127.0.0.1:9002)")->option_text("ADDR");
  command->add_option("--config", options->config, "Settings (YAML), as those of `serve`: section ext_proc, admin, decision_log, …")->option_text("FILE");
  command->add_option("--admin", options->admin, "Where operators ask, whatever the settings say")->option_text("ADDR");
  command->add_option("--body", options->body, "When the body is asked for: auto, always or never (default auto)")->option_text("WHEN")->check(CLI::IsMember({"auto", "always", "never"}));
  command->add_flag("--pick-endpoints", options->pick_endpoints, "Say which server should be asked (endpoint picker protocol)");
  command->add_flag("--check", options->check, "Read the settings and load the policy, and leave");
  add_common(*command, common);
  add_examples(*command, {"signalbox ext-proc policy.sbx --check"});
  return [options, &common] { return serve(*options, common); };
}

}  // namespace sbx::driver
