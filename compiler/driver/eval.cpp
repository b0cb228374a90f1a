// SPDX-License-Identifier: Apache-2.0
// `signalbox eval POLICY --data ROWS`: what a policy's choices are worth, beside the choices that it has to be better than.
#include <CLI/CLI.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/eval_curve.h"
#include "compiler/driver/eval_report.h"
#include "compiler/driver/eval_run.h"
#include "compiler/driver/files.h"
#include "compiler/driver/outcome_options.h"
#include "compiler/driver/progress.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, against, learned, curve, out, format;
  std::vector<std::string> candidates;
  OutcomeOptions outcomes;
  double margin = 0.01;
};

int write(const Options& options, const Common& common, const EvalReport& report) {
  if (!options.curve.empty()) {
    if (report.evaluation.arena.rows.empty()) return fail(common, Kind::BadUsage, "without outcome rows there is no curve to draw");
    const Result<bool> written = write_file(options.curve, curve_svg(report.evaluation));
    if (!written) return fail(common, written.error());
  }
  if (!options.out.empty()) {
    const Result<bool> written = write_file(options.out, report.choices_csv());
    if (!written) return fail(common, written.error());
  }
  if (options.format == "text") {
    print(report.text());
    return Done;
  }
  Json document = {{"schema", "signalbox.eval/1"}};
  document.update(report.json());
  print(dump(document));
  return Done;
}

int eval_by(const Options& options, const Common& common, const OutcomeData& data, RowDecider& policy, RowDecider* against) {
  std::shared_ptr<const Learned> learned;
  if (!options.learned.empty()) {
    Result<std::shared_ptr<const Learned>> loaded = load_learned(options.learned);
    if (!loaded) return fail(common, loaded.error());
    learned = std::move(*loaded);
  }
  ProgressLine line(common);
  EvalOptions run{.candidates = options.candidates,
                  .folds = options.outcomes.folds,
                  .by_group = options.outcomes.by_group(),
                  .learned = learned.get(),
                  .learn = options.outcomes.learn()};
  run.learn.stage = [&](std::string_view what) { line.say(what); };
  const Result<Evaluation> evaluation = evaluate(data, policy, against, run);
  line.end();
  if (!evaluation) return fail(common, evaluation.error());
  return write(options, common, {data, *evaluation, options.margin, options.outcomes.seed});
}

int eval_policy(const Options& options, const Common& common) {
  if (options.outcomes.folds == 1) return fail(common, Kind::BadUsage, "one fold leaves nothing to learn from", "write `--folds 5`");
  const std::unique_ptr<PolicyToDecide> policy = PolicyToDecide::open(options.policy, options.outcomes.models, common);
  if (!policy->is_open()) return policy->status();
  std::unique_ptr<PolicyToDecide> against;
  if (!options.against.empty()) {
    against = PolicyToDecide::open(options.against, options.outcomes.models, common);
    if (!against->is_open()) return against->status();
  }
  const Result<std::unique_ptr<OutcomeData>> data = load_outcomes(options.outcomes.data);
  if (!data) return fail(common, data.error());
  return eval_by(options, common, **data, policy->decider(), against ? &against->decider() : nullptr);
}

}  // namespace

Run add_eval(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  options->outcomes.folds = 0;
  CLI::App* command = app.add_subcommand("eval", "Score a policy's choices by rows of outcomes");
  command->add_option("POLICY", options->policy, "A .sbx file of one policy, or a shared object (.so) made by `build`")->required();
  add_outcome_options(*command, options->outcomes, "Decide each row by what the others taught, in N parts (default: by --learned)");
  command->add_option("--learned", options->learned, "What `learn` wrote for the policy")->option_text("FILE.sbl");
  command->add_option("--candidates", options->candidates, "Models to compare (default: all that the policy may ask)")->delimiter(',')->option_text("A,B");
  command->add_option("--against", options->against, "Another policy, on the same rows")->option_text("POLICY");
  command->add_option("--margin", options->margin, "Two policies that differ by less in quality are equivalent (default 0.01)")
      ->check(CLI::Range(0.0, 1.0))
      ->option_text("0.01");
  command->add_option("--curve", options->curve, "Draw cost and quality as SVG; - is standard output")->option_text("FILE.svg");
  command->add_option("--out", options->out, "Write the choices: id,model,score; - is standard output")->option_text("FILE.csv");
  add_format(*command, options->format, {"json", "text"});
  add_common(*command, common);
  add_examples(*command, {"signalbox eval learning.sbx --data outcomes.jsonl --folds 4 --format text",
                          "signalbox eval learning.sbx --data outcomes.jsonl --folds 4 --curve curve.svg --out choices.csv"});
  return [options, &common] { return eval_policy(*options, common); };
}

}  // namespace sbx::driver
