// SPDX-License-Identifier: Apache-2.0
// `signalbox graph POLICY -o FILE`: the policy as a picture. One that only the analysis refuses is drawn too, with its conflicts.
#include <CLI/CLI.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/inputs.h"
#include "compiler/graph/drawing.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, output, format, name;
};

std::string printed(const graph::Picture& picture, const std::string& format) {
  if (format == "dot") return graph::to_dot(picture);
  if (format == "json") return graph::to_json(picture);
  return graph::to_svg(graph::draw(picture));
}

int draw(const Options& options, const Common& common) {
  CheckedPolicies checked = check_for_use({options.policy}, common, false);
  if (!checked.value) return checked.status;
  std::optional<size_t> index = policy_named(options.name, *checked.value, common);
  if (!index) return Misuse;
  Checked& value = *checked.value;
  value.diags = {};  // printed already
  analyze(value);
  print_findings(value.diags, value.sources, common, stderr, Severity::Warning);
  graph::Picture picture = graph::picture_of(value.policies[*index], value.revisions[*index], value.sources, value.diags);
  Result<bool> written = write_file(options.output, printed(picture, options.format));
  return written ? Done : fail(common, written.error());
}

}  // namespace

Run add_graph(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("graph", "Draw a policy: signals, tiers, routes, and who wins");
  command->add_option("POLICY", options->policy, "A .sbx file")->required();
  command->add_option("-o,--output", options->output, "The file to write; - is standard output")->required()->option_text("FILE");
  add_format(*command, options->format, {"svg", "dot", "json"});
  command->add_option("--policy", options->name, "Which policy of the file")->option_text("NAME");
  add_common(*command, common);
  add_examples(*command, {"signalbox graph policy.sbx -o policy.svg", "signalbox graph policy.sbx --format json -o -"});
  return [options, &common] { return draw(*options, common); };
}

}  // namespace sbx::driver
