// SPDX-License-Identifier: Apache-2.0
#include "runtime/selectors/learned.h"

#include <algorithm>
#include <cmath>

#include "runtime/program/lookup.h"
#include "runtime/selectors/neighbours.h"
#include "runtime/selectors/selector.h"
#include "runtime/selectors/trained.h"

namespace sbx {

namespace {

std::string text_of(const Constant& constant) {
  if (const auto* flag = std::get_if<bool>(&constant.value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<Decimal>(&constant.value)) return to_string(*number);
  if (const auto* word = std::get_if<std::string>(&constant.value)) return *word;
  return "none";
}

const Constant* argument(const ConstantRecord& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &NamedConstant::first);
  return found == arguments.end() ? nullptr : &found->second;
}

std::optional<Error> check_selection(const Manifest& manifest, const Selection& selection, const Learned* learned) {
  for (const Selector& by : selection.by) {
    if (find_trained(by.name) == nullptr) continue;
    const std::string call = call_text(by.name, by.arguments);
    if (learned == nullptr) return Error{"R0792", "`" + call + "` chooses by what it has learned, and nothing is given"};
    const Fit* fit = learned->find(by.name, by.arguments);
    if (fit == nullptr) return Error{"R0792", "the learned file has nothing for `" + call + "`"};
    for (const Ask& ask : selection.among) {
      const std::string& model = manifest.models[ask.model].name;
      if (std::ranges::find(fit->models, model) == fit->models.end())
        return Error{"R0792", "`" + call + "` has learned nothing about `" + model + "`"};
    }
  }
  return std::nullopt;
}

}  // namespace

const Tensor& Fit::tensor(std::string_view name) const {
  static const Tensor none;
  const auto found = tensors.find(name);
  return found == tensors.end() ? none : found->second;
}

Learned::Learned(TextEncoder encoder, std::vector<Fit> fits, std::string card)
    : encoder_(std::move(encoder)), fits_(std::move(fits)), card_(std::move(card)) {
  for (Fit& fit : fits_) {
    const auto vectors = fit.tensors.find("vectors");
    if (vectors != fit.tensors.end() && vectors->second.columns <= Neighbours::kMostColumns)
      fit.neighbours = std::make_shared<const Neighbours>(vectors->second);
  }
}

const Fit* Learned::find(std::string_view name, const ConstantRecord& arguments) const {
  const auto found = std::ranges::find(fits_, call_text(name, arguments), &Fit::selector);
  return found == fits_.end() ? nullptr : &*found;
}

std::vector<float> Learned::view(const Fit& fit, const ConstantRecord& arguments, const Contest& contest) const {
  std::vector<float> seen;
  if (contest.request != nullptr) seen = encoder_.encode(seen_text(*contest.request));
  seen.resize(view_size(fit));
  const Reading* reading = fit.labels.empty() ? nullptr : contest.known(per_signal(arguments));
  const auto* label = reading == nullptr ? nullptr : std::get_if<std::string>(&reading->value);
  const auto place = label == nullptr ? fit.labels.end() : std::ranges::find(fit.labels, *label);
  if (place != fit.labels.end()) seen[encoder_.dimension() + static_cast<size_t>(place - fit.labels.begin())] = 1;
  return seen;
}

const std::string& seen_text(const Request& request) { return request.text.empty() ? request.text_all : request.text; }

std::string call_text(std::string_view name, const ConstantRecord& arguments) {
  std::string text(name);
  for (const auto& [key, value] : arguments) text += (text.size() == name.size() ? "(" : ", ") + key + ": " + text_of(value);
  return text + (arguments.empty() ? "" : ")");
}

std::string_view word_argument(const ConstantRecord& arguments, std::string_view name) {
  const Constant* found = argument(arguments, name);
  const auto* word = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
  return word == nullptr ? std::string_view() : *word;
}

std::string_view per_signal(const ConstantRecord& arguments) {
  const std::string_view name = word_argument(arguments, "per");
  return name == "none" ? std::string_view() : name;
}

double number_argument(const ConstantRecord& arguments, std::string_view name, double otherwise) {
  const Constant* found = argument(arguments, name);
  const auto* number = found == nullptr ? nullptr : std::get_if<Decimal>(&found->value);
  return number == nullptr ? otherwise : static_cast<double>(number->digits) / std::pow(10.0, number->scale);
}

std::optional<Error> check_learned(const Manifest& manifest, const Learned* learned) {
  for (const Outcome* outcome : outcomes_of(manifest)) {
    for (const Candidate& candidate : outcome->candidates) {
      const auto* selection = std::get_if<Selection>(&candidate.target);
      if (selection == nullptr) continue;
      if (auto error = check_selection(manifest, *selection, learned)) return error;
    }
  }
  return std::nullopt;
}

}  // namespace sbx
