// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/signal_report.h"

#include <fmt/format.h>

#include <cmath>

namespace sbx::driver {
namespace {

/// Six places: what is beyond them is no figure.
Json rounded(double value) { return std::round(value * 1e6) / 1e6; }
Json rounded(const std::optional<double>& value) { return value ? rounded(*value) : Json(nullptr); }

Json per_label_json(const std::vector<learn::LabelFigures>& figures, const std::vector<std::string>& labels) {
  Json json = Json::object();
  for (size_t label = 0; label < figures.size(); ++label) {
    const learn::LabelFigures& of = figures[label];
    json[labels[label]] = {
        {"precision", rounded(of.precision)}, {"recall", rounded(of.recall)}, {"f1", rounded(of.f1)}, {"support", of.support}};
  }
  return json;
}

}  // namespace

Json figures_json(const learn::ClassificationFigures& figures, const std::vector<std::string>& labels) {
  Json json = {{"rows", figures.rows}, {"in_scope", figures.in_scope}, {"out_of_scope", figures.out_of_scope}};
  json["accuracy"] = rounded(figures.accuracy);
  json["macro_f1"] = rounded(figures.macro_f1);
  json["micro_f1"] = rounded(figures.micro_f1);
  json["auroc"] = rounded(figures.auroc);
  json["oos_auroc"] = rounded(figures.oos_auroc);
  json["ece"] = rounded(figures.ece);
  json["brier"] = rounded(figures.brier);
  json["per_label"] = per_label_json(figures.per_label, labels);
  json["confusion"] =
      figures.confusion.empty() ? Json(nullptr) : Json{{"labels", labels}, {"matrix", figures.confusion}, {"without", figures.without}};
  json["interval"]["accuracy"] = nullptr;
  if (const auto& interval = figures.accuracy_interval) json["interval"]["accuracy"] = {rounded(interval->low), rounded(interval->high)};
  return json;
}

Json figures_json(const learn::SpanFigures& figures, const std::vector<std::string>& labels) {
  Json json = {{"rows", figures.rows}, {"in_scope", figures.rows}, {"out_of_scope", 0}, {"accuracy", nullptr}};
  json["macro_f1"] = rounded(figures.macro_f1);
  json["micro_f1"] = rounded(figures.micro_f1);
  for (const char* name : {"auroc", "oos_auroc", "ece", "brier"}) json[name] = nullptr;
  json["per_label"] = per_label_json(figures.per_label, labels);
  json["confusion"] = nullptr;
  json["interval"] = {{"accuracy", nullptr}, {"micro_f1", nullptr}};
  if (const auto& interval = figures.micro_interval) json["interval"]["micro_f1"] = {rounded(interval->low), rounded(interval->high)};
  return json;
}

std::string figures_text(const Json& figures) {
  std::string text =
      fmt::format("{} rows, {} of them out of scope\n", figures["rows"].get<size_t>(), figures["out_of_scope"].get<size_t>());
  if (figures.contains("left_out") && figures["left_out"] != 0)
    text += fmt::format("{} rows left out: the signal has no such label\n", figures["left_out"].get<size_t>());
  for (const char* name : {"accuracy", "macro_f1", "micro_f1", "auroc", "oos_auroc", "ece", "brier", "threshold", "recall", "fpr"}) {
    if (!figures.contains(name) || !figures[name].is_number()) continue;
    text += fmt::format("{:10} {:.4f}", name, figures[name].get<double>());
    const Json& interval = figures["interval"];
    if (interval.contains(name) && interval[name].is_array())
      text += fmt::format("  ({:.4f} to {:.4f})", interval[name][0].get<double>(), interval[name][1].get<double>());
    text += "\n";
  }
  return text;
}

}  // namespace sbx::driver
