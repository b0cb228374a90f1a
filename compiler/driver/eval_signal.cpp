// SPDX-License-Identifier: Apache-2.0
// `signalbox eval signal POLICY NAME --data ROWS`: how good the readings of one signal are, by its own extractor.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/learned_models.h"
#include "compiler/driver/line_file.h"
#include "compiler/driver/progress.h"
#include "compiler/driver/served.h"
#include "compiler/driver/signal_report.h"
#include "runtime/engine/decision_json.h"
#include "runtime/learn/folds.h"
#include "runtime/learn/score_readings.h"
#include "runtime/learn/span_metrics.h"
#include "runtime/program/lookup.h"
#include "runtime/request/decode.h"
#include "runtime/source/read_file.h"

namespace sbx::driver {
namespace {

struct Options {
  std::string policy, name, data, out, group_by, positive, models, format;
  uint32_t folds = 0;
  double target = -1;
};

struct Readings {
  std::vector<Reading> readings;
  std::vector<double> micros;  // sorted
};

Result<Readings> read_rows(ServedPolicy& served, SignalId signal, std::span<const learn::LabelledRow> rows, const Common& common) {
  Readings result;
  ProgressLine line(common);
  const std::vector<Reading> none(served.manifest().signals.size());
  for (const learn::LabelledRow& row : rows) {
    const Decoded decoded = decode_request(row.request);
    if (!decoded.request) return Error{"R0797", fmt::format("the row `{}`: {}", row.id, decoded.request.error().message)};
    const std::unique_ptr<Reader> reader = served.reader();
    const auto start = std::chrono::steady_clock::now();
    std::vector<Reading> read = reader->read({.request = *decoded.request, .wanted = {&signal, 1}, .known = none});
    result.micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    result.readings.push_back(std::move(read.front()));
    if (result.readings.size() % 256 == 0) line.say(fmt::format("{} of {} rows", result.readings.size(), rows.size()));
  }
  std::ranges::sort(result.micros);
  return result;
}

/// The nearest rank.
Json latency_json(const std::vector<double>& sorted) {
  const auto at = [&](double share) {
    return std::round(sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))] * 10) / 10;
  };
  return {{"p50", at(0.5)}, {"p95", at(0.95)}, {"p99", at(0.99)}};
}

Json prediction_json(const learn::LabelledRow& row, const Reading& reading, const Type& type) {
  const auto millionths = [](int64_t raw) { return static_cast<double>(raw) / 1e6; };
  Json json = {{"id", row.id}, {"label", nullptr}, {"confidence", nullptr}, {"scores", nullptr}, {"spans", nullptr}};
  if (const bool* truth = std::get_if<bool>(&reading.value)) json["label"] = *truth;
  if (const auto* label = std::get_if<std::string>(&reading.value)) json["label"] = *label;
  if (const auto* members = std::get_if<std::vector<std::string>>(&reading.value)) json["label"] = *members;
  if (reading.confidence) json["confidence"] = millionths(*reading.confidence);
  if (const auto* raw = std::get_if<int64_t>(&reading.value))
    json["confidence"] = static_cast<double>(*raw) / std::pow(10.0, decimal_places(type.kind));
  for (const auto& [label, score] : reading.scores) json["scores"][label] = millionths(score);
  for (const TextSpan& span : reading.spans) json["spans"].push_back({{"start", span.start}, {"end", span.end}, {"label", span.label}});
  return json;
}

std::optional<Error> write_predictions(const std::string& path, std::span<const learn::LabelledRow> rows, const Readings& read,
                                       const Type& type) {
  LineFile file;
  if (auto error = file.open(path)) return error;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string line = prediction_json(rows[i], read.readings[i], type).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    if (auto error = file.write(line)) return error;
  }
  return file.close();
}

/// The label that makes a signal true: `--positive`, or the one that the signal itself is about.
std::string positive_of(const Options& options, const SignalInfo& info) {
  if (!options.positive.empty()) return options.positive;
  for (const auto& [name, value] : info.arguments) {
    if (const auto* label = std::get_if<std::string>(&value.value); name == "label" && label != nullptr) return *label;
  }
  return info.name;
}

std::vector<uint32_t> folds_of(const Options& options, std::span<const learn::LabelledRow> rows, const learn::SignalScores& scores) {
  if (options.folds == 0) return {};
  std::vector<std::string> groups;
  std::vector<uint32_t> strata;
  for (size_t i = 0; i < scores.row_ids.size(); ++i) {
    groups.push_back(rows[scores.row_ids[i]].group);
    strata.push_back(scores.is_positive.empty() ? 0 : scores.is_positive[i]);
  }
  return options.group_by.empty() ? learn::stratified_folds(strata, options.folds, 0) : learn::group_folds(groups, options.folds);
}

size_t unread_of(const Readings& read) {
  return static_cast<size_t>(
      std::ranges::count_if(read.readings, [](const Reading& reading) { return reading.state != ReadingState::Known; }));
}

