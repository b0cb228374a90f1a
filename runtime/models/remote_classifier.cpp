// SPDX-License-Identifier: Apache-2.0
// Labels of a text by a server: TEI's `/predict`, vLLM's `/classify`.
#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "runtime/models/remote_model.h"

namespace sbx::models {

namespace {

using Json = nlohmann::json;
namespace dom = simdjson::dom;

/// Probabilities by name as those of `labels`, in millionths; what is wrong with them.
std::string take_scores(const std::vector<std::pair<std::string, double>>& scores, const std::vector<std::string>& labels, Classified& to) {
  to.probabilities.assign(labels.size(), 0);
  for (const auto& [label, score] : scores) {
    if (!std::isfinite(score) || score < -1e-6 || score > 1 + 1e-6) return "answered with a probability that is none";
    const auto found = std::ranges::find(labels, label);
    if (found == labels.end()) return "answered with the label `" + label.substr(0, 100) + "`, which it is not declared to have";
    to.probabilities[static_cast<size_t>(found - labels.begin())] = std::clamp<int64_t>(std::llround(score * 1e6), 0, 1'000'000);
  }
  return {};
}

class RemoteClassifier final : public RemoteModel, public Classifier {
 public:
  using RemoteModel::RemoteModel;
  [[nodiscard]] const std::vector<std::string>& labels() const override { return source_.labels; }

  [[nodiscard]] Result<Classified> classify(std::string_view text, Deadline deadline) const override {
    const bool tei = source_.protocol == Protocol::TeiPredict;
    const Json body = tei ? Json{{"inputs", taken(text)}, {"truncate", true}} : Json{{"model", source_.model}, {"input", taken(text)}};
    Classified classified{.probabilities = {}, .truncated = is_cut(text)};
    const Server::Read read = [&](const std::string& answer) { return tei ? take_tei(answer, classified) : take_vllm(answer, classified); };
    if (const auto error = server_->post(tei ? "/predict" : "/classify", text_of(body), deadline, read)) return *error;
    return classified;
  }

 private:
  // `[{"label":…,"score":…}, …]`, or that in a list of one.
  std::string take_tei(const std::string& answer, Classified& to) const {
    dom::parser parser;
    dom::element document;
    dom::array rows;
    if (parser.parse(answer).get(document) != simdjson::SUCCESS) return "answered with what is no JSON";
    if (document.at(0).get(rows) != simdjson::SUCCESS && document.get(rows) != simdjson::SUCCESS) return "did not answer with a list of labels";
    std::vector<std::pair<std::string, double>> scores;
    for (const dom::element row : rows) {
      std::string_view label;
      double score = 0;
      if (row["label"].get(label) != simdjson::SUCCESS || row["score"].get(score) != simdjson::SUCCESS) return "answered with a row that has no label and score";
      scores.emplace_back(label, score);
    }
    return scores.empty() ? "answered with no label" : take_scores(scores, source_.labels, to);
  }

  // `{"data":[{"label":…,"probs":[…]}]}`: by the order of the server's labels, which the declared ones are.
  std::string take_vllm(const std::string& answer, Classified& to) const {
    dom::parser parser;
    dom::element document;
    dom::array probabilities;
    if (parser.parse(answer).get(document) != simdjson::SUCCESS) return "answered with what is no JSON";
    if (document["data"].at(0)["probs"].get(probabilities) != simdjson::SUCCESS) return "did not answer with probabilities";
    if (probabilities.size() != source_.labels.size())
      return "answered with " + std::to_string(probabilities.size()) + " probabilities, and it is declared to have " + std::to_string(source_.labels.size()) + " labels";
    std::vector<std::pair<std::string, double>> scores;
    for (const dom::element one : probabilities) {
      double value = 0;
      if (one.get(value) != simdjson::SUCCESS) return "answered with a probability that is none";
      scores.emplace_back(source_.labels[scores.size()], value);
    }
    return take_scores(scores, source_.labels, to);
  }
};

}  // namespace

std::shared_ptr<const LearnedModel> remote_classifier(const RemoteSource& source, std::unique_ptr<Server> server) {
  return std::make_shared<RemoteClassifier>(source, std::move(server));
}

}  // namespace sbx::models
