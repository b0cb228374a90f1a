// SPDX-License-Identifier: Apache-2.0
// `signalbox train signal --data ROWS -o FILE.sbm`: a model for a signal, from labelled rows.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/files.h"
#include "compiler/driver/progress.h"
#include "compiler/driver/signal_report.h"
#include "runtime/learn/train_signal.h"
#include "runtime/models/model_file.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string data, also, out, kind, group_by, format;
  uint32_t folds = 5;
  uint64_t seed = 0;
  size_t features = size_t{1} << 16;
};

constexpr learn::SignalModel kModels[] = {learn::SignalModel::Topic, learn::SignalModel::Binary, learn::SignalModel::Independent,
                                          learn::SignalModel::Language, learn::SignalModel::Tagger};

/// What people want to know of a file that they find. Nothing in it depends on when or where it was made.
Json card_of(const Options& options, const learn::SignalTraining& training, const std::vector<std::string>& labels, const Json& held_out) {
  Json card = {
      {"schema", "signalbox.model/1"}, {"kind", std::string(to_string(training.kind))}, {"labels", labels}, {"rows", held_out["rows"]}};
  card["training"] = {{"folds", training.folds},
                      {"group_by", options.group_by.empty() ? Json(nullptr) : Json(options.group_by)},
                      {"seed", training.seed},
                      {"features", options.features}};
  card["held_out"] = held_out;
  for (const char* large : {"per_label", "confusion"}) card["held_out"].erase(large);
  return card;
}

/// The file and the figures of what was trained, which `bytes` makes with its card.
int finish(const Options& options, const learn::SignalTraining& training, const std::vector<std::string>& labels, const Json& figures,
           const std::function<std::string(const std::string&)>& bytes, const Common& common) {
  const Result<bool> written = write_file(options.out, bytes(card_of(options, training, labels, figures).dump()));
  if (!written) return fail(common, written.error());
  Json report = {{"schema", "signalbox.train-signal/1"}, {"file", options.out}, {"kind", std::string(to_string(training.kind))}};
  report.update(figures);
  print(options.format == "text" ? figures_text(report) : dump(report));
  return Done;
}

learn::Progress shown_by(ProgressLine& line) {
  return [&line](size_t done, size_t of) { line.say(fmt::format("training: {} of {} done", done, of)); };
}

int train_classifier_of(std::span<const learn::LabelledRow> labelled, const learn::SignalTraining& training, const Options& options,
                        const Common& common) {
  const Result<learn::ClassifierRows> rows = learn::classifier_rows(labelled, training.kind);
  if (!rows) return fail(common, rows.error());
  const Result<learn::Folds> folds = learn::folds_for(labelled, training);
  if (!folds) return fail(common, folds.error());
  const learn::ClassifierRecipe recipe = learn::recipe_for(training);
  ProgressLine line(common);
  const learn::TrainedClassifier trained = learn::train_classifier(*rows, *folds, recipe, training.seed, shown_by(line));
  line.end();
  const std::vector<learn::ScoredRow> scored = learn::scored(*rows, trained.held_out, recipe.exclusive);
  const Json figures =
      figures_json(learn::classification_figures(scored, rows->labels.size(), recipe.exclusive, training.seed), rows->labels);
  return finish(
      options, training, rows->labels, figures, [&](const std::string& card) { return models::model_bytes(trained.parameters, card); },
      common);
}

int train_tagger_of(std::span<const learn::LabelledRow> labelled, const learn::SignalTraining& training, const Options& options,
                    const Common& common) {
  const Result<learn::TaggerRows> rows = learn::tagger_rows(labelled);
  if (!rows) return fail(common, rows.error());
  const Result<learn::Folds> folds = learn::folds_for(labelled, training);
  if (!folds) return fail(common, folds.error());
  ProgressLine line(common);
  const learn::TrainedTagger trained =
      learn::train_tagger(*rows, *folds, {.most_features = training.most_features}, training.seed, shown_by(line));
  line.end();
  const size_t held = labelled.size() - training.always;
  std::vector<std::vector<TextSpan>> found;
  for (const models::Tagged& tagged : std::span(trained.held_out).first(held)) found.push_back(tagged.spans);
  const std::span<const std::vector<TextSpan>> truth = std::span(rows->spans).first(held);
  const Json figures = figures_json(learn::span_figures(truth, found, rows->labels, training.seed), rows->labels);
  return finish(
      options, training, rows->labels, figures, [&](const std::string& card) { return models::model_bytes(trained.parameters, card); },
      common);
}

Result<std::vector<learn::LabelledRow>> rows_of(const std::string& file) {
  const Result<std::string> bytes = read_file(file);
  if (!bytes) return bytes.error();
  return learn::read_labelled_rows(*bytes, file);
}

int train_signal(const Options& options, const Common& common) {
  Result<std::vector<learn::LabelledRow>> rows = rows_of(options.data);
  if (!rows) return fail(common, rows.error());
  Result<std::vector<learn::LabelledRow>> also = options.also.empty() ? std::vector<learn::LabelledRow>{} : rows_of(options.also);
  if (!also) return fail(common, also.error());
  rows->insert(rows->end(), also->begin(), also->end());
  learn::SignalTraining training{.kind = learn::model_for(*rows),
                                 .folds = options.folds,
                                 .by_group = !options.group_by.empty(),
                                 .always = also->size(),
                                 .seed = options.seed,
                                 .most_features = options.features};
  for (const learn::SignalModel kind : kModels) {
    if (options.kind == to_string(kind)) training.kind = kind;
  }
  const bool is_tagger = training.kind == learn::SignalModel::Tagger;
  return is_tagger ? train_tagger_of(*rows, training, options, common) : train_classifier_of(*rows, training, options, common);
}

}  // namespace

Run add_train_signal(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("train-signal", "Train a model for a signal from labelled rows (also: train signal)");
  command->add_option("--data", options->data, "JSON lines: id, text or request, label or spans, group; - is standard input")
      ->required()
      ->option_text("ROWS");
  command->add_option("--also", options->also, "More rows, which are learned from whatever is held out, and never scored")
      ->option_text("ROWS");
  command->add_option("-o,--out", options->out, "The model file to write")->required()->option_text("FILE.sbm");
  command
      ->add_option("--kind", options->kind,
                   "topic: one label, or none (null); binary: one of two; independent: any number; language: one that spelling tells; "
                   "tagger: spans (default: by the rows)")
      ->check(CLI::IsMember({"topic", "binary", "independent", "language", "tagger"}))
      ->option_text("KIND");
  command->add_option("--folds", options->folds, "How many parts are held out in turn (default 5)")
      ->check([](const std::string& text) { return no_number_between(2, 1000, text); })
      ->option_text("N");
  command->add_option("--group-by", options->group_by, "Rows of one group are held out together")
      ->check(CLI::IsMember({"group"}))
      ->option_text("group");
  command->add_option("--features", options->features, "Keep at most N n-grams: the size of the file (default 65536)")
      ->check([](const std::string& text) { return no_number_between(16, size_t{1} << 22, text); })
      ->option_text("N");
  command->add_option("--seed", options->seed, "Of the order in which rows are learned (default 0)")
      ->check([](const std::string& text) { return no_number_between(0, UINT64_MAX, text); })
      ->option_text("N");
  add_format(*command, options->format, {"json", "text"});
  add_common(*command, common);
  add_examples(*command, {"signalbox train signal --data rows.jsonl -o topic.sbm",
                          "signalbox train signal --data rows.jsonl -o topic.sbm --folds 3 --format text"});
  return [options, &common] { return train_signal(*options, common); };
}

}  // namespace sbx::driver
