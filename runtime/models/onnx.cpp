// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx.h"

#include <algorithm>
#include <cmath>

#include "runtime/models/logits.h"
#include "runtime/models/onnx_model.h"

namespace sbx::models {
namespace {

class OnnxEncoder : public Encoder, public OnnxBacked {
 public:
  using OnnxBacked::OnnxBacked;

  [[nodiscard]] Result<Encoded> encode(std::span<const std::string_view> texts, Deadline deadline) const override {
    const auto answers = model().ask(texts, deadline);
    if (!answers) return answers.error();
    Encoded result{.dimension = model().facts().outputs};
    for (const Answer& answer : *answers) {
      const std::vector<double> vector = mean(answer);
      double square = 0;
      for (const double value : vector) square += value * value;
      if (square == 0) return Error{"R0789", "the model's vector of the text has no length"};
      for (const double value : vector) result.values.push_back(static_cast<float>(value / std::sqrt(square)));
      result.truncated.push_back(answer.windows.truncated);
    }
    return result;
  }

 private:
  // By tokens; its length does not matter.
  static std::vector<double> mean(const Answer& answer) {
    std::vector<double> result(answer.rows[0].size());
    for (size_t i = 0; i < answer.rows.size(); ++i) {
      const auto [begin, end] = answer.windows.windows[i];
      const auto weight = static_cast<double>(std::max<size_t>(end - begin, 1));
      for (size_t k = 0; k < result.size(); ++k) result[k] += weight * static_cast<double>(answer.rows[i][k]);
    }
    return result;
  }
};

class OnnxClassifier : public Classifier, public OnnxBacked {
 public:
  OnnxClassifier(std::unique_ptr<const OnnxModel> model, std::optional<size_t> alarm) : OnnxBacked(std::move(model)), alarm_(alarm) {}

  [[nodiscard]] const std::vector<std::string>& labels() const override { return model().source().labels; }
  [[nodiscard]] Result<Classified> classify(std::string_view text, Deadline deadline) const override {
    const auto answers = model().ask({&text, 1}, deadline);
    if (!answers) return answers.error();
    const Answer& answer = answers->front();
    const bool exclusive = model().source().exclusive.value_or(labels().size() > 1);
    std::vector<std::vector<double>> probabilities;
    for (const Row& row : answer.rows) probabilities.push_back(exclusive ? softmax(row) : sigmoid(row));
    const std::vector<double> all = combined(probabilities, answer.windows.windows, model().source().rule, exclusive, alarm_);
    return Classified{millionths(all, exclusive), answer.windows.truncated};
  }

 private:
  std::optional<size_t> alarm_;
};

class OnnxTagger : public Tagger, public OnnxBacked {
 public:
  explicit OnnxTagger(std::unique_ptr<const OnnxModel> model) : OnnxBacked(std::move(model)), names_(this->model().source().labels) {}

  [[nodiscard]] const std::vector<std::string>& labels() const override { return names_.kinds(); }
  [[nodiscard]] Result<Tagged> tag(std::string_view text, Deadline deadline) const override {
    const auto answers = model().ask({&text, 1}, deadline);
    if (!answers) return answers.error();
    const Answer& answer = answers->front();
    const std::vector<Window>& windows = answer.windows.windows;
    const size_t width = model().facts().outputs;
    const std::span<const Token> seen = std::span(answer.tokens).first(windows.back().end);
    std::vector<std::vector<double>> probabilities;
    for (size_t token = 0; token < seen.size(); ++token) {
      const size_t window = window_of(token, windows);
      probabilities.push_back(softmax(std::span(answer.rows[window]).subspan((token - windows[window].begin) * width, width)));
    }
    Tagged result = spans_of(text, seen, probabilities, names_);
    result.truncated = answer.windows.truncated;
    return result;
  }

 private:
  TagNames names_;
};

Result<std::unique_ptr<const OnnxModel>> open_with_labels(const OnnxSource& source, Take take) {
  auto model = OnnxModel::open(source, take);
  if (!model) return model;
  const size_t labels = (*model)->source().labels.size(), outputs = (*model)->facts().outputs;
  if (labels == outputs) return model;
  return Error{"R0788", "`" + source.folder + "` has " + std::to_string(outputs) + " outputs and " + std::to_string(labels) + " labels"};
}

}  // namespace

Result<std::shared_ptr<const Encoder>> open_onnx_encoder(const OnnxSource& source) {
  auto model = OnnxModel::open(source, Take::Pooled);
  if (!model) return model.error();
  return std::shared_ptr<const Encoder>(std::make_shared<OnnxEncoder>(std::move(*model)));
}

Result<std::shared_ptr<const Classifier>> open_onnx_classifier(const OnnxSource& source) {
  auto model = open_with_labels(source, Take::Row);
  if (!model) return model.error();
  std::optional<size_t> alarm;
  if (!source.alarm.empty()) {
    const std::vector<std::string>& labels = (*model)->source().labels;
    const auto found = std::ranges::find(labels, source.alarm);
    if (found == labels.end()) return Error{"R0788", "`" + source.folder + "` has no label `" + source.alarm + "`"};
    alarm = static_cast<size_t>(found - labels.begin());
  }
  return std::shared_ptr<const Classifier>(std::make_shared<OnnxClassifier>(std::move(*model), alarm));
}

Result<std::shared_ptr<const Tagger>> open_onnx_tagger(const OnnxSource& source) {
  auto model = open_with_labels(source, Take::Tokens);
  if (!model) return model.error();
  return std::shared_ptr<const Tagger>(std::make_shared<OnnxTagger>(std::move(*model)));
}

const OnnxFacts* onnx_facts(const LearnedModel& model) {
  const auto* backed = dynamic_cast<const OnnxBacked*>(&model);
  return backed == nullptr ? nullptr : &backed->model().facts();
}

}  // namespace sbx::models
