// SPDX-License-Identifier: Apache-2.0
// `signalbox test POLICY…`: a policy's own tests, decided as requests are.
#include <fnmatch.h>

#include <CLI/CLI.hpp>

#include "compiler/driver/console.h"
#include "compiler/driver/findings_json.h"
#include "compiler/driver/served.h"
#include "compiler/driver/test_report.h"

namespace sbx::driver {
namespace {

struct Options {
  std::vector<std::string> policies;
  std::string filter, format;
  bool coverage = false, live = false;
};

std::vector<TestStep> steps_of(const sema::Test& test, std::set<std::string>& given) {
  std::vector<TestStep> steps;
  for (const sema::TestStep& from : test.steps) {
    TestStep step{.request_json = from.request_json, .given = {}, .expect = {}};
    for (const sema::GivenReading& reading : from.given) {
      given.insert(reading.name);
      step.given.push_back({reading.name, reading.unknown, reading.value, reading.confidence});
    }
    for (const sema::Expectation& expected : from.expect) step.expect.push_back({expected.name, expected.values, expected.is_list});
    steps.push_back(std::move(step));
  }
  return steps;
}

int test_policies(const Options& options, const Common& common) {
  CheckedPolicies checked = check_for_use(options.policies, common, false);
  if (!checked.value) return checked.status;
  CompileOptions compile = checked.options;
  compile.engine = CompileOptions::Engine::Native;
  compile.wait_for_optimized = false;
  ServedPolicies served(*checked.value, compile);
  TestReport report(*checked.value);
  for (size_t i = 0; i < checked.value->policies.size(); ++i) {
    for (const sema::Test& test : checked.value->policies[i].tests) {
      if (!options.filter.empty() && fnmatch(options.filter.c_str(), test.title.c_str(), 0) != 0) continue;
      std::set<std::string> given;
      std::vector<TestStep> steps = steps_of(test, given);
      Result<ServedPolicy*> policy = served.get(i, given);
      if (!policy) return fail(common, policy.error());
      TestRun run = run_test((*policy)->engine(), [&] { return (*policy)->reader(); }, (*policy)->workspace(), steps, options.live);
      report.add(i, test, (*policy)->manifest(), run);
    }
  }
  if (options.format == "json")
    print(dump(report.json()));
  else if (options.format == "junit")
    print(report.junit());
  else
    print(report.text(options.coverage, is_colored(common, stdout)));
  return report.all_passed() ? Done : Findings;
}

}  // namespace

Run add_test(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("test", "Run a policy's own tests");
  command->add_option("POLICY", options->policies, "Files or folders")->required();
  command->add_option("--filter", options->filter, "Only tests whose title matches")->option_text("GLOB");
  command->add_flag("--coverage", options->coverage, "Also list the routes and rules that no test reaches");
  command->add_flag("--live", options->live, "Compute signals that need a model, instead of taking them as unknown");
  add_format(*command, options->format, {"text", "json", "junit"});
  add_common(*command, common);
  add_examples(*command, {"signalbox test policy.sbx", "signalbox test policy.sbx --filter '*order*' --coverage"});
  return [options, &common] { return test_policies(*options, common); };
}

}  // namespace sbx::driver