/// Figures of spans, of the rows that say which they have.
Json spans_json(std::span<const learn::LabelledRow> rows, const Readings& read) {
  std::vector<std::vector<TextSpan>> truth, found;
  std::set<std::string> labels;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].labelling != learn::Labelling::Spans) continue;
    truth.push_back(rows[i].spans);
    found.push_back(read.readings[i].spans);
    for (const TextSpan& span : rows[i].spans) labels.insert(span.label);
  }
  const std::vector<std::string> all(labels.begin(), labels.end());
  return figures_json(learn::span_figures(truth, found, all), all);
}

int report_spans(const Options& options, const SignalInfo& info, std::span<const learn::LabelledRow> rows, const Readings& read) {
  Json json = {{"schema", "signalbox.eval-signal/1"}, {"signal", info.name}};
  json.update(spans_json(rows, read));
  json["unread"] = unread_of(read);
  json["latency_us"] = latency_json(read.micros);
  print(options.format == "text" ? figures_text(json) : dump(json));
  return Done;
}

int report(const Options& options, const Common& common, const SignalInfo& info, std::span<const learn::LabelledRow> rows,
           const Readings& read) {
  if (std::ranges::any_of(rows, [](const auto& row) { return row.labelling == learn::Labelling::Spans; }))
    return report_spans(options, info, rows, read);
  const learn::SignalScores scores = learn::score_readings(info.type, rows, read.readings, positive_of(options, info));
  Json json = {{"schema", "signalbox.eval-signal/1"}, {"signal", info.name}};
  json.update(figures_json(learn::classification_figures(scores.rows, scores.labels.size(), scores.exclusive), scores.labels));
  json["left_out"] = scores.left_out;
  json["unread"] = unread_of(read);
  json["latency_us"] = latency_json(read.micros);
  if (options.target >= 0) {
    const std::optional<learn::Operating> at = learn::operating_point(scores, folds_of(options, rows, scores), options.target);
    if (!at)
      return fail(common, Kind::BadUsage,
                  fmt::format("no threshold for `{}`: it needs a signal that is true or a number, and rows of both kinds", info.name),
                  "`--positive LABEL` says which rows it should be true for");
    json["threshold"] = at->threshold;
    json["recall"] = at->recall;
    json["fpr"] = at->false_positives;
  }
  print(options.format == "text" ? figures_text(json) : dump(json));
  return Done;
}

int eval_signal(const Options& options, const Common& common) {
  const CheckedPolicies checked = check_for_use({options.policy}, common);
  if (!checked.value) return checked.status;
  std::shared_ptr<models::Models> models = models_of(options.models, common);
  if (!models) return Misuse;
  ServedPolicies policies(*checked.value, checked.options, std::move(models));
  const Result<ServedPolicy*> served = policies.get(0, {});
  if (!served) return fail(common, served.error());
  const Manifest& manifest = (*served)->manifest();
  const std::optional<SignalId> signal = find_signal(manifest, options.name);
  if (!signal) {
    return fail(common, Kind::BadUsage, fmt::format("`{}` reads no signal `{}` from requests", options.policy, options.name),
                "signals that are computed from others, or that no route asks for, are not read");
  }
  const Result<std::string> bytes = read_file(options.data);
  if (!bytes) return fail(common, bytes.error());
  const Result<std::vector<learn::LabelledRow>> rows = learn::read_labelled_rows(*bytes, options.data);
  if (!rows) return fail(common, rows.error());
  const Result<Readings> read = read_rows(**served, *signal, *rows, common);
  if (!read) return fail(common, read.error());
  const SignalInfo& info = manifest.signals[*signal];
  if (!options.out.empty()) {
    if (const auto error = write_predictions(options.out, *rows, *read, info.type)) return fail(common, *error);
  }
  return report(options, common, info, *rows, *read);
}

}  // namespace

Run add_eval_signal(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("eval-signal", "Score the readings of one signal by labelled rows (also: eval signal)");
  command->add_option("POLICY", options->policy, "A .sbx file of one policy")->required();
  command->add_option("NAME", options->name, "The signal, as the policy calls it")->required();
  command->add_option("--data", options->data, "JSON lines: id, text or request, label or spans, group; - is standard input")
      ->required()
      ->option_text("ROWS");
  command
      ->add_option("--positive", options->positive,
                   "Rows with this label are those for which the signal should be true (default: `true`, its own label, its name)")
      ->option_text("LABEL");
  add_models(*command, options->models);
  command->add_option("--target-fpr", options->target, "Say the lowest threshold at which no more than this share of false alarms is left")
      ->check(CLI::Range(0.0, 1.0))
      ->option_text("0.01");
  command->add_option("--folds", options->folds, "Judge each of N parts by the threshold of the others")
      ->check([](const std::string& text) { return no_number_between(2, 1000, text); })
      ->option_text("N");
  command->add_option("--group-by", options->group_by, "Rows of one group are in one part")
      ->check(CLI::IsMember({"group"}))
      ->option_text("group");
  command->add_option("--out", options->out, "Write what was read of each row as JSON lines")->option_text("FILE");
  add_format(*command, options->format, {"json", "text"});
  add_common(*command, common);
  add_examples(*command, {"signalbox eval signal policy.sbx urgent --data rows.jsonl",
                          "signalbox eval signal policy.sbx urgent --data rows.jsonl --out predictions.jsonl --format text"});
  return [options, &common] { return eval_signal(*options, common); };
}

}  // namespace sbx::driver
