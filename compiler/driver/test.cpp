// SPDX-License-Identifier: Apache-2.0
// `signalbox test POLICY…`: a policy's own tests, decided as requests are.
#include <fmt/format.h>
#include <fnmatch.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "compiler/driver/console.h"
#include "compiler/driver/coverage.h"
#include "compiler/driver/files.h"
#include "compiler/driver/findings_json.h"
#include "compiler/driver/generate_tests.h"
#include "compiler/driver/learned_models.h"
#include "compiler/driver/served.h"
#include "compiler/driver/test_promises.h"
#include "compiler/driver/test_report.h"
#include "compiler/driver/test_steps.h"

namespace sbx::driver {
namespace {

struct Options {
  std::vector<std::string> policies;
  std::string filter, format, coverage, output, models;
  std::optional<double> least;  // --min-coverage
  bool live = false, generate = false;
};

bool counts_coverage(const Options& options) { return !options.coverage.empty() || options.least; }

struct Tested {
  TestReport report;
  Coverage coverage;
};

/// Runs what the filter leaves; an exit status if a policy cannot be compiled, or nothing is left.
std::optional<int> run_tests(const Options& options, const Common& common, const CheckedPolicies& checked, Tested& tested) {
  CompileOptions compile = checked.options;
  compile.engine = CompileOptions::Engine::Native;
  compile.wait_for_optimized = false;
  std::shared_ptr<models::Models> models;
  if (options.live) models = models_of(options.models, common);
  if (options.live && !models) return Misuse;
  ServedPolicies served(*checked.value, compile, std::move(models));
  UnservedPromises promises(*checked.value);
  bool any = false;
  for (size_t i = 0; i < checked.value->policies.size(); ++i) {
    for (const sema::Test& test : checked.value->policies[i].tests) {
      if (!options.filter.empty() && fnmatch(options.filter.c_str(), test.title.c_str(), 0) != 0) continue;
      any = true;
      std::set<std::string> given;
      std::vector<TestStep> steps = steps_of(test, given);
      Result<ServedPolicy*> policy = served.get(i, given);
      if (!policy) return fail(common, policy.error());
      TestRun run = run_test((*policy)->engine(), [&] { return (*policy)->reader(); }, (*policy)->workspace(), steps, options.live);
      if (const std::optional<Error> error = promises.hold(i, given, steps, run)) return fail(common, *error);
      tested.report.add(i, test, (*policy)->manifest(), run);
      if (!counts_coverage(options)) continue;
      for (const Decision& decision : run.decisions) tested.coverage.add(i, test.title, (*policy)->engine(), decision);
    }
  }
  if (options.filter.empty() || any) return std::nullopt;
  return fail(common, Kind::BadUsage, "no test has a title that matches `" + options.filter + "`",
              "a GLOB matches the whole title: write `*order*` for a part of it");
}

void print_report(const Options& options, const Common& common, const Tested& tested) {
  const bool color = is_colored(common, stdout);
  if (options.format == "json")
    print(dump(tested.report.json(counts_coverage(options) ? tested.coverage.json() : Json(nullptr))));
  else if (options.format == "junit")
    print(tested.report.junit());
  else
    print(tested.report.text(options.coverage == "text" ? tested.coverage.text(color) : "", color));
}

int test_policies(const Options& options, const Common& common) {
  CheckedPolicies checked = check_for_use(options.policies, common, false);
  if (!checked.value) return checked.status;
  if (options.generate) {
    if (const std::optional<int> status = generate_tests(options.output, common, checked)) return *status;
  }
  Tested tested{TestReport(*checked.value), Coverage(*checked.value)};
  if (const std::optional<int> status = run_tests(options, common, checked, tested)) return *status;
  const std::string page = options.coverage != "html" ? "" : options.generate || options.output.empty() ? "coverage.html" : options.output;
  if (!page.empty()) {
    if (const Result<bool> written = write_file(page, tested.coverage.html()); !written) return fail(common, written.error());
  }
  if (options.output != "-") print_report(options, common, tested);
  const double percent = tested.coverage.totals().percent();
  const bool is_enough = !options.least || percent >= *options.least;
  if (!is_enough)
    std::fputs(fmt::format("coverage is {:.1f} %, and at least {} % are asked for\n", percent, *options.least).c_str(), stderr);
  return tested.report.all_passed() && is_enough ? Done : Findings;
}

int test_or_misuse(Options options, const Common& common) {
  if (options.coverage == "true") options.coverage = "text";  // CLI11's word for a flag without a value
  if (!options.coverage.empty() && options.coverage != "text" && options.coverage != "html")
    return fail(common, Kind::BadUsage, "wrong value for `--coverage`: `" + options.coverage + "` is none of text, html",
                "see `signalbox test --help`");
  if (options.generate && options.output.empty())
    return fail(common, Kind::BadUsage, "`--generate` needs to know where to write", "write `--generate -o FILE`");
  if (!options.output.empty() && options.coverage != "html" && !options.generate)
    return fail(common, Kind::BadUsage, "`--output` goes with `--generate` and `--coverage=html`", "see `signalbox test --help`");
  return test_policies(options, common);
}

}  // namespace

Run add_test(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("test", "Run a policy's own tests");
  command->add_option("POLICY", options->policies, "Files or folders")->required();
  command->add_option("--filter", options->filter, "Only tests whose title matches")->option_text("GLOB");
  command->add_flag("--coverage", options->coverage, "Show in the source what the tests show; =html writes a page (coverage.html, or -o)")
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  command->add_option("--min-coverage", options->least, "Fail below so many percent")
      ->check([](const std::string& text) {
        double percent = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
        const bool is_percent = error == std::errc() && end == text.data() + text.size() && percent >= 0 && percent <= 100;
        return is_percent ? std::string() : "`" + text + "` is no number from 0 to 100";
      })
      ->option_text("PCT");
  command->add_option("-o,--output", options->output, "The file of the new tests, or of the page; - is standard output")
      ->option_text("FILE");
  command->add_flag("--generate", options->generate, "Write the policy to FILE with tests that show what its own do not");
  command->add_flag("--live", options->live, "Compute signals that need a model, instead of taking them as unknown");
  add_models(*command, options->models);
  add_format(*command, options->format, {"text", "json", "junit"});
  add_common(*command, common);
  add_examples(*command, {"signalbox test policy.sbx", "signalbox test policy.sbx --filter '*order*' --coverage",
                          "signalbox test policy.sbx --coverage=html -o coverage.html --min-coverage 20",
                          "signalbox test policy.sbx --generate -o tested.sbx"});
  return [options, &common] { return test_or_misuse(*options, common); };
}

}  // namespace sbx::driver
