// SPDX-License-Identifier: Apache-2.0
// `signalbox learn POLICY --data ROWS -o FILE.sbl`: fits what the policy's selectors need, and says what that is worth on rows that were
// held out.
#include <CLI/CLI.hpp>
#include <numeric>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/eval_report.h"
#include "compiler/driver/files.h"
#include "compiler/driver/outcome_options.h"
#include "compiler/driver/progress.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, out, format;
  OutcomeOptions outcomes;
};

Result<Learned> learn_all(const OutcomeData& data, RowDecider& policy, const learn::LearnOptions& options) {
  const Result<const Manifest*> manifest = policy.manifest();
  if (!manifest) return manifest.error();
  const Result<std::vector<learn::SeenRow>> seen = policy.see(data.requests);
  if (!seen) return seen.error();
  std::vector<size_t> rows(data.table.rows.size());
  std::iota(rows.begin(), rows.end(), size_t{0});
  return learn::learn(**manifest, data.table, *seen, rows, options);
}

Json learned_json(const std::string& file, const std::string& bytes, const Learned& learned) {
  Json selectors = Json::array();
  for (const Fit& fit : learned.fits()) selectors.push_back({{"selector", fit.selector}, {"models", fit.models}});
  return {{"file", file}, {"bytes", bytes.size()}, {"dimension", learned.encoder().dimension()}, {"selectors", std::move(selectors)}};
}

int report(const Options& options, const Common& common, const OutcomeData& data, RowDecider& policy, const Json& learned) {
  Json document = {{"schema", "signalbox.learn/1"}, {"learned", learned}};
  if (options.outcomes.folds < 2) {
    print(options.format == "json" ? dump(document) : "");
    return Done;
  }
  ProgressLine line(common);
  EvalOptions run{.candidates = {}, .folds = options.outcomes.folds, .by_group = options.outcomes.by_group(), .learned = nullptr,
                  .learn = options.outcomes.learn()};
  run.learn.stage = [&](std::string_view what) { line.say(what); };
  const Result<Evaluation> evaluation = evaluate(data, policy, nullptr, run);
  line.end();
  if (!evaluation) return fail(common, evaluation.error());
  const EvalReport held_out{.data = data, .evaluation = *evaluation, .seed = options.outcomes.seed};
  document.update(held_out.json());
  print(options.format == "json" ? dump(document) : held_out.text());
  return Done;
}

int learn_policy(const Options& options, const Common& common) {
  const std::unique_ptr<PolicyToDecide> policy = PolicyToDecide::open(options.policy, options.outcomes.models, common);
  if (!policy->is_open()) return policy->status();
  const Result<std::unique_ptr<OutcomeData>> data = load_outcomes(options.outcomes.data);
  if (!data) return fail(common, data.error());
  ProgressLine line(common);
  learn::LearnOptions learn = options.outcomes.learn();
  learn.stage = [&](std::string_view what) { line.say(what); };
  const Result<Learned> learned = learn_all(**data, policy->decider(), learn);
  line.end();
  if (!learned) return fail(common, learned.error());
  const std::string bytes = write_learned(*learned);
  const Result<bool> written = write_file(options.out, bytes);
  if (!written) return fail(common, written.error());
  return report(options, common, **data, policy->decider(), learned_json(options.out, bytes, *learned));
}

}  // namespace

Run add_learn(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("learn", "Fit a policy's selectors to rows of outcomes");
  command->add_option("POLICY", options->policy, "A .sbx file of one policy, or a shared object (.so) made by `build`")->required();
  add_outcome_options(*command, options->outcomes, "Parts for the figures of rows that were held out; 0: none (default 5)");
  command->add_option("-o,--output", options->out, "Where what was learned goes")->required()->option_text("FILE.sbl");
  add_format(*command, options->format, {"json", "text"});
  add_common(*command, common);
  add_examples(*command, {"signalbox learn learning.sbx --data outcomes.jsonl -o learning.sbl --folds 4 --format text"});
  return [options, &common] { return learn_policy(*options, common); };
}

}  // namespace sbx::driver
