// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/learn.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/learn/encoder_fit.h"
#include "runtime/learn/fit.h"
#include "runtime/program/lookup.h"
#include "runtime/selectors/trained.h"

namespace sbx::learn {

namespace {

/// Learns the calls of one policy one by one.
class Learner {
 public:
  Learner(const Manifest& manifest, const OutcomeTable& table, std::span<const SeenRow> seen, std::span<const size_t> rows,
          const LearnOptions& options)
      : manifest_(manifest), table_(table), seen_(seen), rows_(rows), options_(options), columns_(columns_of(table, manifest)) {}

  Result<Learned> run() {
    const std::vector<TrainedCall> calls = trained_calls(manifest_);
    if (calls.empty()) return Error{"R0792", "the policy has no selector that learns, as `knn`"};
    for (const TrainedCall& call : calls) {
      if (auto error = check(call)) return *error;
    }
    encode();
    std::vector<Fit> fits;
    for (const TrainedCall& call : calls) fits.push_back(fit(call));
    const std::string card = "{\"policy\":\"" + manifest_.name + "\",\"rows\":" + std::to_string(rows_.size()) +
                             ",\"seed\":" + std::to_string(options_.seed) + "}";
    return Learned(std::move(encoder_), std::move(fits), card);
  }

 private:
  std::optional<size_t> column_of(const std::string& model) const {
    for (size_t i = 0; i < manifest_.models.size(); ++i) {
      if (manifest_.models[manifest_.models.id_at(i)].name == model) return columns_[i];
    }
    return std::nullopt;
  }

  std::optional<Error> check(const TrainedCall& call) const {
    for (const std::string& model : call.models) {
      const auto column = column_of(model);
      const auto known = [&](size_t row) { return !std::isnan(worth(call.selector.arguments, row, *column)); };
      if (!column || std::ranges::none_of(rows_, known))
        return Error{"R0792", "no row says what `" + model + "` is worth, which `" + call.selector.name + "` is to choose from"};
    }
    return std::nullopt;
  }

  /// quality - cost * dollars - latency * seconds; NaN where a part that counts is unknown.
  double worth(const ConstantRecord& arguments, size_t row, size_t column) const {
    const auto& outcome = table_.rows[row].outcomes[column];
    if (!outcome) return std::numeric_limits<double>::quiet_NaN();
    const auto part = [](double weight, const std::optional<double>& amount) {
      return weight == 0 ? 0 : amount ? weight * *amount : std::numeric_limits<double>::quiet_NaN();
    };
    const std::optional<double> seconds = outcome->latency_ms ? std::optional(*outcome->latency_ms / 1000) : std::nullopt;
    return outcome->quality - part(number_argument(arguments, "cost", 0), outcome->cost_usd) -
           part(number_argument(arguments, "latency", 0), seconds);
  }

  void encode() {
    if (options_.stage) options_.stage("texts");
    std::vector<const std::string*> texts;
    for (const size_t row : rows_) texts.push_back(&seen_[row].text);
    encoder_ = fit_encoder(texts, options_.dimension, options_.seed);
    vectors_ = Matrix(static_cast<Eigen::Index>(rows_.size()), static_cast<Eigen::Index>(encoder_.dimension()));
    for (size_t i = 0; i < rows_.size(); ++i) {
      const std::vector<float> vector = encoder_.encode(*texts[i]);
      std::ranges::copy(vector, vectors_.row(static_cast<Eigen::Index>(i)).data());
    }
  }

  std::vector<std::string> labels_of(std::string_view signal) const {
    const std::optional<SignalId> found = find_signal(manifest_, signal);
    return found ? manifest_.signals[*found].type.members : std::vector<std::string>();
  }

  Fit fit(const TrainedCall& call) {
    if (options_.stage) options_.stage(call_text(call.selector.name, call.selector.arguments));
    const std::string_view per = per_signal(call.selector.arguments);
    Fit fit{.selector = call_text(call.selector.name, call.selector.arguments), .models = call.models, .labels = labels_of(per), .tensors = {}};
    const Eigen::Index rows = vectors_.rows(), width = vectors_.cols();
    FitProblem problem{.views = Matrix::Zero(rows, width + static_cast<Eigen::Index>(fit.labels.size())),
                       .worth = Matrix(rows, static_cast<Eigen::Index>(call.models.size())),
                       .labels = fit.labels.size(),
                       .arguments = &call.selector.arguments,
                       .seed = options_.seed};
    problem.views.leftCols(width) = vectors_;
    for (Eigen::Index i = 0; i < rows; ++i) {
      const size_t row = rows_[static_cast<size_t>(i)];
      const auto label = seen_[row].labels.find(per);
      const auto place = label == seen_[row].labels.end() ? fit.labels.end() : std::ranges::find(fit.labels, label->second);
      if (place != fit.labels.end()) problem.views(i, width + (place - fit.labels.begin())) = 1;
      for (size_t m = 0; m < call.models.size(); ++m)
        problem.worth(i, static_cast<Eigen::Index>(m)) = static_cast<float>(worth(call.selector.arguments, row, *column_of(call.models[m])));
    }
    fit.tensors = find_fit(call.selector.name)(problem);
    return fit;
  }

  const Manifest& manifest_;
  const OutcomeTable& table_;
  std::span<const SeenRow> seen_;
  std::span<const size_t> rows_;
  const LearnOptions& options_;
  std::vector<std::optional<size_t>> columns_;
  TextEncoder encoder_;
  Matrix vectors_;
};

void add_calls(const Manifest& manifest, const Outcome& outcome, std::vector<TrainedCall>& calls) {
  for (const Candidate& candidate : outcome.candidates) {
    const auto* selection = std::get_if<Selection>(&candidate.target);
    if (selection == nullptr) continue;
    for (const Selector& by : selection->by) {
      if (find_trained(by.name) == nullptr) continue;
      const auto same = [&](const TrainedCall& call) { return call.selector.name == by.name && call.selector.arguments == by.arguments; };
      auto call = std::ranges::find_if(calls, same);
      if (call == calls.end()) call = calls.insert(calls.end(), TrainedCall{by, {}});
      for (const Ask& ask : selection->among) {
        const std::string& model = manifest.models[ask.model].name;
        if (std::ranges::find(call->models, model) == call->models.end()) call->models.push_back(model);
      }
    }
  }
}

}  // namespace

std::vector<TrainedCall> trained_calls(const Manifest& manifest) {
  std::vector<TrainedCall> calls;
  for (const Outcome* outcome : outcomes_of(manifest)) add_calls(manifest, *outcome, calls);
  return calls;
}

Result<Learned> learn(const Manifest& manifest, const OutcomeTable& table, std::span<const SeenRow> seen, std::span<const size_t> rows,
                      const LearnOptions& options) {
  return Learner(manifest, table, seen, rows, options).run();
}

}  // namespace sbx::learn
